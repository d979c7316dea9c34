/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each synced table looks like on the wire (docs/protocol.md, Tables and rows). */
#include "jip-feed-rows.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-json.h"
#include "jip-time.h"

#define MAX_COLUMNS 24
#define NOBODY "NULL, NULL, NULL, 0"
#define LOCKED "CASE WHEN v.state IN ('locked', 'revealed') THEN 1 ELSE 0 END"
#define AUTHOR_IF_NAMED(column) "CASE WHEN p.anonymous = 1 THEN NULL ELSE " column " END"
/* An anonymous author's name is nobody's to read; another actor's is. */
#define NAME_UNLESS_ANONYMOUS(actor) \
  "CASE WHEN p.anonymous = 1 AND " actor " = p.author THEN NULL ELSE a.name END"

static const JipFeedSpec specs[] = {
  { "user", "id:t login:t name:t department:t roles:j disabled:b",
    "SELECT id, login, name, department, roles, disabled, id, NULL, NULL, 0 FROM account WHERE id = $1" },
  { "department", "id:t name:t", "SELECT id, name, " NOBODY " FROM department WHERE id = $1" },
  { "document_type", "id:t version:i name:t body:j",
    "SELECT id, version, name, body, " NOBODY " FROM document_type WHERE id = $1" },
  { "proposal",
    "id:t kind:t title:t body:t category:t department:t anonymous:b author:t author_name:t "
    "author_department:t state:t version:i votes:i comments:i received_at:m updated_at:m",
    "SELECT p.id, p.kind, p.title, p.body, p.category, p.department, p.anonymous, " AUTHOR_IF_NAMED ("p.author") ", " AUTHOR_IF_NAMED (
        "a.name") ", " AUTHOR_IF_NAMED ("d.name") ", p.state, p.version, p.votes, p.comments, p.received_at, p.updated_at, " NOBODY
                                                  " FROM proposal p JOIN account a ON a.id = p.author LEFT JOIN department d ON d.id = a.department"
                                                  " WHERE p.id = $1" },
  { "own_proposal", "id:t proposal:t", "SELECT id, id, author, NULL, NULL, 0 FROM proposal WHERE id = $1" },
  { "proposal_version",
    "id:t proposal:t version:i title:t body:t category:t department:t by_name:t lost:b received_at:m",
    "SELECT w.id, w.proposal, w.version, w.title, w.body, w.category, w.department, " NAME_UNLESS_ANONYMOUS (
        "w.author") ", w.lost, w.received_at, " NOBODY
                    " FROM proposal_version w JOIN proposal p ON p.id = w.proposal JOIN account a ON a.id = w.author"
                    " WHERE w.id = $1" },
  { "proposal_step", "id:t proposal:t from:t to:t by_name:t reason:t received_at:m",
    "SELECT s.id, s.proposal, s.from_state, s.to_state, " NAME_UNLESS_ANONYMOUS (
        "s.actor") ", s.reason, s.received_at, " NOBODY
                   " FROM proposal_step s JOIN proposal p ON p.id = s.proposal JOIN account a ON a.id = s.actor"
                   " WHERE s.id = $1" },
  { "comment", "id:t proposal:t author:t author_name:t author_department:t body:t received_at:m",
    "SELECT c.id, c.proposal, c.author, a.name, d.name, c.body, c.received_at, " NOBODY
    " FROM comment c JOIN account a ON a.id = c.author LEFT JOIN department d ON d.id = a.department"
    " WHERE c.id = $1" },
  { "attachment", "id:t proposal:t comment:t sha256:t size:i name:t media_type:t arrived:b received_at:m",
    "SELECT id, proposal, comment, sha256, size, name, media_type, arrived, received_at, " NOBODY
    " FROM attachment WHERE id = $1 AND removed = 0" },
  { "vote", "id:t proposal:t user:t",
    "SELECT id, proposal, account, account, NULL, NULL, 0 FROM vote WHERE id = $1" },
  { "event",
    "id:t title:t place:t state:t rules:j rules_hash:t chair:t organiser:t presenting:t timer_ends_at:m "
    "category_windows:j revealed:i version:i",
    "SELECT id, title, place, state, rules, rules_hash, chair, organiser, presenting, timer_ends_at, "
    "category_windows, revealed, version, " NOBODY " FROM event WHERE id = $1" },
  { "entry",
    "id:t event:t number:i category:t title:t summary:t team:t department:t status:t adjust:t "
    "adjust_reason:t window:t slides:j",
    "SELECT id, event, number, category, title, summary, team, department, status, adjust, adjust_reason, "
    "voting, slides, " NOBODY " FROM entry WHERE id = $1" },
  { "judge", "id:t event:t user:t panel:t label:t name:t department:t",
    "SELECT j.id, j.event, j.account, j.panel, j.label, j.name, j.department, j.account, v.chair, "
    "v.organiser, " LOCKED " FROM judge j JOIN event v ON v.id = j.event WHERE j.id = $1" },
  { "recusal", "id:t event:t judge:t entry:t kind:t reason:t",
    "SELECT r.id, r.event, r.judge, r.entry, r.kind, r.reason, j.account, v.chair, v.organiser, " LOCKED
    " FROM recusal r JOIN judge j ON j.id = r.judge JOIN event v ON v.id = r.event WHERE r.id = $1" },
  { "ballot",
    "id:t event:t judge:t entry:t category:t version:i scores:j score:j picks:j state:t receipt_code:t "
    "received_at:m",
    "SELECT b.id, b.event, b.judge, b.entry, b.category, b.version, b.scores, b.score, b.picks, b.state, "
    "b.receipt_code, b.received_at, j.account, v.chair, v.organiser, " LOCKED
    " FROM ballot b JOIN judge j ON j.id = b.judge JOIN event v ON v.id = b.event WHERE b.id = $1" },
  { "progress", "id:t event:t entry:t panel:t counted:i expected:i",
    "SELECT id, event, entry, panel, counted, expected, " NOBODY " FROM progress WHERE id = $1" },
  { "submission", "id:t event:t judge:t entry:t category:t complete:b",
    "SELECT s.id, s.event, s.judge, s.entry, s.category, s.complete, j.account, v.chair, v.organiser, " LOCKED
    " FROM submission s JOIN judge j ON j.id = s.judge JOIN event v ON v.id = s.event WHERE s.id = $1" },
  { "late_ballot", "id:t event:t judge:t entry:t category:t received_at:m state:t reason:t",
    "SELECT b.id, b.event, b.judge, b.entry, b.category, b.received_at, b.state, b.reason, j.account, "
    "v.chair, v.organiser, " LOCKED
    " FROM ballot b JOIN judge j ON j.id = b.judge JOIN event v ON v.id = b.event"
    " WHERE b.id = $1 AND b.state <> 'valid'" },
  { "result", "id:t event:t result:t sha256:t reveal_steps:i",
    "SELECT r.event, r.event, r.result, r.sha256, v.reveal_steps, NULL, v.chair, v.organiser, " LOCKED
    " FROM result r JOIN event v ON v.id = r.event WHERE r.event = $1" },
  { "reveal", "id:t event:t n:i award:t award_name:t category:t entries:j",
    "SELECT r.id, r.event, r.n, r.award, r.award_name, r.category, r.entries, NULL, NULL, NULL, " LOCKED
    " FROM reveal r JOIN event v ON v.id = r.event WHERE r.id = $1 AND r.n <= v.revealed" },
  { "draft", "id:t type:t title:t document:j version:i received_at:m",
    "SELECT id, type, title, document, version, received_at, author, NULL, NULL, 0 FROM draft"
    " WHERE id = $1 AND deleted = 0" },
  { "draft_version", "id:t draft:t version:i document:j lost:b received_at:m",
    "SELECT w.id, w.draft, w.version, w.document, w.lost, w.received_at, d.author, NULL, NULL, 0"
    " FROM draft_version w JOIN draft d ON d.id = w.draft WHERE w.id = $1" },
  { NULL },
};

/**
 * jip_feed_specs:
 *
 * Returns: all synced tables, ended by one without a name
 */
const JipFeedSpec *
jip_feed_specs (void)
{
  return specs;
}

const JipFeedSpec *
jip_feed_spec_find (const char *table)
{
  for (const JipFeedSpec *spec = specs; spec->table != NULL; spec++)
    if (strcmp (spec->table, table) == 0)
      return spec;
  return NULL;
}

void
jip_feed_row_clear (JipFeedRow *row)
{
  g_clear_pointer (&row->body, g_free);
  g_clear_pointer (&row->digest, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (row->readers); i++)
    g_clear_pointer (&row->readers[i], g_free);
}

typedef struct
{
  const char *name; /* not ended */
  guint length;
  char kind;
  guint place; /* in the query */
} Column;

/* The columns in the order of canonical JSON: by name, since the names are ASCII. */
static guint
sort_columns (const JipFeedSpec *spec, Column columns[MAX_COLUMNS])
{
  guint n = 0;

  for (const char *p = spec->columns; *p != '\0'; n++)
    {
      guint length = (guint) strcspn (p, ":"), at = n;
      g_assert (n < MAX_COLUMNS);
      while (at > 0 && strncmp (columns[at - 1].name, p, MAX (columns[at - 1].length, length) + 1) > 0)
        {
          columns[at] = columns[at - 1];
          at--;
        }
      columns[at] = (Column){ p, length, p[length + 1], n };
      p += length + 2;
      p += *p == ' ';
    }
  return n;
}

static gboolean
append_value (GString *out, JipRows *rows, const Column *column, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (jip_rows_is_null (rows, column->place))
    {
      g_string_append (out, "null");
      return TRUE;
    }
  switch (column->kind)
    {
    case 'i':
      g_string_append_printf (out, "%" G_GINT64_FORMAT, jip_rows_int (rows, column->place));
      return TRUE;
    case 'b':
      g_string_append (out, jip_rows_int (rows, column->place) != 0 ? "true" : "false");
      return TRUE;
    case 'm':
      text = jip_time_format (jip_rows_int (rows, column->place));
      jip_json_append_quoted (out, text);
      return TRUE;
    case 'j':
      node = jip_json_parse (jip_rows_text (rows, column->place), -1, error);
      text = node != NULL ? jip_json_canonical (node) : NULL;
      g_string_append (out, text != NULL ? text : "");
      return node != NULL;
    default:
      jip_json_append_quoted (out, jip_rows_text (rows, column->place));
      return TRUE;
    }
}

/* The row as canonical JSON, %NULL on an error; many are written in each second of an event. */
static char *
read_columns (JipRows *rows, const JipFeedSpec *spec, guint *n_columns, GError **error)
{
  Column columns[MAX_COLUMNS];
  g_autoptr (GString) out = g_string_new ("{");

  *n_columns = sort_columns (spec, columns);
  for (guint i = 0; i < *n_columns; i++)
    {
      g_string_append (out, i > 0 ? ",\"" : "\"");
      g_string_append_len (out, columns[i].name, columns[i].length);
      g_string_append (out, "\":");
      if (!append_value (out, rows, &columns[i], error))
        return NULL;
    }
  g_string_append_c (out, '}');
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
read_readers (JipRows *rows, const char *table, guint column, JipFeedRow *row)
{
  static const JipReaders single[] = { JIP_READERS_OWNER, JIP_READERS_CHAIR, JIP_READERS_ORGANISER };
  JipReaders readers = jip_rights_readers (table, jip_rows_int (rows, column + 3) != 0);
  guint n = 0;

  row->roles = readers & JIP_READERS_BY_ROLE;
  if (row->roles & JIP_READERS_EVERYBODY)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (single); i++)
    if ((readers & single[i]) && !jip_rows_is_null (rows, column + i))
      row->readers[n++] = g_strdup (jip_rows_text (rows, column + i));
}

static void
read_fed (JipRows *rows, guint column, JipFeedRow *row)
{
  row->seq = jip_rows_int (rows, column);
  row->roles = (JipReaders) jip_rows_int (rows, column + 1);
  for (guint i = 0; i < G_N_ELEMENTS (row->readers); i++)
    row->readers[i] = g_strdup (jip_rows_text (rows, column + 2 + i));
  row->digest = g_strdup (jip_rows_text (rows, column + 5));
}

/* The row beside what the feed holds of it, whether or not there is either: `$2` is the table. */
static const char *
both_sql (const JipFeedSpec *spec)
{
  static gsize made[G_N_ELEMENTS (specs)];
  gsize *place = &made[spec - specs];

  if (g_once_init_enter (place))
    {
      char *sql = g_strconcat ("SELECT b.*, f.seq, f.roles, f.reader_a, f.reader_b, f.reader_c, f.digest"
                               " FROM (SELECT 1 AS one) o LEFT JOIN (",
                               spec->sql,
                               ") b ON 1 = 1 LEFT JOIN feed f ON f.table_name = $2 AND f.row_id = $1", NULL);
      g_once_init_leave (place, (gsize) sql);
    }
  return (const char *) *place;
}

/**
 * jip_feed_row_load:
 * @before: (out caller-allocates): what the feed holds of it, without its `body`
 * @after: (out caller-allocates): `body` stays %NULL when there is no such row
 *
 * Reads a row from its base tables in the form in which it travels, with those who may see it; and, in the same question to
 * the database, what the feed knows of it.
 */
gboolean
jip_feed_row_load (JipDatabase *database,
                   const JipFeedSpec *spec,
                   const char *id,
                   JipFeedRow *before,
                   JipFeedRow *after,
                   GError **error)
{
  g_autoptr (GError) problem = NULL;
  guint n_columns;

  *before = *after = (JipFeedRow){ NULL };
  g_autoptr (JipRows) rows = jip_database_query (database, error, both_sql (spec), "tt", id, spec->table);
  if (rows == NULL)
    return FALSE;
  if (!jip_rows_next (rows, &problem))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  g_autofree char *body = read_columns (rows, spec, &n_columns, error);
  if (body == NULL)
    return FALSE;
  read_fed (rows, n_columns + 4, before);
  if (jip_rows_is_null (rows, 0))
    return TRUE;
  read_readers (rows, spec->table, n_columns, after);
  after->body = g_steal_pointer (&body);
  return TRUE;
}
