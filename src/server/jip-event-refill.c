/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A locked event whose ballots come back one after the other. The receipt of the lock says what the result was, so that
 * nothing is revealed from half the ballots (docs/protocol.md, After a restore). */
#include "jip-event-refill.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-ballot-judgement.h"
#include "jip-ballot-table.h"
#include "jip-event-announced.h"
#include "jip-event-later.h"
#include "jip-event-rule-sheet.h"
#include "jip-event-service.h"
#include "jip-feed-table.h"

#define REFUSED 'r'

gboolean
jip_event_is_locked (const JipEvent *event)
{
  return strcmp (event->state, "locked") == 0 || strcmp (event->state, "revealed") == 0;
}

/* Whether somebody has seen of the result: from then on nothing that comes back changes it. */
gboolean
jip_event_is_announced (const JipEvent *event)
{
  return event->revealed > 0 || strcmp (event->state, "revealed") == 0;
}

/* Whether its receipt says that it came back after the announcement of another result. */
gboolean
jip_event_refill_was_refused (const JipMutationContext *context)
{
  return context->refill != NULL && context->refill->mark != NULL && *context->refill->mark == REFUSED;
}

/**
 * jip_event_refill_refuse:
 * @step: (nullable): what comes back
 * @ballot: (nullable)
 *
 * It would change what was announced, so it does not count, also after further restores.
 */
gboolean
jip_event_refill_refuse (JipMutationContext *context,
                         const JipEvent *event,
                         const char *step,
                         const char *ballot,
                         GError **error)
{
  g_free (context->refill_mark);
  context->refill_mark = g_strdup_printf ("%c", REFUSED);
  return jip_mutation_audit (context, "refused", error, "event", event->id, "step", step, "ballot", ballot,
                             NULL);
}

static gboolean
load (JipMutationContext *context, const char *event, JipRefillEvent **refill, GError **error)
{
  if (!jip_refill_event_get (context->database, event, refill, error))
    return FALSE;
  if (*refill == NULL)
    *refill = g_new0 (JipRefillEvent, 1);
  return TRUE;
}

/* The result is computed anew when everything that came along with this is in; one that is announced stays. */
gboolean
jip_event_refill_due (JipMutationContext *context, const JipEvent *event, GError **error)
{
  g_autoptr (JipRefillEvent) refill = NULL;

  if (jip_event_is_announced (event))
    return TRUE;
  context->due = TRUE;
  if (!load (context, event->id, &refill, error))
    return FALSE;
  if (refill->due)
    return TRUE;
  refill->due = TRUE;
  return jip_refill_event_put (context->database, event->id, refill, error);
}

/**
 * jip_event_refill_expect:
 * @lock: whether it is a lock, otherwise lots
 *
 * The receipt of the lock, and of lots, names the result that was computed then. Of several locks the first is the lock; what
 * lots have made of the result holds above that, the newest of them.
 */
gboolean
jip_event_refill_expect (JipMutationContext *context, const JipEvent *event, gboolean lock, GError **error)
{
  g_autoptr (JipRefillEvent) refill = NULL;
  gint64 place = lock ? -context->place : context->place;

  if (jip_event_is_announced (event))
    return TRUE;
  if (!load (context, event->id, &refill, error))
    return FALSE;
  if (context->refill->mark != NULL && (refill->expected_place == 0 || place >= refill->expected_place))
    {
      g_free (refill->expected);
      refill->expected = g_strdup (context->refill->mark);
      refill->expected_place = place;
      refill->incomplete = TRUE;
    }
  refill->due = context->due = TRUE;
  return jip_refill_event_put (context->database, event->id, refill, error);
}

/* What a reveal's receipt says: the result, which step it was, and which ballots it counted. Servers of before have said the
 * result alone, or not the ballots. */
static gboolean
make_mark_of_reveal (JipDatabase *database,
                     const JipEvent *event,
                     const char *result,
                     gint64 step,
                     char **mark,
                     GError **error)
{
  g_autofree char *note = NULL;

  *mark = NULL;
  if (!jip_event_announced_note (database, event, &note, error))
    return FALSE;
  *mark = g_strdup_printf ("%s:%" G_GINT64_FORMAT "%s%s", result, step, *note != '\0' ? ":" : "", note);
  return TRUE;
}

/* @result: of jip_event_name_result(); servers of before have said nothing of the ballots. Once something of it is announced
 * they do not matter either: what comes back then changes no result. */
static gboolean
is_of_result (const char *mark, const char *result, gboolean announced)
{
  if (mark == NULL || result == NULL)
    return FALSE;
  gsize told = strcspn (mark, announced ? "~:" : ":"), asked = strcspn (result, "~");
  return told >= asked && strncmp (mark, result, told) == 0;
}

static gint64
step_of_reveal (const char *mark, const JipEvent *event)
{
  const char *step = mark != NULL ? strchr (mark, ':') : NULL;

  return step != NULL ? g_ascii_strtoll (step + 1, NULL, 10) : event->revealed + 1;
}

static gboolean
is_closed (const JipRefillEvent *refill)
{
  return refill->expected == NULL && refill->expected_place > 0;
}

static gboolean
touch_reveals (JipMutationContext *context, const JipEvent *event, gint64 steps_before, GError **error)
{
  gint64 n = MAX (steps_before, event->reveal_steps);

  for (gint64 i = 1; i <= n; i++)
    {
      g_autofree char *id = g_strdup_printf ("%s:%" G_GINT64_FORMAT, event->id, i);
      if (!jip_mutation_touch (context, "reveal", id, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
compute_again (JipMutationContext *context, JipEvent *event, GError **error)
{
  gint64 before = event->reveal_steps;

  return jip_event_compute (context, event, error) && jip_event_update (context->database, event, error)
         && jip_mutation_touch (context, "event", event->id, error)
         && jip_mutation_touch (context, "result", event->id, error)
         && touch_reveals (context, event, before, error);
}

/* @result: (inout): of what counts */
static gboolean
enforce_and_compute (JipMutationContext *context,
                     JipEvent *event,
                     const char *ballots,
                     const char *note,
                     char **result,
                     GError **error)
{
  gboolean enforced;

  if (!jip_event_announced_enforce (context, event, ballots, note, &enforced, error))
    return FALSE;
  if (!enforced)
    return TRUE;
  g_clear_pointer (result, g_free);
  return compute_again (context, event, error)
         && jip_event_name_result (context->database, event, result, error);
}

/* The same without what the chair has decided behind it. */
static gboolean
set_aside_and_compute (JipMutationContext *context,
                       JipEvent *event,
                       const char *announced,
                       const char *note,
                       char **result,
                       GError **error)
{
  g_autoptr (JsonNode) rules = jip_event_rules_parse (event, error);
  gboolean any;

  if (rules == NULL || !jip_event_later_set_aside (context, event, rules, &any, error))
    return FALSE;
  if (!any)
    return TRUE;
  g_clear_pointer (result, g_free);
  return compute_again (context, event, error)
         && jip_event_name_result (context->database, event, result, error)
         && (strcmp (*result, announced) == 0
             || enforce_and_compute (context, event, strchr (announced, '~') + 1, note, result, error));
}

/* More than was announced may be back, or other versions: what the receipt of the reveal counted is made to count, if all of
 * that is back. @result: (inout) */
static gboolean
restore_announced (JipMutationContext *context, JipEvent *event, char **result, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (context->refill->mark != NULL ? context->refill->mark : "", ":", 3);
  const char *ballots = g_strv_length (parts) == 3 ? strchr (parts[0], '~') : NULL;
  g_autofree char *before = g_strdup (*result);

  if (ballots == NULL)
    return TRUE;
  if (!jip_database_savepoint (context->database, "announced", error)
      || !enforce_and_compute (context, event, ballots + 1, parts[2], result, error)
      || (g_strcmp0 (*result, parts[0]) != 0
          && !set_aside_and_compute (context, event, parts[0], parts[2], result, error)))
    return FALSE;
  if (g_strcmp0 (*result, parts[0]) != 0)
    {
      g_free (*result);
      *result = g_steal_pointer (&before);
      if (!jip_database_rollback_to (context->database, "announced", error))
        return FALSE;
    }
  return jip_database_release (context->database, "announced", error);
}

/* What had come back behind an earlier announcement of this result says so in its receipt. */
static gboolean
reconsider_all (JipMutationContext *context, const JipEvent *event, GError **error)
{
  g_autoptr (JsonNode) rules = jip_event_rules_parse (event, error);

  return rules != NULL && jip_ballot_reconsider (context, event, rules, "", "", error);
}

/* One that comes back waits for the result that it showed, or for the end of the wait. Of another one than was announced
 * since it shows nothing (@step: -1). */
static gboolean
refill_reveal (JipMutationContext *context,
               JipEvent *event,
               JipRefillEvent *refill,
               char **result,
               gint64 *step,
               GError **error)
{
  const char *mark = context->refill->mark;
  gboolean ended = is_closed (refill) && context->place < refill->expected_place;
  gboolean announced = jip_event_is_announced (event);
  gboolean ready = jip_event_is_locked (event) && !refill->due;

  *step = -1;
  if (ready && !announced && !ended && !is_of_result (mark, *result, FALSE)
      && !restore_announced (context, event, result, error))
    return FALSE;
  gboolean same = ready && is_of_result (mark, *result, announced);
  if (announced && !same && !ended)
    return TRUE;
  jip_mutation_missing (context, "result", event->id);
  if (!ready || (!same && !ended))
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("The result is not back yet."));
  *step = step_of_reveal (mark, event);
  g_clear_pointer (&context->refill_mark, g_free);
  refill->incomplete = FALSE;
  jip_mutation_arrived (context, "result", event->id); /* what waits for another one need not any more */
  if (!announced && !reconsider_all (context, event, error))
    return FALSE;
  return make_mark_of_reveal (context->database, event, *result, *step, &context->refill_mark, error)
         && jip_refill_event_put (context->database, event->id, refill, error);
}

/**
 * jip_event_refill_check_reveal:
 * @event: where the result is computed anew, it gets the number of its reveal steps
 * @step: (out): up to which step of the reveal this goes; -1 where it shows nothing of this result
 *
 * A reveal that comes back waits until the result is the one it showed; a new one is refused until the result is whole.
 */
gboolean
jip_event_refill_check_reveal (JipMutationContext *context, JipEvent *event, gint64 *step, GError **error)
{
  g_autoptr (JipRefillEvent) refill = NULL;
  g_autofree char *result = NULL, *mark = NULL;
  gboolean ready;

  if (!jip_event_name_result (context->database, event, &result, error)
      || !load (context, event->id, &refill, error))
    return FALSE;
  if (context->refill != NULL)
    return refill_reveal (context, event, refill, &result, step, error);
  *step = MIN (event->revealed + 1, event->reveal_steps);
  if (!jip_parked_has_ready (context->database, &ready, error)
      || !make_mark_of_reveal (context->database, event, result, *step, &mark, error))
    return FALSE;
  jip_mutation_set_mark (context, mark);
  jip_mutation_arrived (context, "result", event->id);
  return jip_event_is_announced (event) || (!refill->incomplete && !refill->due && !ready)
         || jip_error_set (error, JIP_ERROR_WRONG_STATE,
                           _ ("Ballots from before the restore are still missing. Let every judge's program "
                              "connect once, or have the administrator end the wait."));
}

static gboolean
settle_one (JipMutationContext *context, const char *id, GError **error)
{
  g_autoptr (JipRefillEvent) refill = NULL;
  g_autoptr (JipEvent) event = NULL;
  g_autofree char *result = NULL;

  if (!load (context, id, &refill, error) || !jip_event_get (context->database, id, &event, error))
    return FALSE;
  refill->due = FALSE;
  if (event == NULL || !jip_event_is_locked (event))
    return jip_refill_event_put (context->database, id, refill, error);
  if (!compute_again (context, event, error)
      || !jip_event_name_result (context->database, event, &result, error))
    return FALSE;
  refill->incomplete = !jip_event_is_announced (event) && refill->expected != NULL
                       && !is_of_result (refill->expected, result, FALSE);
  jip_mutation_arrived (context, "result", id);
  return jip_refill_event_put (context->database, id, refill, error);
}

/**
 * jip_event_refill_settle:
 *
 * Computes the results that are due; reveals may wait for them (@context's arrived names).
 */
gboolean
jip_event_refill_settle (JipMutationContext *context, GError **error)
{
  for (;;)
    {
      g_autoptr (GError) problem = NULL;
      g_autofree char *id = jip_database_query_text (
          context->database, &problem, "SELECT event FROM refill_event WHERE due = 1 ORDER BY event LIMIT 1",
          "");
      if (problem != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      if (id == NULL)
        return TRUE;
      if (!settle_one (context, id, error))
        return FALSE;
    }
}

/**
 * jip_event_refill_close:
 *
 * An administrator ends the wait: what is missing will not come, the result is what there is. The reveals that wait for it
 * may come (@context's arrived names).
 */
gboolean
jip_event_refill_close (JipMutationContext *context, const char *id, GError **error)
{
  g_autoptr (JipRefillEvent) refill = NULL;
  g_autoptr (JipEvent) event = NULL;
  gboolean ready;

  if (!load (context, id, &refill, error) || !jip_event_get (context->database, id, &event, error)
      || !jip_parked_has_ready (context->database, &ready, error))
    return FALSE;
  if (ready) /* a reveal now would refuse what has come back and has not had its turn yet */
    return jip_error_set (error, JIP_ERROR_WRONG_STATE,
                          _ ("What has come back is still being applied. Try again in a moment."));
  if (!refill->incomplete)
    return jip_error_set (error, JIP_ERROR_WRONG_STATE, _ ("This event does not wait for anything."));
  if (!jip_event_is_locked (event))
    return jip_error_set (error, JIP_ERROR_WRONG_STATE, _ ("The lock of this event is not back yet."));
  g_clear_pointer (&refill->expected, g_free);
  refill->incomplete = FALSE;
  jip_mutation_arrived (context, "result", id);
  return jip_feed_get_seq (context->database, &refill->expected_place, error)
         && jip_refill_event_put (context->database, id, refill, error)
         && jip_mutation_audit (context, "refill", error, "event", id, "step", "close", NULL);
}
