/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A push: the batch is judged as a whole, then each mutation on its own, in one job of the writer. */
#include "jip-push-service.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "jip-json.h"
#include "jip-mutations.h"
#include "jip-replica-table.h"
#include "jip-sync.h"
#include "jip-time.h"

typedef struct
{
  JipServices *services;
  JipPush *push;
  char *account;
  gint64 now;
  JipPushAnswer *answer;
  JipPokes *pokes;
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
  g_free (job->account);
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

/* Contiguous in itself, and not beyond what is known: else a gap. */
static gboolean
judge_order (const JipPush *push, gint64 last_n, GError **error)
{
  for (guint i = 0; i < push->mutations->len; i++)
    {
      const JipMutation *mutation = g_ptr_array_index (push->mutations, i);
      const JipMutation *first = g_ptr_array_index (push->mutations, 0);
      if (i == 0 ? mutation->n > last_n + 1 : mutation->n != first->n + (gint64) i)
        return fail_gap (i == 0 ? last_n + 1 : first->n + (gint64) i, error);
    }
  return TRUE;
}

/* What was pushed before must be the same now: else the replica was copied. */
static gboolean
judge_repeats (JipDatabase *database, const JipPush *push, gint64 last_n, GError **error)
{
  for (guint i = 0; i < push->mutations->len; i++)
    {
      const JipMutation *mutation = g_ptr_array_index (push->mutations, i);
      g_autoptr (JipStoredVerdict) stored = NULL;
      if (mutation->n > last_n)
        return TRUE;
      if (!jip_verdict_get (database, push->replica, mutation->n, &stored, error))
        return FALSE;
      g_autofree char *hash = jip_mutation_hash (mutation);
      if (stored == NULL || strcmp (stored->hash, hash) != 0)
        {
          g_propagate_error (
              error,
              jip_error_new (JIP_ERROR_REPLICA_CLONED, detail_of ("n", mutation->n, "last_n", last_n),
                             _ ("Mutation %" PRId64 " was pushed before with other contents."), mutation->n));
          return FALSE;
        }
    }
  return TRUE;
}

/* Opaque to clients: what it takes to believe the verdict after a restore. */
static char *
make_receipt (PushJob *job, const JipStoredVerdict *verdict)
{
  g_autofree char *open
      = g_strdup_printf ("1.%s.%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".%s", job->services->epoch,
                         verdict->seq, verdict->received_at, verdict->status);
  g_autofree char *sealed = g_strdup_printf ("receipt|%s|%s|%s|%" G_GINT64_FORMAT "|%s", open, job->account,
                                             job->push->replica, verdict->n, verdict->hash);
  g_autofree char *mac = jip_services_mac (job->services->receipt_key, sealed);

  return g_strdup_printf ("%s.%s", open, mac);
}

static void
add_verdict (PushJob *job, const JipStoredVerdict *stored)
{
  JipVerdict *verdict = jip_verdict_new (stored->n);

  jip_verdict_status_from_name (stored->status, &verdict->status);
  verdict->code = g_strdup (stored->code);
  verdict->message = g_strdup (stored->message);
  if (stored->detail != NULL)
    verdict->detail = jip_json_parse (stored->detail, -1, NULL);
  verdict->receipt = make_receipt (job, stored);
  g_ptr_array_add (job->answer->verdicts, verdict);
}

static gboolean
store_verdict (PushJob *job,
               JipMutationContext *context,
               const JipMutation *mutation,
               JipVerdict *verdict,
               GError **error)
{
  g_autoptr (JipStoredVerdict) stored = g_new0 (JipStoredVerdict, 1);

  stored->n = mutation->n;
  stored->hash = jip_mutation_hash (mutation);
  stored->status = g_strdup (jip_verdict_status_get_name (verdict->status));
  stored->code = g_strdup (verdict->code);
  stored->message = g_strdup (verdict->message);
  stored->detail = verdict->detail != NULL ? jip_json_canonical (verdict->detail) : NULL;
  stored->received_at = context->now;
  if (!jip_feed_get_seq (context->database, &stored->seq, error)
      || !jip_verdict_insert (context->database, job->push->replica, stored, error))
    return FALSE;
  add_verdict (job, stored);
  return TRUE;
}

static gboolean
answer_repeat (PushJob *job, JipDatabase *database, gint64 n, GError **error)
{
  g_autoptr (JipStoredVerdict) stored = NULL;

  if (!jip_verdict_get (database, job->push->replica, n, &stored, error))
    return FALSE;
  add_verdict (job, stored);
  return TRUE;
}

static gboolean
apply_all (PushJob *job, JipMutationContext *context, gint64 last_n, GError **error)
{
  job->answer->last_n = last_n;
  for (guint i = 0; i < job->push->mutations->len; i++)
    {
      const JipMutation *mutation = g_ptr_array_index (job->push->mutations, i);
      if (mutation->n <= last_n)
        {
          if (!answer_repeat (job, context->database, mutation->n, error))
            return FALSE;
          continue;
        }
      g_autoptr (JipVerdict) verdict = jip_verdict_new (mutation->n);
      if (!jip_mutations_apply (context, mutation->name, mutation->args, mutation->at, verdict, error)
          || !store_verdict (job, context, mutation, verdict, error))
        return FALSE;
      job->answer->last_n = mutation->n;
    }
  return TRUE;
}

static gboolean
bind_replica (PushJob *job, JipDatabase *database, gint64 *last_n, GError **error)
{
  g_autoptr (JipReplica) replica = NULL;

  *last_n = 0;
  if (!jip_replica_get (database, job->push->replica, &replica, error))
    return FALSE;
  if (replica == NULL)
    return jip_replica_insert (database, job->push->replica, job->account, job->now, error);
  *last_n = replica->last_n;
  return strcmp (replica->account, job->account) == 0
         || jip_error_set (error, JIP_ERROR_REPLICA_TAKEN, "%s",
                           jip_error_describe (JIP_ERROR_REPLICA_TAKEN));
}

static gboolean
push_cb (JipDatabase *database, gpointer data, GError **error)
{
  PushJob *job = data;
  g_auto (JipMutationContext) context = { NULL };
  gint64 last_n;

  if (!jip_mutation_context_init (&context, job->services, database, job->pokes, job->account, job->now,
                                  error)
      || !bind_replica (job, database, &last_n, error) || !judge_order (job->push, last_n, error)
      || !judge_repeats (database, job->push, last_n, error) || !apply_all (job, &context, last_n, error)
      || !jip_feed_get_seq (database, &job->answer->seq, error))
    return FALSE;
  return job->answer->last_n == last_n
         || jip_replica_set_last_n (database, job->push->replica, job->answer->last_n, error);
}

static void
push_done_cb (gpointer data, const GError *error)
{
  PushJob *job = data;

  job->done (error == NULL ? job->answer : NULL, error, job->data);
  if (error == NULL)
    jip_services_notify (job->services, job->pokes);
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
  job->account = g_strdup (account);
  job->now = jip_time_now ();
  job->answer = jip_push_answer_new ();
  job->answer->epoch = g_strdup (services->epoch);
  job->pokes = jip_pokes_new ();
  job->done = done;
  job->data = data;
  job->destroy = destroy;
  jip_writer_submit (jip_store_get_writer (services->store), push_cb, push_done_cb, job, push_job_free);
}
