/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-error.h"
#include "jip-fields.h"
#include "jip-json.h"

static void
test_takes (void)
{
  static const char *const right[] = { "null",
                                       " true ",
                                       "0",
                                       "-0",
                                       "1.5e-3",
                                       "1E5",
                                       "1e999",
                                       "[]",
                                       "{}",
                                       "\"\\ud83d\\ude00\"",
                                       "9007199254740992",
                                       "-9007199254740992",
                                       "{\"a\":[1,{\"b\":\"한글\"}]}",
                                       "\"\\/\\b\\f\"" };

  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = jip_json_parse (right[i], -1, &error);
      g_assert_no_error (error);
      g_assert_nonnull (node);
    }
}

/* Numbers that json-glib takes and cannot write must not make a text that nobody can read any more. */
static void
test_large_numbers (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = jip_json_parse ("{\"b\":[1,-1e999,1e27,1e-300],\"a\":0.5}", -1, &error);
  g_assert_no_error (error);
  g_autofree char *text = jip_json_to_string (node);
  g_assert_cmpstr (text, ==, "{\"b\":[1,null,1e+27,1e-300],\"a\":0.5}");
  g_assert_false (jip_json_is_finite (node));
  g_autoptr (JsonNode) again = jip_json_parse (text, -1, &error);
  g_assert_true (jip_json_is_finite (again));
}

static void
test_refuses (void)
{
  static const char *const wrong[] = { "",
                                       " ",
                                       "010",
                                       "0x1F",
                                       "$FF",
                                       "// c\n1",
                                       "/* c */1",
                                       "'a'",
                                       "{\"a\":1,\"a\":2}",
                                       "{\"a\":1,\"\\u0061\":2}",
                                       "9007199254740993",
                                       "99999999999999999999",
                                       "\"\\u0000x\"",
                                       "\"\\ud800\"",
                                       "\"\\udc00\\ud800\"",
                                       "[1,]",
                                       "{\"a\":1,}",
                                       "{a:1}",
                                       "[1 2]",
                                       "1 2",
                                       "+1",
                                       ".5",
                                       "5.",
                                       "1e",
                                       "NaN",
                                       "Infinity",
                                       "tru",
                                       "\"a\nb\"",
                                       "\"\\x41\"",
                                       "\"a",
                                       "[",
                                       "{",
                                       "\xEF\xBB\xBF{}",
                                       "\"\xff\"",
                                       "\"\xed\xa0\x80\"",
                                       "{\"a\"}",
                                       "-",
                                       "--1",
                                       "nullx" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (jip_json_parse (wrong[i], -1, &error));
      g_assert_error (error, JIP_ERROR, JIP_ERROR_BAD_JSON);
      g_assert_nonnull (jip_error_get_detail (error));
    }
  g_autoptr (GError) error = NULL;
  g_assert_false (jip_json_check ("\"a\0b\"", 5, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_BAD_JSON);
}

static void
test_depth (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 64; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < 64; i++)
    g_string_append_c (text, ']');
  g_assert_true (jip_json_check (text->str, text->len, NULL));
  g_string_prepend_c (text, '[');
  g_string_append_c (text, ']');
  g_assert_false (jip_json_check (text->str, text->len, NULL));
  g_string_truncate (text, 0);
  for (guint i = 0; i < 200000; i++)
    g_string_append_c (text, '[');
  g_assert_false (jip_json_check (text->str, text->len, NULL));
}

static void
test_position (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (jip_json_check ("{\n \"가나\": x}", strlen ("{\n \"가나\": x}"), &error));
  JsonObject *detail = json_node_get_object (jip_error_get_detail (error));
  g_assert_cmpint (json_object_get_int_member (detail, "line"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (detail, "column"), ==, 8);
}

/* The example of RFC 8785, 3.2.3, and numbers of its appendix B. */
static void
test_int (void)
{
  static const gint64 values[]
      = { 0, 7, -1, 10, 1784696591250, JIP_JSON_MAX_INTEGER, G_MAXINT64, G_MININT64 };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GString) out = g_string_new ("x");
      g_autofree char *expected = g_strdup_printf ("x%" G_GINT64_FORMAT, values[i]);
      jip_json_append_int (out, values[i]);
      g_assert_cmpstr (out->str, ==, expected);
    }
}

static void
test_canonical (void)
{
  static const struct
  {
    const char *in, *out;
  } cases[] = {
    { "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With "
      "Dagesh\",\"1\":\"One\","
      "\"\\ud83d\\ude00\":\"Emoji\",\"\\u0080\":\"Control\",\"\\u00f6\":\"Latin\"}",
      "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\",\"ö\":\"Latin\",\"€\":\"Euro "
      "Sign\",\"😀\":\"Emoji\","
      "\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With Dagesh\"}" },
    { "[ 333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, -0.0, 1e21, "
      "123456789012345680000.0, 0.000001,"
      "1e-7, 5e-324, 1.7976931348623157e308, 100.0 ]",
      "[333333333.3333333,1e+30,4.5,0.002,1e-27,0,1e+21,123456789012345680000,0.000001,1e-7,5e-324,1."
      "7976931348623157e+308,100]" },
    { "{\"b\":[true,false,null],\"a\":{\"d\":1,\"c\":-2}}",
      "{\"a\":{\"c\":-2,\"d\":1},\"b\":[true,false,null]}" },
    { "\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\\u007f\"",
      "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\x7f\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = jip_json_parse (cases[i].in, -1, &error);
      g_assert_no_error (error);
      g_autofree char *out = jip_json_canonical (node);
      g_assert_cmpstr (out, ==, cases[i].out);
    }
}

static void
test_fields (void)
{
  g_autoptr (JsonNode) node
      = jip_json_parse ("{\"title\":\"가\",\"n\":3,\"on\":true,\"no\":null,\"s\":\" \"}", -1, NULL);
  g_autoptr (GError) error = NULL;
  JipFields fields;

  jip_fields_init (&fields, node, "$.args");
  g_assert_cmpstr (jip_fields_string (&fields, "title", JIP_REQUIRED, 10), ==, "가");
  g_assert_cmpint (jip_fields_int (&fields, "n", JIP_REQUIRED, 0, 3, 0), ==, 3);
  g_assert_true (jip_fields_boolean (&fields, "on", JIP_REQUIRED, FALSE));
  g_assert_cmpint (jip_fields_int (&fields, "no", JIP_OPTIONAL, 0, 3, 7), ==, 7);
  g_assert_true (jip_fields_finish (&fields, &error));
  g_assert_no_error (error);

  jip_fields_init (&fields, node, "$.args");
  jip_fields_string (&fields, "s", JIP_REQUIRED, 10);
  jip_fields_id (&fields, "title", JIP_REQUIRED);
  g_assert_false (jip_fields_finish (&fields, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_BAD_ARGS);
  g_assert_true (g_str_has_prefix (error->message, "$.args.s:"));
}

static void
test_error_json (void)
{
  g_autoptr (JsonNode) detail = jip_json_parse ("{\"expected\":7}", -1, NULL);
  g_autoptr (GError) error = jip_error_new (JIP_ERROR_GAP, json_node_copy (detail), "missing");
  g_autoptr (JsonNode) node = jip_error_to_json (error);
  g_autoptr (GError) copy = g_error_copy (error);
  g_autoptr (GError) back = jip_error_from_json (node, 409);

  g_assert_error (back, JIP_ERROR, JIP_ERROR_GAP);
  g_assert_cmpstr (back->message, ==, "missing");
  g_assert_true (json_node_equal (jip_error_get_detail (back), detail));
  g_assert_true (json_node_equal (jip_error_get_detail (copy), detail));
  for (guint i = 0; i <= JIP_ERROR_INTERNAL; i++)
    {
      JipErrorCode code;
      g_assert_true (jip_error_code_from_name (jip_error_code_get_name (i), &code));
      g_assert_cmpuint (code, ==, i);
      g_assert_cmpuint (jip_error_code_get_status (i), >=, 400);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/takes", test_takes);
  g_test_add_func ("/json/large-numbers", test_large_numbers);
  g_test_add_func ("/json/refuses", test_refuses);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/position", test_position);
  g_test_add_func ("/json/canonical", test_canonical);
  g_test_add_func ("/json/int", test_int);
  g_test_add_func ("/json/fields", test_fields);
  g_test_add_func ("/error/json", test_error_json);
  return g_test_run ();
}
