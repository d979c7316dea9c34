/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-event-roles.h"

#include <string.h>

#include "jip-json.h"

/* Experts fill in a rubric; the staff panel scores or picks. */
static JipRoles
role_in_panel (const char *rules, const char *panel)
{
  g_autoptr (JsonNode) node = jip_json_parse (rules, -1, NULL);

  if (node == NULL)
    return JIP_ROLE_NONE;
  JsonArray *panels = json_object_get_array_member (json_node_get_object (node), "panels");
  for (guint i = 0; i < json_array_get_length (panels); i++)
    {
      JsonObject *candidate = json_array_get_object_element (panels, i);
      if (strcmp (json_object_get_string_member (candidate, "id"), panel) == 0)
        return strcmp (json_object_get_string_member (candidate, "mode"), "rubric") == 0
                   ? JIP_ROLE_EXPERT_JUDGE
                   : JIP_ROLE_STAFF_JUDGE;
    }
  return JIP_ROLE_NONE;
}

/**
 * jip_event_roles_of:
 * @roles: (out): what @account is in events that are not over
 */
gboolean
jip_event_roles_of (JipDatabase *database, const char *account, JipRoles *roles, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *roles = JIP_ROLE_NONE;
  gint64 chaired = jip_database_query_int (
      database, -1, error, "SELECT COUNT(*) FROM event WHERE chair = $1 AND state <> 'revealed'", "t",
      account);
  if (chaired < 0)
    return FALSE;
  if (chaired > 0)
    *roles |= JIP_ROLE_CHAIR;
  g_autoptr (JipRows) rows
      = jip_database_query (database, error,
                            "SELECT v.rules, j.panel FROM judge j JOIN event v ON v.id = j.event"
                            " WHERE j.account = $1 AND v.state <> 'revealed'",
                            "t", account);
  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &problem))
    *roles |= role_in_panel (jip_rows_text (rows, 0), jip_rows_text (rows, 1));
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}
