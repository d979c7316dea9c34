/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-form-state.h"

#include <string.h>

#include "jip-error.h"

struct _JipFormState
{
  gatomicrefcount ref_count;
  JipDocumentType *type;
  GHashTable *texts; /* field id -> text, never empty */
};

G_DEFINE_BOXED_TYPE (JipFormState, jip_form_state, jip_form_state_ref, jip_form_state_unref)

static JipFormState *
state_alloc (JipDocumentType *type)
{
  JipFormState *state = g_new0 (JipFormState, 1);

  g_atomic_ref_count_init (&state->ref_count);
  state->type = g_object_ref (type);
  state->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return state;
}

static void
set_text (JipFormState *state, const char *field, const char *text)
{
  if (text != NULL && *text != '\0')
    g_hash_table_replace (state->texts, g_strdup (field), g_strdup (text));
  else
    g_hash_table_remove (state->texts, field);
}

static JipFormState *
state_copy (JipFormState *state)
{
  JipFormState *copy = state_alloc (state->type);
  GHashTableIter iter;
  gpointer field, text;

  g_hash_table_iter_init (&iter, state->texts);
  while (g_hash_table_iter_next (&iter, &field, &text))
    set_text (copy, field, text);
  return copy;
}

static gboolean
is_list (const JipDocumentField *field)
{
  return field->kind == JIP_FIELD_LIST || field->kind == JIP_FIELD_FILE;
}

static char *
read_value (const JipDocumentField *field, JsonObject *fields)
{
  JsonNode *node = json_object_get_member (fields, field->id);

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  return jip_document_field_format (field, fields, NULL);
}

/**
 * jip_form_state_new:
 * @fields: (nullable): what a draft of this type holds
 *
 * Returns: (transfer full): the form of @type, filled in with @fields
 */
JipFormState *
jip_form_state_new (JipDocumentType *type, JsonObject *fields)
{
  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (type), NULL);

  JipFormState *state = state_alloc (type);
  for (guint i = 0; fields != NULL && i < jip_document_type_get_n_fields (type); i++)
    {
      const JipDocumentField *field = jip_document_type_get_field (type, i);
      g_autofree char *text = read_value (field, fields);
      set_text (state, field->id, text);
    }
  return state;
}

JipFormState *
jip_form_state_ref (JipFormState *state)
{
  g_atomic_ref_count_inc (&state->ref_count);
  return state;
}

void
jip_form_state_unref (JipFormState *state)
{
  if (state == NULL || !g_atomic_ref_count_dec (&state->ref_count))
    return;
  g_object_unref (state->type);
  g_hash_table_unref (state->texts);
  g_free (state);
}

/**
 * jip_form_state_with_text:
 * @field: an id of the type; of a list the lines are its entries
 * @text: (nullable): as it was typed
 *
 * Returns: (transfer full): the form with this field changed
 */
JipFormState *
jip_form_state_with_text (JipFormState *state, const char *field, const char *text)
{
  g_return_val_if_fail (state != NULL && field != NULL, NULL);

  if (g_strcmp0 (jip_form_state_get_text (state, field), text != NULL ? text : "") == 0)
    return jip_form_state_ref (state);
  JipFormState *changed = state_copy (state);
  set_text (changed, field, text);
  return changed;
}

static const char *
find_prefill (const JipFormPrefill *prefill, const char *name)
{
  const struct
  {
    const char *name, *value;
  } known[] = { { "user", prefill->user },
                { "department", prefill->department },
                { "organization", prefill->organization },
                { "phone", prefill->phone },
                { "today", prefill->today } };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_strcmp0 (known[i].name, name) == 0)
      return known[i].value;
  return NULL;
}

/**
 * jip_form_state_with_prefill:
 *
 * Returns: (transfer full): the form in which empty fields that ask for what @prefill knows are filled in
 */
JipFormState *
jip_form_state_with_prefill (JipFormState *state, const JipFormPrefill *prefill)
{
  g_return_val_if_fail (state != NULL && prefill != NULL, NULL);

  JipFormState *filled = state_copy (state);
  for (guint i = 0; i < jip_document_type_get_n_fields (state->type); i++)
    {
      const JipDocumentField *field = jip_document_type_get_field (state->type, i);
      if (field->prefill != NULL && *jip_form_state_get_text (state, field->id) == '\0')
        set_text (filled, field->id, find_prefill (prefill, field->prefill));
    }
  return filled;
}

JipDocumentType *
jip_form_state_get_document_type (JipFormState *state)
{
  g_return_val_if_fail (state != NULL, NULL);
  return state->type;
}

/**
 * jip_form_state_get_text:
 *
 * Returns: (transfer none): what the field holds, empty for nothing
 */
const char *
jip_form_state_get_text (JipFormState *state, const char *field)
{
  g_return_val_if_fail (state != NULL && field != NULL, "");

  const char *text = g_hash_table_lookup (state->texts, field);
  return text != NULL ? text : "";
}

static JsonArray *
split_items (const char *text)
{
  JsonArray *items = json_array_new ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0')
      json_array_add_string_element (items, lines[i]);
  return items;
}

/**
 * jip_form_state_to_fields:
 *
 * Returns: (transfer full): the `fields` of a draft: texts, and arrays for lists; empty fields are left out
 */
JsonObject *
jip_form_state_to_fields (JipFormState *state)
{
  g_return_val_if_fail (state != NULL, NULL);

  JsonObject *fields = json_object_new ();
  for (guint i = 0; i < jip_document_type_get_n_fields (state->type); i++)
    {
      const JipDocumentField *field = jip_document_type_get_field (state->type, i);
      const char *text = jip_form_state_get_text (state, field->id);
      if (*text == '\0')
        continue;
      if (is_list (field))
        json_object_set_array_member (fields, field->id, split_items (text));
      else
        json_object_set_string_member (fields, field->id, text);
    }
  return fields;
}

/**
 * jip_form_state_find_missing:
 *
 * Returns: (transfer container) (element-type JipDocumentField): the required fields that hold nothing, in their order
 */
GPtrArray *
jip_form_state_find_missing (JipFormState *state)
{
  g_return_val_if_fail (state != NULL, NULL);

  g_autoptr (JsonObject) fields = jip_form_state_to_fields (state);
  GPtrArray *missing = g_ptr_array_new ();
  for (guint i = 0; i < jip_document_type_get_n_fields (state->type); i++)
    {
      const JipDocumentField *field = jip_document_type_get_field (state->type, i);
      if (field->required && jip_document_field_is_empty (field, fields))
        g_ptr_array_add (missing, (gpointer) field);
    }
  return missing;
}

static const char *
find_field_in_detail (JsonNode *detail)
{
  JsonObject *object = detail != NULL ? json_node_get_object (detail) : NULL;

  if (object == NULL)
    return NULL;
  if (json_object_has_member (object, "missing"))
    return json_array_get_string_element (json_object_get_array_member (object, "missing"), 0);
  return json_object_get_string_member_with_default (object, "field", NULL);
}

/**
 * jip_form_state_find_problem:
 * @sentence: (out) (transfer full): what keeps a paper from being written
 *
 * Returns: (transfer none) (nullable): the field to go to, or %NULL when all is well
 */
const JipDocumentField *
jip_form_state_find_problem (JipFormState *state, char **sentence)
{
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (state != NULL && sentence != NULL, NULL);

  g_autoptr (JsonObject) fields = jip_form_state_to_fields (state);
  if (jip_document_type_check_fields (state->type, fields, &error))
    return NULL;
  const char *id = find_field_in_detail (jip_error_get_detail (error));
  const JipDocumentField *field = id != NULL ? jip_document_type_find_field (state->type, id) : NULL;
  *sentence = g_strdup (error->message);
  return field != NULL ? field : jip_document_type_get_field (state->type, 0);
}
