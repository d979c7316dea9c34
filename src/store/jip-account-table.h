/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"
#include "jip-rights.h"

G_BEGIN_DECLS

/**
 * JipAccount:
 * @department: (nullable): its id
 * @password: (nullable): Argon2id's text; without one nobody can sign in by password
 */
typedef struct
{
  char *id;
  char *login;
  char *name;
  char *department;
  char *department_name;
  JipRoles roles;
  gboolean disabled;
  char *password;
} JipAccount;

void jip_account_free (JipAccount *account);
gboolean jip_account_get (JipDatabase *database, const char *id, JipAccount **account, GError **error);
gboolean
jip_account_get_by_login (JipDatabase *database, const char *login, JipAccount **account, GError **error);
gboolean jip_account_insert (JipDatabase *database, const JipAccount *account, gint64 now, GError **error);
gboolean jip_account_update (JipDatabase *database, const JipAccount *account, GError **error);
gboolean jip_account_exists (JipDatabase *database, const char *id, gboolean *exists, GError **error);

gboolean
jip_department_ensure (JipDatabase *database, const char *name, const char *fresh, char **id, GError **error);
gboolean jip_department_insert (JipDatabase *database, const char *id, const char *name, GError **error);
GStrv jip_department_list_names (JipDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_department_exists (JipDatabase *database, const char *id, gboolean *exists, GError **error);

/**
 * JipSession:
 *
 * A signed-in device. The token itself is not kept, only its SHA-256.
 */
typedef struct
{
  char *token_hash;
  char *account;
  char *device;
  gint64 created_at;
  gint64 used_at;
  gint64 expires_at;
  JipRoles roles; /* of the account, now */
  gboolean disabled;
} JipSession;

void jip_session_free (JipSession *session);
gboolean
jip_session_get (JipDatabase *database, const char *token_hash, JipSession **session, GError **error);
gboolean jip_session_insert (JipDatabase *database, const JipSession *session, GError **error);
gboolean jip_session_set_used (JipDatabase *database, const char *token_hash, gint64 now, GError **error);
gboolean jip_session_delete (JipDatabase *database, const char *token_hash, GError **error);
gboolean jip_session_restart (JipDatabase *database,
                              const char *token_hash,
                              gint64 now,
                              gint64 expires_at,
                              GError **error);
gboolean jip_session_delete_stale (JipDatabase *database, gint64 now, gint64 idle_since, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipAccount, jip_account_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipSession, jip_session_free)

G_END_DECLS
