/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-lint-private.h"

/* Marks quotations, 「」, brackets and addresses of the web: what rules leave alone. */

/* How far a quotation or a bracket may reach; one that is closed later is none. */
#define MAX_SPAN 1000

/* How long a note of a statute may be. */
#define MAX_NOTE 200

static void
mark (JipLintPaper *paper, guint begin, guint end, guint16 flag)
{
  for (guint i = begin; i < end; i++)
    paper->flags[i] |= flag;
}

/* '26. 1. 6. and '26년: a year without its century. */
static gboolean
is_year (const JipLintPaper *paper, guint at)
{
  const JipTextChar *chars = paper->chars + at;
  gunichar after = jip_lint_is_digit (chars[1].c) && jip_lint_is_digit (chars[2].c) ? chars[3].c : 0;

  return after == '.' || after == 0xB144 /* 년 */ || after == '-' || after == '/'
         || jip_lint_is_tilde (after);
}

/* Brackets of one kind that are open, the newest last; more than MAX_OPEN deep the oldest is forgotten. */
#define MAX_OPEN 64

typedef struct
{
  guint at[MAX_OPEN];
  guint depth;
} Open;

static const struct
{
  gunichar open, close;
  guint16 flag;
} pairs[] = {
  { 0x201C, 0x201D, JIP_LINT_QUOTED }, { 0x2018, 0x2019, JIP_LINT_QUOTED },
  { 0x300C, 0x300D, JIP_LINT_CITED },  { 0x300E, 0x300F, JIP_LINT_CITED },
  { 0xFF62, 0xFF63, JIP_LINT_CITED },  { '(', ')', JIP_LINT_ROUND },
};
#define ROUND (G_N_ELEMENTS (pairs) - 1)

static void
push (Open *open, guint at)
{
  open->at[open->depth++ % MAX_OPEN] = at;
}

static void
pop (JipLintPaper *paper, Open *open, guint at, guint16 flag)
{
  if (open->depth == 0)
    return;
  guint begin = open->at[--open->depth % MAX_OPEN];
  if (at - begin < MAX_SPAN)
    mark (paper, begin, at + 1, flag);
}

/* Quotations and titles may go on in the next line of a paragraph, brackets may not. */
static void
mark_pairs (JipLintPaper *paper)
{
  Open open[G_N_ELEMENTS (pairs)] = { 0 };

  for (guint n = 0; n < paper->n_lines; n++)
    {
      const JipLintLine *line = &paper->lines[n];
      open[ROUND].depth = 0;
      for (guint k = 0; line->body == line->end && k < G_N_ELEMENTS (pairs); k++)
        open[k].depth = 0;
      for (guint i = line->body; i < line->end; i++)
        {
          gunichar c = paper->chars[i].c;
          if (c > ')' && (c < 0x2018 || c > 0x300F) && c != 0xFF62 && c != 0xFF63)
            continue;
          if ((c == 0x2018 || c == 0x2019) && is_year (paper, i))
            continue;
          for (guint k = 0; k < G_N_ELEMENTS (pairs); k++)
            if (c == pairs[k].open)
              push (&open[k], i);
            else if (c == pairs[k].close)
              pop (paper, &open[k], i, pairs[k].flag);
        }
    }
}

static gboolean
is_open_place (const JipLintPaper *paper, guint at)
{
  gunichar before = at > 0 ? paper->chars[at - 1].c : ' ';
  return !g_unichar_isalnum (before);
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
  for (guint i = 0; i < paper->n_chars; i++)
    {
      gunichar c = paper->chars[i].c;
      if ((c != '"' && c != '\'') || (c == '\'' && (!is_open_place (paper, i) || is_year (paper, i))))
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

/* Where in a run of ASCII the address begins: `http://`, `www.`, what stands before @; @end where there is none. */
static guint
find_address (const JipTextChar *chars, guint begin, guint end)
{
  guint word = begin;

  for (guint i = begin; i < end; i++)
    {
      gunichar c = chars[i].c;
      if (c == ':' && jip_text_starts_with (chars, i, "://") > 0 && i > word)
        return word;
      if (c == '@' && i > word && i + 1 < end)
        return word;
      if (c == 'w' && i == word && jip_text_starts_with (chars, i, "www.") > 0)
        return word;
      if (c == ':' || c == ',' || c == ';' || c == '=' || c == '[' || c == '/')
        word = i + 1;
    }
  return end;
}

/* An address goes on to the next space, Hangul or bracket; a last stop is the sentence's. */
static void
mark_addresses (JipLintPaper *paper)
{
  for (guint i = 0; i < paper->n_chars;)
    {
      guint end = i;
      while (is_address_char (paper->chars[end].c))
        end++;
      guint begin = end > i ? find_address (paper->chars, i, end) : end;
      if (begin < end)
        mark (paper, begin, end - (paper->chars[end - 1].c == '.' || paper->chars[end - 1].c == ',' ? 1 : 0),
              JIP_LINT_URL);
      i = end + 1;
    }
}

/* What a statute says of its own changes: `<개정 2014. 11. 19.>`, `[본조신설 2020.1.6]`. */
static void
mark_notes (JipLintPaper *paper)
{
  static const char *const words[] = { "개정",     "신설",     "삭제",     "시행",     "전문개정", "본조신설",
                                       "제목개정", "전부개정", "일부개정", "타법개정", "제정" };
  const JipTextChar *chars = paper->chars;

  for (guint i = 0; i < paper->n_chars; i++)
    {
      gunichar close = chars[i].c == '<' ? '>' : chars[i].c == '[' ? ']' : chars[i].c == 0x3008 ? 0x3009 : 0;
      guint after = 0, end = i;
      for (guint k = 0; close != 0 && after == 0 && k < G_N_ELEMENTS (words); k++)
        after = jip_text_starts_with (chars, i + 1, words[k]);
      if (after == 0 || chars[after].c != ' ')
        continue;
      while (end < paper->n_chars && end < i + MAX_NOTE && chars[end].c != close && chars[end].c != '\n')
        end++;
      if (chars[end].c == close)
        mark (paper, i, end + 1, JIP_LINT_CITED);
    }
}

/* Fills in the flags of @paper, whose lines are known. */
void
jip_lint_mark_spans (JipLintPaper *paper)
{
  mark_pairs (paper);
  mark_straight (paper);
  mark_addresses (paper);
  mark_notes (paper);
}
