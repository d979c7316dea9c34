/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Groups of words that mean the same in an office: any of them is found as the group. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-similar-private.h"

#define MAX_GROUPS 20000
#define MAX_TERM 16 /* characters, without spaces */

struct _JipSimilarSynonyms
{
  gatomicrefcount ref_count;
  GHashTable *terms; /* guint64 of a term -> GArray of guint64, the keys of its groups */
};

static void
add_term (JipSimilarSynonyms *synonyms, guint64 term, guint64 group)
{
  GArray *groups = g_hash_table_lookup (synonyms->terms, &term);

  if (groups == NULL)
    {
      groups = g_array_new (FALSE, FALSE, sizeof (guint64));
      g_hash_table_insert (synonyms->terms, g_memdup2 (&term, sizeof term), groups);
    }
  g_array_append_val (groups, group);
}

static gboolean
read_line (JipSimilarSynonyms *synonyms, const char *line, guint number, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (line, ",", -1);
  guint64 group = 0;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autoptr (JipSimilarWords) words = jip_similar_words_new (parts[i], strlen (parts[i]));
      guint length = words->chars->len;
      if (length == 0 || length > MAX_TERM)
        {
          jip_error_set (error, JIP_ERROR_FILE,
                         _ ("line %u: a word of 1 to %d letters is expected between commas, not “%s”"),
                         number, MAX_TERM, g_strstrip (parts[i]));
          return FALSE;
        }
      guint64 term = jip_similar_hash (0, (const gunichar *) (gpointer) words->chars->data, length);
      if (i == 0)
        group = term + JIP_SIMILAR_CONCEPT + 1; /* its first word names a group */
      add_term (synonyms, term, group);
    }
  if (parts[0] != NULL && parts[1] != NULL)
    return TRUE;
  jip_error_set (error, JIP_ERROR_FILE,
                 _ ("line %u: at least two words are expected, with a comma between them"), number);
  return FALSE;
}

/**
 * jip_similar_synonyms_parse:
 * @text: UTF-8; each line a group of words with commas between them, spaces in them do not matter, `#` begins a comment
 *
 * Returns: (transfer full): the groups; %NULL with %JIP_ERROR_FILE, which names the line
 */
JipSimilarSynonyms *
jip_similar_synonyms_parse (const char *text, gsize length, GError **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  g_autoptr (JipSimilarSynonyms) synonyms = g_new0 (JipSimilarSynonyms, 1);
  g_atomic_ref_count_init (&synonyms->ref_count);
  synonyms->terms
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_array_unref);
  if (!g_utf8_validate (text, (gssize) length, NULL))
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("the synonyms are no UTF-8 text"));
      return NULL;
    }
  g_autofree char *copy = g_strndup (text, length);
  g_auto (GStrv) lines = g_strsplit (copy, "\n", MAX_GROUPS + 1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (i == MAX_GROUPS)
        {
          jip_error_set (error, JIP_ERROR_FILE, _ ("line %u: there are more than %d lines"), i + 1,
                         MAX_GROUPS);
          return NULL;
        }
      char *comment = strchr (lines[i], '#');
      if (comment != NULL)
        *comment = '\0';
      if (*g_strstrip (lines[i]) != '\0' && !read_line (synonyms, lines[i], i + 1, error))
        return NULL;
    }
  return g_steal_pointer (&synonyms);
}

JipSimilarSynonyms *
jip_similar_synonyms_ref (JipSimilarSynonyms *synonyms)
{
  g_return_val_if_fail (synonyms != NULL, NULL);
  g_atomic_ref_count_inc (&synonyms->ref_count);
  return synonyms;
}

void
jip_similar_synonyms_unref (JipSimilarSynonyms *synonyms)
{
  if (synonyms == NULL || !g_atomic_ref_count_dec (&synonyms->ref_count))
    return;
  g_hash_table_unref (synonyms->terms);
  g_free (synonyms);
}

/* Whether a term of @length that begins @offset characters into @word may stand there. A short one must be in one word:
 * 이 사람 holds no 이사. A single syllable must be the whole word but for a particle. */
static gboolean
fits (const JipSimilarWord *word, const gunichar *chars, guint offset, guint length, gboolean fresh)
{
  if (length == 1)
    return offset == 0
           && (word->length == 1
               || (word->length == 2 && word->script == JIP_SIMILAR_HANGUL
                   && g_utf8_strchr ("을를이가은는도에로의", -1, chars[1]) != NULL));
  if (offset + length > word->length)
    return fresh && length > 2;
  return fresh || length > 2;
}

/* The terms that begin at a character; returns where the longest ends, or @at. */
static guint
find_at (JipSimilarSynonyms *synonyms,
         const JipSimilarWords *words,
         const JipSimilarWord *word,
         guint at,
         gboolean fresh,
         GArray *tells)
{
  const gunichar *chars = &g_array_index (words->chars, gunichar, at);
  guint longest = 0;

  for (guint n = 1; n <= MAX_TERM && at + n <= words->chars->len; n++)
    {
      guint64 key = jip_similar_hash (0, chars, n);
      GArray *groups = g_hash_table_lookup (synonyms->terms, &key);
      if (groups == NULL || !fits (word, chars, at - word->start, n, fresh))
        continue;
      longest = n;
      for (guint i = 0; i < groups->len; i++)
        {
          JipSimilarTell tell = { g_array_index (groups, guint64, i), JIP_SIMILAR_CONCEPT, at, n };
          g_array_append_val (tells, tell);
        }
    }
  return at + longest;
}

/* Adds a tell for each term that stands in @words: at the beginning of a word, right after another term, or anywhere
 * when it has three syllables. */
void
jip_similar_synonyms_find (JipSimilarSynonyms *synonyms, const JipSimilarWords *words, GArray *tells)
{
  guint after = 0; /* the end of the last term */

  for (guint i = 0; i < words->words->len; i++)
    {
      const JipSimilarWord *word = &g_array_index (words->words, JipSimilarWord, i);
      for (guint at = word->start; at < word->start + word->length; at++)
        {
          guint end = find_at (synonyms, words, word, at, at == word->start || at == after, tells);
          if (end > at)
            after = end;
        }
    }
}
