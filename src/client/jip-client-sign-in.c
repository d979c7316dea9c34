/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new session: by a password, or by a judge's code. */
#include <glib/gi18n-lib.h>

#include "jip-client-account.h"
#include "jip-client-endings.h"
#include "jip-client-token.h"
#include "jip-error.h"
#include "jip-fields.h"
#include "jip-json.h"
#include "jip-replica-move.h"

/* "https://host:port" without what may stand behind it. */
char *
jip_client_normal_url (const char *url, GError **error)
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

static void
secret_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipClient) self = user_data;
  gboolean stored = secret_password_store_finish (result, NULL);

  if (stored && self->token != NULL) /* and the keyring is open now */
    jip_client_begin_endings (self);
  jip_client_set_secret_note (self,
                              stored ? NULL
                                     : _ ("This PC keeps no passwords. You stay signed in until you quit; at "
                                          "the next start you sign in again. Your work is kept."));
}

/* In the place of an older session of the same account, which nobody uses any more. */
static void
store_secret (JipClient *self)
{
  g_autofree char *label = g_strdup_printf (_ ("Jiphyeon session of %s"), jip_client_get_user_name (self));

  secret_password_store (&jip_client_token_schema, SECRET_COLLECTION_DEFAULT, label, self->token, NULL,
                         secret_stored_cb, g_object_ref (self), "server", self->server_url, "user",
                         jip_client_get_user_id (self), NULL);
}

/* A session that takes the place of others. */
typedef struct
{
  JipClient *client;
  char *server_url;
  char *former_url; /* nullable: where the secret service has it, of the same server */
  char *user;
  char *token;
} Successor;

static void
successor_free (gpointer data)
{
  Successor *successor = data;

  g_object_unref (successor->client);
  g_free (successor->server_url);
  g_free (successor->former_url);
  g_free (successor->user);
  g_free (successor->token);
  g_free (successor);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Successor, successor_free)

static void
end_older (Successor *successor, const char *token)
{
  if (token != NULL && g_strcmp0 (token, successor->token) != 0)
    jip_client_end_session_async (successor->client, successor->server_url, NULL, token, NULL, NULL);
}

static void
older_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Successor) successor = user_data;
  char *token = secret_password_lookup_finish (result, NULL);

  end_older (successor, token);
  secret_password_free (token);
  /* who signed out in the meantime has none to be kept */
  if (g_strcmp0 (successor->client->token, successor->token) == 0)
    store_secret (successor->client);
}

static Successor *
successor_new (JipClient *self, const char *former_url)
{
  Successor *successor = g_new0 (Successor, 1);

  *successor = (Successor){ g_object_ref (self), g_strdup (self->server_url), g_strdup (former_url),
                            g_strdup (jip_client_get_user_id (self)), g_strdup (self->token) };
  return successor;
}

static void
former_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Successor) successor = user_data;
  char *token = secret_password_lookup_finish (result, NULL);

  end_older (successor, token);
  if (token != NULL)
    secret_password_clear (&jip_client_token_schema, NULL, NULL, NULL, "server", successor->former_url,
                           "user", successor->user, NULL);
  secret_password_free (token);
}

/* The server had another address when they began. One that came back from a backup gets none of them: it may be a copy, and
 * the other one still be there. */
static void
succeed_former (JipClient *self, const JipArrival *account)
{
  if (account->moved_from == NULL || account->kinship != JIP_SERVER_SAME)
    return;
  Successor *successor = successor_new (self, account->moved_from);
  g_autofree char *kept = jip_client_take_token (self, successor->former_url, successor->user);
  end_older (successor, kept);
  secret_password_lookup (&jip_client_token_schema, NULL, former_found_cb, successor, "server",
                          successor->former_url, "user", successor->user, NULL);
}

/* Sessions of the same account, from before: one that was kept for what was left, one of a program that was ended while
 * somebody signed out. Nobody would ever end them. */
static void
succeed (JipClient *self)
{
  Successor *successor = successor_new (self, NULL);
  g_autofree char *kept = jip_client_take_token (self, successor->server_url, successor->user);
  end_older (successor, kept);
  secret_password_lookup (&jip_client_token_schema, NULL, older_found_cb, successor, "server",
                          successor->server_url, "user", successor->user, NULL);
}

static void
opened_new_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipClient *self = JIP_CLIENT (source);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      JipArrival *account = g_task_get_task_data (G_TASK (result));
      jip_client_end_session_async (self, account->server_url, NULL, account->token, NULL, NULL);
      jip_client_update_state (self);
      jip_client_hand_over (self);
      g_task_return_error (task, error);
      return;
    }
  jip_arrival_adopt (self, g_task_get_task_data (task));
  succeed (self);
  succeed_former (self, g_task_get_task_data (task));
  jip_client_hand_over (self);
  g_task_return_boolean (task, TRUE);
}

static gboolean
read_session (JipArrival *account, GBytes *body, GError **error)
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
is_account_of (JipClient *self, JipArrival *account)
{
  const char *user = json_object_get_string_member (jip_arrival_user_of (account->session), "id");

  return self->local != NULL && g_strcmp0 (self->server_url, account->server_url) == 0
         && g_strcmp0 (jip_client_get_user_id (self), user) == 0;
}

/* Whose account it is now may be the one that was being sent. */
static void
handover_stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipClient *self = JIP_CLIENT (source);
  JipArrival *account = g_task_get_task_data (task);

  jip_client_stop_handover_finish (self, result);
  jip_client_stop_sync (self);
  jip_client_keep_own_token (self);
  /* what is being read or written of the same account goes on */
  if (is_account_of (self, account))
    account->local = jip_local_ref (self->local);
  else
    account->open = g_steal_pointer (&self->local);
  g_autoptr (GTask) opening = g_task_new (self, NULL, opened_new_cb, g_steal_pointer (&task));
  g_task_set_task_data (opening, account, NULL);
  g_task_run_in_thread (opening, jip_arrival_open_new);
}

static void
identity_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipArrival *account = g_task_get_task_data (task);

  jip_server_identity_ask_finish (result, &account->identity);
  jip_client_stop_handover_async (JIP_CLIENT (source), handover_stopped_cb, g_steal_pointer (&task));
}

/* With a session. At an address that is new to this PC the server may be one that is not. */
static void
arrive (JipClient *self, GTask *task)
{
  JipArrival *account = g_task_get_task_data (task);
  g_autofree char *folder = jip_client_dup_replica_folder (
      account->data_dir, account->server_url,
      json_object_get_string_member (jip_arrival_user_of (account->session), "id"));

  if (jip_replica_is_in (folder))
    jip_client_stop_handover_async (self, handover_stopped_cb, task);
  else
    jip_server_identity_ask_async (self, account->server_url, NULL, identity_cb, task);
}

static void
session_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipClient *self = g_task_get_source_object (task);
  JipArrival *account = g_task_get_task_data (task);
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
  arrive (self, g_steal_pointer (&task));
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
  JipArrival *account = g_new0 (JipArrival, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, begin_session);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, account, jip_arrival_free);
  account->data_dir = g_strdup (self->data_dir);
  account->server_url = jip_client_normal_url (server_url, &error);
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
