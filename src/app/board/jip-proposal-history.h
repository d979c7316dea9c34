/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-record-lists.h"

G_BEGIN_DECLS

/* All wordings of an idea, those too that lost a conflict, each with what it changed. Signal "back". */
#define JIP_TYPE_PROPOSAL_HISTORY (jip_proposal_history_get_type ())
G_DECLARE_FINAL_TYPE (JipProposalHistory, jip_proposal_history, JIP, PROPOSAL_HISTORY, AdwBin)

void jip_proposal_history_set_client (JipProposalHistory *self, JipClient *client);
void jip_proposal_history_set_proposal (JipProposalHistory *self, JipProposal *proposal);

G_END_DECLS
