/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-client-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "jip-client-token.h"
#include "jip-error.h"
#include "jip-fields.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-migrations.h"
#include "jip-replica-open.h"
#include "jip-rights.h"
#include "jip-sha256.h"

/* Who is signed in. The session's token lies in the secret service alone; last.json names the account that was used
 * last, its replica holds who that is. */

#define INSPECT_S 30 /* after the start the whole file is compared with its indexes */

/* How long a start waits for the keyring, which may be asking its user for a password. */
#define KEYRING_PATIENCE_MS 1000

#define PATIENCE_US (3 * G_USEC_PER_SEC)

const SecretSchema jip_client_token_schema = {
  "kr.go.jiphyeon.Session",
  SECRET_SCHEMA_NONE,
  { { "server", SECRET_SCHEMA_ATTRIBUTE_STRING }, { "user", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

/* An account on its way to being the client's. */
typedef struct
{
  char *data_dir;
  char *server_url;
  char *token;
  JsonNode *session; /* user and roles, as the server answered or the replica remembers */
  JipLocal *local;
  JipLocal *open; /* nullable: the replica of another account, to be closed */
  char *note;     /* nullable: that the replica was damaged */
  JipOutboxCounts counts;
  SoupMessage *message;
} Account;

static void
account_free (gpointer data)
{
  Account *account = data;

  g_free (account->data_dir);
  g_free (account->server_url);
  g_free (account->token);
  g_free (account->note);
  g_clear_pointer (&account->session, json_node_unref);
  g_clear_pointer (&account->local, jip_local_unref);
  g_clear_pointer (&account->open, jip_local_unref);
  g_clear_object (&account->message);
  g_free (account);
}

static JsonObject *
user_of (JsonNode *session)
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

  hash[32] = '\0';
  return g_build_filename (data_dir, JIP_CLIENT_REPLICAS, hash, NULL);
}

/* "https://host:port" without what may stand behind it. */
static char *
normal_url (const char *url, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : "";

  if ((g_strcmp0 (scheme, "http") != 0 && g_strcmp0 (scheme, "https") != 0) || g_uri_get_host (uri) == NULL
      || *g_uri_get_host (uri) == '\0')
    {
      jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("“%s” is not the address of a server."), url);
      return NULL;
    }
  g_autofree char *text = g_uri_join (G_URI_FLAGS_NONE, scheme, NULL, g_uri_get_host (uri),
                                      g_uri_get_port (uri), g_uri_get_path (uri), NULL, NULL);
  while (g_str_has_suffix (text, "/"))
    text[strlen (text) - 1] = '\0';
  return g_steal_pointer (&text);
}

static gboolean
note_session (JipDatabase *database, gpointer data, GError **error)
{
  Account *account = data;
  g_autofree char *session = jip_json_canonical (account->session);
  g_autofree char *replica = jip_meta_get (database, "replica", NULL);
  g_autofree char *fresh = jip_id_new ();
  g_autoptr (JsonNode) user = json_node_init_object (json_node_alloc (), user_of (account->session));
  g_autofree char *user_text = jip_json_canonical (user);

  return jip_meta_set (database, "session", session, error)
         && jip_meta_set (database, "user", user_text, error)
         && jip_meta_set (database, "server", account->server_url, error)
         && jip_outbox_set_number (database, JIP_CLIENT_LEAVING, 0, error)
         && jip_replica_told (database, NULL, error)
         && (replica != NULL || jip_meta_set (database, "replica", fresh, error))
         && jip_outbox_count (database, &account->counts, error);
}

static gboolean
write_last (Account *account, GError **error)
{
  g_autofree char *path = g_build_filename (account->data_dir, JIP_CLIENT_LAST, NULL);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "server", account->server_url);
  json_object_set_string_member (object, "user",
                                 json_object_get_string_member (user_of (account->session), "id"));
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
static JipLocal *
open_patiently (const char *folder, char **note, GError **error)
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

/* On a thread: opens the account's replica and remembers the account. */
static void
open_new (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Account *account = task_data;
  GError *error = NULL;
  g_autofree char *folder
      = jip_client_dup_replica_folder (account->data_dir, account->server_url,
                                       json_object_get_string_member (user_of (account->session), "id"));

  if (account->open != NULL)
    {
      jip_local_write_sync (account->open, jip_client_note_leaving, NULL, NULL);
      jip_local_stop (account->open); /* others may still hold on to it, without its file */
    }
  g_clear_pointer (&account->open, jip_local_unref);
  if (account->local == NULL)
    account->local = open_patiently (folder, &account->note, &error);
  if (account->local == NULL || !jip_local_write_sync (account->local, note_session, account, &error)
      || !write_last (account, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
recall_session (JipDatabase *database, gpointer data, GError **error)
{
  Account *account = data;
  g_autofree char *text = jip_meta_get (database, "session", error);

  account->session = text != NULL ? jip_json_parse (text, -1, error) : NULL;
  if (account->session == NULL || user_of (account->session) == NULL)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("Nobody has signed in on this PC yet."));
  return jip_replica_told (database, NULL, error) && jip_outbox_count (database, &account->counts, error);
}

/* On a thread: opens the replica that was used last. */
static void
open_last (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Account *account = task_data;
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
      account->local = open_patiently (folder, &account->note, &error);
    }
  if (account->local != NULL && jip_local_write_sync (account->local, recall_session, account, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
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
static void
adopt (JipClient *self, Account *account)
{
  jip_client_stop_sync (self);
  take_local (self, g_steal_pointer (&account->local));
  g_free (self->server_url);
  self->server_url = g_steal_pointer (&account->server_url);
  g_free (self->token);
  self->token = g_steal_pointer (&account->token);
  g_clear_pointer (&self->user, json_object_unref);
  self->user = json_object_ref (user_of (account->session));
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
    adopt (self, g_task_get_task_data (task));
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
  Account *account = g_new0 (Account, 1);
  account->data_dir = g_strdup (self->data_dir);
  account->server_url = g_strdup (self->server_url);
  account->token = g_strdup (self->token);
  account->session = session_of (self);
  jip_client_stop_sync (self);
  account->open = g_steal_pointer (&self->local);
  g_autoptr (GTask) task = g_task_new (self, NULL, reopened_cb, NULL);
  g_task_set_source_tag (task, reopen);
  g_task_set_task_data (task, account, account_free);
  g_task_run_in_thread (task, open_new);
}

/* Sign in */

static void
secret_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipClient) self = user_data;
  gboolean stored = secret_password_store_finish (result, NULL);

  jip_client_set_secret_note (self,
                              stored ? NULL
                                     : _ ("This PC keeps no passwords. You stay signed in until you quit; at "
                                          "the next start you sign in again. Your work is kept."));
}

static void
store_secret (JipClient *self)
{
  g_autofree char *label = g_strdup_printf (_ ("Jiphyeon session of %s"), jip_client_get_user_name (self));

  secret_password_store (&jip_client_token_schema, SECRET_COLLECTION_DEFAULT, label, self->token, NULL,
                         secret_stored_cb, g_object_ref (self), "server", self->server_url, "user",
                         jip_client_get_user_id (self), NULL);
}

static void
opened_new_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipClient *self = JIP_CLIENT (source);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      jip_client_update_state (self);
      jip_client_hand_over (self);
      g_task_return_error (task, error);
      return;
    }
  adopt (self, g_task_get_task_data (task));
  store_secret (self);
  jip_client_keep_token (self, self->server_url, jip_client_get_user_id (self), NULL);
  jip_client_hand_over (self);
  g_task_return_boolean (task, TRUE);
}

static gboolean
read_session (Account *account, GBytes *body, GError **error)
{
  gsize length;
  const char *data = g_bytes_get_data (body, &length);
  JipFields fields;

  account->session = jip_json_parse (data, (gssize) length, error);
  if (account->session == NULL)
    return FALSE;
  jip_fields_init (&fields, account->session, "$");
  account->token = g_strdup (jip_fields_string (&fields, "token", JIP_REQUIRED, 1000));
  JsonObject *user = jip_fields_object (&fields, "user", JIP_REQUIRED);
  jip_fields_array (&fields, "roles", JIP_REQUIRED, 100);
  if (!jip_fields_finish (&fields, error))
    return FALSE;
  if (json_object_get_string_member_with_default (user, "id", NULL) == NULL)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, "%s", jip_error_describe (JIP_ERROR_BAD_ARGS));
  json_object_remove_member (json_node_get_object (account->session), "token");
  return TRUE;
}

static gboolean
is_account_of (JipClient *self, Account *account)
{
  const char *user = json_object_get_string_member (user_of (account->session), "id");

  return self->local != NULL && g_strcmp0 (self->server_url, account->server_url) == 0
         && g_strcmp0 (jip_client_get_user_id (self), user) == 0;
}

/* Whose account it is now may be the one that was being sent. */
static void
handover_stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipClient *self = JIP_CLIENT (source);
  Account *account = g_task_get_task_data (task);

  jip_client_stop_handover_finish (self, result);
  jip_client_stop_sync (self);
  /* what is being read or written of the same account goes on */
  if (is_account_of (self, account))
    account->local = jip_local_ref (self->local);
  else
    {
      jip_client_keep_own_token (self);
      account->open = g_steal_pointer (&self->local);
    }
  g_autoptr (GTask) opening = g_task_new (self, NULL, opened_new_cb, g_steal_pointer (&task));
  g_task_set_task_data (opening, account, NULL);
  g_task_run_in_thread (opening, open_new);
}

static void
session_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipClient *self = g_task_get_source_object (task);
  Account *account = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = jip_client_send_finish (result, &error);
  GError *problem = NULL;

  if (body == NULL)
    problem = jip_client_transport_error (error);
  else if (soup_message_get_status (account->message) != SOUP_STATUS_OK)
    problem = jip_client_error_from (soup_message_get_status (account->message), body);
  else
    read_session (account, body, &problem);
  if (problem != NULL)
    {
      g_task_return_error (task, problem);
      return;
    }
  jip_client_stop_handover_async (self, handover_stopped_cb, g_steal_pointer (&task));
}

static void
begin_session (JipClient *self,
               const char *path,
               const char *server_url,
               JsonNode *body_arg,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  g_autoptr (JsonNode) body = body_arg;
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Account *account = g_new0 (Account, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, begin_session);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, account, account_free);
  account->data_dir = g_strdup (self->data_dir);
  account->server_url = normal_url (server_url, &error);
  if (account->server_url == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_autofree char *url = g_strconcat (account->server_url, path, NULL);
  account->message = soup_message_new ("POST", url);
  jip_client_set_json (account->message, body);
  jip_client_send_async (self->session, account->message, cancellable, session_cb, g_steal_pointer (&task));
}

static JsonNode *
object_of (const char *a, const char *a_value, const char *b, const char *b_value)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, a, a_value);
  json_object_set_string_member (object, b, b_value);
  json_node_take_object (node, object);
  return node;
}

/**
 * jip_client_sign_in_async:
 * @server_url: such as "https://jiphyeon.city.go.kr"
 * @device: names this PC
 *
 * Opens the user's replica and begins to sync. Errors: what `POST /v1/session` names, %JIP_ERROR_OFFLINE,
 * %JIP_ERROR_TIMEOUT, %JIP_ERROR_BUSY when another program has the replica open.
 */
void
jip_client_sign_in_async (JipClient *self,
                          const char *server_url,
                          const char *login,
                          const char *password,
                          const char *device,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (self));
  g_return_if_fail (server_url != NULL && login != NULL && password != NULL && device != NULL);
  JsonNode *body = object_of ("login", login, "password", password);

  json_object_set_string_member (json_node_get_object (body), "device", device);
  begin_session (self, "/v1/session", server_url, body, cancellable, callback, user_data);
}

gboolean
jip_client_sign_in_finish (JipClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * jip_client_join_async:
 * @code: a judge's code
 *
 * Like jip_client_sign_in_async(), by a code of an event.
 */
void
jip_client_join_async (JipClient *self,
                       const char *server_url,
                       const char *code,
                       const char *device,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (self));
  g_return_if_fail (server_url != NULL && code != NULL && device != NULL);

  begin_session (self, "/v1/session/code", server_url, object_of ("code", code, "device", device),
                 cancellable, callback, user_data);
}

gboolean
jip_client_join_finish (JipClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Start with the last account */

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
  adopt (lookup->client, g_task_get_task_data (task));
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
      Account *account = g_task_get_task_data (lookup->task);
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
  Account *account = g_task_get_task_data (task);
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
  lookup->user = g_strdup (json_object_get_string_member (user_of (account->session), "id"));
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
  Account *account = g_new0 (Account, 1);

  g_task_set_source_tag (task, jip_client_open_last_async);
  g_task_set_check_cancellable (task, FALSE);
  account->data_dir = g_strdup (self->data_dir);
  g_task_set_task_data (task, account, account_free);
  g_autoptr (GTask) opening = g_task_new (self, NULL, opened_last_cb, g_steal_pointer (&task));
  g_task_set_task_data (opening, account, NULL);
  g_task_run_in_thread (opening, open_last);
}

gboolean
jip_client_open_last_finish (JipClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
