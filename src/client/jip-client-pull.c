/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-client-exchange.h"

#include "jip-digest.h"
#include "jip-error.h"
#include "jip-migrations.h"
#include "jip-page-apply.h"
#include "jip-sync.h"
#include "jip-time.h"

/* What is new comes from the server, page by page, and where that is no use, all of it as a snapshot. */

#define SNAPSHOT_BACKOFF_MS (10 * 60 * 1000)
#define MAX_EMPTY_PAGES 20 /* in a row, of a server that says it has more */

/* What travels between the main loop and the store's threads. */
typedef struct
{
  GBytes *body;
  char *path;
  char *replica; /* under whose id it is or was asked */
  gint64 acknowledged;
  gboolean snapshot;
  GHashTable *tables;
  gboolean more;
  gboolean again;  /* a snapshot is due */
  gboolean turned; /* another name of the replica, another epoch, or the server has lost something */
  gboolean moved;  /* the cursor is another one than before */
  gboolean empty;
  gboolean files; /* files that a restored server may have lost are due */
  gint64 seq;
  JipOutboxCounts counts;
} Work;

static Work *
work_new (JipExchange *exchange, GBytes *body)
{
  Work *work = g_new0 (Work, 1);

  work->body = body != NULL ? g_bytes_ref (body) : NULL;
  work->replica = g_strdup (exchange->replica);
  work->acknowledged = exchange->acknowledged;
  work->tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return work;
}

static void
work_free (gpointer data)
{
  Work *work = data;

  g_clear_pointer (&work->body, g_bytes_unref);
  g_hash_table_unref (work->tables);
  g_free (work->path);
  g_free (work->replica);
  g_free (work);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Work, work_free)

static void send_cb (GObject *source, GAsyncResult *result, gpointer user_data);

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
  work->acknowledged = jip_outbox_get_acknowledged (database);
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
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
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
      end_pull (self);
      return;
    }
  exchange->replica = g_strdup (work->replica);
  exchange->acknowledged = work->acknowledged;
  exchange->message = jip_client_message_new (self, "GET", work->path);
  g_object_set_data (G_OBJECT (exchange->message), "jip-snapshot", GINT_TO_POINTER (work->snapshot));
  SoupMessage *message = exchange->message;
  jip_client_send_async (self->session, message, self->running, send_cb, g_steal_pointer (&exchange));
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
    {
      const char *sum = JSON_NODE_HOLDS_VALUE (value) ? json_node_get_string (value) : NULL;
      if (!check_digest (database, table, sum, &same, error))
        return FALSE;
    }
  if (!check_strays (database, json_node_get_object (digests), &same, error))
    return FALSE;
  /* also when the clock was set back since */
  gint64 passed = now - jip_outbox_get_number (database, "digest_failed_at", NULL);
  if (same || ABS (passed) < SNAPSHOT_BACKOFF_MS)
    return TRUE;
  work->again = TRUE;
  return jip_outbox_set_number (database, "digest_failed_at", now, error)
         && jip_page_begin_snapshot (database, error);
}

/* Returns: (transfer full): the page; what is none is not the server's */
static JipPage *
read_page (GBytes *body, GError **error)
{
  g_autoptr (JsonNode) node = jip_exchange_parse (body, error);
  JipPage *page = node != NULL ? jip_page_from_json (node, NULL) : NULL;

  if (node != NULL && page == NULL)
    g_propagate_error (error, jip_client_foreign_error_new ());
  return page;
}

/* Old files of the server were put back by hand, so that it counts in the epoch of before without all that it acknowledged.
 * It is shown that as if it had asked: then a new epoch begins. Other pages than the last one of a pull may be of before. */
static gboolean
note_loss (JipDatabase *database, Work *work, const JipPage *page, GError **error)
{
  if (work->turned || work->snapshot || page->more || page->last_n >= work->acknowledged)
    return TRUE;
  work->turned = TRUE;
  return jip_outbox_resend_from (database, page->last_n + 1, error);
}

static gboolean
apply_page (JipDatabase *database, gpointer data, GError **error)
{
  Work *work = data;
  g_autofree char *cursor = jip_meta_get (database, "cursor", NULL);
  g_autofree char *epoch = jip_meta_get (database, "epoch", NULL);

  if (jip_exchange_is_stale (database, work->replica))
    {
      work->more = work->moved = TRUE;
      return jip_outbox_count (database, &work->counts, error);
    }
  g_autoptr (JipPage) page = read_page (work->body, error);
  if (page == NULL || !jip_page_apply (database, page, work->snapshot, work->tables, error)
      || !check_digests (database, work, page->digests, error))
    return FALSE;
  work->turned = jip_exchange_is_stale (database, work->replica)
                 || (epoch != NULL && !work->snapshot && g_strcmp0 (epoch, page->epoch) != 0);
  if (!note_loss (database, work, page, error))
    return FALSE;
  work->moved = g_strcmp0 (cursor, page->cursor) != 0;
  work->empty = page->changes->len == 0;
  work->more = page->more || work->again;
  work->seq = page->seq;
  work->files = jip_outbox_get_number (database, "files_due", NULL) != 0;
  return jip_outbox_count (database, &work->counts, error);
}

/* Whether a page that says there is more brings its reader on. */
static gboolean
goes_on (JipClient *self, const Work *work)
{
  if (!work->more || work->again)
    return TRUE;
  self->empty_pages = work->empty ? self->empty_pages + 1 : 0;
  return work->moved && self->empty_pages <= MAX_EMPTY_PAGES;
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

static void
note_page (JipExchange *exchange, const Work *work)
{
  JipClient *self = exchange->client;

  tell_tables (self, work->tables);
  self->pulled_seq = work->more ? self->pulled_seq : work->seq;
  self->push_again |= work->counts.pending > self->counts.pending;
  jip_client_set_counts (self, work->counts);
  self->behind = work->more;
  if (work->files || g_hash_table_contains (work->tables, "attachment")) /* a file may wait for its row */
    jip_client_send_files (self, work->files);
}

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
      end_pull (self);
      return;
    }
  note_page (exchange, work);
  jip_exchange_succeeded (exchange);
  if (!goes_on (self, work))
    {
      g_autoptr (GError) strange = jip_exchange_strange_error_new ();
      jip_exchange_was_refused (exchange, strange);
      self->pull_again = FALSE;
    }
  else if (work->turned && !jip_exchange_may_turn (exchange))
    self->pull_again = self->push_again = FALSE;
  else
    {
      self->pull_again |= work->more;
      self->stalls[exchange->kind] = 0;
      if (!work->more && !work->turned)
        self->turns[exchange->kind] = 0;
    }
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
  return jip_page_begin_snapshot (database, error);
}

static void
snapshot_begun_cb (GObject *source, GAsyncResult *result, gpointer user_data)
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
      self->behind = TRUE;
      self->pull_again = jip_exchange_may_turn (exchange);
    }
  end_pull (self);
}

static void
send_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipExchange) exchange = user_data;
  JipClient *self = exchange->client;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = jip_client_send_finish (result, &error);

  if (jip_exchange_is_over (exchange))
    return;
  g_autoptr (GError) problem = jip_client_answer_problem (exchange->message, body, error);
  JipErrorCode code = problem != NULL ? jip_error_get_code (problem) : JIP_ERROR_INTERNAL;
  if (problem != NULL && (code == JIP_ERROR_EPOCH_CHANGED || code == JIP_ERROR_BAD_CURSOR))
    {
      Work *work = work_new (exchange, NULL);
      jip_local_write_async (self->local, begin_snapshot, work, work_free, NULL, snapshot_begun_cb,
                             g_steal_pointer (&exchange));
    }
  else if (problem != NULL)
    {
      jip_exchange_was_refused (exchange, problem);
      end_pull (self);
    }
  else
    {
      Work *work = work_new (exchange, body);
      work->snapshot
          = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (exchange->message), "jip-snapshot")) != 0;
      jip_local_write_async (self->local, apply_page, work, work_free, NULL, applied_cb,
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
  JipExchange *exchange = jip_exchange_new (self, JIP_EXCHANGE_PULL);
  jip_local_read_async (self->local, make_pull, work_new (exchange, NULL), work_free, NULL, made_cb,
                        exchange);
}
