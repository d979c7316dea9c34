/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <pango/pangocairo.h>

#include "jip-paper.h"

G_BEGIN_DECLS

/* PDF through Pango and Cairo: A4, fonts embedded, outline, metadata. Lengths here are points. */

#define JIP_PT(mm) ((mm) *72.0 / 25.4)

typedef struct
{
  double x; /* from the paragraph's left edge */
  double y; /* of its top */
} JipPdfTextLine;

/* A paragraph broken into lines; line_height apart. */
typedef struct
{
  const JipParagraph *paragraph;
  PangoLayout *layout;
  GArray *lines; /* of JipPdfTextLine */
  double line_height;
  double ascent; /* from a line's top to its baseline */
  double height; /* without the space before and after */
} JipPdfText;

typedef struct
{
  JipPaper *paper;
  cairo_surface_t *surface;
  cairo_t *cairo;
  PangoContext *context;
  GByteArray *bytes;               /* of a file; NULL when pages are drawn */
  GPtrArray *pages;                /* of cairo_surface_t; NULL for a file */
  double left, top, width, bottom; /* where text may stand */
  double y;
  guint page;      /* from 1 */
  gboolean filled; /* something stands on the page */
  int outline;     /* the title's entry, 0 for none */
} JipPdfWriter;

GBytes *jip_pdf_write (JipPaper *paper, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *jip_pdf_draw (JipPaper *paper) G_GNUC_WARN_UNUSED_RESULT;
void jip_pdf_add_language (GByteArray *file, const char *language);

void jip_pdf_keep_words (PangoAttrList *list, const char *text);
JipPdfText *jip_pdf_text_new (JipPdfWriter *writer, const JipParagraph *paragraph, double width);
void jip_pdf_text_free (JipPdfText *text);
void jip_pdf_text_draw_line (JipPdfWriter *writer, JipPdfText *text, guint line, double x, double y);
void jip_pdf_new_page (JipPdfWriter *writer);
void jip_pdf_add_outline (JipPdfWriter *writer, const JipParagraph *paragraph, double y);
void jip_pdf_begin_tag (JipPdfWriter *writer, const char *tag);
void jip_pdf_end_tag (JipPdfWriter *writer, const char *tag);
void jip_pdf_draw_table (JipPdfWriter *writer, const JipPaperTable *table);
double jip_pdf_measure_table (JipPdfWriter *writer, const JipPaperTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPdfText, jip_pdf_text_free)

G_END_DECLS
