/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-fact-private.h"

#include <string.h>

/* A number with its unit, which may turn out to be a date (7월), a time (14시) or an amount. */

/* Units that mean more than themselves. */
#define UNIT(c) jip_word_add (JIP_WORD_SEED, c)
#define UNIT_HOUR UNIT (0xC2DC)                           /* 시 */
#define UNIT_YEAR UNIT (0xB144)                           /* 년 */
#define UNIT_MONTH UNIT (0xC6D4)                          /* 월 */
#define UNIT_DAY UNIT (0xC77C)                            /* 일 */
#define UNIT_MINUTE UNIT (0xBD84)                         /* 분 */
#define UNIT_PERSON UNIT (0xBA85)                         /* 명 */
#define UNIT_NUMBER UNIT (0xBC88)                         /* 번 */
#define UNIT_TIMES UNIT (0xD68C)                          /* 회 */
#define UNIT_WON UNIT (0xC6D0)                            /* 원 */
#define UNIT_TRILLION UNIT (0xC870)                       /* 조 */
#define UNIT_RATIO UNIT (0xB300)                          /* 대 */
#define UNIT_QUARTER jip_word_add (UNIT (0xBD84), 0xAE30) /* 분기 */

/* `3일간`, `3일 이내`: a length of time, no day of a month. */
static gboolean
is_length (const JipTextChar *chars, guint at)
{
  static const char *const words[] = { "간", "동안", "이내", "내에", "이상", "이하", "미만", "초과", "만에",
                                       "째", "정도", "가량", "여",   "씩",   "차",   "전",   "후",   "뒤" };
  guint p = chars[at].c == ' ' ? at + 1 : at;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (jip_text_starts_with (chars, p, words[i]) > 0)
      return TRUE;
  return FALSE;
}

/* The date or time that a plain number with 년, 월, 일 or 시 is; 0 when it is a number after all. */
static guint
finish_calendar (const JipFactScan *scan, guint at, guint end, guint64 unit, JipFact *fact)
{
  guint64 n = fact->value.digits;
  guint last = end - 1;

  if (!fact->value.plain || fact->value.negative || fact->about)
    return 0;
  if (unit == UNIT_HOUR && n <= 24)
    {
      jip_fact_apply_half (scan, at, (guint) n, fact);
      return jip_fact_finish_time (scan, end, fact->hour, fact);
    }
  if (unit == UNIT_YEAR && n >= 1900 && n <= 2199 && scan->chars[last].c == 0xB144)
    fact->year = (guint) n;
  else if (unit == UNIT_MONTH && n >= 1 && n <= 12)
    fact->month = (guint) n;
  else if (unit == UNIT_DAY && n >= 1 && n <= 31 && scan->chars[last].c == 0xC77C
           && !is_length (scan->chars, end))
    fact->day = (guint) n;
  else
    return 0;
  fact->is_length = fact->day > 0;
  if (fact->day > 0 && scan->date_at == at && scan->date.month > 0)
    {
      fact->year = scan->date.year;
      fact->month = scan->date.month;
    }
  else if (fact->month > 0 && scan->date_at == at)
    fact->year = scan->date.year;
  return jip_fact_finish_date (scan, end, fact);
}

/* `2시간 30분` as one value: its parts stand one after the other, smaller and smaller. */
static guint
join_spans (const JipFactScan *scan, guint end, JipFact *fact)
{
  guint64 token = jip_word_add (jip_word_add (JIP_WORD_SEED, (gunichar) fact->value.digits), fact->span);
  guint span = fact->span, joined = 0;

  while (joined < 4)
    {
      guint p = jip_fact_skip_gap (scan->chars, end);
      JipFactValue value;
      JipUnit unit;
      guint after = jip_fact_is_digit (scan->chars[p].c) ? jip_fact_read_digits (scan->chars, p, &value) : 0;
      guint next = after > 0 ? jip_fact_match_unit (scan, after, TRUE, &unit) : 0;
      if (next <= after || unit.kind != JIP_UNIT_SPAN || unit.order + 1 <= span || value.decimals > 0)
        break;
      token = jip_word_add (jip_word_add (token, (gunichar) value.digits), unit.order + 1);
      span = unit.order + 1;
      end = next;
      joined++;
    }
  if (joined > 0)
    {
      fact->form = JIP_FACT_TOKEN;
      fact->token = jip_word_add (token, 'S');
      fact->end = end;
    }
  return end;
}

static void
set_token (const JipTextChar *chars, guint begin, guint end, gunichar seed, JipFact *fact)
{
  fact->form = JIP_FACT_TOKEN;
  fact->token = jip_word_add (JIP_WORD_SEED, seed);
  fact->begin = begin;
  fact->end = end;
  for (guint p = begin; p < end; p++)
    if (jip_fact_is_word (chars[p].c) || (chars[p].c != ' ' && chars[p].c != ',' && chars[p].c > ' '))
      fact->token = jip_word_add (fact->token, g_unichar_tolower (chars[p].c));
}

static guint
finish (const JipFactScan *scan, guint at, guint after, gboolean hangul, gboolean native, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  JipUnit unit;
  guint about = chars[after].c == 0xC5EC ? after + 1 : after; /* 여 */
  guint end = jip_fact_match_unit (scan, about, hangul || about > after, &unit);

  fact->about = about > after && end > about;
  if (about > after && !fact->about)
    end = jip_fact_match_unit (scan, after, hangul, &unit);
  if (fact->value.trillions && unit.kind != JIP_UNIT_MONEY)
    return 0;
  if (hangul && unit.word == 0)
    return 0;
  if (native && fact->value.digits == 1 && (!unit.takes_one || jip_text_ends_with (chars, end, "사람")))
    return 0; /* 한 번, 한 사람 한 사람 */
  if (hangul && unit.word == UNIT_HOUR && fact->value.digits > 24)
    return 0; /* 이천시 is a city */
  fact->begin = at;
  fact->end = end;
  fact->unit = unit.word;
  fact->kind = unit.word != 0 && unit.kind == JIP_UNIT_MONEY ? JIP_GROUND_AMOUNT : JIP_GROUND_NUMBER;
  fact->span = unit.word != 0 && unit.kind == JIP_UNIT_SPAN ? unit.order + 1 : 0;
  if (fact->value.too_long)
    {
      set_token (chars, at, end, 'L', fact);
      return end;
    }
  if (native && unit.word == UNIT_MINUTE)
    {
      fact->unit = UNIT_PERSON;
      fact->span = 0;
    }
  if (native && unit.word == UNIT_NUMBER)
    fact->other_unit = UNIT_TIMES;
  guint calendar = unit.word != 0 ? finish_calendar (scan, at, end, unit.word, fact) : 0;
  if (calendar > 0)
    return calendar;
  jip_fact_match_bound (chars, end, &fact->bound);
  if (fact->span > 0 && !fact->about && !native)
    return join_spans (scan, end, fact);
  if (unit.word == 0 && scan->table_unit != 0)
    {
      fact->table_unit = scan->table_unit;
      fact->table_power = scan->table_power;
    }
  return end;
}

/* 3대 1: a ratio when nothing is counted by the second number. */
static guint
match_ratio (const JipFactScan *scan, guint at, guint end, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  guint p = chars[end].c == ' ' ? end + 1 : end;
  JipFactValue value;
  JipUnit unit;
  guint after = fact->unit == UNIT_RATIO ? jip_fact_read_digits (chars, p, &value) : 0;

  if (after == 0 || (jip_fact_match_unit (scan, after, FALSE, &unit) > after && unit.word != 0))
    return 0;
  fact->form = JIP_FACT_TOKEN;
  fact->token = jip_word_add (JIP_WORD_SEED, 'T');
  for (guint q = at; q < after; q++)
    if (chars[q].c == 0xB300)
      fact->token = jip_word_add (fact->token, ':');
    else if (chars[q].c != ' ')
      fact->token = jip_word_add (fact->token, chars[q].c);
  fact->end = after;
  return after;
}

/* 3분의 2 is 2/3. */
static guint
match_fraction (const JipFactScan *scan, guint at, guint after, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  guint p = jip_text_starts_with (chars, after, "분의");
  JipFactValue value;

  p = p > 0 && chars[p].c == ' ' ? p + 1 : p;
  guint end = p > 0 ? jip_fact_read_digits (chars, p, &value) : 0;
  if (end == 0)
    return 0;
  fact->form = JIP_FACT_TOKEN;
  fact->token = jip_word_add (JIP_WORD_SEED, 'T');
  for (guint q = p; q < end; q++)
    fact->token = jip_word_add (fact->token, chars[q].c);
  fact->token = jip_word_add (fact->token, '/');
  for (guint q = at; q < after; q++)
    fact->token = jip_word_add (fact->token, chars[q].c);
  fact->begin = at;
  fact->end = end;
  return end;
}

/* 3∼5만원, 22∼24일: the first takes the unit of the second. */
static guint
take_unit_from (const JipFactScan *scan, guint at, guint after, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  guint p = chars[after].c == ' ' ? after + 1 : after;
  JipFactValue value;
  JipFact second = { 0 };

  if (!jip_fact_is_range (chars[p].c) && !(p == after && chars[p].c == '-'))
    return 0;
  p = chars[p + 1].c == ' ' ? p + 2 : p + 1;
  guint end = jip_fact_read_value (chars, p, &value);
  second.value = value;
  if (end == 0 || (end = finish (scan, p, end, FALSE, FALSE, &second)) == 0)
    return 0;
  JipFactValue own = fact->value;
  if (second.form == JIP_FACT_NUMBER && second.unit != 0)
    {
      if (value.power > 0 && own.plain && own.n_digits <= 3)
        jip_fact_value_shift (&own, value.power);
      second.value = own;
      second.bound = JIP_BOUND_NONE;
    }
  else if (second.form == JIP_FACT_DATE && own.plain && second.day > 0 && second.month == 0 && own.digits >= 1
           && own.digits <= 31)
    {
      second.day = (guint) own.digits;
      if (scan->date_at == at)
        {
          second.month = scan->date.month;
          second.year = scan->date.year;
        }
    }
  else if (second.form == JIP_FACT_DATE && own.plain && second.month > 0 && second.day == 0 && own.digits >= 1
           && own.digits <= 12)
    second.month = (guint) own.digits;
  else if (second.form == JIP_FACT_DATE && own.plain && second.year > 0 && second.month == 0
           && own.digits >= 1900 && own.digits <= 2199)
    second.year = (guint) own.digits;
  else if (second.form == JIP_FACT_TIME && own.plain && own.digits <= 24)
    {
      jip_fact_apply_half (scan, at, (guint) own.digits, &second);
      second.minute = 0;
    }
  else
    return 0;
  *fact = second;
  fact->begin = scan->half != JIP_HALF_NONE && scan->half_at == at ? scan->half_begin : at;
  fact->end = after;
  fact->weekday = 0;
  return after;
}

/* A number without a unit behind the name of a street belongs to that street: 시민로 12. */
static void
take_street (const JipTextChar *chars, guint at, JipFact *fact)
{
  guint p = at > 0 && chars[at - 1].c == ' ' ? at - 1 : at;

  if (p < 3 || (chars[p - 1].c != 0xB85C && chars[p - 1].c != 0xAE38)) /* 로 길 */
    return;
  guint begin = p;
  while (begin > 0 && p - begin < 12
         && (jip_fact_is_hangul (chars[begin - 1].c) || jip_fact_is_digit (chars[begin - 1].c)))
    begin--;
  if (p - begin >= 3)
    fact->unit = jip_word_add (jip_word_between (chars, begin, p), 'R');
}

/**
 * jip_fact_match_quantity:
 * @at: a digit
 *
 * Returns: the index behind a number and its unit
 */
guint
jip_fact_match_quantity (const JipFactScan *scan, guint at, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  guint after = jip_fact_read_value (chars, at, &fact->value);

  fact->kind = JIP_GROUND_NUMBER;
  guint end = match_fraction (scan, at, after, fact);
  if (end > 0)
    return end;
  fact->value.negative = scan->minus_at == at && at > 0;
  end = finish (scan, at, after, FALSE, FALSE, fact);
  if (end == 0 && fact->value.trillions)
    {
      /* 3조 without money: three teams */
      guint trillions_at = fact->value.trillions_at;
      JipFactValue value;
      if (jip_fact_read_digits (chars, at, &value) != trillions_at)
        {
          set_token (chars, at, after, 'T', fact);
          return after;
        }
      fact->value = value;
      fact->unit = UNIT_TRILLION;
      fact->begin = at;
      fact->end = trillions_at + 1;
      return fact->end;
    }
  if (fact->form == JIP_FACT_NUMBER && fact->unit == 0)
    {
      guint taken = take_unit_from (scan, at, after, fact);
      if (taken > 0)
        return taken;
      take_street (chars, at, fact);
    }
  guint ratio = fact->form == JIP_FACT_NUMBER ? match_ratio (scan, at, end, fact) : 0;
  if (ratio > 0)
    return ratio;
  if (fact->value.negative)
    fact->begin = scan->minus_begin;
  if (fact->kind == JIP_GROUND_AMOUNT && at > 0 && chars[at - 1].c == 0xAE08
      && jip_fact_word_begins (chars, at - 1))
    fact->begin = at - 1; /* 금113,560원 */
  return end;
}

/* 세 곳, 열두 명, 오백 명, 금일십만원: a numeral in words needs a unit of the list. */
guint
jip_fact_match_numeral (const JipFactScan *scan, guint at, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  guint after = jip_fact_read_vague (chars, at), end = 0;
  JipUnit unit;

  if (!jip_fact_word_begins (chars, at))
    return 0;
  fact->kind = JIP_GROUND_NUMBER;
  if (after > 0 && (end = jip_fact_match_unit (scan, after, TRUE, &unit)) > after)
    {
      set_token (chars, at, after, 'V', fact);
      fact->token = jip_word_add (fact->token ^ unit.word, 'V');
      fact->end = end;
      return end;
    }
  after = jip_fact_read_native (chars, at, &fact->value);
  if (after > 0 && (end = finish (scan, at, after, TRUE, TRUE, fact)) > 0)
    return end;
  guint gold = chars[at].c == 0xAE08 ? at + 1 : at; /* 금 */
  memset (fact, 0, sizeof *fact);
  after = jip_fact_read_sino (chars, gold, &fact->value);
  gboolean spaced = after > 0 && chars[after].c == ' ';
  end = after > 0 ? finish (scan, at, after, TRUE, FALSE, fact) : 0;
  if (end == 0 || (gold > at && fact->unit != UNIT_WON))
    return 0;
  /* 만점, 천장, 조명: one word of size alone counts nothing */
  if (after - gold == 1 && !spaced && fact->unit != UNIT_WON)
    return 0;
  /* 이만 줄인다 */
  if (spaced && fact->unit != UNIT_WON && fact->unit != UNIT_PERSON && after - gold == 2
      && jip_text_starts_with (chars, gold, "이만") > 0)
    return 0;
  fact->begin = at;
  return end;
}

static gboolean
is_digit_group_comma (const JipTextChar *chars, guint at)
{
  return jip_fact_is_digit (chars[at + 1].c) && jip_fact_is_digit (chars[at + 2].c)
         && jip_fact_is_digit (chars[at + 3].c) && !jip_fact_is_digit (chars[at + 4].c);
}

/* Groups of digits that are one thing: 1588-1234, 1.13.2, 3:1, 2/3, 3·1, 192.168.0.1. */
guint
jip_fact_match_token (const JipFactScan *scan, guint at, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  guint p = at, separators = 0;
  gunichar separator = 0;

  for (;;)
    {
      while (jip_fact_is_digit (chars[p].c) || (chars[p].c == ',' && is_digit_group_comma (chars, p)))
        p++;
      gunichar c = chars[p].c;
      gboolean joins = c == '-' || c == '.' || c == '/' || c == ':' || c == 0xB7 || c == 0x318D;
      if (!joins || !jip_fact_is_digit (chars[p + 1].c))
        break;
      separators++;
      separator = separators == 1 || separator == c ? c : '+';
      p++;
    }
  if (separators == 0 || (separators == 1 && separator == '.'))
    return 0;
  JipUnit unit;
  guint end = jip_fact_match_unit (scan, p, TRUE, &unit);
  gboolean is_range = end > p && (separator == '-' || separator == '+') && separators <= 3;
  if (is_range && (separator == '-' ? separators == 1 : TRUE))
    return 0;
  set_token (chars, at, p, 'T', fact);
  fact->kind = JIP_GROUND_NUMBER;
  if (end > p && unit.word == UNIT_QUARTER && separator == '/' && separators == 1)
    {
      memset (fact, 0, sizeof *fact);
      jip_fact_read_digits (chars, at, &fact->value);
      fact->unit = UNIT_QUARTER;
      fact->begin = at;
      fact->end = end;
      return end;
    }
  if (end > p)
    {
      fact->token = jip_word_add (fact->token ^ unit.word, 'U');
      fact->end = end;
      return end;
    }
  return p;
}

/* $1,200 and 1,200달러 are one amount. */
guint
jip_fact_match_money (const JipFactScan *scan, guint at, JipFact *fact)
{
  const JipUnit *unit
      = jip_ground_rules_find_unit (scan->rules, jip_word_add (JIP_WORD_SEED, scan->chars[at].c));
  guint p = scan->chars[at + 1].c == ' ' ? at + 2 : at + 1;

  if (unit == NULL || unit->kind != JIP_UNIT_MONEY || !jip_fact_is_digit (scan->chars[p].c))
    return 0;
  guint end = jip_fact_read_value (scan->chars, p, &fact->value);
  fact->kind = JIP_GROUND_AMOUNT;
  fact->unit = unit->word;
  fact->begin = at;
  fact->end = end;
  if (fact->value.too_long)
    set_token (scan->chars, at, end, 'L', fact);
  return end;
}
