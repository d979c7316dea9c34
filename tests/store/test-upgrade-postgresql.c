/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PostgreSQL database at each earlier schema of the server, with the data of tests/server/data/schema-N.sql in it, is brought
 * to the newest as a server does when it starts. It must then be defined as a new one is, and hold what the SQLite database
 * with the same data holds after its own upgrade. Run by tests/with-postgresql. */
#include "jip-migrations.h"
#include "jip-store-address.h"
#include "jip-store-copy.h"
#include "jip-store.h"
#include "test-util.h"

/* All that makes up the schema, without the order in which it was made. */
#define DEFINITIONS \
  "SELECT string_agg (x, chr (10) ORDER BY x COLLATE \"C\") FROM (" \
  "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || COALESCE (collation_name, '-') || ' '" \
  " || is_nullable || ' ' || COALESCE (column_default, '-') AS x FROM information_schema.columns" \
  " WHERE table_schema = 'public'" \
  " UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'" \
  " UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef (oid) FROM pg_constraint" \
  " WHERE connamespace = 'public'::regnamespace) d"

static JipDatabase *
open_address (const char *name)
{
  g_autofree char *uri = test_uri (name);
  g_autoptr (GError) error = NULL;
  JipDatabase *database = jip_database_open_postgresql (uri, 0, &error);

  g_assert_no_error (error);
  return database;
}

static char *
new_database (void)
{
  g_autofree char *number = g_strdelimit (g_uuid_string_random (), "-", '_');
  char *name = g_strconcat ("jip_", number, NULL);

  test_create_database (name);
  return name;
}

/* The SQLite database as it was at @version. */
static JipDatabase *
open_dump (const char *path, guint version)
{
  g_autofree char *name = g_strdup_printf ("schema-%u.sql", version);
  g_autofree char *dump = g_test_build_filename (G_TEST_DIST, "server", "data", name, NULL);
  g_autofree char *sql = NULL;
  g_autoptr (GError) error = NULL;
  JipDatabase *database = jip_database_open_sqlite (path, JIP_DATABASE_CREATE, &error);

  g_assert_no_error (error);
  g_file_get_contents (dump, &sql, NULL, &error);
  g_assert_no_error (error);
  test_exec (database, "PRAGMA foreign_keys = OFF");
  test_exec (database, sql);
  return database;
}

static void
copy_row (JipDatabase *to, const char *table, JipRows *rows)
{
  g_autoptr (GString) names = g_string_new (NULL), places = g_string_new (NULL);
  g_autoptr (GPtrArray) blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint n = jip_rows_get_n_columns (rows);
  g_autofree JipValue *values = g_new0 (JipValue, n);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", jip_rows_get_name (rows, i));
      g_string_append_printf (places, "%s$%u", i > 0 ? ", " : "", i + 1);
      values[i].type = jip_rows_get_type (rows, i);
      if (values[i].type == 't')
        values[i].text = jip_rows_text (rows, i);
      else if (values[i].type == 'i')
        values[i].integer = jip_rows_int (rows, i);
      else if (values[i].type == 'd')
        values[i].real = jip_rows_double (rows, i);
      else if (values[i].type == 'b')
        g_ptr_array_add (blobs, values[i].bytes = jip_rows_blob (rows, i));
    }
  g_autofree char *sql = g_strdup_printf ("INSERT INTO %s (%s) VALUES (%s)", table, names->str, places->str);
  jip_database_run_values (to, &error, sql, values, n);
  g_assert_no_error (error);
}

/* Table by table, in the order of their references; returns how many rows there were. */
static guint
copy_data (JipDatabase *from, JipDatabase *to)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) tables = jip_migrations_list_tables (JIP_SCHEMA_SERVER, &error);
  guint n_rows = 0;

  g_assert_no_error (error);
  for (char **table = tables; *table != NULL; table++)
    {
      if (jip_database_query_int (from, 0, &error, "SELECT COUNT(*) FROM sqlite_master WHERE name = $1", "t",
                                  *table)
          == 0)
        continue;
      g_autofree char *clear = g_strdup_printf ("DELETE FROM %s", *table);
      g_autofree char *select = g_strdup_printf ("SELECT * FROM %s", *table);
      test_exec (to, clear);
      g_autoptr (JipRows) rows = jip_database_query (from, &error, select, NULL);
      g_assert_no_error (error);
      while (jip_rows_next (rows, &error))
        {
          copy_row (to, *table, rows);
          n_rows++;
        }
      g_assert_no_error (error);
    }
  return n_rows;
}

/* The sum of all rows, as a move to another database computes it. */
static char *
digest_of (JipDatabase *database)
{
  g_autofree char *name = new_database ();
  g_autoptr (JipDatabase) to = open_address (name);
  g_auto (JipStoreCopied) copied = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (jip_database_begin_read (database, NULL));
  g_assert_true (jip_database_begin (to, NULL));
  jip_store_copy_tables (database, to, JIP_SCHEMA_SERVER, &copied, &error);
  g_assert_no_error (error);
  g_assert_cmpint (copied.n_rows, >, 0);
  g_assert_true (jip_database_rollback (to, NULL));
  g_assert_true (jip_database_rollback (database, NULL));
  return g_steal_pointer (&copied.digest);
}

/* A server starts on it. */
static void
open_store (TestFolder *fixture, const char *name)
{
  g_autofree char *uri = test_uri (name);
  g_autofree char *folder = g_build_filename (fixture->folder, "data", NULL);
  const char *const left[] = { JIP_STORE_LOCK, JIP_STORE_ADDRESS };
  g_autoptr (GError) error = NULL;
  g_autoptr (JipStore) store
      = jip_store_open_with (folder, uri, jip_database_open_postgresql, JIP_SCHEMA_SERVER, 0, &error);

  g_assert_no_error (error);
  g_clear_pointer (&store, jip_store_free);
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    {
      g_autofree char *path = g_build_filename (folder, left[i], NULL);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static char *
describe (JipDatabase *database)
{
  g_autoptr (GError) error = NULL;
  char *text = jip_database_query_text (database, &error, DEFINITIONS, NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (text), >, 1000);
  return text;
}

static void
upgrade (TestFolder *fixture, guint version)
{
  g_autofree char *name = new_database ();
  g_autoptr (JipDatabase) sqlite = open_dump (fixture->path, version);
  g_autoptr (JipDatabase) old = open_address (name);
  g_autoptr (JipDatabase) fresh = test_open (fixture, 0);
  g_autoptr (GError) error = NULL;
  guint at;

  jip_migrations_apply_up_to (old, JIP_SCHEMA_SERVER, version, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (copy_data (sqlite, old), >, 50);
  g_assert_true (jip_migrations_get_version (old, &at, NULL));
  g_assert_cmpuint (at, ==, version);
  open_store (fixture, name);
  g_assert_true (jip_migrations_check (old, JIP_SCHEMA_SERVER, NULL));
  jip_migrations_apply (sqlite, JIP_SCHEMA_SERVER, &error);
  g_assert_no_error (error);
  jip_migrations_apply (fresh, JIP_SCHEMA_SERVER, &error);
  g_assert_no_error (error);

  g_autofree char *upgraded = describe (old), *wanted = describe (fresh);
  g_assert_cmpstr (upgraded, ==, wanted);
  g_autofree char *here = digest_of (old), *there = digest_of (sqlite);
  g_assert_cmpstr (here, ==, there);
  g_clear_pointer (&sqlite, jip_database_free);
  g_unlink (fixture->path);
}

static void
test_upgrades (TestFolder *fixture, gconstpointer data)
{
  guint latest = jip_migrations_get_latest (JIP_SCHEMA_SERVER);

  g_assert_cmpuint (latest, >, 1);
  for (guint version = 1; version <= latest; version++)
    upgrade (fixture, version);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/upgrade/postgresql", TestFolder, NULL, test_folder_set_up, test_upgrades,
              test_folder_tear_down);
  return g_test_run ();
}
