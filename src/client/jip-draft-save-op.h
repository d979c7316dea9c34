/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"

G_BEGIN_DECLS

/* Saves a draft as a new version. @id: nullable for a new one; @document: a jip-draft/1 object. The version it is
 * based on is the newest in the replica. Returns the draft's id once it is safe in the replica. */
void jip_draft_save_async (JipClient *client,
                           const char *id,
                           JsonNode *document,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
char *
jip_draft_save_finish (JipClient *client, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_draft_delete_async (JipClient *client,
                             const char *id,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean jip_draft_delete_finish (JipClient *client, GAsyncResult *result, GError **error);

G_END_DECLS
