/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"

G_BEGIN_DECLS

/* Fetches a file by its hash into the cache; resumes a part fetched before; the hash is verified. @progress (nullable)
 * runs on the main loop. Returns the path of the file, valid while the program runs. */
void jip_blob_fetch_async (JipClient *client,
                           const char *sha256,
                           GFileProgressCallback progress,
                           gpointer progress_data,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
char *
jip_blob_fetch_finish (JipClient *client, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Uploads a file in parts, going on where an earlier attempt ended. Returns its SHA-256. */
void jip_blob_upload_async (JipClient *client,
                            GFile *file,
                            GFileProgressCallback progress,
                            gpointer progress_data,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
char *
jip_blob_upload_finish (JipClient *client, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
