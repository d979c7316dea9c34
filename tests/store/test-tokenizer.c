/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-hangul-tokenizer.h"
#include "test-util.h"

static const char *const texts[] = {
  "대시민 공원 안내판을 다국어로 바꿉시다", "청년 일자리 AI기반 상담", "길", "골목길 가로등 2026년도 예산",
  "Dashboard for open data, café",          "공\n원은 크다",
};

static void
fill (TestFolder *fixture)
{
  g_autoptr (JipDatabase) database = test_open (fixture, JIP_DATABASE_CREATE);
  g_autoptr (GError) error = NULL;

  test_exec (database, "CREATE VIRTUAL TABLE page USING fts5 (body, tokenize = 'hangul_bigram')");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      jip_database_run (database, &error, "INSERT INTO page (rowid, body) VALUES ($1, $2)", "it", (gint64) i,
                        texts[i]);
      g_assert_no_error (error);
    }
}

/* The numbers of the texts that @words find, read through a read-only connection. */
static char *
search (TestFolder *fixture, const char *words)
{
  g_autoptr (JipDatabase) database = test_open (fixture, JIP_DATABASE_READ_ONLY);
  g_autoptr (GError) error = NULL;
  g_autofree char *expression = jip_search_expression (words);

  if (expression == NULL)
    return g_strdup ("nothing to search");
  char *found = jip_database_query_text (
      database, &error,
      "SELECT group_concat(rowid, ' ') FROM (SELECT rowid FROM page WHERE page MATCH $1 ORDER BY rowid)", "t",
      expression);
  g_assert_no_error (error);
  return found != NULL ? found : g_strdup ("");
}

static void
test_search (TestFolder *fixture, gconstpointer data)
{
  static const struct
  {
    const char *words;
    const char *found;
  } cases[] = {
    { "공원", "0" },
    { "시민", "0" }, /* inside a longer word */
    { "안내판", "0" },
    { "길", "2 3" },
    { "길목", "" },
    { "목길", "3" },
    { "원공", "" }, /* no pair across a space */
    { "안내 공원", "0" },
    { "안내 청년", "" }, /* all of the words */
    { "ai", "1" },
    { "AI기반", "1" },
    { "ai기", "1" },
    { "년도2026", "" },
    { "2026년", "3" },
    { "2026년도", "3" },
    { "dash", "4" }, /* the beginning of a word */
    { "board", "" },
    { "cafe\xcc\x81", "4" },                                                             /* NFD */
    { "\xe1\x84\x80\xe1\x85\xa9\xe1\x86\xbc\xe1\x84\x8b\xe1\x85\xaf\xe1\x86\xab", "0" }, /* 공원, NFD */
    { "\"공원\" OR 청년", "" }, /* OR is a word like any other */
    { "body:공원*", "" },
    { "NEAR(공원 안내)", "" },
    { "공원)\"'--", "0" },
    { "  .,! ", "nothing to search" },
    { "", "nothing to search" },
    { NULL, "nothing to search" },
    { "\xff\xfe", "nothing to search" },
  };

  fill (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = search (fixture, cases[i].words);
      g_test_message ("%s", cases[i].words != NULL ? cases[i].words : "(null)");
      g_assert_cmpstr (found, ==, cases[i].found);
    }
}

static void
test_offsets (TestFolder *fixture, gconstpointer data)
{
  static const char *const cases[][2] = {
    { "안내판", "대시민 공원 [안내판]을 다국어로 바꿉시다" },
    { "골목길 예산", "[골목길] 가로등 2026년도 [예산]" },
    { "다", "대시민 공원 안내판을 [다]국어로 바꿉시[다]" },
  };

  fill (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JipDatabase) database = test_open (fixture, JIP_DATABASE_READ_ONLY);
      g_autoptr (GError) error = NULL;
      g_autofree char *expression = jip_search_expression (cases[i][0]);
      g_autofree char *marked = jip_database_query_text (
          database, &error,
          "SELECT highlight(page, 0, '[', ']') FROM page WHERE page MATCH $1 ORDER BY rowid", "t",
          expression);
      g_assert_no_error (error);
      g_assert_cmpstr (marked, ==, cases[i][1]);
    }
}

static void
test_bounds (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GString) zalgo = g_string_new ("공원 a");

  for (int i = 0; i < 5000; i++)
    g_string_append (words, "가 ");
  g_autofree char *expression = jip_search_expression (words->str);
  g_assert_cmpuint (strlen (expression), ==, 16 * strlen ("\"가\" ") - 1);

  for (int i = 0; i < 5000; i++)
    g_string_append (zalgo, "\xcc\x81");
  fill (fixture);
  g_autofree char *found = search (fixture, zalgo->str);
  g_assert_nonnull (found);
}

#define ADD(path, function) \
  g_test_add ("/tokenizer/" path, TestFolder, NULL, test_folder_set_up, function, test_folder_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("search", test_search);
  ADD ("offsets", test_offsets);
  ADD ("bounds", test_bounds);
  return g_test_run ();
}
