/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client-private.h"

G_BEGIN_DECLS

/* Sessions that nobody uses any more and the server still has. */
JipEndings *jip_endings_new (void) G_GNUC_WARN_UNUSED_RESULT;
void jip_endings_free (JipEndings *self);
gboolean jip_client_is_session_over (SoupMessage *message, GBytes *body);
void jip_client_end_session_async (JipClient *self,
                                   const char *server_url,
                                   const char *user,
                                   const char *token,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
void jip_client_end_session_finish (JipClient *self, GAsyncResult *result);
void jip_client_begin_endings (JipClient *self);
void jip_client_end_sessions_now (JipClient *self);
void jip_client_stop_endings (JipClient *self);

G_END_DECLS
