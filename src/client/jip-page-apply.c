/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-page-apply.h"

#include <string.h>

#include "jip-migrations.h"
#include "jip-outbox.h"
#include "jip-overlay.h"
#include "jip-quarantine.h"
#include "jip-replica-rows.h"
#include "jip-sync.h"
#include "jip-time.h"

/**
 * jip_page_begin_snapshot:
 *
 * The next pages are a snapshot; base rows that it does not bring will go at its end.
 */
gboolean
jip_page_begin_snapshot (JipDatabase *database, GError **error)
{
  return jip_outbox_set_number (database, "generation",
                                jip_outbox_get_number (database, "generation", NULL) + 1, error)
         && jip_meta_set (database, "cursor", "", error)
         && jip_outbox_set_number (database, "in_snapshot", 1, error);
}

static gboolean
apply_change (JipDatabase *database,
              const JipChange *change,
              gint64 generation,
              GHashTable *tables,
              GHashTable *dropped,
              GHashTable *seen,
              GError **error)
{
  g_hash_table_add (tables, g_strdup (change->table));
  if (change->op == JIP_CHANGE_DROP)
    g_hash_table_add (dropped, change->id);
  else
    g_hash_table_remove (dropped, change->id);
  if (change->op == JIP_CHANGE_PUT)
    g_hash_table_add (seen, change->id);
  else
    g_hash_table_remove (seen, change->id);
  if (change->op != JIP_CHANGE_PUT)
    return jip_replica_row_remove (database, JIP_LAYER_BASE, change->table, change->id, error);
  return jip_replica_row_put (database, JIP_LAYER_BASE, generation, change->table, change->id,
                              json_node_get_object (change->row), error);
}

static gboolean
end_snapshot (JipDatabase *database, gint64 generation, GHashTable *tables, GError **error)
{
  g_autoptr (JipRows) rows = jip_database_query (
      database, error, "SELECT DISTINCT tbl FROM record WHERE layer = 0 AND generation <> $1", "i",
      generation);
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &local))
    g_hash_table_add (tables, g_strdup (jip_rows_text (rows, 0)));
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return jip_quarantine_work_on_stale (database, generation, error)
         && jip_database_run (
             database, error,
             "DELETE FROM proposal_text WHERE rowid IN (SELECT key FROM record WHERE layer = 0 AND "
             "tbl = 'proposal' AND generation <> $1)",
             "i", generation)
         && jip_database_run (database, error, "DELETE FROM record WHERE layer = 0 AND generation <> $1", "i",
                              generation)
         && jip_outbox_set_number (database, "in_snapshot", 0, error);
}

/* From which server the page comes. */
static gboolean
note_server (JipDatabase *database, const JipPage *page, GError **error)
{
  return jip_outbox_note_epoch (database, page->epoch, page->last_n, error)
         && (page->installation == NULL
             || jip_meta_set (database, "installation", page->installation, error));
}

/* Where a server came back under another address, the one of before may still be there, and have other backups: for as long
 * as without any, by both clocks, those of this one let nothing be forgotten. */
static gint64
find_safe (JipDatabase *database, const JipPage *page)
{
  gint64 since = MIN (jip_time_now (), page->server_time) - JIP_SYNC_KEEP_UNBACKED_MS;

  return jip_outbox_get_number (database, JIP_OUTBOX_MOVED_AT, NULL) < since ? page->safe_n : 0;
}

/* An entry stays until a backup that is kept elsewhere contains it, or 90 days, for which both clocks are asked: one
 * that leaps must not cost a receipt. And until its rows are here: they tell that its file is still needed. */
static gboolean
forget_safe (JipDatabase *database, const JipPage *page, gint64 safe_n, GError **error)
{
  return jip_database_run (database, error,
                           "UPDATE outbox SET covered_at = $2 WHERE covered_at IS NULL AND n <= $1 AND "
                           "status <> 'waiting'",
                           "ii", page->last_n, page->server_time)
         && (page->more
             || jip_database_run (
                 database, error,
                 "DELETE FROM outbox WHERE status <> 'waiting' AND n <= $1 AND (n < $5 OR $5 = 0) "
                 "AND (n <= $2 OR (at < $3 AND covered_at < $4))",
                 "iiiii", page->last_n, safe_n, jip_time_now () - JIP_SYNC_KEEP_UNBACKED_MS,
                 page->server_time - JIP_SYNC_KEEP_UNBACKED_MS, jip_outbox_get_resend (database)));
}

static gboolean
note_progress (JipDatabase *database, const JipPage *page, GError **error)
{
  gint64 safe_n = find_safe (database, page);

  return note_server (database, page, error) && forget_safe (database, page, safe_n, error)
         && jip_meta_set (database, "cursor", page->cursor, error)
         && jip_outbox_set_number (database, "last_n", page->last_n, error)
         && (page->more || jip_outbox_set_number (database, "safe_n", safe_n, error));
}

/* What a changed row is about, where unsent work may lie over it. */
static char *
subject_of (const JipChange *change)
{
  static const char *const by_id[] = { "proposal", "own_proposal", "ballot", "draft", NULL };

  if (g_strv_contains (by_id, change->table))
    return g_strdup (change->id);
  /* the id of a vote is its idea's, a colon and its giver's */
  return g_str_equal (change->table, "vote") ? g_strndup (change->id, strcspn (change->id, ":")) : NULL;
}

/* What the page covers, and what it changed under unsent work. */
static gboolean
collect_subjects (JipDatabase *database,
                  const JipPage *page,
                  gint64 before,
                  GHashTable *subjects,
                  GError **error)
{
  for (guint i = 0; i < page->changes->len; i++)
    {
      char *subject = subject_of (g_ptr_array_index (page->changes, i));
      if (subject != NULL)
        g_hash_table_add (subjects, subject);
    }
  return jip_outbox_add_subjects (database, subjects, before, page->last_n, error);
}

/* @subjects: (nullable): %NULL for all */
static gboolean
refresh_overlay (JipDatabase *database,
                 gint64 last_n,
                 GHashTable *subjects,
                 GHashTable *tables,
                 GError **error)
{
  static const char *const shown[]
      = { "proposal", "own_proposal", "comment", "attachment", "vote", "ballot", "draft" };
  gint64 concerned = jip_database_query_int (
      database, 0, error,
      "SELECT EXISTS (SELECT 1 FROM record WHERE layer = 1) OR EXISTS (SELECT 1 FROM outbox WHERE n > $1)",
      "i", last_n);

  if (concerned == 0 || (subjects != NULL && g_hash_table_size (subjects) == 0))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    g_hash_table_add (tables, g_strdup (shown[i]));
  if (subjects != NULL)
    return jip_outbox_refresh_subjects (database, subjects, last_n, error);
  g_autoptr (JsonObject) user = jip_outbox_get_user (database, error);
  return user != NULL && jip_overlay_rebuild (database, user, last_n, error);
}

/**
 * jip_page_apply:
 * @snapshot: whether the page belongs to a snapshot
 * @tables: (element-type utf8): a set to add the tables to whose rows changed
 *
 * Takes a page of the feed. A page that says the server knows more of this replica than it ever queued means a
 * copied replica.
 */
gboolean
jip_page_apply (JipDatabase *database,
                const JipPage *page,
                gboolean snapshot,
                GHashTable *tables,
                GError **error)
{
  gint64 generation = jip_outbox_get_number (database, "generation", NULL);
  gint64 before = jip_outbox_get_number (database, "last_n", NULL);
  g_autoptr (GHashTable) dropped = g_hash_table_new (g_str_hash, g_str_equal),
                         seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < page->changes->len; i++)
    if (!apply_change (database, g_ptr_array_index (page->changes, i), generation, tables, dropped, seen,
                       error))
      return FALSE;
  if (!jip_quarantine_work_on (database, dropped, error) || !jip_quarantine_give_back (database, seen, error))
    return FALSE;
  if (page->last_n > jip_outbox_get_number (database, "newest_n", NULL))
    return note_server (database, page, error) && jip_meta_set (database, "cursor", page->cursor, error)
           && jip_outbox_new_replica (database, error);
  if (snapshot && page->more)
    return jip_meta_set (database, "cursor", page->cursor, error);
  if (snapshot && !end_snapshot (database, generation, tables, error))
    return FALSE;
  /* a ballot is shown under its judge */
  gboolean all = snapshot || page->last_n < before || g_hash_table_contains (tables, "judge");
  g_autoptr (GHashTable) subjects
      = all ? NULL : g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return (all || collect_subjects (database, page, before, subjects, error))
         && note_progress (database, page, error)
         && refresh_overlay (database, page->last_n, subjects, tables, error);
}
