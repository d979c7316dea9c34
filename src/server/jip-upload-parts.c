/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-upload-parts.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jip-error.h"
#include "jip-store.h"

#define MAX_KNOWN 4096 /* above it what can be found out again is forgotten */

/* What this process knows of one file. */
typedef struct
{
  gint64 size;   /* bytes that are durable, whatever else lies behind them */
  gboolean busy; /* being written, or not to be read off the disk: something lies behind */
} Part;

struct _JipUploadParts
{
  char *folder; /* of all data */
  GMutex lock;
  GHashTable *known; /* path -> Part */
};

JipUploadParts *
jip_upload_parts_new (const char *folder)
{
  JipUploadParts *parts = g_new0 (JipUploadParts, 1);

  parts->folder = g_strdup (folder);
  g_mutex_init (&parts->lock);
  parts->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return parts;
}

void
jip_upload_parts_free (JipUploadParts *parts)
{
  g_hash_table_unref (parts->known);
  g_mutex_clear (&parts->lock);
  g_free (parts->folder);
  g_free (parts);
}

char *
jip_upload_parts_dup_path (JipUploadParts *parts, const char *account, const char *sha256)
{
  g_autofree char *name = g_strdup_printf ("%s-%s", account, sha256);

  return g_build_filename (parts->folder, "uploads", name, NULL);
}

/**
 * jip_upload_fail_errno:
 *
 * What errno says of the disk, as what a client is told of it.
 *
 * Returns: %FALSE
 */
gboolean
jip_upload_fail_errno (GError **error, const char *what)
{
  int saved = errno;
  JipErrorCode code = JIP_ERROR_FILE;

  if (saved == ENOSPC || saved == EDQUOT)
    code = JIP_ERROR_STORAGE_FULL;
  else if (saved == EIO)
    code = JIP_ERROR_UNAVAILABLE;
  else if (saved == EMFILE || saved == ENFILE)
    code = JIP_ERROR_BUSY;
  return jip_error_set (error, code, "%s: %s.", what, g_strerror (saved));
}

gboolean
jip_upload_sync_folder_of (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return jip_store_sync_folder (folder)
         || jip_upload_fail_errno (error, _ ("The folder of the uploads cannot be written"));
}

gboolean
jip_upload_make_folder_of (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return g_mkdir_with_parents (folder, 0700) == 0
         || jip_upload_fail_errno (error, _ ("The folder of the uploads cannot be made"));
}

/**
 * jip_upload_sync_name:
 * @top: the folder of all data
 *
 * A new file is there after a power cut only when its folder, and those above it in the data folder, say so durably.
 */
gboolean
jip_upload_sync_name (const char *top, const char *path, GError **error)
{
  g_autofree char *at = g_strdup (path);

  while (strlen (at) > strlen (top))
    {
      if (!jip_upload_sync_folder_of (at, error))
        return FALSE;
      char *above = g_path_get_dirname (at);
      g_free (at);
      at = above;
    }
  return TRUE;
}

static gboolean
forget_idle (gpointer path, gpointer part, gpointer user_data)
{
  return !((Part *) part)->busy;
}

static Part *
remember (JipUploadParts *parts, const char *path, gint64 size)
{
  Part *part = g_new0 (Part, 1);

  if (g_hash_table_size (parts->known) >= MAX_KNOWN)
    g_hash_table_foreach_remove (parts->known, forget_idle, NULL);
  part->size = size;
  g_hash_table_insert (parts->known, g_strdup (path), part);
  return part;
}

/* What lies there from before this process was written by one that may have ended before it was durable. */
static Part *
settle (JipUploadParts *parts, const char *path, GError **error)
{
  struct stat info;

  if (stat (path, &info) != 0 && errno == ENOENT)
    return remember (parts, path, 0); /* needs no descriptor: there may be none */
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean good = fd >= 0 && fstat (fd, &info) == 0 && fsync (fd) == 0;
  if (!good)
    jip_upload_fail_errno (error, _ ("The upload cannot be read"));
  if (fd >= 0)
    close (fd);
  return good && jip_upload_sync_name (parts->folder, path, error)
             ? remember (parts, path, (gint64) info.st_size)
             : NULL;
}

/* Under the lock. */
static Part *
look_up (JipUploadParts *parts, const char *path, GError **error)
{
  Part *part = g_hash_table_lookup (parts->known, path);
  struct stat info;

  if (part == NULL)
    return settle (parts, path, error);
  if (!part->busy && part->size > 0 && (stat (path, &info) != 0 || (gint64) info.st_size < part->size))
    {
      g_hash_table_remove (parts->known, path); /* somebody took it away */
      return settle (parts, path, error);
    }
  return part;
}

/**
 * jip_upload_parts_measure:
 * @path: of jip_upload_parts_dup_path()
 * @size: (out): bytes that are there durably, in their order from the first; 0 where there are none
 *
 * Errors: %JIP_ERROR_STORAGE_FULL, %JIP_ERROR_UNAVAILABLE, %JIP_ERROR_BUSY, %JIP_ERROR_FILE.
 */
gboolean
jip_upload_parts_measure (JipUploadParts *parts, const char *path, gint64 *size, GError **error)
{
  g_mutex_lock (&parts->lock);
  const Part *part = look_up (parts, path, error);
  *size = part != NULL ? part->size : 0;
  g_mutex_unlock (&parts->lock);
  return part != NULL;
}

static gboolean
write_bytes (int fd, GBytes *bytes, gint64 at)
{
  gsize left;
  const guint8 *data = g_bytes_get_data (bytes, &left);

  while (left > 0)
    {
      gssize n = pwrite (fd, data, left, at);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      data += n;
      left -= (gsize) n;
      at += n;
    }
  return TRUE;
}

/* What lies behind @at came with a part that was refused; it goes first, since the next one may be shorter. */
static gboolean
cut_off (int fd, gint64 at)
{
  struct stat info;

  return fstat (fd, &info) == 0 && ((gint64) info.st_size <= at || ftruncate (fd, at) == 0);
}

static gboolean
append_at (JipUploadParts *parts, const char *path, GBytes *bytes, gint64 at, GError **error)
{
  if (!jip_upload_make_folder_of (path, error))
    return FALSE;
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return jip_upload_fail_errno (error, _ ("The upload cannot be written"));
  gboolean written = (cut_off (fd, at) && write_bytes (fd, bytes, at) && fsync (fd) == 0)
                     || jip_upload_fail_errno (error, _ ("The upload cannot be written"));
  if (written && at == 0)
    written = jip_upload_sync_name (parts->folder, path, error);
  if (!written)
    cut_off (fd, at); /* gives its room back; if not, the next part sees to it */
  close (fd);
  return written;
}

/**
 * jip_upload_parts_append:
 * @bytes: what comes next
 *
 * All of it is durable then, or nothing of it counts. From one thread alone. Errors as jip_upload_parts_measure().
 */
gboolean
jip_upload_parts_append (JipUploadParts *parts, const char *path, GBytes *bytes, GError **error)
{
  g_mutex_lock (&parts->lock);
  Part *part = look_up (parts, path, error);
  gint64 at = part != NULL ? part->size : 0;
  if (part != NULL)
    part->busy = TRUE; /* so it stays where it is */
  g_mutex_unlock (&parts->lock);
  if (part == NULL)
    return FALSE;

  gboolean appended = append_at (parts, path, bytes, at, error);
  g_mutex_lock (&parts->lock);
  part = g_hash_table_lookup (parts->known, path); /* it may have been removed meanwhile */
  if (part != NULL)
    *part = (Part){ at + (appended ? (gint64) g_bytes_get_size (bytes) : 0), !appended };
  g_mutex_unlock (&parts->lock);
  return appended;
}

/**
 * jip_upload_parts_remove:
 *
 * It is in its place, or not what it should be. One that is not there is no error.
 */
gboolean
jip_upload_parts_remove (JipUploadParts *parts, const char *path, GError **error)
{
  if (g_unlink (path) != 0 && errno != ENOENT)
    return jip_upload_fail_errno (error, _ ("The upload cannot be removed"));
  g_mutex_lock (&parts->lock);
  g_hash_table_remove (parts->known, path);
  g_mutex_unlock (&parts->lock);
  return TRUE;
}
