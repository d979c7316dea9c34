/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A locked event whose ballots come back one after the other. The receipt of the lock says what the result was, so that
 * nothing is revealed from half the ballots (docs/protocol.md, After a restore). */
#include "jip-event-refill.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-ballot-table.h"
#include "jip-event-service.h"

gboolean
jip_event_is_locked (const JipEvent *event)
{
  return strcmp (event->state, "locked") == 0 || strcmp (event->state, "revealed") == 0;
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

/* The result is computed anew when everything that came along with this is in. */
gboolean
jip_event_refill_due (JipMutationContext *context, const char *event, GError **error)
{
  g_autoptr (JipRefillEvent) refill = NULL;

  context->due = TRUE;
  if (!load (context, event, &refill, error))
    return FALSE;
  if (refill->due)
    return TRUE;
  refill->due = TRUE;
  return jip_refill_event_put (context->database, event, refill, error);
}

/* The receipt of the lock, and of lots, names the result that was computed then. */
gboolean
jip_event_refill_expect (JipMutationContext *context, const char *event, GError **error)
{
  g_autoptr (JipRefillEvent) refill = NULL;

  if (!load (context, event, &refill, error))
    return FALSE;
  if (context->refill->mark != NULL && context->place >= refill->expected_place)
    {
      g_free (refill->expected);
      refill->expected = g_strdup (context->refill->mark);
      refill->expected_place = context->place;
      refill->incomplete = TRUE;
    }
  refill->due = context->due = TRUE;
  return jip_refill_event_put (context->database, event, refill, error);
}

static char *
current_result (JipMutationContext *context, const char *event, GError **error)
{
  return jip_database_query_text (context->database, error, "SELECT sha256 FROM result WHERE event = $1", "t",
                                  event);
}

/**
 * jip_event_refill_check_reveal:
 *
 * A reveal that comes back waits until the result is the one it showed; a new one is refused until the result is whole.
 */
gboolean
jip_event_refill_check_reveal (JipMutationContext *context, const JipEvent *event, GError **error)
{
  g_autoptr (JipRefillEvent) refill = NULL;
  g_autoptr (GError) problem = NULL;
  g_autofree char *sha256 = current_result (context, event->id, &problem);

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (context->refill != NULL)
    {
      jip_mutation_missing (context, "result", event->id);
      jip_mutation_set_mark (context, context->refill->mark);
      return (jip_event_is_locked (event) && g_strcmp0 (sha256, context->refill->mark) == 0)
             || jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("The result is not back yet."));
    }
  jip_mutation_set_mark (context, sha256);
  if (!jip_refill_event_get (context->database, event->id, &refill, error))
    return FALSE;
  return refill == NULL || (!refill->incomplete && !refill->due)
         || jip_error_set (error, JIP_ERROR_WRONG_STATE,
                           _ ("Ballots from before the restore are still missing. Let every judge's program "
                              "connect once, or have the administrator end the wait."));
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

static gboolean
settle_one (JipMutationContext *context, const char *id, GError **error)
{
  g_autoptr (JipRefillEvent) refill = NULL;
  g_autoptr (JipEvent) event = NULL;
  g_autoptr (GError) problem = NULL;

  if (!load (context, id, &refill, error) || !jip_event_get (context->database, id, &event, error))
    return FALSE;
  refill->due = FALSE;
  if (event == NULL || !jip_event_is_locked (event))
    return jip_refill_event_put (context->database, id, refill, error);
  if (!compute_again (context, event, error))
    return FALSE;
  g_autofree char *sha256 = current_result (context, id, &problem);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  refill->incomplete = refill->expected != NULL && g_strcmp0 (sha256, refill->expected) != 0;
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
 * An administrator ends the wait: what is missing will not come, the result is what there is.
 */
gboolean
jip_event_refill_close (JipMutationContext *context, const char *event, GError **error)
{
  g_autoptr (JipRefillEvent) refill = NULL;

  if (!jip_refill_event_get (context->database, event, &refill, error))
    return FALSE;
  if (refill == NULL || !refill->incomplete)
    return jip_error_set (error, JIP_ERROR_WRONG_STATE, _ ("This event does not wait for anything."));
  g_clear_pointer (&refill->expected, g_free);
  refill->incomplete = FALSE;
  return jip_refill_event_put (context->database, event, refill, error)
         && jip_mutation_audit (context, "refill", error, "event", event, "step", "close", NULL);
}
