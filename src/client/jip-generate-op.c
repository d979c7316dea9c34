/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-generate-op.h"

#include <glib/gi18n-lib.h>

#include "jip-client-private.h"
#include "jip-error.h"
#include "jip-json.h"

#define MAX_EVENT 262144
#define MAX_ERROR_BODY 65536

struct _JipGenerateOp
{
  GObject parent_instance;

  JipClient *client;
  JsonNode *request;
  GCancellable *cancellable;
  SoupMessage *message;
  GInputStream *stream;
  JipSseParser *parser;
  GByteArray *error_body; /* of an answer that is no stream */
  gboolean begun;         /* the stream has */
  gboolean ended;
};

G_DEFINE_FINAL_TYPE (JipGenerateOp, jip_generate_op, G_TYPE_OBJECT)

enum
{
  QUEUED,
  STARTED,
  TEXT,
  ENDED,
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static GError *
make_broken_off (void)
{
  return jip_error_new (JIP_ERROR_OFFLINE, NULL, "%s", _ ("The connection broke off. What came is kept."));
}

/* Only who cancels hears that it was cancelled: whatever else ended it must be told to the user. */
static void
fail (JipGenerateOp *self, GError *error_arg)
{
  g_autoptr (GError) error = error_arg;

  if (self->ended)
    return;
  self->ended = TRUE;
  if (jip_error_get_code (error) == JIP_ERROR_CANCELLED && !g_cancellable_is_cancelled (self->cancellable))
    {
      g_error_free (error);
      error = make_broken_off ();
    }
  g_signal_emit (self, signals[FAILED], 0, error);
}

/* Once the stream has begun, a connection that fails has been there, and what it brought is kept. */
static void
fail_transport (JipGenerateOp *self, const GError *error)
{
  g_autoptr (GError) ours = jip_client_transport_error (error);

  if (self->begun && jip_error_get_code (ours) == JIP_ERROR_OFFLINE)
    fail (self, make_broken_off ());
  else
    fail (self, g_steal_pointer (&ours));
}

static const char *
text_of (JsonObject *object, const char *member)
{
  return json_object_get_string_member_with_default (object, member, "");
}

static void
take_event (JipGenerateOp *self, const char *name, JsonNode *data)
{
  JsonObject *object = json_node_get_object (data);

  if (g_str_equal (name, "queued"))
    g_signal_emit (self, signals[QUEUED], 0,
                   (int) json_object_get_int_member_with_default (object, "position", 0));
  else if (g_str_equal (name, "start"))
    g_signal_emit (self, signals[STARTED], 0, text_of (object, "model"), text_of (object, "prompt_version"));
  else if (g_str_equal (name, "text"))
    g_signal_emit (self, signals[TEXT], 0, text_of (object, "delta"));
  else if (g_str_equal (name, "end"))
    {
      self->ended = TRUE;
      g_signal_emit (self, signals[ENDED], 0, text_of (object, "reason"));
    }
  else if (g_str_equal (name, "error"))
    {
      g_autoptr (JsonNode) wrapped = json_node_new (JSON_NODE_OBJECT);
      JsonObject *outer = json_object_new ();
      json_object_set_member (outer, "error", json_node_copy (data));
      json_node_take_object (wrapped, outer);
      fail (self, jip_error_from_json (wrapped, 502));
    }
}

static void
event_cb (const JipSseEvent *event, gpointer user_data)
{
  JipGenerateOp *self = user_data;
  g_autoptr (JsonNode) data = event->data != NULL ? jip_json_parse (event->data, -1, NULL) : NULL;

  if (!self->ended && data != NULL && JSON_NODE_HOLDS_OBJECT (data))
    take_event (self, event->event, data);
}

/* A stream that is over without `end` or `error` was cut. */
static void
finish (JipGenerateOp *self)
{
  if (self->error_body != NULL)
    {
      g_autoptr (GBytes) body = g_bytes_new (self->error_body->data, self->error_body->len);
      fail (self, jip_client_error_from (soup_message_get_status (self->message), body));
    }
  fail (self, make_broken_off ());
  g_clear_object (&self->stream);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipGenerateOp) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  gsize length = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  if (error != NULL)
    fail_transport (self, error);
  else if (length > 0 && self->error_body != NULL && self->error_body->len < MAX_ERROR_BODY)
    g_byte_array_append (self->error_body, (const guint8 *) data, (guint) length);
  else if (length > 0 && !jip_sse_parser_feed (self->parser, data, length, &error))
    fail (self, g_steal_pointer (&error));
  if (length == 0 || self->ended)
    {
      finish (self);
      return;
    }
  GInputStream *stream = self->stream;
  GCancellable *cancellable = self->cancellable;
  g_input_stream_read_bytes_async (stream, 4096, G_PRIORITY_DEFAULT, cancellable, read_cb,
                                   g_steal_pointer (&self));
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipGenerateOp) self = user_data;
  g_autoptr (GError) error = NULL;

  self->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (self->stream == NULL)
    {
      fail_transport (self, error);
      return;
    }
  self->begun = soup_message_get_status (self->message) == SOUP_STATUS_OK;
  if (!self->begun)
    self->error_body = g_byte_array_new ();
  GInputStream *stream = self->stream;
  GCancellable *cancellable = self->cancellable;
  g_input_stream_read_bytes_async (stream, 4096, G_PRIORITY_DEFAULT, cancellable, read_cb,
                                   g_steal_pointer (&self));
}

/**
 * jip_generate_op_new:
 * @request: the body of `POST /v1/generate`; personal data is masked already
 */
JipGenerateOp *
jip_generate_op_new (JipClient *client, JsonNode *request)
{
  g_return_val_if_fail (JIP_IS_CLIENT (client), NULL);
  g_return_val_if_fail (request != NULL, NULL);

  JipGenerateOp *self = g_object_new (JIP_TYPE_GENERATE_OP, NULL);
  self->client = g_object_ref (client);
  self->request = json_node_copy (request);
  return self;
}

static gboolean
no_session_cb (gpointer user_data)
{
  g_autoptr (JipGenerateOp) self = user_data;

  fail (self,
        jip_error_new (JIP_ERROR_UNAUTHORIZED, NULL, "%s", jip_error_describe (JIP_ERROR_UNAUTHORIZED)));
  return G_SOURCE_REMOVE;
}

/**
 * jip_generate_op_start:
 *
 * Sends the request; once.
 */
void
jip_generate_op_start (JipGenerateOp *self)
{
  g_return_if_fail (JIP_IS_GENERATE_OP (self));
  g_return_if_fail (self->message == NULL);

  if (self->client->token == NULL)
    {
      g_idle_add (no_session_cb, g_object_ref (self));
      return;
    }
  self->message = jip_client_message_new (self->client, "POST", "/v1/generate");
  jip_client_set_json (self->message, self->request);
  self->parser = jip_sse_parser_new (MAX_EVENT, event_cb, self);
  soup_session_send_async (self->client->streams, self->message, G_PRIORITY_DEFAULT, self->cancellable,
                           sent_cb, g_object_ref (self));
}

/**
 * jip_generate_op_cancel:
 *
 * Closes the connection, which stops the model. What came stays with the caller.
 */
void
jip_generate_op_cancel (JipGenerateOp *self)
{
  g_return_if_fail (JIP_IS_GENERATE_OP (self));

  g_cancellable_cancel (self->cancellable);
}

static void
jip_generate_op_finalize (GObject *object)
{
  JipGenerateOp *self = JIP_GENERATE_OP (object);

  g_clear_object (&self->client);
  g_clear_pointer (&self->request, json_node_unref);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->stream);
  g_clear_object (&self->message);
  g_clear_pointer (&self->parser, jip_sse_parser_free);
  g_clear_pointer (&self->error_body, g_byte_array_unref);
  G_OBJECT_CLASS (jip_generate_op_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, guint n, GType a, GType b)
{
  return g_signal_new (name, JIP_TYPE_GENERATE_OP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, n, a,
                       b);
}

static void
jip_generate_op_class_init (JipGenerateOpClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jip_generate_op_finalize;
  signals[QUEUED] = add_signal ("queued", 1, G_TYPE_INT, G_TYPE_NONE);
  signals[STARTED] = add_signal ("started", 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[TEXT] = add_signal ("text", 1, G_TYPE_STRING, G_TYPE_NONE);
  signals[ENDED] = add_signal ("ended", 1, G_TYPE_STRING, G_TYPE_NONE);
  signals[FAILED] = add_signal ("failed", 1, G_TYPE_ERROR, G_TYPE_NONE);
}

static void
jip_generate_op_init (JipGenerateOp *self)
{
  self->cancellable = g_cancellable_new ();
}
