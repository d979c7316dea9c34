/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-mask-session.h"

#include <string.h>

#include "jip-error.h"
#include "jip-json.h"

#define MAX_MARK_BYTES 32

struct _JipMaskSession
{
  GObject parent_instance;

  GMutex mutex;
  JipPrivacyMap *map;
  GHashTable *known; /* writings that the map holds already */
  guint revision;
};

G_DEFINE_TYPE (JipMaskSession, jip_mask_session, G_TYPE_OBJECT)

static void
jip_mask_session_finalize (GObject *object)
{
  JipMaskSession *self = JIP_MASK_SESSION (object);

  jip_privacy_map_free (self->map);
  g_hash_table_unref (self->known);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (jip_mask_session_parent_class)->finalize (object);
}

static void
jip_mask_session_class_init (JipMaskSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jip_mask_session_finalize;
}

static void
jip_mask_session_init (JipMaskSession *self)
{
  g_mutex_init (&self->mutex);
  self->map = jip_privacy_map_new ();
  jip_privacy_map_set_exact (self->map);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

JipMaskSession *
jip_mask_session_new (void)
{
  return g_object_new (JIP_TYPE_MASK_SESSION, NULL);
}

static void
remember_cb (const char *mark, JipPrivacyKind kind, const char *original, gpointer user_data)
{
  if (original != NULL)
    g_hash_table_add (user_data, g_strdup (original));
}

/**
 * jip_mask_session_new_from_json:
 * @node: what jip_mask_session_to_json() gave
 *
 * Returns: (transfer full): the session; %NULL with the errors of jip_privacy_map_from_json()
 */
JipMaskSession *
jip_mask_session_new_from_json (JsonNode *node, GError **error)
{
  g_return_val_if_fail (node != NULL, NULL);

  JipPrivacyMap *map = jip_privacy_map_from_json (node, error);
  if (map == NULL)
    return NULL;
  JipMaskSession *self = jip_mask_session_new ();
  jip_privacy_map_free (self->map);
  self->map = map;
  jip_privacy_map_set_exact (map);
  jip_privacy_map_foreach (map, remember_cb, self->known);
  return self;
}

JsonNode *
jip_mask_session_to_json (JipMaskSession *self)
{
  g_return_val_if_fail (JIP_IS_MASK_SESSION (self), NULL);

  g_mutex_lock (&self->mutex);
  JsonNode *node = jip_privacy_map_to_json (self->map);
  g_mutex_unlock (&self->mutex);
  return node;
}

/**
 * jip_mask_session_get_revision:
 *
 * Returns: a number that grows when there is something new to store
 */
guint
jip_mask_session_get_revision (JipMaskSession *self)
{
  g_return_val_if_fail (JIP_IS_MASK_SESSION (self), 0);

  g_mutex_lock (&self->mutex);
  guint revision = self->revision;
  g_mutex_unlock (&self->mutex);
  return revision;
}

/* Takes note of the writings in a text; whether one of them is new. */
static gboolean
learn (JipMaskSession *self, const char *text, gsize length)
{
  g_autoptr (GArray) findings = jip_privacy_find (text, length, NULL);
  gboolean is_new = FALSE;

  for (guint i = 0; i < findings->len; i++)
    {
      const JipPrivacyFinding *finding = &g_array_index (findings, JipPrivacyFinding, i);
      is_new |= g_hash_table_add (self->known, g_strndup (text + finding->start, finding->length));
    }
  return is_new;
}

/**
 * jip_mask_session_mask:
 *
 * Returns: (transfer full): @text with a mark in the place of each personal datum, the same one each time
 */
char *
jip_mask_session_mask (JipMaskSession *self, const char *text)
{
  g_autoptr (JipPrivacyMap) scratch = NULL;

  g_return_val_if_fail (JIP_IS_MASK_SESSION (self) && text != NULL, NULL);

  gsize length = strlen (text);
  g_mutex_lock (&self->mutex);
  if (learn (self, text, length))
    self->revision++;
  else /* text is masked again with each change; only what is new may make the map grow */
    scratch = jip_privacy_map_copy (self->map);
  g_autoptr (GBytes) masked = jip_privacy_mask (text, length, NULL, scratch != NULL ? scratch : self->map);
  g_mutex_unlock (&self->mutex);
  return g_strndup (g_bytes_get_data (masked, NULL), g_bytes_get_size (masked));
}

/**
 * jip_mask_session_reserve:
 * @masked: a draft as it came from somewhere else, or jip_mask_session_dup_theirs()
 *
 * Its marks that are not this PC's stay what they are, whatever is typed beside them.
 */
void
jip_mask_session_reserve (JipMaskSession *self, JsonNode *masked)
{
  g_return_if_fail (JIP_IS_MASK_SESSION (self) && masked != NULL);
  g_autofree char *text = jip_json_to_string (masked);

  g_mutex_lock (&self->mutex);
  if (jip_privacy_map_reserve (self->map, text, strlen (text)))
    self->revision++;
  g_mutex_unlock (&self->mutex);
}

static void
add_theirs_cb (const char *mark, JipPrivacyKind kind, const char *original, gpointer user_data)
{
  if (original == NULL)
    json_array_add_string_element (user_data, mark);
}

/**
 * jip_mask_session_dup_theirs:
 *
 * Returns: (transfer full): the marks of other PCs; one that was cut may be put back later
 */
JsonNode *
jip_mask_session_dup_theirs (JipMaskSession *self)
{
  g_return_val_if_fail (JIP_IS_MASK_SESSION (self), NULL);
  JsonNode *node = json_node_init_array (json_node_alloc (), NULL);
  JsonArray *marks = json_array_new ();

  g_mutex_lock (&self->mutex);
  jip_privacy_map_foreach (self->map, add_theirs_cb, marks);
  g_mutex_unlock (&self->mutex);
  json_node_take_array (node, marks);
  return node;
}

/**
 * jip_mask_session_begin_after:
 * @number: as of jip_privacy_map_begin_after()
 */
void
jip_mask_session_begin_after (JipMaskSession *self, guint number)
{
  g_return_if_fail (JIP_IS_MASK_SESSION (self));

  g_mutex_lock (&self->mutex);
  jip_privacy_map_begin_after (self->map, number);
  g_mutex_unlock (&self->mutex);
}

/**
 * jip_mask_session_restore:
 *
 * Returns: (transfer full): @text with what its marks stand for
 */
char *
jip_mask_session_restore (JipMaskSession *self, const char *text)
{
  g_return_val_if_fail (JIP_IS_MASK_SESSION (self) && text != NULL, NULL);

  g_mutex_lock (&self->mutex);
  g_autoptr (GBytes) restored = jip_privacy_restore (text, strlen (text), self->map);
  g_mutex_unlock (&self->mutex);
  return g_strndup (g_bytes_get_data (restored, NULL), g_bytes_get_size (restored));
}

typedef char *(*TextFunc) (JipMaskSession *self, const char *text);

static JsonNode *map_json (JipMaskSession *self, JsonNode *node, TextFunc func);

static guint
mapped_length (JipMaskSession *self, const char *text, guint chars, TextFunc func)
{
  g_autofree char *head = g_utf8_substring (text, 0, MIN ((glong) chars, g_utf8_strlen (text, -1)));
  g_autofree char *mapped = func (self, head);
  return (guint) g_utf8_strlen (mapped, -1);
}

/* Spans count code points of the text beside them. */
static JsonArray *
map_spans (JipMaskSession *self, JsonArray *spans, const char *text, TextFunc func)
{
  JsonArray *mapped = json_array_new ();

  for (guint i = 0; i < json_array_get_length (spans); i++)
    {
      JsonNode *node = map_json (self, json_array_get_element (spans, i), func);
      JsonObject *span = json_node_get_object (node);
      guint start = (guint) json_object_get_int_member_with_default (span, "start", 0);
      guint length = (guint) json_object_get_int_member_with_default (span, "length", 0);
      guint from = mapped_length (self, text, start, func);
      guint to = mapped_length (self, text, start + length, func);
      json_object_set_int_member (span, "start", from);
      json_object_set_int_member (span, "length", MAX (to, from + 1) - from);
      json_array_add_element (mapped, node);
    }
  return mapped;
}

static JsonObject *
map_object (JipMaskSession *self, JsonObject *object, TextFunc func)
{
  JsonObject *mapped = json_object_new ();
  const char *text = NULL, *name;
  JsonObjectIter iter;
  JsonNode *node = json_object_get_member (object, "text");

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    text = json_node_get_string (node);
  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, &node))
    if (text != NULL && strcmp (name, "spans") == 0 && JSON_NODE_HOLDS_ARRAY (node))
      json_object_set_array_member (mapped, name, map_spans (self, json_node_get_array (node), text, func));
    else
      json_object_set_member (mapped, name, map_json (self, node, func));
  return mapped;
}

/* A new value: what was parsed cannot be changed, and a copy of a node shares its children. */
static JsonNode *
map_json (JipMaskSession *self, JsonNode *node, TextFunc func)
{
  JsonNode *mapped = json_node_new (json_node_get_node_type (node));

  if (JSON_NODE_HOLDS_OBJECT (node))
    json_node_take_object (mapped, map_object (self, json_node_get_object (node), func));
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *items = json_array_new ();
      for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
        json_array_add_element (
            items, map_json (self, json_array_get_element (json_node_get_array (node), i), func));
      json_node_take_array (mapped, items);
    }
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    {
      g_autofree char *text = func (self, json_node_get_string (node));
      json_node_set_string (mapped, text);
    }
  else
    {
      json_node_unref (mapped);
      mapped = json_node_copy (node);
    }
  return mapped;
}

/**
 * jip_mask_session_mask_json:
 * @node: such as the fields of a form; texts with spans are not expected
 *
 * Returns: (transfer full): a copy with all of its texts masked
 */
JsonNode *
jip_mask_session_mask_json (JipMaskSession *self, JsonNode *node)
{
  g_return_val_if_fail (JIP_IS_MASK_SESSION (self) && node != NULL, NULL);
  return map_json (self, node, jip_mask_session_mask);
}

/**
 * jip_mask_session_restore_json:
 *
 * Returns: (transfer full): a copy with what the marks stand for
 */
JsonNode *
jip_mask_session_restore_json (JipMaskSession *self, JsonNode *node)
{
  g_return_val_if_fail (JIP_IS_MASK_SESSION (self) && node != NULL, NULL);
  return map_json (self, node, jip_mask_session_restore);
}

/**
 * jip_mask_session_restore_draft:
 *
 * Returns: (transfer full): the draft as its author reads it, spans in their places
 */
JipDraft *
jip_mask_session_restore_draft (JipMaskSession *self, JipDraft *draft)
{
  g_return_val_if_fail (JIP_IS_MASK_SESSION (self) && draft != NULL, NULL);

  g_autoptr (JsonNode) node = jip_draft_to_json (draft);
  g_autoptr (JsonNode) restored = jip_mask_session_restore_json (self, node);
  JipDraft *result = restored != NULL ? jip_draft_from_json (restored, NULL) : NULL;
  return result != NULL ? result : jip_draft_ref (draft);
}

typedef struct
{
  const char *text;
  GPtrArray *items;
} Listing;

static void
item_free (JipMaskedItem *item)
{
  g_free (item->mark);
  g_free (item->original);
  g_free (item);
}

static void
list_cb (const char *mark, JipPrivacyKind kind, const char *original, gpointer user_data)
{
  Listing *listing = user_data;

  if (strstr (listing->text, mark) == NULL)
    return;
  JipMaskedItem *item = g_new0 (JipMaskedItem, 1);
  item->mark = g_strdup (mark);
  item->original = g_strdup (original);
  item->kind = kind;
  g_ptr_array_add (listing->items, item);
}

/**
 * jip_mask_session_list_items:
 * @within: such as a masked draft
 *
 * Returns: (transfer full) (element-type JipMaskedItem): the marks that stand in @within
 */
GPtrArray *
jip_mask_session_list_items (JipMaskSession *self, JsonNode *within)
{
  g_return_val_if_fail (JIP_IS_MASK_SESSION (self) && within != NULL, NULL);

  g_autofree char *text = jip_json_to_string (within);
  Listing listing = { text, g_ptr_array_new_with_free_func ((GDestroyNotify) item_free) };
  g_mutex_lock (&self->mutex);
  jip_privacy_map_foreach (self->map, list_cb, &listing);
  g_mutex_unlock (&self->mutex);
  return listing.items;
}

/**
 * jip_mask_find_open_mark:
 *
 * Returns: how many bytes of a text that is still arriving can be shown: all, or up to a bracket that may be the beginning
 *   of a mark
 */
gsize
jip_mask_find_open_mark (const char *text, gsize length)
{
  const char *open = memrchr (text, '[', length);

  if (open == NULL || memchr (open, ']', (gsize) (text + length - open)) != NULL
      || (gsize) (text + length - open) > MAX_MARK_BYTES)
    return length;
  return (gsize) (open - text);
}
