/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "jip-blob-transfer.h"
#include "jip-client-private.h"
#include "jip-error.h"
#include "jip-file-cache.h"
#include "jip-file-rules.h"

#define BUSY_MICROSECONDS 50000
#define MAX_ATTEMPTS 20 /* each of which must have brought something */

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
  jip_transfer_fail_errno (error, "read");
  return NULL;
}

static gboolean
copy_body (JipTransfer *transfer,
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
      if (!jip_transfer_write (fd, buffer, n, at))
        return jip_transfer_fail_errno (error, transfer->cache);
      at += n;
      jip_transfer_tell (transfer, at, total);
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
is_file (JipTransfer *transfer, SoupMessage *message)
{
  const char *tag = soup_message_headers_get_one (soup_message_get_response_headers (message), "ETag");
  g_autofree char *expected = g_strdup_printf ("\"%s\"", transfer->sha256);

  return g_strcmp0 (tag, expected) == 0;
}

static gboolean
fetch_rest (JipTransfer *transfer, int fd, GCancellable *cancellable, GError **error)
{
  g_autoptr (SoupMessage) message = jip_transfer_make_message (transfer, "GET", transfer->sha256);
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
    return jip_transfer_fail_errno (error, transfer->cache);
  goffset length = soup_message_headers_get_content_length (soup_message_get_response_headers (message));
  return copy_body (transfer, stream, fd, at, at + length, cancellable, error)
         && (fsync (fd) == 0 || jip_transfer_fail_errno (error, transfer->cache));
}

/* A connection that breaks is gone on with, as long as each one brings something. What the server says is final. */
static gboolean
fetch_whole (JipTransfer *transfer, int fd, GCancellable *cancellable, GError **error)
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
find_file (JipTransfer *transfer)
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
claim_part (JipTransfer *transfer,
            const char *part,
            const char *path,
            GCancellable *cancellable,
            GError **error)
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
finish_part (JipTransfer *transfer, int fd, const char *part, const char *path, GError **error)
{
  g_autofree char *hash = hash_file (fd, error);

  if (hash == NULL)
    return NULL;
  if (!g_str_equal (hash, transfer->sha256))
    {
      g_unlink (part);
      jip_error_set (error, JIP_ERROR_HASH_MISMATCH,
                     _ ("The file arrived damaged and was not kept. Try again."));
      return NULL;
    }
  if (g_rename (part, path) != 0)
    {
      jip_transfer_fail_errno (error, path);
      return NULL;
    }
  g_utime (path, NULL);
  jip_file_cache_trim (transfer->cache, transfer->limit, path);
  return g_strdup (path);
}

/**
 * jip_transfer_fetch:
 *
 * Returns: (transfer full): the path of the file
 */
char *
jip_transfer_fetch (JipTransfer *transfer, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_build_filename (transfer->cache, transfer->sha256, NULL);
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  char *found = find_file (transfer);

  if (found != NULL)
    return found;
  if (g_mkdir_with_parents (transfer->cache, 0700) != 0)
    {
      jip_transfer_fail_errno (error, transfer->cache);
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
  if (found == NULL && fetch_whole (transfer, fd, cancellable, &local))
    found = finish_part (transfer, fd, part, path, &local);
  /* what a full disk holds of a file is room for what is typed */
  else if (found != NULL || g_error_matches (local, JIP_ERROR, JIP_ERROR_STORAGE_FULL))
    g_unlink (part);
  close (fd);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return found;
}
