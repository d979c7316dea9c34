/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server keeps that came back from a backup: its epochs, places, what waits for its subject, and holes. */
#include "jip-refill-table.h"

gboolean
jip_epoch_insert (JipDatabase *database,
                  const char *id,
                  const char *previous,
                  gint64 first_seq,
                  const char *reason,
                  gint64 now,
                  GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO epoch (id, previous, first_seq, reason, opened_at)"
                           " VALUES ($1, $2, $3, $4, $5)",
                           "ttiti", id, previous, first_seq, reason, now);
}

/* How many epochs were opened after the first; -1 with @error. */
gint64
jip_epoch_count (JipDatabase *database, GError **error)
{
  return jip_database_query_int (database, -1, error, "SELECT COUNT(*) FROM epoch", "");
}

/**
 * jip_placed_get:
 * @place: (out): the newest place at which @name was set, 0 when it was not
 */
gboolean
jip_placed_get (JipDatabase *database, const char *name, gint64 *place, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *place
      = jip_database_query_int (database, 0, &problem, "SELECT place FROM placed WHERE name = $1", "t", name);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Also where a newer place was known. */
gboolean
jip_placed_set (JipDatabase *database, const char *name, gint64 place, GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO placed (name, place) VALUES ($1, $2)"
                           " ON CONFLICT (name) DO UPDATE SET place = excluded.place",
                           "ti", name, place);
}

/**
 * jip_placed_claim:
 * @name: of something that is set again and again, such as a vote
 * @newest: (out): whether nothing newer has set it already
 */
gboolean
jip_placed_claim (JipDatabase *database, const char *name, gint64 place, gboolean *newest, GError **error)
{
  gint64 before;

  if (!jip_placed_get (database, name, &before, error))
    return FALSE;
  *newest = place >= before;
  return !*newest || jip_placed_set (database, name, place, error);
}

/* As jip_placed_claim(), where nothing has set it yet. */
gboolean
jip_placed_claim_first (JipDatabase *database, const char *name, gint64 place, GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO placed (name, place) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                           "ti", name, place);
}

void
jip_parked_free (JipParked *parked)
{
  g_free (parked->replica);
  g_free (parked->account);
  g_free (parked->name);
  g_free (parked->args);
  g_free (parked->status);
  g_free (parked->code);
  g_free (parked->mark);
  g_free (parked->waits_for);
  g_free (parked);
}

gboolean
jip_parked_put (JipDatabase *database, const JipParked *parked, GError **error)
{
  return jip_database_run (
      database, error,
      "INSERT INTO parked (replica, n, account, name, args, status, code, mark, place, received_at, waits_for)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
      " ON CONFLICT (replica, n) DO UPDATE SET waits_for = excluded.waits_for",
      "tittttttiit", parked->replica, parked->n, parked->account, parked->name, parked->args, parked->status,
      parked->code, parked->mark, parked->place, parked->received_at, parked->waits_for);
}

gboolean
jip_parked_remove (JipDatabase *database, const JipParked *parked, GError **error)
{
  return jip_database_run (database, error, "DELETE FROM parked WHERE replica = $1 AND n = $2", "ti",
                           parked->replica, parked->n);
}

static JipParked *
read_parked (JipRows *rows)
{
  JipParked *parked = g_new0 (JipParked, 1);

  parked->replica = g_strdup (jip_rows_text (rows, 0));
  parked->n = jip_rows_int (rows, 1);
  parked->account = g_strdup (jip_rows_text (rows, 2));
  parked->name = g_strdup (jip_rows_text (rows, 3));
  parked->args = g_strdup (jip_rows_text (rows, 4));
  parked->status = g_strdup (jip_rows_text (rows, 5));
  parked->code = g_strdup (jip_rows_text (rows, 6));
  parked->mark = g_strdup (jip_rows_text (rows, 7));
  parked->place = jip_rows_int (rows, 8);
  parked->received_at = jip_rows_int (rows, 9);
  parked->waits_for = g_strdup (jip_rows_text (rows, 10));
  return parked;
}

/**
 * jip_parked_list:
 * @limit: at most so many
 *
 * Returns: (transfer full) (element-type JipParked): what waits for @waits_for, in the order of before
 */
GPtrArray *
jip_parked_list (JipDatabase *database, const char *waits_for, guint limit, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_parked_free);
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT replica, n, account, name, args, status, code, mark, place, received_at, waits_for FROM parked"
      " WHERE waits_for = $1 ORDER BY place, replica, n LIMIT $2",
      "ti", waits_for, (gint64) limit);

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    g_ptr_array_add (list, read_parked (rows));
  if (problem == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

/* What waits for @waits_for waits for its turn alone from now on. */
gboolean
jip_parked_set_ready (JipDatabase *database, const char *waits_for, GError **error)
{
  return jip_database_run (database, error,
                           "UPDATE parked SET waits_for = '" JIP_PARKED_READY "' WHERE waits_for = $1", "t",
                           waits_for);
}

gboolean
jip_parked_has_ready (JipDatabase *database, gboolean *ready, GError **error)
{
  gint64 n = jip_database_query_int (
      database, -1, error,
      "SELECT COUNT(*) FROM (SELECT 1 FROM parked WHERE waits_for = '" JIP_PARKED_READY "' LIMIT 1) AS p",
      "");

  *ready = n > 0;
  return n >= 0;
}

gint64
jip_parked_count (JipDatabase *database, GError **error)
{
  return jip_database_query_int (database, -1, error, "SELECT COUNT(*) FROM parked", "");
}

gboolean
jip_hole_insert (JipDatabase *database,
                 const char *replica,
                 gint64 first_n,
                 gint64 last_n,
                 gint64 now,
                 GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO hole (replica, first_n, last_n, noted_at) VALUES ($1, $2, $3, $4)",
                           "tiii", replica, first_n, last_n, now);
}

/**
 * jip_hole_contains:
 * @contains: (out): whether @n is one of the numbers that this replica could not send again
 */
gboolean
jip_hole_contains (JipDatabase *database, const char *replica, gint64 n, gboolean *contains, GError **error)
{
  gint64 found = jip_database_query_int (
      database, -1, error, "SELECT COUNT(*) FROM hole WHERE replica = $1 AND first_n <= $2 AND last_n >= $2",
      "ti", replica, n);

  *contains = found > 0;
  return found >= 0;
}

/**
 * jip_hole_count:
 *
 * Returns: how many numbers are missing that no copy has brought since, under whatever name, as far as can be counted: what a
 *   replica says of itself may be anything; -1 on an error
 */
gint64
jip_hole_count (JipDatabase *database, GError **error)
{
  return jip_database_query_int (
      database, -1, error,
      "SELECT CAST (CASE WHEN n < 9007199254740991 THEN n ELSE 9007199254740991 END AS BIGINT) FROM"
      " (SELECT COALESCE (SUM (CAST (last_n - first_n + 1 AS DOUBLE PRECISION)), 0) - (SELECT COUNT(*) FROM"
      " (SELECT h.replica, v.n FROM hole h JOIN verdict v ON v.replica = h.replica AND v.n BETWEEN h.first_n AND h.last_n"
      " UNION SELECT h.replica, o.origin_n FROM hole h JOIN replica other ON other.id = h.replica"
      " JOIN origin o ON o.origin_replica = h.replica AND o.origin_n BETWEEN h.first_n AND h.last_n"
      " JOIN replica own ON own.id = o.replica AND own.account = other.account) AS filled) AS n FROM hole) AS holes",
      "");
}

void
jip_refill_event_free (JipRefillEvent *event)
{
  g_free (event->expected);
  g_free (event);
}

/**
 * jip_refill_event_get:
 * @event: (out) (transfer full) (nullable): %NULL when the event is not being filled again
 */
gboolean
jip_refill_event_get (JipDatabase *database, const char *id, JipRefillEvent **event, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *event = NULL;
  g_autoptr (JipRows) rows = jip_database_query (database, error,
                                                 "SELECT expected, expected_place, incomplete, due"
                                                 " FROM refill_event WHERE event = $1",
                                                 "t", id);
  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &problem))
    {
      JipRefillEvent *found = *event = g_new0 (JipRefillEvent, 1);
      found->expected = g_strdup (jip_rows_text (rows, 0));
      found->expected_place = jip_rows_int (rows, 1);
      found->incomplete = jip_rows_int (rows, 2) != 0;
      found->due = jip_rows_int (rows, 3) != 0;
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
jip_refill_event_put (JipDatabase *database, const char *id, const JipRefillEvent *event, GError **error)
{
  return jip_database_run (
      database, error,
      "INSERT INTO refill_event (event, expected, expected_place, incomplete, due)"
      " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (event) DO UPDATE SET expected = excluded.expected, expected_place = excluded.expected_place,"
      " incomplete = excluded.incomplete, due = excluded.due",
      "ttiii", id, event->expected, event->expected_place, (gint64) event->incomplete, (gint64) event->due);
}
