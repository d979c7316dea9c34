/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-lint-moments.h"
#include "jip-numbering.h"

/* The place of a letter that is in no place. */
#define WRONG_INDEX 10000

/* `999.` is a mark; `2026.` is a year. */
#define MAX_MARK_DIGITS 3

/* Marks of the other system, and what else offices begin a line with. */
static const gunichar bullets[]
    = { 0x25A1, 0x25A0, 0x25CB, 0x25CF, 0x25E6, 0x25EF, 0x3147, 0xB7,   0x2022, 0x318D,
        0x30FB, 0x203B, 0x25AA, 0x25AB, 0x25C6, 0x25C7, 0x25B6, 0x25B7, 0x25B8, 0x25B9,
        0x25CE, 0x2605, 0x2606, 0x261E, 0x261B, 0x2756, 0x27A2, 0x27A4, 0x2714, 0x2713 };

gboolean
jip_lint_is_space (gunichar c)
{
  return c == ' ' || c == 0xFEFF;
}

/* Behind what may be a mark of the official system at @at, or 0. */
static guint
skip_mark (const JipTextChar *chars, guint at)
{
  gboolean open = chars[at].c == '(';
  guint first = at += open ? 1 : 0;

  if (!open
      && ((chars[at].c >= 0x2460 && chars[at].c <= 0x2473)
          || (chars[at].c >= 0x3251 && chars[at].c <= 0x32BF)))
    return at + 1;
  while (jip_lint_is_digit (chars[at].c) && at - first <= MAX_MARK_DIGITS)
    at++;
  if (at - first > MAX_MARK_DIGITS)
    return 0;
  if (at == first && jip_lint_is_hangul (chars[at].c))
    at++;
  if (at == first || (chars[at].c != ')' && (open || chars[at].c != '.')))
    return 0;
  return at + 1;
}

/* `30.까지`, `1.(금)`: the end of a date that began in the line before. */
static gboolean
is_date_tail (const JipLintPaper *paper, guint at)
{
  static const char *const tails[] = { "부터", "까지", "에",   "자",   "~",    "∼",    ",",   ")",
                                       "(월)", "(화)", "(수)", "(목)", "(금)", "(토)", "(일)" };

  for (guint i = 0; i < G_N_ELEMENTS (tails); i++)
    if (jip_text_starts_with (paper->chars, at, tails[i]) > 0)
      return TRUE;
  return FALSE;
}

/* `2.2026년`: the space after the mark is missing. */
static gboolean
is_year (const JipLintPaper *paper, guint at)
{
  guint end = at;

  while (jip_lint_is_digit (paper->chars[end].c) && end - at < 5)
    end++;
  return end == at + 4 && paper->chars[at].c <= '2'
         && (paper->chars[end].c == 0xB144 /* 년 */ || paper->chars[end].c == '.');
}

/* `5. 1.(금)` and `12. 24.∼` begin with a date, `3.5` with a number. */
static gboolean
is_date_or_number (const JipLintPaper *paper, const JipLintLine *line)
{
  guint at = line->mark_end, first;

  /* 가.나.다 순 is a list in a sentence */
  if (line->level == 2)
    return jip_lint_is_hangul (paper->chars[at].c) && paper->chars[at + 1].c == '.';
  if (line->level != 1)
    return FALSE;
  if (jip_lint_is_digit (paper->chars[at].c) ? !is_year (paper, at) : is_date_tail (paper, at))
    return TRUE;
  at += paper->chars[at].c == ' ' ? 1 : 0;
  for (first = at; jip_lint_is_digit (paper->chars[at].c);)
    at++;
  gunichar next = paper->chars[at].c == '.' ? paper->chars[at + 1].c : 0;
  return line->index <= 12 && at > first && at - first <= 2 && next != 0 && !jip_lint_is_digit (next)
         && !(next == ' ' && jip_lint_is_digit (paper->chars[at + 2].c));
}

/* The mark of a line, read in its folded form: `１．` and `1.` are the same. */
static void
read_mark (const JipLintPaper *paper, JipLintLine *line)
{
  guint after = skip_mark (paper->chars, line->body);
  char mark[(MAX_MARK_DIGITS + 2) * 6 + 1] = { 0 };
  const char *rest;
  gsize used = 0;

  if (after == 0 || after > line->end)
    return;
  for (guint i = line->body; i < after; i++)
    used += (gsize) g_unichar_to_utf8 (paper->chars[i].c, mark + used);
  line->level = jip_numbering_scan (mark, &line->index, &rest);
  if (line->level == 0 && paper->chars[line->body].c == 0xAC38 /* 갸 */ && paper->chars[after].c == ' ')
    {
      /* what some write after 하., where 거. belongs */
      line->level = paper->chars[after - 1].c == '.' ? 2 : 4;
      line->index = WRONG_INDEX;
    }
  line->mark_end = line->level > 0 ? after : line->body;
  if (is_date_or_number (paper, line))
    {
      line->level = line->index = 0;
      line->mark_end = line->body;
    }
}

/* A dash or star needs a space behind it; `- … -` is a sub-title, no item. */
static void
read_bullet (const JipLintPaper *paper, JipLintLine *line)
{
  const JipTextChar *chars = paper->chars + line->body;
  gboolean spaced = line->body + 1 == line->end || jip_lint_is_space (chars[1].c);
  gboolean found = FALSE;

  if (chars[0].c == '-' || chars[0].c == '*' || chars[0].c == 'o' || chars[0].c == 'O')
    found = spaced || (chars[0].c == '-' && jip_lint_is_hangul (chars[1].c));
  for (guint i = 0; !found && i < G_N_ELEMENTS (bullets); i++)
    found = chars[0].c == bullets[i];
  if (!found || (chars[0].c == '-' && line->end - line->body > 2 && paper->chars[line->end - 1].c == '-'))
    return;
  line->bullet = chars[0].c;
  line->mark_end = line->body + 1;
}

static void
read_line (const JipLintPaper *paper, guint start, guint end, JipLintLine *line)
{
  if (end > start && paper->chars[end - 1].c == '\r')
    end--;
  *line = (JipLintLine){ .start = start, .end = end, .body = start };
  while (line->body < end && jip_lint_is_space (paper->chars[line->body].c))
    line->body++;
  line->mark_end = line->body;
  if (line->body < end)
    read_mark (paper, line);
  if (line->body < end && line->level == 0)
    read_bullet (paper, line);
  line->content = line->mark_end;
  while (line->content < end && jip_lint_is_space (paper->chars[line->content].c))
    line->content++;
}

/* Whether the line ends in `2026.` or `2026. 5.`: what follows in the next one is the rest of a date. */
static gboolean
ends_in_year (const JipLintPaper *paper, const JipLintLine *line)
{
  guint at = line->end;

  for (guint part = 0; part < 2; part++)
    {
      while (at > line->body && paper->chars[at - 1].c == ' ')
        at--;
      if (at == line->body || paper->chars[at - 1].c != '.')
        return FALSE;
      guint end = --at;
      while (at > line->body && jip_lint_is_digit (paper->chars[at - 1].c))
        at--;
      if (end - at == 4)
        return TRUE;
      if (end == at || end - at > 2)
        return FALSE;
    }
  return FALSE;
}

static void
read_lines (JipLintPaper *paper)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (JipLintLine));
  guint start = 0;

  for (guint i = 0; i <= paper->n_chars; i++)
    if (i == paper->n_chars || paper->chars[i].c == '\n')
      {
        JipLintLine line;
        read_line (paper, start, i, &line);
        if (line.body < line.end)
          paper->last = lines->len;
        if (line.level == 1 && lines->len > 0
            && ends_in_year (paper, &g_array_index (lines, JipLintLine, lines->len - 1)))
          {
            line.level = line.index = 0;
            line.mark_end = line.content = line.body;
          }
        g_array_append_val (lines, line);
        start = i + 1;
      }
  paper->n_lines = lines->len;
  paper->lines = (JipLintLine *) (gpointer) g_array_free (lines, FALSE);
}

/**
 * jip_lint_paper_init:
 * @paper: (out caller-allocates): to be emptied with jip_lint_paper_clear()
 * @text: (array length=length): must outlive @paper
 */
void
jip_lint_paper_init (JipLintPaper *paper, const char *text, gsize length, const JipLintOptions *options)
{
  GArray *chars = jip_text_fold (text, length);

  *paper = (JipLintPaper){ .text = text, .length = length, .options = options };
  paper->n_chars = chars->len - 1;
  paper->chars = (const JipTextChar *) (gpointer) g_array_free (chars, FALSE);
  paper->flags = g_new0 (guint16, paper->n_chars + 1);
  read_lines (paper);
  jip_lint_mark_spans (paper);
  jip_lint_mark_regions (paper);
  paper->moments = jip_lint_read_moments (paper);
}

void
jip_lint_paper_clear (JipLintPaper *paper)
{
  g_free ((gpointer) paper->chars);
  g_free (paper->lines);
  g_free (paper->flags);
  g_array_unref (paper->moments);
}

gboolean
jip_lint_line_is_blank (const JipLintLine *line)
{
  return line->body == line->end;
}

guint
jip_lint_skip_spaces (const JipLintPaper *paper, guint at)
{
  while (paper->chars[at].c == ' ')
    at++;
  return at;
}

/* The number of the line that character @at stands in, from 0. */
guint
jip_lint_line_of (const JipLintPaper *paper, guint at)
{
  guint low = 0, high = paper->n_lines;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;
      if (paper->lines[middle].start <= at)
        low = middle;
      else
        high = middle;
    }
  return low;
}

/* The bytes of characters @begin to @end as they stand in the text. */
char *
jip_lint_dup (const JipLintPaper *paper, guint begin, guint end)
{
  gsize start = paper->chars[begin].start;
  return g_strndup (paper->text + start, paper->chars[end].start - start);
}
