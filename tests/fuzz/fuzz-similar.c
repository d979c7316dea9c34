/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Similar ideas: hostile synonyms, bytes and texts. The first byte of the input says which; texts are the lines, put under
 * few ids so that they replace and remove each other, and the last line is the query. */
#include "fuzz.h"

#include <string.h>

#include "jip-similar.h"

static const char terms[] = "회의록, 회의 기록\n인공지능, AI\n차, 자동차\n";

static void
check_matches (JipSimilarIndex *index, const char *text, gsize length)
{
  g_autoptr (GPtrArray) matches = jip_similar_index_query (index, text, length, 3);

  g_assert_cmpuint (matches->len, <=, MIN (3, jip_similar_index_get_size (index)));
  for (guint i = 0; i < matches->len; i++)
    {
      const JipSimilarMatch *match = g_ptr_array_index (matches, i);
      g_assert_true (match->score > 0 && match->score <= 1);
      for (guint j = 0; match->shared[j] != NULL; j++)
        g_assert_true (g_utf8_validate (match->shared[j], -1, NULL));
    }
}

static void
check_bytes (const char *data, gsize size, JipSimilarSynonyms *synonyms)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (JipSimilarIndex) index = jip_similar_index_from_bytes (bytes, synonyms, NULL);
  if (index == NULL)
    return;
  g_autoptr (GBytes) written = jip_similar_index_to_bytes (index);
  g_autoptr (JipSimilarIndex) again = jip_similar_index_from_bytes (written, synonyms, NULL);
  g_assert_nonnull (again);
  g_assert_cmpuint (jip_similar_index_get_size (again), ==, jip_similar_index_get_size (index));
}

static void
check_texts (const char *data, gsize size, JipSimilarSynonyms *synonyms)
{
  g_autoptr (JipSimilarIndex) index = jip_similar_index_new (synonyms);
  guint number = 0;

  for (const char *line = data, *end = data + size; line < end; number++)
    {
      const char *stop = memchr (line, '\n', (gsize) (end - line));
      gsize length = (gsize) ((stop != NULL ? stop : end) - line);
      char id[2] = { (char) ('a' + number % 5), '\0' };
      check_matches (index, line, length);
      if (number % 7 == 6)
        jip_similar_index_remove (index, id);
      else
        g_assert_true (jip_similar_index_put (index, id, line, length));
      line += length + 1;
    }
  g_autoptr (GBytes) bytes = jip_similar_index_to_bytes (index);
  g_autoptr (JipSimilarIndex) again = jip_similar_index_from_bytes (bytes, synonyms, NULL);
  g_assert_nonnull (again);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  if (size < 1)
    return 0;
  const char *rest = (const char *) data + 1;
  g_autoptr (JipSimilarSynonyms) synonyms = jip_similar_synonyms_parse (terms, strlen (terms), NULL);
  g_assert_nonnull (synonyms);
  if (data[0] % 3 == 0)
    {
      g_autoptr (JipSimilarSynonyms) hostile = jip_similar_synonyms_parse (rest, size - 1, NULL);
      check_texts (rest, size - 1, hostile);
    }
  else if (data[0] % 3 == 1)
    check_bytes (rest, size - 1, synonyms);
  else
    check_texts (rest, size - 1, synonyms);
  return 0;
}
