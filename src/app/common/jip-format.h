/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *jip_format_date (gint64 ms) G_GNUC_WARN_UNUSED_RESULT;
char *jip_format_date_time (gint64 ms) G_GNUC_WARN_UNUSED_RESULT;
char *jip_format_when (gint64 ms, gint64 now) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
