/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-block.h"

#include <string.h>

#include "jip-block-private.h"
#include "jip-json.h"

G_DEFINE_BOXED_TYPE (JipBlock, jip_block, jip_block_ref, jip_block_unref)

static const char *const bullets[] = { "□", "○", "ㅇ", "-", "·", "※", "*" };

/**
 * jip_bullet_find:
 * @text: a line, or a bullet alone
 *
 * Returns: (transfer none) (nullable): the bullet that @text begins with
 */
const char *
jip_bullet_find (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bullets); i++)
    if (g_str_has_prefix (text, bullets[i]))
      return bullets[i];
  return NULL;
}

static void
span_clear (gpointer data)
{
  JipSpan *span = data;
  g_clear_pointer (&span->extra, json_object_unref);
}

static void
cell_clear (gpointer data)
{
  JipCell *cell = data;
  g_clear_pointer (&cell->text, g_free);
  g_clear_pointer (&cell->extra, json_object_unref);
}

GArray *
jip_block_new_spans (void)
{
  GArray *spans = g_array_new (FALSE, TRUE, sizeof (JipSpan));
  g_array_set_clear_func (spans, span_clear);
  return spans;
}

GArray *
jip_block_new_cells (void)
{
  GArray *cells = g_array_new (FALSE, TRUE, sizeof (JipCell));
  g_array_set_clear_func (cells, cell_clear);
  return cells;
}

JipBlock *
jip_block_alloc (JipBlockKind kind)
{
  JipBlock *block = g_atomic_rc_box_new0 (JipBlock);
  block->kind = kind;
  return block;
}

static void
block_clear (gpointer data)
{
  JipBlock *block = data;

  g_free (block->text);
  g_clear_pointer (&block->spans, g_array_unref);
  g_clear_pointer (&block->cells, g_array_unref);
  g_free (block->file);
  g_free (block->caption);
  g_strfreev (block->items);
  g_clear_pointer (&block->extra, json_object_unref);
}

JipBlock *
jip_block_ref (JipBlock *block)
{
  g_return_val_if_fail (block != NULL, NULL);
  return g_atomic_rc_box_acquire (block);
}

void
jip_block_unref (JipBlock *block)
{
  g_return_if_fail (block != NULL);
  g_atomic_rc_box_release_full (block, block_clear);
}

/* A line of text holds no line ends, tabs or other control characters; they become spaces or vanish. */
char *
jip_block_clean_text (const char *text)
{
  GString *out = g_string_sized_new (strlen (text));
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      if (c == '\n' || c == '\t')
        g_string_append_c (out, ' ');
      else if (c >= 0x20 && c != 0x7f)
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

/* A cell may hold several lines. */
static char *
clean_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *clean = jip_block_clean_text (lines[i]);
      g_free (lines[i]);
      lines[i] = clean;
    }
  return g_strjoinv ("\n", lines);
}

/**
 * jip_block_new_paragraph:
 * @text: one line; line ends and tabs become spaces, control characters are dropped
 */
JipBlock *
jip_block_new_paragraph (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  JipBlock *block = jip_block_alloc (JIP_BLOCK_PARAGRAPH);
  block->text = jip_block_clean_text (text);
  return block;
}

/**
 * jip_block_new_numbered:
 * @text: the item without its mark, which is computed from level and position
 * @level: 1 to 8
 */
JipBlock *
jip_block_new_numbered (const char *text, guint level)
{
  g_return_val_if_fail (level >= 1 && level <= JIP_BLOCK_MAX_LEVEL, NULL);

  JipBlock *block = jip_block_new_paragraph (text);
  block->level = level;
  return block;
}

/**
 * jip_block_new_bulleted:
 * @text: the item without its bullet
 * @bullet: one of `□ ○ ㅇ - · ※ *`
 */
JipBlock *
jip_block_new_bulleted (const char *text, const char *bullet)
{
  const char *known = jip_bullet_find (bullet);
  g_return_val_if_fail (known != NULL && strcmp (known, bullet) == 0, NULL);

  JipBlock *block = jip_block_new_paragraph (text);
  block->bullet = known;
  return block;
}

/* The grid column of each cell: the first free one from the left, below cells that span rows. */
const char *
jip_block_place_cells (JipBlock *block)
{
  g_autofree guint8 *taken = g_malloc0 ((gsize) block->n_rows * JIP_TABLE_MAX_COLUMNS);
  guint row = 0, column = 0;

  block->n_columns = 0;
  for (guint i = 0; i < block->cells->len; i++)
    {
      JipCell *cell = &g_array_index (block->cells, JipCell, i);
      column = cell->row == row ? column : 0;
      row = cell->row;
      while (column < JIP_TABLE_MAX_COLUMNS && taken[row * JIP_TABLE_MAX_COLUMNS + column])
        column++;
      if (column + cell->column_span > JIP_TABLE_MAX_COLUMNS)
        return "columns";
      if (row + cell->row_span > block->n_rows)
        return "rowspan";
      for (guint r = row; r < row + cell->row_span; r++)
        for (guint c = column; c < column + cell->column_span; c++)
          {
            if (taken[r * JIP_TABLE_MAX_COLUMNS + c])
              return "overlap";
            taken[r * JIP_TABLE_MAX_COLUMNS + c] = 1;
          }
      cell->column = column;
      column += cell->column_span;
      block->n_columns = MAX (block->n_columns, column);
    }
  return NULL;
}

/**
 * jip_block_new_table:
 * @cells: in reading order; `row` ascending, `column` is computed, spans of 0 count as 1, a line end in a text parts
 *   paragraphs
 *
 * Returns: (transfer full) (nullable): %NULL when the cells overlap or leave the bounds
 */
JipBlock *
jip_block_new_table (const JipCell *cells, guint n_cells)
{
  g_return_val_if_fail (cells != NULL && n_cells > 0, NULL);

  g_autoptr (JipBlock) block = jip_block_alloc (JIP_BLOCK_TABLE);
  block->cells = jip_block_new_cells ();
  for (guint i = 0; i < n_cells; i++)
    {
      JipCell cell = cells[i];
      if (cell.row >= JIP_TABLE_MAX_ROWS || (i > 0 && cell.row < cells[i - 1].row))
        return NULL;
      cell.text = clean_lines (cell.text != NULL ? cell.text : "");
      cell.row_span = MAX (cell.row_span, 1);
      cell.column_span = CLAMP (cell.column_span, 1, JIP_TABLE_MAX_COLUMNS);
      cell.extra = cell.extra != NULL ? json_object_ref (cell.extra) : NULL;
      block->n_rows = MAX (block->n_rows, cell.row + 1);
      g_array_append_val (block->cells, cell);
    }
  return jip_block_place_cells (block) == NULL ? g_steal_pointer (&block) : NULL;
}

/* Relative, and within the draft's own folder. */
gboolean
jip_block_file_is_safe (const char *file)
{
  if (*file == '\0' || *file == '/' || strchr (file, '\\') != NULL || strchr (file, ':') != NULL)
    return FALSE;
  g_auto (GStrv) parts = g_strsplit (file, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i][0] == '\0' || strcmp (parts[i], ".") == 0 || strcmp (parts[i], "..") == 0)
      return FALSE;
  return TRUE;
}

/**
 * jip_block_new_image:
 * @file: relative to the draft's own file, within its folder
 * @width_mm: 0 for the layout's own width
 * @caption: (nullable)
 *
 * Returns: (transfer full) (nullable): %NULL when @file leaves the folder
 */
JipBlock *
jip_block_new_image (const char *file, guint width_mm, const char *caption)
{
  g_return_val_if_fail (file != NULL, NULL);
  if (!jip_block_file_is_safe (file))
    return NULL;

  JipBlock *block = jip_block_alloc (JIP_BLOCK_IMAGE);
  block->file = g_strdup (file);
  block->width_mm = width_mm;
  block->caption = caption != NULL ? jip_block_clean_text (caption) : NULL;
  return block;
}

JipBlock *
jip_block_new_attachment (const char *const *items)
{
  g_return_val_if_fail (items != NULL && items[0] != NULL, NULL);

  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  for (guint i = 0; items[i] != NULL; i++)
    {
      g_autofree char *item = jip_block_clean_text (items[i]);
      g_strv_builder_add (builder, item);
    }
  JipBlock *block = jip_block_alloc (JIP_BLOCK_ATTACHMENT);
  block->items = g_strv_builder_end (builder);
  return block;
}

JipBlock *
jip_block_new_end (void)
{
  return jip_block_alloc (JIP_BLOCK_END);
}

static JipBlock *
copy_paragraph (JipBlock *block, const char *text)
{
  JipBlock *copy = jip_block_new_paragraph (text);
  copy->level = block->level;
  copy->bullet = block->bullet;
  copy->extra = block->extra != NULL ? json_object_ref (block->extra) : NULL;
  return copy;
}

static void
append_span (JipBlock *block, const JipSpan *span)
{
  JipSpan copy = *span;

  if (block->spans == NULL)
    block->spans = jip_block_new_spans ();
  if (copy.extra != NULL)
    json_object_ref (copy.extra);
  g_array_append_val (block->spans, copy);
}

/**
 * jip_block_with_spans:
 * @block: a paragraph
 * @spans: (nullable): they replace the ones of @block; what lies outside the text is cut off
 */
JipBlock *
jip_block_with_spans (JipBlock *block, const JipSpan *spans, guint n_spans)
{
  g_return_val_if_fail (block != NULL && block->kind == JIP_BLOCK_PARAGRAPH, NULL);

  JipBlock *copy = copy_paragraph (block, block->text);
  guint length = (guint) g_utf8_strlen (copy->text, -1);
  for (guint i = 0; i < n_spans; i++)
    {
      JipSpan span = spans[i];
      if (span.start >= length || span.length == 0)
        continue;
      span.length = MIN (span.length, length - span.start);
      append_span (copy, &span);
    }
  return copy;
}

static guint
common_prefix (const gunichar *a, glong n_a, const gunichar *b, glong n_b)
{
  glong n = 0;
  while (n < n_a && n < n_b && a[n] == b[n])
    n++;
  return (guint) n;
}

static guint
common_suffix (const gunichar *a, glong n_a, const gunichar *b, glong n_b, guint prefix)
{
  glong n = 0;
  while (n < n_a - prefix && n < n_b - prefix && a[n_a - 1 - n] == b[n_b - 1 - n])
    n++;
  return (guint) n;
}

/**
 * jip_block_with_text:
 * @block: a paragraph
 * @origin: where the words come from that @block did not hold; %JIP_ORIGIN_NONE leaves them unmarked
 *
 * Keeps level, bullet and the spans of what stayed: the text between the common beginning and the common end is
 * taken as replaced.
 */
JipBlock *
jip_block_with_text (JipBlock *block, const char *text, JipOrigin origin)
{
  g_return_val_if_fail (block != NULL && block->kind == JIP_BLOCK_PARAGRAPH && text != NULL, NULL);

  JipBlock *copy = copy_paragraph (block, text);
  glong n_old, n_new;
  g_autofree gunichar *old = g_utf8_to_ucs4_fast (block->text, -1, &n_old);
  g_autofree gunichar *new = g_utf8_to_ucs4_fast (copy->text, -1, &n_new);
  guint prefix = common_prefix (old, n_old, new, n_new);
  guint suffix = common_suffix (old, n_old, new, n_new, prefix);
  guint old_end = (guint) n_old - suffix, new_end = (guint) n_new - suffix;

  for (guint i = 0; block->spans != NULL && i < block->spans->len; i++)
    {
      JipSpan span = g_array_index (block->spans, JipSpan, i);
      guint end = span.start + span.length;
      JipSpan before = span, after = span;
      before.length = MIN (end, prefix) - MIN (span.start, prefix);
      after.start = MAX (span.start, old_end) - old_end + new_end;
      after.length = MAX (end, old_end) - MAX (span.start, old_end);
      if (before.length > 0)
        append_span (copy, &before);
      if (after.length > 0)
        append_span (copy, &after);
    }
  JipSpan changed = { .start = prefix, .length = new_end - prefix, .origin = origin };
  if (origin != JIP_ORIGIN_NONE && changed.length > 0)
    append_span (copy, &changed);
  return copy;
}

/**
 * jip_block_equal:
 *
 * Returns: whether both say the same in the same form, spans and unknown members included
 */
gboolean
jip_block_equal (JipBlock *a, JipBlock *b)
{
  if (a == b)
    return TRUE;
  if (a == NULL || b == NULL || a->kind != b->kind || a->level != b->level || a->bullet != b->bullet
      || g_strcmp0 (a->text, b->text) != 0)
    return FALSE;
  g_autoptr (JsonNode) node_a = jip_block_to_json (a);
  g_autoptr (JsonNode) node_b = jip_block_to_json (b);
  g_autofree char *text_a = jip_json_canonical (node_a);
  g_autofree char *text_b = jip_json_canonical (node_b);
  return strcmp (text_a, text_b) == 0;
}

JipBlockKind
jip_block_get_kind (JipBlock *block)
{
  g_return_val_if_fail (block != NULL, JIP_BLOCK_PARAGRAPH);
  return block->kind;
}

/**
 * jip_block_get_text:
 *
 * Returns: (transfer none): a paragraph's text without mark or bullet; empty for other kinds
 */
const char *
jip_block_get_text (JipBlock *block)
{
  g_return_val_if_fail (block != NULL, "");
  return block->text != NULL ? block->text : "";
}

/**
 * jip_block_get_level:
 *
 * Returns: 1 to 8, or 0 for what is not numbered
 */
guint
jip_block_get_level (JipBlock *block)
{
  g_return_val_if_fail (block != NULL, 0);
  return block->level;
}

const char *
jip_block_get_bullet (JipBlock *block)
{
  g_return_val_if_fail (block != NULL, NULL);
  return block->bullet;
}

const JipSpan *
jip_block_get_spans (JipBlock *block, guint *n_spans)
{
  g_return_val_if_fail (block != NULL && n_spans != NULL, NULL);
  *n_spans = block->spans != NULL ? block->spans->len : 0;
  return *n_spans > 0 ? (const JipSpan *) (const void *) block->spans->data : NULL;
}

static int
compare_uint (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;
  return (x > y) - (x < y);
}

/* Spans over one stretch add up; of two origins the later span's stands. */
static void
merge_spans (JipBlock *block, JipSpan *run)
{
  for (guint i = 0; i < block->spans->len; i++)
    {
      const JipSpan *span = &g_array_index (block->spans, JipSpan, i);
      if (span->start > run->start || span->start + span->length < run->start + run->length)
        continue;
      run->bold = run->bold || span->bold;
      run->underline = run->underline || span->underline;
      run->origin = span->origin != JIP_ORIGIN_NONE ? span->origin : run->origin;
    }
}

/**
 * jip_block_get_runs:
 * @block: a paragraph
 *
 * Returns: (transfer full): an array of #JipSpan that covers the whole text in order without gap or overlap
 */
GArray *
jip_block_get_runs (JipBlock *block)
{
  g_return_val_if_fail (block != NULL, NULL);

  GArray *runs = jip_block_new_spans ();
  guint length = (guint) g_utf8_strlen (jip_block_get_text (block), -1);
  g_autoptr (GArray) cuts = g_array_new (FALSE, FALSE, sizeof (guint));

  g_array_append_vals (cuts, &(guint){ 0 }, 1);
  g_array_append_vals (cuts, &length, 1);
  for (guint i = 0; block->spans != NULL && i < block->spans->len; i++)
    {
      const JipSpan *span = &g_array_index (block->spans, JipSpan, i);
      guint end = span->start + span->length;
      g_array_append_vals (cuts, &span->start, 1);
      g_array_append_vals (cuts, &end, 1);
    }
  g_array_sort (cuts, compare_uint);
  for (guint i = 0; i + 1 < cuts->len; i++)
    {
      guint start = g_array_index (cuts, guint, i), end = g_array_index (cuts, guint, i + 1);
      if (start == end || start >= length)
        continue;
      JipSpan run = { .start = start, .length = end - start };
      if (block->spans != NULL)
        merge_spans (block, &run);
      JipSpan *last = runs->len > 0 ? &g_array_index (runs, JipSpan, runs->len - 1) : NULL;
      if (last != NULL && last->bold == run.bold && last->underline == run.underline
          && last->origin == run.origin)
        last->length += run.length;
      else
        g_array_append_val (runs, run);
    }
  return runs;
}

guint
jip_block_get_n_rows (JipBlock *block)
{
  g_return_val_if_fail (block != NULL, 0);
  return block->n_rows;
}

guint
jip_block_get_n_columns (JipBlock *block)
{
  g_return_val_if_fail (block != NULL, 0);
  return block->n_columns;
}

const JipCell *
jip_block_get_cells (JipBlock *block, guint *n_cells)
{
  g_return_val_if_fail (block != NULL && n_cells != NULL, NULL);
  *n_cells = block->cells != NULL ? block->cells->len : 0;
  return *n_cells > 0 ? (const JipCell *) (const void *) block->cells->data : NULL;
}

const char *
jip_block_get_file (JipBlock *block)
{
  g_return_val_if_fail (block != NULL, NULL);
  return block->file;
}

guint
jip_block_get_width_mm (JipBlock *block)
{
  g_return_val_if_fail (block != NULL, 0);
  return block->width_mm;
}

const char *
jip_block_get_caption (JipBlock *block)
{
  g_return_val_if_fail (block != NULL, NULL);
  return block->caption;
}

/**
 * jip_block_get_items:
 *
 * Returns: (transfer none) (nullable): the names of what is attached, %NULL-terminated
 */
const char *const *
jip_block_get_items (JipBlock *block)
{
  g_return_val_if_fail (block != NULL, NULL);
  return (const char *const *) block->items;
}
