/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-mutations.h"
#include "jip-proposal-table.h"

G_BEGIN_DECLS

#define JIP_N_PROPOSAL_FIELDS 4

extern const char *const jip_proposal_field_names[JIP_N_PROPOSAL_FIELDS];
char **jip_proposal_field_at (JipProposalFields *fields, guint index);

/**
 * JipEditSeen:
 * @mine: which fields the edit sets; of one that lost, which it was sent with
 * @places: the place of the edit that it overwrites in each of them: 0 for none, -1 when that is not known
 * @base: (nullable): of an edit that lost: what it was made from, `pPLACE` or `vVERSION`
 *
 * What an edit knew when it was judged. As text a letter for each field of @mine with its place, `~` and @base: `t0b153`,
 * `t0~p153`. It stands in the receipt behind the version, or the id of the edit that lost, and another `~`.
 */
typedef struct
{
  gboolean mine[JIP_N_PROPOSAL_FIELDS];
  gint64 places[JIP_N_PROPOSAL_FIELDS];
  char *base;
} JipEditSeen;

void jip_edit_seen_clear (JipEditSeen *seen);
char *jip_edit_seen_to_text (const JipEditSeen *seen) G_GNUC_WARN_UNUSED_RESULT;
void jip_edit_seen_read (JipEditSeen *seen, const char *text);
void jip_edit_writers_read (gint64 writers[JIP_N_PROPOSAL_FIELDS], const char *text);
char *jip_edit_writers_to_text (const gint64 writers[JIP_N_PROPOSAL_FIELDS]) G_GNUC_WARN_UNUSED_RESULT;

gboolean jip_proposal_take_out (JipMutationContext *context, JipProposal *proposal, GError **error);
gboolean jip_proposal_place_edit (JipMutationContext *context,
                                  JipProposal *proposal,
                                  const JipProposalFields *wanted,
                                  const JipEditSeen *seen,
                                  const char *lost_id,
                                  GError **error);
gboolean jip_proposal_is_waiting (JipMutationContext *context, const char *proposal, const char *lost_id);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipEditSeen, jip_edit_seen_clear)

G_END_DECLS
