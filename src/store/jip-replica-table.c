/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-replica-table.h"

#include "jip-refill-table.h"

void
jip_replica_free (JipReplica *replica)
{
  g_free (replica->id);
  g_free (replica->account);
  g_free (replica);
}

/**
 * jip_replica_get:
 * @replica: (out) (transfer full) (nullable): %NULL for one that never pushed
 */
gboolean
jip_replica_get (JipDatabase *database, const char *id, JipReplica **replica, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *replica = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error, "SELECT account, last_n, safe_n FROM replica WHERE id = $1", "t", id);
  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &problem))
    {
      JipReplica *found = *replica = g_new0 (JipReplica, 1);
      found->id = g_strdup (id);
      found->account = g_strdup (jip_rows_text (rows, 0));
      found->last_n = jip_rows_int (rows, 1);
      found->safe_n = jip_rows_int (rows, 2);
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
jip_replica_insert (JipDatabase *database, const char *id, const char *account, gint64 now, GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO replica (id, account, last_n, created_at) VALUES ($1, $2, 0, $3)",
                           "tti", id, account, now);
}

gboolean
jip_replica_set_last_n (JipDatabase *database, const char *id, gint64 last_n, GError **error)
{
  return jip_database_run (database, error, "UPDATE replica SET last_n = $2 WHERE id = $1", "ti", id, last_n);
}

/* What a backup contains of it is not what it is any more. */
gboolean
jip_replica_lower_safe_n (JipDatabase *database, const char *id, gint64 safe_n, GError **error)
{
  return jip_database_run (database, error, "UPDATE replica SET safe_n = $2 WHERE id = $1 AND safe_n > $2",
                           "ti", id, safe_n);
}

/**
 * jip_replica_raise_safe_n:
 * @seq: of the backup
 *
 * What is safe stays safe; more than was applied cannot be, nor what has got another place since.
 */
gboolean
jip_replica_raise_safe_n (JipDatabase *database, const char *id, gint64 safe_n, gint64 seq, GError **error)
{
  return jip_database_run (database, error,
                           "UPDATE replica SET safe_n = $2 WHERE id = $1 AND safe_n < $2 AND last_n >= $2"
                           " AND NOT EXISTS (SELECT 1 FROM placed WHERE name = '" JIP_PLACED_MOVED
                           "' || $1 AND place > $3)",
                           "tii", id, safe_n, seq);
}

void
jip_stored_verdict_free (JipStoredVerdict *verdict)
{
  g_free (verdict->replica);
  g_free (verdict->hash);
  g_free (verdict->status);
  g_free (verdict->code);
  g_free (verdict->message);
  g_free (verdict->detail);
  g_free (verdict->mark);
  g_free (verdict);
}

#define VERDICT \
  "SELECT v.replica, v.n, v.hash, v.status, v.code, v.message, v.detail, v.seq, v.received_at, v.mark FROM verdict v "

static JipStoredVerdict *
read_verdict (JipRows *rows)
{
  JipStoredVerdict *verdict = g_new0 (JipStoredVerdict, 1);

  verdict->replica = g_strdup (jip_rows_text (rows, 0));
  verdict->n = jip_rows_int (rows, 1);
  verdict->hash = g_strdup (jip_rows_text (rows, 2));
  verdict->status = g_strdup (jip_rows_text (rows, 3));
  verdict->code = g_strdup (jip_rows_text (rows, 4));
  verdict->message = g_strdup (jip_rows_text (rows, 5));
  verdict->detail = g_strdup (jip_rows_text (rows, 6));
  verdict->seq = jip_rows_int (rows, 7);
  verdict->received_at = jip_rows_int (rows, 8);
  verdict->mark = g_strdup (jip_rows_text (rows, 9));
  return verdict;
}

/**
 * jip_verdict_get:
 * @verdict: (out) (transfer full) (nullable): %NULL when there is none
 */
gboolean
jip_verdict_get (JipDatabase *database,
                 const char *replica,
                 gint64 n,
                 JipStoredVerdict **verdict,
                 GError **error)
{
  g_autoptr (GError) problem = NULL;

  *verdict = NULL;
  g_autoptr (JipRows) rows
      = jip_database_query (database, error, VERDICT "WHERE v.replica = $1 AND v.n = $2", "ti", replica, n);
  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &problem))
    *verdict = read_verdict (rows);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
jip_verdict_insert (JipDatabase *database,
                    const char *replica,
                    const JipStoredVerdict *verdict,
                    GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO verdict (replica, n, hash, status, code, message, detail, seq,"
                           " received_at, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                           "titttttiit", replica, verdict->n, verdict->hash, verdict->status, verdict->code,
                           verdict->message, verdict->detail, verdict->seq, verdict->received_at,
                           verdict->mark);
}

gboolean
jip_verdict_remove (JipDatabase *database, const char *replica, gint64 n, GError **error)
{
  return jip_database_run (database, error, "DELETE FROM verdict WHERE replica = $1 AND n = $2", "ti",
                           replica, n);
}

void
jip_origin_clear (JipOrigin *origin)
{
  g_clear_pointer (&origin->replica, g_free);
  g_clear_pointer (&origin->hash, g_free);
}

/* @replica: with @n the name under which a copy brings it */
gboolean
jip_origin_insert (JipDatabase *database,
                   const char *replica,
                   gint64 n,
                   const JipOrigin *origin,
                   GError **error)
{
  return jip_database_run (
      database, error,
      "INSERT INTO origin (replica, n, origin_replica, origin_n, hash) VALUES ($1, $2, $3, $4, $5)"
      " ON CONFLICT (replica, n) DO UPDATE SET origin_replica = excluded.origin_replica,"
      " origin_n = excluded.origin_n, hash = excluded.hash",
      "titit", replica, n, origin->replica, origin->n, origin->hash);
}

/**
 * jip_origin_list_verdicts:
 *
 * Returns: (transfer full) (element-type JipStoredVerdict): what was said of it under its own name and to copies, to the
 *   same account
 */
GPtrArray *
jip_origin_list_verdicts (JipDatabase *database, const JipOrigin *origin, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_stored_verdict_free);
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      VERDICT "JOIN replica r ON r.id = v.replica"
              " WHERE v.replica = $2 AND v.n = $3 AND v.hash = $4 AND r.account = $1 UNION ALL " VERDICT
              "JOIN origin o ON o.replica = v.replica AND o.n = v.n JOIN replica r ON r.id = v.replica"
              " WHERE o.origin_replica = $2 AND o.origin_n = $3 AND o.hash = $4 AND r.account = $1",
      "ttit", origin->account, origin->replica, origin->n, origin->hash);

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    g_ptr_array_add (list, read_verdict (rows));
  if (problem == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}
