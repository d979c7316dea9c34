/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * JipPdf:
 *
 * A PDF that a sandboxed helper reads (documents.md, "PDF in"). Operations run one after the other in a thread of its
 * own, each within 15 seconds; cancelling one kills the helper, and the next starts a new one.
 */
#define JIP_TYPE_PDF (jip_pdf_get_type ())
G_DECLARE_FINAL_TYPE (JipPdf, jip_pdf, JIP, PDF, GObject)

/**
 * JipPdfLine:
 * @x: points from the page's left edge
 * @y: points from its upper edge
 */
typedef struct
{
  char *text;
  double x, y, width, height;
} JipPdfLine;

/**
 * JipPdfPage:
 * @number: from 0
 * @width: points
 * @text: the lines in reading order, each with a line end; empty for a scanned page
 */
typedef struct
{
  guint number;
  double width, height;
  char *text;
  JipPdfLine *lines;
  guint n_lines;
} JipPdfPage;

/**
 * JipPdfBitmap:
 * @pixels: premultiplied BGRA (CAIRO_FORMAT_ARGB32), @height times @stride bytes
 * @page_width: points, as are the boxes of jip_pdf_find()
 */
typedef struct
{
  GBytes *pixels;
  guint width, height, stride;
  double page_width, page_height;
} JipPdfBitmap;

/**
 * JipPdfBox:
 *
 * A part of a page, in points from its upper left corner.
 */
typedef struct
{
  double x, y, width, height;
} JipPdfBox;

JipPdf *jip_pdf_open (const char *path, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_pdf_open_async (const char *path,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
JipPdf *jip_pdf_open_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint jip_pdf_get_n_pages (JipPdf *pdf);

JipPdfPage *jip_pdf_get_text (JipPdf *pdf, guint page, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void jip_pdf_get_text_async (JipPdf *pdf,
                             guint page,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
JipPdfPage *
jip_pdf_get_text_finish (JipPdf *pdf, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

JipPdfBitmap *
jip_pdf_render_page (JipPdf *pdf, guint page, guint width, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void jip_pdf_render_page_async (JipPdf *pdf,
                                guint page,
                                guint width,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
JipPdfBitmap *
jip_pdf_render_page_finish (JipPdf *pdf, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

GArray *jip_pdf_find (JipPdf *pdf, guint page, const char *query, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void jip_pdf_find_async (JipPdf *pdf,
                         guint page,
                         const char *query,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
GArray *jip_pdf_find_finish (JipPdf *pdf, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

GPtrArray *
jip_pdf_read (const char *path, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void jip_pdf_page_free (JipPdfPage *page);
void jip_pdf_bitmap_free (JipPdfBitmap *bitmap);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPdfPage, jip_pdf_page_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPdfBitmap, jip_pdf_bitmap_free)

G_END_DECLS
