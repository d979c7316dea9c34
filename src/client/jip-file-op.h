/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"
#include "jip-file-ref.h"

G_BEGIN_DECLS

/* Copies a file to where it is kept until the server, and a backup of it, has it. It works without a network. */
void jip_file_stage_async (JipClient *client,
                           GFile *file,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
JipFileRef *
jip_file_stage_finish (JipClient *client, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Adds a file to those that are to go with a text that is being written: the scratch keeps the list beside it. */
void jip_file_list_add_async (JipClient *client,
                              const char *key,
                              const JipFileRef *file,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean jip_file_list_add_finish (JipClient *client, GAsyncResult *result, GError **error);
/* Fetches a file (jip_blob_fetch_async()) and writes it where a person says. */
void jip_file_save_async (JipClient *client,
                          const char *sha256,
                          GFile *target,
                          GFileProgressCallback progress,
                          gpointer progress_data,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
gboolean jip_file_save_finish (JipClient *client, GAsyncResult *result, GError **error);

/* On an idea that is there already, or on a comment of it; and away again. */
void jip_attachment_add_async (JipClient *client,
                               const char *proposal,
                               const char *comment,
                               const JipFileRef *file,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
char *
jip_attachment_add_finish (JipClient *client, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One that the server has lost, and that its author has chosen again: it goes as it did the first time. */
void jip_file_bring_back_async (JipClient *client,
                                const JipFileRef *file,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean jip_file_bring_back_finish (JipClient *client, GAsyncResult *result, GError **error);
void jip_attachment_remove_async (JipClient *client,
                                  const char *proposal,
                                  const char *id,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean jip_attachment_remove_finish (JipClient *client, GAsyncResult *result, GError **error);

/**
 * JipFileSending:
 * @done: bytes that the server has
 * @total: bytes of the file; 0 when it does not wait to be sent
 * @message: (nullable): why the last attempt ended
 */
typedef struct
{
  gint64 done;
  gint64 total;
  const char *message;
} JipFileSending;

/* How a file of one's own is getting on; signal "file-sending" (const char *sha256) of the client tells of a change. */
gboolean jip_client_get_file_sending (JipClient *client, const char *sha256, JipFileSending *sending);
gboolean jip_client_keeps_file (JipClient *client, const char *sha256);

G_END_DECLS
