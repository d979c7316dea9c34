/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The pages of a draft as they will be printed, and the button that prints them. */
#define JIP_TYPE_PRINT_PREVIEW (jip_print_preview_get_type ())
G_DECLARE_FINAL_TYPE (JipPrintPreview, jip_print_preview, JIP, PRINT_PREVIEW, AdwWindow)

GtkWidget *jip_print_preview_new (GtkWindow *parent, GPtrArray *pages, const char *title);

G_END_DECLS
