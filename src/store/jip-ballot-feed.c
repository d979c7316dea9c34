/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new ballot in the feed, and that its judge has handed in, as jip-feed-rows.c would read both from the tables. */
#include "jip-ballot-feed.h"

#include <string.h>

#define OF_JUDGE(event, judge) \
  JIP_FEED_TEXT ((judge)->account), JIP_FEED_TEXT ((event)->chair), JIP_FEED_TEXT ((event)->organiser), \
      JIP_FEED_NUMBER (strcmp ((event)->state, "locked") == 0 || strcmp ((event)->state, "revealed") == 0)

/**
 * jip_ballot_feed_add:
 * @pokes: (nullable): collects those whom it concerns
 * @event: as it stands in the database
 * @ballot: was just inserted, of @judge
 */
gboolean
jip_ballot_feed_add (JipDatabase *database,
                     JipPokes *pokes,
                     const JipEvent *event,
                     const JipJudge *judge,
                     const JipBallot *ballot,
                     GError **error)
{
  const JipValue row[] = {
    JIP_FEED_TEXT (ballot->id),
    JIP_FEED_TEXT (ballot->event),
    JIP_FEED_TEXT (ballot->judge),
    JIP_FEED_TEXT (ballot->entry),
    JIP_FEED_TEXT (ballot->category),
    JIP_FEED_NUMBER (ballot->version),
    JIP_FEED_TEXT (ballot->scores),
    JIP_FEED_TEXT (ballot->score),
    JIP_FEED_TEXT (ballot->picks),
    JIP_FEED_TEXT (ballot->state),
    JIP_FEED_TEXT (ballot->receipt_code),
    JIP_FEED_NUMBER (ballot->received_at),
    OF_JUDGE (event, judge),
  };

  return jip_feed_add (database, pokes, "ballot", ballot->id, row, G_N_ELEMENTS (row), error);
}

/**
 * jip_ballot_feed_add_submission:
 * @pokes: (nullable): collects those whom it concerns
 * @event: as it stands in the database
 * @ballot: of @judge, counts; nothing was ever handed in for its entry or category before
 */
gboolean
jip_ballot_feed_add_submission (JipDatabase *database,
                                JipPokes *pokes,
                                const JipEvent *event,
                                const JipJudge *judge,
                                const JipBallot *ballot,
                                GError **error)
{
  g_autofree char *id = jip_submission_id (ballot->judge, ballot->subject);
  const JipValue row[] = {
    JIP_FEED_TEXT (id),
    JIP_FEED_TEXT (ballot->event),
    JIP_FEED_TEXT (ballot->judge),
    JIP_FEED_TEXT (ballot->entry),
    JIP_FEED_TEXT (ballot->category),
    JIP_FEED_NUMBER (ballot->complete),
    OF_JUDGE (event, judge),
  };

  return jip_feed_add (database, pokes, "submission", id, row, G_N_ELEMENTS (row), error);
}
