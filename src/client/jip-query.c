/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-query.h"

#include <string.h>

#include "jip-board-records.h"
#include "jip-hangul-tokenizer.h"
#include "jip-json.h"
#include "jip-record-lists.h"

/* The other keys of the draft writer are no drafts' ids. */
#define IS_TYPED "scratch.key GLOB 'draft/*' AND length (scratch.key) = 42 AND json_valid (text)"

#define TITLE_CHARS 60 /* of a body that stand for a title */

struct _JipQuery
{
  GType type;
  char *user;
  GString *where;
  GPtrArray *values; /* texts, bound as $2 … ; $1 is the table */
  const char *order;
  gboolean nothing; /* the search holds no word: nothing matches */
  gboolean typed;   /* of drafts, what was typed and not saved in the place of what was saved */
};

/**
 * jip_query_new:
 * @type: the records' type
 * @user: (nullable): who asks, for what is "mine" and "voted"
 */
JipQuery *
jip_query_new (GType type, const char *user)
{
  JipQuery *self = g_new0 (JipQuery, 1);

  self->type = type;
  self->user = g_strdup (user != NULL ? user : "");
  self->where = g_string_new (NULL);
  self->values = g_ptr_array_new_with_free_func (g_free);
  self->order = "rank, time, id";
  return self;
}

static gpointer
copy_text (gconstpointer text, gpointer data)
{
  return g_strdup (text);
}

JipQuery *
jip_query_copy (const JipQuery *self)
{
  JipQuery *copy = g_new0 (JipQuery, 1);

  copy->type = self->type;
  copy->user = g_strdup (self->user);
  copy->where = g_string_new (self->where->str);
  copy->values = g_ptr_array_copy (self->values, copy_text, NULL);
  g_ptr_array_set_free_func (copy->values, g_free);
  copy->order = self->order;
  copy->nothing = self->nothing;
  copy->typed = self->typed;
  return copy;
}

void
jip_query_free (JipQuery *self)
{
  g_free (self->user);
  g_string_free (self->where, TRUE);
  g_ptr_array_unref (self->values);
  g_free (self);
}

const char *
jip_query_get_table (const JipQuery *self)
{
  return self->type == JIP_TYPE_REFUSED ? "refused" : jip_record_type_get_table (self->type);
}

static void
add (JipQuery *self, const char *format, const char *value)
{
  g_ptr_array_add (self->values, g_strdup (value));
  g_string_append_printf (self->where, format, self->values->len + 1);
}

/**
 * jip_query_where_text:
 * @column: a column of the replica's record table; a constant of the program
 * @value: (nullable): what it must be; %NULL asks for nothing
 */
void
jip_query_where_text (JipQuery *self, const char *column, const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  g_string_append_printf (self->where, " AND %s", column);
  add (self, " = $%u", value);
}

void
jip_query_where_mine (JipQuery *self)
{
  add (self,
       " AND (author = $%u OR id IN (SELECT parent FROM record WHERE tbl = 'own_proposal' AND shown = 1))",
       self->user);
}

/**
 * jip_query_with_typed:
 *
 * Of drafts: those that were typed on this PC and are not saved, or not as they were typed last, are there as typed, first.
 */
void
jip_query_with_typed (JipQuery *self)
{
  self->typed = TRUE;
}

/**
 * jip_query_search:
 * @text: (nullable): what a person typed; words all of which must be found
 */
void
jip_query_search (JipQuery *self, const char *text)
{
  g_autofree char *expression = NULL;

  if (text == NULL || *text == '\0')
    return;
  expression = jip_search_expression (text);
  self->nothing = expression == NULL && strspn (text, " \t\n") != strlen (text);
  if (expression != NULL)
    add (self, " AND key IN (SELECT rowid FROM proposal_text WHERE proposal_text MATCH $%u)", expression);
}

/**
 * jip_query_order:
 * @order: the terms after ORDER BY; a constant of the program
 */
void
jip_query_order (JipQuery *self, const char *order)
{
  self->order = order;
}

void
jip_item_free (JipItem *item)
{
  g_free (item->id);
  g_clear_object (&item->record);
  g_free (item);
}

/* The title, or the first line of the body, cut at a word where there is one. */
static char *
display_title (JsonObject *row)
{
  const char *title = json_object_get_string_member_with_default (row, "title", NULL);
  const char *body = json_object_get_string_member_with_default (row, "body", "");

  if (title != NULL && *title != '\0')
    return g_strdup (title);
  g_autofree char *line = g_strndup (body, strcspn (body, "\r\n"));
  g_strstrip (line);
  if (g_utf8_strlen (line, -1) <= TITLE_CHARS)
    return g_steal_pointer (&line);
  g_autofree char *cut = g_utf8_substring (line, 0, TITLE_CHARS);
  char *space = strrchr (cut, ' ');
  if (space != NULL && space > cut + strlen (cut) / 2)
    *space = '\0';
  return g_strconcat (cut, "…", NULL);
}

static JipRecord *
make_record (JipQuery *self,
             const char *text,
             gboolean pending,
             gboolean mine,
             gboolean voted,
             GError **error)
{
  g_autoptr (JsonNode) node = jip_json_parse (text, -1, error);

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  JsonObject *row = json_node_get_object (node);
  if (self->type == JIP_TYPE_PROPOSAL)
    {
      g_autofree char *title = display_title (row);
      json_object_set_string_member (row, "display_title", title);
      json_object_set_boolean_member (row, "mine", mine);
      json_object_set_boolean_member (row, "voted", voted);
    }
  return jip_record_new (self->type, row, pending);
}

static guint64
stamp_of (const char *text, gint64 flags)
{
  guint64 hash = G_GUINT64_CONSTANT (1469598103934665603) + (guint64) flags;

  for (; *text != '\0'; text++)
    hash = (hash ^ (guchar) *text) * G_GUINT64_CONSTANT (1099511628211);
  return hash;
}

static char *
make_sql (JipQuery *self, const char *columns, const char *tail)
{
  if (self->type == JIP_TYPE_REFUSED)
    return g_strdup_printf (
        "SELECT %s FROM (SELECT key, key AS rank, 'refused' AS tbl, 1 AS shown, "
        "0 AS layer, at AS time, CAST(key AS TEXT) AS id, coalesce (args ->> '$.proposal', args ->> '$.id') AS parent, "
        "json_object('id', CAST(key AS TEXT), 'key', key, 'token', key || '-' || at, 'at', at, 'name', name, "
        "'parent', coalesce (args ->> '$.proposal', args ->> '$.id'), 'args', json(args), 'code', code, "
        "'message', message, 'detail', json(detail), 'marks', CASE WHEN name = 'draft.save' THEN json((SELECT "
        "text -> '$.map' FROM scratch WHERE key = 'draft-local/' || (args ->> '$.id'))) END) AS row FROM (SELECT key, name, at, code, message, "
        "CASE WHEN json_valid(args) THEN args ELSE json_object('body', args) END AS args, "
        "CASE WHEN json_valid(detail) THEN detail END AS detail FROM refused)) AS r WHERE tbl = $1%s%s",
        columns, self->where->str, tail);
  if (self->typed)
    return g_strdup_printf (
        "SELECT %s FROM (SELECT key, rank, tbl, shown, layer, time, id, parent, author, row FROM record WHERE "
        "tbl = 'draft' AND shown = 1 AND NOT EXISTS (SELECT 1 FROM scratch WHERE " IS_TYPED
        " AND substr (scratch.key, 7) = record.id) UNION ALL SELECT 0, 0, 'draft', 1, 0, 9223372036854775807, "
        "substr (key, 7), NULL, NULL, json_object ('id', substr (key, 7), 'type', text ->> '$.type', 'title', "
        "text ->> '$.title', 'document', json (text), 'typed', json ('true')) FROM scratch WHERE " IS_TYPED
        ") AS r WHERE tbl = $1%s%s",
        columns, self->where->str, tail);
  return g_strdup_printf ("SELECT %s FROM record AS r WHERE tbl = $1 AND shown = 1%s%s", columns,
                          self->where->str, tail);
}

static JipRows *
query (JipQuery *self, JipDatabase *database, const char *sql, GError **error)
{
  g_autofree JipValue *values = g_new0 (JipValue, self->values->len + 1);

  values[0] = (JipValue){ .type = 't', .text = jip_query_get_table (self) };
  for (guint i = 0; i < self->values->len; i++)
    values[i + 1] = (JipValue){ .type = 't', .text = g_ptr_array_index (self->values, i) };
  return jip_database_query_values (database, error, sql, values, self->values->len + 1);
}

static gboolean
count (JipQuery *self, JipDatabase *database, guint *total, GError **error)
{
  g_autofree char *sql = make_sql (self, "count(*)", "");
  g_autoptr (JipRows) rows = query (self, database, sql, error);

  if (rows == NULL || !jip_rows_next (rows, error))
    return FALSE;
  *total = (guint) jip_rows_int (rows, 0);
  return TRUE;
}

static JipRows *
select_rows (JipQuery *self, JipDatabase *database, guint limit, GError **error)
{
  const char *user = self->user;
  gboolean proposals = self->type == JIP_TYPE_PROPOSAL && strspn (user, "0123456789abcdef-") == strlen (user);
  g_autofree char *flags
      = proposals ? g_strdup_printf (
            "(author = '%s' OR EXISTS (SELECT 1 FROM record AS o WHERE o.tbl = "
            "'own_proposal' AND o.id = r.id AND o.shown = 1)), EXISTS (SELECT 1 FROM record "
            "AS v WHERE v.tbl = 'vote' AND v.id = r.id || ':%s' AND v.shown = 1)",
            user, user)
                  : g_strdup ("0, 0");
  g_autofree char *columns = g_strdup_printf ("id, row, layer, %s", flags);
  g_autofree char *tail = g_strdup_printf (" ORDER BY %s LIMIT %u", self->order, limit);
  g_autofree char *sql = make_sql (self, columns, tail);

  return query (self, database, sql, error);
}

static JipItem *
make_item (JipQuery *self, JipRows *rows, GHashTable *known, GError **error)
{
  gboolean pending = jip_rows_int (rows, 2) == 1, mine = jip_rows_int (rows, 3) != 0;
  gboolean voted = jip_rows_int (rows, 4) != 0;
  const char *id = jip_rows_text (rows, 0), *text = jip_rows_text (rows, 1);
  guint64 stamp = stamp_of (text, pending | mine << 1 | voted << 2);
  const guint64 *old = known != NULL ? g_hash_table_lookup (known, id) : NULL;
  g_autoptr (JipRecord) record = NULL;

  if (old == NULL || *old != stamp)
    {
      record = make_record (self, text, pending, mine, voted, error);
      if (record == NULL)
        return NULL;
    }
  JipItem *item = g_new0 (JipItem, 1);
  *item = (JipItem){ .id = g_strdup (id), .stamp = stamp, .record = g_steal_pointer (&record) };
  return item;
}

/**
 * jip_query_run:
 * @limit: how many rows at most
 * @known: (nullable): id -> guint64 stamp of records that the asker has already
 * @result: (out caller-allocates): its items are the caller's
 */
gboolean
jip_query_run (JipQuery *self,
               JipDatabase *database,
               guint limit,
               GHashTable *known,
               JipQueryResult *result,
               GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_item_free);
  g_autoptr (GError) local = NULL;

  result->total = 0;
  if (!self->nothing)
    {
      g_autoptr (JipRows) rows = select_rows (self, database, limit, error);
      if (rows == NULL)
        return FALSE;
      while (jip_rows_next (rows, &local))
        {
          JipItem *item = make_item (self, rows, known, error);
          if (item == NULL)
            return FALSE;
          g_ptr_array_add (items, item);
        }
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      result->total = items->len;
      if (items->len == limit && !count (self, database, &result->total, error))
        return FALSE;
    }
  result->items = g_steal_pointer (&items);
  return TRUE;
}
