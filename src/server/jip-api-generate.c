/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-server-private.h"

void
jip_api_generate (JipHttpRequest *request, gpointer user_data)
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
    jip_llm_service_generate (server->llm, request, caller.account, caller.roles, body);
}
