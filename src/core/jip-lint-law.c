/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-korean-particle.h"
#include "jip-lint-lists-private.h"
#include "jip-lint-private.h"

/* law-quote: the full name of a statute before 제N조 stands in 「」, and the numbers of articles without spaces. Names come
 * from the list; a name that it lacks is known by its end, and where it begins by the words before it. */

#define MAX_NAME 90
#define MAX_WORDS 16

#define HANGUL_JE 0xC81C   /* 제 */
#define HANGUL_JO 0xC870   /* 조 */
#define HANGUL_HANG 0xD56D /* 항 */
#define HANGUL_HO 0xD638   /* 호 */
#define HANGUL_UI 0xC758   /* 의 */

/**
 * Article:
 * @begin: 제
 * @unit: 조, 항 or 호
 * @end: behind it, and behind 의2
 * @spaced: a space stands in it
 */
typedef struct
{
  guint begin, digits, digits_end, unit, end;
  gboolean spaced;
} Article;

/* What may follow 조, 항 and 호 without a space beside a particle. */
static gboolean
may_follow (const JipLintPaper *paper, guint at)
{
  static const char *const parts[]
      = { "제", "각", "본문", "단서", "전단", "후단", "가목", "나목", "다목", "내지", "및", "또는" };
  JipKoreanParticle particle;

  if (!jip_lint_is_hangul (paper->chars[at].c))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (jip_text_starts_with (paper->chars, at, parts[i]) > 0)
      return TRUE;
  return jip_korean_read_particle (paper->chars, at, &particle);
}

/* `의2`, `의 2` behind 조. */
static guint
skip_branch (const JipLintPaper *paper, guint at, gboolean *spaced)
{
  guint digit = jip_lint_skip_spaces (paper, at + 1), end = digit;

  if (paper->chars[at].c != HANGUL_UI)
    return at;
  while (jip_lint_is_digit (paper->chars[end].c))
    end++;
  if (end == digit || (digit > at + 1 && jip_lint_is_hangul (paper->chars[end].c)))
    return at;
  *spaced |= digit > at + 1;
  return end;
}

/* `제3조`, `제 3 호`, `제3조의2`. */
static gboolean
read_article (const JipLintPaper *paper, guint at, guint limit, Article *article)
{
  const JipTextChar *chars = paper->chars;

  if (chars[at].c != HANGUL_JE)
    return FALSE;
  guint digits = jip_lint_skip_spaces (paper, at + 1), end = digits;
  while (jip_lint_is_digit (chars[end].c) && end - digits < 5)
    end++;
  guint unit = jip_lint_skip_spaces (paper, end);
  if (end == digits || digits > at + 3 || unit > end + 2 || unit >= limit
      || (chars[unit].c != HANGUL_JO && chars[unit].c != HANGUL_HANG && chars[unit].c != HANGUL_HO))
    return FALSE;
  *article = (Article){ .begin = at, .digits = digits, .digits_end = end, .unit = unit, .end = unit + 1 };
  article->spaced = digits > at + 1 || unit > end;
  if (chars[unit].c == HANGUL_JO)
    article->end = skip_branch (paper, unit + 1, &article->spaced);
  return article->end > unit + 1 || may_follow (paper, article->end);
}

static void
check_spaces (const JipLintPaper *paper, const Article *article, JipLintFindings *out)
{
  guint before = article->begin;
  g_autoptr (GString) fix = g_string_new (NULL);

  if (!article->spaced)
    return;
  /* 어제 3 호실 is no number; 제5조제 3 항 is one */
  gunichar unit = before > 0 ? paper->chars[before - 1].c : 0;
  guint digit = before > 0 ? before - 1 : 0;
  while (digit > 0 && paper->chars[digit - 1].c == ' ')
    digit--;
  if (!jip_lint_is_word_start (paper, before)
      && (digit == 0 || !jip_lint_is_digit (paper->chars[digit - 1].c)
          || (unit != HANGUL_JO && unit != HANGUL_HANG)))
    return;
  for (guint i = article->begin; i < article->end; i++)
    if (paper->chars[i].c != ' ')
      {
        g_autofree char *one = jip_lint_dup (paper, i, i + 1);
        g_string_append (fix, one);
      }
  jip_lint_found (out, article->begin, article->end, fix->str,
                  _ ("the number of an article, paragraph or item is written without spaces: 제3호"));
}

static gboolean
ends_with_any (const JipLintPaper *paper, guint end, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (jip_text_ends_with (paper->chars, end, words[i]))
      return TRUE;
  return FALSE;
}

/* The name without 시행령 and 시행규칙, which the list need not hold. */
static guint
skip_decree (const JipLintPaper *paper, guint end)
{
  static const char *const decrees[] = { "시행령", "시행규칙" };

  for (guint i = 0; i < G_N_ELEMENTS (decrees); i++)
    if (jip_text_ends_with (paper->chars, end, decrees[i]))
      {
        end -= (guint) g_utf8_strlen (decrees[i], -1);
        while (end > 0 && paper->chars[end - 1].c == ' ')
          end--;
        return end;
      }
  return end;
}

/* The longest name of the list that ends at @end: where it begins, or @end. */
static guint
find_listed (const JipLintPaper *paper, guint floor, guint end, gboolean *is_short)
{
  const JipLintLists *lists = paper->options->lists;

  for (guint at = floor; lists != NULL && at + 1 < end; at++)
    {
      if (!jip_lint_is_hangul (paper->chars[at].c) && !jip_lint_is_digit (paper->chars[at].c))
        continue;
      if (!jip_lint_is_word_start (paper, at))
        continue;
      g_autofree char *name = jip_lint_dup (paper, at, end);
      g_autofree char *valid = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);
      g_autofree char *bare = valid != NULL ? jip_lint_bare (valid) : NULL;
      if (bare != NULL && jip_lint_lists_get_law (lists, bare, is_short))
        return at;
    }
  return end;
}

typedef struct
{
  guint begin, end;
} Word;

static gboolean
is_word (const JipLintPaper *paper, const Word *word, const char *text)
{
  return jip_text_starts_with (paper->chars, word->begin, text) == word->end;
}

static gboolean
is_any_word (const JipLintPaper *paper, const Word *word, const char *const *list)
{
  for (guint i = 0; list[i] != NULL; i++)
    if (is_word (paper, word, list[i]))
      return TRUE;
  return FALSE;
}

/* The word that ends at @end and holds letters, digits and middle dots alone; FALSE at any other sign. */
static gboolean
read_word_before (const JipLintPaper *paper, guint floor, guint end, Word *word)
{
  guint at = end;

  while (at > floor)
    {
      gunichar c = paper->chars[at - 1].c;
      if (!jip_lint_is_hangul (c) && !jip_lint_is_digit (c) && c != 0xB7 && c != 0x318D && c != 0x30FB)
        break;
      at--;
    }
  *word = (Word){ at, end };
  return at < end;
}

/* Whether a name cannot reach back over @word, which stands before @next. */
static gboolean
stops_name (const JipLintPaper *paper, const Word *word, const Word *next)
{
  static const char *const stops[]
      = { "또한",     "그리고", "따라", "의해", "의하여", "의거", "의거하여", "근거하여", "따른", "관련",
          "관련하여", "통해",   "위해", "이번", "같은",   "이",   "그",       "해당",     "현행", "개정",
          "구",       "신",     "즉",   "특히", "다만",   "먼저", "우리",     "각",       "본",   "근거",
          "제정",     "개정된", "우선", "한편", "상위",   "관계", "법령인",   "기준인",   NULL };
  static const char *const links[] = { "관한", "대한", "의한", "대하여", NULL };
  static const char *const endings[]
      = { "은",   "는",   "하고", "하며", "하여",   "하면", "해서", "으로", "에서",
          "에게", "부터", "까지", "이며", "따라서", "했고", "에도", NULL };
  static const char *const nouns[]
      = { "국가", "평가", "원가", "허가", "인가", "농가", "상가", "증가", "추가", "참가", "여가", NULL };
  static const char *const villages[] = { "마을", "가을", "고을", "노을", NULL };
  static const char *const laws[] = { "법", "법률", "령", "규칙", "규정", "조례", "조", "항", "호", NULL };

  /* 및 is part of a name, but not between two names */
  if (is_word (paper, word, "및") || is_word (paper, word, "등"))
    {
      guint before = word->begin;
      while (before > 0 && paper->chars[before - 1].c == ' ')
        before--;
      return ends_with_any (paper, before, laws) || (before > 0 && paper->chars[before - 1].c == 0x300D);
    }
  if (is_any_word (paper, word, stops) || ends_with_any (paper, word->end, endings))
    return TRUE;
  if (jip_text_ends_with (paper->chars, word->end, "가"))
    return !ends_with_any (paper, word->end, nouns);
  if (jip_text_ends_with (paper->chars, word->end, "에"))
    return !is_any_word (paper, next, links);
  if (jip_text_ends_with (paper->chars, word->end, "을")
      || jip_text_ends_with (paper->chars, word->end, "를"))
    return !is_word (paper, next, "위한") && !ends_with_any (paper, word->end, villages);
  return FALSE;
}

/* The words of a name that ends at @end, from its last to its first; returns their number. */
static guint
read_words (const JipLintPaper *paper, guint floor, guint end, Word words[MAX_WORDS])
{
  guint n = 0;

  while (n < MAX_WORDS && end > floor && read_word_before (paper, floor, end, &words[n]))
    {
      if (n > 0 && stops_name (paper, &words[n], &words[n - 1]))
        break;
      end = words[n++].begin;
      if (end == floor || paper->chars[end - 1].c != ' ')
        break;
      while (end > floor && paper->chars[end - 1].c == ' ')
        end--;
    }
  /* a name does not begin with 및 */
  while (n > 1 && (is_word (paper, &words[n - 1], "및") || is_word (paper, &words[n - 1], "등")))
    n--;
  return n;
}

/* 가람시, 나래구, 별빛도 */
static gboolean
is_municipality (const JipLintPaper *paper, const Word *word)
{
  static const char *const units[] = { "시", "군", "구", "도", NULL };
  static const char *const nouns[]
      = { "도시", "전시", "연구",   "지구",   "기구", "제도",   "지도",   "감시", "표시", "게시", "고시",
          "구역", "인구", "도구",   "요구",   "속도", "온도",   "실시",   "일시", "임시", "즉시", "동시",
          "상시", "수시", "필요시", "유사시", "철도", "수도",   "하수도", "농도", "년도", "연도", "의도",
          "보도", "인도", "차도",   "복구",   "축구", "배구",   "야구",   "농구", "친구", "국군", "장군",
          "강도", "정도", "태도",   "포도",   "밀도", "난이도", "만족도", NULL };
  return word->end - word->begin >= 2 && word->end - word->begin <= 7
         && ends_with_any (paper, word->end, units) && !ends_with_any (paper, word->end, nouns);
}

/* Where the name of an ordinance begins: with its city, and the province before that. */
static guint
find_ordinance (const JipLintPaper *paper, const Word *words, guint n, guint end)
{
  for (guint i = n; i-- > 1;)
    if (is_municipality (paper, &words[i]))
      return words[i].begin;
  return end;
}

/* Where a name that the list lacks begins, or @end when none is sure to end there. */
static guint
find_unlisted (const JipLintPaper *paper, guint floor, guint end)
{
  static const char *const general[] = { "기본법", "진흥법", "육성법", "복지법", "관리법", "공무원법",
                                         "지원법", "보호법", "사업법", "촉진법", NULL };
  static const char *const own[] = { "조례", "규칙", "규정", NULL };
  static const char *const acts[]
      = { "법률", "규정", "규칙", "특별법", "특례법", "특별조치법", "기본법", NULL };
  Word words[MAX_WORDS];
  guint n = read_words (paper, floor, end, words);

  if (n == 0)
    return end;
  /* …에 관한 법률, …을 위한 특별법 */
  if (n >= 3 && ends_with_any (paper, end, acts)
      && (is_word (paper, &words[1], "관한") || is_word (paper, &words[1], "대한")
          || is_word (paper, &words[1], "위한")))
    return words[n - 1].begin;
  for (guint i = 2; i + 1 < n && i < 5 && ends_with_any (paper, end, acts); i++)
    if (is_word (paper, &words[i], "관한") || is_word (paper, &words[i], "위한"))
      return words[n - 1].begin;
  if (ends_with_any (paper, end, own))
    return find_ordinance (paper, words, n, end);
  if (words[0].end - words[0].begin >= 5 && ends_with_any (paper, end, general))
    return words[0].begin;
  return end;
}

/* @limit: behind the article before, which no name reaches over */
static void
check_name (const JipLintPaper *paper, guint limit, const Article *article, JipLintFindings *out)
{
  static const char *const endings[] = { "법", "법률", "령", "규칙", "규정", "조례", NULL };
  guint end = article->begin, begin;
  gboolean is_short = FALSE;

  while (end > limit && paper->chars[end - 1].c == ' ')
    end--;
  guint floor = end - MIN (end - limit, MAX_NAME);
  guint bare_end = skip_decree (paper, end);
  if (article->begin - end > 2 || end <= limit + 1 || !ends_with_any (paper, end, endings)
      || bare_end <= floor)
    return;
  begin = find_listed (paper, floor, end, &is_short);
  if (begin == end && bare_end < end)
    begin = find_listed (paper, floor, bare_end, &is_short);
  if (is_short)
    return;
  if (begin == end || begin == bare_end)
    {
      begin = find_unlisted (paper, floor, bare_end);
      if (begin == bare_end)
        return;
    }
  for (guint i = begin; i < end; i++)
    if ((paper->flags[i] & (JIP_LINT_QUOTED | JIP_LINT_CITED)) != 0)
      return;
  g_autofree char *name = jip_lint_dup (paper, begin, end);
  g_autofree char *fix = g_strdup_printf ("「%s」", name);
  jip_lint_found (out, begin, end, fix, _ ("the full name of a statute stands in 「」"));
}

void
jip_lint_law_quote (const JipLintPaper *paper, JipLintFindings *out)
{
  for (guint n = 0; n < paper->n_lines; n++)
    {
      const JipLintLine *line = &paper->lines[n];
      Article article;
      guint limit = line->body;
      if (!jip_lint_line_is_written (paper, line))
        continue;
      for (guint i = line->body; i < line->end; i++)
        {
          if ((paper->flags[i] & (JIP_LINT_QUOTED | JIP_LINT_CITED)) != 0
              || !read_article (paper, i, line->end, &article))
            continue;
          if (paper->chars[article.unit].c == HANGUL_JO)
            check_name (paper, limit, &article, out);
          check_spaces (paper, &article, out);
          limit = article.end;
          i = article.end - 1;
        }
    }
}
