/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole database into an empty one, of whichever kind the two are. */
#include "jip-store-copy.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "jip-digest.h"

#define BATCH_ROWS 500
#define BATCH_VALUES 500
#define BATCH_BYTES (4u << 20)
#define CURSOR "jip_copy"

/* All rows of a table, one after the other. PostgreSQL's client holds a result in memory as a whole, so there they come
 * through a cursor. */
typedef struct
{
  JipDatabase *database;
  JipRows *rows;
  gboolean has_cursor;
  gboolean got_row;
} Scan;

static gboolean
fetch (Scan *self, GError **error)
{
  g_clear_pointer (&self->rows, jip_rows_free);
  self->rows = jip_database_query (self->database, error,
                                   "FETCH FORWARD " G_STRINGIFY (BATCH_ROWS) " FROM " CURSOR, NULL);
  self->got_row = FALSE;
  return self->rows != NULL;
}

static gboolean
scan_begin (Scan *self, JipDatabase *database, const char *select, GError **error)
{
  *self = (Scan){ .database = database };
  self->has_cursor = g_str_equal (jip_database_get_driver (database), "postgresql");
  if (self->has_cursor)
    {
      g_autofree char *sql = g_strconcat ("DECLARE " CURSOR " NO SCROLL CURSOR FOR ", select, NULL);
      return jip_database_exec (database, sql, error) && fetch (self, error);
    }
  self->rows = jip_database_query (database, error, select, NULL);
  return self->rows != NULL;
}

/* FALSE at the end and, with @error set, on an error. */
static gboolean
scan_next (Scan *self, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (jip_rows_next (self->rows, &problem))
    {
      self->got_row = TRUE;
      return TRUE;
    }
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (!self->has_cursor || !self->got_row || !fetch (self, error))
    return FALSE;
  return scan_next (self, error);
}

static void
scan_end (Scan *self)
{
  g_clear_pointer (&self->rows, jip_rows_free);
  if (self->has_cursor)
    jip_database_exec (self->database, "CLOSE " CURSOR, NULL);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scan, scan_end)

/* A table on its way: what was read, and what waits to be written. */
typedef struct
{
  const char *name;
  char *columns;
  guint n_columns;
  gint64 n_rows;
  JipDigest digest;
  GArray *values; /* of JipValue */
  GPtrArray *texts;
  GPtrArray *blobs;
  gsize n_bytes;
} Table;

static void
table_clear (Table *self)
{
  g_free (self->columns);
  g_clear_pointer (&self->values, g_array_unref);
  g_clear_pointer (&self->texts, g_ptr_array_unref);
  g_clear_pointer (&self->blobs, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Table, table_clear)

/* Learns the columns from the database that is read. */
static gboolean
table_init (Table *self, JipDatabase *from, const char *name, GError **error)
{
  g_autofree char *select = g_strdup_printf ("SELECT * FROM %s LIMIT 0", name);
  g_autoptr (JipRows) rows = jip_database_query (from, error, select, NULL);
  g_autoptr (GString) columns = g_string_new (NULL);

  *self = (Table){ .name = name };
  if (rows == NULL)
    return FALSE;
  self->n_columns = jip_rows_get_n_columns (rows);
  for (guint i = 0; i < self->n_columns; i++)
    g_string_append_printf (columns, "%s%s", i > 0 ? ", " : "", jip_rows_get_name (rows, i));
  self->columns = g_string_free (g_steal_pointer (&columns), FALSE);
  self->values = g_array_new (FALSE, FALSE, sizeof (JipValue));
  self->texts = g_ptr_array_new_with_free_func (g_free);
  self->blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  return TRUE;
}

/* The value in @column, which the table keeps until it is written. */
static JipValue
take_value (Table *self, JipRows *rows, guint column)
{
  JipValue value = { .type = jip_rows_get_type (rows, column) };

  switch (value.type)
    {
    case 't':
      value.text = g_strdup (jip_rows_text (rows, column));
      g_ptr_array_add (self->texts, (gpointer) value.text);
      self->n_bytes += strlen (value.text);
      break;
    case 'i':
      value.integer = jip_rows_int (rows, column);
      break;
    case 'd':
      value.real = jip_rows_double (rows, column);
      break;
    case 'b':
      value.bytes = jip_rows_blob (rows, column);
      g_ptr_array_add (self->blobs, value.bytes);
      self->n_bytes += g_bytes_get_size (value.bytes);
      break;
    default:
      break;
    }
  return value;
}

static void
hash_value (GChecksum *checksum, const JipValue *value)
{
  char head[64] = { value->type != 0 ? value->type : '0' };
  gconstpointer data = NULL;
  gsize length = 0;

  if (value->type == 't')
    {
      data = value->text;
      length = strlen (value->text);
    }
  else if (value->type == 'b')
    data = g_bytes_get_data (value->bytes, &length);
  if (value->type == 'i')
    g_snprintf (head + 1, sizeof head - 1, "%" G_GINT64_FORMAT " ", value->integer);
  else if (value->type == 'd')
    g_snprintf (head + 1, sizeof head - 1, "%a ", value->real);
  else
    g_snprintf (head + 1, sizeof head - 1, "%" G_GSIZE_FORMAT " ", length);
  g_checksum_update (checksum, (const guchar *) head, -1);
  if (length > 0)
    g_checksum_update (checksum, data, (gssize) length);
}

/* Adds a row to the table's sum, which is the same in whatever order the rows come. */
static void
add_row (Table *self, const JipValue *values)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  JipDigest digest;

  g_checksum_update (checksum, (const guchar *) self->name, -1);
  for (guint i = 0; i < self->n_columns; i++)
    hash_value (checksum, &values[i]);
  jip_digest_from_hex (&digest, g_checksum_get_string (checksum));
  jip_digest_add (&self->digest, &digest);
  self->n_rows++;
}

/* Empties the batch. */
static void
forget (Table *self)
{
  g_array_set_size (self->values, 0);
  g_ptr_array_set_size (self->texts, 0);
  g_ptr_array_set_size (self->blobs, 0);
  self->n_bytes = 0;
}

static gboolean
write_batch (Table *self, JipDatabase *to, GError **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  if (self->values->len == 0)
    return TRUE;
  g_string_printf (sql, "INSERT INTO %s (%s) VALUES ", self->name, self->columns);
  for (guint i = 0; i < self->values->len; i++)
    g_string_append_printf (sql, "%s$%u%s",
                            i % self->n_columns > 0 ? ", "
                            : i > 0                 ? ", ("
                                                    : "(",
                            i + 1, (i + 1) % self->n_columns == 0 ? ")" : "");
  gboolean written = jip_database_run_values (
      to, error, sql->str, (const JipValue *) (gpointer) self->values->data, self->values->len);
  forget (self);
  return written;
}

/* Reads the whole table from @from, in batches; writes them to @to where there is one. */
static gboolean
pass_rows (Table *self, JipDatabase *from, JipDatabase *to, GError **error)
{
  g_autofree char *select = g_strdup_printf ("SELECT %s FROM %s", self->columns, self->name);
  g_autoptr (GError) problem = NULL;
  g_auto (Scan) scan = { NULL };

  if (!scan_begin (&scan, from, select, error))
    return FALSE;
  while (jip_database_check_stop (from, &problem) && scan_next (&scan, &problem))
    {
      guint first = self->values->len;
      for (guint i = 0; i < self->n_columns; i++)
        {
          JipValue value = take_value (self, scan.rows, i);
          g_array_append_val (self->values, value);
        }
      add_row (self, &g_array_index (self->values, JipValue, first));
      if (to == NULL)
        forget (self);
      else if ((self->values->len + self->n_columns > BATCH_VALUES || self->n_bytes > BATCH_BYTES)
               && !write_batch (self, to, error))
        return FALSE;
    }
  if (problem == NULL)
    return to == NULL || write_batch (self, to, error);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Copies one table and reads it back. */
static gboolean
copy_table (JipDatabase *from, JipDatabase *to, const char *name, JipStoreCopied *copied, GError **error)
{
  g_autofree char *clear = g_strconcat ("DELETE FROM ", name, NULL);
  g_auto (Table) table = { NULL };
  g_auto (Table) written = { NULL };
  JipDigest sum = { { 0 } };

  /* the schema itself brings a few rows */
  if (!table_init (&table, from, name, error) || !jip_database_run (to, error, clear, NULL)
      || !pass_rows (&table, from, to, error))
    return FALSE;
  if (!table_init (&written, from, name, error) || !pass_rows (&written, to, NULL, error))
    return FALSE;
  if (table.n_rows != written.n_rows || memcmp (&table.digest, &written.digest, sizeof table.digest) != 0)
    return jip_error_set (error, JIP_ERROR_DATABASE,
                          _ ("The table “%s” is not the same after it was copied. Nothing was changed."),
                          name);
  if (copied->digest != NULL)
    jip_digest_from_hex (&sum, copied->digest);
  jip_digest_add (&sum, &table.digest);
  g_free (copied->digest);
  copied->digest = jip_digest_to_hex (&sum);
  copied->n_tables++;
  copied->n_rows += table.n_rows;
  return TRUE;
}

/* jip_migrations_check() without its readiness to write. */
static gboolean
check_version (JipDatabase *from, JipSchema schema, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *text = jip_meta_get (from, "schema", &problem);
  guint64 at = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (at == jip_migrations_get_latest (schema))
    return TRUE;
  return jip_error_set (
      error, JIP_ERROR_UNSUPPORTED,
      _ ("The data is at schema %u, this program works with %u. Start and stop the jiphyeond of this "
         "version on it first."),
      (guint) at, jip_migrations_get_latest (schema));
}

/**
 * jip_store_copy_tables:
 * @from: with a transaction open, so that all of it is of one moment
 * @to: empty, with a transaction open that the caller commits
 * @copied: (out caller-allocates): to be cleared
 *
 * Makes the schema in @to, copies every table in batches, reads it back and compares the number of the rows and the sum
 * of their SHA-256.
 */
gboolean
jip_store_copy_tables (JipDatabase *from,
                       JipDatabase *to,
                       JipSchema schema,
                       JipStoreCopied *copied,
                       GError **error)
{
  g_return_val_if_fail (jip_database_in_transaction (from) && jip_database_in_transaction (to), FALSE);

  *copied = (JipStoreCopied){ 0 };
  if (!check_version (from, schema, error) || !jip_migrations_apply (to, schema, error))
    return FALSE;
  g_auto (GStrv) tables = jip_migrations_list_tables (schema, error);
  for (guint i = 0; tables != NULL && tables[i] != NULL; i++)
    if (!copy_table (from, to, tables[i], copied, error))
      return FALSE;
  return tables != NULL;
}

/* Copies all of @from, which has no transaction open, into @to in one transaction. */
static gboolean
copy_whole (JipDatabase *from, JipDatabase *to, JipSchema schema, JipStoreCopied *copied, GError **error)
{
  if (!jip_database_begin_read (from, error))
    return FALSE;
  gboolean done = jip_database_begin (to, error) && jip_store_copy_tables (from, to, schema, copied, error)
                  && jip_database_commit (to, error);
  jip_database_rollback (to, NULL);
  jip_database_rollback (from, NULL);
  return done;
}

static gboolean
stop_cb (gpointer data)
{
  return !jip_database_check_stop (data, NULL);
}

/**
 * jip_store_copy_to_file:
 * @from: with no transaction open
 * @path: a file that does not exist yet; made with mode 0600
 *
 * Writes the whole database as it is at one moment into an SQLite file, whichever kind it is itself. Ends early, and
 * leaves no file, where jip_database_set_stop() of @from says so.
 */
gboolean
jip_store_copy_to_file (JipDatabase *from, const char *path, JipSchema schema, GError **error)
{
  g_auto (JipStoreCopied) copied = { 0 };

  g_return_val_if_fail (from != NULL && path != NULL, FALSE);

  if (g_str_equal (jip_database_get_driver (from), "sqlite"))
    return jip_database_vacuum_into (from, path, error);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return jip_error_set (error, JIP_ERROR_FILE, _ ("%s: is there already"), path);
  JipDatabase *to = jip_database_open_sqlite (path, JIP_DATABASE_CREATE, error);
  if (to != NULL)
    jip_database_set_stop (to, stop_cb, from);
  /* one file, as VACUUM INTO makes it */
  gboolean done = to != NULL && copy_whole (from, to, schema, &copied, error)
                  && jip_database_exec (to, "PRAGMA journal_mode = DELETE", error);
  g_clear_pointer (&to, jip_database_free);
  if (!done)
    {
      g_unlink (path);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_empty (JipDatabase *database, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gint64 n = jip_database_query_int (
      database, -1, &problem,
      "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')",
      NULL);

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (n == 0)
    return TRUE;
  return jip_error_set (error, JIP_ERROR_BAD_ARGS,
                        _ ("The database is not empty. Name an empty one (createdb makes one)."));
}

/**
 * jip_store_copy_from_file:
 * @path: an SQLite file, which is only read
 * @uri: an empty database
 *
 * Copies all of the file into the database, in one transaction: afterwards all is there, or nothing.
 *
 * Errors: %JIP_ERROR_BAD_ARGS (it is not empty), %JIP_ERROR_UNSUPPORTED (the file is of another version)
 */
gboolean
jip_store_copy_from_file (const char *path,
                          const char *uri,
                          JipStoreOpener opener,
                          JipSchema schema,
                          JipStoreCopied *copied,
                          GError **error)
{
  g_return_val_if_fail (path != NULL && uri != NULL && opener != NULL, FALSE);

  g_autoptr (JipDatabase) from = jip_database_open_sqlite (path, JIP_DATABASE_READ_ONLY, error);
  if (from == NULL || !jip_database_quick_check (from, error))
    return FALSE;
  g_autoptr (JipDatabase) to = opener (uri, JIP_DATABASE_EXCLUSIVE, error);
  return to != NULL && jip_database_quick_check (to, error) && check_empty (to, error)
         && copy_whole (from, to, schema, copied, error);
}

/**
 * jip_store_move:
 * @folder: whose database is SQLite's
 * @uri: an empty database
 *
 * Copies the folder's database and makes the folder use the copy. The file is not changed. No program may use the
 * folder meanwhile.
 *
 * Errors: as jip_store_copy_from_file(), and %JIP_ERROR_BUSY
 */
gboolean
jip_store_move (const char *folder,
                const char *uri,
                JipStoreOpener opener,
                JipSchema schema,
                JipStoreCopied *copied,
                GError **error)
{
  g_autofree char *path = g_build_filename (folder, JIP_STORE_FILE, NULL);
  g_autofree char *known = NULL;

  *copied = (JipStoreCopied){ 0 };
  if (!jip_store_address_read (folder, &known, error))
    return FALSE;
  if (known != NULL)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS,
                          _ ("%s: its data lies in a PostgreSQL database already."), folder);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return jip_error_set (error, JIP_ERROR_FILE,
                          _ ("%s: holds no server's data. Name the folder that jiphyeond was started with."),
                          folder);
  int lock = jip_store_take_lock (folder, error);
  if (lock < 0)
    return FALSE;
  gboolean moved = jip_store_copy_from_file (path, uri, opener, schema, copied, error)
                   && jip_store_address_write (folder, uri, error);
  close (lock);
  return moved;
}

void
jip_store_copied_clear (JipStoreCopied *copied)
{
  g_clear_pointer (&copied->digest, g_free);
}
