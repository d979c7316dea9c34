/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's start, with the account that was used last. */
#include <glib/gi18n-lib.h>

#include "jip-client-account.h"
#include "jip-client-token.h"
#include "jip-error.h"
#include "jip-fields.h"
#include "jip-json.h"
#include "jip-replica-move.h"
#include "jip-replica-open.h"

/* How long a start waits for the keyring, which may be asking its user for a password. */
#define KEYRING_PATIENCE_MS 1000

static gboolean
recall_session (JipDatabase *database, gpointer data, GError **error)
{
  JipArrival *account = data;
  g_autofree char *text = jip_meta_get (database, "session", error);

  account->session = text != NULL ? jip_json_parse (text, -1, error) : NULL;
  if (account->session == NULL || jip_arrival_user_of (account->session) == NULL)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("Nobody has signed in on this PC yet."));
  return jip_replica_told (database, NULL, error) && jip_outbox_count (database, &account->counts, error);
}

/* The program may have ended in the middle of a sign-in at another address, to which the replica has moved. */
static JipLocal *
open_known (JipArrival *account, const char *folder, GError **error)
{
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("Nobody has signed in on this PC yet."));
      return NULL;
    }
  JipLocal *local = jip_arrival_open_replica (folder, &account->note, error);
  if (local != NULL)
    jip_replica_join_all (local, account->data_dir);
  return local;
}

/* On a thread: opens the replica that was used last. */
static void
open_last (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  JipArrival *account = task_data;
  g_autofree char *path = g_build_filename (account->data_dir, JIP_CLIENT_LAST, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  JipFields fields;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    {
      g_task_return_error (
          task, jip_error_new (JIP_ERROR_NOT_FOUND, NULL, _ ("Nobody has signed in on this PC yet.")));
      return;
    }
  node = jip_json_parse (text, -1, NULL);
  jip_fields_init (&fields, node, "$");
  account->server_url = g_strdup (jip_fields_string (&fields, "server", JIP_REQUIRED, 1000));
  const char *user = jip_fields_string (&fields, "user", JIP_REQUIRED, 100);
  if (jip_fields_finish (&fields, &error))
    {
      g_autofree char *folder = jip_client_dup_replica_folder (account->data_dir, account->server_url, user);
      account->local = open_known (account, folder, &error);
    }
  if (account->local != NULL && jip_local_write_sync (account->local, recall_session, account, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* A locked keyring asks its user first: the replica opens without waiting for the answer. */
typedef struct
{
  JipClient *client;
  GTask *task; /* %NULL once the start went on without the token */
  char *user;
  guint timeout;
} Lookup;

/* With the token, or without one. */
static void
go_on (Lookup *lookup, const char *note)
{
  g_autoptr (GTask) task = g_steal_pointer (&lookup->task);

  if (note != NULL)
    jip_client_set_secret_note (lookup->client, note);
  jip_arrival_adopt (lookup->client, g_task_get_task_data (task));
  g_task_return_boolean (task, TRUE);
}

static gboolean
lookup_timeout_cb (gpointer user_data)
{
  Lookup *lookup = user_data;

  lookup->timeout = 0;
  go_on (lookup, NULL);
  return G_SOURCE_REMOVE;
}

/* The token came after the start; it is of use only to whoever is still there without one. */
static void
take_late_token (JipClient *self, const char *user, const char *token)
{
  if (self->token != NULL || self->local == NULL || g_strcmp0 (jip_client_get_user_id (self), user) != 0)
    return;
  self->token = g_strdup (token);
  jip_client_start_sync (self);
  jip_client_update_state (self);
}

static void
secret_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Lookup *lookup = user_data;
  g_autoptr (GError) error = NULL;
  char *token = secret_password_lookup_finish (result, &error);

  g_clear_handle_id (&lookup->timeout, g_source_remove);
  if (lookup->task != NULL)
    {
      JipArrival *account = g_task_get_task_data (lookup->task);
      account->token = g_strdup (token);
      go_on (lookup, error != NULL ? _ ("This PC keeps no passwords. Sign in again to send and "
                                        "receive; your work is kept.")
                                   : NULL);
    }
  else if (token != NULL)
    take_late_token (lookup->client, lookup->user, token);
  secret_password_free (token);
  g_object_unref (lookup->client);
  g_free (lookup->user);
  g_free (lookup);
}

static void
opened_last_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipArrival *account = g_task_get_task_data (task);
  Lookup *lookup;
  GError *error = NULL;

  jip_client_hand_over (JIP_CLIENT (source));
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      if (account->note != NULL)
        jip_client_set_damage_note (JIP_CLIENT (source), account->note);
      g_task_return_error (task, error);
      return;
    }
  lookup = g_new0 (Lookup, 1);
  lookup->client = g_object_ref (JIP_CLIENT (source));
  lookup->user = g_strdup (json_object_get_string_member (jip_arrival_user_of (account->session), "id"));
  lookup->task = g_steal_pointer (&task);
  lookup->timeout = g_timeout_add (KEYRING_PATIENCE_MS, lookup_timeout_cb, lookup);
  secret_password_lookup (&jip_client_token_schema, NULL, secret_found_cb, lookup, "server",
                          account->server_url, "user", lookup->user, NULL);
}

/**
 * jip_client_open_last_async:
 *
 * Opens the replica of whoever used this PC last, with or without the server. Without a remembered session the state
 * is signed-out and the replica can be read and written. Fails with %JIP_ERROR_NOT_FOUND when there is none.
 */
void
jip_client_open_last_async (JipClient *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (self));
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  JipArrival *account = g_new0 (JipArrival, 1);

  g_task_set_source_tag (task, jip_client_open_last_async);
  g_task_set_check_cancellable (task, FALSE);
  account->data_dir = g_strdup (self->data_dir);
  g_task_set_task_data (task, account, jip_arrival_free);
  g_autoptr (GTask) opening = g_task_new (self, NULL, opened_last_cb, g_steal_pointer (&task));
  g_task_set_task_data (opening, account, NULL);
  g_task_run_in_thread (opening, open_last);
}

gboolean
jip_client_open_last_finish (JipClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
