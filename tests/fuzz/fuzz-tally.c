/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An event to be tallied: refused with words, or computed twice to the same bytes of good JSON. */
#include "fuzz.h"

#include <string.h>

#include "jip-json.h"
#include "jip-tally.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipTallyEvent) event = jip_tally_event_parse ((const char *) data, size, &error);

  g_assert_true ((event == NULL) == (error != NULL));
  if (event == NULL)
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  g_autoptr (JipTallyResult) first = jip_tally_compute (event);
  g_autoptr (JipTallyResult) second = jip_tally_compute (event);
  g_autofree char *line = jip_tally_result_to_string (first);
  g_autofree char *same = jip_tally_result_to_string (second);
  g_assert_cmpstr (line, ==, same);
  g_assert_true (jip_json_check (line, strlen (line), &error));
  return 0;
}
