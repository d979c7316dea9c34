/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jip-error.h"
#include "jip-http-server.h"
#include "jip-json.h"
#include "raw-client.h"

/* What a request is, what an answer looks like: framing, routing, bodies, errors. */

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

static const JipHttpRoute routes[] = {
  { "GET", "/hello", hello_cb },
  { "GET", "/later/{name}", later_cb },
  { "POST", "/json/{name}", echo_cb, JIP_HTTP_JSON, 1000 },
  { "GET", "/both/{name}", echo_cb },
  { "PATCH", "/both/{name}", echo_cb, JIP_HTTP_PLAIN, 100000 },
};

typedef struct
{
  JipHttpServer *server;
  guint16 port;
} Fixture;

static void
set_up_with (Fixture *f, const JipHttpConfig *config)
{
  g_autoptr (GError) error = NULL;

  f->server = jip_http_server_new (config);
  jip_http_server_add_routes (f->server, routes, G_N_ELEMENTS (routes), f);
  jip_http_server_start (f->server, &error);
  g_assert_no_error (error);
  f->port = jip_http_server_get_port (f->server);
  g_assert_cmpuint (f->port, >, 0);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  JipHttpConfig config = { .threads = 2 };

  set_up_with (f, &config);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  jip_http_server_stop (f->server);
  g_assert_finalize_object (f->server);
}

/* Sends @text on a connection of its own and reads one answer. */
static void
ask (Fixture *f, const char *text, RawAnswer *answer)
{
  int fd = raw_connect (f->port);

  raw_send (fd, text);
  g_assert_true (raw_read_answer (fd, g_str_has_prefix (text, "HEAD"), answer));
  close (fd);
}

static void
assert_error (const RawAnswer *answer, guint status, const char *code)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (answer->status, ==, status);
  g_autoptr (JsonNode) node = jip_json_parse (answer->body, -1, &error);
  g_assert_no_error (error);
  JsonObject *inner = json_object_get_object_member (json_node_get_object (node), "error");
  g_assert_cmpstr (json_object_get_string_member (inner, "code"), ==, code);
  g_assert_cmpstr (json_object_get_string_member (inner, "message"), !=, "");
}

#define HOST "Host: test\r\n"

static void
test_hello (Fixture *f, gconstpointer data)
{
  g_auto (RawAnswer) answer = { 0 };

  ask (f, "GET /hello HTTP/1.1\r\n" HOST "\r\n", &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpstr (answer.body, ==, "hello");
  g_autofree char *header = raw_answer_header (&answer, "X-Test");
  g_assert_cmpstr (header, ==, "yes");
}

static void
test_errors (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *text;
    guint status;
    const char *code;
  } rows[] = {
    { "GET /nothing HTTP/1.1\r\n" HOST "\r\n", 404, "not-found" },
    { "GET /both/ HTTP/1.1\r\n" HOST "\r\n", 404, "not-found" },
    { "GET /both/%4 HTTP/1.1\r\n" HOST "\r\n", 400, "bad-request" },
    { "GET /both/%zz HTTP/1.1\r\n" HOST "\r\n", 400, "bad-request" },
    { "GET /both/%00 HTTP/1.1\r\n" HOST "\r\n", 400, "bad-request" },
    { "GET /both/%ff%fe HTTP/1.1\r\n" HOST "\r\n", 400, "bad-request" },
    { "GET /both/x?q=%e HTTP/1.1\r\n" HOST "\r\n", 400, "bad-request" },
    { "GET /both/x?q=1&q=2 HTTP/1.1\r\n" HOST "\r\n", 400, "bad-request" },
    { "DELETE /both/x HTTP/1.1\r\n" HOST "\r\n", 405, "method-not-allowed" },
    { "POST /json/x HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}", 415, "bad-media-type" },
    { "POST /json/x HTTP/1.1\r\n" HOST "Content-Type: application/jsonx\r\nContent-Length: 2\r\n\r\n{}", 415,
      "bad-media-type" },
    { "POST /json/x HTTP/1.1\r\n" HOST "Content-Type: application/json\r\nContent-Length: 2\r\n"
      "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
      400, "bad-request" },
    { "POST /json/x HTTP/1.1\r\n" HOST "Content-Type: application/json\r\nContent-Length: 2\r\n"
      "Content-Length: 2\r\n\r\n{}",
      400, "bad-request" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (RawAnswer) answer = { 0 };
      g_test_message ("%s", rows[i].text);
      ask (f, rows[i].text, &answer);
      assert_error (&answer, rows[i].status, rows[i].code);
    }
}

static void
test_later (Fixture *f, gconstpointer data)
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add ("/http/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("hello", test_hello);
  ADD ("errors", test_errors);
  ADD ("later", test_later);
  return g_test_run ();
}
