/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-ballot-form.h"
#include "jip-judge-card.h"
#include "jip-typed-ballots.h"

G_BEGIN_DECLS

/* One finalist as a judge scores it. Signals: "edited" (the form changed under the judge's hand), "submit", "recuse". */
#define JIP_TYPE_BALLOT_CARD (jip_ballot_card_get_type ())
G_DECLARE_FINAL_TYPE (JipBallotCard, jip_ballot_card, JIP, BALLOT_CARD, AdwBin)

void jip_ballot_card_show (JipBallotCard *self,
                           JipEventModel *model,
                           JipEntry *entry,
                           JipBallotForm *form,
                           JipBallotState state);
JipBallotForm *jip_ballot_card_get_form (JipBallotCard *self);
void jip_ballot_card_set_state (JipBallotCard *self, JipBallotState state);
void jip_ballot_card_submit (JipBallotCard *self);
const char *jip_ballot_card_describe_failure (void);

G_END_DECLS
