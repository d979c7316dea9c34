/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-quarantine.h"

#include <json-glib/json-glib.h>

#include "jip-error.h"
#include "jip-json.h"

/* Unsent work on what the user may no longer see. The queue has no gaps, so it goes out all the same and the server
 * judges it; but its text is put with the refused changes at once, since the place where it was shown is gone. */

#define KEEP \
  "INSERT INTO refused (name, args, at, code) SELECT name, args, at, $1 FROM outbox AS o WHERE status = 'waiting' " \
  "AND NOT EXISTS (SELECT 1 FROM refused AS r WHERE r.name = o.name AND r.args = o.args AND r.at = o.at) AND "
#define ABOUT(ids) \
  "(o.subject IN " ids " OR json_extract(o.args, '$.event') IN " ids \
  " OR json_extract(o.args, '$.entry') IN " ids ")"
#define GIVEN "(SELECT value FROM json_each($2))"
#define STALE "(SELECT id FROM record WHERE layer = 0 AND generation <> $2)"

/**
 * jip_quarantine_work_on:
 * @gone: (element-type utf8): a set of ids of rows that were taken from the user's sight
 *
 * Puts what waits and is about one of them with the refused changes.
 */
gboolean
jip_quarantine_work_on (JipDatabase *database, GHashTable *gone, GError **error)
{
  g_autoptr (JsonArray) ids = json_array_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
  GHashTableIter iter;
  gpointer id;

  if (g_hash_table_size (gone) == 0)
    return TRUE;
  g_hash_table_iter_init (&iter, gone);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    json_array_add_string_element (ids, id);
  json_node_set_array (node, ids);
  g_autofree char *text = jip_json_to_string (node);
  return jip_database_run (database, error, KEEP ABOUT (GIVEN), "tt",
                           jip_error_code_get_name (JIP_ERROR_NOT_FOUND), text);
}

/**
 * jip_quarantine_work_on_stale:
 * @generation: of the snapshot that ends; rows of another one are about to go
 *
 * The same for what a snapshot did not bring again.
 */
gboolean
jip_quarantine_work_on_stale (JipDatabase *database, gint64 generation, GError **error)
{
  return jip_database_run (database, error, KEEP ABOUT (STALE), "ti",
                           jip_error_code_get_name (JIP_ERROR_NOT_FOUND), generation);
}

/**
 * jip_quarantine_release:
 * @n: of a mutation that the server took after all
 */
gboolean
jip_quarantine_release (JipDatabase *database, gint64 n, GError **error)
{
  return jip_database_run (
      database, error,
      "DELETE FROM refused WHERE (name, args, at) = (SELECT name, args, at FROM outbox WHERE "
      "n = $1)",
      "i", n);
}
