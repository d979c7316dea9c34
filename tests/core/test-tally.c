/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-error.h"
#include "jip-json.h"
#include "jip-tally.h"

static char *
read_file (const char *name, gsize *length)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "core", "data", "tally", name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, length, &error);
  g_assert_no_error (error);
  return text;
}

static void
check_error (const GError *error, const char *path)
{
  g_assert_true (g_error_matches (error, JIP_ERROR, JIP_ERROR_BAD_ARGS)
                 || g_error_matches (error, JIP_ERROR, JIP_ERROR_BAD_JSON));
  g_autofree char *prefix = g_strconcat (path, ": ", NULL);
  g_assert_true (g_str_has_prefix (error->message, prefix));
  g_assert_cmpuint (strlen (error->message), >, strlen (prefix));
  JsonObject *detail = json_node_get_object (jip_error_get_detail (error));
  g_assert_cmpstr (json_object_get_string_member (detail, "path"), ==, path);
}

/* NAME.json with NAME.out, the result, or NAME.err, the path of the error */
static void
test_vector (gconstpointer data)
{
  const char *input_name = data;
  gboolean is_bad = g_str_has_prefix (input_name, "bad-");
  g_autofree char *stem = g_strndup (input_name, strlen (input_name) - strlen (".json"));
  g_autofree char *expected_name = g_strconcat (stem, is_bad ? ".err" : ".out", NULL);
  g_autofree char *expected = read_file (expected_name, NULL);
  g_autoptr (GError) error = NULL;
  gsize length;

  g_autofree char *text = read_file (input_name, &length);
  g_autoptr (JipTallyEvent) event = jip_tally_event_parse (text, length, &error);
  if (is_bad)
    {
      g_assert_null (event);
      check_error (error, g_strchomp (expected));
      return;
    }
  g_assert_no_error (error);
  g_autoptr (JipTallyResult) result = jip_tally_compute (event);
  g_autofree char *line = jip_tally_result_to_string (result);
  g_assert_cmpstr (line, ==, expected);
  g_autoptr (JipTallyResult) again = jip_tally_compute (event);
  g_autofree char *same = jip_tally_result_to_string (again);
  g_assert_cmpstr (same, ==, expected);
}

static void
add_vectors (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "core", "data", "tally", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n_vectors = 0;

  g_assert_nonnull (dir);
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    if (g_str_has_suffix (name, ".json"))
      {
        g_autofree char *path = g_strconcat ("/core/tally/vectors/", name, NULL);
        g_test_add_data_func_full (path, g_strdup (name), test_vector, g_free);
        n_vectors++;
      }
  g_assert_cmpuint (n_vectors, >, 100);
}

static JipTallyResult *
compute (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipTallyEvent) event = jip_tally_event_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  return jip_tally_compute (event);
}

#define ONE_PANEL \
  "{\"format\":\"jip-tally/1\",\"categories\":[{\"id\":\"a\"}],\"panels\":[{\"id\":\"p\",\"weight\":100," \
  "\"mode\":\"score\",\"max\":100,\"trim\":\"one-each\",\"trim_min\":4}],"

static void
test_readers (void)
{
  g_autoptr (JipTallyResult) result = compute (
      ONE_PANEL "\"entries\":[{\"id\":\"e1\",\"category\":\"a\"},{\"id\":\"e2\",\"category\":\"a\"},"
                "{\"id\":\"e3\",\"category\":\"a\",\"status\":\"withdrawn\"}],"
                "\"judges\":[{\"id\":\"b\",\"panel\":\"p\"},{\"id\":\"a\",\"panel\":\"p\"},"
                "{\"id\":\"c\",\"panel\":\"p\"},{\"id\":\"d\",\"panel\":\"p\"}],\"ballots\":["
                "{\"judge\":\"b\",\"entry\":\"e1\",\"version\":1,\"score\":50},"
                "{\"judge\":\"a\",\"entry\":\"e1\",\"version\":1,\"score\":\"60.0001\"},"
                "{\"judge\":\"c\",\"entry\":\"e1\",\"version\":1,\"score\":40},"
                "{\"judge\":\"d\",\"entry\":\"e1\",\"version\":1,\"score\":50},"
                "{\"judge\":\"d\",\"entry\":\"e2\",\"version\":1,\"score\":50}],"
                "\"awards\":{\"per_category\":[{\"id\":\"w\",\"seats\":1}]}}");

  g_assert_cmpuint (jip_tally_result_get_n_entries (result), ==, 3);
  const JipTallyEntryResult *entry = jip_tally_result_find_entry (result, "e1");
  g_assert_true (entry == jip_tally_result_get_entry (result, 0));
  g_assert_cmpint (entry->status, ==, JIP_TALLY_RANKED);
  g_assert_cmpstr (entry->total, ==, "50");
  g_assert_cmpstr (entry->display, ==, "50.00");
  g_assert_cmpuint (entry->rank, ==, 1);
  g_assert_null (entry->awards[0]);
  g_assert_cmpuint (entry->n_panels, ==, 1);
  g_assert_cmpstr (entry->panels[0].mean, ==, "50");
  g_assert_cmpstr (entry->panels[0].trimmed[0], ==, "c");
  g_assert_cmpstr (entry->panels[0].trimmed[1], ==, "a");
  g_assert_null (jip_tally_result_find_entry (result, "e9"));
  g_assert_cmpuint (jip_tally_result_find_entry (result, "e3")->n_panels, ==, 0);

  g_assert_cmpuint (jip_tally_result_get_n_undecided (result), ==, 1);
  const JipTallyUndecided *undecided = jip_tally_result_get_undecided (result, 0);
  g_assert_cmpstr (undecided->award, ==, "w");
  g_assert_cmpstr (undecided->category, ==, "a");
  g_assert_cmpstr (undecided->entries[1], ==, "e2");

  /* exactly 10 points from the mean is no outlier, a ten-thousandth more is one */
  g_autoptr (GArray) totals = jip_tally_result_get_judge_totals (result, 0);
  static const char *const judges[] = { "a", "b", "c", "d" };
  static const char *const exact[] = { "600001/10000", "50", "40", "50" };
  g_assert_cmpuint (totals->len, ==, 4);
  for (guint i = 0; i < totals->len; i++)
    {
      const JipTallyJudgeTotal *total = &g_array_index (totals, JipTallyJudgeTotal, i);
      g_assert_cmpstr (total->judge, ==, judges[i]);
      g_assert_cmpstr (total->panel, ==, "p");
      g_assert_cmpstr (total->total, ==, exact[i]);
      g_assert_cmpint (total->trimmed, ==, i == 0 || i == 2);
      g_assert_cmpint (total->outlier, ==, i == 0);
    }
  g_autoptr (GArray) none = jip_tally_result_get_judge_totals (result, 2);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_decimals (void)
{
  g_autoptr (JipTallyResult) result = compute (
      ONE_PANEL
      "\"entries\":[{\"id\":\"e1\",\"category\":\"a\",\"adjust\":\"0.0004\"},"
      "{\"id\":\"e2\",\"category\":\"a\",\"adjust\":\"0.0003\"},"
      "{\"id\":\"e3\",\"category\":\"a\",\"adjust\":\"0.0003\"},{\"id\":\"e4\",\"category\":\"a\"}],"
      "\"judges\":[{\"id\":\"j\",\"panel\":\"p\"}],\"ballots\":["
      "{\"judge\":\"j\",\"entry\":\"e1\",\"version\":1,\"score\":1},"
      "{\"judge\":\"j\",\"entry\":\"e2\",\"version\":1,\"score\":1},"
      "{\"judge\":\"j\",\"entry\":\"e3\",\"version\":1,\"score\":1}]}");

  g_assert_cmpuint (jip_tally_result_get_decimals (result), ==, 4);
  g_autofree char *first = jip_tally_result_format_total (result, 0, 4);
  g_assert_cmpstr (first, ==, "1.0004");
  g_autofree char *whole = jip_tally_result_format_total (result, 0, 0);
  g_assert_cmpstr (whole, ==, "1");
  g_assert_null (jip_tally_result_format_total (result, 3, 4));

  g_autoptr (JipTallyResult) empty = compute (ONE_PANEL "\"entries\":[],\"judges\":[],\"ballots\":[]}");
  g_assert_cmpuint (jip_tally_result_get_decimals (empty), ==, 2);
}

#define RUBRIC \
  "{\"id\":\"x\",\"weight\":1,\"mode\":\"rubric\",\"criteria\":[{\"id\":\"m\",\"max\":10},{\"id\":\"n-1\",\"max\":\"0.5\"}]}"
#define SCORE "{\"id\":\"x\",\"weight\":1,\"mode\":\"score\",\"max\":10}"
#define PICK "{\"id\":\"x\",\"weight\":1,\"mode\":\"pick\",\"picks\":1}"

/* One ballot after the other is held to the same rules. */
static JipTallyScoresRules *
rules_of (GHashTable *known, const char *panel)
{
  g_autoptr (GError) error = NULL;
  JipTallyScoresRules *rules = g_hash_table_lookup (known, panel);

  if (rules != NULL)
    return rules;
  g_autoptr (JsonNode) node = jip_json_parse (panel, -1, NULL);
  rules = jip_tally_scores_rules_new (node, &error);
  g_assert_no_error (error);
  g_hash_table_insert (known, (gpointer) panel, rules);
  return rules;
}

static void
test_scores_rules (void)
{
  g_autoptr (JsonNode) panel = jip_json_parse ("{\"id\":\"x\",\"weight\":1,\"mode\":\"score\"}", -1, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (jip_tally_scores_rules_new (panel, &error));
  check_error (error, "panel.max");
}

static void
test_scores_check (void)
{
  static const char *const entries[] = { "e1", "e2", NULL };
  static const struct
  {
    const char *panel;
    const char *ballot;
    const char *path; /* NULL: it is right */
    gboolean complete;
  } cases[] = {
    { RUBRIC, "{\"scores\":{\"m\":10,\"n-1\":\"0.5\"},\"entry\":7}", NULL, TRUE },
    { RUBRIC, "{\"scores\":{\"m\":10,\"n-1\":null}}", NULL, FALSE },
    { RUBRIC, "{\"scores\":{}}", NULL, FALSE },
    { RUBRIC, "{\"scores\":{\"n-1\":\"0.5001\"}}", "$.args.scores[\"n-1\"]", FALSE },
    { RUBRIC, "{\"scores\":{\"m\":1.0}}", "$.args.scores.m", FALSE },
    { RUBRIC, "{\"scores\":{\"q\":1}}", "$.args.scores.q", FALSE },
    { RUBRIC, "{\"score\":1}", "$.args", FALSE },
    { RUBRIC, "{}", "$.args.scores", FALSE },
    { SCORE, "{\"score\":\"9.9999\"}", NULL, TRUE },
    { SCORE, "{\"score\":10.5}", "$.args.score", FALSE },
    { SCORE, "{\"score\":11}", "$.args.score", FALSE },
    { SCORE, "{\"score\":1,\"picks\":[]}", "$.args", FALSE },
    { PICK, "{\"picks\":[]}", NULL, TRUE },
    { PICK, "{\"picks\":[\"e2\"]}", NULL, TRUE },
    { PICK, "{\"picks\":[\"e1\",\"e2\"]}", "$.args.picks[1]", FALSE },
    { PICK, "{\"picks\":[\"e3\"]}", "$.args.picks[0]", FALSE },
    { PICK, "{\"picks\":[\"e2\"]}", NULL, TRUE },
    { PICK, "[]", "$.args", FALSE },
  };
  g_autoptr (GHashTable) known
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) jip_tally_scores_rules_free);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      JipTallyScoresRules *rules = rules_of (known, cases[i].panel);
      g_autoptr (JsonNode) ballot = jip_json_parse (cases[i].ballot, -1, NULL);
      g_autoptr (GError) error = NULL;
      gboolean complete = FALSE;
      gboolean ok = jip_tally_scores_check (rules, ballot, entries, "$.args", &complete, &error);
      g_assert_cmpint (ok, ==, cases[i].path == NULL);
      if (cases[i].path != NULL)
        check_error (error, cases[i].path);
      else
        g_assert_cmpint (complete, ==, cases[i].complete);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_vectors ();
  g_test_add_func ("/core/tally/readers", test_readers);
  g_test_add_func ("/core/tally/decimals", test_decimals);
  g_test_add_func ("/core/tally/scores-rules", test_scores_rules);
  g_test_add_func ("/core/tally/scores-check", test_scores_check);
  return g_test_run ();
}
