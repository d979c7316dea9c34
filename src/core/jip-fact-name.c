/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-fact-private.h"

/* Names that stand before a title: 김가온 과장, 오한결 가람시장은, 이하늘과장. */

#define MAX_TITLED 16 /* characters of the word that ends in a title */

/* What ends the name of a body, not of a person. */
static gboolean
ends_like_body (gunichar c)
{
  static const gunichar ends[]
      = { 0xACFC, 0xAD6D, 0xC2E4, 0xD300, 0xCCAD, 0xAD00, 0xCC98, 0xD68C, 0xB2E8, 0xBD80, 0xC74D, 0xB4E4 };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (c == ends[i])
      return TRUE;
  return FALSE;
}

/* 을 를 는 의 된 될 에 와 하 할 및: what a name does not end in before a title. 가을 and 노을 are names. */
static gboolean
ends_like_verb (const JipTextChar *chars, guint end)
{
  static const gunichar ends[]
      = { 0xB97C, 0xB294, 0xC758, 0xB41C, 0xB420, 0xC5D0, 0xC640, 0xD558, 0xD560, 0xBC0F };
  gunichar c = chars[end - 1].c;

  if (c == 0xC744) /* 을 */
    return chars[end - 2].c != 0xAC00 && chars[end - 2].c != 0xB178;
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (c == ends[i])
      return TRUE;
  return FALSE;
}

/* Whether the word, or the word without its last syllable (지원한, 주민의), is known to be no name. */
static gboolean
is_listed (const JipTextChar *chars, guint begin, guint end, const JipGroundRules *rules)
{
  return jip_ground_rules_has (rules, JIP_GROUND_NOT_NAMES, jip_word_between (chars, begin, end))
         || (end - begin == 3 && chars[end - 1].c == 0xD55C
             && jip_ground_rules_has (rules, JIP_GROUND_NOT_NAMES, jip_word_between (chars, begin, end - 1)));
}

/* Whether the Hangul from @begin to @end looks like a person's name. */
gboolean
jip_fact_is_name (const JipTextChar *chars, guint begin, guint end, const JipGroundRules *rules)
{
  guint n = end - begin;

  if (n < 2 || n > 4 || ends_like_verb (chars, end) || is_listed (chars, begin, end, rules))
    return FALSE;
  if (jip_ground_rules_has (rules, JIP_GROUND_TITLES, jip_word_between (chars, begin, end)))
    return FALSE;
  gboolean two
      = n > 2
        && jip_ground_rules_has (rules, JIP_GROUND_SURNAMES, jip_word_between (chars, begin, begin + 2));
  gboolean one
      = jip_ground_rules_has (rules, JIP_GROUND_SURNAMES, jip_word_between (chars, begin, begin + 1));
  return n == 4 ? two : (one || two) && !ends_like_body (chars[end - 1].c);
}

/* Where the title begins that ends the Hangul at @at, which may be longer (가람시장은); 0 when there is none. */
static guint
find_title (const JipTextChar *chars, guint at, const JipGroundRules *rules, guint *title_end)
{
  guint end = at;

  while (end - at < MAX_TITLED && jip_fact_is_hangul (chars[end].c))
    end++;
  for (; end > at; end--)
    {
      if (!jip_fact_tail_fits (chars, end) && !jip_fact_is_digit (chars[end].c))
        continue;
      for (guint first = at; first < end; first++)
        if (end - first <= JIP_TITLE_MAX_CHARS
            && jip_ground_rules_has (rules, JIP_GROUND_TITLES, jip_word_between (chars, first, end)))
          {
            *title_end = end;
            return first > 0 ? first : 1;
          }
    }
  return 0;
}

static void
add_name (GArray *facts, guint begin, guint end)
{
  JipFact fact = { .kind = JIP_GROUND_NAME, .form = JIP_FACT_PHRASE, .begin = begin, .end = end };
  g_array_append_val (facts, fact);
}

/* 이하늘·박새롬 주무관, 이하늘, 박새롬 위원: those before the one that begins at @begin have the same title. */
static void
add_names_before (const JipTextChar *chars, guint begin, const JipGroundRules *rules, GArray *facts)
{
  for (guint i = 0; i < 10; i++)
    {
      guint end = begin;
      while (end > 0 && begin - end < 2 && chars[end - 1].c == ' ')
        end--;
      if (end == 0 || (chars[end - 1].c != 0xB7 && chars[end - 1].c != 0x318D && chars[end - 1].c != ','))
        return;
      end--;
      begin = end;
      while (begin > 0 && end - begin < 5 && jip_fact_is_hangul (chars[begin - 1].c))
        begin--;
      if (end - begin < 3 || !jip_fact_is_name (chars, begin, end, rules))
        return;
      add_name (facts, begin, end);
    }
}

/* The title behind one more word: 홍길동 전 시장, 김가온 도서관정책과 팀장. */
static guint
find_far_title (const JipTextChar *chars, guint at, const JipGroundRules *rules, guint *title_end)
{
  static const char *const words[] = { "전", "현", "신임", "전임", "수석", "담당" };
  guint end = at;
  gboolean fits = FALSE;

  while (end - at < MAX_TITLED && jip_fact_is_hangul (chars[end].c))
    end++;
  if (end == at || chars[end].c != ' ')
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (words) && !fits; i++)
    fits = jip_text_starts_with (chars, at, words[i]) == end;
  fits |= end - at > 2 && ends_like_body (chars[end - 1].c);
  return fits ? find_title (chars, end + 1, rules, title_end) : 0;
}

/* The word from @begin to @end may be a name before a title in the next word, or be name and title in one. */
static void
look_at (const JipTextChar *chars, guint begin, guint end, const JipGroundRules *rules, GArray *facts)
{
  guint next = jip_fact_skip_gap (chars, end), title_end = 0;

  if (next > end && jip_fact_is_hangul (chars[next].c) && jip_fact_is_name (chars, begin, end, rules))
    {
      guint title = find_title (chars, next, rules, &title_end);
      if (title == 0 && end - begin > 2)
        title = find_far_title (chars, next, rules, &title_end);
      /* 총무과 과장, 문화원 원장 name a body; a short name needs the bare title */
      if (title > 0 && chars[end - 1].c != chars[title].c && (end - begin > 2 || title == next))
        {
          add_name (facts, begin, end);
          add_names_before (chars, begin, rules, facts);
          return;
        }
    }
  /* 김가온과장: the title begins behind two to four syllables that are a name */
  for (guint n = 3; n <= 4 && begin + n < end; n++)
    {
      guint title = find_title (chars, begin + n, rules, &title_end);
      if (title == begin + n && jip_fact_is_name (chars, begin, begin + n, rules)
          && chars[title - 1].c != chars[title].c)
        {
          add_name (facts, begin, begin + n);
          return;
        }
    }
}

/* Whether the word from @begin to @end ends in a title, such as 나래시장. */
static gboolean
is_titled (const JipTextChar *chars, guint begin, guint end, const JipGroundRules *rules)
{
  for (guint first = begin; first + 2 <= end; first++)
    if (end - first <= JIP_TITLE_MAX_CHARS
        && jip_ground_rules_has (rules, JIP_GROUND_TITLES, jip_word_between (chars, first, end)))
      return TRUE;
  return FALSE;
}

/* 나래시장 한누리는: a full name behind a title, with a particle that a speaker takes or a sign. */
static void
look_behind_title (const JipTextChar *chars,
                   guint begin,
                   guint end,
                   const JipGroundRules *rules,
                   GArray *facts)
{
  static const char *const particles[] = { "은", "는", "이", "가", "의", "도", "과", "와", "께서", "께서는" };
  guint name = begin + (end - begin >= 4 && jip_fact_is_name (chars, begin, begin + 4, rules) ? 4 : 3);

  if (name > end || !jip_fact_is_name (chars, begin, name, rules))
    return;
  gunichar next = chars[end].c;
  gboolean fits = name == end
                  && (next < ' ' || next == ':' || next == ',' || next == '.' || next == ')' || next == '('
                      || next == 0x201C);
  for (guint i = 0; i < G_N_ELEMENTS (particles) && !fits; i++)
    fits = name < end && jip_text_starts_with (chars, name, particles[i]) == end;
  if (fits)
    add_name (facts, begin, name);
}

void
jip_fact_scan_names (const JipTextChar *chars, guint n, const JipGroundRules *rules, GArray *facts)
{
  guint last = 0, last_end = 0; /* the word before */

  for (guint p = 0; p < n;)
    {
      if (!jip_fact_is_hangul (chars[p].c))
        {
          p++;
          continue;
        }
      guint end = p;
      while (jip_fact_is_hangul (chars[end].c))
        end++;
      if (end - p >= 2 && end - p <= MAX_TITLED
          && (jip_ground_rules_has (rules, JIP_GROUND_SURNAMES, jip_word_between (chars, p, p + 1))
              || jip_ground_rules_has (rules, JIP_GROUND_SURNAMES, jip_word_between (chars, p, p + 2))))
        {
          guint before = facts->len;
          look_at (chars, p, end, rules, facts);
          if (facts->len == before && p == last_end + 1 && chars[last_end].c == ' '
              && last_end - last <= MAX_TITLED && is_titled (chars, last, last_end, rules))
            look_behind_title (chars, p, end, rules, facts);
        }
      last = p;
      last_end = p = end;
    }
}
