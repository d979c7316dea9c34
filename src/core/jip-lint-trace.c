/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-lint-private.h"

/* ai-trace: what language models leave in a text: em dashes, ** around words, ### before headings. */

#define EM_DASH 0x2014
#define MANY_BOLD 3
#define MAX_BOLD 200 /* in characters; how far the end of a bold span is looked for */

static gboolean
is_word_char (gunichar c)
{
  return g_unichar_isalnum (c);
}

/* A closing bracket or quotation mark ends a word, an opening one begins it. */
static gboolean
ends_word (gunichar c)
{
  return is_word_char (c) || c == ')' || c == ']' || c == '%' || c == '"' || c == '\'' || c == 0x201D
         || c == 0x2019 || c == 0x300D || c == 0x300F || c == '.' || c == ',' || c == '*';
}

static gboolean
begins_word (gunichar c)
{
  return is_word_char (c) || c == '(' || c == '[' || c == '"' || c == '\'' || c == 0x201C || c == 0x2018
         || c == 0x300C || c == 0x300E || c == '*';
}

static void
check_dashes (const JipLintPaper *paper, const JipLintLine *line, JipLintFindings *out)
{
  for (guint i = line->body + 1; i < line->end; i++)
    {
      guint begin = i, end = i;

      if (paper->chars[i].raw != EM_DASH)
        continue;
      while (paper->chars[end].raw == EM_DASH)
        end++;
      i = end;
      guint before = begin, after = jip_lint_skip_spaces (paper, end);
      while (before > line->body && jip_lint_is_space (paper->chars[before - 1].c))
        before--;
      gunichar left = before > line->body ? paper->chars[before - 1].c : 0;
      gunichar right = after < line->end ? paper->chars[after].c : 0;
      if (left == 0 || right == 0 || !ends_word (left) || !begins_word (right)
          || (before == line->content && line->content > line->body)
          || (jip_lint_is_digit (left) && jip_lint_is_digit (right))
          || (paper->flags[begin] & (JIP_LINT_QUOTED | JIP_LINT_CITED | JIP_LINT_URL)) != 0)
        continue;
      jip_lint_found (
          out, begin, end, NULL,
          _ ("an em dash between words is not Korean punctuation: write a comma or two sentences"));
    }
}

/* How many stars stand at @at. */
static guint
count_stars (const JipLintPaper *paper, guint at)
{
  guint n = 0;

  while (paper->chars[at + n].c == '*')
    n++;
  return n;
}

/* 김** and 남궁** are names that were masked: a family name that is a word of its own before the stars. */
static gboolean
is_masked (const JipLintPaper *paper, guint begin, guint stars)
{
  static const char *const families
      = "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 유 홍 전 고 문 양 손 배 백 허 남 심 노 하 곽 성 차 주 우 "
        "구 민 진 나 지 엄 채 원 천 방 공 현 함 변 염 여 추 도 소 석 선 설 마 길 연 위 표 명 기 반 왕 금 옥 육 인 맹 제 모 "
        "탁 국 어 은 편 용 남궁 황보 제갈 선우 독고 사공 서문 동방 ";
  guint at = stars;

  while (at > begin && jip_lint_is_hangul (paper->chars[at - 1].c))
    at--;
  if (at == begin || at == stars || stars - at > 2 || is_word_char (paper->chars[at - 1].c))
    return FALSE;
  g_autoptr (GString) name = g_string_new (" ");
  for (guint i = at; i < stars; i++)
    g_string_append_unichar (name, paper->chars[i].c);
  g_string_append_c (name, ' ');
  return strstr (families, name->str) != NULL || g_str_has_prefix (families, name->str + 1);
}

/* Whether the two stars at @at can begin a bold span: nothing that they could mask stands before them. */
static gboolean
opens_bold (const JipLintPaper *paper, const JipLintLine *line, guint at)
{
  gunichar next = paper->chars[at + 2].c;
  guint run = at;

  if (at + 2 >= line->end || jip_lint_is_space (next))
    return FALSE;
  while (run > line->body && jip_lint_is_hangul (paper->chars[run - 1].c))
    run--;
  if (run == at)
    return at == line->body || !is_word_char (paper->chars[at - 1].c);
  return at - run >= 3;
}

/* Where the bold span that begins at @at ends, before its two stars, or 0. */
static guint
find_bold_end (const JipLintPaper *paper, const JipLintLine *line, guint at)
{
  guint limit = MIN (line->end, at + MAX_BOLD);

  for (guint i = at + 2; i < limit; i++)
    {
      guint stars = count_stars (paper, i);
      if (stars == 2 && i > at + 2 && !jip_lint_is_space (paper->chars[i - 1].c)
          && !is_masked (paper, at + 2, i))
        return i;
      i += stars > 0 ? stars - 1 : 0;
    }
  return 0;
}

static void
check_stars (const JipLintPaper *paper, const JipLintLine *line, JipLintFindings *out)
{
  for (guint i = line->body; i < line->end;)
    {
      guint stars = count_stars (paper, i);
      guint end = stars == 2 && opens_bold (paper, line, i) ? find_bold_end (paper, line, i) : 0;
      if (end > 0)
        {
          g_autofree char *inside = jip_lint_dup (paper, i + 2, end);
          jip_lint_found (out, i, end + 2, inside, _ ("** is no mark of a paper: take it out"));
          i = end + 2;
          continue;
        }
      i += MAX (stars, 1);
    }
}

/* Behind the tag or the two underscores at @at that begin (or, when @closing, end) a bold span; 0 otherwise. */
static guint
skip_bold_mark (const JipLintPaper *paper, guint at, guint kind, gboolean closing)
{
  static const char *const marks[][2] = { { "<b>", "</b>" }, { "<strong>", "</strong>" }, { "__", "__" } };
  return jip_text_starts_with (paper->chars, at, marks[kind][closing ? 1 : 0]);
}

typedef struct
{
  guint begin, inside, inside_end, end;
} BoldSpan;

static gboolean
read_bold (const JipLintPaper *paper, const JipLintLine *line, guint at, BoldSpan *span)
{
  guint limit = MIN (line->end, at + MAX_BOLD);

  /* ____ is a blank to be filled in */
  if (paper->chars[at].c != '<' && (paper->chars[at].c != '_' || (at > 0 && paper->chars[at - 1].c == '_')))
    return FALSE;
  for (guint kind = 0; kind < 3; kind++)
    {
      guint inside = skip_bold_mark (paper, at, kind, FALSE);
      if (inside == 0 || paper->chars[inside].c == '_' || paper->chars[inside].c == ' ')
        continue;
      for (guint i = inside + 1; i < limit; i++)
        {
          guint end = skip_bold_mark (paper, i, kind, TRUE);
          if (end == 0 || end > line->end || jip_lint_is_space (paper->chars[i - 1].c)
              || paper->chars[end].c == '_')
            continue;
          *span = (BoldSpan){ at, inside, i, end };
          return TRUE;
        }
    }
  return FALSE;
}

/* Bold spans of other kinds are none of a model's alone; three in a line are. */
static void
check_many (const JipLintPaper *paper, const JipLintLine *line, JipLintFindings *out)
{
  g_autoptr (GArray) spans = NULL;
  BoldSpan span;

  for (guint i = line->body; i < line->end;)
    {
      if (!read_bold (paper, line, i, &span))
        {
          i++;
          continue;
        }
      if (spans == NULL)
        spans = g_array_new (FALSE, FALSE, sizeof (BoldSpan));
      g_array_append_val (spans, span);
      i = span.end;
    }
  for (guint i = 0; spans != NULL && spans->len >= MANY_BOLD && i < spans->len; i++)
    {
      span = g_array_index (spans, BoldSpan, i);
      g_autofree char *inside = jip_lint_dup (paper, span.inside, span.inside_end);
      jip_lint_found (out, span.begin, span.end, inside,
                      _ ("three bold spans or more in a line: keep bold for what must be seen"));
    }
}

/* The marks of a heading at a line's start, with the spaces after them. */
static void
check_heading (const JipLintPaper *paper, const JipLintLine *line, JipLintFindings *out)
{
  guint end = line->body;

  while (end < line->end && paper->chars[end].c == '#')
    end++;
  if (end - line->body < 3 || end == line->end)
    return;
  jip_lint_found (out, line->body, jip_lint_skip_spaces (paper, end), "",
                  _ ("### is no mark of a paper: take it out"));
}

void
jip_lint_ai_trace (const JipLintPaper *paper, JipLintFindings *out)
{
  for (guint n = 0; n < paper->n_lines; n++)
    {
      const JipLintLine *line = &paper->lines[n];
      check_heading (paper, line, out);
      check_dashes (paper, line, out);
      check_stars (paper, line, out);
      check_many (paper, line, out);
    }
}
