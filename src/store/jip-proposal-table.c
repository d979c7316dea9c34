/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-proposal-table.h"

void
jip_proposal_fields_clear (JipProposalFields *fields)
{
  g_clear_pointer (&fields->title, g_free);
  g_clear_pointer (&fields->body, g_free);
  g_clear_pointer (&fields->category, g_free);
  g_clear_pointer (&fields->department, g_free);
}

void
jip_proposal_free (JipProposal *proposal)
{
  g_free (proposal->id);
  g_free (proposal->kind);
  jip_proposal_fields_clear (&proposal->fields);
  g_free (proposal->author);
  g_free (proposal->state);
  g_free (proposal);
}

void
jip_proposal_version_free (JipProposalVersion *version)
{
  g_free (version->id);
  jip_proposal_fields_clear (&version->fields);
  g_free (version->author);
  g_free (version->seen);
  g_free (version->writers);
  g_free (version);
}

void
jip_comment_free (JipComment *comment)
{
  g_free (comment->id);
  g_free (comment->proposal);
  g_free (comment->author);
  g_free (comment->body);
  g_free (comment);
}

static void
read_fields (JipRows *rows, guint column, JipProposalFields *fields)
{
  fields->title = g_strdup (jip_rows_text (rows, column));
  fields->body = g_strdup (jip_rows_text (rows, column + 1));
  fields->category = g_strdup (jip_rows_text (rows, column + 2));
  fields->department = g_strdup (jip_rows_text (rows, column + 3));
}

static gboolean
finish (GError **problem, GError **error)
{
  if (*problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (problem));
  return FALSE;
}

/**
 * jip_proposal_get:
 * @proposal: (out) (transfer full) (nullable): %NULL when there is none
 */
gboolean
jip_proposal_get (JipDatabase *database, const char *id, JipProposal **proposal, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *proposal = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT kind, title, body, category, department, anonymous, author, state, version"
      " FROM proposal WHERE id = $1",
      "t", id);
  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &problem))
    {
      JipProposal *found = *proposal = g_new0 (JipProposal, 1);
      found->id = g_strdup (id);
      found->kind = g_strdup (jip_rows_text (rows, 0));
      read_fields (rows, 1, &found->fields);
      found->anonymous = jip_rows_int (rows, 5) != 0;
      found->author = g_strdup (jip_rows_text (rows, 6));
      found->state = g_strdup (jip_rows_text (rows, 7));
      found->version = jip_rows_int (rows, 8);
    }
  return finish (&problem, error);
}

gboolean
jip_proposal_insert (JipDatabase *database, const JipProposal *proposal, gint64 now, GError **error)
{
  const JipProposalFields *fields = &proposal->fields;

  return jip_database_run (
      database, error,
      "INSERT INTO proposal (id, kind, title, body, category, department, anonymous, author,"
      " state, version, received_at, updated_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
      "ttttttittii", proposal->id, proposal->kind, fields->title, fields->body, fields->category,
      fields->department, (gint64) proposal->anonymous, proposal->author, proposal->state, proposal->version,
      now);
}

gboolean
jip_proposal_update (JipDatabase *database,
                     const char *id,
                     const JipProposalFields *fields,
                     gint64 version,
                     gint64 now,
                     GError **error)
{
  return jip_database_run (database, error,
                           "UPDATE proposal SET title = $2, body = $3, category = $4, department = $5,"
                           " version = $6, updated_at = $7 WHERE id = $1",
                           "tttttii", id, fields->title, fields->body, fields->category, fields->department,
                           version, now);
}

/**
 * jip_proposal_add_version:
 * @lost: an edit that came second and is kept for the record only
 */
gboolean
jip_proposal_add_version (JipDatabase *database,
                          const char *id,
                          const char *proposal,
                          gint64 version,
                          const JipProposalFields *fields,
                          const char *author,
                          gboolean lost,
                          gint64 now,
                          GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO proposal_version (id, proposal, version, title, body, category,"
                           " department, author, lost, received_at)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                           "ttitttttii", id, proposal, version, fields->title, fields->body, fields->category,
                           fields->department, author, (gint64) lost, now);
}

gboolean
jip_proposal_get_version (JipDatabase *database,
                          const char *proposal,
                          gint64 version,
                          JipProposalFields *fields,
                          gboolean *found,
                          GError **error)
{
  g_autoptr (GError) problem = NULL;

  *fields = (JipProposalFields){ NULL };
  g_autoptr (JipRows) rows
      = jip_database_query (database, error,
                            "SELECT title, body, category, department FROM proposal_version"
                            " WHERE proposal = $1 AND version = $2 AND lost = 0",
                            "ti", proposal, version);
  if (rows == NULL)
    return FALSE;
  *found = jip_rows_next (rows, &problem);
  if (*found)
    read_fields (rows, 0, fields);
  return finish (&problem, error);
}

/* Also in the place of one with the same id. */
gboolean
jip_proposal_put_version (JipDatabase *database,
                          const char *proposal,
                          const JipProposalVersion *version,
                          GError **error)
{
  const JipProposalFields *fields = &version->fields;

  return jip_database_run (
      database, error,
      "INSERT INTO proposal_version (id, proposal, version, title, body, category, department, author, lost,"
      " received_at, place, seen, writers) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
      " ON CONFLICT (id) DO UPDATE SET version = excluded.version, title = excluded.title, body = excluded.body,"
      " category = excluded.category, department = excluded.department, author = excluded.author,"
      " received_at = excluded.received_at, place = excluded.place, seen = excluded.seen,"
      " writers = excluded.writers",
      "ttitttttiiitt", version->id, proposal, version->version, fields->title, fields->body, fields->category,
      fields->department, version->author, (gint64) version->lost, version->received_at, version->place,
      version->seen, version->writers);
}

/* Writes down the place of a version that is there, and what goes with it. */
gboolean
jip_proposal_set_place (JipDatabase *database, const JipProposalVersion *version, GError **error)
{
  return jip_database_run (database, error,
                           "UPDATE proposal_version SET place = $2, seen = $3, writers = $4 WHERE id = $1",
                           "titt", version->id, version->place, version->seen, version->writers);
}

#define VERSION_COLUMNS \
  "id, version, title, body, category, department, author, lost, received_at, COALESCE (place, 0), seen, writers"

static JipProposalVersion *
read_version (JipRows *rows)
{
  JipProposalVersion *version = g_new0 (JipProposalVersion, 1);

  version->id = g_strdup (jip_rows_text (rows, 0));
  version->version = jip_rows_int (rows, 1);
  read_fields (rows, 2, &version->fields);
  version->author = g_strdup (jip_rows_text (rows, 6));
  version->lost = jip_rows_int (rows, 7) != 0;
  version->received_at = jip_rows_int (rows, 8);
  version->place = jip_rows_int (rows, 9);
  version->seen = g_strdup (jip_rows_text (rows, 10));
  version->writers = g_strdup (jip_rows_text (rows, 11));
  return version;
}

static gboolean
find_version (JipDatabase *database,
              const char *sql,
              const char *proposal,
              gint64 number,
              JipProposalVersion **found,
              GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (database, error, sql, "ti", proposal, number);

  *found = NULL;
  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &problem))
    *found = read_version (rows);
  return finish (&problem, error);
}

/**
 * jip_proposal_find_version:
 * @found: (out) (transfer full) (nullable): the version of this number
 */
gboolean
jip_proposal_find_version (JipDatabase *database,
                           const char *proposal,
                           gint64 version,
                           JipProposalVersion **found,
                           GError **error)
{
  return find_version (database,
                       "SELECT " VERSION_COLUMNS " FROM proposal_version"
                       " WHERE proposal = $1 AND version = $2 AND lost = 0",
                       proposal, version, found, error);
}

/**
 * jip_proposal_find_version_at:
 * @found: (out) (transfer full) (nullable): the version that was judged at @place
 */
gboolean
jip_proposal_find_version_at (JipDatabase *database,
                              const char *proposal,
                              gint64 place,
                              JipProposalVersion **found,
                              GError **error)
{
  return find_version (database,
                       "SELECT " VERSION_COLUMNS " FROM proposal_version"
                       " WHERE proposal = $1 AND place = $2 AND lost = 0 ORDER BY version LIMIT 1",
                       proposal, place, found, error);
}

/**
 * jip_proposal_find_version_before:
 * @found: (out) (transfer full) (nullable): the last version that stands before @place
 */
gboolean
jip_proposal_find_version_before (JipDatabase *database,
                                  const char *proposal,
                                  gint64 place,
                                  JipProposalVersion **found,
                                  GError **error)
{
  return find_version (database,
                       "SELECT " VERSION_COLUMNS " FROM proposal_version"
                       " WHERE proposal = $1 AND COALESCE (place, 0) < $2 AND lost = 0"
                       " ORDER BY version DESC LIMIT 1",
                       proposal, place, found, error);
}

/**
 * jip_proposal_list_versions_from:
 *
 * Returns: (transfer full) (element-type JipProposalVersion): all texts that stand at @place or behind it, lost ones too
 */
GPtrArray *
jip_proposal_list_versions_from (JipDatabase *database, const char *proposal, gint64 place, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_proposal_version_free);
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows
      = jip_database_query (database, error,
                            "SELECT " VERSION_COLUMNS " FROM proposal_version"
                            " WHERE proposal = $1 AND place >= $2 ORDER BY place, lost, id",
                            "ti", proposal, place);

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    g_ptr_array_add (list, read_version (rows));
  return finish (&problem, error) ? g_steal_pointer (&list) : NULL;
}

gboolean
jip_proposal_add_step (JipDatabase *database,
                       const char *id,
                       const char *proposal,
                       const char *from,
                       const char *to,
                       const char *actor,
                       const char *reason,
                       gint64 now,
                       GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO proposal_step (id, proposal, from_state, to_state, actor, reason,"
                           " received_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                           "tttttti", id, proposal, from, to, actor, reason, now);
}

/**
 * jip_comment_get:
 * @comment: (out) (transfer full) (nullable): %NULL when there is none
 */
gboolean
jip_comment_get (JipDatabase *database, const char *id, JipComment **comment, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *comment = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error, "SELECT proposal, author, body FROM comment WHERE id = $1", "t", id);
  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &problem))
    {
      JipComment *found = *comment = g_new0 (JipComment, 1);
      found->id = g_strdup (id);
      found->proposal = g_strdup (jip_rows_text (rows, 0));
      found->author = g_strdup (jip_rows_text (rows, 1));
      found->body = g_strdup (jip_rows_text (rows, 2));
    }
  return finish (&problem, error);
}

/* Also counts it on its proposal. */
gboolean
jip_comment_insert (JipDatabase *database, const JipComment *comment, gint64 now, GError **error)
{
  return jip_database_run (
             database, error,
             "INSERT INTO comment (id, proposal, author, body, received_at) VALUES ($1, $2, $3, $4, $5)",
             "tttti", comment->id, comment->proposal, comment->author, comment->body, now)
         && jip_database_run (database, error, "UPDATE proposal SET comments = comments + 1 WHERE id = $1",
                              "t", comment->proposal);
}

gboolean
jip_comment_set_received (JipDatabase *database, const char *id, gint64 received_at, GError **error)
{
  return jip_database_run (database, error, "UPDATE comment SET received_at = $2 WHERE id = $1", "ti", id,
                           received_at);
}

/* With the files on it. */
gboolean
jip_comment_move (JipDatabase *database, const char *id, const char *proposal, GError **error)
{
  return jip_database_run (database, error,
                           "UPDATE proposal SET comments = comments - 1"
                           " WHERE id = (SELECT proposal FROM comment WHERE id = $1)",
                           "t", id)
         && jip_database_run (database, error, "UPDATE proposal SET comments = comments + 1 WHERE id = $1",
                              "t", proposal)
         && jip_database_run (database, error, "UPDATE attachment SET proposal = $2 WHERE comment = $1", "tt",
                              id, proposal)
         && jip_database_run (database, error, "UPDATE comment SET proposal = $2 WHERE id = $1", "tt", id,
                              proposal);
}

/* With its first text and its first step. */
gboolean
jip_proposal_set_received (JipDatabase *database, const char *id, gint64 received_at, GError **error)
{
  g_autofree char *first = g_strdup_printf ("%s:1", id);

  return jip_database_run (database, error,
                           "UPDATE proposal SET received_at = $2,"
                           " updated_at = CASE WHEN version = 1 THEN $2 ELSE updated_at END WHERE id = $1",
                           "ti", id, received_at)
         && jip_database_run (database, error, "UPDATE proposal_version SET received_at = $2 WHERE id = $1",
                              "ti", first, received_at)
         && jip_database_run (database, error, "UPDATE proposal_step SET received_at = $2 WHERE id = $1",
                              "ti", first, received_at);
}

/**
 * jip_vote_set:
 * @changed: (out): whether it was the other way before
 */
gboolean
jip_vote_set (JipDatabase *database,
              const char *proposal,
              const char *account,
              gboolean on,
              gboolean *changed,
              GError **error)
{
  g_autofree char *id = g_strdup_printf ("%s:%s", proposal, account);
  gboolean ran = on ? jip_database_run (database, error,
                                        "INSERT INTO vote (id, proposal, account) VALUES ($1, $2, $3)"
                                        " ON CONFLICT (id) DO NOTHING",
                                        "ttt", id, proposal, account)
                    : jip_database_run (database, error, "DELETE FROM vote WHERE id = $1", "t", id);

  if (!ran)
    return FALSE;
  *changed = jip_database_changes (database) > 0;
  return !*changed
         || jip_database_run (database, error, "UPDATE proposal SET votes = votes + $2 WHERE id = $1", "ti",
                              proposal, (gint64) (on ? 1 : -1));
}
