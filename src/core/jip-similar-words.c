/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of a text, what is left of them without particles and endings, and what they can be recognised by. */
#include "jip-similar-private.h"

#include <string.h>

#include "jip-text.h"

#define MAX_CHARS 20000 /* of one text; docs/protocol.md, proposal.submit */
#define MAX_SUFFIX 5    /* syllables */

/* Particles and endings as they hang on to a word. Two syllables of the word stay, so that 회의 stays 회의. */
static const char suffixes[]
    = "이 가 은 는 을 를 의 에 도 만 와 과 로 나 랑 들 께 뿐 요 며 고 면 자 서 게 지 든 "
      "으로 에서 에게 부터 까지 마다 보다 처럼 만큼 이나 이랑 하고 에는 에도 에만 에게는 에게도 에서는 에서도 으로는 으로도 으로만 로는 로도 "
      "로만 로서 로써 으로서 으로써 들이 들은 들을 들의 들도 들에게 들에게는 들과 들에 께서 께는 한테 한테는 조차 마저 밖에 이라 이라도 라도 이라고 "
      "라고 라는 이라는 이란 이며 이고 이면 입니다 이다 인데 이지만 이어서 이므로 인지 일까 이에요 예요 씩 째 때 쯤 "
      "하다 하는 하고 하게 하면 하며 하여 하자 하기 하지 하는데 하는지 하지만 하거나 하려면 하려고 하도록 하여서 하니 하니까 하던 할 한 함 해 해서 "
      "해야 해도 했다 했던 했는데 합니다 합시다 합니까 했습니다 하세요 하십시오 하겠습니다 하기를 하기에 하기가 하는게 할지 할수 한다 한다면 "
      "할때 해주는 해주면 해주세요 해주십시오 해준 해줄 해줍시다 했으면 하였으면 해봅시다 "
      "되다 되는 되고 되게 되면 되며 되어 되지 되는데 되는지 되도록 되니 되던 될 된 됨 돼 돼서 돼야 됐다 됐는지 됐습니다 됩니다 되었습니다 된다 "
      "시키다 시키는 시키고 시켜 시킵시다 받는 받고 받게 받기 받아 받을 받도록 있는 있게 있고 있도록 있으면 없는 없이 없게 없어 없어서 없습니다 있습니다 "
      "스러운 스럽게 로운 롭게 적인 적으로 으면 으며 어서 아서 어야 아야 어도 아도 었다 았다 었던 았던 습니다 습니까 ㅂ니다 는데 는지 은지 던지 "
      "지만 거나 려면 려고 도록 니까 면서 으면서 겠습니다 었습니다 았습니다 세요 십시오 시오 읍시다 네요 어요 아요 군요 다고 자고 냐고 라면 다면";

/* What wishes are made of: it says nothing about what is wished for. */
static const char empty_words[]
    = "주세요 주십시오 좋겠습니다 좋겠어요 합시다 해주세요 필요합니다 필요하다 있으면 있었으면 제안합니다 제안 바랍니다 하면 해서 하는 하고 하게 "
      "합니다 됩니다 있습니다 없습니다 것입니다 것을 것이 것은 것도 것만 수 있게 있는 있도록 때 때문에 위해 위한 위하여 대한 대해 통해 같은 같이 많이 많습니다 "
      "너무 정말 매우 아주 잘 더 좀 꼭 및 등 그 이 저 또는 그리고 그래서 하지만 그런데 저희 우리 시 시에서 우리시 해 주면 주는 주고 "
      "줍시다 줄 좋습니다 좋을 가능 가능한 어렵습니다 힘듭니다 만들어 만들면 만듭시다 있고 없고 있어 없어 있다 없다 한다 된다 않습니다 않고 않게 "
      "않는 못 안 못합니다 모릅니다 아이디어 생각합니다 생각 부탁드립니다 부탁 요청합니다 요청 원합니다 방안 방법 방식";

static gboolean
is_syllable (gunichar c)
{
  return c >= 0xAC00 && c <= 0xD7A3;
}

/* FNV-1a, mixed at the end. */
guint64
jip_similar_hash (guint seed, const gunichar *chars, guint length)
{
  guint64 hash = G_GUINT64_CONSTANT (1469598103934665603) ^ seed;

  for (guint i = 0; i < length; i++)
    {
      hash ^= chars[i];
      hash *= G_GUINT64_CONSTANT (1099511628211);
    }
  hash ^= hash >> 32;
  return hash * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
}

static GHashTable *
make_set (const char *list)
{
  GHashTable *set = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_auto (GStrv) words = g_strsplit (list, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      glong length;
      g_autofree gunichar *chars = g_utf8_to_ucs4_fast (words[i], -1, &length);
      guint64 key = jip_similar_hash (0, chars, (guint) length);
      if (length > 0)
        g_hash_table_add (set, g_memdup2 (&key, sizeof key));
    }
  return set;
}

static GHashTable *
get_set (GHashTable **place, const char *list)
{
  if (g_once_init_enter (place))
    g_once_init_leave (place, make_set (list));
  return *place;
}

static gboolean
is_in (GHashTable *set, const gunichar *chars, guint length)
{
  guint64 key = jip_similar_hash (0, chars, length);
  return g_hash_table_contains (set, &key);
}

/* How many syllables of a word are left without its suffixes: one ending and one particle before it. */
static guint
find_stem (const gunichar *chars, guint length)
{
  static GHashTable *set;
  GHashTable *known = get_set (&set, suffixes);

  for (guint round = 0; round < 2; round++)
    for (guint n = MIN (MAX_SUFFIX, length > 2 ? length - 2 : 0); n > 0; n--)
      if (is_in (known, chars + length - n, n))
        {
          length -= n;
          break;
        }
  return length;
}

static gboolean
get_script (gunichar c, JipSimilarScript *script)
{
  if (is_syllable (c))
    *script = JIP_SIMILAR_HANGUL;
  else if (c >= 0x3131 && c <= 0x314E)
    *script = JIP_SIMILAR_INITIALS;
  else if (c < 128 ? g_ascii_isdigit ((char) c) : g_unichar_isdigit (c))
    *script = JIP_SIMILAR_DIGITS;
  else if (c != 0xFFFD && g_unichar_isalpha (c))
    *script = JIP_SIMILAR_LATIN;
  else
    return FALSE;
  return TRUE;
}

static void
finish_word (JipSimilarWords *words, JipSimilarWord *word)
{
  static GHashTable *set;
  const gunichar *chars = &g_array_index (words->chars, gunichar, word->start);

  word->length = word->stem = words->chars->len - word->start;
  if (word->script == JIP_SIMILAR_HANGUL)
    {
      GHashTable *empty = get_set (&set, empty_words);
      word->stem = find_stem (chars, word->length);
      word->empty = is_in (empty, chars, word->length) || is_in (empty, chars, word->stem);
    }
  g_array_append_val (words->words, *word);
}

/**
 * jip_similar_words_new:
 * @text: bytes, which need not be UTF-8; its first 20,000 characters count
 *
 * Returns: (transfer full): its words
 */
JipSimilarWords *
jip_similar_words_new (const char *text, gsize length)
{
  g_autoptr (GArray) folded = jip_text_fold (text, MIN (length, (gsize) MAX_CHARS * 12));
  JipSimilarWords *words = g_new0 (JipSimilarWords, 1);
  JipSimilarWord word = { 0 };
  gboolean inside = FALSE;

  words->chars = g_array_new (FALSE, FALSE, sizeof (gunichar));
  words->words = g_array_new (FALSE, FALSE, sizeof (JipSimilarWord));
  for (guint i = 0; i < folded->len && i <= MAX_CHARS; i++)
    {
      gunichar c = i == MAX_CHARS ? 0 : g_unichar_tolower (g_array_index (folded, JipTextChar, i).c);
      JipSimilarScript script = JIP_SIMILAR_LATIN;
      gboolean letter = get_script (c, &script);

      if (inside && (!letter || script != word.script))
        {
          finish_word (words, &word);
          inside = FALSE;
        }
      if (!letter)
        continue;
      if (!inside)
        word = (JipSimilarWord){ .start = words->chars->len, .script = script };
      inside = TRUE;
      g_array_append_val (words->chars, c);
    }
  return words;
}

void
jip_similar_words_free (JipSimilarWords *words)
{
  if (words == NULL)
    return;
  g_array_unref (words->chars);
  g_array_unref (words->words);
  g_free (words);
}

/* The words with a space between them: the same words again for jip_similar_words_new(). */
char *
jip_similar_words_to_text (const JipSimilarWords *words)
{
  GString *out = g_string_sized_new (words->chars->len * 4);

  for (guint i = 0; i < words->words->len; i++)
    {
      const JipSimilarWord *word = &g_array_index (words->words, JipSimilarWord, i);
      if (i > 0)
        g_string_append_c (out, ' ');
      for (guint j = 0; j < word->length; j++)
        g_string_append_unichar (out, g_array_index (words->chars, gunichar, word->start + j));
    }
  return g_string_free (out, FALSE);
}

char *
jip_similar_words_dup (const JipSimilarWords *words, guint start, guint length)
{
  return g_ucs4_to_utf8 (&g_array_index (words->chars, gunichar, start), (glong) length, NULL, NULL, NULL);
}

static void
add_tell (GArray *tells, JipSimilarKind kind, const gunichar *chars, guint n, guint start, guint length)
{
  JipSimilarTell tell = { jip_similar_hash (kind + 1, chars, n), kind, start, length };
  g_array_append_val (tells, tell);
}

/* The letters of a syllable, each in a range of its own; others stand for themselves. */
static guint
split_char (gunichar c, gunichar letters[3])
{
  if (!is_syllable (c))
    {
      letters[0] = c;
      return 1;
    }
  c -= 0xAC00;
  letters[0] = 0x1100 + c / 588;
  letters[1] = 0x1161 + c % 588 / 28;
  letters[2] = 0x11A7 + c % 28;
  return c % 28 > 0 ? 3 : 2;
}

typedef struct
{
  gunichar letters[3];
  guint filled;
} Window;

static void
push_letter (Window *window, gunichar letter, const JipSimilarWord *word, GArray *tells)
{
  window->letters[0] = window->letters[1];
  window->letters[1] = window->letters[2];
  window->letters[2] = letter;
  if (++window->filled >= 3)
    add_tell (tells, JIP_SIMILAR_JAMO, window->letters, 3, word->start, word->stem);
}

/* A word begins with a space, so that its first letters tell more. */
static void
add_letters (const gunichar *chars, const JipSimilarWord *word, GArray *tells)
{
  Window window = { { 0 }, 0 };

  push_letter (&window, ' ', word, tells);
  for (guint i = 0; i < word->stem; i++)
    {
      gunichar letters[3];
      guint n = split_char (chars[i], letters);
      for (guint j = 0; j < n; j++)
        push_letter (&window, letters[j], word, tells);
    }
}

/**
 * jip_similar_words_get_tells:
 * @synonyms: (nullable)
 *
 * Returns: (transfer full) (element-type JipSimilarTell): what the text can be recognised by, in no order
 */
GArray *
jip_similar_words_get_tells (const JipSimilarWords *words, JipSimilarSynonyms *synonyms)
{
  GArray *tells = g_array_new (FALSE, FALSE, sizeof (JipSimilarTell));

  for (guint i = 0; i < words->words->len; i++)
    {
      const JipSimilarWord *word = &g_array_index (words->words, JipSimilarWord, i);
      const gunichar *chars = &g_array_index (words->chars, gunichar, word->start);

      if (word->empty || word->script == JIP_SIMILAR_INITIALS)
        continue;
      if (word->stem > 1 || word->script != JIP_SIMILAR_HANGUL)
        add_tell (tells, JIP_SIMILAR_STEM, chars, word->stem, word->start, word->stem);
      if (word->script == JIP_SIMILAR_DIGITS)
        continue;
      if (word->script == JIP_SIMILAR_HANGUL)
        for (guint j = 0; j + 1 < word->stem; j++)
          add_tell (tells, JIP_SIMILAR_PAIR, chars + j, 2, word->start + j, 2);
      add_letters (chars, word, tells);
    }
  if (synonyms != NULL)
    jip_similar_synonyms_find (synonyms, words, tells);
  return tells;
}
