/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-draft-diff.h"

static char *
random_text (guint letters, guint length)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < length; i++)
    g_string_append_unichar (out, 0xAC00 + (gunichar) g_test_rand_int_range (0, (gint32) letters));
  return g_string_free (out, FALSE);
}

/* The pieces cover both texts without gap, and what is said to be the same is. */
static guint
check_text (const char *from, const char *to)
{
  g_autoptr (GArray) pieces = jip_diff_text (from, to);
  guint old_at = 0, new_at = 0, edits = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      const JipDiffPiece *piece = &g_array_index (pieces, JipDiffPiece, i);
      g_assert_cmpuint (piece->old_start, ==, old_at);
      g_assert_cmpuint (piece->new_start, ==, new_at);
      g_assert_cmpuint (piece->length, >, 0);
      old_at += piece->kind != JIP_DIFF_ADDED ? piece->length : 0;
      new_at += piece->kind != JIP_DIFF_REMOVED ? piece->length : 0;
      edits += piece->kind != JIP_DIFF_SAME ? piece->length : 0;
      if (piece->kind != JIP_DIFF_SAME)
        continue;
      g_autofree char *old_part = g_utf8_substring (from, piece->old_start, old_at);
      g_autofree char *new_part = g_utf8_substring (to, piece->new_start, new_at);
      g_assert_cmpstr (old_part, ==, new_part);
    }
  g_assert_cmpuint (old_at, ==, g_utf8_strlen (from, -1));
  g_assert_cmpuint (new_at, ==, g_utf8_strlen (to, -1));
  return edits;
}

/* The length of the longest common subsequence, the slow way. */
static guint
common_length (const char *from, const char *to)
{
  glong n, m;
  g_autofree gunichar *a = g_utf8_to_ucs4_fast (from, -1, &n);
  g_autofree gunichar *b = g_utf8_to_ucs4_fast (to, -1, &m);
  g_autofree guint *row = g_new0 (guint, m + 1);

  for (glong i = 0; i < n; i++)
    for (glong j = 0, corner = 0; j < m; j++)
      {
        guint above = row[j + 1];
        row[j + 1] = a[i] == b[j] ? (guint) corner + 1 : MAX (above, row[j]);
        corner = above;
      }
  return row[m];
}

static void
test_text (void)
{
  g_assert_cmpuint (check_text ("", ""), ==, 0);
  g_assert_cmpuint (check_text ("가나다", "가나다"), ==, 0);
  g_assert_cmpuint (check_text ("", "가"), ==, 1);
  g_assert_cmpuint (check_text ("가", ""), ==, 1);
  g_assert_cmpuint (check_text ("운영 시간을 늘림", "운영 시간을 크게 늘림"), ==, 3);
  for (guint round = 0; round < 2000; round++)
    {
      guint letters = (guint) g_test_rand_int_range (1, 6);
      g_autofree char *from = random_text (letters, (guint) g_test_rand_int_range (0, 40));
      g_autofree char *to = random_text (letters, (guint) g_test_rand_int_range (0, 40));
      guint shortest
          = (guint) (g_utf8_strlen (from, -1) + g_utf8_strlen (to, -1)) - 2 * common_length (from, to);
      g_assert_cmpuint (check_text (from, to), ==, shortest);
    }
}

/* Two long texts with nothing in common take no more time than they may. */
static void
test_bounds (void)
{
  g_autofree char *from = random_text (5000, 100000);
  g_autofree char *to = random_text (5000, 100000);
  gint64 start = g_get_monotonic_time ();

  g_assert_cmpuint (check_text (from, to), ==, 200000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
}

static JipDraft *
parse (const char *sections)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf (
      "{\"format\":\"jip-draft/1\",\"type\":\"work-report\",\"title\":\"제목\",\"sections\":[%s]}", sections);
  JipDraft *draft = jip_draft_parse (text, -1, &error);
  g_assert_no_error (error);
  return draft;
}

/* `=`, `-`, `+` or `~` for each entry, with the text that is newest. */
static char *
summarise (GPtrArray *entries)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < entries->len; i++)
    {
      const JipDiffEntry *entry = entries->pdata[i];
      g_assert_true ((entry->pieces != NULL) == (entry->kind == JIP_DIFF_CHANGED));
      g_string_append_printf (out, "%c%s\n", "=-+~"[entry->kind],
                              entry -> new_text != NULL ? entry -> new_text : entry -> old_text);
    }
  return g_string_free (out, FALSE);
}

#define LINE(text) "{\"kind\":\"paragraph\",\"text\":\"" text "\"}"

static void
test_draft (void)
{
  g_autoptr (JipDraft) from = parse (
      "{\"id\":\"a\",\"heading\":\"배경\",\"blocks\":[" LINE ("그대로 있는 문단") "," LINE ("이 문단은 조금 바뀐다") "," LINE ("사라질 문단") ",{\"kind\":\"table\",\"rows\":[[{\"text\":\"가\"},{\"text\":\"나\"}]]}]},{\"id\":\"b\",\"blocks\":[" LINE (
          "없어질 구역") "]},"
                         "{\"id\":\"c\",\"heading\":\"계획\",\"blocks\":[" LINE ("굵어질 문단") "]}");
  g_autoptr (JipDraft) to = parse (
      "{\"id\":\"a\",\"heading\":\"추진 배경\",\"blocks\":[" LINE ("그대로 있는 문단") "," LINE ("전혀 다른 새로운 말") "," LINE (
          "이 문단은 많이 바뀐다") ",{\"kind\":\"table\",\"rows\":[[{\"text\":\"가\"},{\"text\":\"다\"}]]}]},"
                                   "{\"id\":\"c\",\"heading\":\"계획\",\"blocks\":[{\"kind\":\"paragraph\",\"text\":\"굵어질 문단\",\"spans\":[{\"start\":0,\"length\":2,"
                                   "\"bold\":true}]}]},{\"id\":\"d\",\"blocks\":[" LINE ("새 구역") "]}");
  g_autoptr (GPtrArray) entries = jip_draft_diff (from, to);
  g_autofree char *summary = summarise (entries);

  g_assert_cmpstr (
      summary, ==,
      "=제목\n~추진 배경\n=그대로 있는 문단\n+전혀 다른 새로운 말\n~이 문단은 많이 바뀐다\n-사라질 문단\n~| 가 | 다 |\n-없어질 구역\n"
      "=계획\n~굵어질 문단\n+새 구역\n");
  const JipDiffEntry *bold = entries->pdata[9];
  g_assert_cmpstr (bold->old_text, ==, bold->new_text);
  g_assert_cmpstr (bold->section, ==, "c");
  g_assert_true (bold->old_block != NULL && bold->new_block != NULL);

  g_autoptr (GPtrArray) same = jip_draft_diff (to, to);
  for (guint i = 0; i < same->len; i++)
    g_assert_cmpint (((JipDiffEntry *) same->pdata[i])->kind, ==, JIP_DIFF_SAME);
  g_autoptr (GPtrArray) back = jip_draft_diff (to, from);
  g_assert_cmpuint (back->len, ==, entries->len);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draft-diff/text", test_text);
  g_test_add_func ("/draft-diff/bounds", test_bounds);
  g_test_add_func ("/draft-diff/draft", test_draft);
  return g_test_run ();
}
