/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-block.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-block-private.h"
#include "jip-error.h"
#include "jip-fields.h"

#define MAX_SPANS 2000
#define MAX_ITEMS 200
#define MAX_WIDTH_MM 400

static const char *kinds[]
    = { [JIP_BLOCK_PARAGRAPH] = "paragraph",   [JIP_BLOCK_TABLE] = "table", [JIP_BLOCK_IMAGE] = "image",
        [JIP_BLOCK_ATTACHMENT] = "attachment", [JIP_BLOCK_END] = "end",     NULL };
static const char *origins[]
    = { [JIP_ORIGIN_NONE] = "",       [JIP_ORIGIN_GENERATED] = "generated", [JIP_ORIGIN_EDITED] = "edited",
        [JIP_ORIGIN_FIELD] = "field", [JIP_ORIGIN_SOURCE] = "source",       NULL };
static const char *const paragraph_members[] = { "kind", "text", "level", "bullet", "spans", NULL };
static const char *const span_members[] = { "start", "length", "bold", "underline", "origin", NULL };
static const char *const table_members[] = { "kind", "rows", NULL };
static const char *const cell_members[] = { "text", "header", "colspan", "rowspan", NULL };
static const char *const image_members[] = { "kind", "file", "width_mm", "caption", NULL };
static const char *const attachment_members[] = { "kind", "items", NULL };
static const char *const end_members[] = { "kind", NULL };

static guint
find_name (const char **names, const char *name)
{
  guint i = 0;
  while (names[i] != NULL && strcmp (names[i], name) != 0)
    i++;
  return i;
}

/* The members of @object that are not @known, or NULL when there are none. */
JsonObject *
jip_draft_copy_extra (JsonObject *object, const char *const *known)
{
  JsonObject *extra = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      if (g_strv_contains (known, name))
        continue;
      if (extra == NULL)
        extra = json_object_new ();
      json_object_set_member (extra, name, json_node_copy (node));
    }
  return extra;
}

void
jip_draft_add_extra (JsonObject *object, JsonObject *extra)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (extra == NULL)
    return;
  json_object_iter_init_ordered (&iter, extra);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    json_object_set_member (object, name, json_node_copy (node));
}

/* Text that may be empty: `required` of JipFields asks for more than that. */
static const char *
read_text (JipFields *fields, const char *name)
{
  const char *text = jip_fields_string (fields, name, JIP_OPTIONAL, JIP_BLOCK_MAX_TEXT);
  if (text == NULL)
    jip_fields_fail (fields, name, _ ("is missing"));
  return text != NULL ? text : "";
}

static gboolean
read_span (JsonNode *node, const char *path, guint length, GArray *spans, GError **error)
{
  JipFields fields;
  JipSpan span = { 0 };

  jip_fields_init (&fields, node, path);
  span.start = (guint) jip_fields_int (&fields, "start", JIP_REQUIRED, 0, G_MAXINT32, 0);
  span.length = (guint) jip_fields_int (&fields, "length", JIP_REQUIRED, 1, G_MAXINT32, 1);
  span.bold = jip_fields_boolean (&fields, "bold", JIP_OPTIONAL, FALSE);
  span.underline = jip_fields_boolean (&fields, "underline", JIP_OPTIONAL, FALSE);
  const char *origin = jip_fields_choice (&fields, "origin", JIP_OPTIONAL, origins + 1);
  if (span.start + (guint64) span.length > length)
    jip_fields_fail (&fields, NULL, _ ("reaches beyond the text's %u characters"), length);
  if (!jip_fields_finish (&fields, error))
    return FALSE;
  span.origin = origin != NULL ? find_name (origins, origin) : JIP_ORIGIN_NONE;
  span.extra = jip_draft_copy_extra (json_node_get_object (node), span_members);
  g_array_append_val (spans, span);
  return TRUE;
}

static gboolean
read_spans (JipBlock *block, JsonArray *array, const char *path, GError **error)
{
  guint length = (guint) g_utf8_strlen (block->text, -1);

  if (array == NULL || json_array_get_length (array) == 0)
    return TRUE;
  block->spans = jip_block_new_spans ();
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autofree char *at = g_strdup_printf ("%s.spans[%u]", path, i);
      if (!read_span (json_array_get_element (array, i), at, length, block->spans, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_paragraph (JipBlock *block, JipFields *fields, GError **error)
{
  const char *text = read_text (fields, "text");
  block->level = (guint) jip_fields_int (fields, "level", JIP_OPTIONAL, 1, JIP_BLOCK_MAX_LEVEL, 0);
  const char *bullet = jip_fields_string (fields, "bullet", JIP_OPTIONAL, 1);
  JsonArray *spans = jip_fields_array (fields, "spans", JIP_OPTIONAL, MAX_SPANS);

  if (strpbrk (text, "\n\r") != NULL)
    jip_fields_fail (fields, "text", _ ("is more than one line"));
  if (bullet != NULL && block->level > 0)
    jip_fields_fail (fields, "bullet", _ ("cannot stand beside a level"));
  if (bullet != NULL && (block->bullet = jip_bullet_find (bullet)) == NULL)
    jip_fields_fail (fields, "bullet", _ ("must be one of: %s"), "□ ○ ㅇ - · ※ *");
  block->text = g_strdup (text);
  return jip_fields_finish (fields, error) && read_spans (block, spans, fields->path, error);
}

static gboolean
read_cell (JipBlock *block, JsonNode *node, const char *path, guint row, GError **error)
{
  JipFields fields;
  JipCell cell = { .row = row };

  jip_fields_init (&fields, node, path);
  const char *text = read_text (&fields, "text");
  cell.header = jip_fields_boolean (&fields, "header", JIP_OPTIONAL, FALSE);
  cell.column_span = (guint) jip_fields_int (&fields, "colspan", JIP_OPTIONAL, 1, JIP_TABLE_MAX_COLUMNS, 1);
  cell.row_span = (guint) jip_fields_int (&fields, "rowspan", JIP_OPTIONAL, 1, JIP_TABLE_MAX_ROWS, 1);
  if (!jip_fields_finish (&fields, error))
    return FALSE;
  cell.text = g_strdup (text);
  cell.extra = jip_draft_copy_extra (json_node_get_object (node), cell_members);
  g_array_append_val (block->cells, cell);
  return TRUE;
}

static gboolean
read_row (JipBlock *block, JsonNode *node, const char *path, guint row, GError **error)
{
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("%s: a list is expected"), path);
  JsonArray *cells = json_node_get_array (node);
  if (json_array_get_length (cells) > JIP_TABLE_MAX_COLUMNS)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("%s: has more than %u elements"), path,
                          JIP_TABLE_MAX_COLUMNS);
  for (guint i = 0; i < json_array_get_length (cells); i++)
    {
      g_autofree char *at = g_strdup_printf ("%s[%u]", path, i);
      if (!read_cell (block, json_array_get_element (cells, i), at, row, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_table (JipBlock *block, JipFields *fields, GError **error)
{
  JsonArray *rows = jip_fields_array (fields, "rows", JIP_REQUIRED, JIP_TABLE_MAX_ROWS);
  if (!jip_fields_finish (fields, error))
    return FALSE;

  block->cells = jip_block_new_cells ();
  block->n_rows = json_array_get_length (rows);
  for (guint i = 0; i < block->n_rows; i++)
    {
      g_autofree char *at = g_strdup_printf ("%s.rows[%u]", fields->path, i);
      if (!read_row (block, json_array_get_element (rows, i), at, i, error))
        return FALSE;
    }
  if (block->cells->len == 0)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("%s.rows: has no cell"), fields->path);
  const char *problem = jip_block_place_cells (block);
  if (problem != NULL)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS,
                          _ ("%s.rows: the merged cells overlap or reach beyond the table (%s)"),
                          fields->path, problem);
  return TRUE;
}

static gboolean
read_image (JipBlock *block, JipFields *fields, GError **error)
{
  const char *file = jip_fields_string (fields, "file", JIP_REQUIRED, 1024);
  block->width_mm = (guint) jip_fields_int (fields, "width_mm", JIP_OPTIONAL, 1, MAX_WIDTH_MM, 0);
  block->caption = g_strdup (jip_fields_string (fields, "caption", JIP_OPTIONAL, 1000));
  if (file != NULL && !jip_block_file_is_safe (file))
    jip_fields_fail (fields, "file", _ ("must be a file in the draft's own folder"));
  block->file = g_strdup (file);
  return jip_fields_finish (fields, error);
}

static gboolean
read_attachment (JipBlock *block, JipFields *fields, GError **error)
{
  JsonArray *items = jip_fields_array (fields, "items", JIP_REQUIRED, MAX_ITEMS);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; items != NULL && i < json_array_get_length (items); i++)
    {
      JsonNode *node = json_array_get_element (items, i);
      const char *text = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
                             ? json_node_get_string (node)
                             : NULL;
      if (text == NULL || *text == '\0' || strpbrk (text, "\n\r") != NULL || g_utf8_strlen (text, -1) > 2000)
        jip_fields_fail (fields, "items", _ ("each must be one line of text"));
      else
        g_strv_builder_add (builder, text);
    }
  block->items = g_strv_builder_end (builder);
  if (block->items[0] == NULL)
    jip_fields_fail (fields, "items", _ ("is empty"));
  return jip_fields_finish (fields, error);
}

/**
 * jip_block_from_json:
 * @node: one element of a section's `blocks`
 * @path: where it stands, for messages
 *
 * Returns: (transfer full): the block; on %JIP_ERROR_BAD_ARGS, %NULL
 */
JipBlock *
jip_block_from_json (JsonNode *node, const char *path, GError **error)
{
  JipFields fields;

  g_return_val_if_fail (path != NULL, NULL);

  jip_fields_init (&fields, node, path);
  const char *kind = jip_fields_choice (&fields, "kind", JIP_REQUIRED, kinds);
  if (fields.error != NULL)
    {
      jip_fields_finish (&fields, error);
      return NULL;
    }

  g_autoptr (JipBlock) block = jip_block_alloc (find_name (kinds, kind));
  const char *const *known = end_members;
  gboolean read = TRUE;
  switch (block->kind)
    {
    case JIP_BLOCK_PARAGRAPH:
      read = read_paragraph (block, &fields, error);
      known = paragraph_members;
      break;
    case JIP_BLOCK_TABLE:
      read = read_table (block, &fields, error);
      known = table_members;
      break;
    case JIP_BLOCK_IMAGE:
      read = read_image (block, &fields, error);
      known = image_members;
      break;
    case JIP_BLOCK_ATTACHMENT:
      read = read_attachment (block, &fields, error);
      known = attachment_members;
      break;
    case JIP_BLOCK_END:
      break;
    }
  if (!read)
    return NULL;
  block->extra = jip_draft_copy_extra (json_node_get_object (node), known);
  return g_steal_pointer (&block);
}

static void
write_paragraph (JipBlock *block, JsonObject *object)
{
  json_object_set_string_member (object, "text", block->text);
  if (block->level > 0)
    json_object_set_int_member (object, "level", block->level);
  if (block->bullet != NULL)
    json_object_set_string_member (object, "bullet", block->bullet);
  if (block->spans == NULL || block->spans->len == 0)
    return;

  JsonArray *array = json_array_sized_new (block->spans->len);
  for (guint i = 0; i < block->spans->len; i++)
    {
      const JipSpan *span = &g_array_index (block->spans, JipSpan, i);
      JsonObject *member = json_object_new ();
      json_object_set_int_member (member, "start", span->start);
      json_object_set_int_member (member, "length", span->length);
      if (span->bold)
        json_object_set_boolean_member (member, "bold", TRUE);
      if (span->underline)
        json_object_set_boolean_member (member, "underline", TRUE);
      if (span->origin != JIP_ORIGIN_NONE)
        json_object_set_string_member (member, "origin", origins[span->origin]);
      jip_draft_add_extra (member, span->extra);
      json_array_add_object_element (array, member);
    }
  json_object_set_array_member (object, "spans", array);
}

static JsonObject *
write_cell (const JipCell *cell)
{
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "text", cell->text);
  if (cell->header)
    json_object_set_boolean_member (object, "header", TRUE);
  if (cell->column_span > 1)
    json_object_set_int_member (object, "colspan", cell->column_span);
  if (cell->row_span > 1)
    json_object_set_int_member (object, "rowspan", cell->row_span);
  jip_draft_add_extra (object, cell->extra);
  return object;
}

static void
write_table (JipBlock *block, JsonObject *object)
{
  JsonArray *rows = json_array_sized_new (block->n_rows);
  guint next = 0;

  for (guint r = 0; r < block->n_rows; r++)
    {
      JsonArray *row = json_array_new ();
      for (; next < block->cells->len && g_array_index (block->cells, JipCell, next).row == r; next++)
        json_array_add_object_element (row, write_cell (&g_array_index (block->cells, JipCell, next)));
      json_array_add_array_element (rows, row);
    }
  json_object_set_array_member (object, "rows", rows);
}

/**
 * jip_block_to_json:
 *
 * Returns: (transfer full): an object that jip_block_from_json() reads back
 */
JsonNode *
jip_block_to_json (JipBlock *block)
{
  g_return_val_if_fail (block != NULL, NULL);

  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "kind", kinds[block->kind]);
  if (block->kind == JIP_BLOCK_PARAGRAPH)
    write_paragraph (block, object);
  if (block->kind == JIP_BLOCK_TABLE)
    write_table (block, object);
  if (block->kind == JIP_BLOCK_IMAGE)
    {
      json_object_set_string_member (object, "file", block->file);
      if (block->width_mm > 0)
        json_object_set_int_member (object, "width_mm", block->width_mm);
      if (block->caption != NULL)
        json_object_set_string_member (object, "caption", block->caption);
    }
  if (block->kind == JIP_BLOCK_ATTACHMENT)
    {
      JsonArray *items = json_array_new ();
      for (guint i = 0; block->items[i] != NULL; i++)
        json_array_add_string_element (items, block->items[i]);
      json_object_set_array_member (object, "items", items);
    }
  jip_draft_add_extra (object, block->extra);

  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}
