/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one strict check of JSON: what it lets through is written and read again as the same. */
#include "fuzz.h"

#include "jip-json.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  gboolean good = jip_json_check ((const char *) data, size, &error);

  g_assert_true (good == (error == NULL));
  g_clear_error (&error);
  g_autoptr (JsonNode) node = jip_json_parse ((const char *) data, (gssize) size, &error);
  g_assert_true ((node != NULL) == good);
  g_assert_true ((error == NULL) == good);
  if (node == NULL)
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }

  g_autofree char *written = jip_json_to_string (node);
  g_autoptr (JsonNode) again = jip_json_parse (written, -1, &error);
  g_assert_no_error (error);
  g_autofree char *first = jip_json_canonical (node);
  g_autofree char *second = jip_json_canonical (again);
  g_assert_cmpstr (first, ==, second);
  return 0;
}
