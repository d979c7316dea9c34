/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An inverted index: for each tell the texts that have it. A text that goes away is only marked; once most are, all is
 * built anew. Scores are those of BM25 with a weight for each kind of tell. */
#include "jip-similar.h"

#include <math.h>
#include <string.h>

#include "jip-similar-private.h"

#define SLOT_BITS 24 /* of a posting; the rest is how often, up to 255 */
#define MAX_COUNT 255
#define MIN_DEAD 64
#define MAX_QUERY_TELLS 400
#define MAX_POSTINGS 2000000 /* that one query reads */
#define MAX_SHARED 8
#define SATURATION 1.2
#define LENGTH_SHARE 0.7
#define INITIALS_WEIGHT 8.0

static const double weights[JIP_SIMILAR_N_KINDS] = {
  [JIP_SIMILAR_STEM] = 0.3, [JIP_SIMILAR_CONCEPT] = 2.0, [JIP_SIMILAR_TOPIC] = 1.6,
  [JIP_SIMILAR_PAIR] = 0.5, [JIP_SIMILAR_JAMO] = 0.05,
};

/* @initials has a byte for each character of @text: 1 + the number of a syllable's first consonant, or a space. */
typedef struct
{
  char *id, *text, *initials;
  guint n_words;
  gboolean dead;
} Doc;

typedef struct
{
  GArray *postings; /* guint32: slot and count */
  guint alive;
} Feature;

struct _JipSimilarIndex
{
  JipSimilarSynonyms *synonyms;
  GPtrArray *docs;      /* of Doc */
  GHashTable *slots;    /* id -> slot */
  GHashTable *features; /* guint64 -> Feature */
  guint n_dead;
  guint64 n_words;
};

/* A tell and how often it stands there. */
typedef struct
{
  JipSimilarTell tell;
  guint count;
} Counted;

static void
doc_free (Doc *doc)
{
  g_free (doc->id);
  g_free (doc->text);
  g_free (doc->initials);
  g_free (doc);
}

static void
feature_free (Feature *feature)
{
  g_array_unref (feature->postings);
  g_free (feature);
}

/**
 * jip_similar_index_new:
 * @synonyms: (nullable): a reference is taken
 *
 * Returns: (transfer full): an empty index. It may be read by several threads while none writes.
 */
JipSimilarIndex *
jip_similar_index_new (JipSimilarSynonyms *synonyms)
{
  JipSimilarIndex *index = g_new0 (JipSimilarIndex, 1);

  index->synonyms = synonyms != NULL ? jip_similar_synonyms_ref (synonyms) : NULL;
  index->docs = g_ptr_array_new_with_free_func ((GDestroyNotify) doc_free);
  index->slots = g_hash_table_new (g_str_hash, g_str_equal);
  index->features
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) feature_free);
  return index;
}

void
jip_similar_index_free (JipSimilarIndex *index)
{
  if (index == NULL)
    return;
  g_hash_table_unref (index->features);
  g_hash_table_unref (index->slots);
  g_ptr_array_unref (index->docs);
  jip_similar_synonyms_unref (index->synonyms);
  g_free (index);
}

static int
compare_tells (const void *a, const void *b)
{
  const JipSimilarTell *left = a, *right = b;

  if (left->key != right->key)
    return left->key < right->key ? -1 : 1;
  return left->start < right->start ? -1 : left->start > right->start;
}

/* The tells of a text, each once. */
static GArray *
count_tells (const JipSimilarIndex *index, const JipSimilarWords *words)
{
  g_autoptr (GArray) tells = jip_similar_words_get_tells (words, index->synonyms);
  GArray *counted = g_array_sized_new (FALSE, FALSE, sizeof (Counted), tells->len);

  g_array_sort (tells, compare_tells);
  for (guint i = 0; i < tells->len; i++)
    {
      const JipSimilarTell *tell = &g_array_index (tells, JipSimilarTell, i);
      Counted *last = counted->len > 0 ? &g_array_index (counted, Counted, counted->len - 1) : NULL;
      if (last != NULL && last->tell.key == tell->key)
        last->count++;
      else
        {
          Counted next = { *tell, 1 };
          g_array_append_val (counted, next);
        }
    }
  return counted;
}

static guint
count_telling_words (const JipSimilarWords *words)
{
  guint n = 0;

  for (guint i = 0; i < words->words->len; i++)
    n += !g_array_index (words->words, JipSimilarWord, i).empty;
  return n;
}

static char *
make_initials (const JipSimilarWords *words)
{
  GString *out = g_string_sized_new (words->chars->len * 2);

  for (guint i = 0; i < words->words->len; i++)
    {
      const JipSimilarWord *word = &g_array_index (words->words, JipSimilarWord, i);
      if (i > 0)
        g_string_append_c (out, ' ');
      for (guint j = 0; j < word->length; j++)
        {
          gunichar c = g_array_index (words->chars, gunichar, word->start + j);
          g_string_append_c (out, word->script == JIP_SIMILAR_HANGUL ? (char) (1 + (c - 0xAC00) / 588) : '~');
        }
    }
  return g_string_free (out, FALSE);
}

static void
add_posting (JipSimilarIndex *index, const Counted *counted, guint slot)
{
  Feature *feature = g_hash_table_lookup (index->features, &counted->tell.key);
  guint32 posting = slot | MIN (counted->count, MAX_COUNT) << SLOT_BITS;

  if (feature == NULL)
    {
      feature = g_new0 (Feature, 1);
      feature->postings = g_array_new (FALSE, FALSE, sizeof (guint32));
      g_hash_table_insert (index->features, g_memdup2 (&counted->tell.key, sizeof (guint64)), feature);
    }
  g_array_append_val (feature->postings, posting);
  feature->alive++;
}

static void
add_doc (JipSimilarIndex *index, const char *id, const JipSimilarWords *words)
{
  g_autoptr (GArray) counted = count_tells (index, words);
  Doc *doc = g_new0 (Doc, 1);
  guint slot = index->docs->len;

  doc->id = g_strdup (id);
  doc->text = jip_similar_words_to_text (words);
  doc->initials = make_initials (words);
  doc->n_words = count_telling_words (words);
  for (guint i = 0; i < counted->len; i++)
    add_posting (index, &g_array_index (counted, Counted, i), slot);
  g_ptr_array_add (index->docs, doc);
  g_hash_table_insert (index->slots, doc->id, GUINT_TO_POINTER (slot));
  index->n_words += doc->n_words;
}

/* Builds all anew without what is gone. */
static void
compact (JipSimilarIndex *index)
{
  g_autoptr (GPtrArray) old = index->docs;

  index->docs = g_ptr_array_new_with_free_func ((GDestroyNotify) doc_free);
  g_hash_table_remove_all (index->slots);
  g_hash_table_remove_all (index->features);
  index->n_dead = 0;
  index->n_words = 0;
  for (guint i = 0; i < old->len; i++)
    {
      const Doc *doc = g_ptr_array_index (old, i);
      if (doc->dead)
        continue;
      g_autoptr (JipSimilarWords) words = jip_similar_words_new (doc->text, strlen (doc->text));
      add_doc (index, doc->id, words);
    }
}

/**
 * jip_similar_index_remove:
 *
 * Returns: whether there was a text with this @id
 */
gboolean
jip_similar_index_remove (JipSimilarIndex *index, const char *id)
{
  gpointer value;

  g_return_val_if_fail (index != NULL && id != NULL, FALSE);

  if (!g_hash_table_lookup_extended (index->slots, id, NULL, &value))
    return FALSE;
  Doc *doc = g_ptr_array_index (index->docs, GPOINTER_TO_UINT (value));
  g_autoptr (JipSimilarWords) words = jip_similar_words_new (doc->text, strlen (doc->text));
  g_autoptr (GArray) counted = count_tells (index, words);
  for (guint i = 0; i < counted->len; i++)
    {
      Feature *feature = g_hash_table_lookup (index->features, &g_array_index (counted, Counted, i).tell.key);
      feature->alive--;
    }
  g_hash_table_remove (index->slots, id);
  doc->dead = TRUE;
  index->n_words -= doc->n_words;
  index->n_dead++;
  if (index->n_dead >= MIN_DEAD && index->n_dead > index->docs->len / 2)
    compact (index);
  return TRUE;
}

/**
 * jip_similar_index_put:
 * @id: UTF-8
 * @text: bytes, which need not be UTF-8; its first 20,000 characters count
 *
 * Adds a text, or puts it in the place of the one that has this @id.
 *
 * Returns: %FALSE when it holds %JIP_SIMILAR_MAX_TEXTS already
 */
gboolean
jip_similar_index_put (JipSimilarIndex *index, const char *id, const char *text, gsize length)
{
  g_return_val_if_fail (index != NULL && id != NULL && text != NULL, FALSE);

  g_autofree char *own_id = g_strdup (id); /* it may be the one that goes away */
  jip_similar_index_remove (index, id);
  if (jip_similar_index_get_size (index) >= JIP_SIMILAR_MAX_TEXTS)
    return FALSE;
  g_autoptr (JipSimilarWords) words = jip_similar_words_new (text, length);
  add_doc (index, own_id, words);
  return TRUE;
}

/* The number of texts. */
guint
jip_similar_index_get_size (const JipSimilarIndex *index)
{
  g_return_val_if_fail (index != NULL, 0);
  return index->docs->len - index->n_dead;
}

void
jip_similar_index_foreach (const JipSimilarIndex *index, JipSimilarTextFunc func, gpointer user_data)
{
  for (guint i = 0; i < index->docs->len; i++)
    {
      const Doc *doc = g_ptr_array_index (index->docs, i);
      if (!doc->dead)
        func (doc->id, doc->text, user_data);
    }
}

/* A query on its way. */
typedef struct
{
  const JipSimilarIndex *index;
  const JipSimilarWords *words;
  GArray *asked; /* of Asked, the telling ones first */
  float *scores; /* by slot */
  double whole;  /* what a text would get that says all of it */
} Query;

typedef struct
{
  JipSimilarTell tell;
  const Feature *feature;
  double value;
} Asked;

static int
compare_asked (const void *a, const void *b)
{
  const Asked *left = a, *right = b;

  if (left->value != right->value)
    return left->value > right->value ? -1 : 1;
  return left->tell.key < right->tell.key ? -1 : left->tell.key > right->tell.key;
}

static void
ask (Query *query)
{
  g_autoptr (GArray) counted = count_tells (query->index, query->words);
  double n = jip_similar_index_get_size (query->index);

  query->asked = g_array_new (FALSE, FALSE, sizeof (Asked));
  for (guint i = 0; i < counted->len; i++)
    {
      const JipSimilarTell *tell = &g_array_index (counted, Counted, i).tell;
      const Feature *feature = g_hash_table_lookup (query->index->features, &tell->key);
      double df = feature != NULL ? feature->alive : 0;
      Asked asked
          = { *tell, df > 0 ? feature : NULL, weights[tell->kind] * log (1 + (n - df + 0.5) / (df + 0.5)) };
      if (tell->kind != JIP_SIMILAR_JAMO)
        query->whole += asked.value;
      if (asked.feature != NULL)
        g_array_append_val (query->asked, asked);
    }
  g_array_sort (query->asked, compare_asked);
  if (query->asked->len > MAX_QUERY_TELLS)
    g_array_set_size (query->asked, MAX_QUERY_TELLS);
}

static void
score_tells (Query *query)
{
  const JipSimilarIndex *index = query->index;
  double average = MAX (1.0, (double) index->n_words / MAX (1, jip_similar_index_get_size (index)));
  guint read = 0;

  for (guint i = 0; i < query->asked->len && read < MAX_POSTINGS; i++)
    {
      const Asked *asked = &g_array_index (query->asked, Asked, i);
      const GArray *postings = asked->feature->postings;
      for (guint j = 0; j < postings->len; j++)
        {
          guint32 posting = g_array_index (postings, guint32, j);
          guint slot = posting & ((1u << SLOT_BITS) - 1);
          const Doc *doc = g_ptr_array_index (index->docs, slot);
          double count = posting >> SLOT_BITS;
          double length = 1 - LENGTH_SHARE + LENGTH_SHARE * doc->n_words / average;
          query->scores[slot]
              += (float) (asked->value * count * (SATURATION + 1) / (count + SATURATION * length));
        }
      read += postings->len;
    }
}

/* How well the consonants fit at @at: 1 a word's beginning, less inside one or over several; 0 not. */
static double
fit_initials (const char *initials, gsize at, const char *wanted, gsize *end)
{
  gboolean begins = at == 0 || initials[at - 1] == ' ', crosses = FALSE;
  gsize p = at;

  for (const char *w = wanted; *w != '\0'; w++, p++)
    {
      if (initials[p] == ' ' && w > wanted)
        {
          crosses = TRUE;
          p++;
        }
      if (initials[p] != *w)
        return 0;
    }
  *end = p;
  if (crosses)
    return begins ? 0.6 : 0;
  return begins ? 1.0 : 0.5;
}

static double
find_initials (const char *initials, const char *wanted, gsize *start, gsize *end)
{
  double best = 0;

  for (const char *p = strchr (initials, wanted[0]); p != NULL; p = strchr (p + 1, wanted[0]))
    {
      gsize stop = 0;
      double fit = fit_initials (initials, (gsize) (p - initials), wanted, &stop);
      if (fit > best)
        {
          best = fit;
          *start = (gsize) (p - initials);
          *end = stop;
        }
    }
  return best;
}

/* The bytes of @word as in Doc, or NULL when it is none of consonants alone. */
static char *
read_initials (const JipSimilarWords *words, guint number)
{
  static const char order[] = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
  const JipSimilarWord *word = &g_array_index (words->words, JipSimilarWord, number);

  if (word->script != JIP_SIMILAR_INITIALS || word->length < 2)
    return NULL;
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < word->length; i++)
    {
      const char *found = g_utf8_strchr (order, -1, g_array_index (words->chars, gunichar, word->start + i));
      g_string_append_c (out, found != NULL ? (char) (1 + (found - order) / 3) : '!');
    }
  return g_string_free (out, FALSE);
}

static void
score_initials (Query *query)
{
  for (guint i = 0; i < query->words->words->len; i++)
    {
      g_autofree char *wanted = read_initials (query->words, i);
      if (wanted == NULL)
        continue;
      query->whole += INITIALS_WEIGHT;
      for (guint slot = 0; slot < query->index->docs->len; slot++)
        {
          const Doc *doc = g_ptr_array_index (query->index->docs, slot);
          gsize start, end;
          query->scores[slot]
              += (float) (INITIALS_WEIGHT * find_initials (doc->initials, wanted, &start, &end));
        }
    }
}

/* Takes a word over the query, unless one that is listed says it already. */
static void
list_shared (GPtrArray *shared, char *word)
{
  g_autofree char *own = word;

  for (guint i = 0; i < shared->len; i++)
    if (strstr (g_ptr_array_index (shared, i), own) != NULL)
      return;
  if (shared->len < MAX_SHARED)
    g_ptr_array_add (shared, g_steal_pointer (&own));
}

static void
list_initials (const Query *query, const Doc *doc, GPtrArray *shared)
{
  for (guint i = 0; i < query->words->words->len; i++)
    {
      g_autofree char *wanted = read_initials (query->words, i);
      gsize start = 0, end = 0;
      if (wanted != NULL && find_initials (doc->initials, wanted, &start, &end) > 0)
        list_shared (shared, g_utf8_substring (doc->text, (glong) start, (glong) end));
    }
}

static void
list_kinds (const Query *query,
            const JipSimilarWords *words,
            GHashTable *there,
            gboolean letters,
            GPtrArray *shared)
{
  for (guint i = 0; i < query->asked->len && shared->len < MAX_SHARED; i++)
    {
      const Asked *asked = &g_array_index (query->asked, Asked, i);
      const Counted *found = g_hash_table_lookup (there, &asked->tell.key);
      if (found != NULL && (asked->tell.kind == JIP_SIMILAR_JAMO) == letters)
        list_shared (shared, jip_similar_words_dup (words, found->tell.start, found->tell.length));
    }
}

/* The words of the text, as they stand there, that made it a match; words that only look alike when there are no others. */
static char **
explain (const Query *query, const Doc *doc)
{
  g_autoptr (JipSimilarWords) words = jip_similar_words_new (doc->text, strlen (doc->text));
  g_autoptr (GArray) counted = count_tells (query->index, words);
  g_autoptr (GHashTable) there = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GPtrArray) shared = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < counted->len; i++)
    {
      Counted *one = &g_array_index (counted, Counted, i);
      g_hash_table_insert (there, &one->tell.key, one);
    }
  list_initials (query, doc, shared);
  list_kinds (query, words, there, FALSE, shared);
  if (shared->len == 0)
    list_kinds (query, words, there, TRUE, shared);
  g_ptr_array_set_free_func (shared, NULL);
  g_ptr_array_add (shared, NULL);
  return (char **) g_ptr_array_steal (shared, NULL);
}

static void
match_free (JipSimilarMatch *match)
{
  g_free (match->id);
  g_strfreev (match->shared);
  g_free (match);
}

/* The slots of the best, best first; of equal ones the one that was there first. */
static guint
pick_best (const Query *query, guint top, guint *best)
{
  guint n = 0;

  for (guint slot = 0; slot < query->index->docs->len; slot++)
    {
      float score = query->scores[slot];
      if (score <= 0 || (n == top && score <= query->scores[best[n - 1]])
          || ((const Doc *) g_ptr_array_index (query->index->docs, slot))->dead)
        continue;
      guint at = n < top ? n++ : n - 1;
      for (; at > 0 && query->scores[best[at - 1]] < score; at--)
        best[at] = best[at - 1];
      best[at] = slot;
    }
  return n;
}

/**
 * jip_similar_index_query:
 * @text: bytes, which need not be UTF-8; words of consonants alone stand for the beginnings of syllables
 * @top: how many at most, up to %JIP_SIMILAR_MAX_TOP
 *
 * Returns: (transfer full) (element-type JipSimilarMatch): the most similar texts, best first
 */
GPtrArray *
jip_similar_index_query (const JipSimilarIndex *index, const char *text, gsize length, guint top)
{
  g_return_val_if_fail (index != NULL && text != NULL && top <= JIP_SIMILAR_MAX_TOP, NULL);

  GPtrArray *matches = g_ptr_array_new_with_free_func ((GDestroyNotify) match_free);
  g_autoptr (JipSimilarWords) words = jip_similar_words_new (text, length);
  g_autofree float *scores = g_new0 (float, index->docs->len + 1);
  Query query = { .index = index, .words = words, .scores = scores };
  guint best[JIP_SIMILAR_MAX_TOP];

  if (top == 0)
    return matches;
  ask (&query);
  score_tells (&query);
  score_initials (&query);
  guint n = pick_best (&query, top, best);
  for (guint i = 0; i < n; i++)
    {
      const Doc *doc = g_ptr_array_index (index->docs, best[i]);
      JipSimilarMatch *match = g_new0 (JipSimilarMatch, 1);
      match->id = g_strdup (doc->id);
      match->score = MIN (1.0, scores[best[i]] / MAX (query.whole, 1e-9));
      match->shared = explain (&query, doc);
      g_ptr_array_add (matches, match);
    }
  g_array_unref (query.asked);
  return matches;
}
