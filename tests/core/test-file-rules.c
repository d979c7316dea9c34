/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-file-rules.h"

#include <string.h>

static void
test_plain (void)
{
  static const char *const good[]
      = { "계획서.pdf", "a", "2026년 예산 (최종).hwpx", "no ending", "표..csv", "100%.txt" };
  static const char *const bad[] = { "",
                                     ".",
                                     "..",
                                     "../../x",
                                     "/etc/passwd",
                                     "a/b",
                                     "a\\b",
                                     ".bashrc",
                                     "a\nb.txt",
                                     "a\tb.txt",
                                     " a.pdf",
                                     "a.pdf ",
                                     "a\x7f.pdf",
                                     "\xe2\x80\xae"
                                     "fdp.exe",
                                     "a\xe2\x80\xae"
                                     "b.pdf",
                                     "a\xe2\x81\xa6"
                                     "b",
                                     "a\xe2\x80\x8b"
                                     "b",
                                     "\xff.pdf",
                                     "a\xe2\x80\xa8"
                                     "b",
                                     "\xef\xbb\xbf"
                                     "a",
                                     "\xe3\x80\x80"
                                     "a" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *same = jip_file_name_make_plain (good[i]);
      g_assert_true (jip_file_name_is_plain (good[i]));
      g_assert_cmpstr (same, ==, good[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *made = jip_file_name_make_plain (bad[i]);
      g_assert_false (jip_file_name_is_plain (bad[i]));
      g_assert_true (jip_file_name_is_plain (made));
    }
}

static void
assert_made (const char *name, const char *expected)
{
  g_autofree char *made = jip_file_name_make_plain (name);

  g_assert_cmpstr (made, ==, expected);
}

static void
test_made (void)
{
  assert_made ("../../x", "_.._x");
  assert_made ("송장\xe2\x80\xae"
               "fdp.exe",
               "송장fdp.exe");
  assert_made ("a\nb.txt", "ab.txt");
  assert_made (" ..가.txt ", "가.txt");
  assert_made ("\x01\x02", "file");
  assert_made ("\xe1\x84\x80\xe1\x85\xa1.txt", "가.txt"); /* as other systems write it */
}

/* A long name keeps its ending and is cut between two characters. */
static void
test_long (void)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (guint i = 0; i < 100; i++)
    g_string_append (name, "가");
  g_string_append (name, ".pdf");
  g_autofree char *made = jip_file_name_make_plain (name->str);
  g_assert_false (jip_file_name_is_plain (name->str));
  g_assert_true (jip_file_name_is_plain (made));
  g_assert_true (g_str_has_suffix (made, "가.pdf"));
  g_assert_cmpuint (strlen (made), ==, 83 * 3 + 4);
}

static void
test_media_types (void)
{
  static const char *const good[]
      = { "application/pdf", "image/svg+xml", "text/x-c++", "application/vnd.hancom.hwpx" };
  static const char *const bad[]
      = { "",       "pdf",  "/pdf", "application/", "Application/pdf", "a/b/c", "text/plain; charset=utf-8",
          "text/ä", "a/b\n" };
  g_autofree char *long_type = g_strnfill (JIP_FILE_MAX_MEDIA_TYPE, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (jip_media_type_is_valid (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (jip_media_type_is_valid (bad[i]));
  long_type[1] = '/';
  g_assert_true (jip_media_type_is_valid (long_type));
  g_autofree char *longer = g_strconcat (long_type, "a", NULL);
  g_assert_false (jip_media_type_is_valid (longer));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-rules/plain", test_plain);
  g_test_add_func ("/file-rules/made", test_made);
  g_test_add_func ("/file-rules/long", test_long);
  g_test_add_func ("/file-rules/media-types", test_media_types);
  return g_test_run ();
}
