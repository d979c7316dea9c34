/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-lint-private.h"

/* Marks quotations, 「」, brackets and addresses of the web: what rules leave alone. */

/* How far a quotation or a bracket may reach; one that is not closed by then is none. */
#define MAX_SPAN 1000

static void
mark (JipLintPaper *paper, guint begin, guint end, guint16 flag)
{
  for (guint i = begin; i < end; i++)
    paper->flags[i] |= flag;
}

static gboolean
is_blank_line_end (const JipLintPaper *paper, guint at)
{
  guint next = at + 1;

  while (next < paper->n_chars && (paper->chars[next].c == ' ' || paper->chars[next].c == '\r'))
    next++;
  return next >= paper->n_chars || paper->chars[next].c == '\n';
}

/* Where the bracket @open at @at is closed, in its paragraph; 0 where it is not. Brackets of one kind nest. */
static guint
find_close (const JipLintPaper *paper, guint at, gunichar open, gunichar close, gboolean one_line)
{
  guint depth = 0, limit = MIN (paper->n_chars, at + MAX_SPAN);

  for (guint i = at; i < limit; i++)
    {
      gunichar c = paper->chars[i].c;
      if (c == '\n' && (one_line || is_blank_line_end (paper, i)))
        return 0;
      if (c == open)
        depth++;
      else if (c == close && --depth == 0)
        return i;
    }
  return 0;
}

static const struct
{
  gunichar open, close;
  guint16 flag;
  gboolean one_line;
} pairs[] = {
  { 0x201C, 0x201D, JIP_LINT_QUOTED, FALSE }, { 0x2018, 0x2019, JIP_LINT_QUOTED, FALSE },
  { 0x300C, 0x300D, JIP_LINT_CITED, FALSE },  { 0x300E, 0x300F, JIP_LINT_CITED, FALSE },
  { 0xFF62, 0xFF63, JIP_LINT_CITED, FALSE },  { '(', ')', JIP_LINT_ROUND, TRUE },
};

static void
mark_pairs (JipLintPaper *paper)
{
  guint until[G_N_ELEMENTS (pairs)] = { 0 };

  for (guint i = 0; i < paper->n_chars; i++)
    for (guint k = 0; k < G_N_ELEMENTS (pairs); k++)
      if (paper->chars[i].c == pairs[k].open && i >= until[k])
        {
          guint close = find_close (paper, i, pairs[k].open, pairs[k].close, pairs[k].one_line);
          if (close > 0)
            mark (paper, i, close + 1, pairs[k].flag);
          /* what was searched in vain is not searched again */
          until[k] = close > 0 ? close + 1 : i + 1;
        }
}

static gboolean
is_open_place (const JipLintPaper *paper, guint at)
{
  gunichar before = at > 0 ? paper->chars[at - 1].c : ' ';
  return !g_unichar_isalnum (before);
}

/* '26 is a year without its century. */
static gboolean
is_year (const JipLintPaper *paper, guint at)
{
  const JipTextChar *chars = paper->chars + at;
  return jip_lint_is_digit (chars[1].c) && jip_lint_is_digit (chars[2].c) && !jip_lint_is_digit (chars[3].c);
}

/* Where the straight mark at @at is closed: on its line, behind a character that is no space. */
static guint
find_straight (const JipLintPaper *paper, guint at)
{
  gunichar quote = paper->chars[at].c;

  for (guint i = at + 1; i < paper->n_chars && i < at + MAX_SPAN && paper->chars[i].c != '\n'; i++)
    {
      if (paper->chars[i].c != quote)
        continue;
      gboolean opens = paper->chars[i - 1].c == ' ' && paper->chars[i + 1].c != ' ';
      if (quote == '\'' && (opens || is_year (paper, i)))
        return 0;
      return i > at + 1 ? i : 0;
    }
  return 0;
}

static void
mark_straight (JipLintPaper *paper)
{
  guint vain = 0; /* no straight double mark closes before here */

  for (guint i = 0; i < paper->n_chars; i++)
    {
      gunichar c = paper->chars[i].c;
      if ((c != '"' && c != '\'') || (c == '\'' && !is_open_place (paper, i)) || i < vain)
        continue;
      guint close = find_straight (paper, i);
      if (close > 0)
        {
          mark (paper, i, close + 1, JIP_LINT_QUOTED);
          i = close;
        }
    }
}

static gboolean
is_address_char (gunichar c)
{
  return c > ' ' && c < 127 && c != '<' && c != '>' && c != '"' && c != '(' && c != ')' && c != '|';
}

static gboolean
starts_address (const JipTextChar *chars, guint begin, guint end)
{
  for (guint i = begin; i < end; i++)
    {
      if (chars[i].c == '@' && i > begin && i + 1 < end)
        return TRUE;
      if (chars[i].c == ':' && chars[i + 1].c == '/' && chars[i + 2].c == '/')
        return TRUE;
    }
  return jip_text_starts_with (chars, begin, "www.") != 0;
}

/* A run of ASCII without spaces that holds `://` or `@`, or begins with `www.`; a last stop is the sentence's. */
static void
mark_addresses (JipLintPaper *paper)
{
  for (guint i = 0; i < paper->n_chars;)
    {
      guint end = i;
      while (is_address_char (paper->chars[end].c))
        end++;
      if (end > i && starts_address (paper->chars, i, end))
        mark (paper, i, end - (paper->chars[end - 1].c == '.' ? 1 : 0), JIP_LINT_URL);
      i = end + 1;
    }
}

/* Fills in the flags of @paper, whose lines are known. */
void
jip_lint_mark_spans (JipLintPaper *paper)
{
  mark_pairs (paper);
  mark_straight (paper);
  mark_addresses (paper);
}
