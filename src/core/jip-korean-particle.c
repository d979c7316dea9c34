/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-korean-particle.h"

#include <string.h>

/* A particle in its two forms, and what may be added to it. */
typedef struct
{
  const char *consonant, *vowel;
  const char *tails[12];
  gboolean copula; /* a form of 이다: 이 may stay after a vowel, and is missing only there */
} Pair;

static const Pair pairs[] = {
  { "은", "는", { "커녕" } },
  { "이", "가", { NULL } },
  { "을", "를", { NULL } },
  { "과", "와", { "는", "도", "의", "만" } },
  { "으로", "로", { "서", "써", "서의", "서는", "서도", "써의", "의", "는", "도", "만", "부터", "까지" } },
  { "이나", "나", { "마" } },
  { "이라", "라", { "고", "는", "도", "면", "서", "야", "든지", "며", "고는", "고도", "는데" } },
  { "이란", "란", { NULL } },
  { "이랑", "랑", { NULL } },
  { "이며", "며", { NULL }, TRUE },
  { "이고", "고", { NULL }, TRUE },
  { "이다", "다", { NULL }, TRUE },
  { "이지만", "지만", { NULL }, TRUE },
  { "이므로", "므로", { NULL }, TRUE },
  { "이니", "니", { NULL }, TRUE },
  { "이어서", "여서", { NULL } },
  { "이어야", "여야", { NULL } },
  { "이었", "였", { "다", "습니다", "으며", "고", "던", "으나", "지만", "음", "을" } },
  { "이든", "든", { "지" } },
  { "이야말로", "야말로", { NULL } },
};

/* Particles, and forms of 이다, that are the same after any word. */
static const char *const fixed[]
    = { "의",     "에",       "에는",   "에도",     "에만",   "에서",   "에서는", "에서도", "에서의",
        "에서만", "에서부터", "에게",   "에게는",   "에게도", "에게서", "에게만", "에의",   "에나",
        "에까지", "에서까지", "께",     "께서",     "께서는", "도",     "만",     "만을",   "만은",
        "만이",   "만의",     "만으로", "만으로도", "만도",   "까지",   "까지는", "까지도", "까지의",
        "까지만", "까지로",   "부터",   "부터는",   "부터의", "부터도", "마다",   "보다",   "보다는",
        "보다도", "처럼",     "만큼",   "만큼은",   "조차",   "마저",   "밖에",   "뿐",     "뿐만",
        "대로",   "같이",     "입니다", "입니다만", "입니까", "인데",   "인지",   "인가",   "인바",
        "임을",   "임에도" };

/* Whether a word may end before @c. */
static gboolean
is_word_end (gunichar c)
{
  return !(c >= 0xAC00 && c <= 0xD7A3) && !(c < 128 && g_ascii_isalpha ((char) c));
}

/* An English word is read as one; only its last letters that are read in one way decide. */
static JipKoreanFinal
final_of_word (gunichar last)
{
  if (strchr ("aeiouyw", (int) last) != NULL)
    return last == 'e' ? JIP_KOREAN_FINAL_UNKNOWN : JIP_KOREAN_FINAL_VOWEL;
  if (last == 'l')
    return JIP_KOREAN_FINAL_RIEUL;
  return last == 'm' || last == 'n' || last == 'g' ? JIP_KOREAN_FINAL_CONSONANT : JIP_KOREAN_FINAL_UNKNOWN;
}

/* MOU is spelled: 엠오유. Of the letters' names only 엘, 엠, 엔 and 알 end in a consonant. */
static JipKoreanFinal
final_of_letter (gunichar letter)
{
  if (letter == 'L' || letter == 'R')
    return JIP_KOREAN_FINAL_RIEUL;
  return letter == 'M' || letter == 'N' ? JIP_KOREAN_FINAL_CONSONANT : JIP_KOREAN_FINAL_VOWEL;
}

/* 영 일 이 삼 사 오 육 칠 팔 구; what ends in 0 ends in 십, 백, 천, 만 or 영 */
static JipKoreanFinal
final_of_digit (gunichar digit)
{
  static const JipKoreanFinal finals[]
      = { JIP_KOREAN_FINAL_CONSONANT, JIP_KOREAN_FINAL_RIEUL, JIP_KOREAN_FINAL_VOWEL,
          JIP_KOREAN_FINAL_CONSONANT, JIP_KOREAN_FINAL_VOWEL, JIP_KOREAN_FINAL_VOWEL,
          JIP_KOREAN_FINAL_CONSONANT, JIP_KOREAN_FINAL_RIEUL, JIP_KOREAN_FINAL_RIEUL,
          JIP_KOREAN_FINAL_VOWEL };
  return finals[digit - '0'];
}

/**
 * jip_korean_get_final:
 * @word: UTF-8; signs behind its last letter do not count
 *
 * Returns: what the word ends in when it is read aloud
 */
JipKoreanFinal
jip_korean_get_final (const char *word)
{
  g_return_val_if_fail (word != NULL, JIP_KOREAN_FINAL_UNKNOWN);

  const char *p = word + strlen (word);
  while (p > word)
    {
      p = g_utf8_prev_char (p);
      gunichar c = g_utf8_get_char (p);
      if (c >= 0xAC00 && c <= 0xD7A3)
        {
          guint final = (c - 0xAC00) % 28;
          if (final == 0)
            return JIP_KOREAN_FINAL_VOWEL;
          return final == 8 ? JIP_KOREAN_FINAL_RIEUL : JIP_KOREAN_FINAL_CONSONANT;
        }
      if (c >= 'A' && c <= 'Z')
        return final_of_letter (c);
      if (c >= 'a' && c <= 'z')
        return final_of_word (c);
      if (c >= '0' && c <= '9')
        return final_of_digit (c);
      if (g_unichar_isalnum (c))
        return JIP_KOREAN_FINAL_UNKNOWN;
    }
  return JIP_KOREAN_FINAL_UNKNOWN;
}

static void
keep_longer (const JipTextChar *chars, guint end, guint head, const Pair *pair, JipKoreanParticle *particle)
{
  if (end <= particle->end || !is_word_end (chars[end].c))
    return;
  *particle = (JipKoreanParticle){ .end = end, .head = head };
  if (pair != NULL)
    {
      particle->consonant = pair->consonant;
      particle->vowel = pair->vowel;
    }
}

/* 내역란 and 내역고 are nouns: after a consonant 란 and 고 would be 이란 and 이고. */
static gboolean
may_be_noun (const Pair *pair)
{
  static const char *const forms[] = { "란", "랑", "라", "나", "든" };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    if (strcmp (pair->vowel, forms[i]) == 0)
      return TRUE;
  return pair->copula;
}

static gboolean
ends_in_consonant (const JipTextChar *chars, guint at)
{
  gunichar c = at > 0 ? chars[at - 1].c : 0;
  return c >= 0xAC00 && c <= 0xD7A3 && (c - 0xAC00) % 28 != 0;
}

static void
read_pair (const JipTextChar *chars,
           guint at,
           const Pair *pair,
           const char *form,
           JipKoreanParticle *particle)
{
  guint after = jip_text_starts_with (chars, at, form);

  if (after == 0 || (form == pair->vowel && may_be_noun (pair) && ends_in_consonant (chars, at)))
    return;
  if (pair->copula && form == pair->consonant)
    {
      keep_longer (chars, after, 0, NULL, particle);
      return;
    }
  keep_longer (chars, after, after - at, pair, particle);
  for (guint i = 0; i < G_N_ELEMENTS (pair->tails) && pair->tails[i] != NULL; i++)
    {
      guint end = jip_text_starts_with (chars, after, pair->tails[i]);
      if (end > 0)
        keep_longer (chars, end, after - at, pair, particle);
    }
}

/**
 * jip_korean_read_particle:
 * @chars: folded characters that end with a character 0
 * @at: behind the word
 * @particle: (out): where it ends, and its two forms
 *
 * Returns: whether a particle, or a form of 이다, stands at @at and ends the word
 */
gboolean
jip_korean_read_particle (const JipTextChar *chars, guint at, JipKoreanParticle *particle)
{
  g_return_val_if_fail (chars != NULL && particle != NULL, FALSE);

  *particle = (JipKoreanParticle){ .end = at };
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      read_pair (chars, at, &pairs[i], pairs[i].consonant, particle);
      read_pair (chars, at, &pairs[i], pairs[i].vowel, particle);
    }
  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    {
      guint end = jip_text_starts_with (chars, at, fixed[i]);
      if (end > 0)
        keep_longer (chars, end, 0, NULL, particle);
    }
  return particle->end > at;
}

/**
 * jip_korean_choose_particle:
 * @particle: one with a head
 * @final: what the word before it ends in
 *
 * Returns: (nullable): the form of its head after that word: 으로 becomes 로 after a vowel and after ㄹ; %NULL when that
 *   is not known
 */
const char *
jip_korean_choose_particle (const JipKoreanParticle *particle, JipKoreanFinal final)
{
  g_return_val_if_fail (particle != NULL && particle->head > 0, NULL);

  if (final == JIP_KOREAN_FINAL_UNKNOWN)
    return NULL;
  if (final == JIP_KOREAN_FINAL_RIEUL && strcmp (particle->vowel, "로") == 0)
    return particle->vowel;
  return final == JIP_KOREAN_FINAL_VOWEL ? particle->vowel : particle->consonant;
}
