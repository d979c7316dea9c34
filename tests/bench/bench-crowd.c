/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-crowd [--clients N] [--seconds N]: N judges of one event, each with a live feed and a connection for calls, against
 * a jiphyeond of its own. Prints one line of JSON: memory per idle client, ballots at a steady pace and in one burst, a
 * poke to all, all back after a restart, and beside them what this machine does without a server: a durable write of
 * 4 KiB, and the same bytes sent to as many sockets. */
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench-event.h"
#include "jip-account-table.h"
#include "jip-admin-service.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-time.h"
#include "raw-client.h"

#define AT "2026-07-22T05:03:11.250Z"
#define PACE 200 /* ballots a second */
#define ENTRIES 3
#define PER_ADDRESS 250
#define PATIENCE_US (60 * G_USEC_PER_SEC)
#define HEAD "HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "

static int n_clients = 2000;
static int seconds = 10;

static const GOptionEntry options[] = {
  { "clients", 0, 0, G_OPTION_ARG_INT, &n_clients, "Connected clients", "N" },
  { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "How long ballots come at a steady pace", "N" },
  { NULL },
};

typedef struct
{
  int fd;
  GString *in;
  gboolean live;
  int client;
} Connection;

typedef struct
{
  char *token, *replica, *source;
  gint64 n;
  Connection call, live;
  guint pokes;
  gint64 sent_at; /* 0: nothing is under way */
} Client;

typedef struct
{
  char *folder, *event, *host, *host_token;
  char *entries[ENTRIES];
  guint16 port;
  GSubprocess *server;
  int epoll;
  Client *clients;
  gint64 host_n;
  char *host_replica;
  GArray *times; /* double, ms, of answers */
  guint answered, poked, failed;
} Crowd;

/* -- before the server runs */

static char *
add_session (JipDatabase *database, const char *account)
{
  g_autoptr (GError) error = NULL;
  gint64 now = jip_time_now (), day = 24 * G_TIME_SPAN_HOUR / 1000;
  char *token = g_strdup_printf ("%08x%08x%08x%08x", g_random_int (), g_random_int (), g_random_int (),
                                 g_random_int ());
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
  JipSession session = { .token_hash = hash,
                         .account = (char *) account,
                         .device = (char *) "bench",
                         .created_at = now,
                         .used_at = now,
                         .expires_at = now + day };

  jip_session_insert (database, &session, &error);
  g_assert_no_error (error);
  return token;
}

/* Accounts without a password, whose sessions are put into the database: signing in is another bench's business. */
static void
prepare (Crowd *crowd)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipServices) services = jip_services_open (crowd->folder, &error);
  g_autoptr (GString) csv
      = g_string_new ("login,name,department,roles,password\nhost,host,,staff organiser,\n");
  g_auto (GStrv) judges = g_new0 (char *, n_clients + 1);

  g_assert_no_error (error);
  for (int i = 0; i < n_clients; i++)
    g_string_append_printf (csv, "j%d,judge,,staff,\n", i);
  g_free (jip_admin_user_import (services, csv->str, &error));
  g_assert_no_error (error);
  for (int i = 0; i < n_clients; i++)
    {
      g_autofree char *login = g_strdup_printf ("j%d", i);
      judges[i] = jip_admin_find_account (services, login, NULL);
    }
  crowd->host = jip_admin_find_account (services, "host", NULL);
  crowd->event = jip_id_new ();
  for (guint i = 0; i < ENTRIES; i++)
    crowd->entries[i] = jip_id_new ();
  g_autofree char *text = bench_event_text (crowd->event, crowd->host, judges, crowd->entries, ENTRIES);
  bench_apply (services, crowd->host, "event.create", text);
  g_clear_pointer (&services, jip_services_free);

  g_autofree char *path = g_build_filename (crowd->folder, JIP_STORE_FILE, NULL);
  g_autoptr (JipDatabase) database = jip_database_open_sqlite (path, JIP_DATABASE_READ_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (jip_database_begin (database, NULL));
  crowd->host_token = add_session (database, crowd->host);
  for (int i = 0; i < n_clients; i++)
    crowd->clients[i].token = add_session (database, judges[i]);
  g_assert_true (jip_database_commit (database, NULL));
}

/* -- the server */

static void
start_server (Crowd *crowd)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_build_filename (JIP_BUILD_DIR, "src/server/jiphyeond", NULL);
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", crowd->port);
  g_autofree char *path = g_build_filename (crowd->folder, "jiphyeond.url", NULL);
  g_autofree char *url = NULL;

  g_unlink (path);
  crowd->server = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                                    &error, program, "--data", crowd->folder, "--listen", listen, NULL);
  g_assert_no_error (error);
  for (guint i = 0; i < 6000 && !g_file_get_contents (path, &url, NULL, NULL); i++)
    g_usleep (2000);
  g_assert_nonnull (url);
  crowd->port = (guint16) g_ascii_strtoull (strrchr (url, ':') + 1, NULL, 10);
}

static void
stop_server (Crowd *crowd)
{
  g_subprocess_send_signal (crowd->server, SIGTERM);
  g_subprocess_wait (crowd->server, NULL, NULL);
  g_clear_object (&crowd->server);
}

static double
server_kib (Crowd *crowd, const char *field)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (crowd->server));
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return g_ascii_strtod (strstr (text, field) + strlen (field), NULL);
}

/* -- connections */

static void
close_connection (Connection *connection)
{
  if (connection->fd >= 0)
    close (connection->fd);
  connection->fd = -1;
  g_string_truncate (connection->in, 0);
}

static void
open_connection (Crowd *crowd, Connection *connection)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };

  close_connection (connection);
  connection->fd = raw_connect_from (crowd->port, crowd->clients[connection->client].source);
  g_assert_cmpint (fcntl (connection->fd, F_SETFL, O_NONBLOCK), ==, 0);
  g_assert_cmpint (epoll_ctl (crowd->epoll, EPOLL_CTL_ADD, connection->fd, &event), ==, 0);
}

static void
send_all (int fd, const char *text)
{
  g_assert_cmpint (send (fd, text, strlen (text), MSG_NOSIGNAL), ==, (gssize) strlen (text));
}

static void
open_live (Crowd *crowd, Client *client)
{
  g_autofree char *text
      = g_strdup_printf ("GET /v1/live?replica=%s&schema=1 " HEAD "%s\r\nAccept: text/event-stream\r\n\r\n",
                         client->replica, client->token);

  open_connection (crowd, &client->live);
  send_all (client->live.fd, text);
}

static char *
push_text (const char *token, const char *replica, gint64 n, const char *name, const char *args)
{
  g_autofree char *body
      = g_strdup_printf ("{\"replica\":\"%s\",\"schema\":1,\"mutations\":[{\"n\":%" G_GINT64_FORMAT
                         ",\"name\":\"%s\",\"at\":\"" AT "\",\"args\":%s}]}",
                         replica, n, name, args);

  return g_strdup_printf ("POST /v1/push " HEAD "%s\r\nContent-Type: application/json\r\nContent-Length: "
                          "%zu\r\n\r\n%s",
                          token, strlen (body), body);
}

static void
send_ballot (Crowd *crowd, Client *client, guint entry)
{
  g_autofree char *id = jip_id_new ();
  g_autofree char *args = g_strdup_printf (
      "{\"id\":\"%s\",\"event\":\"%s\",\"entry\":\"%s\",\"version\":%" G_GINT64_FORMAT ",\"score\":%u}", id,
      crowd->event, crowd->entries[entry], client->n + 1, g_random_int_range (0, 11));
  g_autofree char *text = push_text (client->token, client->replica, ++client->n, "ballot.submit", args);

  if (client->call.fd < 0)
    open_connection (crowd, &client->call);
  client->sent_at = g_get_monotonic_time ();
  send_all (client->call.fd, text);
}

/* Whole answers at the front of what has come. */
static void
take_answers (Crowd *crowd, Client *client)
{
  GString *in = client->call.in;

  for (;;)
    {
      const char *blank = strstr (in->str, "\r\n\r\n");
      if (blank == NULL)
        return;
      const char *length = g_strstr_len (in->str, blank - in->str, "Content-Length: ");
      g_assert_nonnull (length);
      gsize whole = (gsize) (blank + 4 - in->str) + g_ascii_strtoull (length + 16, NULL, 10);
      if (in->len < whole)
        return;
      double ms = (double) (g_get_monotonic_time () - client->sent_at) / 1000;
      g_array_append_val (crowd->times, ms);
      crowd->answered++;
      if (!g_str_has_prefix (in->str, "HTTP/1.1 200") || strstr (in->str, "\"status\":\"ok\"") == NULL)
        crowd->failed++;
      client->sent_at = 0;
      g_string_erase (in, 0, (gssize) whole);
    }
}

static void
take_pokes (Crowd *crowd, Client *client)
{
  GString *in = client->live.in;

  for (char *end = strstr (in->str, "\n\n"); end != NULL; end = strstr (in->str, "\n\n"))
    {
      if (g_strstr_len (in->str, end - in->str, "event: poke") != NULL && client->pokes++ == 0)
        crowd->poked++;
      g_string_erase (in, 0, end + 2 - in->str);
    }
}

static void
read_connection (Crowd *crowd, Connection *connection)
{
  Client *client = &crowd->clients[connection->client];
  char buffer[16384];
  gssize n = read (connection->fd, buffer, sizeof buffer);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0)
    {
      close_connection (connection);
      return;
    }
  g_string_append_len (connection->in, buffer, n);
  if (connection->live)
    take_pokes (crowd, client);
  else
    take_answers (crowd, client);
}

static void
serve (Crowd *crowd, int wait_ms)
{
  struct epoll_event events[256];
  int n = epoll_wait (crowd->epoll, events, G_N_ELEMENTS (events), wait_ms);

  for (int i = 0; i < n; i++)
    read_connection (crowd, events[i].data.ptr);
}

/* Until @count of what is counted is there; returns ms. */
static double
serve_until (Crowd *crowd, const guint *counted, guint count, gint64 since)
{
  while (*counted < count)
    {
      if (g_get_monotonic_time () - since > PATIENCE_US)
        g_error ("only %u of %u came", *counted, count);
      serve (crowd, 100);
    }
  return (double) (g_get_monotonic_time () - since) / 1000;
}

static void
expect_pokes (Crowd *crowd)
{
  crowd->poked = 0;
  for (int i = 0; i < n_clients; i++)
    crowd->clients[i].pokes = 0;
}

/* Reads what is still on its way, until the feeds are silent for half a second. */
static void
settle (Crowd *crowd)
{
  for (guint quiet = 0; quiet < 5;)
    {
      guint before = crowd->poked + crowd->answered;
      expect_pokes (crowd);
      serve (crowd, 100);
      quiet = crowd->poked == 0 && before == crowd->answered + crowd->poked ? quiet + 1 : 0;
    }
}

/* A step of the chair, on a connection of its own, without waiting for what it causes. */
static void
chair_step (Crowd *crowd, const char *step, guint entry)
{
  g_autofree char *args = g_strdup_printf ("{\"event\":\"%s\",\"step\":\"%s\",\"args\":{\"entry\":\"%s\"}}",
                                           crowd->event, step, crowd->entries[entry]);
  g_autofree char *text
      = push_text (crowd->host_token, crowd->host_replica, ++crowd->host_n, "event.step", args);
  g_auto (RawAnswer) answer = { 0 };
  int fd = raw_connect_from (crowd->port, "127.0.0.1");

  raw_send (fd, text);
  g_assert_true (raw_read_answer (fd, FALSE, &answer));
  if (strstr (answer.body, "\"status\":\"ok\"") == NULL)
    g_error ("the chair cannot %s: %s", step, answer.body);
  close (fd);
}

/* -- figures */

static double
connect_all (Crowd *crowd)
{
  gint64 since = g_get_monotonic_time ();

  expect_pokes (crowd);
  for (int i = 0; i < n_clients; i++)
    {
      open_live (crowd, &crowd->clients[i]);
      if (i % 32 == 0)
        serve (crowd, 0);
    }
  return serve_until (crowd, &crowd->poked, (guint) n_clients, since);
}

static void
measure_pace (Crowd *crowd, GString *out)
{
  guint total = (guint) (seconds * PACE), sent = 0;
  gint64 since = g_get_monotonic_time ();

  g_array_set_size (crowd->times, 0);
  crowd->answered = crowd->failed = 0;
  while (crowd->answered < total)
    {
      gint64 now = g_get_monotonic_time ();
      for (; sent < total && since + (gint64) sent * G_USEC_PER_SEC / PACE <= now; sent++)
        {
          Client *client = &crowd->clients[sent % (guint) n_clients];
          if (client->sent_at != 0)
            break; /* one ballot of a judge at a time */
          send_ballot (crowd, client, 0);
        }
      serve (crowd, 1);
      if (now - since > PATIENCE_US + seconds * G_USEC_PER_SEC)
        g_error ("only %u of %u ballots were answered", crowd->answered, total);
    }
  g_string_append_printf (
      out, ",\"pace_per_s\":%d,\"pace_ms_p50\":%.1f,\"pace_ms_p99\":%.1f,\"pace_failed\":%u", PACE,
      bench_percentile (crowd->times, 50), bench_percentile (crowd->times, 99), crowd->failed);
}

static void
measure_burst (Crowd *crowd, GString *out)
{
  for (int i = 0; i < n_clients; i++)
    if (crowd->clients[i].call.fd < 0)
      open_connection (crowd, &crowd->clients[i].call);
  settle (crowd);
  g_array_set_size (crowd->times, 0);
  crowd->answered = crowd->failed = 0;
  gint64 since = g_get_monotonic_time ();
  for (int i = 0; i < n_clients; i++)
    send_ballot (crowd, &crowd->clients[i], 1);
  double ms = serve_until (crowd, &crowd->answered, (guint) n_clients, since);
  g_string_append_printf (out,
                          ",\"burst_ballots\":%d,\"burst_ms\":%.0f,\"burst_ms_p50\":%.0f,\"burst_failed\":%u",
                          n_clients, ms, bench_percentile (crowd->times, 50), crowd->failed);
}

static void
measure_poke (Crowd *crowd, GString *out)
{
  settle (crowd);
  expect_pokes (crowd);
  gint64 since = g_get_monotonic_time ();
  chair_step (crowd, "present", 2);
  double step = (double) (g_get_monotonic_time () - since) / 1000;
  double all = serve_until (crowd, &crowd->poked, (guint) n_clients, since);
  g_string_append_printf (out, ",\"poke_step_ms\":%.1f,\"poke_all_ms\":%.1f", step, all);
}

static void
measure_restart (Crowd *crowd, GString *out)
{
  stop_server (crowd);
  for (int i = 0; i < n_clients; i++)
    {
      close_connection (&crowd->clients[i].live);
      close_connection (&crowd->clients[i].call);
    }
  gint64 since = g_get_monotonic_time ();
  start_server (crowd);
  double up = (double) (g_get_monotonic_time () - since) / 1000;
  g_string_append_printf (out, ",\"restart_ms\":%.0f,\"reconnect_all_ms\":%.0f", up, connect_all (crowd));
}

/* What a write of 4 KiB costs until it is on the disk. */
static double
bare_sync_ms (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "bare", NULL);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  char block[4096] = { 1 };

  for (guint i = 0; i < 300; i++)
    {
      gint64 since = g_get_monotonic_time ();
      g_assert_cmpint (write (fd, block, sizeof block), ==, sizeof block);
      g_assert_cmpint (fdatasync (fd), ==, 0);
      double ms = (double) (g_get_monotonic_time () - since) / 1000;
      g_array_append_val (times, ms);
    }
  close (fd);
  g_unlink (path);
  return bench_percentile (times, 99);
}

/* The same bytes to as many sockets, and read again, within one thread. */
static double
bare_poke_ms (void)
{
  static const char text[]
      = "event: poke\ndata: {\"epoch\":\"018f0000-0000-7000-8000-0000000000aa\",\"seq\":100}\n\n";
  g_autofree int *pairs = g_new (int, n_clients * 2);
  char buffer[256];

  for (int i = 0; i < n_clients; i++)
    g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pairs + 2 * i), ==, 0);
  gint64 since = g_get_monotonic_time ();
  for (int i = 0; i < n_clients; i++)
    g_assert_cmpint (write (pairs[2 * i], text, sizeof text - 1), >, 0);
  for (int i = 0; i < n_clients; i++)
    g_assert_cmpint (read (pairs[2 * i + 1], buffer, sizeof buffer), >, 0);
  double ms = (double) (g_get_monotonic_time () - since) / 1000;
  for (int i = 0; i < n_clients * 2; i++)
    close (pairs[i]);
  return ms;
}

static void
make_clients (Crowd *crowd)
{
  crowd->clients = g_new0 (Client, n_clients);
  for (int i = 0; i < n_clients; i++)
    {
      Client *client = &crowd->clients[i];
      client->replica = jip_id_new ();
      client->source = g_strdup_printf ("127.0.0.%d", 2 + i / PER_ADDRESS);
      client->call = (Connection){ .fd = -1, .in = g_string_new (NULL), .client = i };
      client->live = (Connection){ .fd = -1, .in = g_string_new (NULL), .client = i, .live = TRUE };
    }
}

static void
crowd_clear (Crowd *crowd)
{
  const char *clean[] = { "rm", "-rf", crowd->folder, NULL };

  stop_server (crowd);
  for (int i = 0; i < n_clients; i++)
    {
      Client *client = &crowd->clients[i];
      close_connection (&client->call);
      close_connection (&client->live);
      g_string_free (client->call.in, TRUE);
      g_string_free (client->live.in, TRUE);
      g_free (client->token);
      g_free (client->replica);
      g_free (client->source);
    }
  g_free (crowd->clients);
  g_spawn_sync (NULL, (char **) clean, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  for (guint i = 0; i < ENTRIES; i++)
    g_free (crowd->entries[i]);
  g_free (crowd->folder);
  g_free (crowd->event);
  g_free (crowd->host);
  g_free (crowd->host_token);
  g_free (crowd->host_replica);
  g_array_unref (crowd->times);
  close (crowd->epoll);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) out = g_string_new ("{\"bench\":\"crowd\"");
  struct rlimit files;
  Crowd crowd = { 0 };

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  /* two connections a client here, and as many in the server that inherits the limit */
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &files), ==, 0);
  files.rlim_cur = files.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &files), ==, 0);
  if (files.rlim_max < (rlim_t) n_clients * 3)
    g_error ("%d clients need %d open files, %lu are allowed (ulimit -n)", n_clients, n_clients * 3,
             (unsigned long) files.rlim_max);

  crowd.folder = g_dir_make_tmp ("bench-crowd-XXXXXX", NULL);
  crowd.times = g_array_new (FALSE, FALSE, sizeof (double));
  crowd.epoll = epoll_create1 (EPOLL_CLOEXEC);
  crowd.host_replica = jip_id_new ();
  make_clients (&crowd);
  double sync_ms = bare_sync_ms (crowd.folder);
  prepare (&crowd);
  start_server (&crowd);
  chair_step (&crowd, "open", 0);
  chair_step (&crowd, "open", 1);
  double empty = server_kib (&crowd, "VmRSS:");
  double connected = connect_all (&crowd);
  settle (&crowd);
  double full = server_kib (&crowd, "VmRSS:");
  g_string_append_printf (out, ",\"clients\":%d,\"connect_all_ms\":%.0f,\"kib_per_client\":%.1f", n_clients,
                          connected, (full - empty) / n_clients);
  measure_pace (&crowd, out);
  measure_burst (&crowd, out);
  measure_poke (&crowd, out);
  g_string_append_printf (out, ",\"peak_rss_kib\":%.0f", server_kib (&crowd, "VmHWM:"));
  measure_restart (&crowd, out);
  g_string_append_printf (out, ",\"bare_sync_ms_p99\":%.1f,\"bare_poke_ms\":%.1f}", sync_ms, bare_poke_ms ());
  g_print ("%s\n", out->str);
  crowd_clear (&crowd);
  return 0;
}
