/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-table.h"

#include "jip-refill-table.h"

void
jip_draft_record_free (JipDraftRecord *draft)
{
  g_free (draft->id);
  g_free (draft->author);
  g_free (draft->type);
  g_free (draft->title);
  g_free (draft->document);
  g_free (draft);
}

void
jip_draft_version_free (JipDraftVersion *version)
{
  g_free (version->id);
  g_free (version->document);
  g_free (version);
}

/**
 * jip_draft_record_get:
 * @draft: (out) (transfer full) (nullable): %NULL when there never was one; a deleted one is told by its flag
 */
gboolean
jip_draft_record_get (JipDatabase *database, const char *id, JipDraftRecord **draft, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *draft = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error, "SELECT author, type, title, document, version, deleted FROM draft WHERE id = $1", "t",
      id);
  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &problem))
    {
      JipDraftRecord *found = *draft = g_new0 (JipDraftRecord, 1);
      found->id = g_strdup (id);
      found->author = g_strdup (jip_rows_text (rows, 0));
      found->type = g_strdup (jip_rows_text (rows, 1));
      found->title = g_strdup (jip_rows_text (rows, 2));
      found->document = g_strdup (jip_rows_text (rows, 3));
      found->version = jip_rows_int (rows, 4);
      found->deleted = jip_rows_int (rows, 5) != 0;
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
jip_draft_record_put (JipDatabase *database, const JipDraftRecord *draft, gint64 now, GError **error)
{
  return jip_database_run (
      database, error,
      "INSERT INTO draft (id, author, type, title, document, version, deleted, received_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, 0, $7) ON CONFLICT (id) DO UPDATE SET"
      " type = excluded.type, title = excluded.title, document = excluded.document,"
      " version = excluded.version, deleted = 0, received_at = excluded.received_at",
      "tttttii", draft->id, draft->author, draft->type, draft->title, draft->document, draft->version, now);
}

/* Returns: (transfer full) (nullable) */
GStrv
jip_draft_list_version_ids (JipDatabase *database, const char *id, GError **error)
{
  return jip_database_query_texts (database, error,
                                   "SELECT id FROM draft_version WHERE draft = $1 ORDER BY id", "t", id);
}

/**
 * jip_draft_record_delete:
 * @version: the newest that who deletes knew
 *
 * The text goes, with all versions; that there was a draft stays, so that a save that comes late finds its place.
 */
gboolean
jip_draft_record_delete (JipDatabase *database, const char *id, gint64 version, GError **error)
{
  return jip_database_run (database, error, "DELETE FROM draft_version WHERE draft = $1", "t", id)
         && jip_database_run (
             database, error,
             "UPDATE draft SET deleted = 1, title = '', document = '{}', version = $2 WHERE id = $1", "ti",
             id, version);
}

/**
 * jip_draft_has_winner:
 * @won: (out): whether a save is there that did not come second; after a restore it may not be back yet
 */
gboolean
jip_draft_has_winner (JipDatabase *database, const char *id, gboolean *won, GError **error)
{
  gint64 winners = jip_database_query_int (
      database, -1, error, "SELECT COUNT(*) FROM draft_version WHERE draft = $1 AND lost = 0", "t", id);

  *won = winners > 0;
  return winners >= 0;
}

/**
 * jip_draft_add_version:
 * @lost: a save that came second and is kept beside
 */
gboolean
jip_draft_add_version (JipDatabase *database,
                       const char *id,
                       const char *draft,
                       gint64 version,
                       const char *document,
                       gboolean lost,
                       gint64 now,
                       GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO draft_version (id, draft, version, document, lost, received_at)"
                           " VALUES ($1, $2, $3, $4, $5, $6)",
                           "ttitii", id, draft, version, document, (gint64) lost, now);
}

/* Also in the place of one with the same id. */
gboolean
jip_draft_put_version (JipDatabase *database,
                       const char *draft,
                       const JipDraftVersion *version,
                       GError **error)
{
  return jip_database_run (
      database, error,
      "INSERT INTO draft_version (id, draft, version, document, lost, received_at, place, number)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET version = excluded.version,"
      " document = excluded.document, received_at = excluded.received_at, place = excluded.place,"
      " number = excluded.number",
      "ttitiiii", version->id, draft, version->version, version->document, (gint64) version->lost,
      version->received_at, version->place, version->number);
}

/* The id of a save that is not shown; no client gets to see it. */
char *
jip_draft_repeated_id (const char *draft, gint64 place)
{
  return g_strdup_printf ("%s~%" G_GINT64_FORMAT, draft, place);
}

/**
 * jip_draft_keep_repeated:
 * @id: of a version whose text is saved again
 *
 * Keeps the save that it was so far, before it gets a new place.
 */
gboolean
jip_draft_keep_repeated (JipDatabase *database, const char *id, GError **error)
{
  return jip_database_run (
      database, error,
      "INSERT INTO draft_version (id, draft, version, document, lost, received_at, place, number)"
      " SELECT draft || '~' || place, draft, -1, document, lost, received_at, place, number"
      " FROM draft_version WHERE id = $1 AND place > 0 ON CONFLICT (id) DO NOTHING",
      "t", id);
}

/**
 * jip_draft_find_version_start:
 *
 * Returns: where the version that stands in front of @place begins, with the first of the saves that it repeats; @place
 *   where there is none, -1 on an error
 */
gint64
jip_draft_find_version_start (JipDatabase *database, const char *draft, gint64 place, GError **error)
{
  return jip_database_query_int (
      database, -1, error,
      "SELECT COALESCE (MIN (place), $2) FROM draft_version WHERE draft = $1 AND lost = 0 AND place < $2 AND place >"
      " (SELECT COALESCE (MAX (place), 0) FROM draft_version WHERE draft = $1 AND lost = 0 AND version >= 0 AND place <"
      " (SELECT COALESCE (MAX (place), 0) FROM draft_version WHERE draft = $1 AND lost = 0 AND place < $2))",
      "ti", draft, place);
}

/* Writes down the place of a version that is there. */
gboolean
jip_draft_set_place (JipDatabase *database, const char *id, gint64 place, gint64 number, GError **error)
{
  return jip_database_run (database, error, "UPDATE draft_version SET place = $2, number = $3 WHERE id = $1",
                           "tii", id, place, number);
}

gboolean
jip_draft_move_version (JipDatabase *database, const char *draft, gint64 from, gint64 place, GError **error)
{
  return jip_database_run (database, error,
                           "UPDATE draft_version SET place = $3 WHERE draft = $1 AND place = $2 AND lost = 0",
                           "tii", draft, from, place);
}

/**
 * jip_draft_list_versions_from:
 *
 * Returns: (transfer full) (element-type JipDraftVersion): all saves that stand at @place or behind it
 */
GPtrArray *
jip_draft_list_versions_from (JipDatabase *database, const char *draft, gint64 place, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_draft_version_free);
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT id, version, document, lost, received_at, place, number FROM draft_version"
      " WHERE draft = $1 AND place >= $2 ORDER BY place, id",
      "ti", draft, place);

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    {
      JipDraftVersion *version = g_new0 (JipDraftVersion, 1);
      version->id = g_strdup (jip_rows_text (rows, 0));
      version->version = jip_rows_int (rows, 1);
      version->document = g_strdup (jip_rows_text (rows, 2));
      version->lost = jip_rows_int (rows, 3) != 0;
      version->received_at = jip_rows_int (rows, 4);
      version->place = jip_rows_int (rows, 5);
      version->number = jip_rows_int (rows, 6);
      g_ptr_array_add (list, version);
    }
  if (problem == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}
