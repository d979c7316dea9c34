/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "jip-odt-writer.h"

/* The text of content.xml: the paper's paragraphs, tables and pictures. */

/* Readers collapse space, and drop it where a paragraph begins (ODF 1.3, part 3, 6.1.2). @spaced: the character before was
 * one, or there was none. */
static void
append_text (GString *out, const char *text, gboolean *spaced)
{
  for (const char *p = text; *p != '\0';)
    {
      if (*p == ' ')
        {
          guint n = 0;
          while (p[n] == ' ')
            n++;
          p += n;
          if (!*spaced)
            {
              g_string_append_c (out, ' ');
              n--;
            }
          if (n > 0)
            g_string_append_printf (out, "<text:s text:c=\"%u\"/>", n);
          *spaced = TRUE;
          continue;
        }
      const char *end = p;
      while (*end != '\0' && *end != ' ')
        end++;
      g_autofree char *word = g_strndup (p, (gsize) (end - p));
      jip_odt_append_escaped (out, word);
      *spaced = FALSE;
      p = end;
    }
}

static gboolean
same_type (const JipType *a, const JipType *b)
{
  return a->face == b->face && a->size == b->size && a->bold == b->bold && a->underline == b->underline
         && a->colour == b->colour && a->spacing == b->spacing;
}

/* The first run's type is the paragraph's own. */
static void
append_paragraph (JipOdt *odt, GString *out, const JipParagraph *paragraph)
{
  const JipType *own = paragraph->runs->len > 0 ? &g_array_index (paragraph->runs, JipRun, 0).type : NULL;
  const char *style = jip_odt_paragraph_style (odt, paragraph);
  const char *element = paragraph->outline == 2 ? "text:h" : "text:p";
  gboolean spaced = TRUE;

  g_string_append_printf (out, "<%s text:style-name=\"%s\"%s>", element, style,
                          paragraph->outline == 2 ? " text:outline-level=\"1\"" : "");
  for (guint i = 0; i < paragraph->runs->len; i++)
    {
      const JipRun *run = &g_array_index (paragraph->runs, JipRun, i);
      gboolean plain = same_type (&run->type, own);
      if (*run->text == '\0')
        continue;
      if (!plain)
        g_string_append_printf (out, "<text:span text:style-name=\"%s\">",
                                jip_odt_text_style (odt, &run->type));
      append_text (out, run->text, &spaced);
      if (!plain)
        g_string_append (out, "</text:span>");
    }
  g_string_append_printf (out, "</%s>", element);
}

static void
append_cell (JipOdt *odt, GString *out, const JipPaperCell *cell)
{
  g_string_append_printf (out, "<table:table-cell table:style-name=\"%s\" office:value-type=\"string\"",
                          jip_odt_cell_style (odt, cell));
  if (cell->column_span > 1)
    g_string_append_printf (out, " table:number-columns-spanned=\"%u\"", cell->column_span);
  if (cell->row_span > 1)
    g_string_append_printf (out, " table:number-rows-spanned=\"%u\"", cell->row_span);
  g_string_append_c (out, '>');
  for (guint i = 0; i < cell->paragraphs->len; i++)
    append_paragraph (odt, out, cell->paragraphs->pdata[i]);
  g_string_append (out, "</table:table-cell>");
}

/* What covers each place of the grid: the index of its cell. */
static guint *
cover_grid (const JipPaperTable *table)
{
  guint n_columns = table->columns->len, n_rows = table->rows->len;
  guint *grid = g_new (guint, (gsize) n_columns * n_rows);

  for (guint i = 0; i < n_columns * n_rows; i++)
    grid[i] = G_MAXUINT;
  for (guint i = 0; i < table->cells->len; i++)
    {
      const JipPaperCell *cell = table->cells->pdata[i];
      for (guint r = cell->row; r < MIN (cell->row + cell->row_span, n_rows); r++)
        for (guint c = cell->column; c < MIN (cell->column + cell->column_span, n_columns); c++)
          grid[r * n_columns + c] = i;
    }
  return grid;
}

static void
append_row (JipOdt *odt, GString *out, const JipPaperTable *table, const guint *grid, guint row)
{
  guint n = table->columns->len;

  g_string_append_printf (out, "<table:table-row table:style-name=\"%s\">",
                          jip_odt_row_style (odt, g_array_index (table->rows, double, row)));
  for (guint column = 0; column < n; column++)
    {
      guint index = grid[row * n + column];
      const JipPaperCell *cell = index != G_MAXUINT ? table->cells->pdata[index] : NULL;
      if (cell != NULL && cell->row == row && cell->column == column)
        append_cell (odt, out, cell);
      else
        g_string_append (out, "<table:covered-table-cell/>");
    }
  g_string_append (out, "</table:table-row>");
}

/* @gap: points of room above it */
static void
append_table (JipOdt *odt, GString *out, const JipPaperTable *table, double gap)
{
  g_autofree guint *grid = cover_grid (table);
  double width = 0;

  for (guint i = 0; i < table->columns->len; i++)
    width += g_array_index (table->columns, double, i);
  g_string_append_printf (out, "<table:table table:name=\"Table%u\" table:style-name=\"%s\">",
                          ++odt->n_tables, jip_odt_table_style (odt, table, width, gap));
  for (guint i = 0; i < table->columns->len; i++)
    g_string_append_printf (out, "<table:table-column table:style-name=\"%s\"/>",
                            jip_odt_column_style (odt, g_array_index (table->columns, double, i)));
  for (guint row = 0; row < table->rows->len; row++)
    {
      if (row == 0 && table->header_rows > 0)
        g_string_append (out, "<table:table-header-rows>");
      append_row (odt, out, table, grid, row);
      if (row + 1 == table->header_rows)
        g_string_append (out, "</table:table-header-rows>");
    }
  g_string_append (out, "</table:table>");
}

static void
append_image (JipOdt *odt, GString *out, JipPaperImage *image)
{
  g_ptr_array_add (odt->images, image);
  guint number = odt->images->len;
  g_autofree char *path = jip_odt_image_path (image, number);
  int width = (int) lround (image->width * 100), height = (int) lround (image->height * 100);

  g_string_append_printf (
      out,
      "<text:p text:style-name=\"%s\"><draw:frame draw:name=\"image%u\" text:anchor-type=\"as-char\" "
      "svg:width=\"%d.%02dmm\" svg:height=\"%d.%02dmm\"><draw:image xlink:href=\"%s\" xlink:type=\"simple\" "
      "xlink:show=\"embed\" xlink:actuate=\"onLoad\"/></draw:frame></text:p>",
      jip_odt_image_style (odt), number, width / 100, width % 100, height / 100, height % 100, path);
}

/**
 * jip_odt_body:
 *
 * Returns: (transfer full): what stands in office:text
 */
char *
jip_odt_body (JipOdt *odt)
{
  GString *out = g_string_new (NULL);
  gboolean ended = FALSE; /* with a paragraph, as a text must */

  for (guint i = 0; i < odt->paper->items->len; i++)
    {
      const JipPaperItem *item = &g_array_index (odt->paper->items, JipPaperItem, i);
      ended = item->table == NULL;
      if (item->paragraph != NULL)
        append_paragraph (odt, out, item->paragraph);
      else if (item->table != NULL)
        append_table (odt, out, item->table, i == odt->paper->foot ? odt->paper->foot_gap : 0);
      else
        append_image (odt, out, item->image);
    }
  if (!ended)
    g_string_append (out, "<text:p text:style-name=\"Standard\"/>");
  return g_string_free (out, FALSE);
}
