/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-blob-op.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "jip-client-private.h"
#include "jip-error.h"
#include "jip-fields.h"
#include "jip-file-cache.h"
#include "jip-file-rules.h"
#include "jip-json.h"
#include "jip-sha256.h"

/* Files travel on a thread of their own with a session of its own, so that their disk work stalls nothing. */

#define PART (4 * 1024 * 1024)
#define SMALL_PART (64 * 1024) /* passes everywhere */
#define PROGRESS_MICROSECONDS 100000
#define BUSY_MICROSECONDS 50000
#define MAX_ATTEMPTS 20 /* each of which must have brought something */

typedef struct
{
  char *server_url;
  char *token;
  char *cache;
  char *kept;
  char *sha256;
  gint64 limit; /* of the cache */
  GFile *file;
  GFileProgressCallback progress;
  gpointer progress_data;
  GMainContext *context;
  SoupSession *session; /* of the thread */
  goffset part;         /* bytes that are sent at once */
  gint64 told;          /* when progress was told last: monotonic microseconds, 0 for never */
} Transfer;

static void
transfer_free (gpointer data)
{
  Transfer *transfer = data;

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
static void
tell_progress (Transfer *transfer, goffset done, goffset total)
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

static SoupMessage *
make_message (Transfer *transfer, const char *method, const char *sha256)
{
  g_autofree char *url
      = g_strconcat (transfer->server_url, "/v1/blobs", sha256 != NULL ? "/" : "", sha256, NULL);
  g_autofree char *bearer = g_strdup_printf ("Bearer %s", transfer->token != NULL ? transfer->token : "");
  SoupMessage *message = soup_message_new (method, url);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", bearer);
  return message;
}

static gboolean
set_file_error (GError **error, const char *path)
{
  int code = errno;

  return jip_error_set (error, code == ENOSPC || code == EDQUOT ? JIP_ERROR_STORAGE_FULL : JIP_ERROR_FILE,
                        "%s: %s", path, g_strerror (code));
}

static char *
hash_file (int fd, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar *buffer = g_malloc (65536);
  ssize_t n;
  off_t at = 0;

  while ((n = pread (fd, buffer, 65536, at)) > 0)
    {
      g_checksum_update (checksum, buffer, n);
      at += n;
    }
  if (n == 0)
    return g_strdup (g_checksum_get_string (checksum));
  set_file_error (error, "read");
  return NULL;
}

/* A disk that fills up takes a part first, and says why at the next try. */
static gboolean
write_all (int fd, const char *data, gssize size, goffset at)
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

static gboolean
copy_body (Transfer *transfer,
           GInputStream *stream,
           int fd,
           goffset at,
           goffset total,
           GCancellable *cancellable,
           GError **error)
{
  g_autofree char *buffer = g_malloc (65536);
  gssize n;

  while ((n = g_input_stream_read (stream, buffer, 65536, cancellable, error)) > 0)
    {
      if (at + n > JIP_FILE_MAX_SIZE)
        return jip_error_set (error, JIP_ERROR_TOO_LARGE, "%s", jip_error_describe (JIP_ERROR_TOO_LARGE));
      if (!write_all (fd, buffer, n, at))
        return set_file_error (error, transfer->cache);
      at += n;
      tell_progress (transfer, at, total);
    }
  return n == 0;
}

static goffset
size_of (int fd)
{
  struct stat info;

  return fstat (fd, &info) == 0 ? info.st_size : 0;
}

/* The server names the file with its hash; a page that somebody puts in its place does not. */
static gboolean
is_file (Transfer *transfer, SoupMessage *message)
{
  const char *tag = soup_message_headers_get_one (soup_message_get_response_headers (message), "ETag");
  g_autofree char *expected = g_strdup_printf ("\"%s\"", transfer->sha256);

  return g_strcmp0 (tag, expected) == 0;
}

static gboolean
fetch_rest (Transfer *transfer, int fd, GCancellable *cancellable, GError **error)
{
  g_autoptr (SoupMessage) message = make_message (transfer, "GET", transfer->sha256);
  goffset at = size_of (fd);

  if (at > 0)
    soup_message_headers_set_range (soup_message_get_request_headers (message), at, -1);
  g_autoptr (GInputStream) stream = soup_session_send (transfer->session, message, cancellable, error);
  if (stream == NULL)
    return FALSE;
  guint status = soup_message_get_status (message);
  if (status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE)
    return TRUE; /* the part is the whole */
  if (status != SOUP_STATUS_OK && status != SOUP_STATUS_PARTIAL_CONTENT)
    {
      g_autoptr (GBytes) body = g_input_stream_read_bytes (stream, 65536, cancellable, NULL);
      g_propagate_error (error, jip_client_error_from (status, body));
      return FALSE;
    }
  if (!is_file (transfer, message))
    {
      g_propagate_error (error, jip_client_foreign_error_new ());
      return FALSE;
    }
  if (status == SOUP_STATUS_OK && at > 0 && ftruncate (fd, at = 0) != 0)
    return set_file_error (error, transfer->cache);
  goffset length = soup_message_headers_get_content_length (soup_message_get_response_headers (message));
  return copy_body (transfer, stream, fd, at, at + length, cancellable, error)
         && (fsync (fd) == 0 || set_file_error (error, transfer->cache));
}

/* A connection that breaks is gone on with, as long as each one brings something. What the server says is final. */
static gboolean
fetch_whole (Transfer *transfer, int fd, GCancellable *cancellable, GError **error)
{
  for (guint i = 1;; i++)
    {
      g_autoptr (GError) local = NULL;
      goffset before = size_of (fd);
      if (fetch_rest (transfer, fd, cancellable, &local))
        return TRUE;
      if (i < MAX_ATTEMPTS && local->domain != JIP_ERROR && size_of (fd) > before
          && !g_cancellable_is_cancelled (cancellable))
        continue;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
}

/* What is here already: fetched before, or this account's own that is kept until a backup has it. */
static char *
find_file (Transfer *transfer)
{
  g_autofree char *kept = g_build_filename (transfer->kept, transfer->sha256, NULL);
  g_autofree char *path = g_build_filename (transfer->cache, transfer->sha256, NULL);

  if (g_file_test (kept, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&kept);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return NULL;
  g_utime (path, NULL);
  return g_steal_pointer (&path);
}

/* -1 without @error when somebody else has fetched it meanwhile. */
static int
claim_part (Transfer *transfer, const char *part, const char *path, GCancellable *cancellable, GError **error)
{
  gboolean busy;

  for (;;)
    {
      int fd = jip_file_cache_open_part (part, &busy, error);
      if (fd >= 0 || !busy || g_cancellable_set_error_if_cancelled (cancellable, error))
        return fd;
      g_usleep (BUSY_MICROSECONDS);
      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return -1;
    }
}

static char *
finish_part (Transfer *transfer, int fd, const char *part, const char *path, GError **error)
{
  g_autofree char *hash = hash_file (fd, error);

  if (hash == NULL)
    return NULL;
  if (!g_str_equal (hash, transfer->sha256))
    {
      g_unlink (part);
      jip_error_set (error, JIP_ERROR_HASH_MISMATCH, "%s", jip_error_describe (JIP_ERROR_HASH_MISMATCH));
      return NULL;
    }
  if (g_rename (part, path) != 0)
    {
      set_file_error (error, path);
      return NULL;
    }
  g_utime (path, NULL);
  jip_file_cache_trim (transfer->cache, transfer->limit, path);
  return g_strdup (path);
}

static char *
fetch (Transfer *transfer, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_build_filename (transfer->cache, transfer->sha256, NULL);
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  char *found = find_file (transfer);

  if (found != NULL)
    return found;
  if (g_mkdir_with_parents (transfer->cache, 0700) != 0)
    {
      set_file_error (error, transfer->cache);
      return NULL;
    }
  g_autoptr (GError) local = NULL;
  int fd = claim_part (transfer, part, path, cancellable, &local);
  if (fd < 0)
    {
      if (local == NULL)
        return g_steal_pointer (&path);
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  /* whoever held it may have finished it just now */
  found = find_file (transfer);
  if (found != NULL)
    g_unlink (part);
  else if (fetch_whole (transfer, fd, cancellable, error))
    found = finish_part (transfer, fd, part, path, error);
  close (fd);
  return found;
}

/* Sends a request of the upload; returns its answer, or NULL with what the server said. */
static GBytes *
send (Transfer *transfer, SoupMessage *message, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) body = soup_session_send_and_read (transfer->session, message, cancellable, error);

  if (body == NULL)
    return NULL;
  if (SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message)))
    return g_steal_pointer (&body);
  g_propagate_error (error, jip_client_error_from (soup_message_get_status (message), body));
  return NULL;
}

static gboolean
begin_upload (Transfer *transfer,
              const char *hash,
              goffset size,
              goffset *offset,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (SoupMessage) message = make_message (transfer, "POST", NULL);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "sha256", hash);
  json_object_set_int_member (object, "size", size);
  json_node_take_object (node, object);
  jip_client_set_json (message, node);
  g_autoptr (GBytes) body = send (transfer, message, cancellable, error);
  if (body == NULL)
    return FALSE;
  gsize length;
  const char *data = g_bytes_get_data (body, &length);
  g_autoptr (JsonNode) answer = jip_json_parse (data, (gssize) length, NULL);
  JipFields fields;
  jip_fields_init (&fields, answer, "$");
  gboolean complete = jip_fields_boolean (&fields, "complete", JIP_REQUIRED, FALSE);
  gint64 at = jip_fields_int (&fields, "offset", JIP_REQUIRED, 0, size, 0);
  if (answer == NULL || !jip_fields_finish (&fields, NULL))
    {
      g_propagate_error (error, jip_client_foreign_error_new ());
      return FALSE;
    }
  *offset = complete ? size : at;
  return TRUE;
}

static gboolean
send_part (Transfer *transfer,
           const char *hash,
           GBytes *part,
           goffset offset,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (SoupMessage) message = make_message (transfer, "PATCH", hash);
  char text[32];

  g_snprintf (text, sizeof text, "%" G_GOFFSET_FORMAT, offset);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Upload-Offset", text);
  soup_message_set_request_body_from_bytes (message, "application/octet-stream", part);
  g_autoptr (GBytes) body = send (transfer, message, cancellable, error);
  if (body == NULL)
    return FALSE;
  /* a part counts when the server says how far it is now: whoever answers in its place has kept nothing */
  const char *now
      = soup_message_headers_get_one (soup_message_get_response_headers (message), "Upload-Offset");
  if (now != NULL && g_ascii_strtoll (now, NULL, 10) == offset + (goffset) g_bytes_get_size (part))
    return TRUE;
  g_propagate_error (error, jip_client_foreign_error_new ());
  return FALSE;
}

static gboolean
set_read_error (GError **error, GError *local)
{
  gboolean cancelled = g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  if (cancelled)
    g_propagate_error (error, local);
  else
    {
      jip_error_set (error, JIP_ERROR_FILE, "%s", local->message);
      g_error_free (local);
    }
  return FALSE;
}

/* Reads the whole of @input, of any size in little memory; @copy_to is a file descriptor, or -1 for none. */
char *
jip_client_hash_stream (GInputStream *input,
                        int copy_to,
                        goffset *size,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar *buffer = g_malloc (65536);
  GError *local = NULL;
  gssize n;

  *size = 0;
  while ((n = g_input_stream_read (input, buffer, 65536, cancellable, &local)) > 0)
    {
      g_checksum_update (checksum, buffer, n);
      if (copy_to >= 0 && !write_all (copy_to, (const char *) buffer, n, *size))
        {
          set_file_error (error, "write");
          return NULL;
        }
      *size += n;
      if (*size > JIP_FILE_MAX_SIZE)
        {
          jip_error_set (error, JIP_ERROR_TOO_LARGE, "%s", jip_error_describe (JIP_ERROR_TOO_LARGE));
          return NULL;
        }
    }
  if (n == 0)
    return g_strdup (g_checksum_get_string (checksum));
  set_read_error (error, local);
  return NULL;
}

static gboolean
rewind_to (GInputStream *input, goffset offset, GCancellable *cancellable, GError **error)
{
  GError *local = NULL;

  return g_seekable_seek (G_SEEKABLE (input), offset, G_SEEK_SET, cancellable, &local)
         || set_read_error (error, local);
}

/* The server may lose it before a backup has it; then it is sent again from here. A PC without room goes without. */
static void
keep_copy (Transfer *transfer, const char *hash, GInputStream *input, GCancellable *cancellable)
{
  g_autofree char *path = g_build_filename (transfer->kept, hash, NULL);
  g_autofree char *fresh = g_strconcat (path, ".XXXXXX", NULL);
  goffset size;

  if (g_mkdir_with_parents (transfer->kept, 0700) != 0 || g_file_test (path, G_FILE_TEST_EXISTS)
      || !rewind_to (input, 0, cancellable, NULL))
    return;
  int fd = g_mkstemp_full (fresh, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    return;
  g_autofree char *copied = jip_client_hash_stream (input, fd, &size, cancellable, NULL);
  gboolean good = g_strcmp0 (copied, hash) == 0 && fsync (fd) == 0;
  close (fd);
  if (!good || g_rename (fresh, path) != 0)
    g_unlink (fresh);
}

static gboolean
send_parts (Transfer *transfer,
            GInputStream *input,
            const char *hash,
            goffset *reached,
            goffset size,
            GCancellable *cancellable,
            GError **error)
{
  goffset offset = *reached;

  if (!rewind_to (input, offset, cancellable, error))
    return FALSE;
  while (offset < size)
    {
      gsize length = (gsize) MIN (transfer->part, size - offset), n = 0;
      g_autofree char *buffer = g_malloc (length);
      GError *local = NULL;
      if (!g_input_stream_read_all (input, buffer, length, &n, cancellable, &local))
        return set_read_error (error, local);
      if (n != length) /* somebody shortened it meanwhile */
        return jip_error_set (error, JIP_ERROR_HASH_MISMATCH, "%s",
                              jip_error_describe (JIP_ERROR_HASH_MISMATCH));
      g_autoptr (GBytes) part = g_bytes_new_take (g_steal_pointer (&buffer), length);
      if (!send_part (transfer, hash, part, offset, cancellable, error))
        return FALSE;
      *reached = offset += (goffset) length;
      tell_progress (transfer, offset, size);
    }
  return TRUE;
}

/* What stands before the server may take smaller parts than it, and say so with 413 or by ending the connection. */
static gboolean
is_narrow (const GError *error)
{
  return g_error_matches (error, JIP_ERROR, JIP_ERROR_TOO_LARGE) || jip_client_is_break (error);
}

/* From where the server is, in parts that get smaller as long as they do not pass. A connection may break by chance: only
 * the second break at the same place makes them smaller. */
static gboolean
send_rest (Transfer *transfer,
           GInputStream *input,
           const char *hash,
           goffset size,
           GCancellable *cancellable,
           GError **error)
{
  goffset offset = 0, broken_at = -1;

  for (;;)
    {
      g_autoptr (GError) local = NULL;
      if (!begin_upload (transfer, hash, size, &offset, cancellable, error))
        return FALSE;
      if (send_parts (transfer, input, hash, &offset, size, cancellable, &local))
        return TRUE;
      goffset tried = MIN (transfer->part, size - offset);
      gboolean again = broken_at == offset || g_error_matches (local, JIP_ERROR, JIP_ERROR_TOO_LARGE);
      if (!is_narrow (local) || g_cancellable_is_cancelled (cancellable) || (again && tried <= SMALL_PART))
        {
          /* the server answered in between: it is the parts */
          g_propagate_error (error, is_narrow (local) && again && tried == SMALL_PART
                                        ? jip_client_narrow_error_new ()
                                        : g_steal_pointer (&local));
          return FALSE;
        }
      if (again)
        transfer->part = MAX (tried / 2, SMALL_PART);
      broken_at = offset;
    }
}

/* A kept file lies under its hash; the server checks it, so that it is not read twice at each attempt. */
static char *
hash_of_file (Transfer *transfer,
              GInputStream *input,
              goffset *size,
              GCancellable *cancellable,
              GError **error)
{
  if (transfer->sha256 == NULL)
    return jip_client_hash_stream (input, -1, size, cancellable, error);
  g_autoptr (GFileInfo) info = g_file_input_stream_query_info (
      G_FILE_INPUT_STREAM (input), G_FILE_ATTRIBUTE_STANDARD_SIZE, cancellable, NULL);
  *size = info != NULL ? g_file_info_get_size (info) : 0;
  return g_strdup (transfer->sha256);
}

/* The server got something else than the hash says: the copy here tells whose fault that was. A damaged one is no use. */
static void
check_kept (Transfer *transfer, GInputStream *input, GCancellable *cancellable, GError **error)
{
  goffset size;

  if (transfer->sha256 == NULL || !g_error_matches (*error, JIP_ERROR, JIP_ERROR_HASH_MISMATCH)
      || !rewind_to (input, 0, cancellable, NULL))
    return;
  g_autofree char *hash = jip_client_hash_stream (input, -1, &size, cancellable, NULL);
  if (hash == NULL || g_str_equal (hash, transfer->sha256))
    return;
  g_file_delete (transfer->file, NULL, NULL);
  g_clear_error (error);
  jip_error_set (error, JIP_ERROR_DAMAGED, "%s", jip_error_describe (JIP_ERROR_DAMAGED));
}

static GFileInputStream *
open_file (Transfer *transfer, GCancellable *cancellable, GError **error)
{
  GError *local = NULL;
  GFileInputStream *file = g_file_read (transfer->file, cancellable, &local);

  if (file != NULL)
    return file;
  if (transfer->sha256 == NULL || !g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      set_read_error (error, local);
      return NULL;
    }
  g_error_free (local);
  jip_error_set (error, JIP_ERROR_DAMAGED, "%s", jip_error_describe (JIP_ERROR_DAMAGED));
  return NULL;
}

static char *
upload (Transfer *transfer, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  goffset size = 0;
  g_autoptr (GFileInputStream) file = open_file (transfer, cancellable, error);

  if (file == NULL)
    return NULL;
  GInputStream *input = G_INPUT_STREAM (file);
  g_autofree char *hash = hash_of_file (transfer, input, &size, cancellable, error);
  if (hash == NULL)
    return NULL;
  if (size == 0)
    {
      jip_error_set (error, JIP_ERROR_EMPTY, "%s", jip_error_describe (JIP_ERROR_EMPTY));
      return NULL;
    }
  if (!send_rest (transfer, input, hash, size, cancellable, &local))
    {
      check_kept (transfer, input, cancellable, &local);
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (transfer->sha256 == NULL)
    keep_copy (transfer, hash, input, cancellable);
  return g_steal_pointer (&hash);
}

static void
run (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Transfer *transfer = task_data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (context);
  transfer->part = PART;
  transfer->session = soup_session_new_with_options ("timeout", 45, NULL);
  char *result = transfer->file != NULL ? upload (transfer, cancellable, &error)
                                        : fetch (transfer, cancellable, &error);
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
  Transfer *transfer = g_new0 (Transfer, 1);

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
