/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-fact-private.h"

#include <string.h>

/* Numbers as they are written: 1,234.5 / 3억 5천만 / 열두 / 일십일만삼천. */

#define MAX_VALUE (G_MAXUINT64 / 100)

static void
multiply (JipFactValue *value, guint power)
{
  while (power > 0 && value->decimals > 0)
    {
      value->decimals--;
      power--;
    }
  for (; power > 0; power--)
    {
      if (value->digits > MAX_VALUE)
        value->too_long = TRUE;
      else
        value->digits *= 10;
    }
}

static void
strip_zeros (JipFactValue *value)
{
  while (value->decimals > 0 && value->digits % 10 == 0)
    {
      value->digits /= 10;
      value->decimals--;
    }
}

static void
add (JipFactValue *sum, JipFactValue part)
{
  while (sum->decimals < part.decimals && !sum->too_long)
    {
      sum->too_long |= sum->digits > MAX_VALUE;
      sum->digits *= 10;
      sum->decimals++;
    }
  while (part.decimals < sum->decimals && !part.too_long)
    {
      part.too_long |= part.digits > MAX_VALUE;
      part.digits *= 10;
      part.decimals++;
    }
  sum->too_long |= part.too_long || part.digits > MAX_VALUE || sum->digits > MAX_VALUE;
  sum->digits += part.digits;
}

/* Makes @value 10^@power times as large. */
void
jip_fact_value_shift (JipFactValue *value, guint power)
{
  multiply (value, power);
  strip_zeros (value);
}

static void
take_digit (JipFactValue *value, gunichar c)
{
  if (value->digits > MAX_VALUE)
    value->too_long = TRUE;
  else
    value->digits = value->digits * 10 + (c - '0');
  value->n_digits++;
}

static gboolean
is_group (const JipTextChar *chars, guint at)
{
  return chars[at].c == ',' && jip_fact_is_digit (chars[at + 1].c) && jip_fact_is_digit (chars[at + 2].c)
         && jip_fact_is_digit (chars[at + 3].c) && !jip_fact_is_digit (chars[at + 4].c);
}

/* Digits with commas before each three and a point: not 1.2.3, of which only the 1 is read. */
guint
jip_fact_read_digits (const JipTextChar *chars, guint at, JipFactValue *value)
{
  guint p = at;

  memset (value, 0, sizeof *value);
  value->plain = TRUE;
  while (jip_fact_is_digit (chars[p].c))
    take_digit (value, chars[p++].c);
  if (p == at)
    return 0;
  while (value->n_digits <= 3 + 3 * 7 && p - at <= (value->plain ? 3u : 32u) && is_group (chars, p))
    {
      value->plain = FALSE;
      for (guint i = 1; i <= 3; i++)
        take_digit (value, chars[p + i].c);
      p += 4;
    }
  if (chars[p].c == '.' && jip_fact_is_digit (chars[p + 1].c))
    {
      guint q = p + 1;
      while (jip_fact_is_digit (chars[q].c))
        q++;
      if (chars[q].c == '.' && jip_fact_is_digit (chars[q + 1].c))
        return p;
      value->plain = FALSE;
      for (guint i = p + 1; i < q; i++, value->decimals++)
        take_digit (value, chars[i].c);
      p = q;
    }
  strip_zeros (value);
  return p;
}

static guint
small_power (gunichar c)
{
  return c == 0xC2ED ? 1 : c == 0xBC31 ? 2 : c == 0xCC9C ? 3 : 0; /* 십 백 천 */
}

static guint
large_power (gunichar c)
{
  return c == 0xB9CC ? 4 : c == 0xC5B5 ? 8 : c == 0xC870 ? 12 : 0; /* 만 억 조 */
}

/* A number grows from the left: parts below 만, then 만, 억, 조 over all that was read since the last of them. */
typedef struct
{
  JipFactValue total, section;
  guint last_small, last_large;
  guint n_words;
} Sum;

/* Takes @part and the words 천, 백만 … behind it; the index behind them. FALSE when they are not smaller than the last. */
static gboolean
take_part (Sum *sum, const JipTextChar *chars, guint *at, JipFactValue part, JipFactValue *out)
{
  guint p = *at;
  guint small = small_power (chars[p].c);
  p += small > 0 ? 1 : 0;
  guint large = large_power (chars[p].c);

  if (sum->n_words > 0 && (large >= sum->last_large || (sum->section.digits > 0 && small >= sum->last_small)))
    return FALSE;
  if (large == 12)
    {
      out->trillions = TRUE;
      out->trillions_at = p;
    }
  p += large > 0 ? 1 : 0;
  multiply (&part, small);
  add (&sum->section, part);
  sum->last_small = small;
  if (large > 0)
    {
      multiply (&sum->section, large);
      add (&sum->total, sum->section);
      memset (&sum->section, 0, sizeof sum->section);
      sum->last_large = large;
      sum->last_small = 4;
    }
  out->power = sum->n_words == 0 ? small + large : 0;
  sum->n_words += small > 0 || large > 0 ? 1 : 0;
  *at = p;
  return TRUE;
}

/* Whether the digits from @at to @end, without a word behind them, end a number such as 1만 2,000. */
static gboolean
ends_number (const JipTextChar *chars,
             guint at,
             guint end,
             const JipFactValue *part,
             gboolean spaced,
             guint room)
{
  static const gunichar other[] = { 0xB144, 0xC6D4, 0xC77C, 0xC2DC, 0xBD84 }; /* 년 월 일 시 분 */
  guint64 limit = 1;
  guint p = chars[end].c == ' ' ? end + 1 : end;

  for (guint i = 0; i < MIN (room, 12u); i++)
    limit *= 10;
  if (part->decimals > 0 || part->digits >= limit || (spaced && part->n_digits < 3))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (other); i++)
    if (chars[p].c == other[i])
      return FALSE;
  return chars[end].c != ':' && chars[end].c != '-' && chars[end].c != '/' && at < end;
}

/* Digits and the words of size behind them: 345천, 1만 2,000, 3억5천만, 1.2억. */
guint
jip_fact_read_value (const JipTextChar *chars, guint at, JipFactValue *value)
{
  Sum sum = { .last_small = 4, .last_large = 16 };
  JipFactValue part;
  guint p = jip_fact_read_digits (chars, at, value);

  if (p == 0 || (small_power (chars[p].c) == 0 && large_power (chars[p].c) == 0))
    return p;
  part = *value;
  take_part (&sum, chars, &p, part, value);
  while (sum.n_words < 8)
    {
      guint power = value->power;
      guint q = chars[p].c == ' ' ? p + 1 : p;
      guint end = jip_fact_read_digits (chars, q, &part);
      guint next = end;
      if (end == 0)
        break;
      gboolean word = small_power (chars[end].c) > 0 || large_power (chars[end].c) > 0;
      guint room = sum.section.digits > 0 ? sum.last_small : sum.last_large;
      if (word ? !take_part (&sum, chars, &next, part, value)
               : !ends_number (chars, q, end, &part, q > p, room))
        {
          value->power = power;
          break;
        }
      if (!word)
        add (&sum.section, part);
      value->power = 0;
      p = next;
      if (!word)
        break;
    }
  add (&sum.section, sum.total);
  value->digits = sum.section.digits;
  value->decimals = sum.section.decimals;
  value->too_long = sum.section.too_long;
  value->plain = FALSE;
  strip_zeros (value);
  return p;
}

typedef struct
{
  const char *word;
  guint value;
} Numeral;

static const Numeral native_tens[]
    = { { "스물", 20 }, { "스무", 20 }, { "서른", 30 }, { "마흔", 40 }, { "예순", 60 },
        { "일흔", 70 }, { "여든", 80 }, { "아흔", 90 }, { "열", 10 },   { "쉰", 50 } };
static const Numeral native_ones[]
    = { { "하나", 1 }, { "다섯", 5 }, { "여섯", 6 }, { "일곱", 7 }, { "여덟", 8 },
        { "아홉", 9 }, { "한", 1 },   { "두", 2 },   { "둘", 2 },   { "세", 3 },
        { "셋", 3 },   { "석", 3 },   { "네", 4 },   { "넷", 4 },   { "넉", 4 } };

static guint
match_numeral (const JipTextChar *chars, guint at, const Numeral *list, guint n, guint *value)
{
  for (guint i = 0; i < n; i++)
    {
      guint end = jip_text_starts_with (chars, at, list[i].word);
      if (end > 0)
        {
          *value = list[i].value;
          return end;
        }
    }
  return 0;
}

/* 한, 세, 열두, 스물다섯. */
guint
jip_fact_read_native (const JipTextChar *chars, guint at, JipFactValue *value)
{
  guint tens = 0, ones = 0;
  guint p = match_numeral (chars, at, native_tens, G_N_ELEMENTS (native_tens), &tens);
  guint end = match_numeral (chars, p > 0 ? p : at, native_ones, G_N_ELEMENTS (native_ones), &ones);

  memset (value, 0, sizeof *value);
  value->digits = tens + ones;
  value->plain = TRUE;
  value->n_digits = value->digits > 9 ? 2 : 1;
  return end > 0 ? end : p;
}

/* 두세, 서너: no number, but a count that a source may say as well. */
guint
jip_fact_read_vague (const JipTextChar *chars, guint at)
{
  static const char *const words[]
      = { "한두", "두세", "두서너", "서너", "너댓", "네댓", "네다섯", "대여섯", "예닐곱" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      guint end = jip_text_starts_with (chars, at, words[i]);
      if (end > 0)
        return end;
    }
  return 0;
}

static int
sino_digit (gunichar c)
{
  /* 영공 일이삼사오육칠팔구 륙 */
  static const gunichar digits[]
      = { 0xC601, 0xC77C, 0xC774, 0xC0BC, 0xC0AC, 0xC624, 0xC721, 0xCE60, 0xD314, 0xAD6C };

  for (int i = 0; i < (int) G_N_ELEMENTS (digits); i++)
    if (c == digits[i])
      return i;
  return c == 0xACF5 ? 0 : c == 0xB959 ? 6 : -1;
}

/* Whether a number goes on behind a space: 이만 삼천. */
static gboolean
sino_goes_on (const JipTextChar *chars, guint at)
{
  return chars[at].c == ' ' && sino_digit (chars[at + 1].c) > 0 && small_power (chars[at + 2].c) > 0;
}

/* 십이, 오백, 일십일만삼천오백육십, 삼억 오천만. @n_digits counts the syllables. */
guint
jip_fact_read_sino (const JipTextChar *chars, guint at, JipFactValue *value)
{
  Sum sum = { .last_small = 4, .last_large = 16 };
  guint p = at;

  memset (value, 0, sizeof *value);
  while (p - at < 40)
    {
      JipFactValue part = { 0 };
      guint q = p > at && large_power (chars[p - 1].c) > 0 && sino_goes_on (chars, p) ? p + 1 : p;
      int digit = sino_digit (chars[q].c);
      guint next = digit >= 0 ? q + 1 : q;
      part.digits = digit >= 0 ? (guint64) digit : 1;
      gboolean small = small_power (chars[next].c) > 0, large = large_power (chars[next].c) > 0;
      if (digit < 0 && !small && !large)
        break;
      if (digit < 0 && !small && sum.section.digits > 0)
        part.digits = 0; /* 오백만: 만 counts what stands before it */
      gboolean fits = small || large || sum.last_small > 0;
      if (!fits || !take_part (&sum, chars, &next, part, value))
        break;
      if (!small && !large)
        sum.last_small = 0;
      p = next;
    }
  if (p == at || sum.n_words == 0)
    return 0;
  add (&sum.section, sum.total);
  value->digits = sum.section.digits;
  value->too_long = sum.section.too_long;
  value->plain = value->digits < 10000;
  value->n_digits = p - at;
  value->power = 0;
  return p;
}
