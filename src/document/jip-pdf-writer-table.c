/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-pdf-writer.h"

/* A table is laid out as one strip, as high as it needs, and cut where pages end: between rows where it can be, else
 * between lines. */

typedef struct
{
  const JipPaperCell *cell;
  GPtrArray *texts; /* of JipPdfText */
  double text_top;  /* in the strip */
  double height;    /* of its text and padding */
} Cell;

typedef struct
{
  const JipPaperTable *table;
  GPtrArray *cells; /* of Cell */
  double *x;        /* column edges */
  double *y;        /* row edges, in the strip */
  guint n_rows;
} Strip;

static void
cell_free (gpointer data)
{
  Cell *cell = data;
  g_ptr_array_unref (cell->texts);
  g_free (cell);
}

static void
strip_clear (Strip *strip)
{
  g_ptr_array_unref (strip->cells);
  g_free (strip->x);
  g_free (strip->y);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Strip, strip_clear)

static Cell *
lay_out_cell (JipPdfWriter *writer, const Strip *strip, const JipPaperCell *source)
{
  Cell *cell = g_new0 (Cell, 1);
  double width = strip->x[source->column + source->column_span] - strip->x[source->column]
                 - 2 * JIP_PT (source->pad_x);

  cell->cell = source;
  cell->texts = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_pdf_text_free);
  cell->height = 2 * JIP_PT (source->pad_y);
  for (guint i = 0; i < source->paragraphs->len; i++)
    {
      JipPdfText *text = jip_pdf_text_new (writer, source->paragraphs->pdata[i], width);
      g_ptr_array_add (cell->texts, text);
      cell->height += text->height;
    }
  return cell;
}

/* Rows grow to what stands in them; a cell over several rows lets the last of them grow. */
static void
place_rows (Strip *strip)
{
  g_autofree double *height = g_new0 (double, strip->n_rows);

  for (guint r = 0; r < strip->n_rows; r++)
    height[r] = JIP_PT (g_array_index (strip->table->rows, double, r));
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < strip->cells->len; i++)
      {
        const Cell *cell = strip->cells->pdata[i];
        guint last = cell->cell->row + cell->cell->row_span - 1;
        double have = 0;
        if ((cell->cell->row_span > 1) != (pass == 1))
          continue;
        for (guint r = cell->cell->row; r <= last; r++)
          have += height[r];
        if (cell->height > have)
          height[last] += cell->height - have;
      }
  for (guint r = 0; r < strip->n_rows; r++)
    strip->y[r + 1] = strip->y[r] + height[r];
}

static void
strip_init (Strip *strip, JipPdfWriter *writer, const JipPaperTable *table)
{
  guint n = table->columns->len;

  strip->table = table;
  strip->n_rows = table->rows->len;
  strip->x = g_new0 (double, n + 1);
  strip->y = g_new0 (double, strip->n_rows + 1);
  strip->cells = g_ptr_array_new_with_free_func (cell_free);
  strip->x[0] = writer->left;
  for (guint i = 0; i < n; i++)
    strip->x[i + 1] = strip->x[i] + JIP_PT (g_array_index (table->columns, double, i));
  for (guint i = 0; i < table->cells->len; i++)
    g_ptr_array_add (strip->cells, lay_out_cell (writer, strip, table->cells->pdata[i]));
  place_rows (strip);
  for (guint i = 0; i < strip->cells->len; i++)
    {
      Cell *cell = strip->cells->pdata[i];
      double top = strip->y[cell->cell->row], bottom = strip->y[cell->cell->row + cell->cell->row_span];
      cell->text_top = top + (bottom - top - cell->height) / 2 + JIP_PT (cell->cell->pad_y);
    }
}

static void
draw_rule (JipPdfWriter *writer, double width, double x1, double y1, double x2, double y2)
{
  if (width <= 0)
    return;
  cairo_set_line_width (writer->cairo, JIP_PT (width));
  cairo_move_to (writer->cairo, x1, y1);
  cairo_line_to (writer->cairo, x2, y2);
  cairo_stroke (writer->cairo);
}

static void
draw_frame (JipPdfWriter *writer, const Strip *strip, const JipPaperCell *cell, double top, double bottom)
{
  double left = strip->x[cell->column], right = strip->x[cell->column + cell->column_span];
  guint32 fill = cell->fill;

  if (fill != JIP_PAPER_NO_FILL)
    {
      cairo_set_source_rgb (writer->cairo, (fill >> 16 & 0xff) / 255.0, (fill >> 8 & 0xff) / 255.0,
                            (fill & 0xff) / 255.0);
      cairo_rectangle (writer->cairo, left, top, right - left, bottom - top);
      cairo_fill (writer->cairo);
    }
  cairo_set_source_rgb (writer->cairo, 0, 0, 0);
  cairo_set_line_cap (writer->cairo, CAIRO_LINE_CAP_SQUARE);
  draw_rule (writer, cell->rule[JIP_SIDE_LEFT], left, top, left, bottom);
  draw_rule (writer, cell->rule[JIP_SIDE_RIGHT], right, top, right, bottom);
  draw_rule (writer, cell->rule[JIP_SIDE_TOP], left, top, right, top);
  draw_rule (writer, cell->rule[JIP_SIDE_BOTTOM], left, bottom, right, bottom);
  writer->filled = TRUE;
}

static void
draw_lines (JipPdfWriter *writer, const Strip *strip, Cell *cell, double from, double to, double y)
{
  double top = cell->text_top, x = strip->x[cell->cell->column] + JIP_PT (cell->cell->pad_x);

  for (guint i = 0; i < cell->texts->len; i++)
    {
      JipPdfText *text = cell->texts->pdata[i];
      for (guint line = 0; line < text->lines->len; line++, top += text->line_height)
        if (top >= from - 0.01 && top + text->line_height <= to + 0.01)
          {
            if (line == 0)
              jip_pdf_add_outline (writer, text->paragraph, y + top - from);
            jip_pdf_text_draw_line (writer, text, line, x, y + top - from);
          }
    }
}

static gboolean
is_within (const Strip *strip, const JipPaperCell *cell, double from, double to)
{
  return strip->y[cell->row + cell->row_span] > from + 0.01 && strip->y[cell->row] < to - 0.01;
}

/* The words in reading order, tagged as a table of rows and cells. */
static void
draw_words (JipPdfWriter *writer, const Strip *strip, double from, double to, double y)
{
  guint row = G_MAXUINT;

  jip_pdf_begin_tag (writer, "Table");
  for (guint i = 0; i < strip->cells->len; i++)
    {
      Cell *cell = strip->cells->pdata[i];
      const char *tag = cell->cell->header ? "TH" : "TD";
      if (!is_within (strip, cell->cell, from, to))
        continue;
      if (cell->cell->row != row)
        {
          if (row != G_MAXUINT)
            jip_pdf_end_tag (writer, "TR");
          jip_pdf_begin_tag (writer, "TR");
          row = cell->cell->row;
        }
      jip_pdf_begin_tag (writer, tag);
      draw_lines (writer, strip, cell, from, to, y);
      jip_pdf_end_tag (writer, tag);
    }
  if (row != G_MAXUINT)
    jip_pdf_end_tag (writer, "TR");
  jip_pdf_end_tag (writer, "Table");
}

/* The part of the strip between @from and @to, its top at @y: frames first, then words. */
static void
draw_part (JipPdfWriter *writer, const Strip *strip, double from, double to, double y)
{
  for (guint i = 0; i < strip->cells->len; i++)
    {
      const JipPaperCell *cell = ((Cell *) strip->cells->pdata[i])->cell;
      double top = strip->y[cell->row], bottom = strip->y[cell->row + cell->row_span];
      if (is_within (strip, cell, from, to))
        draw_frame (writer, strip, cell, y + MAX (top, from) - from, y + MIN (bottom, to) - from);
    }
  draw_words (writer, strip, from, to, y);
}

/* Whether a cell reaches over the edge above @row. */
static gboolean
is_bridged (const Strip *strip, guint row)
{
  for (guint i = 0; i < strip->cells->len; i++)
    {
      const JipPaperCell *cell = ((Cell *) strip->cells->pdata[i])->cell;
      if (cell->row < row && cell->row + cell->row_span > row)
        return TRUE;
    }
  return FALSE;
}

/* The lowest place at most @to where no line of text is cut. */
static double
between_lines (const Strip *strip, double from, double to)
{
  for (gboolean moved = TRUE; moved;)
    {
      moved = FALSE;
      for (guint i = 0; i < strip->cells->len; i++)
        {
          const Cell *cell = strip->cells->pdata[i];
          double top = cell->text_top;
          for (guint t = 0; t < cell->texts->len; t++)
            {
              const JipPdfText *text = cell->texts->pdata[t];
              double bottom = top + text->height;
              if (top < to - 0.01 && bottom > to + 0.01)
                {
                  double cut
                      = top + (double) (guint) ((to - top) / text->line_height + 0.001) * text->line_height;
                  if (cut > from + 0.01 && cut < to - 0.02)
                    {
                      to = cut;
                      moved = TRUE;
                    }
                }
              top = bottom;
            }
        }
    }
  return to;
}

/* Where to cut so that at most @room is used. */
static double
find_cut (const Strip *strip, double from, double room)
{
  double end = strip->y[strip->n_rows];

  if (end - from <= room)
    return end;
  for (guint pass = 0; pass < 2; pass++)
    for (guint row = strip->n_rows; row-- > 0;)
      if (strip->y[row] > from + 0.01 && strip->y[row] - from <= room
          && (pass == 1 || !is_bridged (strip, row)))
        return strip->y[row];
  return between_lines (strip, from, from + room);
}

static double
draw_header_again (JipPdfWriter *writer, const Strip *strip, double from)
{
  double height = strip->y[strip->table->header_rows];

  if (height <= 0 || from < height - 0.01 || height > (writer->bottom - writer->top) / 3)
    return 0;
  draw_part (writer, strip, 0, height, writer->y);
  return height;
}

/**
 * jip_pdf_draw_table:
 *
 * Draws at the writer's place and goes on over as many pages as it takes.
 */
void
jip_pdf_draw_table (JipPdfWriter *writer, const JipPaperTable *table)
{
  g_auto (Strip) strip = { 0 };
  double from = 0;

  strip_init (&strip, writer, table);
  double end = strip.y[strip.n_rows], room = writer->bottom - writer->y;
  gboolean first_fits = find_cut (&strip, 0, room) > 0.01 && strip.y[1] <= room;
  if (writer->filled && ((table->keep && end > room) || !first_fits))
    jip_pdf_new_page (writer);
  while (from < end - 0.01)
    {
      if (from > 0)
        {
          jip_pdf_new_page (writer);
          writer->y += draw_header_again (writer, &strip, from);
        }
      double to = find_cut (&strip, from, writer->bottom - writer->y);
      draw_part (writer, &strip, from, to, writer->y);
      writer->y += to - from;
      from = to;
    }
}

double
jip_pdf_measure_table (JipPdfWriter *writer, const JipPaperTable *table)
{
  g_auto (Strip) strip = { 0 };

  strip_init (&strip, writer, table);
  return strip.y[strip.n_rows];
}
