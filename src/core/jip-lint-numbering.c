/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-lint-private.h"
#include "jip-numbering.h"

/* The marks of items, `1.` to `㉮`, and how far they are set in. */

#define LEVELS 8
/* A line that a sentence was cut in is about as long as the paper is wide. */
#define FULL_LINE 30
/* The final consonant ㅆ, of 했, 밝혔, 있. */
#define PAST 20
/* Longer lines are not searched for a second mark. */
#define MAX_INLINE 2000

/* The items of one level since the last one of a higher level. */
typedef struct
{
  gboolean open;
  gboolean flagged; /* the first item was reported already */
  guint first;      /* the line of the first item */
  guint count, last, last_inline;
} List;

typedef struct
{
  const JipLintPaper *paper;
  JipLintFindings *out;
  List lists[LEVELS + 1];
  /* places that are right, too: where the list before a list in someone's words goes on, and where one mistake leaves open
   * which item it was made in; 0 for none */
  guint others[LEVELS + 1][2];
  guint breaks, hard_breaks;           /* lines between items that are no part of the list */
  guint breaks_then, hard_breaks_then; /* when the last item was read */
} Reader;

static void
flag (Reader *reader, guint n, const char *message)
{
  const JipLintLine *line = &reader->paper->lines[n];
  jip_lint_found (reader->out, line->body, line->mark_end, NULL, message);
}

static void
close_list (Reader *reader, guint level)
{
  List *list = &reader->lists[level];

  if (list->open && list->count == 1 && !list->flagged)
    flag (reader, list->first, _ ("A lone item has no mark."));
  *list = (List){ 0 };
}

/* The last of the marks that go on in the same line: `① 접수 ② 심사`. */
static guint
read_inline (const JipLintPaper *paper, const JipLintLine *line)
{
  const JipTextChar *chars = paper->chars;
  guint index = line->index, end = MIN (line->end, line->content + MAX_INLINE);
  g_autofree char *next = jip_numbering_format (line->level, index + 1);

  for (guint i = line->content; i < end; i++)
    {
      guint after = chars[i - 1].c == ' ' ? jip_text_starts_with (chars, i, next) : 0;
      if (after == 0
          || (line->level <= 2 && (chars[after].c != ' ' || !jip_lint_is_hangul (chars[after + 1].c))))
        continue;
      index++;
      g_free (next);
      next = jip_numbering_format (line->level, index + 1);
    }
  return index;
}

static guint
parent_of (const Reader *reader, guint level)
{
  while (--level > 0 && !reader->lists[level].open)
    ;
  return level;
}

static void
begin_list (Reader *reader, guint n)
{
  const JipLintLine *line = &reader->paper->lines[n];
  guint parent = parent_of (reader, line->level);
  gboolean skipped
      = parent > 0 && parent + 1 < line->level && reader->hard_breaks == reader->hard_breaks_then;
  List *list = &reader->lists[line->level];

  *list = (List){ .open = TRUE, .first = n, .count = 1, .last = line->index, .flagged = TRUE };
  g_autofree char *mark = jip_numbering_format (skipped ? parent + 1 : line->level, 1);
  if (skipped)
    {
      g_autofree char *message = g_strdup_printf (_ ("A level is skipped: %s comes next."), mark);
      flag (reader, n, message);
    }
  else if (line->index != 1)
    {
      g_autofree char *message = g_strdup_printf (_ ("The list begins with %s"), mark);
      flag (reader, n, message);
    }
  else
    list->flagged = FALSE;
}

static gboolean
is_expected (const Reader *reader, const JipLintLine *line)
{
  const List *list = &reader->lists[line->level];
  const guint *others = reader->others[line->level];

  return line->index == list->last + 1 || line->index == list->last_inline + 1 || line->index == others[0]
         || line->index == others[1];
}

static void
continue_list (Reader *reader, guint n)
{
  const JipLintLine *line = &reader->paper->lines[n];
  List *list = &reader->lists[line->level];

  if (!is_expected (reader, line))
    {
      g_autofree char *mark = jip_numbering_format (line->level, list->last + 1);
      g_autofree char *message = g_strdup_printf (_ ("The order is broken: %s comes next."), mark);
      flag (reader, n, message);
      /* one mistake is told once: 1. 2. 2. 3., 1. 2. 2. 4. and 1. 3. 3. all go on */
      reader->others[line->level][0] = line->index <= list->last ? list->last + 1 : 0;
      reader->others[line->level][1] = list->last + 2;
    }
  list->count++;
  list->last = line->index;
}

static void
read_item (Reader *reader, guint n)
{
  const JipLintLine *line = &reader->paper->lines[n];
  List *list = &reader->lists[line->level];
  gboolean broken = reader->breaks != reader->breaks_then;

  for (guint deeper = line->level + 1; deeper <= LEVELS; deeper++)
    {
      close_list (reader, deeper);
      reader->others[deeper][0] = reader->others[deeper][1] = 0;
    }
  /* a new list, below a heading or, when the one before had several items, below an empty line */
  broken |= list->count > 1 && n > 0 && jip_lint_line_is_blank (line - 1);
  if (list->open && line->index == 1 && broken)
    {
      reader->others[line->level][0] = list->last + 1;
      close_list (reader, line->level);
    }
  if (list->open)
    continue_list (reader, n);
  else
    begin_list (reader, n);
  list->last_inline = read_inline (reader->paper, line);
  list->count += list->last_inline > line->index ? 1 : 0;
  reader->breaks_then = reader->breaks;
  reader->hard_breaks_then = reader->hard_breaks;
}

/* `…하였습니` and `다. 그리고` in the next line: a sentence that was cut there, unless a list waits for 다. */
static gboolean
is_cut_sentence (const Reader *reader, guint n)
{
  static const char *const stems[] = { "니", "하", "한", "된", "이", "란", "는", "될", "할" };
  const JipLintLine *line = &reader->paper->lines[n], *before = n > 0 ? line - 1 : NULL;

  if (line->level != 2 || line->index != 3 || line->body > line->start || reader->lists[2].last == 2
      || before == NULL || before->end - before->start < FULL_LINE)
    return FALSE;
  gunichar last = reader->paper->chars[before->end - 1].c;
  if (jip_lint_is_hangul (last) && (last - 0xAC00) % 28 == PAST)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (stems); i++)
    if (jip_text_ends_with (reader->paper->chars, before->end, stems[i]))
      return TRUE;
  return FALSE;
}

static void
read_line (Reader *reader, guint n)
{
  const JipLintLine *line = &reader->paper->lines[n];
  gboolean quoted = (reader->paper->flags[line->body] & (JIP_LINT_QUOTED | JIP_LINT_CITED)) != 0;

  if (line->level > 0 && !quoted && !is_cut_sentence (reader, n))
    {
      read_item (reader, n);
      return;
    }
  if (line->bullet == 0 && line->body > line->start)
    return; /* an item goes on */
  reader->breaks++;
  if (line->bullet != 0 || n == 0 || jip_lint_line_is_blank (line - 1))
    reader->hard_breaks++;
}

/* The numbers of 붙임 are a list of their own; whether a lone one may have a number is for the rule `attachment`. */
static void
read_attachment (Reader *reader, guint n, guint *last)
{
  const JipLintPaper *paper = reader->paper;
  const JipLintLine *line = &paper->lines[n];
  JipLintAttachment attachment;
  guint at = line->body, end, value = 0;

  if (jip_lint_read_attachment (paper, line, &attachment))
    at = attachment.content;
  for (end = at; jip_lint_is_digit (paper->chars[end].c) && end - at < 3; end++)
    value = value * 10 + (paper->chars[end].c - '0');
  if (end == at || paper->chars[end].c != '.' || jip_lint_is_digit (paper->chars[end + 1].c))
    return;
  if (value != *last + 1)
    {
      g_autofree char *message = g_strdup_printf (_ ("The order is broken: %u. comes next."), *last + 1);
      jip_lint_found (reader->out, at, end + 1, NULL, message);
    }
  *last = value;
}

void
jip_lint_numbering (const JipLintPaper *paper, JipLintFindings *out)
{
  Reader reader = { .paper = paper, .out = out };
  guint attached = 0;

  for (guint n = 0; n < paper->n_lines; n++)
    {
      const JipLintLine *line = &paper->lines[n];
      if (line->region != JIP_LINT_IN_ATTACHMENT)
        attached = 0;
      if (line->region == JIP_LINT_IN_ATTACHMENT)
        read_attachment (&reader, n, &attached);
      else if (line->region == JIP_LINT_TEXT && !jip_lint_line_is_blank (line))
        read_line (&reader, n);
    }
  for (guint level = LEVELS; level >= 1; level--)
    close_list (&reader, level);
}

/* The columns that spaces take; a tab has no width of its own. */
static guint
count_columns (const JipLintPaper *paper, guint begin, guint end, gboolean *tab)
{
  guint columns = 0;

  for (guint i = begin; i < end; i++)
    {
      *tab |= paper->chars[i].raw == '\t';
      columns += paper->chars[i].raw == 0x3000 ? 2 : 1;
    }
  return columns;
}

static void
check_indent (const JipLintPaper *paper, const JipLintLine *line, JipLintFindings *out)
{
  guint wanted = 2 * (line->level - 1), first = line->start + (paper->chars[line->start].c == 0xFEFF ? 1 : 0);
  gboolean tab = FALSE, mark_tab = FALSE;
  gboolean set_in = count_columns (paper, first, line->body, &tab) == wanted && !tab;
  guint space = count_columns (paper, line->mark_end, line->content, &mark_tab);
  gboolean spaced = line->content == line->end || (space == 1 && !mark_tab);

  if (set_in && spaced)
    return;
  g_autofree char *mark = jip_lint_dup (paper, line->body, line->mark_end);
  g_autofree char *fix = g_strdup_printf ("%*s%s%s", set_in ? 0 : (int) wanted, "", mark, spaced ? "" : " ");
  g_autofree char *message = set_in        ? g_strdup (_ ("One space stands between the mark and its text."))
                             : wanted == 0 ? g_strdup (_ ("This level begins at the left edge."))
                                           : g_strdup_printf (_ ("Set this level in by %u columns."), wanted);
  jip_lint_found (out, set_in ? line->body : first, spaced ? line->mark_end : line->content, fix, message);
}

void
jip_lint_indent (const JipLintPaper *paper, JipLintFindings *out)
{
  for (guint n = 0; n < paper->n_lines; n++)
    {
      const JipLintLine *line = &paper->lines[n];
      if (line->level > 0 && line->region == JIP_LINT_TEXT
          && (paper->flags[line->body] & (JIP_LINT_QUOTED | JIP_LINT_CITED)) == 0)
        check_indent (paper, line, out);
    }
}
