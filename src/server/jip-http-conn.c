/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <sys/socket.h>

#include "jip-http-private.h"

static char *
address_to_text (const struct sockaddr *address)
{
  char text[INET6_ADDRSTRLEN] = "";

  if (address->sa_family == AF_INET)
    inet_ntop (AF_INET, &((const struct sockaddr_in *) address)->sin_addr, text, sizeof text);
  else if (address->sa_family == AF_INET6)
    {
      const struct in6_addr *in6 = &((const struct sockaddr_in6 *) address)->sin6_addr;
      if (IN6_IS_ADDR_V4MAPPED (in6))
        inet_ntop (AF_INET, &in6->s6_addr[12], text, sizeof text);
      else
        inet_ntop (AF_INET6, in6, text, sizeof text);
    }
  return g_strdup (text);
}

JipHttpConn *
jip_http_conn_new (JipHttpServer *server, int fd, const struct sockaddr *address)
{
  JipHttpConn *conn = g_new0 (JipHttpConn, 1);

  g_atomic_ref_count_init (&conn->refs);
  g_mutex_init (&conn->lock);
  conn->server = server;
  conn->fd = fd;
  conn->open = TRUE;
  conn->local = address->sa_family == AF_UNIX;
  conn->address = address_to_text (address);
  return conn;
}

JipHttpConn *
jip_http_conn_ref (JipHttpConn *conn)
{
  g_atomic_ref_count_inc (&conn->refs);
  return conn;
}

void
jip_http_conn_unref (JipHttpConn *conn)
{
  if (!g_atomic_ref_count_dec (&conn->refs))
    return;
  g_mutex_clear (&conn->lock);
  g_free (conn->address);
  g_free (conn->count_key);
  g_free (conn);
}

void
jip_http_conn_suspend_locked (JipHttpConn *conn)
{
  conn->suspended = TRUE;
  MHD_suspend_connection (conn->connection);
}

void
jip_http_conn_resume_locked (JipHttpConn *conn)
{
  if (!conn->suspended)
    return;
  conn->suspended = FALSE;
  MHD_resume_connection (conn->connection);
}

/* The descriptor stays libmicrohttpd's: it finds the socket dead and closes it. */
void
jip_http_conn_shut_locked (JipHttpConn *conn)
{
  if (conn->open)
    shutdown (conn->fd, SHUT_RDWR);
}

/**
 * jip_http_conn_say_last:
 *
 * Answers past libmicrohttpd, where it cannot or must not answer, and ends our side of the connection. On the thread that
 * reads it.
 *
 * Returns: %FALSE with TLS, where nothing can be said
 */
gboolean
jip_http_conn_say_last (JipHttpConn *conn, const GError *error)
{
  JipHttpServer *server = conn->server;
  guint status = jip_error_code_get_status (jip_error_get_code (error));

  if (!conn->local && server->tls_certificate != NULL)
    return FALSE;
  atomic_fetch_add_explicit (&server->answers[status], 1, memory_order_relaxed);
  return jip_http_send_refusal (conn->fd, error);
}

/**
 * jip_http_conn_finish_request:
 *
 * The current request is over, answered or not; who still holds it can no longer reach the connection.
 */
void
jip_http_conn_finish_request (JipHttpConn *conn)
{
  JipHttpServer *server = conn->server;

  g_mutex_lock (&conn->lock);
  JipHttpRequest *request = g_steal_pointer (&conn->request);
  JipHttpStream *stream = g_steal_pointer (&conn->stream);
  conn->suspended = FALSE;
  conn->deadline = g_get_monotonic_time ()
                   + (server->config.idle_timeout + server->config.header_timeout) * (gint64) 1000;
  g_mutex_unlock (&conn->lock);

  if (stream != NULL)
    {
      atomic_fetch_sub (&server->streams, 1);
      jip_http_stream_drop (stream);
      jip_http_stream_unref (stream);
    }
  if (request != NULL)
    {
      atomic_fetch_sub (&server->body_memory, request->charged);
      if (request->count_key != NULL)
        jip_http_address_leave (server, request->count_key);
      jip_http_request_unref (request);
    }
  if (atomic_load (&server->stopping) != JIP_HTTP_RUNNING)
    {
      g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
      g_cond_signal (&server->finished);
    }
}

static void
conn_started (JipHttpServer *server, struct MHD_Connection *connection, void **socket_context)
{
  const union MHD_ConnectionInfo *info
      = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD);

  g_mutex_lock (&server->lock);
  JipHttpConn *conn = g_hash_table_lookup (server->conns, GINT_TO_POINTER (info->connect_fd));
  g_assert (conn != NULL);
  jip_http_conn_ref (conn);
  g_mutex_unlock (&server->lock);

  g_mutex_lock (&conn->lock);
  conn->started = TRUE;
  conn->connection = connection;
  g_mutex_unlock (&conn->lock);
  *socket_context = conn;
}

static void
conn_closed (JipHttpServer *server, JipHttpConn *conn)
{
  jip_http_conn_finish_request (conn);
  g_mutex_lock (&conn->lock);
  conn->open = FALSE;
  conn->connection = NULL;
  conn->deadline = 0;
  g_mutex_unlock (&conn->lock);
  jip_http_acceptor_forget (server, conn);
  jip_http_conn_unref (conn);
}

/**
 * jip_http_conn_notify_cb:
 *
 * libmicrohttpd's word that it has taken a socket over, or is about to close it.
 */
void
jip_http_conn_notify_cb (void *cls,
                         struct MHD_Connection *connection,
                         void **socket_context,
                         enum MHD_ConnectionNotificationCode code)
{
  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    conn_started (cls, connection, socket_context);
  else if (*socket_context != NULL)
    conn_closed (cls, g_steal_pointer (socket_context));
}
