/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-audit-table.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "jip-json.h"
#include "jip-register.h"
#include "jip-sha256.h"
#include "jip-time.h"

/* What stands before the first entry. */
#define GENESIS "0000000000000000000000000000000000000000000000000000000000000000"

static char *
entry_hash (gint64 n, gint64 at, const char *kind, const char *body, const char *previous)
{
  g_autoptr (GString) text = g_string_sized_new (512);

  g_string_append_c (text, '[');
  jip_json_append_int (text, n);
  g_string_append_c (text, ',');
  jip_json_append_int (text, at);
  g_string_append_c (text, ',');
  jip_json_append_quoted (text, kind);
  g_string_append_c (text, ',');
  g_string_append (text, body);
  g_string_append_c (text, ',');
  jip_json_append_quoted (text, previous);
  g_string_append_c (text, ']');
  return jip_sha256_hex (text->str, text->len);
}

/**
 * jip_audit_append:
 * @kind: such as `login`
 * @body: (transfer full): an object without personal data beyond account ids, and without any text of a user
 *
 * Adds an entry in the transaction of what it records.
 */
gboolean
jip_audit_append (JipDatabase *database, gint64 now, const char *kind, JsonNode *body, GError **error)
{
  g_autoptr (JsonNode) owned = body;
  g_autofree char *text = jip_json_canonical (owned);

  return jip_audit_append_text (database, now, kind, text, error);
}

/**
 * jip_audit_append_text:
 * @text: as @body of jip_audit_append(), in canonical JSON
 */
gboolean
jip_audit_append_text (JipDatabase *database, gint64 now, const char *kind, const char *text, GError **error)
{
  g_autofree char *previous = NULL;

  if (!jip_register_get (database, JIP_REGISTER_AUDIT_HEAD, "audit", &previous, error))
    return FALSE;
  gint64 n = jip_register_next (database, "audit", error);
  if (n < 0)
    return FALSE;
  if (n == 1)
    previous = g_strdup (GENESIS);
  if (previous == NULL)
    return jip_error_set (error, JIP_ERROR_DATABASE,
                          _ ("The audit chain has a hole before entry %" PRId64 "."), n);
  g_autofree char *hash = entry_hash (n, now, kind, text, previous);
  return jip_register_set (database, JIP_REGISTER_AUDIT_HEAD, "audit", hash, error)
         && jip_database_run (
             database, error,
             "INSERT INTO audit (n, at, kind, body, previous, hash) VALUES ($1, $2, $3, $4, $5, $6)",
             "iitttt", n, now, kind, text, previous, hash);
}

static gboolean
check_entry (JipRows *rows, gint64 expected, char **head, GError **error)
{
  gint64 n = jip_rows_int (rows, 0);

  if (n != expected)
    return jip_error_set (error, JIP_ERROR_DAMAGED, _ ("Audit entry %" PRId64 " is missing."), expected);
  if (strcmp (jip_rows_text (rows, 4), *head) != 0)
    return jip_error_set (error, JIP_ERROR_DAMAGED,
                          _ ("Audit entry %" PRId64 " does not follow the one before it."), n);
  g_autofree char *hash
      = entry_hash (n, jip_rows_int (rows, 1), jip_rows_text (rows, 2), jip_rows_text (rows, 3), *head);
  if (strcmp (jip_rows_text (rows, 5), hash) != 0)
    return jip_error_set (error, JIP_ERROR_DAMAGED, _ ("Audit entry %" PRId64 " was changed."), n);
  g_free (*head);
  *head = g_steal_pointer (&hash);
  return TRUE;
}

/* Checks the entries behind @n, a page of them. */
static gboolean
check_page (JipDatabase *database, gint64 *n, char **head, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT n, at, kind, body, previous, hash FROM audit WHERE n > $1 ORDER BY n LIMIT 1000", "i",
      *n > 0 ? *n : G_MININT64);

  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &problem))
    if (!check_entry (rows, ++*n, head, error))
      return FALSE;
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* How many entries are of this kind; -1 with @error. */
gint64
jip_audit_count (JipDatabase *database, const char *kind, GError **error)
{
  return jip_database_query_int (database, -1, error, "SELECT COUNT(*) FROM audit WHERE kind = $1", "t",
                                 kind);
}

/**
 * jip_audit_verify:
 * @n_entries: (out): how many there are
 * @head: (out) (transfer full): the hash of the last one, to be compared with a copy kept elsewhere
 *
 * Returns: %FALSE with %JIP_ERROR_DAMAGED at the first entry that was edited, dropped or moved
 */
gboolean
jip_audit_verify (JipDatabase *database, gint64 *n_entries, char **head, GError **error)
{
  g_autofree char *last = g_strdup (GENESIS);
  gint64 n = 0, before;
  gint64 counted = jip_register_get_int (database, "audit", error);

  if (counted < 0)
    return FALSE;
  do
    {
      before = n;
      if (!check_page (database, &n, &last, error))
        return FALSE;
    }
  while (n > before);
  if (n != counted)
    return jip_error_set (error, JIP_ERROR_DAMAGED,
                          _ ("The audit chain ends at entry %" PRId64 ", but %" PRId64 " were written."), n,
                          counted);
  *n_entries = n;
  *head = g_steal_pointer (&last);
  return TRUE;
}
