/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "jip-error.h"
#include "jip-korean-particle.h"
#include "jip-lint-lists-private.h"

/* Particles, and the word lists of the writing rules. */

static void
test_final (void)
{
  static const struct
  {
    const char *word;
    JipKoreanFinal final;
  } cases[] = {
    { "내용", JIP_KOREAN_FINAL_CONSONANT }, { "나머지", JIP_KOREAN_FINAL_VOWEL },
    { "다음 날", JIP_KOREAN_FINAL_RIEUL },  { "MOU", JIP_KOREAN_FINAL_VOWEL },
    { "TF", JIP_KOREAN_FINAL_VOWEL },       { "LH", JIP_KOREAN_FINAL_VOWEL },
    { "URL", JIP_KOREAN_FINAL_RIEUL },      { "VR", JIP_KOREAN_FINAL_RIEUL },
    { "IBM", JIP_KOREAN_FINAL_CONSONANT },  { "LAN", JIP_KOREAN_FINAL_CONSONANT },
    { "2030", JIP_KOREAN_FINAL_CONSONANT }, { "제1", JIP_KOREAN_FINAL_RIEUL },
    { "A2", JIP_KOREAN_FINAL_VOWEL },       { "5G)", JIP_KOREAN_FINAL_VOWEL },
    { "mail", JIP_KOREAN_FINAL_RIEUL },     { "service", JIP_KOREAN_FINAL_UNKNOWN },
    { "", JIP_KOREAN_FINAL_UNKNOWN },       { "…", JIP_KOREAN_FINAL_UNKNOWN },
    { "人", JIP_KOREAN_FINAL_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (jip_korean_get_final (cases[i].word), ==, cases[i].final);
}

/* What stands behind @old after @right has replaced it. */
static char *
mend (const char *particle_text, const char *right)
{
  g_autoptr (GArray) chars = jip_text_fold (particle_text, strlen (particle_text));
  JipKoreanParticle particle;

  if (!jip_korean_read_particle ((const JipTextChar *) (gpointer) chars->data, 0, &particle))
    return NULL;
  const char *form
      = particle.head > 0 ? jip_korean_choose_particle (&particle, jip_korean_get_final (right)) : NULL;
  if (form == NULL)
    return g_strdup (particle_text);
  return g_strconcat (form, g_utf8_offset_to_pointer (particle_text, particle.head), NULL);
}

static void
test_mend (void)
{
  static const char *const cases[][3] = {
    { "은", "나머지", "는" },         { "는", "내용", "은" },         { "이", "나머지", "가" },
    { "를", "내용", "을" },           { "과", "나머지", "와" },       { "와의", "내용", "과의" },
    { "으로", "나머지", "로" },       { "로", "내용", "으로" },       { "로", "내일", "로" },
    { "으로는", "다음 날", "로는" },  { "으로서", "나머지", "로서" }, { "이라도", "나머지", "라도" },
    { "라는", "내용", "이라는" },     { "이며", "나머지", "이며" },   { "였습니다", "내용", "이었습니다" },
    { "이었다", "나머지", "였다" },   { "에서는", "내용", "에서는" }, { "까지", "나머지", "까지" },
    { "입니다", "나머지", "입니다" }, { "이나", "나머지", "나" },     { "은", "service", "은" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *got = mend (cases[i][0], cases[i][1]);
      g_assert_cmpstr (got, ==, cases[i][2]);
    }
  g_assert_null (mend ("서", "내용"));
  g_assert_null (mend ("은행", "내용"));
  g_assert_null (mend ("인", "내용"));
  g_assert_null (mend ("", "내용"));
}

/* Whatever syllable a word ends in, mending twice changes nothing, and the two forms lead to the same. */
static void
test_mend_property (void)
{
  static const char *const pairs[][2]
      = { { "은", "는" },       { "이", "가" },          { "을", "를" },       { "과", "와" },
          { "으로", "로" },     { "이나", "나" },        { "이라고", "라고" }, { "이란", "란" },
          { "이었다", "였다" }, { "으로부터", "로부터" } };

  for (gunichar c = 0xAC00; c <= 0xD7A3; c += 7)
    for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
      {
        char word[7] = { 0 };
        g_unichar_to_utf8 (c, word);
        g_autofree char *a = mend (pairs[i][0], word), *b = mend (pairs[i][1], word), *again = mend (a, word);
        guint final = (c - 0xAC00) % 28;
        gboolean vowel = final == 0 || (final == 8 && g_str_has_suffix (pairs[i][1], "로"))
                         || (final == 8 && g_str_has_prefix (pairs[i][1], "로"));
        g_assert_cmpstr (a, ==, b);
        g_assert_cmpstr (a, ==, again);
        g_assert_cmpstr (a, ==, pairs[i][vowel ? 1 : 0]);
      }
}

static char *
add_error (const char *name, const char *text)
{
  g_autoptr (JipLintLists) lists = jip_lint_lists_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (
      jip_lint_lists_add (lists, "plain-words.tsv", "내역\t내용\n", strlen ("내역\t내용\n"), NULL));
  if (jip_lint_lists_add (lists, name, text, strlen (text), &error))
    {
      g_assert_no_error (error);
      return NULL;
    }
  g_assert_true (error->domain == JIP_ERROR);
  g_assert_null (strchr (error->message, '\n'));
  return g_strdup (error->message);
}

static void
test_broken (void)
{
  static const char *const cases[][3] = {
    { "plain-words.tsv", "# 말\n금일\t오늘\n익일\n", "plain-words.tsv, line 3:" },
    { "plain-words.tsv", "금일\t오늘\tverbs\n", "plain-words.tsv, line 1:" },
    { "plain-words.tsv", "금일\t오늘\n\n금일\t이날\n", "plain-words.tsv, line 3:" },
    { "plain-words.tsv", "금일\t금일\n", "plain-words.tsv, line 1:" },
    { "plain-words.tsv", "!금일\n", "plain-words.tsv, line 1:" },
    { "plain-words.tsv", "금일\t오늘\tnoun\t명일동\n", "plain-words.tsv, line 1:" },
    { "plain-words.tsv", "금일\t오늘\tnoun\t\t5\n", "plain-words.tsv, line 1:" },
    { "plain-words.tsv", "금일\t오늘\n\xff\xfe\t내일\n", "plain-words.tsv, line 2:" },
    { "honorifics.tsv", "\t있으면\n", "honorifics.tsv, line 1:" },
    { "law-names.tsv", "건축법\n주택법\tlong\n", "law-names.tsv, line 2:" },
    { "abbreviations.tsv", "MOU\n", "abbreviations.tsv, line 1:" },
    { "words.tsv", "금일\t오늘\n", "words.tsv:" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *message = add_error (cases[i][0], cases[i][1]);
      g_assert_nonnull (message);
      g_assert_true (g_str_has_prefix (message, cases[i][2]));
    }
  g_assert_null (add_error ("plain-words.tsv", ""));
  g_assert_null (add_error ("plain-words.tsv", "\xEF\xBB\xBF# 머리\r\n금일\t오늘\r\n\r\n!내역"));
}

static guint
count_found (const JipLintLists *lists, const char *text)
{
  JipLintOptions options = { .lists = lists };
  g_autoptr (GArray) found = jip_lint_check (text, strlen (text), &options);
  return found->len;
}

/* The files of an organisation add words, replace ours and take them away. */
static void
test_own_folder (void)
{
  g_autofree char *folder = g_dir_make_tmp ("jip-lists-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "plain-words.tsv", NULL);
  g_autofree char *broken = g_build_filename (folder, "law-names.tsv", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "가람어\t쉬운 말\n금일\t이날\n!향후\n", -1, NULL));
  g_autoptr (JipLintLists) own = jip_lint_lists_load (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_found (own, "가람어는 향후 쓴다."), ==, 1);
  JipLintOptions options = { .lists = own };
  g_autoptr (GArray) found = jip_lint_check ("금일은", strlen ("금일은"), &options);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpstr (g_array_index (found, JipLintFinding, 0).fix, ==, "이날");

  g_assert_true (g_file_set_contents (broken, "건축법\n\n주택법\tx\n", -1, NULL));
  g_assert_null (jip_lint_lists_load (folder, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_BAD_ARGS);
  g_assert_nonnull (strstr (error->message, "law-names.tsv, line 3:"));
  g_clear_error (&error);
  g_unlink (path);
  g_unlink (broken);
  g_rmdir (folder);
  g_assert_null (jip_lint_lists_load (folder, &error));
  g_assert_nonnull (error);
}

/* The lists that come with the program hold what the rules promise. */
static void
test_shipped (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipLintLists) lists = jip_lint_lists_load (NULL, &error);
  gboolean is_short;
  guint pairs = 0;

  g_assert_no_error (error);
  for (gunichar c = 0xAC00; c <= 0xD7A3; c++)
    {
      const GPtrArray *words = jip_lint_lists_get_words (lists, JIP_LINT_PLAIN_WORDS, c);
      for (guint i = 0; words != NULL && i < words->len; i++)
        {
          const JipLintWord *word = words->pdata[i];
          pairs += word->right != NULL ? 1 : 0;
          /* what replaces a hard word is none itself, or mending would go on */
          if (word->right != NULL)
            g_assert_cmpuint (count_found (lists, word->right), ==, 0);
        }
    }
  g_assert_cmpuint (pairs, >=, 220);
  g_assert_true (jip_lint_lists_get_law (lists, "공공기관의정보공개에관한법률", &is_short) && !is_short);
  g_assert_true (jip_lint_lists_get_law (lists, "김영란법", &is_short) && is_short);
  g_assert_false (jip_lint_lists_get_law (lists, "법", &is_short));
  g_assert_nonnull (jip_lint_lists_get_meanings (lists, "MOU"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lint-lists/final", test_final);
  g_test_add_func ("/lint-lists/mend", test_mend);
  g_test_add_func ("/lint-lists/mend-property", test_mend_property);
  g_test_add_func ("/lint-lists/broken", test_broken);
  g_test_add_func ("/lint-lists/own-folder", test_own_folder);
  g_test_add_func ("/lint-lists/shipped", test_shipped);
  return g_test_run ();
}
