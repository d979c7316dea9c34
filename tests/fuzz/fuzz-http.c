/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes on a connection of a real server: whatever they are, the answers are HTTP or none, a body that a route gets is within its
 * limit and strict JSON where JSON is asked for, and the next client is served. */
#include "fuzz.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jip-http-server.h"
#include "jip-json.h"
#include "raw-client.h"

#define MAX_PLAIN 100
#define HELLO "GET /hello HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
#define HELLO_EVERY 64
#define SOCKET "fuzz-http.sock"

static void
hello_cb (JipHttpRequest *request, gpointer user_data)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("hello", 5);

  jip_http_request_respond (request, 200, "text/plain", body, NULL);
}

static void
plain_cb (JipHttpRequest *request, gpointer user_data)
{
  GBytes *body = jip_http_request_get_body (request);

  g_assert_true (body == NULL || g_bytes_get_size (body) <= MAX_PLAIN);
  hello_cb (request, NULL);
}

static void
json_cb (JipHttpRequest *request, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = jip_http_request_parse_json (request, &error);

  g_assert_true ((node == NULL) == (error != NULL));
  if (node != NULL)
    jip_http_request_respond_json (request, 200, node);
  else
    jip_http_request_respond_error (request, error);
}

static void
query_cb (JipHttpRequest *request, gpointer user_data)
{
  const char *id = jip_http_request_get_parameter (request, "id");
  const char *cursor = jip_http_request_get_query (request, "cursor");

  g_assert_true (id != NULL && g_utf8_validate (id, -1, NULL));
  g_assert_true (cursor == NULL || g_utf8_validate (cursor, -1, NULL));
  hello_cb (request, NULL);
}

static const JipHttpRoute routes[] = {
  { "GET", "/hello", hello_cb },
  { "GET", "/v1/rows/{id}", query_cb },
  { "POST", "/json", json_cb, JIP_HTTP_JSON },
  { "PATCH", "/plain", plain_cb, JIP_HTTP_PLAIN, MAX_PLAIN },
};

/* One server for all inputs, on a socket in the current folder: ports would run out. A short heartbeat makes it look often at
 * connections whose other side has ended. */
static int
connect_server (void)
{
  static JipHttpServer *server;
  JipHttpConfig config = {
    .threads = 2, .header_timeout = 2000, .body_timeout = 2000, .heartbeat = 40, .socket_path = SOCKET
  };
  g_autoptr (GError) error = NULL;

  if (server == NULL)
    {
      server = jip_http_server_new (&config);
      jip_http_server_add_routes (server, routes, G_N_ELEMENTS (routes), NULL);
      jip_http_server_start (server, &error);
      g_assert_no_error (error);
    }
  return raw_connect_unix (SOCKET);
}

/* Sends it all, ends this side, and reads to the end. */
static char *
talk (const void *data, gsize size)
{
  g_autoptr (GString) said = g_string_new (NULL);
  char piece[4096];
  gssize n;
  int fd = connect_server ();

  raw_try_send (fd, data, size);
  shutdown (fd, SHUT_WR);
  while ((n = recv (fd, piece, sizeof piece, 0)) > 0)
    g_string_append_len (said, piece, n);
  close (fd);
  return g_string_free (g_steal_pointer (&said), FALSE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static guint n;
  g_autofree char *said = talk (data, size);

  g_assert_true (*said == '\0' || g_str_has_prefix (said, "HTTP/1."));
  if (n++ % HELLO_EVERY == 0)
    {
      g_autofree char *hello = talk (HELLO, strlen (HELLO));
      g_assert_true (g_str_has_prefix (hello, "HTTP/1.1 200") && g_str_has_suffix (hello, "hello"));
    }
  return 0;
}
