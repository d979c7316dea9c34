/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A push: the batch is judged as a whole, then each mutation on its own, in one job of the writer. */
#include "jip-push-service.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "jip-epoch.h"
#include "jip-json.h"
#include "jip-mutation-args.h"
#include "jip-mutations.h"
#include "jip-push-origin.h"
#include "jip-receipt.h"
#include "jip-refill-move.h"
#include "jip-refill-service.h"
#include "jip-refill-table.h"
#include "jip-sync.h"
#include "jip-time.h"

/* What can be said of a mutation without the database, before the writer's turn. */
typedef struct
{
  char *hash; /* of its contents */
  GError *fault;
} Prepared;

static void
prepared_clear (gpointer data)
{
  Prepared *prepared = data;

  g_free (prepared->hash);
  g_clear_error (&prepared->fault);
}

/* What was decided about a mutation, and the epoch that its receipt names. */
typedef struct
{
  JipStoredVerdict *stored;
  const char *epoch;
} Decided;

static void
decided_clear (gpointer data)
{
  jip_stored_verdict_free (((Decided *) data)->stored);
}

typedef struct
{
  JipServices *services;
  JipPush *push;
  GArray *prepared; /* of Prepared, one for each mutation */
  char *account;
  gint64 now;
  const char *epoch_before; /* of this server when the push came */
  const char *epoch;
  GArray *decided; /* of Decided */
  JipPushAnswer *answer;
  JipPokes *pokes;
  char *opened;    /* an epoch, when a receipt shows that this server lost something */
  gboolean copied; /* copies of this replica have brought what it had */
  gboolean due;
  JipPushDone done;
  gpointer data;
  GDestroyNotify destroy;
} PushJob;

static void
push_job_free (gpointer data)
{
  PushJob *job = data;

  if (job->destroy != NULL)
    job->destroy (job->data);
  jip_push_free (job->push);
  g_array_unref (job->prepared);
  g_free (job->account);
  g_free (job->opened);
  g_clear_pointer (&job->decided, g_array_unref);
  g_clear_pointer (&job->answer, jip_push_answer_free);
  g_clear_pointer (&job->pokes, jip_pokes_free);
  g_free (job);
}

static JsonNode *
detail_of (const char *first, gint64 first_value, const char *second, gint64 second_value)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_int_member (object, first, first_value);
  if (second != NULL)
    json_object_set_int_member (object, second, second_value);
  json_node_take_object (node, object);
  return node;
}

/**
 * jip_push_check_schema:
 *
 * Returns: %FALSE with %JIP_ERROR_SCHEMA_TOO_OLD or %JIP_ERROR_SCHEMA_UNKNOWN when this server does not speak @schema
 */
gboolean
jip_push_check_schema (gint64 schema, GError **error)
{
  JipErrorCode code = schema < JIP_SYNC_SCHEMA_OLDEST ? JIP_ERROR_SCHEMA_TOO_OLD : JIP_ERROR_SCHEMA_UNKNOWN;

  if (schema >= JIP_SYNC_SCHEMA_OLDEST && schema <= JIP_SYNC_SCHEMA)
    return TRUE;
  g_propagate_error (error, jip_error_new (code, detail_of ("server", JIP_SYNC_SCHEMA, NULL, 0), "%s",
                                           jip_error_describe (code)));
  return FALSE;
}

static gboolean
fail_gap (gint64 expected, GError **error)
{
  g_propagate_error (error, jip_error_new (JIP_ERROR_GAP, detail_of ("expected", expected, NULL, 0),
                                           _ ("Mutation %" PRId64 " is expected next."), expected));
  return FALSE;
}

/* Numbers that the replica does not hold any more, and that this server lost. */
static gboolean
is_hole (const JipPush *push, gint64 last_n)
{
  const JipMutation *first = push->mutations->len > 0 ? g_ptr_array_index (push->mutations, 0) : NULL;

  return first != NULL && first->n > last_n + 1 && push->oldest == first->n;
}

/* Contiguous in itself, and not beyond what is known unless there is nothing between: else a gap. */
static gboolean
judge_order (const JipPush *push, gint64 last_n, GError **error)
{
  if (is_hole (push, last_n))
    last_n = push->oldest - 1;
  for (guint i = 0; i < push->mutations->len; i++)
    {
      const JipMutation *mutation = g_ptr_array_index (push->mutations, i);
      const JipMutation *first = g_ptr_array_index (push->mutations, 0);
      if (i == 0 ? mutation->n > last_n + 1 : mutation->n != first->n + (gint64) i)
        return fail_gap (i == 0 ? last_n + 1 : first->n + (gint64) i, error);
    }
  return TRUE;
}

static gboolean
fail_cloned (gint64 n, gint64 last_n, GError **error)
{
  g_propagate_error (error,
                     jip_error_new (JIP_ERROR_REPLICA_CLONED, detail_of ("n", n, "last_n", last_n),
                                    _ ("Mutation %" PRId64 " was pushed before with other contents."), n));
  return FALSE;
}

static const Prepared *
prepared_of (const PushJob *job, const JipMutation *mutation)
{
  const JipMutation *first = g_ptr_array_index (job->push->mutations, 0);

  return &g_array_index (job->prepared, Prepared, (guint) (mutation->n - first->n)); /* judge_order() */
}

/* What was pushed before must be the same now: else the replica was copied. */
static gboolean
judge_repeats (PushJob *job, JipDatabase *database, gint64 last_n, GError **error)
{
  const JipPush *push = job->push;

  for (guint i = 0; i < push->mutations->len; i++)
    {
      const JipMutation *mutation = g_ptr_array_index (push->mutations, i);
      g_autoptr (JipStoredVerdict) stored = NULL;
      gboolean in_hole = FALSE;
      if (mutation->n > last_n)
        return TRUE;
      if (!jip_verdict_get (database, push->replica, mutation->n, &stored, error)
          || (stored == NULL && !jip_hole_contains (database, push->replica, mutation->n, &in_hole, error)))
        return FALSE;
      if (!in_hole && (stored == NULL || strcmp (stored->hash, prepared_of (job, mutation)->hash) != 0))
        return fail_cloned (mutation->n, last_n, error);
    }
  return TRUE;
}

/* @stored: (transfer full) */
static void
decide (PushJob *job, JipStoredVerdict *stored)
{
  const Decided decided = { stored, job->epoch };

  g_array_append_val (job->decided, decided);
}

/* @stored: (transfer full)
 * @origin: (nullable): where it had another name before, which the receipt tells from now on */
static gboolean
store_verdict (PushJob *job,
               JipMutationContext *context,
               JipStoredVerdict *stored,
               const JipOrigin *origin,
               GError **error)
{
  const char *replica = job->push->replica;
  gboolean elsewhere = origin != NULL && jip_push_origin_is_elsewhere (origin, replica, stored->n);

  if (elsewhere)
    {
      g_autofree char *mark = g_steal_pointer (&stored->mark);
      stored->mark = jip_receipt_mark_origin (mark, origin->replica, origin->n);
    }
  decide (job, stored);
  return jip_verdict_insert (context->database, replica, stored, error)
         && (!elsewhere || jip_origin_insert (context->database, replica, stored->n, origin, error));
}

static gboolean
judge_new (PushJob *job,
           JipMutationContext *context,
           const JipMutation *mutation,
           const JipOrigin *origin,
           GError **error)
{
  g_autoptr (JipStoredVerdict) stored = g_new0 (JipStoredVerdict, 1);
  g_autoptr (JipVerdict) verdict = jip_verdict_new (mutation->n);
  const Prepared *prepared = prepared_of (job, mutation);

  if (!jip_mutations_apply (context, mutation->name, mutation->args, prepared->fault, verdict, error))
    return FALSE;
  stored->n = mutation->n;
  stored->hash = g_strdup (prepared->hash);
  stored->status = g_strdup (jip_verdict_status_get_name (verdict->status));
  stored->code = g_strdup (verdict->code);
  stored->message = g_strdup (verdict->message);
  stored->detail = verdict->detail != NULL ? jip_json_canonical (verdict->detail) : NULL;
  stored->mark = g_strdup (context->mark);
  stored->received_at = context->now;
  return jip_feed_get_seq (context->database, &stored->seq, error)
         && store_verdict (job, context, g_steal_pointer (&stored), origin, error);
}

/* A receipt of this epoch for what this server does not know, or of a seq that it never gave out: the data folder was
 * put back without a word. */
static gboolean
note_loss (PushJob *job, JipMutationContext *context, const JipReceipt *receipt, GError **error)
{
  gint64 seq;

  if (!jip_feed_get_seq (context->database, &seq, error))
    return FALSE;
  if (job->opened != NULL || (strcmp (receipt->epoch, job->epoch) != 0 && receipt->seq <= seq))
    return TRUE;
  if (!jip_epoch_open (context->database, "receipt", receipt->seq, job->now, &job->opened, error))
    return FALSE;
  job->services->restored = TRUE; /* what follows in this push is of after the restore */
  job->epoch = g_intern_string (job->opened);
  return TRUE;
}

/* What was said of it under another name holds under this one. @verdict: (transfer full) */
static gboolean
take_over (PushJob *job,
           JipMutationContext *context,
           const JipMutation *mutation,
           const JipOrigin *origin,
           JipStoredVerdict *verdict,
           GError **error)
{
  char *end = verdict->mark != NULL ? strchr (verdict->mark, '@') : NULL;

  if (end != NULL)
    *end = '\0';
  g_free (verdict->hash);
  verdict->hash = g_strdup (prepared_of (job, mutation)->hash);
  verdict->n = mutation->n;
  return store_verdict (job, context, verdict, origin, error);
}

/* What cannot move to its old place is what was acknowledged all the same. */
static void
say_as (JipStoredVerdict *verdict, const JipReceipt *receipt)
{
  g_free (verdict->code);
  g_clear_pointer (&verdict->message, g_free);
  g_clear_pointer (&verdict->detail, g_free);
  verdict->code = g_strdup (receipt->code);
  verdict->received_at = receipt->received_at;
}

/* Without a receipt. The copies of a replica, and itself, may all have it still to send. What has waited for something that came back
 * before it in this push stands before it too. */
static gboolean
judge_unproven (PushJob *job, JipMutationContext *context, const JipMutation *mutation, GError **error)
{
  g_auto (JipOrigin) origin = { NULL };
  g_autoptr (JipStoredVerdict) known = NULL;

  if (!jip_mutations_place_waiting (context, error)
      || (context->arrived->len > 0 && !jip_refill_release (context, error)))
    return FALSE;
  if (mutation->origin_replica == NULL && !job->copied)
    return judge_new (job, context, mutation, NULL, error);
  jip_push_origin_init (&origin, job->account, job->push->replica, mutation, NULL);
  if (!jip_push_origin_find (context->database, &origin, &known, error))
    return FALSE;
  return known != NULL && jip_push_weigh (known->status, known->mark) != JIP_PUSH_NOTHING
             ? take_over (job, context, mutation, &origin, g_steal_pointer (&known), error)
             : judge_new (job, context, mutation, &origin, error);
}

/* Puts what was done as new into its old place. */
static gboolean
move (PushJob *job,
      JipMutationContext *context,
      const JipMutation *mutation,
      const JipReceipt *receipt,
      const JipOrigin *origin,
      gint64 from,
      GError **error)
{
  return note_loss (job, context, receipt, error)
         && jip_refill_move (context, job->push->replica, mutation, origin, from, receipt, error);
}

/* Does it again. @known: (nullable): a lighter verdict that this server has */
static gboolean
refill (PushJob *job,
        JipMutationContext *context,
        const JipMutation *mutation,
        const JipReceipt *receipt,
        const JipStoredVerdict *known,
        GError **error)
{
  return note_loss (job, context, receipt, error)
         && (known == NULL || jip_push_origin_undo (context, mutation->name, known, error))
         && jip_refill_apply (context, job->push->replica, mutation->n, mutation->name, mutation->args,
                              receipt, error);
}

/* Whether it was done here, without the receipt, behind the place that this names. @known: (nullable) */
static gboolean
stands_before (const JipReceipt *receipt, const JipStoredVerdict *known)
{
  return known != NULL && receipt->seq < known->seq
         && jip_push_weigh (known->status, known->mark) == JIP_PUSH_DONE
         && jip_push_weigh (receipt->status, receipt->mark) == JIP_PUSH_DONE;
}

/* Finds what holds of the work so far. @before: (nullable): what was said of it under this very name, and is not stored any more */
static gboolean
find_known (JipDatabase *database,
            const JipOrigin *origin,
            JipStoredVerdict **before,
            JipStoredVerdict **known,
            GError **error)
{
  if (!jip_push_origin_find (database, origin, known, error))
    return FALSE;
  if (*before == NULL || (*known != NULL && !jip_push_origin_prevails (*before, *known)))
    return TRUE;
  g_clear_pointer (known, jip_stored_verdict_free);
  *known = g_steal_pointer (before);
  return TRUE;
}

/* The verdict of before holds. What this server has done already under another name it does not do again, and the older place
 * is the one that it has from then on. @before: (inout) (nullable): as for find_known() */
static gboolean
judge_receipt (PushJob *job,
               JipMutationContext *context,
               const JipMutation *mutation,
               const JipReceipt *receipt,
               JipStoredVerdict **before,
               GError **error)
{
  g_autoptr (JipStoredVerdict) stored = g_new0 (JipStoredVerdict, 1);
  g_autoptr (JipStoredVerdict) known = NULL;
  g_auto (JipOrigin) origin = { NULL };
  JipPushWeight weight = jip_push_weigh (receipt->status, receipt->mark), here = JIP_PUSH_NOTHING;
  gboolean moves;

  g_clear_pointer (&context->refill_mark, g_free);
  jip_push_origin_init (&origin, job->account, job->push->replica, mutation, receipt);
  if (!find_known (context->database, &origin, before, &known, error))
    return FALSE;
  moves = stands_before (receipt, known);
  if (moves && !jip_refill_can_move (context, mutation, receipt, &moves, error))
    return FALSE;
  if (known != NULL)
    here = jip_push_weigh (known->status, known->mark);
  if (!moves && stands_before (receipt, known))
    say_as (known, receipt);
  if (!moves && here == weight && here != JIP_PUSH_NOTHING)
    return take_over (job, context, mutation, &origin, g_steal_pointer (&known), error);
  if (moves && !move (job, context, mutation, receipt, &origin, known->seq, error))
    return FALSE;
  if ((known == NULL || here < weight) && !refill (job, context, mutation, receipt, known, error))
    return FALSE;
  stored->n = mutation->n;
  stored->hash = g_strdup (prepared_of (job, mutation)->hash);
  stored->status = g_strdup (receipt->status);
  stored->code = g_strdup (receipt->code);
  stored->mark = g_strdup (context->refill_mark != NULL ? context->refill_mark : receipt->mark);
  stored->seq = receipt->seq;
  stored->received_at = receipt->received_at;
  if (moves && !jip_push_origin_tell (context->database, &origin, stored, error))
    return FALSE;
  return store_verdict (job, context, g_steal_pointer (&stored), &origin, error);
}

/* A copied replica has two receipts, of before and under its new name: either is good. */
static gboolean
read_receipt (const PushJob *job, const JipMutation *mutation, JipReceipt *receipt)
{
  const char *text = mutation->receipt, *origin = mutation->origin_replica;

  if (origin != NULL)
    {
      g_autofree char *before = jip_mutation_hash_as (mutation, mutation->origin_n);
      if (jip_receipt_read (job->services, text, job->account, origin, mutation->origin_n, before, receipt))
        {
          if (receipt->origin_replica == NULL)
            {
              receipt->origin_replica = g_strdup (origin);
              receipt->origin_n = mutation->origin_n;
            }
          return TRUE;
        }
      jip_receipt_clear (receipt);
    }
  return jip_receipt_read (job->services, text, job->account, job->push->replica, mutation->n,
                           prepared_of (job, mutation)->hash, receipt);
}

/* @before: (inout) (nullable): as for find_known() */
static gboolean
judge_one (PushJob *job,
           JipMutationContext *context,
           const JipMutation *mutation,
           JipStoredVerdict **before,
           GError **error)
{
  g_auto (JipReceipt) receipt = { NULL };

  if (mutation->receipt == NULL)
    return judge_unproven (job, context, mutation, error);
  if (read_receipt (job, mutation, &receipt))
    return judge_receipt (job, context, mutation, &receipt, before, error);
  /* as if it had none, but not in silence; a name that nobody knows may be anything */
  const JipMutationSpec *spec = jip_mutation_find (mutation->name);
  return jip_mutation_audit (context, "receipt", error, "replica", job->push->replica, "refused",
                             spec != NULL ? spec->name : NULL, NULL)
         && judge_unproven (job, context, mutation, error);
}

/* Whether more is known of it than the verdict says: a request of before a restore came after it without its receipt, or
 * before what it is about was back, and the receipt, or a copy, says what it was, or that it was before. */
static gboolean
is_outweighed (PushJob *job,
               JipMutationContext *context,
               const JipMutation *mutation,
               const JipStoredVerdict *stored,
               gboolean *outweighed,
               GError **error)
{
  JipPushWeight weight = jip_push_weigh (stored->status, stored->mark);
  g_auto (JipReceipt) receipt = { NULL };
  g_auto (JipOrigin) origin = { NULL };
  g_autoptr (JipStoredVerdict) known = NULL;

  *outweighed = FALSE;
  if (weight == JIP_PUSH_DONE && (mutation->receipt == NULL || !job->services->restored))
    return TRUE;
  if (mutation->receipt != NULL && read_receipt (job, mutation, &receipt))
    {
      JipPushWeight proven = jip_push_weigh (receipt.status, receipt.mark);
      *outweighed = stands_before (&receipt, stored) || proven > weight
                    || (proven == JIP_PUSH_NOTHING && weight != JIP_PUSH_DONE && receipt.seq < stored->seq);
      return TRUE;
    }
  if (weight == JIP_PUSH_DONE || (mutation->origin_replica == NULL && !job->copied))
    return TRUE;
  jip_push_origin_init (&origin, job->account, job->push->replica, mutation, NULL);
  if (!jip_push_origin_find (context->database, &origin, &known, error))
    return FALSE;
  *outweighed = known != NULL && jip_push_weigh (known->status, known->mark) > weight;
  return TRUE;
}

/* @found: (out): whether there is a verdict that stands; FALSE also for a number in a hole, which can be filled after all
 * @before: (out) (nullable): one that gives way, of what was done */
static gboolean
answer_repeat (PushJob *job,
               JipMutationContext *context,
               const JipMutation *mutation,
               gboolean *found,
               JipStoredVerdict **before,
               GError **error)
{
  g_autoptr (JipStoredVerdict) stored = NULL;
  gboolean outweighed;

  *found = FALSE;
  if (!jip_verdict_get (context->database, job->push->replica, mutation->n, &stored, error))
    return FALSE;
  if (stored == NULL)
    return TRUE;
  if (!is_outweighed (job, context, mutation, stored, &outweighed, error))
    return FALSE;
  *found = !outweighed;
  if (!*found)
    {
      if (!jip_push_origin_undo (context, mutation->name, stored, error)
          || !jip_verdict_remove (context->database, job->push->replica, mutation->n, error))
        return FALSE;
      if (jip_push_weigh (stored->status, stored->mark) == JIP_PUSH_DONE)
        *before = g_steal_pointer (&stored);
      return TRUE;
    }
  decide (job, g_steal_pointer (&stored));
  return TRUE;
}

static gboolean
apply_all (PushJob *job, JipMutationContext *context, gint64 last_n, GError **error)
{
  job->answer->last_n = last_n;
  for (guint i = 0; i < job->push->mutations->len; i++)
    {
      const JipMutation *mutation = g_ptr_array_index (job->push->mutations, i);
      g_autoptr (JipStoredVerdict) before = NULL;
      gboolean known = FALSE;
      if (mutation->n <= last_n && !answer_repeat (job, context, mutation, &known, &before, error))
        return FALSE;
      if (!known && !judge_one (job, context, mutation, &before, error))
        return FALSE;
      job->answer->last_n = MAX (mutation->n, job->answer->last_n);
    }
  return jip_mutations_place_waiting (context, error) && jip_refill_release (context, error);
}

static gboolean
note_hole (PushJob *job, JipMutationContext *context, gint64 last_n, GError **error)
{
  if (!is_hole (job->push, last_n))
    return TRUE;
  g_autofree char *first = g_strdup_printf ("%" G_GINT64_FORMAT, last_n + 1);
  g_autofree char *last = g_strdup_printf ("%" G_GINT64_FORMAT, job->push->oldest - 1);
  return jip_hole_insert (context->database, job->push->replica, last_n + 1, job->push->oldest - 1, job->now,
                          error)
         && jip_mutation_audit (context, "hole", error, "replica", job->push->replica, "first", first, "last",
                                last, NULL);
}

/* A batch that is refused as a whole is refused before anything is written. */
static gboolean
judge_batch (PushJob *job, JipDatabase *database, const JipAsker *asker, GError **error)
{
  gboolean is_new = asker->replica_account == NULL;

  if (!is_new && strcmp (asker->replica_account, job->account) != 0)
    return jip_error_set (error, JIP_ERROR_REPLICA_TAKEN, "%s", jip_error_describe (JIP_ERROR_REPLICA_TAKEN));
  return judge_order (job->push, asker->last_n, error) && judge_repeats (job, database, asker->last_n, error)
         && (!is_new || jip_replica_insert (database, job->push->replica, job->account, job->now, error));
}

/* It may be the second time. */
static void
start_over (PushJob *job)
{
  g_clear_pointer (&job->answer, jip_push_answer_free);
  job->answer = jip_push_answer_new ();
  job->epoch = job->epoch_before;
  g_array_set_size (job->decided, 0);
  g_clear_pointer (&job->pokes, jip_pokes_free);
  job->pokes = jip_pokes_new ();
  g_clear_pointer (&job->opened, g_free);
  job->due = FALSE;
}

static gboolean
push_cb (JipDatabase *database, gpointer data, GError **error)
{
  PushJob *job = data;
  g_auto (JipMutationContext) context = { NULL };

  start_over (job);
  if (!jip_mutation_context_init (&context, job->services, database, job->pokes, job->account,
                                  job->push->replica, job->now, error)
      || !judge_batch (job, database, &context.asker, error))
    return FALSE;
  gint64 last_n = context.asker.last_n;
  job->copied = context.asker.was_copied;
  if (!note_hole (job, &context, last_n, error) || !apply_all (job, &context, last_n, error)
      || !jip_feed_get_seq (database, &job->answer->seq, error))
    return FALSE;
  job->due = context.due;
  return job->answer->last_n == last_n
         || jip_replica_set_last_n (database, job->push->replica, job->answer->last_n, error);
}

static JipVerdict *
make_verdict (const PushJob *job, const Decided *decided)
{
  const JipStoredVerdict *stored = decided->stored;
  JipVerdict *verdict = jip_verdict_new (stored->n);

  jip_verdict_status_from_name (stored->status, &verdict->status);
  verdict->code = g_strdup (stored->code);
  verdict->message = g_strdup (stored->message);
  if (stored->detail != NULL)
    verdict->detail = jip_json_parse (stored->detail, -1, NULL);
  verdict->receipt
      = jip_receipt_make (job->services, decided->epoch, job->account, job->push->replica, stored);
  return verdict;
}

/* The seals of receipts are made while the writer is at the next batch. */
static void
complete_answer (PushJob *job)
{
  job->answer->epoch = g_strdup (job->epoch);
  for (guint i = 0; i < job->decided->len; i++)
    g_ptr_array_add (job->answer->verdicts, make_verdict (job, &g_array_index (job->decided, Decided, i)));
}

static void
push_done_cb (gpointer data, const GError *error)
{
  PushJob *job = data;

  if (error != NULL)
    {
      job->done (NULL, error, job->data);
      return;
    }
  if (job->opened != NULL)
    jip_epoch_adopt (job->services, job->opened);
  /* before whatever is pushed by those who have this answer */
  jip_refill_schedule (job->services, job->due);
  complete_answer (job);
  job->done (job->answer, NULL, job->data);
  jip_services_notify (job->services, job->pokes);
}

static GArray *
prepare (const JipPush *push)
{
  GArray *all = g_array_sized_new (FALSE, TRUE, sizeof (Prepared), push->mutations->len);

  g_array_set_clear_func (all, prepared_clear);
  for (guint i = 0; i < push->mutations->len; i++)
    {
      const JipMutation *mutation = g_ptr_array_index (push->mutations, i);
      Prepared prepared = { .hash = jip_mutation_hash (mutation) };
      jip_mutation_check (mutation->name, mutation->args, mutation->at, &prepared.fault);
      g_array_append_val (all, prepared);
    }
  return all;
}

/**
 * jip_push_service_run:
 * @push: (transfer full)
 * @done: gets the answer after the commit is durable
 */
void
jip_push_service_run (JipServices *services,
                      JipPush *push,
                      const char *account,
                      JipPushDone done,
                      gpointer data,
                      GDestroyNotify destroy)
{
  PushJob *job = g_new0 (PushJob, 1);

  job->services = services;
  job->push = push;
  job->prepared = prepare (push);
  job->account = g_strdup (account);
  job->now = jip_time_now ();
  job->epoch_before = services->epoch;
  job->decided = g_array_new (FALSE, FALSE, sizeof (Decided));
  g_array_set_clear_func (job->decided, decided_clear);
  job->done = done;
  job->data = data;
  job->destroy = destroy;
  jip_writer_submit_repeatable (jip_store_get_writer (services->store), push_cb, push_done_cb, job,
                                push_job_free);
}
