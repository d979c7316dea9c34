/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-korean-particle.h"
#include "jip-lint-lists-private.h"
#include "jip-lint-private.h"

/* plain-word and honorific: words of a list, whole and with their particles. */

static gboolean
is_word_char (gunichar c)
{
  return jip_lint_is_hangul (c) || jip_lint_is_latin (c) || jip_lint_is_digit (c);
}

gboolean
jip_lint_is_word_start (const JipLintPaper *paper, guint at)
{
  return at == 0 || (!is_word_char (paper->chars[at - 1].c) && (paper->flags[at - 1] & JIP_LINT_URL) == 0);
}

gboolean
jip_lint_is_word_end (const JipLintPaper *paper, guint at)
{
  gunichar c = paper->chars[at].c;
  return !jip_lint_is_hangul (c) && !jip_lint_is_latin (c);
}

/* Whether the line is the writer's own words: of 두문 that is 제목 alone. */
gboolean
jip_lint_line_is_written (const JipLintPaper *paper, const JipLintLine *line)
{
  if (line->region == JIP_LINT_IN_HEAD)
    return jip_text_starts_with (paper->chars, line->body, "제목") > 0;
  return line->region != JIP_LINT_IN_FOOT && line->region != JIP_LINT_IN_STATUTE;
}

GString *
jip_lint_copy (const JipLintPaper *paper, guint begin, guint end)
{
  g_autofree char *text = jip_lint_dup (paper, begin, end);
  return g_string_new (text);
}

/**
 * jip_lint_append_particle:
 * @at: behind a word that @word replaces
 * @fix: what replaces it, to which the particle is added when it changes
 *
 * Returns: where what is replaced ends: @at, or behind the part of the particle that changes
 */
guint
jip_lint_append_particle (const JipLintPaper *paper, guint at, const char *word, GString *fix)
{
  JipKoreanParticle particle;

  if (!jip_korean_read_particle (paper->chars, at, &particle) || particle.head == 0)
    return at;
  g_autofree char *composed = g_utf8_normalize (word, -1, G_NORMALIZE_NFC);
  const char *form
      = composed != NULL ? jip_korean_choose_particle (&particle, jip_korean_get_final (composed)) : NULL;
  if (form == NULL || jip_text_starts_with (paper->chars, at, form) == at + particle.head)
    return at;
  g_string_append (fix, form);
  return at + particle.head;
}

/* 하다, 되다, 받다 and 시키다 in any form; what follows them is an ending. */
static gboolean
has_verb (const JipLintPaper *paper, guint at)
{
  static const gunichar syllables[]
      = { 0xD558 /* 하 */, 0xD55C /* 한 */, 0xD560 /* 할 */, 0xD568 /* 함 */, 0xD569 /* 합 */,
          0xD574 /* 해 */, 0xD588 /* 했 */, 0xB418 /* 되 */, 0xB41C /* 된 */, 0xB420 /* 될 */,
          0xB428 /* 됨 */, 0xB429 /* 됩 */, 0xB3FC /* 돼 */, 0xB410 /* 됐 */, 0xBC1B /* 받 */ };

  for (guint i = 0; i < G_N_ELEMENTS (syllables); i++)
    if (paper->chars[at].c == syllables[i])
      return TRUE;
  return jip_text_starts_with (paper->chars, at, "시키") > 0
         || jip_text_starts_with (paper->chars, at, "시킨") > 0
         || jip_text_starts_with (paper->chars, at, "시켜") > 0;
}

/* 접근 용이, and 유지 관리 용이 및: at the end of a phrase, with a word before it. A dragon is followed by a verb. */
static gboolean
ends_phrase (const JipLintPaper *paper, const JipLintLine *line, guint begin, guint end)
{
  guint next = jip_lint_skip_spaces (paper, end);

  if (begin == line->content)
    return FALSE;
  return next >= line->end || (!is_word_char (paper->chars[next].c) && paper->chars[next].c != '(')
         || (next > end && jip_text_starts_with (paper->chars, next, "및 ") > 0);
}

/* Whether a longer phrase in which the word is right stands there. */
static gboolean
is_excepted (const JipLintPaper *paper, guint at, const JipLintWord *word)
{
  for (guint i = 0; word->except != NULL && word->except[i] != NULL; i++)
    {
      const char *inside = strstr (word->except[i], word->wrong);
      guint before = (guint) g_utf8_strlen (word->except[i], inside - word->except[i]);
      if (at >= before && jip_lint_match_word (paper->chars, at - before, word->except[i]) > 0)
        return TRUE;
    }
  return FALSE;
}

/* ㈜금일, (주)금일, 주식회사 금일, 금일㈜ */
static gboolean
is_company (const JipLintPaper *paper, guint begin, guint end)
{
  static const char *const before[] = { "㈜", "㈔", "(주)", "(사)", "주식회사", "재단법인", "사단법인" };
  static const char *const after[] = { "㈜", "(주)", "주식회사", " 주식회사" };
  guint at = begin;

  if (at > 0 && paper->chars[at - 1].c == ' ')
    at--;
  for (guint i = 0; i < G_N_ELEMENTS (before); i++)
    if (jip_text_ends_with (paper->chars, at, before[i]))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (after); i++)
    if (jip_text_starts_with (paper->chars, end, after[i]) > 0)
      return TRUE;
  return FALSE;
}

/* Whether @word may end at @end. */
static gboolean
fits (const JipLintPaper *paper, const JipLintLine *line, guint begin, guint end, const JipLintWord *word)
{
  JipKoreanParticle particle;

  if (word->kind == JIP_LINT_STATE)
    return ends_phrase (paper, line, begin, end);
  if (jip_lint_is_word_end (paper, end))
    return TRUE;
  if (word->kind == JIP_LINT_FORM)
    return FALSE;
  return (word->kind == JIP_LINT_VERB && has_verb (paper, end))
         || jip_korean_read_particle (paper->chars, end, &particle);
}

static void
report (const JipLintPaper *paper, guint begin, guint end, const JipLintWord *word, JipLintFindings *out)
{
  g_autofree char *message = NULL, *written = jip_lint_dup (paper, begin, end);

  if (word->right == NULL)
    {
      message = g_strdup_printf (_ ("‘%s’ is hard to understand: choose a plainer word"), written);
      jip_lint_found (out, begin, end, NULL, message);
      return;
    }
  g_autoptr (GString) fix = g_string_new (word->right);
  message = g_strdup_printf (_ ("‘%s’ is better written ‘%s’"), written, word->right);
  if (word->kind == JIP_LINT_ADVERB && paper->chars[end].c == 0xC5D0 /* 에 */)
    end++; /* 향후에는: 앞으로는 */
  else if (word->kind == JIP_LINT_NOUN || word->kind == JIP_LINT_VERB || word->kind == JIP_LINT_ADVERB)
    end = jip_lint_append_particle (paper, end, word->right, fix);
  jip_lint_found (out, begin, end, fix->str, message);
}

/* Reports the longest word of the list at @begin; returns where to go on. */
static guint
check_word (const JipLintPaper *paper,
            const JipLintLine *line,
            guint begin,
            const GPtrArray *words,
            JipLintFindings *out)
{
  for (guint i = 0; i < words->len; i++)
    {
      const JipLintWord *word = words->pdata[i];
      guint end = jip_lint_match_word (paper->chars, begin, word->wrong);
      if (end == 0 || end > line->end || !fits (paper, line, begin, end, word))
        continue;
      if (!is_excepted (paper, begin, word) && !is_company (paper, begin, end))
        report (paper, begin, end, word, out);
      return end;
    }
  return begin + 1;
}

static void
check_table (const JipLintPaper *paper, JipLintTableId table, JipLintFindings *out)
{
  const JipLintLists *lists = paper->options->lists;

  for (guint n = 0; lists != NULL && n < paper->n_lines; n++)
    {
      const JipLintLine *line = &paper->lines[n];
      if (!jip_lint_line_is_written (paper, line))
        continue;
      for (guint i = line->body; i < line->end;)
        {
          const GPtrArray *words = NULL;
          if ((paper->flags[i] & (JIP_LINT_QUOTED | JIP_LINT_CITED | JIP_LINT_URL)) == 0
              && jip_lint_is_word_start (paper, i))
            words = jip_lint_lists_get_words (lists, table, paper->chars[i].c);
          i = words != NULL ? check_word (paper, line, i, words, out) : i + 1;
        }
    }
}

/* Hard words of the offices, whole and with the particle mended. */
void
jip_lint_plain_word (const JipLintPaper *paper, JipLintFindings *out)
{
  check_table (paper, JIP_LINT_PLAIN_WORDS, out);
}

/* Too polite forms. */
void
jip_lint_honorific (const JipLintPaper *paper, JipLintFindings *out)
{
  check_table (paper, JIP_LINT_HONORIFICS, out);
}
