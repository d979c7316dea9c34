/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "jip-paper.h"

/* How high things are, without a font at hand: for the files that other programs lay out. */

#define RESERVE_MM 8.0 /* what an estimate may be short of */

/* The number of lines that words of this width break into. */
static double
count_lines (const JipParagraph *paragraph, double width)
{
  double length = 0;

  for (guint i = 0; i < paragraph->runs->len; i++)
    {
      const JipRun *run = &g_array_index (paragraph->runs, JipRun, i);
      length += jip_type_measure (&run->type, run->text);
    }
  double room = width - paragraph->left - MAX (paragraph->hang, 0);
  return room > 1 ? MAX (1, ceil (length * 1.04 / room)) : 1;
}

/**
 * jip_paragraph_measure:
 * @width: millimetres
 *
 * Returns: the paragraph's height, about, with the space around it: millimetres
 */
double
jip_paragraph_measure (const JipParagraph *paragraph, double width)
{
  double size = jip_paragraph_size ((JipParagraph *) paragraph);
  double line = size * paragraph->line_spacing / 100.0;

  return (count_lines (paragraph, width) * line + paragraph->before + paragraph->after) * JIP_MM_PER_PT;
}

static double
sum (const GArray *lengths, guint from, guint n)
{
  double total = 0;
  for (guint i = from; i < from + n; i++)
    total += g_array_index (lengths, double, i);
  return total;
}

static double
measure_cell (const JipPaperTable *table, const JipPaperCell *cell)
{
  double width = sum (table->columns, cell->column, cell->column_span) - 2 * cell->pad_x, height = 0;

  for (guint i = 0; i < cell->paragraphs->len; i++)
    height += jip_paragraph_measure (cell->paragraphs->pdata[i], width);
  return height + 2 * cell->pad_y;
}

/* Rows as high as their text, since not every program makes room by itself. */
void
jip_paper_table_fit_rows (JipPaperTable *table)
{
  for (guint i = 0; i < table->cells->len; i++)
    {
      const JipPaperCell *cell = table->cells->pdata[i];
      double *row = &g_array_index (table->rows, double, cell->row);
      if (cell->row_span == 1)
        *row = MAX (*row, MIN (measure_cell (table, cell), 200));
    }
}

static double
measure_item (const JipPaperItem *item, double width)
{
  if (item->paragraph != NULL)
    return jip_paragraph_measure (item->paragraph, width);
  if (item->image != NULL)
    return item->image->height + 10 * JIP_MM_PER_PT;
  return sum (item->table->rows, 0, item->table->rows->len)
         + (item->table->before + item->table->after) * JIP_MM_PER_PT;
}

/* Of a paper of one page: the room above what stands at its foot. */
void
jip_paper_fit_foot (JipPaper *paper)
{
  double left
      = JIP_PAPER_HEIGHT_MM - paper->margin[JIP_SIDE_TOP] - paper->margin[JIP_SIDE_BOTTOM] - RESERVE_MM;

  for (guint i = 0; i < paper->items->len; i++)
    left -= measure_item (&g_array_index (paper->items, JipPaperItem, i), jip_paper_text_width (paper));
  paper->foot_gap = paper->foot_low && left > 0 ? left / JIP_MM_PER_PT : 0;
}
