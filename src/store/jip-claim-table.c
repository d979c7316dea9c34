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

static GPtrArray *
list_of (JipDatabase *database, const JipOrigin *origin, GError **error)
{
  g_autoptr (GPtrArray) claims = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_claim_free);
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error, "SELECT name, place FROM claim WHERE " JIP_OF_ORIGIN " ORDER BY name, place", "tti",
      origin->account, origin->replica, origin->n);

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    {
      JipClaim *claim = g_new0 (JipClaim, 1);
      claim->name = g_strdup (jip_rows_text (rows, 0));
      claim->place = jip_rows_int (rows, 1);
      g_ptr_array_add (claims, claim);
    }
  if (problem == NULL)
    return g_steal_pointer (&claims);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
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
 * @origin: of a mutation that gets another place
 *
 * Returns: (transfer full) (element-type JipClaim): the claims that it had
 */
GPtrArray *
jip_claim_take_back (JipDatabase *database, const JipOrigin *origin, GError **error)
{
  g_autoptr (GPtrArray) claims = list_of (database, origin, error);

  if (claims == NULL
      || !jip_database_run (database, error, "DELETE FROM claim WHERE " JIP_OF_ORIGIN, "tti", origin->account,
                            origin->replica, origin->n))
    return NULL;
  for (guint i = 0; i < claims->len; i++)
    if (!lower (database, g_ptr_array_index (claims, i), error))
      return NULL;
  return g_steal_pointer (&claims);
}

/* Under whatever name it waits. */
gboolean
jip_parked_remove_all_of (JipDatabase *database, const JipOrigin *origin, GError **error)
{
  return jip_database_run (database, error, "DELETE FROM parked WHERE " JIP_OF_ORIGIN, "tti", origin->account,
                           origin->replica, origin->n);
}

/**
 * jip_claim_get_newest:
 * @by: (out) (transfer full) (nullable): the mutation that has set @name at its newest place
 */
gboolean
jip_claim_get_newest (JipDatabase *database, const char *name, JipParked **by, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT replica, n, account, mutation, args, code, mark, place, received_at FROM claim WHERE name = $1"
      " ORDER BY place DESC, replica, n LIMIT 1",
      "t", name);

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
