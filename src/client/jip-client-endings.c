/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session whose end the server has not confirmed is a key that still opens: it is kept in the secret service, or in memory
 * where there is none, and its end asked for again until the server says that there is no such session. */
#include "jip-client-endings.h"

#include <glib/gi18n-lib.h>

#include "jip-client-token.h"
#include "jip-error.h"
#include "jip-id.h"

#define RETRY_S 5 /* doubled with each attempt that fails */
#define MAX_RETRY_S 300
#define KEEP_S (91 * 24 * 60 * 60) /* no session lives that long (docs/protocol.md) */
#define MAX_ENDINGS 100

#define STATE "ending"

static const SecretSchema ending_schema = {
  "kr.go.jiphyeon.EndingSession",
  SECRET_SCHEMA_NONE,
  { { "state", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "server", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "id", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "since", SECRET_SCHEMA_ATTRIBUTE_STRING }, /* seconds since 1970 */
    { NULL, 0 } },
};

typedef struct
{
  char *id;
  char *server_url;
  char *token;
  gboolean storing; /* on its way to the secret service */
  gboolean asking;
  gboolean ended;
} Ending;

struct _JipEndings
{
  GHashTable *all;      /* id -> Ending */
  GCancellable *asking; /* nullable: between the program's end and its beginning */
  guint retry_id;
  guint attempts;
};

static void
ending_free (gpointer data)
{
  Ending *ending = data;

  g_free (ending->id);
  g_free (ending->server_url);
  g_free (ending->token);
  g_free (ending);
}

JipEndings *
jip_endings_new (void)
{
  JipEndings *self = g_new0 (JipEndings, 1);

  self->all = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, ending_free);
  self->asking = g_cancellable_new ();
  return self;
}

void
jip_endings_free (JipEndings *self)
{
  g_clear_handle_id (&self->retry_id, g_source_remove);
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_hash_table_unref (self->all);
  g_free (self);
}

/* What waits for an answer does not keep the client: what it would do then is of no use without one. */
typedef struct
{
  GWeakRef client;
  char *id;
  char *server_url;
  char *user; /* nullable: whose session it was as the one to be used */
  char *token;
  SoupMessage *message;
  GTask *task; /* nullable: who waits for the first attempt */
} Step;

static Step *
step_new (JipClient *self, const Ending *ending)
{
  Step *step = g_new0 (Step, 1);

  g_weak_ref_init (&step->client, self);
  step->id = g_strdup (ending->id);
  step->server_url = g_strdup (ending->server_url);
  step->token = g_strdup (ending->token);
  return step;
}

static void
step_free (Step *step)
{
  g_weak_ref_clear (&step->client);
  g_free (step->id);
  g_free (step->server_url);
  g_free (step->user);
  g_free (step->token);
  g_clear_object (&step->message);
  g_clear_object (&step->task);
  g_free (step);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Step, step_free)

/**
 * jip_client_is_session_over:
 * @body: (nullable): what `DELETE /v1/session`, or another call with the session's token, was answered
 *
 * Returns: whether the server itself says that there is no such session any more; what stands before it cannot
 */
gboolean
jip_client_is_session_over (SoupMessage *message, GBytes *body)
{
  guint status = soup_message_get_status (message);

  if (body == NULL)
    return FALSE;
  if (status == SOUP_STATUS_NO_CONTENT)
    return TRUE;
  if (status != SOUP_STATUS_UNAUTHORIZED && status != SOUP_STATUS_NOT_FOUND)
    return FALSE;
  g_autoptr (GError) error = jip_client_error_from (status, body);
  JipErrorCode code = jip_error_get_code (error);
  return code == JIP_ERROR_UNAUTHORIZED || code == JIP_ERROR_NOT_FOUND;
}

/* -- asking */

static void
forget_ended (JipClient *self, Ending *ending)
{
  if (!ending->ended || ending->storing)
    return;
  secret_password_clear (&ending_schema, NULL, NULL, NULL, "state", STATE, "id", ending->id, NULL);
  g_hash_table_remove (self->endings->all, ending->id);
  if (g_hash_table_size (self->endings->all) == 0)
    self->endings->attempts = 0;
}

static void ask (JipClient *self, Ending *ending, GTask *task);

static void
ask_all (JipClient *self)
{
  g_autoptr (GList) all = g_hash_table_get_values (self->endings->all);

  for (GList *l = all; l != NULL; l = l->next)
    {
      Ending *ending = l->data;
      if (!ending->asking && !ending->ended)
        ask (self, ending, NULL);
    }
}

static gboolean
retry_cb (gpointer user_data)
{
  JipClient *self = user_data;

  self->endings->retry_id = 0;
  ask_all (self);
  return G_SOURCE_REMOVE;
}

/* @wait: seconds that the server asked for */
static void
ask_later (JipClient *self, guint wait)
{
  JipEndings *endings = self->endings;
  guint seconds = MIN (MAX_RETRY_S, (guint) RETRY_S << MIN (endings->attempts, 6u));

  if (endings->retry_id != 0 || endings->asking == NULL)
    return;
  endings->attempts++;
  guint ms = MAX (wait * 1000, (guint) g_random_int_range ((gint32) seconds * 600, (gint32) seconds * 1000));
  endings->retry_id = g_timeout_add (ms, retry_cb, self);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Step) step = user_data;
  g_autoptr (JipClient) self = g_weak_ref_get (&step->client);
  g_autoptr (GBytes) body = jip_client_send_finish (result, NULL);
  Ending *ending = self != NULL ? g_hash_table_lookup (self->endings->all, step->id) : NULL;

  if (ending != NULL)
    {
      ending->asking = FALSE;
      ending->ended = jip_client_is_session_over (step->message, body);
      if (ending->ended)
        forget_ended (self, ending);
      else
        ask_later (self, body != NULL ? jip_client_answer_wait (step->message) : 0);
    }
  if (step->task != NULL)
    g_task_return_boolean (step->task, TRUE);
}

static void
ask (JipClient *self, Ending *ending, GTask *task)
{
  Step *step = step_new (self, ending);
  g_autofree char *url = g_strconcat (ending->server_url, "/v1/session", NULL);
  g_autofree char *value = g_strdup_printf ("Bearer %s", ending->token);

  step->task = task;
  step->message = soup_message_new ("DELETE", url);
  if (step->message == NULL) /* no address: nobody was ever signed in there */
    {
      ending->ended = TRUE;
      forget_ended (self, ending);
      if (task != NULL)
        g_task_return_boolean (task, TRUE);
      step_free (step);
      return;
    }
  soup_message_add_flags (step->message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (soup_message_get_request_headers (step->message), "Authorization", value);
  ending->asking = TRUE;
  jip_client_send_async (self->session, step->message, self->endings->asking, asked_cb, step);
}

/* -- remembering */

/* Whoever signed in meanwhile has put a session of their own in its place. */
static void
own_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Step) step = user_data;
  char *token = secret_password_lookup_finish (result, NULL);

  if (g_strcmp0 (token, step->token) == 0)
    secret_password_clear (&jip_client_token_schema, NULL, NULL, NULL, "server", step->server_url, "user",
                           step->user, NULL);
  secret_password_free (token);
}

/* From here on it is no session that could be used again. */
static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Step *step = user_data;
  g_autoptr (JipClient) self = g_weak_ref_get (&step->client);
  Ending *ending = self != NULL ? g_hash_table_lookup (self->endings->all, step->id) : NULL;

  secret_password_store_finish (result, NULL); /* without a secret service memory has to do */
  if (ending != NULL)
    {
      ending->storing = FALSE;
      forget_ended (self, ending);
    }
  if (step->user == NULL)
    {
      step_free (step);
      return;
    }
  secret_password_lookup (&jip_client_token_schema, NULL, own_found_cb, step, "server", step->server_url,
                          "user", step->user, NULL);
}

static void
store (JipClient *self, Ending *ending, const char *user)
{
  g_autofree char *since = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / G_USEC_PER_SEC);
  Step *step = step_new (self, ending);

  step->user = g_strdup (user);
  ending->storing = TRUE;
  secret_password_store (&ending_schema, SECRET_COLLECTION_DEFAULT, _ ("Jiphyeon session that is over"),
                         ending->token, NULL, stored_cb, step, "state", STATE, "server", ending->server_url,
                         "id", ending->id, "since", since, NULL);
}

static Ending *
find_token (JipEndings *self, const char *token)
{
  GHashTableIter iter;
  gpointer ending;

  g_hash_table_iter_init (&iter, self->all);
  while (g_hash_table_iter_next (&iter, NULL, &ending))
    if (g_str_equal (((Ending *) ending)->token, token))
      return ending;
  return NULL;
}

static Ending *
add (JipEndings *self, const char *id, const char *server_url, const char *token)
{
  Ending *ending = g_new0 (Ending, 1);

  ending->id = g_strdup (id);
  ending->server_url = g_strdup (server_url);
  ending->token = g_strdup (token);
  g_hash_table_insert (self->all, ending->id, ending);
  return ending;
}

/**
 * jip_client_end_session_async:
 * @user: (nullable): whose session it was, where the secret service may still have it as the one to be used
 *
 * Ends a session, now or as soon as the server can be asked, also after the program's next start. The result comes after
 * the first attempt, whatever came of it.
 */
void
jip_client_end_session_async (JipClient *self,
                              const char *server_url,
                              const char *user,
                              const char *token,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autofree char *id = jip_id_new ();

  g_task_set_source_tag (task, jip_client_end_session_async);
  if (find_token (self->endings, token) != NULL)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  Ending *ending = add (self->endings, id, server_url, token);
  store (self, ending, user);
  ask (self, ending, task);
}

void
jip_client_end_session_finish (JipClient *self, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

/* -- of earlier starts */

static void
retrieved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Step) step = user_data;
  g_autoptr (JipClient) self = g_weak_ref_get (&step->client);
  SecretValue *value = secret_retrievable_retrieve_secret_finish (SECRET_RETRIEVABLE (source), result, NULL);
  const char *token = value != NULL ? secret_value_get_text (value) : NULL;

  if (self != NULL && token != NULL && self->endings->asking != NULL
      && g_hash_table_lookup (self->endings->all, step->id) == NULL
      && find_token (self->endings, token) == NULL)
    ask (self, add (self->endings, step->id, step->server_url, token), NULL);
  if (value != NULL)
    secret_value_unref (value);
}

static void
read_found (JipClient *self, SecretRetrievable *found)
{
  g_autoptr (GHashTable) attributes = secret_retrievable_get_attributes (found);
  const char *id = g_hash_table_lookup (attributes, "id");
  const char *server_url = g_hash_table_lookup (attributes, "server");
  const char *since = g_hash_table_lookup (attributes, "since");
  gint64 begun = since != NULL ? g_ascii_strtoll (since, NULL, 10) : 0;

  if (id == NULL || g_hash_table_contains (self->endings->all, id))
    return;
  if (server_url == NULL || begun + KEEP_S < g_get_real_time () / G_USEC_PER_SEC)
    {
      secret_password_clear (&ending_schema, NULL, NULL, NULL, "state", STATE, "id", id, NULL);
      return;
    }
  const Ending ending = { .id = (char *) id, .server_url = (char *) server_url };
  secret_retrievable_retrieve_secret (found, NULL, retrieved_cb, step_new (self, &ending));
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Step) step = user_data;
  g_autoptr (JipClient) self = g_weak_ref_get (&step->client);
  GList *all = secret_password_search_finish (result, NULL);
  guint n = 0;

  for (GList *l = all; self != NULL && l != NULL && n < MAX_ENDINGS; l = l->next, n++)
    read_found (self, l->data);
  g_list_free_full (all, g_object_unref);
}

/**
 * jip_client_begin_endings:
 *
 * Goes on with what earlier starts could not end. A locked keyring is not opened for it: what lies there is found once
 * somebody has signed in.
 */
void
jip_client_begin_endings (JipClient *self)
{
  const Ending none = { NULL };

  if (self->endings->asking == NULL)
    self->endings->asking = g_cancellable_new ();
  if (g_hash_table_size (self->endings->all) > 0)
    ask_later (self, 0);
  secret_password_search (&ending_schema, SECRET_SEARCH_ALL | SECRET_SEARCH_LOAD_SECRETS, NULL, found_cb,
                          step_new (self, &none), "state", STATE, NULL);
}

/* The network is back. */
void
jip_client_end_sessions_now (JipClient *self)
{
  if (self->endings->retry_id == 0)
    return;
  g_clear_handle_id (&self->endings->retry_id, g_source_remove);
  self->endings->attempts = 0;
  ask_all (self);
}

/* What is not ended stays in the secret service, and in memory. */
void
jip_client_stop_endings (JipClient *self)
{
  JipEndings *endings = self->endings;

  g_clear_handle_id (&endings->retry_id, g_source_remove);
  endings->attempts = 0;
  if (endings->asking != NULL)
    g_cancellable_cancel (endings->asking);
  g_clear_object (&endings->asking);
}
