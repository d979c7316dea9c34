/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jip-client-private.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-migrations.h"
#include "jip-proposal-submit-op.h"
#include "jip-record-lists.h"

/* kill-client [ROUNDS [SEED]]: a child writes ideas and scratch text into a replica and announces on a pipe what it
 * was told is safe; it is killed at a random moment; then the replica must hold everything announced, once. */

#define USER "018f0000-0000-7000-8000-000000000001"
#define MAX_LIFE_US 150000

static int announcements;

static gboolean
prepare (JipDatabase *database, gpointer data, GError **error)
{
  g_autofree char *id = jip_meta_get (database, "replica", NULL);

  return id != NULL
         || (jip_meta_set (database, "user", "{\"id\":\"" USER "\",\"name\":\"김하늘\"}", error)
             && jip_meta_set (database, "replica", "018f0000-0000-7000-8000-0000000000bb", error));
}

static void
announce (const char *kind, const char *what)
{
  g_autofree char *line = g_strdup_printf ("%s %s\n", kind, what);

  if (write (announcements, line, strlen (line)) < 0)
    _exit (3);
}

static void
submitted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = jip_proposal_submit_finish (JIP_CLIENT (source), result, &error);

  if (id == NULL)
    _exit (4);
  announce ("idea", id);
  jip_proposal_submit_async (JIP_CLIENT (source), "proposal", NULL, "죽어도 남는 글", NULL, NULL, FALSE, NULL,
                             submitted_cb, NULL);
}

static gboolean
type_cb (gpointer user_data)
{
  static int n;
  g_autofree char *text = g_strdup_printf ("%d", ++n);

  jip_scratch_set (user_data, "writer", text);
  jip_scratch_flush (user_data);
  return G_SOURCE_CONTINUE;
}

static void
saved_cb (JipScratch *scratch, const char *key, gpointer user_data)
{
  announce ("saved", key);
}

static void
live (const char *folder)
{
  g_autoptr (JipClient) client = jip_client_new (folder);
  g_autoptr (GError) error = NULL;
  JipScratch *scratch = jip_client_get_scratch (client);

  client->local = jip_local_open (folder, &error);
  if (client->local == NULL || !jip_local_write_sync (client->local, prepare, NULL, &error))
    _exit (5);
  g_signal_connect (scratch, "saved", G_CALLBACK (saved_cb), NULL);
  g_timeout_add (3, type_cb, scratch);
  for (int i = 0; i < 8; i++)
    jip_proposal_submit_async (client, "proposal", NULL, "죽어도 남는 글", NULL, NULL, FALSE, NULL,
                               submitted_cb, NULL);
  g_main_loop_run (g_main_loop_new (NULL, FALSE));
}

/* Runs a child for a random while; adds what it announced. */
static void
run_child (const char *folder, GRand *rand, GHashTable *ideas, gboolean *saved)
{
  int fds[2];
  g_autoptr (GError) error = NULL;

  g_assert_true (pipe (fds) == 0);
  pid_t pid = fork ();
  if (pid == 0)
    {
      close (fds[0]);
      announcements = fds[1];
      live (folder);
    }
  close (fds[1]);
  g_usleep ((gulong) g_rand_int_range (rand, 1000, MAX_LIFE_US));
  kill (pid, SIGKILL);
  int status = 0;
  waitpid (pid, &status, 0);
  g_assert_true (WIFSIGNALED (status));

  g_autoptr (GIOChannel) channel = g_io_channel_unix_new (fds[0]);
  char *line = NULL;
  gsize end = 0;
  while (g_io_channel_read_line (channel, &line, NULL, &end, &error) == G_IO_STATUS_NORMAL)
    {
      line[end] = '\0';
      if (g_str_has_prefix (line, "idea "))
        g_hash_table_add (ideas, g_strdup (line + 5));
      *saved |= g_str_has_prefix (line, "saved ");
      g_free (line);
    }
  close (fds[0]);
}

/* Each announced idea is queued once and shown, and the queue has no gap. */
static gboolean
check (JipDatabase *database, gpointer data, GError **error)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, data);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      gint64 queued = jip_database_query_int (
          database, -1, error, "SELECT count(*) FROM outbox WHERE json_extract(args, '$.id') = $1", "t", id);
      gint64 shown = jip_database_query_int (
          database, -1, error, "SELECT count(*) FROM record WHERE tbl = 'proposal' AND id = $1 AND shown = 1",
          "t", id);
      g_assert_cmpint (queued, ==, 1);
      g_assert_cmpint (shown, ==, 1);
    }
  gint64 all = jip_database_query_int (database, -1, error, "SELECT count(*) FROM outbox", "");
  gint64 newest = jip_database_query_int (database, -1, error, "SELECT coalesce(max(n), 0) FROM outbox", "");
  gint64 shown = jip_database_query_int (
      database, -1, error, "SELECT count(*) FROM record WHERE tbl = 'proposal' AND shown = 1", "");
  g_assert_cmpint (all, ==, newest);
  g_assert_cmpint (all, ==, shown);
  g_assert_cmpint (all, >=, g_hash_table_size (data));
  return TRUE;
}

static gboolean
check_scratch (JipDatabase *database, gpointer data, GError **error)
{
  g_assert_cmpint (jip_database_query_int (database, 0, error, "SELECT count(*) FROM scratch", ""), ==, 1);
  return TRUE;
}

int
main (int argc, char **argv)
{
  int rounds = argc > 1 ? atoi (argv[1]) : 50;
  guint32 seed = argc > 2 ? (guint32) atoi (argv[2]) : g_random_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (GHashTable) ideas = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *folder = g_dir_make_tmp ("jip-kill-XXXXXX", NULL);
  gboolean saved = FALSE;

  g_print ("# seed %u\n1..1\n", seed);
  for (int i = 0; i < rounds; i++)
    {
      g_autoptr (GError) error = NULL;
      run_child (folder, rand, ideas, &saved);
      g_autoptr (JipLocal) local = jip_local_open (folder, &error);
      g_assert_no_error (error);
      jip_local_write_sync (local, check, ideas, &error);
      g_assert_no_error (error);
      if (saved)
        jip_local_write_sync (local, check_scratch, NULL, &error);
      g_assert_no_error (error);
    }
  g_print ("# %d kills, %u ideas announced, none lost or doubled\nok 1 /kill-client\n", rounds,
           g_hash_table_size (ideas));
  return ideas != NULL && g_hash_table_size (ideas) > 0 ? 0 : 1;
}
