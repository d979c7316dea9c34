/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chair's one main button: from the records to the next step, in words. */
#include "jip-chair-steps.h"

#include <glib/gi18n-lib.h>

#include "jip-result-rows.h"

void
jip_chair_step_free (JipChairStep *step)
{
  if (step == NULL)
    return;
  g_free (step->label);
  g_free (step->question);
  g_free (step->explanation);
  g_clear_pointer (&step->args, json_object_unref);
  g_free (step);
}

static gboolean
has_mode (JipEventModel *model, gboolean picks)
{
  JipEventRules *rules = jip_event_model_get_rules (model);

  for (guint i = 0; rules != NULL && i < rules->panels->len; i++)
    if ((((const JipPanel *) rules->panels->pdata[i])->mode == JIP_PANEL_PICK) == picks)
      return TRUE;
  return FALSE;
}

/* Where every panel picks, scoring opens and closes for a whole category and never for one entry. */
static gboolean
opens_by_category (JipEventModel *model)
{
  return has_mode (model, TRUE) && !has_mode (model, FALSE);
}

/* Who has handed in, of the panels that pick or of the others. */
static char *
describe_counts (JipEventModel *model, const char *entry, gboolean picks)
{
  JipEventRules *rules = jip_event_model_get_rules (model);
  GString *text = g_string_new (NULL);

  for (guint i = 0; rules != NULL && i < rules->panels->len; i++)
    {
      const JipPanel *panel = rules->panels->pdata[i];
      int counted, expected;
      if ((panel->mode == JIP_PANEL_PICK) != picks)
        continue;
      jip_event_model_get_progress (model, entry, panel->id, &counted, &expected);
      g_string_append_printf (text, "%s%s %d/%d", text->len > 0 ? ", " : "", panel->name, counted, expected);
    }
  return g_string_free (text, FALSE);
}

static const char *
category_name (JipEventModel *model, const char *id)
{
  JipEventRules *rules = jip_event_model_get_rules (model);
  const JipCategory *category = rules != NULL ? jip_event_rules_get_category (rules, id) : NULL;

  return category != NULL ? category->name : id;
}

static JipChairStep *
step_new (JipChairStepKind kind, const char *step, char *label)
{
  JipChairStep *self = g_new0 (JipChairStep, 1);

  self->kind = kind;
  self->step = step;
  self->label = label;
  return self;
}

static JipChairStep *
nothing (const char *why)
{
  return step_new (JIP_CHAIR_NOTHING, NULL, g_strdup (why));
}

static JipChairStep *
present_step (JipEventModel *model, JipEntry *entry, int seconds)
{
  const char *seen = jip_event_get_presenting (jip_event_model_get_event (model));
  JipChairStep *self
      = step_new (JIP_CHAIR_PRESENT, "present",
                  g_strdup_printf (_ ("Present no. %d: %s"), (int) jip_entry_get_number (entry),
                                   jip_entry_get_title (entry)));

  self->args = json_object_new ();
  json_object_set_string_member (self->args, "entry", jip_record_get_id (JIP_RECORD (entry)));
  if (seconds > 0)
    json_object_set_int_member (self->args, "seconds", seconds);
  json_object_set_string_member (self->args, "seen", seen != NULL ? seen : "");
  return self;
}

static JipChairStep *
window_step (gboolean open, char *label, const char *member, const char *id, const char *seen)
{
  JipChairStep *self = step_new (open ? JIP_CHAIR_OPEN : JIP_CHAIR_CLOSE, open ? "open" : "close", label);

  self->args = json_object_new ();
  json_object_set_string_member (self->args, member, id);
  if (seen != NULL)
    json_object_set_string_member (self->args, "seen", seen);
  return self;
}

static JipChairStep *
entry_step (JipEventModel *model, JipEntry *entry, gboolean open)
{
  const char *id = jip_record_get_id (JIP_RECORD (entry));
  g_autofree char *counts = describe_counts (model, id, FALSE);
  int number = (int) jip_entry_get_number (entry);
  char *label = open ? g_strdup_printf (_ ("Open Scoring of No. %d"), number)
                     : g_strdup_printf (_ ("Close Scoring of No. %d (%s)"), number, counts);

  return window_step (open, label, "entry", id, jip_entry_get_window (entry));
}

/* @entry: any of the category */
static JipChairStep *
category_step (JipEventModel *model, JipEntry *entry, gboolean open)
{
  const char *category = jip_entry_get_category (entry);
  const char *name = category_name (model, category);
  g_autofree char *counts = describe_counts (model, jip_record_get_id (JIP_RECORD (entry)), TRUE);
  char *label = open ? g_strdup_printf (_ ("Open Voting on “%s”"), name)
                     : g_strdup_printf (_ ("Close Voting on “%s” (%s)"), name, counts);

  return window_step (open, label, "category", category,
                      jip_event_model_get_category_window (model, category));
}

static gboolean
window_is (JipEventModel *model, JipEntry *entry, gboolean of_category, const char *window)
{
  return of_category
             ? g_strcmp0 (jip_event_model_get_category_window (model, jip_entry_get_category (entry)), window)
                   == 0
             : jip_entry_has_window (entry, window);
}

static guint
count_window (JipEventModel *model, const char *window)
{
  GListModel *entries = jip_event_model_get_entries (model);
  guint count = 0;

  for (guint i = 0; entries != NULL && i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (JipEntry) entry = g_list_model_get_item (entries, i);
      count += jip_entry_is_active (entry) && window_is (model, entry, opens_by_category (model), window);
    }
  return count;
}

static JipChairStep *
lock_step (JipEventModel *model)
{
  JipChairStep *self = step_new (JIP_CHAIR_LOCK, "lock", g_strdup (_ ("Lock and Count")));
  guint waiting = count_window (model, "waiting"), open = count_window (model, "open");
  guint late = jip_event_model_count_late (model);
  GString *text = g_string_new (
      _ ("All scores are closed for good and the result is counted. This cannot be taken back."));

  if (waiting > 0)
    g_string_append_printf (text, "\n\n%s", _ ("Not every finalist has been scored yet."));
  if (open > 0)
    g_string_append_printf (text, "\n\n%s", _ ("Scoring that is still open is closed."));
  if (late > 0)
    {
      g_string_append (text, "\n\n");
      g_string_append_printf (text,
                              ngettext ("%u late ballot is not decided and will not count.",
                                        "%u late ballots are not decided and will not count.", late),
                              late);
    }
  self->question = g_strdup (_ ("Lock the event and count?"));
  self->explanation = g_string_free (text, FALSE);
  self->args = json_object_new ();
  return self;
}

static JipChairStep *
reveal_step (JipEventModel *model)
{
  JipEvent *event = jip_event_model_get_event (model);
  JipResult *record = jip_event_model_get_result (model);
  int done = (int) jip_event_get_revealed (event);
  int steps = record != NULL ? (int) jip_result_get_reveal_steps (record) : 0;
  g_autoptr (JipResultRows) rows = record != NULL ? jip_result_rows_new (jip_result_get_result (record),
                                                                         jip_event_model_get_rules (model))
                                                  : NULL;
  g_autofree char *award = rows != NULL ? jip_result_rows_name_reveal (rows, done) : NULL;
  JipChairStep *self = step_new (JIP_CHAIR_REVEAL, "reveal", NULL);

  self->label = award != NULL && steps > 0
                    ? g_strdup_printf (_ ("Reveal %s (%d of %d)"), award, done + 1, steps)
                    : g_strdup (_ ("Reveal the Next Award"));
  self->args = json_object_new ();
  json_object_set_int_member (self->args, "seen", done);
  if (done == 0)
    {
      self->question = g_strdup (_ ("Reveal the first award?"));
      self->explanation
          = g_strdup (_ ("Everybody sees it on the stage. From then on no lots can be entered."));
    }
  return self;
}

static gboolean
lots_can_decide (JipEventModel *model)
{
  JipEvent *event = jip_event_model_get_event (model);
  JsonObject *rules = jip_record_get_object (JIP_RECORD (event), "rules");
  JsonNode *ties = rules != NULL ? json_object_get_member (rules, "ties") : NULL;
  JipResult *record = jip_event_model_get_result (model);

  if (record == NULL || ties == NULL || !JSON_NODE_HOLDS_ARRAY (ties) || jip_event_get_revealed (event) > 0)
    return FALSE;
  gboolean by_lot = FALSE;
  for (guint i = 0; i < json_array_get_length (json_node_get_array (ties)); i++)
    by_lot |= g_strcmp0 (json_array_get_string_element (json_node_get_array (ties), i), "lot") == 0;
  g_autoptr (JipResultRows) rows
      = by_lot ? jip_result_rows_new (jip_result_get_result (record), jip_event_model_get_rules (model))
               : NULL;
  return rows != NULL && jip_result_rows_get_undecided (rows)->len > 0;
}

static JipChairStep *
step_after_lock (JipEventModel *model)
{
  JipEvent *event = jip_event_model_get_event (model);

  if (lots_can_decide (model))
    return step_new (JIP_CHAIR_LOTS, "lots", g_strdup (_ ("Draw Lots for What Is Tied…")));
  if (g_strcmp0 (jip_event_get_state (event), "locked")
      == 0) /* with no award at all one step ends the event */
    return reveal_step (model);
  return step_new (JIP_CHAIR_WINNERS, NULL, g_strdup (_ ("Show All Winners on the Stage")));
}

/* The first active entry after @number, in the order of the stage, whose own or category's window is @window; of
 * @category where that is given. */
static JipEntry *
first_with (JipEventModel *model,
            gboolean of_category,
            const char *window,
            const char *category,
            gint64 number)
{
  GListModel *entries = jip_event_model_get_entries (model);
  JipEntry *first = NULL;

  for (guint i = 0; entries != NULL && i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (JipEntry) entry = g_list_model_get_item (entries, i);
      if (jip_entry_is_active (entry) && window_is (model, entry, of_category, window)
          && (category == NULL || g_strcmp0 (jip_entry_get_category (entry), category) == 0)
          && jip_entry_get_number (entry) > number
          && (first == NULL || jip_entry_get_number (entry) < jip_entry_get_number (first)))
        first = entry; /* the model keeps it alive */
    }
  return first;
}

/* Only votes: each finalist of a category presents, then the category is opened. */
static JipChairStep *
step_by_category (JipEventModel *model, JipEntry *presenting, int seconds)
{
  JipEntry *waiting = first_with (model, TRUE, "waiting", NULL, 0);

  if (waiting == NULL)
    return lock_step (model);
  const char *category = jip_entry_get_category (waiting);
  if (presenting == NULL || g_strcmp0 (jip_entry_get_category (presenting), category) != 0)
    return present_step (model, waiting, seconds);
  JipEntry *next = first_with (model, TRUE, "waiting", category, jip_entry_get_number (presenting));
  return next != NULL ? present_step (model, next, seconds) : category_step (model, waiting, TRUE);
}

/* An entry of a category that can be voted on now, as all of it has been scored. */
static JipEntry *
category_to_open (JipEventModel *model)
{
  for (JipEntry *entry = first_with (model, TRUE, "waiting", NULL, 0); entry != NULL;
       entry = first_with (model, TRUE, "waiting", NULL, jip_entry_get_number (entry)))
    if (first_with (model, FALSE, "waiting", jip_entry_get_category (entry), 0) == NULL)
      return entry;
  return NULL;
}

static JipChairStep *
step_while_live (JipEventModel *model, int seconds)
{
  JipEntry *presenting = jip_event_model_get_presenting (model);
  JipEntry *open = first_with (model, FALSE, "open", NULL, 0);
  JipEntry *voting = first_with (model, TRUE, "open", NULL, 0);

  if (presenting != NULL && !jip_entry_is_active (presenting))
    presenting = NULL;
  if (presenting != NULL && jip_entry_has_window (presenting, "open"))
    open = presenting;
  if (open != NULL)
    return entry_step (model, open, FALSE);
  if (voting != NULL)
    return category_step (model, voting, FALSE);
  if (opens_by_category (model))
    return step_by_category (model, presenting, seconds);
  if (presenting != NULL && jip_entry_has_window (presenting, "waiting"))
    return entry_step (model, presenting, TRUE);

  JipEntry *to_vote = category_to_open (model);
  if (to_vote != NULL)
    return category_step (model, to_vote, TRUE);
  JipEntry *next = first_with (model, FALSE, "waiting", NULL, 0);
  return next != NULL ? present_step (model, next, seconds) : lock_step (model);
}

/**
 * jip_chair_next_step:
 * @seconds: the time a presentation gets; 0 for no timer
 *
 * Returns: (transfer full): what comes next when everything goes as planned
 */
JipChairStep *
jip_chair_next_step (JipEventModel *model, int seconds)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (model), NULL);

  if (jip_event_model_get_event (model) == NULL || jip_event_model_get_entries (model) == NULL)
    return nothing (_ ("The event is being read…"));
  if (jip_event_model_is_locked (model))
    return step_after_lock (model);
  if (count_window (model, "waiting") + count_window (model, "open") + count_window (model, "closed") == 0)
    return nothing (_ ("There are no finalists to present"));
  return step_while_live (model, seconds);
}

/**
 * jip_chair_entry_allows:
 *
 * Returns: whether a step out of turn makes sense for @entry
 */
gboolean
jip_chair_entry_allows (JipEventModel *model, JipEntry *entry, JipChairStepKind kind)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (model), FALSE);

  if (entry == NULL || jip_event_model_is_locked (model) || !jip_entry_is_active (entry))
    return FALSE;
  if (kind == JIP_CHAIR_OPEN || kind == JIP_CHAIR_CLOSE)
    return window_is (model, entry, opens_by_category (model), "open") == (kind == JIP_CHAIR_CLOSE);
  return TRUE;
}

/**
 * jip_chair_step_new:
 * @kind: present, open, close or lock
 * @entry: (nullable): which finalist; %NULL for lock
 *
 * Returns: (transfer full): a step out of turn
 */
JipChairStep *
jip_chair_step_new (JipEventModel *model, JipChairStepKind kind, JipEntry *entry, int seconds)
{
  g_return_val_if_fail (JIP_IS_EVENT_MODEL (model), NULL);
  g_return_val_if_fail (entry != NULL || kind == JIP_CHAIR_LOCK, NULL);

  if (kind == JIP_CHAIR_LOCK)
    return lock_step (model);
  if (kind == JIP_CHAIR_PRESENT)
    return present_step (model, entry, seconds);
  return opens_by_category (model) ? category_step (model, entry, kind == JIP_CHAIR_OPEN)
                                   : entry_step (model, entry, kind == JIP_CHAIR_OPEN);
}
