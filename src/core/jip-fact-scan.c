/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-fact-private.h"

#include <string.h>

#include "jip-privacy-private.h"

/* Walks a text once and finds every value in it. What is no fact is stepped over: numbering, 제3조, page numbers, addresses
 * of the web, the counts of 붙임. */

/* Behind one space, or behind a line end with spaces around it: a value may run on over the end of a line. */
guint
jip_fact_skip_gap (const JipTextChar *chars, guint at)
{
  guint p = at;

  while (chars[p].c == ' ' && p - at < 3)
    p++;
  if (chars[p].c == '\r' && chars[p + 1].c == '\n')
    p++;
  if (chars[p].c != '\n')
    return chars[at].c == ' ' ? at + 1 : at;
  for (p++, at = p; chars[p].c == ' ' && p - at < 16;)
    p++;
  return p;
}

/* Whether no word goes on to the left of @at. */
gboolean
jip_fact_word_begins (const JipTextChar *chars, guint at)
{
  return at == 0 || !jip_fact_is_word (chars[at - 1].c);
}

static void
emit (JipFactScan *scan, const JipFact *fact)
{
  g_array_append_val (scan->facts, *fact);
  if (fact->form == JIP_FACT_DATE)
    jip_fact_remember_date (scan, fact);
  if (fact->form == JIP_FACT_TIME)
    jip_fact_remember_time (scan, fact);
}

static guint
skip_spaces (const JipTextChar *chars, guint at)
{
  while (chars[at].c == ' ' || chars[at].c == 0xFEFF)
    at++;
  return at;
}

static gboolean
line_ends_at (const JipFactScan *scan, guint at)
{
  at = skip_spaces (scan->chars, at);
  return at >= scan->n || jip_fact_is_line_end (scan->chars[at].c);
}

/* Behind `- 1 -`, `1 / 20`, `- 3쪽 -` when nothing else stands in the line; else 0. */
static guint
skip_page_number (const JipFactScan *scan, guint at)
{
  const JipTextChar *chars = scan->chars;
  guint p = skip_spaces (chars, at);
  gboolean dashes = chars[p].c == '-';
  guint digits = 0;

  p = dashes ? skip_spaces (chars, p + 1) : p;
  while (jip_fact_is_digit (chars[p].c) && digits < 5)
    p++, digits++;
  gboolean of = FALSE;
  guint q = skip_spaces (chars, p);
  if (digits > 0 && chars[q].c == '/' && jip_fact_is_digit (chars[skip_spaces (chars, q + 1)].c))
    {
      of = TRUE;
      for (p = skip_spaces (chars, q + 1); jip_fact_is_digit (chars[p].c) && digits < 10; digits++)
        p++;
    }
  if (chars[p].c == 0xCABD) /* 쪽 */
    p++;
  q = skip_spaces (chars, p);
  if (dashes && chars[q].c == '-')
    p = q + 1;
  else if (dashes)
    return 0;
  return digits > 0 && (dashes || of) && line_ends_at (scan, p) ? p : 0;
}

static gboolean
is_bullet (gunichar c)
{
  return c == 0x25A1 || c == 0x25CB || c == 0x3147 || c == '-' || c == 0xB7 || c == 0x203B || c == '*'
         || c == 0x25A0 || c == 0x25CF || c == 0x25C6 || c == 0x25C7 || c == 0x2022 || c == 0x25B6
         || c == 0x25AA || c == 0x318D || c == '|' || c == '>' || c == '#' || c == 0x25E6 || c == 0x25B7;
}

/* Behind `1.`, `2)`, `(3)`, `가.` at the beginning of a line; @at without one. */
static guint
skip_number_mark (const JipFactScan *scan, guint at)
{
  const JipTextChar *chars = scan->chars;
  gboolean bracket = chars[at].c == '(';
  guint first = bracket ? at + 1 : at, p = first;
  JipFact date = { 0 };

  while (jip_fact_is_digit (chars[p].c) && p - first < 3)
    p++;
  if (p == first || p - first > 2 + (bracket ? 0 : 1))
    return at;
  if (chars[p].c == ')' && !bracket
      && (chars[first].c == '0' || jip_fact_is_digit (chars[skip_spaces (chars, p + 1)].c)))
    return chars[p + 1].c == ' ' && chars[first].c != '0' ? p + 1 : at; /* 02)123-4567 is a telephone */
  if (chars[p].c == ')')
    return chars[p + 1].c == ' ' || !bracket ? p + 1 : at;
  if (bracket || chars[p].c != '.' || jip_fact_is_digit (chars[p + 1].c) || p - first > 2)
    return at;
  JipFactScan here = *scan;
  here.content = at;
  return jip_fact_match_date (&here, at, &date) > 0 ? at : p + 1;
}

/* The counts of a line with 붙임: `1부.`, `각 2부`. */
static gboolean
is_attachment_count (const JipFactScan *scan, const JipFact *fact)
{
  return fact->form == JIP_FACT_NUMBER && fact->unit == jip_word_add (JIP_WORD_SEED, 0xBD80)
         && scan->chars[fact->end].c == '.';
}

/* `(단위: 천원)`: what bare numbers of the table below count. Returns the index behind it, or 0. */
static guint
read_table_unit (JipFactScan *scan, guint at)
{
  const JipTextChar *chars = scan->chars;
  guint p = jip_text_starts_with (chars, at, "단위");
  JipFactValue value;
  JipUnit unit;

  p = p > 0 ? skip_spaces (chars, p) : 0;
  if (p == 0 || chars[p].c != ':')
    return 0;
  p = skip_spaces (chars, p + 1);
  guint after = jip_fact_read_sino (chars, p, &value);
  guint end = jip_fact_match_unit (scan, after > 0 ? after : p, TRUE, &unit);
  scan->table_unit = 0;
  if (unit.word == 0
      || (chars[end].c != ')' && chars[end].c != ']' && chars[end].c != ' ' && !line_ends_at (scan, end)))
    return 0;
  scan->table_unit = unit.word;
  scan->table_power = 0;
  for (guint64 n = after > 0 ? value.digits : 1; n >= 10; n /= 10)
    scan->table_power++;
  return end;
}

/* Begins a line at @at: steps over page numbers, bullets and marks. */
static guint
begin_line (JipFactScan *scan, guint at)
{
  const JipTextChar *chars = scan->chars;
  guint page = skip_page_number (scan, at);

  if (page > 0)
    return page;
  guint p = skip_spaces (chars, at);
  if (jip_fact_is_line_end (chars[p].c) && at > 0)
    scan->table_unit = 0;
  while (is_bullet (chars[p].c)
         && (chars[p + 1].c == ' ' || chars[p].c != '-' || jip_fact_is_word (chars[p + 1].c)))
    p = skip_spaces (chars, p + 1);
  guint mark = skip_number_mark (scan, p);
  scan->content = skip_spaces (chars, mark);
  return mark > p ? mark : p;
}

static gboolean
is_address_char (gunichar c)
{
  return jip_fact_is_digit (c) || jip_fact_is_latin (c)
         || (c > ' ' && c < 128 && strchr ("-._/@:+%~?=&#", (int) c) != NULL);
}

static gboolean
run_has (const JipTextChar *chars, guint begin, guint end, const char *word)
{
  guint length = (guint) strlen (word);

  for (guint p = begin; p + length <= end; p++)
    {
      guint i = 0;
      while (i < length
             && (gunichar) word[i] == (gunichar) g_ascii_tolower ((gchar) MIN (chars[p + i].c, 127u)))
        i++;
      if (i == length)
        return TRUE;
    }
  return FALSE;
}

/* Whether @at lies in a web or mail address; looks at each run of its characters once. */
static gboolean
in_address (JipFactScan *scan, guint at)
{
  static const char *const signs[] = { "://", "www.", "@", ".kr", ".com", ".net", ".org" };

  if (at < scan->run_end)
    return scan->run_is_address;
  guint end = at;
  while (is_address_char (scan->chars[end].c))
    end++;
  scan->run_end = end;
  scan->run_is_address = FALSE;
  gboolean letters = FALSE;
  for (guint p = at; p < end && !letters; p++)
    letters = jip_fact_is_latin (scan->chars[p].c);
  for (guint i = 0; i < G_N_ELEMENTS (signs) && letters && !scan->run_is_address; i++)
    scan->run_is_address = run_has (scan->chars, at, end, signs[i]);
  return scan->run_is_address;
}

/* Behind 제3조의2, 제12회: 제 stands before @at; else 0. */
static guint
skip_ordinal (const JipFactScan *scan, guint at)
{
  static const gunichar before[] = { 0xC870, 0xD56D, 0xD638, 0xBAA9, 0xD3B8, 0xC7A5, 0xC808, 0xAD00, 0xCC28 };
  const JipTextChar *chars = scan->chars;
  guint p = at > 0 && chars[at - 1].c == ' ' ? at - 1 : at;
  gboolean alone;

  if (p == 0 || chars[p - 1].c != 0xC81C) /* 제 */
    return 0;
  alone = jip_fact_word_begins (chars, p - 1);
  for (guint i = 0; i < G_N_ELEMENTS (before) && !alone; i++)
    alone = chars[p - 2].c == before[i];
  /* 제조업 제5조의2: chains such as 제3조제2항 */
  alone |= p >= 2 && jip_fact_is_digit (chars[p - 2].c);
  if (!alone)
    return 0;
  for (p = at; jip_fact_is_digit (chars[p].c)
               || ((chars[p].c == '-' || chars[p].c == ',') && jip_fact_is_digit (chars[p + 1].c));)
    p++;
  p = chars[p].c == ' ' && jip_fact_is_hangul (chars[p + 1].c) ? p + 1 : p;
  if (jip_fact_is_hangul (chars[p].c))
    p++;
  if (chars[p].c == 0xC758 && jip_fact_is_digit (chars[p + 1].c)) /* 의2 */
    for (p++; jip_fact_is_digit (chars[p].c);)
      p++;
  return p;
}

/* Behind the number of 붙임 1, 표 2, 그림 3, 별지 4: the paper's own order. */
static guint
skip_reference (const JipFactScan *scan, guint at)
{
  static const char *const words[]
      = { "붙임", "별첨", "별표", "별지", "참고", "표", "그림", "부록", "서식", "첨부" };
  const JipTextChar *chars = scan->chars;
  JipUnit unit;
  guint p = at, end = at;

  while (p > 0 && at - p < 2 && chars[p - 1].c == ' ')
    p--;
  while (jip_fact_is_digit (chars[end].c))
    end++;
  if (end - at > 2 || jip_fact_match_unit (scan, end, TRUE, &unit) > end || !jip_fact_tail_fits (chars, end)
      || (chars[end].c == '.' && jip_fact_is_digit (chars[end + 1].c)))
    return 0;
  gunichar next = chars[end].c == ' ' ? chars[end + 1].c : chars[end].c;
  if (next == '%'
      || (chars[end].c == '.' && chars[end + 1].c == ' ' && jip_fact_is_digit (chars[end + 2].c)
          && end - at == 4))
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (jip_text_ends_with (chars, p, words[i]))
      {
        guint begin = p - (guint) g_utf8_strlen (words[i], -1);
        return jip_fact_word_begins (chars, begin) ? end : 0;
      }
  return 0;
}

/* Telephone numbers in any writing are one value. */
static guint
match_phone (const JipFactScan *scan, guint at, JipFact *fact)
{
  guint end = jip_privacy_match_phone (scan->chars, at);

  if (end == 0)
    return 0;
  fact->form = JIP_FACT_TOKEN;
  fact->kind = JIP_GROUND_NUMBER;
  fact->begin = at;
  fact->end = end;
  g_autofree char *digits = jip_privacy_canonical (scan->chars, at, end);
  fact->token = jip_word_add (jip_word_of (digits), 'P');
  return end;
}

/* `2) 대상` in the middle of a line: a digit or two before a bracket that nothing opened. */
static gboolean
is_inner_mark (const JipFactScan *scan, guint at)
{
  const JipTextChar *chars = scan->chars;
  guint p = at;

  while (jip_fact_is_digit (chars[p].c) && p - at < 3)
    p++;
  if (p - at <= 2 && chars[p].c == ')' && chars[p + 1].c == ' ' && at > 1 && chars[at - 1].c == '('
      && chars[at - 2].c == ' ')
    return TRUE; /* … (1) 대상 (2) 방법 */
  if (p - at > 2 || chars[p].c != ')' || (at > 0 && chars[at - 1].c != ' '))
    return FALSE;
  for (guint q = at; q > 0 && at - q < 60 && !jip_fact_is_line_end (chars[q - 1].c); q--)
    if (chars[q - 1].c == '(' || chars[q - 1].c == ')')
      return chars[q - 1].c == ')';
  return TRUE;
}

static guint
scan_digits (JipFactScan *scan, guint at)
{
  JipFact fact = { 0 };
  guint end = skip_ordinal (scan, at);

  if (end == 0)
    end = skip_reference (scan, at);
  if (end > 0)
    return end;
  if (in_address (scan, at))
    return scan->run_end;
  end = match_phone (scan, at, &fact);
  if (end == 0 && is_inner_mark (scan, at))
    {
      for (end = at; jip_fact_is_digit (scan->chars[end].c);)
        end++;
      return end;
    }
  if (end == 0)
    {
      memset (&fact, 0, sizeof fact);
      end = jip_fact_match_date (scan, at, &fact);
    }
  if (end == 0)
    {
      memset (&fact, 0, sizeof fact);
      end = jip_fact_match_clock (scan, at, &fact);
    }
  if (end == 0)
    {
      memset (&fact, 0, sizeof fact);
      end = jip_fact_match_token (scan, at, &fact);
    }
  if (end == 0)
    {
      memset (&fact, 0, sizeof fact);
      end = jip_fact_match_quantity (scan, at, &fact);
    }
  if (is_attachment_count (scan, &fact))
    return end;
  emit (scan, &fact);
  return end;
}

static gboolean
digits_or_letter_follow (const JipTextChar *chars, guint at)
{
  return jip_fact_is_digit (chars[at + 1].c) || (chars[at].c == '-' && jip_fact_is_latin (chars[at + 1].c));
}

/* A4, KF94, COVID-19: letters and digits that are one name. */
static guint
scan_latin (JipFactScan *scan, guint at)
{
  const JipTextChar *chars = scan->chars;
  guint end = at;
  JipFact fact = { .kind = JIP_GROUND_NUMBER, .form = JIP_FACT_TOKEN, .begin = at };
  gboolean digits = FALSE;

  if (in_address (scan, at))
    return scan->run_end;
  fact.token = JIP_WORD_SEED;
  while (jip_fact_is_latin (chars[end].c) || jip_fact_is_digit (chars[end].c)
         || ((chars[end].c == '-' || chars[end].c == '.') && digits_or_letter_follow (chars, end)))
    {
      digits |= jip_fact_is_digit (chars[end].c);
      fact.token = jip_word_add (fact.token, g_unichar_tolower (chars[end].c));
      end++;
    }
  fact.end = end;
  if (digits)
    emit (scan, &fact);
  return end;
}

/* A mark of masked data: [전화번호1]. */
static guint
skip_masked (const JipTextChar *chars, guint at)
{
  guint p = at + 1;

  while (jip_fact_is_hangul (chars[p].c) && p - at < 10)
    p++;
  guint digits = p;
  while (jip_fact_is_digit (chars[digits].c) && digits - p < 7)
    digits++;
  return p > at + 1 && digits > p && chars[digits].c == ']' ? digits + 1 : at + 1;
}

static gboolean
is_apostrophe (gunichar c)
{
  return c == '\'' || c == 0x2019 || c == 0x2018 || c == '`' || c == 0xB4;
}

/* The syllables that words for numbers and times of day begin with: all others need no look. */
static gboolean
may_begin_value (gunichar c)
{
  switch (c)
    {
    case U'오':
    case U'새':
    case U'아':
    case U'한':
    case U'낮':
    case U'저':
    case U'밤':
    case U'영':
    case U'정':
    case U'자':
    case U'두':
    case U'서':
    case U'너':
    case U'네':
    case U'대':
    case U'예':
    case U'스':
    case U'마':
    case U'일':
    case U'여':
    case U'열':
    case U'쉰':
    case U'하':
    case U'다':
    case U'둘':
    case U'세':
    case U'셋':
    case U'석':
    case U'넷':
    case U'넉':
    case U'공':
    case U'이':
    case U'삼':
    case U'사':
    case U'육':
    case U'륙':
    case U'칠':
    case U'팔':
    case U'구':
    case U'십':
    case U'백':
    case U'천':
    case U'만':
    case U'억':
    case U'조':
    case U'금':
      return TRUE;
    default:
      return FALSE;
    }
}

static guint
scan_hangul (JipFactScan *scan, guint at)
{
  JipFact fact = { 0 };
  guint end = jip_fact_match_half (scan, at);

  if (end > 0)
    return end;
  end = jip_text_starts_with (scan->chars, at, "영하");
  if (end > 0 && jip_fact_word_begins (scan->chars, at))
    {
      scan->minus_at = scan->chars[end].c == ' ' ? end + 1 : end;
      scan->minus_begin = at;
      return end;
    }
  end = jip_fact_match_noon (scan, at, &fact);
  if (end == 0)
    {
      memset (&fact, 0, sizeof fact);
      end = jip_fact_match_numeral (scan, at, &fact);
    }
  if (end == 0)
    return at + 1;
  emit (scan, &fact);
  return end;
}

static guint
scan_sign (JipFactScan *scan, guint at)
{
  const JipTextChar *chars = scan->chars;
  gunichar c = chars[at].c;
  JipFact fact = { 0 };
  guint end = 0;

  if (c == '[')
    return skip_masked (chars, at);
  if (c == '+' || c == '(')
    end = match_phone (scan, at, &fact);
  else if (is_apostrophe (c) && jip_fact_is_digit (chars[at + 1].c))
    end = jip_fact_match_date (scan, at, &fact);
  else if (c == '$' || (c >= 0xA2 && c <= 0xA5) || (c >= 0x20A0 && c <= 0x20BF))
    end = jip_fact_match_money (scan, at, &fact);
  else if ((c == 0x25B3 || c == 0x25B2 || c == '-' || c == 0x2212) && jip_fact_is_digit (chars[at + 1].c)
           && jip_fact_word_begins (chars, at)
           && (c != '-' || at == 0 || chars[at - 1].c == ' ' || chars[at - 1].c == '('))
    {
      scan->minus_at = at + 1;
      scan->minus_begin = at;
    }
  if (end == 0)
    return c == '(' ? MAX (read_table_unit (scan, at + 1), at + 1) : at + 1;
  emit (scan, &fact);
  return end;
}

/* Finds numbers, dates, times and amounts; @facts gets them in their order. */
void
jip_fact_scan_values (const JipTextChar *chars, guint n, const JipGroundRules *rules, GArray *facts)
{
  JipFactScan scan = { .chars = chars,
                       .n = n,
                       .rules = rules,
                       .facts = facts,
                       .half_at = G_MAXUINT,
                       .date_at = G_MAXUINT,
                       .time_at = G_MAXUINT };
  guint p = begin_line (&scan, 0);

  while (p < n)
    {
      gunichar c = chars[p].c;
      if (jip_fact_is_line_end (c))
        p = begin_line (&scan, p + 1);
      else if (jip_fact_is_digit (c))
        p = scan_digits (&scan, p);
      else if (jip_fact_is_latin (c))
        p = scan_latin (&scan, p);
      else if (jip_fact_is_hangul (c))
        p = jip_fact_word_begins (chars, p) && may_begin_value (c) ? scan_hangul (&scan, p) : p + 1;
      else
        p = c == ' ' ? p + 1 : scan_sign (&scan, p);
    }
}
