/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-block-private.h"
#include "jip-error.h"
#include "jip-fields.h"
#include "jip-json.h"

struct _JipSection
{
  char *id;
  char *heading;     /* empty for none */
  GPtrArray *blocks; /* of JipBlock */
  JsonObject *extra; /* nullable */
};

struct _JipDraft
{
  char *type;
  char *title;
  JsonObject *fields;
  GPtrArray *sections;
  JsonObject *extra; /* nullable */
};

static const char *const draft_members[] = { "format", "type", "title", "fields", "sections", NULL };
static const char *const section_members[] = { "id", "heading", "blocks", NULL };

G_DEFINE_BOXED_TYPE (JipSection, jip_section, jip_section_ref, jip_section_unref)
G_DEFINE_BOXED_TYPE (JipDraft, jip_draft, jip_draft_ref, jip_draft_unref)

static gpointer
ref_block (gconstpointer block, gpointer data)
{
  return jip_block_ref ((JipBlock *) block);
}

static gpointer
ref_section (gconstpointer section, gpointer data)
{
  return jip_section_ref ((JipSection *) section);
}

/**
 * jip_section_new:
 * @id: unique in its draft
 * @heading: (nullable): %NULL or empty for none
 * @blocks: (element-type JipBlock) (nullable): copied
 */
JipSection *
jip_section_new (const char *id, const char *heading, GPtrArray *blocks)
{
  g_return_val_if_fail (id != NULL && *id != '\0', NULL);

  JipSection *section = g_atomic_rc_box_new0 (JipSection);
  section->id = g_strdup (id);
  section->heading = g_utf8_make_valid (heading != NULL ? heading : "", -1);
  section->blocks = blocks != NULL ? g_ptr_array_copy (blocks, ref_block, NULL) : g_ptr_array_new ();
  g_ptr_array_set_free_func (section->blocks, (GDestroyNotify) jip_block_unref);
  return section;
}

static JipSection *
section_copy (JipSection *section, const char *heading, GPtrArray *blocks)
{
  JipSection *copy = jip_section_new (section->id, heading, blocks);
  copy->extra = section->extra != NULL ? json_object_ref (section->extra) : NULL;
  return copy;
}

JipSection *
jip_section_with_blocks (JipSection *section, GPtrArray *blocks)
{
  g_return_val_if_fail (section != NULL, NULL);
  return section_copy (section, section->heading, blocks);
}

JipSection *
jip_section_with_heading (JipSection *section, const char *heading)
{
  g_return_val_if_fail (section != NULL, NULL);
  return section_copy (section, heading, section->blocks);
}

static void
section_clear (gpointer data)
{
  JipSection *section = data;

  g_free (section->id);
  g_free (section->heading);
  g_ptr_array_unref (section->blocks);
  g_clear_pointer (&section->extra, json_object_unref);
}

JipSection *
jip_section_ref (JipSection *section)
{
  g_return_val_if_fail (section != NULL, NULL);
  return g_atomic_rc_box_acquire (section);
}

void
jip_section_unref (JipSection *section)
{
  g_return_if_fail (section != NULL);
  g_atomic_rc_box_release_full (section, section_clear);
}

const char *
jip_section_get_id (JipSection *section)
{
  g_return_val_if_fail (section != NULL, NULL);
  return section->id;
}

/**
 * jip_section_get_heading:
 *
 * Returns: (transfer none): the heading, empty for none
 */
const char *
jip_section_get_heading (JipSection *section)
{
  g_return_val_if_fail (section != NULL, "");
  return section->heading;
}

guint
jip_section_get_n_blocks (JipSection *section)
{
  g_return_val_if_fail (section != NULL, 0);
  return section->blocks->len;
}

JipBlock *
jip_section_get_block (JipSection *section, guint index)
{
  g_return_val_if_fail (section != NULL && index < section->blocks->len, NULL);
  return g_ptr_array_index (section->blocks, index);
}

static JsonObject *
section_to_json (JipSection *section)
{
  JsonObject *object = json_object_new ();
  JsonArray *blocks = json_array_sized_new (section->blocks->len);

  json_object_set_string_member (object, "id", section->id);
  if (*section->heading != '\0')
    json_object_set_string_member (object, "heading", section->heading);
  for (guint i = 0; i < section->blocks->len; i++)
    json_array_add_element (blocks, jip_block_to_json (g_ptr_array_index (section->blocks, i)));
  json_object_set_array_member (object, "blocks", blocks);
  jip_draft_add_extra (object, section->extra);
  return object;
}

gboolean
jip_section_equal (JipSection *a, JipSection *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a == b)
    return TRUE;
  if (strcmp (a->id, b->id) != 0 || strcmp (a->heading, b->heading) != 0 || a->blocks->len != b->blocks->len)
    return FALSE;
  for (guint i = 0; i < a->blocks->len; i++)
    if (!jip_block_equal (g_ptr_array_index (a->blocks, i), g_ptr_array_index (b->blocks, i)))
      return FALSE;
  return TRUE;
}

/**
 * jip_draft_new:
 * @document_type: an id such as `press-release`
 * @title: (nullable)
 *
 * Returns: (transfer full): a draft without fields and sections
 */
JipDraft *
jip_draft_new (const char *document_type, const char *title)
{
  g_return_val_if_fail (document_type != NULL && *document_type != '\0', NULL);

  JipDraft *draft = g_atomic_rc_box_new0 (JipDraft);
  draft->type = g_strdup (document_type);
  draft->title = g_utf8_make_valid (title != NULL ? title : "", -1);
  draft->fields = json_object_new ();
  draft->sections = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_section_unref);
  return draft;
}

static JipDraft *
draft_copy (JipDraft *draft)
{
  JipDraft *copy = jip_draft_new (draft->type, draft->title);

  json_object_unref (copy->fields);
  copy->fields = json_object_ref (draft->fields);
  g_ptr_array_unref (copy->sections);
  copy->sections = g_ptr_array_copy (draft->sections, ref_section, NULL);
  g_ptr_array_set_free_func (copy->sections, (GDestroyNotify) jip_section_unref);
  copy->extra = draft->extra != NULL ? json_object_ref (draft->extra) : NULL;
  return copy;
}

static void
draft_clear (gpointer data)
{
  JipDraft *draft = data;

  g_free (draft->type);
  g_free (draft->title);
  json_object_unref (draft->fields);
  g_ptr_array_unref (draft->sections);
  g_clear_pointer (&draft->extra, json_object_unref);
}

JipDraft *
jip_draft_ref (JipDraft *draft)
{
  g_return_val_if_fail (draft != NULL, NULL);
  return g_atomic_rc_box_acquire (draft);
}

void
jip_draft_unref (JipDraft *draft)
{
  g_return_if_fail (draft != NULL);
  g_atomic_rc_box_release_full (draft, draft_clear);
}

const char *
jip_draft_get_document_type (JipDraft *draft)
{
  g_return_val_if_fail (draft != NULL, NULL);
  return draft->type;
}

/**
 * jip_draft_get_title:
 *
 * Returns: (transfer none): the title, empty for none
 */
const char *
jip_draft_get_title (JipDraft *draft)
{
  g_return_val_if_fail (draft != NULL, "");
  return draft->title;
}

/**
 * jip_draft_get_fields:
 *
 * Returns: (transfer none): what the form holds; not to be changed
 */
JsonObject *
jip_draft_get_fields (JipDraft *draft)
{
  g_return_val_if_fail (draft != NULL, NULL);
  return draft->fields;
}

static void
append_value (GString *out, JsonNode *node)
{
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);
      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          if (out->len > 0)
            g_string_append (out, ", ");
          append_value (out, json_array_get_element (array, i));
        }
    }
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    g_string_append (out, json_node_get_string (node));
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (node));
}

/**
 * jip_draft_dup_field:
 *
 * Returns: (transfer full) (nullable): the field as text (a list joined by commas), or %NULL when it is absent or empty
 */
char *
jip_draft_dup_field (JipDraft *draft, const char *name)
{
  g_return_val_if_fail (draft != NULL && name != NULL, NULL);

  JsonNode *node = json_object_get_member (draft->fields, name);
  if (node == NULL)
    return NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  append_value (out, node);
  g_strstrip (out->str);
  return *out->str != '\0' ? g_strdup (out->str) : NULL;
}

guint
jip_draft_get_n_sections (JipDraft *draft)
{
  g_return_val_if_fail (draft != NULL, 0);
  return draft->sections->len;
}

JipSection *
jip_draft_get_section (JipDraft *draft, guint index)
{
  g_return_val_if_fail (draft != NULL && index < draft->sections->len, NULL);
  return g_ptr_array_index (draft->sections, index);
}

static gboolean
find_index (JipDraft *draft, const char *id, guint *index)
{
  for (guint i = 0; i < draft->sections->len; i++)
    if (strcmp (jip_section_get_id (g_ptr_array_index (draft->sections, i)), id) == 0)
      {
        *index = i;
        return TRUE;
      }
  return FALSE;
}

/**
 * jip_draft_find_section:
 *
 * Returns: (transfer none) (nullable): the section with this id
 */
JipSection *
jip_draft_find_section (JipDraft *draft, const char *id)
{
  guint index;

  g_return_val_if_fail (draft != NULL && id != NULL, NULL);
  return find_index (draft, id, &index) ? g_ptr_array_index (draft->sections, index) : NULL;
}

static gboolean
is_generated (JipBlock *block)
{
  guint n_spans;
  const JipSpan *spans = jip_block_get_spans (block, &n_spans);

  for (guint i = 0; i < n_spans; i++)
    if (spans[i].origin == JIP_ORIGIN_GENERATED)
      return TRUE;
  return FALSE;
}

/**
 * jip_draft_uses_ai:
 *
 * The one answer for the label "AI 미사용" and for the AI notice of an exported paper.
 *
 * Returns: whether a language model wrote any of the text; what was typed or edited by hand alone does not count
 */
gboolean
jip_draft_uses_ai (JipDraft *draft)
{
  g_return_val_if_fail (draft != NULL, FALSE);

  for (guint i = 0; i < jip_draft_get_n_sections (draft); i++)
    {
      JipSection *section = jip_draft_get_section (draft, i);
      for (guint j = 0; j < jip_section_get_n_blocks (section); j++)
        if (is_generated (jip_section_get_block (section, j)))
          return TRUE;
    }
  return FALSE;
}

JipDraft *
jip_draft_with_title (JipDraft *draft, const char *title)
{
  g_return_val_if_fail (draft != NULL && title != NULL, NULL);

  JipDraft *copy = draft_copy (draft);
  g_free (copy->title);
  copy->title = g_utf8_make_valid (title, -1);
  return copy;
}

/**
 * jip_draft_with_fields:
 * @fields: (transfer none): kept by reference; not to be changed afterwards
 */
JipDraft *
jip_draft_with_fields (JipDraft *draft, JsonObject *fields)
{
  g_return_val_if_fail (draft != NULL && fields != NULL, NULL);

  JipDraft *copy = draft_copy (draft);
  json_object_unref (copy->fields);
  copy->fields = json_object_ref (fields);
  return copy;
}

/**
 * jip_draft_with_section:
 * @section: takes the place of the one with its id, or comes last; the other sections are shared unchanged
 */
JipDraft *
jip_draft_with_section (JipDraft *draft, JipSection *section)
{
  guint index;

  g_return_val_if_fail (draft != NULL && section != NULL, NULL);

  JipDraft *copy = draft_copy (draft);
  if (find_index (copy, section->id, &index))
    {
      jip_section_unref (copy->sections->pdata[index]);
      copy->sections->pdata[index] = jip_section_ref (section);
    }
  else
    g_ptr_array_add (copy->sections, jip_section_ref (section));
  return copy;
}

JipDraft *
jip_draft_without_section (JipDraft *draft, const char *id)
{
  guint index;

  g_return_val_if_fail (draft != NULL && id != NULL, NULL);

  JipDraft *copy = draft_copy (draft);
  if (find_index (copy, id, &index))
    g_ptr_array_remove_index (copy->sections, index);
  return copy;
}

static JipSection *
section_from_json (JsonNode *node, const char *path, guint index, GError **error)
{
  JipFields fields;

  jip_fields_init (&fields, node, path);
  const char *id = jip_fields_string (&fields, "id", JIP_OPTIONAL, 100);
  const char *heading = jip_fields_string (&fields, "heading", JIP_OPTIONAL, 1000);
  JsonArray *blocks = jip_fields_array (&fields, "blocks", JIP_OPTIONAL, JIP_DRAFT_MAX_BLOCKS);
  if (!jip_fields_finish (&fields, error))
    return NULL;

  g_autofree char *made = g_strdup_printf ("section-%u", index + 1);
  g_autoptr (JipSection) section = jip_section_new (id != NULL && *id != '\0' ? id : made, heading, NULL);
  section->extra = jip_draft_copy_extra (json_node_get_object (node), section_members);
  for (guint i = 0; blocks != NULL && i < json_array_get_length (blocks); i++)
    {
      g_autofree char *at = g_strdup_printf ("%s.blocks[%u]", path, i);
      JipBlock *block = jip_block_from_json (json_array_get_element (blocks, i), at, error);
      if (block == NULL)
        return NULL;
      g_ptr_array_add (section->blocks, block);
    }
  return g_steal_pointer (&section);
}

static gboolean
read_sections (JipDraft *draft, JsonArray *sections, GError **error)
{
  for (guint i = 0; i < json_array_get_length (sections); i++)
    {
      guint other;
      g_autofree char *at = g_strdup_printf ("$.sections[%u]", i);
      g_autoptr (JipSection) section = section_from_json (json_array_get_element (sections, i), at, i, error);
      if (section == NULL)
        return FALSE;
      if (find_index (draft, section->id, &other))
        return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("%s.id: another section has this id"), at);
      g_ptr_array_add (draft->sections, g_steal_pointer (&section));
    }
  return TRUE;
}

/**
 * jip_draft_from_json:
 * @node: a `jip-draft/1` (documents.md)
 *
 * Returns: (transfer full): the draft; on %JIP_ERROR_BAD_ARGS, which names the member at fault, %NULL
 */
JipDraft *
jip_draft_from_json (JsonNode *node, GError **error)
{
  JipFields fields;
  const char *formats[] = { JIP_DRAFT_FORMAT, NULL };

  jip_fields_init (&fields, node, "$");
  jip_fields_choice (&fields, "format", JIP_REQUIRED, formats);
  const char *type = jip_fields_string (&fields, "type", JIP_REQUIRED, 100);
  const char *title = jip_fields_string (&fields, "title", JIP_OPTIONAL, 1000);
  JsonObject *form = jip_fields_object (&fields, "fields", JIP_OPTIONAL);
  JsonArray *sections = jip_fields_array (&fields, "sections", JIP_REQUIRED, JIP_DRAFT_MAX_SECTIONS);
  if (!jip_fields_finish (&fields, error))
    return NULL;

  g_autoptr (JipDraft) draft = jip_draft_new (type, title);
  draft->extra = jip_draft_copy_extra (json_node_get_object (node), draft_members);
  if (form != NULL)
    {
      json_object_unref (draft->fields);
      draft->fields = json_object_ref (form);
    }
  return read_sections (draft, sections, error) ? g_steal_pointer (&draft) : NULL;
}

/**
 * jip_draft_parse:
 * @length: the number of bytes, or -1 when @text ends in NUL
 *
 * Returns: (transfer full): the draft; %NULL on %JIP_ERROR_BAD_JSON, %JIP_ERROR_BAD_ARGS or %JIP_ERROR_TOO_LARGE
 */
JipDraft *
jip_draft_parse (const char *text, gssize length, GError **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  if ((length < 0 ? strlen (text) : (gsize) length) > JIP_DRAFT_MAX_BYTES)
    {
      jip_error_set (error, JIP_ERROR_TOO_LARGE, _ ("The draft is larger than %u MiB."),
                     JIP_DRAFT_MAX_BYTES >> 20);
      return NULL;
    }
  g_autoptr (JsonNode) node = jip_json_parse (text, length, error);
  return node != NULL ? jip_draft_from_json (node, error) : NULL;
}

/**
 * jip_draft_to_json:
 *
 * Returns: (transfer full): a `jip-draft/1`, with the members that were not understood when it was read
 */
JsonNode *
jip_draft_to_json (JipDraft *draft)
{
  g_return_val_if_fail (draft != NULL, NULL);

  JsonObject *object = json_object_new ();
  JsonArray *sections = json_array_sized_new (draft->sections->len);
  json_object_set_string_member (object, "format", JIP_DRAFT_FORMAT);
  json_object_set_string_member (object, "type", draft->type);
  json_object_set_string_member (object, "title", draft->title);
  json_object_set_object_member (object, "fields", json_object_ref (draft->fields));
  for (guint i = 0; i < draft->sections->len; i++)
    json_array_add_object_element (sections, section_to_json (g_ptr_array_index (draft->sections, i)));
  json_object_set_array_member (object, "sections", sections);
  jip_draft_add_extra (object, draft->extra);

  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

char *
jip_draft_serialise (JipDraft *draft)
{
  g_return_val_if_fail (draft != NULL, NULL);

  g_autoptr (JsonNode) node = jip_draft_to_json (draft);
  return jip_json_to_string (node);
}

gboolean
jip_draft_equal (JipDraft *a, JipDraft *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a == b)
    return TRUE;
  g_autoptr (JsonNode) node_a = jip_draft_to_json (a);
  g_autoptr (JsonNode) node_b = jip_draft_to_json (b);
  g_autofree char *text_a = jip_json_canonical (node_a);
  g_autofree char *text_b = jip_json_canonical (node_b);
  return strcmp (text_a, text_b) == 0;
}
