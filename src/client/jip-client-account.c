/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-client-account.h"

#include <glib/gstdio.h>

#include "jip-client-token.h"
#include "jip-error.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-migrations.h"
#include "jip-replica-move.h"
#include "jip-replica-open.h"
#include "jip-sha256.h"
#include "jip-time.h"

/* Who is signed in. The session's token lies in the secret service alone; last.json names the account that was used
 * last, its replica holds who that is. */

#define INSPECT_S 30 /* after the start the whole file is compared with its indexes */

#define PATIENCE_US (3 * G_USEC_PER_SEC)

const SecretSchema jip_client_token_schema = {
  "kr.go.jiphyeon.Session",
  SECRET_SCHEMA_NONE,
  { { "server", SECRET_SCHEMA_ATTRIBUTE_STRING }, { "user", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

void
jip_arrival_free (gpointer data)
{
  JipArrival *account = data;

  g_free (account->data_dir);
  g_free (account->server_url);
  g_free (account->token);
  g_free (account->note);
  g_free (account->moved_from);
  jip_server_identity_clear (&account->identity);
  g_clear_pointer (&account->session, json_node_unref);
  g_clear_pointer (&account->local, jip_local_unref);
  g_clear_pointer (&account->open, jip_local_unref);
  g_clear_object (&account->message);
  g_free (account);
}

JsonObject *
jip_arrival_user_of (JsonNode *session)
{
  JsonNode *user = json_object_get_member (json_node_get_object (session), "user");
  return user != NULL && JSON_NODE_HOLDS_OBJECT (user) ? json_node_get_object (user) : NULL;
}

/* Returns: (transfer full): where the replica of this account lies */
char *
jip_client_dup_replica_folder (const char *data_dir, const char *server_url, const char *user)
{
  g_autofree char *key = g_strdup_printf ("%s\n%s", server_url, user);
  g_autofree char *hash = jip_sha256_hex (key, strlen (key));

  hash[JIP_CLIENT_FOLDER_NAME] = '\0';
  return g_build_filename (data_dir, JIP_CLIENT_REPLICAS, hash, NULL);
}

static gboolean
note_session (JipDatabase *database, gpointer data, GError **error)
{
  JipArrival *account = data;
  g_autofree char *session = jip_json_canonical (account->session);
  g_autofree char *replica = jip_meta_get (database, "replica", NULL);
  g_autofree char *fresh = jip_id_new ();
  g_autoptr (JsonNode) user
      = json_node_init_object (json_node_alloc (), jip_arrival_user_of (account->session));
  g_autofree char *user_text = jip_json_canonical (user);

  return jip_meta_set (database, "session", session, error)
         && jip_meta_set (database, "user", user_text, error)
         && jip_meta_set (database, "server", account->server_url, error)
         && jip_database_run (database, error, "DELETE FROM meta WHERE key = $1", "t", JIP_REPLICA_MOVING)
         && jip_outbox_set_number (database, JIP_REPLICA_USED_AT, jip_time_now (), error)
         && (account->kinship != JIP_SERVER_RESTORED
             || jip_outbox_set_number (database, JIP_OUTBOX_MOVED_AT, jip_time_now (), error))
         && jip_outbox_set_number (database, JIP_CLIENT_LEAVING, 0, error)
         && jip_replica_told (database, NULL, error)
         && (replica != NULL || jip_meta_set (database, "replica", fresh, error))
         && jip_outbox_count (database, &account->counts, error);
}

static gboolean
write_last (JipArrival *account, GError **error)
{
  g_autofree char *path = g_build_filename (account->data_dir, JIP_CLIENT_LAST, NULL);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "server", account->server_url);
  json_object_set_string_member (
      object, "user", json_object_get_string_member (jip_arrival_user_of (account->session), "id"));
  json_node_take_object (node, object);
  g_autofree char *text = jip_json_to_string (node);
  g_autoptr (GError) local = NULL;
  if (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &local))
    return TRUE;
  return jip_error_set (error,
                        g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOSPC) ? JIP_ERROR_STORAGE_FULL
                                                                                  : JIP_ERROR_FILE,
                        "%s", local->message);
}

/* Another window of this PC may just be sending what is in it, and lets go when it is asked to. */
JipLocal *
jip_arrival_open_replica (const char *folder, char **note, GError **error)
{
  g_autofree char *wanted = g_build_filename (folder, JIP_CLIENT_WANTED, NULL);
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;
  g_autoptr (GError) problem = NULL;
  JipLocal *local = jip_replica_open (folder, note, &problem);

  while (local == NULL && g_error_matches (problem, JIP_ERROR, JIP_ERROR_BUSY)
         && g_get_monotonic_time () < deadline)
    {
      g_file_set_contents (wanted, "", 0, NULL);
      g_usleep (G_USEC_PER_SEC / 10);
      g_clear_error (&problem);
      local = jip_replica_open (folder, note, &problem);
    }
  g_unlink (wanted);
  if (local == NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return local;
}

static gboolean
note_join (JipDatabase *database, gpointer data, GError **error)
{
  return jip_replica_note_join (database, data, error);
}

/* Where the account has no replica at this address it may have some from when the server had another one: the last of them
 * becomes this one's. What that takes from the others is shown here; their queues are sent from where they are. */
static JipLocal *
open_or_move (JipArrival *account, const char *user, GError **error)
{
  g_autofree char *folder = jip_client_dup_replica_folder (account->data_dir, account->server_url, user);
  g_autoptr (GPtrArray) former = NULL;

  if (!jip_replica_is_in (folder))
    former = jip_replica_find_former (account->data_dir, account->server_url, user, &account->identity);
  for (guint i = 0; former != NULL && i < former->len && account->moved_from == NULL; i++)
    {
      const JipFormerReplica *one = g_ptr_array_index (former, i);
      if (!jip_replica_move (one, account->server_url, folder))
        continue;
      account->moved_from = g_strdup (one->server_url);
      account->kinship = one->kinship;
    }
  JipLocal *local = jip_arrival_open_replica (folder, &account->note, error);
  for (guint i = 0; local != NULL && former != NULL && i < former->len; i++)
    {
      const JipFormerReplica *one = g_ptr_array_index (former, i);
      if (jip_replica_is_in (one->folder))
        jip_local_write_sync (local, note_join, one->folder, NULL);
    }
  if (local != NULL)
    jip_replica_join_all (local, account->data_dir);
  return local;
}

/* On a thread: opens the account's replica and remembers the account. */
void
jip_arrival_open_new (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  JipArrival *account = task_data;
  GError *error = NULL;
  const char *user = json_object_get_string_member (jip_arrival_user_of (account->session), "id");

  if (account->open != NULL)
    {
      jip_local_write_sync (account->open, jip_client_note_leaving, NULL, NULL);
      jip_local_stop (account->open); /* others may still hold on to it, without its file */
    }
  g_clear_pointer (&account->open, jip_local_unref);
  if (account->local == NULL)
    account->local = open_or_move (account, user, &error);
  if (account->local == NULL || !jip_local_write_sync (account->local, note_session, account, &error)
      || !write_last (account, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static char **
roles_of (JsonNode *session)
{
  JsonNode *list = json_object_get_member (json_node_get_object (session), "roles");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0;
       list != NULL && JSON_NODE_HOLDS_ARRAY (list) && i < json_array_get_length (json_node_get_array (list));
       i++)
    {
      JsonNode *role = json_array_get_element (json_node_get_array (list), i);
      if (json_node_get_value_type (role) == G_TYPE_STRING)
        g_strv_builder_add (builder, json_node_get_string (role));
    }
  return g_strv_builder_end (builder);
}

static void reopen (gpointer client, JipLocal *local);

/* The inspection waits until the start is over. */
static gboolean
inspect_cb (gpointer user_data)
{
  JipClient *self = user_data;

  self->inspect_id = 0;
  if (self->local != NULL)
    jip_local_inspect (self->local);
  return G_SOURCE_REMOVE;
}

static void
take_local (JipClient *self, JipLocal *local)
{
  gboolean is_new = local != self->local;

  g_clear_pointer (&self->local, jip_local_unref);
  self->local = local;
  if (!is_new)
    return;
  jip_local_set_owner (local, G_OBJECT (self), reopen);
  g_clear_handle_id (&self->inspect_id, g_source_remove);
  self->inspect_id = g_timeout_add_seconds (INSPECT_S, inspect_cb, self);
}

/* The account becomes the client's. */
void
jip_arrival_adopt (JipClient *self, JipArrival *account)
{
  JsonObject *user = jip_arrival_user_of (account->session);

  jip_client_stop_sync (self);
  if (self->user != NULL
      && g_strcmp0 (json_object_get_string_member (user, "id"), jip_client_get_user_id (self)) != 0)
    {
      jip_scratch_flush (self->scratch);
      jip_scratch_forget (self->scratch);
    }
  take_local (self, g_steal_pointer (&account->local));
  g_free (self->server_url);
  self->server_url = g_steal_pointer (&account->server_url);
  g_free (self->token);
  self->token = g_steal_pointer (&account->token);
  g_clear_pointer (&self->user, json_object_unref);
  self->user = json_object_ref (user);
  g_strfreev (self->roles);
  self->roles = roles_of (account->session);
  self->pulled_seq = 0;
  if (account->note != NULL)
    jip_client_set_damage_note (self, account->note);
  jip_client_notify_account (self);
  jip_client_set_counts (self, account->counts);
  if (self->token != NULL)
    jip_client_start_sync (self);
  jip_client_update_state (self);
}

/* The file under an open account turned out to be damaged */

static JsonNode *
session_of (JipClient *self)
{
  JsonObject *session = json_object_new ();
  JsonArray *roles = json_array_new ();

  for (char **role = self->roles; role != NULL && *role != NULL; role++)
    json_array_add_string_element (roles, *role);
  json_object_set_object_member (session, "user", json_object_ref (self->user));
  json_object_set_array_member (session, "roles", roles);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, session);
  return node;
}

static void
reopened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  JipClient *self = JIP_CLIENT (source);
  GTask *task = G_TASK (result);
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (task, &error))
    jip_arrival_adopt (self, g_task_get_task_data (task));
  else
    {
      jip_client_set_last_error (self, error->message);
      jip_client_update_state (self);
    }
}

/* Closes and opens it, which makes it anew; what is being typed waits in the meantime. */
static void
reopen (gpointer client, JipLocal *local)
{
  JipClient *self = client;

  if (self->local != local)
    return;
  JipArrival *account = g_new0 (JipArrival, 1);
  account->data_dir = g_strdup (self->data_dir);
  account->server_url = g_strdup (self->server_url);
  account->token = g_strdup (self->token);
  account->session = session_of (self);
  jip_client_stop_sync (self);
  account->open = g_steal_pointer (&self->local);
  g_autoptr (GTask) task = g_task_new (self, NULL, reopened_cb, NULL);
  g_task_set_source_tag (task, reopen);
  g_task_set_task_data (task, account, jip_arrival_free);
  g_task_run_in_thread (task, jip_arrival_open_new);
}
