/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-draft-text.h"
#include "jip-draft.h"
#include "jip-error.h"
#include "jip-json.h"
#include "jip-numbering.h"

static const char sample[]
    = "{\"format\":\"jip-draft/1\",\"type\":\"work-report\",\"title\":\"야간 도서관 운영 보고\","
      "\"fields\":{\"department\":\"도서관과\",\"people\":[\"가\",\"나\"]},\"later\":{\"a\":1},"
      "\"sections\":[{\"id\":\"background\",\"heading\":\"추진 배경\",\"colour\":\"red\",\"blocks\":["
      "{\"kind\":\"paragraph\",\"text\":\"야간 이용 수요가 "
      "늘었음\",\"level\":1,\"spans\":[{\"start\":0,\"length\":2,"
      "\"bold\":true,\"underline\":true,\"origin\":\"generated\",\"id\":7}],\"new\":true},"
      "{\"kind\":\"paragraph\",\"text\":\"설문 결과\",\"bullet\":\"□\"},"
      "{\"kind\":\"table\",\"rows\":[[{\"text\":\"구분\",\"header\":true},{\"text\":\"값\",\"header\":true}],"
      "[{\"text\":\"합친 칸\",\"colspan\":2,\"shade\":1}]]},"
      "{\"kind\":\"image\",\"file\":\"photo.jpg\",\"width_mm\":120,\"caption\":\"사진 설명\"},"
      "{\"kind\":\"attachment\",\"items\":[\"운영 계획 1부.\"]},{\"kind\":\"end\"}]}]}";

static JipDraft *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JipDraft *draft = jip_draft_parse (text, -1, &error);
  g_assert_no_error (error);
  return draft;
}

static void
test_round_trip (void)
{
  g_autoptr (JipDraft) draft = parse (sample);
  g_autofree char *out = jip_draft_serialise (draft);
  g_autoptr (JsonNode) expected = jip_json_parse (sample, -1, NULL);
  g_autoptr (JsonNode) got = jip_json_parse (out, -1, NULL);
  g_autofree char *a = jip_json_canonical (expected);
  g_autofree char *b = jip_json_canonical (got);

  g_assert_cmpstr (a, ==, b);
  g_autofree char *people = jip_draft_dup_field (draft, "people");
  g_assert_cmpstr (people, ==, "가, 나");
  g_assert_null (jip_draft_dup_field (draft, "absent"));
}

static void
test_refuses (void)
{
  static const struct
  {
    const char *old, *new, *where;
  } cases[] = {
    { "jip-draft/1", "jip-draft/2", "$.format" },
    { "\"type\":\"work-report\"", "\"type\":\" \"", "$.type" },
    { "\"level\":1", "\"level\":9", "$.sections[0].blocks[0].level" },
    { "\"level\":1", "\"level\":1,\"bullet\":\"□\"", "$.sections[0].blocks[0].bullet" },
    { "\"bullet\":\"□\"", "\"bullet\":\"▶\"", "$.sections[0].blocks[1].bullet" },
    { "\"length\":2", "\"length\":200", "$.sections[0].blocks[0].spans[0]" },
    { "\"origin\":\"generated\"", "\"origin\":\"else\"", "$.sections[0].blocks[0].spans[0].origin" },
    { "\"colspan\":2", "\"colspan\":2,\"rowspan\":3", "$.sections[0].blocks[2].rows" },
    { "\"colspan\":2", "\"colspan\":65", "$.sections[0].blocks[2].rows[1][0].colspan" },
    { "photo.jpg", "../photo.jpg", "$.sections[0].blocks[3].file" },
    { "photo.jpg", "/etc/passwd", "$.sections[0].blocks[3].file" },
    { "photo.jpg", "C:\\\\photo.jpg", "$.sections[0].blocks[3].file" },
    { "\"kind\":\"end\"", "\"kind\":\"frame\"", "$.sections[0].blocks[5].kind" },
    { "[\"운영 계획 1부.\"]", "[]", "$.sections[0].blocks[4].items" },
    { "야간 이용", "야간\\n이용", "$.sections[0].blocks[0].text" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new (sample);
      g_autoptr (GError) error = NULL;
      g_assert_cmpuint (g_string_replace (text, cases[i].old, cases[i].new, 1), ==, 1);
      g_test_message ("%s", cases[i].new);
      g_assert_null (jip_draft_parse (text->str, -1, &error));
      g_assert_error (error, JIP_ERROR, JIP_ERROR_BAD_ARGS);
      g_assert_true (g_str_has_prefix (error->message, cases[i].where));
    }
}

static void
test_marks (void)
{
  static const struct
  {
    guint level, index;
    const char *mark;
  } cases[] = {
    { 1, 1, "1." },   { 2, 1, "가." },   { 2, 14, "하." }, { 2, 15, "거." }, { 2, 28, "허." },
    { 2, 29, "고." }, { 3, 12, "12)" },  { 4, 15, "거)" }, { 5, 3, "(3)" },  { 6, 2, "(나)" },
    { 7, 1, "①" },    { 7, 20, "⑳" },    { 7, 21, "㉑" },  { 7, 50, "㊿" },  { 8, 1, "㉮" },
    { 8, 14, "㉻" },  { 8, 15, "<거>" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *mark = jip_numbering_format (cases[i].level, cases[i].index);
      g_autofree char *line = g_strconcat (mark, " 본문", NULL);
      const char *rest;
      guint index;
      g_assert_cmpstr (mark, ==, cases[i].mark);
      if (mark[0] == '<')
        continue;
      g_assert_cmpuint (jip_numbering_scan (line, &index, &rest), ==, cases[i].level);
      g_assert_cmpuint (index, ==, cases[i].index);
      g_assert_cmpstr (rest, ==, "본문");
    }
  const char *none[] = { "", "1", "1.5배", "2026. 7. 22.(수)까지", "(사)", "가나.", "()", ".", "1)가" };
  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    {
      const char *rest;
      guint index, level = jip_numbering_scan (none[i], &index, &rest);
      g_assert_true (level == 0 || i == 3 || (i == 4 && level == 6));
    }
}

/* Numbering runs on through sections; a lone item has no mark. */
static void
test_numbering (void)
{
  g_autoptr (JipDraft) draft = parse (
      "{\"format\":\"jip-draft/1\",\"type\":\"official-letter\",\"title\":\"안내\",\"sections\":["
      "{\"id\":\"a\",\"blocks\":[{\"kind\":\"paragraph\",\"text\":\"하나\",\"level\":1},"
      "{\"kind\":\"paragraph\",\"text\":\"홀로\",\"level\":2},{\"kind\":\"paragraph\",\"text\":\"글\"}]},"
      "{\"id\":\"b\",\"blocks\":[{\"kind\":\"paragraph\",\"text\":\"둘\",\"level\":1},"
      "{\"kind\":\"paragraph\",\"text\":\"둘의 하나\",\"level\":2},{\"kind\":\"paragraph\",\"text\":\"둘의 "
      "둘\",\"level\":2},"
      "{\"kind\":\"attachment\",\"items\":[\"갑 1부.\",\"을 "
      "1부.\"]},{\"kind\":\"end\"}]}]}");
  g_autofree char *text = jip_draft_to_text (draft);

  g_assert_cmpstr (text, ==,
                   "안내\n\n1. 하나\n  홀로\n글\n2. 둘\n  가. 둘의 하나\n  나. 둘의 둘\n\n붙임  1. 갑 1부.\n"
                   "      2. 을 1부.  끝.\n");
  g_autofree char *b = jip_draft_dup_section_text (draft, "b");
  g_assert_cmpstr (b, ==, "2. 둘\n  가. 둘의 하나\n  나. 둘의 둘\n붙임  1. 갑 1부.\n      2. 을 1부.  끝.");
  g_autoptr (JipDraft) same = jip_draft_with_section_text (draft, "b", b, JIP_ORIGIN_EDITED);
  g_assert_true (jip_draft_equal (draft, same));
  g_assert_true (jip_draft_get_section (draft, 0) == jip_draft_get_section (same, 0));
}

/* A changed line keeps what did not change; a new one is numbered; what would not be computed stays in the text. */
static void
test_edit (void)
{
  g_autoptr (JipDraft) draft = parse (sample);
  g_autofree char *text = jip_draft_dup_section_text (draft, "background");
  g_assert_cmpstr (
      text, ==,
      "야간 이용 수요가 늘었음\n□ 설문 결과\n| 구분 | 값 |\n| 합친 칸 |\n<사진 설명>\n붙임  운영 "
      "계획 1부.  끝.");

  g_autoptr (GString) edited = g_string_new (text);
  g_string_replace (edited, "수요가 늘었음", "요구가 늘었음\n2. 새 항목\n7. 숫자", 1);
  g_autoptr (JipDraft) after
      = jip_draft_with_section_text (draft, "background", edited->str, JIP_ORIGIN_EDITED);
  JipSection *section = jip_draft_get_section (after, 0);
  g_assert_cmpuint (jip_section_get_n_blocks (section), ==, 8);
  guint n;
  const JipSpan *spans = jip_block_get_spans (jip_section_get_block (section, 0), &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_true (spans[0].bold && spans[0].origin == JIP_ORIGIN_GENERATED && spans[0].extra != NULL);
  g_assert_true (spans[1].origin == JIP_ORIGIN_EDITED && spans[1].start == 6 && spans[1].length == 2);
  g_assert_cmpuint (jip_block_get_level (jip_section_get_block (section, 1)), ==, 1);
  g_assert_cmpstr (jip_block_get_text (jip_section_get_block (section, 1)), ==, "새 항목");
  g_assert_cmpuint (jip_block_get_level (jip_section_get_block (section, 2)), ==, 0);
  g_assert_cmpstr (jip_block_get_text (jip_section_get_block (section, 2)), ==, "7. 숫자");
  for (guint i = 1; i < 6; i++)
    g_assert_true (jip_section_get_block (section, i + 2)
                   == jip_section_get_block (jip_draft_get_section (draft, 0), i));
  g_autofree char *shown = jip_draft_dup_section_text (after, "background");
  g_assert_true (g_str_has_prefix (shown, "1. 야간 이용 요구가 늘었음\n2. 새 항목\n7. 숫자\n□ 설문 결과\n"));
}

static void
test_from_text (void)
{
  g_autoptr (GPtrArray) blocks = jip_blocks_from_text (
      "리드 문단이다.\n\n1. 가나\n  가. 다라\n  나. 마바\n3. 틀린 수\n2. 둘째\n□ 네모\n- 부제 -\n"
      "| 구분 | 값 |\n|---|---:|\n| a\\|b | 2 |\n붙임  1. 계획 1부.\n      2. 명단 1부.  끝.",
      JIP_ORIGIN_GENERATED);
  static const struct
  {
    JipBlockKind kind;
    guint level;
    const char *text;
  } expected[] = {
    { JIP_BLOCK_PARAGRAPH, 0, "리드 문단이다." },
    { JIP_BLOCK_PARAGRAPH, 1, "가나" },
    { JIP_BLOCK_PARAGRAPH, 2, "다라" },
    { JIP_BLOCK_PARAGRAPH, 2, "마바" },
    { JIP_BLOCK_PARAGRAPH, 0, "3. 틀린 수" },
    { JIP_BLOCK_PARAGRAPH, 1, "둘째" },
    { JIP_BLOCK_PARAGRAPH, 0, "네모" },
    { JIP_BLOCK_PARAGRAPH, 0, "- 부제 -" },
    { JIP_BLOCK_TABLE, 0, "" },
    { JIP_BLOCK_ATTACHMENT, 0, "" },
    { JIP_BLOCK_END, 0, "" },
  };

  g_assert_cmpuint (blocks->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < blocks->len; i++)
    {
      g_assert_cmpint (jip_block_get_kind (blocks->pdata[i]), ==, expected[i].kind);
      g_assert_cmpuint (jip_block_get_level (blocks->pdata[i]), ==, expected[i].level);
      g_assert_cmpstr (jip_block_get_text (blocks->pdata[i]), ==, expected[i].text);
    }
  guint n;
  const JipCell *cells = jip_block_get_cells (blocks->pdata[8], &n);
  g_assert_cmpuint (n, ==, 4);
  g_assert_true (cells[0].header && !cells[2].header);
  g_assert_cmpstr (cells[2].text, ==, "a|b");
  g_assert_cmpstr (jip_block_get_items (blocks->pdata[9])[1], ==, "명단 1부.");
  g_autoptr (GArray) runs = jip_block_get_runs (blocks->pdata[0]);
  g_assert_cmpint (g_array_index (runs, JipSpan, 0).origin, ==, JIP_ORIGIN_GENERATED);
}

/* A tab or a control character parts a mark from its text as the space does that it becomes, and an item that is
 * called 끝. and stands alone at its level stays one: either, read otherwise, would renumber what follows. */
static void
test_unchanged (void)
{
  static const struct
  {
    const char *blocks, *text, *shown;
  } cases[] = {
    { "", "1. 본문\n\t2.\t  끝.\n3.", "1. 본문\n2.   끝.\n3. " },
    { "", "1.\t가\n2\x01.\t나\n\xe2\x96\xa1\t다", "1. 가\n2. 나\n□ 다" },
    { "{\"kind\":\"paragraph\",\"text\":\"가\",\"level\":3},{\"kind\":\"paragraph\",\"text\":\"나\",\"level\":3},"
      "{\"kind\":\"paragraph\",\"text\":\"끝.\",\"level\":2},"
      "{\"kind\":\"paragraph\",\"text\":\"다\",\"level\":3},{\"kind\":\"paragraph\",\"text\":\"라\",\"level\":3}",
      NULL, "    1) 가\n    2) 나\n  끝.\n    1) 다\n    2) 라" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *json
          = g_strdup_printf ("{\"format\":\"jip-draft/1\",\"type\":\"work-report\","
                             "\"title\":\"\",\"sections\":[{\"id\":\"a\",\"blocks\":[%s]}]}",
                             cases[i].blocks);
      g_autoptr (JipDraft) start = parse (json);
      g_autoptr (JipDraft) draft
          = cases[i].text != NULL ? jip_draft_with_section_text (start, "a", cases[i].text, JIP_ORIGIN_EDITED)
                                  : jip_draft_ref (start);
      g_autofree char *shown = jip_draft_dup_section_text (draft, "a");
      g_assert_cmpstr (shown, ==, cases[i].shown);
      g_autoptr (JipDraft) again = jip_draft_with_section_text (draft, "a", shown, JIP_ORIGIN_EDITED);
      g_assert_true (jip_draft_equal (draft, again));
    }
}

/* Without the space before each 끝. */
static char *
close_ends (const char *text)
{
  GString *out = g_string_new (NULL);
  for (const char *p = text; *p != '\0'; p++)
    {
      while (g_str_has_prefix (p, "끝.") && out->len > 0 && g_ascii_isspace (out->str[out->len - 1]))
        g_string_truncate (out, out->len - 1);
      g_string_append_c (out, *p);
    }
  return g_string_free (out, FALSE);
}

/* Text of any kind is taken, and what the section shows is what comes back, byte for byte (but for the space before
 * 끝.: a paragraph that says 끝. itself cannot be told from the mark and moves to the line before, and the mark takes
 * the place of an empty line before it). */
static void
test_fuzz (void)
{
  static const char *pieces[]
      = { "1. ",  "가. ", "2.", " ",  "\n",   "\n", "| a | b |", "□ ",  "끝.", "  끝.", "붙임  ",
          "본문", "①",    "|",  "\t", "\xff", "- ", "나. ",      "가)", "②",   "\x01",  "\r" };
  g_autoptr (JipDraft) draft = jip_draft_new ("work-report", "제목");
  g_autoptr (JipSection) section = jip_section_new ("a", NULL, NULL);
  g_autoptr (JipDraft) current = jip_draft_with_section (draft, section);

  for (guint round = 0; round < 2000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      for (gint n = g_test_rand_int_range (0, 20); n > 0; n--)
        g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
      JipDraft *next = jip_draft_with_section_text (current, "a", text->str, JIP_ORIGIN_EDITED);
      jip_draft_unref (current);
      current = next;
      g_autofree char *shown = jip_draft_dup_section_text (current, "a");
      g_autoptr (JipDraft) again = jip_draft_with_section_text (current, "a", shown, JIP_ORIGIN_EDITED);
      g_autofree char *shown_again = jip_draft_dup_section_text (again, "a");
      g_autofree char *closed = close_ends (shown);
      g_autofree char *closed_again = close_ends (shown_again);
      g_assert_cmpstr (closed, ==, closed_again);
      g_autofree char *json = jip_draft_serialise (current);
      g_autoptr (JipDraft) back = parse (json);
      g_assert_true (jip_draft_equal (current, back));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draft/round-trip", test_round_trip);
  g_test_add_func ("/draft/refuses", test_refuses);
  g_test_add_func ("/draft/marks", test_marks);
  g_test_add_func ("/draft/numbering", test_numbering);
  g_test_add_func ("/draft/edit", test_edit);
  g_test_add_func ("/draft/from-text", test_from_text);
  g_test_add_func ("/draft/unchanged", test_unchanged);
  g_test_add_func ("/draft/fuzz", test_fuzz);
  return g_test_run ();
}
