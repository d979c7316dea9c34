/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "jip-document-type.h"
#include "jip-error.h"
#include "jip-json.h"
#include "jip-paths.h"

static const char *const names[][2] = { { "press-release", "보도자료" },
                                        { "official-letter", "시행문" },
                                        { "work-report", "업무보고" },
                                        { "event-plan", "행사계획서" },
                                        { "minutes", "회의결과" },
                                        { "petition-reply", "민원답변" },
                                        { "greeting", "인사말씀" },
                                        { "merit-statement", "공적조서" },
                                        { "project-plan", "사업계획서" },
                                        { "notice", "안내문·공고문" },
                                        { "promotion", "홍보문(SNS·카드뉴스)" },
                                        { "proposal", "제안서" } };

static GPtrArray *
load_all (void)
{
  g_autofree char *folder = jip_paths_find_data ("document-types", NULL);
  g_autoptr (GError) error = NULL;
  GPtrArray *types = jip_document_type_load_folder (folder, &error);
  g_assert_no_error (error);
  return types;
}

static void
test_the_twelve (void)
{
  g_autoptr (GPtrArray) types = load_all ();

  g_assert_cmpuint (types->len, ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JipDocumentType *type = jip_document_type_find (types, names[i][0]);
      g_assert_nonnull (type);
      g_assert_true (type == jip_document_type_find (types, names[i][1]));
      g_assert_true (type == g_ptr_array_index (types, i));
      g_assert_nonnull (jip_document_type_get_example_fields (type));
      g_assert_nonnull (json_object_get_member (jip_document_type_get_layout (type), "head"));
      g_assert_cmpstr (jip_document_type_get_prompt_version (type), !=, "");

      /* each section is written by a model, with an example, or is made from the form */
      guint written = 0;
      for (guint j = 0; j < jip_document_type_get_n_sections (type); j++)
        {
          const JipDocumentSection *section = jip_document_type_get_section (type, j);
          written += section->prompt != NULL;
          g_assert_true (section->skeleton != NULL);
          g_assert_true ((section->prompt != NULL) == (section->example != NULL));
          g_assert_cmpstr (section->lint, ==, names[i][0]);
          if (section->example != NULL)
            g_assert_cmpuint (g_utf8_strlen (section->example, -1), <=, section->max_chars);
        }
      g_assert_cmpuint (written, >, 0);

      /* what comes from the synced copy is the same type */
      g_autoptr (GError) error = NULL;
      g_autoptr (JipDocumentType) again
          = jip_document_type_new_from_json (jip_document_type_get_json (type), &error);
      g_assert_no_error (error);
      g_assert_cmpstr (jip_document_type_get_style (again), ==, jip_document_type_get_style (type));
    }
}

#define TYPE_HEAD \
  "\"format\":\"jip-document-type/1\",\"id\":\"x\",\"name\":\"x\",\"summary\":\"x\",\"prompt_version\":\"1\"," \
  "\"style\":[\"가\",\"나\"],\"layout\":{}"
#define FIELD_A "{\"id\":\"a\",\"label\":\"가\",\"kind\":\"text\"}"
#define SECTION_S "{\"id\":\"s\",\"holds\":\"x\",\"length\":{\"min\":0,\"max\":9}}"
#define SECTION_WITH(skeleton) \
  "{" TYPE_HEAD ",\"title\":\"{a}\",\"fields\":[" FIELD_A \
  "],\"sections\":[{\"id\":\"s\",\"holds\":\"x\",\"length\":{\"min\":0,\"max\":9},\"skeleton\":[" skeleton \
  "]}]}"

static const struct
{
  const char *text, *names; /* what the message must name */
} wrong[] = {
  { "{", "line 1" },
  { "[]", "$: " },
  { "{}", "$.format" },
  { "{\"format\":\"jip-document-type/9\"}", "$.format" },
  { "{" TYPE_HEAD ",\"title\":\"x\",\"fields\":[]}", "$.sections" },
  { "{" TYPE_HEAD ",\"title\":\"x\",\"fields\":[],\"sections\":[]}", "$.sections" },
  { "{" TYPE_HEAD ",\"title\":\"x\",\"fields\":[3],\"sections\":[" SECTION_S "]}", "$.fields[0]" },
  { "{" TYPE_HEAD
    ",\"title\":\"x\",\"fields\":[{\"id\":\"a\",\"label\":\"가\",\"kind\":\"colour\"}],\"sections\":[" SECTION_S
    "]}",
    "$.fields[0].kind" },
  { "{" TYPE_HEAD
    ",\"title\":\"x\",\"fields\":[{\"id\":\"가\",\"label\":\"가\",\"kind\":\"text\"}],\"sections\":[" SECTION_S
    "]}",
    "$.fields[0].id" },
  { "{" TYPE_HEAD ",\"title\":\"x\",\"fields\":[" FIELD_A "," FIELD_A "],\"sections\":[" SECTION_S "]}",
    "$.fields[1].id" },
  { "{" TYPE_HEAD ",\"title\":\"{b}\",\"fields\":[" FIELD_A "],\"sections\":[" SECTION_S "]}", "$.title" },
  { "{" TYPE_HEAD ",\"title\":\"{a\",\"fields\":[" FIELD_A "],\"sections\":[" SECTION_S "]}", "$.title" },
  { "{" TYPE_HEAD ",\"title\":\"x\",\"fields\":[],\"sections\":[" SECTION_S "," SECTION_S "]}",
    "$.sections[1].id" },
  { "{" TYPE_HEAD
    ",\"title\":\"x\",\"fields\":[],\"sections\":[{\"id\":\"s\",\"holds\":\"x\",\"length\":{\"min\":9,\"max\":1}}]}",
    "$.sections[0].length.max" },
  { SECTION_WITH ("{\"kind\":\"song\"}"), "$.sections[0].skeleton[0].kind" },
  { SECTION_WITH ("{\"kind\":\"items\",\"field\":\"b\"}"), "$.sections[0].skeleton[0].field" },
  { SECTION_WITH ("{\"kind\":\"paragraph\",\"text\":\"{a} {b}\"}"), "$.sections[0].skeleton[0]" },
  { SECTION_WITH ("{\"kind\":\"table\"}"), "$.sections[0].skeleton[0].fields" },
};

static void
test_broken_files (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("jip-types-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "broken.json", NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) problem = NULL;
      g_assert_true (g_file_set_contents (path, wrong[i].text, -1, NULL));
      g_assert_null (jip_document_type_load_folder (folder, &problem));
      g_assert_nonnull (problem);
      g_test_message ("%s", problem->message);
      g_assert_true (g_str_has_prefix (problem->message, path));
      if (i > 0)
        g_assert_nonnull (strstr (problem->message, wrong[i].names));
    }
  g_unlink (path);
  g_assert_null (jip_document_type_load_file (path, NULL));
  g_rmdir (folder);
}

static void
check (JipDocumentType *type, const char *fields, const char *part)
{
  g_autoptr (JsonNode) node = jip_json_parse (fields, -1, NULL);
  g_autoptr (GError) error = NULL;
  gboolean right = jip_document_type_check_fields (type, json_node_get_object (node), &error);

  if (part == NULL)
    {
      g_assert_no_error (error);
      g_assert_true (right);
      return;
    }
  g_assert_false (right);
  g_assert_error (error, JIP_ERROR, JIP_ERROR_BAD_ARGS);
  g_assert_nonnull (strstr (error->message, part));
}

#define FILLED "\"title\":\"가\",\"department\":\"나\",\"date\":\"2026-02-28\",\"facts\":\"다\""

static void
test_fields (void)
{
  g_autoptr (GPtrArray) types = load_all ();
  JipDocumentType *press = jip_document_type_find (types, "press-release");
  JipDocumentType *report = jip_document_type_find (types, "project-plan");

  check (press, "{" FILLED "}", NULL);
  check (press, "{" FILLED ",\"time\":\"\",\"subtitle\":[],\"unknown\":3}", NULL);
  check (press, "{" FILLED ",\"time\":\"23:59\",\"subtitle\":[\"a\",\"b\"]}", NULL);
  check (press, "{}", "제목, 담당 부서, 일자, 알릴 사실");
  check (press, "{\"title\":\" \\u3000\\n\",\"department\":\"나\",\"date\":\"2026-02-28\",\"facts\":\"다\"}",
         "제목");
  check (press, "{" FILLED ",\"time\":\"24:00\"}", "시각");
  check (press, "{" FILLED ",\"time\":\"9시\"}", "시각");
  check (press, "{" FILLED ",\"subtitle\":[3]}", "부제");
  check (press, "{" FILLED ",\"place\":[\"a\"]}", "장소");
  check (press, "{" FILLED ",\"place\":3}", "장소");
  check (press, "{\"title\":\"가\",\"department\":\"나\",\"facts\":\"다\",\"date\":\"2026-02-29\"}", "일자");
  check (press, "{\"title\":\"가\",\"department\":\"나\",\"facts\":\"다\",\"date\":\"어제\"}", "일자");

#define PLAN \
  "\"title\":\"가\",\"department\":\"나\",\"need\":\"다\",\"goal\":[\"라\"],\"period\":\"마\",\"contents\":\"바\""
  check (report, "{" PLAN ",\"budget\":350000000}", NULL);
  check (report, "{" PLAN ",\"budget\":\"350,000,000원\"}", NULL);
  check (report, "{" PLAN ",\"budget\":\"삼억\"}", "사업비");
  check (report, "{" PLAN ",\"budget\":-1}", "사업비");
  check (report, "{" PLAN ",\"budget\":1.5}", "사업비");

  g_autoptr (GError) error = NULL;
  g_assert_false (jip_document_type_check_fields (press, NULL, &error));
  JsonObject *detail = json_node_get_object (jip_error_get_detail (error));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (detail, "missing")), ==, 4);
}

static void
test_format (void)
{
  static const struct
  {
    const char *field, *fields, *modifier, *text;
  } cases[] = { { "date", "{\"date\":\"2026-07-22\"}", NULL, "2026. 7. 22.(수)" },
                { "date", "{\"date\":\"2026. 7. 2.\"}", "month-day", "7월 2일" },
                { "date", "{\"date\":\"2026-07-22\"}", "plain", "2026. 7. 22." },
                { "time", "{\"time\":\"14:05\"}", NULL, "14:05" },
                { "time", "{\"time\":\"00:00\"}", "spoken", "오전 12시" },
                { "time", "{\"time\":\"12:30\"}", "spoken", "오후 12시 30분" },
                { "budget", "{\"budget\":12000000}", NULL, "12,000,000원" },
                { "budget", "{\"budget\":\"900원\"}", NULL, "900원" },
                { "program", "{\"program\":[\" 가 \",\"\",\"나\"]}", NULL, "가\n나" },
                { "program", "{\"program\":\"가\\n\\n나\"}", NULL, "가\n\n나" },
                { "place", "{}", NULL, "" } };
  g_autoptr (GPtrArray) types = load_all ();
  JipDocumentType *type = jip_document_type_find (types, "event-plan");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) node = jip_json_parse (cases[i].fields, -1, NULL);
      const JipDocumentField *field = jip_document_type_find_field (type, cases[i].field);
      g_autofree char *text
          = jip_document_field_format (field, json_node_get_object (node), cases[i].modifier);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/document-type/the-twelve", test_the_twelve);
  g_test_add_func ("/document-type/broken-files", test_broken_files);
  g_test_add_func ("/document-type/fields", test_fields);
  g_test_add_func ("/document-type/format", test_format);
  return g_test_run ();
}
