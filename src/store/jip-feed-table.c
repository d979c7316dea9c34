/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The change feed: one row for each row that clients hold, in the form in which it travels. */
#include "jip-feed-table.h"

#include <string.h>

#include "jip-digest.h"
#include "jip-json.h"
#include "jip-register.h"

JipPokes *
jip_pokes_new (void)
{
  JipPokes *pokes = g_new0 (JipPokes, 1);

  pokes->accounts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  pokes->readers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return pokes;
}

void
jip_pokes_free (JipPokes *pokes)
{
  g_hash_table_unref (pokes->accounts);
  g_hash_table_unref (pokes->readers);
  g_free (pokes);
}

gboolean
jip_pokes_concern (const JipPokes *pokes, JipReaders mask, const char *account)
{
  return (pokes->roles & mask) != 0 || g_hash_table_contains (pokes->accounts, account);
}

static void
poke (JipPokes *pokes, const JipFeedRow *row, gint64 seq)
{
  if (pokes == NULL)
    return;
  pokes->seq = MAX (pokes->seq, seq);
  pokes->roles |= row->roles;
  for (guint i = 0; i < G_N_ELEMENTS (row->readers) && row->readers[i] != NULL; i++)
    g_hash_table_add (pokes->accounts, g_strdup (row->readers[i]));
}

static gboolean
next_seq (JipDatabase *database, gint64 *seq, GError **error)
{
  *seq = jip_register_next (database, "seq", error);
  return *seq > 0;
}

gboolean
jip_feed_get_seq (JipDatabase *database, gint64 *seq, GError **error)
{
  *seq = jip_register_get_int (database, "seq", error);
  return *seq >= 0;
}

/* The next change comes behind @seq; it never goes back. */
gboolean
jip_feed_raise_seq (JipDatabase *database, gint64 seq, GError **error)
{
  gint64 now;

  if (!jip_feed_get_seq (database, &now, error))
    return FALSE;
  return now >= seq || jip_register_set_int (database, "seq", seq, error);
}

static gboolean
adjust_sum (JipDatabase *database, const char *table, const char *minus, const char *plus, GError **error)
{
  g_autofree char *old = NULL;
  JipDigest sum = { { 0 } }, digest;

  if (minus == NULL && plus == NULL)
    return TRUE;
  if (!jip_register_get (database, JIP_REGISTER_FEED_SUM, table, &old, error))
    return FALSE;
  if (old != NULL)
    jip_digest_from_hex (&sum, old);
  if (minus != NULL && jip_digest_from_hex (&digest, minus))
    jip_digest_subtract (&sum, &digest);
  if (plus != NULL && jip_digest_from_hex (&digest, plus))
    jip_digest_add (&sum, &digest);
  g_autofree char *hex = jip_digest_to_hex (&sum);
  return jip_register_set (database, JIP_REGISTER_FEED_SUM, table, hex, error);
}

static gboolean
has_reader (const JipFeedRow *row, const char *account)
{
  for (guint i = 0; i < G_N_ELEMENTS (row->readers); i++)
    if (g_strcmp0 (row->readers[i], account) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
insert_drop (JipDatabase *database, const char *table, const char *id, const char *account, GError **error)
{
  gint64 seq;

  return next_seq (database, &seq, error)
         && jip_database_run (
             database, error,
             "INSERT INTO feed_drop (seq, table_name, row_id, account) VALUES ($1, $2, $3, $4)", "ittt", seq,
             table, id, account);
}

/* Those who were named as readers and are no more. */
static gboolean
drop_lost_readers (JipDatabase *database,
                   const char *table,
                   const char *id,
                   const JipFeedRow *before,
                   const JipFeedRow *after,
                   GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (before->readers); i++)
    if (before->readers[i] != NULL && (after->roles & JIP_READERS_EVERYBODY) == 0
        && !has_reader (after, before->readers[i])
        && !insert_drop (database, table, id, before->readers[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
same_readers (const JipFeedRow *a, const JipFeedRow *b)
{
  for (guint i = 0; i < G_N_ELEMENTS (a->readers); i++)
    if (g_strcmp0 (a->readers[i], b->readers[i]) != 0)
      return FALSE;
  return a->roles == b->roles;
}

static gboolean
put (JipDatabase *database,
     const char *table,
     const char *id,
     gint64 old_seq,
     const JipFeedRow *row,
     const char *digest,
     gint64 *seq,
     GError **error)
{
  if (!next_seq (database, seq, error))
    return FALSE;
  return old_seq > 0 ? jip_database_run (
             database, error,
             "UPDATE feed SET seq = $2, roles = $3, reader_a = $4, reader_b = $5, reader_c = $6, body = $7,"
             " digest = $8 WHERE seq = $1",
             "iiittttt", old_seq, *seq, (gint64) row->roles, row->readers[0], row->readers[1],
             row->readers[2], row->body, digest)
                     : jip_database_run (
                         database, error,
                         "INSERT INTO feed (seq, table_name, row_id, roles, reader_a, reader_b, reader_c,"
                         " body, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                         "ittittttt", *seq, table, id, (gint64) row->roles, row->readers[0], row->readers[1],
                         row->readers[2], row->body, digest);
}

static gboolean
bring_in_line (JipDatabase *database,
               JipPokes *pokes,
               const char *table,
               const char *id,
               const JipFeedRow *before,
               const JipFeedRow *after,
               GError **error)
{
  gboolean was_public = (before->roles & JIP_READERS_EVERYBODY) != 0;
  gboolean is_public = (after->roles & JIP_READERS_EVERYBODY) != 0;
  g_autofree char *digest = NULL;
  gint64 seq = 0;

  if (after->body != NULL)
    {
      JipDigest value;
      jip_digest_of_text (&value, table, id, after->body);
      digest = jip_digest_to_hex (&value);
    }
  if (g_strcmp0 (digest, before->digest) == 0 && same_readers (before, after))
    return TRUE;
  if (!put (database, table, id, before->seq, after, digest, &seq, error)
      || !drop_lost_readers (database, table, id, before, after, error)
      || !adjust_sum (database, table, was_public ? before->digest : NULL, is_public ? digest : NULL, error))
    return FALSE;
  poke (pokes, before, seq);
  poke (pokes, after, seq);
  return TRUE;
}

/**
 * jip_feed_touch:
 * @pokes: (nullable): collects those whom the change concerns
 * @table: a synced table
 * @id: the row that was made, changed or deleted
 *
 * Brings the feed in line with the base tables: a new seq when the row, or who may see it, is not what the feed holds.
 */
gboolean
jip_feed_touch (JipDatabase *database, JipPokes *pokes, const char *table, const char *id, GError **error)
{
  g_auto (JipFeedRow) before = { NULL };
  g_auto (JipFeedRow) after = { NULL };
  const JipFeedSpec *spec = jip_feed_spec_find (table);

  g_return_val_if_fail (spec != NULL, FALSE);

  if (!jip_feed_row_load (database, spec, id, &before, &after, error))
    return FALSE;
  if (after.body == NULL && before.digest == NULL)
    return TRUE;
  if (after.body == NULL)
    {
      after.roles = before.roles;
      for (guint i = 0; i < G_N_ELEMENTS (after.readers); i++)
        after.readers[i] = g_strdup (before.readers[i]);
    }
  return bring_in_line (database, pokes, table, id, &before, &after, error);
}

/**
 * jip_feed_add:
 * @pokes: (nullable): as for jip_feed_touch()
 * @id: of a row that was just made and that the feed has never held
 * @values: the row as jip_feed_row_make() takes it
 *
 * As jip_feed_touch(), by those who have all of a new row at hand: the database is not asked for what it was just told.
 */
gboolean
jip_feed_add (JipDatabase *database,
              JipPokes *pokes,
              const char *table,
              const char *id,
              const JipValue *values,
              guint n_values,
              GError **error)
{
  const JipFeedRow nothing = { NULL };
  g_auto (JipFeedRow) row = { NULL };
  const JipFeedSpec *spec = jip_feed_spec_find (table);

  g_return_val_if_fail (spec != NULL, FALSE);

  jip_feed_row_make (spec, values, n_values, &row);
  g_return_val_if_fail (row.body != NULL, FALSE);
  return bring_in_line (database, pokes, table, id, &nothing, &row, error);
}

/**
 * jip_feed_touch_all:
 * @sql: selects row ids of @table by `$1`
 * @id: `$1`
 *
 * jip_feed_touch() for each.
 */
gboolean
jip_feed_touch_all (JipDatabase *database,
                    JipPokes *pokes,
                    const char *table,
                    GError **error,
                    const char *sql,
                    const char *id)
{
  g_auto (GStrv) ids = jip_database_query_texts (database, error, sql, "t", id);

  if (ids == NULL)
    return FALSE;
  for (char **p = ids; *p != NULL; p++)
    if (!jip_feed_touch (database, pokes, table, *p, error))
      return FALSE;
  return TRUE;
}

typedef struct
{
  char *table;
  char *id;
} RowName;

static void
row_name_clear (gpointer data)
{
  RowName *name = data;

  g_free (name->table);
  g_free (name->id);
}

/* The rows that only the audiences in @mask give to @account. */
static GArray *
rows_of_mask (JipDatabase *database, const char *account, JipReaders mask, JipReaders rest, GError **error)
{
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (RowName));
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT table_name, row_id FROM feed WHERE roles > 1 AND body IS NOT NULL AND (roles & $1) <> 0"
      " AND (roles & $2) = 0 AND COALESCE (reader_a, '') <> $3 AND COALESCE (reader_b, '') <> $3"
      " AND COALESCE (reader_c, '') <> $3",
      "iit", (gint64) mask, (gint64) rest, account);

  g_array_set_clear_func (names, row_name_clear);
  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    {
      RowName name = { g_strdup (jip_rows_text (rows, 0)), g_strdup (jip_rows_text (rows, 1)) };
      g_array_append_val (names, name);
    }
  if (problem == NULL)
    return g_steal_pointer (&names);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static gboolean
renew (JipDatabase *database, const RowName *name, GError **error)
{
  gint64 seq;

  return next_seq (database, &seq, error)
         && jip_database_run (database, error,
                              "UPDATE feed SET seq = $1 WHERE table_name = $2 AND row_id = $3", "itt", seq,
                              name->table, name->id);
}

/**
 * jip_feed_readers_changed:
 * @before: the account's audiences until now
 * @after: from now on
 *
 * Makes what @account gains come again and drops what it loses, under new seqs.
 */
gboolean
jip_feed_readers_changed (JipDatabase *database,
                          JipPokes *pokes,
                          const char *account,
                          JipReaders before,
                          JipReaders after,
                          GError **error)
{
  JipReaders gained = after & ~before, lost = before & ~after;

  if (gained != 0)
    {
      g_autoptr (GArray) names = rows_of_mask (database, account, gained, before, error);
      if (names == NULL)
        return FALSE;
      for (guint i = 0; i < names->len; i++)
        if (!renew (database, &g_array_index (names, RowName, i), error))
          return FALSE;
    }
  if (lost != 0)
    {
      g_autoptr (GArray) names = rows_of_mask (database, account, lost, after, error);
      if (names == NULL)
        return FALSE;
      for (guint i = 0; i < names->len; i++)
        {
          RowName *name = &g_array_index (names, RowName, i);
          if (!insert_drop (database, name->table, name->id, account, error))
            return FALSE;
        }
    }
  if (pokes != NULL && before != after)
    {
      g_hash_table_add (pokes->accounts, g_strdup (account));
      g_hash_table_insert (pokes->readers, g_strdup (account), GUINT_TO_POINTER (after));
    }
  return TRUE;
}
