/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-board-records.h"

G_BEGIN_DECLS

#define JIP_TYPE_PROPOSAL_ROW (jip_proposal_row_get_type ())
G_DECLARE_FINAL_TYPE (JipProposalRow, jip_proposal_row, JIP, PROPOSAL_ROW, AdwBin)

GtkWidget *jip_proposal_row_new (void);
void jip_proposal_row_set_proposal (JipProposalRow *row, JipProposal *proposal);
const char *jip_proposal_state_get_name (const char *state);

G_END_DECLS
