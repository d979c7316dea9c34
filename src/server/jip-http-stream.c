/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-http-private.h"

#define BLOCK 512 /* only readers that speak HTTP/1.0 are served in blocks */

JipHttpStream *
jip_http_stream_ref (JipHttpStream *stream)
{
  g_return_val_if_fail (stream != NULL, NULL);
  g_atomic_ref_count_inc (&stream->refs);
  return stream;
}

void
jip_http_stream_unref (JipHttpStream *stream)
{
  g_return_if_fail (stream != NULL);
  if (!g_atomic_ref_count_dec (&stream->refs))
    return;
  g_queue_clear_full (&stream->queue, (GDestroyNotify) g_bytes_unref);
  if (stream->closed_destroy != NULL)
    stream->closed_destroy (stream->closed_data);
  jip_http_conn_unref (stream->conn);
  g_free (stream);
}

/* The end of the stream for everybody: what waits is thrown away, the socket is shut, the reader is woken to see it. */
static gboolean
end_locked (JipHttpStream *stream)
{
  if (stream->closed)
    return FALSE;
  stream->closed = TRUE;
  stream->blocked_since = 0;
  stream->queued = 0;
  g_queue_clear_full (&stream->queue, (GDestroyNotify) g_bytes_unref);
  if (stream->conn->stream == stream)
    {
      jip_http_conn_shut_locked (stream->conn);
      jip_http_conn_resume_locked (stream->conn);
    }
  return TRUE;
}

/* Not under the lock: the callback may do what it likes. It runs once, since its pointers are taken under the lock. */
static void
tell_closed (JipHttpStream *stream)
{
  g_mutex_lock (&stream->conn->lock);
  JipHttpStreamClosed func = g_steal_pointer (&stream->closed_func);
  gpointer data = g_steal_pointer (&stream->closed_data);
  GDestroyNotify destroy = g_steal_pointer (&stream->closed_destroy);
  g_mutex_unlock (&stream->conn->lock);

  if (func != NULL)
    func (stream, data);
  if (destroy != NULL)
    destroy (data);
}

/**
 * jip_http_stream_drop:
 *
 * Ends the stream at once, without what still waits in its queue.
 */
void
jip_http_stream_drop (JipHttpStream *stream)
{
  g_mutex_lock (&stream->conn->lock);
  gboolean ended = end_locked (stream);
  g_mutex_unlock (&stream->conn->lock);
  if (ended)
    tell_closed (stream);
}

static gsize
take_locked (JipHttpStream *stream, char *buffer, gsize size)
{
  gsize taken = 0;

  while (taken < size && !g_queue_is_empty (&stream->queue))
    {
      gsize length;
      GBytes *bytes = g_queue_peek_head (&stream->queue);
      const char *data = g_bytes_get_data (bytes, &length);
      gsize part = MIN (length - stream->offset, size - taken);
      memcpy (buffer + taken, data + stream->offset, part);
      taken += part;
      stream->offset += part;
      if (stream->offset == length)
        {
          g_bytes_unref (g_queue_pop_head (&stream->queue));
          stream->offset = 0;
        }
    }
  stream->queued -= taken;
  return taken;
}

/* libmicrohttpd asks for more only when it has handed the last block to the kernel. */
static ssize_t
read_cb (void *cls, uint64_t position, char *buffer, size_t size)
{
  JipHttpStream *stream = cls;
  JipHttpConn *conn = stream->conn;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&conn->lock);

  /* The socket is shut, so that nobody takes this for a whole answer. After an END_WITH_ERROR here libmicrohttpd at times
   * forgets a TLS connection until its idle timeout; a write that fails closes it at once. */
  if (stream->closed)
    return MHD_CONTENT_READER_END_OF_STREAM;
  gsize taken = take_locked (stream, buffer, size);
  gint64 now = g_get_monotonic_time ();
  stream->blocked_since = taken > 0 ? now : 0;
  if (taken > 0)
    {
      stream->sent_at = now;
      return (ssize_t) taken;
    }
  if (stream->closing)
    {
      stream->closed = TRUE;
      return MHD_CONTENT_READER_END_OF_STREAM;
    }
  jip_http_conn_suspend_locked (conn);
  return 0;
}

static void
free_cb (void *cls)
{
  jip_http_stream_unref (cls);
}

/**
 * jip_http_request_respond_stream:
 * @content_type: such as `text/event-stream`
 *
 * Answers with 200 and a body that goes on until jip_http_stream_close(). An idle stream costs its memory only. One
 * whose client leaves, takes no byte for the stall timeout or lets more than the queue's limit pile up is dropped:
 * see jip_http_stream_set_closed_func(). Idle event streams get a comment line at each heartbeat.
 *
 * Returns: (transfer full): the stream
 */
JipHttpStream *
jip_http_request_respond_stream (JipHttpRequest *request, const char *content_type)
{
  g_return_val_if_fail (request != NULL && content_type != NULL, NULL);

  JipHttpStream *stream = g_new0 (JipHttpStream, 1);
  g_atomic_ref_count_init (&stream->refs);
  stream->conn = jip_http_conn_ref (request->conn);
  stream->sent_at = g_get_monotonic_time ();
  stream->heartbeat = strcmp (content_type, "text/event-stream") == 0;
  g_queue_init (&stream->queue);

  struct MHD_Response *response = MHD_create_response_from_callback (MHD_SIZE_UNKNOWN, BLOCK, read_cb,
                                                                     jip_http_stream_ref (stream), free_cb);
  MHD_add_response_header (response, "Content-Type", content_type);
  MHD_add_response_header (response, "Cache-Control", "no-store");
  MHD_add_response_header (response, "X-Content-Type-Options", "nosniff");
  MHD_add_response_header (response, "X-Accel-Buffering", "no");

  JipHttpConn *conn = request->conn;
  g_mutex_lock (&conn->lock);
  gboolean alive = conn->request == request && conn->open && !request->answered;
  if (alive)
    {
      conn->stream = jip_http_stream_ref (stream);
      atomic_fetch_add (&conn->server->streams, 1);
    }
  gboolean gone = !alive || conn->hup || atomic_load (&conn->server->stopping);
  g_mutex_unlock (&conn->lock);

  jip_http_request_answer (request, 200, response);
  if (gone)
    jip_http_stream_drop (stream);
  return stream;
}

/**
 * jip_http_stream_send:
 * @bytes: shared, not copied: a broadcast gives the same to all
 *
 * Returns: %FALSE when the stream is closed, or was dropped because too much was waiting
 */
gboolean
jip_http_stream_send (JipHttpStream *stream, GBytes *bytes)
{
  g_return_val_if_fail (stream != NULL && bytes != NULL, FALSE);

  JipHttpConn *conn = stream->conn;
  gsize length = g_bytes_get_size (bytes);
  gboolean dropped = FALSE;

  g_mutex_lock (&conn->lock);
  gboolean ok = !stream->closed && !stream->closing && conn->stream == stream;
  if (ok && length > 0)
    {
      if (stream->queued + length > conn->server->config.max_queue)
        {
          atomic_fetch_add (&conn->server->streams_dropped, 1);
          dropped = end_locked (stream);
          ok = FALSE;
        }
      else
        {
          g_queue_push_tail (&stream->queue, g_bytes_ref (bytes));
          stream->queued += length;
          if (stream->blocked_since == 0)
            stream->blocked_since = g_get_monotonic_time ();
          jip_http_conn_resume_locked (conn);
        }
    }
  g_mutex_unlock (&conn->lock);
  if (dropped)
    tell_closed (stream);
  return ok;
}

/**
 * jip_http_event_new:
 * @event: the name of a server-sent event
 * @data: JSON, or any text; its lines become lines of data
 *
 * Returns: (transfer full): the event as it travels
 */
GBytes *
jip_http_event_new (const char *event, const char *data)
{
  g_return_val_if_fail (event != NULL && data != NULL, NULL);

  GString *out = g_string_new (NULL);
  g_string_append_printf (out, "event: %s\n", event);
  g_auto (GStrv) lines = g_strsplit (data, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    g_string_append_printf (out, "data: %s\n", *line);
  if (*data == '\0')
    g_string_append (out, "data:\n");
  g_string_append_c (out, '\n');
  return g_string_free_to_bytes (out);
}

/**
 * jip_http_stream_send_event:
 *
 * jip_http_stream_send() of one jip_http_event_new().
 */
gboolean
jip_http_stream_send_event (JipHttpStream *stream, const char *event, const char *data)
{
  g_autoptr (GBytes) bytes = jip_http_event_new (event, data);

  return jip_http_stream_send (stream, bytes);
}

/**
 * jip_http_stream_close:
 *
 * Ends the stream when what waits has been sent. The closed function is not called.
 */
void
jip_http_stream_close (JipHttpStream *stream)
{
  g_return_if_fail (stream != NULL);

  g_mutex_lock (&stream->conn->lock);
  gpointer data = g_steal_pointer (&stream->closed_data);
  GDestroyNotify destroy = g_steal_pointer (&stream->closed_destroy);
  stream->closed_func = NULL;
  if (!stream->closed && !stream->closing)
    {
      stream->closing = TRUE;
      if (stream->conn->stream == stream)
        jip_http_conn_resume_locked (stream->conn);
    }
  g_mutex_unlock (&stream->conn->lock);
  if (destroy != NULL)
    destroy (data);
}

gboolean
jip_http_stream_is_closed (JipHttpStream *stream)
{
  g_return_val_if_fail (stream != NULL, TRUE);

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&stream->conn->lock);
  return stream->closed || stream->closing;
}

/**
 * jip_http_stream_set_closed_func:
 * @closed: (nullable): called once, from any thread, when the client is gone or was dropped; it must not wait
 * @destroy: (nullable): frees @user_data, after @closed or when the stream was closed from this side
 *
 * When the client is gone already, @closed runs before this returns.
 */
void
jip_http_stream_set_closed_func (JipHttpStream *stream,
                                 JipHttpStreamClosed closed,
                                 gpointer user_data,
                                 GDestroyNotify destroy)
{
  g_return_if_fail (stream != NULL && stream->closed_func == NULL);

  g_mutex_lock (&stream->conn->lock);
  gboolean over = stream->closed;
  stream->closed_func = closed;
  stream->closed_data = user_data;
  stream->closed_destroy = destroy;
  g_mutex_unlock (&stream->conn->lock);
  if (over)
    tell_closed (stream);
}

/**
 * jip_http_stream_tick:
 * @now: monotonic microseconds
 *
 * Drops a reader that stalls, and sends the heartbeat of an idle one. Called now and then by the acceptor.
 */
void
jip_http_stream_tick (JipHttpStream *stream, gint64 now, const JipHttpConfig *config)
{
  static const char comment[] = ":\n\n";

  g_mutex_lock (&stream->conn->lock);
  gboolean stalled
      = stream->blocked_since != 0 && now - stream->blocked_since > config->stall_timeout * (gint64) 1000;
  gboolean idle = stream->heartbeat && !stream->closed && stream->queued == 0
                  && now - stream->sent_at > config->heartbeat * (gint64) 1000;
  gboolean dropped = FALSE;
  if (stalled && stream->conn->stream == stream)
    {
      atomic_fetch_add (&stream->conn->server->streams_dropped, 1);
      dropped = end_locked (stream);
    }
  g_mutex_unlock (&stream->conn->lock);

  if (dropped)
    tell_closed (stream);
  else if (idle)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (comment, sizeof comment - 1);
      jip_http_stream_send (stream, bytes);
    }
}
