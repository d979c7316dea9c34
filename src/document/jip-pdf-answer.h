/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-pdf.h"

G_BEGIN_DECLS

int jip_pdf_file_open (const char *path, GError **error);
JipPdfPage *jip_pdf_answer_to_page (GBytes *bytes, guint number, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JipPdfBitmap *jip_pdf_answer_to_bitmap (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GArray *jip_pdf_answer_to_boxes (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
