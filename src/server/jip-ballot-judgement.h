/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-ballot-table.h"
#include "jip-event-table.h"
#include "jip-mutations.h"

G_BEGIN_DECLS

/* What a step of a window makes of the ballots that come behind it. */
#define JIP_BALLOT_AFTER_OPEN "valid"
#define JIP_BALLOT_AFTER_CLOSE "late"
#define JIP_BALLOT_AFTER_LOCK "late-refused"

char *
jip_ballot_window_id (const char *event, const char *entry, const char *category) G_GNUC_WARN_UNUSED_RESULT;
void jip_ballot_judgement_note (JipMutationContext *context, JipBallot *ballot, gint64 known);
gboolean jip_ballot_judge_step (JipMutationContext *context,
                                const JipEvent *event,
                                JsonNode *rules,
                                const char *subject,
                                const char *state,
                                GError **error);
gboolean jip_ballot_judge_again (JipMutationContext *context,
                                 const JipEvent *event,
                                 JsonNode *rules,
                                 const char *subject,
                                 const char *ballot,
                                 GError **error);
gboolean jip_ballot_recount (JipMutationContext *context,
                             const JipEvent *event,
                             JsonNode *rules,
                             JipBallot *ballot,
                             GError **error);
gboolean jip_ballot_reconsider (JipMutationContext *context,
                                const JipEvent *event,
                                JsonNode *rules,
                                const char *judge,
                                const char *subject,
                                GError **error);

G_END_DECLS
