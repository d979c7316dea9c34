/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "http-fixture.h"
#include "jip-error.h"

/* What a request is and what an answer looks like: framing, routing, bodies, errors, files. */

static void
hello_cb (JipHttpRequest *request, gpointer user_data)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("hello", 5);

  jip_http_request_respond (request, 200, "text/plain", body, "X-Test", "yes", NULL);
}

/* Says what it was asked, so that tests see how the request was read. */
static void
echo_cb (JipHttpRequest *request, gpointer user_data)
{
  JsonObject *object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);

  json_object_unref (object);
  json_object_set_string_member (object, "method", jip_http_request_get_method (request));
  json_object_set_string_member (object, "name", jip_http_request_get_parameter (request, "name"));
  json_object_set_string_member (object, "q", jip_http_request_get_query (request, "q"));
  json_object_set_string_member (object, "address", jip_http_request_get_address (request));
  json_object_set_boolean_member (object, "local", jip_http_request_is_local (request));
  json_object_set_int_member (object, "size",
                              (gint64) g_bytes_get_size (jip_http_request_get_body (request)));
  jip_http_request_respond_json (request, 200, node);
}

static gpointer
answer_later (gpointer data)
{
  g_autoptr (JipHttpRequest) request = data;

  echo_cb (request, NULL);
  return NULL;
}

static void
later_cb (JipHttpRequest *request, gpointer user_data)
{
  g_thread_unref (g_thread_new ("later", answer_later, jip_http_request_ref (request)));
}

static gpointer
forget_later (gpointer data)
{
  jip_http_request_unref (data);
  return NULL;
}

/* No answer: at once, or when the last reference goes elsewhere. */
static void
forget_cb (JipHttpRequest *request, gpointer user_data)
{
  if (g_strcmp0 (jip_http_request_get_query (request, "q"), "later") == 0)
    g_thread_unref (g_thread_new ("forget", forget_later, jip_http_request_ref (request)));
}

static void
retry_cb (JipHttpRequest *request, gpointer user_data)
{
  g_autoptr (GError) error = jip_error_new (JIP_ERROR_RATE_LIMITED, NULL, "Wait.");

  jip_http_request_respond_retry (request, error, 7);
}

static void
json_cb (JipHttpRequest *request, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = jip_http_request_parse_json (request, &error);

  if (node == NULL)
    jip_http_request_respond_error (request, error);
  else
    echo_cb (request, user_data);
}

static gboolean
check_cb (JipHttpRequest *request, gpointer user_data, GError **error)
{
  g_autofree char *token = jip_http_request_dup_bearer (request);

  return g_strcmp0 (token, "good") == 0 || jip_error_set (error, JIP_ERROR_UNAUTHORIZED, "Who are you?");
}

#define FILE_SIZE 300000

static void
file_cb (JipHttpRequest *request, gpointer user_data)
{
  g_autofree char *path = NULL;
  g_autofree char *data = g_malloc (FILE_SIZE);
  int fd = g_file_open_tmp (NULL, &path, NULL);
  gsize size = strcmp (jip_http_request_get_parameter (request, "name"), "empty") == 0 ? 0 : FILE_SIZE;

  for (gsize i = 0; i < FILE_SIZE; i++)
    data[i] = (char) ('a' + i % 26);
  g_assert_cmpint (write (fd, data, size), ==, (gssize) size);
  g_unlink (path);
  jip_http_request_respond_file (request, fd, "application/octet-stream", "\"tag\"");
}

static const JipHttpRoute routes[] = {
  { "GET", "/hello", hello_cb },
  { "GET", "/later/{name}", later_cb },
  { "GET", "/forget", forget_cb },
  { "GET", "/retry", retry_cb },
  { "POST", "/json/{name}", json_cb, JIP_HTTP_JSON, 1000 },
  { "GET", "/both/{name}", echo_cb },
  { "PATCH", "/both/{name}", echo_cb, JIP_HTTP_PLAIN, 4 * 1024 * 1024 },
  { "PUT", "/checked/{name}", echo_cb, JIP_HTTP_PLAIN, 1000, check_cb },
  { "GET", "/file/{name}", file_cb },
};

static void
start (HttpFixture *f, const JipHttpConfig *config)
{
  http_fixture_start (f, config, routes, G_N_ELEMENTS (routes));
}

static void
set_up (HttpFixture *f, gconstpointer data)
{
  static const char *const proxies[] = { "127.0.0.2", "10.0.0.0/8", NULL };
  JipHttpConfig config = { .threads = 2, .trusted_proxies = proxies };

  start (f, &config);
}

static void
tear_down (HttpFixture *f, gconstpointer data)
{
  http_fixture_stop (f);
}

static void
assert_header (const RawAnswer *answer, const char *name, const char *expected)
{
  g_autofree char *value = raw_answer_header (answer, name);

  g_assert_cmpstr (value, ==, expected);
}

static void
test_hello (HttpFixture *f, gconstpointer data)
{
  g_auto (RawAnswer) answer = { 0 };

  http_fixture_ask (f, "GET /hello HTTP/1.1\r\n" HOST "\r\n", &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpstr (answer.body, ==, "hello");
  assert_header (&answer, "X-Test", "yes");
  assert_header (&answer, "Content-Type", "text/plain");
}

static void
test_head (HttpFixture *f, gconstpointer data)
{
  int fd = raw_connect (f->port);

  for (guint i = 0; i < 3; i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      raw_send (fd, "HEAD /hello HTTP/1.1\r\n" HOST "\r\n");
      g_assert_true (raw_read_answer (fd, TRUE, &answer));
      g_assert_cmpuint (answer.status, ==, 200);
      assert_header (&answer, "Content-Length", "5");
    }
  close (fd);
}

#define JSON_TYPE "Content-Type: application/json\r\n"

static void
test_errors (HttpFixture *f, gconstpointer data)
{
  static const struct
  {
    const char *text;
    guint status;
    const char *code;
  } rows[] = {
    { "GET /nothing HTTP/1.1\r\n" HOST "\r\n", 404, "not-found" },
    { "GET /both/ HTTP/1.1\r\n" HOST "\r\n", 404, "not-found" },
    { "GET /both/x/y HTTP/1.1\r\n" HOST "\r\n", 404, "not-found" },
    { "GET /1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8 HTTP/1.1\r\n" HOST "\r\n", 404, "not-found" },
    { "GET /both/% HTTP/1.1\r\n" HOST "\r\n", 400, "bad-request" },
    { "GET /both/%4 HTTP/1.1\r\n" HOST "\r\n", 400, "bad-request" },
    { "GET /both/%zz HTTP/1.1\r\n" HOST "\r\n", 400, "bad-request" },
    { "GET /both/%00 HTTP/1.1\r\n" HOST "\r\n", 400, "bad-request" },
    { "GET /both/%ff%fe HTTP/1.1\r\n" HOST "\r\n", 400, "bad-request" },
    { "GET /both/x?q=%e HTTP/1.1\r\n" HOST "\r\n", 400, "bad-request" },
    { "GET /both/x?q=1&q=2 HTTP/1.1\r\n" HOST "\r\n", 400, "bad-request" },
    { "GET http:///hello HTTP/1.1\r\n" HOST "\r\n", 400, "bad-request" },
    { "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 400, "bad-request" },
    { "DELETE /both/x HTTP/1.1\r\n" HOST "\r\n", 405, "method-not-allowed" },
    { "GET /forget HTTP/1.1\r\n" HOST "\r\n", 500, "internal" },
    { "GET /forget?q=later HTTP/1.1\r\n" HOST "\r\n", 500, "internal" },
    { "POST /json/x HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}", 415, "bad-media-type" },
    { "POST /json/x HTTP/1.1\r\n" HOST "Content-Type: application/jsonx\r\nContent-Length: 2\r\n\r\n{}", 415,
      "bad-media-type" },
    { "POST /json/x HTTP/1.1\r\n" HOST JSON_TYPE "\r\n", 400, "bad-json" },
    { "POST /json/x HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: 3\r\n\r\n{,}", 400, "bad-json" },
    { "POST /json/x HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: 1001\r\nExpect: 100-continue\r\n\r\n", 413,
      "too-large" },
    { "POST /json/x HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: 99999999999\r\n\r\n", 413, "too-large" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      http_fixture_ask (f, rows[i].text, &answer);
      http_assert_error (&answer, rows[i].status, rows[i].code);
    }
}

static void
test_allow (HttpFixture *f, gconstpointer data)
{
  g_auto (RawAnswer) answer = { 0 };
  g_auto (RawAnswer) wait = { 0 };

  http_fixture_ask (f, "DELETE /both/x HTTP/1.1\r\n" HOST "\r\n", &answer);
  assert_header (&answer, "Allow", "GET, HEAD, PATCH");
  http_fixture_ask (f, "GET /retry HTTP/1.1\r\n" HOST "\r\n", &wait);
  http_assert_error (&wait, 429, "rate-limited");
  assert_header (&wait, "Retry-After", "7");
}

/* Two ways to say how long a body is: refused, and nothing after it on this connection is read as a request. */
static void
test_framing (HttpFixture *f, gconstpointer data)
{
  static const char *const lines[] = {
    "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
    "Content-Length: 2\r\nContent-Length: 2\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: gzip, chunked\r\n",
    "Transfer-Encoding: identity\r\n",
    "Transfer-Encoding : chunked\r\nContent-Length: 2\r\n",
    "Content-Length: 2\r\nX Y: 1\r\n",
  };
  static const char *const methods[] = { "GET", "PATCH", "DELETE" };

  for (guint i = 0; i < G_N_ELEMENTS (lines) * G_N_ELEMENTS (methods); i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      g_autofree char *text = g_strdup_printf ("%s /both/x HTTP/1.1\r\n" HOST
                                               "%s\r\n0\r\n\r\nGET /hello HTTP/1.1\r\n" HOST "\r\n",
                                               methods[i % 3], lines[i / 3]);
      int fd = raw_connect (f->port);
      raw_send (fd, text);
      g_assert_true (raw_read_answer (fd, FALSE, &answer));
      http_assert_error (&answer, 400, "bad-request");
      assert_header (&answer, "Connection", "close");
      g_assert_null (raw_read_until (fd, "hello"));
      close (fd);
    }
}

/* What libmicrohttpd would refuse by itself, and badly: one answer, in our form, and the connection is over. */
static void
test_refused_heads (HttpFixture *f, gconstpointer data)
{
  static const struct
  {
    const char *version, *lines;
    guint status;
    const char *code;
  } rows[] = {
    { "HTTP/1.1", "", 400, "bad-request" },
    { "HTTP/1.1", HOST HOST, 400, "bad-request" },
    { "HTTP/1.0", HOST HOST, 400, "bad-request" },
    { "x HTTP/1.1", HOST, 400, "bad-request" },
    { "HTTP/1.1", HOST "Content-Length: abc\r\n", 400, "bad-request" },
    { "HTTP/1.1", HOST "Content-Length: -1\r\n", 400, "bad-request" },
    { "HTTP/1.1", HOST "Content-Length: +1\r\n", 400, "bad-request" },
    { "HTTP/1.1", HOST "Content-Length: 1.0\r\n", 400, "bad-request" },
    { "HTTP/1.1", HOST "Content-Length:\r\n", 400, "bad-request" },
    { "HTTP/1.1", HOST "Content-Length: 5, 5\r\n", 400, "bad-request" },
    { "HTTP/1.1", "Content-Length: abc\r\n", 400, "bad-request" },
    { "HTTP/1.1", HOST "Content-Length: 99999999999999999999\r\n", 413, "too-large" },
  };
  int others[8];

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      others[i] = raw_connect (f->port);
      raw_send (others[i], "GET /hello HTTP/1.1\r\nContent-Length: 0\r\n");
    }
  for (guint i = 0; i < 2 * G_N_ELEMENTS (rows); i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      int fd = raw_connect (f->port);
      g_autofree char *line = g_strdup_printf ("GET /hello %s\r\n", rows[i / 2].version);
      raw_send (fd, line);
      if (i % 2 == 1)
        g_usleep (20 * 1000);
      raw_send (fd, rows[i / 2].lines);
      raw_send (fd, "\r\n");
      g_assert_true (raw_read_answer (fd, FALSE, &answer));
      http_assert_error (&answer, rows[i / 2].status, rows[i / 2].code);
      assert_header (&answer, "Connection", "close");
      g_assert_null (raw_read_until (fd, "HTTP/1.1"));
      close (fd);
    }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      raw_send (others[i], HOST "\r\n");
      g_assert_true (raw_read_answer (others[i], FALSE, &answer));
      g_assert_cmpuint (answer.status, ==, 200);
      close (others[i]);
    }
  http_wait_for (f, stats, stats.connections == 0);
}

static void
test_pipelining (HttpFixture *f, gconstpointer data)
{
  int fd = raw_connect (f->port);

  raw_send (fd, "GET /hello HTTP/1.1\r\n" HOST "\r\n"
                "GET /later/1 HTTP/1.1\r\n" HOST "\r\n"
                "POST /json/2 HTTP/1.1\r\n" HOST JSON_TYPE "Transfer-Encoding: chunked\r\n\r\n"
                "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
                "GET /nothing HTTP/1.1\r\n" HOST "\r\n"
                "POST /json/3 HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}"
                "GET /later/4 HTTP/1.1\r\n" HOST "\r\n");
  static const guint statuses[] = { 200, 200, 200, 404, 415, 200 };
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      g_assert_true (raw_read_answer (fd, FALSE, &answer));
      g_assert_cmpuint (answer.status, ==, statuses[i]);
    }
  http_wait_for (f, stats, stats.accepted == 1 && stats.answers[200] == 4 && stats.answers[415] == 1);
  close (fd);
  http_wait_for (f, later, later.connections == 0);
}

static void
test_later (HttpFixture *f, gconstpointer data)
{
  int fd = raw_connect (f->port);

  for (guint i = 0; i < 200; i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      raw_send (fd, "GET /later/%EC%A7%91%ED%98%84?q=a+b%2F HTTP/1.1\r\n" HOST "\r\n");
      g_assert_true (raw_read_answer (fd, FALSE, &answer));
      g_assert_cmpuint (answer.status, ==, 200);
      g_assert_nonnull (strstr (answer.body, "\"name\":\"집현\""));
      g_assert_nonnull (strstr (answer.body, "\"q\":\"a b/\""));
    }
  close (fd);
}

static void
send_body (int fd, gsize size, gboolean chunked)
{
  g_autofree char *block = g_strnfill (1 << 16, 'x');
  g_autofree char *line = chunked ? g_strdup ("Transfer-Encoding: chunked")
                                  : g_strdup_printf ("Content-Length: %" G_GSIZE_FORMAT, size);
  g_autofree char *head = g_strdup_printf ("PATCH /both/x HTTP/1.1\r\n" HOST "%s\r\n\r\n", line);

  raw_send (fd, head);
  for (gsize left = size; left > 0;)
    {
      gsize part = MIN (left, 1 << 16);
      g_autofree char *mark = g_strdup_printf ("%" G_GSIZE_MODIFIER "x\r\n", part);
      if (chunked)
        raw_send (fd, mark);
      g_assert_true (raw_try_send (fd, block, part));
      if (chunked)
        raw_send (fd, "\r\n");
      left -= part;
    }
  if (chunked)
    raw_send (fd, "0\r\n\r\n");
}

/* One connection for all of them, but where a Content-Length says that it is too large: that is refused at once. */
static void
test_bodies (HttpFixture *f, gconstpointer data)
{
  static const struct
  {
    gsize size;
    gboolean chunked;
    guint status;
  } rows[] = {
    { 0, FALSE, 200 },
    { 4 * 1024 * 1024, FALSE, 200 },
    { 4 * 1024 * 1024, TRUE, 200 },
    { 4 * 1024 * 1024 + 1, FALSE, 413 },
    { 4 * 1024 * 1024 + 1, TRUE, 413 },
    { 10 * 1024 * 1024, TRUE, 413 },
    { 100, TRUE, 200 },
  };
  int fd = raw_connect (f->port);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      g_autofree char *size = g_strdup_printf ("\"size\":%" G_GSIZE_FORMAT "}", rows[i].size);
      send_body (fd, rows[i].size, rows[i].chunked);
      g_assert_true (raw_read_answer (fd, FALSE, &answer));
      g_assert_cmpuint (answer.status, ==, rows[i].status);
      g_assert_cmpint (strstr (answer.body, size) != NULL, ==, rows[i].status == 200);
      if (rows[i].status == 413 && !rows[i].chunked)
        {
          assert_header (&answer, "Connection", "close");
          close (fd);
          fd = raw_connect (f->port);
        }
    }
  http_wait_for (f, stats, stats.body_memory == 0);
  close (fd);
}

/* Who announces too much need not send it to hear of it; who does is heard to the end, so that the answer is not lost. */
static void
test_announced (HttpFixture *f, gconstpointer data)
{
  static const gsize sizes[] = { 1001, 5 * 1024 * 1024, 99999999999 };
  g_autofree char *block = g_strnfill (1 << 16, ' ');

  for (guint i = 0; i < 2 * G_N_ELEMENTS (sizes); i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      gsize size = sizes[i / 2];
      g_autofree char *head = g_strdup_printf (
          "POST /json/x HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n{}", size);
      int fd = raw_connect (f->port);
      raw_send (fd, head);
      for (gsize sent = 2; i % 2 == 1 && sent < MIN (size, 10 * 1024 * 1024); sent += 1 << 16)
        g_assert_true (raw_try_send (fd, block, MIN (size - sent, 1 << 16)));
      gint64 begin = g_get_monotonic_time ();
      g_assert_true (raw_read_answer (fd, FALSE, &answer));
      g_assert_cmpint (g_get_monotonic_time () - begin, <, 5 * G_USEC_PER_SEC);
      http_assert_error (&answer, 413, "too-large");
      assert_header (&answer, "Connection", "close");
      g_assert_true (raw_is_closed (fd));
      close (fd);
    }
  http_wait_for (f, stats, stats.connections == 0 && stats.answers[413] == 2 * G_N_ELEMENTS (sizes));
}

/* The head is judged before the body is taken in. */
static void
test_check (HttpFixture *f, gconstpointer data)
{
#define PUT "PUT /checked/x HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n"
  g_auto (RawAnswer) stranger = { 0 };
  g_auto (RawAnswer) early = { 0 };
  g_auto (RawAnswer) friend = { 0 };
  g_autofree char *body = g_strnfill (1000, 'x');
  g_autofree char *with_body = g_strconcat (PUT "Authorization: Bearer bad\r\n\r\n", body, NULL);
  g_autofree char *good = g_strconcat (PUT "authorization: bearer good\r\n\r\n", body, NULL);

  http_fixture_ask (f, PUT "Expect: 100-continue\r\n\r\n", &early);
  http_assert_error (&early, 401, "unauthorized");
  http_fixture_ask (f, with_body, &stranger);
  http_assert_error (&stranger, 401, "unauthorized");
  http_fixture_ask (f, good, &friend);
  g_assert_cmpuint (friend.status, ==, 200);
  g_assert_nonnull (strstr (friend.body, "\"size\":1000}"));
}

static void
test_body_memory (void)
{
  HttpFixture f;
  JipHttpConfig config = { .threads = 2, .max_body_memory = 1000000 };
  g_auto (RawAnswer) small = { 0 };
  g_auto (RawAnswer) large = { 0 };

  start (&f, &config);
  int fd = raw_connect (f.port);
  send_body (fd, 2000000, FALSE);
  g_assert_true (raw_read_answer (fd, FALSE, &large));
  http_assert_error (&large, 503, "busy");
  assert_header (&large, "Retry-After", "5");
  send_body (fd, 900000, FALSE);
  g_assert_true (raw_read_answer (fd, FALSE, &small));
  g_assert_cmpuint (small.status, ==, 200);
  close (fd);
  http_fixture_stop (&f);
}

static void
test_large_head (HttpFixture *f, gconstpointer data)
{
  static const gsize sizes[] = { 9 * 1024, 20 * 1024, 1024 * 1024 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      g_autofree char *filler = g_strnfill (sizes[i], 'x');
      g_autofree char *text = g_strdup_printf ("GET /hello HTTP/1.1\r\n" HOST "X: %s\r\n\r\n", filler);
      int fd = raw_connect (f->port);
      raw_try_send (fd, text, strlen (text));
      if (raw_read_answer (fd, FALSE, &answer))
        g_assert_cmpuint (answer.status, ==, 431);
      else
        g_assert_cmpuint (sizes[i], >,
                          16 * 1024); /* the rest of it that nobody reads may reset the connection */
      if (sizes[i] < 16 * 1024)
        http_assert_error (&answer, 431, "headers-too-large");
      close (fd);
    }
  GString *many = g_string_new ("GET /hello HTTP/1.1\r\n" HOST);
  for (guint i = 0; i < 120; i++)
    g_string_append_printf (many, "X-%u: 1\r\n", i);
  g_string_append (many, "\r\n");
  g_auto (RawAnswer) answer = { 0 };
  http_fixture_ask (f, many->str, &answer);
  http_assert_error (&answer, 431, "headers-too-large");
  g_string_free (many, TRUE);
}

static void
test_ranges (HttpFixture *f, gconstpointer data)
{
  static const struct
  {
    const char *lines;
    guint status;
    const char *range, *first;
    gsize length;
  } rows[] = {
    { "", 200, NULL, "abcdef", FILE_SIZE },
    { "Range: bytes=1-3\r\n", 206, "bytes 1-3/300000", "bcd", 3 },
    { "Range: bytes=299990-\r\n", 206, "bytes 299990-299999/300000", "cde", 10 },
    { "Range: bytes=299990-999999\r\n", 206, "bytes 299990-299999/300000", "cde", 10 },
    { "Range: bytes=-10\r\n", 206, "bytes 299990-299999/300000", "cde", 10 },
    { "Range: bytes=-999999\r\n", 206, "bytes 0-299999/300000", "abc", FILE_SIZE },
    { "Range: bytes=3-1\r\n", 200, NULL, "abc", FILE_SIZE },
    { "Range: bytes=1-2,5-6\r\n", 200, NULL, "abc", FILE_SIZE },
    { "Range: lines=1-2\r\n", 200, NULL, "abc", FILE_SIZE },
    { "Range: bytes=1-3\r\nIf-Range: \"tag\"\r\n", 206, "bytes 1-3/300000", "bcd", 3 },
    { "Range: bytes=1-3\r\nIf-Range: \"old\"\r\n", 200, NULL, "abc", FILE_SIZE },
    { "Range: bytes=300000-\r\n", 416, "bytes */300000", "{", 0 },
    { "Range: bytes=-0\r\n", 416, "bytes */300000", "{", 0 },
  };
  int fd = raw_connect (f->port);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      g_autofree char *text = g_strdup_printf ("GET /file/full HTTP/1.1\r\n" HOST "%s\r\n", rows[i].lines);
      raw_send (fd, text);
      g_assert_true (raw_read_answer (fd, FALSE, &answer));
      g_assert_cmpuint (answer.status, ==, rows[i].status);
      assert_header (&answer, "Content-Range", rows[i].range);
      g_assert_true (g_str_has_prefix (answer.body, rows[i].first));
      if (rows[i].length > 0)
        g_assert_cmpuint (strlen (answer.body), ==, rows[i].length);
    }
  close (fd);
}

static void
test_empty_file (HttpFixture *f, gconstpointer data)
{
  g_auto (RawAnswer) whole = { 0 };
  g_auto (RawAnswer) part = { 0 };

  http_fixture_ask (f, "GET /file/empty HTTP/1.1\r\n" HOST "\r\n", &whole);
  g_assert_cmpuint (whole.status, ==, 200);
  assert_header (&whole, "Content-Length", "0");
  http_fixture_ask (f, "GET /file/empty HTTP/1.1\r\n" HOST "Range: bytes=0-\r\n\r\n", &part);
  http_assert_error (&part, 416, "bad-range");
}

/* Only a named proxy is believed, and of its list only what stands right of the last stranger. */
static void
test_forwarded (HttpFixture *f, gconstpointer data)
{
  static const struct
  {
    const char *source, *forwarded, *expected;
  } rows[] = {
    { "127.0.0.1", "1.2.3.4", "127.0.0.1" },
    { "127.0.0.2", "1.2.3.4", "1.2.3.4" },
    { "127.0.0.2", "6.6.6.6, 1.2.3.4", "1.2.3.4" },
    { "127.0.0.2", "6.6.6.6, 1.2.3.4 ,10.1.1.1", "1.2.3.4" },
    { "127.0.0.2", "6.6.6.6\r\nX-Forwarded-For: 1.2.3.4", "1.2.3.4" },
    { "127.0.0.2", "1.2.3.4\r\nX-Forwarded-For: 10.9.9.9", "1.2.3.4" },
    { "127.0.0.2", "2001:db8::1", "2001:db8::1" },
    { "127.0.0.2", "nonsense", "127.0.0.2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      g_autofree char *text = g_strdup_printf ("GET /both/x HTTP/1.1\r\n" HOST "X-Forwarded-For: %s\r\n\r\n",
                                               rows[i].forwarded);
      g_autofree char *expected = g_strdup_printf ("\"address\":\"%s\"", rows[i].expected);
      int fd = raw_connect_from (f->port, rows[i].source);
      raw_send (fd, text);
      g_assert_true (raw_read_answer (fd, FALSE, &answer));
      g_assert_nonnull (strstr (answer.body, expected));
      close (fd);
    }
}

static void
test_unix_socket (void)
{
  HttpFixture f;
  g_autofree char *folder = g_dir_make_tmp ("jip-http-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "socket", NULL);
  JipHttpConfig config = { .threads = 2, .socket_path = path };
  g_auto (RawAnswer) local = { 0 };
  g_auto (RawAnswer) remote = { 0 };

  start (&f, &config);
  int fd = raw_connect_unix (path);
  raw_send (fd, "GET /both/x HTTP/1.1\r\n" HOST "\r\n");
  g_assert_true (raw_read_answer (fd, FALSE, &local));
  g_assert_nonnull (strstr (local.body, "\"local\":true"));
  close (fd);
  http_fixture_ask (&f, "GET /both/x HTTP/1.1\r\n" HOST "\r\n", &remote);
  g_assert_nonnull (strstr (remote.body, "\"local\":false"));
  http_fixture_stop (&f);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_rmdir (folder);
}

static void
assert_does_not_start (const JipHttpConfig *config, JipErrorCode code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipHttpServer) server = jip_http_server_new (config);

  g_assert_false (jip_http_server_start (server, &error));
  g_assert_error (error, JIP_ERROR, (int) code);
}

static void
test_refuses_to_start (void)
{
  HttpFixture f;
  static const char *const proxies[] = { "somewhere", NULL };
  JipHttpConfig insecure = { .address = "0.0.0.0" };
  JipHttpConfig wrong = { .address = "localhost:1" };
  JipHttpConfig proxy = { .trusted_proxies = proxies };
  JipHttpConfig certificate = { .tls_certificate = "no", .tls_key = "no" };
  JipHttpConfig free_port = { .threads = 2 };

  assert_does_not_start (&insecure, JIP_ERROR_BAD_ARGS);
  assert_does_not_start (&wrong, JIP_ERROR_BAD_ARGS);
  assert_does_not_start (&proxy, JIP_ERROR_BAD_ARGS);
  assert_does_not_start (&certificate, JIP_ERROR_BAD_ARGS);
  start (&f, &free_port);
  JipHttpConfig taken = { .port = f.port };
  assert_does_not_start (&taken, JIP_ERROR_UNAVAILABLE);
  http_fixture_stop (&f);
  insecure.allow_insecure = TRUE;
  start (&f, &insecure);
  http_fixture_stop (&f);
}

static void
test_metrics (HttpFixture *f, gconstpointer data)
{
  g_auto (RawAnswer) answer = { 0 };
  g_autoptr (GString) out = g_string_new (NULL);

  http_fixture_ask (f, "GET /hello HTTP/1.1\r\n" HOST "\r\n", &answer);
  jip_http_server_append_metrics (f->server, out);
  g_assert_nonnull (strstr (out->str, "jiphyeond_http_accepted_total 1\n"));
  g_assert_nonnull (strstr (out->str, "jiphyeond_http_answers_total{status=\"200\"} 1\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add ("/http/" path, HttpFixture, NULL, set_up, function, tear_down)
  ADD ("hello", test_hello);
  ADD ("head", test_head);
  ADD ("errors", test_errors);
  ADD ("allow", test_allow);
  ADD ("framing", test_framing);
  ADD ("refused-heads", test_refused_heads);
  ADD ("pipelining", test_pipelining);
  ADD ("later", test_later);
  ADD ("bodies", test_bodies);
  ADD ("announced", test_announced);
  ADD ("check", test_check);
  g_test_add_func ("/http/body-memory", test_body_memory);
  ADD ("large-head", test_large_head);
  ADD ("ranges", test_ranges);
  ADD ("empty-file", test_empty_file);
  ADD ("forwarded", test_forwarded);
  g_test_add_func ("/http/unix-socket", test_unix_socket);
  g_test_add_func ("/http/refuses-to-start", test_refuses_to_start);
  ADD ("metrics", test_metrics);
  return g_test_run ();
}
