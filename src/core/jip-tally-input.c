/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads jip-tally/1 in the documented order: the first problem is the one that is reported. */
#include "jip-tally-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-json.h"

/* A result has a cell for each entry and panel; this bounds the memory of an event made to exhaust it. */
#define MAX_CELLS (G_GUINT64_CONSTANT (1) << 21)

static void
clear_panel (gpointer data)
{
  JipTallyPanel *panel = data;
  g_array_unref (panel->criterion_max);
  g_hash_table_unref (panel->criteria);
}

guint
jip_tally_pair_hash (gconstpointer pair)
{
  const JipTallyRecusal *recusal = pair;
  return (guint) (((guint64) recusal->judge << 32 | recusal->entry) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15)
                  >> 32);
}

gboolean
jip_tally_pair_equal (gconstpointer a, gconstpointer b)
{
  const JipTallyRecusal *left = a, *right = b;
  return left->judge == right->judge && left->entry == right->entry;
}

JipTallyEvent *
jip_tally_event_new (void)
{
  JipTallyEvent *event = g_new0 (JipTallyEvent, 1);

  g_atomic_ref_count_init (&event->refs);
  event->strings = g_string_chunk_new (4096);
  event->categories = g_ptr_array_new ();
  event->panels = g_array_new (FALSE, TRUE, sizeof (JipTallyPanel));
  g_array_set_clear_func (event->panels, clear_panel);
  event->entries = g_array_new (FALSE, TRUE, sizeof (JipTallyEntry));
  event->judges = g_array_new (FALSE, TRUE, sizeof (JipTallyJudge));
  event->recusals = g_array_new (FALSE, TRUE, sizeof (JipTallyRecusal));
  event->recused = g_hash_table_new_full (jip_tally_pair_hash, jip_tally_pair_equal, g_free, NULL);
  event->ballots = g_array_new (FALSE, TRUE, sizeof (JipTallyBallot));
  event->scores = g_array_new (FALSE, TRUE, sizeof (gint64));
  event->picks = g_array_new (FALSE, TRUE, sizeof (guint));
  event->ties = g_array_new (FALSE, TRUE, sizeof (JipTallyStep));
  event->awards = g_array_new (FALSE, TRUE, sizeof (JipTallyAward));
  event->precision = -1;
  return event;
}

JipTallyEvent *
jip_tally_event_ref (JipTallyEvent *event)
{
  g_return_val_if_fail (event != NULL, NULL);
  g_atomic_ref_count_inc (&event->refs);
  return event;
}

void
jip_tally_event_unref (JipTallyEvent *event)
{
  g_return_if_fail (event != NULL);

  if (!g_atomic_ref_count_dec (&event->refs))
    return;
  g_string_chunk_free (event->strings);
  g_ptr_array_unref (event->categories);
  g_array_unref (event->panels);
  g_array_unref (event->entries);
  g_array_unref (event->judges);
  g_array_unref (event->recusals);
  g_hash_table_unref (event->recused);
  g_array_unref (event->ballots);
  g_array_unref (event->scores);
  g_array_unref (event->picks);
  g_array_unref (event->ties);
  g_array_unref (event->awards);
  g_free (event);
}

/* Rule 2: by a recusal, or by auto_recuse from the own department. */
gboolean
jip_tally_event_is_recused (JipTallyEvent *event, guint judge, guint entry)
{
  const JipTallyJudge *who = jip_tally_judge (event, judge);
  const JipTallyRecusal pair = { judge, entry };

  if (jip_tally_panel (event, who->panel)->auto_recuses && who->department != 0
      && who->department == jip_tally_entry (event, entry)->department)
    return TRUE;
  return g_hash_table_contains (event->recused, &pair);
}

JipTallyParser *
jip_tally_parser_new (void)
{
  JipTallyParser *parser = g_new0 (JipTallyParser, 1);

  parser->event = jip_tally_event_new ();
  parser->categories = g_hash_table_new (g_str_hash, g_str_equal);
  parser->panels = g_hash_table_new (g_str_hash, g_str_equal);
  parser->entries = g_hash_table_new (g_str_hash, g_str_equal);
  parser->judges = g_hash_table_new (g_str_hash, g_str_equal);
  parser->departments = g_hash_table_new (g_str_hash, g_str_equal);
  parser->last_pick = g_array_new (FALSE, TRUE, sizeof (guint));
  return parser;
}

void
jip_tally_parser_free (JipTallyParser *parser)
{
  jip_tally_event_unref (parser->event);
  g_hash_table_unref (parser->categories);
  g_hash_table_unref (parser->panels);
  g_hash_table_unref (parser->entries);
  g_hash_table_unref (parser->judges);
  g_hash_table_unref (parser->departments);
  g_array_unref (parser->last_pick);
  g_clear_error (&parser->problem);
  g_free (parser);
}

/* Departments are compared by number; an absent or empty one is 0 and matches nothing. */
static guint
read_department (JipTallyParser *parser, JipTallyReader *reader)
{
  const char *name = jip_tally_read_text (reader, "department");
  if (name == NULL || *name == '\0')
    return 0;

  gpointer number = g_hash_table_lookup (parser->departments, name);
  if (number == NULL)
    {
      number = GUINT_TO_POINTER (g_hash_table_size (parser->departments) + 1);
      g_hash_table_insert (parser->departments, g_string_chunk_insert (parser->event->strings, name), number);
    }
  return GPOINTER_TO_UINT (number);
}

static void
read_format (JipTallyReader *root)
{
  static const char *const formats[] = { "jip-tally/1", NULL };
  jip_tally_read_choice (root, "format", formats, -1);
}

static void
read_categories (JipTallyParser *parser, JipTallyReader *root)
{
  JipTallyList list;
  JipTallyReader item;

  jip_tally_list_open (&list, root, "categories", JIP_REQUIRED);
  for (guint i = 0; i < list.length && jip_tally_list_get_object (&list, i, &item); i++)
    {
      const char *id = jip_tally_read_new_id (&item, parser->categories, parser->event->strings);
      g_ptr_array_add (parser->event->categories, (gpointer) id);
    }
}

static void
read_criteria (JipTallyParser *parser, JipTallyReader *reader, JipTallyPanel *panel)
{
  JipTallyList list;
  JipTallyReader item;

  jip_tally_list_open (&list, reader, "criteria", JIP_REQUIRED);
  for (guint i = 0; i < list.length && jip_tally_list_get_object (&list, i, &item); i++)
    {
      jip_tally_read_new_id (&item, panel->criteria, parser->event->strings);
      gint64 max = jip_tally_read_max (&item);
      g_array_append_val (panel->criterion_max, max);
      panel->max += max;
    }
  if (list.length == 0)
    jip_tally_fail_member (reader, "criteria", _ ("at least one criterion is needed"));
}

/* Reads one panel's definition and adds it to the event.
 *
 * Returns: whether there is no problem */
gboolean
jip_tally_parser_read_panel (JipTallyParser *parser, JipTallyReader *reader)
{
  static const char *const modes[] = { "rubric", "score", "pick", NULL };
  static const char *const trims[] = { "none", "one-each", NULL };
  static const char *const norms[] = { "share", "top", NULL };
  JipTallyPanel panel = { .criteria = g_hash_table_new (g_str_hash, g_str_equal),
                          .criterion_max = g_array_new (FALSE, FALSE, sizeof (gint64)) };

  panel.id = jip_tally_read_new_id (reader, parser->panels, parser->event->strings);
  panel.weight = jip_tally_read_whole (reader, "weight", JIP_REQUIRED, 0, 100, 0);
  panel.mode = (JipTallyMode) jip_tally_read_choice (reader, "mode", modes, -1);
  panel.trims = jip_tally_read_choice (reader, "trim", trims, 0) == 1;
  panel.trim_min = jip_tally_read_whole (reader, "trim_min", JIP_OPTIONAL, 3, G_MAXINT64, 5);
  panel.quorum = jip_tally_read_whole (reader, "quorum", JIP_OPTIONAL, 1, G_MAXINT64, 1);
  panel.normalises = jip_tally_read_choice (reader, "normalise", norms, 0) == 1;
  switch (panel.mode)
    {
    case JIP_TALLY_RUBRIC:
      read_criteria (parser, reader, &panel);
      break;
    case JIP_TALLY_SCORE:
      panel.max = jip_tally_read_max (reader);
      break;
    case JIP_TALLY_PICK:
      panel.picks = jip_tally_read_whole (reader, "picks", JIP_REQUIRED, 1, G_MAXINT64, 1);
      break;
    }
  g_array_append_val (parser->event->panels, panel);
  return *reader->problem == NULL;
}

static void
read_panels (JipTallyParser *parser, JipTallyReader *root)
{
  JipTallyList list;
  JipTallyReader item;
  gint64 weights = 0;

  jip_tally_list_open (&list, root, "panels", JIP_REQUIRED);
  for (guint i = 0; i < list.length && jip_tally_list_get_object (&list, i, &item); i++)
    if (jip_tally_parser_read_panel (parser, &item))
      weights += jip_tally_panel (parser->event, i)->weight;
  if (weights != 100)
    jip_tally_fail_member (root, "panels", _ ("the weights do not add up to 100"));
}

void
jip_tally_parser_add_entry (JipTallyParser *parser, JipTallyEntry *entry)
{
  guint never = 0;
  g_array_append_vals (parser->event->entries, entry, 1);
  g_array_append_val (parser->last_pick, never);
}

static void
read_entries (JipTallyParser *parser, JipTallyReader *root)
{
  static const char *const states[] = { "active", "withdrawn", NULL };
  JipTallyList list;
  JipTallyReader item;

  jip_tally_list_open (&list, root, "entries", JIP_REQUIRED);
  for (guint i = 0; i < list.length && jip_tally_list_get_object (&list, i, &item); i++)
    {
      JipTallyEntry entry = { 0 };
      entry.id = jip_tally_read_new_id (&item, parser->entries, parser->event->strings);
      entry.category = jip_tally_read_reference (&item, "category", parser->categories);
      entry.department = read_department (parser, &item);
      entry.withdrawn = jip_tally_read_choice (&item, "status", states, 0) == 1;
      JsonNode *adjust = jip_tally_reader_get (&item, "adjust");
      if (adjust != NULL)
        entry.adjust = jip_tally_read_number (&item, "adjust", adjust, TRUE);
      jip_tally_parser_add_entry (parser, &entry);
    }
}

static void
read_judges (JipTallyParser *parser, JipTallyReader *root)
{
  JipTallyList list;
  JipTallyReader item;

  jip_tally_list_open (&list, root, "judges", JIP_REQUIRED);
  for (guint i = 0; i < list.length && jip_tally_list_get_object (&list, i, &item); i++)
    {
      JipTallyJudge judge = { 0 };
      judge.id = jip_tally_read_new_id (&item, parser->judges, parser->event->strings);
      judge.panel = jip_tally_read_reference (&item, "panel", parser->panels);
      judge.department = read_department (parser, &item);
      g_array_append_val (parser->event->judges, judge);
    }
}

static void
read_recusals (JipTallyParser *parser, JipTallyReader *root)
{
  JipTallyEvent *event = parser->event;
  JipTallyList list;
  JipTallyReader item;

  jip_tally_list_open (&list, root, "recusals", JIP_OPTIONAL);
  for (guint i = 0; i < list.length && jip_tally_list_get_object (&list, i, &item); i++)
    {
      JipTallyRecusal recusal = { 0 };
      recusal.judge = jip_tally_read_reference (&item, "judge", parser->judges);
      recusal.entry = jip_tally_read_reference (&item, "entry", parser->entries);
      if (g_hash_table_add (event->recused, g_memdup2 (&recusal, sizeof recusal)))
        g_array_append_val (event->recusals, recusal);
    }
}

static void
read_auto_recuse (JipTallyParser *parser, JipTallyReader *root)
{
  JipTallyList list;

  jip_tally_list_open (&list, root, "auto_recuse", JIP_OPTIONAL);
  for (guint i = 0; i < list.length && parser->problem == NULL; i++)
    {
      gpointer panel = g_hash_table_lookup (parser->panels, jip_tally_list_get_string (&list, i));
      if (panel == NULL)
        jip_tally_list_fail (&list, i, _ ("the event does not know this panel"));
      else
        jip_tally_panel (parser->event, GPOINTER_TO_UINT (panel) - 1)->auto_recuses = TRUE;
    }
}

/* `panel:ID`, `criterion:PANEL/ID` or `lot`; an id holds neither colon nor slash. */
static gboolean
parse_step (JipTallyParser *parser, const char *name, JipTallyStep *step)
{
  if (strcmp (name, "lot") == 0)
    {
      step->kind = JIP_TALLY_STEP_LOT;
      return TRUE;
    }

  g_auto (GStrv) words = NULL;
  if (g_str_has_prefix (name, "panel:"))
    words = g_strsplit (name + strlen ("panel:"), "/", 1);
  else if (g_str_has_prefix (name, "criterion:"))
    words = g_strsplit (name + strlen ("criterion:"), "/", 2);
  guint panel = words != NULL && words[0] != NULL
                    ? GPOINTER_TO_UINT (g_hash_table_lookup (parser->panels, words[0]))
                    : 0;
  if (panel == 0)
    return FALSE;
  step->panel = panel - 1;
  step->kind = *name == 'p' ? JIP_TALLY_STEP_PANEL : JIP_TALLY_STEP_CRITERION;
  if (step->kind == JIP_TALLY_STEP_PANEL)
    return TRUE;

  GHashTable *criteria = jip_tally_panel (parser->event, step->panel)->criteria;
  guint criterion = words[1] != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (criteria, words[1])) : 0;
  step->criterion = criterion - 1;
  return criterion != 0;
}

static void
read_ties (JipTallyParser *parser, JipTallyReader *root)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  JipTallyList list;

  jip_tally_list_open (&list, root, "ties", JIP_OPTIONAL);
  for (guint i = 0; i < list.length && parser->problem == NULL; i++)
    {
      JipTallyStep step = { 0 };
      const char *name = jip_tally_list_get_string (&list, i);
      if (!parse_step (parser, name, &step))
        {
          jip_tally_list_fail (&list, i,
                               _ ("panel:ID, criterion:PANEL/ID or lot is expected, with ids of this event"));
          return;
        }
      step.name = g_string_chunk_insert (parser->event->strings, name);
      if (!g_hash_table_add (seen, (gpointer) step.name))
        jip_tally_list_fail (&list, i, _ ("the step stands here twice"));
      g_array_append_val (parser->event->ties, step);
    }
}

static void
read_lots (JipTallyParser *parser, JipTallyReader *root)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  JipTallyReader lots;
  JsonObjectIter iter;
  const char *id;

  if (!jip_tally_reader_open (&lots, root, "lots"))
    return;
  json_object_iter_init_ordered (&iter, lots.object);
  while (parser->problem == NULL && json_object_iter_next_ordered (&iter, &id, NULL))
    {
      if (jip_tally_reader_get (&lots, id) == NULL)
        continue;
      gpointer entry = g_hash_table_lookup (parser->entries, id);
      if (entry == NULL)
        {
          jip_tally_fail_member (&lots, id, _ ("the event does not know this entry"));
          return;
        }
      gint64 lot = jip_tally_read_whole (&lots, id, JIP_REQUIRED, 1, G_MAXINT64, 0);
      jip_tally_entry (parser->event, GPOINTER_TO_UINT (entry) - 1)->lot = lot;
      if (!g_hash_table_add (taken, g_memdup2 (&lot, sizeof lot)))
        jip_tally_fail_member (&lots, id, _ ("the lot is already taken"));
    }
}

static void
read_awards (JipTallyParser *parser, JipTallyReader *root)
{
  static const char *const modes[] = { "promote", "succeed", "stack", NULL };
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);
  JipTallyReader awards, item;
  JipTallyList list;

  if (!jip_tally_reader_open (&awards, root, "awards"))
    return;
  jip_tally_list_open (&list, &awards, "per_category", JIP_OPTIONAL);
  for (guint i = 0; i < list.length && jip_tally_list_get_object (&list, i, &item); i++)
    {
      JipTallyAward award = { 0 };
      award.id = jip_tally_read_new_id (&item, taken, parser->event->strings);
      award.seats = jip_tally_read_whole (&item, "seats", JIP_REQUIRED, 1, G_MAXINT64, 1);
      g_array_append_val (parser->event->awards, award);
    }
  if (jip_tally_reader_open (&item, &awards, "grand"))
    {
      parser->event->grand = jip_tally_read_new_id (&item, taken, parser->event->strings);
      parser->event->grand_mode = (JipTallyGrandMode) jip_tally_read_choice (&item, "mode", modes, -1);
    }
}

static void
read_event (JipTallyParser *parser, JipTallyReader *root)
{
  read_format (root);
  read_categories (parser, root);
  read_panels (parser, root);
  read_entries (parser, root);
  read_judges (parser, root);
  read_recusals (parser, root);
  read_auto_recuse (parser, root);
  jip_tally_parser_read_ballots (parser, root);
  parser->event->precision = jip_tally_read_whole (root, "precision", JIP_OPTIONAL, 0, 6, -1);
  read_ties (parser, root);
  read_lots (parser, root);
  read_awards (parser, root);
  guint64 rows = (guint64) parser->event->entries->len + parser->event->categories->len;
  if (rows * parser->event->panels->len > MAX_CELLS)
    jip_tally_fail_member (root, "entries", _ ("there are too many entries for so many panels"));
}

/**
 * jip_tally_event_new_from_node:
 * @node: a value that came through jip_json_parse(), in the form jip-tally/1; not kept
 *
 * Checks the whole event: what is returned can be computed without further errors. Source: scoring.md, Input.
 *
 * Returns: (transfer full): the immutable event; %NULL with %JIP_ERROR_BAD_ARGS, whose message is
 *   `PATH: what is wrong` and whose detail holds the `path`
 */
JipTallyEvent *
jip_tally_event_new_from_node (JsonNode *node, GError **error)
{
  JipTallyReader root;

  g_return_val_if_fail (node != NULL, NULL);

  g_autoptr (JipTallyParser) parser = jip_tally_parser_new ();
  if (jip_tally_reader_init (&root, node, (JipTallyPath){ .key = "$" }, &parser->problem))
    read_event (parser, &root);
  if (parser->problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&parser->problem));
      return NULL;
    }
  return jip_tally_event_ref (parser->event);
}

/**
 * jip_tally_event_parse:
 * @text: bytes from outside, which need not end in NUL
 * @length: their number
 *
 * Like jip_tally_event_new_from_node(); text that is no strict JSON is %JIP_ERROR_BAD_JSON with the path `$`.
 *
 * Returns: (transfer full): the event, or %NULL with an error
 */
JipTallyEvent *
jip_tally_event_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (text != NULL && length <= G_MAXSSIZE, NULL);

  g_autoptr (JsonNode) node = jip_json_parse (text, (gssize) length, &local_error);
  if (node != NULL)
    return jip_tally_event_new_from_node (node, error);

  JsonNode *detail = jip_error_get_detail (local_error);
  detail = detail != NULL ? json_node_copy (detail)
                          : json_node_init_object (json_node_alloc (), json_object_new ());
  json_object_set_string_member (json_node_get_object (detail), "path", "$");
  g_propagate_error (error, jip_error_new (JIP_ERROR_BAD_JSON, detail, "$: %s", local_error->message));
  return NULL;
}
