/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void jip_diff_label_show_side (GtkLabel *label, const char *text, const char *other);
void jip_diff_label_show_change (GtkLabel *label, const char *from, const char *to);

G_END_DECLS
