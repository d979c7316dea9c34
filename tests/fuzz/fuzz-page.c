/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server may answer to a pull, a snapshot or a push: taken whole within its bounds, or refused with a sentence. */
#include "fuzz.h"

#include <string.h>

#include "jip-change.h"
#include "jip-json.h"
#include "jip-sync.h"
#include "jip-verdict.h"

static void
check_page (JsonNode *node)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipPage) page = jip_page_from_json (node, &error);

  g_assert_true ((page == NULL) == (error != NULL));
  if (page == NULL)
    return;
  g_assert_nonnull (page->cursor);
  g_assert_cmpuint (page->changes->len, <=, JIP_SYNC_MAX_PAGE);
  g_assert_true (page->last_n >= 0 && page->safe_n >= 0 && page->seq >= 0);
  for (guint i = 0; i < page->changes->len; i++)
    {
      const JipChange *change = g_ptr_array_index (page->changes, i);
      g_assert_true (*change->table != '\0' && *change->id != '\0');
      g_assert_true ((change->op == JIP_CHANGE_PUT) == (change->row != NULL));
    }
}

static void
check_answer (JsonNode *node)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipPushAnswer) answer = jip_push_answer_from_json (node, &error);

  g_assert_true ((answer == NULL) == (error != NULL));
  if (answer == NULL)
    return;
  g_autoptr (JsonNode) written = jip_push_answer_to_json (answer);
  g_autoptr (JipPushAnswer) again = jip_push_answer_from_json (written, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->verdicts->len, ==, answer->verdicts->len);
  for (guint i = 0; i < answer->verdicts->len; i++)
    {
      const JipVerdict *first = g_ptr_array_index (answer->verdicts, i);
      const JipVerdict *second = g_ptr_array_index (again->verdicts, i);
      g_assert_cmpint (first->n, ==, second->n);
      g_assert_cmpint (first->status, ==, second->status);
      g_assert_cmpstr (first->receipt, ==, second->receipt);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (JsonNode) node = jip_json_parse ((const char *) data, (gssize) size, NULL);

  if (node == NULL)
    return 0;
  check_page (node);
  check_answer (node);
  return 0;
}
