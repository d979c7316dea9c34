/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * JipPdfWord:
 * @start: of its text, in bytes
 * @length: of its text, in bytes
 * @x1: left, in points from the page's left edge
 * @y1: top, in points from the page's top edge
 * @starts_line: whether a line begins with it
 *
 * A word of a page as it was drawn. Words stand in the order in which they are read.
 */
typedef struct
{
  guint start, length;
  double x1, y1, x2, y2;
  gboolean starts_line;
} JipPdfWord;

gboolean jip_pdf_columns_order (GArray *words, double page_width);

G_END_DECLS
