/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-draft-diff.h"
#include "jip-text-merge.h"

static char *
merged (const char *base, const char *mine, const char *theirs, guint *n_conflicts)
{
  g_autoptr (GPtrArray) pieces = jip_text_merge (base, mine, theirs);

  return jip_merge_to_text (pieces, n_conflicts);
}

static void
assert_merged (const char *base,
               const char *mine,
               const char *theirs,
               const char *wanted,
               guint wanted_conflicts)
{
  guint n;
  g_autofree char *text = merged (base, mine, theirs, &n);

  g_assert_cmpstr (text, ==, wanted);
  g_assert_cmpuint (n, ==, wanted_conflicts);
}

static void
test_examples (void)
{
  /* each another sentence, each another line */
  assert_merged ("영수증을 찍는다. 자동으로 정산한다.", "영수증을 사진으로 찍는다. 자동으로 정산한다.",
                 "영수증을 찍는다. 하루 안에 정산한다.", "영수증을 사진으로 찍는다. 하루 안에 정산한다.", 0);
  assert_merged ("가\n나\n다", "가\n나2\n다", "가1\n나\n다", "가1\n나2\n다", 0);
  /* one changes the last sentence, the other one adds behind it */
  assert_merged ("끝 문장이다.", "끝 문장이 아니다.", "끝 문장이다. 하나 더.", "끝 문장이 아니다. 하나 더.",
                 0);
  assert_merged ("하나.", "앞에. 하나.", "하나. 뒤에.", "앞에. 하나. 뒤에.", 0);
  /* the same sentence twice, and in the same way */
  assert_merged ("대상은 공무원이다. 끝.", "대상은 시민이다. 끝.", "대상은 학생이다. 끝!",
                 "대상은 시민이다. 끝!", 1);
  assert_merged ("대상은 공무원이다.", "대상은 시민이다.", "대상은 시민이다.", "대상은 시민이다.", 0);
  /* both at the end */
  assert_merged ("하나.", "하나. 둘.", "하나. 셋.", "하나. 둘.", 1);
  /* the parts of a date stay together */
  assert_merged ("일시는 2026. 7. 22. 오전", "일시는 2026. 8. 22. 오전", "일시는 2026. 7. 23. 오전",
                 "일시는 2026. 8. 22. 오전", 1);
  assert_merged ("", "가", "", "가", 0);
  assert_merged ("가", "", "가", "", 0);
  assert_merged ("가", "", "나", "", 1);
}

/* Sentences of few words, so that texts have parts in common; some lines, blank ones too. */
static char *
random_text (guint words)
{
  static const char *const endings[] = { ". ", ".\n", "\n", "\n\n", "? ", " ", "  ", ".” ", "…" };
  GString *out = g_string_new (NULL);
  guint n = (guint) g_test_rand_int_range (0, 12);

  for (guint i = 0; i < n; i++)
    {
      g_string_append_unichar (out, 0xAC00 + (gunichar) g_test_rand_int_range (0, (gint32) words));
      if (g_test_rand_int_range (0, 3) == 0)
        g_string_append_printf (out, " %d", (int) g_test_rand_int_range (0, 3));
      g_string_append (out, endings[g_test_rand_int_range (0, G_N_ELEMENTS (endings))]);
    }
  return g_string_free (out, FALSE);
}

/* A copy of @text in which some lines or sentences are others, gone, or more. */
static char *
random_change (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ".", -1);
  GString *out = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      gint32 what = g_test_rand_int_range (0, 8);
      if (what == 0)
        continue;
      if (out->len > 0)
        g_string_append_c (out, '.');
      if (what == 1)
        {
          g_autofree char *other = random_text (3);
          g_string_append (out, other);
        }
      g_string_append (out, parts[i]);
    }
  return g_string_free (out, FALSE);
}

static guint
piece_line (GPtrArray *pieces, GString *base, GString *mine, GString *theirs)
{
  guint conflicts = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      const JipMergePiece *piece = pieces->pdata[i];
      gboolean my = strcmp (piece->base, piece->mine) != 0, their = strcmp (piece->base, piece->theirs) != 0;
      g_string_append (base, piece->base);
      g_string_append (mine, piece->mine);
      g_string_append (theirs, piece->theirs);
      conflicts += piece->kind == JIP_MERGE_CONFLICT;
      switch (piece->kind)
        {
        case JIP_MERGE_SAME:
          g_assert_false (my || their);
          break;
        case JIP_MERGE_MINE:
          g_assert_true (my && !their);
          break;
        case JIP_MERGE_THEIRS:
          g_assert_true (!my && their);
          break;
        case JIP_MERGE_BOTH:
          g_assert_true (my && their);
          g_assert_cmpstr (piece->mine, ==, piece->theirs);
          break;
        default:
          g_assert_true (strcmp (piece->mine, piece->theirs) != 0);
        }
    }
  return conflicts;
}

/* Nothing of any text is lost, in order; what is said of a piece is so; the sides can change places. */
static void
check_merge (const char *base, const char *mine, const char *theirs)
{
  g_autoptr (GPtrArray) pieces = jip_text_merge (base, mine, theirs);
  g_autoptr (GPtrArray) turned = jip_text_merge (base, theirs, mine);
  g_autoptr (GString) a = g_string_new (NULL), b = g_string_new (NULL), c = g_string_new (NULL);
  guint conflicts = piece_line (pieces, a, b, c), told;

  g_assert_cmpstr (a->str, ==, base);
  g_assert_cmpstr (b->str, ==, mine);
  g_assert_cmpstr (c->str, ==, theirs);
  g_assert_cmpuint (pieces->len, ==, turned->len);
  for (guint i = 0; i < pieces->len; i++)
    {
      const JipMergePiece *one = pieces->pdata[i], *other = turned->pdata[i];
      g_assert_cmpstr (one->mine, ==, other->theirs);
      g_assert_cmpstr (one->theirs, ==, other->mine);
      g_assert_true (one->kind == other->kind
                     || (one->kind == JIP_MERGE_MINE && other->kind == JIP_MERGE_THEIRS)
                     || (one->kind == JIP_MERGE_THEIRS && other->kind == JIP_MERGE_MINE));
    }
  g_autofree char *text = jip_merge_to_text (pieces, &told);
  g_autofree char *back = jip_merge_to_text (turned, NULL);
  g_assert_cmpuint (told, ==, conflicts);
  if (conflicts == 0)
    g_assert_cmpstr (text, ==, back);
}

static void
test_laws (void)
{
  guint conflicts = 0, clean = 0;

  for (guint round = 0; round < 5000; round++)
    {
      g_autofree char *base = random_text (1 + round % 5);
      g_autofree char *mine = round % 3 == 0 ? random_text (1 + round % 5) : random_change (base);
      g_autofree char *theirs = random_change (base);
      g_autofree char *changed = random_change (base);
      guint n;

      check_merge (base, mine, theirs);
      assert_merged (base, mine, base, mine, 0);
      assert_merged (base, base, mine, mine, 0);
      assert_merged (base, mine, mine, mine, 0);
      g_autofree char *text = merged (base, mine, theirs, &n);
      if (n > 0)
        conflicts++;
      else if (strcmp (text, mine) != 0 && strcmp (text, theirs) != 0)
        clean++;
    }
  /* the rounds above are about both */
  g_assert_cmpuint (conflicts, >, 500);
  g_assert_cmpuint (clean, >, 100);
}

static gboolean
inside_word (const char *text, guint at)
{
  const char *p = g_utf8_offset_to_pointer (text, at);

  return at > 0 && *p != '\0' && !g_unichar_isspace (g_utf8_get_char (p))
         && !g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (p)));
}

static void
check_words (const char *from, const char *to)
{
  g_autoptr (GArray) pieces = jip_diff_words (from, to);
  guint old_at = 0, new_at = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      const JipDiffPiece *piece = &g_array_index (pieces, JipDiffPiece, i);
      g_assert_cmpuint (piece->old_start, ==, old_at);
      g_assert_cmpuint (piece->new_start, ==, new_at);
      g_assert_false (inside_word (from, old_at));
      g_assert_false (inside_word (to, new_at));
      old_at += piece->kind != JIP_DIFF_ADDED ? piece->length : 0;
      new_at += piece->kind != JIP_DIFF_REMOVED ? piece->length : 0;
      if (piece->kind != JIP_DIFF_SAME)
        continue;
      g_autofree char *old_part = g_utf8_substring (from, old_at - piece->length, old_at);
      g_autofree char *new_part = g_utf8_substring (to, new_at - piece->length, new_at);
      g_assert_cmpstr (old_part, ==, new_part);
    }
  g_assert_cmpuint (old_at, ==, g_utf8_strlen (from, -1));
  g_assert_cmpuint (new_at, ==, g_utf8_strlen (to, -1));
}

static void
test_words (void)
{
  g_autoptr (GArray) pieces = jip_diff_words ("대상은 공무원 모두", "대상은 시민 모두");

  g_assert_cmpuint (pieces->len, ==, 4);
  g_assert_cmpint (g_array_index (pieces, JipDiffPiece, 1).kind, ==, JIP_DIFF_REMOVED);
  g_assert_cmpuint (g_array_index (pieces, JipDiffPiece, 1).length, ==, 3);
  g_assert_cmpuint (g_array_index (pieces, JipDiffPiece, 2).length, ==, 2);
  /* words that changed one after the other are one change, over blanks, not over lines */
  g_autoptr (GArray) run = jip_diff_words ("손으로 하루 정산", "사진으로 바로 정산");
  g_assert_cmpuint (run->len, ==, 3);
  g_assert_cmpuint (g_array_index (run, JipDiffPiece, 0).length, ==, 6);
  g_autoptr (GArray) lines = jip_diff_words ("가\n나", "다\n라");
  g_assert_cmpuint (lines->len, ==, 5);
  /* a text without blanks is no single word */
  g_autoptr (GArray) joined = jip_diff_words ("출장비영수증을사진으로올리면담당자가바로정산합니다",
                                              "출장비영수증을스캔으로올리면담당자가바로정산합니다");
  g_assert_cmpuint (joined->len, ==, 4);
  g_assert_cmpuint (g_array_index (joined, JipDiffPiece, 0).length, ==, 7);
  g_assert_cmpuint (g_array_index (joined, JipDiffPiece, 1).length, ==, 2);
  g_assert_cmpuint (g_array_index (joined, JipDiffPiece, 2).length, ==, 2);
  for (guint round = 0; round < 2000; round++)
    {
      g_autofree char *from = random_text (3), *to = random_change (from);
      check_words (from, to);
    }
}

/* Two bodies as long as they may be, with nothing in common. */
static void
test_long (void)
{
  g_autoptr (GString) base = g_string_new (NULL), mine = g_string_new (NULL), theirs = g_string_new (NULL);

  for (guint i = 0; i < 5000; i++)
    {
      g_string_append_printf (base, "가%u. ", i);
      g_string_append_printf (mine, "나%u. ", i);
      g_string_append_printf (theirs, "다%u. ", i);
    }
  gint64 began = g_get_monotonic_time ();
  check_merge (base->str, mine->str, theirs->str);
  check_words (mine->str, theirs->str);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-merge/examples", test_examples);
  g_test_add_func ("/text-merge/laws", test_laws);
  g_test_add_func ("/text-merge/words", test_words);
  g_test_add_func ("/text-merge/long", test_long);
  return g_test_run ();
}
