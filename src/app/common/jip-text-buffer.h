/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

char *jip_text_buffer_dup_text (GtkTextBuffer *buffer) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
