/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-lint.h"
#include "jip-text.h"

G_BEGIN_DECLS

/* The paper as the rules see it. Rules speak of characters by their index in @chars; jip-lint.c makes lines and columns
 * of them. What a rule must not touch is marked once, for all rules, in @flags. */

typedef enum
{
  JIP_LINT_QUOTED = 1 << 0, /* between quotation marks, with them */
  JIP_LINT_CITED = 1 << 1,  /* between 「」 or 『』, with them */
  JIP_LINT_TABLE = 1 << 2,  /* in a line that starts with | */
  JIP_LINT_HEAD = 1 << 3,   /* 두문: the lines down to 제목 */
  JIP_LINT_FOOT = 1 << 4,   /* 결문: the sender and what is below */
  JIP_LINT_URL = 1 << 5,    /* a web or mail address, a file's path */
  JIP_LINT_ROUND = 1 << 6,  /* between ( and ), with them */
} JipLintFlags;

/* What a line is part of. */
typedef enum
{
  JIP_LINT_TEXT,
  JIP_LINT_IN_TABLE,
  JIP_LINT_IN_HEAD,       /* 두문 */
  JIP_LINT_IN_FOOT,       /* 결문 */
  JIP_LINT_IN_STATUTE,    /* articles that are quoted: 제3조(정의) ① … */
  JIP_LINT_IN_ATTACHMENT, /* 붙임 and the lines of its list */
} JipLintRegion;

/**
 * JipLintLine:
 * @start: the first character
 * @end: behind the last one; CR and LF are not counted
 * @body: the first character that is no space; @end in a blank line
 * @level: the level 1 to 8 whose mark the line begins with (`1.` … `㉮`), 0 without one
 * @index: the place that the mark says, from 1
 * @bullet: the mark of the other system (□ ○ ㅇ - · ※ *) as it was folded, 0 without one
 * @mark_end: behind the mark; @body without one
 * @content: the first character after the mark that is no space
 * @region: what the line is part of
 */
typedef struct
{
  guint start, end, body;
  guint level, index;
  gunichar bullet;
  guint mark_end, content;
  JipLintRegion region;
} JipLintLine;

/**
 * JipLintPaper:
 * @text: the bytes as they are
 * @chars: folded characters, @n_chars of them and a 0 behind them; see jip_text_fold()
 * @flags: (array length=n_chars): JipLintFlags of each character, and a 0 behind them
 * @lines: (array length=n_lines): at least one
 * @last: the last line that is not blank; 0 when all are
 * @foot: the line that 결문 begins with; @n_lines without one
 * @moments: (element-type JipLintMoment): the dates and times, see jip-lint-moments.h
 */
typedef struct
{
  const char *text;
  gsize length;
  const JipTextChar *chars;
  guint n_chars;
  guint16 *flags;
  JipLintLine *lines;
  guint n_lines, last, foot;
  GArray *moments;
  const JipLintOptions *options;
} JipLintPaper;

/**
 * JipLintEnd:
 * @begin: the spaces before it
 * @word: 끝
 * @end: behind its dot, or behind 끝 without one
 * @alone: nothing else stands in its line
 * @sure: what stands before says that it is the mark, no word of a sentence
 *
 * `끝.` at the end of a line.
 */
typedef struct
{
  guint begin, word, end;
  gboolean alone, sure;
} JipLintEnd;

/**
 * JipLintAttachment:
 * @begin: 붙임, or the bracket around it
 * @content: what is attached, or its number
 * @end: the end of the line, without 끝. and spaces
 */
typedef struct
{
  guint begin, content, end;
} JipLintAttachment;

typedef struct _JipLintFindings JipLintFindings;

/* Reports in the order of the text what the rule finds. */
typedef void (*JipLintRuleFunc) (const JipLintPaper *paper, JipLintFindings *out);

void jip_lint_found (JipLintFindings *out, guint begin, guint end, const char *fix, const char *message);
gboolean jip_lint_is_free (const JipLintFindings *out, guint begin, guint end);
void jip_lint_found_paper (JipLintFindings *out, const char *message);
gboolean jip_lint_profile_is (const JipLintPaper *paper, const char *profiles);

/* What the text holds; jip-lint-paper.c. */
void jip_lint_paper_init (JipLintPaper *paper, const char *text, gsize length, const JipLintOptions *options);
void jip_lint_paper_clear (JipLintPaper *paper);
void jip_lint_mark_spans (JipLintPaper *paper);
void jip_lint_mark_regions (JipLintPaper *paper);
gboolean jip_lint_line_is_blank (const JipLintLine *line);
guint jip_lint_skip_spaces (const JipLintPaper *paper, guint at);
gboolean jip_lint_read_end (const JipLintPaper *paper, const JipLintLine *line, JipLintEnd *end);
gboolean
jip_lint_read_attachment (const JipLintPaper *paper, const JipLintLine *line, JipLintAttachment *attachment);
gboolean jip_lint_has_count (const JipLintPaper *paper, guint begin, guint end);
guint jip_lint_line_of (const JipLintPaper *paper, guint at);
char *jip_lint_dup (const JipLintPaper *paper, guint begin, guint end) G_GNUC_WARN_UNUSED_RESULT;

gboolean jip_lint_is_space (gunichar c);

static inline gboolean
jip_lint_is_digit (gunichar c)
{
  return c >= '0' && c <= '9';
}

/* The signs that offices type for 물결표; ～ is folded to ~. */
static inline gboolean
jip_lint_is_tilde (gunichar c)
{
  return c == '~' || c == 0x223C || c == 0x301C || c == 0x02DC;
}

static inline gboolean
jip_lint_is_hangul (gunichar c)
{
  return c >= 0xAC00 && c <= 0xD7A3;
}

static inline gboolean
jip_lint_is_latin (gunichar c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Words; jip-lint-words.c. */
gboolean jip_lint_is_word_start (const JipLintPaper *paper, guint at);
gboolean jip_lint_is_word_end (const JipLintPaper *paper, guint at);
gboolean jip_lint_line_is_written (const JipLintPaper *paper, const JipLintLine *line);
guint jip_lint_append_particle (const JipLintPaper *paper, guint at, const char *word, GString *fix);
GString *jip_lint_copy (const JipLintPaper *paper, guint begin, guint end) G_GNUC_WARN_UNUSED_RESULT;

/* The rules. */
void jip_lint_date_format (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_date_weekday (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_time_format (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_period (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_amount (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_numbering (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_indent (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_attachment (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_end_mark (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_colon (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_korean_first (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_law_quote (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_plain_word (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_honorific (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_report_ending (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_ai_trace (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_foreign_script (const JipLintPaper *paper, JipLintFindings *out);
void jip_lint_press_head (const JipLintPaper *paper, JipLintFindings *out);

G_END_DECLS
