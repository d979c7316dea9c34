/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-feed-table.h"
#include "jip-proposal-table.h"

G_BEGIN_DECLS

/**
 * JipProposalPerson:
 * @department_name: (nullable)
 */
typedef struct
{
  const char *name;
  const char *department_name;
} JipProposalPerson;

gboolean jip_proposal_feed_add (JipDatabase *database,
                                JipPokes *pokes,
                                const JipProposal *proposal,
                                const char *first,
                                const JipProposalPerson *author,
                                gint64 now,
                                GError **error);

G_END_DECLS
