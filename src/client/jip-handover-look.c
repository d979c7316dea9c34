/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-handover-look.h"

#include "jip-error.h"
#include "jip-json.h"
#include "jip-migrations.h"
#include "jip-replica-move.h"
#include "jip-replica-open.h"

#define MAX_REPLICAS 1000

void
jip_handover_look_free (gpointer data)
{
  JipHandoverLook *look = data;

  g_free (look->data_dir);
  g_free (look->folder);
  g_free (look->server_url);
  g_free (look->send_url);
  g_free (look->moving);
  g_free (look->epoch);
  g_free (look->installation);
  g_free (look->renewed);
  g_clear_pointer (&look->sent_files, g_ptr_array_unref);
  g_free (look->token);
  g_clear_error (&look->problem);
  g_clear_pointer (&look->session, json_node_unref);
  g_clear_pointer (&look->local, jip_local_unref);
  g_clear_object (&look->client);
  g_free (look);
}

/* Returns: (nullable): whose replica it is */
JsonObject *
jip_handover_user_of (JsonNode *session)
{
  JsonNode *user = session != NULL && JSON_NODE_HOLDS_OBJECT (session)
                       ? json_object_get_member (json_node_get_object (session), "user")
                       : NULL;

  return user != NULL && JSON_NODE_HOLDS_OBJECT (user) ? json_node_get_object (user) : NULL;
}

/* What the replica says of its user, such as the `name`; "" for nothing. */
const char *
jip_handover_user_text (JsonNode *session, const char *name)
{
  return json_object_get_string_member_with_default (jip_handover_user_of (session), name, "");
}

void
jip_handover_list_replicas (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autofree char *folder = g_build_filename (task_data, JIP_CLIENT_REPLICAS, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *name;

  for (guint n = 0; dir != NULL && n < MAX_REPLICAS && (name = g_dir_read_name (dir)) != NULL; n++)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      if (jip_replica_is_in (path))
        g_strv_builder_add (builder, path);
    }
  g_task_return_pointer (task, g_strv_builder_end (builder), (GDestroyNotify) g_strfreev);
}

static void
sent_file_free (gpointer data)
{
  g_free (((JipSentFile *) data)->sha256);
  g_free (data);
}

static gboolean
read_sent_files (JipDatabase *database, JipHandoverLook *look, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error, "SELECT sha256, size, coalesce (done_at, 0) FROM file WHERE sent = 1", "");

  look->sent_files = g_ptr_array_new_with_free_func (sent_file_free);
  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &local))
    {
      JipSentFile *file = g_new0 (JipSentFile, 1);
      *file = (JipSentFile){ g_strdup (jip_rows_text (rows, 0)), jip_rows_int (rows, 1),
                             jip_rows_int (rows, 2) };
      g_ptr_array_add (look->sent_files, file);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
read_look (JipDatabase *database, gpointer data, GError **error)
{
  JipHandoverLook *look = data;
  g_autofree char *session = jip_meta_get (database, "session", error);
  g_autofree char *server = jip_meta_get (database, "server", NULL);

  look->session = session != NULL ? jip_json_parse (session, -1, NULL) : NULL;
  look->epoch = jip_meta_get (database, "epoch", NULL);
  look->installation = jip_meta_get (database, "installation", NULL);
  look->moving = jip_meta_get (database, JIP_REPLICA_MOVING, NULL);
  if (server != NULL)
    {
      g_free (look->server_url);
      look->server_url = g_steal_pointer (&server);
    }
  look->leaving = jip_outbox_get_number (database, JIP_CLIENT_LEAVING, NULL) != 0;
  look->files = jip_client_count_files (database, error);
  look->acknowledged = jip_database_query_int (database, -1, error,
                                               "SELECT count(*) FROM outbox WHERE status <> 'waiting'", "");
  return look->files >= 0 && look->acknowledged >= 0
         && jip_replica_count_aside (database, &look->aside, error) && read_sent_files (database, look, error)
         && jip_outbox_count (database, &look->counts, error);
}

/* Whether something is to be sent, or a session to be ended. */
gboolean
jip_handover_look_waits (const JipHandoverLook *look)
{
  return look->counts.pending > 0 || look->files > 0 || look->leaving
         || (look->renewed != NULL && look->acknowledged > 0);
}

static gboolean
is_at (const JipHandoverLook *look, const char *server_url)
{
  const char *user
      = jip_handover_user_of (look->session) != NULL ? jip_handover_user_text (look->session, "id") : "";

  if (server_url == NULL || *user == '\0')
    return FALSE;
  g_autofree char *folder = jip_client_dup_replica_folder (look->data_dir, server_url, user);
  return g_str_equal (folder, look->folder);
}

/* A copy of a replica, or one of a server that nobody knows any more, is left alone. */
static gboolean
is_in_place (JipHandoverLook *look)
{
  if (is_at (look, look->server_url))
    return TRUE;
  if (!is_at (look, look->moving))
    return FALSE;
  g_free (look->server_url);
  look->server_url = g_strdup (look->moving);
  return TRUE;
}

/* Opens, reads and closes it. */
void
jip_handover_look_read (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  JipHandoverLook *look = task_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *note = NULL; /* for whoever it is, not for whoever sits here */
  JipLocal *local = jip_replica_open (look->folder, &note, &error);
  gboolean read = local != NULL && jip_local_write_sync (local, read_look, look, &error);

  look->in_use = g_error_matches (error, JIP_ERROR, JIP_ERROR_BUSY);
  look->nameless = read && jip_handover_user_of (look->session) == NULL && look->counts.pending > 0;
  if (!look->in_use)
    look->problem = g_steal_pointer (&error);
  g_clear_pointer (&local, jip_local_unref);
  g_task_return_boolean (task, read && is_in_place (look));
}

static gboolean
note_leaving (JipDatabase *database, gpointer data, GError **error)
{
  JipHandoverLook *look = data;

  return jip_outbox_set_number (database, JIP_CLIENT_LEAVING, 1, error)
         && (look->renewed == NULL || jip_outbox_note_epoch (database, look->renewed, 0, error))
         && jip_outbox_count (database, &look->counts, error);
}

void
jip_handover_look_open (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  JipHandoverLook *look = task_data;

  look->local = jip_local_open (look->folder, &look->problem);
  if (look->local != NULL && !jip_local_write_sync (look->local, note_leaving, look, &look->problem))
    g_clear_pointer (&look->local, jip_local_unref);
  g_task_return_boolean (task, look->local != NULL);
}

static gboolean
note_left (JipDatabase *database, gpointer data, GError **error)
{
  return jip_outbox_set_number (database, JIP_CLIENT_LEAVING, 0, error);
}

void
jip_handover_closing_free (gpointer data)
{
  jip_local_unref (((JipHandoverClosing *) data)->local);
  g_free (data);
}

void
jip_handover_look_close (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  JipHandoverClosing *closing = task_data;

  if (closing->left)
    jip_local_write_sync (closing->local, note_left, NULL, NULL);
  jip_local_stop (closing->local);
  g_task_return_boolean (task, TRUE);
}

/* In the replica that is in use: what no queue sends of the one that was looked at is shown there at the next opening, and
 * the files that a backup may lack are kept there. */
gboolean
jip_handover_look_join (JipDatabase *database, gpointer data, GError **error)
{
  const JipHandoverLook *look = data;
  gint64 done_n = jip_outbox_get_number (database, "newest_n", NULL) + 1;

  for (guint i = 0; i < look->sent_files->len; i++)
    {
      const JipSentFile *file = g_ptr_array_index (look->sent_files, i);
      if (!jip_database_run (
              database, error,
              "INSERT INTO file (sha256, size, sent, done_n, done_at) VALUES ($1, $2, 1, $3, $4) "
              "ON CONFLICT (sha256) DO NOTHING",
              "tiii", file->sha256, file->size, done_n, file->done_at))
        return FALSE;
    }
  return look->aside.refused + look->aside.typed == 0
         || jip_replica_note_join (database, look->folder, error);
}
