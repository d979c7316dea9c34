/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-server-identity.h"

#include "jip-fields.h"
#include "jip-json.h"

void
jip_server_identity_clear (JipServerIdentity *self)
{
  g_clear_pointer (&self->epoch, g_free);
  g_clear_pointer (&self->installation, g_free);
}

/* An empty text is what a mended replica has that does not know any more. */
static gboolean
is_equal (const char *here, const char *there)
{
  return here != NULL && *here != '\0' && g_strcmp0 (here, there) == 0;
}

/**
 * jip_server_identity_compare:
 * @installation: (nullable): of the server that a replica was read from last
 * @epoch: (nullable): the same
 */
JipServerKinship
jip_server_identity_compare (const JipServerIdentity *self, const char *installation, const char *epoch)
{
  g_return_val_if_fail (self != NULL, JIP_SERVER_FOREIGN);

  if (is_equal (self->epoch, epoch))
    return JIP_SERVER_SAME;
  return is_equal (self->installation, installation) ? JIP_SERVER_RESTORED : JIP_SERVER_FOREIGN;
}

static void
identity_free (gpointer data)
{
  jip_server_identity_clear (data);
  g_free (data);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipServerIdentity *self = g_new0 (JipServerIdentity, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = jip_client_send_finish (result, &error);
  g_autoptr (GError) problem = jip_client_answer_problem (g_task_get_task_data (task), body, error);
  gsize length = 0;
  const char *data = problem == NULL ? g_bytes_get_data (body, &length) : NULL;
  g_autoptr (JsonNode) node = data != NULL ? jip_json_parse (data, (gssize) length, NULL) : NULL;
  JipFields fields;

  if (node != NULL)
    {
      jip_fields_init (&fields, node, "$");
      const char *epoch = jip_fields_id (&fields, "epoch", JIP_REQUIRED);
      const char *installation = jip_fields_id (&fields, "installation", JIP_OPTIONAL);
      if (jip_fields_finish (&fields, NULL))
        *self = (JipServerIdentity){ g_strdup (epoch), g_strdup (installation) };
    }
  g_task_return_pointer (task, self, identity_free);
}

/**
 * jip_server_identity_ask_async:
 *
 * Asks without a session: what is written for one server is not told another one.
 */
void
jip_server_identity_ask_async (JipClient *client,
                               const char *server_url,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client) && server_url != NULL);
  GTask *task = g_task_new (client, cancellable, callback, user_data);
  g_autofree char *url = g_strconcat (server_url, "/healthz", NULL);
  SoupMessage *message = soup_message_new ("GET", url);

  g_task_set_source_tag (task, jip_server_identity_ask_async);
  g_task_set_check_cancellable (task, FALSE);
  if (message == NULL)
    {
      g_task_return_pointer (task, g_new0 (JipServerIdentity, 1), identity_free);
      g_object_unref (task);
      return;
    }
  g_task_set_task_data (task, message, g_object_unref);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  jip_client_send_async (client->session, message, cancellable, answered_cb, task);
}

/**
 * jip_server_identity_ask_finish:
 * @self: (out): empty where there was no answer, or none of a server
 */
void
jip_server_identity_ask_finish (GAsyncResult *result, JipServerIdentity *self)
{
  g_autofree JipServerIdentity *answer = g_task_propagate_pointer (G_TASK (result), NULL);

  *self = answer != NULL ? *answer : (JipServerIdentity){ NULL };
}
