/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/* A copy of the data on some device, and the verdicts on what it pushed. */
typedef struct
{
  char *id;
  char *account;
  gint64 last_n;
  gint64 safe_n;
} JipReplica;

/**
 * JipStoredVerdict:
 * @replica: (nullable): under whose name it is stored, of one that was read
 * @hash: of the mutation's contents
 * @seq: the server's newest when it was judged
 */
typedef struct
{
  char *replica;
  gint64 n;
  char *hash;
  char *status;
  char *code;
  char *message;
  char *detail; /* JSON, nullable */
  char *mark;   /* nullable: for the receipt */
  gint64 seq;
  gint64 received_at;
} JipStoredVerdict;

void jip_replica_free (JipReplica *replica);
gboolean jip_replica_get (JipDatabase *database, const char *id, JipReplica **replica, GError **error);
gboolean
jip_replica_insert (JipDatabase *database, const char *id, const char *account, gint64 now, GError **error);
gboolean jip_replica_set_last_n (JipDatabase *database, const char *id, gint64 last_n, GError **error);
gboolean jip_replica_lower_safe_n (JipDatabase *database, const char *id, gint64 safe_n, GError **error);
gboolean
jip_replica_raise_safe_n (JipDatabase *database, const char *id, gint64 safe_n, gint64 seq, GError **error);

void jip_stored_verdict_free (JipStoredVerdict *verdict);
gboolean jip_verdict_get (JipDatabase *database,
                          const char *replica,
                          gint64 n,
                          JipStoredVerdict **verdict,
                          GError **error);
gboolean jip_verdict_remove (JipDatabase *database, const char *replica, gint64 n, GError **error);
gboolean jip_verdict_insert (JipDatabase *database,
                             const char *replica,
                             const JipStoredVerdict *verdict,
                             GError **error);

/**
 * JipOrigin:
 * @account: whose it is
 * @hash: of the contents under @n
 *
 * The replica and the number under which something was queued first. A copy of that replica brings it under another name.
 */
typedef struct
{
  const char *account;
  char *replica;
  gint64 n;
  char *hash;
} JipOrigin;

void jip_origin_clear (JipOrigin *origin);
gboolean jip_origin_insert (JipDatabase *database,
                            const char *replica,
                            gint64 n,
                            const JipOrigin *origin,
                            GError **error);
GPtrArray *jip_origin_list_verdicts (JipDatabase *database,
                                     const JipOrigin *origin,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipOrigin, jip_origin_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipReplica, jip_replica_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipStoredVerdict, jip_stored_verdict_free)

G_END_DECLS
