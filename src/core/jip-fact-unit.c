/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-fact-private.h"

#include <string.h>

/* What stands behind a number: its unit, and where the unit ends. */

/* Particles, endings and words that may stand behind a unit without a space. Only their beginnings: what follows them is
 * no matter. */
static const gunichar tails[][2] = {
  { U'은', 0 },     { U'는', 0 },     { U'이', 0 },     { U'가', 0 },     { U'을', 0 },     { U'를', 0 },
  { U'의', 0 },     { U'에', 0 },     { U'로', 0 },     { U'와', 0 },     { U'과', 0 },     { U'도', 0 },
  { U'만', 0 },     { U'씩', 0 },     { U'당', 0 },     { U'째', 0 },     { U'간', 0 },     { U'여', 0 },
  { U'중', 0 },     { U'등', 0 },     { U'뿐', 0 },     { U'쯤', 0 },     { U'들', 0 },     { U'및', 0 },
  { U'임', 0 },     { U'입', 0 },     { U'였', 0 },     { U'인', 0 },     { U'나', 0 },     { U'라', 0 },
  { U'하', 0 },     { U'되', 0 },     { U'됐', 0 },     { U'했', 0 },     { U'된', 0 },     { U'한', 0 },
  { U'할', 0 },     { U'내', 0 },     { U'후', 0 },     { U'전', 0 },     { U'반', 0 },     { U'정', 0 },
  { U'께', 0 },     { U'밖', 0 },     { U'까', U'지' }, { U'부', U'터' }, { U'보', U'다' }, { U'마', U'다' },
  { U'가', U'량' }, { U'미', U'만' }, { U'초', U'과' }, { U'규', U'모' }, { U'짜', U'리' }, { U'처', U'럼' },
  { U'같', 0 },     { U'안', U'에' }, { U'동', U'안' }, { U'앞', 0 },     { U'뒤', 0 },     { U'넘', 0 },
  { U'모', U'두' }, { U'접', U'수' }, { U'대', U'비' }, { U'남', U'짓' }, { U'사', U'이' }, { U'다', 0 },
  { U'더', 0 },     { U'으', U'로' }
};

/* What is taken off a word that is no known unit: 그릇을, 그릇으로. */
static const char *const particles[]
    = { "에서는", "입니다", "이었다", "으로", "까지", "부터", "에서", "에게", "이다", "였다",
        "이며",   "이고",   "보다",   "마다", "씩",   "은",   "는",   "이",   "가",   "을",
        "를",     "의",     "에",     "로",   "와",   "과",   "도",   "만" };

/* Whether a word may end at @at: no Hangul follows, or a particle. */
gboolean
jip_fact_tail_fits (const JipTextChar *chars, guint at)
{
  if (!jip_fact_is_hangul (chars[at].c))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (tails); i++)
    if (chars[at].c == tails[i][0] && (tails[i][1] == 0 || chars[at + 1].c == tails[i][1]))
      return TRUE;
  return FALSE;
}

/* The longest known unit at @at. */
static guint
match_known (const JipFactScan *scan, guint at, JipUnit *unit)
{
  const JipTextChar *chars = scan->chars;
  guint64 word = JIP_WORD_SEED;
  guint found = 0;

  for (guint p = at, n = 0; n < JIP_UNIT_MAX_CHARS && chars[p].c > ' '; p++, n++)
    {
      word = jip_word_add (word, chars[p].c);
      /* 5개 팀 as 5개팀 */
      gboolean joined = chars[p].c == 0xAC1C && chars[p + 1].c == ' ';
      const JipUnit *known = jip_ground_rules_find_unit (scan->rules, word);
      gunichar next = chars[p + 1].c;
      gboolean fits
          = jip_fact_is_hangul (chars[p].c)
                ? jip_fact_tail_fits (chars, p + 1)
                : !jip_fact_is_latin (chars[p].c) || !(jip_fact_is_latin (next) || jip_fact_is_digit (next));
      if (known != NULL && fits)
        {
          *unit = *known;
          found = p + 1;
        }
      if (joined && n == 0)
        p++;
    }
  return found;
}

/* A word that is in no list is its own unit. */
static guint
match_word (const JipTextChar *chars, guint at, JipUnit *unit)
{
  guint end = at;

  memset (unit, 0, sizeof *unit);
  if (jip_fact_is_latin (chars[at].c))
    {
      while (end - at < JIP_UNIT_MAX_CHARS && jip_fact_is_latin (chars[end].c))
        end++;
      unit->word = jip_word_between (chars, at, end);
      return end;
    }
  while (end - at < JIP_UNIT_MAX_CHARS && jip_fact_is_hangul (chars[end].c))
    end++;
  for (guint i = 0; i < G_N_ELEMENTS (particles); i++)
    if (jip_text_ends_with (chars, end, particles[i]))
      {
        guint length = (guint) g_utf8_strlen (particles[i], -1);
        if (length > end - at)
          continue;
        end -= length;
        break;
      }
  if (end > at)
    unit->word = jip_word_between (chars, at, end);
  return end;
}

/**
 * jip_fact_match_unit:
 * @known_only: whether only units of the list count, as behind 세
 * @unit: (out): with the word 0 when there is none
 *
 * Returns: the index behind the unit; @at without one
 */
guint
jip_fact_match_unit (const JipFactScan *scan, guint at, gboolean known_only, JipUnit *unit)
{
  const JipTextChar *chars = scan->chars;
  guint gap = jip_fact_skip_gap (chars, at);
  guint end = match_known (scan, at, unit);

  if (end == 0 && gap > at)
    end = match_known (scan, gap, unit);
  if (end > 0)
    return end;
  memset (unit, 0, sizeof *unit);
  return known_only ? at : match_word (chars, at, unit);
}

/* 이상, 이하, 미만, 초과 at @at, after a space or none. */
guint
jip_fact_match_bound (const JipTextChar *chars, guint at, JipBound *bound)
{
  static const char *const words[] = { NULL, "이상", "이하", "미만", "초과" };
  guint p = chars[at].c == ' ' ? at + 1 : at;

  *bound = JIP_BOUND_NONE;
  for (guint i = 1; i < G_N_ELEMENTS (words); i++)
    if (jip_text_starts_with (chars, p, words[i]) > 0)
      {
        *bound = (JipBound) i;
        return jip_text_starts_with (chars, p, words[i]);
      }
  return at;
}
