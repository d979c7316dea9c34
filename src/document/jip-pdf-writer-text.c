/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-pdf-writer.h"

#include <string.h>

#define KEEP_WORD_MAX 16 /* letters; a longer word may break anywhere */

static const char *const families[JIP_N_FACES] = {
  [JIP_FACE_SERIF] = "함초롬바탕, HCR Batang, Noto Serif CJK KR, Noto Serif KR, NanumMyeongjo, serif",
  [JIP_FACE_GOTHIC] = "맑은 고딕, Malgun Gothic, Noto Sans CJK KR, Noto Sans KR, NanumGothic, sans-serif",
  [JIP_FACE_HEADLINE] = "HY헤드라인M, HYHeadLine, Noto Sans CJK KR, Noto Sans KR, NanumGothic, sans-serif",
};

static void
insert (PangoAttrList *list, PangoAttribute *attribute, guint start, guint end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (list, attribute);
}

static void
insert_type (PangoAttrList *list, const JipType *type, guint start, guint end)
{
  guint32 colour = type->colour;

  insert (list, pango_attr_family_new (families[type->face]), start, end);
  insert (list, pango_attr_size_new ((int) (type->size * PANGO_SCALE)), start, end);
  if (type->bold || type->face == JIP_FACE_HEADLINE)
    insert (list, pango_attr_weight_new (PANGO_WEIGHT_BOLD), start, end);
  if (type->underline)
    insert (list, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), start, end);
  if (type->spacing != 0)
    insert (list, pango_attr_letter_spacing_new ((int) (type->size * type->spacing / 100 * PANGO_SCALE)),
            start, end);
  insert (list,
          pango_attr_foreground_new ((guint16) ((colour >> 16 & 0xff) * 0x101),
                                     (guint16) ((colour >> 8 & 0xff) * 0x101),
                                     (guint16) ((colour & 0xff) * 0x101)),
          start, end);
}

/* Lines break between words, as Korean office papers have it; Pango alone would break after any syllable. */
void
jip_pdf_keep_words (PangoAttrList *list, const char *text)
{
  const char *start = text;
  guint letters = 0;

  for (const char *p = text;; p = g_utf8_next_char (p))
    {
      if (*p != '\0' && *p != ' ')
        {
          letters++;
          continue;
        }
      if (letters > 1 && letters <= KEEP_WORD_MAX)
        insert (list, pango_attr_allow_breaks_new (FALSE), (guint) (start - text), (guint) (p - text));
      if (*p == '\0')
        return;
      start = p + 1;
      letters = 0;
    }
}

static PangoLayout *
make_layout (JipPdfWriter *writer, const JipParagraph *paragraph, guint n_runs)
{
  PangoLayout *layout = pango_layout_new (writer->context);
  g_autoptr (GString) text = g_string_new (NULL);
  PangoAttrList *list = pango_attr_list_new ();

  for (guint i = 0; i < n_runs; i++)
    {
      const JipRun *run = &g_array_index (paragraph->runs, JipRun, i);
      guint start = (guint) text->len;
      g_string_append (text, run->text);
      insert_type (list, &run->type, start, (guint) text->len);
    }
  jip_pdf_keep_words (list, text->str);
  pango_layout_set_text (layout, text->str, (int) text->len);
  pango_layout_set_attributes (layout, list);
  pango_attr_list_unref (list);
  return layout;
}

/* How far right the second and following lines start: under the first letter after the mark. */
static double
measure_hang (JipPdfWriter *writer, const JipParagraph *paragraph)
{
  PangoRectangle logical;

  if (!paragraph->hang_after)
    return JIP_PT (paragraph->hang);
  g_autoptr (PangoLayout) mark = make_layout (writer, paragraph, 1);
  pango_layout_get_extents (mark, NULL, &logical);
  return pango_units_to_double (logical.width);
}

static void
read_lines (JipPdfText *text)
{
  PangoLayoutIter *iter = pango_layout_get_iter (text->layout);
  double y = 0;

  do
    {
      PangoRectangle logical;
      pango_layout_iter_get_line_extents (iter, NULL, &logical);
      JipPdfTextLine line = { .x = pango_units_to_double (logical.x), .y = y };
      g_array_append_val (text->lines, line);
      y += text->line_height;
    }
  while (pango_layout_iter_next_line (iter));
  pango_layout_iter_free (iter);
  text->height = y;
}

/**
 * jip_pdf_text_new:
 * @paragraph: must outlive the result
 * @width: points
 */
JipPdfText *
jip_pdf_text_new (JipPdfWriter *writer, const JipParagraph *paragraph, double width)
{
  static const PangoAlignment aligns[]
      = { PANGO_ALIGN_LEFT, PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT };
  JipPdfText *text = g_new0 (JipPdfText, 1);
  double size = jip_paragraph_size ((JipParagraph *) paragraph);
  double inner = MAX (width - JIP_PT (paragraph->left), 20);

  text->paragraph = paragraph;
  text->lines = g_array_new (FALSE, FALSE, sizeof (JipPdfTextLine));
  text->line_height = size * paragraph->line_spacing / 100.0;
  text->ascent = (text->line_height - size) / 2 + size * 0.87;
  text->layout = make_layout (writer, paragraph, paragraph->runs->len);
  pango_layout_set_width (text->layout, pango_units_from_double (inner));
  pango_layout_set_wrap (text->layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment (text->layout, aligns[paragraph->align]);
  pango_layout_set_justify (text->layout, paragraph->align == JIP_ALIGN_JUSTIFY);
  pango_layout_set_indent (text->layout, -pango_units_from_double (measure_hang (writer, paragraph)));
  read_lines (text);
  return text;
}

void
jip_pdf_text_free (JipPdfText *text)
{
  g_object_unref (text->layout);
  g_array_unref (text->lines);
  g_free (text);
}

/* @x and @y: the left edge of the paragraph's box and the top of this line. */
void
jip_pdf_text_draw_line (JipPdfWriter *writer, JipPdfText *text, guint line, double x, double y)
{
  const JipPdfTextLine *at = &g_array_index (text->lines, JipPdfTextLine, line);

  cairo_move_to (writer->cairo, x + JIP_PT (text->paragraph->left) + at->x, y + text->ascent);
  pango_cairo_show_layout_line (writer->cairo, pango_layout_get_line_readonly (text->layout, (int) line));
  writer->filled = TRUE;
}
