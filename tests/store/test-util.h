/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib/gstdio.h>

#include "jip-database-postgresql.h"

/* A folder that is removed, with its files, at the end of a test; under tests/with-postgresql also a database,
 * which goes with the server. */
typedef struct
{
  char *folder;
  char *path;
  char *name; /* of the PostgreSQL database; NULL: the database is SQLite's, at path */
} TestFolder;

static inline gboolean
test_on_postgresql (void)
{
  return g_getenv ("JIP_TEST_DATABASE") != NULL;
}

/* The address of a database of the server that the tests run on. */
static inline char *
test_uri (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (g_getenv ("JIP_TEST_DATABASE"), "%s", 2);

  return g_strjoin (name, parts[0], parts[1], NULL);
}

static inline void
test_create_database (const char *name)
{
  g_autofree char *uri = test_uri ("postgres");
  g_autofree char *sql = g_strdup_printf ("CREATE DATABASE %s TEMPLATE template0", name);
  g_autoptr (GError) error = NULL;
  g_autoptr (JipDatabase) server = jip_database_open_postgresql (uri, 0, &error);

  g_assert_no_error (error);
  jip_database_exec (server, sql, &error);
  g_assert_no_error (error);
}

static inline void
test_folder_set_up (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("jip-store-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "jiphyeon.db", NULL);
  fixture->name = NULL;
  if (test_on_postgresql ())
    {
      g_autofree char *number = g_uuid_string_random ();
      g_strdelimit (number, "-", '_');
      fixture->name = g_strconcat ("jip_", number, NULL);
      test_create_database (fixture->name);
    }
}

static inline void
test_folder_tear_down (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->name);
}

static inline JipDatabase *
test_open (TestFolder *fixture, JipDatabaseFlags flags)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = fixture->name != NULL ? test_uri (fixture->name) : NULL;
  JipDatabase *database = uri != NULL ? jip_database_open_postgresql (uri, flags, &error)
                                      : jip_database_open_sqlite (fixture->path, flags, &error);

  g_assert_no_error (error);
  g_assert_nonnull (database);
  return database;
}

static inline void
test_exec (JipDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = jip_database_exec (database, sql, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

static inline gint64
test_int (JipDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;
  gint64 value = jip_database_query_int (database, -1, &error, sql, NULL);

  g_assert_no_error (error);
  return value;
}
