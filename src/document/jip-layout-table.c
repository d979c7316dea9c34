/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-layout.h"

#include <string.h>

#define SHORT_WORDS 8 /* characters; longer text reads better from the left */

static gboolean
is_number (const char *text)
{
  gboolean digit = FALSE;

  for (const char *p = text; *p != '\0'; p++)
    {
      digit = digit || g_ascii_isdigit (*p);
      if (!g_ascii_isdigit (*p) && strchr ("+-.,% ", *p) == NULL)
        return FALSE;
    }
  return digit;
}

/* The longest of the lines. */
static double
measure_lines (const JipType *type, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  double width = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    width = MAX (width, jip_type_measure (type, lines[i]));
  return width;
}

/* Columns that hold labels alone. */
static gboolean *
find_labels (JipBlock *block)
{
  guint n = jip_block_get_n_columns (block), n_cells, n_labels = 0;
  const JipCell *cells = jip_block_get_cells (block, &n_cells);
  gboolean *labels = g_new (gboolean, n);

  for (guint i = 0; i < n; i++)
    labels[i] = TRUE;
  for (guint i = 0; i < n_cells; i++)
    if (!cells[i].header)
      for (guint j = 0; j < cells[i].column_span; j++)
        labels[cells[i].column + j] = FALSE;
  for (guint i = 0; i < n; i++)
    n_labels += labels[i];
  if (n_labels == n)
    memset (labels, 0, n * sizeof *labels);
  return labels;
}

/* Columns by the longest text of their unmerged cells, none below 15 mm where there is room; what is left over goes to the
 * columns that hold more than labels. */
static double *
fit_columns (JipBlock *block, const JipType *type, double width)
{
  guint n = jip_block_get_n_columns (block), n_cells;
  const JipCell *cells = jip_block_get_cells (block, &n_cells);
  g_autofree gboolean *labels = find_labels (block);
  double *columns = g_new0 (double, n);
  double least = MIN (15, width / n), sum = 0, open = 0;

  for (guint i = 0; i < n_cells; i++)
    if (cells[i].column_span == 1)
      columns[cells[i].column]
          = MAX (columns[cells[i].column], MIN (measure_lines (type, cells[i].text) + 6, width / 2));
  for (guint i = 0; i < n; i++)
    {
      columns[i] = MAX (columns[i] + (labels[i] ? 6 : 0), least);
      sum += columns[i];
      open += labels[i] ? 0 : columns[i];
    }
  for (guint i = 0; i < n; i++)
    if (sum > width)
      columns[i] *= width / sum;
    else if (!labels[i])
      columns[i] += (width - sum) * columns[i] / open;
  return columns;
}

/* Whether @text says nothing of its column: empty, or a dash for what is not known. */
static gboolean
is_blank (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_isalnum (g_utf8_get_char (text)))
      return FALSE;
  return TRUE;
}

/* One alignment for each column, so that its cells stand under each other: numbers right, short words centred. */
static JipAlign *
align_columns (JipBlock *block)
{
  guint n = jip_block_get_n_columns (block), n_cells;
  const JipCell *cells = jip_block_get_cells (block, &n_cells);
  JipAlign *aligns = g_new (JipAlign, n);
  g_autofree gboolean *numbers = g_new0 (gboolean, n);
  g_autofree gboolean *words = g_new0 (gboolean, n);
  g_autofree gboolean *sentences = g_new0 (gboolean, n);

  for (guint i = 0; i < n_cells; i++)
    {
      guint column = cells[i].column;
      if (cells[i].header || cells[i].column_span > 1 || is_blank (cells[i].text))
        continue;
      if (is_number (cells[i].text))
        numbers[column] = TRUE;
      else if (g_utf8_strlen (cells[i].text, -1) <= SHORT_WORDS)
        words[column] = TRUE;
      else
        sentences[column] = TRUE;
    }
  for (guint i = 0; i < n; i++)
    aligns[i] = sentences[i] ? JIP_ALIGN_LEFT : numbers[i] && !words[i] ? JIP_ALIGN_RIGHT : JIP_ALIGN_CENTER;
  return aligns;
}

static void
add_cell (JipPaperTable *table, const JipCell *cell, const JipAlign *aligns, const JipType *type)
{
  JipPaperCell *out
      = jip_paper_table_add_cell (table, cell->row, cell->column, cell->row_span, cell->column_span);
  JipType own = *type;

  own.bold = cell->header;
  own.face = cell->header ? JIP_FACE_GOTHIC : type->face;
  out->header = cell->header;
  out->fill = cell->header ? 0xE5E5E5 : JIP_PAPER_NO_FILL;
  JipAlign align = cell->header ? JIP_ALIGN_CENTER : aligns[cell->column];
  g_auto (GStrv) lines = g_strsplit (cell->text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    jip_paper_cell_take (out, jip_layout_line (align, 130, &own, lines[i]));
  if (lines[0] == NULL)
    jip_paper_cell_take (out, jip_layout_line (align, 130, &own, ""));
}

/* Places that no cell covers get an empty one, so that the grid is whole. */
static void
fill_gaps (JipPaperTable *table, JipBlock *block)
{
  guint n_rows = jip_block_get_n_rows (block), n_columns = jip_block_get_n_columns (block), n;
  const JipCell *cells = jip_block_get_cells (block, &n);
  g_autofree guint8 *taken = g_malloc0 ((gsize) n_rows * n_columns);
  JipType type = { .face = JIP_FACE_SERIF, .size = 12 };

  for (guint i = 0; i < n; i++)
    for (guint r = 0; r < cells[i].row_span; r++)
      memset (taken + (cells[i].row + r) * n_columns + cells[i].column, 1, cells[i].column_span);
  for (guint i = 0; i < n_rows * n_columns; i++)
    if (!taken[i])
      {
        JipPaperCell *cell = jip_paper_table_add_cell (table, i / n_columns, i % n_columns, 1, 1);
        jip_paper_cell_take (cell, jip_layout_line (JIP_ALIGN_LEFT, 130, &type, ""));
      }
}

/* A row in which no cell starts is only the length of the cells above; HWPX readers refuse it. */
static void
drop_empty_rows (JipPaperTable *table)
{
  g_autofree gboolean *starts = g_new0 (gboolean, table->rows->len);

  for (guint i = 0; i < table->cells->len; i++)
    starts[((JipPaperCell *) table->cells->pdata[i])->row] = TRUE;
  for (guint row = table->rows->len; row-- > 0;)
    {
      if (starts[row])
        continue;
      g_array_remove_index (table->rows, row);
      for (guint i = 0; i < table->cells->len; i++)
        {
          JipPaperCell *cell = table->cells->pdata[i];
          if (cell->row > row)
            cell->row--;
          else if (cell->row + cell->row_span > row)
            cell->row_span--;
        }
    }
}

static guint
count_header_rows (JipBlock *block)
{
  guint n, rows = 0;
  const JipCell *cells = jip_block_get_cells (block, &n);

  for (guint i = 0; i < n; i++)
    if (!cells[i].header && cells[i].column > 0)
      break;
    else if (cells[i].header)
      rows = MAX (rows, cells[i].row + cells[i].row_span);
  return rows < jip_block_get_n_rows (block) ? rows : 0;
}

/* Full width, outer rules above and below thick, labels shaded (looks.md, "Press release", 7). */
void
jip_layout_table (JipLayout *layout, JipBlock *block)
{
  JipType type = { .face = layout->body.face, .size = MIN (12, layout->body.size) };
  guint n;
  const JipCell *cells = jip_block_get_cells (block, &n);
  g_autofree double *columns = fit_columns (block, &type, jip_paper_text_width (layout->paper));
  g_autofree JipAlign *aligns = align_columns (block);
  JipPaperTable *table = jip_paper_table_new (columns, jip_block_get_n_columns (block));

  for (guint i = 0; i < jip_block_get_n_rows (block); i++)
    jip_paper_table_add_row (table, 7.8);
  for (guint i = 0; i < n; i++)
    add_cell (table, &cells[i], aligns, &type);
  fill_gaps (table, block);
  drop_empty_rows (table);
  jip_paper_table_fit_rows (table);
  jip_paper_table_set_rules (table, 0.12, 0.12);
  for (guint i = 0; i < table->cells->len; i++)
    {
      JipPaperCell *cell = table->cells->pdata[i];
      if (cell->row == 0)
        cell->rule[JIP_SIDE_TOP] = 0.4;
      if (cell->row + cell->row_span == table->rows->len)
        cell->rule[JIP_SIDE_BOTTOM] = 0.4;
    }
  table->header_rows = MIN (count_header_rows (block), table->rows->len - 1);
  table->before = 4;
  table->after = 10;
  jip_paper_add_table (layout->paper, table);
}
