/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can still be read of arguments that are no JSON any more. */
#include <json-glib/json-glib.h>
#include <string.h>

#include "jip-json.h"
#include "jip-damaged-args.h"

#define ID "018f0000-0000-7000-8000-0000000000f0"
#define SHA256 "aaaabbbbccccddddeeeeffff0000111122223333444455556666777788889999"

static const struct
{
  const char *text, *salvaged;
} cases[] = {
  /* cut */
  { "{\"anonymous\":false,\"body\":\"하수도를 점검", "{\"body\":\"하수도를 점검\"}" },
  { "{\"body\":\"첫 줄\\n둘째 \\\"줄\\\"\",\"id\":\"" ID "\",\"kind\":\"prop",
    "{\"body\":\"첫 줄\\n둘째 \\\"줄\\\"\",\"id\":\"" ID "\"}" },
  /* a byte in the middle of a character, and one between the members */
  { "{\"body\":\"가\xff나\",\"title\":\"제목\"}", "{\"body\":\"가\xef\xbf\xbd나\",\"title\":\"제목\"}" },
  { "{\"body\":\"본문\";\"title\":\"제목\"}", "{\"body\":\"본문\",\"title\":\"제목\"}" },
  { "\"body\":\"본문\",\"proposal\":\"" ID "\"", "{\"body\":\"본문\",\"proposal\":\"" ID "\"}" },
  /* ids that are none are not taken for one */
  { "{\"body\":\"본문\",\"proposal\":\"018f0000\"", "{\"body\":\"본문\"}" },
  /* the fields of an edit, and what stood in them, are texts */
  { "{\"base\":{\"title\":\"옛 제목\"},\"fields\":{\"title\":\"새 제목\"},",
    "{\"body\":\"옛 제목\",\"title\":\"새 제목\"}" },
  /* of a draft all that was written */
  { "{\"document\":{\"format\":\"jip-draft/1\",\"sections\":[{\"blocks\":[{\"text\":\"첫 문단\"},{\"text\":\"둘째 문단\"}],"
    "\"id\":\"body\"}],\"title\":\"초안\",\"type\":\"notice\"},",
    "{\"body\":\"첫 문단\\n둘째 문단\",\"title\":\"초안\"}" },
  /* an escape that was cut */
  { "{\"body\":\"본문 \\u00", "{\"body\":\"본문 00\"}" },
  { "{\"body\":\"본문 \\", "{\"body\":\"본문 \\\\\"}" },
  /* of a file what tells it from others, beside all of it */
  { "{\"name\":\"계획\",\"proposal\":\"" ID "\",\"sha256\":\"" SHA256 "\",\"size\":",
    "{\"body\":\"{\\\"name\\\":\\\"계획\\\",\\\"proposal\\\":\\\"" ID "\\\",\\\"sha256\\\":\\\"" SHA256
    "\\\",\\\"size\\\":\",\"name\":\"계획\",\"proposal\":\"" ID "\",\"sha256\":\"" SHA256 "\"}" },
  /* nothing to tell apart: all of it */
  { "[]", "{\"body\":\"[]\"}" },
  { "", "{\"body\":\"\"}" },
  { "\x01\x02", "{\"body\":\"\\u0001\\u0002\"}" },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *salvaged = jip_damaged_args_read (cases[i].text);
      g_assert_cmpstr (salvaged, ==, cases[i].salvaged);
    }
}

/* Whatever is cut or turned, what comes out is arguments of JSON. */
static void
test_any_damage (void)
{
  const char *whole
      = "{\"body\":\"첫 줄\\n\\\"둘째\\\" \\\\ \\u0001 줄\",\"id\":\"" ID "\",\"kind\":\"proposal\"}";
  gsize length = strlen (whole);

  for (gsize at = 0; at < length; at++)
    for (guint byte = 0; byte < 256; byte += 5)
      {
        g_autofree char *damaged = g_strdup (whole);
        damaged[at] = (char) byte;
        g_autofree char *salvaged = jip_damaged_args_read (damaged);
        g_autoptr (GError) error = NULL;
        g_autoptr (JsonNode) node = jip_json_parse (salvaged, -1, &error);
        g_assert_no_error (error);
        g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/damaged-args/cases", test_cases);
  g_test_add_func ("/damaged-args/any-damage", test_any_damage);
  return g_test_run ();
}
