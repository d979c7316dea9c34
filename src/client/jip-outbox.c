/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-outbox.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-migrations.h"
#include "jip-mutation-args.h"
#include "jip-overlay.h"
#include "jip-quarantine.h"
#include "jip-sync.h"
#include "jip-time.h"

#define PUSH_ENVELOPE 200 /* bytes of a push around its mutations, at most */

/**
 * jip_outbox_get_number:
 *
 * Returns: a whole number kept in the replica's meta table; 0 when there is none
 */
gint64
jip_outbox_get_number (JipDatabase *database, const char *key, GError **error)
{
  g_autofree char *text = jip_meta_get (database, key, error);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

gboolean
jip_outbox_set_number (JipDatabase *database, const char *key, gint64 value, GError **error)
{
  char text[32];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, value);
  return jip_meta_set (database, key, text, error);
}

/**
 * jip_outbox_get_user:
 *
 * Returns: (transfer full): whose replica this is
 */
JsonObject *
jip_outbox_get_user (JipDatabase *database, GError **error)
{
  g_autofree char *text = jip_meta_get (database, "user", error);

  if (text == NULL)
    {
      if (error == NULL || *error == NULL)
        jip_error_set (error, JIP_ERROR_DATABASE, _ ("The local data does not say whose it is."));
      return NULL;
    }
  g_autoptr (JsonNode) node = jip_json_parse (text, -1, error);
  return node != NULL ? json_node_dup_object (node) : NULL;
}

static gsize
size_of (const JipMutation *mutation)
{
  g_autoptr (JsonNode) node = jip_mutation_to_json (mutation);
  g_autofree char *text = jip_json_to_string (node);

  return strlen (text);
}

/* What the server would refuse with the whole push could never leave the queue. Servers of before measure all that it may
 * get later as well: a receipt, and the name that it was acknowledged under. */
static gboolean
check_sendable (const char *replica, const char *name, JsonNode *args, gint64 at, GError **error)
{
  g_autoptr (JipPush) push = jip_push_new (replica);
  JipMutation *mutation = jip_mutation_new (JIP_JSON_MAX_INTEGER, name, json_node_copy (args), at);
  g_autoptr (GError) problem = NULL;

  g_ptr_array_add (push->mutations, mutation);
  mutation->receipt = g_strnfill (JIP_MUTATION_MAX_RECEIPT, 'x');
  mutation->origin_replica = g_strdup (replica);
  mutation->origin_n = JIP_JSON_MAX_INTEGER;
  if (size_of (mutation) > JIP_SYNC_MAX_MUTATION_BYTES)
    return jip_error_set (error, JIP_ERROR_TOO_LARGE, _ ("This is too large to be sent. Shorten it."));
  g_autoptr (JsonNode) node = jip_push_to_json (push);
  g_autofree char *text = jip_json_to_string (node);
  g_autoptr (JsonNode) parsed = jip_json_parse (text, -1, &problem);
  return parsed != NULL
         || jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("This cannot be sent: %s"), problem->message);
}

/* What a mutation is about: its idea, or what it makes. */
static const char *
find_subject (JsonObject *args)
{
  const char *proposal = json_object_get_string_member_with_default (args, "proposal", NULL);

  return proposal != NULL ? proposal : json_object_get_string_member_with_default (args, "id", NULL);
}

/**
 * jip_outbox_add:
 * @args: the mutation's arguments
 * @at: the clock, in milliseconds
 *
 * Queues a mutation and shows what it will do.
 *
 * Returns: its n; 0 with %JIP_ERROR_BAD_ARGS, %JIP_ERROR_TOO_LARGE or %JIP_ERROR_DATABASE
 */
gint64
jip_outbox_add (JipDatabase *database, const char *name, JsonNode *args, gint64 at, GError **error)
{
  g_autofree char *time = jip_time_format (at);
  g_autoptr (JsonNode) at_node = json_node_init_string (json_node_alloc (), time);
  g_autoptr (JsonObject) user = NULL;

  if (!jip_mutation_check (name, args, at_node, error))
    return 0;
  g_autofree char *replica = jip_meta_get (database, "replica", error);
  if (replica == NULL || !check_sendable (replica, name, args, at, error))
    return 0;
  g_autofree char *text = jip_json_canonical (args);
  user = jip_outbox_get_user (database, error);
  if (user == NULL)
    return 0;
  gint64 n = jip_outbox_get_number (database, "newest_n", NULL) + 1;
  if (!jip_database_run (database, error,
                         "INSERT INTO outbox (n, name, args, at, status, subject)"
                         " VALUES ($1, $2, $3, $4, 'waiting', $5)",
                         "ittit", n, name, text, at, find_subject (json_node_get_object (args)))
      || !jip_outbox_set_number (database, "newest_n", n, error)
      || !jip_overlay_apply (database, user, name, json_node_get_object (args), at, error))
    return 0;
  return n;
}

/* From which n on the server gets again what it acknowledged; 0 for nothing. */
gint64
jip_outbox_get_resend (JipDatabase *database)
{
  return jip_outbox_get_number (database, "resend_from", NULL);
}

/* The newest n that the server is known to have, of what is kept here. What it gets again does not count, and that is all
 * where the replica has taken another name. */
gint64
jip_outbox_get_acknowledged (JipDatabase *database)
{
  return jip_database_query_int (
      database, 0, NULL,
      "SELECT coalesce(max(n), 0) FROM outbox WHERE status <> 'waiting' AND (n < $1 OR $1 = 0)", "i",
      jip_outbox_get_resend (database));
}

/* A proof that is damaged is none; without the name of before, where it had another one, it is one for nothing. */
static void
read_receipt (JipMutation *mutation, JipRows *rows)
{
  const char *receipt = jip_rows_text (rows, 4), *replica = jip_rows_text (rows, 5);
  gint64 n = jip_rows_int (rows, 6);

  if (replica != NULL && (!jip_id_is_valid (replica) || n < 1))
    return;
  mutation->origin_replica = g_strdup (replica);
  mutation->origin_n = replica != NULL ? n : 0;
  if (receipt != NULL && strlen (receipt) <= JIP_MUTATION_MAX_RECEIPT && g_utf8_validate (receipt, -1, NULL))
    mutation->receipt = g_strdup (receipt);
}

/* Returns: (nullable): %NULL for an entry that the disk has damaged so that no push may hold it */
static JipMutation *
read_mutation (JipRows *rows)
{
  const char *name = jip_rows_text (rows, 1), *text = jip_rows_text (rows, 2);

  if (name == NULL || text == NULL || *name == '\0' || !g_utf8_validate (name, -1, NULL)
      || g_utf8_strlen (name, -1) > JIP_MUTATION_MAX_NAME)
    return NULL;
  JsonNode *args = jip_json_parse (text, -1, NULL);
  if (args == NULL)
    return NULL;
  g_autoptr (JipMutation) mutation = jip_mutation_new (
      jip_rows_int (rows, 0), name, args, CLAMP (jip_rows_int (rows, 3), JIP_TIME_MIN, JIP_TIME_MAX));
  read_receipt (mutation, rows);
  return JSON_NODE_HOLDS_OBJECT (args) && jip_mutation_get_size (mutation) <= JIP_SYNC_MAX_MUTATION_BYTES
             ? g_steal_pointer (&mutation)
             : NULL;
}

/* What stands before the batch, behind what the server asked for, is not held any more: clocks that leapt make the 90
 * days end in the middle of a queue too. Then the batch says so, as one does that begins with the first of all. */
static void
note_hole (JipPush *push, gint64 resend)
{
  const JipMutation *first = push->mutations->len > 0 ? g_ptr_array_index (push->mutations, 0) : NULL;

  if (first != NULL && resend > 0 && first->n > resend)
    push->oldest = first->n;
}

/* Fills a push with what follows each other, up to what does not fit. Behind an entry that cannot be read only others of its
 * kind are looked for. */
static gboolean
fill (JipPush *push, JipRows *rows, gsize max_bytes, GArray *damaged, GError **error)
{
  g_autoptr (GError) local = NULL;
  gsize size = PUSH_ENVELOPE;
  gint64 before = 0;

  while (jip_rows_next (rows, &local))
    {
      gint64 n = jip_rows_int (rows, 0);
      gboolean first = push->mutations->len == 0;
      if (!first && n != before + 1 && damaged->len == 0)
        return TRUE;
      g_autoptr (JipMutation) mutation = read_mutation (rows);
      if (mutation == NULL)
        g_array_append_val (damaged, n);
      if (damaged->len > 0)
        continue;
      size += size_of (mutation) + 1;
      if (!first && size > max_bytes)
        return TRUE;
      before = n;
      g_ptr_array_add (push->mutations, g_steal_pointer (&mutation));
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * jip_outbox_get_batch:
 * @max_bytes: of the push, where less than usual is taken; 0 for the usual. One mutation goes in any case
 * @damaged: (out) (nullable) (transfer full) (element-type gint64): where an entry cannot be read, which ends the batch: the n
 *   of each such entry in reach of one push, for jip_quarantine_damaged()
 *
 * Returns: (transfer full): the oldest mutations that wait, or that a restored server gets again, as many as fit in one
 *   push and follow each other; none when there is nothing to send
 */
JipPush *
jip_outbox_get_batch (JipDatabase *database, gsize max_bytes, GArray **damaged, GError **error)
{
  g_autoptr (GArray) unreadable = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *replica = jip_meta_get (database, "replica", error);
  gint64 resend = jip_outbox_get_resend (database);

  *damaged = NULL;
  if (replica == NULL)
    return NULL;
  g_autoptr (JipPush) push = jip_push_new (replica);
  push->oldest = jip_database_query_int (database, 0, NULL, "SELECT coalesce(min(n), 0) FROM outbox", "");
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT n, name, args, at, receipt, origin_replica, coalesce(origin_n, 0) FROM outbox WHERE n >= "
      "(SELECT min(n) FROM outbox WHERE status = 'waiting' OR (n >= $2 AND $2 > 0)) ORDER BY n LIMIT $1",
      "ii", (gint64) JIP_SYNC_MAX_MUTATIONS, resend);
  if (rows == NULL
      || !fill (push, rows,
                max_bytes > 0 ? MIN (max_bytes, JIP_SYNC_MAX_PUSH_BYTES) : JIP_SYNC_MAX_PUSH_BYTES,
                unreadable, error))
    return NULL;
  if (unreadable->len > 0)
    *damaged = g_steal_pointer (&unreadable);
  note_hole (push, resend);
  return g_steal_pointer (&push);
}

/**
 * jip_outbox_add_subjects:
 * @subjects: (element-type utf8): a set, which gets what the mutations behind @after up to @last are about
 */
gboolean
jip_outbox_add_subjects (JipDatabase *database,
                         GHashTable *subjects,
                         gint64 after,
                         gint64 last,
                         GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error, "SELECT subject FROM outbox WHERE n > $1 AND n <= $2 AND subject IS NOT NULL", "ii",
      after, last);

  if (rows == NULL)
    return FALSE;
  while (jip_rows_next (rows, &local))
    g_hash_table_add (subjects, g_strdup (jip_rows_text (rows, 0)));
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * jip_outbox_refresh_subjects:
 * @last_n: the newest mutation that the base rows contain
 *
 * Shows anew what is queued about each of @subjects.
 */
gboolean
jip_outbox_refresh_subjects (JipDatabase *database, GHashTable *subjects, gint64 last_n, GError **error)
{
  g_autoptr (JsonObject) user
      = g_hash_table_size (subjects) > 0 ? jip_outbox_get_user (database, error) : NULL;
  GHashTableIter iter;
  gpointer subject;

  if (user == NULL)
    return g_hash_table_size (subjects) == 0;
  g_hash_table_iter_init (&iter, subjects);
  while (g_hash_table_iter_next (&iter, &subject, NULL))
    if (!jip_overlay_refresh (database, user, subject, last_n, error))
      return FALSE;
  return TRUE;
}

/* An edit that conflicts takes the place of older ones of the same fields that wait for a decision: their writer replaced them, and the
 * history has their text. Not of one that is being decided about. */
#define FIELDS_OF(row) "SELECT f.key FROM json_each (" row ".args, '$.fields') AS f"
#define SUPERSEDED \
  "DELETE FROM refused AS r WHERE r.name = 'proposal.edit' AND r.code = 'version-conflict' AND json_valid (r.args)" \
  " AND NOT EXISTS (SELECT 1 FROM scratch AS s WHERE s.key = 'settle/' || r.key || '-' || r.at)" \
  " AND EXISTS (SELECT 1 FROM refused AS n JOIN outbox AS o ON n.name = o.name AND n.args = o.args AND n.at = o.at" \
  " WHERE o.n = $1 AND n.key > r.key AND n.name = r.name AND n.code = r.code AND json_valid (n.args)" \
  " AND json_extract (n.args, '$.id') = json_extract (r.args, '$.id')" \
  " AND NOT EXISTS (" FIELDS_OF ("r") " WHERE f.key NOT IN (" FIELDS_OF ("n") ")))"

/* A verdict gives the reason to what was put aside before it; one that a restored server repeats does not take it away. */
static gboolean
keep_refused (JipDatabase *database, const JipVerdict *verdict, GError **error)
{
  g_autofree char *detail = verdict->detail != NULL ? jip_json_to_string (verdict->detail) : NULL;

  return jip_database_run (database, error,
                           "UPDATE refused SET code = $1, message = $2, detail = $3 WHERE message IS NULL "
                           "AND detail IS NULL AND (name, args, at) = "
                           "(SELECT name, args, at FROM outbox WHERE n = $4)",
                           "ttti", verdict->code, verdict->message, detail, verdict->n)
         && jip_database_run (
             database, error,
             "INSERT INTO refused (name, args, at, code, message, detail) "
             "SELECT name, args, at, $1, $2, $3 FROM outbox WHERE n = $4 AND status IN ('waiting', 'ok') "
             "AND NOT EXISTS (SELECT 1 FROM refused AS r WHERE r.name = outbox.name AND r.args = outbox.args "
             "AND r.at = outbox.at)",
             "ttti", verdict->code, verdict->message, detail, verdict->n)
         && jip_database_run (database, error, SUPERSEDED, "i", verdict->n);
}

/* An answer of another epoch than the page that was read last: it was on its way when the server was restored, and what it
 * acknowledges may be lost; or the server was restored since, as the next page says. */
static gboolean
note_doubt (JipDatabase *database, const JipPushAnswer *answer, GError **error)
{
  g_autofree char *epoch = jip_meta_get (database, "epoch", NULL);
  gint64 doubt = jip_outbox_get_number (database, JIP_OUTBOX_DOUBT_FROM, NULL);

  if (answer->verdicts->len == 0 || g_strcmp0 (epoch, answer->epoch) == 0)
    return TRUE;
  const JipVerdict *first = g_ptr_array_index (answer->verdicts, 0);
  return jip_outbox_set_number (database, JIP_OUTBOX_DOUBT_FROM, doubt > 0 ? MIN (doubt, first->n) : first->n,
                                error);
}

/* What the server had acknowledged before it was restored goes on behind the last verdict; not where the restore was noticed
 * while this push was on its way, with other mutations. */
static gboolean
move_resend (JipDatabase *database, const JipPushAnswer *answer, GError **error)
{
  gint64 resend = jip_outbox_get_resend (database);

  if (answer->verdicts->len == 0)
    return TRUE;
  const JipVerdict *first = g_ptr_array_index (answer->verdicts, 0),
                   *last = g_ptr_array_index (answer->verdicts, answer->verdicts->len - 1);
  if (resend == 0)
    return TRUE;
  gint64 skipped = jip_database_query_int (
      database, -1, error, "SELECT count(*) FROM outbox WHERE n >= $1 AND n < $2 AND status <> 'waiting'",
      "ii", resend, first->n);
  if (skipped != 0)
    return skipped > 0;
  gint64 next = jip_database_query_int (
      database, -1, error, "SELECT coalesce(min(n), 0) FROM outbox WHERE n > $1 AND status <> 'waiting'", "i",
      MAX (last->n, resend - 1));
  return next >= 0 && jip_outbox_set_number (database, "resend_from", next, error);
}

/**
 * jip_outbox_apply_answer:
 *
 * Takes the server's verdicts: what it refused leaves the overlay and is kept for the user.
 */
gboolean
jip_outbox_apply_answer (JipDatabase *database, const JipPushAnswer *answer, GError **error)
{
  g_autoptr (GHashTable) subjects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < answer->verdicts->len; i++)
    {
      const JipVerdict *verdict = g_ptr_array_index (answer->verdicts, i);
      gboolean refused = verdict->status != JIP_VERDICT_OK;

      if (refused ? !keep_refused (database, verdict, error)
                  : !jip_quarantine_release (database, verdict->n, error))
        return FALSE;
      if (!jip_database_run (
              database, error,
              "UPDATE outbox SET status = $1, receipt = $2, origin_replica = NULL, origin_n = NULL WHERE n = $3",
              "tti", jip_verdict_status_get_name (verdict->status), verdict->receipt, verdict->n)
          || (refused && !jip_outbox_add_subjects (database, subjects, verdict->n - 1, verdict->n, error)))
        return FALSE;
    }
  return note_doubt (database, answer, error) && move_resend (database, answer, error)
         && jip_outbox_refresh_subjects (database, subjects, jip_outbox_get_number (database, "last_n", NULL),
                                         error);
}

/**
 * jip_outbox_resend_from:
 * @expected: the n that the server misses
 *
 * Sends again all that the server has not, what it refused included, since a queue has no gaps; what this replica no
 * longer holds cannot be filled, and the push says so.
 */
gboolean
jip_outbox_resend_from (JipDatabase *database, gint64 expected, GError **error)
{
  gint64 resend = jip_outbox_get_resend (database);

  /* a restore may have been noticed since the push: more than this is due then */
  expected = MAX (expected, 1);
  return jip_outbox_set_number (database, "resend_from", resend > 0 ? MIN (resend, expected) : expected,
                                error);
}

/**
 * jip_outbox_note_epoch:
 * @epoch: in which the server counts now
 * @last_n: the newest n that it has, 0 where that is not known
 *
 * After a restore the server may know less than it acknowledged, or hold what a copy of this replica sent: all that is
 * kept is shown again with its receipts, and files go along. So it is with what was sent before the first page came: nobody
 * knows which server took it. In the same epoch only what another one acknowledged is shown.
 */
gboolean
jip_outbox_note_epoch (JipDatabase *database, const char *epoch, gint64 last_n, GError **error)
{
  g_autofree char *before = jip_meta_get (database, "epoch", NULL);
  gint64 doubt = jip_outbox_get_number (database, JIP_OUTBOX_DOUBT_FROM, NULL);

  if (doubt > 0 && !jip_outbox_set_number (database, JIP_OUTBOX_DOUBT_FROM, 0, error))
    return FALSE;
  if (g_strcmp0 (before, epoch) == 0)
    return doubt == 0 || jip_outbox_resend_from (database, doubt, error);
  gint64 oldest = jip_database_query_int (
      database, -1, error, "SELECT coalesce(min(n), 0) FROM outbox WHERE status <> 'waiting'", "");
  return oldest >= 0 && jip_meta_set (database, "epoch", epoch, error)
         && jip_outbox_set_number (database, "resend_from", oldest, error)
         && jip_outbox_set_number (database, "files_due", 1, error)
         && jip_database_exec (database, "UPDATE file SET sent = 0 WHERE sent = 1", error)
         && jip_database_run (database, error, "UPDATE outbox SET covered_at = NULL WHERE n > $1", "i",
                              last_n);
}

/* All keep the name of before. What was acknowledged has its receipt for that, and a restored server may have lost it; what
 * waits may have been sent under it, by this copy or another one. */
static gboolean
renumber (JipDatabase *database, const char *replica, GError **error)
{
  /* through negative numbers, so that no two meet on the way */
  return jip_database_exec (database, "DELETE FROM outbox WHERE status <> 'waiting' AND receipt IS NULL",
                            error)
         && jip_database_run (
             database, error,
             "UPDATE outbox SET origin_replica = $1, origin_n = n WHERE origin_replica IS NULL", "t", replica)
         && jip_database_exec (database, "UPDATE outbox SET receipt = NULL WHERE status = 'waiting'", error)
         && jip_database_exec (
             database,
             "UPDATE outbox SET covered_at = NULL, n = -o.place FROM (SELECT n AS old, row_number() OVER "
             "(ORDER BY n) AS place FROM outbox) AS o WHERE outbox.n = o.old",
             error)
         && jip_database_exec (database, "UPDATE outbox SET n = -n", error);
}

/**
 * jip_outbox_new_replica:
 *
 * This copy of the data is used elsewhere too: it goes on under a new id. What was never acknowledged is queued again, and what
 * was is shown to the server with its receipt; it does what it has not done for another copy, or has lost.
 */
gboolean
jip_outbox_new_replica (JipDatabase *database, GError **error)
{
  g_autofree char *id = jip_id_new ();
  g_autofree char *old = jip_meta_get (database, "replica", error);
  g_autoptr (JsonObject) user = jip_outbox_get_user (database, NULL);

  if (old == NULL || !renumber (database, old, error) || !jip_meta_set (database, "replica", id, error)
      || !jip_outbox_set_number (database, "last_n", 0, error)
      || !jip_outbox_set_number (database, JIP_OUTBOX_DOUBT_FROM, 0, error))
    return FALSE;
  gint64 newest = jip_database_query_int (database, 0, error, "SELECT coalesce(max(n), 0) FROM outbox", "");
  return jip_outbox_set_number (database, "newest_n", newest, error)
         && jip_outbox_set_number (database, "resend_from", newest > 0 ? 1 : 0, error)
         && (user == NULL || jip_overlay_rebuild (database, user, 0, error));
}

/**
 * jip_outbox_count:
 * @counts: (out): what waits and what was refused
 */
gboolean
jip_outbox_count (JipDatabase *database, JipOutboxCounts *counts, GError **error)
{
  gint64 pending = jip_database_query_int (
      database, -1, error, "SELECT count(*) FROM outbox WHERE status = 'waiting' OR (n >= $1 AND $1 > 0)",
      "i", jip_outbox_get_resend (database));
  gint64 refused = jip_database_query_int (database, -1, error, "SELECT count(*) FROM refused", "");

  *counts = (JipOutboxCounts){ (guint) MAX (pending, 0), (guint) MAX (refused, 0) };
  return pending >= 0 && refused >= 0;
}

static void
add_files (GStrvBuilder *files, JsonObject *args)
{
  JsonNode *node = json_object_get_member (args, "entries");
  JsonArray *entries = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; entries != NULL && i < json_array_get_length (entries); i++)
    {
      JsonObject *entry = json_array_get_object_element (entries, i);
      JsonNode *slides = json_object_get_member (entry, "slides");
      if (slides != NULL && JSON_NODE_HOLDS_OBJECT (slides))
        g_strv_builder_add (
            files, json_object_get_string_member_with_default (json_node_get_object (slides), "sha256", ""));
    }
}

/**
 * jip_outbox_list_files:
 *
 * Returns: (transfer full) (nullable): the SHA-256 of each file that the kept mutations refer to
 */
GStrv
jip_outbox_list_files (JipDatabase *database, GError **error)
{
  g_autoptr (GStrvBuilder) files = g_strv_builder_new ();
  g_autoptr (GError) local = NULL;
  g_autoptr (JipRows) rows
      = jip_database_query (database, error, "SELECT args FROM outbox WHERE name = 'event.create'", "");

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &local))
    {
      g_autoptr (JsonNode) args = jip_json_parse (jip_rows_text (rows, 0), -1, NULL);
      if (args != NULL && JSON_NODE_HOLDS_OBJECT (args))
        add_files (files, json_node_get_object (args));
    }
  if (local == NULL)
    return g_strv_builder_end (files);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}
