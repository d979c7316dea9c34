/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "jip-draft-source.h"

G_BEGIN_DECLS

/* Signal "remove": the author does not want this source. */
#define JIP_TYPE_SOURCE_ROW (jip_source_row_get_type ())
G_DECLARE_FINAL_TYPE (JipSourceRow, jip_source_row, JIP, SOURCE_ROW, GtkListBoxRow)

GtkWidget *jip_source_row_new (JipDraftSource *source);
JipDraftSource *jip_source_row_get_source (JipSourceRow *self);

G_END_DECLS
