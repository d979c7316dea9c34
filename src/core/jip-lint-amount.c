/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-lint-private.h"

/* Amounts: `금113,560원(금일십일만삼천오백육십원)`, and `345천원` where no `(단위: …)` stands above. */

#define LEAVE_ALONE (JIP_LINT_QUOTED | JIP_LINT_CITED | JIP_LINT_URL)
#define MAX_AMOUNT G_GUINT64_CONSTANT (1000000000000000000)
/* How long a bracket behind an amount may be. */
#define MAX_BRACKET 200
/* A paper is headed by (단위: …) in one of its first lines. */
#define HEAD_LINES 5

static const struct
{
  gunichar c;
  guint64 value;
} units[] = { { 0xC2ED, 10 },        /* 십 */
              { 0xBC31, 100 },       /* 백 */
              { 0xCC9C, 1000 },      /* 천 */
              { 0xB9CC, 10000 },     /* 만 */
              { 0xC5B5, 100000000 }, /* 억 */
              { 0xC870, 1000000000000 } /* 조 */ };

/* 영일이삼사오육칠팔구 */
static const gunichar digits[]
    = { 0xC601, 0xC77C, 0xC774, 0xC0BC, 0xC0AC, 0xC624, 0xC721, 0xCE60, 0xD314, 0xAD6C };

static guint64
unit_of (gunichar c)
{
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (units[i].c == c)
      return units[i].value;
  return 0;
}

static int
digit_of (gunichar c)
{
  for (guint i = 0; i < G_N_ELEMENTS (digits); i++)
    if (digits[i] == c)
      return (int) i;
  return -1;
}

static guint
skip_spaces (const JipTextChar *chars, guint at)
{
  while (chars[at].c == ' ')
    at++;
  return at;
}

/* `113,560` as whole numbers go; FALSE when there is none or it is too large. */
static gboolean
read_number (const JipTextChar *chars, guint *at, guint64 *value)
{
  guint start = *at;

  for (*value = 0;
       jip_lint_is_digit (chars[*at].c) || (chars[*at].c == ',' && jip_lint_is_digit (chars[*at + 1].c));
       (*at)++)
    if (chars[*at].c != ',')
      {
        *value = *value * 10 + (chars[*at].c - '0');
        if (*value > MAX_AMOUNT)
          return FALSE;
      }
  return *at > start;
}

/* An amount in figures, words or both: `113,560`, `5억 3천만`, `일십일만삼천오백육십`. Larger units stand before smaller. */
static gboolean
read_amount (const JipTextChar *chars, guint *at, guint64 *total)
{
  guint64 section = 0, number = 0, last_small = 10000, last_big = MAX_AMOUNT;
  gboolean pending = FALSE, any = FALSE;

  for (*total = 0;; any = TRUE)
    {
      guint here = any ? skip_spaces (chars, *at) : *at;
      guint64 unit = unit_of (chars[here].c);
      int digit = digit_of (chars[here].c);
      if (jip_lint_is_digit (chars[here].c) || digit >= 0)
        {
          if (pending)
            return FALSE;
          number = digit >= 0 ? (guint64) digit : 0;
          here += digit >= 0 ? 1 : 0;
          if (digit < 0 && !read_number (chars, &here, &number))
            return FALSE;
          pending = TRUE;
        }
      else if (unit >= 10000 && unit < last_big && (pending || section > 0 || (!any && unit == 10000)))
        {
          section += pending ? number : !any ? 1 : 0; /* 만원 is 일만원 */
          if (section > MAX_AMOUNT / unit)
            return FALSE;
          *total += section * unit;
          section = 0;
          last_small = 10000;
          last_big = unit;
          pending = FALSE;
          here++;
        }
      else if (unit > 0 && unit < last_small)
        {
          if (pending && number > MAX_AMOUNT / unit)
            return FALSE;
          section += (pending ? number : 1) * unit;
          last_small = unit;
          pending = FALSE;
          here++;
        }
      else
        break;
      *at = here;
    }
  *total += section + (pending ? number : 0);
  return any && *total <= MAX_AMOUNT;
}

/* Behind 원 and 정, or 0. */
static guint
skip_won (const JipTextChar *chars, guint at)
{
  at = skip_spaces (chars, at);
  if (chars[at].c != 0xC6D0 /* 원 */)
    return 0;
  at++;
  return chars[at].c == 0xC815 /* 정 */ ? at + 1 : at;
}

/* `월·수·금 10,000원` has a Friday, `요  금` is one word that is spread. */
static gboolean
is_other_word (const JipTextChar *chars, guint at)
{
  static const char *const spread[]
      = { "요", "상", "벌", "현", "세", "임", "예", "적", "기", "잔", "원", "공" };
  static const char *const days[] = { "월", "화", "수", "목", "토", "일" };
  guint word = at, sign;

  while (word > 0 && chars[word - 1].c == ' ')
    word--;
  for (guint i = 0; word < at && i < G_N_ELEMENTS (spread); i++)
    if (jip_text_ends_with (chars, word, spread[i]) && (word < 2 || !g_unichar_isalnum (chars[word - 2].c)))
      return TRUE;
  sign = word > 0 && !jip_lint_is_hangul (chars[word - 1].c) ? word - 1 : word;
  while (sign > 0 && chars[sign - 1].c == ' ')
    sign--;
  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    if (jip_text_ends_with (chars, sign, days[i]) && (sign < 2 || !g_unichar_isalnum (chars[sign - 2].c)))
      return TRUE;
  return FALSE;
}

/* 금 that is a word of its own, or 일금. */
static gboolean
is_amount_word (const JipTextChar *chars, guint at)
{
  if (chars[at].c != 0xAE08 /* 금 */)
    return FALSE;
  if (at > 0 && chars[at - 1].c == 0xC77C /* 일 */)
    at--;
  else if (is_other_word (chars, at))
    return FALSE;
  return at == 0 || !g_unichar_isalnum (chars[at - 1].c);
}

/* The amount in the bracket at @at is @amount, in words or, behind words, in figures (₩113,560). */
static gboolean
bracket_says (const JipTextChar *chars, guint at, guint64 amount, gboolean words)
{
  guint64 value;
  guint end;

  if (chars[at].c != '(')
    return FALSE;
  at = skip_spaces (chars, at + 1);
  if (jip_lint_is_digit (chars[at].c) && words)
    return FALSE;
  if (is_amount_word (chars, at) || chars[at].c == 0x20A9 || chars[at].c == '\\')
    at = skip_spaces (chars, at + 1);
  if (words && jip_lint_is_digit (chars[at].c))
    return FALSE;
  if (!read_amount (chars, &at, &value) || value != amount)
    return FALSE;
  end = skip_won (chars, at);
  end = skip_spaces (chars, end > 0 ? end : at);
  return chars[end].c == ')' || chars[end].c == ',' || chars[end].c == ';';
}

/* The end of the bracket at @at, in its line; @at when there is none. */
static guint
skip_bracket (const JipTextChar *chars, guint at)
{
  guint end = at;

  if (chars[at].c != '(')
    return at;
  while (chars[end].c != ')' && chars[end].c != '\n' && chars[end].c != 0 && end - at < MAX_BRACKET)
    end++;
  return chars[end].c == ')' ? end + 1 : at;
}

/* No space after 금; @end is behind 원. */
static void
report_space (const JipLintPaper *paper, guint at, guint number, guint end, JipLintFindings *out)
{
  g_autofree char *rest = jip_lint_dup (paper, number, end);
  g_autofree char *fix = g_strconcat ("금", rest, NULL);

  jip_lint_found (out, at, end, fix, _ ("Write no space after 금."));
}

/* 금 at @at with what belongs to it. Returns the character after it. */
static guint
check_amount (const JipLintPaper *paper, guint at, JipLintFindings *out)
{
  const JipTextChar *chars = paper->chars;
  guint number = skip_spaces (chars, at + 1), end = number;
  gboolean figures = jip_lint_is_digit (chars[number].c);
  guint64 amount;

  if (number > at + 3 || !read_amount (chars, &end, &amount) || (end = skip_won (chars, end)) == 0
      || (!figures && end - number < 4))
    return at + 1;
  if (number > at + 1)
    report_space (paper, at, number, end, out);
  guint bracket = skip_spaces (chars, end), close = skip_bracket (chars, bracket);
  guint begin = number > at + 1 ? bracket : at;
  if (!figures && close > bracket
      && (chars[bracket + 1].c == 0x20A9 || jip_lint_is_digit (chars[bracket + 1].c))
      && !bracket_says (chars, bracket, amount, FALSE))
    jip_lint_found (out, begin, close, NULL, _ ("The words and the figures of the amount differ."));
  if (!figures || bracket_says (chars, bracket, amount, TRUE))
    return end;
  gboolean has_words = close > bracket && is_amount_word (chars, skip_spaces (chars, bracket + 1));
  if (begin < bracket || close > bracket)
    jip_lint_found (out, begin,
                    has_words         ? close
                    : begin < bracket ? end
                                      : close,
                    NULL,
                    has_words
                        ? _ ("The words and the figures of the amount differ.")
                        : _ ("Write the amount in words behind it: 금113,560원(금일십일만삼천오백육십원)."));
  return end;
}

static char *
format_won (guint64 value)
{
  g_autofree char *figures = g_strdup_printf ("%" G_GUINT64_FORMAT, value);
  GString *out = g_string_new (NULL);

  for (const char *p = figures; *p != '\0'; p++)
    {
      g_string_append_c (out, *p);
      gsize left = strlen (p + 1);
      if (left > 0 && left % 3 == 0)
        g_string_append_c (out, ',');
    }
  g_string_append (out, "원");
  return g_string_free (out, FALSE);
}

/* `345` or `12.5` times @unit; FALSE when that is no whole number of won. */
static gboolean
multiply (const JipTextChar *chars, guint begin, guint end, guint64 unit, guint64 *value)
{
  guint64 scale = 1;
  gboolean decimals = FALSE;

  *value = 0;
  for (guint i = begin; i < end; i++)
    {
      if (chars[i].c == '.')
        decimals = TRUE;
      if (!jip_lint_is_digit (chars[i].c))
        continue;
      if (*value > MAX_AMOUNT / 10 || (decimals && scale > 1000000))
        return FALSE;
      *value = *value * 10 + (chars[i].c - '0');
      scale *= decimals ? 10 : 1;
    }
  if (*value > MAX_AMOUNT / unit || *value * unit % scale != 0)
    return FALSE;
  *value = *value * unit / scale;
  return TRUE;
}

static void
report_unit (const JipLintPaper *paper,
             guint begin,
             guint number_end,
             guint end,
             guint64 unit,
             JipLintFindings *out)
{
  guint before = begin;
  guint64 value;

  while (before > 0 && paper->chars[before - 1].c == ' ')
    before--;
  if ((before > 0 && unit_of (paper->chars[before - 1].c) >= 10000)
      || !multiply (paper->chars, begin, number_end, unit, &value))
    {
      jip_lint_found (out, begin, end, NULL, _ ("Write the whole amount in figures, down to won."));
      return;
    }
  g_autofree char *fix = format_won (value);
  g_autofree char *message = g_strdup_printf (_ ("Write the amount as %s"), fix);
  jip_lint_found (out, begin, end, fix, message);
}

/* `345천원`, `12백만원` from the first digit. `5천원` is how people say it. Returns the character after the number. */
static guint
check_unit (const JipLintPaper *paper, guint begin, JipLintFindings *out)
{
  const JipTextChar *chars = paper->chars;
  guint end = begin, at;
  guint64 unit = 0;

  while (jip_lint_is_digit (chars[end].c)
         || ((chars[end].c == ',' || chars[end].c == '.') && jip_lint_is_digit (chars[end + 1].c)))
    end++;
  at = end + (chars[end].c == ' ' ? 1 : 0);
  if (chars[at].c == 0xCC9C /* 천 */)
    unit = 1000;
  else if (chars[at].c == 0xBC31 /* 백 */ && chars[at + 1].c == 0xB9CC /* 만 */)
    unit = 1000000;
  if (unit == 0 || end == begin + 1)
    return end;
  at += unit == 1000 ? 1 : 2;
  at += chars[at].c == ' ' ? 1 : 0;
  gunichar before = begin > 0 ? chars[begin - 1].c : ' ';
  if (chars[at].c == 0xC6D0 /* 원 */ && before != '.' && before != ',' && !jip_lint_is_latin (before))
    report_unit (paper, begin, end, at + 1, unit, out);
  return end;
}

/* Whether `(단위: …)` stands in the line. */
static gboolean
names_unit (const JipLintPaper *paper, const JipLintLine *line)
{
  for (guint i = line->body; i + 2 < line->end; i++)
    {
      guint after = paper->chars[i].c == 0xB2E8 /* 단 */ ? jip_text_starts_with (paper->chars, i, "단위") : 0;
      gunichar before = i > line->body ? paper->chars[i - 1].c : '(';
      if (after == 0
          || (before != '(' && before != '[' && before != '<' && before != 0x3014 && before != 0x3008))
        continue;
      after = skip_spaces (paper->chars, after);
      if (i > line->body || paper->chars[after].c == ':')
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_table (const JipLintPaper *paper, guint n)
{
  return n < paper->n_lines && paper->lines[n].region == JIP_LINT_IN_TABLE;
}

/* The lines that a unit named in line @n holds for. */
static void
exempt (const JipLintPaper *paper, guint n, gboolean at_head, guint8 *lines)
{
  guint first = n, last = n;

  if (!is_table (paper, n))
    {
      for (first = n + 1; first < paper->n_lines && jip_lint_line_is_blank (&paper->lines[first]);)
        first++;
      last = first;
      if (!is_table (paper, first) && at_head)
        {
          memset (lines, TRUE, paper->n_lines);
          return;
        }
      while (!is_table (paper, first) && last < paper->n_lines && !lines[last]
             && !jip_lint_line_is_blank (&paper->lines[last]))
        lines[last++] = TRUE;
    }
  while (first > 0 && is_table (paper, first) && is_table (paper, first - 1) && !lines[first - 1])
    first--;
  for (; is_table (paper, first); first++)
    lines[first] = TRUE;
}

static guint8 *
find_exempt (const JipLintPaper *paper)
{
  guint8 *lines = g_new0 (guint8, paper->n_lines + 1);
  guint seen = 0;

  for (guint i = 0; i < paper->n_lines; i++)
    {
      if (jip_lint_line_is_blank (&paper->lines[i]))
        continue;
      seen++;
      if (names_unit (paper, &paper->lines[i]) && !(lines[i] && is_table (paper, i)))
        exempt (paper, i, seen <= HEAD_LINES, lines);
    }
  return lines;
}

void
jip_lint_amount (const JipLintPaper *paper, JipLintFindings *out)
{
  g_autofree guint8 *exempted = find_exempt (paper);

  for (guint n = 0; n < paper->n_lines; n++)
    for (guint i = paper->lines[n].body; i < paper->lines[n].end;)
      {
        if ((paper->flags[i] & LEAVE_ALONE) != 0)
          i++;
        else if (is_amount_word (paper->chars, i))
          i = check_amount (paper, i, out);
        else if (jip_lint_is_digit (paper->chars[i].c) && !exempted[n])
          i = check_unit (paper, i, out);
        else
          i++;
      }
}
