/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each synced table looks like on the wire (docs/protocol.md, Tables and rows). */
#include "jip-feed-rows.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-json.h"
#include "jip-time.h"

#define MAX_COLUMNS 24
#define ROW_SIZE 1000 /* most rows fit; longer ones grow */
#define N_PEOPLE 4    /* columns that say who may see it */
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
  { "attachment",
    "id:t proposal:t comment:t sha256:t size:i name:t media_type:t arrived:b gone:b received_at:m",
    "SELECT id, proposal, comment, sha256, size, name, media_type, arrived, "
    "CASE WHEN EXISTS (SELECT 1 FROM blob_use u WHERE u.sha256 = attachment.sha256 AND u.table_name = 'gone' "
    "AND u.row_id = attachment.id) THEN 1 ELSE 0 END, received_at, " NOBODY
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
    " FROM draft_version w JOIN draft d ON d.id = w.draft WHERE w.id = $1 AND w.version >= 0" },
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
  const char *name; /* in the list of columns: not ended */
  guint length;
  char *label; /* what stands before its value */
  gsize label_length;
  char kind;
  guint place; /* in the query */
} Column;

/* How rows of a table are read. */
typedef struct
{
  char *sql;
  Column columns[MAX_COLUMNS]; /* in the order of canonical JSON: by name, since the names are ASCII */
  guint n_columns;
  gboolean is_number[MAX_COLUMNS + N_PEOPLE]; /* in the order of the query */
} Plan;

static void
sort_columns (Plan *plan, const char *names)
{
  for (const char *p = names; *p != '\0'; plan->n_columns++)
    {
      guint length = (guint) strcspn (p, ":"), at = plan->n_columns;
      g_assert (at < MAX_COLUMNS);
      while (at > 0
             && strncmp (plan->columns[at - 1].name, p, MAX (plan->columns[at - 1].length, length) + 1) > 0)
        {
          plan->columns[at] = plan->columns[at - 1];
          at--;
        }
      plan->columns[at]
          = (Column){ .name = p, .length = length, .kind = p[length + 1], .place = plan->n_columns };
      plan->is_number[plan->n_columns] = strchr ("ibm", p[length + 1]) != NULL;
      p += length + 2;
      p += *p == ' ';
    }
  plan->is_number[plan->n_columns + N_PEOPLE - 1] = TRUE;
}

static void
make_labels (Plan *plan)
{
  for (guint i = 0; i < plan->n_columns; i++)
    {
      Column *column = &plan->columns[i];
      column->label = g_strdup_printf ("%c\"%.*s\":", i > 0 ? ',' : '{', (int) column->length, column->name);
      column->label_length = strlen (column->label);
    }
}

#define FED "f.seq, f.roles, f.reader_a, f.reader_b, f.reader_c, f.digest"
#define OF_ROW "f.table_name = $2 AND f.row_id = $1"

/* The row stands before what the feed holds of it: SQLite then looks both up, and puts no row of a joined table aside. */
static const Plan *
plan_of (const JipFeedSpec *spec)
{
  static gsize made[G_N_ELEMENTS (specs)];
  gsize *place = &made[spec - specs];

  if (g_once_init_enter (place))
    {
      Plan *plan = g_new0 (Plan, 1);
      plan->sql
          = g_strconcat ("SELECT b.*, " FED " FROM (", spec->sql, ") b LEFT JOIN feed f ON " OF_ROW, NULL);
      sort_columns (plan, spec->columns);
      make_labels (plan);
      g_once_init_leave (place, (gsize) plan);
    }
  return (const Plan *) *place;
}

static gboolean
is_null (const JipValue *value)
{
  return value->type == 0 || (value->type == 't' && value->text == NULL);
}

static void
append_value (GString *out, const JipValue *value, char kind)
{
  g_autofree char *time = NULL;

  if (is_null (value))
    {
      g_string_append (out, "null");
      return;
    }
  switch (kind)
    {
    case 'i':
      jip_json_append_int (out, value->integer);
      return;
    case 'b':
      g_string_append (out, value->integer != 0 ? "true" : "false");
      return;
    case 'm':
      time = jip_time_format (value->integer);
      jip_json_append_quoted (out, time);
      return;
    case 'j': /* canonical in the base tables, too */
      g_string_append (out, value->text);
      return;
    default:
      jip_json_append_quoted (out, value->text);
    }
}

/* The row as canonical JSON; many are written in each second of an event. */
static char *
write_columns (const Plan *plan, const JipValue *values)
{
  GString *out = g_string_sized_new (ROW_SIZE);

  for (guint i = 0; i < plan->n_columns; i++)
    {
      g_string_append_len (out, plan->columns[i].label, (gssize) plan->columns[i].label_length);
      append_value (out, &values[plan->columns[i].place], plan->columns[i].kind);
    }
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

/* @people: the owner, the chair, the organiser, and whether the event is locked */
static void
note_readers (const char *table, const JipValue *people, JipFeedRow *row)
{
  static const JipReaders single[] = { JIP_READERS_OWNER, JIP_READERS_CHAIR, JIP_READERS_ORGANISER };
  JipReaders readers = jip_rights_readers (table, people[N_PEOPLE - 1].integer != 0);
  guint n = 0;

  row->roles = readers & JIP_READERS_BY_ROLE;
  if (row->roles & JIP_READERS_EVERYBODY)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (single); i++)
    if ((readers & single[i]) && !is_null (&people[i]))
      row->readers[n++] = g_strdup (people[i].text);
}

/* The columns as the plan has them, then the people. */
static void
read_values (JipRows *rows, const Plan *plan, JipValue *values)
{
  for (guint i = 0; i < plan->n_columns + N_PEOPLE; i++)
    if (jip_rows_is_null (rows, i))
      values[i].type = 0;
    else if (plan->is_number[i])
      values[i] = (JipValue){ 'i', .integer = jip_rows_int (rows, i) };
    else
      values[i] = (JipValue){ 't', .text = jip_rows_text (rows, i) };
}

/**
 * jip_feed_row_make:
 * @values: what @spec selects, in the same order: `i` for numbers, booleans and moments, `t` for the others
 * @row: (out caller-allocates)
 *
 * As jip_feed_row_load(), from what is at hand.
 */
void
jip_feed_row_make (const JipFeedSpec *spec, const JipValue *values, guint n_values, JipFeedRow *row)
{
  const Plan *plan = plan_of (spec);

  *row = (JipFeedRow){ NULL };
  g_return_if_fail (n_values == plan->n_columns + N_PEOPLE);
  row->body = write_columns (plan, values);
  note_readers (spec->table, values + plan->n_columns, row);
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

/* What the feed holds of a row that is no more. */
static gboolean
load_fed (JipDatabase *database, const JipFeedSpec *spec, const char *id, JipFeedRow *row, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (database, error, "SELECT " FED " FROM feed f WHERE " OF_ROW,
                                                 "tt", id, spec->table);

  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &problem))
    read_fed (rows, 0, row);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/**
 * jip_feed_row_load:
 * @before: (out caller-allocates): what the feed holds of it, without its `body`
 * @after: (out caller-allocates): `body` stays %NULL when there is no such row
 *
 * Reads a row from its base tables in the form in which it travels, with those who may see it; and, in the same question to
 * the database where there is one, what the feed knows of it.
 */
gboolean
jip_feed_row_load (JipDatabase *database,
                   const JipFeedSpec *spec,
                   const char *id,
                   JipFeedRow *before,
                   JipFeedRow *after,
                   GError **error)
{
  const Plan *plan = plan_of (spec);
  g_autoptr (GError) problem = NULL;

  *before = *after = (JipFeedRow){ NULL };
  g_autoptr (JipRows) rows = jip_database_query (database, error, plan->sql, "tt", id, spec->table);
  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &problem))
    {
      JipValue values[MAX_COLUMNS + N_PEOPLE];
      read_values (rows, plan, values);
      jip_feed_row_make (spec, values, plan->n_columns + N_PEOPLE, after);
      read_fed (rows, plan->n_columns + N_PEOPLE, before);
      return TRUE;
    }
  if (problem == NULL)
    return load_fed (database, spec, id, before, error);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}
