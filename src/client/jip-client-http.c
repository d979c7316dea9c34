/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-client-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-json.h"

#define MAX_ANSWER (64 * 1024 * 1024) /* bytes: sixteen times the largest page */
#define HEAD_SECONDS 10               /* from the request's end to the end of the answer's head */
#define WHOLE_SECONDS 300
#define MAX_RETRY_AFTER 300

/**
 * jip_client_message_new:
 * @path: from "/v1/…" on, escaped
 *
 * The server never sends elsewhere: who does is not the server, and must not get the token.
 *
 * Returns: (transfer full) (nullable): a request with the session's token; %NULL when the server's address is none
 */
SoupMessage *
jip_client_message_new (JipClient *self, const char *method, const char *path)
{
  g_autofree char *url = g_strconcat (self->server_url, path, NULL);
  SoupMessage *message = soup_message_new (method, url);

  if (message != NULL)
    soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (message != NULL && self->token != NULL)
    {
      g_autofree char *value = g_strdup_printf ("Bearer %s", self->token);
      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", value);
    }
  return message;
}

void
jip_client_set_json (SoupMessage *message, JsonNode *node)
{
  char *text = jip_json_canonical (node);
  gsize length = strlen (text);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, length);

  soup_message_set_request_body_from_bytes (message, "application/json", bytes);
}

/**
 * jip_client_foreign_error_new:
 *
 * Returns: (transfer full): %JIP_ERROR_OFFLINE, since something else than the server answers; its detail tells it from
 *   a server that does not answer
 */
GError *
jip_client_foreign_error_new (void)
{
  JsonNode *detail = json_node_init_object (json_node_alloc (), json_object_new ());

  return jip_error_new (
      JIP_ERROR_OFFLINE, detail, "%s",
      _ ("Something else than the server answers at its address, such as a sign-in page of the "
         "network. Open a web page to see it, or ask who looks after the network."));
}

/**
 * jip_client_narrow_error_new:
 *
 * Returns: (transfer full): what is said of a proxy that does not let through what the server would take
 */
GError *
jip_client_narrow_error_new (void)
{
  return jip_error_new (
      JIP_ERROR_TOO_LARGE, NULL, "%s",
      _ ("What stands before the server takes less at once than the server does. Ask who looks after the server."));
}

/**
 * jip_client_is_break:
 * @error: (nullable): of libsoup or GIO
 *
 * Returns: whether a connection that was there ended without an answer: by chance, or since somebody between here and the
 *   server ends it on what is too large for him
 */
gboolean
jip_client_is_break (const GError *error)
{
  return error != NULL
         && (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED)
             || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE)
             || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT)
             || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF));
}

/* What stands between here and the server has no codes of ours, only a status. */
static GError *
error_from_status (guint status)
{
  if (status == SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE)
    return jip_client_narrow_error_new ();
  if (status == SOUP_STATUS_REQUEST_TIMEOUT)
    return jip_error_new (JIP_ERROR_TIMEOUT, NULL, "%s", _ ("The server did not answer in time."));
  if (status == 429)
    return jip_error_new (JIP_ERROR_RATE_LIMITED, NULL, "%s", jip_error_describe (JIP_ERROR_RATE_LIMITED));
  if (status >= 500 && status != 511)
    return jip_error_new (JIP_ERROR_UNAVAILABLE, NULL,
                          _ ("The server is not ready: what stands before it answers with status %u."),
                          status);
  return jip_client_foreign_error_new ();
}

/* The sentences of these codes would speak of this PC. */
static const char *
describe_server (JipErrorCode code)
{
  if (code == JIP_ERROR_STORAGE_FULL)
    return _ ("The server’s disk is full. Everything is kept on this PC and sent once there is room there. "
              "Tell who looks after the server.");
  if (code == JIP_ERROR_DATABASE || code == JIP_ERROR_FILE || code == JIP_ERROR_INTERNAL)
    return _ ("Something went wrong on the server. Everything is kept on this PC and tried again. "
              "If this lasts, tell who looks after the server.");
  return jip_error_describe (code);
}

/**
 * jip_client_error_from:
 * @status: an HTTP status that is no success
 * @body: (nullable): what came with it
 *
 * Returns: (transfer full): the error that the server named, or what can be said of an answer that is not the server's
 */
GError *
jip_client_error_from (guint status, GBytes *body)
{
  gsize length = 0;
  const char *data = body != NULL ? g_bytes_get_data (body, &length) : NULL;
  g_autoptr (JsonNode) node = length > 0 ? jip_json_parse (data, (gssize) length, NULL) : NULL;
  JsonNode *inner = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                        ? json_object_get_member (json_node_get_object (node), "error")
                        : NULL;

  if (inner == NULL || !JSON_NODE_HOLDS_OBJECT (inner))
    return error_from_status (status);
  /* what the server says is for developers; people read it in their own language */
  g_autoptr (GError) named = jip_error_from_json (node, status);
  JsonNode *detail = jip_error_get_detail (named);
  return jip_error_new (jip_error_get_code (named), detail != NULL ? json_node_copy (detail) : NULL, "%s",
                        describe_server (jip_error_get_code (named)));
}

/**
 * jip_client_transport_error:
 * @error: of libsoup or GIO
 *
 * Returns: (transfer full): the same as one of ours: cancelled, timed out, or without a connection, and why
 */
GError *
jip_client_transport_error (const GError *error)
{
  if (error->domain == JIP_ERROR)
    return g_error_copy (error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return jip_error_new (JIP_ERROR_CANCELLED, NULL, "%s", jip_error_describe (JIP_ERROR_CANCELLED));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return jip_error_new (JIP_ERROR_TIMEOUT, NULL, "%s", _ ("The server did not answer in time."));
  if (error->domain == G_RESOLVER_ERROR)
    return jip_error_new (
        JIP_ERROR_OFFLINE, NULL, "%s",
        _ ("The server's name is not known here. Check the network, or the server's address."));
  if (error->domain == G_TLS_ERROR && !jip_client_is_break (error))
    return jip_error_new (
        JIP_ERROR_OFFLINE, NULL, "%s",
        _ ("The connection to the server is not safe: its certificate has expired, is for another address, or is from "
           "nobody whom this PC trusts. Nothing was sent. Ask who looks after the server."));
  return jip_error_new (JIP_ERROR_OFFLINE, NULL, "%s", jip_error_describe (JIP_ERROR_OFFLINE));
}

/**
 * jip_client_answer_problem:
 * @message: a request that was sent
 * @body: (nullable): what came back
 * @error: (nullable): of jip_client_send_finish(), where nothing did
 *
 * Returns: (transfer full) (nullable): what is wrong with the answer; %NULL when it is 200 and claims to be JSON
 */
GError *
jip_client_answer_problem (SoupMessage *message, GBytes *body, const GError *error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);

  if (body == NULL)
    return jip_client_transport_error (error);
  if (soup_message_get_status (message) != SOUP_STATUS_OK)
    return jip_client_error_from (soup_message_get_status (message), body);
  return g_strcmp0 (soup_message_headers_get_content_type (headers, NULL), "application/json") == 0
             ? NULL
             : jip_client_foreign_error_new ();
}

/**
 * jip_client_answer_wait:
 *
 * Returns: the seconds that the answer asks to wait before the next try, five minutes at most; 0 where it does not
 */
guint
jip_client_answer_wait (SoupMessage *message)
{
  const char *text
      = soup_message_headers_get_one (soup_message_get_response_headers (message), "Retry-After");

  return text != NULL ? (guint) CLAMP (g_ascii_strtoll (text, NULL, 10), 0, MAX_RETRY_AFTER) : 0;
}

/* A request, and how far it is: a server that sends a byte now and then would otherwise hold it for ever. Its thread
 * writes, the main loop looks. */
typedef struct
{
  SoupMessage *message;
  GCancellable *cancellable;
  gint64 began;      /* the monotonic clock, in microseconds */
  gint64 written_at; /* 0 while the request is on its way */
  int has_head;      /* atomic */
  int is_late;       /* atomic */
  int is_over;       /* atomic */
  GMutex mutex;      /* of written_at */
} Request;

static void
request_clear (gpointer data)
{
  Request *request = data;

  g_object_unref (request->message);
  g_object_unref (request->cancellable);
  g_mutex_clear (&request->mutex);
}

static void
request_unref (gpointer request)
{
  g_atomic_rc_box_release_full (request, request_clear);
}

static void
wrote_body_cb (SoupMessage *message, Request *request)
{
  g_mutex_lock (&request->mutex);
  request->written_at = g_get_monotonic_time ();
  g_mutex_unlock (&request->mutex);
}

static void
got_headers_cb (SoupMessage *message, Request *request)
{
  g_atomic_int_set (&request->has_head, 1);
}

static gboolean
look_cb (gpointer data)
{
  Request *request = data;
  gint64 now = g_get_monotonic_time ();

  if (g_atomic_int_get (&request->is_over))
    return G_SOURCE_REMOVE;
  g_mutex_lock (&request->mutex);
  gint64 since = request->written_at;
  g_mutex_unlock (&request->mutex);
  gboolean headless
      = since != 0 && !g_atomic_int_get (&request->has_head) && now - since > HEAD_SECONDS * G_USEC_PER_SEC;
  if (!headless && now - request->began <= WHOLE_SECONDS * G_USEC_PER_SEC)
    return G_SOURCE_CONTINUE;
  g_atomic_int_set (&request->is_late, 1);
  g_cancellable_cancel (request->cancellable);
  return G_SOURCE_REMOVE;
}

/* libsoup 3.2 does not say so when a connection ends in the middle of a body. */
static gboolean
is_whole (SoupMessage *message, gsize length)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);

  return soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH
         || (goffset) length >= soup_message_headers_get_content_length (headers);
}

static GBytes *
read_answer (SoupMessage *message, GInputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autofree guint8 *buffer = g_malloc (65536);
  gssize n;

  while ((n = g_input_stream_read (stream, buffer, 65536, cancellable, error)) > 0)
    {
      if (body->len + (gsize) n > MAX_ANSWER)
        {
          g_propagate_error (error, jip_client_foreign_error_new ());
          return NULL;
        }
      g_byte_array_append (body, buffer, (guint) n);
    }
  if (n < 0)
    return NULL;
  if (is_whole (message, body->len))
    return g_byte_array_free_to_bytes (g_steal_pointer (&body));
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "the answer broke off");
  return NULL;
}

static void
send_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Request *request = task_data;
  g_autoptr (GError) error = NULL;
  gulong chained = cancellable != NULL ? g_cancellable_connect (
                       cancellable, G_CALLBACK (g_cancellable_cancel), request->cancellable, NULL)
                                       : 0;
  g_autoptr (GInputStream) stream
      = soup_session_send (source, request->message, request->cancellable, &error);
  GBytes *body = stream != NULL ? read_answer (request->message, stream, request->cancellable, &error) : NULL;

  g_cancellable_disconnect (cancellable, chained);
  g_signal_handlers_disconnect_by_data (request->message, request);
  g_atomic_int_set (&request->is_over, 1);
  if (body != NULL)
    g_task_return_pointer (task, body, (GDestroyNotify) g_bytes_unref);
  else if (g_atomic_int_get (&request->is_late))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s", error->message);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * jip_client_send_async:
 * @message: a request whose whole answer fits in memory
 *
 * Sends a request from a thread of its own. The asynchronous calls of libsoup 3.2 may crash, or fail a request that
 * could be had, when a kept connection turns out to be closed: they send a GET again by themselves, and the end of
 * the first try then meets the second. Its blocking calls do the same without that race. Who sends elsewhere is not
 * followed; an answer whose head is not there ten seconds after the request has timed out.
 */
void
jip_client_send_async (SoupSession *session,
                       SoupMessage *message,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  Request *request = g_atomic_rc_box_new0 (Request);

  request->message = g_object_ref (message);
  request->cancellable = g_cancellable_new ();
  request->began = g_get_monotonic_time ();
  g_mutex_init (&request->mutex);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  g_signal_connect (message, "wrote-body", G_CALLBACK (wrote_body_cb), request);
  g_signal_connect (message, "got-headers", G_CALLBACK (got_headers_cb), request);
  g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, 1, look_cb, g_atomic_rc_box_acquire (request),
                              request_unref);
  g_task_set_source_tag (task, jip_client_send_async);
  g_task_set_task_data (task, request, request_unref);
  g_task_run_in_thread (task, send_in_thread);
}

/**
 * jip_client_send_finish:
 *
 * Returns: (transfer full): what came back, whatever its status; %NULL with an error of libsoup, GIO or ours
 */
GBytes *
jip_client_send_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, jip_client_send_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
