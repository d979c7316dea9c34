/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Groups of words that mean the same in an office, and topics, whose words belong to one matter: any of them is found as
 * the group. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-similar-private.h"

#define MAX_GROUPS 20000
#define MAX_TERM 16 /* characters, without spaces */

struct _JipSimilarSynonyms
{
  gatomicrefcount ref_count;
  GHashTable *terms;      /* guint64 of a term -> GArray of guint64, the keys of its groups */
  GHashTable *exceptions; /* the same: of a longer word that only begins like a term of the group */
};

/* The key of a group tells by its last bit what it is. */
static guint64
group_key (guint64 term, gboolean is_topic)
{
  return (term << 1) + (is_topic ? 1 : 0);
}

static JipSimilarKind
group_kind (guint64 group)
{
  return (group & 1) != 0 ? JIP_SIMILAR_TOPIC : JIP_SIMILAR_CONCEPT;
}

static GHashTable *
new_table (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_array_unref);
}

static gboolean
holds (const GArray *groups, guint64 group)
{
  for (guint i = 0; i < groups->len; i++)
    if (g_array_index (groups, guint64, i) == group)
      return TRUE;
  return FALSE;
}

static void
add_term (GHashTable *terms, guint64 term, guint64 group)
{
  GArray *groups = g_hash_table_lookup (terms, &term);

  if (groups == NULL)
    {
      groups = g_array_new (FALSE, FALSE, sizeof (guint64));
      g_hash_table_insert (terms, g_memdup2 (&term, sizeof term), groups);
    }
  if (groups->len == 0 || g_array_index (groups, guint64, groups->len - 1) != group) /* not of this line */
    g_array_append_val (groups, group);
}

static gboolean
add_verb (JipSimilarSynonyms *synonyms, const gunichar *stem, guint length, guint64 group)
{
  g_autoptr (GPtrArray) forms = jip_similar_verb_forms (stem, length);

  for (guint i = 0; forms != NULL && i < forms->len; i++)
    {
      const GArray *form = g_ptr_array_index (forms, i);
      add_term (synonyms->terms, jip_similar_hash (0, (const gunichar *) (gpointer) form->data, form->len),
                group);
    }
  return forms != NULL;
}

/* One word of a line, with its mark; the first, which @group is 0 before, names the group. */
static gboolean
read_word (JipSimilarSynonyms *synonyms,
           char *part,
           gboolean is_topic,
           guint64 *group,
           guint number,
           GError **error)
{
  g_autoptr (JipSimilarWords) words = jip_similar_words_new (part, strlen (part));
  const gunichar *chars = (const gunichar *) (gpointer) words->chars->data;
  guint length = words->chars->len;

  g_strstrip (part);
  if (length == 0 || length > MAX_TERM || (*part == '!' && *group == 0))
    {
      jip_error_set (error, JIP_ERROR_FILE,
                     _ ("line %u: a word of 1 to %d letters is expected between commas, not “%s”"), number,
                     MAX_TERM, part);
      return FALSE;
    }
  guint64 term = jip_similar_hash (0, chars, length);
  if (*group == 0)
    *group = group_key (term, is_topic);
  if (!g_str_has_suffix (part, "-"))
    {
      add_term (*part == '!' ? synonyms->exceptions : synonyms->terms, term, *group);
      return TRUE;
    }
  if (*part != '!' && add_verb (synonyms, chars, length, *group))
    return TRUE;
  jip_error_set (error, JIP_ERROR_FILE,
                 _ ("line %u: before a “-” the stem of a verb is expected, of two syllables or with a final "
                    "consonant, not “%s”"),
                 number, part);
  return FALSE;
}

static gboolean
read_line (JipSimilarSynonyms *synonyms, const char *line, guint number, GError **error)
{
  gboolean is_topic = *line == '~';
  g_auto (GStrv) parts = g_strsplit (is_topic ? line + 1 : line, ",", -1);
  guint64 group = 0;

  for (guint i = 0; parts[i] != NULL; i++)
    if (!read_word (synonyms, parts[i], is_topic, &group, number, error))
      return FALSE;
  if (parts[0] != NULL && parts[1] != NULL)
    return TRUE;
  jip_error_set (error, JIP_ERROR_FILE,
                 _ ("line %u: at least two words are expected, with a comma between them"), number);
  return FALSE;
}

/**
 * jip_similar_synonyms_parse:
 * @text: UTF-8; each line a group of words with commas between them, spaces in them do not matter, `#` begins a comment;
 *   `줄이-` is a verb in all its forms, and `!사기진작` a word that the group does not mean though it begins like one of it;
 *   a line that begins with `~` is a topic
 *
 * Returns: (transfer full): the groups; %NULL with %JIP_ERROR_FILE, which names the line
 */
JipSimilarSynonyms *
jip_similar_synonyms_parse (const char *text, gsize length, GError **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  g_autoptr (JipSimilarSynonyms) synonyms = g_new0 (JipSimilarSynonyms, 1);
  g_atomic_ref_count_init (&synonyms->ref_count);
  synonyms->terms = new_table ();
  synonyms->exceptions = new_table ();
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
  g_hash_table_unref (synonyms->exceptions);
  g_free (synonyms);
}

/* Whether a term of @length that begins @offset characters into @word may stand there. A short one must be in one word:
 * 이 사람 holds no 이사, but 3 and 일 are 3일. A single syllable must be the whole word but for a particle. Latin words and
 * numbers count only whole: event holds no EV, 13일 no 3일. */
static gboolean
fits (const JipSimilarWord *word, const gunichar *chars, guint offset, guint length, gboolean fresh)
{
  if (word->script != JIP_SIMILAR_HANGUL && (offset > 0 || length < word->length))
    return FALSE;
  if (length == 1)
    return offset == 0
           && (word->length == 1
               || (word->length == 2 && word->script == JIP_SIMILAR_HANGUL
                   && g_utf8_strchr ("을를이가은는도에로의", -1, chars[1]) != NULL));
  if (offset + length > word->length)
    return fresh && (length > 2 || word->script == JIP_SIMILAR_DIGITS);
  return fresh || length > 2;
}

/* Takes back the last tells, from @first on, of the groups that do not mean a longer word. */
static void
take_back (GArray *tells, guint first, const GArray *groups)
{
  for (guint i = tells->len; i > first; i--)
    if (holds (groups, g_array_index (tells, JipSimilarTell, i - 1).key))
      g_array_remove_index_fast (tells, i - 1);
}

/* Adds a tell for the group, or stretches the one that a shorter term of it left there. */
static void
add_tell (GArray *tells, guint first, guint64 group, guint at, guint length)
{
  JipSimilarTell tell = { group, group_kind (group), at, length };

  for (guint i = first; i < tells->len; i++)
    if (g_array_index (tells, JipSimilarTell, i).key == group)
      {
        g_array_index (tells, JipSimilarTell, i).length = length;
        return;
      }
  g_array_append_val (tells, tell);
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
  guint longest = 0, first = tells->len;

  for (guint n = 1; n <= MAX_TERM && at + n <= words->chars->len; n++)
    {
      guint64 key = jip_similar_hash (0, chars, n);
      const GArray *groups = g_hash_table_lookup (synonyms->terms, &key);
      const GArray *exceptions = g_hash_table_lookup (synonyms->exceptions, &key);
      if ((groups == NULL && exceptions == NULL) || !fits (word, chars, at - word->start, n, fresh))
        continue;
      longest = n;
      for (guint i = 0; groups != NULL && i < groups->len; i++)
        add_tell (tells, first, g_array_index (groups, guint64, i), at, n);
      if (exceptions != NULL)
        take_back (tells, first, exceptions);
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
