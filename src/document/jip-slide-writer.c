/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-slide-writer.h"

#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <pango/pangocairo.h>

#include "jip-pdf-writer.h"
#include "jip-paper.h"

struct _JipSlideWriter
{
  cairo_surface_t *surface;
  cairo_t *cairo;
  GByteArray *bytes;
};

static cairo_status_t
collect (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/**
 * jip_slide_writer_new:
 * @created: the moment that stands in the file, in milliseconds; the same pages and moment are the same bytes
 */
JipSlideWriter *
jip_slide_writer_new (const char *title, gint64 created)
{
  g_return_val_if_fail (title != NULL, NULL);

  JipSlideWriter *self = g_new0 (JipSlideWriter, 1);
  g_autofree char *date = jip_paper_format_time (created);
  self->bytes = g_byte_array_new ();
  self->surface
      = cairo_pdf_surface_create_for_stream (collect, self->bytes, JIP_SLIDE_WIDTH, JIP_SLIDE_HEIGHT);
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
  self->cairo = cairo_create (self->surface);
  return self;
}

void
jip_slide_writer_free (JipSlideWriter *self)
{
  cairo_destroy (self->cairo);
  cairo_surface_destroy (self->surface);
  g_byte_array_unref (self->bytes);
  g_free (self);
}

void
jip_slide_writer_end_page (JipSlideWriter *self)
{
  g_return_if_fail (self != NULL);
  cairo_show_page (self->cairo);
}

static void
set_colour (JipSlideWriter *self, guint32 colour)
{
  cairo_set_source_rgb (self->cairo, (colour >> 16 & 0xFF) / 255.0, (colour >> 8 & 0xFF) / 255.0,
                        (colour & 0xFF) / 255.0);
}

/**
 * jip_slide_writer_text:
 * @place: where, how wide and how large
 *
 * Returns: the height that the text takes
 */
double
jip_slide_writer_text (JipSlideWriter *self, const JipSlideText *place, const char *text)
{
  PangoRectangle extents;

  g_return_val_if_fail (self != NULL && place != NULL && text != NULL, 0);

  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (self->cairo);
  g_autoptr (PangoFontDescription) font
      = pango_font_description_from_string ("Noto Sans CJK KR, NanumGothic");
  pango_font_description_set_absolute_size (font, place->size * PANGO_SCALE);
  pango_font_description_set_weight (font, place->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_width (layout, (int) (place->width * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_line_spacing (layout, 1.25F);
  pango_layout_set_alignment (layout, place->centred ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
  pango_layout_set_text (layout, text, -1);
  PangoAttrList *words = pango_attr_list_new ();
  jip_pdf_keep_words (words, text);
  pango_layout_set_attributes (layout, words);
  pango_attr_list_unref (words);
  set_colour (self, place->colour);
  cairo_move_to (self->cairo, place->x, place->y);
  pango_cairo_show_layout (self->cairo, layout);
  pango_layout_get_extents (layout, NULL, &extents);
  return (double) extents.height / PANGO_SCALE;
}

void
jip_slide_writer_box (JipSlideWriter *self, double x, double y, double width, double height, guint32 colour)
{
  g_return_if_fail (self != NULL);

  set_colour (self, colour);
  cairo_new_path (self->cairo);
  cairo_rectangle (self->cairo, x, y, width, height);
  cairo_fill (self->cairo);
}

/* A slice from the top clockwise; @share is 0 to 1. */
void
jip_slide_writer_pie (JipSlideWriter *self, double x, double y, double radius, double share, guint32 colour)
{
  g_return_if_fail (self != NULL);

  set_colour (self, colour);
  cairo_new_path (self->cairo);
  cairo_move_to (self->cairo, x, y);
  cairo_arc (self->cairo, x, y, radius, -G_PI / 2, -G_PI / 2 + 2 * G_PI * share);
  cairo_fill (self->cairo);
}

/**
 * jip_slide_writer_finish:
 *
 * Returns: (transfer full): the PDF; the writer is only to be freed after this
 */
GBytes *
jip_slide_writer_finish (JipSlideWriter *self, GError **error)
{
  g_return_val_if_fail (self != NULL, NULL);

  cairo_surface_finish (self->surface);
  cairo_status_t status = cairo_surface_status (self->surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_bytes_new (self->bytes->data, self->bytes->len);
  jip_error_set (error, JIP_ERROR_FILE, _ ("The slides cannot be drawn: %s."),
                 cairo_status_to_string (status));
  return NULL;
}
