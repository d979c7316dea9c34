/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-event-records.h"

G_BEGIN_DECLS

/* One award on the stage: its name, then who has it, then the bars of the panels growing to the total. */
#define JIP_TYPE_STAGE_REVEAL (jip_stage_reveal_get_type ())
G_DECLARE_FINAL_TYPE (JipStageReveal, jip_stage_reveal, JIP, STAGE_REVEAL, GtkWidget)

GtkWidget *jip_stage_reveal_new (JipReveal *reveal, JipEventRules *rules, gboolean animate);

G_END_DECLS
