/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hundred readers of the live feed that stop reading: they are dropped, with few bytes under way and with many, and the others
 * get each event at once. JIP_STALL_MS=30000 runs it with the server's own limit. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http-fixture.h"

#define N_STALLED 100
#define N_HEALTHY 10
#define LATE (G_USEC_PER_SEC)

static void
stream_cb (JipHttpRequest *request, gpointer user_data)
{
  HttpFixture *f = user_data;

  g_async_queue_push (f->waiting, jip_http_request_respond_stream (request, "text/event-stream"));
}

static const JipHttpRoute routes[] = { { "GET", "/stream", stream_cb } };

static JipHttpStream *
open_stream (HttpFixture *f, int *fd, int receive_buffer)
{
  *fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (receive_buffer > 0)
    setsockopt (*fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  raw_connect_socket (*fd, f->port);
  raw_send (*fd, "GET /stream HTTP/1.1\r\n" HOST "\r\n");
  return g_async_queue_pop (f->waiting);
}

static guint
count_open (JipHttpStream **streams, guint n)
{
  guint open = 0;

  for (guint i = 0; i < n; i++)
    open += !jip_http_stream_is_closed (streams[i]);
  return open;
}

/* By large pieces: raw_read_until() reads bytes. */
static void
read_event (int fd, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char piece[16384];

  while (strstr (text->str, expected) == NULL)
    {
      gssize n = recv (fd, piece, sizeof piece, 0);
      g_assert_cmpint (n, >, 0);
      g_string_append_len (text, piece, n);
    }
}

/* Sends an event of @size bytes to all. Returns the longest time that a healthy reader waited for it. */
static gint64
broadcast (JipHttpStream **stalled, JipHttpStream **healthy, const int *fds, gsize size, guint number)
{
  g_autofree char *padding = g_strnfill (size, 'x');
  g_autofree char *data = g_strdup_printf ("%s %u.", padding, number);
  g_autofree char *expected = g_strdup_printf (" %u.\n\n", number);
  g_autoptr (GBytes) event = jip_http_event_new ("poke", data);
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 0; i < N_STALLED; i++)
    jip_http_stream_send (stalled[i], event);
  for (guint i = 0; i < N_HEALTHY; i++)
    g_assert_true (jip_http_stream_send (healthy[i], event));
  for (guint i = 0; i < N_HEALTHY; i++)
    read_event (fds[i], expected);
  return g_get_monotonic_time () - begin;
}

static guint
stall_ms (void)
{
  const char *text = g_getenv ("JIP_STALL_MS");

  return text != NULL ? (guint) atoi (text) : 1500;
}

static void
run (gsize event_size, guint pause_ms, guint stall)
{
  HttpFixture f = { 0 };
  JipHttpConfig config = { .threads = 2, .stall_timeout = stall };
  JipHttpStream *stalled[N_STALLED], *healthy[N_HEALTHY];
  int stalled_fds[N_STALLED], fds[N_HEALTHY];
  gint64 longest = 0, begin = g_get_monotonic_time ();
  guint number = 0;

  f.waiting = g_async_queue_new ();
  http_fixture_start (&f, &config, routes, G_N_ELEMENTS (routes));
  for (guint i = 0; i < N_STALLED; i++)
    stalled[i] = open_stream (&f, &stalled_fds[i], 1);
  for (guint i = 0; i < N_HEALTHY; i++)
    healthy[i] = open_stream (&f, &fds[i], 0);
  while (count_open (stalled, N_STALLED) > 0)
    {
      gint64 waited = broadcast (stalled, healthy, fds, event_size, number++);
      longest = MAX (longest, waited);
      g_assert_cmpint (waited, <, LATE);
      g_assert_cmpint (g_get_monotonic_time () - begin, <, (stall * 2 + 10000) * (gint64) 1000);
      g_usleep (pause_ms * 1000);
    }
  g_test_message ("%u of %u dropped after %.1f s and %u events; the others waited %.1f ms at most", N_STALLED,
                  N_STALLED, (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC, number,
                  (double) longest / 1000);
  broadcast (stalled, healthy, fds, event_size, number);
  http_wait_for (&f, stats, stats.streams == N_HEALTHY);
  for (guint i = 0; i < N_STALLED; i++)
    {
      close (stalled_fds[i]);
      jip_http_stream_unref (stalled[i]);
    }
  for (guint i = 0; i < N_HEALTHY; i++)
    {
      jip_http_stream_close (healthy[i]);
      close (fds[i]);
      jip_http_stream_unref (healthy[i]);
    }
  http_fixture_stop (&f);
  g_async_queue_unref (f.waiting);
}

/* Pokes as they are: nothing of ours ever fills up, the reader's kernel does. */
static void
test_small_pokes (void)
{
  run (70, 20, stall_ms ());
}

/* Much is sent: the queue's limit ends them long before the time does. */
static void
test_queue_limit (void)
{
  gint64 begin = g_get_monotonic_time ();

  run (8 * 1024, 5, 30000);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 20 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stalled/small-pokes", test_small_pokes);
  g_test_add_func ("/stalled/queue-limit", test_queue_limit);
  return g_test_run ();
}
