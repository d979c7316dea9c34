/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-paper.h"

#include <string.h>

static void
run_clear (gpointer data)
{
  g_clear_pointer (&((JipRun *) data)->text, g_free);
}

JipParagraph *
jip_paragraph_new (JipAlign align, guint line_spacing)
{
  JipParagraph *paragraph = g_new0 (JipParagraph, 1);
  paragraph->align = align;
  paragraph->line_spacing = line_spacing;
  paragraph->runs = g_array_new (FALSE, TRUE, sizeof (JipRun));
  g_array_set_clear_func (paragraph->runs, run_clear);
  return paragraph;
}

void
jip_paragraph_free (JipParagraph *paragraph)
{
  g_array_unref (paragraph->runs);
  g_free (paragraph);
}

/* Whether XML 1.0 and every reader can hold it. */
static gboolean
is_printable (gunichar c)
{
  if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef))
    return FALSE;
  return c != 0xfeff && !(c >= 0x202a && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069);
}

/* Tabs and line ends count as spaces; control characters (directional ones too) are dropped. */
char *
jip_paper_clean (const char *text, gssize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, length);
  GString *clean = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      if (is_printable (c))
        g_string_append_unichar (clean, c);
      else if (c == '\t' || c == '\n')
        g_string_append_c (clean, ' ');
    }
  return g_string_free (clean, FALSE);
}

void
jip_paragraph_add (JipParagraph *paragraph, const char *text, gssize length, const JipType *type)
{
  JipRun run = { .text = jip_paper_clean (text, length), .type = *type };
  g_array_append_val (paragraph->runs, run);
}

/* The largest type in it. */
double
jip_paragraph_size (JipParagraph *paragraph)
{
  double size = 0;
  for (guint i = 0; i < paragraph->runs->len; i++)
    size = MAX (size, g_array_index (paragraph->runs, JipRun, i).type.size);
  return size > 0 ? size : 10;
}

/**
 * jip_type_measure:
 *
 * The width without a font at hand: Hangul is one em wide, a space half an em (as Hangul word processors set it),
 * digits and letters about 0.55; near what looks.md measured for marks.
 *
 * Returns: millimetres
 */
double
jip_type_measure (const JipType *type, const char *text)
{
  double em = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      if (c == ' ')
        em += 0.5;
      else if (c == '(' || c == ')')
        em += 0.35;
      else if (c < 0x80 && g_ascii_ispunct ((char) c))
        em += 0.3;
      else
        em += c < 0x300 ? 0.55 : 1;
      em += type->spacing / 100.0;
    }
  return em * type->size * JIP_MM_PER_PT;
}

static void
cell_free (gpointer data)
{
  JipPaperCell *cell = data;
  g_ptr_array_unref (cell->paragraphs);
  g_free (cell);
}

JipPaperTable *
jip_paper_table_new (const double *columns, guint n_columns)
{
  JipPaperTable *table = g_new0 (JipPaperTable, 1);
  table->columns = g_array_new (FALSE, TRUE, sizeof (double));
  g_array_append_vals (table->columns, columns, n_columns);
  table->rows = g_array_new (FALSE, TRUE, sizeof (double));
  table->cells = g_ptr_array_new_with_free_func (cell_free);
  return table;
}

void
jip_paper_table_free (JipPaperTable *table)
{
  g_array_unref (table->columns);
  g_array_unref (table->rows);
  g_ptr_array_unref (table->cells);
  g_free (table);
}

guint
jip_paper_table_add_row (JipPaperTable *table, double height)
{
  g_array_append_val (table->rows, height);
  return table->rows->len - 1;
}

JipPaperCell *
jip_paper_table_add_cell (JipPaperTable *table, guint row, guint column, guint row_span, guint column_span)
{
  JipPaperCell *cell = g_new0 (JipPaperCell, 1);
  cell->row = row;
  cell->column = column;
  cell->row_span = row_span;
  cell->column_span = column_span;
  cell->pad_x = 1.8;
  cell->pad_y = 0.5;
  cell->fill = JIP_PAPER_NO_FILL;
  cell->paragraphs = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_paragraph_free);
  g_ptr_array_add (table->cells, cell);
  return cell;
}

void
jip_paper_cell_take (JipPaperCell *cell, JipParagraph *paragraph)
{
  g_ptr_array_add (cell->paragraphs, paragraph);
}

/* Rules around the table and between its cells. */
void
jip_paper_table_set_rules (JipPaperTable *table, double outer, double inner)
{
  for (guint i = 0; i < table->cells->len; i++)
    {
      JipPaperCell *cell = table->cells->pdata[i];
      cell->rule[JIP_SIDE_LEFT] = cell->column == 0 ? outer : inner;
      cell->rule[JIP_SIDE_RIGHT] = cell->column + cell->column_span >= table->columns->len ? outer : inner;
      cell->rule[JIP_SIDE_TOP] = cell->row == 0 ? outer : inner;
      cell->rule[JIP_SIDE_BOTTOM] = cell->row + cell->row_span >= table->rows->len ? outer : inner;
    }
}

void
jip_paper_image_free (JipPaperImage *image)
{
  g_bytes_unref (image->data);
  g_free (image);
}

static void
item_clear (gpointer data)
{
  JipPaperItem *item = data;
  g_clear_pointer (&item->paragraph, jip_paragraph_free);
  g_clear_pointer (&item->table, jip_paper_table_free);
  g_clear_pointer (&item->image, jip_paper_image_free);
}

/* The form of a moment that office files bear: whole seconds, which is all that Cairo reads. */
char *
jip_paper_format_time (gint64 created)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_utc (created / 1000);

  return g_date_time_format (moment, "%Y-%m-%dT%H:%M:%SZ");
}

JipPaper *
jip_paper_new (void)
{
  JipPaper *paper = g_new0 (JipPaper, 1);
  paper->items = g_array_new (FALSE, TRUE, sizeof (JipPaperItem));
  paper->foot = G_MAXUINT;
  g_array_set_clear_func (paper->items, item_clear);
  return paper;
}

void
jip_paper_free (JipPaper *paper)
{
  g_free (paper->title);
  g_free (paper->author);
  g_free (paper->notice);
  g_array_unref (paper->items);
  g_free (paper);
}

double
jip_paper_text_width (JipPaper *paper)
{
  return JIP_PAPER_WIDTH_MM - paper->margin[JIP_SIDE_LEFT] - paper->margin[JIP_SIDE_RIGHT];
}

void
jip_paper_add_paragraph (JipPaper *paper, JipParagraph *paragraph)
{
  JipPaperItem item = { .paragraph = paragraph };
  g_array_append_val (paper->items, item);
}

static int
compare_cells (gconstpointer a, gconstpointer b)
{
  const JipPaperCell *x = *(JipPaperCell *const *) a, *y = *(JipPaperCell *const *) b;
  if (x->row != y->row)
    return x->row < y->row ? -1 : 1;
  return (x->column > y->column) - (x->column < y->column);
}

/* The writers need the cells in reading order, whatever the order in which the layout made them. */
void
jip_paper_add_table (JipPaper *paper, JipPaperTable *table)
{
  JipPaperItem item = { .table = table };

  g_ptr_array_sort (table->cells, compare_cells);
  g_array_append_val (paper->items, item);
}

void
jip_paper_add_image (JipPaper *paper, JipPaperImage *image)
{
  JipPaperItem item = { .image = image };
  g_array_append_val (paper->items, item);
}
