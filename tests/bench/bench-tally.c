/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-tally [--judges N] [--entries N] [--write FILE]: one rubric panel, every judge scores every entry. Prints one
 * line of JSON; with --write it also keeps the event, so that `jipctl tally` can be timed as a whole. */
#include <glib.h>
#include <stdlib.h>

#include "jip-tally.h"

static int n_judges = 1000;
static int n_entries = 100;
static char *write_path;

static const GOptionEntry options[] = {
  { "judges", 0, 0, G_OPTION_ARG_INT, &n_judges, "Number of judges", "N" },
  { "entries", 0, 0, G_OPTION_ARG_INT, &n_entries, "Number of entries", "N" },
  { "write", 0, 0, G_OPTION_ARG_FILENAME, &write_path, "Keep the event in a file", "FILE" },
  { NULL },
};

static void
append_ids (GString *out, const char *key, const char *prefix, int count, const char *rest)
{
  g_string_append_printf (out, ",\"%s\":[", key);
  for (int i = 0; i < count; i++)
    g_string_append_printf (out, "%s{\"id\":\"%s%d\",%s}", i > 0 ? "," : "", prefix, i, rest);
  g_string_append_c (out, ']');
}

static GString *
make_event (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  GString *out
      = g_string_new ("{\"format\":\"jip-tally/1\",\"categories\":[{\"id\":\"a\"}],\"panels\":[{\"id\":\"p\","
                      "\"weight\":100,\"mode\":\"rubric\",\"trim\":\"one-each\",\"criteria\":["
                      "{\"id\":\"creativity\",\"max\":40},{\"id\":\"feasibility\",\"max\":30},"
                      "{\"id\":\"effect\",\"max\":30}]}]");

  append_ids (out, "entries", "e", n_entries, "\"category\":\"a\"");
  append_ids (out, "judges", "j", n_judges, "\"panel\":\"p\"");
  g_string_append (out, ",\"ballots\":[");
  for (int j = 0; j < n_judges; j++)
    for (int e = 0; e < n_entries; e++)
      g_string_append_printf (
          out,
          "%s{\"judge\":\"j%d\",\"entry\":\"e%d\",\"version\":1,\"scores\":{\"creativity\":\"%d.%d\","
          "\"feasibility\":%d,\"effect\":%d}}",
          j + e > 0 ? "," : "", j, e, g_rand_int_range (rand, 0, 40), g_rand_int_range (rand, 0, 10),
          g_rand_int_range (rand, 0, 31), g_rand_int_range (rand, 0, 31));
  g_string_append (out, "],\"ties\":[\"criterion:p/creativity\",\"criterion:p/effect\"],"
                        "\"awards\":{\"per_category\":[{\"id\":\"best\",\"seats\":1}]}}\n");
  return out;
}

static double
milliseconds_since (gint64 *start)
{
  gint64 now = g_get_monotonic_time ();
  double elapsed = (double) (now - *start) / 1000;
  *start = now;
  return elapsed;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  GString *text = make_event ();
  if (write_path != NULL && !g_file_set_contents (write_path, text->str, (gssize) text->len, &error))
    g_error ("%s", error->message);

  gint64 clock = g_get_monotonic_time ();
  g_autoptr (JipTallyEvent) event = jip_tally_event_parse (text->str, text->len, &error);
  if (event == NULL)
    g_error ("%s", error->message);
  double parse = milliseconds_since (&clock);
  g_autoptr (JipTallyResult) result = jip_tally_compute (event);
  g_autofree char *line = jip_tally_result_to_string (result);
  double compute = milliseconds_since (&clock);
  g_print ("{\"bench\":\"tally\",\"judges\":%d,\"entries\":%d,\"bytes\":%" G_GSIZE_FORMAT
           ",\"parse_ms\":%.1f,\"compute_ms\":%.1f}\n",
           n_judges, n_entries, text->len, parse, compute);
  g_string_free (text, TRUE);
  return EXIT_SUCCESS;
}
