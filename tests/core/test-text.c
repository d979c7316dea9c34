/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-text.h"

static char *
fold_to_utf8 (const char *text, gsize length)
{
  g_autoptr (GArray) chars = jip_text_fold (text, length);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i + 1 < chars->len; i++)
    g_string_append_unichar (out, g_array_index (chars, JipTextChar, i).c);
  g_assert_cmpuint (g_array_index (chars, JipTextChar, chars->len - 1).start, ==, length);
  return g_string_free (out, FALSE);
}

static void
test_fold (void)
{
  static const struct
  {
    const char *text, *folded;
  } cases[] = {
    { "", "" },
    { "２０２６．１．", "2026.1." },
    { "010–1234—5678", "010-1234-5678" },
    { "a\tb\u00a0c\u3000d", "a b c d" },
    { "\u1112\u1161\u11ab\u1100\u1173\u11af", "한글" },
    { "제\u200b안", "제안" },
    { "\xff\xea\xb0", "\uFFFD\uFFFD\uFFFD" },
    { "\r\n", "\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *folded = fold_to_utf8 (cases[i].text, strlen (cases[i].text));
      g_assert_cmpstr (folded, ==, cases[i].folded);
    }
  g_autofree char *nul = fold_to_utf8 ("a\0b", 3);
  g_assert_cmpstr (nul, ==, "a\uFFFDb");
}

static void
test_raw (void)
{
  g_autoptr (GArray) chars = jip_text_fold ("가—１", strlen ("가—１"));

  g_assert_cmpuint (chars->len, ==, 4);
  g_assert_cmpuint (g_array_index (chars, JipTextChar, 1).raw, ==, 0x2014);
  g_assert_cmpuint (g_array_index (chars, JipTextChar, 1).start, ==, 3);
  g_assert_cmpuint (g_array_index (chars, JipTextChar, 2).raw, ==, 0xFF11);
}

static void
test_words (void)
{
  g_autoptr (GArray) list = jip_text_fold ("추진 배경", strlen ("추진 배경"));
  const JipTextChar *chars = (const JipTextChar *) (gpointer) list->data;

  g_assert_true (jip_text_ends_with (chars, 2, "추진"));
  g_assert_false (jip_text_ends_with (chars, 1, "추진"));
  g_assert_cmpuint (jip_text_starts_with (chars, 3, "배경"), ==, 5);
  g_assert_cmpuint (jip_text_starts_with (chars, 4, "경과"), ==, 0);
}

/* The index against a plain count from the beginning, on random bytes and letters. */
static void
test_index (void)
{
  static const char *const pieces[]
      = { "가", "a", "\n", "\r\n", "\xff", "\xea\xb0", "\u200b", "😀", "\uFEFF", "12" };

  for (guint round = 0; round < 60; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      guint n = (guint) g_test_rand_int_range (0, 900);
      for (guint i = 0; i < n; i++)
        g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
      g_autoptr (JipTextIndex) index = jip_text_index_new (text->str, text->len);
      guint line = 1, column = 1, found_line, found_column;
      for (gsize at = 0; at <= text->len;)
        {
          jip_text_index_locate (index, at, &found_line, &found_column);
          g_assert_cmpuint (found_line, ==, line);
          g_assert_cmpuint (found_column, ==, column);
          if (at == text->len)
            break;
          gunichar c = g_utf8_get_char_validated (text->str + at, (gssize) (text->len - at));
          gboolean valid = c != (gunichar) -1 && c != (gunichar) -2;
          at += valid ? (gsize) g_unichar_to_utf8 (c, NULL) : 1;
          line += valid && c == '\n' ? 1 : 0;
          column = valid && c == '\n' ? 1 : column + 1;
        }
      g_assert_cmpuint (jip_text_index_count (index, 0, 0), ==, 0);
    }
}

/* Unicode, PropList.txt, White_Space. */
static void
test_blank (void)
{
  static const gunichar white[] = { 0x09,   0x0A,   0x0B,   0x0C,   0x0D,   0x20,   0x85,   0xA0,   0x1680,
                                    0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008,
                                    0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000 };
  guint n = 0;

  for (gunichar c = 1; c <= 0x10FFFF; c++)
    {
      char text[8] = "";
      if (c >= 0xD800 && c <= 0xDFFF)
        continue;
      g_unichar_to_utf8 (c, text);
      gboolean is_white = n < G_N_ELEMENTS (white) && white[n] == c;
      g_assert_cmpint (jip_text_is_blank (text), ==, is_white);
      n += is_white ? 1 : 0;
    }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (white));
  g_assert_true (jip_text_is_blank (""));
  g_assert_true (jip_text_is_blank (" \v\xC2\x85\u3000\n"));
  g_assert_false (jip_text_is_blank (" \v\xC2\x85\u3000\n."));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/fold", test_fold);
  g_test_add_func ("/text/raw", test_raw);
  g_test_add_func ("/text/words", test_words);
  g_test_add_func ("/text/index", test_index);
  g_test_add_func ("/text/blank", test_blank);
  return g_test_run ();
}
