/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-pdf-writer.h"

#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"

static cairo_status_t
collect_cb (void *data, const unsigned char *bytes, unsigned int length)
{
  g_byte_array_append (data, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

static void
draw_page_number (JipPdfWriter *writer)
{
  JipType type = { .face = JIP_FACE_SERIF, .size = 10 };
  g_autofree char *number = g_strdup_printf ("- %u -", writer->page);
  g_autoptr (JipParagraph) paragraph = jip_paragraph_new (JIP_ALIGN_CENTER, 100);

  if (writer->page == 1 && !writer->paper->first_page)
    return;
  jip_paragraph_add (paragraph, number, -1, &type);
  g_autoptr (JipPdfText) text = jip_pdf_text_new (writer, paragraph, writer->width);
  jip_pdf_text_draw_line (writer, text, 0, writer->left, writer->bottom + JIP_PT (writer->paper->zone) / 2);
}

/* A page that is to be printed or shown is recorded; of a file the pages follow each other on one surface. */
static void
begin_page (JipPdfWriter *writer)
{
  const cairo_rectangle_t extents = { 0, 0, JIP_PT (JIP_PAPER_WIDTH_MM), JIP_PT (JIP_PAPER_HEIGHT_MM) };

  if (writer->pages == NULL)
    return;
  g_clear_pointer (&writer->cairo, cairo_destroy);
  writer->surface = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, &extents);
  writer->cairo = cairo_create (writer->surface);
  g_ptr_array_add (writer->pages, writer->surface);
}

static void
finish_page (JipPdfWriter *writer)
{
  draw_page_number (writer);
  if (writer->pages == NULL)
    cairo_show_page (writer->cairo);
}

void
jip_pdf_new_page (JipPdfWriter *writer)
{
  finish_page (writer);
  begin_page (writer);
  writer->page++;
  writer->y = writer->top;
  writer->filled = FALSE;
}

/* What a part of a file is, for readers that speak it. A recorded page has no tags: Cairo 1.16 frees a tag's pattern that
 * it never set. */
void
jip_pdf_begin_tag (JipPdfWriter *writer, const char *tag)
{
  if (writer->pages == NULL)
    cairo_tag_begin (writer->cairo, tag, NULL);
}

void
jip_pdf_end_tag (JipPdfWriter *writer, const char *tag)
{
  if (writer->pages == NULL)
    cairo_tag_end (writer->cairo, tag);
}

/* An entry of the reader's side bar for titles and headings; headings stand below the title. */
void
jip_pdf_add_outline (JipPdfWriter *writer, const JipParagraph *paragraph, double y)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (paragraph->outline == 0 || writer->pages != NULL)
    return;
  for (guint i = 0; i < paragraph->runs->len; i++)
    g_string_append (text, g_array_index (paragraph->runs, JipRun, i).text);
  if (text->len == 0)
    return;
  g_autofree char *link = g_strdup_printf ("page=%u pos=[%d %d]", writer->page, (int) writer->left, (int) y);
  int parent = paragraph->outline == 1 ? CAIRO_PDF_OUTLINE_ROOT : writer->outline;
  int id
      = cairo_pdf_surface_add_outline (writer->surface, parent, text->str, link, CAIRO_PDF_OUTLINE_FLAG_OPEN);
  if (paragraph->outline == 1)
    writer->outline = id;
}

static const char *
tag_of (const JipParagraph *paragraph)
{
  static const char *const tags[] = { "P", "H1", "H2" };
  return tags[MIN (paragraph->outline, G_N_ELEMENTS (tags) - 1)];
}

/* A paragraph that goes on over the page has a tag on each: a tag ends with its page. */
static void
draw_paragraph (JipPdfWriter *writer, const JipParagraph *paragraph)
{
  g_autoptr (JipPdfText) text = jip_pdf_text_new (writer, paragraph, writer->width);

  jip_pdf_begin_tag (writer, tag_of (paragraph));
  writer->y += writer->filled ? paragraph->before : 0;
  for (guint line = 0; line < text->lines->len; line++)
    {
      if (writer->filled && writer->y + text->line_height > writer->bottom + 0.01)
        {
          jip_pdf_end_tag (writer, tag_of (paragraph));
          jip_pdf_new_page (writer);
          jip_pdf_begin_tag (writer, tag_of (paragraph));
        }
      if (line == 0)
        jip_pdf_add_outline (writer, paragraph, writer->y);
      jip_pdf_text_draw_line (writer, text, line, writer->left, writer->y);
      writer->y += text->line_height;
    }
  jip_pdf_end_tag (writer, tag_of (paragraph));
  writer->y += paragraph->after;
}

static cairo_status_t
read_cb (void *data, unsigned char *out, unsigned int length)
{
  struct
  {
    const guint8 *at;
    gsize left;
  } *stream = data;

  if (length > stream->left)
    return CAIRO_STATUS_READ_ERROR;
  memcpy (out, stream->at, length);
  stream->at += length;
  stream->left -= length;
  return CAIRO_STATUS_SUCCESS;
}

static void
bytes_unref_cb (void *data)
{
  g_bytes_unref (data);
}

/* A JPEG goes into the PDF as it is: the surface only says how large it is. */
static cairo_surface_t *
load_image (const JipPaperImage *image)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (image->data, &size);

  if (image->jpeg)
    {
      cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) image->pixel_width,
                                                             (int) image->pixel_height);
      cairo_surface_set_mime_data (surface, CAIRO_MIME_TYPE_JPEG, data, size, bytes_unref_cb,
                                   g_bytes_ref (image->data));
      return surface;
    }
  struct
  {
    const guint8 *at;
    gsize left;
  } stream = { data, size };
  return cairo_image_surface_create_from_png_stream (read_cb, &stream);
}

static void
draw_image (JipPdfWriter *writer, const JipPaperImage *image)
{
  double width = JIP_PT (image->width), height = JIP_PT (image->height);
  cairo_surface_t *picture = load_image (image);

  if (writer->filled && writer->y + height + 10 > writer->bottom)
    jip_pdf_new_page (writer);
  writer->y += 6;
  if (cairo_surface_status (picture) == CAIRO_STATUS_SUCCESS)
    {
      cairo_save (writer->cairo);
      cairo_translate (writer->cairo, writer->left + (writer->width - width) / 2, writer->y);
      cairo_scale (writer->cairo, width / image->pixel_width, height / image->pixel_height);
      cairo_set_source_surface (writer->cairo, picture, 0, 0);
      cairo_paint (writer->cairo);
      cairo_restore (writer->cairo);
    }
  cairo_surface_destroy (picture);
  writer->filled = TRUE;
  writer->y += height + 4;
}

/* The height of an item, or of its first line or row where it may break. */
static double
measure (JipPdfWriter *writer, const JipPaperItem *item, gboolean whole)
{
  if (item->image != NULL)
    return JIP_PT (item->image->height) + 10;
  if (item->table != NULL)
    return whole || item->table->keep ? jip_pdf_measure_table (writer, item->table) + item->table->before
                                      : JIP_PT (g_array_index (item->table->rows, double, 0));
  g_autoptr (JipPdfText) text = jip_pdf_text_new (writer, item->paragraph, writer->width);
  double height = whole ? text->height : MIN (text->height, 2 * text->line_height);
  return item->paragraph->before + height + (whole ? item->paragraph->after : 0);
}

/* A heading is not left alone at the foot of a page. */
static void
keep_with_next (JipPdfWriter *writer, guint i)
{
  GArray *items = writer->paper->items;
  double height = 0;

  if (g_array_index (items, JipPaperItem, i).paragraph == NULL
      || !g_array_index (items, JipPaperItem, i).paragraph->keep_next)
    return;
  for (; i < items->len; i++)
    {
      const JipPaperItem *item = &g_array_index (items, JipPaperItem, i);
      gboolean keep = item->paragraph != NULL && item->paragraph->keep_next;
      height += measure (writer, item, keep);
      if (!keep)
        break;
    }
  if (writer->filled && writer->y + height > writer->bottom && height < (writer->bottom - writer->top) / 2)
    jip_pdf_new_page (writer);
}

static double
items_height (JipPdfWriter *writer, guint from, guint to)
{
  double height = 0;

  for (guint i = from; i < to; i++)
    height += measure (writer, &g_array_index (writer->paper->items, JipPaperItem, i), TRUE);
  return height;
}

/* The first of what goes with the foot: the last item of the text, and what keeps to it. */
static guint
find_tail (JipPdfWriter *writer)
{
  guint tail = writer->paper->foot > 0 ? writer->paper->foot - 1 : 0;

  for (; tail > 0; tail--)
    {
      const JipParagraph *before = g_array_index (writer->paper->items, JipPaperItem, tail - 1).paragraph;
      if (before == NULL || !before->keep_next)
        break;
    }
  return tail;
}

/* 결문 and contacts never stand alone on a page: the last of the text goes with them. */
static void
place_foot (JipPdfWriter *writer, guint i)
{
  guint foot = writer->paper->foot, end = writer->paper->items->len;

  if (foot >= end || i > foot)
    return;
  if (i == find_tail (writer) || i == foot)
    {
      double height = items_height (writer, i, end);
      if (writer->filled && height > writer->bottom - writer->y && height < writer->bottom - writer->top)
        jip_pdf_new_page (writer);
    }
  if (i == foot && writer->paper->foot_low)
    writer->y = MAX (writer->y, writer->bottom - items_height (writer, foot, end));
}

static void
draw_items (JipPdfWriter *writer)
{
  for (guint i = 0; i < writer->paper->items->len; i++)
    {
      const JipPaperItem *item = &g_array_index (writer->paper->items, JipPaperItem, i);
      keep_with_next (writer, i);
      place_foot (writer, i);
      if (item->paragraph != NULL)
        draw_paragraph (writer, item->paragraph);
      else if (item->image != NULL)
        draw_image (writer, item->image);
      else
        {
          writer->y += writer->filled ? item->table->before : 0;
          jip_pdf_draw_table (writer, item->table);
          writer->y += item->table->after;
        }
    }
}

static void
set_metadata (JipPdfWriter *writer)
{
  JipPaper *paper = writer->paper;
  g_autofree char *time = jip_paper_format_time (paper->created);

  cairo_pdf_surface_set_metadata (writer->surface, CAIRO_PDF_METADATA_TITLE, paper->title);
  if (paper->author != NULL)
    cairo_pdf_surface_set_metadata (writer->surface, CAIRO_PDF_METADATA_AUTHOR, paper->author);
  cairo_pdf_surface_set_metadata (writer->surface, CAIRO_PDF_METADATA_SUBJECT, paper->notice);
  cairo_pdf_surface_set_metadata (writer->surface, CAIRO_PDF_METADATA_KEYWORDS, paper->notice);
  cairo_pdf_surface_set_metadata (writer->surface, CAIRO_PDF_METADATA_CREATOR, "Jiphyeon " JIP_VERSION);
  cairo_pdf_surface_set_metadata (writer->surface, CAIRO_PDF_METADATA_CREATE_DATE, time);
}

static void
writer_init (JipPdfWriter *writer, JipPaper *paper)
{
  writer->paper = paper;
  writer->page = 1;
  writer->context = pango_cairo_create_context (writer->cairo);
  pango_cairo_context_set_resolution (writer->context, 72);
  pango_context_set_language (writer->context, pango_language_from_string ("ko"));
  pango_context_set_round_glyph_positions (writer->context, FALSE);
  writer->left = JIP_PT (paper->margin[JIP_SIDE_LEFT]);
  writer->top = writer->y = JIP_PT (paper->margin[JIP_SIDE_TOP]);
  writer->width = JIP_PT (jip_paper_text_width (paper));
  writer->bottom = JIP_PT (JIP_PAPER_HEIGHT_MM - paper->margin[JIP_SIDE_BOTTOM]);
}

static void
draw (JipPdfWriter *writer)
{
  draw_items (writer);
  finish_page (writer);
  g_object_unref (writer->context);
  cairo_destroy (writer->cairo);
}

/**
 * jip_pdf_write:
 *
 * Returns: (transfer full): the file's bytes
 */
GBytes *
jip_pdf_write (JipPaper *paper, GError **error)
{
  JipPdfWriter writer = { .bytes = g_byte_array_new () };

  writer.surface = cairo_pdf_surface_create_for_stream (collect_cb, writer.bytes, JIP_PT (JIP_PAPER_WIDTH_MM),
                                                        JIP_PT (JIP_PAPER_HEIGHT_MM));
  writer.cairo = cairo_create (writer.surface);
  writer_init (&writer, paper);
  set_metadata (&writer);
  draw (&writer);
  cairo_surface_finish (writer.surface);
  cairo_status_t status = cairo_surface_status (writer.surface);
  cairo_surface_destroy (writer.surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_byte_array_unref (writer.bytes);
      jip_error_set (error, JIP_ERROR_FILE, _ ("The PDF could not be written: %s"),
                     cairo_status_to_string (status));
      return NULL;
    }
  jip_pdf_add_language (writer.bytes, "ko-KR");
  return g_byte_array_free_to_bytes (writer.bytes);
}

/**
 * jip_pdf_draw:
 *
 * Returns: (transfer full) (element-type cairo_surface_t): the pages that jip_pdf_write() writes, as drawings of an A4
 *   page in points, for a printer or a screen
 */
GPtrArray *
jip_pdf_draw (JipPaper *paper)
{
  GPtrArray *pages = g_ptr_array_new_with_free_func ((GDestroyNotify) cairo_surface_destroy);
  JipPdfWriter writer = { .pages = pages };

  begin_page (&writer);
  writer_init (&writer, paper);
  draw (&writer);
  return pages;
}
