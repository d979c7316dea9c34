/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-client-endings.h"

#include <glib/gi18n-lib.h>

#include "jip-error.h"
#include "jip-file-cache.h"
#include "jip-query.h"
#include "jip-replica-rows.h"

G_DEFINE_FINAL_TYPE (JipClient, jip_client, G_TYPE_OBJECT)

enum
{
  PROP_STATE = 1,
  PROP_PENDING,
  PROP_REFUSED,
  PROP_FILES,
  PROP_USER_ID,
  PROP_USER_NAME,
  PROP_DEPARTMENT,
  PROP_DEPARTMENT_NAME,
  PROP_ROLES,
  PROP_SERVER_URL,
  PROP_LAST_ERROR,
  PROP_SECRET_NOTE,
  PROP_DAMAGE_NOTE,
  PROP_OTHERS_NOTE,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];
static guint table_changed_signal, file_sending_signal;

/**
 * jip_client_new:
 * @data_dir: a folder of this program on this PC
 *
 * Returns: (transfer full): a client that nobody is signed in to; end it with jip_client_close_async()
 */
JipClient *
jip_client_new (const char *data_dir)
{
  g_return_val_if_fail (data_dir != NULL, NULL);

  JipClient *self = g_object_new (JIP_TYPE_CLIENT, NULL);
  self->data_dir = g_strdup (data_dir);
  return self;
}

/* The replica that is open, NULL when none is; pages do not see it. */
JipLocal *
jip_client_get_local (JipClient *self)
{
  return self->local;
}

static gboolean
changed_cb (gpointer user_data)
{
  g_autoptr (JipClient) self = g_object_ref (user_data);
  g_autoptr (GHashTable) changed = g_steal_pointer (&self->changed);
  GHashTableIter iter;
  gpointer table;

  self->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->changed_idle = 0;
  g_hash_table_iter_init (&iter, changed);
  while (g_hash_table_iter_next (&iter, &table, NULL))
    g_signal_emit (self, table_changed_signal, 0, table);
  return G_SOURCE_REMOVE;
}

/**
 * jip_client_table_changed:
 * @table: whose rows changed; "" stands for all
 */
void
jip_client_table_changed (JipClient *self, const char *table)
{
  g_hash_table_add (self->changed, g_strdup (table));
  if (self->changed_idle == 0)
    self->changed_idle = g_idle_add_full (G_PRIORITY_DEFAULT, changed_cb, self, NULL);
}

void
jip_client_set_files_waiting (JipClient *self, guint files)
{
  if (files == self->files_waiting)
    return;
  self->files_waiting = files;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FILES]);
}

void
jip_client_set_counts (JipClient *self, JipOutboxCounts counts)
{
  JipOutboxCounts old = self->counts;

  self->counts = counts;
  if (old.pending != counts.pending)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PENDING]);
  if (old.refused != counts.refused)
    {
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REFUSED]);
      jip_client_table_changed (self, "refused");
    }
  jip_client_update_state (self);
}

static void
set_text (JipClient *self, char **field, const char *text, int property)
{
  if (g_strcmp0 (*field, text) == 0)
    return;
  g_free (*field);
  *field = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
jip_client_set_last_error (JipClient *self, const char *message)
{
  set_text (self, &self->last_error, message, PROP_LAST_ERROR);
}

void
jip_client_set_secret_note (JipClient *self, const char *note)
{
  set_text (self, &self->secret_note, note, PROP_SECRET_NOTE);
}

void
jip_client_set_damage_note (JipClient *self, const char *note)
{
  set_text (self, &self->damage_note, note, PROP_DAMAGE_NOTE);
}

/* Tells that another account (or none) is the client's. */
void
jip_client_notify_account (JipClient *self)
{
  static const int account[]
      = { PROP_USER_ID, PROP_USER_NAME, PROP_DEPARTMENT, PROP_DEPARTMENT_NAME, PROP_ROLES, PROP_SERVER_URL };

  for (guint i = 0; i < G_N_ELEMENTS (account); i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[account[i]]);
  jip_client_table_changed (self, "");
}

static JipClientState
find_state (JipClient *self)
{
  if (self->update_needed)
    return JIP_CLIENT_UPDATE_NEEDED;
  if (self->server_behind)
    return JIP_CLIENT_SERVER_BEHIND;
  if (self->token == NULL || self->running == NULL)
    return JIP_CLIENT_SIGNED_OUT;
  if (self->typing_fails || self->disk_fails[JIP_EXCHANGE_PULL] || self->disk_fails[JIP_EXCHANGE_PUSH])
    return JIP_CLIENT_DISK_FAILS;
  if (!self->online)
    return self->tried ? JIP_CLIENT_OFFLINE : JIP_CLIENT_CONNECTING;
  return self->counts.pending > 0 || self->behind ? JIP_CLIENT_SYNCING : JIP_CLIENT_SYNCED;
}

void
jip_client_update_state (JipClient *self)
{
  JipClientState state = find_state (self);

  if (state == self->state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/**
 * jip_client_sync_now:
 *
 * Reads and sends at once, such as when the user asks for it or the network came back.
 */
void
jip_client_sync_now (JipClient *self)
{
  g_return_if_fail (JIP_IS_CLIENT (self));

  for (guint kind = 0; kind < JIP_N_EXCHANGES; kind++)
    self->stalls[kind] = self->turns[kind] = 0;
  self->empty_pages = 0;
  jip_client_push (self);
  jip_client_pull (self);
}

/* One record by its id. */
typedef struct
{
  JipQuery *query;
  JipQueryResult result;
} Lookup;

static void
lookup_free (gpointer data)
{
  Lookup *lookup = data;

  jip_query_free (lookup->query);
  g_clear_pointer (&lookup->result.items, g_ptr_array_unref);
  g_free (lookup);
}

static gboolean
run_lookup (JipDatabase *database, gpointer data, GError **error)
{
  Lookup *lookup = data;
  return jip_query_run (lookup->query, database, 1, NULL, &lookup->result, error);
}

/**
 * jip_client_lookup_async:
 * @record_type: such as %JIP_TYPE_PROPOSAL
 * @id: the record's id
 */
void
jip_client_lookup_async (JipClient *self,
                         GType record_type,
                         const char *id,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (self));
  Lookup *lookup = g_new0 (Lookup, 1);

  lookup->query = jip_query_new (record_type, jip_client_get_user_id (self));
  jip_query_where_text (lookup->query, "id", id);
  jip_local_read_async (self->local, run_lookup, lookup, lookup_free, cancellable, callback, user_data);
}

/**
 * jip_client_lookup_finish:
 *
 * Returns: (transfer full): the record; %NULL with %JIP_ERROR_NOT_FOUND when the replica has none
 */
JipRecord *
jip_client_lookup_finish (JipClient *self, GAsyncResult *result, GError **error)
{
  Lookup *lookup = jip_local_finish (result, error);
  JipRecord *record = NULL;

  if (lookup == NULL)
    return NULL;
  if (lookup->result.items->len > 0)
    record = g_object_ref (((JipItem *) g_ptr_array_index (lookup->result.items, 0))->record);
  else
    jip_error_set (error, JIP_ERROR_NOT_FOUND, "%s", jip_error_describe (JIP_ERROR_NOT_FOUND));
  lookup_free (lookup);
  return record;
}

/* Putting a refused change away. */
typedef struct
{
  gint64 key;
  JipOutboxCounts counts;
} Dismissal;

static gboolean
run_dismissal (JipDatabase *database, gpointer data, GError **error)
{
  Dismissal *dismissal = data;
  return jip_database_run (
             database, error,
             "DELETE FROM scratch WHERE key IN (SELECT 'settle/' || key || '-' || at FROM refused "
             "WHERE key = $1)",
             "i", dismissal->key)
         && jip_database_run (database, error, "DELETE FROM refused WHERE key = $1", "i", dismissal->key)
         && jip_outbox_count (database, &dismissal->counts, error);
}

static void
dismissed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipClient *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autofree Dismissal *dismissal = jip_local_finish (result, &error);

  if (dismissal == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  jip_client_table_changed (self, "refused");
  jip_client_set_counts (self, dismissal->counts);
  g_task_return_boolean (task, TRUE);
}

/**
 * jip_client_dismiss_refused_async:
 * @key: of the #JipRefused
 *
 * The user has seen it and put it away.
 */
void
jip_client_dismiss_refused_async (JipClient *self,
                                  gint64 key,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (self));
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Dismissal *dismissal = g_new0 (Dismissal, 1);

  g_task_set_source_tag (task, jip_client_dismiss_refused_async);
  g_task_set_check_cancellable (task, FALSE); /* what is put away is put away */
  dismissal->key = key;
  jip_local_write_async (self->local, run_dismissal, dismissal, g_free, NULL, dismissed_cb, task);
}

gboolean
jip_client_dismiss_refused_finish (JipClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

JipClientState
jip_client_get_state (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), JIP_CLIENT_SIGNED_OUT);
  return self->state;
}

guint
jip_client_get_pending (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), 0);
  return self->counts.pending;
}

guint
jip_client_get_refused (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), 0);
  return self->counts.refused;
}

/**
 * jip_client_get_files:
 *
 * Returns: how many files of this account are still to be sent
 */
guint
jip_client_get_files (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), 0);
  return self->files_waiting;
}

static const char *
user_text (JipClient *self, const char *member)
{
  return self->user != NULL ? json_object_get_string_member_with_default (self->user, member, NULL) : NULL;
}

const char *
jip_client_get_user_id (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), NULL);
  return user_text (self, "id");
}

/**
 * jip_client_get_login:
 *
 * Returns: (transfer none) (nullable): the login of whose account this is
 */
const char *
jip_client_get_login (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), NULL);
  return user_text (self, "login");
}

const char *
jip_client_get_user_name (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), NULL);
  return user_text (self, "name");
}

const char *
jip_client_get_department (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), NULL);
  return user_text (self, "department");
}

const char *
jip_client_get_department_name (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), NULL);
  return user_text (self, "department_name");
}

const char *const *
jip_client_get_roles (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), NULL);
  return (const char *const *) self->roles;
}

gboolean
jip_client_has_role (JipClient *self, const char *role)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), FALSE);
  return self->roles != NULL && g_strv_contains ((const char *const *) self->roles, role);
}

const char *
jip_client_get_server_url (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), NULL);
  return self->server_url;
}

const char *
jip_client_get_last_error (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), NULL);
  return self->last_error;
}

const char *
jip_client_get_secret_note (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), NULL);
  return self->secret_note;
}

/**
 * jip_client_get_damage_note:
 *
 * Returns: (nullable): a sentence when the data on this PC was damaged and has been made anew
 */
const char *
jip_client_get_damage_note (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), NULL);
  return self->damage_note;
}

/**
 * jip_client_get_scratch:
 *
 * Returns: (transfer none): where text is kept while it is typed
 */
JipScratch *
jip_client_get_scratch (JipClient *self)
{
  g_return_val_if_fail (JIP_IS_CLIENT (self), NULL);
  return self->scratch;
}

static void
jip_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  JipClient *self = JIP_CLIENT (object);
  const char *texts[N_PROPERTIES] = {
    [PROP_USER_ID] = jip_client_get_user_id (self),
    [PROP_USER_NAME] = jip_client_get_user_name (self),
    [PROP_DEPARTMENT] = jip_client_get_department (self),
    [PROP_DEPARTMENT_NAME] = jip_client_get_department_name (self),
    [PROP_SERVER_URL] = self->server_url,
    [PROP_LAST_ERROR] = self->last_error,
    [PROP_SECRET_NOTE] = self->secret_note,
    [PROP_DAMAGE_NOTE] = self->damage_note,
    [PROP_OTHERS_NOTE] = jip_client_get_others_note (self),
  };

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_PENDING:
      g_value_set_uint (value, self->counts.pending);
      break;
    case PROP_REFUSED:
      g_value_set_uint (value, self->counts.refused);
      break;
    case PROP_FILES:
      g_value_set_uint (value, self->files_waiting);
      break;
    case PROP_ROLES:
      g_value_set_boxed (value, self->roles);
      break;
    default:
      g_value_set_string (value, texts[id]);
    }
}

static void
jip_client_dispose (GObject *object)
{
  JipClient *self = JIP_CLIENT (object);

  jip_client_stop_sync (self);
  g_clear_handle_id (&self->changed_idle, g_source_remove);
  g_clear_handle_id (&self->inspect_id, g_source_remove);
  g_clear_object (&self->scratch);
  g_clear_pointer (&self->local, jip_local_unref);
  g_clear_object (&self->session);
  g_clear_object (&self->streams);
  G_OBJECT_CLASS (jip_client_parent_class)->dispose (object);
}

static void
jip_client_finalize (GObject *object)
{
  JipClient *self = JIP_CLIENT (object);

  g_free (self->data_dir);
  g_free (self->server_url);
  g_free (self->token);
  g_clear_pointer (&self->user, json_object_unref);
  g_strfreev (self->roles);
  g_free (self->secret_note);
  g_free (self->damage_note);
  g_free (self->last_error);
  for (guint kind = 0; kind < JIP_N_EXCHANGES; kind++)
    g_free (self->problems[kind]);
  g_hash_table_unref (self->changed);
  g_hash_table_unref (self->waiters);
  g_hash_table_unref (self->file_states);
  jip_handover_free (self->handover);
  jip_endings_free (self->endings);
  G_OBJECT_CLASS (jip_client_parent_class)->finalize (object);
}

static GParamSpec *
text_pspec (const char *name)
{
  return g_param_spec_string (name, NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
jip_client_class_init (JipClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = jip_client_get_property;
  object_class->dispose = jip_client_dispose;
  object_class->finalize = jip_client_finalize;
  properties[PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, JIP_TYPE_CLIENT_STATE, JIP_CLIENT_SIGNED_OUT, flags);
  properties[PROP_PENDING] = g_param_spec_uint ("pending", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_REFUSED] = g_param_spec_uint ("refused", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_FILES] = g_param_spec_uint ("files", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_USER_ID] = text_pspec ("user-id");
  properties[PROP_USER_NAME] = text_pspec ("user-name");
  properties[PROP_DEPARTMENT] = text_pspec ("department");
  properties[PROP_DEPARTMENT_NAME] = text_pspec ("department-name");
  properties[PROP_ROLES] = g_param_spec_boxed ("roles", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_SERVER_URL] = text_pspec ("server-url");
  properties[PROP_LAST_ERROR] = text_pspec ("last-error");
  properties[PROP_SECRET_NOTE] = text_pspec ("secret-note");
  properties[PROP_DAMAGE_NOTE] = text_pspec ("damage-note");
  properties[PROP_OTHERS_NOTE] = text_pspec ("others-note");
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  table_changed_signal = g_signal_new ("table-changed", JIP_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  file_sending_signal = g_signal_new ("file-sending", JIP_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, G_TYPE_STRING);
}

/* Tells how a file of one's own is getting on. */
void
jip_client_tell_file_sending (JipClient *self, const char *sha256)
{
  g_signal_emit (self, file_sending_signal, 0, sha256);
}

static SoupSession *
make_session (guint timeout)
{
  return g_object_new (SOUP_TYPE_SESSION, "max-conns-per-host", 8, "timeout", timeout, "user-agent",
                       "jiphyeon/" JIP_VERSION, NULL);
}

static void
jip_client_init (JipClient *self)
{
  self->session = make_session (10);
  self->streams = make_session (45);
  self->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->waiters = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->file_states = jip_client_file_states_new ();
  self->cache_limit = JIP_FILE_CACHE_DEFAULT;
  self->handover = jip_handover_new ();
  self->endings = jip_endings_new ();
  self->scratch = jip_scratch_new (self);
}
