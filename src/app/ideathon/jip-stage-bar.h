/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A bar of the stage, 0 to 1 of its width. */
#define JIP_TYPE_STAGE_BAR (jip_stage_bar_get_type ())
G_DECLARE_FINAL_TYPE (JipStageBar, jip_stage_bar, JIP, STAGE_BAR, GtkWidget)

GtkWidget *jip_stage_bar_new (guint colour);
void jip_stage_bar_set_fraction (JipStageBar *self, double fraction);

G_END_DECLS
