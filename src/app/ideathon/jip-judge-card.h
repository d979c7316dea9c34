/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-event-model.h"

G_BEGIN_DECLS

/* What a judge may do with one finalist now. */
typedef enum
{
  JIP_CARD_WAITING, /* not opened yet */
  JIP_CARD_OPEN,
  JIP_CARD_CLOSED, /* what comes now is late */
  JIP_CARD_LOCKED,
  JIP_CARD_WITHDRAWN,
  JIP_CARD_RECUSED,
} JipCardWindow;

/* What became of what the judge handed in. */
typedef enum
{
  JIP_CARD_NOTHING,
  JIP_CARD_PENDING, /* on this PC, not yet at the server */
  JIP_CARD_SAVED,
  JIP_CARD_LATE,
  JIP_CARD_LATE_ADMITTED,
  JIP_CARD_LATE_REFUSED,
} JipCardBallot;

/* One card of a judge: pure, from the records. */
typedef struct
{
  JipEntry *entry;     /* borrowed */
  const char *subject; /* whose ballot: the entry, or its category for picks; borrowed */
  JipCardWindow window;
  JipCardBallot handed_in;
  JipBallot *ballot;   /* the newest, nullable; borrowed */
  JipRecusal *recusal; /* nullable; borrowed */
  gboolean excluded;   /* by rule: of the judge's own department */
  gboolean presenting;
} JipJudgeCard;

JipJudgeCard jip_judge_card_get (JipEventModel *model, JipEntry *entry);
gboolean jip_judge_card_can_submit (const JipJudgeCard *card);
char *jip_judge_card_describe_window (const JipJudgeCard *card) G_GNUC_WARN_UNUSED_RESULT;
const char *jip_judge_card_describe_ballot (const JipJudgeCard *card);
const char *jip_judge_card_short (const JipJudgeCard *card);
gboolean jip_judge_card_waits_for_judge (const JipJudgeCard *card);

G_END_DECLS
