/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that a ballot is judged by but its event, in one question to the database: thousands may come within a second. */
#include "jip-ballot-basis.h"

#include "jip-refill-table.h"

/* @places: two columns; places are kept from the first restore on */
#define BASIS(places) \
  "SELECT " JIP_JUDGE_COLUMNS ( \
      "j.") ", (SELECT voting FROM entry WHERE id = $3 AND event = j.event)," \
            " (SELECT version FROM ballot WHERE id = $5)," \
            " (SELECT version FROM ballot WHERE judge = j.id AND subject = $4 AND version = $6)," \
            " s.complete, c.version, f.seq, " places \
            " FROM judge j LEFT JOIN submission s ON s.id = j.id || ':' || $4 LEFT JOIN ballot c ON c.id = s.ballot" \
            " LEFT JOIN feed f ON f.table_name = 'submission' AND f.row_id = j.id || ':' || $4" \
            " WHERE j.event = $1 AND j.account = $2"
#define PLACES \
  "(SELECT place FROM placed WHERE name = '" JIP_PLACED_RESTORE "')," \
  " (SELECT place FROM placed WHERE name = 'window:' || $7)"
#define REST JIP_JUDGE_N_COLUMNS

static void
read_basis (JipRows *rows, JipBallotBasis *basis)
{
  basis->judge = jip_judge_read (rows);
  basis->window = g_strdup (jip_rows_text (rows, REST));
  basis->is_known = !jip_rows_is_null (rows, REST + 1) || !jip_rows_is_null (rows, REST + 2);
  basis->was_complete = jip_rows_int (rows, REST + 3) != 0;
  basis->counting = jip_rows_int (rows, REST + 4);
  basis->was_fed = !jip_rows_is_null (rows, REST + 5);
  basis->known = MAX (jip_rows_int (rows, REST + 6), jip_rows_int (rows, REST + 7));
}

/**
 * jip_ballot_basis_load:
 * @basis: (out caller-allocates)
 */
gboolean
jip_ballot_basis_load (JipDatabase *database,
                       const JipBallotQuestion *question,
                       JipBallotBasis *basis,
                       GError **error)
{
  g_autoptr (GError) problem = NULL;

  *basis = (JipBallotBasis){ NULL };
  const char *entry = question->entry != NULL ? question->entry : "";
  g_autoptr (JipRows) rows
      = question->window != NULL
            ? jip_database_query (database, error, BASIS (PLACES), "tttttit", question->event,
                                  question->account, entry, question->subject, question->ballot,
                                  question->version, question->window)
            : jip_database_query (database, error, BASIS ("NULL, NULL"), "ttttti", question->event,
                                  question->account, entry, question->subject, question->ballot,
                                  question->version);
  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &problem))
    read_basis (rows, basis);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

void
jip_ballot_basis_clear (JipBallotBasis *basis)
{
  g_clear_pointer (&basis->judge, jip_judge_free);
  g_clear_pointer (&basis->window, g_free);
}
