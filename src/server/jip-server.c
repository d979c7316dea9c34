/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-server.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "jip-backup-copies.h"
#include "jip-json.h"
#include "jip-llm-config.h"
#include "jip-refill-service.h"
#include "jip-refill-table.h"
#include "jip-server-private.h"
#include "jip-sync.h"
#include "jip-time.h"

#define REQUESTS_PER_SECOND 200
#define REQUESTS_BURST 2000
#define DIGEST_SECONDS 60
#define MAX_KEYS 50000
#define CONTROL_MAX_BODY (64 * 1024 * 1024)

static void api_healthz (JipHttpRequest *request, gpointer user_data);
static void api_metrics (JipHttpRequest *request, gpointer user_data);

/* Every address the server answers at; docs/protocol.md describes each. */
static const JipHttpRoute routes[] = {
  { "POST", "/v1/session", jip_api_sign_in, JIP_HTTP_JSON, 16 * 1024 },
  { "GET", "/v1/session", jip_api_session, JIP_HTTP_PLAIN, 0 },
  { "DELETE", "/v1/session", jip_api_sign_out, JIP_HTTP_PLAIN, 0 },
  { "POST", "/v1/session/code", jip_api_join, JIP_HTTP_JSON, 16 * 1024 },
  { "POST", "/v1/push", jip_api_push, JIP_HTTP_JSON, JIP_SYNC_MAX_PUSH_BYTES },
  { "GET", "/v1/pull", jip_api_pull, JIP_HTTP_PLAIN, 0 },
  { "GET", "/v1/snapshot", jip_api_snapshot, JIP_HTTP_PLAIN, 0 },
  { "GET", "/v1/live", jip_api_live, JIP_HTTP_PLAIN, 0 },
  { "POST", "/v1/blobs", jip_api_blob_begin, JIP_HTTP_JSON, 16 * 1024 },
  { "HEAD", "/v1/blobs/{sha256}", jip_api_blob_head, JIP_HTTP_PLAIN, 0 },
  { "PATCH", "/v1/blobs/{sha256}", jip_api_blob_write, JIP_HTTP_PLAIN, JIP_BLOB_MAX_PART },
  { "GET", "/v1/blobs/{sha256}", jip_api_blob_read, JIP_HTTP_PLAIN, 0 },
  { "POST", "/v1/generate", jip_api_generate, JIP_HTTP_JSON, 0 },
  { "GET", "/healthz", api_healthz, JIP_HTTP_PLAIN, 0 },
  { "GET", "/metrics", api_metrics, JIP_HTTP_PLAIN, 0 },
  { "POST", "/control", jip_api_control, JIP_HTTP_JSON, CONTROL_MAX_BODY },
};

/**
 * jip_server_get_routes:
 *
 * Returns: (transfer none) (array length=n_routes): all routes
 */
const JipHttpRoute *
jip_server_get_routes (guint *n_routes)
{
  *n_routes = G_N_ELEMENTS (routes);
  return routes;
}

/**
 * jip_server_enter:
 * @caller: (out caller-allocates)
 * @database: (out): this thread's connection for reading
 *
 * What every call but signing in begins with: who asks, and not too often. Answers the request itself when it fails.
 */
gboolean
jip_server_enter (JipServer *server, JipHttpRequest *request, JipCaller *caller, JipDatabase **database)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *token = jip_http_request_dup_bearer (request);

  *database = jip_store_get_reader (server->services->store, &error);
  if (*database == NULL
      || !jip_session_service_authenticate (server->sessions, *database, token, caller, &error))
    {
      jip_http_request_respond_error (request, error);
      return FALSE;
    }
  guint wait = jip_rate_limit_take (server->requests, caller->account);
  if (wait == 0)
    return TRUE;
  jip_error_set (&error, JIP_ERROR_RATE_LIMITED, "%s", jip_error_describe (JIP_ERROR_RATE_LIMITED));
  jip_http_request_respond_retry (request, error, wait);
  return FALSE;
}

static void
api_healthz (JipHttpRequest *request, gpointer user_data)
{
  JipServer *server = user_data;
  g_autoptr (GError) error = NULL;
  JipDatabase *database = jip_store_get_reader (server->services->store, &error);
  gint64 seq;

  if (!server->ready || database == NULL || !jip_feed_get_seq (database, &seq, NULL))
    {
      g_clear_error (&error);
      jip_error_set (&error, JIP_ERROR_UNAVAILABLE, "%s", jip_error_describe (JIP_ERROR_UNAVAILABLE));
      jip_http_request_respond_error (request, error);
      return;
    }
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "status", "ok");
  json_object_set_string_member (object, "version", JIP_VERSION);
  json_object_set_int_member (object, "schema", JIP_SYNC_SCHEMA);
  json_object_set_string_member (object, "epoch", server->services->epoch);
  json_object_set_string_member (object, "installation", server->services->installation);
  json_node_take_object (node, object);
  jip_http_request_respond_json (request, 200, node);
}

static void
append_metric (GString *out, const char *name, const char *type, const char *help, guint64 value)
{
  g_string_append_printf (out,
                          "# HELP jiphyeon_%s %s\n# TYPE jiphyeon_%s %s\njiphyeon_%s %" G_GUINT64_FORMAT "\n",
                          name, help, name, type, name, value);
}

static void
api_metrics (JipHttpRequest *request, gpointer user_data)
{
  JipServer *server = user_data;
  JipWriter *writer = jip_store_get_writer (server->services->store);
  JipDatabase *database = jip_store_get_reader (server->services->store, NULL);
  GString *out = g_string_new (NULL);

  append_metric (out, "pushes_total", "counter", "Pushes answered.", server->pushes);
  append_metric (out, "mutations_total", "counter", "Mutations judged.", server->mutations);
  append_metric (out, "pulls_total", "counter", "Pulls asked for.", server->pulls);
  append_metric (out, "commits_total", "counter", "Transactions made durable.",
                 jip_writer_get_n_commits (writer));
  append_metric (out, "writes_waiting", "gauge", "Jobs that wait for the writer.",
                 jip_writer_get_n_waiting (writer));
  append_metric (out, "model_ready", "gauge", "Whether a language model answers.",
                 jip_llm_service_is_ready (server->llm));
  if (database != NULL)
    {
      append_metric (out, "parked_mutations", "gauge",
                     "Refilled mutations that wait for what they are about.",
                     (guint64) MAX (jip_parked_count (database, NULL), 0));
      append_metric (out, "lost_mutations", "gauge",
                     "Acknowledged mutations that no client could send again.",
                     (guint64) MAX (jip_hole_count (database, NULL), 0));
    }
  append_metric (out, "live_feeds", "gauge", "Open live feeds.", jip_live_hub_get_n_feeds (server->hub));
  jip_http_server_append_metrics (server->http, out);
  g_autoptr (GBytes) body = g_string_free_to_bytes (out);
  jip_http_request_respond (request, 200, "text/plain; version=0.0.4; charset=utf-8", body, NULL);
}

static void
committed_cb (const JipPokes *pokes, gpointer data)
{
  jip_live_hub_notify (((JipServer *) data)->hub, pokes);
}

static void
disabled_cb (const char *account, gpointer data)
{
  jip_live_hub_end_account (((JipServer *) data)->hub, account, "disabled");
}

static void
epoch_opened_cb (const char *epoch, gint64 seq, gpointer data)
{
  jip_live_hub_set_epoch (((JipServer *) data)->hub, epoch, seq);
}

/* The file's endpoints come first where it names any; else those of the command line. */
static JsonNode *
read_llm_config (JipServer *server, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (server->config == NULL)
    return jip_llm_config_make ((const char *const *) server->llm_urls);
  if (!g_file_get_contents (server->config, &text, &length, error))
    return NULL;
  g_autoptr (JsonNode) node = jip_json_parse (text, (gssize) length, error);
  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("%s: an object is expected"), server->config);
      return NULL;
    }
  JsonNode *llm = json_object_get_member (json_node_get_object (node), "llm");
  return llm != NULL ? json_node_copy (llm) : jip_llm_config_make ((const char *const *) server->llm_urls);
}

/**
 * jip_server_reload:
 *
 * Reads the configuration file again. With an error everything stays as it was.
 */
gboolean
jip_server_reload (JipServer *server, GError **error)
{
  g_autoptr (JsonNode) config = read_llm_config (server, error);

  return config != NULL && jip_llm_service_configure (server->llm, config, error);
}

/**
 * jip_server_new:
 *
 * Opens the data folder and prepares everything; nothing listens yet.
 */
JipServer *
jip_server_new (const JipServerConfig *config, GError **error)
{
  g_autoptr (JipServices) services = jip_services_open_at (config->data, config->database, error);
  JipHttpConfig http = config->http;

  if (services == NULL)
    return NULL;
  JipServer *server = g_new0 (JipServer, 1);
  server->services = g_steal_pointer (&services);
  server->config = g_strdup (config->config);
  server->llm_urls = g_strdupv ((char **) config->llm_urls);
  server->llm = jip_llm_service_new (server->services, error);
  if (server->llm == NULL || !jip_server_reload (server, error))
    {
      g_clear_pointer (&server->llm, jip_llm_service_free);
      jip_services_free (server->services);
      g_free (server->config);
      g_strfreev (server->llm_urls);
      g_free (server);
      return NULL;
    }
  jip_backup_copies_clean (config->data);
  server->sessions = jip_session_service_new (server->services);
  server->blobs = jip_blob_service_new (server->services);
  server->hub = jip_live_hub_new (server->services->epoch);
  server->requests = jip_rate_limit_new (REQUESTS_PER_SECOND, REQUESTS_BURST, MAX_KEYS);
  server->digests = jip_rate_limit_new (1.0 / DIGEST_SECONDS, 1, MAX_KEYS);
  server->services->committed = committed_cb;
  server->services->disabled = disabled_cb;
  server->services->epoch_opened = epoch_opened_cb;
  server->services->committed_data = server;
  server->socket_path = g_build_filename (config->data, "control.sock", NULL);
  http.socket_path = server->socket_path;
  server->http = jip_http_server_new (&http);
  jip_http_server_add_routes (server->http, routes, G_N_ELEMENTS (routes), server);
  return server;
}

/**
 * jip_server_start:
 *
 * Returns: %FALSE when it cannot listen
 */
gboolean
jip_server_start (JipServer *server, GError **error)
{
  server->started_at = jip_time_now ();
  jip_api_control_start (server);
  if (!jip_http_server_start (server->http, error))
    return FALSE;
  server->ready = TRUE;
  jip_refill_retry (server->services);
  return TRUE;
}

/* Ends the live feeds with a word, lets what is being answered end, and stops listening. */
void
jip_server_stop (JipServer *server)
{
  if (!server->ready)
    {
      jip_api_control_stop (server);
      return;
    }
  server->ready = FALSE;
  server->services->stopping = TRUE;
  jip_live_hub_end_all (server->hub, "shutdown");
  jip_llm_service_stop (server->llm);
  jip_http_server_stop (server->http);
  jip_api_control_stop (server);
}

void
jip_server_free (JipServer *server)
{
  jip_server_stop (server);
  jip_session_service_free (server->sessions);
  jip_llm_service_free (server->llm);
  jip_store_stop (server->services->store); /* what it still answers belongs to the listener */
  jip_blob_service_free (server->blobs);    /* after the writer, which still gives it work */
  g_clear_object (&server->http);
  jip_live_hub_free (server->hub);
  jip_services_free (server->services);
  jip_rate_limit_free (server->requests);
  jip_rate_limit_free (server->digests);
  g_unlink (server->socket_path);
  g_free (server->socket_path);
  g_free (server->config);
  g_strfreev (server->llm_urls);
  g_free (server);
}

guint16
jip_server_get_port (JipServer *server)
{
  return jip_http_server_get_port (server->http);
}

JipServices *
jip_server_get_services (JipServer *server)
{
  return server->services;
}
