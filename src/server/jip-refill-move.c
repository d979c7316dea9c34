/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After a restore a request may come without its receipt, from a copy of the replica or since the network brings it twice,
 * and is done as new work. Once the receipt is back it says that it stands before that, and what it was then. */
#include "jip-refill-move.h"

#include <string.h>

#include "jip-ballot-table.h"
#include "jip-ballot-versions.h"
#include "jip-claim-table.h"
#include "jip-event-refill.h"
#include "jip-feed-table.h"
#include "jip-proposal-service.h"
#include "jip-refill-service.h"
#include "jip-window-table.h"

/* @stands: (out): whether the same version counts with it in its old place */
static gboolean
stand_first (JipMutationContext *context,
             JipBallot *ballot,
             const JipReceipt *receipt,
             gboolean *stands,
             GError **error)
{
  JipDatabase *database = context->database;
  g_autofree char *before = NULL, *after = NULL;
  gint64 counted_before, counted;

  if (!jip_submission_weigh (database, ballot->event, ballot->judge, ballot->subject, &counted_before,
                             &before, error)
      || !jip_ballot_set_first (database, ballot->id, receipt->seq, receipt->received_at, error)
      || !jip_ballot_versions_find_again (context, ballot, TRUE, error)
      || !jip_submission_weigh (database, ballot->event, ballot->judge, ballot->subject, &counted, &after,
                                error))
    return FALSE;
  *stands = counted == counted_before && g_strcmp0 (before, after) == 0;
  return TRUE;
}

/* It counts in a result that is announced, and is not judged again; but it has its old place, if nothing else counts then. */
static gboolean
take_place (JipMutationContext *context, JipBallot *ballot, const JipReceipt *receipt, GError **error)
{
  JipDatabase *database = context->database;
  gboolean stands;

  if (!jip_ballot_versions_note_first (context, ballot->id, receipt->mark, error))
    return FALSE;
  if (ballot->place == receipt->seq)
    return TRUE;
  return jip_database_savepoint (database, "first", error)
         && stand_first (context, ballot, receipt, &stands, error)
         && (stands || jip_database_rollback_to (database, "first", error))
         && jip_database_release (database, "first", error)
         && jip_mutation_touch (context, "ballot", ballot->id, error)
         && jip_mutation_touch (context, "late_ballot", ballot->id, error);
}

/* One without a row stands for the same one of another device, and may get its row; one whose id was somebody else's has another id
 * by now. */
static gboolean
can_move_ballot (JipMutationContext *context,
                 const char *id,
                 const JipReceipt *receipt,
                 gboolean *can,
                 GError **error)
{
  g_autoptr (JipBallot) ballot = NULL;
  g_autoptr (JipJudge) judge = NULL;

  if (!jip_ballot_get (context->database, id, &ballot, error)
      || (ballot != NULL && !jip_judge_get (context->database, ballot->judge, &judge, error)))
    return FALSE;
  const gboolean own = judge != NULL && g_strcmp0 (judge->account, context->account) == 0;
  *can = ballot == NULL || (own && !jip_ballot_is_counting (ballot));
  return *can || !own || take_place (context, ballot, receipt, error);
}

/**
 * jip_refill_can_move:
 * @receipt: valid, of an older place
 * @can: (out): whether it may get an older place still: nothing that comes back changes a result that is announced
 */
gboolean
jip_refill_can_move (JipMutationContext *context,
                     const JipMutation *mutation,
                     const JipReceipt *receipt,
                     gboolean *can,
                     GError **error)
{
  g_autoptr (JipEvent) event = NULL;
  const gboolean is_ballot = strcmp (mutation->name, "ballot.submit") == 0;
  JsonObject *args = json_node_get_object (mutation->args);

  *can = TRUE;
  if (!is_ballot && strcmp (mutation->name, "event.step") != 0)
    return TRUE;
  if (!jip_event_get (context->database, jip_arg_string (args, "event"), &event, error))
    return FALSE;
  if (event == NULL || !jip_event_is_announced (event))
    return TRUE;
  *can = FALSE;
  return !is_ballot || can_move_ballot (context, jip_arg_string (args, "id"), receipt, can, error);
}

/* Of one name: what it has set, or waits to set. What a backup has of it is not what it will be. */
static gboolean
take_back (JipMutationContext *context, const char *replica, gint64 n, GPtrArray *claims, GError **error)
{
  const JipParked waiting = { .replica = (char *) replica, .n = n };
  g_autofree char *moved = g_strconcat (JIP_PLACED_MOVED, replica, NULL);
  gint64 seq;

  return jip_claim_take_back (context->database, replica, n, claims, error)
         && jip_parked_remove (context->database, &waiting, error)
         && jip_replica_lower_safe_n (context->database, replica, n - 1, error)
         && jip_mutation_stand_alone (context, error) && jip_feed_get_seq (context->database, &seq, error)
         && jip_placed_set (context->database, moved, seq, error);
}

static gboolean
take_back_all (JipMutationContext *context,
               const char *replica,
               gint64 n,
               const JipOrigin *origin,
               GPtrArray *claims,
               GError **error)
{
  g_autoptr (GPtrArray) names = jip_origin_list_verdicts (context->database, origin, error);

  if (names == NULL || !take_back (context, replica, n, claims, error))
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    {
      const JipStoredVerdict *name = g_ptr_array_index (names, i);
      if (!take_back (context, name->replica, name->n, claims, error))
        return FALSE;
    }
  return TRUE;
}

/* A new step of a window stands behind all that was there, one that was refilled where it says. */
static gboolean
take_back_windows (JipMutationContext *context,
                   const JipMutation *mutation,
                   GPtrArray *claims,
                   gint64 from,
                   GError **error)
{
  for (guint i = 0; i < claims->len; i++)
    {
      const JipClaim *claim = g_ptr_array_index (claims, i);
      const char *event = jip_arg_string (json_node_get_object (mutation->args), "event");
      if (g_str_has_prefix (claim->name, "window:")
          && !jip_window_step_remove (context->database, event, claim->place < from ? claim->place + 1 : from,
                                      error))
        return FALSE;
    }
  return TRUE;
}

/* One that was given for what had the id meanwhile is not for that any more: only what others have said about it holds. */
static gboolean
set_vote_again (JipMutationContext *context, const JipClaim *claim, JipParked *newest, GError **error)
{
  return newest != NULL ? jip_refill_again (context, newest, error)
                        : jip_vote_withdraw (context, claim->name + strlen ("vote:"), error);
}

/* What stands behind the new place holds again, where it stood before the old one. */
static gboolean
set_again (JipMutationContext *context, GPtrArray *claims, gint64 place, GError **error)
{
  for (guint i = 0; i < claims->len; i++)
    {
      const JipClaim *claim = g_ptr_array_index (claims, i);
      g_autoptr (JipParked) newest = NULL;
      if (!jip_claim_get_newest (context->database, claim->name, G_MAXINT64, &newest, error)
          || (g_str_has_prefix (claim->name, "vote:") && !set_vote_again (context, claim, newest, error))
          || (newest != NULL && newest->place > place && newest->place <= claim->place
              && !jip_refill_again (context, newest, error)))
        return FALSE;
    }
  return TRUE;
}

/**
 * jip_refill_move:
 * @replica: under which it comes now
 * @origin: all of its names
 * @from: where it stands now
 * @receipt: valid, of an older place
 *
 * Takes back what it has done and does it in its old place.
 */
gboolean
jip_refill_move (JipMutationContext *context,
                 const char *replica,
                 const JipMutation *mutation,
                 const JipOrigin *origin,
                 gint64 from,
                 const JipReceipt *receipt,
                 GError **error)
{
  g_autoptr (GPtrArray) claims = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_claim_free);

  if (!take_back_all (context, replica, mutation->n, origin, claims, error)
      || !take_back_windows (context, mutation, claims, from, error))
    return FALSE;
  context->moved_from = from;
  gboolean ok
      = jip_refill_apply (context, replica, mutation->n, mutation->name, mutation->args, receipt, error);
  context->moved_from = 0;
  return ok && set_again (context, claims, receipt->seq, error);
}
