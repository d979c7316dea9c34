/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a Korean verb or adjective looks like in a text: 헷갈리- stands there as 헷갈려서, 헷갈립니다, 헷갈린. A form is the
 * beginning of a word that the verb begins with; what follows it does not matter. */
#include "jip-similar-private.h"

#define FIRST_SYLLABLE 0xAC00

/* Numbers of vowels and of final consonants, in the order of the code chart. */
enum
{
  VOWEL_A = 0,
  VOWEL_AE = 1,
  VOWEL_YA = 2,
  VOWEL_EO = 4,
  VOWEL_E = 5,
  VOWEL_YEO = 6,
  VOWEL_O = 8,
  VOWEL_WA = 9,
  VOWEL_WAE = 10,
  VOWEL_OE = 11,
  VOWEL_U = 13,
  VOWEL_WO = 14,
  VOWEL_EU = 18,
  VOWEL_I = 20,
};

enum
{
  FINAL_NONE = 0,
  FINAL_N = 4,
  FINAL_D = 7,
  FINAL_L = 8,
  FINAL_M = 16,
  FINAL_B = 17,
  FINAL_S = 19,
  FINAL_SS = 20,
};

static guint
get_vowel (gunichar c)
{
  return (c - FIRST_SYLLABLE) % 588 / 28;
}

static guint
get_final (gunichar c)
{
  return (c - FIRST_SYLLABLE) % 28;
}

static gunichar
with_final (gunichar c, guint final)
{
  return c - get_final (c) + final;
}

static gunichar
with_vowel (gunichar c, guint vowel)
{
  return c - get_vowel (c) * 28 + vowel * 28;
}

static gboolean
is_one_of (gunichar c, const char *list)
{
  return g_utf8_strchr (list, -1, c) != NULL;
}

/* A form: the stem but for its last syllable, then @last, then @ending unless it is 0. */
static void
add (GPtrArray *forms, const gunichar *stem, guint length, gunichar last, gunichar ending)
{
  GArray *form = g_array_sized_new (FALSE, FALSE, sizeof (gunichar), length + 1);

  g_array_append_vals (form, stem, length - 1);
  g_array_append_val (form, last);
  if (ending != 0)
    g_array_append_val (form, ending);
  g_ptr_array_add (forms, form);
}

static void
add_each (GPtrArray *forms, const gunichar *stem, guint length, gunichar last, const char *endings)
{
  for (const char *p = endings; *p != '\0'; p = g_utf8_next_char (p))
    add (forms, stem, length, last, g_utf8_get_char (p));
}

/* 고르 + 아 is 골라, 부르 + 어 is 불러. */
static gboolean
add_doubled_l (GPtrArray *forms, const gunichar *stem, guint length)
{
  if (stem[length - 1] != 0xB974 /* 르 */ || is_one_of (stem[length - 2], "따치들")
      || get_final (stem[length - 2]) != FINAL_NONE)
    return FALSE;
  gunichar before = with_final (stem[length - 2], FINAL_L);
  guint vowel = get_vowel (before);
  gunichar last = with_vowel (stem[length - 1], vowel == VOWEL_A || vowel == VOWEL_O ? VOWEL_A : VOWEL_EO);
  for (guint i = 0; i < 2; i++)
    {
      add (forms, stem, length - 1, before, with_final (last, i == 0 ? FINAL_NONE : FINAL_SS));
    }
  return TRUE;
}

/* What becomes of the vowel of an open stem before 아 or 어. */
static guint
contract (const gunichar *stem, guint length)
{
  guint vowel = get_vowel (stem[length - 1]);
  guint before = length > 1 ? get_vowel (stem[length - 2]) : VOWEL_EO;

  switch (vowel)
    {
    case VOWEL_A:
      return stem[length - 1] == 0xD558 /* 하 */ ? VOWEL_AE : VOWEL_A;
    case VOWEL_O:
      return VOWEL_WA;
    case VOWEL_OE:
      return VOWEL_WAE;
    case VOWEL_U:
      return VOWEL_WO;
    case VOWEL_EU:
      return before == VOWEL_A || before == VOWEL_O ? VOWEL_A : VOWEL_EO;
    case VOWEL_I:
      return VOWEL_YEO;
    default:
      return vowel;
    }
}

/* 줄이, 줄인, 줄일, 줄임, 줄입, 줄여, 줄였 */
static void
add_open (GPtrArray *forms, const gunichar *stem, guint length)
{
  static const guint finals[] = { FINAL_NONE, FINAL_N, FINAL_L, FINAL_M, FINAL_B };
  gunichar last = stem[length - 1];

  for (guint i = 0; i < G_N_ELEMENTS (finals); i++)
    add (forms, stem, length, with_final (last, finals[i]), 0);
  if (add_doubled_l (forms, stem, length))
    return;
  gunichar contracted = with_vowel (last, contract (stem, length));
  if (contracted != last)
    add (forms, stem, length, contracted, 0);
  add (forms, stem, length, with_final (contracted, FINAL_SS), 0);
}

/* 만들 loses its ㄹ: 만드는, 만든, 만듭. */
static void
add_l (GPtrArray *forms, const gunichar *stem, guint length)
{
  gunichar open = with_final (stem[length - 1], FINAL_NONE);

  add_each (forms, stem, length, open, "는니시세");
  if (length == 1)
    return;
  add (forms, stem, length, with_final (open, FINAL_N), 0);
  add (forms, stem, length, with_final (open, FINAL_B), 0);
}

/* What a closed stem becomes before a vowel, when it changes: 어렵, 어려우; 걷, 걸으; 짓, 지으. */
static gboolean
add_changed (GPtrArray *forms, const gunichar *stem, guint length)
{
  gunichar last = stem[length - 1];
  gunichar open = with_final (last, FINAL_NONE);

  switch (get_final (last))
    {
    case FINAL_B:
      if (is_one_of (last, "뽑잡입씹접좁업굽꼽집뵙"))
        return FALSE;
      add_each (forms, stem, length, open, is_one_of (last, "돕곱") ? "우운울움와왔" : "우운울움워웠");
      return TRUE;
    case FINAL_D:
      if (!is_one_of (last, "걷듣묻싣"))
        return FALSE;
      add_each (forms, stem, length, with_final (last, FINAL_L), "으은을음어었");
      return TRUE;
    case FINAL_S:
      if (!is_one_of (last, "짓잇낫붓긋젓"))
        return FALSE;
      add_each (forms, stem, length, open, get_vowel (last) == VOWEL_A ? "으은을음아았" : "으은을음어었");
      return TRUE;
    default:
      return FALSE;
    }
}

static void
add_closed (GPtrArray *forms, const gunichar *stem, guint length)
{
  gunichar last = stem[length - 1];
  guint vowel = get_vowel (last);
  gboolean changed = add_changed (forms, stem, length);

  if (length > 1)
    {
      add (forms, stem, length, last, 0); /* whatever follows */
      return;
    }
  add_each (forms, stem, length, last, "고게기지자던도");
  if (get_final (last) == FINAL_L)
    add_each (forms, stem, length, last, "면려");
  else
    add_each (forms, stem, length, last, changed ? "는습" : "는습으은을음");
  if (!changed)
    add_each (forms, stem, length, last,
              vowel == VOWEL_A || vowel == VOWEL_YA || vowel == VOWEL_O ? "아았" : "어었");
}

/**
 * jip_similar_verb_forms:
 * @stem: syllables, what stands before 다
 *
 * Returns: (transfer full) (nullable) (element-type GArray): the beginnings of its forms, each a #GArray of #gunichar of
 *   two syllables or more; %NULL when the stem is one open syllable, whose forms look like too many other words (보고,
 *   사고), or is not of syllables
 */
GPtrArray *
jip_similar_verb_forms (const gunichar *stem, guint length)
{
  for (guint i = 0; i < length; i++)
    if (stem[i] < FIRST_SYLLABLE || stem[i] > 0xD7A3)
      return NULL;
  if (length == 0 || (length == 1 && get_final (stem[0]) == FINAL_NONE))
    return NULL;
  GPtrArray *forms = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  if (get_final (stem[length - 1]) == FINAL_NONE)
    add_open (forms, stem, length);
  else
    {
      if (get_final (stem[length - 1]) == FINAL_L)
        add_l (forms, stem, length);
      add_closed (forms, stem, length);
    }
  return forms;
}
