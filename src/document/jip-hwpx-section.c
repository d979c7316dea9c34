/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-hwpx.h"

#include <math.h>

/* Contents/section0.xml: the paper's paragraphs, tables and pictures. */

#define INLINE_ROWS 4 /* a taller table is anchored, so that it can break over pages */

typedef struct
{
  JipHwpx *hwpx;
  xmlTextWriterPtr writer;
  gboolean first; /* the section's properties are still to be written */
} Section;

static void
start_with_ids (Section *section, const char *name, ...)
{
  va_list args;
  const char *attribute;

  xmlTextWriterStartElement (section->writer, BAD_CAST name);
  va_start (args, name);
  while ((attribute = va_arg (args, const char *)) != NULL)
    xmlTextWriterWriteFormatAttribute (section->writer, BAD_CAST attribute, "%d", va_arg (args, int));
  va_end (args);
}

static void
end (Section *section)
{
  xmlTextWriterEndElement (section->writer);
}

static void
write_element (Section *section, const char *name, ...)
{
  va_list args;
  const char *attribute;

  xmlTextWriterStartElement (section->writer, BAD_CAST name);
  va_start (args, name);
  while ((attribute = va_arg (args, const char *)) != NULL)
    xmlTextWriterWriteFormatAttribute (section->writer, BAD_CAST attribute, "%d", va_arg (args, int));
  va_end (args);
  xmlTextWriterEndElement (section->writer);
}

static void
write_page (Section *section)
{
  JipPaper *paper = section->hwpx->paper;
  int zone = jip_hwpx_units (paper->zone);
  g_autofree char *xml = g_strdup_printf (
      "<hp:pagePr landscape=\"WIDELY\" width=\"59528\" height=\"84186\" gutterType=\"LEFT_ONLY\"><hp:margin "
      "header=\"%d\" footer=\"%d\" gutter=\"0\" left=\"%d\" right=\"%d\" top=\"%d\" bottom=\"%d\"/></hp:pagePr>",
      zone, zone, jip_hwpx_units (paper->margin[JIP_SIDE_LEFT]),
      jip_hwpx_units (paper->margin[JIP_SIDE_RIGHT]), jip_hwpx_units (paper->margin[JIP_SIDE_TOP]) - zone,
      jip_hwpx_units (paper->margin[JIP_SIDE_BOTTOM]) - zone);
  xmlTextWriterWriteRaw (section->writer, BAD_CAST xml);
}

static void
write_notes (Section *section, const char *name, const char *place)
{
  g_autofree char *xml = g_strdup_printf (
      "<hp:%s><hp:autoNumFormat type=\"DIGIT\" userChar=\"\" prefixChar=\"\" suffixChar=\")\" "
      "supscript=\"0\"/><hp:noteLine length=\"-1\" type=\"SOLID\" width=\"0.12 mm\" color=\"#000000\"/>"
      "<hp:noteSpacing betweenNotes=\"283\" belowLine=\"567\" aboveLine=\"850\"/><hp:numbering "
      "type=\"CONTINUOUS\" newNum=\"1\"/><hp:placement place=\"%s\" beneathText=\"0\"/></hp:%s>",
      name, place, name);
  xmlTextWriterWriteRaw (section->writer, BAD_CAST xml);
}

static void
write_page_borders (Section *section)
{
  static const char *const types[] = { "BOTH", "EVEN", "ODD" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *xml = g_strdup_printf (
          "<hp:pageBorderFill type=\"%s\" borderFillIDRef=\"1\" textBorder=\"PAPER\" headerInside=\"0\" "
          "footerInside=\"0\" fillArea=\"PAPER\"><hp:offset left=\"1417\" right=\"1417\" top=\"1417\" "
          "bottom=\"1417\"/></hp:pageBorderFill>",
          types[i]);
      xmlTextWriterWriteRaw (section->writer, BAD_CAST xml);
    }
}

/* In the first run of the first paragraph: the page and its number, which a paper of one page does not show. */
static void
write_properties (Section *section)
{
  g_autofree char *head = g_strdup_printf (
      "<hp:secPr id=\"\" textDirection=\"HORIZONTAL\" spaceColumns=\"1134\" tabStop=\"8000\" "
      "tabStopVal=\"4000\" tabStopUnit=\"HWPUNIT\" outlineShapeIDRef=\"1\" memoShapeIDRef=\"0\" "
      "textVerticalWidthHead=\"0\" masterPageCnt=\"0\"><hp:grid lineGrid=\"0\" charGrid=\"0\" "
      "wonggojiFormat=\"0\"/><hp:startNum pageStartsOn=\"BOTH\" page=\"0\" pic=\"0\" tbl=\"0\" "
      "equation=\"0\"/><hp:visibility hideFirstHeader=\"0\" hideFirstFooter=\"0\" hideFirstMasterPage=\"0\" "
      "border=\"SHOW_ALL\" fill=\"SHOW_ALL\" hideFirstPageNum=\"%d\" hideFirstEmptyLine=\"0\" "
      "showLineNumber=\"0\"/><hp:lineNumberShape restartType=\"0\" countBy=\"0\" distance=\"0\" "
      "startNumber=\"0\"/>",
      section->hwpx->paper->first_page ? 0 : 1);
  xmlTextWriterWriteRaw (section->writer, BAD_CAST head);
  write_page (section);
  write_notes (section, "footNotePr", "EACH_COLUMN");
  write_notes (section, "endNotePr", "END_OF_DOCUMENT");
  write_page_borders (section);
  xmlTextWriterWriteRaw (section->writer,
                         BAD_CAST "</hp:secPr><hp:ctrl><hp:colPr id=\"\" type=\"NEWSPAPER\" layout=\"LEFT\" "
                                  "colCount=\"1\" sameSz=\"1\" sameGap=\"0\"/></hp:ctrl><hp:ctrl><hp:pageNum "
                                  "pos=\"BOTTOM_CENTER\" formatType=\"DIGIT\" sideChar=\"-\"/></hp:ctrl>");
}

static void
start_paragraph (Section *section, const JipParagraph *paragraph)
{
  start_with_ids (section, "hp:p", "id", (int) section->hwpx->next_id++, "paraPrIDRef",
                  (int) jip_hwpx_paragraph (section->hwpx, paragraph), "styleIDRef",
                  paragraph->outline == 2 ? 1 : 0, "pageBreak", 0, "columnBreak", 0, "merged", 0, NULL);
  if (!section->first)
    return;
  section->first = FALSE;
  start_with_ids (section, "hp:run", "charPrIDRef", 0, NULL);
  write_properties (section);
  end (section);
}

static void
write_paragraph (Section *section, const JipParagraph *paragraph)
{
  start_paragraph (section, paragraph);
  for (guint i = 0; i < paragraph->runs->len; i++)
    {
      const JipRun *run = &g_array_index (paragraph->runs, JipRun, i);
      start_with_ids (section, "hp:run", "charPrIDRef", (int) jip_hwpx_char (section->hwpx, &run->type),
                      NULL);
      xmlTextWriterWriteElement (section->writer, BAD_CAST "hp:t", BAD_CAST run->text);
      end (section);
    }
  end (section);
}

/* Columns in units that add up to the text width exactly. */
static int *
unit_columns (const JipPaperTable *table)
{
  int *edges = g_new0 (int, table->columns->len + 1);
  double at = 0;

  for (guint i = 0; i < table->columns->len; i++)
    {
      at += g_array_index (table->columns, double, i);
      edges[i + 1] = jip_hwpx_units (at);
    }
  return edges;
}

static double
rows_height (const JipPaperTable *table, guint from, guint n)
{
  double height = 0;
  for (guint i = from; i < from + n; i++)
    height += g_array_index (table->rows, double, i);
  return height;
}

static void
write_cell (Section *section, const JipPaperTable *table, const JipPaperCell *cell, const int *edges)
{
  int pad_x = jip_hwpx_units (cell->pad_x), pad_y = jip_hwpx_units (cell->pad_y);
  guint border = jip_hwpx_border (section->hwpx, cell->rule, cell->fill);

  jip_hwpx_start (section->writer, "hp:tc", "name", "", "header", cell->header ? "1" : "0", "hasMargin", "1",
                  "protect", "0", "editable", "0", "dirty", "0", NULL);
  xmlTextWriterWriteFormatAttribute (section->writer, BAD_CAST "borderFillIDRef", "%u", border);
  jip_hwpx_start (section->writer, "hp:subList", "id", "", "textDirection", "HORIZONTAL", "lineWrap", "BREAK",
                  "vertAlign", "CENTER", "linkListIDRef", "0", "linkListNextIDRef", "0", "textWidth", "0",
                  "textHeight", "0", "hasTextRef", "0", "hasNumRef", "0", NULL);
  for (guint i = 0; i < cell->paragraphs->len; i++)
    write_paragraph (section, cell->paragraphs->pdata[i]);
  end (section);
  write_element (section, "hp:cellAddr", "colAddr", (int) cell->column, "rowAddr", (int) cell->row, NULL);
  write_element (section, "hp:cellSpan", "colSpan", (int) cell->column_span, "rowSpan", (int) cell->row_span,
                 NULL);
  write_element (section, "hp:cellSz", "width", edges[cell->column + cell->column_span] - edges[cell->column],
                 "height", jip_hwpx_units (rows_height (table, cell->row, cell->row_span)), NULL);
  write_element (section, "hp:cellMargin", "left", pad_x, "right", pad_x, "top", pad_y, "bottom", pad_y,
                 NULL);
  end (section);
}

/* The layouts leave no row without a cell, which readers would refuse. */
static void
write_rows (Section *section, const JipPaperTable *table)
{
  g_autofree int *edges = unit_columns (table);
  guint next = 0;

  for (guint row = 0; row < table->rows->len; row++)
    {
      xmlTextWriterStartElement (section->writer, BAD_CAST "hp:tr");
      for (; next < table->cells->len; next++)
        {
          const JipPaperCell *cell = table->cells->pdata[next];
          if (cell->row != row)
            break;
          write_cell (section, table, cell, edges);
        }
      end (section);
    }
}

static void
write_table_shape (Section *section, const JipPaperTable *table, gboolean in_line)
{
  g_autofree int *edges = unit_columns (table);
  int top = in_line ? 0 : (int) lround (table->before * 100);
  int bottom = in_line ? 0 : (int) lround (table->after * 100);
  g_autofree char *pos = g_strdup_printf (
      "<hp:pos treatAsChar=\"%d\" affectLSpacing=\"0\" flowWithText=\"1\" allowOverlap=\"0\" "
      "holdAnchorAndSO=\"0\" vertRelTo=\"PARA\" horzRelTo=\"COLUMN\" vertAlign=\"TOP\" horzAlign=\"LEFT\" "
      "vertOffset=\"0\" horzOffset=\"0\"/>",
      in_line ? 1 : 0);

  jip_hwpx_start (section->writer, "hp:sz", "widthRelTo", "ABSOLUTE", "heightRelTo", "ABSOLUTE", "protect",
                  "0", NULL);
  xmlTextWriterWriteFormatAttribute (section->writer, BAD_CAST "width", "%d", edges[table->columns->len]);
  xmlTextWriterWriteFormatAttribute (section->writer, BAD_CAST "height", "%d",
                                     jip_hwpx_units (rows_height (table, 0, table->rows->len)));
  end (section);
  xmlTextWriterWriteRaw (section->writer, BAD_CAST pos);
  write_element (section, "hp:outMargin", "left", 0, "right", 0, "top", top, "bottom", bottom, NULL);
  write_element (section, "hp:inMargin", "left", 510, "right", 510, "top", 141, "bottom", 141, NULL);
}

/* @gap: points of room above it */
static void
write_table (Section *section, const JipPaperTable *table, double gap)
{
  const double none[JIP_N_SIDES] = { 0 };
  JipParagraph around = { .align = JIP_ALIGN_LEFT, .line_spacing = 100 };
  JipType type = { .face = JIP_FACE_SERIF, .size = 2 };
  gboolean in_line = table->rows->len <= INLINE_ROWS;

  around.keep_next = table->keep;
  around.before = (in_line ? table->before : 0) + gap;
  around.after = in_line ? table->after : 0;
  start_paragraph (section, &around);
  start_with_ids (section, "hp:run", "charPrIDRef", (int) jip_hwpx_char (section->hwpx, &type), NULL);
  jip_hwpx_start (section->writer, "hp:tbl", "zOrder", "0", "numberingType", "TABLE", "textWrap",
                  "TOP_AND_BOTTOM", "textFlow", "BOTH_SIDES", "lock", "0", "dropcapstyle", "None",
                  "pageBreak", "CELL", "repeatHeader", table->header_rows > 0 ? "1" : "0", "cellSpacing", "0",
                  "noAdjust", "0", NULL);
  xmlTextWriterWriteFormatAttribute (section->writer, BAD_CAST "id", "%u", section->hwpx->next_id++);
  xmlTextWriterWriteFormatAttribute (section->writer, BAD_CAST "rowCnt", "%u", table->rows->len);
  xmlTextWriterWriteFormatAttribute (section->writer, BAD_CAST "colCnt", "%u", table->columns->len);
  xmlTextWriterWriteFormatAttribute (section->writer, BAD_CAST "borderFillIDRef", "%u",
                                     jip_hwpx_border (section->hwpx, none, JIP_PAPER_NO_FILL));
  write_table_shape (section, table, in_line);
  write_rows (section, table);
  end (section);
  xmlTextWriterWriteElement (section->writer, BAD_CAST "hp:t", BAD_CAST "");
  end (section);
  end (section);
}

static void
write_image_shape (Section *section, const JipPaperImage *image, guint number)
{
  int width = jip_hwpx_units (image->width), height = jip_hwpx_units (image->height);
  g_autofree char *xml = g_strdup_printf (
      "<hp:offset x=\"0\" y=\"0\"/><hp:orgSz width=\"%d\" height=\"%d\"/><hp:curSz width=\"%d\" height=\"%d\"/>"
      "<hp:flip horizontal=\"0\" vertical=\"0\"/><hp:rotationInfo angle=\"0\" centerX=\"%d\" centerY=\"%d\" "
      "rotateimage=\"1\"/><hp:renderingInfo><hc:transMatrix e1=\"1\" e2=\"0\" e3=\"0\" e4=\"0\" e5=\"1\" "
      "e6=\"0\"/><hc:scaMatrix e1=\"1\" e2=\"0\" e3=\"0\" e4=\"0\" e5=\"1\" e6=\"0\"/><hc:rotMatrix e1=\"1\" "
      "e2=\"0\" e3=\"0\" e4=\"0\" e5=\"1\" e6=\"0\"/></hp:renderingInfo><hp:imgRect><hc:pt0 x=\"0\" y=\"0\"/>"
      "<hc:pt1 x=\"%d\" y=\"0\"/><hc:pt2 x=\"%d\" y=\"%d\"/><hc:pt3 x=\"0\" y=\"%d\"/></hp:imgRect><hp:imgClip "
      "left=\"0\" right=\"%d\" top=\"0\" bottom=\"%d\"/><hp:inMargin left=\"0\" right=\"0\" top=\"0\" "
      "bottom=\"0\"/><hp:imgDim dimwidth=\"%d\" dimheight=\"%d\"/><hc:img binaryItemIDRef=\"image%u\" "
      "bright=\"0\" contrast=\"0\" effect=\"REAL_PIC\" alpha=\"0\"/><hp:effects/><hp:sz width=\"%d\" "
      "height=\"%d\" widthRelTo=\"ABSOLUTE\" heightRelTo=\"ABSOLUTE\" protect=\"0\"/><hp:pos treatAsChar=\"1\" "
      "affectLSpacing=\"0\" flowWithText=\"1\" allowOverlap=\"0\" holdAnchorAndSO=\"0\" vertRelTo=\"PARA\" "
      "horzRelTo=\"COLUMN\" vertAlign=\"TOP\" horzAlign=\"LEFT\" vertOffset=\"0\" horzOffset=\"0\"/>"
      "<hp:outMargin left=\"0\" right=\"0\" top=\"0\" bottom=\"0\"/>",
      width, height, width, height, width / 2, height / 2, width, width, height, height, width, height, width,
      height, number, width, height);
  xmlTextWriterWriteRaw (section->writer, BAD_CAST xml);
}

static void
write_image (Section *section, JipPaperImage *image)
{
  JipParagraph around
      = { .align = JIP_ALIGN_CENTER, .line_spacing = 100, .before = 6, .after = 4, .keep_next = TRUE };

  g_ptr_array_add (section->hwpx->images, image);
  start_paragraph (section, &around);
  start_with_ids (section, "hp:run", "charPrIDRef", 0, NULL);
  jip_hwpx_start (section->writer, "hp:pic", "zOrder", "0", "numberingType", "PICTURE", "textWrap",
                  "TOP_AND_BOTTOM", "textFlow", "BOTH_SIDES", "lock", "0", "dropcapstyle", "None", "href", "",
                  "groupLevel", "0", "reverse", "0", NULL);
  guint id = section->hwpx->next_id++;
  xmlTextWriterWriteFormatAttribute (section->writer, BAD_CAST "id", "%u", id);
  xmlTextWriterWriteFormatAttribute (section->writer, BAD_CAST "instid", "%u", id);
  write_image_shape (section, image, section->hwpx->images->len);
  end (section);
  xmlTextWriterWriteElement (section->writer, BAD_CAST "hp:t", BAD_CAST "");
  end (section);
  end (section);
}

/**
 * jip_hwpx_section:
 *
 * Returns: (transfer full): Contents/section0.xml
 */
char *
jip_hwpx_section (JipHwpx *hwpx)
{
  xmlBufferPtr buffer = xmlBufferCreate ();
  Section section = { .hwpx = hwpx, .writer = jip_hwpx_open (buffer, "hs:sec"), .first = TRUE };

  for (guint i = 0; i < hwpx->paper->items->len; i++)
    {
      const JipPaperItem *item = &g_array_index (hwpx->paper->items, JipPaperItem, i);
      if (item->paragraph != NULL)
        write_paragraph (&section, item->paragraph);
      else if (item->table != NULL)
        write_table (&section, item->table, i == hwpx->paper->foot ? hwpx->paper->foot_gap : 0);
      else
        write_image (&section, item->image);
    }
  if (section.first)
    {
      JipParagraph empty = { .line_spacing = 160 };
      start_paragraph (&section, &empty);
      end (&section);
    }
  return jip_hwpx_close (section.writer, buffer);
}
