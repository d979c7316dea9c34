/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-lint-private.h"

/* `일시: 2026. 1. 6.`: attached to the left, one space to the right. */

#define LEAVE_ALONE (JIP_LINT_QUOTED | JIP_LINT_CITED | JIP_LINT_URL)
/* How far a ratio may stand from the words that it compares: `국비:시비 = 5:5`. */
#define RATIO_REACH 15

/* The sign with the spaces around it, and what stands before and behind. */
typedef struct
{
  guint begin, sign, end;
  gunichar before, after; /* after: 0 at the line's end */
} Colon;

static gboolean
read_colon (const JipLintPaper *paper, const JipLintLine *line, guint sign, Colon *colon)
{
  guint begin = sign, end = sign + 1;

  while (begin > line->body && paper->chars[begin - 1].c == ' ')
    begin--;
  if (begin <= line->mark_end)
    return FALSE; /* no word stands before it */
  while (end < line->end && paper->chars[end].c == ' ')
    end++;
  *colon = (Colon){ .begin = begin, .sign = sign, .end = end, .before = paper->chars[begin - 1].c };
  colon->after = end < line->end ? paper->chars[end].c : 0;
  return TRUE;
}

/* `7:3`, `70:30`, `5:2:3`: two numbers that are no time. */
static gboolean
is_ratio_at (const JipLintPaper *paper, guint at, guint end)
{
  guint left = 0, right = 0, digits = 0;

  if (!jip_lint_is_digit (paper->chars[at].c) || jip_lint_is_digit (paper->chars[at - 1].c))
    return FALSE;
  for (; at < end && jip_lint_is_digit (paper->chars[at].c) && left < 100000; at++)
    left = left * 10 + (paper->chars[at].c - '0');
  at = jip_lint_skip_spaces (paper, at);
  if (paper->chars[at].c != ':')
    return FALSE;
  at = jip_lint_skip_spaces (paper, at + 1);
  for (; jip_lint_is_digit (paper->chars[at].c) && digits < 6; at++, digits++)
    right = right * 10 + (paper->chars[at].c - '0');
  return digits > 0 && (digits != 2 || left > 24 || right > 59);
}

/* `국비:시비 = 5:5`, `남:여 비율`, `물 1L : 소금 10g`: words that are compared. */
static gboolean
compares (const JipLintPaper *paper, const JipLintLine *line, const Colon *colon)
{
  static const char *const words[] = { "비율", "의 비", "스코어", "대진", "승점" };
  guint from = colon->begin > line->body + RATIO_REACH ? colon->begin - RATIO_REACH : line->body;
  guint to = MIN (line->end, colon->end + RATIO_REACH);

  if (!jip_lint_is_hangul (colon->after) && !jip_lint_is_latin (colon->after))
    return FALSE;
  for (guint i = colon->end + 1; i < to; i++)
    {
      if (is_ratio_at (paper, i, line->end))
        return TRUE;
      for (guint k = 0; k < 2; k++)
        if (jip_text_starts_with (paper->chars, i, words[k]) > 0)
          return TRUE;
    }
  for (guint i = from; i < colon->begin; i++)
    for (guint k = 2; k < G_N_ELEMENTS (words); k++)
      if (jip_text_starts_with (paper->chars, i, words[k]) > 0)
        return TRUE;
  return FALSE;
}

/* `국비 50% : 시비 50%`, `1:다`, `N:1`. */
static gboolean
is_share (const JipLintPaper *paper, const JipLintLine *line, const Colon *colon)
{
  if (colon->before == '%')
    for (guint i = colon->end; i < MIN (line->end, colon->end + RATIO_REACH); i++)
      if (paper->chars[i].c == '%')
        return TRUE;
  gboolean many
      = colon->after == 0xB2E4 /* 다 */ || colon->after == 'N' || colon->after == 'n' || colon->after == 'M';
  if (jip_lint_is_digit (colon->before) && many)
    return !jip_lint_is_hangul (paper->chars[colon->end + 1].c) || paper->chars[colon->end + 1].c == ' ';
  gboolean many_left = colon->before == 0xB2E4 || colon->before == 'N' || colon->before == 'M';
  return many_left && (jip_lint_is_digit (colon->after) || colon->after == 'M')
         && (colon->begin < 2 || !jip_lint_is_hangul (paper->chars[colon->begin - 2].c));
}

/* Another colon in the same run of letters: `국비:도비:시비`, `00:1A:2B`, `a::b`. */
static gboolean
is_chained (const JipLintPaper *paper, const JipLintLine *line, const Colon *colon)
{
  if (colon->begin < colon->sign || colon->end > colon->sign + 1)
    return paper->chars[colon->end].c == ':' || colon->before == ':';
  for (guint i = colon->end; i < line->end && i < colon->end + RATIO_REACH && paper->chars[i].c != ' '; i++)
    if (paper->chars[i].c == ':')
      return !jip_lint_is_digit (paper->chars[i - 1].c) || !jip_lint_is_hangul (colon->before);
  for (guint i = colon->begin;
       i > line->body && i + RATIO_REACH > colon->begin && paper->chars[i - 1].c != ' '; i--)
    if (paper->chars[i - 1].c == ':')
      return TRUE;
  return FALSE;
}

/* Words before a number or an address that offices put a colon behind. */
static gboolean
is_latin_label (const JipLintPaper *paper, const Colon *colon)
{
  static const char *const labels[]
      = { "TEL",   "Tel",    "tel",   "FAX", "Fax", "fax",    "E-mail", "e-mail", "Email",
          "email", "E-MAIL", "EMAIL", "HP",  "H.P", "Mobile", "URL",    "ID" };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (jip_text_ends_with (paper->chars, colon->begin, labels[i]))
      return TRUE;
  return FALSE;
}

/* Programs, addresses and ports: `key:value`, `localhost:8080`, `C:\`. */
static gboolean
is_technical (const JipLintPaper *paper, const Colon *colon)
{
  gboolean latin_right = colon->after > ' ' && colon->after < 127 && !jip_lint_is_digit (colon->after)
                         && colon->after != '(' && colon->after != '"' && colon->after != '\'';

  if (colon->after == '/' || colon->after == '\\' || colon->after == '=' || colon->after == ')'
      || colon->after == '-' || colon->after == '|' || colon->before == '|' || colon->before == '-'
      || colon->before == '"' || colon->before == '\'' || colon->before == '=')
    return TRUE;
  if (!jip_lint_is_latin (colon->before) || colon->begin < colon->sign || colon->end > colon->sign + 1)
    return FALSE;
  return (latin_right || jip_lint_is_digit (colon->after)) && !is_latin_label (paper, colon);
}

static gboolean
is_label (const JipLintPaper *paper, const JipLintLine *line, const Colon *colon)
{
  /* times, ratios, scores, ISO 9001:2015 */
  if (jip_lint_is_digit (colon->before) && jip_lint_is_digit (colon->after))
    return FALSE;
  return !is_chained (paper, line, colon) && !is_technical (paper, colon) && !is_share (paper, line, colon)
         && !compares (paper, line, colon);
}

static void
check_colon (const JipLintPaper *paper, const JipLintLine *line, guint sign, JipLintFindings *out)
{
  Colon colon;

  if (!read_colon (paper, line, sign, &colon))
    return;
  JipLintEnd last;
  if (jip_lint_read_end (paper, line, &last) && colon.end == last.word)
    return; /* 끝. has its own spaces */
  gunichar space = paper->chars[sign + 1].raw;
  gboolean left = colon.begin == sign;
  gboolean right = colon.after == 0 || (colon.end == sign + 2 && space != '\t');
  if ((left && right) || !is_label (paper, line, &colon))
    return;
  jip_lint_found (out, colon.begin, right ? (colon.after == 0 ? sign + 1 : colon.end) : colon.end,
                  colon.after == 0 ? ":" : ": ",
                  left ? _ ("Write one space behind the colon.")
                       : _ ("Attach the colon to the word before it."));
}

void
jip_lint_colon (const JipLintPaper *paper, JipLintFindings *out)
{
  for (guint n = 0; n < paper->n_lines; n++)
    for (guint i = paper->lines[n].body; i < paper->lines[n].end; i++)
      if (paper->chars[i].c == ':' && (paper->flags[i] & LEAVE_ALONE) == 0)
        check_colon (paper, &paper->lines[n], i, out);
}
