/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What uploads leave behind: a program that ended between two steps, a disk that refused to remove something, a PC that never
 * came back. */
#include "jip-blob-sweep.h"

#include <glib/gstdio.h>
#include <string.h>

#include "jip-blob-table.h"
#include "jip-sha256.h"
#include "jip-time.h"

#define KEEP_SECONDS (90 * G_GINT64_CONSTANT (86400))
#define SHA256_CHARS 64

/**
 * jip_blob_dup_path:
 *
 * Returns: where a file lies once it is whole
 */
char *
jip_blob_dup_path (JipServices *services, const char *sha256)
{
  char prefix[3] = { sha256[0], sha256[1], '\0' };

  return g_build_filename (jip_store_get_folder (services->store), "blobs", prefix, sha256, NULL);
}

typedef struct
{
  char *account;
  const char *sha256; /* the end of its name */
  gboolean last;
} Left;

static gboolean
abandon_cb (JipDatabase *database, gpointer data, GError **error)
{
  Left *left = data;

  return jip_upload_abandon (database, left->account, left->sha256, &left->last, error);
}

/* Nobody has gone on with it. A file that was put into its place and never finished goes with it. */
static gboolean
abandon (JipServices *services, Left *left, const char *path, GError **error)
{
  g_autofree char *whole = jip_blob_dup_path (services, left->sha256);

  if (!jip_writer_run_sync (jip_store_get_writer (services->store), abandon_cb, left, error))
    return FALSE;
  if (left->last)
    g_unlink (whole);
  return jip_upload_parts_remove (services->uploads, path, error);
}

static gboolean
sweep_one (JipServices *services, const char *path, const char *name, gint64 now, GError **error)
{
  gsize length = strlen (name);
  JipDatabase *database = jip_store_get_reader (services->store, error);
  JipUpload upload;
  GStatBuf info, whole_info;
  gboolean found;

  if (database == NULL)
    return FALSE;
  if (g_str_has_suffix (name, JIP_BLOB_FRESH))
    return jip_upload_parts_remove (services->uploads, path, error);
  if (length <= SHA256_CHARS + 1 || name[length - SHA256_CHARS - 1] != '-'
      || !jip_sha256_is_valid (name + length - SHA256_CHARS) || g_stat (path, &info) != 0)
    return TRUE; /* not one of ours */
  g_autofree char *account = g_strndup (name, length - SHA256_CHARS - 1);
  Left left = { account, name + length - SHA256_CHARS, FALSE };
  g_autofree char *whole = jip_blob_dup_path (services, left.sha256);
  if (!jip_upload_get (database, account, left.sha256, &upload, &found, error))
    return FALSE;
  gboolean finished
      = found && upload.complete && g_stat (whole, &whole_info) == 0 && whole_info.st_size == upload.size;
  if (!found || finished)
    return jip_upload_parts_remove (services->uploads, path, error);
  return upload.complete || info.st_mtime >= now - KEEP_SECONDS || abandon (services, &left, path, error);
}

/* A clock that leaps must not make all of them old at once: old is what others came so much later than. */
static gint64
newest_of (const char *folder, const GPtrArray *names)
{
  gint64 newest = 0;

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (folder, g_ptr_array_index (names, i), NULL);
      GStatBuf info;
      if (g_stat (path, &info) == 0)
        newest = MAX (newest, info.st_mtime);
    }
  return MIN (newest, jip_time_now () / 1000);
}

/**
 * jip_blob_sweep:
 *
 * Removes parts of files that are in their place or were refused, and uploads with which nobody went on for 90 days. To be
 * called where parts are written, so that none is being written meanwhile. What fails is left for the next time.
 */
gboolean
jip_blob_sweep (JipServices *services, GError **error)
{
  g_autofree char *folder = g_build_filename (jip_store_get_folder (services->store), "uploads", NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  gint64 now = newest_of (folder, names);
  for (guint i = 0; i < names->len && !services->stopping; i++)
    {
      g_autofree char *path = g_build_filename (folder, g_ptr_array_index (names, i), NULL);
      if (!sweep_one (services, path, g_ptr_array_index (names, i), now, error))
        return FALSE;
    }
  return TRUE;
}
