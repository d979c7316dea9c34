/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "test-util.h"

#define ITEMS \
  "CREATE TABLE item (id TEXT PRIMARY KEY, size INTEGER CHECK (size < 100), ratio REAL, data BLOB) STRICT"

static JipDatabase *
open_items (TestFolder *fixture)
{
  JipDatabase *database = test_open (fixture, JIP_DATABASE_CREATE);

  test_exec (database, ITEMS);
  return database;
}

static void
insert (JipDatabase *database, const char *id, gint64 size)
{
  g_autoptr (GError) error = NULL;

  jip_database_run (database, &error, "INSERT INTO item (id, size) VALUES ($1, $2)", "ti", id, size);
  g_assert_no_error (error);
}

static void
test_values (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_items (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new ("a\0b", 3);
  const gint64 size = 7;

  /* Parameters go by their number, not by where they stand. */
  g_assert_true (jip_database_run (database, &error,
                                   "INSERT INTO item (data, ratio, size, id) VALUES ($4, $3, $2, $1)", "tIdb",
                                   "가", &size, 0.5, bytes));
  g_assert_cmpint (jip_database_changes (database), ==, 1);
  g_assert_true (jip_database_run (database, &error, "INSERT INTO item VALUES ($1, $2, $3, $4)", "tIdb", "나",
                                   NULL, 1.0, NULL));

  g_autoptr (JipRows) rows
      = jip_database_query (database, &error, "SELECT id, size, ratio, data FROM item ORDER BY id", NULL);
  g_assert_no_error (error);
  g_assert_cmpuint (jip_rows_get_n_columns (rows), ==, 4);
  g_assert_cmpstr (jip_rows_get_name (rows, 2), ==, "ratio");
  g_assert_true (jip_rows_next (rows, &error));
  g_assert_cmpstr (jip_rows_text (rows, 0), ==, "가");
  g_assert_cmpint (jip_rows_int (rows, 1), ==, 7);
  g_assert_cmpfloat (jip_rows_double (rows, 2), ==, 0.5);
  g_autoptr (GBytes) read = jip_rows_blob (rows, 3);
  g_assert_true (g_bytes_equal (read, bytes));
  g_assert_true (jip_rows_next (rows, &error));
  g_assert_true (jip_rows_is_null (rows, 1));
  g_assert_null (jip_rows_blob (rows, 3));
  g_assert_false (jip_rows_next (rows, &error));
  g_assert_false (jip_rows_next (rows, &error));
  g_assert_no_error (error);
}

static void
test_one_value (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_items (fixture);
  g_autoptr (GError) error = NULL;

  insert (database, "a", 5);
  g_assert_cmpint (
      jip_database_query_int (database, -1, &error, "SELECT size FROM item WHERE id = $1", "t", "a"), ==, 5);
  g_assert_cmpint (
      jip_database_query_int (database, -1, &error, "SELECT size FROM item WHERE id = $1", "t", "b"), ==, -1);
  g_autofree char *text
      = jip_database_query_text (database, &error, "SELECT id FROM item WHERE size = $1", "i", (gint64) 5);
  g_assert_cmpstr (text, ==, "a");
  g_assert_null (
      jip_database_query_text (database, &error, "SELECT id FROM item WHERE size = $1", "i", (gint64) 6));
  g_assert_no_error (error);
}

/* The same text is used again while its first use is still being read. */
static void
test_nested (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_items (fixture);
  g_autoptr (GError) error = NULL;
  const char *sql = "SELECT id FROM item WHERE size >= $1 ORDER BY id";
  g_autoptr (GString) seen = g_string_new (NULL);

  insert (database, "a", 1);
  insert (database, "b", 2);
  g_autoptr (JipRows) outer = jip_database_query (database, &error, sql, "i", (gint64) 1);
  while (jip_rows_next (outer, &error))
    {
      g_autoptr (JipRows) inner = jip_database_query (database, &error, sql, "i", (gint64) 2);
      while (jip_rows_next (inner, &error))
        g_string_append_printf (seen, "%s%s ", jip_rows_text (outer, 0), jip_rows_text (inner, 0));
    }
  g_assert_no_error (error);
  g_assert_cmpstr (seen->str, ==, "ab bb ");
}

static void
test_many_statements (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_items (fixture);

  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT %d", i);
      g_assert_cmpint (test_int (database, sql), ==, i);
    }
}

static void
test_constraints (TestFolder *fixture, gconstpointer data)
{
  static const struct
  {
    const char *sql;
    JipConstraint constraint;
  } cases[] = {
    { "INSERT INTO item (id) VALUES ($1)", JIP_CONSTRAINT_UNIQUE },
    { "INSERT INTO item (id, size) VALUES ('x', length ($1) * 100)", JIP_CONSTRAINT_CHECK },
    { "INSERT INTO part (id, item) VALUES ('y', $1 || '-nowhere')", JIP_CONSTRAINT_FOREIGN_KEY },
    { "INSERT INTO part (id, note) VALUES ($1, NULL)", JIP_CONSTRAINT_NOT_NULL },
  };
  g_autoptr (JipDatabase) database = open_items (fixture);

  test_exec (database,
             "CREATE TABLE part (id TEXT PRIMARY KEY, item TEXT REFERENCES item (id), note TEXT NOT NULL "
             "DEFAULT '') STRICT");
  insert (database, "secret-value", 1);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_false (jip_database_run (database, &error, cases[i].sql, "t", "secret-value"));
      g_assert_error (error, JIP_ERROR, JIP_ERROR_DATABASE);
      g_assert_true (jip_error_is_constraint (error));
      g_assert_cmpint (jip_error_get_constraint (error), ==, cases[i].constraint);
      g_assert_null (strstr (error->message, "secret-value"));
    }
}

static void
test_misuse (TestFolder *fixture, gconstpointer data)
{
  static const char *const statements[] = {
    "SELEC 1 WHERE $1 = 'a'", "SELECT $1; SELECT 2", "SELECT $2", "SELECT 1", "SELECT \"word\", $1",
  };
  g_autoptr (JipDatabase) database = open_items (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_false (jip_database_run (database, &error, statements[i], "t", "a"));
      g_assert_error (error, JIP_ERROR, JIP_ERROR_DATABASE);
      g_assert_false (jip_error_is_constraint (error));
    }
}

/* What the two databases do in the same way. */
static void
test_dialect (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_items (fixture);
  static const char *const ids[] = { "나", "a", "Z", "가", "_", "É" };
  static const char *const sorted[] = { "Z", "_", "a", "É", "가", "나" };
  g_autoptr (GError) error = NULL;
  guint at = 0;

  g_assert_cmpint (test_int (database, "SELECT 'A' LIKE 'a'"), ==, 0);
  g_assert_cmpint (test_int (database, "SELECT 'a' LIKE 'a'"), ==, 1);
  g_assert_cmpint (test_int (database, "SELECT COUNT(*) FROM (SELECT 1 WHERE (7 & 2) <> 0) x"), ==, 1);
  g_assert_cmpint (
      test_int (database, "SELECT CAST (SUM (x.n) AS BIGINT) FROM (SELECT 5 AS n UNION ALL SELECT 6) x"), ==,
      11);
  /* text is ordered by its bytes, NULLs where they are said to be */
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    insert (database, ids[i], 1);
  g_autoptr (JipRows) rows = jip_database_query (database, &error, "SELECT id FROM item ORDER BY id", NULL);
  while (jip_rows_next (rows, &error))
    g_assert_cmpstr (jip_rows_text (rows, 0), ==, sorted[at++]);
  g_assert_no_error (error);
  g_assert_cmpuint (at, ==, G_N_ELEMENTS (sorted));
  test_exec (database, "UPDATE item SET size = NULL WHERE id = 'a'");
  g_autofree char *last = jip_database_query_text (
      database, &error, "SELECT id FROM item ORDER BY size NULLS LAST, id DESC LIMIT 1", NULL);
  g_assert_cmpstr (last, ==, "나");
  /* no other order is taken for two rows of one key */
  g_assert_cmpint (
      jip_database_query_int (database, -1, &error,
                              "SELECT COUNT(*) FROM item WHERE (id, ratio IS NULL) > ($1, 1 = 0)", "t", "É"),
      ==, 3);
  g_assert_no_error (error);
  g_assert_true (jip_database_run (database, &error,
                                   "INSERT INTO item (id, size) VALUES ($1, 2) ON CONFLICT (id) DO UPDATE SET"
                                   " size = item.size + excluded.size",
                                   "t", "Z"));
  g_assert_cmpint (test_int (database, "SELECT size FROM item WHERE id = 'Z'"), ==, 3);
  g_assert_cmpint (test_int (database, "UPDATE item SET size = size + 1 WHERE id = 'Z' RETURNING size"), ==,
                   4);
}

/* The largest and the least of what a column can hold come back as they went in. */
static void
test_extremes (TestFolder *fixture, gconstpointer data)
{
  static const gint64 numbers[] = { G_MININT64, -1, 0, 99 };
  static const double reals[] = { 0.1, -1e300, 5e-324, 1.0 / 3.0 };
  g_autoptr (JipDatabase) database = open_items (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  guint8 all[256];

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    all[i] = (guint8) i;
  g_autoptr (GBytes) bytes = g_bytes_new (all, sizeof all);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *id = g_strdup_printf ("'; DROP TABLE item; -- %u", i);
      g_assert_true (jip_database_run (database, &error,
                                       "INSERT INTO item (id, size, ratio, data) VALUES ($1, $2, $3, $4)",
                                       "tidb", id, numbers[i], reals[i], i % 2 == 0 ? bytes : empty));
    }
  g_autoptr (JipRows) rows = jip_database_query (
      database, &error, "SELECT size, ratio, data, id, NULL FROM item ORDER BY id", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_assert_true (jip_rows_next (rows, &error));
      g_autoptr (GBytes) got = jip_rows_blob (rows, 2);
      g_assert_cmpint (jip_rows_int (rows, 0), ==, numbers[i]);
      g_assert_true (jip_rows_double (rows, 1) == reals[i]);
      g_assert_true (g_bytes_equal (got, i % 2 == 0 ? bytes : empty));
      g_assert_cmpint (jip_rows_get_type (rows, 0), ==, 'i');
      g_assert_cmpint (jip_rows_get_type (rows, 1), ==, 'd');
      g_assert_cmpint (jip_rows_get_type (rows, 2), ==, 'b');
      g_assert_cmpint (jip_rows_get_type (rows, 3), ==, 't');
      g_assert_cmpint (jip_rows_get_type (rows, 4), ==, 0);
    }
  g_assert_no_error (error);
}

static void
test_pragmas (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = test_open (fixture, JIP_DATABASE_CREATE);

  g_assert_cmpint (test_int (database, "PRAGMA foreign_keys"), ==, 1);
  g_assert_cmpint (test_int (database, "PRAGMA synchronous"), ==, 2);
  g_autofree char *mode = jip_database_query_text (database, NULL, "PRAGMA journal_mode", NULL);
  g_assert_cmpstr (mode, ==, "wal");
}

static void
test_transactions (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_items (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_true (jip_database_begin (database, &error));
  g_assert_true (jip_database_in_transaction (database));
  insert (database, "a", 1);
  g_assert_true (jip_database_savepoint (database, "job", &error));
  insert (database, "b", 1);
  g_assert_true (jip_database_rollback_to (database, "job", &error));
  g_assert_true (jip_database_release (database, "job", &error));
  g_assert_true (jip_database_commit (database, &error));
  g_assert_cmpint (test_int (database, "SELECT count(*) FROM item"), ==, 1);

  /* a statement that fails takes nothing but what is since its savepoint */
  g_assert_true (jip_database_begin (database, &error));
  g_assert_true (jip_database_savepoint (database, "one", &error));
  insert (database, "d", 1);
  g_assert_true (jip_database_release (database, "one", &error));
  g_assert_true (jip_database_savepoint (database, "two", &error));
  g_assert_true (jip_database_savepoint (database, "three", &error));
  g_assert_false (jip_database_run (database, NULL, "INSERT INTO item (id) VALUES ('d')", NULL));
  g_assert_true (jip_database_rollback_to (database, "three", &error));
  g_assert_true (jip_database_release (database, "three", &error));
  insert (database, "e", 1);
  g_assert_true (jip_database_release (database, "two", &error));
  g_assert_true (jip_database_savepoint (database, "empty", &error));
  g_assert_true (jip_database_release (database, "empty", &error));
  g_assert_true (jip_database_commit (database, &error));
  g_assert_false (jip_database_in_transaction (database));
  g_assert_cmpint (test_int (database, "SELECT count(*) FROM item WHERE id IN ('d', 'e')"), ==, 2);
  test_exec (database, "DELETE FROM item WHERE id IN ('d', 'e')");

  g_assert_true (jip_database_begin (database, &error));
  insert (database, "c", 1);
  g_assert_true (jip_database_rollback (database, &error));
  g_assert_true (jip_database_rollback (database, &error));
  g_assert_cmpint (test_int (database, "SELECT count(*) FROM item"), ==, 1);
  g_assert_no_error (error);
}

static void
assert_items (JipDatabase *database, const char *ids)
{
  g_autofree char *there
      = jip_database_query_text (database, NULL,
                                 test_on_postgresql () ? "SELECT string_agg (id, '' ORDER BY id) FROM item"
                                                       : "SELECT group_concat (id, '') FROM"
                                                         " (SELECT id FROM item ORDER BY id) x",
                                 NULL);
  g_assert_cmpstr (there, ==, ids);
}

/* Whether or not one was set where nothing had been written since the one around it. */
static void
test_nested_savepoints (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_items (fixture);

  g_assert_true (jip_database_begin (database, NULL));
  g_assert_true (jip_database_savepoint (database, "job", NULL));
  g_assert_true (jip_database_savepoint (database, "mutation", NULL));
  insert (database, "a", 1);
  g_assert_true (jip_database_savepoint (database, "job", NULL)); /* the same name again */
  insert (database, "b", 1);
  g_assert_true (jip_database_rollback_to (database, "mutation", NULL));
  insert (database, "c", 1);
  g_assert_true (jip_database_release (database, "mutation", NULL));
  g_assert_true (jip_database_savepoint (database, "mutation", NULL));
  g_assert_true (jip_database_savepoint (database, "inner", NULL));
  insert (database, "d", 1);
  g_assert_true (jip_database_release (database, "inner", NULL));
  g_assert_true (jip_database_rollback_to (database, "mutation", NULL));
  g_assert_true (jip_database_release (database, "mutation", NULL));
  g_assert_false (jip_database_release (database, "mutation", NULL));
  g_assert_true (jip_database_release (database, "job", NULL));
  g_assert_true (jip_database_commit (database, NULL));
  assert_items (database, "c");
  g_assert_true (jip_database_begin (database, NULL));
  g_assert_true (jip_database_savepoint (database, "job", NULL));
  g_assert_true (jip_database_savepoint (database, "mutation", NULL));
  insert (database, "e", 1);
  g_assert_true (jip_database_release (database, "mutation", NULL));
  g_assert_true (jip_database_rollback_to (database, "job", NULL));
  insert (database, "f", 1);
  g_assert_true (jip_database_release (database, "job", NULL));
  g_assert_true (jip_database_commit (database, NULL));
  assert_items (database, "cf");
}

static void
assert_spoilt (JipDatabase *database)
{
  g_assert_true (jip_database_is_spoilt (database));
  g_assert_false (jip_database_run (database, NULL, "INSERT INTO item (id) VALUES ('x')", NULL));
  g_assert_false (jip_database_commit (database, NULL));
  g_assert_true (jip_database_is_spoilt (database));
  g_assert_true (jip_database_rollback (database, NULL));
  g_assert_false (jip_database_is_spoilt (database));
  assert_items (database, "a");
}

static void
test_bold (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_items (fixture);

  g_assert_true (jip_database_begin_bold (database, NULL));
  g_assert_true (jip_database_savepoint (database, "job", NULL));
  insert (database, "a", 1);
  g_assert_true (jip_database_savepoint (database, "mutation", NULL));
  g_assert_true (jip_database_rollback_to (database, "mutation", NULL)); /* wrote nothing */
  g_assert_true (jip_database_release (database, "mutation", NULL));
  g_assert_true (jip_database_release (database, "job", NULL));
  g_assert_false (jip_database_is_spoilt (database));
  g_assert_true (jip_database_commit (database, NULL));
  assert_items (database, "a");

  g_assert_true (jip_database_begin_bold (database, NULL));
  insert (database, "b", 1);
  g_assert_true (jip_database_savepoint (database, "job", NULL));
  insert (database, "c", 1);
  g_assert_false (jip_database_rollback_to (database, "job", NULL));
  assert_spoilt (database);

  g_assert_true (jip_database_begin_bold (database, NULL));
  insert (database, "b", 1);
  g_assert_false (jip_database_run (database, NULL, "INSERT INTO item (id) VALUES ('a')", NULL));
  assert_spoilt (database);

  g_assert_true (jip_database_begin (database, NULL));
  g_assert_true (jip_database_savepoint (database, "job", NULL));
  insert (database, "c", 1);
  g_assert_true (jip_database_rollback_to (database, "job", NULL));
  g_assert_true (jip_database_release (database, "job", NULL));
  g_assert_true (jip_database_commit (database, NULL));
  assert_items (database, "a");
}

static void
test_read_only (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) writer = open_items (fixture);
  g_autoptr (JipDatabase) reader = test_open (fixture, JIP_DATABASE_READ_ONLY);
  g_autoptr (GError) error = NULL;
  GStatBuf stat_buf;

  insert (writer, "a", 1);
  g_assert_cmpint (test_int (reader, "SELECT count(*) FROM item"), ==, 1);
  g_assert_true (jip_database_begin_read (reader, &error));
  g_assert_cmpint (test_int (reader, "SELECT count(*) FROM item"), ==, 1);
  insert (writer, "b", 1);
  g_assert_cmpint (test_int (reader, "SELECT count(*) FROM item"), ==, 1);
  g_assert_true (jip_database_rollback (reader, &error));
  g_assert_cmpint (test_int (reader, "SELECT count(*) FROM item"), ==, 2);

  g_assert_false (jip_database_run (reader, &error, "DELETE FROM item", NULL));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_DATABASE);
  if (test_on_postgresql ())
    return;
  g_assert_cmpint (test_int (reader, "PRAGMA wal_autocheckpoint"), ==, 0);
  g_assert_cmpint (g_stat (fixture->path, &stat_buf), ==, 0);
  g_assert_cmpint (stat_buf.st_mode & 0777, ==, 0600);
}

/* A full disk is said, loses nothing that was committed, and is over when there is room again. */
static void
test_full (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_items (fixture);
  g_autofree char *large = g_strnfill (20000, 'x');
  g_autoptr (GError) error = NULL;

  insert (database, "a", 1);
  test_exec (database, "PRAGMA max_page_count = 4");
  g_assert_false (jip_database_run (database, &error, "INSERT INTO item (id) VALUES ($1)", "t", large));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_STORAGE_FULL);
  g_assert_cmpint (test_int (database, "SELECT count(*) FROM item"), ==, 1);

  g_clear_error (&error);
  test_exec (database, "PRAGMA max_page_count = 1000");
  jip_database_run (database, &error, "INSERT INTO item (id) VALUES ($1)", "t", large);
  g_assert_no_error (error);
}

static void
test_damage (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *copy = g_build_filename (fixture->folder, "copy.db", NULL);
  g_autofree char *bytes = NULL;
  gsize size = 0;

  {
    g_autoptr (JipDatabase) database = open_items (fixture);
    for (int i = 0; i < 2000; i++)
      {
        char id[16];
        g_snprintf (id, sizeof id, "item-%05d", i);
        insert (database, id, 1);
      }
    g_assert_true (jip_database_quick_check (database, &error));
    g_assert_true (jip_database_vacuum_into (database, copy, &error));
    g_assert_false (jip_database_vacuum_into (database, copy, NULL));
    g_assert_true (jip_database_checkpoint (database, &error));
  }
  g_assert_true (g_file_get_contents (copy, &bytes, &size, &error));
  memset (bytes + 4096 * 2, 0x5a, 4096 * 3);
  g_assert_true (g_file_set_contents (fixture->path, bytes, (gssize) size, &error));

  g_autoptr (JipDatabase) damaged = test_open (fixture, JIP_DATABASE_READ_WRITE);
  g_assert_false (jip_database_quick_check (damaged, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_DATABASE);

  g_clear_error (&error);
  g_assert_true (g_file_set_contents (copy, "This is not a database, it is a letter.", -1, NULL));
  g_assert_null (jip_database_open_sqlite (copy, JIP_DATABASE_READ_WRITE, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_DATABASE);
  g_clear_error (&error);
  g_unlink (copy);
  g_assert_null (jip_database_open_sqlite (copy, JIP_DATABASE_READ_WRITE, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_FILE);
}

static gboolean
count_down_cb (gpointer data)
{
  int *left = data;

  return --*left < 0;
}

/* What takes long ends soon after it is asked to, and leaves nothing; whoever comes next is not stopped. */
static void
test_stop (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_items (fixture);
  g_autofree char *copy = g_build_filename (fixture->folder, "copy.db", NULL);
  g_autoptr (GError) error = NULL;
  int left = 3;

  test_exec (database, "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000)"
                       " INSERT INTO item (id) SELECT 'item ' || n FROM c");
  jip_database_set_stop (database, count_down_cb, &left);
  g_assert_false (jip_database_vacuum_into (database, copy, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_CANCELLED);
  g_assert_cmpint (left, ==, -1);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  g_assert_false (jip_database_check_stop (database, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_CANCELLED);

  g_clear_error (&error);
  jip_database_set_stop (database, NULL, NULL);
  g_assert_true (jip_database_check_stop (database, &error));
  g_assert_true (jip_database_vacuum_into (database, copy, &error));
  g_assert_no_error (error);
}

#define ADD(path, function) \
  g_test_add ("/database/" path, TestFolder, NULL, test_folder_set_up, function, test_folder_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("values", test_values);
  ADD ("one-value", test_one_value);
  ADD ("nested", test_nested);
  ADD ("many-statements", test_many_statements);
  ADD ("constraints", test_constraints);
  ADD ("misuse", test_misuse);
  ADD ("dialect", test_dialect);
  ADD ("extremes", test_extremes);
  ADD ("transactions", test_transactions);
  ADD ("nested-savepoints", test_nested_savepoints);
  ADD ("bold", test_bold);
  ADD ("read-only", test_read_only);
  if (!test_on_postgresql ())
    {
      ADD ("pragmas", test_pragmas);
      ADD ("full", test_full);
      ADD ("damage", test_damage);
      ADD ("stop", test_stop);
    }
  return g_test_run ();
}
