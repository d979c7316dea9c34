/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-privacy-private.h"

/* The kinds that are numbers: a matcher looks at one place and never further than a few dozen characters, so that the
 * whole search stays linear. */

#define MAX_DIGITS 24
#define MAX_GROUPS 8
#define NEAR 20 /* characters from a bank's name */

typedef enum
{
  GAP_START,
  GAP_SPACE,
  GAP_DASH,
  GAP_DOT,
  GAP_PAREN, /* the end of an area code in parentheses */
} Gap;

/* Digits in groups, as they stand from one place on. */
typedef struct
{
  char digits[MAX_DIGITS + 1];
  guint n_digits;
  guint n_groups;
  guint sizes[MAX_GROUPS];
  Gap gaps[MAX_GROUPS];   /* before each group */
  guint ends[MAX_GROUPS]; /* index after each group */
  guint line_ends;
  gboolean cut; /* more digits follow than fit */
} Run;

static gboolean
is_digit (gunichar c)
{
  return c >= '0' && c <= '9';
}

/* The length of a line end at @at, with a CR before it. */
static guint
line_end (const JipTextChar *chars, guint at)
{
  if (chars[at].c == '\r' && chars[at + 1].c == '\n')
    return 2;
  return chars[at].c == '\n' ? 1 : 0;
}

/* What separates two groups at @at; its length, 0 when the number ends here. A line end is seen through once. */
static guint
read_gap (const JipTextChar *chars, guint at, guint *line_ends, Gap *gap)
{
  guint p = at;
  gboolean separated = FALSE;

  *gap = GAP_SPACE;
  for (guint i = 0; i < 4; i++)
    {
      guint eol = line_end (chars, p);
      if (chars[p].c == ' ' && (i == 0 || chars[p - 1].c != ' '))
        p++;
      else if (eol > 0 && *line_ends == 0)
        {
          p += eol;
          (*line_ends)++;
        }
      else if (!separated && (chars[p].c == '-' || chars[p].c == '.' || chars[p].c == ')'))
        {
          *gap = chars[p].c == '-' ? GAP_DASH : chars[p].c == '.' ? GAP_DOT : GAP_PAREN;
          separated = TRUE;
          p++;
        }
      else
        break;
    }
  return is_digit (chars[p].c) ? p - at : 0;
}

static void
read_run (const JipTextChar *chars, guint at, Run *run)
{
  memset (run, 0, sizeof *run);
  for (guint p = at; run->n_groups < MAX_GROUPS;)
    {
      guint group = run->n_groups++;
      while (is_digit (chars[p].c))
        {
          if (run->n_digits == MAX_DIGITS)
            {
              run->cut = TRUE;
              return;
            }
          run->digits[run->n_digits++] = (char) chars[p++].c;
          run->sizes[group]++;
          guint eol = line_end (chars, p);
          if (eol > 0 && run->line_ends == 0 && is_digit (chars[p + eol].c))
            {
              /* a line end within a group: the group goes on */
              run->line_ends++;
              run->ends[group] = p;
              p += eol;
            }
        }
      run->ends[group] = p;
      Gap gap;
      guint length = read_gap (chars, p, &run->line_ends, &gap);
      if (length == 0)
        return;
      if (run->n_groups < MAX_GROUPS)
        run->gaps[run->n_groups] = gap;
      p += length;
    }
}

static gboolean
digit_before (const JipTextChar *chars, guint at)
{
  return at > 0 && is_digit (chars[at - 1].c);
}

/* Whether a longer number goes on to the left: a digit, or one before a dash or point. */
static gboolean
number_before (const JipTextChar *chars, guint at)
{
  return digit_before (chars, at)
         || (at > 1 && (chars[at - 1].c == '-' || chars[at - 1].c == '.' || chars[at - 1].c == ',')
             && is_digit (chars[at - 2].c));
}

/* Whether a longer number goes on to the right. */
static gboolean
number_after (const JipTextChar *chars, guint end)
{
  return is_digit (chars[end].c)
         || ((chars[end].c == '-' || chars[end].c == '.' || chars[end].c == ',')
             && is_digit (chars[end + 1].c));
}

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

/* Whether @word stands just before @at, with blanks, a colon, a bracket or a particle between. */
static gboolean
stands_before (const JipTextChar *chars, guint at, const char *word)
{
  for (guint gap = 0; gap <= 4 && gap <= at; gap++)
    {
      if (jip_text_ends_with (chars, at - gap, word))
        return TRUE;
      if (gap == at || chars[at - gap - 1].c == '\n'
          || (g_unichar_isalnum (chars[at - gap - 1].c) && chars[at - gap - 1].c != 0xC740
              && chars[at - gap - 1].c != 0xB294))
        return FALSE;
    }
  return FALSE;
}

static gboolean
is_bar_code (const JipTextChar *chars, guint at, const char *digits)
{
  static const char *const words[]
      = { "바코드", "상품코드", "표준코드", "EAN", "GTIN", "ISBN", "JAN", "UPC", "EAN-13" };
  int sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (stands_before (chars, at, words[i]))
      return TRUE;
  for (guint i = 0; i < 12; i++)
    sum += (digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
  return strlen (digits) == 13 && g_str_has_prefix (digits, "880")
         && (10 - sum % 10) % 10 == digits[12] - '0';
}

guint
jip_privacy_match_rrn (const JipTextChar *chars, guint at)
{
  Run run;

  if (digit_before (chars, at))
    return 0;
  read_run (chars, at, &run);
  gboolean whole = run.sizes[0] == 13;
  gboolean split = run.sizes[0] == 6 && run.n_groups > 1 && run.sizes[1] == 7 && run.gaps[1] <= GAP_DASH;
  if ((!whole && !split) || (run.cut && whole) || run.digits[6] < '1' || run.digits[6] > '8'
      || !is_birth_date (run.digits, run.digits[6]))
    return 0;
  if (stands_before (chars, at, "법인등록번호"))
    return 0;
  run.digits[13] = '\0';
  if (whole && is_bar_code (chars, at, run.digits))
    return 0;
  return run.ends[split ? 1 : 0];
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

/* The forms in which cards are printed and typed. */
static guint
card_groups (const Run *run)
{
  static const guint forms[][5]
      = { { 4, 4, 4, 4, 3 }, { 4, 4, 4, 4 }, { 4, 4, 4, 3 }, { 4, 4, 4, 2 }, { 4, 4, 4, 1 },
          { 4, 6, 5 },       { 4, 6, 4 },    { 6, 13 },      { 8, 8 },       { 4, 4, 5 } };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      guint n = 0, digits = 0;
      while (n < 5 && forms[i][n] != 0 && n < run->n_groups && run->sizes[n] == forms[i][n]
             && (n == 0 || run->gaps[n] <= GAP_DASH))
        digits += forms[i][n++];
      if ((n == 5 || forms[i][n] == 0) && passes_luhn (run->digits, digits))
        return n;
    }
  return 0;
}

guint
jip_privacy_match_card (const JipTextChar *chars, guint at)
{
  Run run;

  if (number_before (chars, at))
    return 0;
  read_run (chars, at, &run);
  if (run.sizes[0] >= 13 && run.sizes[0] <= 19)
    {
      g_autofree char *digits = g_strndup (run.digits, run.sizes[0]);
      if (run.cut || number_after (chars, run.ends[0]) || !passes_luhn (digits, run.sizes[0])
          || is_bar_code (chars, at, digits))
        return 0;
      return run.ends[0];
    }
  guint groups = card_groups (&run);
  if (groups == 0)
    return 0;
  guint end = run.ends[groups - 1];
  return number_after (chars, end) ? 0 : end;
}

static gboolean
begins_with (const JipTextChar *chars, guint at, const char *word)
{
  for (const char *p = word; *p != '\0'; p = g_utf8_next_char (p), at++)
    if (chars[at].c != g_utf8_get_char (p))
      return FALSE;
  return TRUE;
}

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
    if (begins_with (chars, at, no_banks[i]))
      return 0;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (begins_with (chars, at, names[i]))
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
    if (stands_before (chars, at, names[i]))
      return TRUE;
  for (guint i = 0; short_names && i < G_N_ELEMENTS (shorts); i++)
    if (stands_before (chars, at, shorts[i]))
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

guint
jip_privacy_match_account (const JipTextChar *chars, guint at)
{
  Run run;
  guint digits = 0;

  if (number_before (chars, at))
    return 0;
  read_run (chars, at, &run);
  if (run.sizes[0] >= 10 && run.sizes[0] <= 16)
    {
      if (run.cut || number_after (chars, run.ends[0]) || is_business_number (run.digits, run.sizes[0])
          || !is_after_bank (chars, at, FALSE))
        return 0;
      return run.ends[0];
    }
  guint groups = 0;
  while (groups < run.n_groups
         && (groups == 0 || (run.gaps[groups] <= GAP_DASH && run.gaps[groups] == run.gaps[1])))
    digits += run.sizes[groups++];
  if (run.cut || groups < 3 || groups > 4 || digits < 10 || digits > 16
      || number_after (chars, run.ends[groups - 1]))
    return 0;
  if (is_business_number (run.digits, digits) && run.sizes[0] == 3 && run.sizes[1] == 2)
    return 0;
  guint end = run.ends[groups - 1];
  return is_near_bank (chars, at, end) || is_after_bank (chars, at, TRUE) ? end : 0;
}

guint
jip_privacy_match_licence (const JipTextChar *chars, guint at)
{
  Run run;

  if (number_before (chars, at))
    return 0;
  read_run (chars, at, &run);
  if (run.n_groups < 4 || run.sizes[0] != 2 || run.sizes[1] != 2 || run.sizes[2] != 6 || run.sizes[3] != 2)
    return 0;
  for (guint i = 1; i < 4; i++)
    if (run.gaps[i] != GAP_DASH)
      return 0;
  return number_after (chars, run.ends[3]) ? 0 : run.ends[3];
}

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

/* Checks the groups from @first on (the prefix, 3 or 4 digits, 4 digits); the number of groups taken, or 0. */
static guint
phone_groups (const Run *run, guint first, const char *digits, guint prefix)
{
  guint size = run->sizes[first];
  guint left = run->n_groups - first;
  guint rest = (guint) strlen (digits);

  if (prefix == 0)
    return 0;
  if (prefix == 4 && size == 3 && run->gaps[first] == GAP_START)
    prefix = 3; /* 050-1234-5678 */
  if (size == prefix && left >= 3 && (run->sizes[first + 1] == 3 || run->sizes[first + 1] == 4)
      && run->sizes[first + 2] == 4)
    return 3;
  if (size == prefix && left >= 2 && (run->sizes[first + 1] == 7 || run->sizes[first + 1] == 8))
    return 2;
  if (left >= 2 && (size == prefix + 3 || size == prefix + 4) && run->sizes[first + 1] == 4
      && run->gaps[first + 1] == GAP_DASH)
    return 2;
  return rest >= size && (size == prefix + 7 || size == prefix + 8) ? 1 : 0;
}

static gboolean
gaps_fit (const Run *run, guint first, guint groups)
{
  for (guint i = first + 1; i < first + groups; i++)
    if (run->gaps[i] == GAP_PAREN && i != first + 1)
      return FALSE;
  if (groups == 3 && (run->gaps[first + 1] == GAP_DOT) != (run->gaps[first + 2] == GAP_DOT))
    return FALSE;
  return TRUE;
}

/* +82 before the number: the zero of the prefix is left out, or stands in parentheses. */
static guint
match_international (const JipTextChar *chars, guint at)
{
  char digits[MAX_DIGITS + 2];
  guint p = at + 3;
  Run run;

  if (!begins_with (chars, at, "+82"))
    return 0;
  while (chars[p].c == ' ' || chars[p].c == '-' || chars[p].c == ')')
    p++;
  if (begins_with (chars, p, "(0)"))
    p += 3;
  while (chars[p].c == ' ' || chars[p].c == '-')
    p++;
  if (p - at > 9 || !is_digit (chars[p].c))
    return 0;
  read_run (chars, p, &run);
  if (run.digits[0] == '0')
    g_strlcpy (digits, run.digits, sizeof digits);
  else
    {
      digits[0] = '0';
      g_strlcpy (digits + 1, run.digits, sizeof digits - 1);
    }
  guint prefix = phone_prefix (digits) - (run.digits[0] == '0' ? 0 : 1);
  guint groups = phone_prefix (digits) > 0 ? phone_groups (&run, 0, run.digits, prefix) : 0;
  if (groups == 0 || number_after (chars, run.ends[groups - 1]))
    return 0;
  return run.ends[groups - 1];
}

guint
jip_privacy_match_phone (const JipTextChar *chars, guint at)
{
  Run run;

  if (chars[at].c == '+')
    return match_international (chars, at);
  gboolean in_parens = chars[at].c == '(';
  guint first = in_parens ? at + 1 : at;
  if (chars[first].c != '0' || number_before (chars, at))
    return 0;
  read_run (chars, first, &run);
  if (in_parens && run.gaps[1] != GAP_PAREN)
    return 0;
  guint groups = phone_groups (&run, 0, run.digits, phone_prefix (run.digits));
  if (groups == 0 || !gaps_fit (&run, 0, groups) || (run.cut && groups == run.n_groups))
    return 0;
  guint end = run.ends[groups - 1];
  return number_after (chars, end) ? 0 : end;
}

static gboolean
is_latin (gunichar c)
{
  return c < 128 && g_ascii_isalnum ((char) c);
}

guint
jip_privacy_match_passport (const JipTextChar *chars, guint at)
{
  if (chars[at].c >= 128 || strchr ("MSRODG", (int) chars[at].c) == NULL || chars[at].c == 0
      || (at > 0 && (is_latin (chars[at - 1].c) || chars[at - 1].c == '-')))
    return 0;
  guint digits = 0, p = at + 1;
  while (is_digit (chars[p].c) && digits < 9)
    {
      p++;
      digits++;
    }
  if (digits == 3 && chars[p].c >= 'A' && chars[p].c <= 'Z')
    {
      p++;
      for (digits = 0; is_digit (chars[p].c) && digits < 5; digits++)
        p++;
      return digits == 4 && !is_latin (chars[p].c) && chars[p].c != '-' ? p : 0;
    }
  return digits == 8 && !is_latin (chars[p].c) && chars[p].c != '-' ? p : 0;
}

static gboolean
is_local (gunichar c)
{
  return is_latin (c) || (c != 0 && c < 128 && strchr ("._%+-", (int) c) != NULL);
}

guint
jip_privacy_match_email (const JipTextChar *chars, guint at, guint *begin)
{
  guint first = at, p = at + 1, label = at + 1, letters = 0;
  guint end = 0;

  if (chars[at].c != '@')
    return 0;
  while (first > 0 && at - first < 64 && is_local (chars[first - 1].c))
    first--;
  while (first < at && chars[first].c == '.')
    first++;
  if (first == at)
    return 0;
  for (; p - at < 255 && (is_latin (chars[p].c) || chars[p].c == '-' || chars[p].c == '.'); p++)
    {
      if (chars[p].c == '.')
        {
          if (p == label)
            break;
          label = p + 1;
          letters = 0;
          continue;
        }
      letters = is_latin (chars[p].c) && !is_digit (chars[p].c) ? letters + 1 : 0;
      if (label > at + 1 && letters >= 2 && letters == p + 1 - label)
        end = p + 1;
      else if (end > label)
        end = 0;
    }
  *begin = first;
  return end;
}
