/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ballots: the ones of an event, and a single one that a judge hands in. */
#include "jip-tally-private.h"

#include <glib/gi18n-lib.h>

#include "jip-error.h"

/* Indexed by JipTallyMode. */
static const char *const shapes[] = { "scores", "score", "picks" };

static guint
ballot_hash (gconstpointer data)
{
  const JipTallyBallot *ballot = data;
  const JipTallyRecusal pair = { ballot->judge, ballot->target };
  return jip_tally_pair_hash (&pair) ^ (guint) ballot->version * 0x9E3779B9u;
}

static gboolean
ballot_equal (gconstpointer a, gconstpointer b)
{
  const JipTallyBallot *left = a, *right = b;
  return left->judge == right->judge && left->target == right->target && left->version == right->version;
}

/* A ballot has the one member of its panel's mode. That it has none is a missing member, found later. */
static void
check_shape (JipTallyReader *reader, const JipTallyPanel *panel)
{
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    if (i != (guint) panel->mode && jip_tally_reader_get (reader, shapes[i]) != NULL)
      {
        jip_tally_fail (reader->problem, &reader->at,
                        jip_tally_reader_get (reader, shapes[panel->mode]) != NULL
                            ? _ ("a ballot holds only one of scores, score and picks")
                            : _ ("the ballot is made for a panel of another mode"));
        return;
      }
}

/* Only a complete ballot keeps its scores, so that what is kept never outgrows what was read. */
static void
read_scores (JipTallyParser *parser,
             JipTallyReader *reader,
             const JipTallyPanel *panel,
             JipTallyBallot *ballot)
{
  GArray *scores = parser->event->scores;
  JipTallyReader values;
  JsonObjectIter iter;
  const char *id;
  guint n_criteria = panel->criterion_max->len, given = 0;

  if (!jip_tally_reader_open (&values, reader, "scores"))
    return;
  gboolean keeps = json_object_get_size (values.object) >= n_criteria;
  ballot->values = scores->len;
  if (keeps)
    g_array_set_size (scores, scores->len + n_criteria);
  json_object_iter_init_ordered (&iter, values.object);
  while (*reader->problem == NULL && json_object_iter_next_ordered (&iter, &id, NULL))
    {
      JsonNode *node = jip_tally_reader_get (&values, id);
      if (node == NULL)
        continue;
      guint criterion = GPOINTER_TO_UINT (g_hash_table_lookup (panel->criteria, id));
      if (criterion == 0)
        {
          jip_tally_fail_member (&values, id, _ ("the panel does not know this criterion"));
          return;
        }
      gint64 score = jip_tally_read_number (&values, id, node, FALSE);
      if (score > g_array_index (panel->criterion_max, gint64, criterion - 1))
        jip_tally_fail_member (&values, id, _ ("the score is above its maximum"));
      if (keeps)
        g_array_index (scores, gint64, ballot->values + criterion - 1) = score;
      ballot->sum += score;
      given++;
    }
  ballot->complete = given == n_criteria;
  if (!ballot->complete)
    g_array_set_size (scores, ballot->values);
}

static void
read_score (JipTallyReader *reader, const JipTallyPanel *panel, JipTallyBallot *ballot)
{
  JsonNode *node = jip_tally_reader_get (reader, "score");
  if (node == NULL)
    return;
  ballot->sum = jip_tally_read_number (reader, "score", node, FALSE);
  ballot->complete = TRUE;
  if (ballot->sum > panel->max)
    jip_tally_fail_member (reader, "score", _ ("the score is above its maximum"));
}

static const char *
check_pick (JipTallyParser *parser, const JipTallyPanel *panel, const JipTallyBallot *ballot, gpointer found)
{
  if (found == NULL)
    return _ ("the event does not know this entry");
  guint entry = GPOINTER_TO_UINT (found) - 1;
  if (g_array_index (parser->last_pick, guint, entry) == parser->event->ballots->len + 1)
    return _ ("the entry is picked twice");
  if (ballot->n_picks >= panel->picks)
    return _ ("these are more picks than the panel allows");
  if (jip_tally_entry (parser->event, entry)->category != ballot->target)
    return _ ("the entry belongs to another category");
  return NULL;
}

static void
read_picks (JipTallyParser *parser,
            JipTallyReader *reader,
            const JipTallyPanel *panel,
            JipTallyBallot *ballot)
{
  JipTallyList list;

  ballot->values = parser->event->picks->len;
  ballot->complete = TRUE;
  jip_tally_list_open (&list, reader, "picks", JIP_OPTIONAL);
  for (guint i = 0; i < list.length && *reader->problem == NULL; i++)
    {
      gpointer found = g_hash_table_lookup (parser->entries, jip_tally_list_get_string (&list, i));
      const char *what = check_pick (parser, panel, ballot, found);
      if (what != NULL)
        {
          jip_tally_list_fail (&list, i, what);
          return;
        }
      guint entry = GPOINTER_TO_UINT (found) - 1;
      g_array_index (parser->last_pick, guint, entry) = parser->event->ballots->len + 1;
      g_array_append_val (parser->event->picks, entry);
      ballot->n_picks++;
    }
}

/* Reads the scores, score or picks of a ballot whose shape was checked. */
static void
read_values (JipTallyParser *parser,
             JipTallyReader *reader,
             const JipTallyPanel *panel,
             JipTallyBallot *ballot)
{
  if (jip_tally_reader_need (reader, shapes[panel->mode]) == NULL)
    return;
  switch (panel->mode)
    {
    case JIP_TALLY_RUBRIC:
      read_scores (parser, reader, panel, ballot);
      break;
    case JIP_TALLY_SCORE:
      read_score (reader, panel, ballot);
      break;
    case JIP_TALLY_PICK:
      read_picks (parser, reader, panel, ballot);
      break;
    }
}

static void
read_ballot (JipTallyParser *parser, JipTallyReader *reader, JipTallyBallot *ballot)
{
  static const char *const states[] = { "valid", "late-admitted", "late-refused", NULL };

  ballot->judge = jip_tally_read_reference (reader, "judge", parser->judges);
  if (parser->problem != NULL)
    return;
  const JipTallyPanel *panel
      = jip_tally_panel (parser->event, jip_tally_judge (parser->event, ballot->judge)->panel);
  check_shape (reader, panel);
  ballot->target = panel->mode == JIP_TALLY_PICK
                       ? jip_tally_read_reference (reader, "category", parser->categories)
                       : jip_tally_read_reference (reader, "entry", parser->entries);
  ballot->version = jip_tally_read_whole (reader, "version", JIP_REQUIRED, 1, G_MAXINT64, 1);
  ballot->refused = jip_tally_read_choice (reader, "state", states, 0) == 2;
  read_values (parser, reader, panel, ballot);
}

void
jip_tally_parser_read_ballots (JipTallyParser *parser, JipTallyReader *root)
{
  JipTallyList list;
  JipTallyReader item;

  jip_tally_list_open (&list, root, "ballots", JIP_REQUIRED);
  /* the keys are the ballots themselves, which must not move */
  GArray *ballots = g_array_sized_new (FALSE, TRUE, sizeof (JipTallyBallot), list.length);
  g_array_unref (parser->event->ballots);
  parser->event->ballots = ballots;
  g_autoptr (GHashTable) seen = g_hash_table_new (ballot_hash, ballot_equal);
  for (guint i = 0; i < list.length && jip_tally_list_get_object (&list, i, &item); i++)
    {
      JipTallyBallot ballot = { 0 };
      read_ballot (parser, &item, &ballot);
      g_array_append_val (ballots, ballot);
      if (parser->problem == NULL && !g_hash_table_add (seen, &g_array_index (ballots, JipTallyBallot, i)))
        jip_tally_fail (
            &parser->problem, &item.at,
            _ ("there is already a ballot of this judge and version for the same entry or category"));
    }
}

/* The entries that a single ballot may name, all in one category, until forget_ballot(). */
static void
add_entries (JipTallyParser *parser, const char *const *entries)
{
  for (guint i = 0; entries != NULL && entries[i] != NULL; i++)
    {
      JipTallyEntry entry = { .id = entries[i] };
      jip_tally_parser_add_entry (parser, &entry);
      g_hash_table_insert (parser->entries, (gpointer) entry.id, GUINT_TO_POINTER (i + 1));
    }
}

/* All but the panel. */
static void
forget_ballot (JipTallyParser *parser)
{
  g_hash_table_remove_all (parser->entries);
  g_array_set_size (parser->event->entries, 0);
  g_array_set_size (parser->last_pick, 0);
  g_array_set_size (parser->event->scores, 0);
  g_array_set_size (parser->event->picks, 0);
}

struct _JipTallyScoresRules
{
  JipTallyParser *parser; /* its event has one panel */
};

/**
 * jip_tally_scores_rules_new:
 * @panel: a panel as in jip-tally/1, with its `id` and `weight`
 *
 * Returns: (transfer full) (nullable): what jip_tally_scores_check() holds its ballots to; %NULL with %JIP_ERROR_BAD_ARGS, whose
 *   path starts with `panel`
 */
JipTallyScoresRules *
jip_tally_scores_rules_new (JsonNode *panel, GError **error)
{
  JipTallyReader reader;

  g_return_val_if_fail (panel != NULL, NULL);

  g_autoptr (JipTallyParser) parser = jip_tally_parser_new ();
  if (!jip_tally_reader_init (&reader, panel, (JipTallyPath){ .key = "panel" }, &parser->problem)
      || !jip_tally_parser_read_panel (parser, &reader))
    {
      g_propagate_error (error, g_steal_pointer (&parser->problem));
      return NULL;
    }
  JipTallyScoresRules *rules = g_new0 (JipTallyScoresRules, 1);
  rules->parser = g_steal_pointer (&parser);
  return rules;
}

void
jip_tally_scores_rules_free (JipTallyScoresRules *rules)
{
  jip_tally_parser_free (rules->parser);
  g_free (rules);
}

/**
 * jip_tally_scores_check:
 * @ballot: an object that holds `scores`, `score` or `picks`; other members are not looked at
 * @entries: (nullable): for picks, the ids of the category's entries
 * @path: where @ballot stands, such as `$.args`, for the error's path
 * @complete: (out) (optional): whether it would count: a rubric needs every criterion
 *
 * Checks one ballot by the rules that the tally will hold it to.
 *
 * Returns: %FALSE with %JIP_ERROR_BAD_ARGS in the form of jip_tally_event_new_from_node()
 */
gboolean
jip_tally_scores_check (JipTallyScoresRules *rules,
                        JsonNode *ballot,
                        const char *const *entries,
                        const char *path,
                        gboolean *complete,
                        GError **error)
{
  JipTallyReader reader;
  JipTallyBallot read = { 0 };

  g_return_val_if_fail (rules != NULL && ballot != NULL && path != NULL, FALSE);

  JipTallyParser *parser = rules->parser;
  const JipTallyPanel *panel = jip_tally_panel (parser->event, 0);
  add_entries (parser, entries);
  if (jip_tally_reader_init (&reader, ballot, (JipTallyPath){ .key = path }, &parser->problem))
    {
      check_shape (&reader, panel);
      read_values (parser, &reader, panel, &read);
    }
  forget_ballot (parser);
  if (parser->problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&parser->problem));
      return FALSE;
    }
  if (complete != NULL)
    *complete = read.complete;
  return TRUE;
}
