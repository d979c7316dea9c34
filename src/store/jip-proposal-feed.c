/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new proposal in the feed: its four rows, as jip-feed-rows.c would read them from the tables. */
#include "jip-proposal-feed.h"

#define NONE \
  { \
    0 \
  }
#define TEXT(value) \
  { \
    't', .text = (value) \
  }
#define NUMBER(value) \
  { \
    'i', .integer = (value) \
  }
#define OF_NOBODY NONE, NONE, NONE, NUMBER (0)

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
    TEXT (proposal->id),
    TEXT (proposal->kind),
    TEXT (fields->title),
    TEXT (fields->body),
    TEXT (fields->category),
    TEXT (fields->department),
    NUMBER (proposal->anonymous),
    TEXT (proposal->anonymous ? NULL : proposal->author),
    TEXT (shown.name),
    TEXT (shown.department_name),
    TEXT (proposal->state),
    NUMBER (proposal->version),
    NUMBER (0), /* votes */
    NUMBER (0), /* comments */
    NUMBER (now),
    NUMBER (now),
    OF_NOBODY,
  };

  return jip_feed_add (database, pokes, "proposal", proposal->id, row, G_N_ELEMENTS (row), error);
}

static gboolean
add_own_proposal (JipDatabase *database, JipPokes *pokes, const JipProposal *proposal, GError **error)
{
  const JipValue row[] = {
    TEXT (proposal->id), TEXT (proposal->id), TEXT (proposal->author), NONE, NONE, NUMBER (0),
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
    TEXT (id),
    TEXT (proposal->id),
    NUMBER (proposal->version),
    TEXT (fields->title),
    TEXT (fields->body),
    TEXT (fields->category),
    TEXT (fields->department),
    TEXT (by),
    NUMBER (0), /* lost */
    NUMBER (now),
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
    TEXT (id), TEXT (proposal->id), NONE, TEXT (proposal->state), TEXT (by), NONE, NUMBER (now), OF_NOBODY,
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
