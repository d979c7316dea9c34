/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-client-private.h"

#include <string.h>

#include "jip-digest.h"
#include "jip-error.h"
#include "jip-json.h"
#include "jip-migrations.h"
#include "jip-sync.h"
#include "jip-time.h"

/* The exchange: pushes and pulls run beside each other, one of each at a time. Bodies are made, read and applied on
 * the store's threads. */

#define PUSH_RETRY_MS 5000
#define POLL_MS 20000
#define POLL_JITTER_MS 20000
#define SNAPSHOT_BACKOFF_MS (10 * 60 * 1000)

/* One push or pull from its preparation to its end. */
typedef struct
{
  JipClient *client;
  GCancellable *running;
  SoupMessage *message;
  char *replica; /* nullable: under whose id it was asked */
} Exchange;

/* What travels between the main loop and the store's threads. */
typedef struct
{
  GBytes *body;
  char *path;
  char *replica; /* under whose id it is or was asked */
  gboolean snapshot;
  gboolean empty;
  JipPushAnswer *answer;
  GHashTable *tables;
  gboolean more;
  gboolean again; /* a snapshot is due */
  gboolean files; /* files that a restored server may have lost are due */
  gint64 seq;
  gint64 number;
  JipOutboxCounts counts;
} Work;

static Exchange *
exchange_new (JipClient *client)
{
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->client = g_object_ref (client);
  exchange->running = g_object_ref (client->running);
  return exchange;
}

static void
exchange_free (Exchange *exchange)
{
  g_clear_object (&exchange->message);
  g_object_unref (exchange->running);
  g_object_unref (exchange->client);
  g_free (exchange->replica);
  g_free (exchange);
}

static gboolean
is_over (Exchange *exchange)
{
  return g_cancellable_is_cancelled (exchange->running);
}

static Work *
work_new (GBytes *body)
{
  Work *work = g_new0 (Work, 1);

  work->body = body != NULL ? g_bytes_ref (body) : NULL;
  work->tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return work;
}

static void
work_free (gpointer data)
{
  Work *work = data;

  g_clear_pointer (&work->body, g_bytes_unref);
  g_clear_pointer (&work->answer, jip_push_answer_free);
  g_hash_table_unref (work->tables);
  g_free (work->path);
  g_free (work->replica);
  g_free (work);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Exchange, exchange_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Work, work_free)

/* What the server answered to an exchange. */
static Work *
work_new_answer (Exchange *exchange, GBytes *body)
{
  Work *work = work_new (body);

  work->replica = g_strdup (exchange->replica);
  return work;
}

/* Pushes and pulls run beside each other: one of them may learn that this replica was copied while the other is under
 * way. What comes back then counts under the old id, and its numbers are other entries' now. */
static gboolean
is_stale (JipDatabase *database, Work *work)
{
  g_autofree char *replica = jip_meta_get (database, "replica", NULL);

  return g_strcmp0 (replica, work->replica) != 0;
}

static JsonNode *
parse_body (GBytes *body, GError **error)
{
  gsize length;
  const char *data = g_bytes_get_data (body, &length);

  return jip_json_parse (data, (gssize) length, error);
}

static void
set_online (JipClient *self, gboolean online)
{
  gboolean back = online && !self->online;

  self->online = online;
  self->tried = TRUE;
  if (back && self->files_retry_id != 0)
    jip_client_send_files_now (self);
  if (back)
    jip_client_hand_over_now (self);
  if (online)
    {
      self->update_needed = FALSE;
      jip_client_set_last_error (self, NULL);
    }
  else
    self->behind = TRUE;
  jip_client_update_state (self);
}

static void
tell_tables (JipClient *self, GHashTable *tables)
{
  GHashTableIter iter;
  gpointer table;

  g_hash_table_iter_init (&iter, tables);
  while (g_hash_table_iter_next (&iter, &table, NULL))
    jip_client_table_changed (self, table);
}

static gboolean
push_retry_cb (gpointer user_data)
{
  JipClient *self = user_data;

  self->push_retry_id = 0;
  jip_client_push (self);
  jip_client_pull (self);
  return G_SOURCE_REMOVE;
}

/**
 * jip_client_sync_failed:
 *
 * Takes what went wrong with an exchange: what the server says about the session ends it, anything else is tried
 * again. A schema that the two do not share is asked for with each poll only: it is the server's that may change while
 * this program runs.
 */
void
jip_client_sync_failed (JipClient *self, const GError *error)
{
  JipErrorCode code = jip_error_get_code (error);

  if (code == JIP_ERROR_CANCELLED || self->running == NULL)
    return;
  jip_client_set_last_error (self, error->message);
  if (code == JIP_ERROR_UNAUTHORIZED)
    {
      g_clear_pointer (&self->token, g_free);
      jip_client_stop_sync (self);
    }
  else if (code == JIP_ERROR_SCHEMA_TOO_OLD || code == JIP_ERROR_SCHEMA_UNKNOWN)
    {
      self->update_needed = TRUE;
      self->online = FALSE;
      self->behind = TRUE;
    }
  else
    {
      self->tried = TRUE;
      if (code == JIP_ERROR_OFFLINE || code == JIP_ERROR_TIMEOUT)
        {
          self->online = FALSE;
          self->behind = TRUE;
        }
      if (self->push_retry_id == 0)
        self->push_retry_id = g_timeout_add (
            (guint) g_random_int_range (PUSH_RETRY_MS * 3 / 5, PUSH_RETRY_MS), push_retry_cb, self);
    }
  jip_client_update_state (self);
}

/* Push */

static void send_push_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static gboolean
make_push (JipDatabase *database, gpointer data, GError **error)
{
  Work *work = data;
  g_autoptr (JipPush) push = jip_outbox_get_batch (database, error);

  if (push == NULL)
    return FALSE;
  work->replica = g_strdup (push->replica);
  work->empty = push->mutations->len == 0;
  if (work->empty)
    return TRUE;
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

static void
push_made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Exchange) exchange = user_data;
  JipClient *self = exchange->client;
  g_autoptr (GError) error = NULL;
  g_autoptr (Work) work = jip_local_finish (result, &error);

  if (is_over (exchange))
    return;
  if (work == NULL || work->empty)
    {
      if (error != NULL)
        jip_client_sync_failed (self, error);
      end_push (self);
      return;
    }
  exchange->replica = g_strdup (work->replica);
  exchange->message = jip_client_message_new (self, "POST", "/v1/push");
  soup_message_set_request_body_from_bytes (exchange->message, "application/json", work->body);
  SoupMessage *message = exchange->message;
  jip_client_send_async (self->session, message, self->running, send_push_cb, g_steal_pointer (&exchange));
}

static gboolean
apply_answer (JipDatabase *database, gpointer data, GError **error)
{
  Work *work = data;
  g_autoptr (JsonNode) node = NULL;

  if (is_stale (database, work))
    return jip_outbox_count (database, &work->counts, error);
  node = parse_body (work->body, error);
  if (node == NULL || (work->answer = jip_push_answer_from_json (node, error)) == NULL)
    return FALSE;
  return jip_outbox_apply_answer (database, work->answer, error)
         && jip_outbox_count (database, &work->counts, error);
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
answer_applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  static const char *const tables[]
      = { "proposal", "own_proposal", "comment", "attachment", "vote", "ballot", "draft", "refused", NULL };
  g_autoptr (Exchange) exchange = user_data;
  JipClient *self = exchange->client;
  g_autoptr (GError) error = NULL;
  g_autoptr (Work) work = jip_local_finish (result, &error);
  gboolean refused = FALSE;

  if (is_over (exchange))
    return;
  if (work == NULL)
    {
      jip_client_sync_failed (self, error);
      end_push (self);
      return;
    }
  for (guint i = 0; work->answer != NULL && i < work->answer->verdicts->len; i++)
    {
      const JipVerdict *verdict = g_ptr_array_index (work->answer->verdicts, i);
      refused |= verdict->status != JIP_VERDICT_OK;
      jip_client_verdict (self, verdict->n, verdict_error (verdict));
    }
  for (guint i = 0; refused && tables[i] != NULL; i++)
    jip_client_table_changed (self, tables[i]);
  jip_client_set_counts (self, work->counts);
  set_online (self, TRUE);
  self->push_again = TRUE;
  end_push (self);
  jip_client_pull (self);
}

static gboolean
mend_queue (JipDatabase *database, gpointer data, GError **error)
{
  Work *work = data;

  if (is_stale (database, work))
    return TRUE;
  /* 0 stands for a copied replica */
  if (work->number == 0)
    return jip_outbox_new_replica (database, error);
  return jip_outbox_resend_from (database, work->number, error);
}

static void
queue_mended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Exchange) exchange = user_data;
  JipClient *self = exchange->client;
  g_autoptr (GError) error = NULL;
  g_autoptr (Work) work = jip_local_finish (result, &error);

  if (is_over (exchange))
    return;
  if (error != NULL)
    jip_client_sync_failed (self, error);
  self->push_again |= work != NULL;
  end_push (self);
}

static void
push_refused (Exchange *exchange_arg, GError *error)
{
  g_autoptr (Exchange) exchange = exchange_arg;
  JipClient *self = exchange->client;
  JipErrorCode code = jip_error_get_code (error);
  gboolean cloned = code == JIP_ERROR_REPLICA_CLONED || code == JIP_ERROR_REPLICA_TAKEN;

  if (!cloned && code != JIP_ERROR_GAP)
    {
      jip_client_sync_failed (self, error);
      end_push (self);
      return;
    }
  JsonNode *detail = jip_error_get_detail (error);
  Work *work = work_new_answer (exchange, NULL);
  if (!cloned && detail != NULL && JSON_NODE_HOLDS_OBJECT (detail))
    work->number = json_object_get_int_member_with_default (json_node_get_object (detail), "expected", 0);
  jip_local_write_async (self->local, mend_queue, work, work_free, NULL, queue_mended_cb,
                         g_steal_pointer (&exchange));
}

static void
send_push_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Exchange) exchange = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = jip_client_send_finish (result, &error);
  g_autoptr (GError) problem = NULL;

  if (is_over (exchange))
    return;
  guint status = soup_message_get_status (exchange->message);
  if (body == NULL)
    problem = jip_client_transport_error (error);
  else if (status != SOUP_STATUS_OK)
    problem = jip_client_error_from (status, body);
  if (problem != NULL)
    {
      push_refused (g_steal_pointer (&exchange), problem);
      return;
    }
  JipLocal *local = exchange->client->local;
  Work *work = work_new_answer (exchange, body);
  jip_local_write_async (local, apply_answer, work, work_free, NULL, answer_applied_cb,
                         g_steal_pointer (&exchange));
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
  jip_local_read_async (self->local, make_push, work_new (NULL), work_free, NULL, push_made_cb,
                        exchange_new (self));
}

/* Pull */

static void send_pull_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static gboolean
make_pull (JipDatabase *database, gpointer data, GError **error)
{
  Work *work = data;
  g_autofree char *replica = jip_meta_get (database, "replica", error);
  g_autofree char *cursor = jip_meta_get (database, "cursor", NULL);
  g_autofree char *escaped = cursor != NULL ? g_uri_escape_string (cursor, NULL, FALSE) : NULL;

  if (replica == NULL)
    return FALSE;
  work->replica = g_strdup (replica);
  work->snapshot = jip_outbox_get_number (database, "in_snapshot", NULL) != 0;
  work->path = g_strdup_printf ("/v1/%s?replica=%s&schema=%d%s%s%s", work->snapshot ? "snapshot" : "pull",
                                replica, JIP_SYNC_SCHEMA, work->snapshot ? "" : "&limit=500",
                                escaped != NULL && *escaped != '\0' ? "&cursor=" : "",
                                escaped != NULL ? escaped : "");
  return TRUE;
}

static void
end_pull (JipClient *self)
{
  gboolean again = self->pull_again;

  self->pulling = FALSE;
  self->pull_again = FALSE;
  jip_client_update_state (self);
  if (again)
    jip_client_pull (self);
}

static void
pull_made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Exchange) exchange = user_data;
  JipClient *self = exchange->client;
  g_autoptr (GError) error = NULL;
  g_autoptr (Work) work = jip_local_finish (result, &error);

  if (is_over (exchange))
    return;
  if (work == NULL)
    {
      jip_client_sync_failed (self, error);
      end_pull (self);
      return;
    }
  exchange->replica = g_strdup (work->replica);
  exchange->message = jip_client_message_new (self, "GET", work->path);
  g_object_set_data (G_OBJECT (exchange->message), "jip-snapshot", GINT_TO_POINTER (work->snapshot));
  SoupMessage *message = exchange->message;
  jip_client_send_async (self->session, message, self->running, send_pull_cb, g_steal_pointer (&exchange));
}

/* Whether the replica's rows of a table add up to what the server says. */
static gboolean
check_digest (JipDatabase *database, const char *table, const char *expected, gboolean *same, GError **error)
{
  JipDigest sum = { { 0 } };
  g_autoptr (GError) local = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error, "SELECT id, row FROM record WHERE tbl = $1 AND layer = 0", "t", table);

  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &local))
    {
      JipDigest digest;
      jip_digest_of_text (&digest, table, jip_rows_text (rows, 0), jip_rows_text (rows, 1));
      jip_digest_add (&sum, &digest);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_autofree char *hex = jip_digest_to_hex (&sum);
  *same &= g_strcmp0 (hex, expected) == 0;
  return TRUE;
}

/* Whether the replica holds rows of a table of which the server says nothing. */
static gboolean
check_strays (JipDatabase *database, JsonObject *digests, gboolean *same, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JipRows) rows
      = jip_database_query (database, error, "SELECT DISTINCT tbl FROM record WHERE layer = 0", "");

  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &local))
    *same &= json_object_has_member (digests, jip_rows_text (rows, 0));
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* A replica that differs reads a snapshot rather than living on with it; not twice in a short time. */
static gboolean
check_digests (JipDatabase *database, Work *work, JsonNode *digests, GError **error)
{
  gboolean same = TRUE;
  gint64 now = jip_time_now ();
  JsonObjectIter iter;
  const char *table;
  JsonNode *value;

  if (digests == NULL || !JSON_NODE_HOLDS_OBJECT (digests))
    return TRUE;
  json_object_iter_init (&iter, json_node_get_object (digests));
  while (json_object_iter_next (&iter, &table, &value))
    if (!check_digest (database, table, json_node_get_string (value), &same, error))
      return FALSE;
  if (!check_strays (database, json_node_get_object (digests), &same, error))
    return FALSE;
  /* also when the clock was set back since */
  gint64 passed = now - jip_outbox_get_number (database, "digest_failed_at", NULL);
  if (same || ABS (passed) < SNAPSHOT_BACKOFF_MS)
    return TRUE;
  work->again = TRUE;
  return jip_outbox_set_number (database, "digest_failed_at", now, error)
         && jip_outbox_begin_snapshot (database, error);
}

static gboolean
apply_page (JipDatabase *database, gpointer data, GError **error)
{
  Work *work = data;
  g_autoptr (JsonNode) node = parse_body (work->body, error);
  g_autoptr (JipPage) page = node != NULL ? jip_page_from_json (node, error) : NULL;

  work->more = is_stale (database, work);
  if (work->more)
    return jip_outbox_count (database, &work->counts, error);
  if (page == NULL || !jip_outbox_apply_page (database, page, work->snapshot, work->tables, error)
      || !check_digests (database, work, page->digests, error))
    return FALSE;
  work->more = page->more || work->again;
  work->seq = page->seq;
  work->files = jip_outbox_get_number (database, "files_due", NULL) != 0;
  return jip_outbox_count (database, &work->counts, error);
}

static void
page_applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Exchange) exchange = user_data;
  JipClient *self = exchange->client;
  g_autoptr (GError) error = NULL;
  g_autoptr (Work) work = jip_local_finish (result, &error);

  if (is_over (exchange))
    return;
  if (work == NULL)
    {
      jip_client_sync_failed (self, error);
      end_pull (self);
      return;
    }
  tell_tables (self, work->tables);
  self->pulled_seq = work->more ? self->pulled_seq : work->seq;
  if (work->counts.pending > self->counts.pending)
    self->push_again = TRUE;
  jip_client_set_counts (self, work->counts);
  self->pull_again |= work->more;
  self->behind = work->more;
  set_online (self, TRUE);
  if (work->files)
    jip_client_send_files (self, TRUE);
  if (g_hash_table_contains (work->tables, "attachment")) /* after a restore a file waits for its row */
    jip_client_send_attached (self);
  end_pull (self);
  if (self->push_again && !self->pushing)
    {
      self->push_again = FALSE;
      jip_client_push (self);
    }
}

static gboolean
begin_snapshot (JipDatabase *database, gpointer data, GError **error)
{
  return jip_outbox_begin_snapshot (database, error);
}

static void
snapshot_begun_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Exchange) exchange = user_data;
  JipClient *self = exchange->client;
  g_autoptr (GError) error = NULL;
  g_autoptr (Work) work = jip_local_finish (result, &error);

  if (is_over (exchange))
    return;
  if (error != NULL)
    jip_client_sync_failed (self, error);
  self->pull_again |= work != NULL;
  self->behind |= work != NULL;
  end_pull (self);
}

static void
send_pull_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Exchange) exchange = user_data;
  JipClient *self = exchange->client;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = jip_client_send_finish (result, &error);
  g_autoptr (GError) problem = NULL;

  if (is_over (exchange))
    return;
  guint status = soup_message_get_status (exchange->message);
  if (body == NULL)
    problem = jip_client_transport_error (error);
  else if (status != SOUP_STATUS_OK)
    problem = jip_client_error_from (status, body);
  JipErrorCode code = problem != NULL ? jip_error_get_code (problem) : JIP_ERROR_INTERNAL;
  if (problem != NULL && (code == JIP_ERROR_EPOCH_CHANGED || code == JIP_ERROR_BAD_CURSOR))
    jip_local_write_async (self->local, begin_snapshot, work_new (NULL), work_free, NULL, snapshot_begun_cb,
                           g_steal_pointer (&exchange));
  else if (problem != NULL)
    {
      jip_client_sync_failed (self, problem);
      end_pull (self);
    }
  else
    {
      Work *work = work_new_answer (exchange, body);
      work->snapshot
          = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (exchange->message), "jip-snapshot")) != 0;
      jip_local_write_async (self->local, apply_page, work, work_free, NULL, page_applied_cb,
                             g_steal_pointer (&exchange));
    }
}

/**
 * jip_client_pull:
 *
 * Reads what is new, now or as soon as the pull under way has ended.
 */
void
jip_client_pull (JipClient *self)
{
  if (self->running == NULL || self->sends_only)
    return;
  if (self->pulling)
    {
      self->pull_again = TRUE;
      return;
    }
  self->pulling = TRUE;
  jip_local_read_async (self->local, make_pull, work_new (NULL), work_free, NULL, pull_made_cb,
                        exchange_new (self));
}

static gboolean
poll_cb (gpointer user_data)
{
  JipClient *self = user_data;

  self->poll_id = g_timeout_add (POLL_MS + (guint) g_random_int_range (0, POLL_JITTER_MS), poll_cb, self);
  jip_client_push (self);
  jip_client_pull (self);
  return G_SOURCE_REMOVE;
}

/**
 * jip_client_start_sync:
 *
 * Begins the exchange with the server; the client has a token and a replica.
 */
void
jip_client_start_sync (JipClient *self)
{
  jip_client_stop_sync (self);
  self->running = g_cancellable_new ();
  self->tried = FALSE;
  self->behind = TRUE;
  self->poll_id = g_timeout_add (POLL_MS, poll_cb, self);
  jip_client_update_state (self);
  jip_client_push (self);
  jip_client_pull (self);
  jip_client_send_files (self, FALSE);
  jip_client_start_live (self);
}

/**
 * jip_client_stop_sync:
 *
 * Ends the exchange; what waits stays queued.
 */
void
jip_client_stop_sync (JipClient *self)
{
  g_clear_handle_id (&self->poll_id, g_source_remove);
  g_clear_handle_id (&self->push_retry_id, g_source_remove);
  g_clear_handle_id (&self->files_retry_id, g_source_remove);
  jip_client_stop_live (self);
  if (self->running != NULL)
    g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  self->update_needed = FALSE;
  self->online = self->pushing = self->push_again = self->pulling = self->pull_again = FALSE;
}
