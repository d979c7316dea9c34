/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of a damaged replica, or of its log: whatever is read as a row holds only texts and numbers. The first byte tells
 * which; the page is there twice, so that one can lead to the other. */
#include "fuzz.h"

#include <string.h>

#include "jip-page-scan.h"

#define PAGE 4096

static gboolean
check_row (const JipPageRow *row, gpointer data, GError **error)
{
  gsize *bytes = data;

  g_assert_cmpuint (row->n_columns, <=, JIP_PAGE_ROW_COLUMNS);
  for (guint i = 0; i < row->n_columns; i++)
    {
      const JipValue *value = &row->values[i];
      g_assert_true (value->type == 't' || value->type == 'i' || value->type == 0);
      if (value->type == 't')
        g_assert_true (g_utf8_validate (value->text, -1, NULL));
      *bytes += value->type == 't' ? strlen (value->text) : 0;
    }
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  char *pages = g_malloc0 (2 * PAGE);
  gsize bytes = 0;

  if (size > 0 && data[0] % 2 == 0)
    {
      memcpy (pages, data + 1, MIN (size - 1, PAGE));
      memcpy (pages + PAGE, pages, PAGE);
      g_assert_true (jip_page_scan_bytes (pages, 2 * PAGE, NULL, 0, check_row, &bytes, &error));
    }
  else
    g_assert_true (jip_page_scan_bytes (pages, 2 * PAGE, (const char *) data + MIN (size, 1),
                                        size - MIN (size, 1), check_row, &bytes, &error));
  return 0;
}
