/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-event-table.h"

#include "jip-memo.h"

#define MEMO "event"

/* Returns: (transfer full) */
JipEvent *
jip_event_new (void)
{
  return g_rc_box_new0 (JipEvent);
}

static void
event_clear (gpointer data)
{
  JipEvent *event = data;

  g_free (event->id);
  g_free (event->title);
  g_free (event->place);
  g_free (event->state);
  g_free (event->rules);
  g_free (event->rules_hash);
  g_free (event->chair);
  g_free (event->organiser);
  g_free (event->presenting);
  g_free (event->category_windows);
}

void
jip_event_unref (JipEvent *event)
{
  g_rc_box_release_full (event, event_clear);
}

void
jip_entry_free (JipEntry *entry)
{
  g_free (entry->id);
  g_free (entry->event);
  g_free (entry->category);
  g_free (entry->title);
  g_free (entry->summary);
  g_free (entry->team);
  g_free (entry->department);
  g_free (entry->status);
  g_free (entry->status_reason);
  g_free (entry->adjust);
  g_free (entry->adjust_reason);
  g_free (entry->window);
  g_free (entry->slides);
  g_free (entry);
}

void
jip_judge_free (JipJudge *judge)
{
  g_free (judge->id);
  g_free (judge->event);
  g_free (judge->account);
  g_free (judge->panel);
  g_free (judge->label);
  g_free (judge->name);
  g_free (judge->department);
  g_free (judge);
}

void
jip_recusal_free (JipRecusal *recusal)
{
  g_free (recusal->id);
  g_free (recusal->judge);
  g_free (recusal->entry);
  g_free (recusal);
}

/* Reads all rows with @read_row; takes over @rows. */
static GPtrArray *
read_list (JipRows *rows_in, gpointer (*read_row) (JipRows *rows), GDestroyNotify destroy, GError **error)
{
  g_autoptr (JipRows) rows = rows_in;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (destroy);
  g_autoptr (GError) problem = NULL;

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    g_ptr_array_add (list, read_row (rows));
  if (problem == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static gboolean
read_one (JipRows *rows,
          gpointer (*read_row) (JipRows *rows),
          GDestroyNotify destroy,
          gpointer *out,
          GError **error)
{
  g_autoptr (GPtrArray) list = read_list (rows, read_row, destroy, error);

  *out = NULL;
  if (list == NULL)
    return FALSE;
  if (list->len > 0)
    *out = g_ptr_array_steal_index (list, 0);
  return TRUE;
}

#define EVENT \
  "SELECT id, title, place, state, rules, rules_hash, chair, organiser, presenting, timer_ends_at," \
  " category_windows, revealed, reveal_steps, version FROM event "

static gpointer
read_event (JipRows *rows)
{
  JipEvent *event = jip_event_new ();

  event->id = g_strdup (jip_rows_text (rows, 0));
  event->title = g_strdup (jip_rows_text (rows, 1));
  event->place = g_strdup (jip_rows_text (rows, 2));
  event->state = g_strdup (jip_rows_text (rows, 3));
  event->rules = g_strdup (jip_rows_text (rows, 4));
  event->rules_hash = g_strdup (jip_rows_text (rows, 5));
  event->chair = g_strdup (jip_rows_text (rows, 6));
  event->organiser = g_strdup (jip_rows_text (rows, 7));
  event->presenting = g_strdup (jip_rows_text (rows, 8));
  event->timer_ends_at = jip_rows_is_null (rows, 9) ? 0 : jip_rows_int (rows, 9);
  event->category_windows = g_strdup (jip_rows_text (rows, 10));
  event->revealed = jip_rows_int (rows, 11);
  event->reveal_steps = jip_rows_is_null (rows, 12) ? -1 : jip_rows_int (rows, 12);
  event->version = jip_rows_int (rows, 13);
  return event;
}

/**
 * jip_event_get:
 * @event: (out) (transfer full) (nullable): %NULL when there is none
 */
gboolean
jip_event_get (JipDatabase *database, const char *id, JipEvent **event, GError **error)
{
  return read_one (jip_database_query (database, error, EVENT "WHERE id = $1", "t", id), read_event,
                   (GDestroyNotify) jip_event_unref, (gpointer *) event, error);
}

/**
 * jip_event_get_shared:
 * @event: (out) (transfer full) (nullable): not to be changed
 *
 * As jip_event_get(), for what thousands ask within a second: in a transaction that writes the event is read once, until
 * jip_event_update().
 */
gboolean
jip_event_get_shared (JipDatabase *database, const char *id, JipEvent **event, GError **error)
{
  JipEvent *kept = jip_memo_get (database, MEMO, id);

  if (kept == NULL)
    {
      if (!jip_event_get (database, id, event, error))
        return FALSE;
      if (*event != NULL)
        jip_memo_keep (database, MEMO, id, g_rc_box_acquire (*event), (GDestroyNotify) jip_event_unref);
      return TRUE;
    }
  *event = g_rc_box_acquire (kept);
  return TRUE;
}

GPtrArray *
jip_event_list (JipDatabase *database, GError **error)
{
  return read_list (jip_database_query (database, error, EVENT "ORDER BY created_at, id", ""), read_event,
                    (GDestroyNotify) jip_event_unref, error);
}

static const gint64 *
or_null (const gint64 *value, gint64 none)
{
  return *value != none ? value : NULL;
}

gboolean
jip_event_insert (JipDatabase *database, const JipEvent *event, gint64 now, GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO event (id, title, place, state, rules, chair, organiser,"
                           " category_windows, version, created_at)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                           "ttttttttii", event->id, event->title, event->place, event->state, event->rules,
                           event->chair, event->organiser, event->category_windows, event->version, now);
}

/* What the steps of an event change. */
gboolean
jip_event_update (JipDatabase *database, const JipEvent *event, GError **error)
{
  jip_memo_forget (database, MEMO, event->id);
  return jip_database_run (
      database, error,
      "UPDATE event SET state = $2, rules_hash = $3, presenting = $4, timer_ends_at = $5,"
      " category_windows = $6, revealed = $7, reveal_steps = $8, version = $9 WHERE id = $1",
      "ttttItiIi", event->id, event->state, event->rules_hash, event->presenting,
      or_null (&event->timer_ends_at, 0), event->category_windows, event->revealed,
      or_null (&event->reveal_steps, -1), event->version);
}

#define ENTRY \
  "SELECT id, event, number, category, title, summary, team, department, status, status_reason, adjust," \
  " adjust_reason, voting, lot, slides FROM entry "

static gpointer
read_entry (JipRows *rows)
{
  JipEntry *entry = g_new0 (JipEntry, 1);

  entry->id = g_strdup (jip_rows_text (rows, 0));
  entry->event = g_strdup (jip_rows_text (rows, 1));
  entry->number = jip_rows_int (rows, 2);
  entry->category = g_strdup (jip_rows_text (rows, 3));
  entry->title = g_strdup (jip_rows_text (rows, 4));
  entry->summary = g_strdup (jip_rows_text (rows, 5));
  entry->team = g_strdup (jip_rows_text (rows, 6));
  entry->department = g_strdup (jip_rows_text (rows, 7));
  entry->status = g_strdup (jip_rows_text (rows, 8));
  entry->status_reason = g_strdup (jip_rows_text (rows, 9));
  entry->adjust = g_strdup (jip_rows_text (rows, 10));
  entry->adjust_reason = g_strdup (jip_rows_text (rows, 11));
  entry->window = g_strdup (jip_rows_text (rows, 12));
  entry->lot = jip_rows_is_null (rows, 13) ? 0 : jip_rows_int (rows, 13);
  entry->slides = g_strdup (jip_rows_text (rows, 14));
  return entry;
}

/**
 * jip_entry_get:
 * @entry: (out) (transfer full) (nullable): %NULL when there is none
 */
gboolean
jip_entry_get (JipDatabase *database, const char *id, JipEntry **entry, GError **error)
{
  return read_one (jip_database_query (database, error, ENTRY "WHERE id = $1", "t", id), read_entry,
                   (GDestroyNotify) jip_entry_free, (gpointer *) entry, error);
}

/**
 * jip_entry_list:
 *
 * Returns: (transfer full) (element-type JipEntry): in the order on stage
 */
GPtrArray *
jip_entry_list (JipDatabase *database, const char *event, GError **error)
{
  return read_list (
      jip_database_query (database, error, ENTRY "WHERE event = $1 ORDER BY number", "t", event), read_entry,
      (GDestroyNotify) jip_entry_free, error);
}

gboolean
jip_entry_insert (JipDatabase *database, const JipEntry *entry, GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO entry (id, event, number, category, title, summary, team, department,"
                           " status, adjust, voting, slides)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                           "ttittttttttt", entry->id, entry->event, entry->number, entry->category,
                           entry->title, entry->summary, entry->team, entry->department, entry->status,
                           entry->adjust, entry->window, entry->slides);
}

gboolean
jip_entry_set_slides (JipDatabase *database, const char *id, const char *slides, GError **error)
{
  return jip_database_run (database, error, "UPDATE entry SET slides = $2 WHERE id = $1", "tt", id, slides);
}

/* What the steps of an event change. */
gboolean
jip_entry_update (JipDatabase *database, const JipEntry *entry, GError **error)
{
  return jip_database_run (
      database, error,
      "UPDATE entry SET status = $2, status_reason = $3, adjust = $4, adjust_reason = $5,"
      " voting = $6, lot = $7 WHERE id = $1",
      "ttttttI", entry->id, entry->status, entry->status_reason, entry->adjust, entry->adjust_reason,
      entry->window, or_null (&entry->lot, 0));
}

#define JUDGE "SELECT " JIP_JUDGE_COLUMNS ("") " FROM judge "

/**
 * jip_judge_read:
 *
 * Returns: (transfer full)
 */
JipJudge *
jip_judge_read (JipRows *rows)
{
  JipJudge *judge = g_new0 (JipJudge, 1);

  judge->id = g_strdup (jip_rows_text (rows, 0));
  judge->event = g_strdup (jip_rows_text (rows, 1));
  judge->number = jip_rows_int (rows, 2);
  judge->account = g_strdup (jip_rows_text (rows, 3));
  judge->panel = g_strdup (jip_rows_text (rows, 4));
  judge->label = g_strdup (jip_rows_text (rows, 5));
  judge->name = g_strdup (jip_rows_text (rows, 6));
  judge->department = g_strdup (jip_rows_text (rows, 7));
  return judge;
}

static gpointer
read_judge (JipRows *rows)
{
  return jip_judge_read (rows);
}

/**
 * jip_judge_get:
 * @judge: (out) (transfer full) (nullable): %NULL when there is none
 */
gboolean
jip_judge_get (JipDatabase *database, const char *id, JipJudge **judge, GError **error)
{
  return read_one (jip_database_query (database, error, JUDGE "WHERE id = $1", "t", id), read_judge,
                   (GDestroyNotify) jip_judge_free, (gpointer *) judge, error);
}

/**
 * jip_judge_get_for:
 * @judge: (out) (transfer full) (nullable): what @account is in @event, %NULL when no judge
 */
gboolean
jip_judge_get_for (JipDatabase *database,
                   const char *event,
                   const char *account,
                   JipJudge **judge,
                   GError **error)
{
  return read_one (
      jip_database_query (database, error, JUDGE "WHERE event = $1 AND account = $2", "tt", event, account),
      read_judge, (GDestroyNotify) jip_judge_free, (gpointer *) judge, error);
}

GPtrArray *
jip_judge_list (JipDatabase *database, const char *event, GError **error)
{
  return read_list (
      jip_database_query (database, error, JUDGE "WHERE event = $1 ORDER BY number", "t", event), read_judge,
      (GDestroyNotify) jip_judge_free, error);
}

gboolean
jip_judge_insert (JipDatabase *database, const JipJudge *judge, GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO judge (id, event, number, account, panel, label, name, department)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                           "ttittttt", judge->id, judge->event, judge->number, judge->account, judge->panel,
                           judge->label, judge->name, judge->department);
}

static gpointer
read_recusal (JipRows *rows)
{
  JipRecusal *recusal = g_new0 (JipRecusal, 1);

  recusal->id = g_strdup (jip_rows_text (rows, 0));
  recusal->judge = g_strdup (jip_rows_text (rows, 1));
  recusal->entry = g_strdup (jip_rows_text (rows, 2));
  return recusal;
}

gboolean
jip_recusal_put (JipDatabase *database,
                 const char *event,
                 const JipRecusal *recusal,
                 const char *kind,
                 const char *reason,
                 const char *actor,
                 gint64 now,
                 GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO recusal (id, event, judge, entry, kind, reason, actor, received_at)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET"
                           " kind = excluded.kind, reason = excluded.reason, actor = excluded.actor,"
                           " received_at = excluded.received_at",
                           "ttttttti", recusal->id, event, recusal->judge, recusal->entry, kind, reason,
                           actor, now);
}

gboolean
jip_recusal_remove (JipDatabase *database, const char *id, GError **error)
{
  return jip_database_run (database, error, "DELETE FROM recusal WHERE id = $1", "t", id);
}

GPtrArray *
jip_recusal_list (JipDatabase *database, const char *event, GError **error)
{
  return read_list (
      jip_database_query (database, error,
                          "SELECT id, judge, entry FROM recusal WHERE event = $1 ORDER BY received_at, id",
                          "t", event),
      read_recusal, (GDestroyNotify) jip_recusal_free, error);
}

gboolean
jip_result_set (JipDatabase *database,
                const char *event,
                const char *result,
                const char *sha256,
                GError **error)
{
  return jip_database_run (
      database, error,
      "INSERT INTO result (event, result, sha256) VALUES ($1, $2, $3) ON CONFLICT (event)"
      " DO UPDATE SET result = excluded.result, sha256 = excluded.sha256",
      "ttt", event, result, sha256);
}

/* Returns: (transfer full) (nullable): jip-result/1; %NULL also while there is no result, then without @error */
char *
jip_result_find (JipDatabase *database, const char *event, GError **error)
{
  return jip_database_query_text (database, error, "SELECT result FROM result WHERE event = $1", "t", event);
}

/* Returns: (transfer full) (nullable): %NULL also while there is no result, then without @error */
char *
jip_result_find_sha256 (JipDatabase *database, const char *event, GError **error)
{
  return jip_database_query_text (database, error, "SELECT sha256 FROM result WHERE event = $1", "t", event);
}

gboolean
jip_reveal_clear (JipDatabase *database, const char *event, GError **error)
{
  return jip_database_run (database, error, "DELETE FROM reveal WHERE event = $1", "t", event);
}

gboolean
jip_reveal_insert (JipDatabase *database,
                   const char *event,
                   gint64 n,
                   const JipReveal *reveal,
                   GError **error)
{
  g_autofree char *id = g_strdup_printf ("%s:%" G_GINT64_FORMAT, event, n);

  return jip_database_run (database, error,
                           "INSERT INTO reveal (id, event, n, award, award_name, category, entries)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                           "ttitttt", id, event, n, reveal->award, reveal->award_name, reveal->category,
                           reveal->entries);
}
