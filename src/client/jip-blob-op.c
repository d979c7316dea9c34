/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-blob-op.h"

#include <errno.h>
#include <unistd.h>

#include "jip-blob-transfer.h"
#include "jip-client-private.h"
#include "jip-error.h"
#include "jip-sha256.h"

/* Files travel on a thread of their own with a session of its own, so that their disk work stalls nothing. */

#define PART (4 * 1024 * 1024)
#define PROGRESS_MICROSECONDS 100000

static void
transfer_free (gpointer data)
{
  JipTransfer *transfer = data;

  g_free (transfer->server_url);
  g_free (transfer->token);
  g_free (transfer->cache);
  g_free (transfer->kept);
  g_free (transfer->sha256);
  g_clear_object (&transfer->file);
  g_main_context_unref (transfer->context);
  g_free (transfer);
}

typedef struct
{
  GFileProgressCallback callback;
  gpointer data;
  goffset done;
  goffset total;
} Progress;

static gboolean
progress_cb (gpointer user_data)
{
  Progress *progress = user_data;

  progress->callback (progress->done, progress->total, progress->data);
  return G_SOURCE_REMOVE;
}

/* The main loop hears of it ten times a second at most, and of the end always. */
void
jip_transfer_tell (JipTransfer *transfer, goffset done, goffset total)
{
  gint64 now = g_get_monotonic_time ();

  if (transfer->progress == NULL
      || (done != total && transfer->told != 0 && now - transfer->told < PROGRESS_MICROSECONDS))
    return;
  transfer->told = now;
  Progress *progress = g_new0 (Progress, 1);
  *progress = (Progress){ transfer->progress, transfer->progress_data, done, total };
  g_main_context_invoke_full (transfer->context, G_PRIORITY_DEFAULT, progress_cb, progress, g_free);
}

/* @sha256: (nullable): the file it is about */
SoupMessage *
jip_transfer_make_message (JipTransfer *transfer, const char *method, const char *sha256)
{
  g_autofree char *url
      = g_strconcat (transfer->server_url, "/v1/blobs", sha256 != NULL ? "/" : "", sha256, NULL);
  g_autofree char *bearer = g_strdup_printf ("Bearer %s", transfer->token != NULL ? transfer->token : "");
  SoupMessage *message = soup_message_new (method, url);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", bearer);
  return message;
}

/* Of what errno says about @path; FALSE. */
gboolean
jip_transfer_fail_errno (GError **error, const char *path)
{
  int code = errno;

  return jip_error_set (error, code == ENOSPC || code == EDQUOT ? JIP_ERROR_STORAGE_FULL : JIP_ERROR_FILE,
                        "%s: %s", path, g_strerror (code));
}

/* A disk that fills up takes a part first, and says why at the next try. */
gboolean
jip_transfer_write (int fd, const char *data, gssize size, goffset at)
{
  while (size > 0)
    {
      ssize_t n = pwrite (fd, data, (size_t) size, at);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      data += n;
      size -= n;
      at += n;
    }
  return TRUE;
}

static void
run (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  JipTransfer *transfer = task_data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (context);
  transfer->part = PART;
  transfer->session = soup_session_new_with_options ("timeout", 45, NULL);
  char *result = transfer->file != NULL ? jip_transfer_upload (transfer, cancellable, &error)
                                        : jip_transfer_fetch (transfer, cancellable, &error);
  g_clear_object (&transfer->session);
  g_main_context_pop_thread_default (context);
  if (result != NULL)
    g_task_return_pointer (task, result, g_free);
  else
    g_task_return_error (task, error != NULL ? jip_client_transport_error (error)
                                             : jip_error_new (JIP_ERROR_INTERNAL, NULL, "%s",
                                                              jip_error_describe (JIP_ERROR_INTERNAL)));
}

static void
start (JipClient *client,
       const char *sha256,
       GFile *file,
       GFileProgressCallback progress,
       gpointer progress_data,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (client, cancellable, callback, user_data);
  JipTransfer *transfer = g_new0 (JipTransfer, 1);

  g_task_set_source_tag (task, start);
  g_task_set_check_cancellable (task, FALSE); /* the thread says it in the words of JIP_ERROR */
  transfer->server_url = g_strdup (client->server_url != NULL ? client->server_url : "http://127.0.0.1:1");
  transfer->token = g_strdup (client->token);
  transfer->cache = jip_client_dup_cache_folder (client);
  transfer->limit = client->cache_limit;
  transfer->kept = jip_client_dup_kept_folder (client);
  transfer->sha256 = g_strdup (sha256);
  transfer->file = file != NULL ? g_object_ref (file) : NULL;
  transfer->progress = progress;
  transfer->progress_data = progress_data;
  transfer->context = g_main_context_ref_thread_default ();
  g_task_set_task_data (task, transfer, transfer_free);
  g_task_run_in_thread (task, run);
}

/**
 * jip_blob_fetch_async:
 * @sha256: 64 hexadecimal digits in lower case
 *
 * A file that is in the cache needs no server. Errors: %JIP_ERROR_NOT_FOUND, %JIP_ERROR_HASH_MISMATCH,
 * %JIP_ERROR_OFFLINE, %JIP_ERROR_STORAGE_FULL.
 */
void
jip_blob_fetch_async (JipClient *client,
                      const char *sha256,
                      GFileProgressCallback progress,
                      gpointer progress_data,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  g_return_if_fail (sha256 != NULL && jip_sha256_is_valid (sha256));

  start (client, sha256, NULL, progress, progress_data, cancellable, callback, user_data);
}

char *
jip_blob_fetch_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * jip_blob_upload_async:
 * @file: of 1 byte to 200 MiB; it is read in parts, never held as a whole
 *
 * Errors: %JIP_ERROR_FILE, %JIP_ERROR_EMPTY, %JIP_ERROR_TOO_LARGE, %JIP_ERROR_HASH_MISMATCH (the file changed while it
 * was sent), %JIP_ERROR_OFFLINE, %JIP_ERROR_CANCELLED.
 */
void
jip_blob_upload_async (JipClient *client,
                       GFile *file,
                       GFileProgressCallback progress,
                       gpointer progress_data,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  g_return_if_fail (G_IS_FILE (file));

  start (client, NULL, file, progress, progress_data, cancellable, callback, user_data);
}

/* As jip_blob_upload_async() for a file of the kept folder, which bears its hash as its name. */
void
jip_client_upload_kept_async (JipClient *client,
                              const char *sha256,
                              GFileProgressCallback progress,
                              gpointer progress_data,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autofree char *folder = jip_client_dup_kept_folder (client);
  g_autofree char *path = g_build_filename (folder, sha256, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  start (client, sha256, file, progress, progress_data, cancellable, callback, user_data);
}

char *
jip_blob_upload_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
