/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-quarantine.h"

#include <json-glib/json-glib.h>

#include "jip-error.h"
#include "jip-json.h"
#include "jip-outbox.h"
#include "jip-overlay.h"
#include "jip-damaged-args.h"

/* Unsent work on what the user may no longer see. The queue has no gaps, so it goes out all the same and the server
 * judges it; but its text is put with the refused changes at once, since the place where it was shown is gone. */

#define KEEP \
  "INSERT INTO refused (name, args, at, code) SELECT name, args, at, $1 FROM outbox AS o WHERE status = 'waiting' " \
  "AND NOT EXISTS (SELECT 1 FROM refused AS r WHERE r.name = o.name AND r.args = o.args AND r.at = o.at) AND "
#define ABOUT(ids) \
  "(o.subject IN " ids " OR CASE WHEN json_valid(o.args) THEN json_extract(o.args, '$.event') IN " ids \
  " OR json_extract(o.args, '$.entry') IN " ids " END)"
#define GIVEN "(SELECT value FROM json_each($2))"
#define STALE "(SELECT id FROM record WHERE layer = 0 AND generation <> $2)"

/* A set of ids as a JSON list. */
static char *
list_ids (GHashTable *set)
{
  g_autoptr (JsonArray) ids = json_array_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, set);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    json_array_add_string_element (ids, id);
  json_node_set_array (node, ids);
  return jip_json_to_string (node);
}

/**
 * jip_quarantine_work_on:
 * @gone: (element-type utf8): a set of ids of rows that were taken from the user's sight
 *
 * Puts what waits and is about one of them with the refused changes.
 */
gboolean
jip_quarantine_work_on (JipDatabase *database, GHashTable *gone, GError **error)
{
  if (g_hash_table_size (gone) == 0)
    return TRUE;
  g_autofree char *text = list_ids (gone);
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
 * jip_quarantine_give_back:
 * @seen: (element-type utf8): a set of ids of rows that came
 *
 * What waits and was put aside because the place of it was gone is shown there again, now that the user may see it.
 */
gboolean
jip_quarantine_give_back (JipDatabase *database, GHashTable *seen, GError **error)
{
  gint64 held = g_hash_table_size (seen) == 0
                    ? 0
                    : jip_database_query_int (database, -1, error,
                                              "SELECT EXISTS (SELECT 1 FROM refused "
                                              "WHERE message IS NULL AND detail IS NULL)",
                                              "");

  if (held <= 0)
    return held == 0;
  g_autofree char *text = list_ids (seen);
  return jip_database_run (
      database, error,
      "DELETE FROM refused AS r WHERE r.message IS NULL AND r.detail IS NULL AND r.code = $1 AND "
      "EXISTS (SELECT 1 FROM outbox AS o WHERE o.status = 'waiting' AND r.name = o.name AND "
      "r.args = o.args AND r.at = o.at AND " ABOUT (GIVEN) ")",
      "tt", jip_error_code_get_name (JIP_ERROR_NOT_FOUND), text);
}

/* The name and the arguments of an entry, as far as they can be read. */
static gboolean
read_damaged (JipDatabase *database,
              gint64 n,
              char **name,
              char **args,
              gint64 *at,
              gboolean *is_sent,
              GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error, "SELECT name, args, at, status FROM outbox WHERE n = $1", "i", n);

  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &local))
    {
      const char *kept = jip_rows_text (rows, 0), *text = jip_rows_text (rows, 1);
      *name = g_utf8_make_valid (kept != NULL ? kept : "", -1);
      *args = jip_damaged_args_read (text != NULL ? text : "");
      *at = jip_rows_int (rows, 2);
      *is_sent = g_strcmp0 (jip_rows_text (rows, 3), "waiting") != 0;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * jip_quarantine_take_damaged:
 *
 * As jip_quarantine_damaged(), for a caller that makes the overlay anew itself when the last entry is out: with a long queue
 * that takes seconds.
 */
gboolean
jip_quarantine_take_damaged (JipDatabase *database, gint64 n, GError **error)
{
  g_autofree char *name = NULL, *args = NULL;
  gint64 at = 0, last_n = jip_outbox_get_number (database, "last_n", NULL);
  gboolean is_sent = FALSE;

  if (!read_damaged (database, n, &name, &args, &at, &is_sent, error))
    return FALSE;
  if (name != NULL && !(is_sent && n <= last_n)
      && !jip_database_run (database, error,
                            "INSERT INTO refused (name, args, at, code, message) VALUES ($1, $2, $3, $4, $4)",
                            "ttit", name, args, at, jip_error_code_get_name (JIP_ERROR_DAMAGED)))
    return FALSE;
  return jip_database_run (database, error, "DELETE FROM outbox WHERE n = $1", "i", n);
}

/**
 * jip_quarantine_damaged:
 * @numbers: (element-type gint64): the n of each entry that jip_outbox_get_batch() could not read
 *
 * Puts what can be read of them with the refused changes, unless a pull has brought it back already, and takes them out of
 * the queue. The numbers stay used: the server asks for them, and the push then says that they are not held any more.
 */
gboolean
jip_quarantine_damaged (JipDatabase *database, GArray *numbers, GError **error)
{
  g_return_val_if_fail (numbers != NULL, FALSE);

  gint64 last_n = jip_outbox_get_number (database, "last_n", NULL);
  g_autoptr (JsonObject) user = jip_outbox_get_user (database, NULL); /* may be damaged as well */

  for (guint i = 0; i < numbers->len; i++)
    if (!jip_quarantine_take_damaged (database, g_array_index (numbers, gint64, i), error))
      return FALSE;
  return user == NULL || jip_overlay_rebuild (database, user, last_n, error);
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
