/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-client-exchange.h"

#include <glib/gi18n-lib.h>

#include "jip-client-endings.h"
#include "jip-error.h"
#include "jip-json.h"
#include "jip-migrations.h"

/* How pushes and pulls begin, end and are tried again. Bodies are made, read and applied on the store's threads. */

#define RETRY_MS 5000
#define MAX_RETRY_MS 60000
#define FREE_TURNS 3 /* times in a row that an answer may make the exchange begin anew at once */
#define POLL_MS 20000
#define POLL_JITTER_MS 20000

JipExchange *
jip_exchange_new (JipClient *client, JipExchangeKind kind)
{
  JipExchange *exchange = g_new0 (JipExchange, 1);

  exchange->client = g_object_ref (client);
  exchange->kind = kind;
  exchange->running = g_object_ref (client->running);
  return exchange;
}

void
jip_exchange_free (JipExchange *exchange)
{
  g_clear_object (&exchange->message);
  g_object_unref (exchange->running);
  g_object_unref (exchange->client);
  g_free (exchange->replica);
  g_free (exchange);
}

/* Whether its run was ended meanwhile, and what comes back concerns nobody. */
gboolean
jip_exchange_is_over (JipExchange *exchange)
{
  return g_cancellable_is_cancelled (exchange->running);
}

/**
 * jip_exchange_is_stale:
 * @replica: under whose id it was asked
 *
 * Pushes and pulls run beside each other: one of them may learn that this replica was copied while the other is under
 * way. What comes back then counts under the old id, and its numbers are other entries' now.
 */
gboolean
jip_exchange_is_stale (JipDatabase *database, const char *replica)
{
  g_autofree char *now = jip_meta_get (database, "replica", NULL);

  return g_strcmp0 (now, replica) != 0;
}

/* Returns: (transfer full): the answer's JSON; what is none was written by somebody else than the server */
JsonNode *
jip_exchange_parse (GBytes *body, GError **error)
{
  gsize length;
  const char *data = g_bytes_get_data (body, &length);
  JsonNode *node = jip_json_parse (data, (gssize) length, NULL);

  if (node == NULL)
    g_propagate_error (error, jip_client_foreign_error_new ());
  return node;
}

/**
 * jip_exchange_strange_error_new:
 *
 * Returns: (transfer full): what is said of answers that are well-formed and bring nothing on; its detail tells it from
 *   a server that says itself that it can do nothing now
 */
GError *
jip_exchange_strange_error_new (void)
{
  JsonNode *detail = json_node_init_object (json_node_alloc (), json_object_new ());

  return jip_error_new (
      JIP_ERROR_UNAVAILABLE, detail, "%s",
      _ ("The server answers, but not as it should. Everything is kept on this PC and tried again. "
         "If this lasts, tell who looks after the server."));
}

static void
set_problem (JipClient *self, JipExchangeKind kind, const char *sentence)
{
  self->disk_fails[kind] = FALSE;
  g_free (self->problems[kind]);
  self->problems[kind] = g_strdup (sentence);
  jip_client_set_last_error (self, self->problems[JIP_EXCHANGE_PULL] != NULL
                                       ? self->problems[JIP_EXCHANGE_PULL]
                                       : self->problems[JIP_EXCHANGE_PUSH]);
}

static gboolean
retry_push_cb (gpointer user_data)
{
  JipClient *self = user_data;

  self->retry_ids[JIP_EXCHANGE_PUSH] = 0;
  jip_client_push (self);
  return G_SOURCE_REMOVE;
}

static gboolean
retry_pull_cb (gpointer user_data)
{
  JipClient *self = user_data;

  self->retry_ids[JIP_EXCHANGE_PULL] = 0;
  jip_client_pull (self);
  return G_SOURCE_REMOVE;
}

/* A connection that failed is tried again every five seconds at most, what failed in a way that time alone does not mend
 * ever more seldom. Until then only the user may ask, where the answer itself says or implies that asking is no use. */
static void
retry_later (JipClient *self, JipExchangeKind kind, guint stalls, guint wait_seconds)
{
  guint ms = (guint) g_random_int_range (RETRY_MS * 3 / 5, RETRY_MS);

  self->held[kind] = stalls > 0 || wait_seconds > 0;
  if (self->retry_ids[kind] != 0)
    return;
  ms = MIN (ms << MIN (stalls > 0 ? stalls - 1 : 0, 5), MAX_RETRY_MS);
  self->retry_ids[kind] = g_timeout_add (MAX (ms, wait_seconds * 1000),
                                         kind == JIP_EXCHANGE_PUSH ? retry_push_cb : retry_pull_cb, self);
}

/**
 * jip_client_is_held:
 *
 * Returns: whether a kind of exchange waits for its time, and news from the server are no reason to try it before
 */
gboolean
jip_client_is_held (JipClient *self, JipExchangeKind kind)
{
  return self->retry_ids[kind] != 0 && self->held[kind];
}

static void
failed_here (JipExchange *exchange, const GError *error)
{
  JipClient *self = exchange->client;

  if (self->running == NULL || jip_error_get_code (error) == JIP_ERROR_CANCELLED)
    return;
  self->tried = TRUE;
  set_problem (self, exchange->kind, error->message);
  self->disk_fails[exchange->kind] = TRUE;
  retry_later (self, exchange->kind, 0, 0);
  jip_client_update_state (self);
}

/* What the server or the network may mend from one moment to the next. */
static gboolean
is_passing (const GError *error)
{
  static const JipErrorCode codes[]
      = { JIP_ERROR_OFFLINE,      JIP_ERROR_TIMEOUT,  JIP_ERROR_BUSY,         JIP_ERROR_UNAVAILABLE,
          JIP_ERROR_RATE_LIMITED, JIP_ERROR_DATABASE, JIP_ERROR_STORAGE_FULL, JIP_ERROR_INTERNAL };

  if (jip_error_get_detail (error) != NULL && !g_error_matches (error, JIP_ERROR, JIP_ERROR_RATE_LIMITED))
    return FALSE; /* foreign or strange */
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (jip_error_get_code (error) == codes[i])
      return TRUE;
  return FALSE;
}

/* A schema that the two do not share is asked for with each poll only: it is the server's that may change while this
 * program runs. */
static void
note_schema (JipClient *self, JipErrorCode code)
{
  self->update_needed = code == JIP_ERROR_SCHEMA_TOO_OLD;
  self->server_behind = code == JIP_ERROR_SCHEMA_UNKNOWN;
  self->online = FALSE;
  self->behind = TRUE;
}

/**
 * jip_exchange_was_refused:
 * @error: what came instead of the answer that was hoped for
 *
 * What the server says about the session ends it, anything else is tried again.
 */
void
jip_exchange_was_refused (JipExchange *exchange, const GError *error)
{
  JipClient *self = exchange->client;
  JipExchangeKind kind = exchange->kind;
  JipErrorCode code = jip_error_get_code (error);

  if (self->running == NULL || code == JIP_ERROR_CANCELLED)
    return;
  if (code == JIP_ERROR_UNAUTHORIZED)
    {
      g_clear_pointer (&self->token, g_free);
      jip_client_stop_sync (self);
      jip_client_set_last_error (self, error->message);
      jip_client_update_state (self);
      return;
    }
  set_problem (self, kind, error->message);
  if (code == JIP_ERROR_SCHEMA_TOO_OLD || code == JIP_ERROR_SCHEMA_UNKNOWN)
    note_schema (self, code);
  else
    {
      self->tried = TRUE;
      if (kind == JIP_EXCHANGE_PULL || code == JIP_ERROR_OFFLINE || code == JIP_ERROR_TIMEOUT)
        {
          self->online = FALSE;
          self->behind = TRUE;
        }
      if (!is_passing (error))
        self->stalls[kind]++;
      retry_later (self, kind, self->stalls[kind],
                   exchange->message != NULL ? jip_client_answer_wait (exchange->message) : 0);
    }
  jip_client_update_state (self);
}

/**
 * jip_exchange_failed:
 * @error: of work on the replica, or jip_client_foreign_error_new() where an answer could not be read there
 *
 * It is tried again.
 */
void
jip_exchange_failed (JipExchange *exchange, const GError *error)
{
  if (jip_error_get_code (error) == JIP_ERROR_OFFLINE)
    jip_exchange_was_refused (exchange, error);
  else
    failed_here (exchange, error);
}

/**
 * jip_exchange_has_nothing:
 *
 * There is nothing to send, and so nothing that hinders it.
 */
void
jip_exchange_has_nothing (JipExchange *exchange)
{
  g_clear_handle_id (&exchange->client->retry_ids[exchange->kind], g_source_remove);
  set_problem (exchange->client, exchange->kind, NULL);
}

/**
 * jip_exchange_may_turn:
 *
 * Counts an answer that makes the exchange begin anew: another name, another epoch, a snapshot. Once is a repair; again
 * and again it is a server that is not well, or two of them at one address.
 *
 * Returns: whether it may be tried at once; %FALSE when the next try was put off
 */
gboolean
jip_exchange_may_turn (JipExchange *exchange)
{
  JipClient *self = exchange->client;
  g_autoptr (GError) error = NULL;

  if (++self->turns[exchange->kind] <= FREE_TURNS)
    return TRUE;
  error = jip_exchange_strange_error_new ();
  set_problem (self, exchange->kind, error->message);
  retry_later (self, exchange->kind, self->turns[exchange->kind] - FREE_TURNS, 0);
  return FALSE;
}

/**
 * jip_exchange_succeeded:
 *
 * The server took or gave something.
 */
void
jip_exchange_succeeded (JipExchange *exchange)
{
  JipClient *self = exchange->client;
  gboolean back = !self->online;

  g_clear_handle_id (&self->retry_ids[exchange->kind], g_source_remove);
  self->online = TRUE;
  self->tried = TRUE;
  self->update_needed = self->server_behind = FALSE;
  if (back && self->files_retry_id != 0)
    jip_client_send_files_now (self);
  if (back)
    {
      jip_client_hand_over_now (self);
      jip_client_end_sessions_now (self);
    }
  set_problem (self, exchange->kind, NULL);
  jip_client_update_state (self);
}

static gboolean
poll_cb (gpointer user_data)
{
  JipClient *self = user_data;

  self->poll_id = g_timeout_add (POLL_MS + (guint) g_random_int_range (0, POLL_JITTER_MS), poll_cb, self);
  if (!jip_client_is_held (self, JIP_EXCHANGE_PUSH))
    jip_client_push (self);
  if (!jip_client_is_held (self, JIP_EXCHANGE_PULL))
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
  self->push_limit = 0;
  self->push_breaks = 0;
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
  g_clear_handle_id (&self->files_retry_id, g_source_remove);
  for (guint kind = 0; kind < JIP_N_EXCHANGES; kind++)
    {
      g_clear_handle_id (&self->retry_ids[kind], g_source_remove);
      g_clear_pointer (&self->problems[kind], g_free);
      self->disk_fails[kind] = FALSE;
      self->stalls[kind] = self->turns[kind] = 0;
    }
  self->empty_pages = 0;
  jip_client_stop_live (self);
  if (self->running != NULL)
    g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  self->update_needed = self->server_behind = FALSE;
  self->online = self->pushing = self->push_again = self->pulling = self->pull_again = FALSE;
}
