/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-privacy-private.h"

/* Bank accounts: numbers of many forms, which only the words around them tell from other numbers. */

#define NEAR 20 /* characters from a bank's name */
#define MAX_GROUPS 5
#define MAX_DIGITS 16

typedef struct
{
  char digits[MAX_DIGITS + 1];
  guint n_digits, n_groups;
  guint sizes[MAX_GROUPS];
  guint end; /* 0 when there are too many digits */
} Groups;

/* The length of a bank's name or of 계좌 at @at, 0 when none begins there. */
static guint
bank_name (const JipTextChar *chars, guint at)
{
  static const char *const names[] = { "은행",       "계좌",   "농협", "수협",     "축협",     "신협",
                                       "새마을금고", "우체국", "뱅크", "산림조합", "저축은행", "증권" };
  static const char *const no_banks[] = { "은행나무", "은행동", "은행잎", "은행길", "은행로", "은행열매" };

  if (g_utf8_strchr ("은계농수축신새우뱅산저증", -1, chars[at].c) == NULL)
    return 0; /* as most words begin with none of these */
  for (guint i = 0; i < G_N_ELEMENTS (no_banks); i++)
    if (jip_text_starts_with (chars, at, no_banks[i]) > 0)
      return 0;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (jip_text_starts_with (chars, at, names[i]) > 0)
      return (guint) g_utf8_strlen (names[i], -1);
  return 0;
}

static gboolean
is_near_bank (const JipTextChar *chars, guint at, guint end)
{
  guint first = at;

  while (first > 0 && at - first < NEAR + 5 && chars[first - 1].c != '\n')
    first--;
  for (guint p = first; p < at; p++)
    {
      guint length = bank_name (chars, p);
      if (length > 0 && p + length + NEAR >= at)
        return TRUE;
    }
  for (guint p = end; p < end + NEAR && chars[p].c != '\n' && chars[p].c != 0; p++)
    if (bank_name (chars, p) > 0)
      return TRUE;
  return FALSE;
}

/* The short names are everyday words: they count only when they stand right before the number. */
static gboolean
is_after_bank (const JipTextChar *chars, guint at, gboolean short_names)
{
  static const char *const names[] = { "은행", "계좌",       "계좌번호", "농협", "수협",     "축협",
                                       "신협", "새마을금고", "우체국",   "뱅크", "산림조합", "증권" };
  static const char *const shorts[]
      = { "국민", "신한",   "우리", "하나", "기업", "카카오", "토스", "KB",   "NH",
          "IBK",  "SC제일", "씨티", "대구", "부산", "광주",   "전북", "경남", "제주" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (jip_privacy_stands_before (chars, at, names[i]))
      return TRUE;
  for (guint i = 0; short_names && i < G_N_ELEMENTS (shorts); i++)
    if (jip_privacy_stands_before (chars, at, shorts[i]))
      return TRUE;
  return FALSE;
}

/* 사업자등록번호: 3-2-5 digits with a check digit. */
static gboolean
is_business_number (const char *digits, guint length)
{
  static const int weights[] = { 1, 3, 7, 1, 3, 7, 1, 3, 5 };
  int sum = 0;

  if (length != 10)
    return FALSE;
  for (guint i = 0; i < 9; i++)
    sum += (digits[i] - '0') * weights[i];
  sum += (digits[8] - '0') * 5 / 10;
  return (10 - sum % 10) % 10 == digits[9] - '0';
}

/* Whether the group that a line end cuts at @at goes on after it, so that a number of the next line is not taken along. */
static gboolean
goes_on (const JipTextChar *chars, guint at, guint eol, const Groups *groups, guint size)
{
  guint more = jip_privacy_count_digits (chars, at + eol, MAX_DIGITS), line_ends = 1;
  JipPrivacyGap gap;
  gunichar after = chars[at + eol + more].c;

  if (more == 0 || more + size > MAX_DIGITS)
    return FALSE;
  if (jip_privacy_read_gap (chars, at + eol + more, &line_ends, &gap) > 0 && groups->n_groups <= 2)
    return gap == JIP_PRIVACY_GAP_DASH;
  if (after == '.' || after == ')' || after == ',' || after == 0xB144) /* 년 */
    return FALSE;
  return (groups->n_groups == 3 && size < 5 && size + more <= 7)
         || (groups->n_groups == 1 && size < 10 && size + more >= 10);
}

static void
read_groups (const JipTextChar *chars, guint at, Groups *groups)
{
  JipPrivacyGap first_gap = JIP_PRIVACY_GAP_SPACE, gap;
  guint p = at, line_ends = 0;

  memset (groups, 0, sizeof *groups);
  while (groups->n_groups < MAX_GROUPS)
    {
      guint *size = &groups->sizes[groups->n_groups++];
      while (jip_privacy_is_digit (chars[p].c))
        {
          if (groups->n_digits == MAX_DIGITS)
            return;
          groups->digits[groups->n_digits++] = (char) chars[p++].c;
          (*size)++;
          guint eol = line_ends == 0 ? jip_privacy_line_end (chars, p) : 0;
          if (eol > 0 && goes_on (chars, p, eol, groups, *size))
            {
              line_ends++;
              p += eol;
            }
        }
      guint seen = line_ends, length = jip_privacy_read_gap (chars, p, &seen, &gap);
      if (length == 0 || (gap != JIP_PRIVACY_GAP_SPACE && gap != JIP_PRIVACY_GAP_DASH)
          || (groups->n_groups > 1 && gap != first_gap))
        break;
      first_gap = gap;
      line_ends = seen;
      groups->end = p;
      p += length;
    }
  groups->end = p;
}

guint
jip_privacy_match_account (const JipTextChar *chars, guint at)
{
  Groups groups;

  if (jip_privacy_number_before (chars, at))
    return 0;
  read_groups (chars, at, &groups);
  guint end = groups.end;
  gboolean one_piece = groups.sizes[0] >= 10;
  if (one_piece && groups.n_groups > 1)
    {
      /* what follows after a space is another number */
      guint n = jip_privacy_count_digits (chars, at, MAX_DIGITS);
      groups.n_digits = groups.sizes[0];
      end = n == groups.sizes[0] ? at + n : 0;
    }
  if (end == 0 || groups.n_digits < 10 || jip_privacy_number_after (chars, end))
    return 0;
  if (one_piece)
    {
      gboolean short_names = jip_privacy_match_phone (chars, at) == 0;
      groups.digits[groups.n_digits] = '\0';
      return !is_business_number (groups.digits, groups.n_digits) && is_after_bank (chars, at, short_names)
                 ? end
                 : 0;
    }
  if (groups.n_groups < 3 || groups.n_groups > 4
      || (is_business_number (groups.digits, groups.n_digits) && groups.sizes[0] == 3
          && groups.sizes[1] == 2))
    return 0;
  /* a row of a table: years and figures of four digits */
  gboolean is_row = chars[at + 4].c == ' ';
  for (guint i = 0; i < groups.n_groups; i++)
    is_row &= groups.sizes[i] == 4;
  if (is_row)
    return is_after_bank (chars, at, FALSE) ? end : 0;
  /* a telephone number or licence in the same line as a bank is one, unless the bank stands right before it */
  if (jip_privacy_match_phone (chars, at) == end || jip_privacy_match_licence (chars, at) == end)
    return is_after_bank (chars, at, FALSE) ? end : 0;
  return is_near_bank (chars, at, end) || is_after_bank (chars, at, TRUE) ? end : 0;
}
