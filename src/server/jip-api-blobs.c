/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "jip-server-private.h"
#include "jip-sha256.h"

static char *
number_text (gint64 number)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, number);
}

static void
begun_cb (const JipBlobState *state, const GError *error, gpointer data)
{
  g_autoptr (JipHttpRequest) request = data;

  if (error != NULL)
    {
      jip_http_request_respond_error (request, error);
      return;
    }
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  json_object_set_int_member (object, "offset", state->offset);
  json_object_set_boolean_member (object, "complete", state->complete);
  json_node_take_object (node, object);
  jip_http_request_respond_json (request, 200, node);
}

void
jip_api_blob_begin (JipHttpRequest *request, gpointer user_data)
{
  JipServer *server = user_data;
  g_auto (JipCaller) caller = { NULL };
  g_autoptr (GError) error = NULL;
  JipDatabase *database;

  if (!jip_server_enter (server, request, &caller, &database))
    return;
  g_autoptr (JsonNode) body = jip_http_request_parse_json (request, &error);
  if (body == NULL)
    jip_http_request_respond_error (request, error);
  else
    jip_blob_service_begin (server->blobs, caller.account, body, begun_cb, jip_http_request_ref (request));
}

static void
written_cb (const JipBlobState *state, const GError *error, gpointer data)
{
  g_autoptr (JipHttpRequest) request = data;

  if (error != NULL)
    {
      jip_http_request_respond_error (request, error);
      return;
    }
  g_autofree char *offset = number_text (state->offset);
  jip_http_request_respond (request, 204, NULL, NULL, "Upload-Offset", offset, NULL);
}

void
jip_api_blob_write (JipHttpRequest *request, gpointer user_data)
{
  JipServer *server = user_data;
  g_auto (JipCaller) caller = { NULL };
  g_autoptr (GError) error = NULL;
  JipDatabase *database;
  guint64 offset;

  if (!jip_server_enter (server, request, &caller, &database))
    return;
  const char *header = jip_http_request_get_header (request, "Upload-Offset");
  const char *sha256 = jip_http_request_get_parameter (request, "sha256");
  GBytes *part = jip_http_request_get_body (request);
  if (header == NULL || !g_ascii_string_to_unsigned (header, 10, 0, JIP_BLOB_MAX_SIZE, &offset, NULL))
    jip_error_set (&error, JIP_ERROR_BAD_REQUEST, _ ("The header Upload-Offset must hold a whole number."));
  else if (!jip_sha256_is_valid (sha256))
    jip_error_set (&error, JIP_ERROR_NOT_FOUND, _ ("There is no such upload. Begin it first."));
  else if (part == NULL || g_bytes_get_size (part) == 0)
    jip_error_set (&error, JIP_ERROR_BAD_REQUEST, _ ("The part is empty."));
  if (error != NULL)
    jip_http_request_respond_error (request, error);
  else
    jip_blob_service_write (server->blobs, caller.account, sha256, (gint64) offset, part, written_cb,
                            jip_http_request_ref (request));
}

static void
respond_blob (JipServer *server, JipHttpRequest *request, JipCaller *caller, JipDatabase *database)
{
  g_autoptr (GError) error = NULL;
  JipFeedReader reader = { caller->account, jip_rights_reader_mask (caller->roles) };
  const char *sha256 = jip_http_request_get_parameter (request, "sha256");
  g_autofree char *etag = g_strdup_printf ("\"%s\"", sha256);
  int fd = jip_blob_service_open (server->services, database, &reader, sha256, &error);

  if (fd >= 0)
    jip_http_request_respond_file (request, fd, "application/octet-stream", etag);
  else
    jip_http_request_respond_error (request, error);
}

void
jip_api_blob_head (JipHttpRequest *request, gpointer user_data)
{
  JipServer *server = user_data;
  g_auto (JipCaller) caller = { NULL };
  g_autoptr (GError) error = NULL;
  JipDatabase *database;
  JipBlobState state;
  gboolean found;

  if (!jip_server_enter (server, request, &caller, &database))
    return;
  if (!jip_blob_service_find_upload (server->services, database, caller.account,
                                     jip_http_request_get_parameter (request, "sha256"), &state, &found,
                                     &error))
    jip_http_request_respond_error (request, error);
  else if (found && !state.complete)
    {
      g_autofree char *offset = number_text (state.offset);
      jip_http_request_respond (request, 200, NULL, NULL, "Upload-Offset", offset, NULL);
    }
  else
    respond_blob (server, request, &caller, database);
}

void
jip_api_blob_read (JipHttpRequest *request, gpointer user_data)
{
  JipServer *server = user_data;
  g_auto (JipCaller) caller = { NULL };
  JipDatabase *database;

  if (jip_server_enter (server, request, &caller, &database))
    respond_blob (server, request, &caller, database);
}
