/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-json.h"
#include "jip-settlement.h"

#define ARGS(fields, base) "{\"id\":\"x\",\"base_version\":1,\"fields\":{" fields "},\"base\":{" base "}}"

static JsonNode *
parse (const char *text)
{
  GError *error = NULL;
  JsonNode *node = jip_json_parse (text, -1, &error);

  g_assert_no_error (error);
  return node;
}

static JipSettlement *
settlement (const char *args, const char *detail, const char *now)
{
  g_autoptr (JsonNode) args_node = parse (args);
  g_autoptr (JsonNode) detail_node = detail != NULL ? parse (detail) : NULL;
  g_autoptr (JsonNode) now_node = now != NULL ? parse (now) : NULL;

  return jip_settlement_new (json_node_get_object (args_node),
                             detail != NULL ? json_node_get_object (detail_node) : NULL,
                             now != NULL ? json_node_get_object (now_node) : NULL);
}

/* What would be sent, as `{fields}{base}`. */
static char *
edit_of (JipSettlement *self)
{
  g_autoptr (JsonNode) fields = json_node_new (JSON_NODE_OBJECT), base = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (fields, json_object_new ());
  json_node_take_object (base, json_object_new ());
  gboolean any = jip_settlement_get_edit (self, json_node_get_object (fields), json_node_get_object (base));
  g_autofree char *a = jip_json_to_string (fields), *b = jip_json_to_string (base);
  return any ? g_strconcat (a, b, NULL) : NULL;
}

#define CONFLICT \
  "{\"version\":2,\"fields\":{\"body\":{\"base\":\"하나. 둘.\",\"server\":\"하나! 둘.\",\"yours\":\"하나. 셋.\"}}}"

static void
test_merge (void)
{
  g_autoptr (JipSettlement) self = settlement (
      ARGS ("\"body\":\"하나. 셋.\",\"category\":\"안전\"", "\"body\":\"하나. 둘.\",\"category\":\"\""),
      CONFLICT, "{\"id\":\"x\",\"body\":\"하나! 둘.\",\"title\":null,\"category\":null,\"version\":2}");
  guint wrong;

  g_assert_cmpuint (jip_settlement_get_n_fields (self), ==, 2);
  const JipSettleField *body = jip_settlement_get_field (self, 0);
  g_assert_cmpstr (body->name, ==, "body");
  g_assert_true (body->collides);
  g_assert_cmpstr (body->merged, ==, "하나! 셋.");
  g_assert_cmpuint (body->n_conflicts, ==, 0);
  /* what only I changed goes along by itself */
  g_assert_false (jip_settlement_get_field (self, 1)->collides);
  g_assert_cmpstr (jip_settlement_get_result (self, 1), ==, "안전");
  g_assert_false (jip_settlement_is_complete (self, &wrong));
  g_assert_cmpuint (wrong, ==, 0);

  jip_settlement_choose (self, 0, JIP_SETTLE_MERGED);
  g_assert_true (jip_settlement_is_complete (self, NULL));
  g_autofree char *edit = edit_of (self);
  g_assert_cmpstr (
      edit, ==, "{\"body\":\"하나! 셋.\",\"category\":\"안전\"}{\"body\":\"하나! 둘.\",\"category\":\"\"}");

  jip_settlement_set_merged (self, 0, " \n");
  g_assert_false (jip_settlement_is_complete (self, &wrong));
  jip_settlement_choose (self, 0, JIP_SETTLE_THEIRS);
  jip_settlement_choose (self, 1, JIP_SETTLE_THEIRS);
  g_assert_true (jip_settlement_is_complete (self, NULL));
  g_assert_null (edit_of (self));
}

static void
test_bounds (void)
{
  g_autoptr (JipSettlement) self = settlement (ARGS ("\"title\":\"내 것\"", "\"title\":\"옛것\""), NULL,
                                               "{\"title\":\"새것\",\"body\":\"가\"}");
  g_autofree char *longest = g_strnfill (200, 'x'), *longer = g_strnfill (201, 'x');

  jip_settlement_choose (self, 0, JIP_SETTLE_MERGED);
  jip_settlement_set_merged (self, 0, longest);
  g_assert_true (jip_settlement_is_complete (self, NULL));
  jip_settlement_set_merged (self, 0, longer);
  g_assert_false (jip_settlement_is_complete (self, NULL));
  jip_settlement_set_merged (self, 0, ""); /* clears it */
  g_assert_true (jip_settlement_is_complete (self, NULL));
}

static void
test_nothing_left (void)
{
  g_autoptr (JipSettlement) same
      = settlement (ARGS ("\"body\":\"나\"", "\"body\":\"가\""), CONFLICT, "{\"body\":\"나\"}");
  g_autoptr (JipSettlement) gone = settlement (ARGS ("\"body\":\"나\"", "\"body\":\"가\""), CONFLICT, NULL);

  g_assert_cmpuint (jip_settlement_get_n_fields (same), ==, 0);
  g_assert_true (jip_settlement_is_complete (same, NULL));
  g_assert_cmpuint (jip_settlement_get_n_fields (gone), ==, 0);
}

/* A verdict that was given again after a restore has no detail, and an old edit names no base. */
static void
test_without_base (void)
{
  g_autoptr (JipSettlement) self
      = settlement ("{\"id\":\"x\",\"fields\":{\"body\":\"내 글\"}}", NULL, "{\"body\":\"남의 글\"}");
  const JipSettleField *field = jip_settlement_get_field (self, 0);

  g_assert_null (field->base);
  g_assert_true (field->collides);
  g_assert_cmpstr (field->merged, ==, "내 글");
  g_assert_cmpuint (field->n_conflicts, ==, 1);
}

/* Closing the dialog loses nothing; a change of the idea meanwhile is brought into what was written, and is seen. */
static void
test_kept (void)
{
  const char *args = ARGS ("\"body\":\"하나. 셋.\"", "\"body\":\"하나. 둘.\"");
  g_autoptr (JipSettlement) first = settlement (args, CONFLICT, "{\"body\":\"하나! 둘.\"}");

  jip_settlement_choose (first, 0, JIP_SETTLE_MERGED);
  jip_settlement_set_merged (first, 0, "하나! 셋. 넷.");
  g_autofree char *kept = jip_settlement_to_text (first);
  g_autoptr (JipSettlement) again = settlement (args, CONFLICT, "{\"body\":\"하나! 둘.\"}");
  jip_settlement_take_text (again, kept);
  g_assert_cmpint (jip_settlement_get_field (again, 0)->choice, ==, JIP_SETTLE_MERGED);
  g_assert_cmpstr (jip_settlement_get_result (again, 0), ==, "하나! 셋. 넷.");

  g_autoptr (JipSettlement) later = settlement (args, CONFLICT, "{\"body\":\"하나? 둘.\"}");
  jip_settlement_take_text (later, kept);
  g_assert_cmpint (jip_settlement_get_field (later, 0)->choice, ==, JIP_SETTLE_OPEN);
  g_assert_cmpstr (jip_settlement_get_field (later, 0)->merged, ==, "하나? 셋. 넷.");
  jip_settlement_take_text (later, "[]");
  jip_settlement_take_text (later, "{\"body\":{\"choice\":7}}");
  jip_settlement_take_text (later, NULL);
  g_assert_cmpstr (jip_settlement_get_field (later, 0)->merged, ==, "하나? 셋. 넷.");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settlement/merge", test_merge);
  g_test_add_func ("/settlement/bounds", test_bounds);
  g_test_add_func ("/settlement/nothing-left", test_nothing_left);
  g_test_add_func ("/settlement/without-base", test_without_base);
  g_test_add_func ("/settlement/kept", test_kept);
  return g_test_run ();
}
