/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-event-model.h"

G_BEGIN_DECLS

typedef enum
{
  JIP_CHAIR_NOTHING, /* nothing can be done now; the label says why */
  JIP_CHAIR_PRESENT,
  JIP_CHAIR_OPEN,
  JIP_CHAIR_CLOSE,
  JIP_CHAIR_LOCK,
  JIP_CHAIR_LOTS, /* needs a dialog that makes the arguments */
  JIP_CHAIR_REVEAL,
  JIP_CHAIR_WINNERS, /* everything is revealed: the stage can show all winners */
} JipChairStepKind;

/* One step of an event as the console offers it. */
typedef struct
{
  JipChairStepKind kind;
  char *label;       /* what the button says */
  char *question;    /* nullable: asked before a step that cannot be taken back */
  char *explanation; /* nullable: what that step does */
  const char *step;  /* of event.step, static; NULL where none is sent */
  JsonObject *args;  /* nullable; with what was to be seen when the step was offered, as `seen` */
} JipChairStep;

JipChairStep *jip_chair_next_step (JipEventModel *model, int seconds) G_GNUC_WARN_UNUSED_RESULT;
JipChairStep *jip_chair_step_new (JipEventModel *model, JipChairStepKind kind, JipEntry *entry, int seconds)
    G_GNUC_WARN_UNUSED_RESULT;
void jip_chair_step_free (JipChairStep *step);
gboolean jip_chair_entry_allows (JipEventModel *model, JipEntry *entry, JipChairStepKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipChairStep, jip_chair_step_free)

G_END_DECLS
