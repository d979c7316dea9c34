/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-similar [--ideas N]: the five most similar of N ideas, next to reading all of them by pairs of syllables. Prints
 * one line of JSON; times are milliseconds for one query, the middle and the longest. */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "similar-corpus.h"

#define TOP 5

static int n_ideas = 10000;

static const GOptionEntry options[] = {
  { "ideas", 0, 0, G_OPTION_ARG_INT, &n_ideas, "Number of ideas", "N" },
  { NULL },
};

static int
compare_times (const void *a, const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;
  return left < right ? -1 : left > right;
}

static double
milliseconds_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1000;
}

/* What people type: the ideas in other words, and whole ideas of two sentences. */
static const char *
get_query (GPtrArray *ideas, guint i)
{
  const SimilarIdea *idea = g_ptr_array_index (ideas, i);
  return idea->query != NULL ? idea->query : idea->text;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);

  g_autoptr (GPtrArray) ideas
      = similar_ideas_load (JIP_SOURCE_DATA_DIR "/../tests/core/data/similar/tuning.jsonl");
  similar_ideas_add_others (ideas, (guint) n_ideas - ideas->len);
  g_autoptr (JipSimilarSynonyms) synonyms = similar_synonyms_load (JIP_SOURCE_DATA_DIR "/similar/synonyms");
  gint64 start = g_get_monotonic_time ();
  g_autoptr (JipSimilarIndex) index = similar_index_build (ideas, synonyms);
  double build = milliseconds_since (start);
  SimilarPlain *plain = similar_plain_new (ideas);
  start = g_get_monotonic_time ();
  g_autoptr (GBytes) bytes = jip_similar_index_to_bytes (index);
  g_autoptr (JipSimilarIndex) again = jip_similar_index_from_bytes (bytes, synonyms, &error);
  double load = milliseconds_since (start);

  enum
  {
    N = 200
  };
  static double times[N], plain_times[N];
  for (guint i = 0; i < N; i++)
    {
      const char *text = get_query (ideas, i < 77 ? i : ideas->len - i);
      start = g_get_monotonic_time ();
      g_autoptr (GPtrArray) matches = jip_similar_index_query (index, text, strlen (text), TOP);
      times[i] = milliseconds_since (start);
      start = g_get_monotonic_time ();
      g_autoptr (GPtrArray) plain_matches = similar_plain_query (plain, text, TOP);
      plain_times[i] = milliseconds_since (start);
    }
  qsort (times, N, sizeof *times, compare_times);
  qsort (plain_times, N, sizeof *plain_times, compare_times);
  start = g_get_monotonic_time ();
  const SimilarIdea *first = g_ptr_array_index (ideas, 0);
  jip_similar_index_put (index, first->id, first->text, strlen (first->text));
  double replace = milliseconds_since (start);
  g_print (
      "{\"bench\":\"similar\",\"ideas\":%u,\"build_ms\":%.1f,\"load_ms\":%.1f,\"bytes\":%" G_GSIZE_FORMAT
      ",\"replace_ms\":%.3f,\"query_ms\":%.2f,\"query_max_ms\":%.2f,\"scan_ms\":%.2f,\"scan_max_ms\":%.2f}\n",
      ideas->len, build, load, g_bytes_get_size (bytes), replace, times[N / 2], times[N - 1],
      plain_times[N / 2], plain_times[N - 1]);
  similar_plain_free (plain);
  return again != NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
