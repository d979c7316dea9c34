/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every version of the replica that was ever released has a database here, tests/store/data/replica-VERSION.db (the
 * server's are in tests/server/data). Each is brought to the newest version and must then look like a new one.
 * `test-migrations --make tests/store/data` writes the one that is missing. */
#include <gio/gio.h>
#include <string.h>

#include "jip-migrations.h"
#include "test-util.h"

static char *
fixture_path (const char *folder, guint version)
{
  g_autofree char *name = g_strdup_printf ("replica-%u.db", version);
  return g_build_filename (folder, name, NULL);
}

/* The definitions of tables and indexes, without the bookkeeping of FTS5. */
static char *
describe (JipDatabase *database)
{
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);
  g_autoptr (JipRows) rows = jip_database_query (
      database, &error, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name", NULL);

  g_assert_no_error (error);
  while (jip_rows_next (rows, &error))
    g_string_append_printf (text, "%s: %s\n", jip_rows_text (rows, 0), jip_rows_text (rows, 1));
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

static JipDatabase *
open_migrated (const char *path, JipDatabaseFlags flags)
{
  g_autoptr (GError) error = NULL;
  JipDatabase *database = jip_database_open_sqlite (path, flags, &error);

  g_assert_no_error (error);
  gboolean applied = jip_migrations_apply (database, JIP_SCHEMA_REPLICA, &error);
  g_assert_no_error (error);
  g_assert_true (applied);
  return database;
}

static void
upgrade (TestFolder *fixture, guint version)
{
  g_autofree char *source_folder = g_test_build_filename (G_TEST_DIST, "store", "data", NULL);
  g_autofree char *source = fixture_path (source_folder, version);
  g_autofree char *fresh_path = g_build_filename (fixture->folder, "fresh.db", NULL);
  g_autoptr (GFile) from = g_file_new_for_path (source);
  g_autoptr (GFile) to = g_file_new_for_path (fixture->path);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_copy (from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_autoptr (JipDatabase) old = open_migrated (fixture->path, JIP_DATABASE_READ_WRITE);
  g_autoptr (JipDatabase) fresh = open_migrated (fresh_path, JIP_DATABASE_CREATE);
  g_assert_true (jip_migrations_check (old, JIP_SCHEMA_REPLICA, NULL));
  g_assert_true (jip_database_quick_check (old, NULL));
  g_autofree char *old_text = describe (old);
  g_autofree char *fresh_text = describe (fresh);
  g_assert_cmpstr (old_text, ==, fresh_text);
}

static void
test_upgrades (TestFolder *fixture, gconstpointer data)
{
  guint latest = jip_migrations_get_latest (JIP_SCHEMA_REPLICA);

  g_assert_cmpuint (latest, >, 0);
  for (guint version = 1; version <= latest; version++)
    {
      upgrade (fixture, version);
      g_autofree char *fresh = g_build_filename (fixture->folder, "fresh.db", NULL);
      g_unlink (fresh);
    }
}

static void
make_missing (const char *folder)
{
  g_autofree char *fresh = g_build_filename (folder, "new.db", NULL);
  JipDatabase *database = open_migrated (fresh, JIP_DATABASE_CREATE);
  g_autofree char *path = fixture_path (folder, jip_migrations_get_latest (JIP_SCHEMA_REPLICA));

  jip_database_free (database);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    g_unlink (fresh);
  else if (g_rename (fresh, path) == 0)
    g_print ("%s\n", path);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--make") == 0)
    {
      make_missing (argv[2]);
      return 0;
    }
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/migrations/replica", TestFolder, NULL, test_folder_set_up, test_upgrades,
              test_folder_tear_down);
  return g_test_run ();
}
