/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the change feed: pages, snapshots, digests. Visibility is part of each query. */
#include "jip-digest.h"
#include "jip-feed-table.h"
#include "jip-json.h"

#define VISIBLE(account, mask) \
  "((roles & " mask ") <> 0 OR reader_a = " account " OR reader_b = " account " OR reader_c = " account ")"

/* An answer is kept to about this size, whatever the limit in rows. */
#define MAX_PAGE_BYTES (4 * 1024 * 1024)

static void
append_change (GString *out, gint64 seq, const char *table, const char *op, const char *id, const char *body)
{
  if (out->len > 0)
    g_string_append_c (out, ',');
  g_string_append_printf (out, "{\"seq\":%" G_GINT64_FORMAT ",\"table\":", seq);
  jip_json_append_quoted (out, table);
  g_string_append_printf (out, ",\"op\":\"%s\",\"id\":", op);
  jip_json_append_quoted (out, id);
  if (body != NULL)
    g_string_append_printf (out, ",\"row\":%s", body);
  g_string_append_c (out, '}');
}

/**
 * jip_feed_append_page:
 * @after: the seq after which the page begins
 * @limit: the most changes
 * @changes: gets them as JSON objects with commas between
 * @n_changes: (out): their number
 *
 * Returns: the seq of the last change, @after when there is none, -1 on an error. A page with fewer than @limit changes
 *   may still not be the last: see @n_changes and the bound in bytes; the caller compares with the newest seq.
 */
gint64
jip_feed_append_page (JipDatabase *database,
                      const JipFeedReader *reader,
                      gint64 after,
                      guint limit,
                      GString *changes,
                      guint *n_changes,
                      GError **error)
{
  g_autoptr (GError) problem = NULL;
  gint64 last = after;

  *n_changes = 0;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT seq, table_name, row_id, CASE WHEN body IS NULL THEN 'delete' ELSE 'put' END, body FROM feed"
      " WHERE seq > $1 AND (body IS NOT NULL OR $1 > 0) AND " VISIBLE (
          "$2",
          "$3") " UNION ALL SELECT seq, table_name, row_id, 'drop', NULL FROM feed_drop WHERE account = $2 AND seq > $1"
                " AND $1 > 0 ORDER BY 1 LIMIT $4",
      "itii", after, reader->account, (gint64) reader->mask, (gint64) limit);
  if (rows == NULL)
    return -1;
  while (changes->len < MAX_PAGE_BYTES && jip_rows_next (rows, &problem))
    {
      last = jip_rows_int (rows, 0);
      append_change (changes, last, jip_rows_text (rows, 1), jip_rows_text (rows, 3), jip_rows_text (rows, 2),
                     jip_rows_text (rows, 4));
      (*n_changes)++;
    }
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return -1;
    }
  if (changes->len >= MAX_PAGE_BYTES)
    *n_changes = limit;
  return last;
}

/**
 * jip_feed_append_snapshot:
 * @table: (inout): where the chunk before ended; empty at the start
 * @id: (inout): likewise
 *
 * Like jip_feed_append_page() for the visible state, ordered by table and id.
 */
gboolean
jip_feed_append_snapshot (JipDatabase *database,
                          const JipFeedReader *reader,
                          char **table,
                          char **id,
                          guint limit,
                          GString *changes,
                          guint *n_changes,
                          GError **error)
{
  g_autoptr (GError) problem = NULL;

  *n_changes = 0;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT seq, table_name, row_id, body FROM feed WHERE (table_name, row_id) > ($1, $2)"
      " AND body IS NOT NULL AND " VISIBLE ("$3", "$4") " ORDER BY table_name, row_id LIMIT $5",
      "tttii", *table, *id, reader->account, (gint64) reader->mask, (gint64) limit);
  if (rows == NULL)
    return FALSE;
  while (changes->len < MAX_PAGE_BYTES && jip_rows_next (rows, &problem))
    {
      g_free (*table);
      g_free (*id);
      *table = g_strdup (jip_rows_text (rows, 1));
      *id = g_strdup (jip_rows_text (rows, 2));
      append_change (changes, jip_rows_int (rows, 0), *table, "put", *id, jip_rows_text (rows, 3));
      (*n_changes)++;
    }
  if (changes->len >= MAX_PAGE_BYTES)
    *n_changes = limit;
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
add_rows (GHashTable *sums, JipRows *rows, GError **error)
{
  g_autoptr (GError) problem = NULL;
  JipDigest digest;

  while (jip_rows_next (rows, &problem))
    {
      const char *table = jip_rows_text (rows, 0);
      JipDigest *sum = g_hash_table_lookup (sums, table);
      if (sum == NULL)
        {
          sum = g_new0 (JipDigest, 1);
          g_hash_table_insert (sums, g_strdup (table), sum);
        }
      if (jip_digest_from_hex (&digest, jip_rows_text (rows, 1)))
        jip_digest_add (sum, &digest);
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* What everybody sees is summed up as it changes; only the reader's own rows are read here, by index. */
static gboolean
add_sums (JipDatabase *database, const JipFeedReader *reader, GHashTable *sums, GError **error)
{
  g_autoptr (JipRows) everybody
      = jip_database_query (database, error, "SELECT table_name, sum FROM feed_sum", "");
  if (everybody == NULL || !add_rows (sums, everybody, error))
    return FALSE;

  g_autoptr (JipRows) own = jip_database_query (
      database, error,
      "SELECT table_name, digest, seq FROM feed WHERE reader_a = $1 AND digest IS NOT NULL"
      " UNION SELECT table_name, digest, seq FROM feed WHERE reader_b = $1 AND digest IS NOT NULL"
      " UNION SELECT table_name, digest, seq FROM feed WHERE reader_c = $1 AND digest IS NOT NULL"
      " UNION SELECT table_name, digest, seq FROM feed WHERE roles > 1 AND (roles & 1) = 0"
      " AND (roles & $2) <> 0 AND digest IS NOT NULL",
      "ti", reader->account, (gint64) reader->mask);
  return own != NULL && add_rows (sums, own, error);
}

/**
 * jip_feed_digests:
 *
 * Returns: (transfer full) (nullable): an object, per table the sum over all rows that the reader may see
 */
JsonNode *
jip_feed_digests (JipDatabase *database, const JipFeedReader *reader, GError **error)
{
  g_autoptr (GHashTable) sums = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer table, sum;

  if (!add_sums (database, reader, sums, error))
    return NULL;
  JsonObject *object = json_object_new ();
  g_hash_table_iter_init (&iter, sums);
  while (g_hash_table_iter_next (&iter, &table, &sum))
    {
      static const JipDigest zero = { { 0 } };
      if (memcmp (sum, &zero, sizeof zero) == 0)
        continue;
      g_autofree char *hex = jip_digest_to_hex (sum);
      json_object_set_string_member (object, table, hex);
    }
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

/**
 * jip_feed_may_read:
 * @sha256: a file's
 * @readable: (out): whether a row that the reader may see refers to it
 */
gboolean
jip_feed_may_read (JipDatabase *database,
                   const JipFeedReader *reader,
                   const char *sha256,
                   gboolean *readable,
                   GError **error)
{
  gint64 n = jip_database_query_int (
      database, -1, error,
      "SELECT COUNT(*) FROM blob_use u JOIN feed f ON f.table_name = u.table_name AND f.row_id = u.row_id"
      " WHERE u.sha256 = $1 AND f.body IS NOT NULL AND " VISIBLE ("$2", "$3"),
      "tti", sha256, reader->account, (gint64) reader->mask);

  *readable = n > 0;
  return n >= 0;
}
