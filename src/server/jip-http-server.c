/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-http-private.h"

G_DEFINE_FINAL_TYPE (JipHttpServer, jip_http_server, G_TYPE_OBJECT)

#define TLS_PRIORITIES "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1" /* RFC 8996 */
#define LAST_ANSWERS 1000 /* milliseconds to send what is answered because the server stops */
#define DEFAULT(member, value) ((member) = (member) != 0 ? (member) : (value))

static void
jip_http_server_finalize (GObject *object)
{
  JipHttpServer *self = JIP_HTTP_SERVER (object);

  jip_http_server_stop (self);
  g_clear_pointer (&self->conns, g_hash_table_unref);
  g_clear_pointer (&self->addresses, g_hash_table_unref);
  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->proxies, g_ptr_array_unref);
  g_free (self->address);
  g_free (self->socket_path);
  g_free (self->tls_certificate);
  g_free (self->tls_key);
  g_strfreev (self->trusted);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->finished);
  G_OBJECT_CLASS (jip_http_server_parent_class)->finalize (object);
}

static void
jip_http_server_class_init (JipHttpServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jip_http_server_finalize;
}

static void
jip_http_server_init (JipHttpServer *self)
{
  self->listen_fd = self->local_fd = self->epoll_fd = self->wake_fd = self->spare_fd = -1;
  g_mutex_init (&self->lock);
  g_cond_init (&self->finished);
  self->conns = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) jip_http_conn_unref);
  self->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->entries = g_array_new (FALSE, TRUE, sizeof (JipHttpEntry));
  g_array_set_clear_func (self->entries, (GDestroyNotify) jip_http_entry_clear);
  self->proxies = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
set_defaults (JipHttpConfig *config)
{
  DEFAULT (config->threads, CLAMP (g_get_num_processors (), 2, 8));
  DEFAULT (config->max_connections, jip_http_default_max_connections ());
  DEFAULT (config->max_per_address, 1024);
  DEFAULT (config->header_timeout, 10 * 1000);
  DEFAULT (config->idle_timeout, 30 * 1000);
  DEFAULT (config->body_timeout, 30 * 1000);
  DEFAULT (config->heartbeat, 15 * 1000);
  DEFAULT (config->stall_timeout, 30 * 1000);
  DEFAULT (config->drain_timeout, 5 * 1000);
  DEFAULT (config->max_body, 1024 * 1024);
  DEFAULT (config->max_body_memory, 256 * 1024 * 1024);
  DEFAULT (config->max_queue, 256 * 1024);
}

/**
 * jip_http_server_new:
 * @config: copied
 *
 * Returns: (transfer full): a server that does not listen yet
 */
JipHttpServer *
jip_http_server_new (const JipHttpConfig *config)
{
  g_return_val_if_fail (config != NULL, NULL);

  JipHttpServer *self = g_object_new (JIP_TYPE_HTTP_SERVER, NULL);
  self->config = *config;
  set_defaults (&self->config);
  self->address = g_strdup (config->address != NULL ? config->address : "127.0.0.1");
  self->socket_path = g_strdup (config->socket_path);
  self->tls_certificate = g_strdup (config->tls_certificate);
  self->tls_key = g_strdup (config->tls_key);
  self->trusted = g_strdupv ((char **) config->trusted_proxies);
  return self;
}

/**
 * jip_http_server_add_routes:
 * @routes: (array length=n_routes): they live as long as the server
 * @user_data: for their handlers
 *
 * Before jip_http_server_start(). The first route that fits a request answers it.
 */
void
jip_http_server_add_routes (JipHttpServer *self,
                            const JipHttpRoute *routes,
                            guint n_routes,
                            gpointer user_data)
{
  g_return_if_fail (JIP_IS_HTTP_SERVER (self) && self->daemon == NULL);

  for (guint i = 0; i < n_routes; i++)
    {
      JipHttpEntry entry = { .route = &routes[i], .user_data = user_data };
      g_return_if_fail (routes[i].pattern[0] == '/');
      entry.segments = jip_http_split_pattern (routes[i].pattern);
      g_array_append_val (self->entries, entry);
    }
}

/**
 * jip_http_server_trusts:
 *
 * Returns: whether @address is a proxy whose X-Forwarded-For is believed
 */
gboolean
jip_http_server_trusts (JipHttpServer *server, GInetAddress *address)
{
  for (guint i = 0; i < server->proxies->len; i++)
    {
      GInetAddressMask *mask = server->proxies->pdata[i];
      if (g_inet_address_mask_get_family (mask) == g_inet_address_get_family (address)
          && g_inet_address_mask_matches (mask, address))
        return TRUE;
    }
  return FALSE;
}

static gboolean
parse_proxies (JipHttpServer *self, GError **error)
{
  g_ptr_array_set_size (self->proxies, 0);
  for (char **text = self->trusted; text != NULL && *text != NULL; text++)
    {
      GInetAddressMask *mask = g_inet_address_mask_new_from_string (*text, NULL);
      if (mask == NULL)
        return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("“%s” is not the address of a proxy."), *text);
      g_ptr_array_add (self->proxies, mask);
    }
  return TRUE;
}

/* The acceptor keeps the limits of connections; libmicrohttpd's own is per thread and has to lie above them. */
static struct MHD_Daemon *
start_daemon (JipHttpServer *self, gboolean local, guint threads)
{
  gboolean tls = !local && self->tls_certificate != NULL;
  unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_NO_LISTEN_SOCKET
                       | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (tls ? MHD_USE_TLS : 0);
  struct MHD_OptionItem tls_options[] = {
    { MHD_OPTION_HTTPS_MEM_CERT, 0, self->tls_certificate },
    { MHD_OPTION_HTTPS_MEM_KEY, 0, self->tls_key },
    { MHD_OPTION_HTTPS_PRIORITIES, 0, (void *) TLS_PRIORITIES },
    { MHD_OPTION_END, 0, NULL },
  };
  struct MHD_OptionItem pool_options[] = {
    { MHD_OPTION_THREAD_POOL_SIZE, threads, NULL },
    { MHD_OPTION_END, 0, NULL },
  };
  struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };

  return MHD_start_daemon (flags, 0, NULL, NULL, jip_http_dispatch_cb, self,                   /* */
                           MHD_OPTION_EXTERNAL_LOGGER, jip_http_log_cb, self,                  /* */
                           MHD_OPTION_CONNECTION_LIMIT, self->config.max_connections * 2 + 64, /* */
                           MHD_OPTION_CONNECTION_TIMEOUT,
                           (unsigned int) ((self->config.idle_timeout + 999) / 1000),
                           MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) JIP_HTTP_CONNECTION_MEMORY, /* */
                           MHD_OPTION_URI_LOG_CALLBACK, jip_http_begin_cb, self,                    /* */
                           MHD_OPTION_NOTIFY_COMPLETED, jip_http_completed_cb, self,                /* */
                           MHD_OPTION_NOTIFY_CONNECTION, jip_http_conn_notify_cb, self,             /* */
                           MHD_OPTION_ARRAY, threads > 1 ? pool_options : none,                     /* */
                           MHD_OPTION_ARRAY, tls ? tls_options : none, MHD_OPTION_END);
}

static void
stop_daemons (JipHttpServer *self)
{
  g_clear_pointer (&self->daemon, MHD_stop_daemon);
  g_clear_pointer (&self->local_daemon, MHD_stop_daemon);
}

/**
 * jip_http_server_start:
 *
 * Returns: whether it listens; %JIP_ERROR_BAD_ARGS for a configuration that it refuses, %JIP_ERROR_UNAVAILABLE when
 * the address cannot be had
 */
gboolean
jip_http_server_start (JipHttpServer *self, GError **error)
{
  g_return_val_if_fail (JIP_IS_HTTP_SERVER (self) && self->daemon == NULL, FALSE);

  atomic_store (&self->stopping, JIP_HTTP_RUNNING);
  gboolean ok = parse_proxies (self, error) && jip_http_acceptor_listen (self, error);
  if (ok)
    {
      self->daemon = start_daemon (self, FALSE, self->config.threads);
      self->local_daemon = self->socket_path != NULL ? start_daemon (self, TRUE, 1) : NULL;
      ok = self->daemon != NULL && (self->socket_path == NULL || self->local_daemon != NULL);
      if (!ok)
        jip_error_set (error, JIP_ERROR_BAD_ARGS,
                       _ ("The HTTP server does not start: look at the certificate and the key."));
    }
  if (!ok)
    {
      stop_daemons (self);
      jip_http_acceptor_stop (self);
      return FALSE;
    }
  jip_http_acceptor_start (self);
  return TRUE;
}

static GPtrArray *
dup_conns (JipHttpServer *self)
{
  GPtrArray *conns = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_http_conn_unref);
  GHashTableIter iter;
  gpointer conn;

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_hash_table_iter_init (&iter, self->conns);
  while (g_hash_table_iter_next (&iter, NULL, &conn))
    g_ptr_array_add (conns, jip_http_conn_ref (conn));
  return conns;
}

/* @all: also what is being answered, and streams that are closed but not yet read to their end. */
static void
end_conn (JipHttpConn *conn, gboolean all)
{
  g_mutex_lock (&conn->lock);
  g_autoptr (JipHttpStream) stream
      = conn->stream != NULL && (all || !conn->stream->closing) ? jip_http_stream_ref (conn->stream) : NULL;
  g_autoptr (JipHttpRequest) request
      = all && conn->suspended && conn->request != NULL ? jip_http_request_ref (conn->request) : NULL;
  g_mutex_unlock (&conn->lock);

  if (stream != NULL)
    jip_http_stream_drop (stream);
  else if (request != NULL)
    jip_http_request_abandon (request, JIP_ERROR_UNAVAILABLE);
}

static void
end_conns (JipHttpServer *self, gboolean all)
{
  g_autoptr (GPtrArray) conns = dup_conns (self);

  for (guint i = 0; i < conns->len; i++)
    end_conn (conns->pdata[i], all);
}

static gboolean
is_busy_locked (JipHttpServer *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->conns);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      JipHttpConn *conn = value;
      g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&conn->lock);
      if (conn->request != NULL && (conn->suspended || conn->request->answered))
        return TRUE;
    }
  return FALSE;
}

static void
drain (JipHttpServer *self, guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * (gint64) 1000;
  gboolean in_time = TRUE;

  g_mutex_lock (&self->lock);
  while (in_time && is_busy_locked (self))
    in_time = g_cond_wait_until (&self->finished, &self->lock, end);
  g_mutex_unlock (&self->lock);
}

/**
 * jip_http_server_stop:
 *
 * Takes no more clients, drops the streams that were not closed, lets what is being answered end within the drain
 * timeout, answers the rest with 503, and returns when all connections are closed. Not from a handler.
 */
void
jip_http_server_stop (JipHttpServer *self)
{
  g_return_if_fail (JIP_IS_HTTP_SERVER (self));

  if (self->daemon == NULL)
    return;
  atomic_store (&self->stopping, JIP_HTTP_DRAINING);
  jip_http_acceptor_stop (self);
  end_conns (self, FALSE);
  drain (self, self->config.drain_timeout);
  /* libmicrohttpd aborts the process when it is stopped with a suspended connection. */
  atomic_store (&self->stopping, JIP_HTTP_ENDING);
  end_conns (self, TRUE);
  drain (self, LAST_ANSWERS);
  stop_daemons (self);
  g_hash_table_remove_all (self->conns);
  g_hash_table_remove_all (self->addresses);
}

/**
 * jip_http_server_get_port:
 *
 * Returns: the port it listens on
 */
guint16
jip_http_server_get_port (JipHttpServer *self)
{
  g_return_val_if_fail (JIP_IS_HTTP_SERVER (self), 0);
  return self->port;
}

void
jip_http_server_get_stats (JipHttpServer *self, JipHttpStats *stats)
{
  g_return_if_fail (JIP_IS_HTTP_SERVER (self) && stats != NULL);

  stats->accepted = atomic_load (&self->accepted);
  stats->refused_full = atomic_load (&self->refused_full);
  stats->refused_address = atomic_load (&self->refused_address);
  stats->timed_out = atomic_load (&self->timed_out);
  stats->streams_dropped = atomic_load (&self->streams_dropped);
  stats->streams = atomic_load (&self->streams);
  stats->body_memory = atomic_load (&self->body_memory);
  for (guint i = 0; i < JIP_HTTP_STATUSES; i++)
    stats->answers[i] = atomic_load_explicit (&self->answers[i], memory_order_relaxed);
  g_mutex_lock (&self->lock);
  stats->connections = g_hash_table_size (self->conns);
  g_mutex_unlock (&self->lock);
}

static void
append_metric (GString *out, const char *name, const char *type, guint64 value)
{
  g_string_append_printf (out, "# TYPE jiphyeond_http_%s %s\njiphyeond_http_%s %" G_GUINT64_FORMAT "\n", name,
                          type, name, value);
}

/**
 * jip_http_server_append_metrics:
 *
 * Appends what is known of the connections in Prometheus' text format.
 */
void
jip_http_server_append_metrics (JipHttpServer *self, GString *out)
{
  g_autofree JipHttpStats *stats = g_new0 (JipHttpStats, 1);

  g_return_if_fail (JIP_IS_HTTP_SERVER (self) && out != NULL);

  jip_http_server_get_stats (self, stats);
  append_metric (out, "connections", "gauge", stats->connections);
  append_metric (out, "streams", "gauge", stats->streams);
  append_metric (out, "body_bytes", "gauge", stats->body_memory);
  append_metric (out, "accepted_total", "counter", stats->accepted);
  append_metric (out, "refused_full_total", "counter", stats->refused_full);
  append_metric (out, "refused_address_total", "counter", stats->refused_address);
  append_metric (out, "timed_out_total", "counter", stats->timed_out);
  append_metric (out, "streams_dropped_total", "counter", stats->streams_dropped);
  g_string_append (out, "# TYPE jiphyeond_http_answers_total counter\n");
  for (guint i = 0; i < JIP_HTTP_STATUSES; i++)
    if (stats->answers[i] > 0)
      g_string_append_printf (out, "jiphyeond_http_answers_total{status=\"%u\"} %" G_GUINT64_FORMAT "\n", i,
                              stats->answers[i]);
}
