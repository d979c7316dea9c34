/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-account-table.h"
#include "jip-password-pool.h"
#include "jip-services.h"

G_BEGIN_DECLS

/**
 * JipCaller:
 *
 * Who stands behind a token, now.
 */
typedef struct
{
  char *account;
  JipRoles roles;
  char *session; /* the token's hash */
  gint64 expires_at;
} JipCaller;

/**
 * JipSignInDone:
 * @answer: (nullable): the JSON of the answer; %NULL with @error set
 */
typedef void (*JipSignInDone) (JsonNode *answer, const GError *error, gpointer data);

typedef struct _JipSessionService JipSessionService;

JipSessionService *jip_session_service_new (JipServices *services) G_GNUC_WARN_UNUSED_RESULT;
void jip_session_service_free (JipSessionService *service);

void jip_session_service_sign_in (JipSessionService *service,
                                  JsonNode *body,
                                  const char *address,
                                  JipSignInDone done,
                                  gpointer data);
void jip_session_service_join (JipSessionService *service,
                               JsonNode *body,
                               const char *address,
                               JipSignInDone done,
                               gpointer data);
void jip_session_service_sign_out (JipSessionService *service,
                                   const JipCaller *caller,
                                   JipSignInDone done,
                                   gpointer data);
gboolean jip_session_service_authenticate (JipSessionService *service,
                                           JipDatabase *database,
                                           const char *token,
                                           JipCaller *caller,
                                           GError **error);
JsonNode *jip_session_service_describe (JipDatabase *database,
                                        const char *account,
                                        const char *token,
                                        gint64 expires_at,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_caller_clear (JipCaller *caller);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipCaller, jip_caller_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipSessionService, jip_session_service_free)

G_END_DECLS
