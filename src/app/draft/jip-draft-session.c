/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-session.h"

#include <string.h>

#include "jip-compose.h"
#include "jip-draft-records.h"
#include "jip-draft-save-op.h"
#include "jip-draft-text.h"
#include "jip-error.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-scratch.h"

#define SCRATCH_DELAY_MS 150
#define SAVE_DELAY_MS 2000
#define MAX_KEPT 64
#define MIN_AFTER 1000 /* of numbers of marks on a PC that the draft was not begun on */
#define MAX_AFTER 99000
#define NOT_STORED G_MAXUINT /* a revision */

struct _JipDraftSession
{
  GObject parent_instance;

  JipClient *client;
  JipDocumentType *type;
  char *id;
  JipDraft *draft; /* masked */
  JipMaskSession *masks;
  guint masks_stored; /* revision */
  guint after;        /* marks of this PC have higher numbers; 0 on the one that the draft was begun on */
  GStrv paths;
  JsonNode *generation; /* nullable: which model wrote it */
  GHashTable
      *kept; /* section id, line end, text -> the section as it was: undo gives it back with its spans */
  GHashTable *composed; /* section id -> the section as the form made it */
  JipDraftSaveState state;
  gboolean refused; /* by the disk, until it takes what is typed */
  gboolean held;    /* no versions while a model writes */
  gboolean touched; /* by someone, since it was made or loaded */
  gboolean saving;
  char *base;       /* nullable: jip_draft_hash() of the version that it was made from */
  char *coming;     /* nullable: of the one that is being saved */
  gboolean written; /* as it is, by the disk, under its scratch key */
  GError *failure;  /* nullable: of the last try to save it */
  gboolean again;   /* changed while it was being saved */
  guint scratch_timeout;
  guint save_timeout;
};

G_DEFINE_TYPE (JipDraftSession, jip_draft_session, G_TYPE_OBJECT)

enum
{
  CHANGED,
  STATE_CHANGED,
  REPLACING,
  REPLACED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static JipScratch *
get_scratch (JipDraftSession *self)
{
  return jip_client_get_scratch (self->client);
}

static void
set_state (JipDraftSession *self, JipDraftSaveState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_signal_emit (self, signals[STATE_CHANGED], 0);
}

static JsonNode *
make_document (JipDraftSession *self)
{
  JsonNode *node = jip_draft_to_json (self->draft);

  if (self->generation != NULL)
    json_object_set_member (json_node_get_object (node), "generation", json_node_copy (self->generation));
  return node;
}

/* Returns: (transfer full): the way back and the sources' places: they never leave this PC */
static char *
dup_local (JipDraftSession *self)
{
  JsonObject *object = json_object_new ();
  JsonArray *paths = json_array_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  self->masks_stored = jip_mask_session_get_revision (self->masks);
  for (guint i = 0; self->paths != NULL && self->paths[i] != NULL; i++)
    json_array_add_string_element (paths, self->paths[i]);
  json_object_set_member (object, "map", jip_mask_session_to_json (self->masks));
  json_object_set_array_member (object, "sources", paths);
  json_object_set_int_member (object, "after", self->after);
  json_object_set_member (object, "theirs", jip_mask_session_dup_theirs (self->masks));
  json_node_take_object (node, object);
  return jip_json_to_string (node);
}

static void
store_local (JipDraftSession *self)
{
  g_autofree char *key = jip_draft_dup_local_key (self->id), *text = dup_local (self);

  jip_scratch_set (get_scratch (self), key, text);
}

static gboolean
scratch_cb (gpointer user_data)
{
  JipDraftSession *self = user_data;
  g_autoptr (JsonNode) document = make_document (self);
  const char *base = self->saving ? self->coming : self->base;

  if (base != NULL)
    json_object_set_string_member (json_node_get_object (document), "base_sha256", base);
  g_autofree char *text = jip_json_to_string (document);
  g_autofree char *key = jip_draft_dup_typed_key (self->id);

  self->scratch_timeout = 0;
  if (self->masks_stored != jip_mask_session_get_revision (self->masks))
    store_local (self);
  jip_scratch_set (get_scratch (self), key, text);
  return G_SOURCE_REMOVE;
}

static gboolean
save_cb (gpointer user_data)
{
  JipDraftSession *self = user_data;

  self->save_timeout = 0;
  jip_draft_session_save (self);
  return G_SOURCE_REMOVE;
}

static void
scratch_saved_cb (JipDraftSession *self, const char *saved_key)
{
  g_autofree char *key = jip_draft_dup_typed_key (self->id);
  gboolean again = self->refused;

  if (strcmp (key, saved_key) != 0)
    return;
  self->refused = FALSE;
  self->written = self->scratch_timeout == 0;
  if ((again || self->state == JIP_DRAFT_TYPED) && self->written)
    set_state (self, self->failure != NULL ? JIP_DRAFT_FAILED : JIP_DRAFT_ON_PC);
  if (again && !self->held && self->save_timeout == 0)
    self->save_timeout = g_timeout_add (SAVE_DELAY_MS, save_cb, self);
}

static void
scratch_failed_cb (JipDraftSession *self, const char *failed_key)
{
  g_autofree char *key = jip_draft_dup_typed_key (self->id);

  if (strcmp (key, failed_key) != 0)
    return;
  self->refused = TRUE;
  self->written = FALSE;
  set_state (self, JIP_DRAFT_UNSAFE);
}

static void
touch (JipDraftSession *self)
{
  self->touched = TRUE;
  self->written = FALSE;
  self->again = self->saving;
  if (self->scratch_timeout == 0)
    self->scratch_timeout = g_timeout_add (SCRATCH_DELAY_MS, scratch_cb, self);
  g_clear_handle_id (&self->save_timeout, g_source_remove);
  if (!self->held)
    self->save_timeout = g_timeout_add (SAVE_DELAY_MS, save_cb, self);
  set_state (self, JIP_DRAFT_TYPED);
}

static void
take_draft (JipDraftSession *self, JipDraft *draft, const char *section)
{
  jip_draft_unref (self->draft);
  self->draft = draft;
  touch (self);
  g_signal_emit (self, signals[CHANGED], 0, section);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipDraftSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = jip_draft_save_finish (JIP_CLIENT (source), result, &error);

  self->saving = FALSE;
  g_clear_error (&self->failure);
  if (id == NULL)
    {
      self->failure = g_steal_pointer (&error);
      self->masks_stored = NOT_STORED;
      self->written = self->written && !self->again; /* or else it names a version that there is not */
      if (!self->written && self->scratch_timeout == 0)
        scratch_cb (self); /* the save was to take its place */
      self->state = self->refused ? JIP_DRAFT_UNSAFE : self->written ? JIP_DRAFT_FAILED : JIP_DRAFT_TYPED;
    }
  else
    {
      g_free (self->base);
      self->base = g_steal_pointer (&self->coming);
      if (!self->again)
        self->state = JIP_DRAFT_SAVED;
      else if (self->save_timeout == 0)
        jip_draft_session_save (self);
    }
  g_signal_emit (self, signals[STATE_CHANGED], 0);
}

/**
 * jip_draft_session_set_held:
 * @held: whether pauses make no version, as while a model writes; what comes is safe on this PC all the same
 */
void
jip_draft_session_set_held (JipDraftSession *self, gboolean held)
{
  g_return_if_fail (JIP_IS_DRAFT_SESSION (self));

  self->held = held;
  if (held)
    g_clear_handle_id (&self->save_timeout, g_source_remove);
}

/**
 * jip_draft_session_save:
 *
 * Saves what there is as a version, now; does nothing when that has been done.
 */
void
jip_draft_session_save (JipDraftSession *self)
{
  g_return_if_fail (JIP_IS_DRAFT_SESSION (self));

  g_clear_handle_id (&self->save_timeout, g_source_remove);
  if (self->saving || !self->touched || self->state == JIP_DRAFT_SAVED)
    return;
  if (self->scratch_timeout != 0)
    {
      g_clear_handle_id (&self->scratch_timeout, g_source_remove);
      scratch_cb (self);
    }
  g_autoptr (JsonNode) document = make_document (self);
  self->saving = TRUE;
  self->again = FALSE;
  g_autofree char *key = jip_draft_dup_typed_key (self->id), *local = dup_local (self);
  g_free (self->coming);
  self->coming = jip_draft_hash (document);
  jip_draft_save_async (self->client, self->id, document, self->base, key, local, NULL, saved_cb,
                        g_object_ref (self));
}

static void
jip_draft_session_dispose (GObject *object)
{
  JipDraftSession *self = JIP_DRAFT_SESSION (object);

  g_clear_handle_id (&self->save_timeout, g_source_remove);
  if (self->scratch_timeout != 0)
    {
      g_clear_handle_id (&self->scratch_timeout, g_source_remove);
      scratch_cb (self);
    }
  g_clear_object (&self->client);
  G_OBJECT_CLASS (jip_draft_session_parent_class)->dispose (object);
}

static void
jip_draft_session_finalize (GObject *object)
{
  JipDraftSession *self = JIP_DRAFT_SESSION (object);

  g_object_unref (self->type);
  g_object_unref (self->masks);
  jip_draft_unref (self->draft);
  g_free (self->id);
  g_strfreev (self->paths);
  g_clear_pointer (&self->generation, json_node_unref);
  g_clear_error (&self->failure);
  g_free (self->base);
  g_free (self->coming);
  g_hash_table_unref (self->kept);
  g_hash_table_unref (self->composed);
  G_OBJECT_CLASS (jip_draft_session_parent_class)->finalize (object);
}

static void
jip_draft_session_class_init (JipDraftSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = jip_draft_session_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_draft_session_finalize;
  signals[CHANGED] = g_signal_new ("changed", JIP_TYPE_DRAFT_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[STATE_CHANGED] = g_signal_new ("state-changed", JIP_TYPE_DRAFT_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  signals[REPLACING] = g_signal_new ("replacing", JIP_TYPE_DRAFT_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 0);
  signals[REPLACED] = g_signal_new ("replaced", JIP_TYPE_DRAFT_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 0);
}

static void
jip_draft_session_init (JipDraftSession *self)
{
  self->masks = jip_mask_session_new ();
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) jip_section_unref);
  self->composed
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) jip_section_unref);
}

/* Every section of the type has its place on the paper, whether it holds something or not. */
static JipDraft *
complete_sections (JipDraft *draft, JipDocumentType *type)
{
  for (guint i = 0; i < jip_document_type_get_n_sections (type); i++)
    {
      const JipDocumentSection *wanted = jip_document_type_get_section (type, i);
      if (jip_draft_find_section (draft, wanted->id) != NULL)
        continue;
      g_autoptr (JipSection) section = jip_section_new (wanted->id, wanted->heading, NULL);
      JipDraft *longer = jip_draft_with_section (draft, section);
      jip_draft_unref (draft);
      draft = longer;
    }
  return draft;
}

static void table_changed_cb (JipDraftSession *self, const char *table);

/**
 * jip_draft_session_new:
 * @id: (nullable): of a draft to be loaded; %NULL for a new one
 */
JipDraftSession *
jip_draft_session_new (JipClient *client, JipDocumentType *type, const char *id)
{
  g_return_val_if_fail (JIP_IS_CLIENT (client) && JIP_IS_DOCUMENT_TYPE (type), NULL);

  JipDraftSession *self = g_object_new (JIP_TYPE_DRAFT_SESSION, NULL);
  self->client = g_object_ref (client);
  self->type = g_object_ref (type);
  self->id = id != NULL ? g_strdup (id) : jip_id_new ();
  self->masks_stored = id != NULL ? 0 : NOT_STORED; /* it says as well that the draft was begun here */
  self->draft = complete_sections (jip_draft_new (jip_document_type_get_id (type), NULL), type);
  g_signal_connect_object (client, "table-changed", G_CALLBACK (table_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_scratch (self), "saved", G_CALLBACK (scratch_saved_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_scratch (self), "failed", G_CALLBACK (scratch_failed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

static gboolean
take_json (JipDraftSession *self, JsonNode *node)
{
  JipDraft *draft = jip_draft_from_json (node, NULL);
  JsonObject *object = draft != NULL ? json_node_get_object (node) : NULL;

  if (draft == NULL)
    return FALSE;
  jip_mask_session_reserve (self->masks, node);
  jip_draft_unref (self->draft);
  self->draft = complete_sections (draft, self->type);
  g_clear_pointer (&self->generation, json_node_unref);
  if (json_object_has_member (object, "generation"))
    self->generation = json_node_copy (json_object_get_member (object, "generation"));
  return TRUE;
}

static void
take_local (JipDraftSession *self, const char *text)
{
  g_autoptr (JsonNode) node = jip_json_parse (text, -1, NULL);
  JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *map = object != NULL ? json_object_get_member (object, "map") : NULL;
  JipMaskSession *masks = map != NULL ? jip_mask_session_new_from_json (map, NULL) : NULL;

  if (masks == NULL)
    return;
  g_object_unref (self->masks);
  self->masks = masks;
  self->after = (guint) CLAMP (json_object_get_int_member_with_default (object, "after", 0), 0, MAX_AFTER);
  jip_mask_session_begin_after (masks, self->after);
  if (json_object_has_member (object, "theirs"))
    jip_mask_session_reserve (masks, json_object_get_member (object, "theirs"));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *paths = json_object_get_array_member (object, "sources");
  for (guint i = 0; paths != NULL && i < json_array_get_length (paths); i++)
    g_strv_builder_add (builder, json_array_get_string_element (paths, i));
  g_strfreev (self->paths);
  self->paths = g_strv_builder_end (builder);
}

/* Returns: (transfer full) */
static JsonNode *
node_of (JsonObject *document)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, document);
  return node;
}

/* What is shown is a version as it was saved. @hash: (transfer full): jip_draft_hash() of @document */
static gboolean
take_version (JipDraftSession *self, JsonNode *document, char *hash)
{
  g_autofree char *rest = hash;

  if (!take_json (self, document))
    return FALSE;
  g_free (self->base);
  self->base = g_steal_pointer (&rest);
  return TRUE;
}

typedef struct
{
  JipDraftSession *session;
  char *base; /* when it was asked for */
} Look;

static void
look_free (Look *look)
{
  g_object_unref (look->session);
  g_free (look->base);
  g_free (look);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Look, look_free)

/* An editor with nothing unsaved shows what another PC has saved, as also when a save of its own came second. */
static void
newest_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Look) look = user_data;
  JipDraftSession *self = look->session;
  g_autoptr (JipRecord) record = jip_client_lookup_finish (JIP_CLIENT (source), result, NULL);
  JsonObject *document = record != NULL && !jip_record_get_pending (record)
                             ? jip_draft_record_get_document (JIP_DRAFT_RECORD (record))
                             : NULL;

  if (document == NULL || self->client == NULL || self->held || self->saving || self->state != JIP_DRAFT_SAVED
      || g_strcmp0 (self->base, look->base) != 0)
    return;
  g_autoptr (JsonNode) node = node_of (document);
  g_autofree char *newest = jip_draft_hash (node);
  if (strcmp (newest, self->base) == 0)
    return;
  g_signal_emit (self, signals[REPLACING], 0);
  if (self->state != JIP_DRAFT_SAVED || !take_version (self, node, g_steal_pointer (&newest)))
    return;
  g_signal_emit (self, signals[CHANGED], 0, NULL);
  g_signal_emit (self, signals[REPLACED], 0);
}

static void
table_changed_cb (JipDraftSession *self, const char *table)
{
  if (self->client == NULL || jip_client_get_user_id (self->client) == NULL || self->base == NULL
      || (*table != '\0' && strcmp (table, "draft") != 0))
    return;
  Look *look = g_new0 (Look, 1);
  *look = (Look){ g_object_ref (self), g_strdup (self->base) };
  jip_client_lookup_async (self->client, JIP_TYPE_DRAFT_RECORD, self->id, NULL, newest_cb, look);
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipDraftSession *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JipRecord) record = jip_client_lookup_finish (JIP_CLIENT (source), result, &error);
  JsonObject *document = record != NULL ? jip_draft_record_get_document (JIP_DRAFT_RECORD (record)) : NULL;

  if (document == NULL)
    {
      g_task_return_error (task, error != NULL ? g_steal_pointer (&error)
                                               : jip_error_new (JIP_ERROR_NOT_FOUND, NULL, "%s", self->id));
      return;
    }
  g_autoptr (JsonNode) node = node_of (document);
  if (take_version (self, node, jip_draft_hash (node)))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, jip_error_new (JIP_ERROR_DAMAGED, NULL, "%s", self->id));
}

static void
document_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipDraftSession *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autofree char *text = jip_scratch_get_finish (JIP_SCRATCH (source), result, &error);
  g_autoptr (JsonNode) node = text != NULL ? jip_json_parse (text, -1, NULL) : NULL;

  if (error != NULL) /* not that there is nothing newer */
    {
      g_task_return_error (task, error);
      return;
    }
  JsonObject *typed = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *base
      = typed != NULL ? json_object_get_string_member_with_default (typed, "base_sha256", NULL) : NULL;
  g_free (self->base);
  self->base = g_strdup (base);
  if (base != NULL)
    json_object_remove_member (typed, "base_sha256");
  if (node != NULL && take_json (self, node)) /* newer than what was saved */
    {
      touch (self);
      g_task_return_boolean (task, TRUE);
      return;
    }
  jip_client_lookup_async (self->client, JIP_TYPE_DRAFT_RECORD, self->id, g_task_get_cancellable (task),
                           looked_up_cb, g_object_ref (task));
}

static void
local_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JipDraftSession *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autofree char *text = jip_scratch_get_finish (JIP_SCRATCH (source), result, &error);
  g_autofree char *key = jip_draft_dup_typed_key (self->id);

  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (text != NULL)
    take_local (self, text);
  else
    {
      /* another PC gives marks as well, and may be without a network as this one may: each has numbers of its own */
      self->after = (guint) g_random_int_range (MIN_AFTER, MAX_AFTER);
      jip_mask_session_begin_after (self->masks, self->after);
    }
  jip_scratch_get_async (JIP_SCRATCH (source), key, g_task_get_cancellable (task), document_read_cb,
                         g_object_ref (task));
}

/**
 * jip_draft_session_load_async:
 *
 * Reads the draft: what was typed last on this PC, or else what was saved. The finish function fails with
 * %JIP_ERROR_NOT_FOUND when there is neither.
 */
void
jip_draft_session_load_async (JipDraftSession *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_return_if_fail (JIP_IS_DRAFT_SESSION (self));

  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *key = jip_draft_dup_local_key (self->id);
  g_task_set_source_tag (task, jip_draft_session_load_async);
  jip_scratch_get_async (get_scratch (self), key, cancellable, local_read_cb, task);
}

gboolean
jip_draft_session_load_finish (JipDraftSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

const char *
jip_draft_session_get_id (JipDraftSession *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SESSION (self), NULL);
  return self->id;
}

JipClient *
jip_draft_session_get_client (JipDraftSession *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SESSION (self), NULL);
  return self->client;
}

JipDocumentType *
jip_draft_session_get_document_type (JipDraftSession *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SESSION (self), NULL);
  return self->type;
}

JipMaskSession *
jip_draft_session_get_masks (JipDraftSession *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SESSION (self), NULL);
  return self->masks;
}

/**
 * jip_draft_session_get_draft:
 *
 * Returns: (transfer none): the draft as it is stored and sent: personal data masked
 */
JipDraft *
jip_draft_session_get_draft (JipDraftSession *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SESSION (self), NULL);
  return self->draft;
}

/**
 * jip_draft_session_dup_restored:
 *
 * Returns: (transfer full): the draft as its author reads and exports it
 */
JipDraft *
jip_draft_session_dup_restored (JipDraftSession *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SESSION (self), NULL);
  return jip_mask_session_restore_draft (self->masks, self->draft);
}

/**
 * jip_draft_session_dup_text:
 *
 * Returns: (transfer full): a section's lines as its author reads them
 */
char *
jip_draft_session_dup_text (JipDraftSession *self, const char *section)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SESSION (self) && section != NULL, NULL);

  g_autofree char *masked = jip_draft_dup_section_text (self->draft, section);
  return masked != NULL ? jip_mask_session_restore (self->masks, masked) : g_strdup ("");
}

/**
 * jip_draft_session_get_model:
 *
 * Returns: (transfer none) (nullable): the language model that wrote in it last
 */
const char *
jip_draft_session_get_model (JipDraftSession *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SESSION (self), NULL);

  if (self->generation == NULL || !JSON_NODE_HOLDS_OBJECT (self->generation))
    return NULL;
  return json_object_get_string_member_with_default (json_node_get_object (self->generation), "model", NULL);
}

JipDraftSaveState
jip_draft_session_get_state (JipDraftSession *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SESSION (self), JIP_DRAFT_SAVED);
  return self->state;
}

/**
 * jip_draft_session_get_failure:
 *
 * Returns: (transfer none) (nullable): why it could not be saved as a version when that was tried last
 */
const GError *
jip_draft_session_get_failure (JipDraftSession *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SESSION (self), NULL);
  return self->failure;
}

/**
 * jip_draft_session_is_settled:
 *
 * Returns: whether it is known where the draft is as it is now; it is told with "state-changed"
 */
gboolean
jip_draft_session_is_settled (JipDraftSession *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SESSION (self), TRUE);
  return !self->touched || (!self->saving && self->state != JIP_DRAFT_TYPED);
}

gboolean
jip_draft_session_is_touched (JipDraftSession *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SESSION (self), FALSE);
  return self->touched;
}

static char *
compose_title (JipDraftSession *self, JsonObject *fields)
{
  g_autoptr (JipDraft) composed = jip_compose_draft (self->type, fields);
  return g_strdup (jip_draft_get_title (composed));
}

/**
 * jip_draft_session_set_fields:
 * @fields: what the form holds, not masked
 */
void
jip_draft_session_set_fields (JipDraftSession *self, JsonObject *fields)
{
  g_return_if_fail (JIP_IS_DRAFT_SESSION (self) && fields != NULL);

  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (node, fields);
  g_autoptr (JsonNode) masked = jip_mask_session_mask_json (self->masks, node);
  g_autoptr (JipDraft) filled = jip_draft_with_fields (self->draft, json_node_get_object (masked));
  g_autofree char *title = compose_title (self, json_node_get_object (masked));
  JipDraft *titled = jip_draft_with_title (filled, title);
  if (jip_draft_equal (titled, self->draft))
    jip_draft_unref (titled);
  else
    take_draft (self, titled, NULL);
}

static char *
kept_key (const char *section, const char *text)
{
  return g_strconcat (section, "\n", text, NULL);
}

static void
keep (JipDraftSession *self, const char *id)
{
  g_autofree char *text = jip_draft_session_dup_text (self, id);

  if (g_hash_table_size (self->kept) >= MAX_KEPT)
    g_hash_table_remove_all (self->kept);
  g_hash_table_replace (self->kept, kept_key (id, text),
                        jip_section_ref (jip_draft_find_section (self->draft, id)));
}

/* Words typed into what a model wrote are told apart from it; on a paper that none has touched there is nothing to tell. */
static JipOrigin
origin_of_typing (JipSection *section)
{
  for (guint i = 0; i < jip_section_get_n_blocks (section); i++)
    {
      guint n;
      const JipSpan *spans = jip_block_get_spans (jip_section_get_block (section, i), &n);
      for (guint j = 0; j < n; j++)
        if (spans[j].origin == JIP_ORIGIN_GENERATED || spans[j].origin == JIP_ORIGIN_EDITED)
          return JIP_ORIGIN_EDITED;
    }
  return JIP_ORIGIN_NONE;
}

/**
 * jip_draft_session_set_text:
 * @text: what the section's author made of it, not masked
 *
 * Text that the section held before, as after undo, gives back the section of that time.
 */
void
jip_draft_session_set_text (JipDraftSession *self, const char *section, const char *text)
{
  g_return_if_fail (JIP_IS_DRAFT_SESSION (self) && section != NULL && text != NULL);

  g_autofree char *key = kept_key (section, text);
  JipSection *before = g_hash_table_lookup (self->kept, key);
  g_autofree char *masked = jip_mask_session_mask (self->masks, text);
  JipDraft *changed
      = before != NULL
            ? jip_draft_with_section (self->draft, before)
            : jip_draft_with_section_text (self->draft, section, masked,
                                           origin_of_typing (jip_draft_find_section (self->draft, section)));
  if (jip_draft_equal (changed, self->draft))
    jip_draft_unref (changed);
  else
    take_draft (self, changed, section);
}

/**
 * jip_draft_session_take_generated:
 * @masked: what a model wrote
 */
void
jip_draft_session_take_generated (JipDraftSession *self, const char *section, const char *masked)
{
  g_return_if_fail (JIP_IS_DRAFT_SESSION (self) && section != NULL && masked != NULL);

  keep (self, section);
  g_autoptr (GPtrArray) blocks = jip_blocks_from_text (masked, JIP_ORIGIN_GENERATED);
  g_autoptr (JipSection) changed
      = jip_section_with_blocks (jip_draft_find_section (self->draft, section), blocks);
  take_draft (self, jip_draft_with_section (self->draft, changed), section);
  keep (self, section);
}

/**
 * jip_draft_session_compose:
 *
 * Makes a section from the form alone, unless someone, or a model, wrote in it.
 */
void
jip_draft_session_compose (JipDraftSession *self, const char *id)
{
  g_return_if_fail (JIP_IS_DRAFT_SESSION (self) && id != NULL);

  JipSection *now = jip_draft_find_section (self->draft, id);
  JipSection *before = g_hash_table_lookup (self->composed, id);
  g_autoptr (JipSection) section = jip_compose_section (self->type, id, jip_draft_get_fields (self->draft));
  if (section == NULL || (now != NULL && jip_section_equal (now, section)))
    return;
  if (now != NULL && jip_section_get_n_blocks (now) > 0
      && (before == NULL || !jip_section_equal (now, before)))
    return;
  g_hash_table_replace (self->composed, g_strdup (id), jip_section_ref (section));
  keep (self, id);
  take_draft (self, jip_draft_with_section (self->draft, section), id);
  keep (self, id);
}

/**
 * jip_draft_session_take_document:
 * @draft: masked; such as a former version
 */
void
jip_draft_session_take_document (JipDraftSession *self, JipDraft *draft)
{
  g_return_if_fail (JIP_IS_DRAFT_SESSION (self) && draft != NULL);
  g_autoptr (JsonNode) node = jip_draft_to_json (draft);

  jip_mask_session_reserve (self->masks, node);
  take_draft (self, complete_sections (jip_draft_ref (draft), self->type), NULL);
}

/**
 * jip_draft_session_set_model:
 *
 * Notes who wrote; it is saved with the draft.
 */
void
jip_draft_session_set_model (JipDraftSession *self, const char *model, const char *prompt_version)
{
  g_return_if_fail (JIP_IS_DRAFT_SESSION (self) && model != NULL);

  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "model", model);
  if (prompt_version != NULL)
    json_object_set_string_member (object, "prompt_version", prompt_version);
  g_clear_pointer (&self->generation, json_node_unref);
  self->generation = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (self->generation, object);
}

/**
 * jip_draft_session_set_paths:
 * @paths: where the sources are on this PC
 */
void
jip_draft_session_set_paths (JipDraftSession *self, const char *const *paths)
{
  g_return_if_fail (JIP_IS_DRAFT_SESSION (self));

  g_strfreev (self->paths);
  self->paths = g_strdupv ((char **) paths);
  store_local (self);
}

const char *const *
jip_draft_session_get_paths (JipDraftSession *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SESSION (self), NULL);
  return (const char *const *) self->paths;
}
