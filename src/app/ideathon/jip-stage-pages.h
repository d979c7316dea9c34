/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-stage-scene.h"

G_BEGIN_DECLS

/* The still pictures of the stage. Counts and time change in place: see jip_stage_page_update(). */
GtkWidget *jip_stage_page_new (JipEventModel *model, const JipStageScene *scene, gboolean animate);
void jip_stage_page_update (GtkWidget *page, JipEventModel *model, const JipStageScene *scene, gint64 now);

G_END_DECLS
