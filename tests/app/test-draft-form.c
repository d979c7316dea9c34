/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-draft-form-state.h"
#include "jip-draft-inputs.h"
#include "jip-draft-text.h"
#include "jip-error.h"
#include "jip-json.h"
#include "jip-mask-session.h"

static JipDocumentType *
load_type (void)
{
  g_autoptr (GError) error = NULL;
  JipDocumentType *type
      = jip_document_type_load_file (JIP_SOURCE_DATA_DIR "/document-types/press-release.json", &error);

  g_assert_no_error (error);
  return type;
}

static JipFormState *
fill (JipFormState *state, const char *field, const char *text)
{
  JipFormState *next = jip_form_state_with_text (state, field, text);
  jip_form_state_unref (state);
  return next;
}

static void
test_missing (void)
{
  g_autoptr (JipDocumentType) type = load_type ();
  g_autoptr (JipFormState) state = jip_form_state_new (type, NULL);
  g_autofree char *sentence = NULL, *again = NULL, *none = NULL;
  g_autoptr (GPtrArray) missing = jip_form_state_find_missing (state);
  const JipDocumentField *field = jip_form_state_find_problem (state, &sentence);

  g_assert_cmpuint (missing->len, ==, 4);
  g_assert_cmpstr (field->id, ==, "title");
  g_assert_nonnull (strstr (sentence, field->label));

  state = fill (state, "title", "가람시, 도서관 밤에 연다");
  state = fill (state, "department", "도서관과");
  state = fill (state, "facts", "   \n");
  state = fill (state, "date", "어제");
  field = jip_form_state_find_problem (state, &again);
  g_assert_cmpstr (field->id, ==, "date");
  state = fill (state, "date", "2026-07-22");
  g_free (g_steal_pointer (&again));
  field = jip_form_state_find_problem (state, &again);
  g_assert_cmpstr (field->id, ==, "facts");
  state = fill (state, "facts", "밤 10시까지 연다.");
  g_assert_null (jip_form_state_find_problem (state, &none));
  g_assert_null (none);
}

static void
test_values_are_immutable (void)
{
  g_autoptr (JipDocumentType) type = load_type ();
  g_autoptr (JipFormState) empty = jip_form_state_new (type, NULL);
  g_autoptr (JipFormState) named = jip_form_state_with_text (empty, "title", "하나");
  g_autoptr (JipFormState) same = jip_form_state_with_text (named, "title", "하나");

  g_assert_cmpstr (jip_form_state_get_text (empty, "title"), ==, "");
  g_assert_cmpstr (jip_form_state_get_text (named, "title"), ==, "하나");
  g_assert_true (same == named);
}

static void
test_fields_and_back (void)
{
  g_autoptr (JipDocumentType) type = load_type ();
  g_autoptr (JipFormState) state = jip_form_state_new (type, NULL);

  state = fill (state, "subtitle", "첫째\n\n  둘째  ");
  state = fill (state, "place", "중앙도서관");
  g_autoptr (JsonObject) fields = jip_form_state_to_fields (state);
  JsonArray *subtitle = json_object_get_array_member (fields, "subtitle");
  g_assert_cmpuint (json_array_get_length (subtitle), ==, 2);
  g_assert_cmpstr (json_array_get_string_element (subtitle, 1), ==, "둘째");
  g_assert_false (json_object_has_member (fields, "title"));
  g_autoptr (JipFormState) back = jip_form_state_new (type, fields);
  g_assert_cmpstr (jip_form_state_get_text (back, "subtitle"), ==, "첫째\n둘째");
  g_assert_cmpstr (jip_form_state_get_text (back, "place"), ==, "중앙도서관");
}

static void
test_prefill (void)
{
  g_autoptr (JipDocumentType) type = load_type ();
  const JipFormPrefill known = { .user = "김하늘", .department = "홍보과", .today = "2026-07-22" };
  g_autoptr (JipFormState) state = jip_form_state_new (type, NULL);

  state = fill (state, "contact", "이바다");
  g_autoptr (JipFormState) filled = jip_form_state_with_prefill (state, &known);
  g_assert_cmpstr (jip_form_state_get_text (filled, "department"), ==, "홍보과");
  g_assert_cmpstr (jip_form_state_get_text (filled, "release_date"), ==, "2026-07-22");
  g_assert_cmpstr (jip_form_state_get_text (filled, "contact"), ==, "이바다");
  g_assert_cmpstr (jip_form_state_get_text (filled, "organization"), ==, "");
}

static void
test_masking (void)
{
  g_autoptr (JipMaskSession) masks = jip_mask_session_new ();
  g_autofree char *first = jip_mask_session_mask (masks, "문의 010-1234-5678, 다시 01012345678");
  guint revision = jip_mask_session_get_revision (masks);
  g_autofree char *second = jip_mask_session_mask (masks, "010-1234-5678");
  g_autofree char *third = jip_mask_session_mask (masks, "hong@example.kr");

  /* Each writing has a mark of its own: what was typed comes back, whatever order the marks then stand in. */
  g_assert_cmpstr (first, ==, "문의 [전화번호1], 다시 [전화번호2]");
  g_assert_cmpstr (second, ==, "[전화번호1]");
  g_assert_cmpstr (third, ==, "[전자우편1]");
  g_assert_cmpuint (jip_mask_session_get_revision (masks), ==, revision + 1);
  g_autofree char *back = jip_mask_session_restore (masks, first);
  g_assert_cmpstr (back, ==, "문의 010-1234-5678, 다시 01012345678");
  g_autofree char *turned = jip_mask_session_restore (masks, "[전화번호2] [전화번호1]");
  g_assert_cmpstr (turned, ==, "01012345678 010-1234-5678");
}

static void
test_masking_goes_on (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipMaskSession) masks = jip_mask_session_new ();
  g_autofree char *before = jip_mask_session_mask (masks, "010-1234-5678과 010-2222-3333");
  g_autoptr (JsonNode) stored = jip_mask_session_to_json (masks);
  g_autoptr (JipMaskSession) loaded = jip_mask_session_new_from_json (stored, &error);

  g_assert_no_error (error);
  g_autofree char *known = jip_mask_session_mask (loaded, "010-2222-3333");
  g_autofree char *added = jip_mask_session_mask (loaded, "010-7777-8888");
  g_autofree char *back = jip_mask_session_restore (loaded, before);
  g_assert_cmpstr (known, ==, "[전화번호2]");
  g_assert_cmpstr (added, ==, "[전화번호3]");
  g_assert_cmpstr (back, ==, "010-1234-5678과 010-2222-3333");
}

static void
test_open_mark (void)
{
  g_assert_cmpuint (jip_mask_find_open_mark ("가나", 6), ==, 6);
  g_assert_cmpuint (jip_mask_find_open_mark ("a[전화", 8), ==, 1);
  g_assert_cmpuint (jip_mask_find_open_mark ("a[전화번호1]b", 17), ==, 17);
  g_assert_cmpuint (jip_mask_find_open_mark ("[a] [b", 6), ==, 4);
}

/* Spans stay on their words when marks give way to longer originals. */
static void
test_restored_draft (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipMaskSession) masks = jip_mask_session_new ();
  g_autofree char *masked = jip_mask_session_mask (masks, "010-1234-5678");
  g_autoptr (JipDraft) draft = jip_draft_parse (
      "{\"format\":\"jip-draft/1\",\"type\":\"notice\",\"title\":\"[전화번호1] 안내\",\"sections\":[{\"id\":\"a\",\"heading\":\"\","
      "\"blocks\":[{\"kind\":\"paragraph\",\"text\":\"문의 [전화번호1] 로 한다\",\"spans\":"
      "[{\"start\":11,\"length\":1,\"origin\":\"generated\"},{\"start\":0,\"length\":2,\"bold\":true}]}]}]}",
      -1, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (masked, ==, "[전화번호1]");
  g_autoptr (JipDraft) restored = jip_mask_session_restore_draft (masks, draft);
  JipBlock *block = jip_section_get_block (jip_draft_get_section (restored, 0), 0);
  guint n;
  const JipSpan *spans = jip_block_get_spans (block, &n);
  g_assert_cmpstr (jip_draft_get_title (restored), ==, "010-1234-5678 안내");
  g_assert_cmpstr (jip_block_get_text (block), ==, "문의 010-1234-5678 로 한다");
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (spans[0].start, ==, 17);
  g_assert_cmpuint (spans[0].length, ==, 1);
  g_assert_cmpuint (spans[1].start, ==, 0);
  g_assert_cmpuint (spans[1].length, ==, 2);
}

static JipSource *
make_source (const char *text)
{
  JipSource *source = g_new0 (JipSource, 1);
  JipPdfPage *page = g_new0 (JipPdfPage, 1);

  source->kind = JIP_SOURCE_TEXT;
  source->pages = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_pdf_page_free);
  source->scanned = g_array_new (FALSE, FALSE, sizeof (guint));
  page->text = g_strdup (text);
  g_ptr_array_add (source->pages, page);
  return source;
}

/* Nothing personal is in what is sent; the sections before the one to be written are. */
static void
test_request (void)
{
  g_autoptr (JipDocumentType) type = load_type ();
  g_autoptr (JipMaskSession) masks = jip_mask_session_new ();
  g_autoptr (JipSource) source = make_source ("담당 홍길동 010-9876-5432, 800101-1234567");
  gsize room = JIP_DRAFT_INPUTS_MAX_CHARS;
  g_autoptr (JsonArray) sources = json_array_new ();
  g_autoptr (JipSection) lead = jip_section_new ("lead", "", NULL), body = jip_section_new ("body", "", NULL);
  g_autoptr (JipDraft) empty = jip_draft_new ("press-release", "제목");
  g_autoptr (JipDraft) one = jip_draft_with_section (empty, lead);
  g_autoptr (JipDraft) two = jip_draft_with_section (one, body);
  g_autoptr (JipDraft) written
      = jip_draft_with_section_text (two, "lead", "가람시는 문을 연다.", JIP_ORIGIN_GENERATED);

  json_array_add_object_element (sources, jip_draft_inputs_mask_source (masks, "자료.txt", source, &room));
  g_assert_cmpuint (room, <, JIP_DRAFT_INPUTS_MAX_CHARS);
  g_autoptr (JsonNode) inputs = jip_draft_inputs_new (type, written, sources, "body", NULL);
  g_autoptr (JsonNode) request
      = jip_draft_request_new (type, "0198c0de-0000-7000-8000-000000000000", "body", inputs);
  g_autofree char *text = jip_json_to_string (request);
  g_assert_null (strstr (text, "9876"));
  g_assert_null (strstr (text, "800101"));
  g_assert_nonnull (strstr (text, "[전화번호1]"));
  g_assert_nonnull (strstr (text, "[주민번호1]"));
  JsonObject *object = json_node_get_object (inputs);
  JsonObject *sections = json_object_get_object_member (object, "sections");
  g_assert_cmpstr (json_object_get_string_member (sections, "lead"), ==, "가람시는 문을 연다.");
  g_assert_false (json_object_has_member (sections, "body"));
  g_assert_false (json_object_has_member (object, "previous"));
  g_autoptr (JsonNode) again = jip_draft_inputs_new (type, written, NULL, "lead", "더 짧게");
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (again), "previous"), ==,
                   "가람시는 문을 연다.");
}

/* A long page goes in parts, and the whole never exceeds its bound. */
static void
test_long_source (void)
{
  g_autoptr (JipMaskSession) masks = jip_mask_session_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  gsize room = 50001;

  for (guint i = 0; i < 30000; i++)
    g_string_append (text, "가나 ");
  g_autoptr (JipSource) source = make_source (text->str);
  g_autoptr (JsonObject) object = jip_draft_inputs_mask_source (masks, "긴 글", source, &room);
  JsonArray *pages = json_object_get_array_member (object, "pages");
  glong total = 0;
  for (guint i = 0; i < json_array_get_length (pages); i++)
    {
      JsonObject *page = json_array_get_object_element (pages, i);
      glong length = g_utf8_strlen (json_object_get_string_member (page, "text"), -1);
      g_assert_cmpint (length, <=, 20000);
      g_assert_cmpint (json_object_get_int_member (page, "page"), ==, 1);
      total += length;
    }
  g_assert_cmpint (total, ==, 50001);
  g_assert_cmpuint (room, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draft-form/missing", test_missing);
  g_test_add_func ("/draft-form/immutable", test_values_are_immutable);
  g_test_add_func ("/draft-form/fields", test_fields_and_back);
  g_test_add_func ("/draft-form/prefill", test_prefill);
  g_test_add_func ("/mask-session/same-mark", test_masking);
  g_test_add_func ("/mask-session/goes-on", test_masking_goes_on);
  g_test_add_func ("/mask-session/open-mark", test_open_mark);
  g_test_add_func ("/mask-session/restored-draft", test_restored_draft);
  g_test_add_func ("/draft-inputs/request", test_request);
  g_test_add_func ("/draft-inputs/long-source", test_long_source);
  return g_test_run ();
}
