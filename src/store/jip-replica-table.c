/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-replica-table.h"

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

/* What is safe stays safe; more than was applied cannot be. */
gboolean
jip_replica_raise_safe_n (JipDatabase *database, const char *id, gint64 safe_n, GError **error)
{
  return jip_database_run (database, error,
                           "UPDATE replica SET safe_n = $2 WHERE id = $1 AND safe_n < $2 AND last_n >= $2",
                           "ti", id, safe_n);
}

void
jip_stored_verdict_free (JipStoredVerdict *verdict)
{
  g_free (verdict->hash);
  g_free (verdict->status);
  g_free (verdict->code);
  g_free (verdict->message);
  g_free (verdict->detail);
  g_free (verdict->mark);
  g_free (verdict);
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
      = jip_database_query (database, error,
                            "SELECT hash, status, code, message, detail, seq, received_at, mark FROM verdict"
                            " WHERE replica = $1 AND n = $2",
                            "ti", replica, n);
  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &problem))
    {
      JipStoredVerdict *found = *verdict = g_new0 (JipStoredVerdict, 1);
      found->n = n;
      found->hash = g_strdup (jip_rows_text (rows, 0));
      found->status = g_strdup (jip_rows_text (rows, 1));
      found->code = g_strdup (jip_rows_text (rows, 2));
      found->message = g_strdup (jip_rows_text (rows, 3));
      found->detail = g_strdup (jip_rows_text (rows, 4));
      found->seq = jip_rows_int (rows, 5);
      found->received_at = jip_rows_int (rows, 6);
      found->mark = g_strdup (jip_rows_text (rows, 7));
    }
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
