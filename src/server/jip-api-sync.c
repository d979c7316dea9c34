/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "jip-epoch.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-pull-service.h"
#include "jip-push-service.h"
#include "jip-server-private.h"
#include "jip-sync.h"

typedef struct
{
  JipServer *server;
  JipHttpRequest *request;
} PushCall;

static void
push_call_free (gpointer data)
{
  PushCall *call = data;

  jip_http_request_unref (call->request);
  g_free (call);
}

static void
pushed_cb (JipPushAnswer *answer, const GError *error, gpointer data)
{
  PushCall *call = data;

  if (error != NULL)
    {
      jip_http_request_respond_error (call->request, error);
      return;
    }
  g_autoptr (JsonNode) node = jip_push_answer_to_json (answer);
  call->server->pushes++;
  call->server->mutations += answer->verdicts->len;
  jip_http_request_respond_json (call->request, 200, node);
}

void
jip_api_push (JipHttpRequest *request, gpointer user_data)
{
  JipServer *server = user_data;
  g_auto (JipCaller) caller = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (JipPush) push = NULL;
  JipDatabase *database;

  if (!jip_server_enter (server, request, &caller, &database))
    return;
  g_autoptr (JsonNode) body = jip_http_request_parse_json (request, &error);
  if (body != NULL)
    push = jip_push_from_json (body, &error);
  if (push == NULL || !jip_push_check_schema (push->schema, &error))
    {
      jip_http_request_respond_error (request, error);
      return;
    }
  PushCall *call = g_new0 (PushCall, 1);
  call->server = server;
  call->request = jip_http_request_ref (request);
  jip_push_service_run (server->services, g_steal_pointer (&push), caller.account, pushed_cb, call,
                        push_call_free);
}

static gboolean
query_int (JipHttpRequest *request,
           const char *name,
           gint64 otherwise,
           gint64 min,
           gint64 max,
           gint64 *value,
           GError **error)
{
  const char *text = jip_http_request_get_query (request, name);

  *value = otherwise;
  if (text == NULL && otherwise >= min)
    return TRUE;
  if (text != NULL && g_ascii_string_to_signed (text, 10, min, max, value, NULL))
    return TRUE;
  return jip_error_set (
      error, JIP_ERROR_BAD_ARGS,
      _ ("%s: a whole number between %" PRId64 " and %" PRId64 " is expected in the address"), name, min,
      max);
}

static gboolean
read_ask (JipHttpRequest *request, JipPullAsk *ask, GError **error)
{
  gint64 schema, limit;
  const char *cursor = jip_http_request_get_query (request, "cursor");

  ask->replica = jip_http_request_get_query (request, "replica");
  ask->cursor = cursor != NULL && *cursor != '\0' ? cursor : NULL;
  if (!jip_id_is_valid (ask->replica))
    return jip_error_set (error, JIP_ERROR_BAD_ARGS,
                          _ ("replica: a UUID in lower case is expected in the address"));
  if (!query_int (request, "schema", -1, 0, G_MAXINT32, &schema, error)
      || !query_int (request, "limit", JIP_SYNC_DEFAULT_PAGE, 1, JIP_SYNC_MAX_PAGE, &limit, error))
    return FALSE;
  ask->limit = (guint) limit;
  return jip_push_check_schema (schema, error);
}

static void
tell_new_epoch_cb (gpointer request)
{
  g_autoptr (GError) error
      = jip_error_new (JIP_ERROR_EPOCH_CHANGED, NULL, "%s", jip_error_describe (JIP_ERROR_EPOCH_CHANGED));

  jip_http_request_respond_error (request, error);
}

/* Whoever hears that the epoch has changed asks at once for what it is now: it has begun by then. */
static void
respond_page (JipServer *server,
              JipHttpRequest *request,
              const JipPullAsk *ask,
              const char *epoch,
              GBytes *page,
              const GError *error)
{
  if (page != NULL)
    jip_http_request_respond (request, 200, "application/json", page, NULL);
  else if (ask->unknown > 0)
    jip_epoch_suspect (server->services, epoch, ask->unknown, tell_new_epoch_cb,
                       jip_http_request_ref (request), (GDestroyNotify) jip_http_request_unref);
  else
    jip_http_request_respond_error (request, error);
}

void
jip_api_pull (JipHttpRequest *request, gpointer user_data)
{
  JipServer *server = user_data;
  g_auto (JipCaller) caller = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) page = NULL;
  JipDatabase *database;

  if (!jip_server_enter (server, request, &caller, &database))
    return;
  JipPullAsk ask = { .account = caller.account, .roles = caller.roles };
  const char *epoch = server->services->epoch;
  server->pulls++;
  if (read_ask (request, &ask, &error))
    {
      if (strcmp (jip_http_request_get_method (request), "GET") == 0) /* a HEAD gets to see none */
        ask.digests = server->digests;
      page = jip_pull_service_pull (server->services, database, &ask, &error);
    }
  respond_page (server, request, &ask, epoch, page, error);
}

void
jip_api_snapshot (JipHttpRequest *request, gpointer user_data)
{
  JipServer *server = user_data;
  g_auto (JipCaller) caller = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) page = NULL;
  JipDatabase *database;

  if (!jip_server_enter (server, request, &caller, &database))
    return;
  JipPullAsk ask = { .account = caller.account, .roles = caller.roles };
  const char *epoch = server->services->epoch;
  if (read_ask (request, &ask, &error))
    {
      if (jip_http_request_get_query (request, "limit") == NULL)
        ask.limit = JIP_SYNC_MAX_PAGE;
      page = jip_pull_service_snapshot (server->services, database, &ask, &error);
    }
  respond_page (server, request, &ask, epoch, page, error);
}

void
jip_api_live (JipHttpRequest *request, gpointer user_data)
{
  JipServer *server = user_data;
  g_auto (JipCaller) caller = { NULL };
  g_autoptr (GError) error = NULL;
  JipDatabase *database;
  gint64 seq;

  if (!jip_server_enter (server, request, &caller, &database))
    return;
  if (!jip_feed_get_seq (database, &seq, &error))
    {
      jip_http_request_respond_error (request, error);
      return;
    }
  if (strcmp (jip_http_request_get_method (request), "HEAD") == 0)
    {
      /* a stream would end in an empty chunk, which is a body */
      jip_http_request_respond (request, 200, "text/event-stream", NULL, NULL);
      return;
    }
  g_autoptr (JipHttpStream) stream = jip_http_request_respond_stream (request, "text/event-stream");
  if (stream != NULL)
    jip_live_hub_add (server->hub, stream, caller.account, jip_rights_reader_mask (caller.roles),
                      caller.session, caller.expires_at, seq);
}
