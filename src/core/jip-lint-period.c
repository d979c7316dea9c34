/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-lint-moments.h"

/* Periods: `2026. 5. 1.∼6. 30.`, `09:00∼18:00`. */

#define LEAVE_ALONE (JIP_LINT_QUOTED | JIP_LINT_CITED | JIP_LINT_URL)

/* Two moments with the sign between them, and 까지 where it follows. */
typedef struct
{
  guint begin, end;         /* the whole, without 까지 */
  guint left, tilde, right; /* the spaces and the sign */
  guint until, until_end;   /* 까지 with the space before it; 0 without one */
  const char *particle;     /* what must stand in the place of 까지 and its particle; NULL when unknown */
} Period;

static guint
end_of (const JipLintMoment *moment)
{
  return MAX (moment->end, moment->stop);
}

static guint
skip_spaces (const JipLintPaper *paper, guint at)
{
  while (paper->chars[at].c == ' ')
    at++;
  return at;
}

/* Whether @time stands right behind @date. */
static gboolean
is_time_of (const JipLintPaper *paper, const JipLintMoment *date, const JipLintMoment *time)
{
  return jip_lint_is_date (date) && !jip_lint_is_date (time) && time->begin >= end_of (date)
         && time->begin - end_of (date) <= 2 && skip_spaces (paper, end_of (date)) >= time->begin;
}

/* What may follow 까지 when it goes: the particle is one that the word before it takes as well. @closed says whether that
 * word ends in a consonant, as 일 and 분 do and 시 does not. */
static const char *
mend_particle (const JipLintPaper *paper, guint *at, gboolean closed)
{
  static const char *const kept[] = { "의", "로", "만", "이", "임", "입", "였", "도", "에" };
  static const char *const verbs[] = { "다", "며", "고", "니", "라" };
  gunichar c = paper->chars[*at].c;

  if (!jip_lint_is_hangul (c))
    return "";
  if (jip_text_starts_with (paper->chars, *at, "는") > 0)
    {
      (*at)++;
      return closed ? "은" : "는";
    }
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    if (jip_text_starts_with (paper->chars, *at, kept[i]) > 0)
      return "";
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (jip_text_starts_with (paper->chars, *at, verbs[i]) > 0)
      return closed ? "이" : "";
  return NULL;
}

static void
read_until (const JipLintPaper *paper, const JipLintMoment *last, Period *period)
{
  guint at = skip_spaces (paper, period->end), after = jip_text_starts_with (paper->chars, at, "까지");

  if (after == 0 || at - period->end > 2)
    return;
  period->until = period->end;
  period->until_end = after;
  gboolean o_clock = !jip_lint_is_date (last) && last->minute == 0 && !last->minutes;
  period->particle = mend_particle (paper, &period->until_end, !o_clock);
}

/* Whether a sign stands between moments @i and @i + 1. */
static gboolean
read_period (const JipLintPaper *paper, guint i, Period *period)
{
  const JipLintMoment *moments = (const JipLintMoment *) (gpointer) paper->moments->data;
  const JipLintMoment *a = &moments[i], *b = &moments[i + 1];

  *period = (Period){ .begin = a->begin, .end = end_of (b), .left = end_of (a), .right = b->begin };
  period->tilde = skip_spaces (paper, period->left);
  if (period->tilde >= b->begin || !jip_lint_is_tilde (paper->chars[period->tilde].c)
      || skip_spaces (paper, period->tilde + 1) != b->begin)
    return FALSE;
  if (jip_lint_is_date (b) && i > 0 && is_time_of (paper, a - 1, a))
    period->begin = a[-1].begin;
  const JipLintMoment *last = i + 2 < paper->moments->len && is_time_of (paper, b, b + 1) ? b + 1 : b;
  period->end = end_of (last);
  read_until (paper, last, period);
  return TRUE;
}

/* The period as it should be: unspaced, without 까지. */
static char *
format_period (const JipLintPaper *paper, const Period *period)
{
  g_autofree char *left = jip_lint_dup (paper, period->begin, period->left);
  g_autofree char *tilde = jip_lint_dup (paper, period->tilde, period->tilde + 1);
  g_autofree char *right = jip_lint_dup (paper, period->right, period->end);

  return g_strconcat (left, tilde, right, period->until > 0 ? period->particle : "", NULL);
}

/* Where another rule has the dates, the sign and 까지 are marked alone, so that all is seen. */
static void
report_parts (const JipLintPaper *paper, const Period *period, JipLintFindings *out)
{
  if (period->right - period->left > 1)
    {
      g_autofree char *tilde = jip_lint_dup (paper, period->tilde, period->tilde + 1);
      jip_lint_found (out, period->left, period->right, tilde,
                      _ ("Write a period without spaces around its sign."));
    }
  if (period->until > 0)
    jip_lint_found (out, period->until, period->until_end, period->particle,
                    _ ("Leave out 까지: the sign says it already."));
}

static void
report (const JipLintPaper *paper, const Period *period, JipLintFindings *out)
{
  gboolean spaced = period->right - period->left > 1;
  guint end = period->until > 0 ? period->until_end : period->end;

  if (!spaced && period->until == 0)
    return;
  if (!jip_lint_is_free (out, period->begin, end) || (period->until > 0 && period->particle == NULL))
    {
      report_parts (paper, period, out);
      return;
    }
  g_autofree char *fix = format_period (paper, period);
  g_autofree char *message = g_strdup_printf (_ ("Write the period as %s"), fix);
  jip_lint_found (out, period->begin, end, fix, message);
}

void
jip_lint_period (const JipLintPaper *paper, JipLintFindings *out)
{
  Period period;

  for (guint i = 0; i + 1 < paper->moments->len; i++)
    if (read_period (paper, i, &period) && (paper->flags[period.tilde] & LEAVE_ALONE) == 0)
      report (paper, &period, out);
}
