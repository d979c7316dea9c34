/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-fact-private.h"

/* Dates in figures: 2026. 7. 22.(수), 7. 22., '26. 7. 22., 2026-07-22; and what follows 2026년. */

#define YEAR_MIN 1900
#define YEAR_MAX 2199

/* An integer of up to four digits; the index behind it, or 0. */
static guint
read_number (const JipTextChar *chars, guint at, guint *value, guint *n_digits)
{
  guint p = at;

  *value = 0;
  while (jip_fact_is_digit (chars[p].c) && p - at < 5)
    *value = *value * 10 + (guint) (chars[p++].c - '0');
  *n_digits = p - at;
  return p > at && p - at < 5 ? p : 0;
}

/* Behind `.` and up to two spaces or a line end; 0 without a dot. */
static guint
skip_dot (const JipTextChar *chars, guint at)
{
  guint p = at;

  if (chars[p].c == ' ' && chars[p + 1].c == '.')
    p++;
  if (chars[p].c != '.')
    return 0;
  p++;
  guint gap = jip_fact_skip_gap (chars, p);
  return chars[gap].c == ' ' ? gap + 1 : gap;
}

/* (수), (수요일) or 수요일 at @at; the index behind it, @at without one. */
static guint
match_weekday (const JipTextChar *chars, guint at, guint *weekday)
{
  static const gunichar days[]
      = { 0xC6D4, 0xD654, 0xC218, 0xBAA9, 0xAE08, 0xD1A0, 0xC77C }; /* 월 화 수 목 금 토 일 */
  guint p = chars[at].c == ' ' ? at + 1 : at;
  gboolean bracket = chars[p].c == '(' || chars[p].c == '[';

  p += bracket ? 1 : 0;
  p += bracket && chars[p].c == ' ' ? 1 : 0;
  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    if (chars[p].c == days[i])
      {
        guint q = jip_text_starts_with (chars, p + 1, "요일");
        if (!bracket && (q == 0 || !jip_fact_tail_fits (chars, q)))
          return at;
        q = q > 0 ? q : p + 1;
        guint close = chars[q].c == ' ' ? q + 1 : q;
        if (bracket && chars[close].c != ')' && chars[close].c != ']' && chars[close].c != ',')
          return at;
        *weekday = i + 1;
        return bracket && chars[close].c != ',' ? close + 1 : q;
      }
  return at;
}

/* The day of the week by the Gregorian calendar, 1 for Monday. */
guint
jip_fact_weekday_of (guint year, guint month, guint day)
{
  return g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year)
             ? (guint) g_date_get_weekday (&(GDate){ .dmy = 1, .day = day, .month = month, .year = year })
             : 0;
}

static guint
end_date (const JipFactScan *scan, guint begin, guint end, JipFact *fact)
{
  fact->kind = JIP_GROUND_DATE;
  fact->form = JIP_FACT_DATE;
  fact->unit = 0;
  fact->begin = begin;
  fact->end = fact->day > 0 ? match_weekday (scan->chars, end, &fact->weekday) : end;
  /* a date whose weekday stands there is a day of a month, not a length */
  if (fact->weekday > 0)
    fact->is_length = FALSE;
  return fact->end;
}

/* @fact has the year or the month or the day that ends at @end; reads what follows: 2026년 7월 22일(수). */
guint
jip_fact_finish_date (const JipFactScan *scan, guint end, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  guint value, n;

  if (fact->year > 0 && fact->month == 0 && fact->day == 0 && chars[end].c == 0xB3C4) /* 2026년도 */
    return end_date (scan, fact->begin, end + 1, fact);
  if (fact->year > 0 && fact->month == 0 && fact->day == 0)
    {
      guint p = jip_fact_skip_gap (chars, end);
      guint q = read_number (chars, p, &value, &n);
      q = q > 0 && chars[q].c == ' ' ? q + 1 : q;
      if (q > 0 && value >= 1 && value <= 12 && chars[q].c == 0xC6D4)
        {
          fact->month = value;
          end = q + 1;
        }
    }
  if (fact->month > 0 && fact->day == 0)
    {
      guint p = jip_fact_skip_gap (chars, end);
      guint q = read_number (chars, p, &value, &n);
      q = q > 0 && chars[q].c == ' ' ? q + 1 : q;
      if (q > 0 && value >= 1 && value <= 31 && chars[q].c == 0xC77C && chars[q + 1].c != 0xAC04)
        {
          fact->day = value;
          end = q + 1;
        }
    }
  return end_date (scan, fact->begin, end, fact);
}

/* Whether @end ends a date in figures and no version, clock or count. */
static gboolean
ends_well (const JipTextChar *chars, guint end)
{
  gunichar c = chars[end].c;
  return !jip_fact_is_digit (c) && !(c == '.' && jip_fact_is_digit (chars[end + 1].c)) && c != ':' && c != '/'
         && !(c == ',' && jip_fact_is_digit (chars[end + 1].c)) && c != '%' && !jip_fact_is_latin (c);
}

/* A month and a day with their dots from @at; @sure that it is a date even without the last dot. */
static guint
match_month_day (const JipFactScan *scan, guint at, gboolean sure, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  guint month, day, n, weekday = 0;
  JipUnit unit;
  guint p = read_number (chars, at, &month, &n);

  if (p == 0 || n > 2 || month < 1 || month > 12 || (p = skip_dot (chars, p)) == 0)
    return 0;
  guint end = read_number (chars, p, &day, &n);
  if (end == 0 || n > 2 || day < 1 || day > 31)
    return 0;
  gboolean dot = chars[end].c == '.' && !jip_fact_is_digit (chars[end + 1].c);
  gboolean range = FALSE;
  if (!dot && !sure)
    {
      guint q = end, other;
      q = jip_fact_is_range (chars[q].c) ? read_number (chars, q + 1, &other, &n) : 0;
      range = q > 0 && other <= 12 && chars[q].c == '.' && (q = read_number (chars, q + 1, &other, &n)) > 0
              && other <= 31 && n == 2 && jip_fact_match_unit (scan, q, TRUE, &unit) == q;
    }
  if (!dot && !ends_well (chars, end))
    return 0;
  if (!dot && !range && match_weekday (chars, end, &weekday) == end)
    if (!sure || jip_fact_match_unit (scan, end, TRUE, &unit) > end)
      return 0;
  fact->month = month;
  fact->day = day;
  return dot ? end + 1 : end;
}

/* 7/22(수): only the weekday tells it from a fraction. */
static guint
match_slash (const JipTextChar *chars, guint at, JipFact *fact)
{
  guint month, day, n, weekday = 0;
  guint p = read_number (chars, at, &month, &n);
  guint end = p > 0 && chars[p].c == '/' ? read_number (chars, p + 1, &day, &n) : 0;

  if (end == 0 || month < 1 || month > 12 || day < 1 || day > 31
      || match_weekday (chars, end, &weekday) == end)
    return 0;
  fact->month = month;
  fact->day = day;
  return end;
}

/* The day alone that ends a range: 7. 22.∼24. */
static guint
match_day (const JipFactScan *scan, guint at, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  guint day, n, weekday = 0;
  guint end = read_number (chars, at, &day, &n);

  if (scan->date_at != at || !scan->is_range || scan->date.month == 0 || scan->date.day == 0 || end == 0
      || n > 2 || day < 1 || day > 31)
    return 0;
  gboolean dot = chars[end].c == '.' && !jip_fact_is_digit (chars[end + 1].c);
  guint next = dot && chars[end + 1].c == ' ' ? end + 2 : end + 1;
  if ((dot && jip_fact_is_digit (chars[next].c) && chars[next + 1].c != ':' && chars[next + 2].c != ':')
      || (!dot && match_weekday (chars, end, &weekday) == end))
    return 0;
  fact->year = scan->date.year;
  fact->month = scan->date.month;
  fact->day = day;
  return dot ? end + 1 : end;
}

/* The month alone that ends a range: 2026. 1.∼12. */
static guint
match_month (const JipFactScan *scan, guint at, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  guint month, n;
  guint end = read_number (chars, at, &month, &n);

  if (scan->date_at != at || !scan->is_range || scan->date.year == 0 || scan->date.month == 0
      || scan->date.day > 0 || end == 0 || n > 2 || month < 1 || month > 12 || chars[end].c != '.'
      || jip_fact_is_digit (chars[end + 1].c))
    return 0;
  fact->month = month;
  return end + 1;
}

/* What stands behind a year and its dot. */
static guint
match_after_year (const JipFactScan *scan, guint at, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  guint month, n;
  JipUnit unit;
  guint end = match_month_day (scan, at, TRUE, fact);

  if (end > 0)
    return end;
  end = read_number (chars, at, &month, &n);
  if (end == 0 || n > 2 || month < 1 || month > 12)
    return 0;
  fact->month = month;
  if (chars[end].c == 0xC6D4) /* 2026. 7월 */
    return jip_fact_finish_date (scan, end + 1, fact);
  if (chars[end].c == '.' && !jip_fact_is_digit (chars[end + 1].c))
    return end + 1;
  return ends_well (chars, end) && jip_fact_match_unit (scan, end, TRUE, &unit) == end ? end : 0;
}

/* 2026-07-22, 2026/7/22, 2026-07. */
static guint
match_iso (const JipTextChar *chars, guint at, guint year, JipFact *fact)
{
  guint n;
  gunichar separator = chars[at].c;
  guint p = read_number (chars, at + 1, &fact->month, &n);

  if ((separator != '-' && separator != '/') || p == 0 || n > 2 || fact->month < 1 || fact->month > 12)
    return 0;
  fact->year = year;
  if (chars[p].c == separator)
    {
      guint end = read_number (chars, p + 1, &fact->day, &n);
      return end > 0 && n <= 2 && fact->day >= 1 && fact->day <= 31 && chars[end].c != separator ? end : 0;
    }
  return n == 2 && separator == '-' && ends_well (chars, p) ? p : 0;
}

static guint
century (guint year)
{
  return year < 70 ? 2000 + year : 1900 + year;
}

/* '26. 7. 22. and '26년; @at is the apostrophe. */
static guint
match_short_year (const JipFactScan *scan, guint at, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  guint year, n, end;
  guint p = read_number (chars, at + 1, &year, &n);

  if (p == 0 || n != 2)
    return 0;
  fact->year = century (year);
  fact->begin = at;
  guint gap = chars[p].c == ' ' ? p + 1 : p;
  if (chars[gap].c == 0xB144) /* 년 */
    return jip_fact_finish_date (scan, gap + 1, fact);
  if (chars[p].c == '-')
    {
      end = match_iso (chars, p, fact->year, fact);
      return end > 0 ? end_date (scan, at, end, fact) : 0;
    }
  guint dot = skip_dot (chars, p);
  end = dot > 0 ? match_after_year (scan, dot, fact) : 0;
  if (end > 0)
    return end_date (scan, at, end, fact);
  return chars[p].c == '.' && !jip_fact_is_digit (chars[p + 1].c) ? end_date (scan, at, p, fact) : 0;
}

/* A date without a year takes the one of the date before a range mark; over the turn of the year the next one. */
static void
take_year (const JipFactScan *scan, guint at, JipFact *fact)
{
  if (scan->date_at != at || fact->year > 0 || scan->date.year == 0)
    return;
  gboolean earlier = fact->month < scan->date.month;
  fact->year = scan->date.year + (earlier && scan->is_range ? 1 : 0);
}

/**
 * jip_fact_match_date:
 * @at: a digit, or an apostrophe
 *
 * Returns: the index behind a date in figures, or 0
 */
guint
jip_fact_match_date (const JipFactScan *scan, guint at, JipFact *fact)
{
  const JipTextChar *chars = scan->chars;
  guint first, n, end;

  if (!jip_fact_is_digit (chars[at].c))
    return match_short_year (scan, at, fact);
  guint p = read_number (chars, at, &first, &n);
  if (p == 0)
    return 0;
  if (n == 4 && first >= YEAR_MIN && first <= YEAR_MAX)
    {
      guint dot = skip_dot (chars, p);
      fact->year = first;
      end = dot > 0 ? match_after_year (scan, dot, fact) : match_iso (chars, p, first, fact);
      return end > 0 ? end_date (scan, at, end, fact) : 0;
    }
  if (n > 2)
    return 0;
  /* 26. 7. 22. with a year of two digits; in a line that begins so the first may be the line's number */
  guint dot = skip_dot (chars, p);
  end = dot > 0 ? match_month_day (scan, dot, FALSE, fact) : 0;
  if (end > 0 && chars[p + 1].c == ' ' && chars[dot - 1].c == ' ' && scan->content == at
      && (n == 1 || first < 20))
    return 0;
  if (end > 0 && n == 2 && first >= 10)
    {
      fact->year = century (first);
      return end_date (scan, at, end, fact);
    }
  end = match_month_day (scan, at, FALSE, fact);
  end = end > 0 ? end : match_slash (chars, at, fact);
  end = end > 0 ? end : match_day (scan, at, fact);
  end = end > 0 ? end : match_month (scan, at, fact);
  if (end == 0)
    return 0;
  take_year (scan, at, fact);
  return end_date (scan, at, end, fact);
}

/* Behind what joins two dates or times, and whether it is a range; @at when nothing does. */
static guint
skip_joint (const JipTextChar *chars, guint at, gboolean *is_range)
{
  static const char *const words[] = { "부터", "에서", "까지", "과", "와", "및", "," };
  guint p = chars[at].c == ' ' ? at + 1 : at;

  *is_range = FALSE;
  if (jip_fact_is_range (chars[p].c) || chars[p].c == '-')
    {
      *is_range = TRUE;
      p++;
    }
  else
    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
      {
        guint end = jip_text_starts_with (chars, p, words[i]);
        if (end > 0)
          {
            *is_range = i < 2;
            p = end;
            break;
          }
      }
  return jip_fact_skip_gap (chars, p);
}

void
jip_fact_remember_date (JipFactScan *scan, const JipFact *fact)
{
  scan->date = *fact;
  scan->date_at = skip_joint (scan->chars, fact->end, &scan->is_range);
}

void
jip_fact_remember_time (JipFactScan *scan, const JipFact *fact)
{
  gboolean is_range;

  scan->time = *fact;
  scan->time_at = skip_joint (scan->chars, fact->end, &is_range);
}
