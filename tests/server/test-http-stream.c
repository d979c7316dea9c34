/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http-fixture.h"

/* Answers that go on: the live feed and generations. */

static void
stream_cb (JipHttpRequest *request, gpointer user_data)
{
  HttpFixture *f = user_data;

  g_async_queue_push (f->waiting, jip_http_request_respond_stream (request, "text/event-stream"));
}

/* The answer begins in another thread, as a generation's does. */
static gpointer
begin_later (gpointer data)
{
  g_autoptr (JipHttpRequest) request = data;
  g_autoptr (JipHttpStream) stream = jip_http_request_respond_stream (request, "text/event-stream");

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"delta\":\"%u\"}", i);
      g_assert_true (jip_http_stream_send_event (stream, "text", text));
    }
  jip_http_stream_close (stream);
  g_assert_false (jip_http_stream_send_event (stream, "text", "too late"));
  return NULL;
}

static void
generate_cb (JipHttpRequest *request, gpointer user_data)
{
  g_thread_unref (g_thread_new ("generate", begin_later, jip_http_request_ref (request)));
}

static void
wait_cb (JipHttpRequest *request, gpointer user_data)
{
  HttpFixture *f = user_data;

  g_async_queue_push (f->waiting, jip_http_request_ref (request));
}

static void
hello_cb (JipHttpRequest *request, gpointer user_data)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("hello", 5);

  jip_http_request_respond (request, 200, "text/plain", body, NULL);
}

static const JipHttpRoute routes[] = {
  { "GET", "/stream", stream_cb },
  { "GET", "/generate", generate_cb },
  { "GET", "/wait", wait_cb },
  { "GET", "/hello", hello_cb },
};

#define GET_STREAM "GET /stream HTTP/1.1\r\n" HOST "\r\n"
#define GET_WAIT "GET /wait HTTP/1.1\r\n" HOST "\r\n"

static void
start (HttpFixture *f, const JipHttpConfig *config)
{
  http_fixture_start (f, config, routes, G_N_ELEMENTS (routes));
  f->waiting = g_async_queue_new ();
}

static void
stop (HttpFixture *f)
{
  http_fixture_stop (f);
  g_clear_pointer (&f->waiting, g_async_queue_unref);
}

static JipHttpStream *
open_stream (HttpFixture *f, int *fd)
{
  *fd = raw_connect (f->port);
  raw_send (*fd, GET_STREAM);
  return g_async_queue_pop (f->waiting);
}

static void
assert_event (int fd, const char *expected)
{
  g_autofree char *text = raw_read_until (fd, "\n\n");

  g_assert_nonnull (text);
  g_assert_nonnull (strstr (text, expected));
}

typedef struct
{
  GMutex lock;
  GCond cond;
  guint n;
} Count;

static void
closed_cb (JipHttpStream *stream, gpointer user_data)
{
  Count *count = user_data;

  g_mutex_lock (&count->lock);
  count->n++;
  g_cond_signal (&count->cond);
  g_mutex_unlock (&count->lock);
}

/* Returns the milliseconds until @n streams were told closed. */
static double
wait_closed (Count *count, guint n)
{
  gint64 begin = g_get_monotonic_time ();

  g_mutex_lock (&count->lock);
  while (count->n < n)
    g_assert_true (g_cond_wait_until (&count->cond, &count->lock, begin + RAW_PATIENCE));
  g_assert_cmpuint (count->n, ==, n);
  g_mutex_unlock (&count->lock);
  return (g_get_monotonic_time () - begin) / 1000.0;
}

/* The head of the answer is there before the first event. */
static void
test_head_at_once (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2 };
  int fd;

  start (&f, &config);
  g_autoptr (JipHttpStream) stream = open_stream (&f, &fd);
  g_autofree char *head = raw_read_until (fd, "\r\n\r\n");
  g_assert_true (g_str_has_prefix (head, "HTTP/1.1 200 "));
  g_assert_nonnull (strstr (head, "text/event-stream"));
  http_wait_for (&f, stats, stats.streams == 1);
  jip_http_stream_close (stream);
  http_wait_for (&f, later, later.streams == 0);
  raw_send (fd, "GET /hello HTTP/1.1\r\n" HOST "\r\n");
  g_free (raw_read_until (fd, "hello"));
  close (fd);
  stop (&f);
}

#define N_CLIENTS 200

static void
test_broadcast (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 4 };
  int fds[N_CLIENTS];
  JipHttpStream *streams[N_CLIENTS];
  g_autoptr (GBytes) event = jip_http_event_new ("poke", "{\"seq\":1}");

  start (&f, &config);
  for (guint i = 0; i < N_CLIENTS; i++)
    streams[i] = open_stream (&f, &fds[i]);
  http_wait_for (&f, stats, stats.streams == N_CLIENTS);
  for (guint round = 0; round < 3; round++)
    {
      for (guint i = 0; i < N_CLIENTS; i++)
        g_assert_true (jip_http_stream_send (streams[i], event));
      for (guint i = 0; i < N_CLIENTS; i++)
        assert_event (fds[i], "event: poke\ndata: {\"seq\":1}\n\n");
    }
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      jip_http_stream_unref (streams[i]);
      close (fds[i]);
    }
  http_wait_for (&f, later, later.streams == 0 && later.connections == 0);
  stop (&f);
}

static void
test_generate (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2 };

  start (&f, &config);
  int fd = raw_connect (f.port);
  for (guint round = 0; round < 20; round++)
    {
      g_auto (RawAnswer) answer = { 0 };
      raw_send (fd, "GET /generate HTTP/1.1\r\n" HOST "\r\n");
      g_assert_true (raw_read_answer (fd, FALSE, &answer));
      g_auto (GStrv) events = g_strsplit (answer.body, "\n\n", -1);
      g_assert_cmpuint (g_strv_length (events), ==, 101);
      for (guint i = 0; i < 100; i++)
        {
          g_autofree char *expected = g_strdup_printf ("event: text\ndata: {\"delta\":\"%u\"}", i);
          g_assert_cmpstr (events[i], ==, expected);
        }
    }
  close (fd);
  stop (&f);
}

static void
end_politely (int fd)
{
  shutdown (fd, SHUT_WR);
}

static void
end_at_once (int fd)
{
  struct linger linger = { .l_onoff = 1 };

  setsockopt (fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  close (fd);
}

static void
end_plainly (int fd)
{
  close (fd);
}

/* A client that leaves is noticed within a second, though nothing is written to it. */
static void
test_client_leaves (void)
{
  static void (*const ends[]) (int) = { end_politely, end_at_once, end_plainly };
  HttpFixture f;
  JipHttpConfig config = { .threads = 2 };

  start (&f, &config);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      Count count = { 0 };
      int fd;
      g_autoptr (JipHttpStream) stream = open_stream (&f, &fd);
      jip_http_stream_set_closed_func (stream, closed_cb, &count, NULL);
      jip_http_stream_send_event (stream, "text", "first");
      assert_event (fd, "first");
      ends[i](fd);
      g_assert_cmpfloat (wait_closed (&count, 1), <, 1000);
      g_assert_true (jip_http_stream_is_closed (stream));
      g_assert_false (jip_http_stream_send_event (stream, "text", "second"));
      http_wait_for (&f, stats, stats.connections == 0 && stats.streams == 0);
      if (ends[i] == end_politely)
        close (fd);
    }
  stop (&f);
}

/* It left before the stream began. */
static void
test_left_before (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2 };
  Count count = { 0 };

  start (&f, &config);
  int fd = raw_connect (f.port);
  raw_send (fd, GET_WAIT);
  g_autoptr (JipHttpRequest) request = g_async_queue_pop (f.waiting);
  close (fd);
  g_autoptr (JipHttpStream) stream = jip_http_request_respond_stream (request, "text/event-stream");
  jip_http_stream_set_closed_func (stream, closed_cb, &count, NULL);
  g_assert_cmpfloat (wait_closed (&count, 1), <, 1000);
  stop (&f);
}

/* An answer for a client that is gone does no harm. */
static void
test_answer_nobody (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2 };

  start (&f, &config);
  for (guint i = 0; i < 20; i++)
    {
      int fd = raw_connect (f.port);
      raw_send (fd, GET_WAIT);
      g_autoptr (JipHttpRequest) request = g_async_queue_pop (f.waiting);
      end_at_once (fd);
      hello_cb (request, NULL);
    }
  http_wait_for (&f, stats, stats.connections == 0);
  stop (&f);
}

static void
fill (JipHttpStream *stream)
{
  g_autofree char *text = g_strnfill (10000, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new (text, 10000);
  guint64 sent = 0;

  while (jip_http_stream_send (stream, bytes))
    {
      sent += 10000;
      g_assert_cmpuint (sent, <, 100 * 1000 * 1000);
    }
}

static void
test_slow_reader (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2 };
  Count count = { 0 };
  int fd, other;

  start (&f, &config);
  g_autoptr (JipHttpStream) stream = open_stream (&f, &fd);
  g_autoptr (JipHttpStream) healthy = open_stream (&f, &other);
  jip_http_stream_set_closed_func (stream, closed_cb, &count, NULL);
  fill (stream);
  wait_closed (&count, 1);
  g_assert_true (raw_is_closed (fd));
  g_assert_true (jip_http_stream_send_event (healthy, "poke", "still here"));
  assert_event (other, "still here");
  http_wait_for (&f, stats, stats.streams_dropped == 1 && stats.streams == 1);
  close (fd);
  close (other);
  stop (&f);
}

/* Not enough waits for the queue's limit, but the reader takes nothing. */
static void
test_stalled_reader (void)
{
  HttpFixture f;
  JipHttpConfig config
      = { .threads = 2, .stall_timeout = 300, .max_queue = 64 * 1024 * 1024, .heartbeat = 60000 };
  g_autofree char *text = g_strnfill (16 * 1024 * 1024, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new (text, 16 * 1024 * 1024);
  Count count = { 0 };
  int fd;

  start (&f, &config);
  g_autoptr (JipHttpStream) stream = open_stream (&f, &fd);
  jip_http_stream_set_closed_func (stream, closed_cb, &count, NULL);
  g_assert_true (jip_http_stream_send (stream, bytes));
  wait_closed (&count, 1);
  http_wait_for (&f, stats, stats.streams_dropped == 1 && stats.connections == 0);
  close (fd);
  stop (&f);
}

#define STEADY_EVENTS 2000

/* A reader that takes what comes is none that stalls, however long its queue is never seen empty for. */
static void
test_steady_reader (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2, .stall_timeout = 200, .heartbeat = 60000 };
  int fd;

  start (&f, &config);
  g_autoptr (JipHttpStream) stream = open_stream (&f, &fd);
  gint64 begin = g_get_monotonic_time ();
  for (guint i = 0; i < STEADY_EVENTS || g_get_monotonic_time () - begin < 5 * 200 * 1000; i++)
    {
      g_assert_true (jip_http_stream_send_event (stream, "text", "steady"));
      g_assert_true (jip_http_stream_send_event (stream, "text", "reader"));
      assert_event (fd, "steady");
      assert_event (fd, "reader");
    }
  JipHttpStats stats;
  jip_http_server_get_stats (f.server, &stats);
  g_assert_cmpuint (stats.streams_dropped, ==, 0);
  close (fd);
  stop (&f);
}

static void
test_heartbeat (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2, .heartbeat = 100 };
  int fd;

  start (&f, &config);
  g_autoptr (JipHttpStream) stream = open_stream (&f, &fd);
  for (guint i = 0; i < 3; i++)
    assert_event (fd, ":\n\n");
  close (fd);
  stop (&f);
}

/* HTTP/1.0 knows no chunks: the end of the stream is the end of the connection. */
static void
test_old_client (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2 };

  start (&f, &config);
  int fd = raw_connect (f.port);
  raw_send (fd, "GET /stream HTTP/1.0\r\n\r\n");
  g_autoptr (JipHttpStream) stream = g_async_queue_pop (f.waiting);
  jip_http_stream_send_event (stream, "poke", "old");
  assert_event (fd, "event: poke\ndata: old\n\n");
  jip_http_stream_close (stream);
  g_assert_true (raw_is_closed (fd));
  close (fd);
  stop (&f);
}

/* Stopping ends streams, answers what waits, and leaves what others still hold harmless. */
static void
test_stop (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2, .drain_timeout = 100 };
  Count count = { 0 };
  int fds[20];
  JipHttpStream *streams[10];
  JipHttpRequest *requests[10];

  start (&f, &config);
  for (guint i = 0; i < 10; i++)
    {
      streams[i] = open_stream (&f, &fds[i]);
      jip_http_stream_set_closed_func (streams[i], closed_cb, &count, NULL);
      fds[10 + i] = raw_connect (f.port);
      raw_send (fds[10 + i], GET_WAIT);
      requests[i] = g_async_queue_pop (f.waiting);
    }
  http_fixture_stop (&f);
  wait_closed (&count, 10);
  for (guint i = 0; i < 10; i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      g_assert_true (raw_read_answer (fds[10 + i], FALSE, &answer));
      http_assert_error (&answer, 503, "unavailable");
      g_assert_true (raw_is_closed (fds[i]));
      g_assert_false (jip_http_stream_send_event (streams[i], "poke", "{}"));
      jip_http_stream_unref (streams[i]);
      jip_http_request_unref (requests[i]);
    }
  for (guint i = 0; i < 20; i++)
    close (fds[i]);
  g_async_queue_unref (f.waiting);
}

static gpointer
answer_soon (gpointer data)
{
  g_usleep (50 * 1000);
  hello_cb (data, NULL);
  jip_http_request_unref (data);
  return NULL;
}

/* What can still be answered in time is, and a stream that was closed is sent to its end. */
static void
test_drain (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2 };
  g_auto (RawAnswer) answer = { 0 };
  int fd;

  start (&f, &config);
  int waiting = raw_connect (f.port);
  raw_send (waiting, GET_WAIT);
  g_autoptr (JipHttpRequest) request = g_async_queue_pop (f.waiting);
  g_autoptr (JipHttpStream) stream = open_stream (&f, &fd);
  jip_http_stream_send_event (stream, "bye", "{\"reason\":\"stopping\"}");
  jip_http_stream_close (stream);
  GThread *thread = g_thread_new ("answer", answer_soon, jip_http_request_ref (request));
  gint64 begin = g_get_monotonic_time ();
  http_fixture_stop (&f);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 4 * G_USEC_PER_SEC);
  g_thread_join (thread);
  g_assert_true (raw_read_answer (waiting, FALSE, &answer));
  g_assert_cmpstr (answer.body, ==, "hello");
  assert_event (fd, "event: bye\ndata: {\"reason\":\"stopping\"}\n\n");
  close (fd);
  close (waiting);
  g_async_queue_unref (f.waiting);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-stream/head-at-once", test_head_at_once);
  g_test_add_func ("/http-stream/broadcast", test_broadcast);
  g_test_add_func ("/http-stream/generate", test_generate);
  g_test_add_func ("/http-stream/client-leaves", test_client_leaves);
  g_test_add_func ("/http-stream/left-before", test_left_before);
  g_test_add_func ("/http-stream/answer-nobody", test_answer_nobody);
  g_test_add_func ("/http-stream/slow-reader", test_slow_reader);
  g_test_add_func ("/http-stream/stalled-reader", test_stalled_reader);
  g_test_add_func ("/http-stream/steady-reader", test_steady_reader);
  g_test_add_func ("/http-stream/heartbeat", test_heartbeat);
  g_test_add_func ("/http-stream/old-client", test_old_client);
  g_test_add_func ("/http-stream/stop", test_stop);
  g_test_add_func ("/http-stream/drain", test_drain);
  return g_test_run ();
}
