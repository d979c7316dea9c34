/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-lint.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-lint-private.h"

/* Mending one thing may bring another to light (a date must be written well before its weekday is read); after this many
 * rounds the text is taken as it is. */
#define MAX_ROUNDS 64

typedef struct
{
  JipLintRuleInfo info;
  JipLintRuleFunc run;
} Rule;

/* In the order of draft.md: where findings overlap, the first rule wins. */
static const Rule rules[] = {
  { { "date-format", "all",
      N_ ("A date is written 2026. 1. 6.: a space after each dot, no leading zero, a dot at the end."),
      "2026.1.6", "2026. 1. 6.", "행정업무의 운영 및 혁신에 관한 규정 제7조제5항" },
    jip_lint_date_format },
  { { "date-weekday", "all",
      N_ ("A weekday stands in brackets right behind the date, and is the one that the calendar says."),
      "2026. 1. 6. (화)", "2026. 1. 6.(화)", "행정업무운영 편람" },
    jip_lint_date_weekday },
  { { "time-format", "all", N_ ("A time is written with 24 hours and a colon, in two digits each: 09:05."),
      "15시 20분", "15:20", "행정업무의 운영 및 혁신에 관한 규정 제7조제5항" },
    jip_lint_time_format },
  { { "period", "all",
      N_ ("The sign between two dates or times stands without spaces, and 까지 does not follow."),
      "2026. 5. 1. ∼ 6. 30.까지", "2026. 5. 1.∼6. 30.", "행정업무운영 편람" },
    jip_lint_period },
  { { "amount", "all",
      N_ ("An amount after 금 is attached and repeated in words; 천원 and 백만원 are written out unless a unit is "
          "named above."),
      "345천원", "345,000원", "행정업무의 운영 및 혁신에 관한 규정 시행규칙 제2조제2항" },
    jip_lint_amount },
  { { "numbering", "all",
      N_ ("Items are marked 1. 가. 1) 가) (1) (가) ① ㉮ in this order, without a gap; a lone item has no mark."),
      "1. → 1)", "1. → 가.", "행정업무의 운영 및 혁신에 관한 규정 시행규칙 제2조제1항" },
    jip_lint_numbering },
  { { "indent", "official-letter",
      N_ ("Each level is set in by two columns more; one space stands after the mark."), "가.  일시",
      "  가. 일시", "행정업무운영 편람" },
    jip_lint_indent },
  { { "attachment", "all",
      N_ ("붙임 stands with two spaces and without a colon; each attachment ends with its count."),
      "붙임: 계획서 1부", "붙임  계획서 1부.", "행정업무의 운영 및 혁신에 관한 규정 시행규칙 제4조제4항" },
    jip_lint_attachment },
  { { "end-mark", "official-letter", N_ ("끝. stands once, after the last words, with two spaces before it."),
      "바랍니다. 끝", "바랍니다.  끝.", "행정업무의 운영 및 혁신에 관한 규정 시행규칙 제4조제5항" },
    jip_lint_end_mark },
  { { "colon", "all", N_ ("A colon is attached to the word before it, and one space follows."),
      "일시 : 5월 1일", "일시: 5월 1일", "행정업무운영 편람" },
    jip_lint_colon },
  { { "korean-first", "all",
      N_ ("The Korean word comes first and the foreign one stands in brackets behind it."), "MOU(업무협약)를",
      "업무협약(MOU)을", "국어기본법 제14조제1항" },
    jip_lint_korean_first },
  { { "law-quote", "all",
      N_ ("The full name of a statute stands in 「」; the number of an article is written without spaces."),
      "지방공무원법 제 3 조", "「지방공무원법」 제3조", "행정업무운영 편람" },
    jip_lint_law_quote },
  { { "plain-word", "all", N_ ("Plain words are used instead of hard ones: see data/lint/plain-words.tsv."),
      "금일은", "오늘은", "국어기본법 제14조, 행정 용어 순화 자료" },
    jip_lint_plain_word },
  { { "honorific", "all but greeting",
      N_ ("Things are not honoured, and requests are plain: see data/lint/honorifics.tsv."),
      "문의 사항이 있으시면", "문의 사항이 있으면", "국립국어원 공공언어 바로 쓰기" },
    jip_lint_honorific },
  { { "report-ending", "work-report",
      N_ ("A report is written in items of at most 70 characters that do not end in -다."), "추진한다.", NULL,
      "house style" },
    jip_lint_report_ending },
  { { "ai-trace", "all",
      N_ ("Em dashes between words, ** around words and ### before headings do not belong in a paper."),
      "**중요**한", "중요한", "house style" },
    jip_lint_ai_trace },
  { { "foreign-script", "all",
      N_ ("Hanja stands in brackets only; there are no kana and no Cyrillic letters."), "大韓民國", NULL,
      "국어기본법 제14조제1항" },
    jip_lint_foreign_script },
  { { "press-head", "press-release",
      N_ ("A press release begins with its title, up to two sub-titles, an empty line, and a lead with who, when "
          "and what."),
      "-부제-", "- 부제 -", "house style" },
    jip_lint_press_head },
};

struct _JipLintFindings
{
  const JipLintPaper *paper;
  const char *rule;
  JipTextIndex *index; /* made for the first finding */
  guint8 *taken;       /* of each character, whether a finding has it */
  GArray *found;       /* JipLintFinding */
};

/* Document types by the names that offices use; the first is the type's own. */
static const struct
{
  const char *id, *names[4];
} profiles[] = {
  { "event-plan", { "행사계획서" } },
  { "greeting", { "인사말씀" } },
  { "merit-statement", { "공적조서" } },
  { "minutes", { "회의결과" } },
  { "notice", { "안내문·공고문", "안내문", "공고문" } },
  { "official-letter", { "시행문" } },
  { "petition-reply", { "민원답변" } },
  { "press-release", { "보도자료" } },
  { "project-plan", { "사업계획서" } },
  { "promotion", { "홍보문(SNS·카드뉴스)", "홍보문" } },
  { "proposal", { "제안서" } },
  { "work-report", { "업무보고", "업무보고(개조식)", "업무보고 (개조식)" } },
};

/**
 * jip_lint_find_profile:
 * @id_or_name: `work-report` or `업무보고`
 *
 * Returns: (nullable): the id of one of the twelve document types
 */
const char *
jip_lint_find_profile (const char *id_or_name)
{
  g_return_val_if_fail (id_or_name != NULL, NULL);

  g_autofree char *name = g_utf8_normalize (id_or_name, -1, G_NORMALIZE_NFC);
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (profiles); i++)
    {
      if (strcmp (profiles[i].id, name) == 0)
        return profiles[i].id;
      for (guint j = 0; j < G_N_ELEMENTS (profiles[i].names) && profiles[i].names[j] != NULL; j++)
        if (strcmp (profiles[i].names[j], name) == 0)
          return profiles[i].id;
    }
  return NULL;
}

guint
jip_lint_get_n_rules (void)
{
  return G_N_ELEMENTS (rules);
}

const JipLintRuleInfo *
jip_lint_get_rule (guint index)
{
  g_return_val_if_fail (index < G_N_ELEMENTS (rules), NULL);
  return &rules[index].info;
}

static gboolean
has_word (const char *words, const char *word)
{
  gsize length = strlen (word);

  for (const char *p = words; (p = strstr (p, word)) != NULL; p += length)
    if ((p == words || p[-1] == ' ') && (p[length] == '\0' || p[length] == ' '))
      return TRUE;
  return FALSE;
}

/* Whether a profile was asked for and is one of @profiles, ids with a space between. */
gboolean
jip_lint_profile_is (const JipLintPaper *paper, const char *names)
{
  return paper->options->profile != NULL && has_word (names, paper->options->profile);
}

/* Without a profile what holds for all, or for all but some, runs. */
static gboolean
rule_runs (const Rule *rule, const char *profile)
{
  const char *names = rule->info.profiles;

  if (strcmp (names, "all") == 0)
    return TRUE;
  if (g_str_has_prefix (names, "all but "))
    return profile == NULL || !has_word (names + strlen ("all but "), profile);
  return profile != NULL && has_word (names, profile);
}

static void
clear_finding (gpointer data)
{
  JipLintFinding *finding = data;
  g_free (finding->message);
  g_free (finding->fix);
}

/* Whether no finding stands there yet, of an earlier rule or of this one. */
gboolean
jip_lint_is_free (const JipLintFindings *out, guint begin, guint end)
{
  for (guint i = begin; i < end; i++)
    if (out->taken[i])
      return FALSE;
  return TRUE;
}

/* A right paper needs no lines and columns. */
static void
locate (JipLintFindings *out, JipLintFinding *finding)
{
  if (out->index == NULL)
    out->index = jip_text_index_new (out->paper->text, out->paper->length);
  jip_text_index_locate (out->index, finding->start, &finding->line, &finding->column);
  finding->length = (guint) jip_text_index_count (out->index, finding->start, finding->end);
}

/* Whether the text reads as @fix already: decomposed Hangul and no-break spaces look the same. */
static gboolean
reads_as (const JipLintPaper *paper, guint begin, guint end, const char *fix)
{
  for (guint i = begin; i < end; i++, fix = g_utf8_next_char (fix))
    {
      gunichar raw = paper->chars[i].raw, c = raw;
      if (raw == 0xA0 || (raw >= 0x1100 && raw <= 0x11FF))
        c = paper->chars[i].c;
      if (*fix == '\0' || g_utf8_get_char (fix) != c)
        return FALSE;
    }
  return *fix == '\0';
}

/**
 * jip_lint_found:
 * @begin: the first character, and
 * @end: the one behind the last; @begin is below @end
 * @fix: (nullable): what to put there; one that is the text itself is no finding
 * @message: translated
 *
 * Reports what a rule found. It is dropped where an earlier finding stands.
 */
void
jip_lint_found (JipLintFindings *out, guint begin, guint end, const char *fix, const char *message)
{
  const JipLintPaper *paper = out->paper;

  g_return_if_fail (begin < end && end <= paper->n_chars);

  gsize start = paper->chars[begin].start, stop = paper->chars[end].start;
  if (fix != NULL && reads_as (paper, begin, end, fix))
    return;
  if (!jip_lint_is_free (out, begin, end))
    return;
  memset (out->taken + begin, TRUE, end - begin);
  JipLintFinding finding = { .rule = out->rule, .start = start, .end = stop };
  locate (out, &finding);
  finding.message = g_strdup (message);
  finding.fix = g_strdup (fix);
  g_array_append_val (out->found, finding);
}

/* Reports what is wrong with the whole paper, at its last line that is not blank. */
void
jip_lint_found_paper (JipLintFindings *out, const char *message)
{
  const JipLintPaper *paper = out->paper;
  gsize start = paper->chars[paper->lines[paper->last].start].start;
  JipLintFinding finding = { .rule = out->rule, .start = start, .end = start };

  locate (out, &finding);
  finding.message = g_strdup (message);
  g_array_append_val (out->found, finding);
}

static gint
compare_findings (gconstpointer a, gconstpointer b)
{
  const JipLintFinding *x = a, *y = b;

  if (x->line != y->line)
    return x->line < y->line ? -1 : 1;
  if (x->column != y->column)
    return x->column < y->column ? -1 : 1;
  int order = strcmp (x->rule, y->rule);
  if (order != 0)
    return order;
  return x->length != y->length ? (x->length < y->length ? -1 : 1) : strcmp (x->message, y->message);
}

/**
 * jip_lint_check:
 * @text: (array length=length): bytes, which need not be UTF-8 and may hold NUL
 * @length: in bytes, at most %JIP_LINT_MAX_BYTES
 * @options: (nullable): what to hold the paper to
 *
 * Reads a paper in time linear in its length.
 *
 * Returns: (transfer full) (element-type JipLintFinding): what the rules found, by line, column and rule
 */
GArray *
jip_lint_check (const char *text, gsize length, const JipLintOptions *options)
{
  static const JipLintOptions none;
  JipLintPaper paper;

  g_return_val_if_fail (text != NULL && length <= JIP_LINT_MAX_BYTES, NULL);

  jip_lint_paper_init (&paper, text, length, options != NULL ? options : &none);
  g_autofree guint8 *taken = g_new0 (guint8, paper.n_chars + 1);
  JipLintFindings out = { .paper = &paper, .taken = taken };
  out.found = g_array_new (FALSE, FALSE, sizeof (JipLintFinding));
  g_array_set_clear_func (out.found, clear_finding);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (rule_runs (&rules[i], paper.options->profile))
      {
        out.rule = rules[i].info.id;
        rules[i].run (&paper, &out);
      }
  g_array_sort (out.found, compare_findings);
  jip_text_index_free (out.index);
  jip_lint_paper_clear (&paper);
  return out.found;
}

/* The text with each fix in its place; %NULL when there is none. */
static GString *
apply_fixes (const char *text, gsize length, const GArray *found)
{
  GString *out = NULL;
  gsize done = 0;

  for (guint i = 0; i < found->len; i++)
    {
      const JipLintFinding *finding = &g_array_index (found, JipLintFinding, i);
      if (finding->fix == NULL)
        continue;
      if (out == NULL)
        out = g_string_sized_new (length + 64);
      g_string_append_len (out, text + done, (gssize) (finding->start - done));
      g_string_append (out, finding->fix);
      done = finding->end;
    }
  if (out != NULL)
    g_string_append_len (out, text + done, (gssize) (length - done));
  return out;
}

/**
 * jip_lint_fix:
 * @text: (array length=length): as for jip_lint_check()
 *
 * Mends what has a fix until nothing changes.
 *
 * Returns: (transfer full): the mended text
 */
GBytes *
jip_lint_fix (const char *text, gsize length, const JipLintOptions *options)
{
  g_return_val_if_fail (text != NULL && length <= JIP_LINT_MAX_BYTES, NULL);

  GString *now = g_string_new_len (text, (gssize) length);
  for (guint round = 0; round < MAX_ROUNDS && now->len <= JIP_LINT_MAX_BYTES; round++)
    {
      g_autoptr (GArray) found = jip_lint_check (now->str, now->len, options);
      GString *next = apply_fixes (now->str, now->len, found);
      if (next == NULL)
        break;
      g_string_free (now, TRUE);
      now = next;
    }
  return g_string_free_to_bytes (now);
}
