/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-ballot-form.h"
#include "jip-ballot-words.h"
#include "jip-json.h"
#include "jip-result-rows.h"

static const char rules_text[]
    = "{\"categories\":[{\"id\":\"a\",\"name\":\"A\"},{\"id\":\"b\",\"name\":\"B\"}],\"panels\":["
      "{\"id\":\"r\",\"name\":\"R\",\"weight\":50,\"mode\":\"rubric\",\"criteria\":["
      "{\"id\":\"x\",\"name\":\"X\",\"max\":40},{\"id\":\"y\",\"name\":\"Y\",\"max\":\"30.5\"}]},"
      "{\"id\":\"s\",\"name\":\"S\",\"weight\":30,\"mode\":\"score\",\"max\":10},"
      "{\"id\":\"p\",\"name\":\"P\",\"weight\":20,\"mode\":\"pick\",\"picks\":2}],"
      "\"awards\":{\"per_category\":[{\"id\":\"best\",\"name\":\"Best\",\"seats\":1},"
      "{\"id\":\"good\",\"name\":\"Good\",\"seats\":1}],\"grand\":{\"id\":\"grand\",\"name\":\"Grand\",\"mode\":\"stack\"}}}";

static JipEventRules *
rules_new (void)
{
  g_autoptr (JsonNode) node = jip_json_parse (rules_text, -1, NULL);

  return jip_event_rules_new (json_node_get_object (node));
}

static JipBallotForm *
form_with (JipEventRules *rules, const char *panel, const char *first, const char *second)
{
  g_autoptr (JipBallotForm) empty = jip_ballot_form_new (jip_event_rules_get_panel (rules, panel));
  JipBallotForm *form = jip_ballot_form_with_value (empty, 0, first);

  if (second == NULL)
    return form;
  JipBallotForm *both = jip_ballot_form_with_value (form, 1, second);
  jip_ballot_form_unref (form);
  return both;
}

static void
test_values (void)
{
  static const struct
  {
    const char *typed;
    JipValueCheck check;
    const char *total;
  } cases[] = {
    { "", JIP_VALUE_EMPTY, "0" },
    { "  ", JIP_VALUE_EMPTY, "0" },
    { "0", JIP_VALUE_OK, "0" },
    { "40", JIP_VALUE_OK, "40" },
    { "40.0000", JIP_VALUE_OK, "40" },
    { "40.0001", JIP_VALUE_TOO_HIGH, "0" },
    { "41", JIP_VALUE_TOO_HIGH, "0" },
    { "99999999999999999999", JIP_VALUE_TOO_HIGH, "0" },
    { "38.5", JIP_VALUE_OK, "38.5" },
    { " 38.50 ", JIP_VALUE_OK, "38.5" },
    { "007", JIP_VALUE_OK, "7" },
    { "7.", JIP_VALUE_OK, "7" },
    { ".5", JIP_VALUE_OK, "0.5" },
    { "0.1234", JIP_VALUE_OK, "0.1234" },
    { "0.12345", JIP_VALUE_TOO_PRECISE, "0" },
    { "0.12340", JIP_VALUE_OK, "0.1234" },
    { "-1", JIP_VALUE_NEGATIVE, "0" },
    { "-0", JIP_VALUE_OK, "0" },
    { "３５", JIP_VALUE_OK, "35" },
    { ".", JIP_VALUE_NOT_A_NUMBER, "0" },
    { "-", JIP_VALUE_NOT_A_NUMBER, "0" },
    { "1e1", JIP_VALUE_NOT_A_NUMBER, "0" },
    { "0x1", JIP_VALUE_NOT_A_NUMBER, "0" },
    { "1,5", JIP_VALUE_NOT_A_NUMBER, "0" },
    { "1.2.3", JIP_VALUE_NOT_A_NUMBER, "0" },
    { "가", JIP_VALUE_NOT_A_NUMBER, "0" },
    { "\xff", JIP_VALUE_NOT_A_NUMBER, "0" },
  };
  g_autoptr (JipEventRules) rules = rules_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JipBallotForm) form = form_with (rules, "r", cases[i].typed, NULL);
      g_autofree char *total = jip_ballot_form_get_total (form);
      g_autofree char *problem = jip_ballot_form_describe_check (form, 0);
      g_test_message ("case %u", i);
      g_assert_cmpint (jip_ballot_form_check (form, 0), ==, cases[i].check);
      g_assert_cmpstr (total, ==, cases[i].total);
      g_assert_cmpint (problem == NULL, ==, cases[i].check <= JIP_VALUE_OK);
    }
}

static void
test_complete (void)
{
  g_autoptr (JipEventRules) rules = rules_new ();
  g_autoptr (JipBallotForm) empty = jip_ballot_form_new (jip_event_rules_get_panel (rules, "r"));
  g_autoptr (JipBallotForm) half = form_with (rules, "r", "12.25", NULL);
  g_autoptr (JipBallotForm) whole = form_with (rules, "r", "12.25", "30.5");
  g_autoptr (JipBallotForm) wrong = form_with (rules, "r", "12.25", "30.6");
  g_autofree char *total = jip_ballot_form_get_total (whole), *max = jip_ballot_form_get_total_max (whole);

  g_assert_true (jip_ballot_form_is_empty (empty) && jip_ballot_form_is_valid (empty));
  g_assert_cmpint (jip_ballot_form_find_unfinished (half), ==, 1);
  g_assert_false (jip_ballot_form_is_complete (half));
  g_assert_true (jip_ballot_form_is_complete (whole));
  g_assert_false (jip_ballot_form_is_valid (wrong) || jip_ballot_form_is_complete (wrong));
  g_assert_cmpstr (total, ==, "42.75");
  g_assert_cmpstr (max, ==, "70.5");

  g_autoptr (JsonObject) scores = jip_ballot_form_to_scores (whole);
  g_assert_cmpstr (json_object_get_string_member (scores, "x"), ==, "12.25");
  g_assert_cmpstr (json_object_get_string_member (scores, "y"), ==, "30.5");
  g_autoptr (JipBallotForm) round = form_with (rules, "r", "12.0", "3");
  g_autoptr (JsonObject) whole_scores = jip_ballot_form_to_scores (round);
  g_assert_cmpint (json_object_get_int_member (whole_scores, "x"), ==, 12);
}

static void
test_steps (void)
{
  g_autoptr (JipEventRules) rules = rules_new ();
  g_autoptr (JipBallotForm) form = form_with (rules, "r", "", "30");
  g_autoptr (JipBallotForm) up = jip_ballot_form_with_step (form, 0, 1);
  g_autoptr (JipBallotForm) down = jip_ballot_form_with_step (form, 0, -1);
  g_autoptr (JipBallotForm) most = jip_ballot_form_with_step (form, 1, 1);
  g_autoptr (JipBallotForm) least = jip_ballot_form_with_step (up, 0, -1);

  g_assert_cmpstr (jip_ballot_form_get_value (up, 0), ==, "0");
  g_assert_cmpstr (jip_ballot_form_get_value (down, 0), ==, "40");
  g_assert_cmpstr (jip_ballot_form_get_value (most, 1), ==, "30.5");
  g_assert_cmpstr (jip_ballot_form_get_value (least, 0), ==, "0");
  g_assert_cmpstr (jip_ballot_form_get_value (form, 0), ==, "");
}

static void
test_picks (void)
{
  g_autoptr (JipEventRules) rules = rules_new ();
  const JipPanel *panel = jip_event_rules_get_panel (rules, "p");
  g_autoptr (JipBallotForm) none = jip_ballot_form_new (panel);
  g_autoptr (JipBallotForm) one = jip_ballot_form_with_pick (none, "e1", TRUE);
  g_autoptr (JipBallotForm) two = jip_ballot_form_with_pick (one, "e2", TRUE);
  g_autoptr (JipBallotForm) full = jip_ballot_form_with_pick (two, "e3", TRUE);
  g_autoptr (JipBallotForm) again = jip_ballot_form_with_pick (full, "e1", FALSE);

  g_assert_true (jip_ballot_form_is_complete (none));
  g_assert_cmpuint (jip_ballot_form_get_n_picks (full), ==, 2);
  g_assert_false (jip_ballot_form_has_pick (full, "e3"));
  g_assert_cmpstr (jip_ballot_form_get_picks (again)[0], ==, "e2");
  g_assert_null (jip_ballot_form_get_picks (again)[1]);
  g_assert_null (jip_ballot_form_get_picks (none)[0]);
  g_assert_false (jip_ballot_form_equal (one, two));
  g_autofree char *text = jip_ballot_form_to_text (two);
  g_autoptr (JipBallotForm) read = jip_ballot_form_new_from_text (panel, text);
  g_assert_true (jip_ballot_form_equal (two, read));
}

static void
test_text_survives (void)
{
  g_autoptr (JipEventRules) rules = rules_new ();
  const JipPanel *panel = jip_event_rules_get_panel (rules, "r");
  g_autoptr (JipBallotForm) typed = form_with (rules, "r", "3x", "\"7\"");
  g_autofree char *text = jip_ballot_form_to_text (typed);
  g_autoptr (JipBallotForm) read = jip_ballot_form_new_from_text (panel, text);

  g_assert_cmpstr (jip_ballot_form_get_value (read, 0), ==, "3x");
  g_assert_cmpstr (jip_ballot_form_get_value (read, 1), ==, "\"7\"");
  g_assert_null (jip_ballot_form_new_from_text (panel, NULL));
  g_assert_null (jip_ballot_form_new_from_text (panel, ""));
  g_assert_null (jip_ballot_form_new_from_text (panel, "[1]"));
  g_assert_null (jip_ballot_form_new_from_text (panel, "{"));
}

static void
test_ballot (void)
{
  g_autoptr (JipEventRules) rules = rules_new ();
  g_autoptr (JipRecord) record = jip_record_new_from_text (
      JIP_TYPE_BALLOT, "{\"id\":\"1\",\"scores\":{\"x\":\"12.5\",\"y\":30}}", FALSE, NULL);
  g_autoptr (JipBallotForm) form
      = jip_ballot_form_new_from_ballot (jip_event_rules_get_panel (rules, "r"), JIP_BALLOT (record));
  g_autoptr (JipBallotForm) same = form_with (rules, "r", "12.50", "30.0");
  g_autoptr (JipBallotForm) other = form_with (rules, "r", "12.5", "3");

  g_assert_true (jip_ballot_form_equal (form, same));
  g_assert_false (jip_ballot_form_equal (form, other));
}

static void
test_decimals (void)
{
  static const char *const cases[][2] = {
    { "0", "0.00" },
    { "79", "79.00" },
    { "1132/13", "87.08" },
    { "1/200", "0.01" },
    { "-1/200", "-0.01" },
    { "-1/300", "0.00" },
    { "1999/20", "99.95" },
    { "19999/200", "100.00" },
    { "123456789012345678901234567890/7", "17636684144620811271604938270.00" },
    { "1/3", "0.33" },
    { "2/3", "0.67" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = jip_rational_to_decimals (cases[i][0]);
      g_assert_cmpstr (text, ==, cases[i][1]);
    }
}

static void
test_result (void)
{
  static const char result[]
      = "{\"format\":\"jip-result/1\",\"entries\":["
        "{\"id\":\"e1\",\"category\":\"a\",\"status\":\"held\",\"adjust\":\"0\",\"total\":null,\"display\":null,\"rank\":null,"
        "\"tie_broken_by\":null,\"category_rank\":null,\"category_tie_broken_by\":null,\"awards\":[],\"panels\":{}},"
        "{\"id\":\"e2\",\"category\":\"a\",\"status\":\"ranked\",\"display\":\"70.00\",\"rank\":2,\"category_rank\":1,"
        "\"awards\":[\"best\"],\"panels\":{\"r\":{\"mean\":\"70\",\"counted\":1}}},"
        "{\"id\":\"e3\",\"category\":\"b\",\"status\":\"ranked\",\"display\":\"87.08\",\"rank\":1,\"category_rank\":1,"
        "\"awards\":[\"grand\",\"best\"],\"panels\":{\"r\":{\"mean\":\"1132/13\",\"counted\":1}}}],"
        "\"undecided\":[{\"award\":\"good\",\"category\":\"a\",\"entries\":[\"e1\",\"e2\"]}]}";
  g_autoptr (JipEventRules) rules = rules_new ();
  g_autoptr (JipResultRows) rows = jip_result_rows_new (result, rules);
  GPtrArray *list = jip_result_rows_get_rows (rows), *undecided = jip_result_rows_get_undecided (rows);
  const JipResultRow *first = list->pdata[0];

  g_assert_cmpuint (list->len, ==, 3);
  g_assert_cmpstr (first->entry, ==, "e3");
  g_assert_cmpstr (((JipResultRow *) list->pdata[2])->entry, ==, "e1");
  g_assert_cmpstr (jip_result_row_get_mean (first, "r"), ==, "87.08");
  g_assert_cmpstr (jip_result_row_get_mean (first, "s"), ==, "");
  g_autofree char *awards = jip_result_rows_name_awards (rows, first);
  g_assert_cmpstr (awards, ==, "Grand, Best");
  g_assert_cmpuint (undecided->len, ==, 1);

  static const char *const reveals[] = { "Best · A", "Best · B", "Grand", NULL };
  for (guint i = 0; i < G_N_ELEMENTS (reveals); i++)
    {
      g_autofree char *name = jip_result_rows_name_reveal (rows, (int) i);
      g_assert_cmpstr (name, ==, reveals[i]);
    }
  g_assert_null (jip_result_rows_new ("{}", rules));
  g_assert_null (jip_result_rows_new ("nonsense", rules));
  g_assert_null (jip_result_rows_new (NULL, rules));
}

/* What the ballot @row says, of which the finalists @entries are known. */
static void
check_words (const char *row, const char *const *entries, const char *wanted)
{
  g_autoptr (JipEventRules) rules = rules_new ();
  g_autoptr (JipRecord) ballot = jip_record_new_from_text (JIP_TYPE_BALLOT, row, FALSE, NULL);
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func (g_object_unref);

  for (; *entries != NULL; entries++)
    g_ptr_array_add (known, jip_record_new_from_text (JIP_TYPE_ENTRY, *entries, FALSE, NULL));
  g_autofree char *words = jip_ballot_words ((JipBallot *) ballot, rules, known);
  g_assert_cmpstr (words, ==, wanted);
}

static void
test_words (void)
{
  static const char *const two[]
      = { "{\"number\":3,\"title\":\"길 안내\"}", "{\"number\":5,\"title\":\"민원\"}", NULL };
  static const char *const one[] = { two[0], NULL };
  static const char *const none[] = { NULL };

  check_words ("{\"entry\":\"a\",\"scores\":{\"x\":12,\"gone\":\"3.5\"}}", one,
               "3. 길 안내\nx 12 · gone 3.5");
  check_words ("{\"entry\":\"a\",\"scores\":{\"y\":\"3.5\",\"x\":12}}", one, "3. 길 안내\nX 12 · Y 3.5");
  check_words ("{\"entry\":\"a\",\"score\":\"88.5\"}", one, "3. 길 안내\nScore 88.5");
  check_words ("{\"entry\":\"a\",\"score\":7}", none, "Score 7");
  check_words ("{\"category\":\"b\",\"picks\":[\"a\",\"b\"]}", two, "Your votes in B\n3. 길 안내\n5. 민원");
  check_words ("{\"category\":\"other\",\"picks\":[]}", none, "Your votes");
  check_words ("{}", none, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ballot-form/values", test_values);
  g_test_add_func ("/ballot-form/complete", test_complete);
  g_test_add_func ("/ballot-form/steps", test_steps);
  g_test_add_func ("/ballot-form/picks", test_picks);
  g_test_add_func ("/ballot-form/text-survives", test_text_survives);
  g_test_add_func ("/ballot-form/ballot", test_ballot);
  g_test_add_func ("/result/decimals", test_decimals);
  g_test_add_func ("/result/rows", test_result);
  g_test_add_func ("/ballot-form/words", test_words);
  return g_test_run ();
}
