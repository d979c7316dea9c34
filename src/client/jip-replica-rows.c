/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-replica-rows.h"

#include "jip-json.h"
#include "jip-time.h"

#define MAX_INITIALS 300 /* characters of an idea that can be found by their initial consonants */

/* The columns that are taken from a row. */
typedef struct
{
  const char *parent;
  gint64 rank;
  gint64 time;
  const char *name;
  const char *kind;
  const char *state;
  const char *category;
  const char *department;
  const char *author;
  gint64 votes;
} Columns;

static const char *
text_of (JsonObject *row, const char *member)
{
  JsonNode *node = json_object_get_member (row, member);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node)
                                                                          : NULL;
}

static const char *
first_text (JsonObject *row, const char *const *members)
{
  for (; *members != NULL; members++)
    if (text_of (row, *members) != NULL)
      return text_of (row, *members);
  return NULL;
}

static gint64
first_int (JsonObject *row, const char *const *members)
{
  for (; *members != NULL; members++)
    {
      JsonNode *node = json_object_get_member (row, *members);
      if (node != NULL && json_node_get_value_type (node) == G_TYPE_INT64)
        return json_node_get_int (node);
    }
  return 0;
}

static Columns
columns_of (JsonObject *row)
{
  static const char *const parents[] = { "proposal", "event", "draft", NULL };
  static const char *const ranks[] = { "number", "n", "version", NULL };
  static const char *const names[] = { "name", "label", "title", NULL };
  static const char *const authors[] = { "author", "user", "judge", NULL };
  static const char *const votes[] = { "votes", NULL };
  const char *time = text_of (row, "received_at");
  Columns columns = {
    .parent = first_text (row, parents),
    .rank = first_int (row, ranks),
    .name = first_text (row, names),
    .kind = text_of (row, "kind"),
    .state = text_of (row, "state"),
    .category = text_of (row, "category"),
    .department = text_of (row, "department"),
    .author = first_text (row, authors),
    .votes = first_int (row, votes),
  };

  if (time == NULL || !jip_time_parse (time, &columns.time))
    columns.time = 0;
  return columns;
}

/**
 * jip_replica_initials:
 * @text: any text
 *
 * Returns: (transfer full): its Hangul syllables' initial consonants (예산 -> ㅇㅅ); what is no syllable becomes a space
 */
char *
jip_replica_initials (const char *text)
{
  static const char *const initials[] = { "ㄱ", "ㄲ", "ㄴ", "ㄷ", "ㄸ", "ㄹ", "ㅁ", "ㅂ", "ㅃ", "ㅅ",
                                          "ㅆ", "ㅇ", "ㅈ", "ㅉ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ" };
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
  GString *out = g_string_new (NULL);
  int n = 0;

  for (const char *p = normal; p != NULL && *p != '\0' && n < MAX_INITIALS; p = g_utf8_next_char (p), n++)
    {
      gunichar c = g_utf8_get_char (p);
      if (c >= 0xac00 && c <= 0xd7a3)
        g_string_append (out, initials[(c - 0xac00) / 588]);
      else if (out->len > 0 && out->str[out->len - 1] != ' ')
        g_string_append_c (out, ' ');
    }
  return g_string_free (out, FALSE);
}

static gboolean
index_words (JipDatabase *database, gint64 key, JsonObject *row, GError **error)
{
  const char *title = text_of (row, "title");
  const char *body = text_of (row, "body");
  g_autofree char *words = g_strdup_printf ("%s\n%s", title != NULL ? title : "", body != NULL ? body : "");
  g_autofree char *initials = jip_replica_initials (words);

  return jip_database_run (database, error,
                           "INSERT INTO proposal_text (rowid, words, initials) VALUES ($1, $2, $3)", "itt",
                           key, words, initials);
}

/* The key of a layer's row, 0 when there is none. */
static gint64
find_key (JipDatabase *database, JipLayer layer, const char *table, const char *id, GError **error)
{
  return jip_database_query_int (database, 0, error,
                                 "SELECT key FROM record WHERE tbl = $1 AND id = $2 AND layer = $3", "tti",
                                 table, id, (gint64) layer);
}

static gboolean
forget (JipDatabase *database, const char *table, gint64 key, GError **error)
{
  if (g_str_equal (table, "proposal")
      && !jip_database_run (database, error, "DELETE FROM proposal_text WHERE rowid = $1", "i", key))
    return FALSE;
  return jip_database_run (database, error, "DELETE FROM record WHERE key = $1", "i", key);
}

static gboolean
show_base (JipDatabase *database, const char *table, const char *id, gboolean shown, GError **error)
{
  return jip_database_run (database, error,
                           "UPDATE record SET shown = $1 WHERE tbl = $2 AND id = $3 AND layer = 0", "itt",
                           (gint64) shown, table, id);
}

static gboolean
insert (JipDatabase *database,
        JipLayer layer,
        gint64 generation,
        gboolean shown,
        const char *table,
        const char *id,
        JsonObject *row,
        GError **error)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), row);
  g_autofree char *text = jip_json_canonical (node);
  Columns c = columns_of (row);

  if (!jip_database_run (
          database, error,
          "INSERT INTO record (tbl, id, layer, shown, generation, row, parent, rank, time, name, "
          "kind, state, category, department, author, votes) VALUES ($1, $2, $3, $4, $5, $6, $7, "
          "$8, $9, $10, $11, $12, $13, $14, $15, $16)",
          "ttiiittiitttttti", table, id, (gint64) layer, (gint64) shown, generation, text, c.parent, c.rank,
          c.time, c.name, c.kind, c.state, c.category, c.department, c.author, c.votes))
    return FALSE;
  if (!g_str_equal (table, "proposal"))
    return TRUE;
  gint64 key = jip_database_query_int (database, 0, error, "SELECT last_insert_rowid()", "");
  return key != 0 && index_words (database, key, row, error);
}

/**
 * jip_replica_row_put:
 * @generation: of the snapshot the row belongs to; 0 in the overlay
 * @row: the whole row
 *
 * Writes a row of one layer and shows the right one of the two.
 */
gboolean
jip_replica_row_put (JipDatabase *database,
                     JipLayer layer,
                     gint64 generation,
                     const char *table,
                     const char *id,
                     JsonObject *row,
                     GError **error)
{
  g_autoptr (GError) local = NULL;
  gint64 old = find_key (database, layer, table, id, &local);
  gboolean shown = layer == JIP_LAYER_OVERLAY;

  if (local == NULL && layer == JIP_LAYER_BASE)
    shown = find_key (database, JIP_LAYER_OVERLAY, table, id, &local) == 0;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (old != 0 && !forget (database, table, old, error))
    return FALSE;
  if (layer == JIP_LAYER_OVERLAY && !show_base (database, table, id, FALSE, error))
    return FALSE;
  return insert (database, layer, generation, shown, table, id, row, error);
}

/**
 * jip_replica_row_remove:
 *
 * Removes a layer's row; without its overlay a base row is shown again.
 */
gboolean
jip_replica_row_remove (JipDatabase *database,
                        JipLayer layer,
                        const char *table,
                        const char *id,
                        GError **error)
{
  g_autoptr (GError) local = NULL;
  gint64 key = find_key (database, layer, table, id, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (key != 0 && !forget (database, table, key, error))
    return FALSE;
  return layer == JIP_LAYER_BASE || show_base (database, table, id, TRUE, error);
}

/**
 * jip_replica_row_bury:
 *
 * Hides a row under an overlay that says it is gone.
 */
gboolean
jip_replica_row_bury (JipDatabase *database, const char *table, const char *id, GError **error)
{
  return jip_replica_row_remove (database, JIP_LAYER_OVERLAY, table, id, error)
         && show_base (database, table, id, FALSE, error)
         && jip_database_run (
             database, error,
             "INSERT INTO record (tbl, id, layer, shown, generation) VALUES ($1, $2, 1, 0, 0)", "tt", table,
             id);
}

/**
 * jip_replica_row_get:
 *
 * Returns: (transfer full) (nullable): the row as it is shown, to be changed freely; %NULL without @error when there is none
 */
JsonObject *
jip_replica_row_get (JipDatabase *database, const char *table, const char *id, GError **error)
{
  g_autofree char *text = jip_database_query_text (
      database, error, "SELECT row FROM record WHERE tbl = $1 AND id = $2 AND shown = 1", "tt", table, id);
  g_autoptr (JsonNode) node = text != NULL ? jip_json_parse (text, -1, error) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : NULL;
}
