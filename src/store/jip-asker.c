/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who asks for mutations, and with which replica, in one question to the database: thousands may push within a second. */
#include "jip-asker.h"

#define ASKER \
  "SELECT a.roles, a.name, d.name, r.account, r.last_n," \
  " CASE WHEN EXISTS (SELECT 1 FROM origin WHERE origin_replica = $2) THEN 1 ELSE 0 END" \
  " FROM account a LEFT JOIN department d ON d.id = a.department LEFT JOIN replica r ON r.id = $2" \
  " WHERE a.id = $1 AND a.disabled = 0"

/**
 * jip_asker_load:
 * @replica: (nullable): %NULL for one who asks without
 * @enabled: (out): whether there is such an account that is not disabled; without it @asker stays empty
 * @asker: (out caller-allocates)
 */
gboolean
jip_asker_load (JipDatabase *database,
                const char *account,
                const char *replica,
                gboolean *enabled,
                JipAsker *asker,
                GError **error)
{
  g_autoptr (GError) problem = NULL;

  *asker = (JipAsker){ JIP_ROLE_NONE };
  g_autoptr (JipRows) rows
      = jip_database_query (database, error, ASKER, "tt", account, replica != NULL ? replica : "");
  if (rows == NULL)
    return FALSE;
  *enabled = jip_rows_next (rows, &problem);
  if (*enabled)
    {
      asker->roles = jip_roles_from_text (jip_rows_text (rows, 0));
      asker->name = g_strdup (jip_rows_text (rows, 1));
      asker->department_name = g_strdup (jip_rows_text (rows, 2));
      asker->replica_account = g_strdup (jip_rows_text (rows, 3));
      asker->last_n = jip_rows_int (rows, 4);
      asker->was_copied = jip_rows_int (rows, 5) != 0;
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

void
jip_asker_clear (JipAsker *asker)
{
  g_clear_pointer (&asker->name, g_free);
  g_clear_pointer (&asker->department_name, g_free);
  g_clear_pointer (&asker->replica_account, g_free);
}
