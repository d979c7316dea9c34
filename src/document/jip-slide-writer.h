/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-error.h"

G_BEGIN_DECLS

/**
 * JipSlideWriter:
 *
 * A PDF of 16:9 pages, 960 x 540 points, drawn from the upper left corner. Colours are 0xRRGGBB.
 */
typedef struct _JipSlideWriter JipSlideWriter;

#define JIP_SLIDE_WIDTH 960.0
#define JIP_SLIDE_HEIGHT 540.0

typedef struct
{
  double x, y, width, size;
  gboolean bold, centred;
  guint32 colour;
} JipSlideText;

JipSlideWriter *jip_slide_writer_new (const char *title, gint64 created) G_GNUC_WARN_UNUSED_RESULT;
void jip_slide_writer_free (JipSlideWriter *self);
void jip_slide_writer_end_page (JipSlideWriter *self);
double jip_slide_writer_text (JipSlideWriter *self, const JipSlideText *place, const char *text);
void
jip_slide_writer_box (JipSlideWriter *self, double x, double y, double width, double height, guint32 colour);
void
jip_slide_writer_pie (JipSlideWriter *self, double x, double y, double radius, double share, guint32 colour);
GBytes *jip_slide_writer_finish (JipSlideWriter *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipSlideWriter, jip_slide_writer_free)

G_END_DECLS
