/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same work under several names: a replica was copied, and each copy brings what they have in common, with a receipt or
 * without. It is done once, whoever comes first; one that was refused takes nothing from the others. */
#include "jip-push-origin.h"

#include <string.h>

/**
 * jip_push_weigh:
 * @mark: (nullable): as it is stored, or as a receipt has it: what was kept of a conflict has its id there
 */
JipPushWeight
jip_push_weigh (const char *status, const char *mark)
{
  if (strcmp (status, "ok") == 0)
    return JIP_PUSH_DONE;
  return strcmp (status, "conflict") == 0 && mark != NULL && *mark != '\0' && *mark != '@' ? JIP_PUSH_KEPT
                                                                                           : JIP_PUSH_NOTHING;
}

/**
 * jip_push_origin_init:
 * @replica: under which it comes now
 * @receipt: (nullable): a valid one, which knows best whose work it is
 */
void
jip_push_origin_init (JipOrigin *origin,
                      const char *account,
                      const char *replica,
                      const JipMutation *mutation,
                      const JipReceipt *receipt)
{
  const char *named = receipt != NULL ? receipt->origin_replica : mutation->origin_replica;
  gint64 n = receipt != NULL ? receipt->origin_n : mutation->origin_n;

  origin->account = account;
  origin->replica = g_strdup (named != NULL ? named : replica);
  origin->n = named != NULL ? n : mutation->n;
  origin->hash
      = origin->n == mutation->n ? jip_mutation_hash (mutation) : jip_mutation_hash_as (mutation, origin->n);
}

/* Whether it had another name than the one under which it comes. */
gboolean
jip_push_origin_is_elsewhere (const JipOrigin *origin, const char *replica, gint64 n)
{
  return origin->n != n || strcmp (origin->replica, replica) != 0;
}

/* Whether @one holds rather than @other: the heavier, and of several the first. */
gboolean
jip_push_origin_prevails (const JipStoredVerdict *one, const JipStoredVerdict *other)
{
  JipPushWeight weight = jip_push_weigh (one->status, one->mark),
                others = jip_push_weigh (other->status, other->mark);

  return weight > others || (weight == others && one->seq < other->seq);
}

/**
 * jip_push_origin_find:
 * @heaviest: (out) (transfer full) (nullable): the verdict on this work that holds, under whatever name it was given
 */
gboolean
jip_push_origin_find (JipDatabase *database,
                      const JipOrigin *origin,
                      JipStoredVerdict **heaviest,
                      GError **error)
{
  g_autoptr (GPtrArray) list = jip_origin_list_verdicts (database, origin, error);
  guint best = 0;

  *heaviest = NULL;
  if (list == NULL)
    return FALSE;
  for (guint i = 1; i < list->len; i++)
    if (jip_push_origin_prevails (g_ptr_array_index (list, i), g_ptr_array_index (list, best)))
      best = i;
  if (list->len > 0)
    *heaviest = g_ptr_array_steal_index (list, best);
  return TRUE;
}

/* @id: of what came second, and is done in its old place instead */
static gboolean
forget_lost (JipMutationContext *context, const char *table, const char *id, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("DELETE FROM %s WHERE id = $1 AND lost = 1", table);

  return jip_database_run (context->database, error, sql, "t", id)
         && jip_mutation_touch (context, table, id, error);
}

/**
 * jip_push_origin_undo:
 * @name: the mutation's
 * @verdict: on it, for which a heavier one holds now
 *
 * Takes away what it has left, so that the text is not there twice.
 */
gboolean
jip_push_origin_undo (JipMutationContext *context,
                      const char *name,
                      const JipStoredVerdict *verdict,
                      GError **error)
{
  const JipParked waiting = { .replica = verdict->replica, .n = verdict->n };

  if (jip_push_weigh (verdict->status, verdict->mark) != JIP_PUSH_KEPT)
    return TRUE;
  g_autofree char *id = g_strndup (verdict->mark, strcspn (verdict->mark, "~@"));
  return jip_parked_remove (context->database, &waiting, error)
         && jip_mutations_place_waiting (context, error) /* it may be among them */
         && forget_lost (context, strcmp (name, "draft.save") == 0 ? "draft_version" : "proposal_version", id,
                         error);
}

/* @other: as a later place made it */
static gboolean
tell_one (JipDatabase *database,
          const JipOrigin *origin,
          const JipStoredVerdict *told,
          JipStoredVerdict *other,
          GError **error)
{
  g_clear_pointer (&other->code, g_free);
  g_clear_pointer (&other->message, g_free);
  g_clear_pointer (&other->detail, g_free);
  g_clear_pointer (&other->mark, g_free);
  other->code = g_strdup (told->code);
  other->mark = jip_push_origin_is_elsewhere (origin, other->replica, other->n)
                    ? jip_receipt_mark_origin (told->mark, origin->replica, origin->n)
                    : g_strdup (told->mark);
  other->seq = told->seq;
  other->received_at = told->received_at;
  return jip_verdict_remove (database, other->replica, other->n, error)
         && jip_verdict_insert (database, other->replica, other, error);
}

/**
 * jip_push_origin_tell:
 * @told: what was done stands at this place after all
 *
 * The same is said of it under whatever name.
 */
gboolean
jip_push_origin_tell (JipDatabase *database,
                      const JipOrigin *origin,
                      const JipStoredVerdict *told,
                      GError **error)
{
  g_autoptr (GPtrArray) list = jip_origin_list_verdicts (database, origin, error);

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      JipStoredVerdict *other = g_ptr_array_index (list, i);
      if (jip_push_weigh (other->status, other->mark) == JIP_PUSH_DONE && other->seq > told->seq
          && !tell_one (database, origin, told, other, error))
        return FALSE;
    }
  return list != NULL;
}
