/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grounding: whatever a text is, its facts lie in it in their order, and every value of it is supported by itself. */
#include "fuzz.h"

#include "jip-ground.h"

static JipGroundRules *
rules (void)
{
  static JipGroundRules *loaded; /* lives as long as the program */

  if (loaded == NULL)
    loaded = jip_ground_rules_load (JIP_SOURCE_DATA_DIR "/ground", NULL);
  g_assert_nonnull (loaded);
  return loaded;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *text = size > 0 ? (const char *) data : "";
  g_autoptr (JipGround) ground = jip_ground_new (rules (), size % 2 == 0 ? 0 : 2026);
  gsize last = 0;

  jip_ground_begin_source (ground);
  jip_ground_add_page (ground, text, size);
  g_autoptr (GArray) facts = jip_ground_check (ground, text, size);
  for (guint i = 0; i < facts->len; i++)
    {
      const JipGroundFact *fact = &g_array_index (facts, JipGroundFact, i);
      g_assert_cmpuint (fact->start, >=, last);
      g_assert_cmpuint (fact->end, >, fact->start);
      g_assert_cmpuint (fact->end, <=, size);
      g_assert_true (fact->supported || fact->kind == JIP_GROUND_NAME || fact->kind == JIP_GROUND_QUOTATION);
      if (fact->supported)
        {
          g_assert_cmpuint (fact->page, ==, 0);
          g_assert_cmpuint (fact->source_end, >, fact->source_start);
          g_assert_cmpuint (fact->source_end, <=, size);
        }
      last = fact->start;
    }
  return 0;
}
