/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After a restore a request may come without its receipt, from a copy of the replica or since the network brings it twice,
 * and is done as new work. Once the receipt is back it says that it stands before that, and what it was then. */
#include "jip-refill-move.h"

#include <string.h>

#include "jip-claim-table.h"
#include "jip-event-refill.h"
#include "jip-refill-service.h"
#include "jip-window-table.h"

/**
 * jip_refill_can_move:
 * @can: (out): whether it may get an older place still: no step that comes back changes a result that is announced
 */
gboolean
jip_refill_can_move (JipMutationContext *context, const JipMutation *mutation, gboolean *can, GError **error)
{
  g_autoptr (JipEvent) event = NULL;

  *can = TRUE;
  if (strcmp (mutation->name, "event.step") != 0)
    return TRUE;
  const char *id = jip_arg_string (json_node_get_object (mutation->args), "event");
  if (!jip_event_get (context->database, id, &event, error))
    return FALSE;
  *can = event == NULL || !jip_event_is_announced (event);
  return TRUE;
}

/* A new step of a window stands behind all that was there, one that was refilled where it says. */
static gboolean
take_back_windows (JipMutationContext *context, GPtrArray *claims, gint64 from, GError **error)
{
  for (guint i = 0; i < claims->len; i++)
    {
      const JipClaim *claim = g_ptr_array_index (claims, i);
      if (g_str_has_prefix (claim->name, "window:")
          && !jip_window_step_remove (context->database, claim->place < from ? claim->place + 1 : from,
                                      error))
        return FALSE;
    }
  return TRUE;
}

/* What stands behind the new place holds again, where it stood before the old one. */
static gboolean
set_again (JipMutationContext *context, GPtrArray *claims, gint64 place, GError **error)
{
  for (guint i = 0; i < claims->len; i++)
    {
      const JipClaim *claim = g_ptr_array_index (claims, i);
      g_autoptr (JipParked) newest = NULL;
      if (!jip_claim_get_newest (context->database, claim->name, &newest, error)
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
  g_autoptr (GPtrArray) claims = jip_claim_take_back (context->database, origin, error);

  if (claims == NULL || !take_back_windows (context, claims, from, error)
      || !jip_parked_remove_all_of (context->database, origin, error))
    return FALSE;
  context->moved_from = from;
  gboolean ok
      = jip_refill_apply (context, replica, mutation->n, mutation->name, mutation->args, receipt, error);
  context->moved_from = 0;
  return ok && set_again (context, claims, receipt->seq, error);
}
