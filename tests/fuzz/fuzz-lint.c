/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writing rules: whatever a text is, findings lie in it in their order, and what was mended once stays as it is. */
#include "fuzz.h"

#include <string.h>

#include "jip-lint-lists.h"

#define MAX_TEXT 4096 /* bytes: mending reads the text over and over */

/* The first byte chooses. */
static const char *const profiles[]
    = { NULL, "press-release", "official-letter", "work-report", "greeting", "notice", "minutes" };

static const JipLintLists *
lists (void)
{
  static JipLintLists *loaded; /* lives as long as the program */

  if (loaded == NULL)
    {
      loaded = jip_lint_lists_new ();
      g_assert_true (jip_lint_lists_add_folder (loaded, JIP_SOURCE_DATA_DIR "/lint", NULL));
    }
  return loaded;
}

static void
check_findings (GArray *findings, gsize size)
{
  for (guint i = 0; i < findings->len; i++)
    {
      const JipLintFinding *finding = &g_array_index (findings, JipLintFinding, i);
      g_assert_cmpuint (finding->start, <=, finding->end);
      g_assert_cmpuint (finding->end, <=, size);
      g_assert_cmpuint (finding->line, >, 0);
      g_assert_cmpuint (finding->column, >, 0);
      if (i == 0)
        continue;
      const JipLintFinding *before = finding - 1;
      g_assert_true (before->line < finding->line
                     || (before->line == finding->line && before->column <= finding->column));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  if (size == 0)
    return 0;

  const JipLintOptions options
      = { .profile = profiles[data[0] % G_N_ELEMENTS (profiles)], .lists = lists () };
  const char *text = (const char *) data + 1;
  gsize length = MIN (size - 1, MAX_TEXT), fixed_length, again_length;
  g_autoptr (GArray) findings = jip_lint_check (text, length, &options);
  g_autoptr (GBytes) fixed = jip_lint_fix (text, length, &options);
  const char *fixed_text = g_bytes_get_data (fixed, &fixed_length);
  g_autoptr (GBytes) again = jip_lint_fix (fixed_length > 0 ? fixed_text : "", fixed_length, &options);

  check_findings (findings, length);
  if (findings->len == 0)
    {
      g_assert_cmpuint (fixed_length, ==, length);
      g_assert_true (length == 0 || memcmp (fixed_text, text, length) == 0);
    }
  const char *again_text = g_bytes_get_data (again, &again_length);
  g_assert_cmpuint (again_length, ==, fixed_length);
  g_assert_true (again_length == 0 || memcmp (again_text, fixed_text, again_length) == 0);
  return 0;
}
