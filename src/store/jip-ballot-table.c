/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-ballot-table.h"

#include <string.h>

#define BALLOT \
  "SELECT id, event, judge, subject, entry, category, version, scores, score, picks, complete, state, hash," \
  " receipt_code, received_at, COALESCE (place, 0), COALESCE (known, -1), COALESCE (given, version) FROM ballot "

void
jip_ballot_free (JipBallot *ballot)
{
  g_free (ballot->id);
  g_free (ballot->event);
  g_free (ballot->judge);
  g_free (ballot->subject);
  g_free (ballot->entry);
  g_free (ballot->category);
  g_free (ballot->scores);
  g_free (ballot->score);
  g_free (ballot->picks);
  g_free (ballot->state);
  g_free (ballot->hash);
  g_free (ballot->receipt_code);
  g_free (ballot);
}

static JipBallot *
read_ballot (JipRows *rows)
{
  JipBallot *ballot = g_new0 (JipBallot, 1);

  ballot->id = g_strdup (jip_rows_text (rows, 0));
  ballot->event = g_strdup (jip_rows_text (rows, 1));
  ballot->judge = g_strdup (jip_rows_text (rows, 2));
  ballot->subject = g_strdup (jip_rows_text (rows, 3));
  ballot->entry = g_strdup (jip_rows_text (rows, 4));
  ballot->category = g_strdup (jip_rows_text (rows, 5));
  ballot->version = jip_rows_int (rows, 6);
  ballot->scores = g_strdup (jip_rows_text (rows, 7));
  ballot->score = g_strdup (jip_rows_text (rows, 8));
  ballot->picks = g_strdup (jip_rows_text (rows, 9));
  ballot->complete = jip_rows_int (rows, 10) != 0;
  ballot->state = g_strdup (jip_rows_text (rows, 11));
  ballot->hash = g_strdup (jip_rows_text (rows, 12));
  ballot->receipt_code = g_strdup (jip_rows_text (rows, 13));
  ballot->received_at = jip_rows_int (rows, 14);
  ballot->place = jip_rows_int (rows, 15);
  ballot->known = jip_rows_int (rows, 16);
  ballot->given = jip_rows_int (rows, 17);
  return ballot;
}

static GPtrArray *
read_list (JipRows *rows_in, GError **error)
{
  g_autoptr (JipRows) rows = rows_in;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_ballot_free);
  g_autoptr (GError) problem = NULL;

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    g_ptr_array_add (list, read_ballot (rows));
  if (problem == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static gboolean
read_one (JipRows *rows, JipBallot **ballot, GError **error)
{
  g_autoptr (GPtrArray) list = read_list (rows, error);

  *ballot = list != NULL && list->len > 0 ? g_ptr_array_steal_index (list, 0) : NULL;
  return list != NULL;
}

/**
 * jip_ballot_get:
 * @ballot: (out) (transfer full) (nullable): %NULL when there is none
 */
gboolean
jip_ballot_get (JipDatabase *database, const char *id, JipBallot **ballot, GError **error)
{
  return read_one (jip_database_query (database, error, BALLOT "WHERE id = $1", "t", id), ballot, error);
}

/**
 * jip_ballot_find:
 * @ballot: one that came in
 * @same_version: (out) (transfer full) (nullable): of the same judge, subject and version
 * @same_id: (out) (transfer full) (nullable): of the same id; of both it is a copy of its own
 */
gboolean
jip_ballot_find (JipDatabase *database,
                 const JipBallot *ballot,
                 JipBallot **same_version,
                 JipBallot **same_id,
                 GError **error)
{
  g_autoptr (GError) problem = NULL;

  *same_version = *same_id = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error, BALLOT "WHERE id = $1 OR (judge = $2 AND subject = $3 AND version = $4)", "ttti",
      ballot->id, ballot->judge, ballot->subject, ballot->version);
  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &problem))
    {
      g_autoptr (JipBallot) found = read_ballot (rows);
      if (strcmp (found->id, ballot->id) == 0)
        *same_id = read_ballot (rows);
      if (strcmp (found->judge, ballot->judge) == 0 && strcmp (found->subject, ballot->subject) == 0
          && found->version == ballot->version)
        *same_version = g_steal_pointer (&found);
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/**
 * jip_ballot_list:
 *
 * Returns: (transfer full) (element-type JipBallot): all versions, by time and id, so that an export is repeatable
 */
GPtrArray *
jip_ballot_list (JipDatabase *database, const char *event, GError **error)
{
  return read_list (
      jip_database_query (database, error, BALLOT "WHERE event = $1 ORDER BY received_at, id", "t", event),
      error);
}

/**
 * jip_ballot_list_of_panel:
 * @subject: an entry or a category
 *
 * Returns: (transfer full) (element-type JipBallot): all versions about @subject that may count, by the judges of @panel
 */
GPtrArray *
jip_ballot_list_of_panel (JipDatabase *database,
                          const char *event,
                          const char *panel,
                          const char *subject,
                          GError **error)
{
  return read_list (
      jip_database_query (database, error,
                          BALLOT "WHERE subject = $3 AND state IN ('valid', 'late-admitted')"
                                 " AND judge IN (SELECT id FROM judge WHERE event = $1 AND panel = $2)",
                          "ttt", event, panel, subject),
      error);
}

gboolean
jip_ballot_set_version (JipDatabase *database, const char *id, gint64 version, GError **error)
{
  return jip_database_run (database, error,
                           "UPDATE ballot SET version = $2, given = COALESCE (given, version) WHERE id = $1",
                           "ti", id, version);
}

static const char *
judged_of (const JipBallot *ballot)
{
  if (ballot->known < 0)
    return NULL;
  return strcmp (ballot->state, "valid") == 0 ? "valid" : "late";
}

gboolean
jip_ballot_insert (JipDatabase *database, const JipBallot *ballot, GError **error)
{
  return jip_database_run (
      database, error,
      "INSERT INTO ballot (id, event, judge, subject, entry, category, version, scores,"
      " score, picks, complete, state, hash, receipt_code, received_at, place, known, judged, given)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
      "ttttttitttitttiIItI", ballot->id, ballot->event, ballot->judge, ballot->subject, ballot->entry,
      ballot->category, ballot->version, ballot->scores, ballot->score, ballot->picks,
      (gint64) ballot->complete, ballot->state, ballot->hash, ballot->receipt_code, ballot->received_at,
      ballot->place > 0 ? &ballot->place : NULL, ballot->known >= 0 ? &ballot->known : NULL,
      judged_of (ballot), ballot->given != ballot->version ? &ballot->given : NULL);
}

/* What was decided about a late ballot is nothing for one that was in time. */
static gboolean
judge_at (JipDatabase *database, const JipBallot *ballot, GError **error)
{
  return jip_database_run (
      database, error,
      "UPDATE ballot SET state = CASE WHEN reason IS NULL OR $2 = 'valid' THEN $2 ELSE state END,"
      " reason = CASE WHEN $2 = 'valid' THEN NULL ELSE reason END, receipt_code = $3, received_at = $4, place = $5,"
      " known = $6, judged = $7 WHERE id = $1",
      "tttiIIt", ballot->id, ballot->state, ballot->receipt_code, ballot->received_at,
      ballot->place > 0 ? &ballot->place : NULL, ballot->known >= 0 ? &ballot->known : NULL,
      judged_of (ballot));
}

/**
 * jip_ballot_replace:
 * @id: of a ballot with the same contents, by the same judge about the same
 *
 * As jip_ballot_insert(), with the version of the other one and with what was decided about that, which is taken away. It may
 * be the same one, which was judged at another place.
 */
gboolean
jip_ballot_replace (JipDatabase *database, const char *id, const JipBallot *ballot, GError **error)
{
  if (strcmp (id, ballot->id) == 0)
    return judge_at (database, ballot, error);
  return jip_database_run (database, error, "UPDATE ballot SET version = -version WHERE id = $1", "t", id)
         && jip_database_run (
             database, error,
             "INSERT INTO ballot (id, event, judge, subject, entry, category, version, scores, score, picks,"
             " complete, state, reason, hash, receipt_code, received_at, place, known, judged, given)"
             " SELECT $2, event, judge, subject, entry, category, -version, scores, score, picks, complete,"
             " CASE WHEN reason IS NULL THEN $5 ELSE state END, reason, hash, $3, $4, $6, $7, $8, $9"
             " FROM ballot WHERE id = $1",
             "tttitIItI", id, ballot->id, ballot->receipt_code, ballot->received_at, ballot->state,
             ballot->place > 0 ? &ballot->place : NULL, ballot->known >= 0 ? &ballot->known : NULL,
             judged_of (ballot), &ballot->given)
         && jip_database_run (database, error, "UPDATE submission SET ballot = $2 WHERE ballot = $1", "tt",
                              id, ballot->id)
         && jip_database_run (database, error, "DELETE FROM ballot WHERE id = $1", "t", id);
}

/* Whether it may count, where no newer version of it does. */
gboolean
jip_ballot_is_counting (const JipBallot *ballot)
{
  return strcmp (ballot->state, "valid") == 0 || strcmp (ballot->state, "late-admitted") == 0;
}

/* @other: with the same contents; what was decided about this one holds for it, if it @decides or nothing else does, and it may
 * count in its place until that is found out */
gboolean
jip_ballot_remove (JipDatabase *database, const char *id, const char *other, gboolean decides, GError **error)
{
  return jip_database_run (database, error,
                           "UPDATE ballot SET state = (SELECT b.state FROM ballot b WHERE b.id = $1),"
                           " reason = (SELECT b.reason FROM ballot b WHERE b.id = $1)"
                           " WHERE id = $2 AND state <> 'valid' AND ($3 = 1 OR reason IS NULL)"
                           " AND EXISTS (SELECT 1 FROM ballot b WHERE b.id = $1 AND b.reason IS NOT NULL)",
                           "tti", id, other, (gint64) decides)
         && jip_database_run (database, error, "UPDATE submission SET ballot = $2 WHERE ballot = $1", "tt",
                              id, other)
         && jip_database_run (database, error, "DELETE FROM ballot WHERE id = $1", "t", id);
}

gboolean
jip_ballot_set_state (JipDatabase *database,
                      const char *id,
                      const char *state,
                      const char *reason,
                      GError **error)
{
  return jip_database_run (database, error, "UPDATE ballot SET state = $2, reason = $3 WHERE id = $1", "ttt",
                           id, state, reason);
}

/* As jip_ballot_set_state(), whatever steps of its window are still to come back. The reason of another decision goes with it. */
gboolean
jip_ballot_decide_for_good (JipDatabase *database, const char *id, const char *state, GError **error)
{
  return jip_database_run (
      database, error,
      "UPDATE ballot SET state = $2, reason = CASE WHEN $2 <> 'valid' AND state = $2 THEN reason END,"
      " known = NULL WHERE id = $1",
      "tt", id, state);
}

/* Of one that is refused since it came back behind an announcement: it had been in time. */
gboolean
jip_ballot_note_in_time (JipDatabase *database, const char *id, GError **error)
{
  return jip_database_run (database, error, "UPDATE ballot SET judged = 'valid' WHERE id = $1", "t", id);
}

/* Of one that came again before its receipt told when it had come first. It is not judged again. */
gboolean
jip_ballot_set_first (JipDatabase *database, const char *id, gint64 place, gint64 received_at, GError **error)
{
  return jip_database_run (database, error,
                           "UPDATE ballot SET place = $2, received_at = $3, known = NULL WHERE id = $1",
                           "tii", id, place, received_at);
}

/**
 * jip_ballot_list_refused_in_time:
 * @judge: with @subject whose and about what; empty for all of the event
 *
 * Returns: (transfer full) (element-type JipBallot): those of jip_ballot_note_in_time() that are refused, the newest first
 */
GPtrArray *
jip_ballot_list_refused_in_time (JipDatabase *database,
                                 const char *event,
                                 const char *judge,
                                 const char *subject,
                                 GError **error)
{
  return read_list (jip_database_query (database, error,
                                        BALLOT
                                        "WHERE event = $1 AND ($2 = '' OR (judge = $2 AND subject = $3))"
                                        " AND state = 'late-refused' AND judged = 'valid' AND known IS NULL"
                                        " ORDER BY version DESC, id",
                                        "ttt", event, judge, subject),
                    error);
}

gboolean
jip_ballot_refuse_undecided (JipDatabase *database, const char *event, GError **error)
{
  return jip_database_run (database, error,
                           "UPDATE ballot SET state = 'late-refused' WHERE event = $1 AND state = 'late'",
                           "t", event);
}

/* Returns: how many ballots of the event may count, of all versions; -1 on an error */
gint64
jip_ballot_count_valid (JipDatabase *database, const char *event, GError **error)
{
  return jip_database_query_int (
      database, -1, error,
      "SELECT COUNT(*) FROM ballot WHERE event = $1 AND state IN ('valid', 'late-admitted')", "t", event);
}

#define COUNTING \
  "FROM ballot WHERE judge = $2 AND subject = $3 AND state IN ('valid', 'late-admitted') ORDER BY version DESC LIMIT 1"

/* Returns: (transfer full) */
char *
jip_submission_id (const char *judge, const char *subject)
{
  return g_strconcat (judge, ":", subject, NULL);
}

/**
 * jip_submission_count:
 * @ballot: is in the table, and counts from now on
 */
gboolean
jip_submission_count (JipDatabase *database, const JipBallot *ballot, GError **error)
{
  g_autofree char *id = jip_submission_id (ballot->judge, ballot->subject);

  return jip_database_run (
      database, error,
      "INSERT INTO submission (id, event, judge, subject, entry, category, ballot, complete)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
      " ON CONFLICT (id) DO UPDATE SET ballot = excluded.ballot, complete = excluded.complete",
      "ttttttti", id, ballot->event, ballot->judge, ballot->subject, ballot->entry, ballot->category,
      ballot->id, (gint64) ballot->complete);
}

/**
 * jip_submission_refresh:
 * @subject: an entry or a category
 * @change: (out): how many more complete ones count now: 1, 0 or -1
 *
 * Finds the ballot that counts: the highest version that is valid or was admitted (scoring.md, rule 1).
 */
gboolean
jip_submission_refresh (JipDatabase *database,
                        const char *judge,
                        const char *subject,
                        int *change,
                        GError **error)
{
  g_autofree char *id = jip_submission_id (judge, subject);
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT (SELECT complete FROM submission WHERE id = $1), (SELECT complete " COUNTING ")", "ttt", id,
      judge, subject);

  if (rows == NULL || !jip_rows_next (rows, error))
    return FALSE;
  gboolean none = jip_rows_is_null (rows, 1);
  *change = (int) (jip_rows_int (rows, 1) - jip_rows_int (rows, 0));
  g_clear_pointer (&rows, jip_rows_free);
  if (none)
    return jip_database_run (database, error, "DELETE FROM submission WHERE id = $1", "t", id);
  return jip_database_run (
      database, error,
      "INSERT INTO submission (id, event, judge, subject, entry, category, ballot, complete)"
      " SELECT $1, event, judge, subject, entry, category, id, complete " COUNTING
      " ON CONFLICT (id) DO UPDATE SET ballot = excluded.ballot, complete = excluded.complete",
      "ttt", id, judge, subject);
}

/**
 * jip_submission_weigh:
 * @subject: an entry or a category
 * @counted: (out): how many ballots count for the entries that take part, of all panels
 * @hash: (out) (transfer full) (nullable): of the contents of the judge's ballot that counts; %NULL for none
 *
 * What a ballot of @judge about @subject may change of a result. Another @counted is another result, and where both are the
 * same, so is the result.
 */
gboolean
jip_submission_weigh (JipDatabase *database,
                      const char *event,
                      const char *judge,
                      const char *subject,
                      gint64 *counted,
                      char **hash,
                      GError **error)
{
  g_autofree char *id = jip_submission_id (judge, subject);
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT (SELECT CAST (COALESCE (SUM (p.counted), 0) AS BIGINT) FROM progress p JOIN entry e ON e.id = p.entry"
      " WHERE p.event = $1 AND e.status = 'active'),"
      " (SELECT b.hash FROM submission s JOIN ballot b ON b.id = s.ballot WHERE s.id = $2)",
      "tt", event, id);

  *hash = NULL;
  if (rows == NULL || !jip_rows_next (rows, error))
    return FALSE;
  *counted = jip_rows_int (rows, 0);
  *hash = g_strdup (jip_rows_text (rows, 1));
  return TRUE;
}

/* Why judge j may not judge entry e (scoring.md, rule 2). */
#define IS_RECUSED "EXISTS (SELECT 1 FROM recusal r WHERE r.judge = j.id AND r.entry = e.id)"
#define IS_OF_ITS_DEPARTMENT \
  "COALESCE (j.department, '') <> '' AND j.department = COALESCE (e.department, '')"

/**
 * jip_submission_list_counted:
 * @recusing: the panels whose judges are recused from entries of their own department
 *
 * Returns: (transfer full) (nullable): of each complete ballot that counts (scoring.md, rules 2 and 12) whose and about what it
 *   is, and the hash of its contents, in no order. Votes for a category count, if not for each of its entries.
 */
GStrv
jip_submission_list_counted (JipDatabase *database,
                             const char *event,
                             const char *const *recusing,
                             GError **error)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT s.id || ' ' || b.hash, j.panel, CASE WHEN " IS_OF_ITS_DEPARTMENT " THEN 1 ELSE 0 END"
      " FROM submission s JOIN ballot b ON b.id = s.ballot JOIN judge j ON j.id = s.judge"
      " LEFT JOIN entry e ON e.id = s.entry WHERE s.event = $1 AND s.complete = 1"
      " AND COALESCE (e.status, 'active') = 'active'"
      " AND NOT " IS_RECUSED,
      "t", event);

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    if (jip_rows_int (rows, 2) == 0 || !g_strv_contains (recusing, jip_rows_text (rows, 1)))
      g_strv_builder_add (list, jip_rows_text (rows, 0));
  if (problem == NULL)
    return g_strv_builder_end (list);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

/* Judges of a panel who are not recused for an entry, by a recusal or their own department (scoring.md, rule 2). */
#define SITTING \
  "j.event = $1 AND j.panel = $3 AND NOT EXISTS" \
  " (SELECT 1 FROM recusal r WHERE r.judge = j.id AND r.entry = $2)" \
  " AND NOT ($5 = 1 AND COALESCE (j.department, '') <> ''" \
  " AND j.department = COALESCE ((SELECT department FROM entry WHERE id = $2), ''))"

/**
 * jip_progress_refresh:
 * @picks: whether the panel votes by category
 * @auto_recuse: whether its judges are recused from entries of their own department
 *
 * Counts how many of a panel have handed in for an entry, and how many are expected.
 */
gboolean
jip_progress_refresh (JipDatabase *database,
                      const char *event,
                      const char *entry,
                      const char *panel,
                      gboolean picks,
                      gboolean auto_recuse,
                      GError **error)
{
  g_autofree char *id = g_strdup_printf ("%s:%s", entry, panel);

  return jip_database_run (
      database, error,
      "INSERT INTO progress (id, event, entry, panel, counted, expected) SELECT $4, $1, $2, $3,"
      " (SELECT COUNT(*) FROM submission s JOIN judge j ON j.id = s.judge WHERE s.event = $1 AND s.complete = 1"
      " AND s.subject = CASE WHEN $6 = 1 THEN (SELECT category FROM entry WHERE id = $2) ELSE $2 END"
      " AND " SITTING "), (SELECT COUNT(*) FROM judge j WHERE " SITTING ") WHERE 1 = 1"
      " ON CONFLICT (id) DO UPDATE SET counted = excluded.counted, expected = excluded.expected",
      "ttttii", event, entry, panel, id, (gint64) auto_recuse, (gint64) picks);
}

/**
 * jip_progress_add:
 * @ballot: whose judge's submission changed
 * @panel: the judge's
 * @change: how many more have handed in for its entry, or for each entry of its category
 *
 * What jip_progress_refresh() would count, without counting all: 2,000 judges may hand in within a second.
 */
gboolean
jip_progress_add (JipDatabase *database,
                  const JipBallot *ballot,
                  const char *panel,
                  gboolean auto_recuse,
                  int change,
                  GError **error)
{
  return jip_database_run (
      database, error,
      "UPDATE progress SET counted = counted + $7 WHERE event = $1 AND panel = $3 AND entry IN"
      " (SELECT e.id FROM entry e JOIN judge j ON j.id = $2 WHERE e.event = $1"
      " AND (e.id = $4 OR e.category = $5)"
      " AND NOT " IS_RECUSED " AND NOT ($6 = 1 AND " IS_OF_ITS_DEPARTMENT "))",
      "tttttii", ballot->event, ballot->judge, panel, ballot->entry, ballot->category, (gint64) auto_recuse,
      (gint64) change);
}
