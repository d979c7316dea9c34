/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-fact-private.h"

/* Times of day: 14:00, 14시 30분, 오후 2시 반, 정오. */

/* 오전, 오후, 밤 … before a number; remembers it and returns the index of the number, or 0. */
guint
jip_fact_match_half (JipFactScan *scan, guint at)
{
  static const struct
  {
    const char *word;
    JipHalf half;
  } words[] = { { "오전", JIP_HALF_MORNING }, { "오후", JIP_HALF_AFTERNOON }, { "새벽", JIP_HALF_DAWN },
                { "아침", JIP_HALF_MORNING }, { "한낮", JIP_HALF_DAY },       { "낮", JIP_HALF_DAY },
                { "저녁", JIP_HALF_EVENING }, { "한밤", JIP_HALF_NIGHT },     { "밤", JIP_HALF_NIGHT } };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      guint end = jip_text_starts_with (scan->chars, at, words[i].word);
      if (end == 0 || !jip_fact_word_begins (scan->chars, at))
        continue;
      guint p = jip_fact_skip_gap (scan->chars, end);
      JipFactValue value;
      if (!jip_fact_is_digit (scan->chars[p].c) && jip_fact_read_native (scan->chars, p, &value) == 0)
        return 0;
      scan->half = words[i].half;
      scan->half_begin = at;
      scan->half_at = p;
      return p;
    }
  return 0;
}

static guint
hour_of (JipHalf half, guint hour)
{
  switch (half)
    {
    case JIP_HALF_MORNING:
    case JIP_HALF_DAWN:
      return hour == 12 ? 0 : hour;
    case JIP_HALF_AFTERNOON:
      return hour == 12 ? 12 : hour + 12;
    case JIP_HALF_DAY:
      return hour < 9 ? hour + 12 : hour;
    case JIP_HALF_EVENING:
      return hour == 12 ? 24 : hour + 12;
    case JIP_HALF_NIGHT:
      return hour == 12 ? 24 : hour < 5 ? hour : hour + 12;
    default:
      return hour;
    }
}

/* The hour on a clock of 24, as far as the text tells: by the word before it, or as the end of `오후 2시∼4시`. */
void
jip_fact_apply_half (const JipFactScan *scan, guint at, guint hour, JipFact *fact)
{
  fact->hour = hour;
  fact->is_exact = hour > 12 || hour == 0;
  if (fact->is_exact)
    return;
  if (scan->half != JIP_HALF_NONE && scan->half_at == at)
    {
      fact->begin = scan->half_begin;
      fact->hour = hour_of (scan->half, hour);
      fact->is_exact = TRUE;
    }
  else if (scan->time_at == at && scan->time.is_exact && scan->time.hour >= 12 && hour < 12
           && hour + 12 >= scan->time.hour)
    {
      fact->hour = hour + 12;
      fact->is_exact = TRUE;
    }
  else if (scan->time_at == at && scan->time.is_exact && scan->time.hour < 12 && hour >= scan->time.hour)
    fact->is_exact = TRUE;
  fact->is_midnight = fact->is_exact && fact->hour == 24;
}

static guint
end_time (guint end, JipFact *fact)
{
  fact->kind = JIP_GROUND_TIME;
  fact->form = JIP_FACT_TIME;
  fact->unit = 0;
  fact->end = end;
  return end;
}

/* @fact has the hour, and 시 ends at @end: reads 30분, or 반. */
guint
jip_fact_finish_time (const JipFactScan *scan, guint end, guint hour, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  guint p = jip_fact_skip_gap (chars, end);
  guint minute = 0, q = p;

  fact->hour = hour;
  while (jip_fact_is_digit (chars[q].c) && q - p < 3)
    minute = minute * 10 + (guint) (chars[q++].c - '0');
  guint word = chars[q].c == ' ' ? q + 1 : q;
  if (q > p && minute < 60 && chars[word].c == 0xBD84 && chars[word + 1].c != 0xAC04) /* 분, not 분간 */
    {
      fact->minute = minute;
      end = word + 1;
    }
  else if (chars[p].c == 0xBC18 && jip_fact_tail_fits (chars, p + 1)) /* 반 */
    {
      fact->minute = 30;
      end = p + 1;
    }
  return end_time (end, fact);
}

static guint
read_two (const JipTextChar *chars, guint at, guint *value)
{
  if (chars[at].c != ':' || !jip_fact_is_digit (chars[at + 1].c) || !jip_fact_is_digit (chars[at + 2].c))
    return 0;
  *value = (guint) ((chars[at + 1].c - '0') * 10 + chars[at + 2].c - '0');
  return at + 3;
}

/* 14:00, 9:30, 14:00:59. What is no time of day (16:9, 25:00) is a ratio. */
guint
jip_fact_match_clock (const JipFactScan *scan, guint at, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  guint p = at, hour = 0, second = 0;

  while (jip_fact_is_digit (chars[p].c) && p - at < 3)
    hour = hour * 10 + (guint) (chars[p++].c - '0');
  gboolean padded = chars[at].c == '0' && p - at == 2;
  guint colon = chars[p].c == ' ' && chars[p + 1].c == ':' && chars[p + 2].c == ' ' ? p + 1 : p;
  guint end = 0;
  if (colon > p && jip_fact_is_digit (chars[colon + 2].c) && jip_fact_is_digit (chars[colon + 3].c)
      && hour <= 24)
    {
      fact->minute = (guint) ((chars[colon + 2].c - '0') * 10 + chars[colon + 3].c - '0');
      end = colon + 4;
    }
  else
    end = read_two (chars, p, &fact->minute);
  if (p - at > 2 || end == 0 || hour > 24 || fact->minute > 59)
    return 0;
  guint after = read_two (chars, end, &second);
  if (after > 0 && second < 60)
    {
      fact->second = second;
      end = after;
    }
  if (jip_fact_is_digit (chars[end].c) || (chars[end].c == ':' && jip_fact_is_digit (chars[end + 1].c))
      || (chars[end].c == '.' && jip_fact_is_digit (chars[end + 1].c)))
    return 0;
  fact->begin = at;
  jip_fact_apply_half (scan, at, hour, fact);
  if (padded && fact->begin == at)
    fact->hour = hour;
  fact->is_exact = TRUE;
  return end_time (end, fact);
}

/* 정오 and 자정, with a particle that a time takes: 자정 노력 is none. */
guint
jip_fact_match_noon (const JipFactScan *scan, guint at, JipFact *fact)
{
  static const char *const after[]
      = { "까지", "부터", "에", "을", "이", "무렵", "쯤", " 이후", " 이전", " 무렵", "∼", "~", ")" };
  guint noon = jip_text_starts_with (scan->chars, at, "정오");
  guint end = noon > 0 ? noon : jip_text_starts_with (scan->chars, at, "자정");

  if (end == 0 || !jip_fact_word_begins (scan->chars, at))
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (after); i++)
    if (jip_text_starts_with (scan->chars, end, after[i]) > 0)
      {
        fact->begin = at;
        fact->hour = noon > 0 ? 12 : 24;
        fact->is_exact = TRUE;
        fact->is_midnight = noon == 0;
        return end_time (end, fact);
      }
  return 0;
}
