/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-fixture.h"

#include <unistd.h>

#include "jip-json.h"

void
http_fixture_start (HttpFixture *f, const JipHttpConfig *config, const JipHttpRoute *routes, guint n_routes)
{
  g_autoptr (GError) error = NULL;

  f->server = jip_http_server_new (config);
  jip_http_server_add_routes (f->server, routes, n_routes, f);
  jip_http_server_start (f->server, &error);
  g_assert_no_error (error);
  f->port = jip_http_server_get_port (f->server);
  g_assert_cmpuint (f->port, >, 0);
}

void
http_fixture_stop (HttpFixture *f)
{
  jip_http_server_stop (f->server);
  g_assert_finalize_object (f->server);
}

/* Sends @text on a connection of its own and reads one answer. */
void
http_fixture_ask (HttpFixture *f, const char *text, RawAnswer *answer)
{
  int fd = raw_connect (f->port);

  raw_send (fd, text);
  g_assert_true (raw_read_answer (fd, g_str_has_prefix (text, "HEAD"), answer));
  close (fd);
}

void
http_assert_error (const RawAnswer *answer, guint status, const char *code)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (answer->status, ==, status);
  g_autoptr (JsonNode) node = jip_json_parse (answer->body, -1, &error);
  g_assert_no_error (error);
  JsonObject *inner = json_object_get_object_member (json_node_get_object (node), "error");
  g_assert_cmpstr (json_object_get_string_member (inner, "code"), ==, code);
  g_assert_cmpstr (json_object_get_string_member (inner, "message"), !=, "");
}
