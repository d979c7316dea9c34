/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-lint-private.h"

/* `붙임  1. 계획서 1부.` and below it, six columns in, `2. 신청서 1부.` */

#define INDENT 6
#define INDENT_TEXT "      "
/* Under a numbered attachment a long title may go on below its first letter, too. */
#define INDENT_HANGING 9

/* The lines from one 붙임 to the end of its list. */
typedef struct
{
  const JipLintPaper *paper;
  JipLintFindings *out;
  guint first, end; /* lines */
  JipLintAttachment head;
  guint numbers; /* how many attachments have one */
} List;

/* Behind `1.` and its spaces at @at, or 0. */
static guint
skip_number (const JipLintPaper *paper, guint at)
{
  guint end = at;

  while (jip_lint_is_digit (paper->chars[end].c))
    end++;
  if (end == at || end - at > 2 || paper->chars[end].c != '.' || jip_lint_is_digit (paper->chars[end + 1].c))
    return 0;
  return jip_lint_skip_spaces (paper, end + 1);
}

/* Where the words of an item in line @n begin: behind 붙임 and the number. */
static guint
item_begin (const List *list, guint n, gboolean *begins, gboolean *numbered)
{
  const JipLintLine *line = &list->paper->lines[n];
  JipLintAttachment attachment;
  guint at = line->body;

  *begins = jip_lint_read_attachment (list->paper, line, &attachment);
  if (*begins)
    at = attachment.content;
  guint after = skip_number (list->paper, at);
  *numbered = after > 0;
  return after > 0 ? after : at;
}

/* The end of what line @n says, without spaces and 끝. */
static guint
item_end (const List *list, guint n)
{
  const JipLintLine *line = &list->paper->lines[n];
  guint at = line->end;
  JipLintEnd end;

  if (jip_lint_read_end (list->paper, line, &end) && end.begin > line->body)
    return end.begin;
  while (at > line->body && list->paper->chars[at - 1].c == ' ')
    at--;
  return at;
}

/* The number of attachments that have one; a second in the same line counts. */
static guint
count_numbers (const List *list)
{
  guint count = 0;
  gboolean begins, numbered;

  for (guint n = list->first; n < list->end; n++)
    {
      guint at = item_begin (list, n, &begins, &numbered);
      count += numbered ? 1 : 0;
      for (; numbered && at + 3 < list->paper->lines[n].end; at++)
        if (list->paper->chars[at].c == ' ' && jip_lint_is_digit (list->paper->chars[at + 1].c)
            && skip_number (list->paper, at + 1) > at + 3)
          count++;
    }
  return count;
}

/* A page that is attached has 붙임 and a title above it: more text follows, and no number of copies is said. */
static gboolean
is_heading (const List *list)
{
  const JipLintPaper *paper = list->paper;
  const JipLintLine *line = &paper->lines[list->first];
  gboolean begins, numbered;
  JipLintEnd end;

  item_begin (list, list->first, &begins, &numbered);
  if (numbered || list->end > list->first + 1
      || jip_lint_has_count (paper, list->head.content, list->head.end)
      || jip_lint_read_end (paper, line, &end))
    return FALSE;
  for (guint n = list->end; n < paper->n_lines; n++)
    if (!jip_lint_line_is_blank (&paper->lines[n]))
      return paper->lines[n].region != JIP_LINT_IN_FOOT
             && !(jip_lint_read_end (paper, &paper->lines[n], &end) && end.alone);
  return FALSE;
}

/* `붙임` and two spaces, and no number before a lone attachment. */
static void
check_head (List *list)
{
  const JipLintPaper *paper = list->paper;
  const JipLintLine *line = &paper->lines[list->first];
  guint number = skip_number (paper, list->head.content), end = list->head.content;

  if (end >= line->end)
    {
      /* 붙임: stands alone, its list begins in the next line */
      gboolean joins = list->first + 1 < list->end;
      jip_lint_found (list->out, list->head.begin, joins ? paper->lines[list->first + 1].body : line->end,
                      joins ? "붙임  " : NULL, _ ("Write 붙임 and two spaces before what is attached."));
      return;
    }
  if (number > 0 && number < line->end && list->numbers == 1)
    {
      jip_lint_found (list->out, list->head.begin, number, "붙임  ", _ ("A lone attachment has no number."));
      return;
    }
  jip_lint_found (list->out, list->head.begin, end, "붙임  ",
                  _ ("Write 붙임 and two spaces before what is attached."));
}

/* The spaces that the line begins with become six; 붙임 is not said again. */
static void
check_indent (List *list, guint n, gboolean begins, gboolean numbered)
{
  const JipLintPaper *paper = list->paper;
  const JipLintLine *line = &paper->lines[n];
  JipLintAttachment again;
  guint columns = 0, mark = line->body;
  gboolean tab = FALSE;

  if (begins && jip_lint_read_attachment (paper, line, &again))
    {
      jip_lint_found (list->out, line->start, again.content, INDENT_TEXT,
                      _ ("Write 붙임 once and set what follows in by six columns."));
      return;
    }
  for (guint i = line->start; i < line->body; i++)
    {
      tab |= paper->chars[i].raw == '\t';
      columns += paper->chars[i].raw == 0x3000 ? 2 : 1;
    }
  if (!tab && (columns == INDENT || (!numbered && columns == INDENT_HANGING && list->numbers > 1)))
    return;
  mark = numbered ? line->mark_end : line->body + 1;
  g_autofree char *word = jip_lint_dup (paper, line->body, mark);
  g_autofree char *fix = g_strconcat (INDENT_TEXT, word, NULL);
  jip_lint_found (list->out, line->start, mark, fix, _ ("Set this line in by six columns."));
}

/* Each attachment ends with its count and a dot: `1부.` */
static void
check_count (List *list, guint begin, guint end)
{
  const JipLintPaper *paper = list->paper;

  if (begin >= end)
    return;
  if (!jip_lint_has_count (paper, begin, end))
    {
      jip_lint_found (list->out, begin, end, NULL, _ ("Say how many copies are attached: 1부."));
      return;
    }
  if (paper->chars[end - 1].c == '.')
    return;
  guint number = end;
  while (number > begin && !jip_lint_is_digit (paper->chars[number - 1].c))
    number--;
  while (number > begin && jip_lint_is_digit (paper->chars[number - 1].c))
    number--;
  g_autofree char *count = jip_lint_dup (paper, number, end);
  g_autofree char *fix = g_strconcat (count, ".", NULL);
  jip_lint_found (list->out, number, end, fix, _ ("Write a dot behind the count."));
}

static void
check_list (List *list)
{
  guint words = 0;

  if (is_heading (list))
    return;
  list->numbers = count_numbers (list);
  check_head (list);
  for (guint n = list->first; n < list->end; n++)
    {
      gboolean begins, numbered;
      guint begin = item_begin (list, n, &begins, &numbered), end = item_end (list, n);
      if (n > list->first && list->head.content < list->paper->lines[list->first].end)
        check_indent (list, n, begins, numbered);
      words = words > 0 && !numbered && !begins ? words : begin;
      /* a long title goes on in the next line */
      gboolean goes_on = FALSE;
      if (n + 1 < list->end && !jip_lint_has_count (list->paper, begin, end))
        {
          gboolean next_begins, next_numbered;
          item_begin (list, n + 1, &next_begins, &next_numbered);
          goes_on = !next_begins && !next_numbered;
        }
      if (!goes_on)
        {
          check_count (list, MAX (words, list->paper->lines[n].body), end);
          words = 0;
        }
    }
}

void
jip_lint_attachment (const JipLintPaper *paper, JipLintFindings *out)
{
  for (guint n = 0; n < paper->n_lines;)
    {
      List list = { .paper = paper, .out = out, .first = n };
      if (paper->lines[n].region != JIP_LINT_IN_ATTACHMENT
          || !jip_lint_read_attachment (paper, &paper->lines[n], &list.head))
        {
          n++;
          continue;
        }
      while (n < paper->n_lines && paper->lines[n].region == JIP_LINT_IN_ATTACHMENT)
        n++;
      list.end = n;
      check_list (&list);
    }
}
