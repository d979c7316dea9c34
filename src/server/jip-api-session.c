/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-server-private.h"

typedef struct
{
  JipServer *server;
  JipHttpRequest *request;
  char *ended; /* the session that is signed out */
} SessionCall;

static SessionCall *
session_call_new (JipServer *server, JipHttpRequest *request)
{
  SessionCall *call = g_new0 (SessionCall, 1);

  call->server = server;
  call->request = jip_http_request_ref (request);
  return call;
}

/* Answers an error, with Retry-After where it helps. */
static void
respond_problem (JipHttpRequest *request, const GError *error)
{
  JsonNode *detail = jip_error_get_detail (error);
  JipErrorCode code = jip_error_get_code (error);

  if (code == JIP_ERROR_RATE_LIMITED && detail != NULL)
    jip_http_request_respond_retry (
        request, error, (guint) json_object_get_int_member (json_node_get_object (detail), "retry_after"));
  else if (code == JIP_ERROR_BUSY)
    jip_http_request_respond_retry (request, error, 5);
  else
    jip_http_request_respond_error (request, error);
}

static void
done_cb (JsonNode *answer, const GError *error, gpointer data)
{
  SessionCall *call = data;

  if (error != NULL)
    respond_problem (call->request, error);
  else if (answer != NULL)
    jip_http_request_respond_json (call->request, 200, answer);
  else
    {
      jip_live_hub_end_session (call->server->hub, call->ended, "signed-out");
      jip_http_request_respond (call->request, 204, NULL, NULL, NULL);
    }
  jip_http_request_unref (call->request);
  g_free (call->ended);
  g_free (call);
}

void
jip_api_sign_in (JipHttpRequest *request, gpointer user_data)
{
  JipServer *server = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) body = jip_http_request_parse_json (request, &error);

  if (body == NULL)
    jip_http_request_respond_error (request, error);
  else
    jip_session_service_sign_in (server->sessions, body, jip_http_request_get_address (request), done_cb,
                                 session_call_new (server, request));
}

void
jip_api_join (JipHttpRequest *request, gpointer user_data)
{
  JipServer *server = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) body = jip_http_request_parse_json (request, &error);

  if (body == NULL)
    jip_http_request_respond_error (request, error);
  else
    jip_session_service_join (server->sessions, body, jip_http_request_get_address (request), done_cb,
                              session_call_new (server, request));
}

void
jip_api_session (JipHttpRequest *request, gpointer user_data)
{
  JipServer *server = user_data;
  g_auto (JipCaller) caller = { NULL };
  g_autoptr (GError) error = NULL;
  JipDatabase *database;

  if (!jip_server_enter (server, request, &caller, &database))
    return;
  g_autoptr (JsonNode) answer
      = jip_session_service_describe (database, caller.account, NULL, caller.expires_at, &error);
  if (answer != NULL)
    jip_http_request_respond_json (request, 200, answer);
  else
    jip_http_request_respond_error (request, error);
}

void
jip_api_sign_out (JipHttpRequest *request, gpointer user_data)
{
  JipServer *server = user_data;
  g_auto (JipCaller) caller = { NULL };
  JipDatabase *database;

  if (!jip_server_enter (server, request, &caller, &database))
    return;
  SessionCall *call = session_call_new (server, request);
  call->ended = g_strdup (caller.session);
  jip_session_service_sign_out (server->sessions, &caller, done_cb, call);
}
