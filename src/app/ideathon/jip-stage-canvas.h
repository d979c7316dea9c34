/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The size that everything on the stage is made for; the canvas scales it to whatever screen there is. */
#define JIP_STAGE_WIDTH 1920
#define JIP_STAGE_HEIGHT 1080

/* A 16:9 sheet that fills its window as far as it can. */
#define JIP_TYPE_STAGE_CANVAS (jip_stage_canvas_get_type ())
G_DECLARE_FINAL_TYPE (JipStageCanvas, jip_stage_canvas, JIP, STAGE_CANVAS, GtkWidget)

void jip_stage_canvas_set_child (JipStageCanvas *self, GtkWidget *child);

G_END_DECLS
