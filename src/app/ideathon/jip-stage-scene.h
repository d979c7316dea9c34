/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-event-model.h"

G_BEGIN_DECLS

typedef enum
{
  JIP_SCENE_FOLLOW, /* as the event goes; not a scene of its own */
  JIP_SCENE_TITLE,
  JIP_SCENE_ORDER,
  JIP_SCENE_PRESENTING,
  JIP_SCENE_SCORING,
  JIP_SCENE_WAITING,
  JIP_SCENE_REVEAL,
  JIP_SCENE_WINNERS,
} JipStageKind;

/* What 300 people see: pure, from the records, and never a score that was not revealed. */
typedef struct
{
  JipStageKind kind;
  JipEntry *entry;   /* presenting, scoring; nullable; borrowed */
  JipReveal *reveal; /* borrowed */
  int counted;
  int expected;
} JipStageScene;

JipStageScene jip_stage_scene_get (JipEventModel *model, JipStageKind wanted);
gboolean jip_stage_scene_equal (const JipStageScene *a, const JipStageScene *b);
char *jip_stage_scene_describe (JipEventModel *model, const JipStageScene *scene) G_GNUC_WARN_UNUSED_RESULT;
char *jip_stage_format_timer (gint64 ends_at, gint64 now) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
