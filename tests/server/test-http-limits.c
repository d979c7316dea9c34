/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http-fixture.h"
#include "jip-rate-limit.h"

/* What a client cannot do to the others. */

static void
hello_cb (JipHttpRequest *request, gpointer user_data)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("hello", 5);

  jip_http_request_respond (request, 200, "text/plain", body, NULL);
}

static void
stream_cb (JipHttpRequest *request, gpointer user_data)
{
  g_autoptr (JipHttpStream) stream = jip_http_request_respond_stream (request, "text/event-stream");

  jip_http_stream_send_event (stream, "poke", "{}");
}

static void
wait_cb (JipHttpRequest *request, gpointer user_data)
{
  HttpFixture *f = user_data;

  g_async_queue_push (f->waiting, jip_http_request_ref (request));
}

#define LARGE (8 * 1024 * 1024)

static void
large_cb (JipHttpRequest *request, gpointer user_data)
{
  g_autoptr (GBytes) body = g_bytes_new_take (g_malloc0 (LARGE), LARGE);

  jip_http_request_respond (request, 200, "text/plain", body, NULL);
}

static const JipHttpRoute routes[] = {
  { "GET", "/large", large_cb },
  { "GET", "/hello", hello_cb },
  { "GET", "/stream", stream_cb },
  { "GET", "/wait", wait_cb },
  { "POST", "/body", hello_cb, JIP_HTTP_PLAIN, 1 },
};

#define GET_HELLO "GET /hello HTTP/1.1\r\n" HOST "\r\n"
#define GET_STREAM "GET /stream HTTP/1.1\r\n" HOST "\r\n"

static void
start (HttpFixture *f, const JipHttpConfig *config)
{
  http_fixture_start (f, config, routes, G_N_ELEMENTS (routes));
}

static gboolean
says_hello (int fd)
{
  g_auto (RawAnswer) answer = { 0 };

  return raw_try_send (fd, GET_HELLO, strlen (GET_HELLO)) && raw_read_answer (fd, FALSE, &answer)
         && answer.status == 200;
}

/* A byte now and then keeps no connection: what counts is the time to the end of the head, of each request. */
static void
drip (int fd, const char *first)
{
  gint64 end = g_get_monotonic_time () + RAW_PATIENCE;

  raw_try_send (fd, first, strlen (first));
  while (raw_try_send (fd, "x", 1))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (20 * 1000);
    }
  g_assert_true (raw_is_closed (fd));
  close (fd);
}

static void
test_slow_head (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2, .header_timeout = 300, .idle_timeout = 1000 };

  start (&f, &config);
  drip (raw_connect (f.port), "GET /hello HTTP/1.1\r\nX: ");
  drip (raw_connect (f.port), "");
  int fd = raw_connect (f.port);
  g_assert_true (says_hello (fd));
  drip (fd, "GET /hel");
  http_wait_for (&f, stats, stats.timed_out == 3 && stats.connections == 0);
  http_fixture_stop (&f);
}

static void
test_silent_clients (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2, .header_timeout = 200 };
  int fds[100];

  start (&f, &config);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    fds[i] = raw_connect (f.port);
  int fd = raw_connect (f.port);
  g_assert_true (says_hello (fd));
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      g_assert_true (raw_is_closed (fds[i]));
      close (fds[i]);
    }
  g_assert_true (says_hello (fd));
  close (fd);
  http_wait_for (&f, stats, stats.timed_out == G_N_ELEMENTS (fds) && stats.connections == 0);
  http_fixture_stop (&f);
}

static void
test_slow_body (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2, .body_timeout = 300 };

  start (&f, &config);
  drip (raw_connect (f.port), "POST /body HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\n");
  http_wait_for (&f, stats, stats.timed_out == 1 && stats.connections == 0);
  http_fixture_stop (&f);
}

static void
test_idle (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2, .idle_timeout = 1000, .header_timeout = 60000 };

  start (&f, &config);
  int fd = raw_connect (f.port);
  g_assert_true (says_hello (fd));
  g_assert_true (raw_is_closed (fd));
  close (fd);
  http_fixture_stop (&f);
}

/* A line that brings a large answer slowly, but all the time, is none that stands still. */
static void
test_slow_line (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2, .idle_timeout = 1000 };
  static const char head[] = "GET /large HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n";
  static char buffer[64 * 1024];
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), small = 32 * 1024;
  gsize taken = 0;
  ssize_t n;

  start (&f, &config);
  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  raw_connect_socket (fd, f.port);
  raw_send (fd, head);
  while ((n = recv (fd, buffer, taken < 1500000 ? 16 * 1024 : sizeof buffer, 0)) > 0)
    {
      taken += (gsize) n;
      if (taken < 1500000) /* for about 5 seconds */
        g_usleep (50 * 1000);
    }
  g_assert_cmpuint (taken, >, LARGE);
  close (fd);
  http_fixture_stop (&f);
}

static void
assert_refused (int fd)
{
  g_auto (RawAnswer) answer = { 0 };

  if (raw_read_answer (fd, FALSE, &answer))
    http_assert_error (&answer, 503, "busy");
  close (fd);
}

static void
test_per_address (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2, .max_per_address = 5 };
  int fds[5];

  start (&f, &config);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = raw_connect (f.port);
      g_assert_true (says_hello (fds[i]));
    }
  assert_refused (raw_connect (f.port));
  int other = raw_connect_from (f.port, "127.0.0.3");
  g_assert_true (says_hello (other));
  close (other);
  close (fds[0]);
  http_wait_for (&f, stats, stats.connections == 4);
  fds[0] = raw_connect (f.port);
  g_assert_true (says_hello (fds[0]));
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  http_wait_for (&f, last, last.connections == 0 && last.refused_address == 1);
  http_fixture_stop (&f);
}

/* Behind a proxy it is the requests of a forwarded address that count; the proxy itself is not limited. */
static void
test_per_forwarded_address (void)
{
  static const char *const proxies[] = { "127.0.0.1", NULL };
  static const char text[] = "GET /wait HTTP/1.1\r\n" HOST "X-Forwarded-For: 9.9.9.9\r\n\r\n";
  HttpFixture f;
  JipHttpConfig config = { .threads = 2, .max_per_address = 2, .trusted_proxies = proxies };
  int fds[3];

  start (&f, &config);
  f.waiting = g_async_queue_new ();
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    fds[i] = raw_connect (f.port);
  raw_send (fds[0], text);
  raw_send (fds[1], text);
  JipHttpRequest *first = g_async_queue_pop (f.waiting);
  JipHttpRequest *second = g_async_queue_pop (f.waiting);
  g_auto (RawAnswer) refused = { 0 };
  raw_send (fds[2], text);
  g_assert_true (raw_read_answer (fds[2], FALSE, &refused));
  http_assert_error (&refused, 429, "rate-limited");
  g_assert_true (says_hello (fds[2]));
  hello_cb (first, NULL);
  hello_cb (second, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      g_assert_true (raw_read_answer (fds[i], FALSE, &answer));
      g_assert_cmpuint (answer.status, ==, 200);
    }
  jip_http_request_unref (first);
  jip_http_request_unref (second);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  http_fixture_stop (&f);
  g_async_queue_unref (f.waiting);
}

static void
test_max_connections (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2, .max_connections = 10 };
  int fds[10];

  start (&f, &config);
  for (guint round = 0; round < 3; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
        {
          fds[i] = raw_connect (f.port);
          g_assert_true (says_hello (fds[i]));
        }
      assert_refused (raw_connect (f.port));
      for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
        close (fds[i]);
      http_wait_for (&f, stats, stats.connections == 0 && stats.refused_full == round + 1);
    }
  http_fixture_stop (&f);
}

#define N_STREAMS 20
#define N_EXTRA 40
#define N_AGAIN 5

static int
new_socket (void)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

/* Descriptors run out while streams are suspended; when some are free again, new clients are served. */
static void
run_exhaustion (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2, .max_connections = 1000, .header_timeout = 60000 };
  int streams[N_STREAMS], extra[N_EXTRA], again[N_AGAIN];
  guint served = 0;
  struct rlimit limit;

  start (&f, &config);
  for (guint i = 0; i < N_STREAMS; i++)
    {
      streams[i] = raw_connect (f.port);
      raw_send (streams[i], GET_STREAM);
      g_free (raw_read_until (streams[i], "data: {}"));
    }
  for (guint i = 0; i < N_EXTRA; i++)
    extra[i] = new_socket ();
  for (guint i = 0; i < N_AGAIN; i++)
    again[i] = new_socket ();
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = (rlim_t) again[N_AGAIN - 1] + 6; /* room for 5 of the extra ones */
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);

  for (guint i = 0; i < N_EXTRA; i++)
    raw_connect_socket (extra[i], f.port);
  for (guint i = 0; i < N_EXTRA; i++)
    served += says_hello (extra[i]);
  g_assert_cmpuint (served, >, 0);
  g_assert_cmpuint (served, <, N_EXTRA);
  http_wait_for (&f, stats, stats.refused_full == N_EXTRA - served);

  for (guint i = 0; i < 10; i++)
    close (streams[i]);
  http_wait_for (&f, later, later.streams == N_STREAMS - 10);
  for (guint i = 0; i < N_AGAIN; i++)
    {
      raw_connect_socket (again[i], f.port);
      g_assert_true (says_hello (again[i]));
    }
  jip_http_server_stop (f.server);
  g_assert_finalize_object (f.server);
}

static void
test_exhaustion (void)
{
  if (g_test_subprocess ())
    {
      run_exhaustion ();
      return;
    }
  g_test_trap_subprocess (NULL, 30 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

/* A client that ends its side is gone at once, when nothing can be answered; a whole request before that is answered. */
static void
test_half_closed (void)
{
  static const char *const parts[]
      = { "",
          "GET",
          "GET /hello HTTP/1.1\r\nHost",
          GET_HELLO,
          "POST /nothing HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\nxx",
          "POST /body HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n5\r\nxx" };
  HttpFixture f;
  JipHttpConfig config = { .threads = 2 };

  start (&f, &config);
  for (guint i = 0; i < 5 * G_N_ELEMENTS (parts); i++)
    {
      const char *part = parts[i % G_N_ELEMENTS (parts)];
      gboolean whole = strcmp (part, GET_HELLO) == 0;
      g_auto (RawAnswer) answer = { 0 };
      int fd = raw_connect (f.port);
      raw_send (fd, part);
      shutdown (fd, SHUT_WR);
      gint64 begin = g_get_monotonic_time ();
      g_assert_cmpint (raw_read_answer (fd, FALSE, &answer), ==, whole);
      g_assert_true (raw_is_closed (fd));
      g_assert_cmpint (g_get_monotonic_time () - begin, <, 2 * G_USEC_PER_SEC);
      close (fd);
    }
  http_wait_for (&f, stats, stats.connections == 0 && stats.timed_out == 0);
  http_fixture_stop (&f);
}

/* Whatever comes over the line, the next client is served. */
static void
test_garbage (void)
{
  static const char text[] = "POST /body?a=%20&b HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n"
                             "Transfer-Encoding: chunked\r\nX: y\r\n\r\n1\r\nx\r\n0\r\n\r\n";
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());
  HttpFixture f;
  JipHttpConfig config = { .threads = 2 };

  start (&f, &config);
  for (guint i = 0; i < 1000; i++)
    {
      char copy[sizeof text];
      int fd = raw_connect (f.port);
      memcpy (copy, text, sizeof text);
      for (int n = g_rand_int_range (rand, 1, 8); n > 0; n--)
        copy[g_rand_int_range (rand, 0, sizeof text)] = (char) g_rand_int_range (rand, 0, 256);
      raw_try_send (fd, copy, (gsize) g_rand_int_range (rand, 1, sizeof text));
      if (i % 2 == 0)
        shutdown (fd, SHUT_WR);
      close (fd);
    }
  int fd = raw_connect (f.port);
  g_assert_true (says_hello (fd));
  close (fd);
  http_wait_for (&f, stats, stats.connections == 0 && stats.body_memory == 0);
  http_fixture_stop (&f);
}

static void
test_rate_limit (void)
{
  g_autoptr (JipRateLimit) limit = jip_rate_limit_new (0.5, 3, 10);
  gint64 now = G_USEC_PER_SEC;

  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (jip_rate_limit_take_at (limit, "a", now), ==, 0);
  g_assert_cmpuint (jip_rate_limit_take_at (limit, "a", now), ==, 2);
  g_assert_cmpuint (jip_rate_limit_take_at (limit, "b", now), ==, 0);
  g_assert_cmpuint (jip_rate_limit_take_at (limit, "a", now + G_USEC_PER_SEC), ==, 1);
  g_assert_cmpuint (jip_rate_limit_take_at (limit, "a", now + 2 * G_USEC_PER_SEC), ==, 0);
  g_assert_cmpuint (jip_rate_limit_take_at (limit, "a", now + 2 * G_USEC_PER_SEC), ==, 2);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (jip_rate_limit_take_at (limit, "a", now + 100 * G_USEC_PER_SEC), ==, 0);
  g_assert_cmpuint (jip_rate_limit_take_at (limit, "a", now + 100 * G_USEC_PER_SEC), ==, 2);

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *key = g_strdup_printf ("key %u", i);
      g_assert_cmpuint (jip_rate_limit_take_at (limit, key, now), ==, 0);
      g_assert_cmpuint (jip_rate_limit_get_n_keys (limit), <=, 10);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-limits/slow-head", test_slow_head);
  g_test_add_func ("/http-limits/silent-clients", test_silent_clients);
  g_test_add_func ("/http-limits/slow-body", test_slow_body);
  g_test_add_func ("/http-limits/idle", test_idle);
  g_test_add_func ("/http-limits/slow-line", test_slow_line);
  g_test_add_func ("/http-limits/per-address", test_per_address);
  g_test_add_func ("/http-limits/per-forwarded-address", test_per_forwarded_address);
  g_test_add_func ("/http-limits/max-connections", test_max_connections);
  g_test_add_func ("/http-limits/exhaustion", test_exhaustion);
  g_test_add_func ("/http-limits/half-closed", test_half_closed);
  g_test_add_func ("/http-limits/garbage", test_garbage);
  g_test_add_func ("/http-limits/rate-limit", test_rate_limit);
  return g_test_run ();
}
