/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-board-records.h"
#include "jip-settle-op.h"

G_BEGIN_DECLS

#define JIP_TYPE_PROPOSAL_DETAIL (jip_proposal_detail_get_type ())
G_DECLARE_FINAL_TYPE (JipProposalDetail, jip_proposal_detail, JIP, PROPOSAL_DETAIL, AdwBin)

void jip_proposal_detail_set_client (JipProposalDetail *detail, JipClient *client);
void jip_proposal_detail_set_proposal (JipProposalDetail *detail, JipProposal *proposal);
void jip_proposal_detail_show_gone (JipProposalDetail *detail);
JipProposal *jip_proposal_detail_get_proposal (JipProposalDetail *detail);
void jip_proposal_detail_take_over (JipProposalDetail *detail, JipRefused *refused);

G_END_DECLS
