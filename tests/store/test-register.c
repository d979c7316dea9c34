/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-migrations.h"
#include "jip-register.h"
#include "test-util.h"

static JipDatabase *
open_server (TestFolder *fixture)
{
  g_autoptr (GError) error = NULL;
  JipDatabase *database = test_open (fixture, JIP_DATABASE_CREATE);

  jip_migrations_apply (database, JIP_SCHEMA_SERVER, &error);
  g_assert_no_error (error);
  return database;
}

static gint64
next (JipDatabase *database)
{
  g_autoptr (GError) error = NULL;
  gint64 value = jip_register_next (database, "seq", &error);

  g_assert_no_error (error);
  return value;
}

static void
set_sum (JipDatabase *database, const char *value)
{
  g_autoptr (GError) error = NULL;

  jip_register_set (database, JIP_REGISTER_FEED_SUM, "vote", value, &error);
  g_assert_no_error (error);
}

static void
assert_sum (JipDatabase *database, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL;

  g_assert_true (jip_register_get (database, JIP_REGISTER_FEED_SUM, "vote", &value, &error));
  g_assert_cmpstr (value, ==, expected);
}

#define STORED "SELECT value FROM counter WHERE name = 'seq'"

static void
test_commit (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_server (fixture);
  g_autoptr (JipDatabase) reader = test_open (fixture, JIP_DATABASE_READ_ONLY);

  g_assert_cmpint (next (database), ==, 1); /* outside a transaction it is written at once */
  g_assert_cmpint (test_int (reader, STORED), ==, 1);
  g_assert_true (jip_database_begin (database, NULL));
  assert_sum (database, NULL);
  g_assert_cmpint (next (database), ==, 2);
  g_assert_cmpint (next (database), ==, 3);
  set_sum (database, "a");
  g_assert_cmpint (jip_register_get_int (reader, "seq", NULL), ==, 1);
  g_assert_true (jip_database_commit (database, NULL));
  g_assert_cmpint (test_int (reader, STORED), ==, 3);
  assert_sum (reader, "a");
  /* nothing is remembered: another program may have written since */
  test_exec (database, "UPDATE counter SET value = 40 WHERE name = 'seq'");
  g_assert_true (jip_database_begin (database, NULL));
  g_assert_cmpint (next (database), ==, 41);
  g_assert_true (jip_database_rollback (database, NULL));
  g_assert_cmpint (jip_register_get_int (database, "seq", NULL), ==, 40);
  g_assert_cmpint (jip_register_get_int (database, "none", NULL), ==, 0);
}

static void
test_savepoints (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_server (fixture);

  g_assert_true (jip_database_begin (database, NULL));
  for (int i = 0; i < 2; i++)
    {
      g_assert_true (jip_database_savepoint (database, "job", NULL));
      g_assert_cmpint (next (database), ==, 1 + i * 2);
      g_assert_true (jip_database_savepoint (database, "mutation", NULL));
      g_assert_cmpint (next (database), ==, 2 + i * 2);
      set_sum (database, "lost");
      g_assert_true (jip_database_savepoint (database, "inner", NULL)); /* a word of SQL */
      g_assert_cmpint (next (database), ==, 3 + i * 2);
      g_assert_true (jip_database_release (database, "inner", NULL));
      g_assert_true (jip_database_rollback_to (database, "mutation", NULL));
      assert_sum (database, i == 0 ? NULL : "kept");
      g_assert_cmpint (jip_register_get_int (database, "seq", NULL), ==, 1 + i * 2);
      /* the savepoint stays, and can be gone back to again */
      set_sum (database, "lost again");
      g_assert_true (jip_database_rollback_to (database, "mutation", NULL));
      g_assert_true (jip_database_release (database, "mutation", NULL));
      g_assert_cmpint (next (database), ==, 2 + i * 2);
      set_sum (database, "kept");
      g_assert_true (jip_database_release (database, "job", NULL));
    }
  g_assert_true (jip_database_savepoint (database, "job", NULL));
  set_sum (database, "lost");
  next (database);
  g_assert_true (jip_database_rollback_to (database, "job", NULL));
  g_assert_true (jip_database_release (database, "job", NULL));
  g_assert_true (jip_database_commit (database, NULL));
  g_assert_cmpint (test_int (database, STORED), ==, 4);
  assert_sum (database, "kept");
}

/* What is gone back behind its first change is not written. */
static void
test_untouched (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_server (fixture);

  g_assert_true (jip_database_begin (database, NULL));
  g_assert_true (jip_register_set_int (database, "kept", 7, NULL));
  g_assert_true (jip_database_savepoint (database, "job", NULL));
  g_assert_true (jip_register_set_int (database, "kept", 8, NULL));
  g_assert_true (jip_register_set_int (database, "lost", 9, NULL));
  set_sum (database, "lost");
  g_assert_true (jip_database_rollback_to (database, "job", NULL));
  g_assert_true (jip_database_release (database, "job", NULL));
  g_assert_true (jip_database_commit (database, NULL));
  g_assert_cmpint (test_int (database, "SELECT value FROM counter WHERE name = 'kept'"), ==, 7);
  g_assert_cmpint (test_int (database, "SELECT COUNT(*) FROM counter WHERE name = 'lost'"), ==, 0);
  g_assert_cmpint (test_int (database, "SELECT COUNT(*) FROM feed_sum"), ==, 0);
}

#define ADD(path, function) \
  g_test_add ("/register/" path, TestFolder, NULL, test_folder_set_up, function, test_folder_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("commit", test_commit);
  ADD ("savepoints", test_savepoints);
  ADD ("untouched", test_untouched);
  return g_test_run ();
}
