/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "jip-blob-transfer.h"
#include "jip-client-private.h"
#include "jip-error.h"
#include "jip-fields.h"
#include "jip-file-rules.h"
#include "jip-json.h"

#define SMALL_PART (64 * 1024) /* passes everywhere */

/* Sends a request of the upload; returns its answer, or NULL with what the server said. */
static GBytes *
send (JipTransfer *transfer, SoupMessage *message, GCancellable *cancellable, GError **error)
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
begin_upload (JipTransfer *transfer,
              const char *hash,
              goffset size,
              goffset *offset,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (SoupMessage) message = jip_transfer_make_message (transfer, "POST", NULL);
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
send_part (JipTransfer *transfer,
           const char *hash,
           GBytes *part,
           goffset offset,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (SoupMessage) message = jip_transfer_make_message (transfer, "PATCH", hash);
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
      if (copy_to >= 0 && !jip_transfer_write (copy_to, (const char *) buffer, n, *size))
        {
          jip_transfer_fail_errno (error, "write");
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
keep_copy (JipTransfer *transfer, const char *hash, GInputStream *input, GCancellable *cancellable)
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
send_parts (JipTransfer *transfer,
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
      jip_transfer_tell (transfer, offset, size);
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
send_rest (JipTransfer *transfer,
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
hash_of_file (JipTransfer *transfer,
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
check_kept (JipTransfer *transfer, GInputStream *input, GCancellable *cancellable, GError **error)
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
open_file (JipTransfer *transfer, GCancellable *cancellable, GError **error)
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

/**
 * jip_transfer_upload:
 *
 * Returns: (transfer full): its SHA-256
 */
char *
jip_transfer_upload (JipTransfer *transfer, GCancellable *cancellable, GError **error)
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
