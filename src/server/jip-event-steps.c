/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of an event, from the first window to the last award. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-ballot-judgement.h"
#include "jip-ballot-versions.h"
#include "jip-event-refill.h"
#include "jip-event-rule-sheet.h"
#include "jip-event-service.h"
#include "jip-json.h"
#include "jip-sha256.h"
#include "jip-stale-step.h"
#include "jip-tally.h"

/* One step on its way: what it is about and what of it changed. */
typedef struct
{
  JipMutationContext *context;
  JipEvent *event;
  JsonNode *rules;
  JsonObject *args;
  const char *step;
  gboolean refused; /* what comes back would change what was announced */
} Step;

static gboolean
wrong_state (const Step *step, GError **error)
{
  return jip_error_set (error, JIP_ERROR_WRONG_STATE, _ ("“%s” is not possible while the event is “%s”."),
                        step->step, step->event->state);
}

/* An entry of this event, named by the argument. */
static gboolean
find_entry (const Step *step, JipEntry **entry, GError **error)
{
  if (!jip_entry_get (step->context->database, jip_arg_string (step->args, "entry"), entry, error))
    return FALSE;
  if (*entry != NULL && strcmp ((*entry)->event, step->event->id) == 0)
    return TRUE;
  return jip_error_set (error, JIP_ERROR_NOT_FOUND,
                        _ ("$.args.args.entry: there is no such entry in this event"));
}

static gboolean
save_entry (const Step *step, const JipEntry *entry, GError **error)
{
  return jip_entry_update (step->context->database, entry, error)
         && jip_mutation_touch (step->context, "entry", entry->id, error);
}

/* The rule sheet is frozen with the first window (scoring.md, What the live panel adds). */
static void
go_live (const Step *step)
{
  if (strcmp (step->event->state, "setup") == 0)
    {
      g_free (step->event->state);
      step->event->state = g_strdup ("live");
    }
  if (step->event->rules_hash == NULL)
    step->event->rules_hash = jip_sha256_hex (step->event->rules, strlen (step->event->rules));
}

/* What the move of a window means to ballots. */
static gboolean
judge_by (const Step *step, const char *subject, const char *window, GError **error)
{
  return jip_ballot_judge_step (step->context, step->event, step->rules, subject,
                                strcmp (window, "open") == 0 ? JIP_BALLOT_AFTER_OPEN : JIP_BALLOT_AFTER_CLOSE,
                                error);
}

static gboolean
set_window (const Step *step, JipEntry *entry, const char *window, GError **error)
{
  g_free (entry->window);
  entry->window = g_strdup (window);
  return save_entry (step, entry, error);
}

/* The window of a category, where panels pick; TRUE when it was another one before. */
static gboolean
move_category (const Step *step, const char *category, const char *window, GError **error)
{
  g_autoptr (JsonNode) windows = jip_json_parse (step->event->category_windows, -1, error);
  JsonObject *object = windows != NULL ? json_node_get_object (windows) : NULL;

  if (object == NULL)
    return FALSE;
  if (!json_object_has_member (object, category))
    return jip_error_set (error, JIP_ERROR_NOT_FOUND,
                          _ ("$.args.args.category: no panel picks in such a category"));
  const char *before = json_object_get_string_member (object, category);
  gboolean newest;
  g_autofree char *name = jip_ballot_window_id (step->event->id, NULL, category);
  if (!jip_mutation_newest (step->context, "window", name, &newest, error))
    return FALSE;
  if (step->context->refill != NULL && (!newest || jip_event_is_locked (step->event)))
    return judge_by (step, category, window, error);
  if (step->context->refill == NULL
      && (strcmp (before, window) == 0 || (strcmp (window, "closed") == 0 && strcmp (before, "open") != 0)))
    return jip_error_set (error, JIP_ERROR_WRONG_STATE, _ ("The window is “%s”."), before);
  json_object_set_string_member (object, category, window);
  g_free (step->event->category_windows);
  step->event->category_windows = jip_json_canonical (windows);
  return judge_by (step, category, window, error);
}

static gboolean
move_window (const Step *step, const char *window, GError **error)
{
  g_autoptr (JipEntry) entry = NULL;
  const char *category = jip_arg_string (step->args, "category");

  if ((jip_arg_string (step->args, "entry") != NULL) == (category != NULL))
    return jip_error_set (error, JIP_ERROR_BAD_ARGS,
                          _ ("$.args.args: one of entry and category is expected"));
  if (category != NULL)
    return move_category (step, category, window, error);
  if (!find_entry (step, &entry, error))
    return FALSE;
  gboolean newest, opening = strcmp (window, "open") == 0;
  if (!jip_mutation_newest (step->context, "window", entry->id, &newest, error))
    return FALSE;
  if (step->context->refill != NULL)
    return (!newest || jip_event_is_locked (step->event) || set_window (step, entry, window, error))
           && judge_by (step, entry->id, window, error);
  if (strcmp (entry->window, window) == 0 || (!opening && strcmp (entry->window, "open") != 0))
    return jip_error_set (error, JIP_ERROR_WRONG_STATE, _ ("The window is “%s”."), entry->window);
  if (opening && strcmp (entry->status, "active") != 0)
    return jip_error_set (error, JIP_ERROR_WRONG_STATE, _ ("The entry is withdrawn."));
  return set_window (step, entry, window, error) && judge_by (step, entry->id, window, error);
}

static gboolean
step_open (Step *step, GError **error)
{
  if (!move_window (step, "open", error))
    return FALSE;
  go_live (step);
  return TRUE;
}

static gboolean
step_close (Step *step, GError **error)
{
  return move_window (step, "closed", error);
}

static gboolean
step_present (Step *step, GError **error)
{
  g_autoptr (JipEntry) entry = NULL;
  gint64 seconds = jip_arg_int (step->args, "seconds");
  gboolean newest;

  if ((jip_arg_string (step->args, "entry") != NULL && !find_entry (step, &entry, error))
      || !jip_mutation_newest (step->context, "present", step->event->id, &newest, error))
    return FALSE;
  if (!newest || jip_event_is_locked (step->event))
    return TRUE;
  g_free (step->event->presenting);
  step->event->presenting = entry != NULL ? g_strdup (entry->id) : NULL;
  step->event->timer_ends_at = seconds > 0 ? step->context->now + seconds * 1000 : 0;
  return TRUE;
}

static gboolean
step_withdraw (Step *step, GError **error)
{
  g_autoptr (JipEntry) entry = NULL;
  gboolean newest;

  if (!find_entry (step, &entry, error)
      || !jip_mutation_newest (step->context, "withdraw", entry->id, &newest, error))
    return FALSE;
  if (strcmp (entry->status, "active") != 0 && step->context->refill == NULL)
    return jip_error_set (error, JIP_ERROR_WRONG_STATE, _ ("The entry is withdrawn already."));
  if (!newest)
    return TRUE;
  g_free (entry->status);
  g_free (entry->status_reason);
  entry->status = g_strdup ("withdrawn");
  entry->status_reason = g_strdup (jip_arg_string (step->args, "reason"));
  return save_entry (step, entry, error);
}

/* Asks scoring itself whether it takes the value, with the entry alone. */
static gboolean
check_adjust (const Step *step, const JipEntry *entry, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_autoptr (GPtrArray) judges = g_ptr_array_new ();

  g_ptr_array_add (entries, (gpointer) entry);
  g_autoptr (JsonNode) node = jip_event_tally_node (step->rules, entries, judges, NULL, NULL);
  g_autoptr (JipTallyEvent) tally = jip_tally_event_new_from_node (node, &problem);
  return tally != NULL
         || jip_error_set (error, JIP_ERROR_BAD_ARGS, "$.args.args.adjust: %s", problem->message);
}

static gboolean
step_adjust (Step *step, GError **error)
{
  g_autoptr (JipEntry) entry = NULL;
  JsonNode *value = json_object_get_member (step->args, "adjust");
  gboolean newest;

  if (!find_entry (step, &entry, error)
      || !jip_mutation_newest (step->context, "adjust", entry->id, &newest, error))
    return FALSE;
  if (!newest)
    return TRUE;
  g_free (entry->adjust);
  g_free (entry->adjust_reason);
  entry->adjust = json_node_get_value_type (value) == G_TYPE_INT64
                      ? g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (value))
                      : g_strdup (json_node_get_string (value));
  entry->adjust_reason = g_strdup (jip_arg_string (step->args, "reason"));
  return check_adjust (step, entry, error) && save_entry (step, entry, error);
}

static gboolean
find_judge (const Step *step, JipJudge **judge, GError **error)
{
  if (!jip_judge_get (step->context->database, jip_arg_string (step->args, "judge"), judge, error))
    return FALSE;
  if (*judge != NULL && strcmp ((*judge)->event, step->event->id) == 0)
    return TRUE;
  return jip_error_set (error, JIP_ERROR_NOT_FOUND,
                        _ ("$.args.args.judge: there is no such judge in this event"));
}

static gboolean
step_recuse (Step *step, GError **error)
{
  g_autoptr (JipJudge) judge = NULL;
  g_autoptr (JipEntry) entry = NULL;
  g_autoptr (GPtrArray) recusals = jip_recusal_list (step->context->database, step->event->id, error);
  gboolean newest;

  if (recusals == NULL || !find_judge (step, &judge, error) || !find_entry (step, &entry, error))
    return FALSE;
  g_autofree char *id = g_strdup_printf ("%s:%s", judge->id, entry->id);
  for (guint i = 0; i < recusals->len && step->context->refill == NULL; i++)
    if (strcmp (((JipRecusal *) g_ptr_array_index (recusals, i))->id, id) == 0)
      return jip_error_set (error, JIP_ERROR_WRONG_STATE, _ ("The judge is recused for this entry already."));
  if (!jip_mutation_newest (step->context, "recusal", id, &newest, error))
    return FALSE;
  if (!newest)
    return TRUE;
  JipRecusal recusal = { id, judge->id, entry->id };
  return jip_recusal_put (step->context->database, step->event->id, &recusal,
                          jip_arg_string (step->args, "kind"), jip_arg_string (step->args, "reason"),
                          step->context->account, step->context->now, error)
         && jip_mutation_touch (step->context, "recusal", id, error)
         && jip_event_refresh_progress (step->context, step->event, step->rules, entry->id, judge->panel,
                                        error);
}

static gboolean
step_late (Step *step, GError **error)
{
  g_autoptr (JipBallot) ballot = NULL;
  const char *state = jip_arg_boolean (step->args, "admit") ? "late-admitted" : "late-refused";
  gboolean newest;

  if (!jip_ballot_versions_get (step->context->database, jip_arg_string (step->args, "ballot"), &ballot,
                                error))
    return FALSE;
  jip_mutation_missing (step->context, "ballot", jip_arg_string (step->args, "ballot"));
  if (ballot == NULL || strcmp (ballot->event, step->event->id) != 0)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND,
                          _ ("$.args.args.ballot: there is no such ballot in this event"));
  if (!jip_mutation_newest (step->context, "late", ballot->id, &newest, error))
    return FALSE;
  if (!newest || (step->context->refill != NULL && strcmp (ballot->state, "valid") == 0))
    return TRUE; /* it is late again once the end of its window is back, and was in time else */
  if (step->context->refill == NULL && strcmp (ballot->state, "valid") == 0)
    return jip_error_set (error, JIP_ERROR_WRONG_STATE, _ ("The ballot was not late."));
  return jip_ballot_set_state (step->context->database, ballot->id, state,
                               jip_arg_string (step->args, "reason"), error)
         && jip_ballot_recount (step->context, step->event, step->rules, ballot, error)
         && (step->context->refill == NULL || !jip_event_is_announced (step->event)
             || jip_ballot_reconsider (step->context, step->event, step->rules, ballot->judge,
                                       ballot->subject, error));
}

static gboolean
close_windows (const Step *step, GError **error)
{
  g_autoptr (GPtrArray) entries = jip_entry_list (step->context->database, step->event->id, error);
  g_autoptr (JsonNode) windows = jip_json_parse (step->event->category_windows, -1, error);

  if (entries == NULL || windows == NULL)
    return FALSE;
  g_autoptr (GList) names = json_object_get_members (json_node_get_object (windows));
  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_string_member (json_node_get_object (windows), l->data, "closed");
  g_free (step->event->category_windows);
  step->event->category_windows = jip_json_canonical (windows);
  for (guint i = 0; i < entries->len; i++)
    {
      JipEntry *entry = g_ptr_array_index (entries, i);
      g_free (entry->window);
      entry->window = g_strdup ("closed");
      if (!save_entry (step, entry, error))
        return FALSE;
    }
  return TRUE;
}

/* Now the chair and the auditor see what was kept from everybody. */
static gboolean
touch_ballots (const Step *step, GError **error)
{
  JipMutationContext *context = step->context;
  const char *event = step->event->id;

  return jip_feed_touch_all (context->database, context->pokes, "ballot", error,
                             "SELECT id FROM ballot WHERE event = $1 ORDER BY received_at, id", event)
         && jip_feed_touch_all (context->database, context->pokes, "late_ballot", error,
                                "SELECT id FROM ballot WHERE event = $1 AND state <> 'valid' ORDER BY id",
                                event)
         && jip_mutation_touch (context, "result", event, error);
}

static gboolean
lock_event (Step *step, GError **error)
{
  g_free (step->event->state);
  step->event->state = g_strdup ("locked");
  g_clear_pointer (&step->event->presenting, g_free);
  step->event->timer_ends_at = 0;
  return jip_ballot_refuse_undecided (step->context->database, step->event->id, error)
         && close_windows (step, error);
}

static gboolean
step_lock (Step *step, GError **error)
{
  jip_mutation_arrived (step->context, "result", step->event->id); /* a reveal may have come back before */
  return lock_event (step, error) && jip_event_compute (step->context, step->event, error)
         && jip_ballot_judge_step (step->context, step->event, step->rules, "", JIP_BALLOT_AFTER_LOCK, error)
         && jip_event_update (step->context->database, step->event, error) && touch_ballots (step, error);
}

/* The lock comes back: what stood before it counts, whenever it comes; what was judged since stands behind it. */
static gboolean
refill_lock (Step *step, GError **error)
{
  if (!jip_event_is_locked (step->event) && !lock_event (step, error))
    return FALSE;
  return jip_event_refill_expect (step->context, step->event, TRUE, error)
         && jip_ballot_judge_step (step->context, step->event, step->rules, "", JIP_BALLOT_AFTER_LOCK, error)
         && jip_event_update (step->context->database, step->event, error) && touch_ballots (step, error);
}

/* @drawn: the numbers that are taken, and how often */
static gboolean
check_lot (const Step *step, const JipEntry *entry, gint64 lot, GHashTable *drawn, GError **error)
{
  guint same = GPOINTER_TO_UINT (g_hash_table_lookup (drawn, GINT_TO_POINTER ((int) entry->lot)));

  if (lot < 1 || lot > G_MAXINT32)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("$.args.args.lots: a lot is a whole number from 1"));
  if (step->context->refill != NULL)
    return TRUE;
  if (entry->lot > 0 && same < 2)
    return jip_error_set (error, JIP_ERROR_WRONG_STATE, _ ("A lot was drawn for this entry already."));
  return g_hash_table_insert (drawn, GINT_TO_POINTER ((int) lot), GUINT_TO_POINTER (1))
         || jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("$.args.args.lots: the same lot stands twice"));
}

static gboolean
set_lot (const Step *step, const char *id, JsonNode *value, GHashTable *drawn, GError **error)
{
  g_autoptr (JipEntry) entry = NULL;
  gint64 lot = JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_INT64
                   ? json_node_get_int (value)
                   : 0;
  gboolean newest;

  if (!jip_entry_get (step->context->database, id, &entry, error))
    return FALSE;
  if (entry == NULL || strcmp (entry->event, step->event->id) != 0)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND,
                          _ ("$.args.args.lots: there is no such entry in this event"));
  if (!check_lot (step, entry, lot, drawn, error)
      || !jip_mutation_newest (step->context, "lot", entry->id, &newest, error))
    return FALSE;
  if (!newest)
    return TRUE;
  entry->lot = lot;
  return save_entry (step, entry, error);
}

static gboolean
step_lots (Step *step, GError **error)
{
  JsonObject *lots = json_object_get_object_member (step->args, "lots");
  g_autoptr (GPtrArray) entries = jip_entry_list (step->context->database, step->event->id, error);
  g_autoptr (GList) ids = json_object_get_members (lots);

  if (entries == NULL)
    return FALSE;
  if (step->event->revealed > 0 && step->context->refill == NULL)
    return jip_error_set (error, JIP_ERROR_WRONG_STATE, _ ("The reveal has begun."));
  if (ids == NULL)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("$.args.args.lots: is empty"));
  g_autoptr (GHashTable) drawn = jip_event_count_lots (entries);
  for (GList *l = ids; l != NULL; l = l->next)
    if (!set_lot (step, l->data, json_object_get_member (lots, l->data), drawn, error))
      return FALSE;
  if (step->context->refill != NULL)
    return jip_event_refill_expect (step->context, step->event, FALSE, error);
  /* The row of the result holds the number of steps, so that is written first. */
  return jip_event_compute (step->context, step->event, error)
         && jip_event_update (step->context->database, step->event, error)
         && jip_mutation_touch (step->context, "result", step->event->id, error);
}

static gboolean
touch_reveals (const Step *step, gint64 before, GError **error)
{
  for (gint64 i = before + 1; i <= step->event->revealed; i++)
    {
      g_autofree char *id = g_strdup_printf ("%s:%" G_GINT64_FORMAT, step->event->id, i);
      if (!jip_mutation_touch (step->context, "reveal", id, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
step_reveal (Step *step, GError **error)
{
  JipEvent *event = step->event;
  gint64 before = event->revealed, upto;

  if (!jip_event_refill_check_reveal (step->context, event, &upto, error))
    return FALSE;
  if (step->context->refill == NULL && before == 0 && !jip_event_check_reveal (step->context, event, error))
    return FALSE;
  step->refused = upto < 0;
  if (step->refused)
    return TRUE;
  event->revealed = CLAMP (upto, before, event->reveal_steps);
  if (event->revealed >= event->reveal_steps)
    {
      g_free (event->state);
      event->state = g_strdup ("revealed");
    }
  return jip_event_update (step->context->database, event, error) && touch_reveals (step, before, error);
}

/* @now: (out) (transfer full) (nullable) */
typedef gboolean (*Look) (const Step *step, JsonNode **now, GError **error);

static JsonNode *
text_node (const char *text)
{
  return text != NULL ? json_node_init_string (json_node_alloc (), text) : NULL;
}

static gboolean
look_at_window (const Step *step, JsonNode **now, GError **error)
{
  const char *category = jip_arg_string (step->args, "category");
  g_autoptr (JipEntry) entry = NULL;

  if ((jip_arg_string (step->args, "entry") != NULL) == (category != NULL))
    return TRUE; /* move_window() says so */
  if (category == NULL)
    {
      if (!find_entry (step, &entry, error))
        return FALSE;
      *now = text_node (entry->window);
      return TRUE;
    }
  g_autoptr (JsonNode) windows = jip_json_parse (step->event->category_windows, -1, error);
  if (windows == NULL)
    return FALSE;
  *now = text_node (
      json_object_get_string_member_with_default (json_node_get_object (windows), category, NULL));
  return TRUE;
}

static gboolean
look_at_stage (const Step *step, JsonNode **now, GError **error)
{
  *now = text_node (step->event->presenting != NULL ? step->event->presenting : "");
  return TRUE;
}

static gboolean
look_at_reveals (const Step *step, JsonNode **now, GError **error)
{
  *now = json_node_init_int (json_node_alloc (), step->event->revealed);
  return TRUE;
}

/* The server, as it is: one that was restored may lack ballots that the chair has seen handed in. */
static gboolean
look_at_epoch (const Step *step, JsonNode **now, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *epoch = jip_meta_get (step->context->database, "epoch", &problem);

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (strcmp (step->event->state, "live") == 0) /* else it is the state that stands against it */
    *now = json_node_init_string (json_node_alloc (), epoch);
  return TRUE;
}

#define SETUP (1 << 0)
#define LIVE (1 << 1)
#define LOCKED (1 << 2)

static const struct
{
  const char *name;
  guint states;
  gboolean (*run) (Step *step, GError **error);
  Look look; /* at what `seen` is about */
} steps[] = {
  { "open", SETUP | LIVE, step_open, look_at_window },
  { "close", LIVE, step_close, look_at_window },
  { "present", SETUP | LIVE, step_present, look_at_stage },
  { "withdraw", SETUP | LIVE, step_withdraw },
  { "adjust", SETUP | LIVE, step_adjust },
  { "recuse", SETUP | LIVE, step_recuse },
  { "late", LIVE, step_late },
  { "lock", LIVE, step_lock, look_at_epoch },
  { "lots", LOCKED, step_lots },
  { "reveal", LOCKED, step_reveal, look_at_reveals },
};

static guint
state_bit (const char *state)
{
  static const char *const names[] = { "setup", "live", "locked" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (state, names[i]) == 0)
      return 1u << i;
  return 0;
}

/* The chair may do all; a judge may step aside. */
static gboolean
authorise (const Step *step, GError **error)
{
  g_autofree char *action = g_strdup_printf ("event.step/%s", step->step);
  g_autoptr (JipJudge) own = NULL;
  JipMutationContext *context = step->context;
  JipRelations relations = 0;

  if (strcmp (step->event->chair, context->account) == 0)
    relations |= JIP_RELATION_EVENT_CHAIR;
  if (strcmp (step->event->organiser, context->account) == 0)
    relations |= JIP_RELATION_EVENT_ORGANISER;
  if (!jip_judge_get_for (context->database, step->event->id, context->account, &own, error))
    return FALSE;
  if (own != NULL)
    relations |= JIP_RELATION_EVENT_JUDGE;
  if (own != NULL && g_strcmp0 (jip_arg_string (step->args, "judge"), own->id) == 0
      && g_strcmp0 (jip_arg_string (step->args, "kind"), "self") == 0)
    relations |= JIP_RELATION_SELF;
  return jip_mutation_allow (context, action, relations, error);
}

/* What was pressed before the network went may arrive when another PC of the chair has gone on.
 * @look: what the chair sees now of what the step is about */
static gboolean
check_seen (const Step *step, Look look, GError **error)
{
  JsonNode *seen = jip_arg_node (step->args, "seen");
  g_autoptr (JsonNode) now = NULL;

  if (look == NULL || seen == NULL)
    return TRUE;
  if (!look (step, &now, error))
    return FALSE;
  return now == NULL || json_node_equal (seen, now) || jip_stale_step_refuse (step->step, now, error);
}

static gboolean
run_step (Step *step, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (strcmp (steps[i].name, step->step) == 0)
      {
        if (step->context->refill != NULL)
          return strcmp (step->step, "lock") == 0 ? refill_lock (step, error) : steps[i].run (step, error);
        if (!check_seen (step, steps[i].look, error))
          return FALSE;
        if ((steps[i].states & state_bit (step->event->state)) == 0)
          return wrong_state (step, error);
        return steps[i].run (step, error);
      }
  g_return_val_if_reached (FALSE);
}

/* Whether nothing but the states of ballots can change with it, of all to the same one. */
static gboolean
moves_ballots (const Step *step)
{
  static const char *const names[] = { "open", "close", "present", NULL };

  return g_strv_contains (names, step->step);
}

/* As run_step(), where the result is announced. @stands: (out): whether it is the same then. Most steps are about windows and
 * move no ballot, so the tally, which reads all ballots, is not asked about those. */
static gboolean
run_beside (Step *step, gboolean *stands, GError **error)
{
  JipDatabase *database = step->context->database;
  gint64 before = jip_ballot_count_valid (database, step->event->id, error), after;

  if (before < 0 || !run_step (step, error)
      || (after = jip_ballot_count_valid (database, step->event->id, error)) < 0)
    return FALSE;
  *stands = moves_ballots (step) && after == before;
  return *stands || jip_event_check_result (database, step->event, stands, error);
}

/* What comes back after something of the result was announced may not change it. */
static gboolean
refill_step (Step *step, GError **error)
{
  JipDatabase *database = step->context->database;
  gboolean stands;

  step->refused = jip_event_refill_was_refused (step->context);
  if (step->refused)
    return TRUE;
  if (strcmp (step->step, "reveal") == 0 || !jip_event_is_announced (step->event))
    return run_step (step, error);
  if (!jip_database_savepoint (database, "announced", error) || !run_beside (step, &stands, error))
    return FALSE;
  step->refused = !stands;
  return (stands || jip_database_rollback_to (database, "announced", error))
         && jip_database_release (database, "announced", error);
}

gboolean
jip_event_step (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error)
{
  g_autoptr (JipEvent) event = NULL;
  g_autoptr (JsonObject) none = json_object_new ();

  if (!jip_event_get (context->database, jip_arg_string (args, "event"), &event, error))
    return FALSE;
  jip_mutation_missing (context, "event", jip_arg_string (args, "event"));
  if (event == NULL)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("$.args.event: there is no such event"));
  g_autoptr (JsonNode) rules = jip_event_rules_parse (event, error);
  if (rules == NULL)
    return FALSE;
  JsonNode *inner = jip_arg_node (args, "args");
  Step step = {
    context, event, rules, inner != NULL ? json_node_get_object (inner) : none, jip_arg_string (args, "step"),
    FALSE
  };
  if (!authorise (&step, error)
      || !(context->refill != NULL ? refill_step (&step, error) : run_step (&step, error)))
    return FALSE;
  if (step.refused)
    return jip_event_refill_refuse (context, event, step.step, NULL, error);
  event->version++;
  if (context->refill != NULL && jip_event_is_locked (event) && strcmp (step.step, "reveal") != 0
      && !jip_event_refill_due (context, event, error))
    return FALSE;
  return jip_event_update (context->database, event, error)
         && jip_mutation_touch (context, "event", event->id, error)
         && jip_mutation_audit (context, "event", error, "event", event->id, "step", step.step, "entry",
                                jip_arg_string (step.args, "entry"), "judge",
                                jip_arg_string (step.args, "judge"), "ballot",
                                jip_arg_string (step.args, "ballot"), NULL);
}
