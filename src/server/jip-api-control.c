/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-admin-service.h"
#include "jip-fields.h"
#include "jip-server-private.h"

typedef struct
{
  JipServer *server;
  JipHttpRequest *request;
  JsonNode *body;
} ControlCall;

static void
control_call_free (gpointer data)
{
  ControlCall *call = data;

  jip_http_request_unref (call->request);
  json_node_unref (call->body);
  g_free (call);
}

/* Commands wait for the disk, so each has a thread of its own; they are rare. */
static void
control_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  ControlCall *call = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  JipFields fields;

  jip_fields_init (&fields, call->body, "$");
  const char *command = jip_fields_string (&fields, "command", JIP_REQUIRED, 100);
  jip_fields_object (&fields, "args", JIP_REQUIRED);
  if (jip_fields_finish (&fields, &error))
    output = jip_admin_run (call->server->services, command,
                            json_object_get_member (json_node_get_object (call->body), "args"), &error);
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
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_source_tag (task, jip_api_control);
  g_task_set_task_data (task, call, control_call_free);
  g_task_run_in_thread (task, control_thread);
}
