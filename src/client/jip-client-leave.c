/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of a session, and of the program. */
#include <glib/gstdio.h>

#include "jip-client-endings.h"

#define DRAIN_S 10

/* The session ends when everything is sent, whoever sends it (jip-client-handover.c). */
gboolean
jip_client_note_leaving (JipDatabase *database, gpointer data, GError **error)
{
  return jip_outbox_set_number (database, JIP_CLIENT_LEAVING, 1, error);
}

/* Whoever leaves may have left something to be sent. */
void
jip_client_keep_own_token (JipClient *self)
{
  if (self->local != NULL && self->token != NULL)
    jip_client_keep_token (self, self->server_url, jip_client_get_user_id (self), self->token);
}

static void
stop_local (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  jip_local_stop (task_data);
  g_task_return_boolean (task, TRUE);
}

static void
close_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipClient *self = JIP_CLIENT (source);

  jip_client_stop_handover_finish (self, result);
  if (self->local == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_task_set_task_data (task, g_steal_pointer (&self->local), (GDestroyNotify) jip_local_unref);
  g_task_run_in_thread (task, stop_local);
}

/**
 * jip_client_close_async:
 *
 * Writes what is being typed, ends the exchange and closes the replica; the session stays. For the program's end.
 */
void
jip_client_close_async (JipClient *self,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (self));
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, jip_client_close_async);
  g_task_set_check_cancellable (task, FALSE);
  jip_scratch_flush (self->scratch);
  jip_client_stop_sync (self);
  jip_client_stop_endings (self);
  jip_client_update_state (self);
  jip_client_stop_handover_async (self, close_cb, g_steal_pointer (&task));
}

gboolean
jip_client_close_finish (JipClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipClient *self = JIP_CLIENT (source);

  jip_client_close_finish (self, result, NULL);
  jip_scratch_forget (self->scratch);
  g_clear_pointer (&self->user, json_object_unref);
  g_clear_pointer (&self->roles, g_strfreev);
  jip_client_notify_account (self);
  jip_client_set_damage_note (self, NULL);
  jip_client_set_counts (self, (JipOutboxCounts){ 0 });
  jip_client_hand_over (self);
  g_task_return_boolean (task, TRUE);
}

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipClient *self = g_task_get_source_object (task);

  jip_client_end_session_finish (self, result);
  jip_client_close_async (self, NULL, closed_cb, g_steal_pointer (&task));
}

static void
leaving_noted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;

  jip_local_finish (result, NULL);
  jip_client_close_async (g_task_get_source_object (task), NULL, closed_cb, task);
}

/* The queue is empty and all files are sent, or not: then the session is kept until they are, whoever is here then. */
static void
leave (JipClient *self, GTask *task)
{
  g_autofree char *path = g_build_filename (self->data_dir, JIP_CLIENT_LAST, NULL);

  g_unlink (path);
  if (self->local == NULL)
    {
      jip_client_close_async (self, NULL, closed_cb, task);
      return;
    }
  if (self->counts.pending > 0 || self->files_waiting > 0 || self->sending_files != NULL
      || self->token == NULL)
    {
      jip_client_keep_own_token (self);
      g_clear_pointer (&self->token, g_free);
      jip_client_stop_sync (self);
      jip_local_write_async (self->local, jip_client_note_leaving, NULL, NULL, NULL, leaving_noted_cb, task);
      return;
    }
  g_autofree char *token = g_steal_pointer (&self->token);
  jip_client_stop_sync (self);
  jip_client_end_session_async (self, self->server_url, jip_client_get_user_id (self), token, ended_cb, task);
}

typedef struct
{
  GTask *task;
  gulong handler;
  guint timeout;
} Drain;

static void
end_drain (Drain *drain)
{
  JipClient *self = g_task_get_source_object (drain->task);

  g_clear_handle_id (&drain->timeout, g_source_remove);
  g_clear_signal_handler (&drain->handler, self);
  leave (self, g_steal_pointer (&drain->task));
  g_free (drain);
}

static gboolean
drain_timeout_cb (gpointer user_data)
{
  Drain *drain = user_data;

  drain->timeout = 0;
  end_drain (drain);
  return G_SOURCE_REMOVE;
}

static void
drained_cb (JipClient *self, GParamSpec *pspec, gpointer user_data)
{
  if (self->counts.pending == 0)
    end_drain (user_data);
}

/**
 * jip_client_sign_out_async:
 *
 * Sends what waits for up to ten seconds, ends the session and closes the replica. When something still waits, the
 * session is kept for it, and this or the next program that runs on this PC sends it, whoever uses that.
 */
void
jip_client_sign_out_async (JipClient *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (self));
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, jip_client_sign_out_async);
  g_task_set_check_cancellable (task, FALSE);
  if (self->counts.pending == 0 || !self->online)
    {
      leave (self, task);
      return;
    }
  Drain *drain = g_new0 (Drain, 1);
  drain->task = task;
  drain->timeout = g_timeout_add_seconds (DRAIN_S, drain_timeout_cb, drain);
  drain->handler = g_signal_connect (self, "notify::pending", G_CALLBACK (drained_cb), drain);
  jip_client_push (self);
}

gboolean
jip_client_sign_out_finish (JipClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
