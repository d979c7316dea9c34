/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-llm-request.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-json.h"

#define READ_BYTES 16384
#define MAX_EVENT_BYTES (1u << 20)
#define MAX_STREAM_BYTES (32u << 20)
#define MAX_BODY_BYTES (1u << 20)
#define MAX_KEY_BYTES 4096
#define HEALTH_SECONDS 5

/* One generation at one endpoint. Runs in the thread-default main context of the caller. */
typedef struct
{
  SoupMessage *message;
  GInputStream *stream;
  GCancellable *cancellable;
  JipLlmRequestFuncs funcs;
  gpointer user_data;
  JipCompletion *completion;
  JipSseParser *parser;
  GByteArray *body; /* of an answer that is no event stream */
  GString *text;
  GError *error; /* found within the stream */
  gsize received;
} Request;

static void
request_free (Request *request)
{
  g_clear_object (&request->message);
  g_clear_object (&request->stream);
  g_clear_object (&request->cancellable);
  jip_completion_free (request->completion);
  jip_sse_parser_free (request->parser);
  g_byte_array_unref (request->body);
  g_string_free (request->text, TRUE);
  g_clear_error (&request->error);
  g_free (request);
}

/* The connection is closed with the stream, which is what makes the endpoint stop. */
static void
finish (Request *request, GError *error)
{
  if (request->stream != NULL)
    g_input_stream_close (request->stream, NULL, NULL);
  if (error != NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (error);
      error = jip_error_new (JIP_ERROR_CANCELLED, NULL, _ ("It was stopped."));
    }
  request->funcs.done (request->completion, error, request->user_data);
  g_clear_error (&error);
  request_free (request);
}

static void
pass_text (Request *request)
{
  if (request->text->len > 0)
    request->funcs.text (request->text->str, request->user_data);
  g_string_truncate (request->text, 0);
}

static void
event_cb (const JipSseEvent *event, gpointer user_data)
{
  Request *request = user_data;

  if (request->error == NULL)
    jip_completion_take_event (request->completion, event, request->text, &request->error);
}

static gboolean
is_event_stream (Request *request)
{
  const char *type
      = soup_message_headers_get_content_type (soup_message_get_response_headers (request->message), NULL);
  return g_strcmp0 (type, "application/json") != 0;
}

static void
end_of_stream (Request *request)
{
  guint status = soup_message_get_status (request->message);
  const char *body = (const char *) request->body->data;

  if (status != SOUP_STATUS_OK)
    {
      finish (request, jip_completion_error_from_http (status, body, request->body->len));
      return;
    }
  if (is_event_stream (request))
    jip_sse_parser_finish (request->parser);
  else if (request->body->len > 0)
    jip_completion_take_body (request->completion, body, request->body->len, request->text, &request->error);
  if (request->error == NULL)
    jip_completion_finish (request->completion, request->text, &request->error);
  pass_text (request);
  finish (request, g_steal_pointer (&request->error));
}

/* Returns FALSE when nothing more is to be read. */
static gboolean
take_bytes (Request *request, const char *data, gsize length)
{
  gboolean is_events
      = soup_message_get_status (request->message) == SOUP_STATUS_OK && is_event_stream (request);

  request->received += length;
  if (request->received > (is_events ? MAX_STREAM_BYTES : MAX_BODY_BYTES))
    return jip_error_set (&request->error, JIP_ERROR_MODEL_FAILED,
                          _ ("The language model sent far too much."));
  if (!is_events)
    {
      g_byte_array_append (request->body, (const guint8 *) data, (guint) length);
      return TRUE;
    }
  g_autoptr (GError) broken = NULL;
  if (!jip_sse_parser_feed (request->parser, data, length, &broken) && request->error == NULL)
    request->error = g_steal_pointer (&broken);
  pass_text (request);
  return request->error == NULL;
}

static void read_more (Request *request);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (bytes == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    finish (request, g_steal_pointer (&error));
  else if (bytes == NULL)
    finish (request,
            jip_error_new (JIP_ERROR_MODEL_FAILED, NULL,
                           _ ("The connection to the language model broke off. What came is kept.")));
  else if (g_bytes_get_size (bytes) == 0)
    end_of_stream (request);
  else if (take_bytes (request, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)))
    read_more (request);
  else
    finish (request, g_steal_pointer (&request->error));
}

static void
read_more (Request *request)
{
  g_input_stream_read_bytes_async (request->stream, READ_BYTES, G_PRIORITY_DEFAULT, request->cancellable,
                                   read_cb, request);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GError) error = NULL;

  request->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (request->stream == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_clear_error (&error);
          error = jip_error_new (JIP_ERROR_MODEL_UNAVAILABLE, NULL,
                                 _ ("The language model cannot be reached."));
        }
      finish (request, g_steal_pointer (&error));
      return;
    }
  if (soup_message_get_status (request->message) == SOUP_STATUS_OK)
    request->funcs.answered (request->user_data);
  read_more (request);
}

static JsonNode *
make_body (const JipLlmConfig *config, const char *model, JsonNode *messages, guint max_tokens)
{
  JsonObject *body = json_object_new ();
  JsonObject *options = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  if (model != NULL)
    json_object_set_string_member (body, "model", model);
  json_object_set_member (body, "messages", json_node_copy (messages));
  json_object_set_boolean_member (body, "stream", TRUE);
  json_object_set_boolean_member (options, "include_usage", TRUE);
  json_object_set_object_member (body, "stream_options", options);
  json_object_set_int_member (body, "max_tokens", max_tokens);
  json_object_set_double_member (body, "temperature", config->temperature);
  json_object_set_double_member (body, "top_p", config->top_p);
  json_node_take_object (node, body);
  return node;
}

/* A key is read for each request, so that it can be changed without a restart. */
static gboolean
add_key (SoupMessage *message, const JipLlmEndpoint *endpoint, GError **error)
{
  g_autofree char *key = NULL;
  gsize length;

  if (endpoint->key_file == NULL)
    return TRUE;
  if (!g_file_get_contents (endpoint->key_file, &key, &length, NULL) || length > MAX_KEY_BYTES)
    return jip_error_set (error, JIP_ERROR_MODEL_UNAVAILABLE,
                          _ ("The key of the language model cannot be read from %s."), endpoint->key_file);
  g_strstrip (key);
  g_autofree char *value = g_strconcat ("Bearer ", key, NULL);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", value);
  memset (key, 0, length);
  return TRUE;
}

static SoupMessage *
make_message (const JipLlmEndpoint *endpoint, const char *method, const char *path, GError **error)
{
  g_autofree char *url = g_strconcat (endpoint->url, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);

  if (message == NULL)
    {
      jip_error_set (error, JIP_ERROR_MODEL_UNAVAILABLE, _ ("%s is no address."), url);
      return NULL;
    }
  /* a redirect would be a connection to what nobody configured */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  return add_key (message, endpoint, error) ? g_steal_pointer (&message) : NULL;
}

static gboolean
fail_idle_cb (gpointer user_data)
{
  Request *request = user_data;
  finish (request, g_steal_pointer (&request->error));
  return G_SOURCE_REMOVE;
}

/**
 * jip_llm_request_send:
 * @model: (nullable): what to ask for
 * @messages: the conversation
 * @cancellable: closes the connection, also before the first word
 *
 * Sends one request; all of @funcs are called in the caller's thread-default main context, never from within.
 */
void
jip_llm_request_send (SoupSession *session,
                      const JipLlmConfig *config,
                      const JipLlmEndpoint *endpoint,
                      const char *model,
                      JsonNode *messages,
                      guint max_tokens,
                      GCancellable *cancellable,
                      const JipLlmRequestFuncs *funcs,
                      gpointer user_data)
{
  Request *request = g_new0 (Request, 1);

  request->funcs = *funcs;
  request->user_data = user_data;
  request->cancellable = g_object_ref (cancellable);
  request->completion = jip_completion_new ();
  request->parser = jip_sse_parser_new (MAX_EVENT_BYTES, event_cb, request);
  request->body = g_byte_array_new ();
  request->text = g_string_new (NULL);
  request->message = make_message (endpoint, SOUP_METHOD_POST, "/chat/completions", &request->error);
  if (request->message == NULL)
    {
      g_autoptr (GSource) source = g_idle_source_new ();
      g_source_set_callback (source, fail_idle_cb, request, NULL);
      g_source_attach (source, g_main_context_get_thread_default ());
      return;
    }

  g_autoptr (JsonNode) body = make_body (config, model, messages, max_tokens);
  char *text = jip_json_to_string (body);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));
  soup_message_set_request_body_from_bytes (request->message, "application/json", bytes);
  soup_session_send_async (session, request->message, G_PRIORITY_DEFAULT, request->cancellable, sent_cb,
                           request);
}

typedef struct
{
  SoupMessage *message;
  JipLlmHealthFunc func;
  gpointer user_data;
  GCancellable *cancellable;
  GSource *timeout;
} Health;

static void
health_finish (Health *health, gboolean ready, const char *model)
{
  health->func (ready, model, health->user_data);
  g_source_destroy (health->timeout);
  g_source_unref (health->timeout);
  g_clear_object (&health->message);
  g_object_unref (health->cancellable);
  g_free (health);
}

/* The id of the first model, where the endpoint gives a list of them. */
static char *
find_model (GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autoptr (JsonNode) node = length <= MAX_BODY_BYTES ? jip_json_parse (data, (gssize) length, NULL) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  JsonNode *list = json_object_get_member (json_node_get_object (node), "data");
  if (list == NULL || !JSON_NODE_HOLDS_ARRAY (list)
      || json_array_get_length (json_node_get_array (list)) == 0)
    return NULL;
  JsonNode *first = json_array_get_element (json_node_get_array (list), 0);
  return JSON_NODE_HOLDS_OBJECT (first) ? g_strdup (
             json_object_get_string_member_with_default (json_node_get_object (first), "id", NULL))
                                        : NULL;
}

static void
health_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Health *health = user_data;
  g_autoptr (GBytes) bytes = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);
  gboolean ready = bytes != NULL && soup_message_get_status (health->message) == SOUP_STATUS_OK;
  g_autofree char *model = ready ? find_model (bytes) : NULL;

  health_finish (health, ready, model);
}

static gboolean
health_timeout_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
forward_cancel_cb (GCancellable *outer, gpointer inner)
{
  g_cancellable_cancel (inner);
}

static gboolean
health_fail_cb (gpointer user_data)
{
  health_finish (user_data, FALSE, NULL);
  return G_SOURCE_REMOVE;
}

/**
 * jip_llm_health_check:
 *
 * Asks `/models`, which answers only when a model is loaded (llama.cpp says 503 until then), and waits for at most 5 s.
 */
void
jip_llm_health_check (SoupSession *session,
                      const JipLlmEndpoint *endpoint,
                      GCancellable *cancellable,
                      JipLlmHealthFunc func,
                      gpointer user_data)
{
  Health *health = g_new0 (Health, 1);

  health->func = func;
  health->user_data = user_data;
  health->cancellable = g_cancellable_new ();
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (forward_cancel_cb), health->cancellable,
                             0);
  health->message = make_message (endpoint, SOUP_METHOD_GET, "/models", NULL);
  health->timeout
      = health->message != NULL ? g_timeout_source_new_seconds (HEALTH_SECONDS) : g_idle_source_new ();
  if (health->message != NULL)
    g_source_set_callback (health->timeout, health_timeout_cb, health->cancellable, NULL);
  else
    g_source_set_callback (health->timeout, health_fail_cb, health, NULL);
  g_source_attach (health->timeout, g_main_context_get_thread_default ());
  if (health->message != NULL)
    soup_session_send_and_read_async (session, health->message, G_PRIORITY_DEFAULT, health->cancellable,
                                      health_cb, health);
}
