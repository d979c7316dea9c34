/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-lint-moments.h"

/* Times: `15:20`. */

#define LEAVE_ALONE (JIP_LINT_QUOTED | JIP_LINT_CITED | JIP_LINT_URL)

/* Papers that speak to citizens may say 오후 3시. */
#define SPOKEN "press-release greeting notice promotion"
/* Letters and reports write an hour alone as 15:00, too. */
#define NUMBERS_ONLY "official-letter work-report"

#define UNKNOWN G_MAXUINT

typedef struct
{
  const JipLintPaper *paper;
  JipLintFindings *out;
  gboolean spoken, numbers;
} Check;

static const JipLintMoment *
moment_at (const Check *check, guint i)
{
  return i < check->paper->moments->len ? &g_array_index (check->paper->moments, JipLintMoment, i) : NULL;
}

static gboolean
is_time (const JipLintMoment *moment)
{
  return moment != NULL && !jip_lint_is_date (moment);
}

/* Words near a time or a ratio, in the same line. */
static gboolean
has_near (const Check *check, guint begin, guint end, const char *const *words)
{
  for (guint i = begin; i < end; i++)
    for (guint k = 0; words[k] != NULL; k++)
      if (jip_text_starts_with (check->paper->chars, i, words[k]) > 0)
        return TRUE;
  return FALSE;
}

/* Between @begin and @end nothing but what joins times: `∼`, 부터, a comma, 와. */
static gboolean
is_linked (const Check *check, guint begin, guint end)
{
  static const char *const joints[] = { "부터", "에서", "와", "과", "및", "또는", ",", "·", "∼", "~" };
  const JipTextChar *chars = check->paper->chars;
  guint at = begin;

  while (at < end)
    {
      guint after = chars[at].c == ' ' || jip_lint_is_tilde (chars[at].c) ? at + 1 : 0;
      for (guint i = 0; after == 0 && i < G_N_ELEMENTS (joints); i++)
        after = jip_text_starts_with (chars, at, joints[i]);
      if (after == 0)
        return FALSE;
      at = after;
    }
  return end > begin;
}

/* Whether @next stands in the sentence that @moment is in. */
static gboolean
in_sentence (const Check *check, const JipLintMoment *moment, const JipLintMoment *next)
{
  const JipTextChar *chars = check->paper->chars;

  for (guint i = moment->end; i < next->begin; i++)
    if (chars[i].c == '\n' || chars[i].c == '|'
        || (chars[i].c == '.' && i > 0 && jip_lint_is_hangul (chars[i - 1].c)))
      return FALSE;
  return TRUE;
}

/* An hour of twelve that says no half of the day. */
static gboolean
is_bare (const JipLintMoment *moment)
{
  return is_time (moment) && moment->half == JIP_LINT_HALF_NONE && moment->hour >= 1 && moment->hour <= 12
         && !(moment->kind == JIP_LINT_TIME_CLOCK && moment->good);
}

/* Minutes since midnight of an hour said with 오전 or 오후; UNKNOWN where it is a guess. */
static guint
absolute (guint hour, guint minute, JipLintHalf half)
{
  if (half == JIP_LINT_HALF_MORNING)
    return hour < 12 ? hour * 60 + minute : UNKNOWN;
  if (hour == 12)
    return UNKNOWN;
  return (hour < 12 ? hour + 12 : hour) * 60 + minute;
}

/* The end of a period whose beginning said 오전 or 오후, which it must lie behind. */
static guint
absolute_after (guint from, guint hour, guint minute, JipLintHalf half)
{
  guint value
      = half == JIP_LINT_HALF_MORNING && hour == 12 ? 12 * 60 + minute : absolute (hour, minute, half);
  return from != UNKNOWN && value != UNKNOWN && value > from ? value : UNKNOWN;
}

static char *
format_time (guint value)
{
  return g_strdup_printf ("%02u:%02u", value / 60, value % 60);
}

static void
found (Check *check, const JipLintMoment *moment, guint value, guint to)
{
  if (value == UNKNOWN || (moment->tilde > 0 && to == UNKNOWN))
    {
      jip_lint_found (check->out, moment->begin, moment->end, NULL,
                      _ ("Which half of the day is meant? Write the time with 24 hours."));
      return;
    }
  g_autofree char *fix = format_time (value);
  if (moment->tilde > 0)
    {
      g_autofree char *from = g_steal_pointer (&fix), *until = format_time (to);
      g_autofree char *tilde = jip_lint_dup (check->paper, moment->tilde, moment->tilde + 1);
      fix = g_strconcat (from, tilde, until, NULL);
    }
  g_autofree char *message = g_strdup_printf (_ ("Write the time as %s"), fix);
  jip_lint_found (check->out, moment->begin, moment->end, fix, message);
}

/* How many times after @i follow it without a half of the day of their own, each joined to the one before. */
static guint
count_joined (const Check *check, guint i)
{
  guint n = 0;

  for (;; n++)
    {
      const JipLintMoment *moment = moment_at (check, i + n), *next = moment_at (check, i + n + 1);
      if (!is_bare (next) || !in_sentence (check, moment, next)
          || !is_linked (check, moment->end, next->begin))
        return n;
    }
}

/* Whether a time further on in the sentence says no half of the day and is not joined: mending this one would take the 오후
 * away that tells what the other means. */
static gboolean
would_strand (const Check *check, guint last)
{
  const JipLintMoment *moment = moment_at (check, last), *next = moment_at (check, last + 1);
  return is_bare (next) && in_sentence (check, moment, next);
}

/* Each time of the group that 오전 or 오후 before the first holds for, in minutes since midnight; FALSE where one is a guess.
 * @values holds two for each: the time, and the end of `2∼4시`. */
static gboolean
resolve (const Check *check, guint i, guint n, guint *values)
{
  JipLintHalf half = moment_at (check, i)->half;

  for (guint k = 0; k < n; k++)
    {
      const JipLintMoment *moment = moment_at (check, i + k);
      guint value = k == 0 ? absolute (moment->hour, moment->minute, half)
                           : absolute_after (values[2 * k - 1], moment->hour, moment->minute, half);
      guint to = moment->tilde > 0 ? absolute_after (value, moment->to_hour, moment->to_minute, half) : value;
      if (value == UNKNOWN || to == UNKNOWN)
        return FALSE;
      values[2 * k] = value;
      values[2 * k + 1] = to;
    }
  return TRUE;
}

/* 오전 or 오후 stands before moment @i. Returns how many moments were read: those that are joined to it are mended with it. */
static guint
check_half (Check *check, guint i)
{
  const JipLintMoment *moment = moment_at (check, i);
  guint n = count_joined (check, i) + 1;

  if (check->spoken)
    {
      if (moment->hour == 12 || (moment->tilde > 0 && moment->to_hour == 12))
        found (check, moment, UNKNOWN, UNKNOWN);
      return n;
    }
  g_autofree guint *values = g_new0 (guint, 2 * n);
  gboolean known = resolve (check, i, n, values) && !would_strand (check, i + n - 1);
  for (guint k = 0; k < n; k++)
    found (check, moment_at (check, i + k), known ? values[2 * k] : UNKNOWN, values[2 * k + 1]);
  return n;
}

/* What says that numbers around a colon are a time. */
static gboolean
is_sure (const Check *check, guint i)
{
  static const char *const before[] = { "시간", "일시", "시각", "매일", "평일", "당일", "오늘", "내일",
                                        "출발", "도착", "접수", "집결", "개회", "시작", "마감", NULL };
  static const char *const after[]
      = { "에",    "부터",  "까지",  "경",    "쯤", "이후", "이전", " 시작", " 출발",
          " 도착", " 개회", " 개최", " 마감", "~",  "∼",    " ~",   " ∼",    NULL };
  const JipLintMoment *moment = moment_at (check, i), *last = i > 0 ? moment - 1 : NULL;
  guint begin = moment->begin > 10 ? moment->begin - 10 : 0;

  if (last != NULL && moment->begin - MAX (last->end, last->stop) <= 3)
    return TRUE;
  return has_near (check, begin, moment->begin, before)
         || has_near (check, moment->end, moment->end + 1, after);
}

/* 3:10 after 축척, 경쟁률 is no time, nor after 스코어 unless something else says that it is one. */
static gboolean
is_ratio (const Check *check, guint i)
{
  static const char *const words[]
      = { "비율", "축척", "경쟁률", "경사",   "기울기", "구배", "배합", "희석", "혼합",
          "배율", "축소", "종횡비", "화면비", "성비",   "복음", "성경", NULL };
  static const char *const scores[]
      = { "스코어", "점수", "대비",   "득점", "세트", "이겼",     "졌다", "꺾",   "이기", "농도",
          "승리",   "결승", "무승부", "재생", "분량", "러닝타임", "길이", "전적", "패배", NULL };
  static const char *const after[]
      = { "비율",    " 비율", "로 승", "로 이",   "로 패",   "로 졌",   "로 꺾", "로 희석", "로 섞", "스코어",
          " 스코어", "축척",  "의 비", "로 배합", "로 혼합", "로 축소", " 길이", " 분량",   "짜리",  NULL };
  const JipLintMoment *moment = moment_at (check, i);
  const JipTextChar *chars = check->paper->chars;
  const JipLintLine *line = &check->paper->lines[jip_lint_line_of (check->paper, moment->begin)];
  guint begin = MAX (line->start, moment->begin > 14 ? moment->begin - 14 : 0), word = moment->begin;

  while (word > begin && chars[word - 1].c == ' ')
    word--;
  if (word > begin && (chars[word - 1].c == '=' || jip_text_ends_with (chars, word, "비")))
    return TRUE;
  return has_near (check, begin, moment->begin, words)
         || has_near (check, moment->end, MIN (moment->end + 6, line->end), after)
         || (has_near (check, begin, moment->begin, scores) && !is_sure (check, i));
}

static gboolean
is_counted (const Check *check, const JipLintMoment *moment)
{
  static const char *const counters[]
      = { "명", "개", "건", "원", "점", "인", "대", "회", "호", "세", "년", "월", "일",
          "차", "곳", "번", "만", "천", "백", "석", "학", "km", "kg", "m",  NULL };
  guint at = moment->end;

  at += check->paper->chars[at].c == ' ' ? 1 : 0;
  return has_near (check, at, at + 1, counters);
}

static void
check_clock (Check *check, guint i)
{
  const JipLintMoment *moment = moment_at (check, i);

  if (moment->hour == 24)
    {
      if (moment->minute == 0 && moment->tight && !is_ratio (check, i))
        jip_lint_found (check->out, moment->begin, moment->end, NULL,
                        _ ("Write 00:00 of the next day, or 23:59."));
      return;
    }
  if (moment->good || is_ratio (check, i) || (!moment->tight && is_counted (check, moment)))
    return;
  /* `3: 20` may be a label and a number */
  gboolean label = !moment->tight && check->paper->chars[moment->begin + 1].c == ':';
  if (label && !is_sure (check, i))
    return;
  found (check, moment, moment->hour * 60 + moment->minute, UNKNOWN);
}

/* 24시 is the end of a day where something says that it is an end. */
static void
check_midnight (Check *check, const JipLintMoment *moment)
{
  gboolean until = jip_text_starts_with (check->paper->chars, moment->end, "까지") > 0 || (moment->tilde > 0)
                   || (moment->begin > 0 && jip_lint_is_tilde (check->paper->chars[moment->begin - 1].c));

  if (check->numbers && until)
    jip_lint_found (check->out, moment->begin, moment->end, NULL,
                    _ ("Write 00:00 of the next day, or 23:59."));
}

static void
check_hours (Check *check, const JipLintMoment *moment)
{
  guint to = moment->to_hour * 60 + moment->to_minute;

  if (moment->hour == 24 || moment->to_hour == 24)
    check_midnight (check, moment);
  else if (check->numbers || (moment->minutes && moment->tilde == 0))
    found (check, moment, moment->hour * 60 + moment->minute, to);
}

/* Returns how many moments were read. */
static guint
check_time (Check *check, guint i)
{
  const JipLintMoment *moment = moment_at (check, i), *last = i > 0 ? moment - 1 : NULL;

  if (moment->half == JIP_LINT_HALF_MORNING || moment->half == JIP_LINT_HALF_AFTERNOON)
    return check_half (check, i);
  gboolean led = is_bare (moment) && is_time (last) && last->half != JIP_LINT_HALF_NONE
                 && in_sentence (check, last, moment);
  if (moment->half == JIP_LINT_HALF_OTHER || (led && (check->spoken || last->half == JIP_LINT_HALF_OTHER)))
    return 1;
  if (led && (moment->kind == JIP_LINT_TIME_CLOCK || moment->minutes || check->numbers))
    found (check, moment, UNKNOWN, UNKNOWN);
  else if (moment->kind == JIP_LINT_TIME_CLOCK)
    check_clock (check, i);
  else
    check_hours (check, moment);
  return 1;
}

void
jip_lint_time_format (const JipLintPaper *paper, JipLintFindings *out)
{
  Check check = { .paper = paper,
                  .out = out,
                  .spoken = jip_lint_profile_is (paper, SPOKEN),
                  .numbers = jip_lint_profile_is (paper, NUMBERS_ONLY) };

  for (guint i = 0; i < paper->moments->len;)
    {
      const JipLintMoment *moment = moment_at (&check, i);
      if (jip_lint_is_date (moment) || (paper->flags[moment->begin] & LEAVE_ALONE) != 0)
        i++;
      else
        i += check_time (&check, i);
    }
}
