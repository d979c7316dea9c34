/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-board-records.h"
#include "jip-replica-list.h"

G_BEGIN_DECLS

typedef enum
{
  JIP_PROPOSAL_SORT_NEWEST,
  JIP_PROPOSAL_SORT_VOTES,
} JipProposalSort;

/**
 * JipProposalList:
 *
 * Ideas, unsent ones included. Setting any of the filters reads again; all of them together apply. The search takes
 * what a person typed: words of two syllables or more, parts of words, initial consonants (ㅇㅂㅁ), Latin prefixes.
 */
#define JIP_TYPE_PROPOSAL_LIST (jip_proposal_list_get_type ())
G_DECLARE_FINAL_TYPE (JipProposalList, jip_proposal_list, JIP, PROPOSAL_LIST, JipReplicaList)

JipProposalList *jip_proposal_list_new (JipClient *client) G_GNUC_WARN_UNUSED_RESULT;
void jip_proposal_list_set_search (JipProposalList *self, const char *text);
void jip_proposal_list_set_sort (JipProposalList *self, JipProposalSort sort);
void jip_proposal_list_set_kind (JipProposalList *self, const char *kind);
void jip_proposal_list_set_state (JipProposalList *self, const char *state);
void jip_proposal_list_set_category (JipProposalList *self, const char *category);
void jip_proposal_list_set_department (JipProposalList *self, const char *department);
void jip_proposal_list_set_mine (JipProposalList *self, gboolean mine);

G_END_DECLS
