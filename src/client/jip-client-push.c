/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-client-exchange.h"

#include <string.h>

#include "jip-error.h"
#include "jip-json.h"
#include "jip-quarantine.h"

/* What waits goes to the server, and its verdicts come back. */

#define SMALL_PUSH 8192 /* bytes that pass everywhere */
#define MAX_BREAKS 4    /* on a single mutation, before it is said that it is too large for somebody */

/* What travels between the main loop and the store's threads. */
typedef struct
{
  gsize limit;     /* bytes of one push */
  GArray *damaged; /* nullable: the n of each entry that nobody can read */
  GBytes *body;    /* nullable: what goes out, or what came back */
  char *replica;   /* under whose id it is or was asked */
  gint64 first, last;
  JipPushAnswer *answer;
  gboolean progress;
  gint64 number;
  JipOutboxCounts counts;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_clear_pointer (&work->damaged, g_array_unref);
  g_clear_pointer (&work->body, g_bytes_unref);
  g_clear_pointer (&work->answer, jip_push_answer_free);
  g_free (work->replica);
  g_free (work);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Work, work_free)

static Work *
work_new (JipExchange *exchange)
{
  Work *work = g_new0 (Work, 1);

  work->limit = exchange->client->push_limit;
  work->replica = g_strdup (exchange->replica);
  work->first = exchange->first;
  work->last = exchange->last;
  return work;
}

static void send_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static gboolean
make_push (JipDatabase *database, gpointer data, GError **error)
{
  Work *work = data;
  g_autoptr (JipPush) push = jip_outbox_get_batch (database, work->limit, &work->damaged, error);

  if (push == NULL)
    return FALSE;
  work->replica = g_strdup (push->replica);
  if (push->mutations->len == 0)
    return TRUE;
  work->first = ((JipMutation *) g_ptr_array_index (push->mutations, 0))->n;
  work->last = work->first + (gint64) push->mutations->len - 1;
  g_autoptr (JsonNode) node = jip_push_to_json (push);
  char *text = jip_json_to_string (node);
  work->body = g_bytes_new_take (text, strlen (text));
  return TRUE;
}

static void
end_push (JipClient *self)
{
  gboolean again = self->push_again;

  self->pushing = FALSE;
  self->push_again = FALSE;
  jip_client_update_state (self);
  if (again)
    jip_client_push (self);
}

static gboolean
set_aside (JipDatabase *database, gpointer data, GError **error)
{
  Work *work = data;

  return jip_quarantine_damaged (database, work->damaged, error)
         && jip_outbox_count (database, &work->counts, error);
}

static void
set_aside_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipExchange) exchange = user_data;
  JipClient *self = exchange->client;
  g_autoptr (GError) error = NULL;
  g_autoptr (Work) work = jip_local_finish (result, &error);

  if (jip_exchange_is_over (exchange))
    return;
  if (work == NULL)
    jip_exchange_failed (exchange, error);
  else
    {
      for (guint i = 0; i < work->damaged->len; i++)
        jip_client_verdict (
            self, g_array_index (work->damaged, gint64, i),
            jip_error_new (JIP_ERROR_DAMAGED, NULL, "%s", jip_error_describe (JIP_ERROR_DAMAGED)));
      jip_client_set_counts (self, work->counts);
      jip_client_table_changed (self, "");
      self->push_again = TRUE;
    }
  end_push (self);
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipExchange) exchange = user_data;
  JipClient *self = exchange->client;
  g_autoptr (GError) error = NULL;
  g_autoptr (Work) work = jip_local_finish (result, &error);

  if (jip_exchange_is_over (exchange))
    return;
  if (work == NULL)
    jip_exchange_failed (exchange, error);
  else if (work->damaged != NULL)
    {
      Work *aside = work_new (exchange);
      aside->damaged = g_steal_pointer (&work->damaged);
      jip_local_write_async (self->local, set_aside, aside, work_free, NULL, set_aside_cb,
                             g_steal_pointer (&exchange));
      return;
    }
  else if (work->body != NULL)
    {
      exchange->replica = g_strdup (work->replica);
      exchange->first = work->first;
      exchange->last = work->last;
      exchange->size = g_bytes_get_size (work->body);
      exchange->message = jip_client_message_new (self, "POST", "/v1/push");
      soup_message_set_request_body_from_bytes (exchange->message, "application/json", work->body);
      SoupMessage *message = exchange->message;
      jip_client_send_async (self->session, message, self->running, send_cb, g_steal_pointer (&exchange));
      return;
    }
  else
    jip_exchange_has_nothing (exchange);
  end_push (self);
}

/* Verdicts that were not asked for, and a second one on the same mutation, are nobody's. */
static void
drop_strange (JipPushAnswer *answer, gint64 first, gint64 last)
{
  gint64 before = first - 1;

  for (guint i = 0; i < answer->verdicts->len;)
    {
      const JipVerdict *verdict = g_ptr_array_index (answer->verdicts, i);
      if (verdict->n <= before || verdict->n > last)
        {
          g_ptr_array_remove_index (answer->verdicts, i);
          continue;
        }
      before = verdict->n;
      i++;
    }
}

/* Returns: (transfer full): the verdicts; what has none is not the server's */
static JipPushAnswer *
read_answer (GBytes *body, GError **error)
{
  g_autoptr (JsonNode) node = jip_exchange_parse (body, error);
  JipPushAnswer *answer = node != NULL ? jip_push_answer_from_json (node, NULL) : NULL;

  if (node != NULL && answer == NULL)
    g_propagate_error (error, jip_client_foreign_error_new ());
  return answer;
}

static gboolean
apply_answer (JipDatabase *database, gpointer data, GError **error)
{
  Work *work = data;
  JipOutboxCounts before;

  work->progress = jip_exchange_is_stale (database, work->replica);
  if (work->progress)
    return jip_outbox_count (database, &work->counts, error);
  work->answer = read_answer (work->body, error);
  if (work->answer == NULL)
    return FALSE;
  drop_strange (work->answer, work->first, work->last);
  if (!jip_outbox_count (database, &before, error) || !jip_outbox_apply_answer (database, work->answer, error)
      || !jip_outbox_count (database, &work->counts, error))
    return FALSE;
  work->progress = work->counts.pending < before.pending;
  return TRUE;
}

static GError *
verdict_error (const JipVerdict *verdict)
{
  JipErrorCode code = JIP_ERROR_INTERNAL;

  if (verdict->status == JIP_VERDICT_OK)
    return NULL;
  jip_error_code_from_name (verdict->code, &code);
  return jip_error_new (code, verdict->detail != NULL ? json_node_copy (verdict->detail) : NULL, "%s",
                        jip_error_describe (code));
}

static void
tell_verdicts (JipClient *self, const JipPushAnswer *answer)
{
  static const char *const tables[]
      = { "proposal", "own_proposal", "comment", "attachment", "vote", "ballot", "draft", "refused", NULL };
  gboolean refused = FALSE;

  for (guint i = 0; answer != NULL && i < answer->verdicts->len; i++)
    {
      const JipVerdict *verdict = g_ptr_array_index (answer->verdicts, i);
      refused |= verdict->status != JIP_VERDICT_OK;
      jip_client_verdict (self, verdict->n, verdict_error (verdict));
    }
  for (guint i = 0; refused && tables[i] != NULL; i++)
    jip_client_table_changed (self, tables[i]);
}

/* An answer that leaves the queue as it was is as good as none. */
static void
applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipExchange) exchange = user_data;
  JipClient *self = exchange->client;
  g_autoptr (GError) error = NULL;
  g_autoptr (Work) work = jip_local_finish (result, &error);

  if (jip_exchange_is_over (exchange))
    return;
  if (work == NULL)
    {
      jip_exchange_failed (exchange, error);
      end_push (self);
      return;
    }
  tell_verdicts (self, work->answer);
  jip_client_set_counts (self, work->counts);
  if (work->progress)
    {
      self->stalls[JIP_EXCHANGE_PUSH] = self->turns[JIP_EXCHANGE_PUSH] = self->push_breaks = 0;
      jip_exchange_succeeded (exchange);
      self->push_again = TRUE;
    }
  else
    {
      g_autoptr (GError) strange = jip_exchange_strange_error_new ();
      jip_exchange_was_refused (exchange, strange);
      self->push_again = FALSE;
    }
  end_push (self);
  if (work->progress)
    jip_client_pull (self);
}

static gboolean
mend_queue (JipDatabase *database, gpointer data, GError **error)
{
  Work *work = data;

  if (jip_exchange_is_stale (database, work->replica))
    return TRUE;
  /* 0 stands for a copied replica */
  if (work->number == 0)
    return jip_outbox_new_replica (database, error);
  return jip_outbox_resend_from (database, work->number, error);
}

static void
mended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipExchange) exchange = user_data;
  JipClient *self = exchange->client;
  g_autoptr (GError) error = NULL;
  g_autoptr (Work) work = jip_local_finish (result, &error);

  if (jip_exchange_is_over (exchange))
    return;
  if (work == NULL)
    jip_exchange_failed (exchange, error);
  else
    self->push_again = jip_exchange_may_turn (exchange);
  end_push (self);
}

/* What is too large at once goes in smaller pieces, down to single mutations. */
static gboolean
send_less (JipExchange *exchange)
{
  JipClient *self = exchange->client;

  if (exchange->first == exchange->last)
    return FALSE;
  self->push_limit = MAX (exchange->size / 2, 1);
  self->push_again = TRUE;
  return TRUE;
}

/* Some proxies end the connection where they should answer 413. Once may be chance; from the second time on less goes out,
 * and what cannot be less is as good as refused.
 *
 * Returns: (transfer full): what is the matter */
static GError *
judge_break (JipExchange *exchange, GError *problem)
{
  JipClient *self = exchange->client;

  if (exchange->size <= SMALL_PUSH || ++self->push_breaks < 2)
    return problem;
  if (exchange->first < exchange->last)
    {
      self->push_limit = MAX (exchange->size / 2, SMALL_PUSH);
      return problem;
    }
  if (self->push_breaks < MAX_BREAKS)
    return problem;
  g_error_free (problem);
  return jip_client_narrow_error_new ();
}

static void
refused (JipExchange *exchange_arg, GError *error)
{
  g_autoptr (JipExchange) exchange = exchange_arg;
  JipClient *self = exchange->client;
  JipErrorCode code = jip_error_get_code (error);
  gboolean cloned = code == JIP_ERROR_REPLICA_CLONED || code == JIP_ERROR_REPLICA_TAKEN;

  if (!cloned && code != JIP_ERROR_GAP)
    {
      if (code != JIP_ERROR_TOO_LARGE || !send_less (exchange))
        jip_exchange_was_refused (exchange, error);
      end_push (self);
      return;
    }
  JsonNode *detail = jip_error_get_detail (error);
  Work *work = work_new (exchange);
  if (!cloned && detail != NULL && JSON_NODE_HOLDS_OBJECT (detail))
    work->number = json_object_get_int_member_with_default (json_node_get_object (detail), "expected", 0);
  jip_local_write_async (self->local, mend_queue, work, work_free, NULL, mended_cb,
                         g_steal_pointer (&exchange));
}

static void
send_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipExchange) exchange = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = jip_client_send_finish (result, &error);

  if (jip_exchange_is_over (exchange))
    return;
  g_autoptr (GError) problem = jip_client_answer_problem (exchange->message, body, error);
  if (problem != NULL)
    {
      if (jip_client_is_break (error))
        problem = judge_break (exchange, g_steal_pointer (&problem));
      refused (g_steal_pointer (&exchange), problem);
      return;
    }
  JipLocal *local = exchange->client->local;
  Work *work = work_new (exchange);
  work->body = g_steal_pointer (&body);
  jip_local_write_async (local, apply_answer, work, work_free, NULL, applied_cb, g_steal_pointer (&exchange));
}

/**
 * jip_client_push:
 *
 * Sends what waits, now or as soon as the push under way has ended.
 */
void
jip_client_push (JipClient *self)
{
  if (self->running == NULL)
    return;
  if (self->pushing)
    {
      self->push_again = TRUE;
      return;
    }
  self->pushing = TRUE;
  JipExchange *exchange = jip_exchange_new (self, JIP_EXCHANGE_PUSH);
  jip_local_read_async (self->local, make_push, work_new (exchange), work_free, NULL, made_cb, exchange);
}
