/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The next step of the chair, the scene of the stage and the card of a judge, from records alone. */
#include "jip-chair-steps.h"
#include "jip-json.h"
#include "jip-judge-card.h"
#include "jip-stage-scene.h"

#define PANEL_R \
  "{\"id\":\"r\",\"name\":\"R\",\"weight\":70,\"mode\":\"rubric\",\"criteria\":[{\"id\":\"x\",\"name\":\"X\",\"max\":10}]}"
#define PANEL_S "{\"id\":\"s\",\"name\":\"S\",\"weight\":30,\"mode\":\"score\",\"max\":10}"
#define PANEL_P "{\"id\":\"p\",\"name\":\"P\",\"weight\":30,\"mode\":\"pick\",\"picks\":1}"

typedef struct
{
  GListStore *events, *entries, *judges, *recusals, *ballots, *progress, *late, *results, *reveals;
  JipEventModel *model;
} City;

static void
put (GListStore *store, GType type, gboolean pending, const char *format, ...) G_GNUC_PRINTF (4, 5);

static void
put (GListStore *store, GType type, gboolean pending, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  va_list args;

  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  g_autoptr (JipRecord) record = jip_record_new_from_text (type, text, pending, &error);
  g_assert_no_error (error);
  g_list_store_append (store, record);
}

static void
city_init (City *city)
{
  GListStore **stores[] = { &city->events,   &city->entries, &city->judges,  &city->recusals, &city->ballots,
                            &city->progress, &city->late,    &city->results, &city->reveals };

  for (guint i = 0; i < G_N_ELEMENTS (stores); i++)
    *stores[i] = g_list_store_new (JIP_TYPE_RECORD);
}

/* @extra: further members of the event, with a comma before each */
static void
set_event (City *city, const char *panels, const char *state, const char *presenting, const char *extra)
{
  g_autofree char *who = presenting != NULL ? g_strdup_printf ("\"%s\"", presenting) : g_strdup ("null");

  g_list_store_remove_all (city->events);
  put (
      city->events, JIP_TYPE_EVENT, FALSE,
      "{\"id\":\"v\",\"title\":\"T\",\"state\":\"%s\",\"chair\":\"boss\",\"presenting\":%s,\"version\":1,"
      "\"rules\":{\"categories\":[{\"id\":\"a\",\"name\":\"A\"},{\"id\":\"b\",\"name\":\"B\"}],\"panels\":[%s],"
      "\"ties\":[\"lot\"],\"auto_recuse\":[\"s\"],"
      "\"awards\":{\"per_category\":[{\"id\":\"best\",\"name\":\"Best\",\"seats\":1}]}}%s}",
      state, who, panels, extra);
}

static void
set_entries (City *city, const char *one, const char *two, const char *three)
{
  const char *windows[] = { one, two, three };

  g_list_store_remove_all (city->entries);
  for (int i = 0; i < 3; i++)
    {
      gboolean gone = g_str_equal (windows[i], "gone");
      put (
          city->entries, JIP_TYPE_ENTRY, FALSE,
          "{\"id\":\"e%d\",\"number\":%d,\"category\":\"%s\",\"title\":\"E%d\",\"status\":\"%s\",\"window\":\"%s\","
          "\"department\":\"D%d\"}",
          i + 1, i + 1, i < 2 ? "a" : "b", i + 1, gone ? "withdrawn" : "active",
          gone ? "waiting" : windows[i], i + 1);
    }
}

static void
open_model (City *city, const char *user)
{
  JipEventLists lists
      = { G_LIST_MODEL (city->events),   G_LIST_MODEL (city->entries), G_LIST_MODEL (city->judges),
          G_LIST_MODEL (city->recusals), G_LIST_MODEL (city->ballots), G_LIST_MODEL (city->progress),
          G_LIST_MODEL (city->late),     G_LIST_MODEL (city->results), G_LIST_MODEL (city->reveals) };

  g_clear_object (&city->model);
  city->model = jip_event_model_new ("v", user, &lists);
}

static void
city_clear (City *city)
{
  GListStore *stores[] = { city->events,   city->entries, city->judges,  city->recusals, city->ballots,
                           city->progress, city->late,    city->results, city->reveals };

  g_assert_finalize_object (city->model);
  for (guint i = 0; i < G_N_ELEMENTS (stores); i++)
    g_object_unref (stores[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (City, city_clear)

static void
assert_next (City *city, JipChairStepKind kind, const char *member, const char *id)
{
  open_model (city, "boss");
  g_autoptr (JipChairStep) step = jip_chair_next_step (city->model, 300);

  g_assert_cmpint (step->kind, ==, kind);
  g_assert_nonnull (step->label);
  if (member != NULL)
    g_assert_cmpstr (json_object_get_string_member (step->args, member), ==, id);
}

/* @seen: what the step says of what was to be seen, as JSON */
static void
assert_seen (JipChairStep *step, const char *seen)
{
  g_autofree char *text = json_to_string (json_object_get_member (step->args, "seen"), FALSE);

  g_assert_cmpstr (text, ==, seen);
}

static void
assert_next_seen (City *city, JipChairStepKind kind, const char *seen)
{
  open_model (city, "boss");
  g_autoptr (JipChairStep) step = jip_chair_next_step (city->model, 300);

  g_assert_cmpint (step->kind, ==, kind);
  assert_seen (step, seen);
}

static void
assert_turn_seen (City *city, JipChairStepKind kind, const char *entry, const char *seen)
{
  open_model (city, "boss");
  g_autoptr (JipChairStep) step
      = jip_chair_step_new (city->model, kind, jip_event_model_get_entry (city->model, entry), 0);

  assert_seen (step, seen);
}

/* Each step that another PC of the chair may have made says in view of what it is made. */
static void
test_what_was_to_be_seen (void)
{
  g_auto (City) city = { 0 };

  city_init (&city);
  set_entries (&city, "waiting", "closed", "waiting");
  set_event (&city, PANEL_R, "setup", NULL, "");
  assert_next_seen (&city, JIP_CHAIR_PRESENT, "\"\"");
  set_event (&city, PANEL_R, "setup", "e1", "");
  assert_next_seen (&city, JIP_CHAIR_OPEN, "\"waiting\"");
  assert_turn_seen (&city, JIP_CHAIR_OPEN, "e2", "\"closed\"");
  assert_turn_seen (&city, JIP_CHAIR_PRESENT, "e3", "\"e1\"");
  set_entries (&city, "open", "closed", "waiting");
  assert_next_seen (&city, JIP_CHAIR_CLOSE, "\"open\"");

  set_entries (&city, "waiting", "waiting", "waiting");
  set_event (&city, PANEL_P, "live", "e2", ",\"category_windows\":{\"a\":\"waiting\",\"b\":\"closed\"}");
  assert_next_seen (&city, JIP_CHAIR_OPEN, "\"waiting\"");
  assert_turn_seen (&city, JIP_CHAIR_OPEN, "e3", "\"closed\"");

  set_event (&city, PANEL_R, "locked", NULL, ",\"revealed\":0");
  assert_next_seen (&city, JIP_CHAIR_REVEAL, "0");
  set_event (&city, PANEL_R, "locked", NULL, ",\"revealed\":2");
  assert_next_seen (&city, JIP_CHAIR_REVEAL, "2");
}

static void
test_entries_in_turn (void)
{
  g_auto (City) city = { 0 };

  city_init (&city);
  set_event (&city, PANEL_R "," PANEL_S, "setup", NULL, "");
  set_entries (&city, "waiting", "waiting", "waiting");
  assert_next (&city, JIP_CHAIR_PRESENT, "entry", "e1");
  set_event (&city, PANEL_R "," PANEL_S, "setup", "e1", "");
  assert_next (&city, JIP_CHAIR_OPEN, "entry", "e1");
  set_entries (&city, "open", "waiting", "waiting");
  assert_next (&city, JIP_CHAIR_CLOSE, "entry", "e1");
  set_entries (&city, "closed", "waiting", "waiting");
  assert_next (&city, JIP_CHAIR_PRESENT, "entry", "e2");
  set_entries (&city, "closed", "gone", "waiting");
  assert_next (&city, JIP_CHAIR_PRESENT, "entry", "e3");
  set_event (&city, PANEL_R "," PANEL_S, "live", "e3", "");
  set_entries (&city, "open", "gone", "waiting");
  assert_next (&city, JIP_CHAIR_CLOSE, "entry", "e1"); /* nothing stays open behind the chair's back */
  set_entries (&city, "closed", "gone", "closed");
  assert_next (&city, JIP_CHAIR_LOCK, NULL, NULL);
  set_entries (&city, "gone", "gone", "gone");
  assert_next (&city, JIP_CHAIR_NOTHING, NULL, NULL);
}

static void
test_counts_and_lock (void)
{
  g_auto (City) city = { 0 };

  city_init (&city);
  set_event (&city, PANEL_R "," PANEL_S, "live", "e1", "");
  set_entries (&city, "open", "waiting", "waiting");
  put (city.progress, JIP_TYPE_PROGRESS, FALSE,
       "{\"id\":\"e1:r\",\"entry\":\"e1\",\"panel\":\"r\",\"counted\":12,\"expected\":13}");
  put (city.progress, JIP_TYPE_PROGRESS, FALSE,
       "{\"id\":\"e1:s\",\"entry\":\"e1\",\"panel\":\"s\",\"counted\":97,\"expected\":100}");
  put (city.late, JIP_TYPE_LATE_BALLOT, FALSE, "{\"id\":\"l1\",\"state\":\"late\"}");
  put (city.late, JIP_TYPE_LATE_BALLOT, FALSE, "{\"id\":\"l2\",\"state\":\"late-refused\"}");
  open_model (&city, "boss");
  g_autoptr (JipChairStep) close = jip_chair_next_step (city.model, 0);
  g_assert_nonnull (strstr (close->label, "R 12/13, S 97/100"));
  g_autoptr (JipChairStep) lock = jip_chair_step_new (city.model, JIP_CHAIR_LOCK, NULL, 0);
  g_assert_nonnull (lock->question);
  g_assert_nonnull (strstr (lock->explanation, "1 late ballot"));

  JipStageScene scene = jip_stage_scene_get (city.model, JIP_SCENE_FOLLOW);
  g_assert_cmpint (scene.kind, ==, JIP_SCENE_SCORING);
  g_assert_cmpint (scene.counted, ==, 109);
  g_assert_cmpint (scene.expected, ==, 113);
}

static void
test_votes_by_category (void)
{
  g_auto (City) city = { 0 };

  city_init (&city);
  set_event (&city, PANEL_P, "setup", NULL, ",\"category_windows\":{\"a\":\"waiting\",\"b\":\"waiting\"}");
  set_entries (&city, "waiting", "waiting", "waiting");
  assert_next (&city, JIP_CHAIR_PRESENT, "entry", "e1");
  set_event (&city, PANEL_P, "setup", "e1", ",\"category_windows\":{\"a\":\"waiting\",\"b\":\"waiting\"}");
  assert_next (&city, JIP_CHAIR_PRESENT, "entry", "e2");
  set_event (&city, PANEL_P, "setup", "e2", ",\"category_windows\":{\"a\":\"waiting\",\"b\":\"waiting\"}");
  assert_next (&city, JIP_CHAIR_OPEN, "category", "a");
  set_event (&city, PANEL_P, "live", "e2", ",\"category_windows\":{\"a\":\"open\",\"b\":\"waiting\"}");
  assert_next (&city, JIP_CHAIR_CLOSE, "category", "a");
  set_event (&city, PANEL_P, "live", "e2", ",\"category_windows\":{\"a\":\"closed\",\"b\":\"waiting\"}");
  assert_next (&city, JIP_CHAIR_PRESENT, "entry", "e3");
  set_event (&city, PANEL_P, "live", "e3", ",\"category_windows\":{\"a\":\"closed\",\"b\":\"closed\"}");
  assert_next (&city, JIP_CHAIR_LOCK, NULL, NULL);

  /* Scores and votes in one event: the votes on a category follow its last score. */
  set_event (&city, PANEL_R "," PANEL_P, "live", "e2",
             ",\"category_windows\":{\"a\":\"waiting\",\"b\":\"waiting\"}");
  set_entries (&city, "closed", "closed", "waiting");
  assert_next (&city, JIP_CHAIR_OPEN, "category", "a");
}

static void
test_after_lock (void)
{
  static const char tied[]
      = "{\\\"format\\\":\\\"jip-result/1\\\",\\\"entries\\\":[],\\\"undecided\\\":"
        "[{\\\"award\\\":\\\"best\\\",\\\"category\\\":\\\"a\\\",\\\"entries\\\":[\\\"e1\\\",\\\"e2\\\"]}]}";
  g_auto (City) city = { 0 };

  city_init (&city);
  set_entries (&city, "closed", "closed", "closed");
  set_event (&city, PANEL_R, "locked", NULL, ",\"revealed\":0");
  assert_next (&city, JIP_CHAIR_REVEAL, NULL, NULL);
  g_assert_cmpint (jip_stage_scene_get (city.model, JIP_SCENE_FOLLOW).kind, ==, JIP_SCENE_WAITING);
  g_assert_cmpint (jip_stage_scene_get (city.model, JIP_SCENE_WINNERS).kind, ==, JIP_SCENE_WAITING);
  put (city.results, JIP_TYPE_RESULT, FALSE, "{\"id\":\"v\",\"result\":\"%s\"}", tied);
  assert_next (&city, JIP_CHAIR_LOTS, NULL, NULL);
  g_list_store_remove_all (city.results);
  put (city.reveals, JIP_TYPE_REVEAL, FALSE,
       "{\"id\":\"v:1\",\"n\":1,\"award\":\"best\",\"award_name\":\"Best\"}");
  set_event (&city, PANEL_R, "locked", NULL, ",\"revealed\":1");
  assert_next (&city, JIP_CHAIR_REVEAL, NULL, NULL);
  g_assert_cmpint (jip_stage_scene_get (city.model, JIP_SCENE_FOLLOW).kind, ==, JIP_SCENE_REVEAL);
  set_event (&city, PANEL_R, "revealed", NULL, ",\"revealed\":2");
  assert_next (&city, JIP_CHAIR_WINNERS, NULL, NULL);
  g_assert_cmpint (jip_stage_scene_get (city.model, JIP_SCENE_WINNERS).kind, ==, JIP_SCENE_WINNERS);
}

static JipJudgeCard
card_of (City *city, const char *entry)
{
  return jip_judge_card_get (city->model, jip_event_model_get_entry (city->model, entry));
}

static void
test_cards (void)
{
  g_auto (City) city = { 0 };

  city_init (&city);
  set_event (&city, PANEL_R "," PANEL_S, "live", "e1", "");
  set_entries (&city, "open", "closed", "gone");
  put (city.judges, JIP_TYPE_JUDGE, FALSE,
       "{\"id\":\"j1\",\"user\":\"u1\",\"panel\":\"s\",\"department\":\"D2\"}");
  put (city.judges, JIP_TYPE_JUDGE, FALSE,
       "{\"id\":\"j2\",\"user\":\"u2\",\"panel\":\"r\",\"department\":\"D2\"}");
  put (
      city.ballots, JIP_TYPE_BALLOT, FALSE,
      "{\"id\":\"b1\",\"judge\":\"j2\",\"entry\":\"e1\",\"version\":1,\"state\":\"valid\",\"scores\":{\"x\":3}}");
  put (
      city.ballots, JIP_TYPE_BALLOT, TRUE,
      "{\"id\":\"b2\",\"judge\":\"j2\",\"entry\":\"e1\",\"version\":4,\"state\":\"valid\",\"scores\":{\"x\":4}}");
  put (
      city.ballots, JIP_TYPE_BALLOT, FALSE,
      "{\"id\":\"b3\",\"judge\":\"j2\",\"entry\":\"e2\",\"version\":1,\"state\":\"late\",\"scores\":{\"x\":4}}");

  open_model (&city, "u1");
  JipJudgeCard card = card_of (&city, "e1");
  g_assert_cmpint (card.window, ==, JIP_CARD_OPEN);
  g_assert_cmpint (card.handed_in, ==, JIP_CARD_NOTHING);
  g_assert_true (jip_judge_card_waits_for_judge (&card) && card.presenting);
  card = card_of (&city, "e2"); /* of the judge's own department, which the rules exclude for this panel */
  g_assert_cmpint (card.window, ==, JIP_CARD_RECUSED);
  g_assert_false (jip_judge_card_can_submit (&card));
  card = card_of (&city, "e3");
  g_assert_cmpint (card.window, ==, JIP_CARD_WITHDRAWN);

  open_model (&city, "u2");
  card = card_of (&city, "e1");
  g_assert_cmpint (card.handed_in, ==, JIP_CARD_PENDING);
  g_assert_cmpstr (jip_record_get_id (JIP_RECORD (card.ballot)), ==, "b2");
  card = card_of (&city, "e2");
  g_assert_cmpint (card.window, ==, JIP_CARD_CLOSED);
  g_assert_cmpint (card.handed_in, ==, JIP_CARD_LATE);
  g_assert_true (jip_judge_card_can_submit (&card));
  set_event (&city, PANEL_R "," PANEL_S, "locked", NULL, "");
  open_model (&city, "u2");
  card = card_of (&city, "e2");
  g_assert_cmpint (card.window, ==, JIP_CARD_LOCKED);
  g_assert_false (jip_judge_card_can_submit (&card));
}

static void
changed_cb (guint *count)
{
  (*count)++;
}

static void
test_changes_come_once (void)
{
  g_auto (City) city = { 0 };
  guint count = 0;

  city_init (&city);
  set_event (&city, PANEL_R, "setup", NULL, "");
  set_entries (&city, "waiting", "waiting", "waiting");
  open_model (&city, "boss");
  g_signal_connect_swapped (city.model, "changed", G_CALLBACK (changed_cb), &count);
  set_entries (&city, "open", "waiting", "waiting");
  set_event (&city, PANEL_R, "live", "e1", "");
  while (count == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (count, ==, 1);
  g_assert_true (jip_event_model_is_state (city.model, "live"));
  g_assert_false (g_main_context_pending (NULL));
}

static void
test_timer (void)
{
  static const struct
  {
    gint64 ends_at, now;
    const char *text;
  } cases[] = {
    { 0, 5000, "" },          { 305000, 5000, "5:00" },   { 305000, 5001, "5:00" },
    { 305000, 6000, "4:59" }, { 305000, 305000, "0:00" }, { 305000, 306000, "−0:01" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = jip_stage_format_timer (cases[i].ends_at, cases[i].now);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event-steps/entries-in-turn", test_entries_in_turn);
  g_test_add_func ("/event-steps/what-was-to-be-seen", test_what_was_to_be_seen);
  g_test_add_func ("/event-steps/counts-and-lock", test_counts_and_lock);
  g_test_add_func ("/event-steps/votes-by-category", test_votes_by_category);
  g_test_add_func ("/event-steps/after-lock", test_after_lock);
  g_test_add_func ("/event-steps/cards", test_cards);
  g_test_add_func ("/event-steps/changes-come-once", test_changes_come_once);
  g_test_add_func ("/event-steps/timer", test_timer);
  return g_test_run ();
}
