/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"

G_BEGIN_DECLS

/* Where a draft is while it is typed: a scratch key. What is there is the document, and in "base_sha256" what it was made
 * from, as jip_draft_save_async() takes it. */
char *jip_draft_dup_typed_key (const char *id) G_GNUC_WARN_UNUSED_RESULT;
char *jip_draft_dup_local_key (const char *id) G_GNUC_WARN_UNUSED_RESULT;

char *jip_draft_hash (JsonNode *document) G_GNUC_WARN_UNUSED_RESULT;

/* Saves a draft as a new version. @id: nullable for a new one; @document: a jip-draft/1 object; @base: nullable,
 * jip_draft_hash() of the document that it was made from; without it that is the newest in the replica. @scratch: nullable; the
 * scratch key that it was typed under, empty once it is saved; @local: nullable; what is kept under jip_draft_dup_local_key()
 * from then on, since its marks say nothing without it. Returns the draft's id once it is safe in the replica. */
void jip_draft_save_async (JipClient *client,
                           const char *id,
                           JsonNode *document,
                           const char *base,
                           const char *scratch,
                           const char *local,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
char *
jip_draft_save_finish (JipClient *client, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Saves what was refused as a version of the draft @of as a draft of its own; the way back from its marks goes along. Ends
 * with jip_draft_save_finish(). */
void jip_draft_save_as_new_async (JipClient *client,
                                  const char *of,
                                  JsonNode *document,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/* Saves a draft as it was typed, or puts what was typed away, which what was saved outlives. */
void jip_draft_save_typed_async (JipClient *client,
                                 const char *id,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
void jip_draft_drop_typed_async (JipClient *client,
                                 const char *id,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean jip_draft_drop_typed_finish (JipClient *client, GAsyncResult *result, GError **error);

void jip_draft_delete_async (JipClient *client,
                             const char *id,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean jip_draft_delete_finish (JipClient *client, GAsyncResult *result, GError **error);

G_END_DECLS
