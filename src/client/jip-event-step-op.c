/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-event-step-op.h"

#include <glib/gi18n-lib.h>

#include "jip-client-private.h"
#include "jip-error.h"

#define VERDICT_TIMEOUT_S 15

static gboolean
timeout_cb (gpointer user_data)
{
  GTask *task = user_data;
  JipClient *self = g_task_get_source_object (task);
  gint64 *n = g_task_get_task_data (task);

  jip_client_verdict (
      self, *n,
      jip_error_new (JIP_ERROR_TIMEOUT, NULL,
                     _ ("The server has not answered yet. The step is sent again by itself.")));
  return G_SOURCE_REMOVE;
}

static void
queued_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  JipClient *self = JIP_CLIENT (source);
  GError *error = NULL;
  gint64 n = jip_client_mutate_finish (self, result, NULL, &error);

  if (n == 0)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  g_task_set_task_data (task, g_memdup2 (&n, sizeof n), g_free);
  guint id = g_timeout_add_seconds (VERDICT_TIMEOUT_S, timeout_cb, task);
  g_object_set_data (G_OBJECT (task), "jip-timeout", GUINT_TO_POINTER (id));
  g_hash_table_insert (self->waiters, g_memdup2 (&n, sizeof n), task);
}

/**
 * jip_client_verdict:
 * @error: (transfer full) (nullable): why it was refused
 *
 * Ends the step that waits for this verdict, if any does.
 */
void
jip_client_verdict (JipClient *self, gint64 n, GError *error)
{
  g_autoptr (GError) owned = error;
  g_autoptr (GTask) task = g_hash_table_lookup (self->waiters, &n);

  if (task == NULL)
    return;
  g_hash_table_remove (self->waiters, &n);
  g_source_remove (GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (task), "jip-timeout")));
  if (owned != NULL)
    g_task_return_error (task, g_steal_pointer (&owned));
  else
    g_task_return_boolean (task, TRUE);
}

static void
run (JipClient *client,
     const char *name,
     JsonObject *args,
     GCancellable *cancellable,
     GAsyncReadyCallback callback,
     gpointer user_data)
{
  GTask *task = g_task_new (client, cancellable, callback, user_data);

  g_task_set_source_tag (task, run);
  g_task_set_check_cancellable (task, FALSE);
  if (!client->online)
    {
      g_task_return_new_error (task, JIP_ERROR, JIP_ERROR_OFFLINE, "%s",
                               jip_error_describe (JIP_ERROR_OFFLINE));
      g_object_unref (task);
      json_object_unref (args);
      return;
    }
  jip_client_mutate_async (client, name, args, NULL, cancellable, queued_cb, task);
}

/**
 * jip_event_step_async:
 * @step: its name
 * @args: (nullable): its arguments
 */
void
jip_event_step_async (JipClient *client,
                      const char *event,
                      const char *step,
                      JsonObject *args,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  JsonObject *all = json_object_new ();

  json_object_set_string_member (all, "event", event);
  json_object_set_string_member (all, "step", step);
  json_object_set_object_member (all, "args", args != NULL ? json_object_ref (args) : json_object_new ());
  run (client, "event.step", all, cancellable, callback, user_data);
}

gboolean
jip_event_step_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
jip_event_create_async (JipClient *client,
                        JsonObject *args,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  run (client, "event.create", json_object_ref (args), cancellable, callback, user_data);
}

gboolean
jip_event_create_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
