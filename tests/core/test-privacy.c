/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-error.h"
#include "jip-json.h"
#include "jip-privacy.h"

/* All numbers here are made up. */
static const struct
{
  const char *text, *masked; /* masked NULL: nothing is masked */
} cases[] = {
  /* resident numbers */
  { "주민번호 900101-1234567 확인", "주민번호 [주민번호1] 확인" },
  { "900101 - 2234567", "[주민번호1]" },
  { "900101–1234567, 900101—1234567", "[주민번호1], [주민번호1]" },
  { "9001011234567", "[주민번호1]" },
  { "900101 1234567", "[주민번호1]" },
  { "９００１０１－１２３４５６７", "[주민번호1]" },
  { "900101-\n1234567", "[주민번호1]" },
  { "900101-123\r\n4567", "[주민번호1]" },
  { "외국인 010203-7654321.", "외국인 [주민번호1]." },
  { "홍길동(000229-3234567)", "홍길동([주민번호1])" },
  { "010229-3234567", NULL }, /* no such day */
  { "901301-1234567", NULL },
  { "900101-9234567", NULL },
  { "900101-0234567", NULL },
  { "900101-123456", NULL },
  { "900101-12345678", NULL },
  { "1900101-1234567", NULL },
  { "법인등록번호 110111-1234567", NULL },
  { "법인등록번호: 110111-1234567", NULL },
  { "법인등록번호(110111-1234567)와 110111-1234567", "법인등록번호(110111-1234567)와 [주민번호1]" },
  { "바코드 8801231234567", NULL },
  /* passports */
  { "여권 M12345678 사본", "여권 [여권번호1] 사본" },
  { "M123A4567입니다", "[여권번호1]입니다" },
  { "Ｓ12345678", "[여권번호1]" },
  { "A12345678", NULL },
  { "M1234567", NULL },
  { "M123456789", NULL },
  { "GM12345678", NULL },
  { "M12345678X", NULL },
  { "M12A34567", NULL },
  /* licences */
  { "면허 11-12-345678-90", "면허 [면허번호1]" },
  { "11 - 12 - 345678 - 90", "[면허번호1]" },
  { "11-12-345678-9", NULL },
  { "11-12-34567-890", NULL },
  { "11-12-345678-90-1", NULL },
  /* cards */
  { "카드 4539-1488-0343-6467 결제", "카드 [카드번호1] 결제" },
  { "4539148803436467", "[카드번호1]" },
  { "4539 1488 0343 6467", "[카드번호1]" },
  { "3782-822463-10005", "[카드번호1]" },
  { "4539-1488-\n0343-6467", "[카드번호1]" },
  { "4539-1488-0343-6468", NULL },
  { "0000-0000-0000-0000", NULL },
  { "14539148803436467000000", NULL },
  { "123.4539148803436467", NULL },
  /* accounts */
  { "국민은행 123456-01-123456", "국민은행 [계좌번호1]" },
  { "계좌 110-123-456789 (예금주 홍길동)", "계좌 [계좌번호1] (예금주 홍길동)" },
  { "110-123-456789(신한은행)", "[계좌번호1](신한은행)" },
  { "농협 301 0123 4567 81", "농협 [계좌번호1]" },
  { "계좌번호: 11012345678901", "계좌번호: [계좌번호1]" },
  { "신한 110-123-456789", "신한 [계좌번호1]" },
  { "문서번호 110-123-456789", NULL },
  { "은행나무 길 110-123-456789", NULL },
  { "국민은행\n110-123-456789", NULL },
  { "국민은행은 이번 행사에 후원하며 참가자 모두에게 기념품을 110-123-456789", NULL },
  { "우리은행 110-81-12346", "우리은행 [계좌번호1]" },
  { "우리은행 220-81-62517", NULL }, /* a valid business number */
  { "국민은행 2026. 5. 1.", NULL },
  /* phones */
  { "전화 02-1234-5678", "전화 [전화번호1]" },
  { "031-123-4567", "[전화번호1]" },
  { "010 1234 5678", "[전화번호1]" },
  { "01012345678로", "[전화번호1]로" },
  { "010.1234.5678", "[전화번호1]" },
  { "(02) 123-4567", "[전화번호1]" },
  { "전화 02)123-4567", "전화 [전화번호1]" },
  { "+82-10-1234-5678", "[전화번호1]" },
  { "+82 10 1234 5678", "[전화번호1]" },
  { "+821012345678", "[전화번호1]" },
  { "+82-2-123-4567", "[전화번호1]" },
  { "070-1234-5678, 0507-1234-5678", "[전화번호1], [전화번호2]" },
  { "０１０－１２３４－５６７８", "[전화번호1]" },
  { "010-1234-\n5678", "[전화번호1]" },
  { "010ㅡ1234ㅡ5678", "[전화번호1]" },
  { "119, 112, 1588-1234, 1600-1234, 1899-1234, 080-123-4567", NULL },
  { "120번, 2026. 10. 12., 10.0.12.34, 1:1", NULL },
  { "010-1234-567", NULL },
  { "010-1234-56789", NULL },
  { "010-12345-6789", NULL },
  { "1010-1234-5678", NULL },
  { "버전 010.1234.5678.9", NULL },
  { "2026-0212-3456", NULL },
  { "20260101-02-1234-5678", NULL },
  /* mail */
  { "문의 hong.gil+x@city.go.kr로", "문의 [전자우편1]로" },
  { "<a@b.co>", "<[전자우편1]>" },
  { "a＠korea.kr", "[전자우편1]" },
  { "회의 @ 3층, @name, a@b, a@b.c, @b.com", NULL },
  { "a@b..com", NULL },
  /* addresses */
  { "서울특별시 강남구 테헤란로 123", "[주소1]" },
  { "주소: 경기도 의정부시 시민로 1, 101동 1203호 거주", "주소: [주소1] 거주" },
  { "가람시 시청로 12-3에서", "[주소1]에서" },
  { "서울 강남구 역삼동 123-45", "[주소1]" },
  { "부산광역시 해운대구 우동 1234번지 한빛아파트 101동 502호", "[주소1]" },
  { "경기도 가평군 가평읍 읍내리 산 12-3", "[주소1]" },
  { "대전 유성구 대학로99번길 5 (궁동)", "[주소1] (궁동)" },
  { "서울특별시 중구 세종대로 지하 2", "[주소1]" },
  { "서울 강남구 테헤란로\n123", "[주소1]" },
  { "강남구 역삼동 12명, 가람시 중앙동 3곳", NULL },
  { "의정부시 가능동 2026. 5. 1.", NULL },
  { "서울특별시 강남구 주민", NULL },
  { "시청로 12", NULL },
  { "서울시 공무원으로 3년", NULL },
  { "가람시 도서관 5곳으로 12억", NULL },
  /* several, and the same again */
  { "010-1234-5678 또는 010 1234 5678, 02-123-4567", "[전화번호1] 또는 [전화번호1], [전화번호2]" },
  { "", NULL },
};

static char *
mask (const char *text, gsize length, const JipPrivacyOptions *options, JipPrivacyMap *map, gsize *out_length)
{
  g_autoptr (GBytes) bytes = jip_privacy_mask (text, length, options, map);
  const char *data = g_bytes_get_data (bytes, out_length);
  char *copy = g_malloc (*out_length + 1);
  if (*out_length > 0)
    memcpy (copy, data, *out_length);
  copy[*out_length] = '\0';
  return copy;
}

static void
check_way_back (const char *masked, gsize length, JipPrivacyMap *map, const char *text, gsize text_length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) json = jip_privacy_map_to_json (map);
  g_autofree char *line = jip_json_to_string (json);
  g_autoptr (JsonNode) parsed = jip_json_parse (line, -1, &error);
  g_assert_no_error (error);
  g_autoptr (JipPrivacyMap) again = jip_privacy_map_from_json (parsed, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) restored = jip_privacy_restore (masked, length, again);
  gsize restored_length;
  const char *data = g_bytes_get_data (restored, &restored_length);
  g_assert_cmpmem (data, restored_length, text, text_length);
}

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      /* bare, and within a paragraph */
      static const char *const frames[][2]
          = { { "", "" }, { "다음과 같이 알린다. ", "\n끝." }, { "가 (", ") 나" } };
      for (guint j = 0; j < G_N_ELEMENTS (frames); j++)
        {
          g_autoptr (JipPrivacyMap) map = jip_privacy_map_new ();
          const char *wanted = cases[i].masked != NULL ? cases[i].masked : cases[i].text;
          g_autofree char *text = g_strconcat (frames[j][0], cases[i].text, frames[j][1], NULL);
          g_autofree char *expected = g_strconcat (frames[j][0], wanted, frames[j][1], NULL);
          gsize length;
          g_autofree char *masked = mask (text, strlen (text), NULL, map, &length);
          g_assert_cmpstr (masked, ==, expected);
          check_way_back (masked, length, map, text, strlen (text));
        }
    }
}

/* The rows of data/privacy/cases.tsv: per kind at least twelve that are masked and twelve that are not. */
static void
test_table (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "core", "data", "privacy", "cases.tsv", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  guint rows = 0, wrong = 0;

  g_file_get_contents (path, &contents, NULL, &error);
  g_assert_no_error (error);
  g_auto (GStrv) lines = g_strsplit (contents, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (lines[i][0] == '#' || lines[i][0] == '\0')
        continue;
      g_auto (GStrv) columns = g_strsplit (lines[i], "\t", -1);
      g_assert_cmpuint (g_strv_length (columns), ==, 3);
      g_autofree char *text = g_strcompress (columns[1]);
      g_autofree char *wanted = g_strcompress (strcmp (columns[2], "=") == 0 ? columns[1] : columns[2]);
      g_autoptr (JipPrivacyMap) map = jip_privacy_map_new ();
      gsize length;
      g_autofree char *masked = mask (text, strlen (text), NULL, map, &length);
      rows++;
      if (strcmp (masked, wanted) != 0)
        {
          g_test_message ("line %u: %s: “%s”, not “%s”", i + 1, lines[i], masked, wanted);
          wrong++;
        }
      check_way_back (masked, length, map, text, strlen (text));
    }
  g_assert_cmpuint (rows, >=, 200);
  g_assert_cmpuint (wrong, ==, 0);
}

/* Decomposed Hangul and zero-width characters hide nothing. */
static void
test_disguises (void)
{
  g_autofree char *nfd
      = g_utf8_normalize ("국민은행 123456-01-123456, 서울 강남구 테헤란로 12", -1, G_NORMALIZE_NFD);
  static const char *const more[] = { "010-\xE2\x80\x8B"
                                      "1234-5678",
                                      "900101\xC2\xA0-\xE3\x80\x80"
                                      "1234567" };
  g_autoptr (GArray) found = jip_privacy_find (nfd, strlen (nfd), NULL);

  g_assert_cmpuint (found->len, ==, 2);
  g_assert_cmpint (g_array_index (found, JipPrivacyFinding, 0).kind, ==, JIP_PRIVACY_ACCOUNT);
  g_assert_cmpint (g_array_index (found, JipPrivacyFinding, 1).kind, ==, JIP_PRIVACY_ADDRESS);
  for (guint i = 0; i < G_N_ELEMENTS (more); i++)
    {
      g_autoptr (GArray) one = jip_privacy_find (more[i], strlen (more[i]), NULL);
      g_assert_cmpuint (one->len, ==, 1);
      g_assert_cmpuint (g_array_index (one, JipPrivacyFinding, 0).length, ==, strlen (more[i]));
    }
}

static void
test_escapes (void)
{
  static const char *const texts[] = { "[전화번호1] 010-1234-5678",
                                       "[\\전화번호1][\\\\주소12]",
                                       "[주민번호0][주민번호][전화번호1",
                                       "[[전화번호1]]",
                                       "[전화번호1234567890]",
                                       "[기타1]",
                                       "\\[전화번호1]" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (JipPrivacyMap) map = jip_privacy_map_new ();
      gsize length;
      g_autofree char *masked = mask (texts[i], strlen (texts[i]), NULL, map, &length);
      check_way_back (masked, length, map, texts[i], strlen (texts[i]));
    }
  g_autoptr (JipPrivacyMap) map = jip_privacy_map_new ();
  gsize length;
  g_autofree char *masked = mask (texts[0], strlen (texts[0]), NULL, map, &length);
  g_assert_cmpstr (masked, ==, "[\\전화번호1] [전화번호1]");

  /* rewritten in between: each mark goes back, one that is made up stays */
  static const char rewritten[] = "연락은 [전화번호1], 다시 [전화번호1], [전화번호7]";
  g_autoptr (GBytes) restored = jip_privacy_restore (rewritten, strlen (rewritten), map);
  g_assert_cmpmem (g_bytes_get_data (restored, NULL), g_bytes_get_size (restored),
                   "연락은 010-1234-5678, 다시 010-1234-5678, [전화번호7]",
                   strlen ("연락은 010-1234-5678, 다시 010-1234-5678, [전화번호7]"));
}

static void
test_allowed (void)
{
  static const char *const own[] = { "02-1234-5600", NULL };
  static const char text[] = "02)1234-5600, 02-1234-5678, 900101-1234567";
  const JipPrivacyOptions values = { 0, own };
  static const char *const resident[] = { "900101-1234567", NULL };
  const JipPrivacyOptions own_resident = { 0, resident };
  const JipPrivacyOptions every_kind = { G_MAXUINT, NULL };
  g_autoptr (JipPrivacyMap) map = jip_privacy_map_new ();
  gsize length;
  g_autofree char *masked = mask (text, strlen (text), &values, map, &length);

  g_assert_cmpstr (masked, ==, "02)1234-5600, [전화번호1], [주민번호1]");
  /* a resident number cannot be allowed */
  g_autoptr (GArray) still = jip_privacy_find (text, strlen (text), &own_resident);
  g_assert_cmpuint (still->len, ==, 3);
  g_autoptr (GArray) found = jip_privacy_find (text, strlen (text), &every_kind);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpint (g_array_index (found, JipPrivacyFinding, 0).kind, ==, JIP_PRIVACY_RRN);
}

/* One value in two writings has one mark and two originals: the marks take them in order, whatever stands between, and
 * the last one for any more. */
static void
test_rewritten (void)
{
  static const char text[] = "갑 010-1234-5678, 을 01012345678, 병 a.b@x.kr, 정 ab@x.kr [주소1] [\\주소1]";
  static const char marked[]
      = "갑 [전화번호1], 을 [전화번호1], 병 [전자우편1], 정 [전자우편2] [\\주소1] [\\\\주소1]";
  static const struct
  {
    const char *rewritten, *restored;
  } rows[] = {
    { marked, text },
    { "정(ab)은 [전자우편2]로, 병은 [전자우편1]", "정(ab)은 ab@x.kr로, 병은 a.b@x.kr" },
    { "[전화번호1][전화번호1][전화번호1]", "010-1234-56780101234567801012345678" },
    { "**[전화번호1]**을 [[전자우편1]]", "**010-1234-5678**을 [a.b@x.kr]" },
    { "[전화번호01] [전화번호2] ［전화번호1］ [주소1]", "[전화번호01] [전화번호2] ［전화번호1］ [주소1]" },
    { "모두 없앰", "모두 없앰" },
  };
  g_autoptr (JipPrivacyMap) map = jip_privacy_map_new ();
  gsize length;
  g_autofree char *masked = mask (text, strlen (text), NULL, map, &length);

  g_assert_cmpstr (masked, ==, marked);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    check_way_back (rows[i].rewritten, strlen (rows[i].rewritten), map, rows[i].restored,
                    strlen (rows[i].restored));
}

static char *
masked_with (JipPrivacyMap *map, const char *text)
{
  g_autoptr (GBytes) bytes = jip_privacy_mask (text, strlen (text), NULL, map);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static char *
restored_with (JipPrivacyMap *map, const char *text)
{
  g_autoptr (GBytes) bytes = jip_privacy_restore (text, strlen (text), map);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* Two who mask one paper, each without the way back of the other. */
static void
test_marks_of_somebody_else (void)
{
  static const char theirs[] = "문의는 [전화번호1], [전화번호3] 또는 [\\전화번호2] 로 한다.";
  g_autoptr (JipPrivacyMap) map = jip_privacy_map_new ();

  jip_privacy_map_set_exact (map);
  jip_privacy_map_reserve (map, theirs, strlen (theirs));
  g_autofree char *shown = restored_with (map, theirs);
  g_assert_cmpstr (shown, ==, "문의는 [\u2060전화번호1], [\u2060전화번호3] 또는 [전화번호2] 로 한다.");
  g_autofree char *again = masked_with (map, shown);
  g_assert_cmpstr (again, ==, theirs); /* what they had escaped is no mark of theirs */

  /* no mark of theirs is given to another value */
  g_autofree char *added = masked_with (map, "010-2345-6789, 010-3456-7890, 010-4567-8901");
  g_assert_cmpstr (added, ==, "[전화번호2], [전화번호4], [전화번호5]");
  g_autofree char *back = restored_with (map, added);
  g_assert_cmpstr (back, ==, "010-2345-6789, 010-3456-7890, 010-4567-8901");

  g_autoptr (JipPrivacyMap) copy = jip_privacy_map_copy (map);
  g_autofree char *same
      = masked_with (copy, "[\u2060전화번호1] [전화번호1] [\u2060전화번호2] 010-3456-7890 010-5678-9012");
  g_assert_cmpstr (same, ==, "[전화번호1] [\\전화번호1] [\\전화번호2] [전화번호4] [전화번호6]");
  g_autofree char *other = masked_with (map, "010-6789-0123"); /* the copy went on by itself */
  g_assert_cmpstr (other, ==, "[전화번호6]");

  jip_privacy_map_begin_after (map, 500);
  g_autofree char *far = masked_with (map, "010-7890-1234 kim@city.example 010-2345-6789");
  g_assert_cmpstr (far, ==, "[전화번호501] [전자우편501] [전화번호2]");

  /* the way back holds what is known */
  g_autoptr (JsonNode) json = jip_privacy_map_to_json (map);
  JsonObject *marks = json_object_get_object_member (json_node_get_object (json), "marks");
  g_assert_true (json_object_has_member (marks, "[전화번호4]"));
  g_assert_false (json_object_has_member (marks, "[전화번호1]"));
  g_autoptr (JipPrivacyMap) read = jip_privacy_map_from_json (json, NULL);
  g_assert_nonnull (read);
}

/* What is masked again while it is typed comes back as it was typed last, each writing in its place. */
static void
test_exact (void)
{
  static const char *const typed[]
      = { "01012345678", "010-1234-5678", "+82 10 1234 5678, 010-1234-5678 01012345678" };
  g_autoptr (JipPrivacyMap) map = jip_privacy_map_new ();

  jip_privacy_map_set_exact (map);
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      g_autofree char *masked = masked_with (map, typed[i]);
      g_autoptr (JsonNode) json = jip_privacy_map_to_json (map);
      g_autoptr (JipPrivacyMap) read = jip_privacy_map_from_json (json, NULL);
      jip_privacy_map_set_exact (read);
      g_autofree char *back = restored_with (map, masked), *again = restored_with (read, masked);
      g_assert_cmpstr (back, ==, typed[i]);
      g_assert_cmpstr (again, ==, typed[i]);
      g_autofree char *same = masked_with (read, typed[i]);
      g_assert_cmpstr (same, ==, masked);
    }
}

static void
test_check_json (void)
{
  g_autoptr (JsonNode) clean = jip_json_parse ("{\"a\":[\"[전화번호1]\",{\"b\":\"글\"}],\"n\":1}", -1, NULL);
  g_autoptr (JsonNode) dirty
      = jip_json_parse ("{\"a\":[{\"b\":\"010-1234-5678\"},\"900101-1234567\"]}", -1, NULL);
  g_autoptr (GError) error = NULL;
  guint counts[JIP_PRIVACY_N_KINDS] = { 0 };

  g_assert_true (jip_privacy_check_json (clean, NULL, &error));
  g_assert_no_error (error);
  jip_privacy_count_marks (clean, counts);
  g_assert_cmpuint (counts[JIP_PRIVACY_PHONE], ==, 1);
  g_assert_false (jip_privacy_check_json (dirty, NULL, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_PERSONAL_DATA);
  g_assert_null (strstr (error->message, "1234"));
  g_autofree char *detail = jip_json_canonical (jip_error_get_detail (error));
  g_assert_cmpstr (detail, ==, "{\"kinds\":{\"phone\":1,\"rrn\":1}}");
}

static void
test_bad_maps (void)
{
  static const char *const maps[] = { "[]",
                                      "{}",
                                      "{\"format\":\"jip-redact-map/1\"}",
                                      "{\"format\":\"jip-redact-map/2\",\"marks\":{}}",
                                      "{\"format\":\"jip-redact-map/1\",\"marks\":{\"x\":[\"a\"]}}",
                                      "{\"format\":\"jip-redact-map/1\",\"marks\":{\"[주소1]\":[]}}",
                                      "{\"format\":\"jip-redact-map/1\",\"marks\":{\"[주소1]\":\"a\"}}",
                                      "{\"format\":\"jip-redact-map/1\",\"marks\":{\"[주소1]\":[3]}}" };

  for (guint i = 0; i < G_N_ELEMENTS (maps); i++)
    {
      g_autoptr (JsonNode) node = jip_json_parse (maps[i], -1, NULL);
      g_autoptr (GError) error = NULL;
      g_assert_null (jip_privacy_map_from_json (node, &error));
      g_assert_error (error, JIP_ERROR, JIP_ERROR_BAD_ARGS);
    }
}

/* Whatever the bytes are, restoring gives them back, and what is masked holds nothing more to mask. */
static void
test_random (void)
{
  static const char *const parts[] = { "900101-1234567",
                                       "010-1234-5678",
                                       "010 1234 5678",
                                       "4539148803436467",
                                       "국민은행 ",
                                       "110-123-456789",
                                       "서울 강남구 테헤란로 12",
                                       " 3층",
                                       "a@b.kr",
                                       "[전화번호1]",
                                       "[\\주소2]",
                                       "[",
                                       "]",
                                       "\\",
                                       "전화번호",
                                       "1",
                                       "0",
                                       "-",
                                       " ",
                                       "\n",
                                       "\r\n",
                                       "법인등록번호 ",
                                       "M12345678",
                                       "\xff",
                                       "\xe2\x80",
                                       "가",
                                       "11-12-345678-90",
                                       "+82",
                                       ")",
                                       "(02)",
                                       "\xE2\x80\x8B",
                                       "ㅡ",
                                       "시민로 ",
                                       "계좌 " };

  for (guint run = 0; run < 4000; run++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      for (gint i = g_test_rand_int_range (0, 14); i > 0; i--)
        g_string_append (text, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
      if (g_test_rand_int_range (0, 4) == 0)
        g_string_append_c (text, '\0');
      g_autoptr (JipPrivacyMap) map = jip_privacy_map_new ();
      gsize length;
      g_autofree char *masked = mask (text->str, text->len, NULL, map, &length);
      check_way_back (masked, length, map, text->str, text->len);
    }
}

/* Time grows with the length, also on text that is made to be slow. */
static void
test_linear (void)
{
  static const char *const units[]
      = { "가",         "1",    "1-",   "@",   "a@a.", "[", "[\\", "서울 ", "서울 강남구 ", "가람시 시민로 ",
          "국민은행 1", "1 2 ", "010-", "\n1", "동 " };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      while (text->len < 1u << 20)
        g_string_append (text, units[i]);
      g_autoptr (JipPrivacyMap) map = jip_privacy_map_new ();
      gint64 before = g_get_monotonic_time ();
      gsize length;
      g_autofree char *masked = mask (text->str, text->len, NULL, map, &length);
      double seconds = (double) (g_get_monotonic_time () - before) / G_TIME_SPAN_SECOND;
      g_test_message ("%s: %.3f s", units[i], seconds);
      g_assert_cmpfloat (seconds, <, 20);
      check_way_back (masked, length, map, text->str, text->len);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/privacy/cases", test_cases);
  g_test_add_func ("/privacy/table", test_table);
  g_test_add_func ("/privacy/disguises", test_disguises);
  g_test_add_func ("/privacy/escapes", test_escapes);
  g_test_add_func ("/privacy/allowed", test_allowed);
  g_test_add_func ("/privacy/rewritten", test_rewritten);
  g_test_add_func ("/privacy/marks-of-somebody-else", test_marks_of_somebody_else);
  g_test_add_func ("/privacy/exact", test_exact);
  g_test_add_func ("/privacy/check-json", test_check_json);
  g_test_add_func ("/privacy/bad-maps", test_bad_maps);
  g_test_add_func ("/privacy/random", test_random);
  g_test_add_func ("/privacy/linear", test_linear);
  return g_test_run ();
}
