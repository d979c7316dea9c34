/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others left on this PC: whoever uses the program now, or nobody, the replicas of those who signed out, or were
 * followed by somebody else, before everything was sent are opened one after the other, sent and signed out (design:
 * sync.md, The replica). Nothing is read of them but how much waits, and whose it is. */
#include "jip-handover-guest.h"

#include "jip-client-endings.h"
#include "jip-client-token.h"
#include "jip-handover-left.h"
#include "jip-server-identity.h"

#define RETRY_S 5 /* doubled with each round that fails */
#define MAX_RETRY_S 60

JipHandover *
jip_handover_new (void)
{
  JipHandover *self = g_new0 (JipHandover, 1);

  self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->left = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, jip_left_free);
  g_queue_init (&self->folders);
  g_queue_init (&self->later);
  return self;
}

/* For one that was stopped, or never begun. */
void
jip_handover_free (JipHandover *self)
{
  g_clear_handle_id (&self->check_id, g_source_remove);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_object (&self->guest);
  g_clear_object (&self->ending);
  g_hash_table_unref (self->tokens);
  g_hash_table_unref (self->left);
  g_queue_clear_full (&self->folders, g_free);
  g_queue_clear_full (&self->later, g_free);
  g_free (self->folder);
  g_free (self->home);
  g_free (self->expected);
  g_free (self->note);
  g_free (self);
}

static char *
key_of (const char *server_url, const char *user)
{
  return g_strdup_printf ("%s\n%s", server_url, user);
}

/**
 * jip_client_keep_token:
 * @token: (nullable): %NULL forgets it
 *
 * Keeps the session of somebody who leaves while the program runs, for what is still to be sent.
 */
void
jip_client_keep_token (JipClient *self, const char *server_url, const char *user, const char *token)
{
  g_autofree char *key = key_of (server_url, user);

  if (token != NULL)
    g_hash_table_insert (self->handover->tokens, g_steal_pointer (&key), g_strdup (token));
  else
    g_hash_table_remove (self->handover->tokens, key);
}

/**
 * jip_client_take_token:
 *
 * Returns: (transfer full) (nullable): the session that jip_client_keep_token() kept, which is forgotten
 */
char *
jip_client_take_token (JipClient *self, const char *server_url, const char *user)
{
  g_autofree char *key = key_of (server_url, user);
  g_autofree char *kept = NULL;
  char *token = NULL;

  g_hash_table_steal_extended (self->handover->tokens, key, (gpointer *) &kept, (gpointer *) &token);
  return token;
}

/* What is told of it */

static void
tell (JipClient *self)
{
  JipHandover *h = self->handover;
  g_autofree char *note = jip_left_describe (
      h->left, self->token == NULL && h->expected != NULL ? h->expected : self->server_url);

  if (g_strcmp0 (note, h->note) == 0)
    return;
  g_free (h->note);
  h->note = g_steal_pointer (&note);
  g_object_notify (G_OBJECT (self), "others-note");
}

/**
 * jip_client_get_others_note:
 *
 * Returns: (transfer none) (nullable): a sentence for each other person whose work on this PC is not sent yet, one a line
 */
const char *
jip_client_get_others_note (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), NULL);
  return self->handover->note;
}

/**
 * jip_client_expect_server:
 * @server_url: (nullable): the address that is offered to whoever signs in
 *
 * Work for another one is told with its server's address.
 */
void
jip_client_expect_server (JipClient *self, const char *server_url)
{
  g_return_if_fail (JIP_IS_CLIENT (self));

  g_free (self->handover->expected);
  self->handover->expected = server_url != NULL ? jip_client_normal_url (server_url, NULL) : NULL;
  tell (self);
}

static char *
dup_who (const JipHandoverLook *look)
{
  return g_strdup_printf ("%s (%s)", jip_handover_user_text (look->session, "name"),
                          jip_handover_user_text (look->session, "login"));
}

static gboolean
has_login_of (JipClient *self, const JipHandoverLook *look)
{
  return g_strcmp0 (jip_handover_user_text (look->session, "login"), jip_client_get_login (self)) == 0;
}

/* What no queue sends is told to its person alone, where they do not see it. */
static guint
count_aside (JipClient *self, const JipHandoverLook *look)
{
  gboolean is_elsewhere = self->token != NULL && g_strcmp0 (look->server_url, self->server_url) != 0;

  return is_elsewhere && has_login_of (self, look) ? look->aside.refused + look->aside.typed : 0;
}

static void
set_left (JipClient *self, const JipHandoverLook *look, JipLeftWhy why)
{
  guint n = look->counts.pending > 0 ? look->counts.pending : (guint) look->files;
  guint n_aside = count_aside (self, look);
  JipLeft *left;

  if (n == 0 && n_aside == 0)
    {
      g_hash_table_remove (self->handover->left, look->folder);
      return;
    }
  left = g_new0 (JipLeft, 1);
  *left
      = (JipLeft){ .who = look->nameless ? NULL : dup_who (look),
                   .n = n,
                   .n_aside = n_aside,
                   .why = why,
                   .address = look->send_url == NULL && !look->is_here ? g_strdup (look->server_url) : NULL };
  g_hash_table_insert (self->handover->left, g_strdup (look->folder), left);
}

/* It could be opened before, or never. */
void
jip_handover_set_closed (JipClient *self, const JipHandoverLook *look)
{
  JipLeft *left = g_hash_table_lookup (self->handover->left, look->folder);

  if (left == NULL)
    {
      left = g_new0 (JipLeft, 1);
      g_hash_table_insert (self->handover->left, g_strdup (look->folder), left);
    }
  left->why = JIP_LEFT_CLOSED;
  g_free (left->problem);
  left->problem = g_strdup (look->problem->message);
}

/* One after the other */

/* What is looked at now did not go. */
void
jip_handover_try_later (JipHandover *h)
{
  g_queue_push_tail (&h->later, g_strdup (h->folder));
}

static void
finish_stops (JipClient *self)
{
  GSList *stops = g_steal_pointer (&self->handover->stops);

  for (GSList *l = stops; l != NULL; l = l->next)
    {
      g_task_return_boolean (l->data, TRUE);
      g_object_unref (l->data);
    }
  g_slist_free (stops);
}

void
jip_handover_run (JipClient *self,
                  GTaskThreadFunc func,
                  GAsyncReadyCallback callback,
                  gpointer data,
                  GDestroyNotify destroy)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, NULL);

  g_task_set_source_tag (task, jip_handover_run);
  g_task_set_task_data (task, data, destroy);
  self->handover->busy = TRUE;
  g_task_run_in_thread (task, func);
}

/* Whoever has the login here now has another account. */
static gboolean
is_former (JipClient *self, const JipHandoverLook *look)
{
  return self->token != NULL && g_strcmp0 (look->server_url, self->server_url) == 0
         && has_login_of (self, look)
         && g_strcmp0 (jip_handover_user_text (look->session, "id"), jip_client_get_user_id (self)) != 0;
}

static void
open_with (JipClient *self, JipHandoverLook *look, const char *token)
{
  if (token == NULL)
    {
      set_left (self, look, is_former (self, look) ? JIP_LEFT_FORMER : JIP_LEFT_SIGN_IN);
      jip_handover_look_free (look);
      jip_handover_next (self);
      return;
    }
  set_left (self, look, JIP_LEFT_LINE);
  tell (self);
  look->token = g_strdup (token);
  jip_handover_run (self, jip_handover_look_open, jip_handover_opened_cb, look, jip_handover_look_free);
}

static void
token_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipHandoverLook) look = user_data;
  g_autoptr (JipClient) self = g_object_ref (look->client);
  char *token = secret_password_lookup_finish (result, NULL);

  if (look->round == self->handover->round)
    open_with (self, g_steal_pointer (&look), token);
  secret_password_free (token);
}

static void
find_token (JipClient *self, JipHandoverLook *look)
{
  const char *user = jip_handover_user_text (look->session, "id");
  g_autofree char *key = key_of (look->server_url, user);
  const char *token = look->is_here ? NULL : g_hash_table_lookup (self->handover->tokens, key);

  if (token == NULL && look->is_own)
    token = self->token;
  if (token != NULL || look->is_here)
    {
      open_with (self, look, token);
      return;
    }
  secret_password_lookup (&jip_client_token_schema, NULL, token_found_cb, look, "server", look->server_url,
                          "user", user, NULL);
}

static void
joined_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipHandoverLook) look = user_data;

  jip_local_finish (result, NULL);
  if (look->round == look->client->handover->round)
    jip_handover_next (look->client);
}

/* Nothing is to be sent: what else there is, is told and, where whose it is sits here, brought to where they see it. */
static void
note_sent (JipClient *self, JipHandoverLook *look)
{
  set_left (self, look, JIP_LEFT_LINE);
  if (look->is_own && (look->aside.refused + look->aside.typed > 0 || look->sent_files->len > 0))
    {
      jip_local_write_async (self->local, jip_handover_look_join, look, NULL, NULL, joined_cb, look);
      return;
    }
  jip_handover_look_free (look);
  jip_handover_next (self);
}

/* What is known of the server here is known. One in the same epoch gets what was written for it, with the session that it was
 * left with. One that came back from a backup gets what whoever signed in to it there has left at another address; that of
 * others waits for their sign-in: it may be a copy, and a session is not given to one. */
static void
send_or_tell (JipClient *self, JipHandoverLook *look, const JipServerIdentity *identity)
{
  JipServerKinship kinship = jip_server_identity_compare (identity, look->installation, look->epoch);
  gboolean is_theirs
      = g_strcmp0 (jip_handover_user_text (look->session, "id"), jip_client_get_user_id (self)) == 0;

  /* the server's key makes the same account of a login: one that has another key only claims to be it */
  if (kinship == JIP_SERVER_RESTORED && !is_theirs && has_login_of (self, look))
    kinship = JIP_SERVER_FOREIGN;
  look->is_own = is_theirs && kinship != JIP_SERVER_FOREIGN;
  look->is_here = kinship == JIP_SERVER_RESTORED;
  if (kinship == JIP_SERVER_SAME || look->is_own)
    look->send_url = g_strdup (self->server_url);
  if (kinship == JIP_SERVER_RESTORED && look->is_own)
    look->renewed = g_strdup (identity->epoch);
  if (jip_handover_look_waits (look))
    find_token (self, look);
  else
    note_sent (self, look);
}

static void
identity_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipHandoverLook) look = user_data;
  g_autoptr (JipClient) self = g_object_ref (look->client);
  g_auto (JipServerIdentity) identity = { NULL };

  jip_server_identity_ask_finish (result, &identity);
  if (look->round == self->handover->round)
    send_or_tell (self, g_steal_pointer (&look), &identity);
}

/* Nothing of it can be sent, or nothing is there. */
static void
note_nothing (JipClient *self, const JipHandoverLook *seen)
{
  if (seen->nameless)
    set_left (self, seen, JIP_LEFT_SIGN_IN);
  else if (seen->problem != NULL)
    {
      jip_handover_set_closed (self, seen);
      jip_handover_try_later (self->handover);
    }
  else
    g_hash_table_remove (self->handover->left, seen->folder);
  if (seen->in_use) /* by another window, which may be looking or working */
    jip_handover_try_later (self->handover);
}

/* A queue counts. What else there is at another address concerns whose it is, where they are here: by the account, or by the
 * login on a server that is another one. */
static gboolean
concerns_anybody (JipClient *self, const JipHandoverLook *look)
{
  if (jip_handover_look_waits (look))
    return TRUE;
  if (self->token == NULL || g_strcmp0 (look->server_url, self->server_url) == 0)
    return FALSE;
  return count_aside (self, look) > 0
         || (g_strcmp0 (jip_handover_user_text (look->session, "id"), jip_client_get_user_id (self)) == 0
             && (look->acknowledged > 0 || look->sent_files->len > 0));
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  JipClient *self = JIP_CLIENT (source);
  JipHandover *h = self->handover;
  JipHandoverLook *seen = g_task_get_task_data (G_TASK (result));

  h->busy = FALSE;
  gboolean something = g_task_propagate_boolean (G_TASK (result), NULL) && concerns_anybody (self, seen);
  if (!something)
    note_nothing (self, seen);
  if (!something || h->stopped)
    {
      jip_handover_next (self);
      return;
    }
  JipHandoverLook *look = g_memdup2 (seen, sizeof *seen); /* taken out of the task */
  *seen = (JipHandoverLook){ NULL };
  look->client = g_object_ref (self);
  look->round = h->round;
  if (self->token != NULL && (look->epoch != NULL || look->installation != NULL)
      && g_strcmp0 (look->server_url, self->server_url) != 0)
    jip_server_identity_ask_async (self, self->server_url, NULL, identity_cb, look);
  else
    find_token (self, look);
}

static gboolean
retry_cb (gpointer user_data)
{
  JipClient *self = user_data;
  JipHandover *h = self->handover;

  h->retry_id = 0;
  h->running = TRUE;
  g_queue_clear_full (&h->folders, g_free);
  h->folders = h->later;
  g_queue_init (&h->later);
  jip_handover_next (self);
  return G_SOURCE_REMOVE;
}

static void
end_round (JipClient *self)
{
  JipHandover *h = self->handover;
  guint seconds = MIN (MAX_RETRY_S, (guint) RETRY_S << MIN (h->attempts, 4u));
  gboolean failed = !g_queue_is_empty (&h->later);

  h->running = FALSE;
  tell (self);
  h->attempts = failed ? h->attempts + 1 : 0;
  if (h->again)
    jip_client_hand_over (self);
  else if (failed)
    h->retry_id = g_timeout_add ((guint) g_random_int_range ((gint32) seconds * 600, (gint32) seconds * 1000),
                                 retry_cb, self);
}

static char *
next_folder (JipClient *self)
{
  const char *user = jip_client_get_user_id (self);
  g_autofree char *own = self->local != NULL && user != NULL
                             ? jip_client_dup_replica_folder (self->data_dir, self->server_url, user)
                             : NULL;
  char *folder = g_queue_pop_head (&self->handover->folders);

  if (folder == NULL || g_strcmp0 (folder, own) != 0)
    return folder;
  g_hash_table_remove (self->handover->left, folder);
  g_free (folder);
  return g_queue_pop_head (&self->handover->folders);
}

void
jip_handover_next (JipClient *self)
{
  JipHandover *h = self->handover;

  if (h->stopped)
    {
      h->running = FALSE;
      finish_stops (self);
      return;
    }
  tell (self);
  g_free (h->folder);
  h->folder = next_folder (self);
  if (h->folder == NULL)
    {
      end_round (self);
      return;
    }
  JipHandoverLook *look = g_new0 (JipHandoverLook, 1);
  look->data_dir = g_strdup (self->data_dir);
  look->folder = g_strdup (h->folder);
  look->server_url = g_strdup (self->server_url);
  jip_handover_run (self, jip_handover_look_read, looked_cb, look, jip_handover_look_free);
}

/* What lay in a folder that has another name now is told of that one. */
static gboolean
is_gone (gpointer folder, gpointer left, gpointer folders)
{
  return folders == NULL || !g_strv_contains (folders, folder);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  JipClient *self = JIP_CLIENT (source);
  JipHandover *h = self->handover;
  g_auto (GStrv) folders = g_task_propagate_pointer (G_TASK (result), NULL);

  h->busy = FALSE;
  g_hash_table_foreach_remove (h->left, is_gone, folders);
  g_queue_clear_full (&h->folders, g_free);
  for (char **folder = folders; folder != NULL && *folder != NULL; folder++)
    g_queue_push_tail (&h->folders, g_strdup (*folder));
  jip_handover_next (self);
}

/**
 * jip_client_hand_over:
 *
 * Looks, now or after the round under way, for what others left on this PC, and sends it. It goes on by itself until
 * jip_client_stop_handover_async().
 */
void
jip_client_hand_over (JipClient *self)
{
  JipHandover *h = self->handover;

  if (h->stops != NULL)
    return; /* whoever stops it begins it again */
  h->stopped = FALSE;
  h->again = h->running;
  jip_client_begin_endings (self);
  if (h->running)
    return;
  g_clear_handle_id (&h->retry_id, g_source_remove);
  h->running = TRUE;
  g_queue_clear_full (&h->later, g_free);
  jip_handover_run (self, jip_handover_list_replicas, listed_cb, g_strdup (self->data_dir), g_free);
}

/* The network is back: what waits to be tried again is. */
void
jip_client_hand_over_now (JipClient *self)
{
  if (self->handover->retry_id == 0)
    return;
  self->handover->attempts = 0;
  jip_client_hand_over (self);
}

/**
 * jip_client_stop_handover_async:
 *
 * Ends when no replica of somebody else is open any more; what was not sent stays where it is.
 */
void
jip_client_stop_handover_async (JipClient *self, GAsyncReadyCallback callback, gpointer user_data)
{
  JipHandover *h = self->handover;
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, jip_client_stop_handover_async);
  g_clear_handle_id (&h->retry_id, g_source_remove);
  h->stopped = TRUE;
  h->again = FALSE;
  h->attempts = 0;
  h->round++;
  h->stops = g_slist_prepend (h->stops, task);
  if (h->ending != NULL)
    g_cancellable_cancel (h->ending);
  else if (h->guest != NULL && !h->busy)
    jip_handover_end_guest (self, FALSE);
  else if (!h->busy)
    {
      h->running = FALSE; /* a keyring that asks its user is not waited for */
      finish_stops (self);
    }
}

gboolean
jip_client_stop_handover_finish (JipClient *self, GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}
