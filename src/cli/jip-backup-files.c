/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A backup on the disk: backup.json, jiphyeon.db and blobs/, each copied, synced and looked at again. */
#include "jip-backup-files.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jip-database.h"
#include "jip-error.h"
#include "jip-feed-table.h"
#include "jip-fields.h"
#include "jip-file-rules.h"
#include "jip-json.h"
#include "jip-migrations.h"
#include "jip-sha256.h"
#include "jip-sync.h"
#include "jip-time.h"
#include "jipctl-common.h"

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
  gboolean synced = fd >= 0 && (fsync (fd) == 0 || errno == EINVAL); /* some network file systems cannot */

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

/* Nothing but a plain file is read: a pipe would be waited for, a device has no end, and what a link leads to is not in
 * the backup. Returns a descriptor; -1 with @error, or without one and with errno where the file cannot be opened. */
static int
open_plain (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct stat info;

  if (fd < 0 && errno != ELOOP && errno != ENXIO)
    return -1;
  if (fd >= 0 && fstat (fd, &info) == 0 && S_ISREG (info.st_mode))
    return fd;
  jip_error_set (error, JIP_ERROR_FILE,
                 _ ("%s: is a folder, link, pipe or device where a file is expected. Use another backup."),
                 path);
  if (fd >= 0)
    close (fd);
  return -1;
}

/* @to: -1 to read only
 * @limit: (inout): bytes; what is longer is not read to its end and has no hash. How many there were */
static char *
pump (int from, int to, const char *from_path, const char *to_path, gint64 *limit, GError **error)
{
  gint64 length = 0;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  gssize n;

  while ((n = read (from, buffer, CHUNK)) > 0)
    {
      length += n;
      if (length > *limit)
        {
          jip_error_set (error, JIP_ERROR_DAMAGED, _ ("%s: is larger than it can be. Use another backup."),
                         from_path);
          return NULL;
        }
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
  *limit = length;
  return g_strdup (g_checksum_get_string (checksum));
}

static char *
copy_limited (int in, const char *from, const char *to, gint64 *limit, GError **error)
{
  int out = -1;
  char *sha256 = NULL;

  if (to != NULL && (out = open (to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
    fail_errno (error, to);
  else
    sha256 = pump (in, out, from, to, limit, error);
  if (out >= 0 && close (out) != 0 && sha256 != NULL)
    {
      fail_errno (error, to);
      g_clear_pointer (&sha256, g_free);
    }
  if (out >= 0 && sha256 == NULL)
    g_unlink (to);
  return sha256;
}

/**
 * jip_backup_copy_open:
 * @in: a descriptor, which is read from its position on
 * @from: what to call it in an error
 * @to: (nullable): must not exist; %NULL to read only
 * @size: (out): how many bytes
 *
 * Returns: (transfer full) (nullable): the SHA-256 of what was copied and is durable now
 */
char *
jip_backup_copy_open (int in, const char *from, const char *to, gint64 *size, GError **error)
{
  *size = G_MAXINT64;
  return copy_limited (in, from, to, size, error);
}

/**
 * jip_backup_copy_file:
 * @to: (nullable): must not exist; %NULL to read only
 * @limit: bytes that it may have at most
 *
 * Returns: (transfer full) (nullable): as jip_backup_copy_open()
 */
char *
jip_backup_copy_file (const char *from, const char *to, gint64 limit, GError **error)
{
  g_autoptr (GError) problem = NULL;
  int in = open_plain (from, &problem);
  char *sha256 = NULL;

  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  else if (in < 0)
    fail_errno (error, from);
  else
    sha256 = copy_limited (in, from, to, &limit, error);
  if (in >= 0)
    close (in);
  return sha256;
}

/* Whether a file can be read and is what its name says. */
static gboolean
is_whole (const char *path, const char *sha256)
{
  g_autofree char *got = jip_backup_copy_file (path, NULL, JIP_FILE_MAX_SIZE, NULL);

  return g_strcmp0 (got, sha256) == 0;
}

/* One file of the name of its contents; one that is there already is looked at again. What cannot be read of @from is as
 * good as lost; that @to cannot be written is an error. */
static gboolean
copy_blob (const char *sha256, const char *source, const char *to, JipBackupLoss *loss, GError **error)
{
  char prefix[3] = { sha256[0], sha256[1], '\0' };
  g_autofree char *folder = to != NULL ? g_build_filename (to, prefix, NULL) : NULL;
  g_autofree char *target = to != NULL ? g_build_filename (to, prefix, sha256, NULL) : NULL;
  g_autoptr (GError) problem = NULL;

  *loss = JIP_BACKUP_WHOLE;
  if (folder != NULL && g_mkdir_with_parents (folder, 0700) != 0)
    return fail_errno (error, folder);
  if (target != NULL && is_whole (target, sha256))
    return TRUE;
  if (target != NULL)
    g_unlink (target);
  struct stat info;
  if (lstat (source, &info) != 0 && (errno == ENOENT || errno == ENOTDIR))
    {
      *loss = JIP_BACKUP_MISSING;
      return TRUE;
    }
  g_autofree char *got = jip_backup_copy_file (source, target, JIP_FILE_MAX_SIZE, &problem);
  if (g_strcmp0 (got, sha256) == 0)
    return folder == NULL || jip_backup_sync_folder (folder, error);
  if (got == NULL && target != NULL && is_whole (source, sha256))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  *loss = JIP_BACKUP_DAMAGED;
  if (target != NULL)
    g_unlink (target);
  return TRUE;
}

static gboolean
set_damaged (GError **error, const char *path)
{
  return jip_error_set (error, JIP_ERROR_DAMAGED, _ ("%s: is damaged. Use another backup."), path);
}

/* The server's tables are tables: a view would be asked in their place and a trigger run beside them, whatever they do
 * and however long. */
static gboolean
has_tables_only (JipDatabase *database)
{
  return jip_database_query_int (
             database, 1, NULL, "SELECT COUNT(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')", "")
         == 0;
}

/* A database may be anything until it says which schema it has, and what is newer this program cannot judge. */
static gboolean
check_schema (JipDatabase *database, const char *path, GError **error)
{
  if (!has_tables_only (database))
    return jip_error_set (error, JIP_ERROR_DAMAGED, _ ("%s: is not the database of a backup."), path);
  g_autofree char *text = jip_meta_get (database, "schema", NULL);
  guint latest = jip_migrations_get_latest (JIP_SCHEMA_SERVER);
  guint64 schema;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT, &schema, NULL))
    return jip_error_set (error, JIP_ERROR_DAMAGED, _ ("%s: is not the database of a backup."), path);
  return schema <= latest
         || jip_error_set (
             error, JIP_ERROR_UNSUPPORTED,
             _ ("%s: was written by a newer version of this program (schema %u, this program knows "
                "%u). Install the newer version first."),
             path, (guint) schema, latest);
}

static JipDatabase *
open_copy (const char *path, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipDatabase) database
      = jip_database_open_sqlite (path, JIP_DATABASE_READ_ONLY | JIP_DATABASE_LONE_FILE, &problem);

  if (database == NULL || !jip_database_quick_check (database, &problem))
    {
      set_damaged (error, path);
      return NULL;
    }
  return check_schema (database, path, error) ? g_steal_pointer (&database) : NULL;
}

/* A #JipBackupLost that prints a line. */
void
jip_backup_say_lost (const char *path, JipBackupLoss loss, gpointer command)
{
  g_autofree char *text
      = g_strdup_printf (loss == JIP_BACKUP_MISSING ? _ ("%s: is missing") : _ ("%s: is damaged"), path);

  jipctl_say_finding (command, text);
}

/**
 * jip_backup_copy_blobs:
 * @database: the path of the copy, which names the files
 * @from: a folder `blobs`
 * @to: (nullable): another one, %NULL to look at the files only
 * @lost: (nullable): told of each file that is not there or damaged
 * @count: (out): how many files there are, and how many are lost
 */
gboolean
jip_backup_copy_blobs (const char *database,
                       const char *from,
                       const char *to,
                       JipBackupLost lost,
                       gpointer data,
                       JipBackupCount *count,
                       GError **error)
{
  g_autoptr (JipDatabase) copy = open_copy (database, error);
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows
      = copy != NULL ? jip_database_query (copy, error, "SELECT sha256 FROM blob ORDER BY sha256", "") : NULL;

  *count = (JipBackupCount){ 0 };
  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &problem))
    {
      const char *sha256 = jip_rows_text (rows, 0);
      JipBackupLoss loss;
      if (sha256 == NULL || !jip_sha256_is_valid (sha256))
        return jip_error_set (error, JIP_ERROR_DAMAGED, _ ("%s: names a file that cannot be"), database);
      char prefix[3] = { sha256[0], sha256[1], '\0' };
      g_autofree char *source = g_build_filename (from, prefix, sha256, NULL);
      if (!copy_blob (sha256, source, to, &loss, error))
        return FALSE;
      count->n_whole += loss == JIP_BACKUP_WHOLE;
      count->n_lost += loss != JIP_BACKUP_WHOLE;
      if (loss != JIP_BACKUP_WHOLE && lost != NULL)
        lost (source, loss, data);
    }
  if (problem == NULL)
    return to == NULL || count->n_whole == 0 || jip_backup_sync_folder (to, error);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
jip_backup_sheet_write (const char *folder, const JipBackupSheet *sheet, GError **error)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  g_autofree char *path = g_build_filename (folder, JIP_BACKUP_SHEET, NULL);
  g_autofree char *above = g_build_filename (folder, "..", NULL);

  json_object_set_string_member (object, "format", JIP_BACKUP_FORMAT);
  json_object_set_string_member (object, "id", sheet->id);
  json_object_set_string_member (object, "epoch", sheet->epoch);
  json_object_set_int_member (object, "seq", sheet->seq);
  json_object_set_string_member (object, "taken_at", sheet->taken_at);
  json_object_set_string_member (object, "sha256", sheet->sha256);
  json_object_set_int_member (object, "size", sheet->size);
  json_object_set_int_member (object, "files", sheet->n_files);
  json_object_set_int_member (object, "missing", sheet->n_missing);
  json_node_take_object (node, object);
  g_autofree char *text = jip_json_to_string (node);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  return (g_file_set_contents_full (
             path, line, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error))
         && jip_backup_sync_folder (folder, error)
         && (g_access (above, R_OK) != 0 || jip_backup_sync_folder (above, error));
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
  sheet->size = jip_fields_int (&fields, "size", JIP_OPTIONAL, 0, JIP_JSON_MAX_INTEGER, G_MAXINT64);
  sheet->n_files = jip_fields_int (&fields, "files", JIP_REQUIRED, 0, JIP_JSON_MAX_INTEGER, 0);
  sheet->n_missing = jip_fields_int (&fields, "missing", JIP_REQUIRED, 0, JIP_JSON_MAX_INTEGER, 0);
  gint64 moment;
  if (taken_at != NULL && !jip_time_parse (taken_at, &moment))
    jip_fields_fail (&fields, "taken_at", _ ("a moment is expected, such as 2026-07-22T05:03:11.250Z"));
  if (!jip_fields_finish (&fields, error))
    return FALSE;
  sheet->id = g_strdup (id);
  sheet->epoch = g_strdup (epoch);
  sheet->taken_at = g_strdup (taken_at);
  sheet->sha256 = g_strdup (sha256);
  return TRUE;
}

/* No more of it than a sheet can have, whatever the file is. */
static gboolean
read_sheet (const char *path, char **text, gsize *length, GError **error)
{
  g_autofree char *buffer = g_malloc (MAX_SHEET + 1);
  g_autoptr (GError) problem = NULL;
  int fd = open_plain (path, &problem);
  gssize n = fd >= 0 ? read (fd, buffer, MAX_SHEET + 1) : -1;
  int saved = errno;

  if (fd >= 0)
    close (fd);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (n < 0 || n > MAX_SHEET)
    {
      g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (n < 0 ? saved : EFBIG),
                           g_strerror (n < 0 ? saved : EFBIG));
      return FALSE;
    }
  *text = g_steal_pointer (&buffer);
  *length = (gsize) n;
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
  if (!read_sheet (path, &text, &length, &problem))
    return g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT)
               ? jip_error_set (error, JIP_ERROR_FILE,
                                _ ("%s: is no whole backup: %s is missing. Use another one."), folder,
                                JIP_BACKUP_SHEET)
           : problem->domain == JIP_ERROR
               ? jip_error_set (error, JIP_ERROR_FILE, "%s", problem->message)
               : jip_error_set (error, JIP_ERROR_FILE, "%s: %s", path, problem->message);
  g_autoptr (JsonNode) node = jip_json_parse (text, (gssize) length, &problem);
  if (node != NULL && parse_sheet (node, sheet, &problem))
    return TRUE;
  return jip_error_set (error, JIP_ERROR_DAMAGED, "%s: %s", path, problem->message);
}

static gboolean
set_foreign_sheet (GError **error, const char *folder)
{
  return jip_error_set (error, JIP_ERROR_DAMAGED,
                        _ ("%s/%s: does not belong to the database beside it. Use another backup."), folder,
                        JIP_BACKUP_SHEET);
}

/* The sheet may be another backup's. */
static gboolean
check_sheet (const char *folder, JipDatabase *database, const JipBackupSheet *sheet, GError **error)
{
  g_autofree char *epoch = jip_meta_get (database, "epoch", NULL);
  gint64 seq;

  return jip_feed_get_seq (database, &seq, error)
         && ((g_strcmp0 (epoch, sheet->epoch) == 0 && seq == sheet->seq)
             || set_foreign_sheet (error, folder));
}

/**
 * jip_backup_check_database:
 * @path: of a copy
 * @sheet: what it must be
 *
 * Whether this program can bring back what lies in it.
 */
gboolean
jip_backup_check_database (const char *folder, const char *path, const JipBackupSheet *sheet, GError **error)
{
  g_autoptr (JipDatabase) copy = open_copy (path, error);

  return copy != NULL && check_sheet (folder, copy, sheet, error);
}

/* The numbers of which a desktop must keep the entry, although the backup contains them. What waits after a restore: the
 * file of an attachment, for instance, is sent when the row is back; under whatever name it came and waits. What was refused
 * after a restore: a receipt of before may still say that it had been taken. */
#define STILL_NEEDED \
  "WITH waiting AS (SELECT p.replica AS replica, p.n AS n, COALESCE (o.origin_replica, p.replica) AS origin_replica," \
  " COALESCE (o.origin_n, p.n) AS origin_n FROM parked p LEFT JOIN origin o ON o.replica = p.replica AND o.n = p.n)," \
  " needed AS (SELECT replica, n FROM waiting" \
  " UNION SELECT o.replica, o.n FROM waiting w JOIN origin o" \
  " ON o.origin_replica = w.origin_replica AND o.origin_n = w.origin_n" \
  " UNION SELECT w.origin_replica, w.origin_n FROM waiting w JOIN replica other ON other.id = w.origin_replica" \
  " JOIN replica own ON own.id = w.replica AND own.account = other.account" \
  " UNION SELECT v.replica, v.n FROM verdict v WHERE v.status <> 'ok' AND v.received_at > $1" \
  " AND v.seq >= (SELECT MIN (first_seq) FROM epoch)) "

/* A copy may still fill a hole. The copy of the database is SQLite's, whatever the server has; one of an older version, which
 * did not write down what copies bring, lets nobody forget anything. */
static JsonArray *
read_replicas (JipDatabase *database, GError **error)
{
  g_autoptr (JsonArray) list = json_array_new ();
  g_autoptr (GError) problem = NULL;

  gint64 n_tables = jip_database_query_int (database, -1, error,
                                            "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'origin'", "");
  if (n_tables <= 0)
    return n_tables == 0 ? g_steal_pointer (&list) : NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      STILL_NEEDED
      "SELECT id, safe FROM (SELECT r.id AS id, MIN (r.last_n,"
      " COALESCE ((SELECT MIN (m.n) - 1 FROM needed m WHERE m.replica = r.id), r.last_n),"
      " COALESCE ((SELECT MIN (h.first_n) - 1 FROM hole h WHERE h.replica = r.id AND h.last_n - h.first_n >="
      " (SELECT COUNT(*) FROM verdict v WHERE v.replica = h.replica AND v.n BETWEEN h.first_n AND h.last_n)),"
      " r.last_n)) AS safe FROM replica r) WHERE safe > 0 ORDER BY id",
      "i", jip_time_now () - JIP_SYNC_KEEP_UNBACKED_MS);

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

/* What a link leads to may be on the disk that the backup is for. */
static gboolean
check_no_link (const char *folder, GError **error)
{
  struct stat info;

  return lstat (folder, &info) != 0 || S_ISDIR (info.st_mode)
         || jip_error_set (error, JIP_ERROR_FILE,
                           _ ("%s: is no folder of the backup itself. Copy the files into it, or use another "
                              "backup."),
                           folder);
}

/* @blobs: whose folders have 256 names at most */
static gboolean
check_no_links (const char *blobs, GError **error)
{
  if (!check_no_link (blobs, error))
    return FALSE;
  for (guint i = 0; i < 256; i++)
    {
      g_autofree char *folder = g_strdup_printf ("%s/%02x", blobs, i);
      if (!check_no_link (folder, error))
        return FALSE;
    }
  return TRUE;
}

static void
keep_first (const char *path, JipBackupLoss loss, gpointer data)
{
  char **first = data;

  if (*first == NULL)
    *first = g_strdup (path);
}

/**
 * jip_backup_check:
 * @sheet: (out caller-allocates): to be cleared
 *
 * Looks at every byte of a backup: the database opens, is whole and is the one that was copied; so are the files.
 *
 * Returns: (transfer full) (nullable): `[replica, n]` for each replica: up to which n it contains the work
 */
JsonArray *
jip_backup_check (const char *folder, JipBackupSheet *sheet, GError **error)
{
  g_autofree char *database = g_build_filename (folder, JIP_BACKUP_DATABASE, NULL);
  g_autofree char *blobs = g_build_filename (folder, "blobs", NULL);
  JipBackupCount count;

  if (!jip_backup_sheet_read (folder, sheet, error))
    return NULL;
  g_autofree char *sha256 = jip_backup_copy_file (database, NULL, sheet->size, error);
  if (sha256 == NULL)
    return NULL;
  if (strcmp (sha256, sheet->sha256) != 0)
    {
      jip_error_set (error, JIP_ERROR_DAMAGED, _ ("%s: is not what was copied. Take another backup."),
                     database);
      return NULL;
    }
  g_autofree char *first = NULL;
  if (!check_no_links (blobs, error)
      || !jip_backup_copy_blobs (database, blobs, NULL, keep_first, &first, &count, error))
    return NULL;
  if (count.n_lost > sheet->n_missing)
    {
      jip_error_set (
          error, JIP_ERROR_DAMAGED,
          _ ("%s: is missing or damaged (%" PRId64 " files of %" PRId64 " are). Take another backup."), first,
          count.n_lost, count.n_whole + count.n_lost);
      return NULL;
    }
  if (count.n_whole + count.n_lost != sheet->n_files + sheet->n_missing)
    {
      set_foreign_sheet (error, folder);
      return NULL;
    }
  g_autoptr (JipDatabase) copy = open_copy (database, error);
  return copy != NULL && check_sheet (folder, copy, sheet, error) ? read_replicas (copy, error) : NULL;
}
