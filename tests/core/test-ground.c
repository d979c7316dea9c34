/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-error.h"
#include "jip-ground.h"

static JipGroundRules *rules;

static GArray *
check (const char *source, gsize source_length, const char *draft, gsize length, guint year)
{
  g_autoptr (JipGround) ground = jip_ground_new (rules, year);

  jip_ground_add_page (ground, source, source_length);
  return jip_ground_check (ground, draft, length);
}

static GArray *
check_text (const char *source, const char *draft)
{
  return check (source, strlen (source), draft, strlen (draft), 0);
}

typedef struct
{
  const char *kind, *wanted, *source;
  char *draft;
  gsize start, end; /* of the fact */
} Case;

static void
case_clear (Case *self)
{
  g_free (self->draft);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Case, case_clear)

/* Takes the braces off the draft. */
static void
case_init (Case *self, char **columns)
{
  g_autoptr (GString) draft = g_string_new (NULL);

  self->kind = columns[0];
  self->wanted = columns[1];
  self->source = columns[2];
  for (const char *p = columns[3]; *p != '\0'; p++)
    if (*p == '{')
      self->start = draft->len;
    else if (*p == '}')
      self->end = draft->len;
    else
      g_string_append_c (draft, *p);
  self->draft = g_strdup (draft->str);
}

/* The number of cases of @table that come out otherwise, within @before and @after. */
static gboolean
case_holds (const Case *self, const char *before, const char *after)
{
  g_autofree char *source = g_strconcat (before, self->source, after, NULL);
  g_autofree char *draft = g_strconcat (before, self->draft, after, NULL);
  gsize shift = strlen (before);
  g_autoptr (GArray) facts = check_text (source, draft);

  for (guint i = 0; i < facts->len; i++)
    {
      const JipGroundFact *fact = &g_array_index (facts, JipGroundFact, i);
      gboolean inside = fact->start >= shift && fact->end <= shift + strlen (self->draft);
      if (strcmp (self->wanted, "none") == 0 && inside)
        return FALSE;
      if (fact->start == self->start + shift && fact->end == self->end + shift
          && strcmp (jip_ground_kind_get_name (fact->kind), self->kind) == 0)
        return fact->supported == (strcmp (self->wanted, "yes") == 0);
    }
  return strcmp (self->wanted, "none") == 0;
}

/* data/ground/cases.tsv: per kind at least twelve that are supported and twelve that are not; bare and in a paper. */
static void
test_cases (void)
{
  static const char *const frames[][2]
      = { { "", "" },
          { "가람시는 시민과 함께하는 도시를 만들고자 다음과 같이 알린다.\n\n",
            "\n\n자세한 내용은 담당 부서로 문의하면 된다.\n" },
          { "\xEF\xBB\xBF추진 개요\r\n", "\r\n끝.\r\n" } };
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "core", "data", "ground", "cases.tsv", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  guint wrong = 0, yes[6] = { 0 }, no[6] = { 0 };

  g_file_get_contents (path, &contents, NULL, &error);
  g_assert_no_error (error);
  g_auto (GStrv) lines = g_strsplit (contents, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (lines[i][0] == '#' || lines[i][0] == '\0')
        continue;
      g_auto (GStrv) columns = g_strsplit (lines[i], "\t", -1);
      g_assert_cmpuint (g_strv_length (columns), ==, 4);
      for (guint c = 2; c < 4; c++)
        {
          g_autofree char *raw = columns[c];
          g_auto (GStrv) parts = g_strsplit (raw, "\\n", -1);
          columns[c] = g_strjoinv ("\n", parts);
        }
      g_auto (Case) one = { 0 };
      case_init (&one, columns);
      for (guint f = 0; f < G_N_ELEMENTS (frames); f++)
        if (!case_holds (&one, frames[f][0], frames[f][1]))
          {
            wrong++;
            g_test_message ("frame %u: %s", f, lines[i]);
          }
      for (guint k = 0; k < 6; k++)
        if (strcmp (one.kind, jip_ground_kind_get_name ((JipGroundKind) k)) == 0)
          {
            yes[k] += strcmp (one.wanted, "yes") == 0;
            no[k] += strcmp (one.wanted, "no") == 0;
          }
    }
  for (guint k = 0; k < 6; k++)
    {
      g_assert_cmpuint (yes[k], >=, 12);
      g_assert_cmpuint (no[k], >=, 12);
    }
  g_assert_cmpuint (wrong, ==, 0);
}

static const char paper[]
    = "한빛시(시장 오한결)는 오는 5월 14일부터 16일까지 사흘간 물빛광장에서 ‘제12회 한빛 책 축제’를 연다고 밝혔다.\n"
      "축제에는 도서관 7개소, 출판사 24개사, 작가 31명이 참여하며, 지난해 방문객 4만 1천 명보다 25% 늘어난 5만 명이 찾을 것이다.\n"
      "예산 2억 4,500만 원을 들여 주차면 450면을 확보하고 셔틀버스를 15분 간격으로 하루 32회 운행한다.\n"
      "개막식은 14일 오후 2시 30분, 폐막식은 16일 18시에 열린다. 문의: 평생교육과(☎ 031-555-0123), book@hanbit.go.kr\n"
      "이하늘 평생교육과장은 “시민이 책과 더 가까워지는 자리를 마련했다.”라고 말했다.\n"
      "○ 일정: '26. 3. 2. 계획 수립, 2026. 4월 공모, 4. 10.∼4. 24. 접수, 5. 14.(목)~16.(토) 개최, 09:00∼18:00\n"
      "문서번호 평생교육과-1234(2026. 2. 27.), v2.1.3, 192.168.0.10, 3:1, 4.5대 1, 금113,560원(금일십일만삼천오백육십원)\n"
      "(단위: 천원)\n| 구분 | 2025 | 2026 |\n| 시설비 | 12,000 | 15,500 |\n";

/* A paper supports itself, in whatever pieces it is cut. */
static void
test_itself (void)
{
  for (gsize end = sizeof paper - 1; end > 0; end--)
    {
      g_autoptr (GArray) facts = check (paper, end, paper, end, 0);
      for (guint i = 0; i < facts->len; i++)
        {
          const JipGroundFact *fact = &g_array_index (facts, JipGroundFact, i);
          g_autofree char *text = g_strndup (paper + fact->start, fact->end - fact->start);
          if (!fact->supported)
            g_test_message ("%" G_GSIZE_FORMAT ": %s", end, text);
          g_assert_true (fact->supported);
        }
    }
}

/* Any other digit in a fact makes a fact there unsupported, unless the paper says the new value as well. */
static void
test_changed_digits (void)
{
  g_autoptr (GArray) whole = check_text (paper, paper);
  guint changes = 0, missed = 0;

  for (guint i = 0; i < whole->len; i++)
    {
      JipGroundFact fact = g_array_index (whole, JipGroundFact, i);
      for (gsize at = fact.start; at < fact.end; at++)
        for (char digit = '0';
             digit <= '9' && g_ascii_isdigit (paper[at]) && fact.kind != JIP_GROUND_QUOTATION; digit++)
          {
            g_autofree char *draft = g_strdup (paper);
            gboolean marked = FALSE;
            if (draft[at] == digit)
              continue;
            draft[at] = digit;
            g_autoptr (GArray) facts = check_text (paper, draft);
            for (guint f = 0; f < facts->len; f++)
              {
                const JipGroundFact *other = &g_array_index (facts, JipGroundFact, f);
                if (other->end <= fact.start || other->start >= fact.end)
                  continue;
                marked |= !other->supported;
                /* the value is said elsewhere */
                marked |= other->supported && other->source_start != fact.source_start
                          && other->kind == fact.kind
                          && memcmp (draft + fact.start, paper + fact.start, fact.end - fact.start) != 0;
              }
            changes++;
            if (!marked)
              {
                g_test_message ("%.*s with %c", (int) (fact.end - fact.start), paper + fact.start, digit);
                missed++;
              }
          }
    }
  g_assert_cmpuint (changes, >, 500);
  g_assert_cmpuint (missed, ==, 0);
}

static const JipGroundFact *
only (GArray *facts)
{
  g_assert_cmpuint (facts->len, ==, 1);
  return &g_array_index (facts, JipGroundFact, 0);
}

static void
test_places (void)
{
  g_autoptr (JipGround) ground = jip_ground_new (rules, 0);
  static const char draft[] = "모두 13명이다";

  jip_ground_begin_source (ground);
  g_assert_cmpuint (jip_ground_add_page (ground, "없다", strlen ("없다")), ==, 0);
  g_assert_cmpuint (jip_ground_add_page (ground, "총 열세 명", strlen ("총 열세 명")), ==, 1);
  g_autoptr (GArray) facts = jip_ground_check (ground, draft, strlen (draft));
  g_assert_true (only (facts)->supported);
  g_assert_cmpuint (only (facts)->page, ==, 1);
  g_assert_cmpuint (only (facts)->source_start, ==, strlen ("총 "));
  g_assert_cmpuint (only (facts)->source_end, ==, strlen ("총 열세 명"));
  g_assert_cmpuint (only (facts)->start, ==, strlen ("모두 "));
}

static gboolean
supported (const char *source, const char *draft, guint year)
{
  g_autoptr (GArray) facts = check (source, strlen (source), draft, strlen (draft), year);
  return only (facts)->supported;
}

static void
test_years (void)
{
  g_assert_true (supported ("2025. 7. 22.", "7월 22일", 0));
  g_assert_false (supported ("2025. 7. 22.", "7월 22일", 2026));
  g_assert_true (supported ("2026. 7. 22.", "7월 22일", 2026));
  g_assert_true (supported ("7월 22일", "2026. 7. 22.", 2026));
  g_assert_false (supported ("7월 22일", "2025. 7. 22.", 2026));
  g_assert_false (supported ("7월 22일", "2026. 7. 22.", 0));
  g_assert_true (supported ("행사는 7월 22일, 2026년에 연다", "2026. 7. 22.", 0));
  g_assert_true (supported ("2026년의 7월 22일", "2026. 7. 22.", 0));
  g_assert_false (supported ("2026년의 7월 22일", "2025. 7. 22.", 0));
  g_assert_true (supported ("7월 22일", "7월 22일(수)", 2026));
  g_assert_false (supported ("7월 22일", "7월 22일(수)", 0));

  /* one source does not lend its year to another */
  g_autoptr (JipGround) ground = jip_ground_new (rules, 0);
  jip_ground_begin_source (ground);
  jip_ground_add_page (ground, "2026년", strlen ("2026년"));
  jip_ground_begin_source (ground);
  jip_ground_add_page (ground, "7월 22일", strlen ("7월 22일"));
  g_autoptr (GArray) facts = jip_ground_check (ground, "2026. 7. 22.", strlen ("2026. 7. 22."));
  g_assert_false (only (facts)->supported);
}

static void
test_form_names (void)
{
  g_autoptr (JipGround) ground = jip_ground_new (rules, 0);
  static const char draft[] = "도서관과는 오한결과 함께 작은도서관과 잇는다. 도서관과장";

  jip_ground_add_name (ground, "도서관과");
  jip_ground_add_name (ground, "가람시장 오한결");
  jip_ground_add_page (ground, "도서관과\n\n가람시장 오한결", strlen ("도서관과\n\n가람시장 오한결"));
  g_autoptr (GArray) facts = jip_ground_check (ground, draft, strlen (draft));
  g_assert_cmpuint (facts->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const JipGroundFact *fact = &g_array_index (facts, JipGroundFact, i);
      g_assert_cmpuint (fact->kind, ==, JIP_GROUND_NAME);
      g_assert_true (fact->supported);
    }
  g_assert_cmpuint (g_array_index (facts, JipGroundFact, 1).source_start, ==,
                    strlen ("도서관과\n\n가람시장 "));
}

/* Decomposed Hangul, zero-width characters, other spaces, damaged bytes and NUL. */
static void
test_disguises (void)
{
  g_autofree char *apart = g_utf8_normalize ("한빛시 주민 열세 명과 “함께 걷는다”", -1, G_NORMALIZE_NFD);
  g_autoptr (GArray) facts = check_text (apart, "13명이 ‘함께 걷는다’");
  g_assert_cmpuint (facts->len, ==, 2);
  for (guint i = 0; i < facts->len; i++)
    g_assert_true (g_array_index (facts, JipGroundFact, i).supported);
  g_assert_true (supported ("1\xE2\x80\x8B"
                            "3\xC2\xA0명",
                            "13명", 0));
  static const char damaged[] = "\xff\xfe 13명\0 14명 \xea\xb0";
  g_autoptr (GArray) other = check (damaged, sizeof damaged - 1, "13명 14명", strlen ("13명 14명"), 0);
  g_assert_cmpuint (other->len, ==, 2);
  g_assert_true (g_array_index (other, JipGroundFact, 1).supported);
}

static void
test_lists (void)
{
  static const struct
  {
    JipGroundList list;
    const char *text;
    guint line; /* that is named; 0: none */
  } lists[] = { { JIP_GROUND_UNITS, "# 말\n\ncount 명 인\n", 0 },
                { JIP_GROUND_UNITS, "count 명\n명 인\n", 2 },
                { JIP_GROUND_UNITS, "count+ 명\ncount 인 명\n", 2 },
                { JIP_GROUND_UNITS, "count\n", 1 },
                { JIP_GROUND_UNITS, "\n\ncount \xff\n", 3 },
                { JIP_GROUND_TITLES, "시장\n아주아주아주긴직함\n", 2 },
                { JIP_GROUND_SURNAMES, "김 이\r\n남궁 # 둘\r\n", 0 },
                { JIP_GROUND_SURNAMES, "김이박", 1 },
                { JIP_GROUND_NOT_NAMES, "주민 신임", 0 },
                { JIP_GROUND_UNITS, "count 3명", 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autoptr (JipGroundRules) own = jip_ground_rules_new ();
      g_autoptr (GError) error = NULL;
      gboolean fine = jip_ground_rules_add (own, lists[i].list, "list.txt", lists[i].text,
                                            strlen (lists[i].text), &error);
      g_assert_cmpint (fine, ==, lists[i].line == 0);
      if (fine)
        continue;
      g_autofree char *where = g_strdup_printf ("list.txt, line %u: ", lists[i].line);
      g_assert_error (error, JIP_ERROR, JIP_ERROR_BAD_ARGS);
      g_assert_true (g_str_has_prefix (error->message, where));
    }
}

/* Whatever the bytes: facts in their order, within the text, and a text supports itself. */
static void
test_random (void)
{
  static const char *const parts[]
      = { "13",       "명",     " ",      "\n",   "2026. 7. 22.", "(수)",  "∼",     "-",
          ".",        ",",      "오후 ",  "시",   "분",           "3억",   "천만",  "원",
          "“",        "”",      "'",      "\"",   "김가온",       " 과장", "제",    "조",
          "세 ",      "열두",   "일십만", "%",    "(단위: 천원)", "1.",    "|",     "\xff",
          "\xea\xb0", "$",      "'26",    "년",   "월",           "일",    ":00",   "대 1",
          "분의",     "여",     " 이상",  "㎡",   "km",           "A4",    "@b.kr", "[전화번호1]",
          "02-",      "붙임  ", "부.",    "\r\n", "\xE2\x80\x8B", "０",    "까지",  "로 12" };

  for (guint run = 0; run < 6000; run++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      for (gint i = g_test_rand_int_range (0, 16); i > 0; i--)
        g_string_append (text, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
      g_autoptr (GArray) facts = check (text->str, text->len, text->str, text->len, run % 2 == 0 ? 0 : 2026);
      gsize last = 0;
      for (guint i = 0; i < facts->len; i++)
        {
          const JipGroundFact *fact = &g_array_index (facts, JipGroundFact, i);
          g_assert_cmpuint (fact->start, >=, last);
          g_assert_cmpuint (fact->end, >, fact->start);
          g_assert_cmpuint (fact->end, <=, text->len);
          last = fact->start;
          if (!fact->supported && fact->kind < JIP_GROUND_NAME)
            g_test_message ("%s: %.*s", text->str, (int) (fact->end - fact->start), text->str + fact->start);
          g_assert_true (fact->supported || fact->kind >= JIP_GROUND_NAME);
        }
    }
}

/* Time grows with the length, also on text that is made to be slow. */
static void
test_linear (void)
{
  static const char *const units[]
      = { "1",     "1,",      "1-",      "1.",           "1 ",   "가",      "“",
          "‘가’ ", "\"가\" ", "'",       "김가온 과장 ", "일",   "천",      "(1 ",
          "1∼",    "2시간 ",  "a",       "a1-",          "@",    "1억 ",    "제1",
          "오후 ", "13명\n",  "7. 22.∼", "세 ",          "1@1:", "(단위: ", "가가 시장 " };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      while (text->len < 1u << 20)
        g_string_append (text, units[i]);
      gint64 before = g_get_monotonic_time ();
      g_autoptr (GArray) facts = check (text->str, text->len, text->str, text->len, 0);
      double seconds = (double) (g_get_monotonic_time () - before) / G_TIME_SPAN_SECOND;
      g_test_message ("%s: %.3f s, %u facts", units[i], seconds, facts->len);
      g_assert_cmpfloat (seconds, <, 20);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  rules = jip_ground_rules_load (JIP_SOURCE_DATA_DIR "/ground", &error);
  g_assert_no_error (error);
  g_test_add_func ("/ground/cases", test_cases);
  g_test_add_func ("/ground/itself", test_itself);
  g_test_add_func ("/ground/changed-digits", test_changed_digits);
  g_test_add_func ("/ground/places", test_places);
  g_test_add_func ("/ground/years", test_years);
  g_test_add_func ("/ground/form-names", test_form_names);
  g_test_add_func ("/ground/disguises", test_disguises);
  g_test_add_func ("/ground/lists", test_lists);
  g_test_add_func ("/ground/random", test_random);
  g_test_add_func ("/ground/linear", test_linear);
  int status = g_test_run ();
  jip_ground_rules_unref (rules);
  return status;
}
