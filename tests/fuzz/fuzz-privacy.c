/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Personal data: whatever the text is, putting the masked values back gives it byte for byte, also after the map has been
 * a file; findings lie in the text, in order. */
#include "fuzz.h"

#include "jip-json.h"
#include "jip-privacy.h"

static void
check_findings (const char *text, gsize size)
{
  g_autoptr (GArray) findings = jip_privacy_find (text, size, NULL);
  gsize end = 0;

  for (guint i = 0; i < findings->len; i++)
    {
      const JipPrivacyFinding *finding = &g_array_index (findings, JipPrivacyFinding, i);
      g_assert_cmpuint (finding->kind, <, JIP_PRIVACY_N_KINDS);
      g_assert_cmpuint (finding->length, >, 0);
      g_assert_cmpuint (finding->start, >=, end);
      end = finding->start + finding->length;
    }
  g_assert_cmpuint (end, <=, size);
}

static void
check_restored (GBytes *masked, JipPrivacyMap *map, const char *text, gsize size)
{
  gsize length, back_length;
  const char *bytes = g_bytes_get_data (masked, &length);
  g_autoptr (GBytes) back = jip_privacy_restore (bytes != NULL ? bytes : "", length, map);
  const char *back_bytes = g_bytes_get_data (back, &back_length);

  g_assert_cmpmem (back_bytes, back_length, text, size);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *text = size > 0 ? (const char *) data : "";
  g_autoptr (GError) error = NULL;
  g_autoptr (JipPrivacyMap) map = jip_privacy_map_new ();

  check_findings (text, size);
  g_autoptr (GBytes) masked = jip_privacy_mask (text, size, NULL, map);
  check_restored (masked, map, text, size);

  g_autoptr (JsonNode) node = jip_privacy_map_to_json (map);
  g_autofree char *file = jip_json_to_string (node);
  g_autoptr (JsonNode) read = jip_json_parse (file, -1, &error);
  g_assert_no_error (error);
  g_autoptr (JipPrivacyMap) again = jip_privacy_map_from_json (read, &error);
  g_assert_no_error (error);
  check_restored (masked, again, text, size);
  return 0;
}
