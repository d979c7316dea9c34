/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/socket.h>

#include "jip-http-private.h"
#include "jip-json.h"

#define JSON_TYPE "application/json"

JipHttpRequest *
jip_http_request_new (JipHttpConn *conn, const char *target)
{
  JipHttpRequest *request = g_new0 (JipHttpRequest, 1);

  g_atomic_ref_count_init (&request->refs);
  request->conn = jip_http_conn_ref (conn);
  request->target = g_strdup (target);
  return request;
}

JipHttpRequest *
jip_http_request_ref (JipHttpRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);
  g_atomic_ref_count_inc (&request->refs);
  return request;
}

static void
request_free (JipHttpRequest *request)
{
  g_clear_pointer (&request->response, MHD_destroy_response);
  g_clear_pointer (&request->upload, g_byte_array_unref);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_clear_pointer (&request->query, g_hash_table_unref);
  g_clear_pointer (&request->segments, g_strfreev);
  g_clear_error (&request->refusal);
  g_free (request->allow);
  g_free (request->target);
  g_free (request->method);
  g_free (request->headers);
  g_free (request->address);
  g_free (request->count_key);
  jip_http_conn_unref (request->conn);
  g_free (request);
}

/**
 * jip_http_request_unref:
 *
 * When only the connection is left to know of an unanswered request, nobody can answer it any more: it gets a 500.
 */
void
jip_http_request_unref (JipHttpRequest *request)
{
  g_return_if_fail (request != NULL);

  g_autoptr (JipHttpConn) conn = jip_http_conn_ref (request->conn);
  if (g_atomic_ref_count_dec (&request->refs))
    {
      request_free (request);
      return;
    }

  g_mutex_lock (&conn->lock);
  gboolean forgotten = conn->request == request && conn->suspended && !request->answered
                       && g_atomic_ref_count_compare (&request->refs, 1);
  if (forgotten)
    g_atomic_ref_count_inc (&request->refs);
  g_mutex_unlock (&conn->lock);
  if (forgotten)
    {
      jip_http_request_abandon (request, JIP_ERROR_INTERNAL);
      jip_http_request_unref (request);
    }
}

const char *
jip_http_request_get_method (JipHttpRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);
  return request->method;
}

/**
 * jip_http_request_get_pattern:
 *
 * Returns: (transfer none): the pattern of the route, such as `/v1/blobs/{sha256}`
 */
const char *
jip_http_request_get_pattern (JipHttpRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);
  return request->entry->route->pattern;
}

/**
 * jip_http_request_get_parameter:
 * @name: as in the pattern, without braces
 *
 * Returns: (transfer none) (nullable): the decoded segment, never empty
 */
const char *
jip_http_request_get_parameter (JipHttpRequest *request, const char *name)
{
  g_return_val_if_fail (request != NULL && name != NULL, NULL);

  gsize length = strlen (name);
  for (guint i = 0; i < G_N_ELEMENTS (request->parameters) && request->parameters[i] != NULL; i += 2)
    if (strncmp (request->parameters[i] + 1, name, length) == 0 && request->parameters[i][length + 1] == '}')
      return request->parameters[i + 1];
  return NULL;
}

/**
 * jip_http_request_get_query:
 *
 * Returns: (transfer none) (nullable): the decoded value of a query parameter
 */
const char *
jip_http_request_get_query (JipHttpRequest *request, const char *name)
{
  g_return_val_if_fail (request != NULL && name != NULL, NULL);
  return request->query != NULL ? g_hash_table_lookup (request->query, name) : NULL;
}

/**
 * jip_http_request_get_header:
 * @name: in any case
 *
 * Returns: (transfer none) (nullable): the first header of that name
 */
const char *
jip_http_request_get_header (JipHttpRequest *request, const char *name)
{
  g_return_val_if_fail (request != NULL && name != NULL, NULL);

  for (const char *at = request->headers; at != NULL && *at != '\0';)
    {
      const char *value = at + strlen (at) + 1;
      if (g_ascii_strcasecmp (at, name) == 0)
        return value;
      at = value + strlen (value) + 1;
    }
  return NULL;
}

/**
 * jip_http_request_dup_bearer:
 *
 * Returns: (transfer full) (nullable): the token of `Authorization: Bearer TOKEN`
 */
char *
jip_http_request_dup_bearer (JipHttpRequest *request)
{
  const char *value = jip_http_request_get_header (request, "Authorization");

  if (value == NULL || g_ascii_strncasecmp (value, "Bearer ", 7) != 0)
    return NULL;
  char *token = g_strstrip (g_strdup (value + 7));
  if (*token == '\0')
    g_clear_pointer (&token, g_free);
  return token;
}

/**
 * jip_http_request_get_body:
 *
 * Returns: (transfer none): the whole body, perhaps empty
 */
GBytes *
jip_http_request_get_body (JipHttpRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);
  return request->body;
}

/**
 * jip_http_request_parse_json:
 *
 * Returns: (transfer full): the body as strict JSON, or %NULL with %JIP_ERROR_BAD_JSON
 */
JsonNode *
jip_http_request_parse_json (JipHttpRequest *request, GError **error)
{
  gsize length;

  g_return_val_if_fail (request != NULL, NULL);
  const char *text = g_bytes_get_data (request->body, &length);
  return jip_json_parse (text != NULL ? text : "", (gssize) length, error);
}

/**
 * jip_http_request_get_address:
 *
 * Returns: (transfer none): the client's address as text; behind a trusted proxy the one that it names
 */
const char *
jip_http_request_get_address (JipHttpRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);
  return request->address != NULL ? request->address : request->conn->address;
}

/**
 * jip_http_request_is_local:
 *
 * Returns: whether it came over the Unix socket, from the server's own user or root
 */
gboolean
jip_http_request_is_local (JipHttpRequest *request)
{
  g_return_val_if_fail (request != NULL, FALSE);
  return request->conn->local;
}

static void
unref_bytes (void *bytes)
{
  g_bytes_unref (bytes);
}

static struct MHD_Response *
response_new (const char *content_type, GBytes *body)
{
  gsize length = 0;
  const void *data = body != NULL ? g_bytes_get_data (body, &length) : NULL;
  struct MHD_Response *response;

  if (length > 0)
    response = MHD_create_response_from_buffer_with_free_callback_cls (length, (void *) data, unref_bytes,
                                                                       g_bytes_ref (body));
  else
    response = MHD_create_response_from_buffer (0, (void *) "", MHD_RESPMEM_PERSISTENT);
  if (content_type != NULL)
    MHD_add_response_header (response, "Content-Type", content_type);
  MHD_add_response_header (response, "Cache-Control", "no-store");
  MHD_add_response_header (response, "X-Content-Type-Options", "nosniff");
  return response;
}

static struct MHD_Response *
json_response (JsonNode *node)
{
  char *text = jip_json_to_string (node);
  g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));

  return response_new (JSON_TYPE, body);
}

/**
 * jip_http_error_response:
 * @status: (out): the one of the error's code
 *
 * Returns: (transfer full): the error in the form that sync.md gives
 */
struct MHD_Response *
jip_http_error_response (const GError *error, guint *status)
{
  g_autoptr (JsonNode) node = jip_error_to_json (error);

  *status = jip_error_code_get_status (jip_error_get_code (error));
  struct MHD_Response *response = json_response (node);
  if (*status == 401) /* RFC 9110, 15.5.2 */
    MHD_add_response_header (response, "WWW-Authenticate", "Bearer");
  return response;
}

/**
 * jip_http_send_refusal:
 *
 * Writes @error as the last answer on a socket, in a few bytes that fit any buffer, and ends this side.
 *
 * Returns: whether it was written
 */
gboolean
jip_http_send_refusal (int fd, const GError *error)
{
  g_autoptr (JsonNode) node = jip_error_to_json (error);
  g_autofree char *body = jip_json_to_string (node);
  guint status = jip_error_code_get_status (jip_error_get_code (error));
  const char *retry = status == 503 ? "Retry-After: " JIP_HTTP_RETRY_AFTER "\r\n" : "";
  g_autofree char *text
      = g_strdup_printf ("HTTP/1.1 %u %s\r\nContent-Type: " JSON_TYPE "\r\n"
                         "Content-Length: %zu\r\n%sConnection: close\r\n\r\n%s",
                         status, MHD_get_reason_phrase_for (status), strlen (body), retry, body);
  gsize length = strlen (text);
  gboolean written = send (fd, text, length, MSG_NOSIGNAL | MSG_DONTWAIT) == (gssize) length;

  shutdown (fd, SHUT_WR);
  return written;
}

/* Whoever loses the race, or comes when the client is gone, only drops its response. */
static gboolean
try_answer (JipHttpRequest *request, guint status, struct MHD_Response *response, gboolean abandon)
{
  JipHttpConn *conn = request->conn;
  gboolean first;

  g_mutex_lock (&conn->lock);
  first = !request->answered;
  request->answered = TRUE;
  request->abandoned |= first && abandon;
  if (first && conn->request == request)
    {
      request->status = status;
      request->response = g_steal_pointer (&response);
      jip_http_conn_resume_locked (conn);
    }
  g_mutex_unlock (&conn->lock);
  if (response != NULL)
    MHD_destroy_response (response);
  return first;
}

/**
 * jip_http_request_answer:
 * @response: (transfer full): what libmicrohttpd is to send
 */
void
jip_http_request_answer (JipHttpRequest *request, guint status, struct MHD_Response *response)
{
  /* what was abandoned meanwhile has nobody to be answered to */
  if (!try_answer (request, status, response, FALSE) && !request->abandoned)
    g_critical ("%s is answered twice",
                request->entry != NULL ? request->entry->route->pattern : "A request");
}

/**
 * jip_http_request_abandon:
 *
 * Answers with @code unless an answer is there.
 */
void
jip_http_request_abandon (JipHttpRequest *request, JipErrorCode code)
{
  g_autoptr (GError) error = jip_error_new (code, NULL, "%s", jip_error_describe (code));
  guint status;
  struct MHD_Response *response = jip_http_error_response (error, &status);

  try_answer (request, status, response, TRUE);
}

/**
 * jip_http_request_respond:
 * @content_type: (nullable): of the body
 * @body: (nullable): not copied
 * @...: further headers, name and value in turn, ended by %NULL
 */
void
jip_http_request_respond (JipHttpRequest *request, guint status, const char *content_type, GBytes *body, ...)
{
  va_list args;

  g_return_if_fail (request != NULL);

  struct MHD_Response *response = response_new (content_type, body);
  va_start (args, body);
  for (const char *name; (name = va_arg (args, const char *)) != NULL;)
    {
      const char *value = va_arg (args, const char *);
      MHD_add_response_header (response, name, value);
    }
  va_end (args);
  jip_http_request_answer (request, status, response);
}

void
jip_http_request_respond_json (JipHttpRequest *request, guint status, JsonNode *node)
{
  g_return_if_fail (request != NULL && node != NULL);
  jip_http_request_answer (request, status, json_response (node));
}

/**
 * jip_http_request_respond_error:
 *
 * Answers with the status and the JSON form of @error.
 */
void
jip_http_request_respond_error (JipHttpRequest *request, const GError *error)
{
  guint status;

  g_return_if_fail (request != NULL && error != NULL);
  struct MHD_Response *response = jip_http_error_response (error, &status);
  jip_http_request_answer (request, status, response);
}

/**
 * jip_http_request_respond_retry:
 * @seconds: for Retry-After
 *
 * Like jip_http_request_respond_error() for %JIP_ERROR_RATE_LIMITED, %JIP_ERROR_BUSY and the like.
 */
void
jip_http_request_respond_retry (JipHttpRequest *request, const GError *error, guint seconds)
{
  char text[12];
  guint status;

  g_return_if_fail (request != NULL && error != NULL);
  struct MHD_Response *response = jip_http_error_response (error, &status);
  g_snprintf (text, sizeof text, "%u", seconds);
  MHD_add_response_header (response, "Retry-After", text);
  jip_http_request_answer (request, status, response);
}
