/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-client-private.h"
#include "jip-error.h"
#include "jip-json.h"

/**
 * jip_client_message_new:
 * @path: from "/v1/…" on, escaped
 *
 * Returns: (transfer full) (nullable): a request with the session's token; %NULL when the server's address is none
 */
SoupMessage *
jip_client_message_new (JipClient *self, const char *method, const char *path)
{
  g_autofree char *url = g_strconcat (self->server_url, path, NULL);
  SoupMessage *message = soup_message_new (method, url);

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
 * jip_client_error_from:
 * @status: an HTTP status that is no success
 * @body: (nullable): what came with it
 *
 * Returns: (transfer full): the error that the server named
 */
GError *
jip_client_error_from (guint status, GBytes *body)
{
  gsize length = 0;
  const char *data = body != NULL ? g_bytes_get_data (body, &length) : NULL;
  g_autoptr (JsonNode) node = length > 0 ? jip_json_parse (data, (gssize) length, NULL) : NULL;

  return jip_error_from_json (node, status);
}

/**
 * jip_client_transport_error:
 * @error: of libsoup or GIO
 *
 * Returns: (transfer full): the same as one of ours: cancelled, timed out, or without a connection
 */
GError *
jip_client_transport_error (const GError *error)
{
  if (error->domain == JIP_ERROR)
    return g_error_copy (error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return jip_error_new (JIP_ERROR_CANCELLED, NULL, "%s", jip_error_describe (JIP_ERROR_CANCELLED));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return jip_error_new (JIP_ERROR_TIMEOUT, NULL, "%s", jip_error_describe (JIP_ERROR_TIMEOUT));
  return jip_error_new (JIP_ERROR_OFFLINE, NULL, "%s", jip_error_describe (JIP_ERROR_OFFLINE));
}

static void
send_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GBytes *body = soup_session_send_and_read (source, task_data, cancellable, &error);

  if (body != NULL)
    g_task_return_pointer (task, body, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/**
 * jip_client_send_async:
 * @message: a request whose whole answer fits in memory
 *
 * Sends a request from a thread of its own. The asynchronous calls of libsoup 3.2 may crash, or fail a request that
 * could be had, when a kept connection turns out to be closed: they send a GET again by themselves, and the end of
 * the first try then meets the second. Its blocking calls do the same without that race.
 */
void
jip_client_send_async (SoupSession *session,
                       SoupMessage *message,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);

  g_task_set_source_tag (task, jip_client_send_async);
  g_task_set_task_data (task, g_object_ref (message), g_object_unref);
  g_task_run_in_thread (task, send_in_thread);
}

/**
 * jip_client_send_finish:
 *
 * Returns: (transfer full): what the server answered, whatever its status; %NULL with an error of libsoup or GIO
 */
GBytes *
jip_client_send_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, jip_client_send_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
