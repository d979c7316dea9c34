/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-lint-private.h"

/* `끝.` after the last words of an official letter. */

#define END "  끝."

typedef struct
{
  guint line;
  JipLintEnd end;
} Mark;

/* The last line of the text: what stands before 결문. */
static guint
last_of_text (const JipLintPaper *paper)
{
  guint n = MIN (paper->foot, paper->last + 1);

  while (n > 0 && jip_lint_line_is_blank (&paper->lines[n - 1]))
    n--;
  return n > 0 ? n - 1 : 0;
}

static gboolean
says_blank (const JipLintPaper *paper, const JipLintLine *line)
{
  for (guint i = line->body; i < line->end; i++)
    if (jip_text_starts_with (paper->chars, i, "이하 빈칸") > 0
        || jip_text_starts_with (paper->chars, i, "이하빈칸") > 0)
      return TRUE;
  return FALSE;
}

/* Whether the table that ends the text at line @n, or the line right below it, says `이하 빈칸`. */
static gboolean
table_ends (const JipLintPaper *paper, guint n)
{
  if (paper->lines[n].region == JIP_LINT_TEXT && n > 0 && says_blank (paper, &paper->lines[n]))
    return paper->lines[n - 1].region == JIP_LINT_IN_TABLE;
  for (guint i = n + 1; i-- > 0 && paper->lines[i].region == JIP_LINT_IN_TABLE;)
    if (says_blank (paper, &paper->lines[i]))
      return TRUE;
  return FALSE;
}

static GArray *
find_marks (const JipLintPaper *paper, guint last)
{
  GArray *marks = g_array_new (FALSE, FALSE, sizeof (Mark));

  for (guint n = 0; n <= last; n++)
    {
      Mark mark = { .line = n };
      if (jip_lint_line_is_blank (&paper->lines[n]) || !jip_lint_read_end (paper, &paper->lines[n], &mark.end)
          || (!mark.end.sure && n != last) || (paper->flags[mark.end.word] & JIP_LINT_QUOTED) != 0)
        continue;
      g_array_append_val (marks, mark);
    }
  return marks;
}

static gboolean
is_dress (gunichar c)
{
  return c == '-' || c == '<' || c == '>' || c == '(' || c == ')' || c == '[' || c == ']' || c == '!'
         || c == 0x3008 || c == 0x3009;
}

/* `- 끝 -`, `<끝>`, `(끝)` at the end of the line: the mark in another dress. Returns where it begins, with its spaces; the
 * line's end where there is none. */
static guint
find_dressed (const JipLintPaper *paper, const JipLintLine *line)
{
  const JipTextChar *chars = paper->chars;
  guint at = line->end, dresses = 0;

  for (; at > line->body && (chars[at - 1].c == ' ' || chars[at - 1].c == '.' || is_dress (chars[at - 1].c));
       at--)
    dresses += is_dress (chars[at - 1].c) ? 1 : 0;
  if (dresses == 0 || at == line->body || chars[at - 1].c != 0xB05D /* 끝 */)
    return line->end;
  for (at--; at > line->start && (chars[at - 1].c == ' ' || is_dress (chars[at - 1].c));)
    at--;
  return at > line->start && jip_lint_is_hangul (chars[at - 1].c) ? line->end : at;
}

/* What the spaces before and the dot behind should be. */
static void
check_form (const JipLintPaper *paper, const Mark *mark, JipLintFindings *out)
{
  const JipLintEnd *end = &mark->end;
  guint begin = end->begin;
  gboolean spaced = end->word - begin == 2;

  for (guint i = begin; i < end->word; i++)
    spaced &= paper->chars[i].raw == ' ' || paper->chars[i].raw == 0xA0;
  if (end->alone && paper->chars[begin].c == 0xFEFF)
    begin++;
  if (!spaced)
    jip_lint_found (out, begin, end->end, END, _ ("Write 끝. with two spaces before it."));
  else
    jip_lint_found (out, end->word, end->end, "끝.", _ ("Write a dot behind 끝."));
}

/* What follows a 끝. that is not the last line: 붙임 and text must stand before it. */
static gboolean
is_misplaced (const JipLintPaper *paper, const Mark *mark, guint last)
{
  for (guint n = mark->line + 1; n <= last; n++)
    {
      const JipLintLine *line = &paper->lines[n];
      if (jip_lint_line_is_blank (line))
        continue;
      if (line->region != JIP_LINT_TEXT || line->level > 0 || line->bullet != 0 || line->end - line->body > 20
          || paper->chars[line->end - 1].c == '.')
        return TRUE;
    }
  return FALSE;
}

static void
check_marks (const JipLintPaper *paper, const GArray *marks, guint last, JipLintFindings *out)
{
  const Mark *final = &g_array_index (marks, Mark, marks->len - 1);
  gboolean misplaced = final->line != last && is_misplaced (paper, final, last);

  for (guint i = 0; i + 1 < marks->len; i++)
    {
      const Mark *mark = &g_array_index (marks, Mark, i);
      jip_lint_found (
          out, mark->end.begin < mark->end.word && !mark->end.alone ? mark->end.begin : mark->end.word,
          mark->end.end, misplaced || mark->end.alone ? NULL : "", _ ("Write 끝. once, at the very end."));
    }
  if (misplaced)
    jip_lint_found (out, final->end.word, final->end.end, NULL,
                    _ ("끝. stands after the last words and after 붙임."));
  else if (final->line > 0 && final->end.alone && table_ends (paper, final->line - 1))
    jip_lint_found (out, final->end.word, final->end.end, NULL, _ ("이하 빈칸 in the table stands for 끝."));
  else
    check_form (paper, final, out);
}

void
jip_lint_end_mark (const JipLintPaper *paper, JipLintFindings *out)
{
  guint last = last_of_text (paper);
  const JipLintLine *line = &paper->lines[last];

  if (jip_lint_line_is_blank (line))
    return;
  g_autoptr (GArray) marks = find_marks (paper, last);
  if (marks->len > 0)
    check_marks (paper, marks, last, out);
  else if (find_dressed (paper, line) < line->end)
    jip_lint_found (out, find_dressed (paper, line), line->end, END,
                    _ ("Write 끝. with two spaces before it."));
  else if (!table_ends (paper, last))
    jip_lint_found_paper (out, _ ("끝. is missing after the last words."));
}
