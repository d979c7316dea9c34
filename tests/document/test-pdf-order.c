/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Papers of random words, drawn line by line or column by column as word processors do, are read in the order in which they
 * were written. Prints how alike both are: twice what stands in both in the same order, of all that stands in them. */
#include <cairo-pdf.h>
#include <glib/gstdio.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "jip-source.h"

#define PAGE_WIDTH 595.0
#define PAGE_HEIGHT 842.0
#define MARGIN 57.0
#define GUTTER 23.0
#define PAPERS 12

typedef struct
{
  const char *name;
  int columns;
  gboolean justified;
  gboolean heading; /* across both columns */
  gboolean across;  /* drawn line by line over the columns, not column by column */
  gboolean table;
  double least; /* alike */
} Look;

static const Look looks[] = {
  { "one-column", .columns = 1, .least = 0.99 },
  { "one-column-justified", .columns = 1, .justified = TRUE, .least = 0.99 },
  { "two-columns", .columns = 2, .least = 0.99 },
  { "two-columns-justified", .columns = 2, .justified = TRUE, .least = 0.99 },
  { "two-columns-heading", .columns = 2, .justified = TRUE, .heading = TRUE, .least = 0.99 },
  { "two-columns-across", .columns = 2, .justified = TRUE, .across = TRUE, .least = 0.99 },
  { "table", .columns = 1, .table = TRUE, .least = 0.95 },
};

typedef struct
{
  const Look *look;
  cairo_t *cairo;
  PangoFontDescription *font;
  GString *written;
  double size;
} Paper;

static void
append_word (GString *out)
{
  int n = g_test_rand_int_range (1, 7);

  for (int i = 0; i < n; i++)
    g_string_append_unichar (out, (gunichar) (0xAC00 + 28 * g_test_rand_int_range (0, 399)));
}

static char *
random_text (int words)
{
  GString *text = g_string_new (NULL);

  for (int i = 0; i < words; i++)
    {
      if (i > 0)
        g_string_append_c (text, ' ');
      if (g_test_rand_int_range (0, 9) == 0)
        g_string_append_printf (text, "%d,%03d", g_test_rand_int_range (1, 99),
                                g_test_rand_int_range (0, 1000));
      else
        append_word (text);
    }
  g_string_append_c (text, '.');
  return g_string_free (text, FALSE);
}

static PangoLayout *
layout_new (Paper *paper, const char *text, double width)
{
  PangoLayout *layout = pango_cairo_create_layout (paper->cairo);

  pango_layout_set_font_description (layout, paper->font);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_justify (layout, paper->look->justified);
  pango_layout_set_text (layout, text, -1);
  return layout;
}

/* What fits into a column: its lines, each with where it stands. */
typedef struct
{
  GPtrArray *layouts;
  GArray *tops; /* double, of each layout */
} Column;

static void
fill_column (Paper *paper, Column *column, double top, double width)
{
  column->layouts = g_ptr_array_new_with_free_func (g_object_unref);
  column->tops = g_array_new (FALSE, FALSE, sizeof (double));
  for (double y = top; y < PAGE_HEIGHT - MARGIN;)
    {
      g_autofree char *text = random_text (g_test_rand_int_range (12, 60));
      g_autoptr (PangoLayout) layout = layout_new (paper, text, width);
      int height;
      pango_layout_get_size (layout, NULL, &height);
      if (y + (double) height / PANGO_SCALE > PAGE_HEIGHT - MARGIN)
        return;
      g_string_append_printf (paper->written, "%s\n", text);
      g_array_append_val (column->tops, y);
      g_ptr_array_add (column->layouts, g_steal_pointer (&layout));
      y += (double) height / PANGO_SCALE + 5;
    }
}

static void
draw_line (Paper *paper, PangoLayoutLine *line, double x, double y)
{
  cairo_move_to (paper->cairo, x, y);
  pango_cairo_show_layout_line (paper->cairo, line);
}

/* Draws the lines of a column whose middle lies between @from and @to. */
static void
draw_column (Paper *paper, const Column *column, double x, double from, double to)
{
  for (guint i = 0; i < column->layouts->len; i++)
    {
      PangoLayout *layout = g_ptr_array_index (column->layouts, i);
      PangoLayoutIter *iter = pango_layout_get_iter (layout);
      do
        {
          double y = g_array_index (column->tops, double, i)
                     + (double) pango_layout_iter_get_baseline (iter) / PANGO_SCALE;
          if (y >= from && y < to)
            draw_line (paper, pango_layout_iter_get_line_readonly (iter), x, y);
        }
      while (pango_layout_iter_next_line (iter));
      pango_layout_iter_free (iter);
    }
}

static double
draw_heading (Paper *paper)
{
  g_autofree char *text = random_text (14);
  g_autoptr (PangoLayout) layout = layout_new (paper, text, PAGE_WIDTH - 2 * MARGIN);
  int height;

  pango_layout_get_size (layout, NULL, &height);
  cairo_move_to (paper->cairo, MARGIN, MARGIN);
  pango_cairo_show_layout (paper->cairo, layout);
  g_string_append_printf (paper->written, "%s\n", text);
  return MARGIN + (double) height / PANGO_SCALE + 10;
}

static void
draw_columns (Paper *paper)
{
  double top = paper->look->heading ? draw_heading (paper) : MARGIN;
  int n = paper->look->columns;
  double width = (PAGE_WIDTH - 2 * MARGIN - (n - 1) * GUTTER) / n,
         step = paper->look->across ? 3 : PAGE_HEIGHT;
  Column columns[2] = { 0 };

  for (int i = 0; i < n; i++)
    fill_column (paper, &columns[i], top, width);
  for (double y = 0; y < PAGE_HEIGHT; y += step)
    for (int i = 0; i < n; i++)
      draw_column (paper, &columns[i], MARGIN + i * (width + GUTTER), y, y + step);
  for (int i = 0; i < n; i++)
    {
      g_ptr_array_unref (columns[i].layouts);
      g_array_unref (columns[i].tops);
    }
}

/* Rows of three cells of one line each, read row by row. */
static void
draw_table (Paper *paper)
{
  double width = (PAGE_WIDTH - 2 * MARGIN) / 3, row = paper->size * 1.9;

  for (double y = MARGIN; y < PAGE_HEIGHT - MARGIN - row; y += row)
    for (int i = 0; i < 3; i++)
      {
        g_autofree char *text = random_text (g_test_rand_int_range (1, 3));
        g_autoptr (PangoLayout) layout = layout_new (paper, text, width * 2);
        int measured;
        pango_layout_get_size (layout, &measured, NULL);
        if ((double) measured / PANGO_SCALE > width - 10)
          continue;
        cairo_move_to (paper->cairo, MARGIN + i * width, y);
        pango_cairo_show_layout (paper->cairo, layout);
        g_string_append_printf (paper->written, "%s\n", text);
      }
}

static char *
without_blanks (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      g_string_append_unichar (out, g_utf8_get_char (p));
  return g_string_free (out, FALSE);
}

/* Twice the longest common subsequence of the characters, of all of them. */
static double
alike (const char *a, const char *b)
{
  glong n, m;
  g_autofree char *bare_a = without_blanks (a), *bare_b = without_blanks (b);
  g_autofree gunichar *x = g_utf8_to_ucs4_fast (bare_a, -1, &n), *y = g_utf8_to_ucs4_fast (bare_b, -1, &m);
  g_autofree guint *before = g_new0 (guint, m + 1), *now = g_new0 (guint, m + 1);

  for (glong i = 0; i < n; i++)
    {
      for (glong k = 0; k < m; k++)
        now[k + 1] = x[i] == y[k] ? before[k] + 1 : MAX (before[k + 1], now[k]);
      memcpy (before, now, (gsize) (m + 1) * sizeof *now);
    }
  return n + m > 0 ? 2.0 * before[m] / (double) (n + m) : 0;
}

static double
make_and_read (const Look *look, const char *path)
{
  static const char *const families[] = { "Noto Serif CJK KR", "Noto Sans CJK KR" };
  cairo_surface_t *surface = cairo_pdf_surface_create (path, PAGE_WIDTH, PAGE_HEIGHT);
  Paper paper = { look, cairo_create (surface), NULL, g_string_new (NULL), g_test_rand_int_range (9, 15) };
  g_autoptr (GError) error = NULL;

  paper.font = pango_font_description_from_string (families[g_test_rand_int_range (0, 2)]);
  pango_font_description_set_absolute_size (paper.font, paper.size * PANGO_SCALE);
  if (look->table)
    draw_table (&paper);
  else
    draw_columns (&paper);
  pango_font_description_free (paper.font);
  cairo_destroy (paper.cairo);
  cairo_surface_finish (surface);
  cairo_surface_destroy (surface);

  g_autoptr (JipSource) source = jip_source_read (path, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *text = jip_source_dup_text (source);
  double result = alike (paper.written->str, text);
  if (result < look->least)
    g_test_message ("%s, %.0f pt\n-- written\n%s\n-- read\n%s", look->name, paper.size, paper.written->str,
                    text);
  g_string_free (paper.written, TRUE);
  return result;
}

/* In one paper the paragraphs of both columns may begin at the same heights by chance, as the rows of a table do, and then it is
 * read as one. */
static void
test_order (gconstpointer data)
{
  const Look *look = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("jip-order-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "paper.pdf", NULL);
  double sum = 0, least = 1, second = 1;

  g_assert_no_error (error);
  for (guint i = 0; i < PAPERS; i++)
    {
      double one = make_and_read (look, path);
      sum += one;
      second = MIN (second, MAX (one, least));
      least = MIN (least, one);
    }
  g_test_message ("%s: %.4f alike, %.4f and %.4f at least, of %d papers", look->name, sum / PAPERS, least,
                  second, PAPERS);
  g_unlink (path);
  g_rmdir (folder);
  g_assert_cmpfloat (second, >=, look->least);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      g_autofree char *path = g_strdup_printf ("/pdf-order/%s", looks[i].name);
      g_test_add_data_func (path, &looks[i], test_order);
    }
  return g_test_run ();
}
