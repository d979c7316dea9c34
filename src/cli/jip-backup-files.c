/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A backup on the disk: backup.json, jiphyeon.db and blobs/, each copied, synced and looked at again. */
#include "jip-backup-files.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "jip-database.h"
#include "jip-error.h"
#include "jip-fields.h"
#include "jip-id.h"
#include "jip-json.h"

#define CHUNK (1024 * 1024)
#define MAX_SHEET 65536

void
jip_backup_sheet_clear (JipBackupSheet *sheet)
{
  g_clear_pointer (&sheet->id, g_free);
  g_clear_pointer (&sheet->epoch, g_free);
  g_clear_pointer (&sheet->taken_at, g_free);
  g_clear_pointer (&sheet->sha256, g_free);
}

static gboolean
fail_errno (GError **error, const char *path)
{
  int saved = errno;

  return jip_error_set (error, saved == ENOSPC || saved == EDQUOT ? JIP_ERROR_STORAGE_FULL : JIP_ERROR_FILE,
                        "%s: %s", path, g_strerror (saved));
}

gboolean
jip_backup_sync_folder (const char *folder, GError **error)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean synced = fd >= 0 && fsync (fd) == 0;

  if (!synced)
    fail_errno (error, folder);
  if (fd >= 0)
    close (fd);
  return synced;
}

static gboolean
write_all (int fd, const guint8 *data, gsize length)
{
  while (length > 0)
    {
      gssize n = write (fd, data, length);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      data += n;
      length -= (gsize) n;
    }
  return TRUE;
}

/* @to: -1 to read only */
static char *
pump (int from, int to, const char *from_path, const char *to_path, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  gssize n;

  while ((n = read (from, buffer, CHUNK)) > 0)
    {
      g_checksum_update (checksum, buffer, n);
      if (to >= 0 && !write_all (to, buffer, (gsize) n))
        {
          fail_errno (error, to_path);
          return NULL;
        }
    }
  if (n < 0 || (to >= 0 && fsync (to) != 0))
    {
      fail_errno (error, n < 0 ? from_path : to_path);
      return NULL;
    }
  return g_strdup (g_checksum_get_string (checksum));
}

/**
 * jip_backup_copy_file:
 * @to: (nullable): must not exist; %NULL to read only
 *
 * Returns: (transfer full) (nullable): the SHA-256 of what was copied and is durable now
 */
char *
jip_backup_copy_file (const char *from, const char *to, GError **error)
{
  int in = open (from, O_RDONLY | O_CLOEXEC);
  int out = -1;
  char *sha256 = NULL;

  if (in < 0)
    {
      fail_errno (error, from);
      return NULL;
    }
  if (to != NULL && (out = open (to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
    fail_errno (error, to);
  else
    sha256 = pump (in, out, from, to, error);
  close (in);
  if (out >= 0 && close (out) != 0 && sha256 != NULL)
    {
      fail_errno (error, to);
      g_clear_pointer (&sha256, g_free);
    }
  if (out >= 0 && sha256 == NULL)
    g_unlink (to);
  return sha256;
}

/* One file of the name of its contents; one that is there already is looked at again. */
static gboolean
copy_blob (const char *sha256, const char *from, const char *to, gboolean *missing, GError **error)
{
  char prefix[3] = { sha256[0], sha256[1], '\0' };
  g_autofree char *source = g_build_filename (from, prefix, sha256, NULL);
  g_autofree char *folder = to != NULL ? g_build_filename (to, prefix, NULL) : NULL;
  g_autofree char *target = to != NULL ? g_build_filename (to, prefix, sha256, NULL) : NULL;
  gboolean is_there = target != NULL && g_file_test (target, G_FILE_TEST_EXISTS);

  *missing = FALSE;
  if (folder != NULL && g_mkdir_with_parents (folder, 0700) != 0)
    return fail_errno (error, folder);
  g_autofree char *got = is_there ? jip_backup_copy_file (target, NULL, NULL) : NULL;
  if (g_strcmp0 (got, sha256) == 0)
    return TRUE;
  if (is_there)
    g_unlink (target);
  g_clear_pointer (&got, g_free);
  *missing = !g_file_test (source, G_FILE_TEST_EXISTS);
  if (*missing)
    return TRUE;
  got = jip_backup_copy_file (source, target, error);
  if (got == NULL)
    return FALSE;
  *missing = strcmp (got, sha256) != 0;
  if (*missing && target != NULL)
    g_unlink (target);
  return folder == NULL || jip_backup_sync_folder (folder, error);
}

static JipDatabase *
open_copy (const char *path, GError **error)
{
  g_autoptr (JipDatabase) database = jip_database_open_sqlite (path, JIP_DATABASE_READ_ONLY, error);

  if (database != NULL && jip_database_quick_check (database, error))
    return g_steal_pointer (&database);
  return NULL;
}

/**
 * jip_backup_copy_blobs:
 * @database: the path of the copy, which names the files
 * @from: a folder `blobs`
 * @to: (nullable): another one, %NULL to look at the files only
 * @n_missing: (out): files that are not there or damaged
 */
gboolean
jip_backup_copy_blobs (const char *database,
                       const char *from,
                       const char *to,
                       gint64 *n_files,
                       gint64 *n_missing,
                       GError **error)
{
  g_autoptr (JipDatabase) copy = open_copy (database, error);
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows
      = copy != NULL ? jip_database_query (copy, error, "SELECT sha256 FROM blob ORDER BY sha256", "") : NULL;

  *n_files = *n_missing = 0;
  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &problem))
    {
      const char *sha256 = jip_rows_text (rows, 0);
      gboolean missing = FALSE;
      if (!jip_sha256_is_valid (sha256))
        return jip_error_set (error, JIP_ERROR_DAMAGED, _ ("%s: names a file that cannot be"), database);
      if (!copy_blob (sha256, from, to, &missing, error))
        return FALSE;
      *n_files += !missing;
      *n_missing += missing;
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
jip_backup_sheet_write (const char *folder, const JipBackupSheet *sheet, GError **error)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  g_autofree char *path = g_build_filename (folder, JIP_BACKUP_SHEET, NULL);

  json_object_set_string_member (object, "format", JIP_BACKUP_FORMAT);
  json_object_set_string_member (object, "id", sheet->id);
  json_object_set_string_member (object, "epoch", sheet->epoch);
  json_object_set_int_member (object, "seq", sheet->seq);
  json_object_set_string_member (object, "taken_at", sheet->taken_at);
  json_object_set_string_member (object, "sha256", sheet->sha256);
  json_object_set_int_member (object, "files", sheet->n_files);
  json_object_set_int_member (object, "missing", sheet->n_missing);
  json_node_take_object (node, object);
  g_autofree char *text = jip_json_to_string (node);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  return (g_file_set_contents_full (
             path, line, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error))
         && jip_backup_sync_folder (folder, error);
}

static gboolean
parse_sheet (JsonNode *node, JipBackupSheet *sheet, GError **error)
{
  static const char *const formats[] = { JIP_BACKUP_FORMAT, NULL };
  JipFields fields;

  jip_fields_init (&fields, node, "$");
  jip_fields_choice (&fields, "format", JIP_REQUIRED, (const char **) formats);
  const char *id = jip_fields_id (&fields, "id", JIP_REQUIRED);
  const char *epoch = jip_fields_id (&fields, "epoch", JIP_REQUIRED);
  sheet->seq = jip_fields_int (&fields, "seq", JIP_REQUIRED, 0, JIP_JSON_MAX_INTEGER, 0);
  const char *taken_at = jip_fields_string (&fields, "taken_at", JIP_REQUIRED, 64);
  const char *sha256 = jip_fields_string (&fields, "sha256", JIP_REQUIRED, 64);
  sheet->n_files = jip_fields_int (&fields, "files", JIP_REQUIRED, 0, JIP_JSON_MAX_INTEGER, 0);
  sheet->n_missing = jip_fields_int (&fields, "missing", JIP_REQUIRED, 0, JIP_JSON_MAX_INTEGER, 0);
  if (!jip_fields_finish (&fields, error))
    return FALSE;
  sheet->id = g_strdup (id);
  sheet->epoch = g_strdup (epoch);
  sheet->taken_at = g_strdup (taken_at);
  sheet->sha256 = g_strdup (sha256);
  return TRUE;
}

gboolean
jip_backup_sheet_read (const char *folder, JipBackupSheet *sheet, GError **error)
{
  g_autofree char *path = g_build_filename (folder, JIP_BACKUP_SHEET, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) problem = NULL;
  gsize length = 0;

  *sheet = (JipBackupSheet){ NULL };
  if (!g_file_get_contents (path, &text, &length, NULL) || length > MAX_SHEET)
    return jip_error_set (error, JIP_ERROR_FILE,
                          _ ("%s: is no whole backup: %s is missing. Take another backup."), folder,
                          JIP_BACKUP_SHEET);
  g_autoptr (JsonNode) node = jip_json_parse (text, (gssize) length, &problem);
  if (node != NULL && parse_sheet (node, sheet, &problem))
    return TRUE;
  return jip_error_set (error, JIP_ERROR_DAMAGED, "%s: %s", path, problem->message);
}

static JsonArray *
read_replicas (JipDatabase *database, GError **error)
{
  g_autoptr (JsonArray) list = json_array_new ();
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error, "SELECT id, last_n FROM replica WHERE last_n > 0 ORDER BY id", "");

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    {
      JsonArray *pair = json_array_new ();
      json_array_add_string_element (pair, jip_rows_text (rows, 0));
      json_array_add_int_element (pair, jip_rows_int (rows, 1));
      json_array_add_array_element (list, pair);
    }
  if (problem == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

/**
 * jip_backup_check:
 * @sheet: (out caller-allocates): to be cleared
 *
 * Looks at every byte of a backup: the database opens, is whole and is the one that was copied; so are the files.
 *
 * Returns: (transfer full) (nullable): `[replica, last_n]` for each replica whose work it contains
 */
JsonArray *
jip_backup_check (const char *folder, JipBackupSheet *sheet, GError **error)
{
  g_autofree char *database = g_build_filename (folder, JIP_BACKUP_DATABASE, NULL);
  g_autofree char *blobs = g_build_filename (folder, "blobs", NULL);
  gint64 n_files, n_missing;

  if (!jip_backup_sheet_read (folder, sheet, error))
    return NULL;
  g_autofree char *sha256 = jip_backup_copy_file (database, NULL, error);
  if (sha256 == NULL)
    return NULL;
  if (strcmp (sha256, sheet->sha256) != 0)
    {
      jip_error_set (error, JIP_ERROR_DAMAGED, _ ("%s: is not what was copied. Take another backup."),
                     database);
      return NULL;
    }
  if (!jip_backup_copy_blobs (database, blobs, NULL, &n_files, &n_missing, error))
    return NULL;
  if (n_missing > sheet->n_missing)
    {
      jip_error_set (error, JIP_ERROR_DAMAGED, _ ("%s: files are missing or damaged. Take another backup."),
                     blobs);
      return NULL;
    }
  g_autoptr (JipDatabase) copy = open_copy (database, error);
  return copy != NULL ? read_replicas (copy, error) : NULL;
}
