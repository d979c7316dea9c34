/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After restores: whether a ballot is late is said by the last step of its window before it, also when that step came back
 * later than the ballot. A ballot's receipt says which steps were known when it was judged, a step's when it was back, so
 * that after any number of restores, in whatever order all of it returns, each ballot is what it was. */
#include "jip-ballot-judgement.h"

#include <string.h>

#include "jip-ballot-versions.h"
#include "jip-claim-table.h"
#include "jip-event-refill.h"
#include "jip-event-service.h"
#include "jip-feed-table.h"
#include "jip-refill-service.h"
#include "jip-window-table.h"

#define KNOWN 'w'
#define ARRIVED 'a'

/**
 * jip_ballot_window_id:
 * @entry: (nullable)
 * @category: (nullable): where there is no entry
 *
 * Returns: (transfer full): what a window's newest place is kept under
 */
char *
jip_ballot_window_id (const char *event, const char *entry, const char *category)
{
  return entry != NULL ? g_strdup (entry)
                       : g_strdup_printf ("%s:%s", event, category != NULL ? category : "");
}

static char *
mark_of (char kind, gint64 place)
{
  return g_strdup_printf ("%c%" G_GINT64_FORMAT, kind, place);
}

/* Returns: -1 for a receipt that says nothing of this kind */
static gint64
read_mark (const JipMutationContext *context, char kind)
{
  const char *mark = context->refill->mark;

  return mark != NULL && *mark == kind ? g_ascii_strtoll (mark + 1, NULL, 10) : -1;
}

/**
 * jip_ballot_judgement_note:
 * @ballot: gets its place and what was known when it was judged, where a step may come back that was not
 * @known: the newest place at which its window was moved, or everything before which is known
 */
void
jip_ballot_judgement_note (JipMutationContext *context, JipBallot *ballot, gint64 known)
{
  ballot->known = -1;
  if (context->refill != NULL)
    ballot->known = read_mark (context, KNOWN);
  else if (context->services->restored)
    {
      g_autofree char *mark = mark_of (KNOWN, known);
      jip_mutation_set_mark (context, mark);
      ballot->known = known;
    }
  if (ballot->known >= 0) /* as for a step: behind all that was there */
    ballot->place = context->refill != NULL ? context->place : context->place + 1;
}

/* After the state of @ballot was changed. */
gboolean
jip_ballot_recount (JipMutationContext *context,
                    const JipEvent *event,
                    JsonNode *rules,
                    JipBallot *ballot,
                    GError **error)
{
  g_autoptr (JipJudge) judge = NULL;
  g_autofree char *submission = jip_submission_id (ballot->judge, ballot->subject);
  int change;

  return (!jip_event_is_announced (event)
          || jip_ballot_versions_find_again (context, ballot, TRUE,
                                             error)) /* of what counts and what does not */
         && jip_judge_get (context->database, ballot->judge, &judge, error)
         && jip_submission_refresh (context->database, ballot->judge, ballot->subject, &change, error)
         && jip_mutation_touch (context, "ballot", ballot->id, error)
         && jip_mutation_touch (context, "late_ballot", ballot->id, error)
         && jip_mutation_touch (context, "submission", submission, error)
         && (change == 0 || jip_event_add_progress (context, rules, ballot, judge->panel, change, error));
}

static gboolean
make_valid (JipMutationContext *context,
            const JipEvent *event,
            JsonNode *rules,
            JipBallot *ballot,
            gboolean *stands,
            GError **error)
{
  JipDatabase *database = context->database;
  g_autofree char *before = NULL, *after = NULL;
  gint64 counted_before, counted;

  if (!jip_submission_weigh (database, ballot->event, ballot->judge, ballot->subject, &counted_before,
                             &before, error)
      || !jip_ballot_set_state (database, ballot->id, "valid", NULL, error)
      || !jip_ballot_recount (context, event, rules, ballot, error)
      || !jip_submission_weigh (database, ballot->event, ballot->judge, ballot->subject, &counted, &after,
                                error))
    return FALSE;
  *stands = counted == counted_before && g_strcmp0 (before, after) == 0;
  return TRUE;
}

/**
 * jip_ballot_reconsider:
 * @event: announced
 * @judge: with @subject whose and about what; empty for all
 *
 * What came back behind the announcement in front of the version that took its place is in time after all: with that it changes
 * nothing.
 */
gboolean
jip_ballot_reconsider (JipMutationContext *context,
                       const JipEvent *event,
                       JsonNode *rules,
                       const char *judge,
                       const char *subject,
                       GError **error)
{
  JipDatabase *database = context->database;
  g_autoptr (GPtrArray) list = jip_ballot_list_refused_in_time (database, event->id, judge, subject, error);

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      gboolean stands;
      if (!jip_database_savepoint (database, "reconsider", error)
          || !make_valid (context, event, rules, g_ptr_array_index (list, i), &stands, error)
          || (!stands && !jip_database_rollback_to (database, "reconsider", error))
          || !jip_database_release (database, "reconsider", error))
        return FALSE;
    }
  return list != NULL;
}

/* What the chair has decided about it holds where it is late. */
static gboolean
decide_again (JipMutationContext *context, const char *id, GError **error)
{
  g_autofree char *name = g_strdup_printf ("late:%s", id);
  g_autoptr (JipParked) decision = NULL;

  return jip_claim_get_newest (context->database, name, G_MAXINT64, &decision, error)
         && (decision == NULL || jip_refill_again (context, decision, error));
}

static gboolean
correct (JipMutationContext *context,
         const JipEvent *event,
         JsonNode *rules,
         const JipMisjudged *misjudged,
         GError **error)
{
  g_autoptr (JipBallot) ballot = NULL;

  return jip_ballot_set_state (context->database, misjudged->ballot, misjudged->due, NULL, error)
         && jip_ballot_get (context->database, misjudged->ballot, &ballot, error)
         && jip_ballot_recount (context, event, rules, ballot, error)
         && (strcmp (misjudged->due, "valid") == 0 || decide_again (context, ballot->id, error));
}

/**
 * jip_ballot_judge_again:
 * @subject: an entry or a category; empty for all
 * @ballot: the id of one about @subject; empty for all
 *
 * Gives ballots the state that the steps before them make, as far as those are back.
 */
gboolean
jip_ballot_judge_again (JipMutationContext *context,
                        const JipEvent *event,
                        JsonNode *rules,
                        const char *subject,
                        const char *ballot,
                        GError **error)
{
  g_autoptr (GArray) list = jip_window_list_misjudged (context->database, event->id, subject, ballot,
                                                       jip_event_is_locked (event), error);

  for (guint i = 0; list != NULL && i < list->len; i++)
    if (!correct (context, event, rules, &g_array_index (list, JipMisjudged, i), error))
      return FALSE;
  return list != NULL;
}

/**
 * jip_ballot_judge_step:
 * @subject: an entry or a category; empty for the lock
 * @state: %JIP_BALLOT_AFTER_OPEN, or another of these
 *
 * Remembers the step. Where it comes back, what stands behind it and did not know of it is judged again.
 */
gboolean
jip_ballot_judge_step (JipMutationContext *context,
                       const JipEvent *event,
                       JsonNode *rules,
                       const char *subject,
                       const char *state,
                       GError **error)
{
  gboolean refill = context->refill != NULL;
  /* that of its receipt is known later; it stands behind all that was there */
  gint64 place = refill ? context->place : context->place + 1;
  gint64 arrived = refill ? read_mark (context, ARRIVED) : place;

  if (arrived < 0 && !jip_feed_get_seq (context->database, &arrived, error))
    return FALSE;
  const JipWindowStep step = { event->id, subject, place, arrived, state };
  g_free (context->refill_mark);
  context->refill_mark = refill && *subject != '\0' ? mark_of (ARRIVED, arrived) : NULL;
  return jip_window_step_put (context->database, &step, error)
         && (!refill || jip_ballot_judge_again (context, event, rules, subject, "", error));
}
