/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-lint-private.h"

/* report-ending: short items that are no sentences. */

#define DEFAULT_MAX_ITEM 70

static gboolean
is_item (const JipLintLine *line)
{
  return line->level > 0 || line->bullet != 0;
}

/* Whether the line goes on with the item of the line before: set in further than its mark, without one of its own. */
static gboolean
goes_on (const JipLintLine *item, const JipLintLine *line)
{
  return !jip_lint_line_is_blank (line) && !is_item (line) && line->region == item->region
         && line->body - line->start > item->body - item->start;
}

static guint
trimmed_end (const JipLintPaper *paper, const JipLintLine *line)
{
  guint end = line->end;

  while (end > line->body && jip_lint_is_space (paper->chars[end - 1].c))
    end--;
  return end;
}

/* An item's length without its mark and indent; a line it goes on in counts with the space before it. */
static void
check_length (const JipLintPaper *paper, guint n, JipLintFindings *out)
{
  const JipLintLine *line = &paper->lines[n];
  guint limit = paper->options->max_item > 0 ? paper->options->max_item : DEFAULT_MAX_ITEM;
  guint end = trimmed_end (paper, line), length = end - MIN (end, line->content);

  for (guint i = n + 1; i < paper->n_lines && goes_on (line, &paper->lines[i]) && length <= limit; i++)
    length += 1 + trimmed_end (paper, &paper->lines[i]) - paper->lines[i].body;
  if (length <= limit || line->content >= end)
    return;
  g_autofree char *message = g_strdup_printf (
      ngettext ("an item of a report has at most %u character: shorten it, or split it in two",
                "an item of a report has at most %u characters: shorten it, or split it in two", limit),
      limit);
  jip_lint_found (out, line->content, end, NULL, message);
}

static void
check_endings (const JipLintPaper *paper, const JipLintLine *line, JipLintFindings *out)
{
  for (guint i = line->content + 1; i + 1 < line->end; i++)
    {
      if (paper->chars[i].c != 0xB2E4 /* 다 */ || paper->chars[i + 1].c != '.'
          || !jip_lint_is_hangul (paper->chars[i - 1].c)
          || (paper->flags[i] & (JIP_LINT_QUOTED | JIP_LINT_CITED)) != 0)
        continue;
      gunichar next = paper->chars[i + 2].c;
      if (i + 2 < line->end && next != ' ' && next != ')')
        continue;
      jip_lint_found (out, i, i + 2, NULL,
                      _ ("a report has no sentences in -다.: end the item in a noun, -함 or -임"));
    }
}

void
jip_lint_report_ending (const JipLintPaper *paper, JipLintFindings *out)
{
  for (guint n = 0; n < paper->n_lines; n++)
    {
      const JipLintLine *line = &paper->lines[n];
      if (line->region == JIP_LINT_IN_TABLE || !jip_lint_line_is_written (paper, line))
        continue;
      if (is_item (line) && line->region == JIP_LINT_TEXT)
        check_length (paper, n, out);
      check_endings (paper, line, out);
    }
}
