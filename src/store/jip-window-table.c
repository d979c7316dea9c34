/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of windows, and the ballots that were judged without knowing of them. */
#include "jip-window-table.h"

/* One that is done again, as what stood behind it moved, arrived when it did first. */
gboolean
jip_window_step_put (JipDatabase *database, const JipWindowStep *step, GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO window_step (event, subject, place, arrived, state)"
                           " VALUES ($1, $2, $3, $4, $5)"
                           " ON CONFLICT (event, subject, place) DO UPDATE SET arrived = excluded.arrived"
                           " WHERE excluded.arrived < window_step.arrived",
                           "ttiit", step->event, step->subject, step->place, step->arrived, step->state);
}

/* There is one at a place at most. */
gboolean
jip_window_step_remove (JipDatabase *database, const char *event, gint64 place, GError **error)
{
  return jip_database_run (database, error,
                           "DELETE FROM window_step WHERE event = $1 AND subject <> '' AND place = $2", "ti",
                           event, place);
}

static void
misjudged_clear (gpointer data)
{
  JipMisjudged *misjudged = data;

  g_free (misjudged->ballot);
  g_free (misjudged->due);
}

/* The last step that was made before the ballot came, that nobody knew of when it was judged and, where it came before the
 * lock, that was back by then: a locked result stays what it was. */
#define LOCK \
  "COALESCE ((SELECT MIN (l.place) FROM window_step l WHERE l.event = b.event AND l.subject = ''), 0)"
#define LAST_UNKNOWN_STEP \
  "(SELECT w.state FROM window_step w WHERE w.event = b.event AND (w.subject = b.subject OR w.subject = '')" \
  " AND w.place > b.known AND w.place < b.place AND (b.place > " LOCK " OR w.arrived < " LOCK ")" \
  " ORDER BY w.place DESC LIMIT 1)"

#define MISJUDGED(which) \
  "SELECT id, due FROM (SELECT id, state, reason, CASE WHEN due = 'late' AND $4 = 1 THEN 'late-refused' ELSE due END" \
  " AS due FROM (SELECT b.id AS id, b.state AS state, b.reason AS reason, COALESCE (" LAST_UNKNOWN_STEP \
  ", b.judged) AS due" \
  " FROM ballot b WHERE b.event = $1 AND " which \
  " AND b.known IS NOT NULL) AS seen) AS judged WHERE due <> state AND (reason IS NULL OR due = 'valid') ORDER BY id"

/**
 * jip_window_list_misjudged:
 * @subject: an entry or a category; empty for all
 * @ballot: the id of one about @subject; empty for all
 * @locked: whether nothing late can be admitted any more
 *
 * Returns: (transfer full) (element-type JipMisjudged): the ballots whose state is not what the steps before them make
 *   of it; of what is late and the chair has decided about, only that it was in time
 */
GArray *
jip_window_list_misjudged (JipDatabase *database,
                           const char *event,
                           const char *subject,
                           const char *ballot,
                           gboolean locked,
                           GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (JipMisjudged));
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows
      = jip_database_query (database, error,
                            *ballot != '\0' ? MISJUDGED ("b.subject = $2 AND b.id = $3")
                                            : MISJUDGED ("($2 = '' OR b.subject = $2) AND $3 = ''"),
                            "ttti", event, subject, ballot, (gint64) locked);

  g_array_set_clear_func (list, misjudged_clear);
  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    {
      JipMisjudged misjudged = { g_strdup (jip_rows_text (rows, 0)), g_strdup (jip_rows_text (rows, 1)) };
      g_array_append_val (list, misjudged);
    }
  if (problem == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}
