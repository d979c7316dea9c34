/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Durable writes a second through the writer thread, against the same writes in bare transactions of one thread with
 * as many writes in each as the writer put into a commit. Prints one JSON object. */
#include "jip-writer.h"

#include <glib/gstdio.h>
#include <stdio.h>

#define N_WRITES 20000
#define INSERT "INSERT INTO item (body) VALUES ($1)"
#define BODY "한 줄의 글 한 줄의 글 한 줄의 글 한 줄의 글 한 줄의 글 한 줄의 글"

static JipDatabase *
open_at (const char *folder, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  JipDatabase *database = jip_database_open_sqlite (path, JIP_DATABASE_CREATE, &error);

  if (database == NULL
      || !jip_database_exec (database, "CREATE TABLE item (id INTEGER PRIMARY KEY, body TEXT) STRICT",
                             &error))
    g_error ("%s", error->message);
  return database;
}

static gboolean
insert (JipDatabase *database, gpointer data, GError **error)
{
  return jip_database_run (database, error, INSERT, "t", BODY);
}

static void
count_done (gpointer data, const GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}

static double
measure_writer (const char *folder, guint64 *n_commits)
{
  g_autoptr (JipWriter) writer = jip_writer_new (open_at (folder, "writer.db"), 2000);
  gint64 start = g_get_monotonic_time ();

  for (int i = 0; i < N_WRITES; i++)
    jip_writer_submit (writer, insert, count_done, NULL, NULL);
  jip_writer_stop (writer);
  *n_commits = jip_writer_get_n_commits (writer);
  return N_WRITES * 1e6 / (double) (g_get_monotonic_time () - start);
}

static double
measure_bare (const char *folder, guint per_commit)
{
  g_autoptr (JipDatabase) database = open_at (folder, "bare.db");
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < N_WRITES; i++)
    {
      if (i % per_commit == 0)
        g_assert_true (jip_database_begin (database, NULL));
      g_assert_true (insert (database, NULL, NULL));
      if ((i + 1) % per_commit == 0 || i + 1 == N_WRITES)
        g_assert_true (jip_database_commit (database, NULL));
    }
  return N_WRITES * 1e6 / (double) (g_get_monotonic_time () - start);
}

int
main (void)
{
  g_autofree char *folder = g_dir_make_tmp ("jip-bench-XXXXXX", NULL);
  guint64 n_commits = 1;
  double writer = measure_writer (folder, &n_commits);
  guint per_commit = (guint) MAX (N_WRITES / n_commits, 1);
  double bare = measure_bare (folder, per_commit);

  printf ("{\"writes\": %d, \"commits\": %" G_GUINT64_FORMAT
          ", \"writer_per_s\": %.0f, \"bare_per_s\": %.0f, \"ratio\": %.3f}\n",
          N_WRITES, n_commits, writer, bare, writer / bare);
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *path = g_build_filename (folder, i == 0 ? "writer.db" : "bare.db", NULL);
      g_unlink (path);
    }
  return g_rmdir (folder) == 0 ? 0 : 1;
}
