/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text as the rules see it: characters stand in order and cover all bytes; lines and columns agree with plain counting. */
#include "fuzz.h"

#include "jip-text.h"

static void
check_fold (const char *text, gsize size)
{
  g_autoptr (GArray) chars = jip_text_fold (text, size);
  const JipTextChar *end = &g_array_index (chars, JipTextChar, chars->len - 1);

  g_assert_cmpuint (end->c, ==, 0);
  g_assert_cmpuint (end->start, ==, size);
  for (guint i = 0; i + 1 < chars->len; i++)
    {
      const JipTextChar *at = &g_array_index (chars, JipTextChar, i);
      g_assert_cmpuint (at->c, !=, 0);
      g_assert_true (g_unichar_validate (at->c));
      g_assert_cmpuint (at[1].start, >, at->start);
      g_assert_true (i > 0 || at->start == 0);
    }
}

static gsize
next_char (const char *text, gsize size, gsize at)
{
  gunichar c = g_utf8_get_char_validated (text + at, (gssize) (size - at));

  if (text[at] == '\0' || c == (gunichar) -1 || c == (gunichar) -2)
    return at + 1;
  return (gsize) (g_utf8_next_char (text + at) - text);
}

static void
check_index (const char *text, gsize size)
{
  g_autoptr (JipTextIndex) index = jip_text_index_new (text, size);
  guint line = 1, column = 1;

  for (gsize at = 0;; at = next_char (text, size, at), column++)
    {
      guint found_line, found_column;
      if (at > 0 && text[at - 1] == '\n')
        {
          line++;
          column = 1;
        }
      jip_text_index_locate (index, at, &found_line, &found_column);
      g_assert_cmpuint (found_line, ==, line);
      g_assert_cmpuint (found_column, ==, column);
      if (at >= size)
        break;
    }
  g_assert_cmpuint (jip_text_index_count (index, 0, size), <=, size);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *text = size > 0 ? (const char *) data : "";

  check_fold (text, size);
  check_index (text, size);
  return 0;
}
