/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-compose.h"
#include "jip-draft-text.h"
#include "jip-json.h"
#include "jip-paths.h"

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
test_press_release (void)
{
  g_autoptr (GPtrArray) types = load_all ();
  g_autoptr (JsonNode) fields = jip_json_parse (
      "{\"title\":\"가람시, 도서관 밤 10시까지\",\"subtitle\":[\"5곳에서 시작\"],\"organization\":\"가람시\","
      "\"department\":\"도서관과\",\"subject\":\"야간 도서관\",\"date\":\"2026-12-01\",\"time\":\"14:30\","
      "\"place\":\"중앙도서관\",\"facts\":\"사서 14명을 둔다.\\n좌석은 842석이다.\",\"quote_person\":\"시장 오한결\","
      "\"quote\":\"책을 만나게 하겠다\",\"attachments\":[\"운영 계획 1부.\"]}",
      -1, NULL);
  g_autoptr (JipDraft) draft
      = jip_compose_draft (jip_document_type_find (types, "보도자료"), json_node_get_object (fields));
  g_autofree char *text = jip_draft_to_text (draft);

  g_assert_cmpstr (jip_draft_get_document_type (draft), ==, "press-release");
  g_assert_cmpstr (jip_draft_get_title (draft), ==, "가람시, 도서관 밤 10시까지");
  g_assert_nonnull (strstr (text, "- 5곳에서 시작 -"));
  g_assert_nonnull (
      strstr (text, "가람시는 12월 1일 오후 2시 30분 중앙도서관에서 ‘야간 도서관’을 진행한다고 밝혔다."));
  g_assert_nonnull (strstr (text, "사서 14명을 둔다.\n"));
  g_assert_nonnull (strstr (text, "시장 오한결은 “책을 만나게 하겠다”라고 말했다."));
  g_assert_nonnull (strstr (text, "붙임"));
  g_assert_null (strstr (text, "{"));
  g_assert_null (strstr (text, "[["));
  g_assert_cmpstr (jip_compose_get_label (draft), ==, JIP_COMPOSE_LABEL);

  /* the label leaves with the first generated text */
  g_autoptr (JipDraft) written
      = jip_draft_with_section_text (draft, "body", "쓴 글이다.", JIP_ORIGIN_GENERATED);
  g_assert_null (jip_compose_get_label (written));
  g_assert_true (jip_draft_uses_ai (written));

  /* and what only people wrote is not a model's, marked as edited or not */
  g_autoptr (JipDraft) typed = jip_draft_with_section_text (draft, "body", "쓴 글이다.", JIP_ORIGIN_EDITED);
  g_assert_cmpstr (jip_compose_get_label (typed), ==, JIP_COMPOSE_LABEL);
  g_assert_false (jip_draft_uses_ai (typed));
}

/* What is not filled in leaves no hole in a sentence, only what is to be written. */
static void
test_sparse (void)
{
  g_autoptr (GPtrArray) types = load_all ();
  g_autoptr (JsonNode) fields = jip_json_parse (
      "{\"title\":\"도서관 야간 개방\",\"department\":\"도서관과\",\"date\":\"2026-12-01\",\"facts\":\"사서를 둔다.\"}",
      -1, NULL);
  g_autoptr (JipDraft) draft
      = jip_compose_draft (jip_document_type_find (types, "press-release"), json_node_get_object (fields));
  g_autofree char *text = jip_draft_to_text (draft);

  g_assert_nonnull (strstr (text, "\n12월 1일 ‘도서관 야간 개방’을 진행한다고 밝혔다."));
  g_assert_nonnull (strstr (text, "[앞으로의 계획을"));
  g_assert_null (strstr (text, "라고 말했다"));
  g_assert_null (strstr (text, "붙임"));
}

/* Every type composes a paper from its own example in which each value that the model sees stands. */
static void
test_all_types (void)
{
  g_autoptr (GPtrArray) types = load_all ();

  for (guint i = 0; i < types->len; i++)
    {
      JipDocumentType *type = g_ptr_array_index (types, i);
      JsonObject *fields = jip_document_type_get_example_fields (type);
      g_autoptr (JipDraft) draft = jip_compose_draft (type, fields);
      g_autofree char *text = jip_draft_to_text (draft);
      g_autoptr (GError) error = NULL;
      g_autofree char *json = jip_draft_serialise (draft);
      g_autoptr (JipDraft) back = jip_draft_parse (json, -1, &error);

      g_test_message ("%s:\n%s", jip_document_type_get_id (type), text);
      g_assert_no_error (error);
      g_assert_true (jip_draft_equal (draft, back));
      g_assert_cmpuint (jip_draft_get_n_sections (draft), ==, jip_document_type_get_n_sections (type));
      g_assert_null (strchr (text, '{'));
      for (guint j = 0; j < jip_document_type_get_n_fields (type); j++)
        {
          const JipDocumentField *field = jip_document_type_get_field (type, j);
          /* the receiver stands in the letter's head, which is laid out from the fields */
          if (!field->required || strcmp (field->id, "receiver") == 0 || field->kind == JIP_FIELD_DATE
              || field->kind == JIP_FIELD_TIME)
            continue;
          g_auto (GStrv) items = jip_document_field_dup_items (field, fields);
          for (guint k = 0; items[k] != NULL && field->kind != JIP_FIELD_DEPARTMENT; k++)
            if (strstr (text, items[k]) == NULL)
              g_error ("%s: the field %s is not in the paper", jip_document_type_get_id (type), field->id);
        }
    }
}

static void
test_particles (void)
{
  static const struct
  {
    const char *value, *text;
  } cases[] = { { "서울", "서울은 서울로" }, { "가람", "가람은 가람으로" },
                { "나래", "나래는 나래로" }, { "2026", "2026은 2026으로" },
                { "제7", "제7은 제7로" },    { "‘도서관’", "‘도서관’은 ‘도서관’으로" },
                { "AI", "AI는 AI로" } };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = jip_json_parse (
      "{\"format\":\"jip-document-type/1\",\"id\":\"x\",\"name\":\"x\",\"summary\":\"x\",\"prompt_version\":\"1\","
      "\"style\":\"x\",\"title\":\"{a}\",\"fields\":[{\"id\":\"a\",\"label\":\"a\",\"kind\":\"text\"}],"
      "\"sections\":[{\"id\":\"s\",\"holds\":\"x\",\"length\":{\"min\":0,\"max\":9},\"skeleton\":[{\"kind\":"
      "\"paragraph\",\"text\":\"{a}{은/는} {a}{으로/로}\"}]}],\"layout\":{}}",
      -1, NULL);
  g_autoptr (JipDocumentType) type = jip_document_type_new_from_json (node, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonObject) fields = json_object_new ();
      json_object_set_string_member (fields, "a", cases[i].value);
      g_autoptr (JipSection) section = jip_compose_section (type, "s", fields);
      JipBlock *block = jip_section_get_block (section, 0);
      guint n_spans;
      const JipSpan *spans = jip_block_get_spans (block, &n_spans);
      g_assert_cmpstr (jip_block_get_text (block), ==, cases[i].text);
      g_assert_cmpuint (n_spans, ==, 2);
      g_assert_cmpint (spans[0].origin, ==, JIP_ORIGIN_FIELD);
      g_assert_cmpuint (spans[0].length, ==, g_utf8_strlen (cases[i].value, -1));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compose/press-release", test_press_release);
  g_test_add_func ("/compose/sparse", test_sparse);
  g_test_add_func ("/compose/all-types", test_all_types);
  g_test_add_func ("/compose/particles", test_particles);
  return g_test_run ();
}
