/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <time.h>

#include "jip-json.h"
#include "jip-lint-lists.h"

/* data/lint/RULE.jsonl: {"text", "profile", "fixes", "paper"}. What a rule must find stands between ⟦ and ⟧, with what it
 * must put there (null: nothing) in `fixes`; `paper` is a finding about the whole paper. A text without marks is right.
 * All names and numbers are made up. */

/* The lists that come with the program. */
static JipLintLists *lists;

#define OPEN 0x27E6
#define CLOSE 0x27E7
#define LEAST_OF_A_KIND 12

typedef struct
{
  char *where;   /* file and line */
  char *text;    /* without marks */
  char *profile; /* nullable */
  GArray *spans; /* JipLintFinding: line, column, length */
  GPtrArray *fixes;
  gboolean paper;
} Case;

static void
case_free (Case *c)
{
  g_free (c->where);
  g_free (c->text);
  g_free (c->profile);
  g_array_unref (c->spans);
  g_ptr_array_unref (c->fixes);
  g_free (c);
}

/* Takes the marks out of @marked and notes what stood between them. */
static void
read_marks (Case *c, const char *marked)
{
  g_autoptr (GString) text = g_string_new (NULL);
  JipLintFinding span = { .line = 1, .column = 1 };
  guint line = 1, column = 1;

  for (const char *p = marked; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar letter = g_utf8_get_char (p);
      if (letter == OPEN)
        {
          span = (JipLintFinding){ .line = line, .column = column, .start = text->len };
          continue;
        }
      if (letter == CLOSE)
        {
          span.end = text->len;
          span.length = (guint) g_utf8_strlen (text->str + span.start, (gssize) (span.end - span.start));
          g_array_append_val (c->spans, span);
          continue;
        }
      g_string_append_unichar (text, letter);
      column = letter == '\n' ? 1 : column + 1;
      line += letter == '\n' ? 1 : 0;
    }
  c->text = g_strdup (text->str);
}

static Case *
read_case (const char *where, const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = jip_json_parse (json, -1, &error);
  Case *c = g_new0 (Case, 1);

  g_assert_no_error (error);
  JsonObject *object = json_node_get_object (node);
  c->where = g_strdup (where);
  c->profile = g_strdup (json_object_get_string_member_with_default (object, "profile", NULL));
  c->paper = json_object_get_boolean_member_with_default (object, "paper", FALSE);
  c->spans = g_array_new (FALSE, FALSE, sizeof (JipLintFinding));
  c->fixes = g_ptr_array_new_with_free_func (g_free);
  read_marks (c, json_object_get_string_member (object, "text"));
  JsonArray *fixes
      = json_object_has_member (object, "fixes") ? json_object_get_array_member (object, "fixes") : NULL;
  for (guint i = 0; fixes != NULL && i < json_array_get_length (fixes); i++)
    g_ptr_array_add (c->fixes, json_array_get_null_element (fixes, i)
                                   ? NULL
                                   : g_strdup (json_array_get_string_element (fixes, i)));
  g_assert_cmpuint (c->fixes->len, ==, c->spans->len);
  return c;
}

static GPtrArray *
read_cases (const char *rule)
{
  g_autofree char *name = g_strconcat (rule, ".jsonl", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "core", "data", "lint", name, NULL);
  g_autofree char *all = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *cases = g_ptr_array_new_with_free_func ((GDestroyNotify) case_free);

  g_file_get_contents (path, &all, NULL, &error);
  g_assert_no_error (error);
  g_auto (GStrv) lines = g_strsplit (all, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      {
        g_autofree char *where = g_strdup_printf ("%s:%u", name, i + 1);
        g_ptr_array_add (cases, read_case (where, lines[i]));
      }
  return cases;
}

static JipLintOptions
options_of (const Case *c)
{
  JipLintOptions options = { .lists = lists };

  options.profile = c->profile != NULL ? jip_lint_find_profile (c->profile) : NULL;
  g_assert_true (c->profile == NULL || options.profile != NULL);
  return options;
}

/* A finding as a line of text, so that a failure shows all of them. */
static void
append_finding (GString *out, guint line, guint column, guint length, const char *fix)
{
  g_string_append_printf (out, "%u:%u+%u %s\n", line, column, length, fix != NULL ? fix : "null");
}

static void
check_case (const char *rule, const Case *c)
{
  JipLintOptions options = options_of (c);
  g_autoptr (GArray) found = jip_lint_check (c->text, strlen (c->text), &options);
  g_autoptr (GString) wanted = g_string_new (c->where), got = g_string_new (c->where);

  g_string_append_c (wanted, '\n');
  g_string_append_c (got, '\n');
  for (guint i = 0; i < c->spans->len; i++)
    {
      const JipLintFinding *span = &g_array_index (c->spans, JipLintFinding, i);
      append_finding (wanted, span->line, span->column, span->length, c->fixes->pdata[i]);
    }
  gboolean whole = FALSE;
  for (guint i = 0; i < found->len; i++)
    {
      const JipLintFinding *finding = &g_array_index (found, JipLintFinding, i);
      g_assert_cmpuint (strlen (finding->message), >, 0);
      if (strcmp (finding->rule, rule) != 0)
        continue;
      if (finding->length == 0)
        whole = TRUE;
      else
        append_finding (got, finding->line, finding->column, finding->length, finding->fix);
    }
  g_assert_cmpstr (got->str, ==, wanted->str);
  g_assert_cmpint (whole, ==, c->paper);
}

static void
test_rule (gconstpointer data)
{
  const char *rule = data;
  g_autoptr (GPtrArray) cases = read_cases (rule);
  guint good = 0, bad = 0;

  for (guint i = 0; i < cases->len; i++)
    {
      const Case *c = cases->pdata[i];
      check_case (rule, c);
      if (c->spans->len > 0 || c->paper)
        bad++;
      else
        good++;
    }
  g_assert_cmpuint (good, >=, LEAST_OF_A_KIND);
  g_assert_cmpuint (bad, >=, LEAST_OF_A_KIND);
}

/* Digits of a text, for what a fix may not change. */
static char *
digits_of (const char *text, gsize length)
{
  GString *out = g_string_new (NULL);
  for (gsize i = 0; i < length; i++)
    if (g_ascii_isdigit (text[i]))
      g_string_append_c (out, text[i]);
  return g_string_free (out, FALSE);
}

/* What --fix gives is what is left when nothing more can be mended; mending it again changes nothing. */
static void
test_fix_twice (gconstpointer data)
{
  g_autoptr (GPtrArray) cases = read_cases (data);

  for (guint i = 0; i < cases->len; i++)
    {
      const Case *c = cases->pdata[i];
      JipLintOptions options = options_of (c);
      g_autoptr (GBytes) once = jip_lint_fix (c->text, strlen (c->text), &options);
      gsize length;
      const char *text = g_bytes_get_data (once, &length);
      g_autoptr (GArray) left = jip_lint_check (text, length, &options);
      for (guint k = 0; k < left->len; k++)
        g_assert_null (g_array_index (left, JipLintFinding, k).fix);
      g_autoptr (GBytes) twice = jip_lint_fix (text, length, &options);
      g_assert_cmpmem (text, length, g_bytes_get_data (twice, NULL), g_bytes_get_size (twice));
    }
}

/* Where all that was found has a fix and nothing overlaps, putting each in its place gives what jip_lint_fix() gives. */
static void
test_fix_is_fixes (gconstpointer data)
{
  g_autoptr (GPtrArray) cases = read_cases (data);

  for (guint i = 0; i < cases->len; i++)
    {
      const Case *c = cases->pdata[i];
      JipLintOptions options = options_of (c);
      g_autoptr (GArray) found = jip_lint_check (c->text, strlen (c->text), &options);
      g_autoptr (GString) text = g_string_new (c->text);
      for (guint k = found->len; k-- > 0;)
        {
          const JipLintFinding *finding = &g_array_index (found, JipLintFinding, k);
          if (finding->fix == NULL)
            continue;
          g_string_erase (text, (gssize) finding->start, (gssize) (finding->end - finding->start));
          g_string_insert (text, (gssize) finding->start, finding->fix);
        }
      g_autoptr (GArray) left = jip_lint_check (text->str, text->len, &options);
      gboolean again = FALSE;
      for (guint k = 0; k < left->len; k++)
        again |= g_array_index (left, JipLintFinding, k).fix != NULL;
      g_autoptr (GBytes) fixed = jip_lint_fix (c->text, strlen (c->text), &options);
      if (!again)
        g_assert_cmpmem (text->str, text->len, g_bytes_get_data (fixed, NULL), g_bytes_get_size (fixed));
    }
}

static void
test_order_and_bounds (void)
{
  const char *rule = NULL;
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint r = 0; (rule = r < jip_lint_get_n_rules () ? jip_lint_get_rule (r)->id : NULL) != NULL; r++)
    {
      g_autoptr (GPtrArray) cases = read_cases (rule);
      for (guint i = 0; i < cases->len; i++)
        g_string_append_printf (all, "%s\n\n", ((Case *) cases->pdata[i])->text);
    }
  g_autoptr (GArray) found = jip_lint_check (all->str, all->len, NULL);
  g_assert_cmpuint (found->len, >, 100);
  for (guint i = 0; i < found->len; i++)
    {
      const JipLintFinding *finding = &g_array_index (found, JipLintFinding, i);
      g_assert_cmpuint (finding->start, <=, finding->end);
      g_assert_cmpuint (finding->end, <=, all->len);
      g_assert_cmpuint (finding->length, ==,
                        g_utf8_strlen (all->str + finding->start, (gssize) (finding->end - finding->start)));
      if (i == 0)
        continue;
      const JipLintFinding *before = finding - 1;
      g_assert_true (before->line < finding->line || before->column < finding->column
                     || strcmp (before->rule, finding->rule) < 0);
      g_assert_true (before->end <= finding->start || before->length == 0 || finding->length == 0);
    }
}

/* Values that a fix may write in other digits are few: 천원, 오후, dates with zeros. All other texts keep their digits. */
static void
test_fix_keeps_digits (void)
{
  static const char *const rules[] = { "date-weekday", "period", "numbering", "indent", "end-mark", "colon" };

  for (guint r = 0; r < G_N_ELEMENTS (rules); r++)
    {
      g_autoptr (GPtrArray) cases = read_cases (rules[r]);
      for (guint i = 0; i < cases->len; i++)
        {
          const Case *c = cases->pdata[i];
          JipLintOptions options = options_of (c);
          g_autoptr (GArray) found = jip_lint_check (c->text, strlen (c->text), &options);
          for (guint k = 0; k < found->len; k++)
            {
              const JipLintFinding *finding = &g_array_index (found, JipLintFinding, k);
              if (finding->fix == NULL || strcmp (finding->rule, rules[r]) != 0)
                continue;
              g_autofree char *before = digits_of (c->text + finding->start, finding->end - finding->start);
              g_autofree char *after = digits_of (finding->fix, strlen (finding->fix));
              g_assert_cmpstr (before, ==, after);
            }
        }
    }
}

static void
test_table (void)
{
  static const char *const profiles[][2]
      = { { "보도자료", "press-release" }, { "work-report", "work-report" },
          { "업무보고", "work-report" },   { "시행문", "official-letter" },
          { "안내문·공고문", "notice" },   { "홍보문(SNS·카드뉴스)", "promotion" } };

  for (guint i = 0; i < jip_lint_get_n_rules (); i++)
    {
      const JipLintRuleInfo *rule = jip_lint_get_rule (i);
      g_assert_true (rule->id != NULL && rule->profiles != NULL && rule->wants != NULL && rule->wrong != NULL
                     && rule->source != NULL);
    }
  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    g_assert_cmpstr (jip_lint_find_profile (profiles[i][0]), ==, profiles[i][1]);
  g_assert_null (jip_lint_find_profile ("none"));
  g_assert_null (jip_lint_find_profile (""));
}

/* Without a profile the rules of some document types do not run. */
static void
test_profiles (void)
{
  const char *text = "가. 하나\n나. 둘\n";
  JipLintOptions letter = { .profile = "official-letter" }, report = { .profile = "work-report" };
  g_autoptr (GArray) none = jip_lint_check (text, strlen (text), NULL);
  g_autoptr (GArray) other = jip_lint_check (text, strlen (text), &report);
  g_autoptr (GArray) found = jip_lint_check (text, strlen (text), &letter);

  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (other->len, ==, 0);
  g_assert_cmpuint (found->len, ==, 3);
  g_assert_cmpstr (g_array_index (found, JipLintFinding, 1).rule, ==, "end-mark");
  g_assert_cmpuint (g_array_index (found, JipLintFinding, 1).line, ==, 2);
}

/* The same papers as other systems write them: decomposed Hangul, CR before LF, a byte order mark, ASCII tildes. */
static void
check_variants (const char *text, const JipLintOptions *options)
{
  g_autofree char *decomposed = g_utf8_normalize (text, -1, G_NORMALIZE_NFD);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1), tildes = g_strsplit (text, "∼", -1);
  g_autofree char *crlf = g_strjoinv ("\r\n", lines);
  g_autofree char *ascii = g_strjoinv ("~", tildes);
  g_autofree char *marked = g_strconcat ("\xEF\xBB\xBF", text, NULL);
  const char *const variants[] = { decomposed, crlf, ascii, marked };

  for (guint i = 0; i < G_N_ELEMENTS (variants); i++)
    {
      g_autoptr (GArray) found = jip_lint_check (variants[i], strlen (variants[i]), options);
      g_assert_cmpuint (found->len, ==, 0);
    }
}

/* The papers of data/lint/papers are right: PROFILE-NAME.txt. */
static void
check_paper (const char *folder, const char *name)
{
  static const char *const profiles[]
      = { "press-release", "official-letter", "work-report", "notice",          "minutes",   "petition-reply",
          "greeting",      "project-plan",    "event-plan",  "merit-statement", "promotion", "proposal" };
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  JipLintOptions options = { .lists = lists };
  gsize length;

  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    if (g_str_has_prefix (name, profiles[i]))
      options.profile = profiles[i];
  g_assert_nonnull (options.profile);
  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  g_autoptr (GArray) found = jip_lint_check (text, length, &options);
  g_autoptr (GString) got = g_string_new (name);
  for (guint i = 0; i < found->len; i++)
    {
      const JipLintFinding *finding = &g_array_index (found, JipLintFinding, i);
      g_string_append_printf (got, "\n%u:%u %s %s", finding->line, finding->column, finding->rule,
                              finding->message);
    }
  g_assert_cmpstr (got->str, ==, name);
  g_autoptr (GBytes) fixed = jip_lint_fix (text, length, &options);
  g_assert_cmpmem (text, length, g_bytes_get_data (fixed, NULL), g_bytes_get_size (fixed));
  check_variants (text, &options);
}

static void
test_papers (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "core", "data", "lint", "papers", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  guint count = 0;

  g_assert_no_error (error);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL; count++)
    check_paper (folder, name);
  g_assert_cmpuint (count, >=, 12);
}

/* What papers are made of, and what breaks readers. */
static const char *const pieces[] = { "2026.1.6",
                                      "2026. 1. 6.",
                                      "(화)",
                                      " (수)",
                                      "'26. 1. 6.",
                                      "1. ",
                                      "가. ",
                                      "1) ",
                                      "① ",
                                      "□ ",
                                      "- ",
                                      "\n",
                                      "\n",
                                      "\n\n",
                                      "\r\n",
                                      " ",
                                      "  ",
                                      "\t",
                                      "　",
                                      "15시 20분",
                                      "오후 3시",
                                      "12시",
                                      "24:00",
                                      "8:09",
                                      " : ",
                                      ":",
                                      " ~ ",
                                      "∼",
                                      "까지",
                                      "부터",
                                      "금 113,560원",
                                      "(금일십일만삼천오백육십원)",
                                      "345천원",
                                      "12백만원",
                                      "(단위: 천원)",
                                      "| ",
                                      "|",
                                      "붙임",
                                      "붙임: ",
                                      "1부",
                                      "1부.",
                                      "끝.",
                                      " 끝",
                                      "이하 빈칸",
                                      "가람시장",
                                      "시행  과-1 ",
                                      "수신  ",
                                      "제목  ",
                                      "제3조(정의) ",
                                      "“",
                                      "”",
                                      "‘",
                                      "’",
                                      "\"",
                                      "'",
                                      "「",
                                      "」",
                                      "(",
                                      ")",
                                      "http://a.b/",
                                      "a@b.c",
                                      "합니다.",
                                      "합니다",
                                      "점검",
                                      "3",
                                      ".",
                                      ",",
                                      "\xEF\xBB\xBF",
                                      "\xE2\x80\x8B",
                                      "각",
                                      "\xFF",
                                      "\xE3\x80",
                                      "２０２６．１．６",
                                      "１．",
                                      "5. 1.",
                                      "6. 30.",
                                      "2026년 1월 6일",
                                      "2026-01-06",
                                      "1:10",
                                      "비율 ",
                                      "9시",
                                      "반" };

static GString *
make_text (GRand *random, guint most)
{
  GString *text = g_string_new (NULL);
  guint n = (guint) g_rand_int_range (random, 0, (gint32) most);

  for (guint i = 0; i < n; i++)
    {
      if (g_rand_int_range (random, 0, 40) == 0)
        g_string_append_len (text, "\0", 1);
      g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
    }
  return text;
}

static void
check_bounds (const GString *text, const GArray *found)
{
  for (guint i = 0; i < found->len; i++)
    {
      const JipLintFinding *finding = &g_array_index (found, JipLintFinding, i);
      g_assert_true (finding->start <= finding->end && finding->end <= text->len);
      g_assert_true (finding->line >= 1 && finding->column >= 1);
      g_assert_true ((finding->length == 0) == (finding->start == finding->end));
      g_assert_true (finding->fix == NULL || strlen (finding->fix) != finding->end - finding->start
                     || memcmp (finding->fix, text->str + finding->start, strlen (finding->fix)) != 0);
    }
}

/* Whatever the text: spans lie in it, mending ends, and mending again changes nothing. */
static void
test_random (void)
{
  static const char *const profiles[] = { NULL, "official-letter", "work-report", "press-release", "notice" };
  g_autoptr (GRand) random = g_rand_new_with_seed (6);

  for (guint i = 0; i < 3000; i++)
    {
      JipLintOptions options = { .profile = profiles[i % G_N_ELEMENTS (profiles)], .lists = lists };
      g_autoptr (GString) text = make_text (random, 40);
      g_autoptr (GArray) found = jip_lint_check (text->str, text->len, &options);
      check_bounds (text, found);
      g_autoptr (GBytes) once = jip_lint_fix (text->str, text->len, &options);
      gsize length;
      const char *fixed = g_bytes_get_data (once, &length);
      fixed = fixed != NULL ? fixed : "";
      g_autoptr (GArray) left = jip_lint_check (fixed, length, &options);
      for (guint k = 0; k < left->len; k++)
        g_assert_null (g_array_index (left, JipLintFinding, k).fix);
    }
}

/* Long runs of what makes readers look ahead: each must be read in a time that grows with its length alone. */
static void
test_linear (void)
{
  static const char *const runs[] = { "“",
                                      "(",
                                      "\"",
                                      "'",
                                      "「",
                                      "1. ",
                                      "가.\n",
                                      "금",
                                      "금(",
                                      ":",
                                      " :",
                                      "~ ",
                                      "2026. 1. 6.∼",
                                      "붙임: ",
                                      "붙임  1. 1부.\n",
                                      "붙임  1. 1부.\n         가 1부.\n",
                                      "금1원(",
                                      "[시행 ",
                                      "<개정 1",
                                      "(단위: 원)\n",
                                      "(단위: 원)\n| 1\n",
                                      "끝.\n",
                                      "가람시장\n",
                                      "\n",
                                      "오후 3시 ",
                                      "'26",
                                      "제3조(",
                                      "제3조 ①\n",
                                      "① ② ",
                                      "| ",
                                      "9",
                                      "1,",
                                      "일십",
                                      "a.",
                                      "2026.",
                                      "      2. 1부\n",
                                      "1:",
                                      "비율 1:10 " };

  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      gint64 took[2];
      for (guint k = 0; k < 2; k++)
        {
          g_autoptr (GString) text = g_string_new (NULL);
          JipLintOptions options = { .profile = "official-letter" };
          while (text->len < (k == 0 ? 64u << 10 : 512u << 10))
            g_string_append (text, runs[i]);
          clock_t start = clock (); /* of this process alone: others may be busy */
          g_autoptr (GArray) found = jip_lint_check (text->str, text->len, &options);
          took[k] = (gint64) (clock () - start) * G_USEC_PER_SEC / CLOCKS_PER_SEC;
          g_assert_nonnull (found);
        }
      g_test_message ("%s: %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT " us", runs[i], took[0], took[1]);
      /* eight times the text; quadratic reading would take 64 times as long */
      g_assert_cmpint (took[1], <, 32 * MAX (took[0], 20000));
    }
}

static void
add_rule (const char *rule)
{
  g_autofree char *cases = g_strdup_printf ("/lint/%s/cases", rule);
  g_autofree char *twice = g_strdup_printf ("/lint/%s/fix-twice", rule);
  g_autofree char *fixes = g_strdup_printf ("/lint/%s/fix-is-fixes", rule);

  g_test_add_data_func (cases, rule, test_rule);
  g_test_add_data_func (twice, rule, test_fix_twice);
  g_test_add_data_func (fixes, rule, test_fix_is_fixes);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  lists = jip_lint_lists_load (NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < jip_lint_get_n_rules (); i++)
    add_rule (jip_lint_get_rule (i)->id);
  g_test_add_func ("/lint/order-and-bounds", test_order_and_bounds);
  g_test_add_func ("/lint/fix-keeps-digits", test_fix_keeps_digits);
  g_test_add_func ("/lint/table", test_table);
  g_test_add_func ("/lint/profiles", test_profiles);
  g_test_add_func ("/lint/papers", test_papers);
  g_test_add_func ("/lint/random", test_random);
  g_test_add_func ("/lint/linear", test_linear);
  int status = g_test_run ();
  jip_lint_lists_free (lists);
  return status;
}
