/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-http-private.h"

/* What libmicrohttpd calls, on its pool's threads, for each request. */

#define MAX_HEADER_LINES 100
#define SLOWEST_BODY (16 * 1024) /* bytes a second on top of the body timeout */

typedef struct
{
  GString *lines;
  guint n;
  guint n_lengths; /* Content-Length */
  guint n_codings; /* Transfer-Encoding */
  guint n_hosts;
  gboolean bad_name;
} Headers;

/* JipHttpConn: those that this thread has a request line of, and not yet the whole head */
static GPrivate unfinished_heads = G_PRIVATE_INIT ((GDestroyNotify) g_hash_table_unref);

static JipHttpConn *
conn_of (struct MHD_Connection *connection)
{
  return MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static GHashTable *
get_unfinished_heads (void)
{
  GHashTable *heads = g_private_get (&unfinished_heads);

  if (heads == NULL)
    {
      heads = g_hash_table_new (NULL, NULL);
      g_private_set (&unfinished_heads, heads);
    }
  return heads;
}

/**
 * jip_http_begin_cb:
 *
 * A request line has arrived. The target is kept as it was sent, so that routing can decode it strictly.
 */
void *
jip_http_begin_cb (void *cls, const char *uri, struct MHD_Connection *connection)
{
  JipHttpConn *conn = conn_of (connection);

  if (conn->request != NULL)
    jip_http_conn_finish_request (conn);
  JipHttpRequest *request = jip_http_request_new (conn, uri);
  g_mutex_lock (&conn->lock);
  conn->request = request;
  g_mutex_unlock (&conn->lock);
  g_hash_table_add (get_unfinished_heads (), conn);
  return request;
}

void
jip_http_completed_cb (void *cls,
                       struct MHD_Connection *connection,
                       void **context,
                       enum MHD_RequestTerminationCode code)
{
  JipHttpConn *conn = conn_of (connection);

  g_hash_table_remove (get_unfinished_heads (), conn);
  jip_http_conn_finish_request (conn);
  *context = NULL;
}

/* What is wrong with the Content-Length, as far as its number goes; nullable. */
static GError *
judge_length (struct MHD_Connection *connection)
{
  const char *text = MHD_lookup_connection_value (connection, MHD_HEADER_KIND, "Content-Length");
  guint64 number;

  if (text == NULL || g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &number, NULL))
    return NULL;
  if (*text != '\0' && text[strspn (text, "0123456789")] == '\0')
    return jip_error_new (JIP_ERROR_TOO_LARGE, NULL, "%s", jip_error_describe (JIP_ERROR_TOO_LARGE));
  return jip_error_new (JIP_ERROR_BAD_REQUEST, NULL, "%s", _ ("Content-Length must hold a whole number."));
}

static void
refuse_head (JipHttpConn *conn, const GError *error)
{
  if (jip_http_conn_say_last (conn, error))
    return;
  g_mutex_lock (&conn->lock);
  jip_http_conn_shut_locked (conn);
  g_mutex_unlock (&conn->lock);
}

/**
 * jip_http_log_cb:
 *
 * libmicrohttpd refuses a Content-Length that is no number by itself, with the head of its answer sent twice (0.9.75), and
 * only its log hears of it before. The log does not say whose it is, but the heads that this thread is reading do.
 */
void
jip_http_log_cb (void *cls, const char *format, va_list args)
{
  GHashTableIter iter;
  gpointer conn;

  if (strstr (format, "Content-Length") == NULL)
    return;
  g_hash_table_iter_init (&iter, get_unfinished_heads ());
  while (g_hash_table_iter_next (&iter, &conn, NULL))
    {
      g_autoptr (GError) error = judge_length (((JipHttpConn *) conn)->connection);
      if (error == NULL)
        continue;
      g_hash_table_iter_remove (&iter);
      refuse_head (conn, error);
    }
}

/* RFC 9110, 5.6.2 */
static gboolean
is_token (const char *name)
{
  for (const char *at = name; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("!#$%&'*+-.^_`|~", *at) == NULL)
      return FALSE;
  return *name != '\0';
}

static enum MHD_Result
collect_cb (void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
  Headers *headers = cls;

  headers->n++;
  headers->bad_name |= !is_token (name);
  headers->n_lengths += g_ascii_strcasecmp (name, "Content-Length") == 0;
  headers->n_codings += g_ascii_strcasecmp (name, "Transfer-Encoding") == 0;
  headers->n_hosts += g_ascii_strcasecmp (name, "Host") == 0;
  if (headers->n <= MAX_HEADER_LINES && *name != '\0')
    {
      g_string_append_len (headers->lines, name, (gssize) strlen (name) + 1);
      g_string_append_len (headers->lines, value != NULL ? value : "",
                           value != NULL ? (gssize) strlen (value) + 1 : 1);
    }
  return MHD_YES;
}

/* The nearest address that no trusted proxy has; what stands left of it may be invented. */
static char *
forwarded_address (JipHttpServer *server, const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, ",", -1);

  for (guint i = g_strv_length (parts); i > 0; i--)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (g_strstrip (parts[i - 1]));
      if (address == NULL)
        return NULL;
      if (i == 1 || !jip_http_server_trusts (server, address))
        return g_inet_address_to_string (address);
    }
  return NULL;
}

/* A proxy may add a line of its own below those that the client made up: all of them are one list (RFC 9110, 5.3). */
static char *
join_header (JipHttpRequest *request, const char *name)
{
  g_autoptr (GString) joined = g_string_new (NULL);

  for (const char *at = request->headers; *at != '\0';)
    {
      const char *value = at + strlen (at) + 1;
      if (g_ascii_strcasecmp (at, name) == 0)
        g_string_append_printf (joined, "%s%s", joined->len > 0 ? "," : "", value);
      at = value + strlen (value) + 1;
    }
  return g_string_free (g_steal_pointer (&joined), FALSE);
}

static gboolean
see_proxy (JipHttpServer *server, JipHttpRequest *request, GError **error)
{
  if (!request->conn->proxy)
    return TRUE;
  g_autofree char *value = join_header (request, "X-Forwarded-For");
  request->address = forwarded_address (server, value);
  if (request->address == NULL)
    return TRUE;
  g_autofree char *key = jip_http_count_key (request->address);
  if (!jip_http_address_enter (server, key))
    {
      atomic_fetch_add (&server->refused_address, 1);
      return jip_error_set (error, JIP_ERROR_RATE_LIMITED,
                            _ ("Too many requests at once from this address."));
    }
  request->count_key = g_steal_pointer (&key);
  return TRUE;
}

/* A request whose end two readers could see in different places is refused, and the connection with it (RFC 9112, 6.3). So
 * is a blank between a header's name and its colon (5.1): another reader may know the name in spite of it. */
static gboolean
check_framing (JipHttpRequest *request, const Headers *headers, const char *version, GError **error)
{
  if (strchr (request->target, ' ') != NULL)
    return jip_error_set (error, JIP_ERROR_BAD_REQUEST, _ ("The address holds a blank."));
  if (headers->bad_name)
    return jip_error_set (error, JIP_ERROR_BAD_REQUEST, _ ("The name of a header holds a wrong character."));
  if (headers->n_hosts > 1 || (headers->n_hosts == 0 && strcmp (version, "HTTP/1.0") != 0))
    return jip_error_set (error, JIP_ERROR_BAD_REQUEST, _ ("The header Host must be there, once."));
  if (headers->n_lengths + headers->n_codings > 1)
    return jip_error_set (error, JIP_ERROR_BAD_REQUEST,
                          _ ("The length of the body is given more than once."));
  if (headers->n_codings > 0
      && g_ascii_strcasecmp (jip_http_request_get_header (request, "Transfer-Encoding"), "chunked") != 0)
    return jip_error_set (error, JIP_ERROR_BAD_REQUEST, _ ("Only the transfer encoding “chunked” is known."));
  return TRUE;
}

static gboolean
check_head (const Headers *headers, struct MHD_Connection *connection, GError **error)
{
  const union MHD_ConnectionInfo *info
      = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

  if (headers->n > MAX_HEADER_LINES || (info != NULL && info->header_size > JIP_HTTP_MAX_HEADERS))
    return jip_error_set (error, JIP_ERROR_HEADERS_TOO_LARGE, "%s",
                          jip_error_describe (JIP_ERROR_HEADERS_TOO_LARGE));
  return TRUE;
}

static gboolean
check_type (JipHttpRequest *request, GError **error)
{
  const char *type = jip_http_request_get_header (request, "Content-Type");
  gsize length = strlen ("application/json");

  if (!(request->entry->route->flags & JIP_HTTP_JSON))
    return TRUE;
  if (type != NULL && g_ascii_strncasecmp (type, "application/json", length) == 0
      && (type[length] == '\0' || strchr ("; \t", type[length]) != NULL))
    return TRUE;
  return jip_error_set (error, JIP_ERROR_BAD_MEDIA_TYPE, "%s", jip_error_describe (JIP_ERROR_BAD_MEDIA_TYPE));
}

static gboolean
too_large (JipHttpRequest *request, GError **error)
{
  return jip_error_set (error, JIP_ERROR_TOO_LARGE, _ ("The body is larger than %zu bytes."),
                        request->max_body);
}

static gboolean
check_routing (JipHttpServer *server, JipHttpRequest *request, guint64 length, GString *allow, GError **error)
{
  if (!see_proxy (server, request, error) || !jip_http_request_parse_target (request, error)
      || !jip_http_request_find_route (request, server->entries, allow, error))
    return FALSE;
  if (request->entry->route->max_body > 0)
    request->max_body = request->entry->route->max_body;
  if (!check_type (request, error) || (length > request->max_body && !too_large (request, error)))
    return FALSE;
  const JipHttpRoute *route = request->entry->route;
  return route->check == NULL || route->check (request, request->entry->user_data, error);
}

static enum MHD_Result
queue (JipHttpServer *server,
       struct MHD_Connection *connection,
       guint status,
       struct MHD_Response *response,
       gboolean last)
{
  if (last || atomic_load (&server->stopping) != JIP_HTTP_RUNNING)
    MHD_add_response_header (response, "Connection", "close");
  if (status < JIP_HTTP_STATUSES)
    atomic_fetch_add_explicit (&server->answers[status], 1, memory_order_relaxed);
  enum MHD_Result result = MHD_queue_response (connection, status, response);
  MHD_destroy_response (response);
  return result;
}

static struct MHD_Response *
refusal_response (JipHttpRequest *request, guint *status)
{
  struct MHD_Response *response = jip_http_error_response (request->refusal, status);

  if (request->allow != NULL)
    MHD_add_response_header (response, "Allow", request->allow);
  if (*status == 429 || *status == 503)
    MHD_add_response_header (response, "Retry-After", JIP_HTTP_RETRY_AFTER);
  return response;
}

static enum MHD_Result
refuse_now (JipHttpServer *server, JipHttpRequest *request, struct MHD_Connection *connection)
{
  guint status;
  struct MHD_Response *response = refusal_response (request, &status);

  g_mutex_lock (&request->conn->lock);
  request->answered = TRUE;
  request->conn->deadline = 0;
  g_mutex_unlock (&request->conn->lock);
  return queue (server, connection, status, response, TRUE);
}

/* The head is complete: everything that needs no body is judged. A refusal waits for the end of a body of bearable
 * size, since closing before it was read would take the answer from its sender; of one that says itself that it is too
 * large the sender hears at once, and what comes of it is read all the same. */
static enum MHD_Result
begin (JipHttpServer *server,
       JipHttpRequest *request,
       struct MHD_Connection *connection,
       const char *method,
       const char *version)
{
  Headers headers = { .lines = g_string_new (NULL) };
  g_autoptr (GString) allow = g_string_new (NULL);
  GError **error = &request->refusal;

  request->begun = TRUE;
  g_hash_table_remove (get_unfinished_heads (), request->conn);
  request->method = g_strdup (method);
  request->max_body = server->config.max_body;
  MHD_get_connection_values (connection, MHD_HEADER_KIND, collect_cb, &headers);
  request->headers = g_string_free (headers.lines, FALSE);

  if (!check_framing (request, &headers, version, error) || !check_head (&headers, connection, error))
    return refuse_now (server, request, connection);

  const char *length_text = jip_http_request_get_header (request, "Content-Length");
  guint64 length = length_text != NULL ? g_ascii_strtoull (length_text, NULL, 10) : 0;
  gboolean has_body = length > 0 || headers.n_codings > 0;
  if (!check_routing (server, request, length, allow, error) && allow->len > 0
      && jip_error_get_code (*error) == JIP_ERROR_METHOD_NOT_ALLOWED)
    request->allow = g_strdup (allow->str);
  if (request->refusal != NULL && length > request->max_body
      && jip_http_request_get_header (request, "Expect") == NULL)
    request->said = jip_http_conn_say_last (request->conn, request->refusal);
  if (request->refusal != NULL && has_body && !request->said
      && (length > JIP_HTTP_MAX_DISCARD || jip_http_request_get_header (request, "Expect") != NULL))
    return refuse_now (server, request, connection);

  gint64 time = server->config.body_timeout + (gint64) (request->max_body * 1000 / SLOWEST_BODY);
  g_mutex_lock (&request->conn->lock);
  request->conn->deadline = has_body ? g_get_monotonic_time () + time * 1000 : 0;
  g_mutex_unlock (&request->conn->lock);
  return MHD_YES;
}

static void
refuse_upload (JipHttpServer *server, JipHttpRequest *request)
{
  g_clear_pointer (&request->upload, g_byte_array_unref);
  atomic_fetch_sub (&server->body_memory, request->charged);
  request->charged = 0;
}

/* Counts before it allocates: the sum over all requests stays below the limit at any moment. */
static void
keep (JipHttpServer *server, JipHttpRequest *request, const char *data, gsize size)
{
  request->charged += size;
  if (atomic_fetch_add (&server->body_memory, size) + size > server->config.max_body_memory)
    {
      jip_error_set (&request->refusal, JIP_ERROR_BUSY, "%s", jip_error_describe (JIP_ERROR_BUSY));
      refuse_upload (server, request);
      return;
    }
  if (request->upload == NULL)
    request->upload = g_byte_array_new ();
  g_byte_array_append (request->upload, (const guint8 *) data, (guint) size);
}

static enum MHD_Result
receive (JipHttpServer *server, JipHttpRequest *request, const char *data, size_t *size)
{
  gsize n = *size;

  *size = 0;
  request->received += n;
  if (request->refusal == NULL && request->received > request->max_body)
    {
      too_large (request, &request->refusal);
      refuse_upload (server, request);
    }
  if (request->refusal == NULL)
    keep (server, request, data, n);
  return request->received > request->max_body + JIP_HTTP_MAX_DISCARD ? MHD_NO : MHD_YES;
}

static void
run_handler (JipHttpServer *server, JipHttpRequest *request)
{
  guint status;

  request->dispatched = TRUE;
  g_mutex_lock (&request->conn->lock);
  request->conn->deadline = 0;
  g_mutex_unlock (&request->conn->lock);
  if (request->refusal != NULL)
    {
      struct MHD_Response *response = refusal_response (request, &status);
      jip_http_request_answer (request, status, response);
      return;
    }
  request->body = request->upload != NULL ? g_byte_array_free_to_bytes (g_steal_pointer (&request->upload))
                                          : g_bytes_new_static ("", 0);
  request->entry->route->handler (request, request->entry->user_data);
}

/* Sends the answer if there is one, else waits for it without a thread. */
static enum MHD_Result
reply (JipHttpServer *server, JipHttpRequest *request, struct MHD_Connection *connection)
{
  JipHttpConn *conn = request->conn;

  g_mutex_lock (&conn->lock);
  gboolean hopeless = !request->answered
                      && (g_atomic_ref_count_compare (&request->refs, 1)
                          || atomic_load (&server->stopping) == JIP_HTTP_ENDING);
  if (!request->answered && !hopeless)
    jip_http_conn_suspend_locked (conn);
  g_mutex_unlock (&conn->lock);

  if (hopeless)
    jip_http_request_abandon (request, atomic_load (&server->stopping) != JIP_HTTP_RUNNING
                                           ? JIP_ERROR_UNAVAILABLE
                                           : JIP_ERROR_INTERNAL);
  g_mutex_lock (&conn->lock);
  struct MHD_Response *response = g_steal_pointer (&request->response);
  guint status = request->status;
  g_mutex_unlock (&conn->lock);
  return response != NULL ? queue (server, connection, status, response, FALSE) : MHD_YES;
}

/**
 * jip_http_dispatch_cb:
 *
 * libmicrohttpd calls this with the head, with each part of the body, at the end, and again after each resumption.
 */
enum MHD_Result
jip_http_dispatch_cb (void *cls,
                      struct MHD_Connection *connection,
                      const char *url,
                      const char *method,
                      const char *version,
                      const char *upload,
                      size_t *upload_size,
                      void **context)
{
  JipHttpServer *server = cls;
  JipHttpRequest *request = *context;

  if (!request->begun)
    return begin (server, request, connection, method, version);
  if (*upload_size > 0)
    return receive (server, request, upload, upload_size);
  if (request->said)
    return MHD_NO; /* closes the connection */
  if (!request->dispatched)
    run_handler (server, request);
  return reply (server, request, connection);
}
