/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-lint-moments.h"

#include <string.h>

/* Finds the dates and times of a paper, well written or not, once for all rules that speak of them. */

typedef struct
{
  const JipLintPaper *paper;
  GArray *found;
} Reader;

static gunichar
char_at (const Reader *reader, guint at)
{
  return reader->paper->chars[at].c;
}

/* Up to @most digits at @at, as many as there are; 0 digits when there are more. */
static guint
read_digits (const Reader *reader, guint *at, guint most, guint *value)
{
  guint n = 0;

  *value = 0;
  while (jip_lint_is_digit (char_at (reader, *at + n)))
    {
      if (n == most)
        return 0;
      *value = *value * 10 + (char_at (reader, *at + n) - '0');
      n++;
    }
  *at += n;
  return n;
}

static guint
skip_spaces (const Reader *reader, guint at, guint most)
{
  while (most-- > 0 && char_at (reader, at) == ' ')
    at++;
  return at;
}

/* One number of a date and the dot behind it; notes what is not as it should be. */
static gboolean
read_part (const Reader *reader, guint *at, guint max, guint *value, gboolean *good)
{
  guint start = *at, digits = read_digits (reader, at, 2, value);

  if (digits == 0 || *value == 0 || *value > max)
    return FALSE;
  *good &= char_at (reader, start) != '0';
  return TRUE;
}

/* The dot and the space between two numbers. */
static gboolean
read_dot (const Reader *reader, guint *at, gboolean *good, gboolean *tight)
{
  guint dot = skip_spaces (reader, *at, 2);

  if (char_at (reader, dot) != '.')
    return FALSE;
  guint next = skip_spaces (reader, dot + 1, 3);
  *good &= dot == *at && next == dot + 2;
  *tight &= dot == *at && next == dot + 1;
  *at = next;
  return TRUE;
}

/* What may not stand right behind a date: 2026.1.6.3 and 2026.1.6a are versions, 2026.1.6.hwp is a file. */
static gboolean
ends_date (const Reader *reader, guint end, gboolean tight)
{
  gunichar c = char_at (reader, end), before = char_at (reader, end - 1);

  if (c == ')' && char_at (reader, end + 1) == '.' && jip_lint_is_latin (char_at (reader, end + 2)))
    return FALSE;
  if (before != '.')
    return !jip_lint_is_digit (c) && !jip_lint_is_latin (c) && c != '_' && c != 0xD638 /* 호 */;
  if (jip_lint_is_latin (c) && tight)
    return FALSE;
  if (!jip_lint_is_digit (c) || !tight)
    return TRUE;
  while (jip_lint_is_digit (char_at (reader, end)))
    end++;
  return char_at (reader, end) == ':';
}

/* `6.` or `6`, with the spaces that stand before a dot. */
static guint
read_last_dot (const Reader *reader, guint at, gboolean *good)
{
  if (char_at (reader, at) == '.')
    return at + 1;
  *good = FALSE;
  return at;
}

/* `2026. 1. 6.` from the year's first digit. */
static gboolean
read_dotted (const Reader *reader, guint begin, JipLintMoment *moment)
{
  guint at = begin;
  gboolean good = TRUE, tight = TRUE;

  if (read_digits (reader, &at, 4, &moment->year) != 4 || moment->year < 1000 || moment->year > 2999)
    return FALSE;
  if (!read_dot (reader, &at, &good, &tight) || !read_part (reader, &at, 12, &moment->month, &good)
      || !read_dot (reader, &at, &good, &tight) || !read_part (reader, &at, 31, &moment->day, &good))
    return FALSE;
  guint end = read_last_dot (reader, at, &good);
  if (!ends_date (reader, end, tight))
    return FALSE;
  moment->kind = JIP_LINT_DATE_DOTTED;
  moment->begin = begin;
  moment->end = end;
  moment->good = good;
  moment->tight = tight;
  return TRUE;
}

/* `2026-01-06` or `2026/1/6`. */
static gboolean
read_joined (const Reader *reader, guint begin, JipLintMoment *moment)
{
  guint at = begin;
  gboolean good = TRUE;

  if (read_digits (reader, &at, 4, &moment->year) != 4 || moment->year < 1900 || moment->year > 2100)
    return FALSE;
  gunichar sign = char_at (reader, at++);
  if ((sign != '-' && sign != '/') || !read_part (reader, &at, 12, &moment->month, &good)
      || char_at (reader, at++) != sign || !read_part (reader, &at, 31, &moment->day, &good))
    return FALSE;
  gunichar next = char_at (reader, at);
  if (jip_lint_is_digit (next) || jip_lint_is_latin (next) || next == '-' || next == '/' || next == '_'
      || (next == '.' && jip_lint_is_latin (char_at (reader, at + 1))) || next == 0xD638 /* 호 */
      || next == 0xBC88 /* 번 */)
    return FALSE;
  moment->kind = JIP_LINT_DATE_JOINED;
  moment->begin = begin;
  moment->end = at;
  return TRUE;
}

/* A number and the word behind it, with the space between words. */
static gboolean
read_counted (const Reader *reader, guint *at, guint digits, gunichar word, guint *value)
{
  guint here = skip_spaces (reader, *at, 1);

  if (read_digits (reader, &here, digits, value) == 0)
    return FALSE;
  here = skip_spaces (reader, here, 1);
  if (char_at (reader, here) != word)
    return FALSE;
  *at = here + 1;
  return TRUE;
}

/* `2026년 1월 6일` or `1월 6일`; `6일간` is a length. */
static gboolean
read_spelt (const Reader *reader, guint begin, JipLintMoment *moment)
{
  guint at = begin;

  if (!read_counted (reader, &at, 4, 0xB144 /* 년 */, &moment->year))
    moment->year = 0;
  else if (moment->year < 1000 || moment->year > 2999)
    return FALSE;
  if (!read_counted (reader, &at, 2, 0xC6D4 /* 월 */, &moment->month) || moment->month == 0
      || moment->month > 12 || !read_counted (reader, &at, 2, 0xC77C /* 일 */, &moment->day)
      || moment->day == 0 || moment->day > 31)
    return FALSE;
  gunichar next = char_at (reader, at);
  if (next == 0xAC04 /* 간 */ || next == 0xC9F8 /* 째 */)
    return FALSE;
  moment->kind = JIP_LINT_DATE_SPELT;
  moment->begin = begin;
  moment->end = at;
  moment->good = TRUE;
  return TRUE;
}

/* `1. 6.` where something says that it is a date: a weekday behind it, or a date and ~ before. */
static gboolean
read_short (const Reader *reader, guint begin, JipLintMoment *moment)
{
  guint at = begin;
  gboolean good = TRUE, tight = TRUE;

  if (!read_part (reader, &at, 12, &moment->month, &good) || !read_dot (reader, &at, &good, &tight)
      || !read_part (reader, &at, 31, &moment->day, &good))
    return FALSE;
  guint end = read_last_dot (reader, at, &good);
  if (!ends_date (reader, end, tight) || char_at (reader, end) == '%')
    return FALSE;
  moment->kind = JIP_LINT_DATE_SHORT;
  moment->year = 0;
  moment->begin = begin;
  moment->end = end;
  moment->good = good;
  moment->tight = tight;
  return TRUE;
}

/* `26. 1. 6.` behind an apostrophe, or with a weekday. */
static gboolean
read_clipped (const Reader *reader, guint begin, JipLintMoment *moment)
{
  guint at = begin;
  gboolean good = TRUE, tight = TRUE;

  if (read_digits (reader, &at, 2, &moment->year) != 2 || !read_dot (reader, &at, &good, &tight)
      || !read_part (reader, &at, 12, &moment->month, &good) || !read_dot (reader, &at, &good, &tight)
      || !read_part (reader, &at, 31, &moment->day, &good))
    return FALSE;
  guint end = read_last_dot (reader, at, &good);
  if (!ends_date (reader, end, tight))
    return FALSE;
  moment->kind = JIP_LINT_DATE_CLIPPED;
  moment->begin = begin;
  moment->end = end;
  return TRUE;
}

/* `2026. 5.` that ~ follows, or that follows ~. */
static gboolean
read_month (const Reader *reader, guint begin, const JipLintMoment *from, JipLintMoment *moment)
{
  guint at = begin;
  gboolean good = TRUE, tight = TRUE, with_year;

  *moment = (JipLintMoment){ 0 };
  with_year
      = read_digits (reader, &at, 4, &moment->year) == 4 && moment->year >= 1000 && moment->year <= 2999;
  if (with_year ? !read_dot (reader, &at, &good, &tight) : from == NULL || from->kind != JIP_LINT_DATE_MONTH)
    return FALSE;
  at = with_year ? at : begin;
  if (!read_part (reader, &at, 12, &moment->month, &good) || char_at (reader, at) != '.'
      || jip_lint_is_digit (char_at (reader, at + 1)))
    return FALSE;
  guint next = skip_spaces (reader, at + 1, 2);
  if (from == NULL && !jip_lint_is_tilde (char_at (reader, next)))
    return FALSE;
  moment->kind = JIP_LINT_DATE_MONTH;
  moment->year = with_year ? moment->year : 0;
  moment->begin = begin;
  moment->end = at + 1;
  moment->good = TRUE;
  return TRUE;
}

static const gunichar weekdays[]
    = { 0xC6D4, 0xD654, 0xC218, 0xBAA9, 0xAE08, 0xD1A0, 0xC77C }; /* 월화수목금토일 */

static guint
weekday_of (gunichar c)
{
  for (guint i = 0; i < G_N_ELEMENTS (weekdays); i++)
    if (weekdays[i] == c)
      return i + 1;
  return 0;
}

/* `(화)`, `(화요일)`, `(화, 휴일)`, with spaces before it; or `화요일` behind a space. */
static void
read_weekday (const Reader *reader, JipLintMoment *moment)
{
  guint at = skip_spaces (reader, moment->end, 3);
  gboolean bracket = char_at (reader, at) == '(';
  guint letter = bracket ? skip_spaces (reader, at + 1, 1) : at;
  guint weekday = weekday_of (char_at (reader, letter));

  if (weekday == 0)
    return;
  guint after = letter + 1, full = jip_text_starts_with (reader->paper->chars, after, "요일");
  if (!bracket && full == 0)
    return;
  after = skip_spaces (reader, full > 0 ? full : after, 1);
  gunichar c = char_at (reader, after);
  if (bracket && c != ')' && c != ',')
    return;
  moment->weekday = weekday;
  moment->bracket = bracket ? at : 0;
  moment->stop = bracket && c == ')' ? after + 1 : after;
}

/* `15:20`, `15 : 20`. */
static gboolean
read_clock (const Reader *reader, guint begin, JipLintMoment *moment)
{
  guint at = begin, digits = read_digits (reader, &at, 2, &moment->hour);
  guint colon = skip_spaces (reader, at, 2);

  if (digits == 0 || moment->hour > 24 || char_at (reader, colon) != ':')
    return FALSE;
  guint minute = skip_spaces (reader, colon + 1, 2), end = minute;
  if (read_digits (reader, &end, 2, &moment->minute) != 2 || moment->minute > 59)
    return FALSE;
  gunichar next = char_at (reader, end), after = char_at (reader, end + 1);
  if (next == ':' || next == '%' || jip_lint_is_latin (next)
      || ((next == '.' || next == ',' || next == '-') && jip_lint_is_digit (after)))
    return FALSE;
  moment->kind = JIP_LINT_TIME_CLOCK;
  moment->begin = begin;
  moment->end = end;
  moment->tight = colon == at && minute == colon + 1;
  moment->good = moment->tight && digits == 2;
  return TRUE;
}

/* What may follow `15시` directly; another syllable makes it a word (시간, 시도, 시민). */
static gboolean
ends_hour (const Reader *reader, guint at)
{
  static const char *const followers[]
      = { "에", "부터", "까지", "경", "쯤", "정각", "이후", "이전", "전", "후",   "로",   "의",   "이",
          "을", "를",   "은",   "는", "와", "과",   "반",   "임",   "입", "마다", "마감", "이며", "및" };
  gunichar c = char_at (reader, at);

  /* 31시 3군 */
  if (c == ' ' && jip_lint_is_digit (char_at (reader, at + 1)))
    {
      while (jip_lint_is_digit (char_at (reader, ++at)))
        ;
      return char_at (reader, at) != 0xAD70 /* 군 */;
    }
  if (c == 0xB7 || c == 0x318D || c == 0x30FB || jip_lint_is_digit (c))
    return jip_lint_is_digit (c);
  if (!jip_lint_is_hangul (c))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (followers); i++)
    if (jip_text_starts_with (reader->paper->chars, at, followers[i]) > 0)
      return TRUE;
  return FALSE;
}

/* `20분` or `반` behind an hour. Returns the end of the time, 0 when it is none (`15시 20분 30초`). */
static guint
read_minutes (const Reader *reader, guint hour_end, guint *minute)
{
  guint at = skip_spaces (reader, hour_end, 1), end = at, value;
  guint digits = read_digits (reader, &end, 2, minute);

  end = skip_spaces (reader, end, 1);
  if (digits > 0 && *minute <= 59 && char_at (reader, end) == 0xBD84 /* 분 */)
    {
      guint second = skip_spaces (reader, end + 1, 1);
      gboolean seconds
          = read_digits (reader, &second, 2, &value) > 0 && char_at (reader, second) == 0xCD08 /* 초 */;
      return seconds ? 0 : end + 1;
    }
  *minute = 0;
  if (char_at (reader, at) == 0xBC18 /* 반 */
      && (!jip_lint_is_hangul (char_at (reader, at + 1)) || ends_hour (reader, at + 1)))
    {
      *minute = 30;
      return at + 1;
    }
  return hour_end;
}

/* `15시 20분`, `15시`, `3시 반`, `2∼4시`. */
static gboolean
read_hours (const Reader *reader, guint begin, JipLintMoment *moment)
{
  guint at = begin, minute = 0;

  if (read_digits (reader, &at, 2, &moment->hour) == 0 || moment->hour > 24)
    return FALSE;
  if (jip_lint_is_tilde (char_at (reader, at)))
    {
      moment->tilde = at++;
      if (read_digits (reader, &at, 2, &moment->to_hour) == 0 || moment->to_hour > 24)
        return FALSE;
    }
  gboolean spaced = char_at (reader, at) == ' ';
  at += spaced ? 1 : 0;
  if (char_at (reader, at) != 0xC2DC /* 시 */)
    return FALSE;
  guint end = read_minutes (reader, at + 1, &minute);
  /* `15 시` alone may be fifteen cities */
  if (end == 0 || (spaced && end == at + 1) || (end == at + 1 && !ends_hour (reader, end)))
    return FALSE;
  moment->kind = JIP_LINT_TIME_SPELT;
  moment->begin = begin;
  moment->end = end;
  moment->minutes = end > at + 1;
  *(moment->tilde > 0 ? &moment->to_minute : &moment->minute) = minute;
  return TRUE;
}

/* 오전, 오후 and the words for a part of the day that stand before a time. */
static void
read_half (const Reader *reader, JipLintMoment *moment)
{
  static const char *const parts[]
      = { "새벽", "아침", "낮", "한낮", "점심", "저녁", "밤", "밤중", "심야", "자정", "정오" };
  const JipTextChar *chars = reader->paper->chars;
  guint word = moment->begin;

  while (word > 0 && chars[word - 1].c == ' ' && moment->begin - word < 2)
    word--;
  if (jip_text_ends_with (chars, word, "오전") || jip_text_ends_with (chars, word, "오후"))
    {
      moment->half
          = jip_text_ends_with (chars, word, "오전") ? JIP_LINT_HALF_MORNING : JIP_LINT_HALF_AFTERNOON;
      moment->begin = word - 2;
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (jip_text_ends_with (chars, word, parts[i]))
      moment->half = JIP_LINT_HALF_OTHER;
}

static void
add (Reader *reader, JipLintMoment *moment)
{
  g_array_append_val (reader->found, *moment);
}

static JipLintMoment *
last_moment (Reader *reader)
{
  return reader->found->len > 0 ? &g_array_index (reader->found, JipLintMoment, reader->found->len - 1)
                                : NULL;
}

/* Whether a ~ after a date leads to @at; a date that is short there has the year of the one before. */
static const JipLintMoment *
date_before (Reader *reader, guint at)
{
  JipLintMoment *before = last_moment (reader);

  while (at > 0 && char_at (reader, at - 1) == ' ')
    at--;
  if (before == NULL || at == 0 || !jip_lint_is_tilde (char_at (reader, at - 1)))
    return NULL;
  for (at--; at > 0 && char_at (reader, at - 1) == ' ';)
    at--;
  if (jip_lint_is_date (before))
    return at == before->end || at == before->stop ? before : NULL;
  if (at != before->end || reader->found->len < 2)
    return NULL;
  const JipLintMoment *date = before - 1;
  return jip_lint_is_date (date) && before->begin - MAX (date->end, date->stop) <= 2 ? date : NULL;
}

/* `∼9.` behind a date: a day of the same month. */
static gboolean
read_day (const Reader *reader, guint begin, const JipLintMoment *from, JipLintMoment *moment)
{
  guint at = begin;
  gboolean good = TRUE;

  if (from->kind == JIP_LINT_DATE_SPELT)
    {
      if (!read_counted (reader, &at, 2, 0xC77C /* 일 */, &moment->day) || moment->day == 0
          || moment->day > 31 || char_at (reader, at) == 0xAC04 /* 간 */)
        return FALSE;
      moment->kind = JIP_LINT_DATE_SPELT;
    }
  else
    {
      if (!read_part (reader, &at, 31, &moment->day, &good) || char_at (reader, at) != '.'
          || jip_lint_is_digit (char_at (reader, at + 1)))
        return FALSE;
      at++;
      moment->kind = JIP_LINT_DATE_SHORT;
    }
  moment->month = from->month;
  moment->begin = begin;
  moment->end = at;
  moment->good = good;
  return TRUE;
}

/* `5. 1. ∼ 6. 30.`: two short dates say of each other that they are dates; `3.5∼4.2` are numbers. */
static gboolean
leads_to_short (const Reader *reader, const JipLintMoment *moment)
{
  JipLintMoment next = { 0 };
  guint at = skip_spaces (reader, moment->end, 2);

  if (moment->tight || char_at (reader, moment->end - 1) != '.' || !jip_lint_is_tilde (char_at (reader, at)))
    return FALSE;
  return read_short (reader, skip_spaces (reader, at + 1, 2), &next) && !next.tight
         && char_at (reader, next.end - 1) == '.';
}

/* The year of a short date is the one of the date that it ends, or the next where it would be earlier. */
static void
take_year (JipLintMoment *moment, const JipLintMoment *from)
{
  if (moment->year != 0 || from->year < 1000)
    return;
  moment->year = from->year;
  if (moment->month < from->month || (moment->month == from->month && moment->day < from->day))
    moment->year++;
  moment->follows = TRUE;
}

static gboolean
may_begin (const Reader *reader, guint at)
{
  if (at == 0)
    return TRUE;
  gunichar c = char_at (reader, at - 1);
  if (c == '-' || c == '/')
    {
      const GArray *found = reader->found;
      const JipLintMoment *before
          = found->len > 0 ? &g_array_index (found, JipLintMoment, found->len - 1) : NULL;
      gboolean joined = before != NULL && (before->end == at - 1 || before->stop == at - 1);
      const JipLintLine *line = &reader->paper->lines[jip_lint_line_of (reader->paper, at)];
      return joined || (c == '-' && line->body == at - 1);
    }
  if (c == ':')
    return at > 1 && !jip_lint_is_digit (char_at (reader, at - 2));
  return c != '.' && c != '_' && c != '\\' && c != '#' && c != '=' && c != 0xC81C /* 제 */
         && !jip_lint_is_latin (c) && !jip_lint_is_digit (c)
         && !(c == ',' && at > 1 && jip_lint_is_digit (char_at (reader, at - 2)));
}

static gboolean
has_apostrophe (const Reader *reader, guint at)
{
  gunichar c = at > 0 ? char_at (reader, at - 1) : 0;
  return c == '\'' || c == 0x2018 || c == 0x2019 || c == '`' || c == 0xB4 || c == 0x2032;
}

/* `12. 1. 6.(화)` may be the twelfth item. */
static gboolean
is_mark (const Reader *reader, guint at)
{
  const JipLintLine *line = &reader->paper->lines[jip_lint_line_of (reader->paper, at)];
  return line->level > 0 && line->body == at;
}

static gboolean
read_short_date (Reader *reader, guint at, const JipLintMoment *from, JipLintMoment *moment)
{
  if (read_month (reader, at, from, moment))
    return TRUE;
  *moment = (JipLintMoment){ 0 };
  if (!read_short (reader, at, moment) && (from == NULL || !read_day (reader, at, from, moment)))
    return FALSE;
  read_weekday (reader, moment);
  gboolean number = moment->tight && char_at (reader, moment->end - 1) != '.';
  gboolean named = moment->bracket > 0 && (!number || moment->bracket == moment->end);
  if (from == NULL && !named && !leads_to_short (reader, moment))
    return FALSE;
  if (from != NULL)
    take_year (moment, from);
  return TRUE;
}

static gboolean
read_date (Reader *reader, guint at, JipLintMoment *moment)
{
  const JipLintMoment *from = date_before (reader, at);

  if (read_dotted (reader, at, moment) || read_joined (reader, at, moment) || read_spelt (reader, at, moment))
    {
      read_weekday (reader, moment);
      if (from != NULL)
        take_year (moment, from);
      return TRUE;
    }
  if (read_clipped (reader, at, moment))
    {
      read_weekday (reader, moment);
      if (has_apostrophe (reader, at))
        moment->begin--;
      else if (moment->bracket == 0 || is_mark (reader, at))
        return read_short_date (reader, at, from, moment);
      return TRUE;
    }
  return read_short_date (reader, at, from, moment);
}

/* What begins at the digit @at. Returns the character after it. */
static guint
read_moment (Reader *reader, guint at)
{
  JipLintMoment moment = { 0 };

  if (!may_begin (reader, at))
    return at + 1;
  if (read_date (reader, at, &moment))
    {
      add (reader, &moment);
      return moment.end;
    }
  moment = (JipLintMoment){ 0 };
  if (read_clock (reader, at, &moment) || read_hours (reader, at, &moment))
    {
      read_half (reader, &moment);
      add (reader, &moment);
      return moment.end;
    }
  return at + 1;
}

/**
 * jip_lint_read_moments:
 *
 * Returns: (transfer full) (element-type JipLintMoment): the dates and times of @paper in their order
 */
GArray *
jip_lint_read_moments (const JipLintPaper *paper)
{
  Reader reader = { .paper = paper, .found = g_array_new (FALSE, FALSE, sizeof (JipLintMoment)) };

  for (guint i = 0; i < paper->n_chars;)
    if (!jip_lint_is_digit (paper->chars[i].c))
      i++;
    else
      {
        guint next = read_moment (&reader, i);
        while (next < paper->n_chars && next == i + 1 && jip_lint_is_digit (paper->chars[next].c))
          i++, next++;
        i = next;
      }
  return reader.found;
}
