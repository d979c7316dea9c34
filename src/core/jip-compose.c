/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-compose.h"

#include <string.h>

/* Papers without a language model. A section's `skeleton` is a list of blocks:
 *
 *   {"kind": "paragraph", "text": TEMPLATE, "level"?, "bullet"?}
 *   {"kind": "items", "field": ID, "text"?: TEMPLATE with {item}, "level"?, "bullet"?}   a paragraph per item
 *   {"kind": "table", "fields": [ID, …]}                                                label and value
 *   {"kind": "attachment", "field": ID}, {"kind": "end"}
 *
 * In a template, {id} is a field's value, {a,b} the first of them that is not empty, {id|modifier} as
 * jip_document_field_format() has it, {은/는} the particle that fits what stands before it. A part in [[ ]] is left out
 * when a value in it is empty; a whole template is left out when a value outside such parts is. */

typedef struct
{
  JipDocumentType *type;
  JsonObject *fields;
  const char *item; /* the value of {item}, or NULL */
  GString *text;
  GArray *spans; /* JipSpan */
} Expansion;

/* Whether the syllable before a particle ends in a consonant; *is_rieul when that is ㄹ, which takes 로. */
static gboolean
has_final (const char *text, gboolean *is_rieul)
{
  static const gboolean digits[] = { TRUE, TRUE, FALSE, TRUE, FALSE, FALSE, TRUE, TRUE, TRUE, FALSE };
  const char *p = text + strlen (text);
  gunichar c = 0;

  while (p > text)
    {
      p = g_utf8_prev_char (p);
      c = g_utf8_get_char (p);
      if (g_unichar_isalnum (c))
        break;
    }
  *is_rieul = FALSE;
  if (c >= 0xAC00 && c <= 0xD7A3)
    {
      *is_rieul = (c - 0xAC00) % 28 == 8;
      return (c - 0xAC00) % 28 != 0;
    }
  if (c >= '0' && c <= '9')
    {
      *is_rieul = c == '1' || c == '7' || c == '8';
      return digits[c - '0'];
    }
  *is_rieul = c == 'l' || c == 'L' || c == 'r' || c == 'R';
  return c != 0 && c < 128 && strchr ("lmnrLMNR", (int) c) != NULL;
}

static void
append_particle (GString *text, const char *pair)
{
  gboolean is_rieul;
  const char *slash = strchr (pair, '/');
  gboolean final = has_final (text->str, &is_rieul);

  if (g_str_has_prefix (pair, "으로/") && is_rieul)
    final = FALSE;
  if (final)
    g_string_append_len (text, pair, slash - pair);
  else
    g_string_append (text, slash + 1);
}

static char *
find_value (Expansion *expansion, const char *name)
{
  if (strcmp (name, "item") == 0)
    return g_strdup (expansion->item != NULL ? expansion->item : "");

  g_auto (GStrv) parts = g_strsplit (name, "|", 2);
  g_auto (GStrv) ids = g_strsplit (parts[0], ",", -1);
  for (guint i = 0; ids[i] != NULL; i++)
    {
      const JipDocumentField *field = jip_document_type_find_field (expansion->type, ids[i]);
      if (field != NULL && !jip_document_field_is_empty (field, expansion->fields))
        return jip_document_field_format (field, expansion->fields, parts[1]);
    }
  return g_strdup ("");
}

/* Expands @length bytes of @template; FALSE when a value was empty. */
static gboolean
expand (Expansion *expansion, const char *template, gsize length)
{
  const char *end = template + length;

  for (const char *p = template; p < end;)
    {
      const char *close = *p == '{' ? memchr (p, '}', (gsize) (end - p)) : NULL;
      if (close == NULL)
        {
          g_string_append_c (expansion->text, *p++);
          continue;
        }
      g_autofree char *name = g_strndup (p + 1, (gsize) (close - p - 1));
      p = close + 1;
      if (strchr (name, '/') != NULL)
        {
          append_particle (expansion->text, name);
          continue;
        }
      g_autofree char *value = find_value (expansion, name);
      if (*value == '\0')
        return FALSE;
      JipSpan span = { .start = (guint) g_utf8_strlen (expansion->text->str, -1),
                       .length = (guint) g_utf8_strlen (value, -1),
                       .origin = JIP_ORIGIN_FIELD };
      g_array_append_val (expansion->spans, span);
      g_string_append (expansion->text, g_strdelimit (value, "\r\n", ' '));
    }
  return TRUE;
}

/* Expands a template with its optional parts. */
static gboolean
expand_template (Expansion *expansion, const char *template)
{
  g_string_truncate (expansion->text, 0);
  g_array_set_size (expansion->spans, 0);
  for (const char *p = template; *p != '\0';)
    {
      const char *open = strstr (p, "[[");
      const char *close = open != NULL ? strstr (open, "]]") : NULL;
      if (close == NULL)
        return expand (expansion, p, strlen (p));
      if (!expand (expansion, p, (gsize) (open - p)))
        return FALSE;
      gsize text_length = expansion->text->len;
      guint n_spans = expansion->spans->len;
      if (!expand (expansion, open + 2, (gsize) (close - open - 2)))
        {
          g_string_truncate (expansion->text, text_length);
          g_array_set_size (expansion->spans, n_spans);
        }
      p = close + 2;
    }
  return TRUE;
}

static void
add_paragraph (Expansion *expansion, JsonObject *template, GPtrArray *blocks)
{
  guint level = (guint) json_object_get_int_member_with_default (template, "level", 0);
  const char *bullet = jip_bullet_find (json_object_get_string_member_with_default (template, "bullet", ""));
  const char *text = expansion->text->str;

  g_autoptr (JipBlock) block = level > 0        ? jip_block_new_numbered (text, level)
                               : bullet != NULL ? jip_block_new_bulleted (text, bullet)
                                                : jip_block_new_paragraph (text);
  g_ptr_array_add (blocks, jip_block_with_spans (block, (const JipSpan *) (gpointer) expansion->spans->data,
                                                 expansion->spans->len));
}

static const JipDocumentField *
get_field (Expansion *expansion, JsonObject *template)
{
  return jip_document_type_find_field (expansion->type,
                                       json_object_get_string_member_with_default (template, "field", ""));
}

static void
add_items (Expansion *expansion, JsonObject *template, GPtrArray *blocks)
{
  const char *line = json_object_get_string_member_with_default (template, "text", "{item}");
  g_auto (GStrv) items = jip_document_field_dup_items (get_field (expansion, template), expansion->fields);

  for (guint i = 0; items[i] != NULL; i++)
    {
      expansion->item = items[i];
      if (expand_template (expansion, line))
        add_paragraph (expansion, template, blocks);
      expansion->item = NULL;
    }
}

static void
add_table (Expansion *expansion, JsonObject *template, GPtrArray *blocks)
{
  JsonArray *ids = json_object_get_array_member (template, "fields");
  g_autoptr (GArray) cells = g_array_new (FALSE, TRUE, sizeof (JipCell));
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  guint row = 0;

  for (guint i = 0; i < json_array_get_length (ids); i++)
    {
      const JipDocumentField *field
          = jip_document_type_find_field (expansion->type, json_array_get_string_element (ids, i));
      if (field == NULL || jip_document_field_is_empty (field, expansion->fields))
        continue;
      char *value = jip_document_field_format (field, expansion->fields, NULL);
      g_ptr_array_add (texts, value);
      JipCell label_cell
          = { .text = field->label, .header = TRUE, .row = row, .row_span = 1, .column_span = 1 };
      JipCell value_cell = { .text = value, .row = row, .column = 1, .row_span = 1, .column_span = 1 };
      g_array_append_val (cells, label_cell);
      g_array_append_val (cells, value_cell);
      row++;
    }
  if (row > 0)
    g_ptr_array_add (blocks, jip_block_new_table ((const JipCell *) (gpointer) cells->data, cells->len));
}

static void
add_blocks (Expansion *expansion, JsonObject *template, GPtrArray *blocks)
{
  const char *kind = json_object_get_string_member (template, "kind");

  if (strcmp (kind, "paragraph") == 0)
    {
      if (expand_template (expansion, json_object_get_string_member (template, "text")))
        add_paragraph (expansion, template, blocks);
    }
  else if (strcmp (kind, "items") == 0)
    add_items (expansion, template, blocks);
  else if (strcmp (kind, "table") == 0)
    add_table (expansion, template, blocks);
  else if (strcmp (kind, "end") == 0)
    g_ptr_array_add (blocks, jip_block_new_end ());
  else
    {
      g_auto (GStrv) items
          = jip_document_field_dup_items (get_field (expansion, template), expansion->fields);
      if (items[0] != NULL)
        g_ptr_array_add (blocks, jip_block_new_attachment ((const char *const *) items));
    }
}

static JipSection *
compose (Expansion *expansion, const JipDocumentSection *section)
{
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_block_unref);

  for (guint i = 0; section->skeleton != NULL && i < json_array_get_length (section->skeleton); i++)
    add_blocks (expansion, json_array_get_object_element (section->skeleton, i), blocks);
  if (blocks->len == 0 && section->blank != NULL)
    g_ptr_array_add (blocks, jip_block_new_paragraph (section->blank));
  return jip_section_new (section->id, section->heading, blocks);
}

/**
 * jip_compose_section:
 * @fields: (nullable): the filled form
 *
 * Returns: (transfer full) (nullable): the section made from the form alone; %NULL when there is no such section
 */
JipSection *
jip_compose_section (JipDocumentType *type, const char *section_id, JsonObject *fields)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) spans = g_array_new (FALSE, TRUE, sizeof (JipSpan));

  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (type), NULL);

  const JipDocumentSection *section = jip_document_type_find_section (type, section_id);
  Expansion expansion = { type, fields, NULL, text, spans };
  return section != NULL ? compose (&expansion, section) : NULL;
}

/**
 * jip_compose_draft:
 * @fields: (nullable): the filled form
 *
 * Composes the whole paper without a language model: field values stand where they belong, and a section for which the
 * form holds nothing says what belongs there. What came from the form has the origin %JIP_ORIGIN_FIELD.
 *
 * Returns: (transfer full): the paper
 */
JipDraft *
jip_compose_draft (JipDocumentType *type, JsonObject *fields)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) spans = g_array_new (FALSE, TRUE, sizeof (JipSpan));

  g_return_val_if_fail (JIP_IS_DOCUMENT_TYPE (type), NULL);

  Expansion expansion = { type, fields, NULL, text, spans };
  gboolean titled = expand_template (&expansion, jip_document_type_get_title_template (type));
  g_autoptr (JipDraft) draft = jip_draft_new (jip_document_type_get_id (type),
                                              titled ? text->str : jip_document_type_get_name (type));
  if (fields != NULL)
    {
      g_autoptr (JipDraft) filled = jip_draft_with_fields (draft, fields);
      jip_draft_unref (draft);
      draft = g_steal_pointer (&filled);
    }
  for (guint i = 0; i < jip_document_type_get_n_sections (type); i++)
    {
      g_autoptr (JipSection) section = compose (&expansion, jip_document_type_get_section (type, i));
      JipDraft *longer = jip_draft_with_section (draft, section);
      jip_draft_unref (draft);
      draft = longer;
    }
  return g_steal_pointer (&draft);
}

/**
 * jip_compose_get_label:
 *
 * Returns: (nullable): %JIP_COMPOSE_LABEL while no text of @draft comes from a language model
 */
const char *
jip_compose_get_label (JipDraft *draft)
{
  g_return_val_if_fail (draft != NULL, NULL);

  return jip_draft_uses_ai (draft) ? NULL : JIP_COMPOSE_LABEL;
}
