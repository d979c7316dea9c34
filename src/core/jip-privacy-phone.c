/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-privacy-private.h"

/* Telephone numbers and mail addresses. */

/* How many digits of @digits are a prefix of Korean numbers: mobile, area, internet and personal numbers. */
static guint
phone_prefix (const char *digits)
{
  static const char *const two[] = { "02" };
  static const char *const three[]
      = { "010", "011", "016", "017", "018", "019", "031", "032", "033", "041", "042", "043",
          "044", "051", "052", "053", "054", "055", "061", "062", "063", "064", "070" };

  for (guint i = 0; i < G_N_ELEMENTS (two); i++)
    if (g_str_has_prefix (digits, two[i]))
      return 2;
  for (guint i = 0; i < G_N_ELEMENTS (three); i++)
    if (g_str_has_prefix (digits, three[i]))
      return 3;
  if (g_str_has_prefix (digits, "050"))
    return 4;
  return 0;
}

/* A number whose prefix has @prefix digits, in the groups in which people write it; the index after it, or 0. */
static guint
match_groups (const JipTextChar *chars, guint at, guint prefix, gboolean in_parens)
{
  const guint forms[][4]
      = { { 3, prefix, 4, 4 },  { 3, prefix, 3, 4 },  { 2, prefix, 8 },     { 2, prefix, 7 },
          { 2, prefix + 4, 4 }, { 2, prefix + 3, 4 }, { 1, prefix + 8, 0 }, { 1, prefix + 7, 0 } };
  char digits[16];
  JipPrivacyGap gaps[3];

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      guint n = forms[i][0];
      guint end = jip_privacy_match_form (chars, at, forms[i] + 1, n, digits, gaps);
      if (end == 0 || jip_privacy_number_after (chars, end) || (in_parens && (n == 1 || i == 4 || i == 5)))
        continue;
      if (in_parens && gaps[1] != JIP_PRIVACY_GAP_PAREN)
        continue;
      if ((i == 4 || i == 5) && gaps[1] != JIP_PRIVACY_GAP_DASH)
        continue;
      if (n == 3
          && (gaps[2] == JIP_PRIVACY_GAP_PAREN
              || (gaps[1] == JIP_PRIVACY_GAP_DOT) != (gaps[2] == JIP_PRIVACY_GAP_DOT)))
        continue;
      return end;
    }
  return 0;
}

/* @skipped: digits of the prefix that are not written, as the zero after +82 */
static guint
match_number (const JipTextChar *chars, guint at, guint skipped, gboolean in_parens)
{
  char digits[6] = "0";
  guint n = skipped, line_ends = 0;

  for (guint p = at; n < 4; n++)
    {
      guint eol = line_ends == 0 && p > at ? jip_privacy_line_end (chars, p) : 0;
      line_ends += eol > 0;
      p += eol;
      if (!jip_privacy_is_digit (chars[p].c))
        break;
      digits[n] = (char) chars[p++].c;
    }
  digits[n] = '\0';
  guint prefix = phone_prefix (digits);
  if (prefix == 0)
    return 0;
  guint end = prefix <= n ? match_groups (chars, at, prefix - skipped, in_parens) : 0;
  /* 050-1234-5678 beside 0505-123-4567 */
  return end == 0 && prefix == 4 ? match_groups (chars, at, 3 - skipped, in_parens) : end;
}

/* +82 before the number: the zero of the prefix is left out, or stands in parentheses. */
static guint
match_international (const JipTextChar *chars, guint at)
{
  guint p = jip_text_starts_with (chars, at, "+82");

  if (p == 0)
    return 0;
  while (p - at < 7 && (chars[p].c == ' ' || chars[p].c == '-' || chars[p].c == ')'))
    p++;
  guint zero = jip_text_starts_with (chars, p, "(0)");
  p = zero > 0 ? zero : p;
  while (p - at < 10 && (chars[p].c == ' ' || chars[p].c == '-'))
    p++;
  guint eol = jip_privacy_line_end (chars, p);
  p += eol;
  return match_number (chars, p, chars[p].c == '0' ? 0 : 1, FALSE);
}

guint
jip_privacy_match_phone (const JipTextChar *chars, guint at)
{
  if (chars[at].c == '+')
    return match_international (chars, at);
  gboolean in_parens = chars[at].c == '(';
  guint first = in_parens ? at + 1 : at;
  if (chars[first].c != '0' || jip_privacy_number_before (chars, at))
    return 0;
  return match_number (chars, first, 0, in_parens);
}

gboolean
jip_privacy_is_local (gunichar c)
{
  return jip_privacy_is_alnum (c) || (c != 0 && c < 128 && strchr ("._%+-", (int) c) != NULL);
}

guint
jip_privacy_match_email (const JipTextChar *chars, guint at, guint *begin)
{
  guint first = at, p = at + 1, label = at + 1, letters = 0;
  guint end = 0;

  if (chars[at].c != '@')
    return 0;
  while (first > 0 && at - first < 64 && jip_privacy_is_local (chars[first - 1].c))
    first--;
  while (first < at && !jip_privacy_is_alnum (chars[first].c) && chars[first].c != '_')
    first++;
  if (first == at)
    return 0;
  for (; p - at < 255 && (jip_privacy_is_alnum (chars[p].c) || chars[p].c == '-' || chars[p].c == '.'); p++)
    {
      if (chars[p].c == '.')
        {
          if (p == label)
            break;
          label = p + 1;
          letters = 0;
          continue;
        }
      letters = jip_privacy_is_alnum (chars[p].c) && !jip_privacy_is_digit (chars[p].c) ? letters + 1 : 0;
      if (label > at + 1 && letters >= 2 && letters == p + 1 - label)
        end = p + 1;
      else if (end > label)
        end = 0;
    }
  *begin = first;
  return end;
}
