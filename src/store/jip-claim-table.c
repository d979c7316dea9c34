/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Since the first restore: who set what can be set again, and where that stands. */
#include "jip-claim-table.h"

void
jip_claim_free (JipClaim *claim)
{
  g_free (claim->name);
  g_free (claim);
}

/* @by: the mutation, with what its receipt says; its place is the claim's */
gboolean
jip_claim_put (JipDatabase *database, const char *name, const JipParked *by, GError **error)
{
  return jip_database_run (
      database, error,
      "INSERT INTO claim (name, place, replica, n, account, mutation, args, code, mark, received_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (name, place, replica, n) DO NOTHING",
      "titittttti", name, by->place, by->replica, by->n, by->account, by->name, by->args, by->code, by->mark,
      by->received_at);
}

/* Adds those of a mutation. */
static gboolean
list_of (JipDatabase *database, const char *replica, gint64 n, GPtrArray *claims, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error, "SELECT name, place FROM claim WHERE replica = $1 AND n = $2", "ti", replica, n);

  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &problem))
    {
      JipClaim *claim = g_new0 (JipClaim, 1);
      claim->name = g_strdup (jip_rows_text (rows, 0));
      claim->place = jip_rows_int (rows, 1);
      g_ptr_array_add (claims, claim);
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* The next newest place holds, if this was the newest one. */
static gboolean
lower (JipDatabase *database, const JipClaim *claim, GError **error)
{
  return jip_database_run (
      database, error,
      "UPDATE placed SET place = COALESCE ((SELECT MAX (c.place) FROM claim c WHERE c.name = $1), 0)"
      " WHERE name = $1 AND place = $2",
      "ti", claim->name, claim->place);
}

/**
 * jip_claim_take_back:
 * @replica: with @n the name of a mutation that gets another place
 * @claims: (element-type JipClaim): gets those that it had
 */
gboolean
jip_claim_take_back (JipDatabase *database, const char *replica, gint64 n, GPtrArray *claims, GError **error)
{
  guint first = claims->len;

  if (!list_of (database, replica, n, claims, error)
      || !jip_database_run (database, error, "DELETE FROM claim WHERE replica = $1 AND n = $2", "ti", replica,
                            n))
    return FALSE;
  for (guint i = first; i < claims->len; i++)
    if (!lower (database, g_ptr_array_index (claims, i), error))
      return FALSE;
  return TRUE;
}

/* What has set @from has set @to, as both are one. */
gboolean
jip_claim_rename (JipDatabase *database, const char *from, const char *to, GError **error)
{
  return jip_database_run (
             database, error,
             "INSERT INTO claim (name, place, replica, n, account, mutation, args, code, mark, received_at)"
             " SELECT $2, place, replica, n, account, mutation, args, code, mark, received_at FROM claim"
             " WHERE name = $1 ON CONFLICT (name, place, replica, n) DO NOTHING",
             "tt", from, to)
         && jip_database_run (database, error, "DELETE FROM claim WHERE name = $1", "t", from);
}

/**
 * jip_claim_get_newest:
 * @place: no later one
 * @by: (out) (transfer full) (nullable): the mutation that has set @name at its newest place
 */
gboolean
jip_claim_get_newest (JipDatabase *database, const char *name, gint64 place, JipParked **by, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT replica, n, account, mutation, args, code, mark, place, received_at FROM claim WHERE name = $1"
      " AND place <= $2 ORDER BY place DESC, received_at DESC, n DESC LIMIT 1",
      "ti", name, place);

  *by = NULL;
  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &problem))
    {
      JipParked *found = *by = g_new0 (JipParked, 1);
      found->replica = g_strdup (jip_rows_text (rows, 0));
      found->n = jip_rows_int (rows, 1);
      found->account = g_strdup (jip_rows_text (rows, 2));
      found->name = g_strdup (jip_rows_text (rows, 3));
      found->args = g_strdup (jip_rows_text (rows, 4));
      found->status = g_strdup ("ok");
      found->code = g_strdup (jip_rows_text (rows, 5));
      found->mark = g_strdup (jip_rows_text (rows, 6));
      found->place = jip_rows_int (rows, 7);
      found->received_at = jip_rows_int (rows, 8);
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}
