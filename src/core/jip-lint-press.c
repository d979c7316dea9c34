/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-lint-private.h"

/* press-head: a title, up to two sub-titles between dashes, an empty line, and a lead that says who, when and what. */

#define MAX_SUBTITLES 2
#define MAX_LEAD_LINES 12

static guint
trimmed_end (const JipLintPaper *paper, const JipLintLine *line)
{
  guint end = line->end;

  while (end > line->body && jip_lint_is_space (paper->chars[end - 1].c))
    end--;
  return end;
}

static guint
next_line (const JipLintPaper *paper, guint n)
{
  while (n < paper->n_lines && jip_lint_line_is_blank (&paper->lines[n]))
    n++;
  return n;
}

/* `- 부제 -`, also with the spaces missing; any dash is folded to -. */
static gboolean
is_subtitle (const JipLintPaper *paper, const JipLintLine *line)
{
  guint end = trimmed_end (paper, line);
  return end - line->body >= 3 && paper->chars[line->body].c == '-' && paper->chars[end - 1].c == '-';
}

static gboolean
starts_with_any (const JipLintPaper *paper, guint at, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (jip_text_starts_with (paper->chars, at, words[i]) > 0)
      return TRUE;
  return FALSE;
}

/* `보도자료`, `배포일: …`, an item, a table or a whole sentence is no title. */
static gboolean
is_title (const JipLintPaper *paper, const JipLintLine *line)
{
  static const char *const labels[]
      = { "보도자료", "보도 자료", "배포일",     "배포 일",   "보도일", "보도시점", "보도 시점",
          "담당부서", "담당 부서", "담당자:",    "담당:",     "연락처", "제공일",   "제공부서",
          "제목:",    "제목 :",    "(보도자료)", "[보도자료", NULL };
  guint end = trimmed_end (paper, line);

  return !is_subtitle (paper, line) && line->level == 0 && line->bullet == 0
         && line->region != JIP_LINT_IN_TABLE && !starts_with_any (paper, line->body, labels)
         && !jip_text_ends_with (paper->chars, end, "다.") && paper->chars[line->body].c != '#';
}

static void
check_subtitle (const JipLintPaper *paper, const JipLintLine *line, guint count, JipLintFindings *out)
{
  const JipTextChar *chars = paper->chars;
  guint begin = line->body, end = trimmed_end (paper, line);

  if (count > MAX_SUBTITLES)
    {
      jip_lint_found (out, begin, end, NULL, _ ("a press release has two sub-titles at most"));
      return;
    }
  guint first = jip_lint_skip_spaces (paper, begin + 1), last = end - 1;
  while (last > first && chars[last - 1].c == ' ')
    last--;
  if (chars[first].c == '-' || last <= first || (first == begin + 2 && last + 2 == end))
    return;
  g_autofree char *text = jip_lint_dup (paper, first, last);
  g_autofree char *fix = g_strdup_printf ("- %s -", text);
  jip_lint_found (out, begin, end, fix, _ ("a sub-title stands between two dashes with a space: - 부제 -"));
}

/* The first word of a line: what is wrong with a paragraph is told there. */
static guint
word_end (const JipLintPaper *paper, const JipLintLine *line)
{
  guint at = line->body;

  while (at < line->end && !jip_lint_is_space (paper->chars[at].c))
    at++;
  return at;
}

/* A word that ends in 은, 는, 이 or 가 before anything else is said. */
static gboolean
says_who (const JipLintPaper *paper, guint begin, guint end)
{
  static const gunichar particles[]
      = { 0xC740 /* 은 */, 0xB294 /* 는 */, 0xC774 /* 이 */, 0xAC00 /* 가 */, 0xC11C /* 서 */ };

  for (guint i = begin + 1; i < end; i++)
    {
      gunichar next = paper->chars[i + 1].c;
      if (next != ' ' && next != ',' && next != '\n' && next != '\r')
        continue;
      for (guint k = 0; k < G_N_ELEMENTS (particles); k++)
        if (paper->chars[i].c == particles[k] && g_unichar_isalnum (paper->chars[i - 1].c))
          return TRUE;
      /* 가람시(시장 오한결)는 */
      for (guint k = 0; k < G_N_ELEMENTS (particles); k++)
        if (paper->chars[i].c == particles[k] && !g_unichar_isspace (paper->chars[i - 1].c))
          return TRUE;
    }
  return FALSE;
}

/* A number with 년, 월, 일, 시, 주 or a dot, or a word for a time. */
static gboolean
says_when (const JipLintPaper *paper, guint begin, guint end)
{
  static const char *const words[]
      = { "오늘", "어제", "내일",   "모레", "오는",   "지난", "올해",   "내년",   "다음",    "이달", "이번",
          "최근", "매일", "매주",   "매월", "매년",   "연중", "상반기", "하반기", "주말",    "평일", "요일",
          "분기", "현재", "앞으로", "연말", "연초",   "새해", "추석",   "설날",   "설 연휴", "여름", "겨울",
          "봄",   "가을", "휴일",   "까지", "부터",   "동안", "개월",   "연내",   "새벽",    "오전", "오후",
          "저녁", "아침", "당일",   "전날", "이튿날", "방학", "연휴",   "해마다", "이날",    "금년", "월말",
          "작년", "초순", "중순",   "하순", "이듬해", "지금", "곧",     "월부터", "시즌",    "학기", NULL };
  static const gunichar units[]
      = { 0xB144 /* 년 */, 0xC6D4 /* 월 */, 0xC77C /* 일 */, 0xC2DC /* 시 */, 0xC8FC /* 주 */, '.', ':' };

  for (guint i = begin; i < end; i++)
    {
      if (starts_with_any (paper, i, words))
        return TRUE;
      if (!jip_lint_is_digit (paper->chars[i].c))
        continue;
      guint next = jip_lint_skip_spaces (paper, i + 1);
      for (guint k = 0; k < G_N_ELEMENTS (units); k++)
        if (paper->chars[next].c == units[k])
          return TRUE;
    }
  return FALSE;
}

/* A sentence that ends: 다. or ]. */
static gboolean
says_what (const JipLintPaper *paper, guint begin, guint end)
{
  for (guint i = begin; i + 1 < end; i++)
    if (paper->chars[i].c == 0xB2E4 /* 다 */ && paper->chars[i + 1].c == '.')
      return TRUE;
  return FALSE;
}

static void
check_lead (const JipLintPaper *paper, guint n, JipLintFindings *out)
{
  const JipLintLine *line = &paper->lines[n];
  guint begin = line->content, end = line->end;
  const char *message = NULL;

  for (guint i = n + 1; i < paper->n_lines && i < n + MAX_LEAD_LINES; i++)
    {
      if (jip_lint_line_is_blank (&paper->lines[i]))
        break;
      end = paper->lines[i].end;
    }
  /* a blank to be filled in says so itself */
  if (paper->chars[line->body].c == '[')
    return;
  if (!says_who (paper, begin, end))
    message = _ ("the lead does not say who: name who does it, as in 가람시는");
  else if (!says_when (paper, begin, end))
    message = _ ("the lead does not say when: give the date or the time");
  else if (!says_what (paper, begin, end))
    message = _ ("the lead does not say what: write a whole sentence");
  if (message != NULL)
    jip_lint_found (out, line->body, word_end (paper, line), NULL, message);
}

/* The first word of the lead with an empty line before it. */
static void
ask_for_blank (const JipLintPaper *paper, const JipLintLine *line, JipLintFindings *out)
{
  guint end = word_end (paper, line);
  g_autofree char *word = jip_lint_dup (paper, line->start, end);
  gboolean crlf = line->start >= 2 && paper->chars[line->start - 2].c == '\r';
  g_autofree char *fix = g_strconcat (crlf ? "\r\n" : "\n", word, NULL);

  jip_lint_found (out, line->start, end, fix, _ ("an empty line stands between the title and the lead"));
}

void
jip_lint_press_head (const JipLintPaper *paper, JipLintFindings *out)
{
  guint n = next_line (paper, 0), count = 0;

  if (n == paper->n_lines)
    return;
  const JipLintLine *title = &paper->lines[n];
  if (!is_title (paper, title))
    jip_lint_found (out, title->body, trimmed_end (paper, title), NULL,
                    _ ("the first line of a press release is its title"));
  guint last = n++;
  if (is_subtitle (paper, title))
    count++;
  for (guint i = next_line (paper, n); i < paper->n_lines && is_subtitle (paper, &paper->lines[i]);
       i = next_line (paper, n))
    {
      check_subtitle (paper, &paper->lines[i], ++count, out);
      last = i;
      n = i + 1;
    }
  n = next_line (paper, n);
  if (n == paper->n_lines)
    {
      jip_lint_found_paper (out, _ ("the lead is missing: say who does what, and when"));
      return;
    }
  if (n == last + 1)
    ask_for_blank (paper, &paper->lines[n], out);
  check_lead (paper, n, out);
}
