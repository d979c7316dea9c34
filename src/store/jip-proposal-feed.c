/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new proposal in the feed: its four rows, as jip-feed-rows.c would read them from the tables. */
#include "jip-proposal-feed.h"

#define OF_NOBODY JIP_FEED_NONE, JIP_FEED_NONE, JIP_FEED_NONE, JIP_FEED_NUMBER (0)

static gboolean
add_proposal (JipDatabase *database,
              JipPokes *pokes,
              const JipProposal *proposal,
              const JipProposalPerson *author,
              gint64 now,
              GError **error)
{
  const JipProposalFields *fields = &proposal->fields;
  const JipProposalPerson shown = proposal->anonymous ? (JipProposalPerson){ NULL } : *author;
  const JipValue row[] = {
    JIP_FEED_TEXT (proposal->id),
    JIP_FEED_TEXT (proposal->kind),
    JIP_FEED_TEXT (fields->title),
    JIP_FEED_TEXT (fields->body),
    JIP_FEED_TEXT (fields->category),
    JIP_FEED_TEXT (fields->department),
    JIP_FEED_NUMBER (proposal->anonymous),
    JIP_FEED_TEXT (proposal->anonymous ? NULL : proposal->author),
    JIP_FEED_TEXT (shown.name),
    JIP_FEED_TEXT (shown.department_name),
    JIP_FEED_TEXT (proposal->state),
    JIP_FEED_NUMBER (proposal->version),
    JIP_FEED_NUMBER (0), /* votes */
    JIP_FEED_NUMBER (0), /* comments */
    JIP_FEED_NUMBER (now),
    JIP_FEED_NUMBER (now),
    OF_NOBODY,
  };

  return jip_feed_add (database, pokes, "proposal", proposal->id, row, G_N_ELEMENTS (row), error);
}

static gboolean
add_own_proposal (JipDatabase *database, JipPokes *pokes, const JipProposal *proposal, GError **error)
{
  const JipValue row[] = {
    JIP_FEED_TEXT (proposal->id),
    JIP_FEED_TEXT (proposal->id),
    JIP_FEED_TEXT (proposal->author),
    JIP_FEED_NONE,
    JIP_FEED_NONE,
    JIP_FEED_NUMBER (0),
  };

  return jip_feed_add (database, pokes, "own_proposal", proposal->id, row, G_N_ELEMENTS (row), error);
}

static gboolean
add_version (JipDatabase *database,
             JipPokes *pokes,
             const JipProposal *proposal,
             const char *id,
             const char *by,
             gint64 now,
             GError **error)
{
  const JipProposalFields *fields = &proposal->fields;
  const JipValue row[] = {
    JIP_FEED_TEXT (id),
    JIP_FEED_TEXT (proposal->id),
    JIP_FEED_NUMBER (proposal->version),
    JIP_FEED_TEXT (fields->title),
    JIP_FEED_TEXT (fields->body),
    JIP_FEED_TEXT (fields->category),
    JIP_FEED_TEXT (fields->department),
    JIP_FEED_TEXT (by),
    JIP_FEED_NUMBER (0), /* lost */
    JIP_FEED_NUMBER (now),
    OF_NOBODY,
  };

  return jip_feed_add (database, pokes, "proposal_version", id, row, G_N_ELEMENTS (row), error);
}

static gboolean
add_step (JipDatabase *database,
          JipPokes *pokes,
          const JipProposal *proposal,
          const char *id,
          const char *by,
          gint64 now,
          GError **error)
{
  const JipValue row[] = {
    JIP_FEED_TEXT (id),    JIP_FEED_TEXT (proposal->id),
    JIP_FEED_NONE,         JIP_FEED_TEXT (proposal->state),
    JIP_FEED_TEXT (by),    JIP_FEED_NONE,
    JIP_FEED_NUMBER (now), OF_NOBODY,
  };

  return jip_feed_add (database, pokes, "proposal_step", id, row, G_N_ELEMENTS (row), error);
}

/**
 * jip_proposal_feed_add:
 * @pokes: (nullable): collects those whom it concerns
 * @proposal: was just inserted, with its first version and its first step
 * @first: the id of both
 * @author: whose name everybody may read unless the proposal is anonymous
 * @now: when it was received
 *
 * Gives all that is new of a proposal to the feed.
 */
gboolean
jip_proposal_feed_add (JipDatabase *database,
                       JipPokes *pokes,
                       const JipProposal *proposal,
                       const char *first,
                       const JipProposalPerson *author,
                       gint64 now,
                       GError **error)
{
  const char *by = proposal->anonymous ? NULL : author->name;

  g_return_val_if_fail (database != NULL && proposal != NULL && first != NULL && author != NULL, FALSE);

  return add_proposal (database, pokes, proposal, author, now, error)
         && add_own_proposal (database, pokes, proposal, error)
         && add_version (database, pokes, proposal, first, by, now, error)
         && add_step (database, pokes, proposal, first, by, now, error);
}
