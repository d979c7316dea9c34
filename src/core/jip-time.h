/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A moment is a gint64: milliseconds since 1970-01-01T00:00:00Z. */
#define JIP_TIME_MIN G_GINT64_CONSTANT (-62135596800000) /* 0001-01-01T00:00:00.000Z */
#define JIP_TIME_MAX G_GINT64_CONSTANT (253402300799999) /* 9999-12-31T23:59:59.999Z */

gint64 jip_time_now (void);
char *jip_time_format (gint64 ms) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_time_parse (const char *text, gint64 *ms);

G_END_DECLS
