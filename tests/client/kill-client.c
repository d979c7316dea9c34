/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jip-client-private.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-migrations.h"
#include "jip-proposal-submit-op.h"
#include "jip-replica-open.h"
#include "sync-fixture.h"

/* kill-client [ROUNDS [SEED]]: a child writes ideas and scratch text into a replica, sends them to a real server and
 * writes down in a file what it was told is safe; it is killed at a random moment; then the replica must hold everything
 * announced, once. At the end the queue drains, and the server must have everything announced, once.
 *
 * kill-client --open FOLDER: opens the replica in it, and fails where it takes that for damaged. */

#define USERS \
  "login,name,department,roles,password\n" \
  "kim,김하늘,재무과,staff,pw-kim-1\n"
#define MAX_LIFE_US 500000
#define AT_ONCE 8

static gboolean
prepare (JipDatabase *database, gpointer data, GError **error)
{
  g_autofree char *replica = jip_meta_get (database, "replica", NULL);
  g_autofree char *user = g_strdup_printf ("{\"id\":\"%s\",\"name\":\"김하늘\"}", (const char *) data);
  g_autofree char *fresh = jip_id_new ();

  return replica != NULL
         || (jip_meta_set (database, "user", user, error)
             && jip_meta_set (database, "replica", fresh, error));
}

/* What a kill or a power cut leaves is not damaged. */
static JipLocal *
open_sound (const char *folder)
{
  g_autofree char *note = NULL;
  g_autoptr (GError) error = NULL;
  JipLocal *local = jip_replica_open (folder, &note, &error);

  g_assert_no_error (error);
  if (note != NULL)
    g_error ("%s: %s", folder, note);
  return local;
}

/* A client that is signed in already, without the cost of a password. */
static JipClient *
attach (const char *folder, const char *url, const char *token, const char *user)
{
  JipClient *client = jip_client_new (folder);
  g_autoptr (GError) error = NULL;

  client->local = open_sound (folder);
  jip_local_write_sync (client->local, prepare, (gpointer) user, &error);
  g_assert_no_error (error);
  client->server_url = g_strdup (url);
  client->token = g_strdup (token);
  jip_client_start_sync (client);
  return client;
}

static void
announce (const char *kind, const char *what)
{
  g_autofree char *line = g_strdup_printf ("%s %s\n", kind, what);

  if (write (STDOUT_FILENO, line, strlen (line)) < 0)
    _exit (3);
}

static void submitted_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
submit_next (JipClient *client)
{
  g_autofree char *unique = jip_id_new ();
  g_autofree char *body = g_strdup_printf ("죽어도 남는 글 %s", unique);

  jip_proposal_submit_async (client, "proposal", NULL, body, NULL, NULL, FALSE, NULL, NULL, submitted_cb,
                             NULL);
}

static void
submitted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *id = jip_proposal_submit_finish (JIP_CLIENT (source), result, NULL);

  if (id == NULL)
    _exit (4);
  announce ("idea", id);
  submit_next (JIP_CLIENT (source));
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

static int
live (char **argv)
{
  g_autoptr (JipClient) client = attach (argv[2], argv[3], argv[4], argv[5]);
  JipScratch *scratch = jip_client_get_scratch (client);

  g_signal_connect (scratch, "saved", G_CALLBACK (saved_cb), NULL);
  g_timeout_add (3, type_cb, scratch);
  for (int i = 0; i < AT_ONCE; i++)
    submit_next (client);
  g_main_loop_run (g_main_loop_new (NULL, FALSE));
  return 0;
}

typedef struct
{
  const char *program;
  Site *site;
  Desk desk; /* whose session the children use */
  char *url;
  char *folder;
  GHashTable *ideas;
  gboolean saved;
} Campaign;

/* Runs a child for a random while; adds what it announced. */
static void
run_child (Campaign *c, GRand *rand)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (c->folder, "announced", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);

  g_subprocess_launcher_set_stdout_file_path (launcher, path);
  g_autoptr (GSubprocess) child
      = g_subprocess_launcher_spawn (launcher, &error, c->program, "--child", c->folder, c->url,
                                     c->desk.client->token, jip_client_get_user_id (c->desk.client), NULL);
  g_assert_no_error (error);
  g_usleep ((gulong) g_rand_int_range (rand, 1000, MAX_LIFE_US));
  g_subprocess_force_exit (child);
  g_subprocess_wait (child, NULL, NULL);
  g_assert_true (g_subprocess_get_if_signaled (child));

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++) /* the last one may be cut */
    {
      if (g_str_has_prefix (lines[i], "idea "))
        g_hash_table_add (c->ideas, g_strdup (lines[i] + 5));
      c->saved |= g_str_has_prefix (lines[i], "saved ");
    }
}

/* Each announced idea is queued once and shown, and the queue has no gap. */
static gboolean
check (JipDatabase *database, gpointer data, GError **error)
{
  Campaign *c = data;
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, c->ideas);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_assert_cmpint (jip_database_query_int (
                         database, -1, error,
                         "SELECT count(*) FROM record WHERE tbl = 'proposal' AND id = $1 AND shown = 1", "t",
                         id),
                     ==, 1);
  gint64 all = jip_database_query_int (database, -1, error, "SELECT count(*) FROM outbox", "");
  gint64 ids = jip_database_query_int (database, -1, error,
                                       "SELECT count(DISTINCT json_extract(args, '$.id')) FROM outbox", "");
  gint64 newest = jip_database_query_int (database, -1, error, "SELECT coalesce(max(n), 0) FROM outbox", "");
  gint64 shown = jip_database_query_int (
      database, -1, error, "SELECT count(*) FROM record WHERE tbl = 'proposal' AND shown = 1", "");
  g_assert_cmpint (all, ==, newest);
  g_assert_cmpint (all, ==, ids);
  g_assert_cmpint (all, ==, shown);
  g_assert_cmpint (all, >=, g_hash_table_size (c->ideas));
  if (c->saved)
    g_assert_cmpint (jip_database_query_int (database, 0, error, "SELECT count(*) FROM scratch", ""), ==, 1);
  return TRUE;
}

static void
check_replica (Campaign *c)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipLocal) local = open_sound (c->folder);

  jip_local_write_sync (local, check, c, &error);
  g_assert_no_error (error);
}

/* The queue drains; then the server has what was announced, each body once. Returns how many ideas it has. */
static gint64
check_server (Campaign *c)
{
  GHashTableIter iter;
  gpointer id;

  Desk last = { c->folder,
                attach (c->folder, c->url, c->desk.client->token, jip_client_get_user_id (c->desk.client)) };
  wait_until (jip_client_get_pending (last.client) == 0
              && jip_client_get_state (last.client) == JIP_CLIENT_SYNCED);
  g_assert_cmpuint (jip_client_get_refused (last.client), ==, 0);
  desk_stop (&last);
  check_replica (c);

  g_hash_table_iter_init (&iter, c->ideas);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM proposal WHERE id = '%s'", (char *) id);
      g_assert_cmpint (site_ask (c->site, sql), ==, 1);
    }
  gint64 all = site_ask (c->site, "SELECT count(*) FROM proposal");
  g_assert_cmpint (site_ask (c->site, "SELECT count(DISTINCT body) FROM proposal"), ==, all);
  g_assert_cmpint (site_ask (c->site, "SELECT count(*) FROM verdict"), ==, all);
  g_assert_cmpint (site_ask (c->site, "SELECT count(*) FROM replica"), ==, 1);
  return all;
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE); /* no secret service */
  if (argc == 6 && strcmp (argv[1], "--child") == 0)
    return live (argv);
  if (argc == 3 && strcmp (argv[1], "--open") == 0)
    {
      jip_local_unref (open_sound (argv[2]));
      return 0;
    }

  int rounds = argc > 1 ? atoi (argv[1]) : 50;
  guint32 seed = argc > 2 ? (guint32) atoi (argv[2]) : g_random_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  Campaign c = { .program = argv[0], .site = site_new (USERS) };

  g_print ("# seed %u\n1..1\n", seed);
  c.url = g_strdup_printf ("http://127.0.0.1:%d", g_atomic_int_get (&c.site->server_port));
  c.folder = g_dir_make_tmp ("jip-kill-XXXXXX", NULL);
  c.ideas = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  desk_open (&c.desk, c.site, "kim");
  for (int i = 0; i < rounds; i++)
    {
      run_child (&c, rand);
      check_replica (&c);
    }
  gint64 sent = site_ask (c.site, "SELECT count(*) FROM proposal");
  gint64 all = check_server (&c);
  g_print ("# %d kills, %u ideas announced, %" G_GINT64_FORMAT
           " on the server at the last kill, %" G_GINT64_FORMAT
           " at the end, none lost or doubled\nok 1 /kill-client\n",
           rounds, g_hash_table_size (c.ideas), sent, all);
  gboolean any = g_hash_table_size (c.ideas) > 0 && sent > 0;
  desk_close (&c.desk);
  remove_tree (c.folder);
  site_free (c.site);
  g_hash_table_unref (c.ideas);
  g_free (c.folder);
  g_free (c.url);
  return any ? 0 : 1;
}
