/* SPDX-License-Identifier: GPL-3.0-or-later */
/* As bench-store.c, on PostgreSQL: durable writes a second through the writer thread, against the same prepared INSERT sent
 * by libpq alone, one thread, with as many in each transaction as the writer put into a commit. To be run by
 * tests/with-postgresql, with TMPDIR on the disk that is meant. Prints one JSON object. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "jip-database-postgresql.h"
#include "jip-writer.h"

#define N_WRITES 20000
#define INSERT "INSERT INTO item (id, body) VALUES ($1, $2)"
#define BODY "한 줄의 글 한 줄의 글 한 줄의 글 한 줄의 글 한 줄의 글 한 줄의 글"
#define ROUNDS 3

/* A new database each time, so that the two start alike. */
static char *
make_database (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (g_getenv ("JIP_TEST_DATABASE"), "%s", 2);
  g_autofree char *server = g_strjoin ("postgres", parts[0], parts[1], NULL);
  char *uri = g_strjoin (name, parts[0], parts[1], NULL);
  g_autofree char *sql = g_strdup_printf ("CREATE DATABASE %s TEMPLATE template0", name);
  g_autoptr (GError) error = NULL;
  g_autoptr (JipDatabase) database = jip_database_open_postgresql (server, 0, &error);

  if (database == NULL || !jip_database_exec (database, sql, &error))
    g_error ("%s", error->message);
  g_autoptr (JipDatabase) fresh = jip_database_open_postgresql (uri, 0, &error);
  if (fresh == NULL
      || !jip_database_exec (fresh, "CREATE TABLE item (id INTEGER PRIMARY KEY, body TEXT) STRICT", &error))
    g_error ("%s", error->message);
  return uri;
}

static gboolean
insert (JipDatabase *database, gpointer data, GError **error)
{
  static gint64 id;

  return jip_database_run (database, error, INSERT, "it", ++id, BODY);
}

static void
count_done (gpointer data, const GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}

static double
measure_writer (const char *uri, guint64 *n_commits)
{
  g_autoptr (GError) error = NULL;
  JipDatabase *database = jip_database_open_postgresql (uri, 0, &error);
  if (database == NULL)
    g_error ("%s", error->message);
  g_autoptr (JipWriter) writer = jip_writer_new (database, 2000);
  gint64 start = g_get_monotonic_time ();

  for (int i = 0; i < N_WRITES; i++)
    jip_writer_submit (writer, insert, count_done, NULL, NULL);
  jip_writer_stop (writer);
  *n_commits = jip_writer_get_n_commits (writer);
  return N_WRITES * 1e6 / (double) (g_get_monotonic_time () - start);
}

static void
expect (PGconn *connection, PGresult *result)
{
  if (PQresultStatus (result) != PGRES_COMMAND_OK)
    g_error ("%s", PQerrorMessage (connection));
  PQclear (result);
}

static double
measure_bare (const char *uri, guint per_commit)
{
  PGconn *connection = PQconnectdb (uri);

  expect (connection, PQprepare (connection, "insert", INSERT, 2, NULL));
  gint64 start = g_get_monotonic_time ();
  for (guint i = 0; i < N_WRITES; i++)
    {
      char id[16];
      const char *const values[] = { id, BODY };
      g_snprintf (id, sizeof id, "%u", i);
      if (i % per_commit == 0)
        expect (connection, PQexec (connection, "BEGIN"));
      expect (connection, PQexecPrepared (connection, "insert", 2, values, NULL, NULL, 0));
      if ((i + 1) % per_commit == 0 || i + 1 == N_WRITES)
        expect (connection, PQexec (connection, "COMMIT"));
    }
  gint64 end = g_get_monotonic_time ();
  PQfinish (connection);
  return N_WRITES * 1e6 / (double) (end - start);
}

static int
compare (const void *a, const void *b)
{
  return (*(const double *) a > *(const double *) b) - (*(const double *) a < *(const double *) b);
}

int
main (void)
{
  double writer[ROUNDS], bare[ROUNDS];
  guint64 n_commits = 1;

  if (g_getenv ("JIP_TEST_DATABASE") == NULL)
    g_error ("run it by tests/with-postgresql");
  for (int i = 0; i < ROUNDS; i++)
    {
      g_autofree char *first = g_strdup_printf ("writer_%d", i);
      g_autofree char *second = g_strdup_printf ("bare_%d", i);
      g_autofree char *writer_uri = make_database (first);
      g_autofree char *bare_uri = make_database (second);
      writer[i] = measure_writer (writer_uri, &n_commits);
      bare[i] = measure_bare (bare_uri, (guint) MAX (N_WRITES / n_commits, 1));
    }
  qsort (writer, ROUNDS, sizeof *writer, compare);
  qsort (bare, ROUNDS, sizeof *bare, compare);
  printf ("{\"writes\": %d, \"commits\": %" G_GUINT64_FORMAT
          ", \"writer_per_s\": %.0f, \"bare_per_s\": %.0f, \"ratio\": %.3f, \"rounds\": %d}\n",
          N_WRITES, n_commits, writer[ROUNDS / 2], bare[ROUNDS / 2], writer[ROUNDS / 2] / bare[ROUNDS / 2],
          ROUNDS);
  return 0;
}
