/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-import.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-import-private.h"

typedef enum
{
  FRAME_STREAM,
  FRAME_BOX,
  FRAME_TABLE,
  FRAME_CELL,
} FrameKind;

/* One level of what is in what. Items go to the innermost frame that is no table. An end that does not fit its begin, as a
 * hostile file may have it, is passed over. */
typedef struct
{
  FrameKind kind;
  JipImportStream stream;
  GArray *items;    /* of JipImportItem; not of a table */
  GString *text;    /* the open paragraph, NULL for none */
  GArray *spans;    /* of it */
  guint n_chars;    /* of it */
  gboolean written; /* it holds more than space */
  guint outline;    /* of it */
  GArray *deferred; /* of JipImportItem: text boxes anchored within it */
  GArray *cells;    /* table: of JipCell */
  GArray *frame;    /* table: the items of its only cell so far, which may be a frame around text */
  guint row;        /* table: of the row that is open, counted from 1 */
} Frame;

struct _JipImport
{
  char *title;
  GArray *streams[JIP_IMPORT_N_STREAMS];
  GPtrArray *frames; /* of Frame */
  gsize text_size;
  guint n_items;
  gboolean too_deep;
};

static void
span_clear (gpointer data)
{
  g_clear_pointer (&((JipSpan *) data)->extra, json_object_unref);
}

static void
cell_clear (gpointer data)
{
  g_clear_pointer (&((JipCell *) data)->text, g_free);
}

static void
item_clear (gpointer data)
{
  JipImportItem *item = data;

  g_clear_pointer (&item->text, g_free);
  g_clear_pointer (&item->spans, g_array_unref);
  g_clear_pointer (&item->cells, g_array_unref);
}

static GArray *
new_items (void)
{
  GArray *items = g_array_new (FALSE, TRUE, sizeof (JipImportItem));
  g_array_set_clear_func (items, item_clear);
  return items;
}

static Frame *
frame_new (FrameKind kind)
{
  Frame *frame = g_new0 (Frame, 1);

  frame->kind = kind;
  if (kind == FRAME_TABLE)
    {
      frame->cells = g_array_new (FALSE, TRUE, sizeof (JipCell));
      g_array_set_clear_func (frame->cells, cell_clear);
    }
  else
    frame->items = new_items ();
  return frame;
}

static void
frame_free (gpointer data)
{
  Frame *frame = data;

  g_clear_pointer (&frame->items, g_array_unref);
  if (frame->text != NULL)
    g_string_free (frame->text, TRUE);
  g_clear_pointer (&frame->spans, g_array_unref);
  g_clear_pointer (&frame->deferred, g_array_unref);
  g_clear_pointer (&frame->cells, g_array_unref);
  g_clear_pointer (&frame->frame, g_array_unref);
  g_free (frame);
}

JipImport *
jip_import_new (void)
{
  JipImport *import = g_new0 (JipImport, 1);

  for (guint i = 0; i < JIP_IMPORT_N_STREAMS; i++)
    import->streams[i] = new_items ();
  import->frames = g_ptr_array_new_with_free_func (frame_free);
  g_ptr_array_add (import->frames, frame_new (FRAME_STREAM));
  return import;
}

void
jip_import_free (JipImport *import)
{
  g_free (import->title);
  for (guint i = 0; i < JIP_IMPORT_N_STREAMS; i++)
    g_array_unref (import->streams[i]);
  g_ptr_array_unref (import->frames);
  g_free (import);
}

static Frame *
top (JipImport *import)
{
  return import->frames->pdata[import->frames->len - 1];
}

static Frame *
push (JipImport *import, FrameKind kind)
{
  Frame *frame = frame_new (kind);

  import->too_deep = import->too_deep || import->frames->len >= JIP_IMPORT_MAX_DEPTH;
  g_ptr_array_add (import->frames, frame);
  return frame;
}

/* Moves what is in @from to the end of @to. */
static void
move_items (GArray *to, GArray *from)
{
  g_array_append_vals (to, from->data, from->len);
  g_array_set_clear_func (from, NULL);
  g_array_set_size (from, 0);
  g_array_set_clear_func (from, item_clear);
}

void
jip_import_set_title (JipImport *import, const char *title)
{
  g_autofree char *valid = g_utf8_make_valid (title, -1);

  g_free (import->title);
  import->title = g_strdup (g_strstrip (valid));
}

const char *
jip_import_get_title (JipImport *import)
{
  return import->title != NULL ? import->title : "";
}

GArray *
jip_import_get_items (JipImport *import, JipImportStream stream)
{
  return import->streams[stream];
}

/* The open paragraph so far becomes an item; empty ones are dropped. */
static void
flush (JipImport *import, Frame *frame)
{
  if (frame->text == NULL || frame->text->len == 0)
    return;
  if (frame->written)
    {
      JipImportItem item = { .text = g_strdup (frame->text->str), .outline = frame->outline };
      item.spans = frame->spans->len > 0 ? g_steal_pointer (&frame->spans) : NULL;
      g_array_append_val (frame->items, item);
      import->n_items++;
    }
  g_string_truncate (frame->text, 0);
  frame->n_chars = 0;
  frame->written = FALSE;
  if (frame->spans == NULL)
    {
      frame->spans = g_array_new (FALSE, TRUE, sizeof (JipSpan));
      g_array_set_clear_func (frame->spans, span_clear);
    }
  g_array_set_size (frame->spans, 0);
}

void
jip_import_begin_paragraph (JipImport *import)
{
  Frame *frame = top (import);

  if (frame->kind == FRAME_TABLE)
    return;
  jip_import_end_paragraph (import);
  frame->text = g_string_new (NULL);
  frame->spans = g_array_new (FALSE, TRUE, sizeof (JipSpan));
  g_array_set_clear_func (frame->spans, span_clear);
  frame->n_chars = 0;
  frame->written = FALSE;
  frame->outline = 0;
}

/**
 * jip_import_set_outline:
 * @outline: the open paragraph is a heading of this depth, from 1, or the paper's title (%JIP_IMPORT_TITLE)
 */
void
jip_import_set_outline (JipImport *import, guint outline)
{
  top (import)->outline = outline;
}

static void
add_span (Frame *frame, guint length, gboolean bold, gboolean underline)
{
  JipSpan *last
      = frame->spans->len > 0 ? &g_array_index (frame->spans, JipSpan, frame->spans->len - 1) : NULL;
  JipSpan span = { .start = frame->n_chars, .length = length, .bold = bold, .underline = underline };

  if (last != NULL && last->start + last->length == span.start && last->bold == bold
      && last->underline == underline)
    last->length += length;
  else if (frame->spans->len < 1000)
    g_array_append_val (frame->spans, span);
}

/* XML cannot hold control characters; tabs and line ends inside a paragraph are spaces. */
static guint
append_clean (Frame *frame, const char *text, gsize length)
{
  GString *out = frame->text;
  guint n = 0;

  for (const char *p = text, *end = text + length; p < end;)
    {
      const char *next = g_utf8_next_char (p);
      next = MIN (next, end);
      if (*p == '\t' || *p == '\n' || *p == '\r')
        g_string_append_c (out, ' ');
      else
        g_string_append_len (out, p, next - p);
      frame->written = frame->written || !g_unichar_isspace (g_utf8_get_char (p));
      n++;
      p = next;
    }
  return n;
}

/**
 * jip_import_text:
 * @text: valid UTF-8 of the open paragraph; without one it is dropped
 */
void
jip_import_text (JipImport *import, const char *text, gsize length, gboolean bold, gboolean underline)
{
  Frame *frame = top (import);

  if (frame->text == NULL || length == 0)
    return;
  import->text_size += length;
  guint n = append_clean (frame, text, length);
  if (bold || underline)
    add_span (frame, n, bold, underline);
  frame->n_chars += n;
  if (frame->n_chars >= JIP_BLOCK_MAX_TEXT)
    flush (import, frame);
}

/* A line end within a paragraph: a line is a paragraph here, but a heading stays whole. */
void
jip_import_break (JipImport *import)
{
  Frame *frame = top (import);

  if (frame->text == NULL)
    return;
  if (frame->outline > 0)
    jip_import_text (import, " ", 1, FALSE, FALSE);
  else
    flush (import, frame);
}

/**
 * jip_import_is_blank:
 *
 * Returns: whether the open paragraph has no text yet
 */
gboolean
jip_import_is_blank (JipImport *import)
{
  Frame *frame = top (import);
  return !frame->written;
}

/* The open paragraph held a page number, which is the sheet's and not the text's: when nothing but dashes stands around
 * it, the paragraph goes too. */
void
jip_import_drop_furniture (JipImport *import)
{
  Frame *frame = top (import);

  for (const char *p = frame->text != NULL ? frame->text->str : ""; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_isalnum (g_utf8_get_char (p)))
      return;
  frame->written = FALSE;
}

void
jip_import_end_paragraph (JipImport *import)
{
  Frame *frame = top (import);

  if (frame->text == NULL)
    return;
  flush (import, frame);
  g_string_free (g_steal_pointer (&frame->text), TRUE);
  g_clear_pointer (&frame->spans, g_array_unref);
  frame->written = FALSE;
  frame->outline = 0;
  if (frame->deferred != NULL)
    move_items (frame->items, frame->deferred);
  g_clear_pointer (&frame->deferred, g_array_unref);
}

/* A table in a paragraph parts it. */
void
jip_import_begin_table (JipImport *import)
{
  flush (import, top (import));
  push (import, FRAME_TABLE);
}

void
jip_import_begin_row (JipImport *import)
{
  Frame *frame = top (import);

  if (frame->kind == FRAME_TABLE)
    frame->row++;
}

void
jip_import_begin_cell (JipImport *import)
{
  push (import, FRAME_CELL);
}

static void
append_lines (GString *out, const JipImportItem *item)
{
  if (item->text != NULL)
    g_string_append_printf (out, out->len > 0 ? "\n%s" : "%s", item->text);
  for (guint i = 0; item->cells != NULL && i < item->cells->len; i++)
    {
      const JipCell *cell = &g_array_index (item->cells, JipCell, i);
      gboolean same_row = i > 0 && cell->row == g_array_index (item->cells, JipCell, i - 1).row;
      if (out->len > 0)
        g_string_append_c (out, same_row ? ' ' : '\n');
      g_string_append (out, cell->text);
    }
}

static char *
join_items (GArray *items)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++)
    append_lines (out, &g_array_index (items, JipImportItem, i));
  return g_string_free (out, FALSE);
}

void
jip_import_end_cell (JipImport *import, guint row_span, guint column_span, gboolean header)
{
  if (top (import)->kind != FRAME_CELL || import->frames->len < 2)
    return;

  jip_import_end_paragraph (import);
  Frame *frame = g_ptr_array_steal_index (import->frames, import->frames->len - 1);
  Frame *table = top (import);
  if (table->kind == FRAME_TABLE)
    {
      JipCell cell = { .text = join_items (frame->items),
                       .header = header,
                       .row = table->row > 0 ? table->row - 1 : 0,
                       .row_span = row_span,
                       .column_span = column_span };
      if (table->cells->len == 0)
        table->frame = g_array_ref (frame->items);
      else
        g_clear_pointer (&table->frame, g_array_unref);
      g_array_append_val (table->cells, cell);
      import->n_items++;
    }
  frame_free (frame);
}

/* The last cell once more. */
void
jip_import_repeat_cell (JipImport *import)
{
  Frame *table = top (import);

  if (table->kind != FRAME_TABLE || table->cells->len == 0 || jip_import_is_full (import))
    return;
  JipCell cell = g_array_index (table->cells, JipCell, table->cells->len - 1);
  cell.text = g_strdup (cell.text);
  import->text_size += strlen (cell.text);
  import->n_items++;
  g_clear_pointer (&table->frame, g_array_unref);
  g_array_append_val (table->cells, cell);
}

static gboolean
has_text (GArray *cells)
{
  for (guint i = 0; i < cells->len; i++)
    if (*g_array_index (cells, JipCell, i).text != '\0')
      return TRUE;
  return FALSE;
}

/* A table of one cell is a frame around text, and says no more than the text in it; one without text is a bar. */
void
jip_import_end_table (JipImport *import)
{
  if (top (import)->kind != FRAME_TABLE)
    return;

  Frame *frame = g_ptr_array_steal_index (import->frames, import->frames->len - 1);
  Frame *around = top (import);
  if (frame->frame != NULL)
    move_items (around->items, frame->frame);
  else if (has_text (frame->cells))
    {
      JipImportItem item = { .cells = g_steal_pointer (&frame->cells) };
      g_array_append_val (around->items, item);
    }
  frame_free (frame);
}

/* A text box, or a caption. */
void
jip_import_begin_box (JipImport *import)
{
  push (import, FRAME_BOX);
}

/* Within a sentence it waits for the paragraph's end. */
void
jip_import_end_box (JipImport *import)
{
  if (top (import)->kind != FRAME_BOX)
    return;

  jip_import_end_paragraph (import);
  Frame *frame = g_ptr_array_steal_index (import->frames, import->frames->len - 1);
  Frame *around = top (import);
  if (around->kind != FRAME_TABLE && !around->written)
    move_items (around->items, frame->items);
  else if (around->kind != FRAME_TABLE)
    {
      if (around->deferred == NULL)
        around->deferred = new_items ();
      move_items (around->deferred, frame->items);
    }
  frame_free (frame);
}

/* A place for boxes that come later than they are found: a caption below its table. */
GArray *
jip_import_new_shelf (void)
{
  return new_items ();
}

/* Ends a box whose text waits on @shelf. */
void
jip_import_shelve_box (JipImport *import, GArray *shelf)
{
  if (top (import)->kind != FRAME_BOX)
    return;

  jip_import_end_paragraph (import);
  Frame *frame = g_ptr_array_steal_index (import->frames, import->frames->len - 1);
  move_items (shelf, frame->items);
  frame_free (frame);
}

void
jip_import_put_back (JipImport *import, GArray *shelf)
{
  Frame *frame = top (import);

  if (frame->kind != FRAME_TABLE)
    move_items (frame->items, shelf);
}

/**
 * jip_import_begin_stream:
 * @stream: a header, footer or note begins; it ends with jip_import_end_stream(), and the paragraph that it is
 *   anchored in goes on
 */
void
jip_import_begin_stream (JipImport *import, JipImportStream stream)
{
  push (import, FRAME_STREAM)->stream = stream;
}

static gboolean
same_items (const JipImportItem *a, const JipImportItem *b)
{
  return a->text != NULL && g_strcmp0 (a->text, b->text) == 0;
}

/* Each section of a paper, and each side of a sheet, may have the same header. */
static gboolean
is_repeated (GArray *stream, GArray *items)
{
  for (guint i = 0; i < items->len; i++)
    {
      gboolean found = FALSE;
      for (guint j = 0; j < MIN (stream->len, 100) && !found; j++)
        found = same_items (&g_array_index (stream, JipImportItem, j),
                            &g_array_index (items, JipImportItem, i));
      if (!found)
        return FALSE;
    }
  return TRUE;
}

void
jip_import_end_stream (JipImport *import)
{
  if (top (import)->kind != FRAME_STREAM || import->frames->len < 2)
    return;

  jip_import_end_paragraph (import);
  Frame *frame = g_ptr_array_steal_index (import->frames, import->frames->len - 1);
  gboolean furniture = frame->stream == JIP_IMPORT_HEADERS || frame->stream == JIP_IMPORT_FOOTERS;
  GArray *stream = import->streams[frame->stream];
  if (!furniture || !is_repeated (stream, frame->items))
    move_items (stream, frame->items);
  frame_free (frame);
}

gboolean
jip_import_is_full (JipImport *import)
{
  return import->too_deep || import->text_size > JIP_IMPORT_MAX_TEXT
         || import->n_items > JIP_IMPORT_MAX_ITEMS;
}

/**
 * jip_import_check:
 *
 * To be called when all has been described.
 *
 * Returns: %FALSE with %JIP_ERROR_LIMIT when it was too much
 */
gboolean
jip_import_check (JipImport *import, GError **error)
{
  g_return_val_if_fail (import != NULL, FALSE);

  if (import->too_deep)
    return jip_error_set (error, JIP_ERROR_LIMIT, _ ("Its tables stand more than %d deep in each other."),
                          JIP_IMPORT_MAX_DEPTH);
  if (import->text_size > JIP_IMPORT_MAX_TEXT)
    return jip_error_set (error, JIP_ERROR_LIMIT, _ ("It holds more than %u MiB of text."),
                          JIP_IMPORT_MAX_TEXT >> 20);
  if (import->n_items > JIP_IMPORT_MAX_ITEMS)
    return jip_error_set (error, JIP_ERROR_LIMIT, _ ("It holds more than %d paragraphs and cells."),
                          JIP_IMPORT_MAX_ITEMS);
  while (import->frames->len > 1)
    g_ptr_array_remove_index (import->frames, import->frames->len - 1);
  jip_import_end_paragraph (import);
  move_items (import->streams[JIP_IMPORT_BODY], top (import)->items);
  return TRUE;
}
