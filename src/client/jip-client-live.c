/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-client-private.h"

#include "jip-error.h"
#include "jip-json.h"

/* The live feed only says "pull". Losing it costs nothing: the poll goes on. */

#define LIVE_MAX_EVENT 65536
#define RECONNECT_MAX_MS 60000
#define LASTED_SECONDS 10 /* a feed that lived so long was one */

typedef struct
{
  JipClient *client;
  GCancellable *running;
  SoupMessage *message;
  GInputStream *stream;
} Live;

static void
live_free (Live *live)
{
  g_clear_object (&live->stream);
  g_clear_object (&live->message);
  g_object_unref (live->running);
  g_object_unref (live->client);
  g_free (live);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Live, live_free)

static gboolean
reconnect_cb (gpointer user_data)
{
  JipClient *self = user_data;

  self->live_retry_id = 0;
  jip_client_start_live (self);
  return G_SOURCE_REMOVE;
}

static void
reconnect_later (JipClient *self)
{
  guint ceiling = MIN (RECONNECT_MAX_MS, 1000u << MIN (self->live_attempts, 6u));

  self->live_attempts++;
  if (self->live_retry_id == 0)
    self->live_retry_id
        = g_timeout_add ((guint) g_random_int_range (50, (gint32) ceiling), reconnect_cb, self);
}

/* The first poke of a feed says that the server is back; the next ones say nothing that the next try would not find. */
static gboolean
may_ask (JipClient *self, JipExchangeKind kind, gboolean first)
{
  if (first)
    return !jip_client_is_held (self, kind);
  return self->retry_ids[kind] == 0 && !self->update_needed && !self->server_behind;
}

static void
poked (JipClient *self, const char *data)
{
  gboolean first = self->live_fresh;
  g_autoptr (JsonNode) node = jip_json_parse (data, -1, NULL);
  gint64 seq = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                   ? json_object_get_int_member_with_default (json_node_get_object (node), "seq", 0)
                   : 0;

  self->live_fresh = FALSE;
  if ((!self->online || self->counts.pending > 0) && may_ask (self, JIP_EXCHANGE_PUSH, first))
    jip_client_push (self);
  if ((!self->online || seq == 0 || seq != self->pulled_seq) && may_ask (self, JIP_EXCHANGE_PULL, first))
    jip_client_pull (self);
}

static void
event_cb (const JipSseEvent *event, gpointer user_data)
{
  JipClient *self = user_data;

  if (g_strcmp0 (event->event, "poke") == 0 && event->data != NULL)
    poked (self, event->data);
  else if (g_strcmp0 (event->event, "bye") == 0)
    self->leave_live = TRUE;
}

static void read_cb (GObject *source, GAsyncResult *result, gpointer user_data);

/* What closes each feed at once is asked ever more seldom, also when it sends a poke first. */
static void
ended (Live *live)
{
  JipClient *self = live->client;

  if (g_get_monotonic_time () - self->live_since >= LASTED_SECONDS * G_USEC_PER_SEC)
    self->live_attempts = 0;
  g_clear_pointer (&self->live_parser, jip_sse_parser_free);
  if (self->leave_live)
    jip_client_pull (self); /* its answer says why */
  reconnect_later (self);
}

static void
read_on (Live *live_arg)
{
  g_autoptr (Live) live = live_arg;
  GInputStream *stream = live->stream;
  GCancellable *running = live->running;

  g_input_stream_read_bytes_async (stream, 4096, G_PRIORITY_DEFAULT, running, read_cb,
                                   g_steal_pointer (&live));
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Live) live = user_data;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  gsize length = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  if (g_cancellable_is_cancelled (live->running))
    return;
  if (length == 0 || !jip_sse_parser_feed (live->client->live_parser, data, length, NULL)
      || g_cancellable_is_cancelled (live->running))
    {
      if (!g_cancellable_is_cancelled (live->running))
        ended (live);
      return;
    }
  read_on (g_steal_pointer (&live));
}

/* Whether it is the server's feed, and not a page that somebody else puts in its place. */
static gboolean
is_feed (SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);

  return soup_message_get_status (message) == SOUP_STATUS_OK
         && g_strcmp0 (soup_message_headers_get_content_type (headers, NULL), "text/event-stream") == 0;
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Live) live = user_data;
  JipClient *self = live->client;

  live->stream = soup_session_send_finish (SOUP_SESSION (source), result, NULL);
  if (g_cancellable_is_cancelled (live->running))
    return;
  if (live->stream == NULL || !is_feed (live->message))
    {
      if (live->stream == NULL && self->online)
        jip_client_pull (self); /* whether the server is there at all is not left to the next poll */
      reconnect_later (self);
      return;
    }
  self->leave_live = FALSE;
  self->live_since = g_get_monotonic_time ();
  self->live_fresh = TRUE;
  g_clear_pointer (&self->live_parser, jip_sse_parser_free);
  self->live_parser = jip_sse_parser_new (LIVE_MAX_EVENT, event_cb, self);
  read_on (g_steal_pointer (&live));
}

/**
 * jip_client_start_live:
 *
 * Connects to the live feed; it is tried again until the exchange ends.
 */
void
jip_client_start_live (JipClient *self)
{
  if (self->running == NULL || self->sends_only)
    return;
  Live *live = g_new0 (Live, 1);
  live->client = g_object_ref (self);
  live->running = g_object_ref (self->running);
  live->message = jip_client_message_new (self, "GET", "/v1/live");
  soup_message_headers_replace (soup_message_get_request_headers (live->message), "Accept",
                                "text/event-stream");
  /* a kept connection could turn out to be closed: see jip_client_send_async() */
  soup_message_add_flags (live->message, SOUP_MESSAGE_NEW_CONNECTION);
  soup_session_send_async (self->streams, live->message, G_PRIORITY_DEFAULT, live->running, connected_cb,
                           live);
}

void
jip_client_stop_live (JipClient *self)
{
  g_clear_handle_id (&self->live_retry_id, g_source_remove);
  g_clear_pointer (&self->live_parser, jip_sse_parser_free);
  self->live_attempts = 0;
}
