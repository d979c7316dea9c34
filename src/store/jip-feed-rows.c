/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each synced table looks like on the wire (docs/protocol.md, Tables and rows). */
#include "jip-feed-rows.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-json.h"
#include "jip-time.h"

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
  { "vote", "id:t proposal:t user:t",
    "SELECT id, proposal, account, account, NULL, NULL, 0 FROM vote WHERE id = $1" },
  { "event",
    "id:t title:t place:t state:t rules:j rules_hash:t chair:t organiser:t presenting:t timer_ends_at:m "
    "category_windows:j revealed:i reveal_steps:i version:i",
    "SELECT id, title, place, state, rules, rules_hash, chair, organiser, presenting, timer_ends_at, "
    "category_windows, revealed, reveal_steps, version, " NOBODY " FROM event WHERE id = $1" },
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
  { "result", "id:t event:t result:t sha256:t",
    "SELECT r.event, r.event, r.result, r.sha256, NULL, v.chair, v.organiser, " LOCKED
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
  for (guint i = 0; i < G_N_ELEMENTS (row->readers); i++)
    g_clear_pointer (&row->readers[i], g_free);
}

static JsonNode *
column_value (JipRows *rows, guint column, char kind, GError **error)
{
  if (jip_rows_is_null (rows, column))
    return json_node_new (JSON_NODE_NULL);

  JsonNode *node = json_node_alloc ();
  switch (kind)
    {
    case 'i':
      return json_node_init_int (node, jip_rows_int (rows, column));
    case 'b':
      return json_node_init_boolean (node, jip_rows_int (rows, column) != 0);
    case 'm':
      {
        g_autofree char *time = jip_time_format (jip_rows_int (rows, column));
        return json_node_init_string (node, time);
      }
    case 'j':
      json_node_unref (node);
      return jip_json_parse (jip_rows_text (rows, column), -1, error);
    default:
      return json_node_init_string (node, jip_rows_text (rows, column));
    }
}

static gboolean
read_columns (JipRows *rows, const JipFeedSpec *spec, JsonObject *object, guint *n_columns, GError **error)
{
  g_auto (GStrv) columns = g_strsplit (spec->columns, " ", -1);

  for (*n_columns = 0; columns[*n_columns] != NULL; (*n_columns)++)
    {
      char *name = columns[*n_columns];
      char *colon = strchr (name, ':');
      *colon = '\0';
      JsonNode *value = column_value (rows, *n_columns, colon[1], error);
      if (value == NULL)
        return FALSE;
      json_object_set_member (object, name, value);
    }
  return TRUE;
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

/**
 * jip_feed_row_load:
 * @row: (out caller-allocates): `body` stays %NULL when there is no such row
 *
 * Reads a row from its base tables in the form in which it travels, with those who may see it.
 */
gboolean
jip_feed_row_load (JipDatabase *database,
                   const JipFeedSpec *spec,
                   const char *id,
                   JipFeedRow *row,
                   GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JsonObject) object = json_object_new ();
  guint n_columns;

  *row = (JipFeedRow){ NULL };
  g_autoptr (JipRows) rows = jip_database_query (database, error, spec->sql, "t", id);
  if (rows == NULL)
    return FALSE;
  if (!jip_rows_next (rows, &problem))
    {
      if (problem == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (!read_columns (rows, spec, object, &n_columns, error))
    return FALSE;
  read_readers (rows, spec->table, n_columns, row);

  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  row->body = jip_json_canonical (node);
  return TRUE;
}
