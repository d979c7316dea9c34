/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-privacy-private.h"

/* Numbers with a form and a check of their own: resident and corporate numbers, cards, licences, passports. */

static int
number_at (const char *digits, guint at, guint length)
{
  int value = 0;
  for (guint i = at; i < at + length; i++)
    value = value * 10 + digits[i] - '0';
  return value;
}

static gboolean
is_birth_date (const char *digits, char century)
{
  static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  gboolean is_19 = strchr ("1256", century) != NULL;
  int year = (is_19 ? 1900 : 2000) + number_at (digits, 0, 2);
  int month = number_at (digits, 2, 2), day = number_at (digits, 4, 2);
  gboolean leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

  if (month < 1 || month > 12 || day < 1)
    return FALSE;
  return day <= days[month - 1] + (month == 2 && leap);
}

static gboolean
is_bar_code (const JipTextChar *chars, guint at, const char *digits)
{
  static const char *const words[]
      = { "바코드", "바코드번호", "바코드 번호", "상품코드", "상품번호", "표준코드", "EAN",
          "GTIN",   "ISBN",       "JAN",         "UPC",      "EAN-13",   "ISBN-13" };
  static const char *const people[] = { "주민번호", "주민등록번호", "외국인등록번호", "외국인번호" };
  int sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    if (jip_privacy_stands_before (chars, at, people[i]))
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (jip_privacy_stands_before (chars, at, words[i]))
      return TRUE;
  if (strlen (digits) != 13
      || !(g_str_has_prefix (digits, "880") || g_str_has_prefix (digits, "978")
           || g_str_has_prefix (digits, "979")))
    return FALSE;
  for (guint i = 0; i < 12; i++)
    sum += (digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
  return (10 - sum % 10) % 10 == digits[12] - '0';
}

/* Six and seven digits with a dash, a space, a line end or nothing between; the index after them, or 0. */
static guint
match_six_seven (const JipTextChar *chars, guint at, char digits[14], gboolean *whole)
{
  static const guint split[] = { 6, 7 }, one[] = { 13 };
  JipPrivacyGap gaps[2];

  *whole = FALSE;
  if (at > 0 && jip_privacy_is_digit (chars[at - 1].c))
    return 0;
  guint end = jip_privacy_match_form (chars, at, split, 2, digits, gaps);
  if (end > 0)
    return gaps[1] <= JIP_PRIVACY_GAP_DASH ? end : 0;
  *whole = TRUE;
  return jip_privacy_match_form (chars, at, one, 1, digits, gaps);
}

guint
jip_privacy_match_corporate (const JipTextChar *chars, guint at)
{
  char digits[14];
  gboolean whole;
  guint end = match_six_seven (chars, at, digits, &whole);

  return end > 0 && jip_privacy_stands_before (chars, at, "법인등록번호") ? end : 0;
}

guint
jip_privacy_match_rrn (const JipTextChar *chars, guint at)
{
  char digits[14];
  gboolean whole;
  guint end = match_six_seven (chars, at, digits, &whole);

  if (end == 0 || digits[6] < '1' || digits[6] > '8' || !is_birth_date (digits, digits[6]))
    return 0;
  return whole && is_bar_code (chars, at, digits) ? 0 : end;
}

static gboolean
passes_luhn (const char *digits, guint length)
{
  int sum = 0;
  gboolean any = FALSE;

  for (guint i = 0; i < length; i++)
    {
      int digit = digits[length - 1 - i] - '0';
      any |= digit != 0;
      if (i % 2 == 1)
        digit = digit > 4 ? digit * 2 - 9 : digit * 2;
      sum += digit;
    }
  return any && sum % 10 == 0;
}

/* Columns of figures, not a card: years, or groups that go on to the left or right. */
static gboolean
is_row_of_figures (const JipTextChar *chars,
                   guint at,
                   guint end,
                   const char *digits,
                   guint n,
                   const JipPrivacyGap *gaps)
{
  gboolean years = n >= 4;

  for (guint i = 1; i < n; i++)
    if (gaps[i] == JIP_PRIVACY_GAP_DASH)
      return FALSE;
  for (guint i = 0; i < 4; i++)
    years &= g_str_has_prefix (digits + i * 4, "19") || g_str_has_prefix (digits + i * 4, "20");
  if (years || (chars[end].c == ' ' && jip_privacy_is_digit (chars[end + 1].c)))
    return TRUE;
  guint before = 0;
  while (at > before + 1 && chars[at - 1].c == ' ' && before < 4
         && jip_privacy_is_digit (chars[at - 2 - before].c))
    before++;
  return before >= 3;
}

/* The forms in which cards are printed and typed. */
static guint
match_card_groups (const JipTextChar *chars, guint at)
{
  static const guint forms[][6]
      = { { 5, 4, 4, 4, 4, 3 }, { 4, 4, 4, 4, 4 }, { 4, 4, 4, 4, 3 }, { 4, 4, 4, 4, 2 },
          { 4, 4, 4, 4, 1 },    { 3, 4, 6, 5 },    { 3, 4, 6, 4 },    { 2, 6, 13 },
          { 2, 8, 8 },          { 3, 4, 4, 5 },    { 4, 4, 3, 3, 3 } };
  char digits[20];
  JipPrivacyGap gaps[5];

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      guint n = forms[i][0];
      guint end = jip_privacy_match_form (chars, at, forms[i] + 1, n, digits, gaps);
      gboolean fits = end > 0 && passes_luhn (digits, (guint) strlen (digits))
                      && !jip_privacy_number_after (chars, end);
      for (guint j = 1; j < n; j++)
        fits = fits && gaps[j] <= JIP_PRIVACY_GAP_DASH && (n > 2 || gaps[j] == JIP_PRIVACY_GAP_DASH);
      if (fits && !is_row_of_figures (chars, at, end, digits, n, gaps))
        return end;
    }
  return 0;
}

/* Digits in one piece, or broken over two lines unless each line holds nothing else. */
static guint
match_card_whole (const JipTextChar *chars, guint at)
{
  char digits[20];
  JipPrivacyGap gaps[1];
  guint n = jip_privacy_count_digits (chars, at, 19);
  guint eol = n < 13 ? jip_privacy_line_end (chars, at + n) : 0;

  if (eol > 0)
    {
      guint rest = jip_privacy_count_digits (chars, at + n + eol, 19);
      gunichar after = chars[at + n + eol + rest].c;
      if (at == 0 || chars[at - 1].c == '\n' || after == '\r' || after == '\n' || after == ',')
        return 0;
      n += rest;
    }
  if (n < 13 || n > 19)
    return 0;
  guint end = jip_privacy_match_form (chars, at, &n, 1, digits, gaps);
  if (end == 0 || jip_privacy_number_after (chars, end) || !passes_luhn (digits, n)
      || is_bar_code (chars, at, digits))
    return 0;
  return end;
}

guint
jip_privacy_match_card (const JipTextChar *chars, guint at)
{
  if (jip_privacy_number_before (chars, at))
    return 0;
  guint end = match_card_whole (chars, at);
  return end > 0 ? end : match_card_groups (chars, at);
}

guint
jip_privacy_match_licence (const JipTextChar *chars, guint at)
{
  static const guint form[] = { 2, 2, 6, 2 };
  char digits[13];
  JipPrivacyGap gaps[4];

  if (jip_privacy_number_before (chars, at))
    return 0;
  guint end = jip_privacy_match_form (chars, at, form, 4, digits, gaps);
  for (guint i = 1; end > 0 && i < 4; i++)
    if (gaps[i] != JIP_PRIVACY_GAP_DASH)
      return 0;
  return end > 0 && !jip_privacy_number_after (chars, end) ? end : 0;
}

/* Skips @n digits, over one line end at most; the index after them, or 0. */
static guint
skip_digits (const JipTextChar *chars, guint at, guint n, guint *line_ends)
{
  for (guint i = 0; i < n; i++)
    {
      guint eol = *line_ends == 0 ? jip_privacy_line_end (chars, at) : 0;
      *line_ends += eol > 0;
      at += eol;
      if (!jip_privacy_is_digit (chars[at].c))
        return 0;
      at++;
    }
  return at;
}

guint
jip_privacy_match_passport (const JipTextChar *chars, guint at)
{
  guint line_ends = 0;

  if (chars[at].c >= 128 || chars[at].c == 0 || strchr ("MSRODG", (int) chars[at].c) == NULL
      || (at > 0 && (jip_privacy_is_alnum (chars[at - 1].c) || chars[at - 1].c == '-')))
    return 0;
  guint end = skip_digits (chars, at + 1, 3, &line_ends);
  if (end == 0)
    return 0;
  gboolean is_new = chars[end].c >= 'A' && chars[end].c <= 'Z';
  end = skip_digits (chars, end + is_new, is_new ? 4 : 5, &line_ends);
  return end > 0 && !jip_privacy_is_alnum (chars[end].c) && chars[end].c != '-' ? end : 0;
}
