/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-privacy-private.h"

/* Addresses: from the province, city or district over road or village and house number to the last unit. A token is what
 * stands between blanks and commas. */

#define MAX_TOKEN 20
#define MAX_PARTS 4 /* between the first name and the road or village */
#define MAX_TAIL 30 /* characters after the house number in which a unit is looked for */

static gboolean
is_digit (gunichar c)
{
  return c >= '0' && c <= '9';
}

static gboolean
is_hangul (gunichar c)
{
  return c >= 0xAC00 && c <= 0xD7A3;
}

/* The end of the token at @at: Hangul, digits, dashes between digits, the middle dot. */
static guint
token_end (const JipTextChar *chars, guint at)
{
  guint p = at;
  while (p - at < MAX_TOKEN && (is_hangul (chars[p].c) || is_digit (chars[p].c) || chars[p].c == 0xB7))
    p++;
  return p;
}

static gboolean
ends_with_any (const JipTextChar *chars, guint end, const char *const *words)
{
  for (; *words != NULL; words++)
    if (jip_text_ends_with (chars, end, *words))
      return TRUE;
  return FALSE;
}

static gboolean
is_province (const JipTextChar *chars, guint at, guint end)
{
  static const char *const names[]
      = { "서울",       "부산",       "대구",           "인천",           "광주",       "대전",
          "울산",       "세종",       "경기",           "강원",           "충북",       "충남",
          "전북",       "전남",       "경북",           "경남",           "제주",       "서울시",
          "부산시",     "대구시",     "인천시",         "광주시",         "대전시",     "울산시",
          "세종시",     "서울특별시", "부산광역시",     "대구광역시",     "인천광역시", "광주광역시",
          "대전광역시", "울산광역시", "세종특별자치시", "경기도",         "강원도",     "강원특별자치도",
          "충청북도",   "충청남도",   "전라북도",       "전북특별자치도", "전라남도",   "경상북도",
          "경상남도",   "제주도",     "제주특별자치도" };

  if (g_utf8_strchr ("강경광대부서세울인전제충", -1, chars[at].c) == NULL)
    return FALSE; /* as most words begin with none of these */
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (jip_text_starts_with (chars, at, names[i]) == end)
      return TRUE;
  return FALSE;
}

/* 시, 군, 구 with a name before it. */
static gboolean
is_district (const JipTextChar *chars, guint at, guint end)
{
  static const char *const kinds[] = { "시", "군", "구", NULL };
  guint length = end - at;

  if (length < 2 || length > 8 || !ends_with_any (chars, end, kinds))
    return FALSE;
  for (guint p = at; p < end; p++)
    if (!is_hangul (chars[p].c))
      return FALSE;
  return TRUE;
}

static gboolean
is_road (const JipTextChar *chars, guint at, guint end)
{
  static const char *const kinds[] = { "로", "길", NULL };
  return end - at >= 2 && is_hangul (chars[at].c) && ends_with_any (chars, end, kinds);
}

static gboolean
is_village (const JipTextChar *chars, guint at, guint end)
{
  static const char *const kinds[] = { "동", "리", "가", NULL };
  return end - at >= 2 && is_hangul (chars[at].c) && ends_with_any (chars, end, kinds);
}

static gboolean
is_town (const JipTextChar *chars, guint at, guint end)
{
  static const char *const kinds[] = { "읍", "면", NULL };
  return end - at >= 2 && is_hangul (chars[at].c) && ends_with_any (chars, end, kinds);
}

/* Where the next token begins when one blank or line end separates it, else 0. */
static guint
skip_blank (const JipTextChar *chars, guint at)
{
  guint p = at;
  if (chars[p].c == ' ')
    p++;
  if (chars[p].c == '\r' && chars[p + 1].c == '\n')
    p++;
  if (chars[p].c == '\n')
    p++;
  if (chars[p].c == ' ' && p > at)
    p++;
  return p > at ? p : 0;
}

/* What may follow a house number: the end, punctuation, or a particle; a counter makes it an ordinary number. */
static gboolean
may_end_number (const JipTextChar *chars, guint end)
{
  static const char *const particles[]
      = { "에서", "에", "으로", "로",   "의", "이",   "은",   "는",   "과",
          "와",   "을", "를",   "번지", "번", "일대", "일원", "까지", "부터" };
  gunichar c = chars[end].c;

  if (!is_hangul (c))
    return !g_unichar_isalnum (c)
           && !(c == '.' && (is_digit (chars[end + 1].c) || is_digit (chars[end + 2].c))) && c != '%'
           && c != ':' && c != '-';
  for (guint i = 0; i < G_N_ELEMENTS (particles); i++)
    {
      const char *word = particles[i];
      guint p = end;
      while (*word != '\0' && chars[p].c == g_utf8_get_char (word))
        {
          p++;
          word = g_utf8_next_char (word);
        }
      if (*word == '\0' && !is_hangul (chars[p].c))
        return TRUE;
      if (*word == '\0' && i >= 12)
        return TRUE;
    }
  return FALSE;
}

static guint
skip_word (const JipTextChar *chars, guint at, const char *word)
{
  for (; *word != '\0'; word = g_utf8_next_char (word), at++)
    if (chars[at].c != g_utf8_get_char (word))
      return 0;
  return at;
}

/* `12`, `12-3`, `지하 12`, `산 12-3`, `12번지`; the index after it, or 0. */
static guint
house_number (const JipTextChar *chars, guint at, gboolean is_road_number)
{
  static const char *const before[] = { "지하 ", "지하", "산 ", "산" };
  guint p = at, digits = 0;
  gboolean sure = is_road_number;

  for (guint i = 0; i < G_N_ELEMENTS (before); i++)
    {
      guint next = skip_word (chars, at, before[i]);
      if (next > 0 && is_digit (chars[next].c))
        {
          p = next;
          break;
        }
    }
  for (; is_digit (chars[p].c) && digits < 6; digits++)
    p++;
  if (digits == 0 || digits > 5)
    return 0;
  guint dash = chars[p].c == ' ' && chars[p + 1].c == '-' ? p + 1 : p;
  if (chars[dash].c == '-')
    {
      guint next = chars[dash + 1].c == ' ' ? dash + 2 : dash + 1;
      guint more = next;
      while (is_digit (chars[more].c) && more - next < 5)
        more++;
      if (more > next && more - next <= 4)
        {
          p = more;
          sure = TRUE;
        }
    }
  guint lot = skip_word (chars, p, "번지");
  if (lot > 0)
    return lot;
  if (!may_end_number (chars, p))
    return 0;
  /* a bare number after a village is an address when nothing but a break follows */
  return sure || !is_hangul (chars[p].c) ? p : 0;
}

/* A unit such as `101동`, `3층`, `B102호`, `지하1층` at @at. */
static guint
unit_end (const JipTextChar *chars, guint at)
{
  guint p = at;

  if (skip_word (chars, p, "지하") > 0)
    p += 2;
  if (chars[p].c < 128 && g_ascii_isalpha ((char) chars[p].c))
    p++;
  guint digits = p;
  while (is_digit (chars[p].c) && p - digits < 5)
    p++;
  if (p == digits)
    {
      /* 가동 102호 */
      if (!is_hangul (chars[at].c) || chars[at + 1].c != 0xB3D9 || is_hangul (chars[at + 2].c))
        return 0;
      return at + 2;
    }
  if (chars[p].c == '-')
    {
      guint more = p + 1;
      while (is_digit (chars[more].c))
        more++;
      p = more > p + 1 ? more : p;
    }
  return chars[p].c == 0xB3D9 || chars[p].c == 0xCE35 || chars[p].c == 0xD638 ? p + 1 : 0;
}

/* Goes on from the house number to the last unit on the same line, over names of buildings. */
static guint
last_unit (const JipTextChar *chars, guint end)
{
  guint last = end;

  for (guint p = end; p < last + MAX_TAIL;)
    {
      while (chars[p].c == ' ' || chars[p].c == ',')
        p++;
      guint unit = unit_end (chars, p);
      if (unit > 0)
        {
          last = p = unit;
          continue;
        }
      guint word = token_end (chars, p);
      while (chars[word].c < 128 && g_ascii_isalnum ((char) chars[word].c))
        word++;
      if (word == p || chars[p - 1].c == chars[p].c || (!is_hangul (chars[p].c) && is_digit (chars[p].c)))
        return last;
      /* 한빛아파트101동: the unit hangs on the name */
      for (guint q = p + 1; q < word; q++)
        if (is_digit (chars[q].c) && !is_digit (chars[q - 1].c) && unit_end (chars, q) > 0)
          {
            last = word = unit_end (chars, q);
            break;
          }
      p = word;
    }
  return last;
}

/* The end of `99번길`, `12길` at @at, a street off the road before it; 0 when none is there. */
static guint
side_street (const JipTextChar *chars, guint at)
{
  guint p = at;

  while (is_digit (chars[p].c) && p - at < 5)
    p++;
  for (guint i = 0; p > at && i < 3 && is_hangul (chars[p + i].c); i++)
    if (chars[p + i].c == 0xAE38 && !is_hangul (chars[p + i + 1].c))
      return p + i + 1;
  return 0;
}

static guint
after_road (const JipTextChar *chars, guint end, gboolean is_road_number)
{
  guint number = skip_blank (chars, end);
  guint side = is_road_number && number > 0 ? side_street (chars, number) : 0;

  if (side > 0)
    {
      end = side;
      number = skip_blank (chars, end);
    }
  guint done = house_number (chars, number > 0 ? number : end, is_road_number);
  return done > 0 ? last_unit (chars, done) : 0;
}

/* 세종대로110, 테헤란로123번길 4: the number hangs on the road. */
static guint
road_within (const JipTextChar *chars, guint at, guint end)
{
  guint digits = end;

  while (digits > at && is_digit (chars[digits - 1].c))
    digits--;
  return digits < end && is_road (chars, at, digits) ? digits : 0;
}

guint
jip_privacy_match_address (const JipTextChar *chars, guint at)
{
  if (!is_hangul (chars[at].c) || (at > 0 && (is_hangul (chars[at - 1].c) || is_digit (chars[at - 1].c))))
    return 0;
  guint end = token_end (chars, at);
  if (!is_province (chars, at, end) && !is_district (chars, at, end))
    return 0;

  for (guint part = 0; part < MAX_PARTS + 1; part++)
    {
      guint next = skip_blank (chars, end);
      if (next == 0)
        return 0;
      guint next_end = token_end (chars, next);
      if (next_end == next)
        return 0;
      guint hanging = road_within (chars, next, next_end);
      if (hanging > 0)
        return after_road (chars, hanging, TRUE);
      gboolean road = is_road (chars, next, next_end);
      gboolean village = is_village (chars, next, next_end);
      if (road || village)
        {
          guint done = after_road (chars, next_end, road);
          if (done > 0)
            return done;
        }
      if (!road && !village && !is_district (chars, next, next_end) && !is_town (chars, next, next_end))
        return 0;
      end = next_end;
    }
  return 0;
}
