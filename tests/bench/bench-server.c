/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-server [--judges N] [--seconds N] [--clients N] [--database URI]: a jiphyeond of its own under load over HTTP. Prints one line of
 * JSON: requests/s, durable mutations/s, milliseconds from a ballot's POST to its durable acknowledgement, peak memory. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench-event.h"
#include "jip-admin-service.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-time.h"
#include "raw-client.h"

#define AT "2026-07-22T05:03:11.250Z"
#define ENTRIES 10

static int n_judges = 113;
static int n_clients = 16;
static int seconds = 5;
static char *database; /* empty; NULL: SQLite */

static const GOptionEntry options[] = {
  { "judges", 0, 0, G_OPTION_ARG_INT, &n_judges, "Judges who score at the same time", "N" },
  { "clients", 0, 0, G_OPTION_ARG_INT, &n_clients, "Clients of the other figures", "N" },
  { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "How long each figure is measured", "N" },
  { "database", 0, 0, G_OPTION_ARG_STRING, &database, "An empty PostgreSQL database", "URI" },
  { NULL },
};

typedef struct
{
  guint16 port;
  char *token;
  char *replica;
  gint64 n; /* the newest mutation */
  int fd;
  gint64 until;
  guint64 done;
  guint batch;
  const char *event;
  char **entries;
  GArray *times; /* double, ms */
} Client;

static char *
request (Client *client, const char *method, const char *path, const char *body, guint *status)
{
  g_auto (RawAnswer) answer = { 0 };
  g_autofree char *text = g_strdup_printf (
      "%s %s HTTP/1.1\r\nHost: x\r\n%s%s%sContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
      method, path, client->token != NULL ? "Authorization: Bearer " : "",
      client->token != NULL ? client->token : "", client->token != NULL ? "\r\n" : "",
      body != NULL ? strlen (body) : 0, body != NULL ? body : "");

  raw_send (client->fd, text);
  g_assert_true (raw_read_answer (client->fd, FALSE, &answer));
  *status = answer.status;
  return g_steal_pointer (&answer.body);
}

static void
sign_in (Client *client, guint16 port, const char *login)
{
  g_autofree char *body
      = g_strdup_printf ("{\"login\":\"%s\",\"password\":\"pw\",\"device\":\"bench\"}", login);
  guint status;

  client->port = port;
  client->fd = raw_connect (port);
  client->replica = jip_id_new ();
  g_autofree char *answer = request (client, "POST", "/v1/session", body, &status);
  g_assert_cmpuint (status, ==, 200);
  g_autoptr (JsonNode) node = jip_json_parse (answer, -1, NULL);
  client->token = g_strdup (json_object_get_string_member (json_node_get_object (node), "token"));
}

static void
push (Client *client, GString *mutations)
{
  g_autofree char *body = g_strdup_printf ("{\"replica\":\"%s\",\"schema\":1,\"mutations\":[%s]}",
                                           client->replica, mutations->str);
  guint status;
  g_autofree char *answer = request (client, "POST", "/v1/push", body, &status);

  g_assert_cmpuint (status, ==, 200);
  g_assert_null (strstr (answer, "rejected"));
}

static void
append_mutation (GString *out, Client *client, const char *name, const char *args)
{
  g_string_append_printf (out, "%s{\"n\":%" G_GINT64_FORMAT ",\"name\":\"%s\",\"at\":\"" AT "\",\"args\":%s}",
                          out->len > 0 ? "," : "", ++client->n, name, args);
}

static gpointer
read_thread (gpointer data)
{
  Client *client = data;
  guint status;

  while (g_get_monotonic_time () < client->until)
    {
      g_autofree char *answer = request (client, "GET", "/v1/session", NULL, &status);
      g_assert_true (status == 200 || status == 429);
      client->done += status == 200;
    }
  return NULL;
}

static gpointer
write_thread (gpointer data)
{
  Client *client = data;

  while (g_get_monotonic_time () < client->until)
    {
      g_autoptr (GString) mutations = g_string_new (NULL);
      for (guint i = 0; i < client->batch; i++)
        {
          g_autofree char *id = jip_id_new ();
          g_autofree char *args = g_strdup_printf (
              "{\"id\":\"%s\",\"kind\":\"proposal\",\"body\":\"야간 도서관\",\"anonymous\":false}", id);
          append_mutation (mutations, client, "proposal.submit", args);
        }
      push (client, mutations);
      client->done += client->batch;
    }
  return NULL;
}

/* All judges at the same entry at once, as on stage: the worst moment. */
static gpointer
judge_thread (gpointer data)
{
  Client *client = data;

  for (guint i = 0; i < ENTRIES; i++)
    {
      g_autoptr (GString) mutations = g_string_new (NULL);
      g_autofree char *id = jip_id_new ();
      g_autofree char *args
          = g_strdup_printf ("{\"id\":\"%s\",\"event\":\"%s\",\"entry\":\"%s\",\"version\":1,\"score\":%u}",
                             id, client->event, client->entries[i], g_random_int_range (0, 11));
      append_mutation (mutations, client, "ballot.submit", args);
      gint64 before = g_get_monotonic_time ();
      push (client, mutations);
      double ms = (double) (g_get_monotonic_time () - before) / 1000;
      g_array_append_val (client->times, ms);
    }
  return NULL;
}

static double
run (Client *clients, int n, GThreadFunc func)
{
  g_autofree GThread **threads = g_new0 (GThread *, n);
  gint64 before = g_get_monotonic_time ();
  guint64 done = 0;

  for (int i = 0; i < n; i++)
    {
      clients[i].until = before + seconds * G_USEC_PER_SEC;
      clients[i].done = 0;
    }
  for (int i = 0; i < n; i++)
    threads[i] = g_thread_new ("client", func, &clients[i]);
  for (int i = 0; i < n; i++)
    {
      g_thread_join (threads[i]);
      done += clients[i].done;
    }
  return (double) done / ((double) (g_get_monotonic_time () - before) / G_USEC_PER_SEC);
}

/* Accounts and an event with all windows open; returns its id. */
static char *
prepare (const char *folder, char **entries)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipServices) services = jip_services_open_at (folder, database, &error);
  g_autoptr (GString) csv
      = g_string_new ("login,name,department,roles,password\nhost,host,,staff organiser,pw\n");
  g_auto (GStrv) judges = g_new0 (char *, n_judges + 1);
  char *event = jip_id_new ();

  g_assert_no_error (error);
  for (int i = 0; i < n_judges; i++)
    g_string_append_printf (csv, "j%d,judge,,staff,pw\n", i);
  g_free (jip_admin_user_import (services, csv->str, &error));
  g_assert_no_error (error);
  for (int i = 0; i < n_judges; i++)
    {
      g_autofree char *login = g_strdup_printf ("j%d", i);
      judges[i] = jip_admin_find_account (services, login, NULL);
    }
  g_autofree char *host = jip_admin_find_account (services, "host", NULL);
  g_autofree char *text = bench_event_text (event, host, judges, entries, ENTRIES);
  bench_apply (services, host, "event.create", text);
  for (guint i = 0; i < ENTRIES; i++)
    {
      g_autofree char *step = g_strdup_printf (
          "{\"event\":\"%s\",\"step\":\"open\",\"args\":{\"entry\":\"%s\"}}", event, entries[i]);
      bench_apply (services, host, "event.step", step);
    }
  return event;
}

static guint16
wait_for_port (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "jiphyeond.url", NULL);
  g_autofree char *url = NULL;

  for (guint i = 0; i < 3000 && !g_file_get_contents (path, &url, NULL, NULL); i++)
    g_usleep (10000);
  g_assert_nonnull (url);
  return (guint16) g_ascii_strtoull (strrchr (url, ':') + 1, NULL, 10);
}

static gint64
peak_kib (GSubprocess *server)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (server));
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return g_ascii_strtoll (strstr (text, "VmHWM:") + strlen ("VmHWM:"), NULL, 10);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("bench-server-XXXXXX", NULL);
  g_autofree char *program = g_build_filename (JIP_BUILD_DIR, "src/server/jiphyeond", NULL);
  g_auto (GStrv) entries = g_new0 (char *, ENTRIES + 1);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  for (guint i = 0; i < ENTRIES; i++)
    entries[i] = jip_id_new ();
  g_autofree char *event = prepare (folder, entries);
  g_autoptr (GSubprocess) server
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                          program, "--data", folder, "--listen", "127.0.0.1:0", NULL);
  g_assert_no_error (error);
  guint16 port = wait_for_port (folder);

  int n = MAX (n_judges, n_clients);
  g_autofree Client *clients = g_new0 (Client, n);
  for (int i = 0; i < n; i++)
    {
      g_autofree char *login = g_strdup_printf ("j%d", i % n_judges);
      sign_in (&clients[i], port, login);
      clients[i].event = event;
      clients[i].entries = entries;
      clients[i].times = g_array_new (FALSE, FALSE, sizeof (double));
    }
  gint64 before = g_get_monotonic_time ();
  run (clients, n_judges, judge_thread);
  double judging = (double) (g_get_monotonic_time () - before) / G_USEC_PER_SEC;
  for (int i = 0; i < n_judges; i++)
    g_array_append_vals (times, clients[i].times->data, clients[i].times->len);
  double requests = run (clients, n, read_thread);
  for (int i = 0; i < n_clients; i++)
    clients[i].batch = 1;
  double single = run (clients, n_clients, write_thread);
  for (int i = 0; i < n_clients; i++)
    clients[i].batch = 50;
  double batched = run (clients, n_clients, write_thread);

  g_print (
      "{\"bench\":\"server\",\"judges\":%d,\"ballots\":%u,\"ballots_per_s\":%.0f,\"ballot_ms_p50\":%.2f,\"ballot_ms_p99\":%.2f,"
      "\"requests_per_s\":%.0f,\"mutations_per_s\":%.0f,\"mutations_per_s_batched\":%.0f,"
      "\"peak_rss_kib\":%" G_GINT64_FORMAT "}\n",
      n_judges, times->len, times->len / judging, bench_percentile (times, 50), bench_percentile (times, 99),
      requests, single, batched, peak_kib (server));
  g_subprocess_send_signal (server, SIGTERM);
  g_subprocess_wait (server, NULL, NULL);
  for (int i = 0; i < n; i++)
    {
      close (clients[i].fd);
      g_free (clients[i].token);
      g_free (clients[i].replica);
      g_array_unref (clients[i].times);
    }
  const char *clean[] = { "rm", "-rf", folder, NULL };
  g_spawn_sync (NULL, (char **) clean, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  return 0;
}
