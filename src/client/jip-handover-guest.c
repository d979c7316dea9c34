/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A guest: a client without a window for the replica of somebody who left, until all of it is sent, or cannot be. */
#include "jip-handover-guest.h"

#include <glib/gstdio.h>

#include "jip-client-endings.h"
#include "jip-client-token.h"
#include "jip-error.h"
#include "jip-handover-left.h"

#define CHECK_MS 250

static void
guest_closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  JipClient *self = JIP_CLIENT (source);

  self->handover->busy = FALSE;
  g_clear_object (&self->handover->guest);
  jip_handover_next (self);
}

/* @left: whether nothing of the guest is here any more */
void
jip_handover_end_guest (JipClient *self, gboolean left)
{
  JipHandover *h = self->handover;
  JipHandoverClosing *closing = g_new0 (JipHandoverClosing, 1);

  g_clear_handle_id (&h->check_id, g_source_remove);
  g_clear_object (&h->ending);
  jip_client_stop_sync (h->guest);
  closing->local = g_steal_pointer (&h->guest->local);
  closing->left = left;
  if (left)
    g_hash_table_remove (h->left, h->folder);
  if (left && h->guest_is_own) /* what is there besides can be told now */
    g_queue_push_head (&h->folders, g_strdup (h->folder));
  jip_handover_run (self, jip_handover_look_close, guest_closed_cb, closing, jip_handover_closing_free);
}

static void
forget_token (JipClient *self, JipClient *guest)
{
  const char *user = jip_client_get_user_id (guest);
  const char *home = self->handover->home;

  jip_client_keep_token (self, home, user, NULL);
  secret_password_clear (&jip_client_token_schema, NULL, NULL, NULL, "server", home, "user", user, NULL);
}

static void
session_ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipClient) self = user_data;
  JipHandover *h = self->handover;
  g_autoptr (GBytes) body = jip_client_send_finish (result, NULL);
  gboolean ended = jip_client_is_session_over (g_object_get_data (G_OBJECT (h->ending), "message"), body);

  if (ended) /* now, or it was before */
    forget_token (self, h->guest);
  else
    jip_handover_try_later (h);
  jip_handover_end_guest (self, ended);
}

static void
end_session (JipClient *self)
{
  JipHandover *h = self->handover;
  SoupMessage *message = jip_client_message_new (h->guest, "DELETE", "/v1/session");

  h->ending = g_cancellable_new ();
  g_object_set_data_full (G_OBJECT (h->ending), "message", message, g_object_unref);
  jip_client_send_async (h->guest->session, message, h->ending, session_ended_cb, g_object_ref (self));
}

/* Nothing but a sign-in helps now. */
static void
refuse_guest (JipClient *self)
{
  JipLeft *left = g_hash_table_lookup (self->handover->left, self->handover->folder);

  if (left != NULL)
    left->why = JIP_LEFT_SIGN_IN;
  if (!self->handover->guest_borrows)
    forget_token (self, self->handover->guest);
  jip_handover_end_guest (self, FALSE);
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipClient) self = user_data;
  JipHandover *h = self->handover;
  g_autoptr (GBytes) body = jip_client_send_finish (result, NULL);
  SoupMessage *message = g_object_get_data (G_OBJECT (h->ending), "message");

  if (jip_client_is_session_over (message, body))
    refuse_guest (self);
  else
    {
      jip_handover_try_later (h);
      jip_handover_end_guest (self, FALSE);
    }
}

/* Whether files wait for the line or for a sign-in is known only when the session is asked for. */
static void
probe_session (JipClient *self)
{
  JipHandover *h = self->handover;
  SoupMessage *message = jip_client_message_new (h->guest, "GET", "/v1/session");

  h->ending = g_cancellable_new ();
  g_object_set_data_full (G_OBJECT (h->ending), "message", message, g_object_unref);
  jip_client_send_async (h->guest->session, message, h->ending, probed_cb, g_object_ref (self));
}

/* The same person wants to get in, in another window. */
static gboolean
is_wanted (JipClient *self)
{
  g_autofree char *path = g_build_filename (self->handover->folder, JIP_CLIENT_WANTED, NULL);

  return g_access (path, F_OK) == 0;
}

static gboolean
check_cb (gpointer user_data)
{
  JipClient *self = user_data;
  JipHandover *h = self->handover;
  JipClient *guest = h->guest;
  gboolean sending_files = guest->sending_files != NULL || guest->files_waiting > 0;

  if (h->ending != NULL)
    return G_SOURCE_CONTINUE;
  if (guest->running == NULL)
    refuse_guest (self);
  else if (is_wanted (self))
    jip_handover_end_guest (self, FALSE);
  else if (guest->retry_ids[JIP_EXCHANGE_PUSH] != 0 || guest->update_needed || guest->server_behind)
    {
      jip_handover_try_later (h);
      jip_handover_end_guest (self, FALSE);
    }
  else if (guest->files_retry_id != 0)
    {
      probe_session (self);
      return G_SOURCE_CONTINUE;
    }
  else if (guest->counts.pending > 0 || guest->pushing || sending_files)
    return G_SOURCE_CONTINUE;
  else
    {
      if (g_strcmp0 (guest->token, self->token) != 0)
        {
          end_session (self);
          return G_SOURCE_CONTINUE;
        }
      jip_handover_end_guest (self,
                              TRUE); /* it was sent with the session of whoever is here, and whose it is */
    }
  return G_SOURCE_REMOVE;
}

void
jip_handover_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  JipClient *self = JIP_CLIENT (source);
  JipHandover *h = self->handover;
  JipHandoverLook *look = g_task_get_task_data (G_TASK (result));

  h->busy = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    {
      if (look->problem != NULL && !g_error_matches (look->problem, JIP_ERROR, JIP_ERROR_BUSY))
        jip_handover_set_closed (self, look);
      jip_handover_try_later (h);
      jip_handover_next (self);
      return;
    }
  JipClient *guest = h->guest = jip_client_new (self->data_dir);
  h->guest_is_own = look->is_own;
  h->guest_borrows = g_strcmp0 (look->token, self->token) == 0;
  guest->sends_only = TRUE;
  guest->local = g_steal_pointer (&look->local);
  guest->server_url = g_strdup (look->send_url != NULL ? look->send_url : look->server_url);
  g_free (h->home);
  h->home = g_strdup (look->server_url);
  guest->token = g_strdup (look->token);
  guest->user = json_object_ref (jip_handover_user_of (look->session));
  guest->counts = look->counts;
  if (h->stopped)
    {
      jip_handover_end_guest (self, FALSE);
      return;
    }
  jip_client_start_sync (guest);
  h->check_id = g_timeout_add (CHECK_MS, check_cb, self);
}
