/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-korean-particle.h"
#include "jip-lint-lists-private.h"
#include "jip-lint-private.h"

/* korean-first: `MOU(업무협약)` becomes `업무협약(MOU)`. Not all that stands in brackets behind Latin letters says what
 * they mean: it may be a count, a place, a name or a remark. */

#define MAX_LATIN 60
#define MAX_MEANING 40
#define MIN_UNKNOWN 3 /* syllables of a meaning that no list knows */
#define ALIKE 0.6     /* of the pairs of syllables, how many a meaning shares with one that is known */

typedef struct
{
  guint begin, end;     /* the Latin word or words */
  guint open, close;    /* the brackets */
  guint inside, behind; /* what they hold, without spaces around it */
} Pair;

/* Letters, digits and the signs within R&D, Wi-Fi and S/W. */
static gboolean
is_latin_word_char (gunichar c)
{
  return jip_lint_is_latin (c) || jip_lint_is_digit (c) || c == '&' || c == '-' || c == '/';
}

static guint
word_begin (const JipLintPaper *paper, guint floor, guint end)
{
  while (end > floor && is_latin_word_char (paper->chars[end - 1].c))
    end--;
  return end;
}

/* Whether a word is one of an English phrase, and no abbreviation of its own. */
static gboolean
has_small_letter (const JipLintPaper *paper, guint begin, guint end)
{
  for (guint i = begin + 1; i < end; i++)
    if (paper->chars[i].c >= 'a' && paper->chars[i].c <= 'z')
      return TRUE;
  return FALSE;
}

static guint
count_letters (const JipLintPaper *paper, guint begin, guint end)
{
  guint n = 0;

  for (guint i = begin; i < end; i++)
    n += jip_lint_is_latin (paper->chars[i].c) ? 1 : 0;
  return n;
}

/* `MOU`, `Memorandum of Understanding`, `QR코드` before the bracket. */
static gboolean
read_latin (const JipLintPaper *paper, const JipLintLine *line, Pair *pair)
{
  guint floor = MAX (line->body, pair->end - MIN (pair->end, MAX_LATIN));
  guint word = pair->end;

  while (word > floor && jip_lint_is_hangul (paper->chars[word - 1].c))
    word--;
  guint begin = word_begin (paper, floor, word);
  if (word < pair->end && (pair->end - word > 2 || begin == word))
    return FALSE;
  while (word == pair->end && begin >= floor + 2 && has_small_letter (paper, begin, pair->end)
         && paper->chars[begin - 1].c == ' ')
    {
      guint before = word_begin (paper, floor, begin - 1);
      if (before == begin - 1 || !(has_small_letter (paper, before, begin - 1)))
        break;
      begin = before;
    }
  if (!jip_lint_is_latin (paper->chars[begin].c) || !jip_lint_is_word_start (paper, begin)
      || count_letters (paper, begin, pair->end) < 2)
    return FALSE;
  pair->begin = begin;
  return TRUE;
}

/* What is in the brackets, when it is Korean words only. */
static gboolean
read_inside (const JipLintPaper *paper, const JipLintLine *line, Pair *pair)
{
  guint at = pair->open + 1, hangul = 0;

  for (; at < line->end && at < pair->open + MAX_MEANING && paper->chars[at].c != ')'; at++)
    {
      gunichar c = paper->chars[at].c;
      if (jip_lint_is_hangul (c))
        hangul++;
      else if (c != ' ' && c != 0xB7 && c != 0x318D && c != 0x30FB)
        return FALSE;
    }
  pair->close = at;
  if (at >= line->end || paper->chars[at].c != ')' || hangul < 2)
    return FALSE;
  pair->inside = jip_lint_skip_spaces (paper, pair->open + 1);
  pair->behind = at;
  while (paper->chars[pair->behind - 1].c == ' ')
    pair->behind--;
  return TRUE;
}

/* How many pairs of neighbouring characters of @a are in @b, of all that both have. */
static double
likeness (const char *a, const char *b)
{
  guint shared = 0, total = 0;

  if (strcmp (a, b) == 0)
    return 1;
  for (const char *p = a; *p != '\0' && *g_utf8_next_char (p) != '\0'; p = g_utf8_next_char (p), total++)
    {
      gsize size = (gsize) (g_utf8_next_char (g_utf8_next_char (p)) - p);
      if (memmem (b, strlen (b), p, size) != NULL)
        shared++;
    }
  glong other = g_utf8_strlen (b, -1) - 1;
  return total + other > 0 ? 2.0 * shared / (total + (double) other) : 0;
}

static gboolean
ends_in_any (const char *text, const char *const *endings)
{
  for (guint i = 0; endings[i] != NULL; i++)
    if (g_str_has_suffix (text, endings[i]))
      return TRUE;
  return FALSE;
}

/* Where something is: 서울역, 1층 로비, 시청 앞. */
static gboolean
is_place (const char *bare, glong length)
{
  static const char *const places[]
      = { "앞",     "옆",     "층",     "로비",   "입구",   "출구",   "주차장", "회의실", "사무실", "교실",
          "강당",   "구청",   "시청",   "도청",   "군청",   "광장",   "공원",   "학교",   "일대",   "방면",
          "방향",   "인근",   "지점",   "터미널", "공항",   "정류장", "현장",   "건물",   "본관",   "별관",
          "본청",   "전역",   "노선",   "골목",   "교차로", "사거리", "삼거리", "휴게소", "도서관", "미술관",
          "박물관", "복지관", "체육관", "청사",   "매장",   "창구",   "부스",   NULL };
  static const char *const units[]
      = { "역", "시", "군", "구", "읍", "면", "동", "리", "로", "길", "도", NULL };
  static const char *const words[]
      = { "기구", "지구", "연구", "도구", "요구", "인구", "구역", "수역", "지역", "영역", "용역", "도시",
          "표시", "고시", "전시", "게시", "지시", "감시", "화면", "측면", "활동", "이동", "운동", "행동",
          "노동", "자동", "협동", "공동", "관리", "처리", "정리", "수리", "분리", "제도", "온도", "지도",
          "속도", "농도", "척도", "도로", "회로", "진로", "철도", "궤도", "경로", NULL };

  return ends_in_any (bare, places)
         || (length <= 4 && ends_in_any (bare, units) && !ends_in_any (bare, words));
}

/* A remark: 포함, 제출용, 두 대, 교체 중. */
static gboolean
is_remark (const char *bare)
{
  static const char *const notes[]
      = { "필수",   "선택", "포함",     "제외", "별도", "예정", "무료", "유료", "완료",   "가능", "불가",
          "지참",   "참고", "참조",     "신규", "기존", "교체", "설치", "철거", "고장",   "점검", "보수",
          "제출",   "생략", "첨부",     "동봉", "이하", "이상", "미만", "초과", "내외",   "기준", "예시",
          "원본",   "사본", "상시",     "수시", "매일", "매주", "주말", "평일", "오전",   "오후", "야간",
          "주간",   "왕복", "편도",     "상행", "하행", "현재", "전체", "일부", "공통",   "해당", "대상",
          "담당",   "주최", "주관",     "후원", "협찬", "진행", "소속", "출신", "수상",   "우승", "체결",
          "참석",   "발표", "사용",     "구입", "구매", "배부", "배포", "게시", "홍보물", "등",   "외",
          "각",     "중",   "함",       "됨",   "음",   "요",   "다",   "까지", "부터",   "에서", "에게",
          "으로",   "마다", "당",       "하기", "되기", "보기", "적용", "없음", "있음",   "확인", "접수",
          "신청",   "문의", "안내",     "시연", "체험", "사진", "파일", "문서", "한글",   "국문", "영문",
          "한국어", "영어", "주식회사", "버전", "용량", "크기", "색",   NULL };
  static const char *const for_what[]
      = { "활용", "이용", "사용", "비용", "운용", "고용", "작용", "겸용", "상용", NULL };
  static const char *const numbers[]
      = { "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "여러", "몇", NULL };
  static const char *const counters[]
      = { "개", "대", "명", "곳", "건", "장", "부", "권", "회", "번", "가지", NULL };

  if (ends_in_any (bare, notes) || (g_str_has_suffix (bare, "용") && !ends_in_any (bare, for_what)))
    return TRUE;
  for (guint i = 0; numbers[i] != NULL; i++)
    if (g_str_has_prefix (bare, numbers[i]))
      for (guint k = 0; counters[k] != NULL; k++)
        if (strcmp (bare + strlen (numbers[i]), counters[k]) == 0)
          return TRUE;
  return FALSE;
}

/* Three syllables that begin with a family name may be a person. */
static gboolean
may_be_person (const char *bare, glong length)
{
  static const char *const families[]
      = { "김", "이", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "오", "서", "신",
          "권", "황", "안", "송", "류", "홍", "유", "고", "문", "양", "손", "배", "백", "허",
          "남", "심", "노", "하", "곽", "성", "차", "주", "우", "구", "민", "진", "나", "지",
          "엄", "채", "원", "천", "방", "공", "현", "함", "변", "염", "여", "추", "도", "소",
          "석", "선", "설", "마", "길", "연", "위", "표", "명", "기", "반", "왕", "금", "옥",
          "육", "인", "맹", "제", "모", "탁", "국", "어", "은", "편", "용" };

  for (guint i = 0; length == 3 && i < G_N_ELEMENTS (families); i++)
    if (g_str_has_prefix (bare, families[i]))
      return TRUE;
  return FALSE;
}

/* LH(엘에이치): the letters' names. */
static gboolean
is_spelled (const char *bare)
{
  static const char *const letters[]
      = { "더블유", "에이치", "에이", "제트", "와이", "에프", "에스", "아이", "제이", "케이",
          "브이",   "엑스",   "비",   "씨",   "시",   "디",   "이",   "지",   "엘",   "엠",
          "엔",     "오",     "피",   "큐",   "알",   "아르", "티",   "유",   NULL };
  const char *p = bare;

  while (*p != '\0')
    {
      guint i = 0;
      while (letters[i] != NULL && !g_str_has_prefix (p, letters[i]))
        i++;
      if (letters[i] == NULL)
        return FALSE;
      p += strlen (letters[i]);
    }
  return TRUE;
}

/* 무선망 is what 근거리 무선망 is. */
static gboolean
ends_alike (const char *a, const char *b)
{
  const char *shorter = strlen (a) < strlen (b) ? a : b, *longer = shorter == a ? b : a;

  return g_utf8_strlen (shorter, -1) >= MIN_UNKNOWN && g_str_has_suffix (longer, shorter);
}

static gboolean
is_known_meaning (const GPtrArray *meanings, const char *bare)
{
  for (guint i = 0; i < meanings->len; i++)
    {
      double like = likeness (bare, meanings->pdata[i]);
      if (like >= 1 || ((like >= ALIKE || ends_alike (bare, meanings->pdata[i])) && !is_remark (bare)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_meaning (const JipLintPaper *paper, const Pair *pair)
{
  const JipLintLists *lists = paper->options->lists;
  g_autofree char *inside = jip_lint_dup (paper, pair->inside, pair->behind);
  g_autofree char *valid = g_utf8_normalize (inside, -1, G_NORMALIZE_NFC);
  g_autofree char *latin = jip_lint_dup (paper, pair->begin, pair->end);
  g_autofree char *folded = g_utf8_normalize (latin, -1, G_NORMALIZE_NFKC);

  if (valid == NULL || folded == NULL)
    return FALSE;
  g_autofree char *bare = jip_lint_bare (valid);
  glong length = g_utf8_strlen (bare, -1);
  const GPtrArray *meanings = lists != NULL ? jip_lint_lists_get_meanings (lists, folded) : NULL;
  if (meanings != NULL)
    return is_known_meaning (meanings, bare);
  if (jip_lint_is_hangul (paper->chars[pair->end - 1].c))
    return FALSE;
  return length >= MIN_UNKNOWN && !is_place (bare, length) && !is_remark (bare)
         && !may_be_person (bare, length) && !is_spelled (bare);
}

static void
check_bracket (const JipLintPaper *paper, const JipLintLine *line, guint open, JipLintFindings *out)
{
  Pair pair = { .open = open, .end = open };

  if (paper->chars[open - 1].c == ' ')
    pair.end--;
  if (pair.end <= line->body || !read_inside (paper, line, &pair) || !read_latin (paper, line, &pair)
      || (paper->flags[pair.begin] & (JIP_LINT_QUOTED | JIP_LINT_CITED | JIP_LINT_URL | JIP_LINT_ROUND)) != 0
      || !is_meaning (paper, &pair))
    return;
  g_autofree char *latin = jip_lint_dup (paper, pair.begin, pair.end);
  g_autofree char *korean = jip_lint_dup (paper, pair.inside, pair.behind);
  g_autoptr (GString) fix = g_string_new (NULL);
  g_string_printf (fix, "%s(%s)", korean, latin);
  g_autofree char *message
      = g_strdup_printf (_ ("the Korean word comes first, the foreign one in brackets: %s"), fix->str);
  guint end = jip_lint_append_particle (paper, pair.close + 1, korean, fix);
  jip_lint_found (out, pair.begin, end, fix->str, message);
}

void
jip_lint_korean_first (const JipLintPaper *paper, JipLintFindings *out)
{
  for (guint n = 0; n < paper->n_lines; n++)
    {
      const JipLintLine *line = &paper->lines[n];
      if (!jip_lint_line_is_written (paper, line))
        continue;
      for (guint i = line->body + 2; i < line->end; i++)
        if (paper->chars[i].c == '(')
          check_bracket (paper, line, i, out);
    }
}
