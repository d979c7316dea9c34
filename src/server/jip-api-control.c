/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-admin-service.h"
#include "jip-fields.h"
#include "jip-server-private.h"

#define THREADS 4

typedef struct
{
  JipServer *server;
  JipHttpRequest *request;
  JsonNode *body;
} ControlCall;

static void
control_call_free (ControlCall *call)
{
  jip_http_request_unref (call->request);
  json_node_unref (call->body);
  g_free (call);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ControlCall, control_call_free)

static char *
run (ControlCall *call, GError **error)
{
  JipServices *services = call->server->services;
  JipFields fields;

  jip_fields_init (&fields, call->body, "$");
  const char *command = jip_fields_string (&fields, "command", JIP_REQUIRED, 100);
  jip_fields_object (&fields, "args", JIP_REQUIRED);
  if (!jip_fields_finish (&fields, error))
    return NULL;
  if (!services->stopping)
    return jip_admin_run (services, command,
                          json_object_get_member (json_node_get_object (call->body), "args"), error);
  jip_error_set (error, JIP_ERROR_UNAVAILABLE, "%s", jip_error_describe (JIP_ERROR_UNAVAILABLE));
  return NULL;
}

static void
control_cb (gpointer data, gpointer user_data)
{
  g_autoptr (ControlCall) call = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = run (call, &error);

  if (output == NULL)
    {
      jip_http_request_respond_error (call->request, error);
      return;
    }
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "output", output);
  json_node_take_object (node, object);
  jip_http_request_respond_json (call->request, 200, node);
}

/* Commands wait for the disk, so they have threads of their own, which stay: each keeps a connection for reading. */
void
jip_api_control_start (JipServer *server)
{
  server->controls = g_thread_pool_new (control_cb, NULL, THREADS, TRUE, NULL);
}

/* Returns when no command runs any more: what they work with is freed next. */
void
jip_api_control_stop (JipServer *server)
{
  if (server->controls != NULL)
    g_thread_pool_free (g_steal_pointer (&server->controls), FALSE, TRUE);
}

/**
 * jip_api_control:
 *
 * `POST /control`, on the socket in the data folder only: `{"command", "args"}` -> `{"output"}`.
 */
void
jip_api_control (JipHttpRequest *request, gpointer user_data)
{
  JipServer *server = user_data;
  g_autoptr (GError) error = NULL;

  if (!jip_http_request_is_local (request))
    {
      jip_error_set (&error, JIP_ERROR_NOT_FOUND, "%s", jip_error_describe (JIP_ERROR_NOT_FOUND));
      jip_http_request_respond_error (request, error);
      return;
    }
  g_autoptr (JsonNode) body = jip_http_request_parse_json (request, &error);
  if (body == NULL)
    {
      jip_http_request_respond_error (request, error);
      return;
    }
  ControlCall *call = g_new0 (ControlCall, 1);
  call->server = server;
  call->request = jip_http_request_ref (request);
  call->body = g_steal_pointer (&body);
  g_thread_pool_push (server->controls, call, NULL);
}
