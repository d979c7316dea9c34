/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-stage-scene.h"

G_BEGIN_DECLS

/* What the hall sees, on a second display: dark, 16:9, no furniture. F11 or a double click fills the screen, Escape ends
 * that. */
#define JIP_TYPE_STAGE_WINDOW (jip_stage_window_get_type ())
G_DECLARE_FINAL_TYPE (JipStageWindow, jip_stage_window, JIP, STAGE_WINDOW, AdwWindow)

JipStageWindow *jip_stage_window_new (JipEventModel *model);
void jip_stage_window_set_wanted (JipStageWindow *self, JipStageKind wanted);

G_END_DECLS
