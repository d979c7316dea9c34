/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-lint-moments.h"

/* Dates: `2026. 1. 6.(화)`. */

#define LEAVE_ALONE (JIP_LINT_QUOTED | JIP_LINT_CITED | JIP_LINT_URL)

/* Only letters and reports want numbers in the place of 년, 월, 일. */
#define NUMBERS_ONLY "official-letter work-report"

static gboolean
has_any (const JipTextChar *chars, guint begin, guint end, const char *const *words)
{
  for (guint i = begin; i < end; i++)
    for (guint k = 0; words[k] != NULL; k++)
      if (jip_text_starts_with (chars, i, words[k]) > 0)
        return TRUE;
  return FALSE;
}

/* A product by its name: a word with small Latin letters right before the numbers. */
static gboolean
follows_product (const JipTextChar *chars, guint begin, guint word)
{
  guint letters = 0;
  gboolean small = FALSE;

  for (; word > begin && jip_lint_is_latin (chars[word - 1].c); word--, letters++)
    small |= chars[word - 1].c >= 'a';
  return letters >= 3 && small;
}

/* 버전 2026.1.6, v2026.1.6, Unity 2026.1.6, 2026.1.6으로 업데이트: numbers without a space where a word says so. */
static gboolean
is_version (const JipLintPaper *paper, const JipLintMoment *moment)
{
  static const char *const before[]
      = { "버전", "버젼", "릴리스", "릴리즈", "펌웨어", "version", "Version", NULL };
  static const char *const close[] = { "ver", "Ver", "VER", "빌드", "build", "Build", "패치", "판본", NULL };
  static const char *const after[] = { "버전",          "버젼",  "릴리스",    "빌드",      "로 업데이트",
                                       "로 업그레이드", "로 올", "로 판올림", "에서 버전", NULL };
  const JipTextChar *chars = paper->chars;
  const JipLintLine *line = &paper->lines[jip_lint_line_of (paper, moment->begin)];
  guint word = moment->begin;

  if (!moment->tight || chars[moment->end - 1].c == '.' || moment->weekday > 0)
    return FALSE;
  while (word > line->body && chars[word - 1].c == ' ')
    word--;
  if (word > line->body && (chars[word - 1].c == 'v' || chars[word - 1].c == 'V'))
    return TRUE;
  guint far = MAX (line->body, moment->begin > 18 ? moment->begin - 18 : 0);
  guint near = MAX (line->body, word > 5 ? word - 5 : 0);
  return follows_product (chars, line->body, word) || has_any (chars, far, moment->begin, before)
         || has_any (chars, near, moment->begin, close)
         || has_any (chars, moment->end, MIN (line->end, moment->end + 5), after);
}

static gboolean
is_left_alone (const JipLintPaper *paper, const JipLintMoment *moment)
{
  return (paper->flags[moment->begin] & LEAVE_ALONE) != 0 || is_version (paper, moment);
}

static char *
format_date (const JipLintMoment *moment)
{
  GString *out = g_string_new (NULL);

  if (moment->year >= 1000 && !moment->follows)
    g_string_append_printf (out, "%u. ", moment->year);
  g_string_append_printf (out, "%u. %u.", moment->month, moment->day);
  return g_string_free (out, FALSE);
}

static void
check_format (const JipLintPaper *paper, const JipLintMoment *moment, gboolean numbers, JipLintFindings *out)
{
  if (moment->kind == JIP_LINT_DATE_CLIPPED)
    {
      jip_lint_found (out, moment->begin, moment->end, NULL, _ ("Write the year with four digits."));
      return;
    }
  if (moment->kind == JIP_LINT_DATE_DOTTED || moment->kind == JIP_LINT_DATE_SHORT ? moment->good : !numbers)
    return;
  if (moment->kind == JIP_LINT_DATE_SPELT && moment->year < 1000)
    return;
  g_autofree char *fix = format_date (moment);
  g_autofree char *message = g_strdup_printf (_ ("Write the date as %s"), fix);
  jip_lint_found (out, moment->begin, moment->end, fix, message);
}

void
jip_lint_date_format (const JipLintPaper *paper, JipLintFindings *out)
{
  gboolean numbers = jip_lint_profile_is (paper, NUMBERS_ONLY);

  for (guint i = 0; i < paper->moments->len; i++)
    {
      const JipLintMoment *moment = &g_array_index (paper->moments, JipLintMoment, i);
      if (moment->kind <= JIP_LINT_DATE_CLIPPED && !is_left_alone (paper, moment))
        check_format (paper, moment, numbers, out);
    }
}

static const char *const weekday_names[]
    = { "", "월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일" };

/* The weekday that the calendar says; 0 for a day that does not exist. */
static guint
true_weekday (const JipLintMoment *moment)
{
  GDate date;

  if (!g_date_valid_dmy ((GDateDay) moment->day, (GDateMonth) moment->month, (GDateYear) moment->year))
    return 0;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) moment->day, (GDateMonth) moment->month, (GDateYear) moment->year);
  return (guint) g_date_get_weekday (&date);
}

static void
check_weekday (const JipLintPaper *paper, const JipLintMoment *moment, JipLintFindings *out)
{
  guint weekday = moment->year >= 1000 ? true_weekday (moment) : moment->weekday;
  /* where date-format has the date, the weekday is marked alone, so that both are seen */
  guint begin = jip_lint_is_free (out, moment->begin, moment->end) ? moment->begin : moment->end;

  if (weekday != moment->weekday)
    {
      g_autofree char *message
          = weekday == 0 ? g_strdup (_ ("There is no such day in the calendar."))
                         : g_strdup_printf (_ ("%u. %u. %u. is %s: check the date or the weekday."),
                                            moment->year, moment->month, moment->day, weekday_names[weekday]);
      jip_lint_found (out, begin, moment->stop, NULL, message);
    }
  else if (moment->bracket > moment->end)
    {
      g_autofree char *date = jip_lint_dup (paper, begin, moment->end);
      g_autofree char *bracket = jip_lint_dup (paper, moment->bracket, moment->stop);
      g_autofree char *fix = g_strconcat (date, bracket, NULL);
      jip_lint_found (out, begin, moment->stop, fix, _ ("Attach the weekday to the date."));
    }
}

void
jip_lint_date_weekday (const JipLintPaper *paper, JipLintFindings *out)
{
  for (guint i = 0; i < paper->moments->len; i++)
    {
      const JipLintMoment *moment = &g_array_index (paper->moments, JipLintMoment, i);
      if (moment->weekday > 0 && moment->kind < JIP_LINT_DATE_CLIPPED && !is_left_alone (paper, moment))
        check_weekday (paper, moment, out);
    }
}
