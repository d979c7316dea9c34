/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A push as a client may send it: parsed, its arguments checked, written and parsed again with the same hashes. */
#include "fuzz.h"

#include "jip-json.h"
#include "jip-mutation-args.h"
#include "jip-mutation.h"

static void
check_mutation (const JipMutation *mutation, const JipMutation *again)
{
  g_autoptr (GError) error = NULL;
  gboolean good = jip_mutation_check (mutation->name, mutation->args, mutation->at, &error);

  g_assert_true (good == (error == NULL));
  if (good)
    g_assert_nonnull (jip_mutation_find (mutation->name));
  g_autofree char *first = jip_mutation_hash (mutation);
  g_autofree char *second = jip_mutation_hash (again);
  g_assert_cmpstr (first, ==, second);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = jip_json_parse ((const char *) data, (gssize) size, NULL);
  if (node == NULL)
    return 0;
  g_autoptr (JipPush) push = jip_push_from_json (node, &error);
  g_assert_true ((push == NULL) == (error != NULL));
  if (push == NULL)
    return 0;

  g_autoptr (JsonNode) written = jip_push_to_json (push);
  g_autoptr (JipPush) again = jip_push_from_json (written, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->mutations->len, ==, push->mutations->len);
  for (guint i = 0; i < push->mutations->len; i++)
    check_mutation (g_ptr_array_index (push->mutations, i), g_ptr_array_index (again->mutations, i));
  return 0;
}
