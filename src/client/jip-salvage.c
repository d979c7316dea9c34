/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a damaged replica still says, into a new one. Of the server's rows that is a convenience until the next snapshot; the
 * queue, what was refused and what was being typed exist nowhere else. */
#include "jip-salvage.h"

#include <string.h>

#include "jip-damaged-args.h"
#include "jip-error.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-migrations.h"
#include "jip-outbox.h"
#include "jip-overlay.h"
#include "jip-page-apply.h"
#include "jip-page-scan.h"
#include "jip-quarantine.h"
#include "jip-replica-rows.h"

#define MAX_COLUMNS 16
#define ROW_COLUMNS "tbl, id, row"

static const char *const own_tables[] = { "meta", "outbox", "refused", "scratch", "file" };

/* One table on its way. */
typedef struct
{
  const char *name;
  JipDatabase *from, *to;
  const char *columns; /* read after the rowid */
  guint n_columns;
  gint64 last; /* the rowid of the newest row read upwards */
  gboolean (*take) (JipDatabase *to, JipRows *row, gpointer table, GError **error);
} Table;

static gboolean
knows_column (JipDatabase *database, const char *table, const char *column)
{
  return jip_database_query_int (database, 0, NULL,
                                 "SELECT count(*) FROM pragma_table_info ($1) WHERE name = $2", "tt", table,
                                 column)
         > 0;
}

/* An older program may have left it before it got all its columns. */
static char *
shared_columns (Table *table)
{
  g_autofree char *select = g_strdup_printf ("SELECT * FROM %s LIMIT 0", table->name);
  g_autoptr (JipRows) rows = jip_database_query (table->to, NULL, select, NULL);
  g_autoptr (GString) columns = g_string_new (NULL);

  table->n_columns = 0;
  for (guint i = 0; rows != NULL && i < jip_rows_get_n_columns (rows) && table->n_columns < MAX_COLUMNS; i++)
    if (knows_column (table->from, table->name, jip_rows_get_name (rows, i)))
      {
        g_string_append_printf (columns, "%s%s", table->n_columns > 0 ? ", " : "",
                                jip_rows_get_name (rows, i));
        table->n_columns++;
      }
  return g_string_free (g_steal_pointer (&columns), FALSE);
}

static gboolean
take_as_it_is (JipDatabase *to, JipRows *row, gpointer data, GError **error)
{
  Table *table = data;
  g_autoptr (GString) sql = g_string_new (NULL);
  JipValue values[MAX_COLUMNS];
  g_auto (GStrv) texts = g_new0 (char *, MAX_COLUMNS + 1);
  guint n_texts = 0;

  g_string_printf (sql, "INSERT OR IGNORE INTO %s (%s) VALUES (", table->name, table->columns);
  for (guint i = 0; i < table->n_columns; i++)
    {
      char type = jip_rows_get_type (row, i + 1);
      values[i] = (JipValue){ .type = type == 't' || type == 'i' ? type : 0 };
      if (type == 't')
        {
          texts[n_texts] = g_utf8_make_valid (jip_rows_text (row, i + 1), -1);
          values[i].text = texts[n_texts++];
        }
      else if (type == 'i')
        values[i].integer = jip_rows_int (row, i + 1);
      g_string_append_printf (sql, "%s$%u", i > 0 ? ", " : "", i + 1);
    }
  g_string_append_c (sql, ')');
  return jip_database_run_values (to, error, sql->str, values, table->n_columns);
}

static gboolean
take_base_row (JipDatabase *to, JipRows *row, gpointer table, GError **error)
{
  const char *tbl = jip_rows_text (row, 1), *id = jip_rows_text (row, 2), *text = jip_rows_text (row, 3);
  g_autoptr (JsonNode) node = text != NULL ? jip_json_parse (text, -1, NULL) : NULL;

  if (tbl == NULL || id == NULL || node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;
  return jip_replica_row_put (to, JIP_LAYER_BASE, 0, tbl, id, json_node_get_object (node), error);
}

/* One walk over the table, up or down to where the first one came. @damage: what the old file answered at its end */
static gboolean
walk (Table *table, const char *where, gboolean down, GError **damage, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT rowid, %s FROM %s NOT INDEXED WHERE %s ORDER BY rowid %s",
                                          table->columns, table->name, where, down ? "DESC" : "ASC");
  g_autoptr (JipRows) rows = jip_database_query (table->from, damage, sql, NULL);

  while (rows != NULL && jip_rows_next (rows, damage))
    {
      gint64 at = jip_rows_int (rows, 0);
      if (down && at <= table->last)
        break;
      if (!table->take (table->to, rows, table, error))
        return FALSE;
      if (!down)
        table->last = at;
    }
  return TRUE;
}

/* Both ways: of a table that is broken in its middle both ends can be read. */
static gboolean
copy_table (Table *table, const char *where, gboolean *whole, GError **error)
{
  g_autoptr (GError) damage = NULL;
  g_autoptr (GError) damage_down = NULL;

  table->last = G_MININT64;
  if (!walk (table, where, FALSE, &damage, error))
    return FALSE;
  if (damage == NULL)
    return TRUE;
  *whole = FALSE;
  return walk (table, where, TRUE, &damage_down, error);
}

/* A page whose number of rows was changed can be read without an error. */
static gboolean
is_whole (JipDatabase *database, const char *table)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA integrity_check (%s)", table);
  g_autofree char *verdict = jip_database_query_text (database, NULL, sql, NULL);

  return g_strcmp0 (verdict, "ok") == 0;
}

/* Texts whose bytes were changed or zeroed: nothing in the structure of the file tells. */
#define TEXTS \
  "SELECT args, 1, instr (args, char (0)) FROM outbox UNION ALL " \
  "SELECT args, 1, instr (args, char (0)) FROM refused UNION ALL " \
  "SELECT text, 0, instr (text, char (0)) FROM scratch UNION ALL " \
  "SELECT value, key IN ('user', 'session'), instr (value, char (0)) FROM meta"

static gboolean
is_object (const char *text)
{
  g_autoptr (JsonNode) node = jip_json_parse (text, -1, NULL);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node);
}

static gboolean
can_be_read (JipRows *row)
{
  const char *text = jip_rows_text (row, 0);

  return text != NULL && jip_rows_int (row, 2) == 0 && g_utf8_validate (text, -1, NULL)
         && (jip_rows_int (row, 1) == 0 || is_object (text));
}

static gboolean
has_sound_numbers (JipDatabase *database)
{
  g_autofree char *replica = jip_meta_get (database, "replica", NULL);
  gint64 newest = jip_database_query_int (database, -1, NULL, "SELECT coalesce (max (n), 0) FROM outbox", "");

  return (replica == NULL || jip_id_is_valid (replica)) && newest >= 0
         && newest <= jip_outbox_get_number (database, "newest_n", NULL);
}

/**
 * jip_salvage_check:
 *
 * Checks what exists on this PC alone, its indexes and texts included: it is little, and nobody sends it again.
 *
 * Returns: %FALSE with an error of which jip_error_is_damaged_database() holds
 */
gboolean
jip_salvage_check (JipDatabase *database, gpointer unused, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (database, &problem, TEXTS, "");
  gboolean sound = rows != NULL;

  while (sound && jip_rows_next (rows, &problem))
    sound = can_be_read (rows);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  for (guint i = 0; sound && i < G_N_ELEMENTS (own_tables); i++)
    sound = is_whole (database, own_tables[i]);
  sound = sound && has_sound_numbers (database);
  return sound || jip_database_set_damaged (error);
}

/**
 * jip_salvage_copy:
 * @from: a database of which parts may be damaged, outside of any transaction
 * @to: a new replica, in a transaction
 * @whole: (out): whether all that exists on this PC alone could be read
 *
 * Copies all that can be read and that @to does not have yet. Errors: those of @to
 */
gboolean
jip_salvage_copy (JipDatabase *from, JipDatabase *to, gboolean *whole, GError **error)
{
  *whole = jip_salvage_check (from, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (own_tables); i++)
    {
      Table table = { .name = own_tables[i], .from = from, .to = to, .take = take_as_it_is };
      g_autofree char *columns = shared_columns (&table);
      table.columns = columns;
      *whole &= *columns != '\0';
      if (*columns != '\0' && !copy_table (&table, "TRUE", whole, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * jip_salvage_copy_rows:
 * @whole: (out): whether all rows could be read
 *
 * As jip_salvage_copy(), for what came from the server: so that there is something to read until it comes again.
 */
gboolean
jip_salvage_copy_rows (JipDatabase *from, JipDatabase *to, gboolean *whole, GError **error)
{
  Table table = { .name = "record", .from = from, .to = to, .columns = ROW_COLUMNS, .take = take_base_row };

  *whole = TRUE;
  return copy_table (&table, "layer = 0", whole, error);
}

/* Rows that no table leads to any more are told by their shape. */

static const char *const meta_keys[]
    = { "session", "user",       "replica",      "cursor", "epoch",       "generation", "in_snapshot",
        "server",  "newest_n",   "last_n",       "safe_n", "resend_from", "files_due",  "digest_failed_at",
        "leaving", "doubt_from", "installation", "moving", "joins",       "used_at",    "moved_at",
        NULL };

static const char *const statuses[] = { "waiting", "ok", "rejected", "conflict", NULL };

/* @types: of each column in order: 't' and 'i', or '0' for NULL, '?' for a text or NULL, '.' for anything; the columns that
 * an older program did not have yet stand in brackets */
static gboolean
has_shape (const JipPageRow *row, const char *types)
{
  gboolean optional = FALSE;
  guint column = 0;

  for (; *types != '\0'; types++)
    {
      if (*types == '[')
        optional = TRUE;
      if (*types == '[' || *types == ']')
        continue;
      if (column == row->n_columns)
        return optional;
      char type = row->values[column++].type;
      if ((*types == '0' && type != 0) || ((*types == 't' || *types == 'i') && type != *types)
          || (*types == '?' && type == 'i'))
        return FALSE;
    }
  return column == row->n_columns;
}

static gboolean
is_one_of (const JipValue *value, const char *const *texts)
{
  return value->type == 't' && g_strv_contains (texts, value->text);
}

static gboolean
is_mutation (const JipPageRow *row)
{
  return row->rowid > 0 && strchr (row->values[1].text, '.') != NULL;
}

static gboolean
is_hash (const char *text)
{
  return strlen (text) == 64 && text[strspn (text, "0123456789abcdef")] == '\0';
}

/* Where the list of free pages is gone too, or the log is damaged, a row may come in two states: the later one is kept. A
 * number may have been another entry's before a queue went on under a new name. */
#define ADOPT_QUEUED \
  "INSERT INTO outbox (n, name, args, at, status, receipt, origin_replica, origin_n, covered_at, subject) " \
  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (n) DO UPDATE SET status = excluded.status, " \
  "receipt = excluded.receipt WHERE outbox.status = 'waiting' AND excluded.status <> 'waiting' AND " \
  "outbox.at = excluded.at AND outbox.name = excluded.name"
#define ADOPT_REFUSED \
  "INSERT OR IGNORE INTO refused (key, name, args, at, code, message, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)"

/* A scan of a replica, up to three times. @turn: which pages are believed now, of rows that are never changed once they are
 * written: those of a doubtful page may be wrong within, so that their states of before go first. Of the others what was
 * written last goes first, whatever it stands on. */
typedef struct
{
  JipDatabase *to;
  JipPageState turn;
  gboolean is_doubtful;
  gint64 last_n; /* as a page says that is sound */
} Adoption;

/* What the server had judged may have been put away since: a vote that was withdrawn later must not come again. */
static gboolean
is_history (const Adoption *self, const JipPageRow *row)
{
  return row->state == JIP_PAGE_OLDER && row->rowid <= self->last_n;
}

static gboolean
adopt_work (Adoption *self, const JipPageRow *row, const char *sql, guint n_values, GError **error)
{
  JipValue values[JIP_PAGE_ROW_COLUMNS];

  if (row->state != self->turn || !is_mutation (row))
    return TRUE;
  memcpy (values, row->values, sizeof values);
  values[0] = (JipValue){ .type = 'i', .integer = row->rowid };
  return jip_database_run_values (self->to, error, sql, values, n_values);
}

static gboolean
adopt_meta (Adoption *self, const JipPageRow *row, GError **error)
{
  const char *key = row->values[0].text, *value = row->values[1].text;
  gboolean is_readable = g_str_equal (key, "replica")                                ? jip_id_is_valid (value)
                         : g_str_equal (key, "user") || g_str_equal (key, "session") ? is_object (value)
                                                                                     : TRUE;

  if (g_str_equal (key, "last_n") && row->state == JIP_PAGE_NEWEST)
    self->last_n = g_ascii_strtoll (value, NULL, 10);
  return !is_readable
         || jip_database_run_values (
             self->to, error, "INSERT OR IGNORE INTO meta (key, value) VALUES ($1, $2)", row->values, 2);
}

static gboolean
adopt (const JipPageRow *row, gpointer data, GError **error)
{
  Adoption *self = data;

  self->is_doubtful |= row->state != JIP_PAGE_NEWEST;
  if (has_shape (row, "0ttit?[?...]") && is_one_of (&row->values[4], statuses))
    return is_history (self, row) || adopt_work (self, row, ADOPT_QUEUED, 10, error);
  if (has_shape (row, "0tti???"))
    return adopt_work (self, row, ADOPT_REFUSED, 7, error);
  if (self->turn != JIP_PAGE_NEWEST)
    return TRUE;
  if (has_shape (row, "tii[..]") && is_hash (row->values[0].text))
    return jip_database_run_values (
        self->to, error,
        "INSERT OR IGNORE INTO file (sha256, size, sent, done_n, done_at) VALUES ($1, $2, $3, $4, $5)",
        row->values, 5);
  if (!has_shape (row, "tt"))
    return TRUE;
  if (is_one_of (&row->values[0], meta_keys))
    return adopt_meta (self, row, error);
  return g_str_equal (row->values[0].text, "schema")
         || jip_database_run_values (
             self->to, error, "INSERT OR IGNORE INTO scratch (key, text) VALUES ($1, $2)", row->values, 2);
}

/**
 * jip_salvage_scan:
 * @path: of the damaged file
 * @to: a new replica, in a transaction
 *
 * Takes what exists on this PC alone from pages that nothing leads to any more, and from those that stand in a damaged log:
 * of each row the newest state that can be read. Errors: those of @to, %JIP_ERROR_FILE
 */
gboolean
jip_salvage_scan (const char *path, JipDatabase *to, GError **error)
{
  Adoption adoption = { .to = to, .turn = JIP_PAGE_NEWEST };

  if (!jip_page_scan (path, adopt, &adoption, error))
    return FALSE;
  for (adoption.turn++; adoption.is_doubtful && adoption.turn <= JIP_PAGE_DOUBTFUL; adoption.turn++)
    if (!jip_page_scan (path, adopt, &adoption, error))
      return FALSE;
  return TRUE;
}

/* A queue with holes goes on under a new name: what the server has taken of it already is told by the old one. Receipts
 * are worth nothing without the name they were given for, and what was acknowledged must not be judged anew. */
static gboolean
rename_queue (JipDatabase *database, const char *name, GError **error)
{
  g_autofree char *replica = jip_meta_get (database, "replica", NULL);
  g_autofree char *fresh = jip_id_new ();

  if (replica == NULL && !jip_meta_set (database, "replica", name != NULL ? name : fresh, error))
    return FALSE;
  return (replica != NULL || name != NULL
          || jip_database_exec (database, "DELETE FROM outbox WHERE status <> 'waiting'", error))
         && jip_outbox_new_replica (database, error);
}

/* Files of which nothing is known but that a queued mutation attaches them. */
#define FIND_FILES \
  "INSERT OR IGNORE INTO file (sha256, size, sent) SELECT json_extract (args, '$.sha256'), " \
  "json_extract (args, '$.size'), 0 FROM outbox WHERE name = 'attachment.add' AND json_valid (args) " \
  "AND json_extract (args, '$.sha256') IS NOT NULL AND json_extract (args, '$.size') IS NOT NULL"

/* The numbers of what @sql finds whose second column is no JSON object. */
static GArray *
find_unreadable (JipDatabase *database, const char *sql, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (database, &problem, sql, "");

  while (rows != NULL && jip_rows_next (rows, &problem))
    {
      gint64 number = jip_rows_int (rows, 0);
      if (!is_object (jip_rows_text (rows, 1)))
        g_array_append_val (numbers, number);
    }
  if (problem == NULL)
    return g_steal_pointer (&numbers);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static gboolean
make_refused_readable (JipDatabase *database, gint64 key, GError **error)
{
  g_autofree char *text
      = jip_database_query_text (database, error, "SELECT args FROM refused WHERE key = $1", "i", key);
  g_autofree char *args = text != NULL ? jip_damaged_args_read (text) : NULL;

  return args != NULL
         && jip_database_run (database, error, "UPDATE refused SET args = $2, code = $3 WHERE key = $1",
                              "itt", key, args, jip_error_code_get_name (JIP_ERROR_DAMAGED));
}

/* What can no longer be read as what it was stands with the refused changes, as the text that is left of it. */
static gboolean
put_unreadable_aside (JipDatabase *database, GError **error)
{
  g_autoptr (GArray) queued = find_unreadable (database, "SELECT n, args FROM outbox", error);
  g_autoptr (GArray) refused
      = queued != NULL ? find_unreadable (database, "SELECT key, args FROM refused", error) : NULL;
  gboolean ok = refused != NULL;

  for (guint i = 0; ok && i < refused->len; i++)
    ok = make_refused_readable (database, g_array_index (refused, gint64, i), error);
  for (guint i = 0; ok && i < queued->len; i++)
    ok = jip_quarantine_take_damaged (database, g_array_index (queued, gint64, i), error);
  return ok;
}

/* Who this is is told again at the next sign-in. */
static gboolean
forget_unreadable (JipDatabase *database, GError **error)
{
  static const char *const keys[] = { "user", "session" };
  g_autofree char *replica = jip_meta_get (database, "replica", NULL);

  if (replica != NULL && !jip_id_is_valid (replica)
      && !jip_database_run (database, error, "DELETE FROM meta WHERE key = 'replica'", ""))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *text = jip_meta_get (database, keys[i], NULL);
      if (text != NULL && !is_object (text)
          && !jip_database_run (database, error, "DELETE FROM meta WHERE key = $1", "t", keys[i]))
        return FALSE;
    }
  return TRUE;
}

#define FIND_SUBJECTS \
  "UPDATE outbox SET subject = coalesce (json_extract (args, '$.proposal'), json_extract (args, '$.id')) " \
  "WHERE subject IS NULL AND json_valid (args)"

/**
 * jip_salvage_settle:
 * @database: a replica that was filled by jip_salvage_copy(), in a transaction
 * @whole: whether nothing is missing of what exists on this PC alone
 * @name: (nullable): the replica's, where it does not say that itself any more
 *
 * Makes it one that goes on: it reads a snapshot next, and shows what is queued until then.
 */
gboolean
jip_salvage_settle (JipDatabase *database, gboolean whole, const char *name, GError **error)
{
  g_autofree char *epoch = jip_meta_get (database, "epoch", NULL);
  gint64 newest
      = jip_database_query_int (database, -1, error, "SELECT coalesce (max (n), 0) FROM outbox", "");

  if (newest < 0 || !forget_unreadable (database, error) || !put_unreadable_aside (database, error)
      || !jip_database_run (database, error, FIND_SUBJECTS, "")
      || !jip_outbox_set_number (database, "newest_n",
                                 MAX (newest, jip_outbox_get_number (database, "newest_n", NULL)), error)
      || (epoch == NULL && !jip_meta_set (database, "epoch", "", error)) /* any epoch is another one */
      || !jip_meta_set (database, JIP_SALVAGE_MENDED, whole ? JIP_SALVAGE_WHOLE : JIP_SALVAGE_PART, error)
      || !jip_page_begin_snapshot (database, error))
    return FALSE;
  if (!whole)
    return jip_database_run (database, error, FIND_FILES, "")
           && jip_outbox_set_number (database, "files_due", 1, error) && rename_queue (database, name, error);
  g_autoptr (JsonObject) user = jip_outbox_get_user (database, NULL);
  return user == NULL
         || jip_overlay_rebuild (database, user, jip_outbox_get_number (database, "last_n", NULL), error);
}
