/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which saves of a draft are deleted: those that who deleted it had seen, also where they come back after a restore. */
#include "jip-draft-deletion.h"

#include <string.h>

#include "jip-refill-table.h"

#define MOST 20 /* a receipt has room for so many */

/* @from: of a range that begins with the first save the name has no number. */
static char *
name_of (const char *draft, gint64 from)
{
  return from == 0 ? g_strconcat ("draft-deleted:", draft, NULL)
                   : g_strdup_printf ("draft-deleted:%s:%" G_GINT64_FORMAT, draft, from);
}

static int
compare_ranges (gconstpointer a, gconstpointer b)
{
  const JipDraftRange *one = a, *other = b;

  return (one->from > other->from) - (one->from < other->from);
}

/* The farthest of those with the same beginning is the range. */
static void
add (GArray *seen, gint64 from, gint64 to)
{
  const JipDraftRange range = { from, to };

  for (guint i = 0; i < seen->len; i++)
    {
      JipDraftRange *other = &g_array_index (seen, JipDraftRange, i);
      if (other->from == from)
        {
          other->to = MAX (other->to, to);
          return;
        }
    }
  g_array_append_val (seen, range);
  g_array_sort (seen, compare_ranges);
}

/**
 * jip_draft_deletion_list:
 *
 * Returns: (transfer full) (element-type JipDraftRange): what is deleted
 */
GArray *
jip_draft_deletion_list (JipDatabase *database, const char *draft, GError **error)
{
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (JipDraftRange));
  g_autoptr (GError) problem = NULL;
  g_autofree char *name = name_of (draft, 0);
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT name, place FROM placed WHERE name = $1 OR (name > $1 || ':' AND name < $1 || ';')", "t", name);

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    {
      const char *number = jip_rows_text (rows, 0) + strlen (name);
      add (seen, *number == ':' ? g_ascii_strtoll (number + 1, NULL, 10) : 0, jip_rows_int (rows, 1));
    }
  if (problem == NULL)
    return g_steal_pointer (&seen);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

/**
 * jip_draft_deletion_see:
 *
 * Returns: (transfer full) (element-type JipDraftRange): in each epoch up to the newest of the saves that are there or are deleted.
 *   One from before places were written down stands where its row changed last.
 */
GArray *
jip_draft_deletion_see (JipDatabase *database, const char *draft, GError **error)
{
  g_autoptr (GArray) seen = jip_draft_deletion_list (database, draft, error);
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT begun, MAX (place) FROM (SELECT s.place, COALESCE ((SELECT MAX (e.first_seq) FROM epoch e"
      " WHERE e.first_seq <= s.place), 0) AS begun FROM (SELECT COALESCE (v.place, (SELECT f.seq FROM feed f"
      " WHERE f.table_name = 'draft_version' AND f.row_id = v.id), 0) AS place FROM draft_version v WHERE v.draft = $1) AS s)"
      " AS placed GROUP BY begun ORDER BY begun",
      "t", draft);

  if (seen == NULL || rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    add (seen, jip_rows_int (rows, 0), jip_rows_int (rows, 1));
  for (; seen->len > MOST; g_array_remove_index (seen, 0)) /* the first are taken together */
    g_array_index (seen, JipDraftRange, 1).from = g_array_index (seen, JipDraftRange, 0).from;
  if (problem == NULL)
    return g_steal_pointer (&seen);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

/* What is deleted stays deleted: ranges only grow. */
gboolean
jip_draft_deletion_put (JipDatabase *database, const char *draft, GArray *seen, GError **error)
{
  for (guint i = 0; i < seen->len; i++)
    {
      const JipDraftRange *range = &g_array_index (seen, JipDraftRange, i);
      g_autofree char *name = name_of (draft, range->from);
      gboolean newest;
      if (!jip_placed_claim (database, name, range->to, &newest, error))
        return FALSE;
    }
  return TRUE;
}

/* Takes the versions in these ranges, and with the first one those whose place is not known. */
gboolean
jip_draft_deletion_take (JipDatabase *database, const char *draft, GArray *seen, GError **error)
{
  for (guint i = 0; i < seen->len; i++)
    {
      const JipDraftRange *range = &g_array_index (seen, JipDraftRange, i);
      if (!jip_database_run (
              database, error,
              "DELETE FROM draft_version WHERE draft = $1 AND COALESCE (place, 0) BETWEEN $2 AND $3", "tii",
              draft, range->from, range->to))
        return FALSE;
    }
  return TRUE;
}

gboolean
jip_draft_deletion_contains (GArray *seen, gint64 place)
{
  for (guint i = 0; i < seen->len; i++)
    {
      const JipDraftRange *range = &g_array_index (seen, JipDraftRange, i);
      if (place >= range->from && place <= range->to)
        return TRUE;
    }
  return FALSE;
}

/**
 * jip_draft_deletion_to_text:
 *
 * Returns: (transfer full): the end of a range that begins with the first save, the others as FROM-TO, with commas between
 */
char *
jip_draft_deletion_to_text (GArray *seen)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < seen->len; i++)
    {
      const JipDraftRange *range = &g_array_index (seen, JipDraftRange, i);
      if (i > 0)
        g_string_append_c (text, ',');
      if (range->from > 0)
        g_string_append_printf (text, "%" G_GINT64_FORMAT "-", range->from);
      g_string_append_printf (text, "%" G_GINT64_FORMAT, range->to);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* @text: of jip_draft_deletion_to_text() */
GArray *
jip_draft_deletion_from_text (const char *text)
{
  GArray *seen = g_array_new (FALSE, FALSE, sizeof (JipDraftRange));
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);

  for (char **part = parts; *part != NULL && **part != '\0'; part++)
    {
      const char *dash = strchr (*part, '-');
      add (seen, dash != NULL ? g_ascii_strtoll (*part, NULL, 10) : 0,
           g_ascii_strtoll (dash != NULL ? dash + 1 : *part, NULL, 10));
    }
  return seen;
}
