/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-lint-private.h"

/* The parts of a paper by its lines: tables, 두문, 결문, quoted articles of a statute, 붙임. */

/* 두문 and 결문 are short. */
#define MAX_HEAD_LINES 15
#define MAX_FOOT_LINES 40
#define MAX_SENDER 20
#define MAX_FOOT_LINE 120

static gboolean
line_starts_with (const JipLintPaper *paper, const JipLintLine *line, const char *word)
{
  return jip_text_starts_with (paper->chars, line->body, word) > 0;
}

static gboolean
line_starts_with_any (const JipLintPaper *paper, const JipLintLine *line, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (line_starts_with (paper, line, words[i]))
      return TRUE;
  return FALSE;
}

static guint
trimmed_end (const JipLintPaper *paper, const JipLintLine *line)
{
  guint end = line->end;

  while (end > line->body && paper->chars[end - 1].c == ' ')
    end--;
  return end;
}

static gboolean
is_count_before (const JipLintPaper *paper, guint begin, guint end)
{
  return jip_lint_has_count (paper, begin, end);
}

/**
 * jip_lint_read_end:
 *
 * Returns: whether the line ends in `끝.` or `끝`; 손끝 is a word
 */
gboolean
jip_lint_read_end (const JipLintPaper *paper, const JipLintLine *line, JipLintEnd *end)
{
  const JipTextChar *chars = paper->chars;
  guint stop = trimmed_end (paper, line), word = stop;

  word -= word > line->body && chars[word - 1].c == '.' ? 1 : 0;
  if (word == line->body || chars[word - 1].c != 0xB05D /* 끝 */)
    return FALSE;
  *end = (JipLintEnd){ .begin = word - 1, .word = word - 1, .end = stop };
  while (end->begin > line->start && jip_lint_is_space (chars[end->begin - 1].c)
         && chars[end->begin - 1].c != 0xFEFF)
    end->begin--;
  end->alone = end->word == line->body;
  if (end->alone)
    {
      end->sure = TRUE;
      return TRUE;
    }
  gunichar before = chars[end->begin - 1].c;
  gboolean counted = is_count_before (paper, line->body, end->begin);
  end->sure = end->word - end->begin >= 2 || !jip_lint_is_hangul (before) || counted;
  return end->begin < end->word || counted || before == '.' || before == ')' || before == '|';
}

/* Behind `붙임` or `붙 임`, or 0. */
static guint
skip_word (const JipLintPaper *paper, guint at)
{
  guint after = jip_text_starts_with (paper->chars, at, "붙");

  if (after == 0)
    return 0;
  return jip_text_starts_with (paper->chars, jip_lint_skip_spaces (paper, after), "임");
}

/**
 * jip_lint_has_count:
 * @end: behind the last character that counts
 *
 * Returns: whether the words say how many copies: `1부.`, `각 2부`, `3매(따로 보냄).`
 */
gboolean
jip_lint_has_count (const JipLintPaper *paper, guint begin, guint end)
{
  static const char *const counters[]
      = { "부", "매", "장", "권", "점", "식", "종", "개", "통", "조", "질", "쪽", "건", "세트", "면", "본" };
  const JipTextChar *chars = paper->chars;
  guint at = end;

  while (at > begin && (chars[at - 1].c == ' ' || chars[at - 1].c == '.'))
    at--;
  if (at > begin && chars[at - 1].c == ')')
    {
      while (at > begin && chars[at - 1].c != '(')
        at--;
      at -= at > begin ? 1 : 0;
      while (at > begin && chars[at - 1].c == ' ')
        at--;
    }
  for (guint i = 0; i < G_N_ELEMENTS (counters); i++)
    if (at > begin && jip_text_ends_with (chars, at, counters[i]))
      {
        guint number = at - (guint) g_utf8_strlen (counters[i], -1);
        while (number > begin && chars[number - 1].c == ' ')
          number--;
        return number > begin && jip_lint_is_digit (chars[number - 1].c);
      }
  return FALSE;
}

/* Whether a number with a dot stands at @at: `1. 계획서`. */
static gboolean
is_numbered (const JipLintPaper *paper, guint at)
{
  guint end = at;

  while (jip_lint_is_digit (paper->chars[end].c))
    end++;
  return end > at && end - at <= 2 && paper->chars[end].c == '.'
         && !jip_lint_is_digit (paper->chars[end + 1].c);
}

/* Whether the next line is the first of a list with counts: `1. 계획서 1부.` */
static gboolean
leads_to_list (const JipLintPaper *paper, const JipLintLine *line)
{
  const JipLintLine *next = line + 1;

  return next < paper->lines + paper->n_lines && next->level == 1 && next->index == 1
         && jip_lint_has_count (paper, next->content, trimmed_end (paper, next));
}

/**
 * jip_lint_read_attachment:
 *
 * Returns: whether the line names what is attached; `붙임과 같이`, and the heading `붙임 1` of an attached page, do not
 */
gboolean
jip_lint_read_attachment (const JipLintPaper *paper, const JipLintLine *line, JipLintAttachment *attachment)
{
  const JipTextChar *chars = paper->chars;
  gunichar open = chars[line->body].c;
  gboolean bracket = open == '[' || open == '<' || open == 0x3008;
  guint after = skip_word (paper, line->body + (bracket ? 1 : 0));
  JipLintEnd end;

  if (after == 0)
    return FALSE;
  if (bracket && chars[after].c != ']' && chars[after].c != '>' && chars[after].c != 0x3009)
    return FALSE;
  after += bracket ? 1 : 0;
  attachment->begin = line->body;
  attachment->end
      = jip_lint_read_end (paper, line, &end) && end.begin >= after ? end.begin : trimmed_end (paper, line);
  guint sign = jip_lint_skip_spaces (paper, after);
  gboolean colon = sign < line->end && (chars[sign].c == ':' || (chars[sign].c == '.' && sign == after));
  attachment->content = colon ? jip_lint_skip_spaces (paper, sign + 1) : sign;
  if (colon)
    return TRUE;
  if (attachment->content >= attachment->end)
    return !bracket && leads_to_list (paper, line);
  if (is_numbered (paper, attachment->content)
      || (sign > after && jip_lint_has_count (paper, sign, attachment->end)))
    return TRUE;
  return sign >= after + 2 && !bracket && !jip_lint_is_digit (chars[sign].c)
         && jip_text_starts_with (chars, sign, "참조") == 0;
}

static void
set_region (JipLintPaper *paper, guint n, JipLintRegion region, guint16 flag)
{
  JipLintLine *line = &paper->lines[n];

  line->region = region;
  for (guint i = line->start; flag != 0 && i < line->end; i++)
    paper->flags[i] |= flag;
}

static void
mark_tables (JipLintPaper *paper)
{
  for (guint i = 0; i < paper->n_lines; i++)
    if (!jip_lint_line_is_blank (&paper->lines[i]) && paper->chars[paper->lines[i].body].c == '|')
      set_region (paper, i, JIP_LINT_IN_TABLE, JIP_LINT_TABLE);
}

/* The lines down to 제목, when 수신 stands among them or 제목 begins the paper. */
static void
mark_head (JipLintPaper *paper)
{
  guint seen = 0;

  for (guint i = 0; i < paper->n_lines && seen < MAX_HEAD_LINES; i++)
    {
      const JipLintLine *line = &paper->lines[i];
      guint after = jip_text_starts_with (paper->chars, line->body, "제목");
      if (jip_lint_line_is_blank (line))
        continue;
      seen++;
      if (line->level > 0 || line->bullet != 0)
        return;
      if (after == 0 || (paper->chars[after].c != ' ' && paper->chars[after].c != ':'))
        continue;
      for (guint k = 0; k <= i; k++)
        if (paper->lines[k].region == JIP_LINT_TEXT)
          set_region (paper, k, JIP_LINT_IN_HEAD, JIP_LINT_HEAD);
      return;
    }
}

/* The name of who sends: `가람시장`, `가 람 시 장`, `가람구청장 직무대리`, with 직인생략 behind it. */
static gboolean
is_sender (const JipLintPaper *paper, const JipLintLine *line)
{
  static const char *const endings[]
      = { "시장", "군수", "청장", "지사",   "장관",   "교육감",   "교육장",   "이사장",
          "사장", "총장", "원장", "소장",   "관장",   "단장",     "서장",     "처장",
          "실장", "국장", "과장", "센터장", "위원장", "회장",     "본부장",   "동장",
          "면장", "읍장", "교장", "의장",   "대표",   "직무대리", "권한대행", "관리자" };
  JipTextChar bare[MAX_SENDER + 1] = { 0 };
  guint n = 0, end = trimmed_end (paper, line);

  if (end > line->body && (paper->chars[end - 1].c == ')' || paper->chars[end - 1].c == ']'))
    {
      while (end > line->body && paper->chars[end - 1].c != '(' && paper->chars[end - 1].c != '[')
        end--;
      end -= end > line->body ? 1 : 0;
    }
  for (guint i = line->body; i < end; i++)
    {
      if (paper->chars[i].c == ' ')
        continue;
      if (!jip_lint_is_hangul (paper->chars[i].c) || n == MAX_SENDER)
        return FALSE;
      bare[n++] = paper->chars[i];
    }
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (n >= 3 && jip_text_ends_with (bare, n, endings[i]))
      return TRUE;
  return FALSE;
}

/* What the lines below the sender begin with; ★ stands before who drafted. */
static gboolean
is_foot_label (const JipLintPaper *paper, const JipLintLine *line)
{
  static const char *const labels[]
      = { "수신자 ", "기안자",   "검토자", "결재권자", "협조자",   "시행 ",  "접수 ", "우 ",     "우)",
          "(우)",    "전화",     "팩스",   "전송",     "주소",     "주무관", "★",     "담당자 ", "대국민공개",
          "비공개",  "부분공개", "공개 ",  "전결",     "행정주사", "사무관", NULL };
  return line_starts_with_any (paper, line, labels);
}

static gboolean
may_be_foot (const JipLintPaper *paper, const JipLintLine *line)
{
  JipLintEnd end;
  JipLintAttachment attachment;

  if (is_foot_label (paper, line))
    return TRUE;
  return line->level == 0 && line->bullet == 0 && line->region == JIP_LINT_TEXT
         && line->end - line->start < MAX_FOOT_LINE && !jip_lint_read_end (paper, line, &end)
         && !jip_lint_read_attachment (paper, line, &attachment)
         && !jip_text_ends_with (paper->chars, trimmed_end (paper, line), "다.");
}

/* From below: the highest line that names a sender, or else a label, before anything that is text of the paper. */
static void
mark_foot (JipLintPaper *paper)
{
  guint sender = 0, label = 0;

  paper->foot = paper->n_lines;
  for (guint i = paper->last + 1, read = 0; i-- > 1 && read < MAX_FOOT_LINES;)
    {
      const JipLintLine *line = &paper->lines[i];
      if (jip_lint_line_is_blank (line))
        continue;
      if (!may_be_foot (paper, line))
        break;
      read++;
      if (is_sender (paper, line))
        sender = i;
      else if (is_foot_label (paper, line))
        label = i;
    }
  if (sender == 0 && label == 0)
    return;
  paper->foot = sender > 0 ? sender : label;
  for (guint i = paper->foot; i < paper->n_lines; i++)
    set_region (paper, i, JIP_LINT_IN_FOOT, JIP_LINT_FOOT);
}

/* `제3조(정의) ①`, `제3조 ①`, `제3조의2(…)` at a line's start; `제3조(정의)에 따라` is a sentence. */
static gboolean
is_article (const JipLintPaper *paper, const JipLintLine *line)
{
  const JipTextChar *chars = paper->chars;
  guint at = jip_text_starts_with (chars, line->body, "제");

  if (at == 0 || !jip_lint_is_digit (chars[at].c))
    return FALSE;
  while (jip_lint_is_digit (chars[at].c))
    at++;
  if (chars[at++].c != 0xC870 /* 조 */)
    return FALSE;
  if (chars[at].c == 0xC758 /* 의 */ && jip_lint_is_digit (chars[at + 1].c))
    for (at++; jip_lint_is_digit (chars[at].c);)
      at++;
  if (chars[at].c == '(')
    {
      while (at < line->end && chars[at].c != ')')
        at++;
      return at + 1 >= line->end || chars[at + 1].c == ' ' || chars[at + 1].c == 0x2460;
    }
  at += chars[at].c == ' ' ? 1 : 0;
  return chars[at].c == 0x2460 /* ① */;
}

/* An article goes on until an empty line that no other article or paragraph (②) follows. */
static void
mark_statutes (JipLintPaper *paper)
{
  gboolean inside = FALSE, gap = FALSE;

  for (guint i = 0; i < paper->n_lines; i++)
    {
      const JipLintLine *line = &paper->lines[i];
      gboolean article = is_article (paper, line);
      if (jip_lint_line_is_blank (line))
        {
          gap = TRUE;
          continue;
        }
      if (article)
        inside = TRUE;
      else if (line->bullet != 0 || (gap && line->level != 7))
        inside = FALSE;
      gap = FALSE;
      if (inside && line->region == JIP_LINT_TEXT)
        set_region (paper, i, JIP_LINT_IN_STATUTE, 0);
    }
}

/* 붙임 and the lines of its list: numbered ones, 붙임 again, and indented ones that go on. */
static void
mark_attachments (JipLintPaper *paper)
{
  gboolean inside = FALSE;

  for (guint i = 0; i < paper->n_lines; i++)
    {
      const JipLintLine *line = &paper->lines[i];
      JipLintAttachment attachment;
      if (line->region != JIP_LINT_TEXT)
        {
          inside = FALSE;
          continue;
        }
      gboolean begins = jip_lint_read_attachment (paper, line, &attachment);
      gboolean follows = inside && !jip_lint_line_is_blank (line)
                         && (line->level == 1 || (line->level == 0 && line->body >= line->start + 4));
      inside = begins || follows;
      if (inside)
        set_region (paper, i, JIP_LINT_IN_ATTACHMENT, 0);
    }
}

/* Fills in the region of each line, and where 결문 begins. */
void
jip_lint_mark_regions (JipLintPaper *paper)
{
  mark_tables (paper);
  mark_head (paper);
  mark_foot (paper);
  mark_statutes (paper);
  mark_attachments (paper);
}
