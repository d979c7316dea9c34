/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib/gstdio.h>

#include "jip-database.h"

/* A folder that is removed, with its files, at the end of a test. */
typedef struct
{
  char *folder;
  char *path;
} TestFolder;

static inline void
test_folder_set_up (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("jip-store-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "jiphyeon.db", NULL);
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
}

static inline JipDatabase *
test_open (TestFolder *fixture, JipDatabaseFlags flags)
{
  g_autoptr (GError) error = NULL;
  JipDatabase *database = jip_database_open_sqlite (fixture->path, flags, &error);

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
