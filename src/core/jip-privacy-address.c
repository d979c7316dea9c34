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

  static const gunichar firsts[]
      = { 0xAC15, 0xACBD, 0xAD11, 0xB300, 0xBD80, 0xC11C, 0xC138, 0xC6B8, 0xC778, 0xC804, 0xC81C, 0xCDA9 };
  gboolean may_be = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (firsts); i++)
    may_be |= firsts[i] == chars[at].c;
  if (!may_be)
    return FALSE; /* as most words begin with none of these: 강경광대부서세울인전제충 */
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

/* Whether the Hangul at @at is no more than particles or a copula: `에서는`, `입니다`. */
static gboolean
is_ending (const JipTextChar *chars, guint at)
{
  static const char *const whole[]
      = { "에서", "에서는", "에서도", "에서의", "에",     "에는", "에도",   "에선",    "에서만", "으로",
          "로",   "로서",   "로의",   "의",     "이",     "가",   "은",     "는",      "과",     "와",
          "을",   "를",     "도",     "만",     "번지",   "번",   "로부터", "이나",    "나",     "이고",
          "이며", "이자",   "이라",   "이라고", "으로의", "로는", "으로는", "에서부터" };
  static const char *const beginnings[] = { "일대", "일원", "까지", "부터", "이다", "입니다", "임",
                                            "인근", "소재", "번지", "이었", "였",   "입니" };

  for (guint i = 0; i < G_N_ELEMENTS (whole); i++)
    {
      guint end = jip_text_starts_with (chars, at, whole[i]);
      if (end > 0 && !is_hangul (chars[end].c))
        return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    if (jip_text_starts_with (chars, at, beginnings[i]) > 0)
      return TRUE;
  return FALSE;
}

static guint unit_end (const JipTextChar *chars, guint at);

/* Three digits after a comma that go on an amount, not a column or a floor. */
static gboolean
is_thousands (const JipTextChar *chars, guint comma)
{
  guint n = jip_privacy_count_digits (chars, comma + 1, 3);
  gunichar after = chars[comma + 1 + n].c;

  return chars[comma].c == ',' && n == 3 && after != '-' && unit_end (chars, comma + 1) == 0;
}

/* `12 명`, `3 km`, `12 34`: with a blank between, too, it is an amount or a row of a table. */
static gboolean
is_counted (const JipTextChar *chars, guint at)
{
  static const char *const counters[]
      = { "명",   "개", "건", "곳", "가구", "세대", "억",   "만", "천", "원", "대", "회", "년", "월", "일",
          "시간", "분", "인", "톤", "주",   "필지", "동의", "km", "m",  "㎞", "㎡", "%",  "m²", "ha", "㏊" };

  if (chars[at].c != ' ')
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (counters); i++)
    {
      guint end = jip_text_starts_with (chars, at + 1, counters[i]);
      if (end > 0 && (!g_unichar_isalnum (chars[end].c) || is_ending (chars, end)))
        return TRUE;
    }
  return jip_privacy_is_digit (chars[at + 1].c) && unit_end (chars, at + 1) == 0;
}

/* What may follow a house number: the end, punctuation, or a particle; a counter makes it an ordinary number. */
static gboolean
may_end_number (const JipTextChar *chars, guint end)
{
  gunichar c = chars[end].c;

  if (is_hangul (c))
    return is_ending (chars, end);
  return !g_unichar_isalnum (c) && !(c == '.' && (is_digit (chars[end + 1].c) || is_digit (chars[end + 2].c)))
         && c != '%' && c != ':' && c != '-' && c != '~' && !is_thousands (chars, end)
         && !is_counted (chars, end);
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
      guint next = jip_text_starts_with (chars, at, before[i]);
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
  guint lot = jip_text_starts_with (chars, p, "번지");
  if (lot > 0)
    return lot;
  if (!may_end_number (chars, p))
    return 0;
  /* 남포동 5가 is the name of a quarter */
  return sure || chars[p].c != 0xAC00 ? p : 0;
}

/* 101동관리사무소, 3층회의실: a room hangs on the unit. */
static gboolean
unit_name (const JipTextChar *chars, guint at)
{
  static const char *const no_units[] = { "선", "차", "짜리", "높이", "수", "건물", "규모", "봉", "기" };

  for (guint i = 0; i < G_N_ELEMENTS (no_units); i++)
    if (jip_text_starts_with (chars, at, no_units[i]) > 0)
      return FALSE;
  return TRUE;
}

/* A unit such as `101동`, `3층`, `B102호`, `지하1층` at @at. */
static guint
unit_end (const JipTextChar *chars, guint at)
{
  guint p = at;

  if (jip_text_starts_with (chars, p, "지하") > 0)
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
  if (chars[p].c != 0xB3D9 && chars[p].c != 0xCE35 && chars[p].c != 0xD638)
    return 0;
  /* 5호선, 3층짜리 are no units; 101동1203호 are two */
  p++;
  return !is_hangul (chars[p].c) || is_ending (chars, p) || unit_name (chars, p) ? p : 0;
}

/* The end of the name of a building at @at, up to a unit that hangs on it (한빛아파트101동); 0 when it is none. */
static guint
building_name (const JipTextChar *chars, guint at)
{
  static const char *const no_names[]
      = { "에서", "에", "은", "는",   "을",   "를",     "의",   "으로", "까지", "부터", "와",
          "과",   "한", "된", "하는", "있는", "회의실", "강당", "이며", "이고", NULL };
  guint p = at;

  while (p - at < MAX_TOKEN && g_unichar_isalnum (chars[p].c))
    {
      if (p > at && is_digit (chars[p].c) && !is_digit (chars[p - 1].c) && unit_end (chars, p) > 0)
        return p;
      p++;
    }
  return p == at || is_digit (chars[at].c) || (p - at > 1 && ends_with_any (chars, p, no_names)) ? 0 : p;
}

/* Goes on from the house number to the last unit on the same line, over the name of a building of two words at most. */
static guint
last_unit (const JipTextChar *chars, guint end)
{
  guint last = end, names = 0;

  if (is_hangul (chars[end].c))
    return end;
  for (guint p = end; p < last + MAX_TAIL;)
    {
      guint blank = p;
      while (chars[p].c == ' ' || chars[p].c == ',')
        p++;
      guint unit = unit_end (chars, p);
      if (unit > 0)
        {
          last = p = unit;
          names = 2;
          if (is_hangul (chars[p].c) && is_ending (chars, p))
            return last;
          continue;
        }
      guint name = p > blank && names < 2 ? building_name (chars, p) : 0;
      if (name == 0)
        return last;
      names++;
      p = name;
      unit = unit_end (chars, p);
      if (unit > 0)
        last = p = unit;
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
  guint ward = number > 0 ? number + jip_privacy_count_digits (chars, number, 2) : 0;
  if (ward > number && chars[ward].c == 0xAC00 && chars[ward + 1].c == ' ' && is_digit (chars[ward + 2].c))
    return 0; /* 종로 3가 12: the number is that of a ward */
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
      gboolean village
          = is_village (chars, next, next_end)
            || (part > 0 && is_digit (chars[next].c) && jip_text_ends_with (chars, next_end, "가"));
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
