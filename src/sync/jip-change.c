/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-change.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-fields.h"
#include "jip-json.h"
#include "jip-sync.h"
#include "jip-time.h"

#define MAX_ROW_ID 200
#define MAX_CURSOR 1000

static const char *ops[] = { "put", "delete", "drop", NULL };

const char *
jip_change_op_get_name (JipChangeOp op)
{
  g_return_val_if_fail ((guint) op < 3, "put");
  return ops[op];
}

void
jip_change_free (JipChange *change)
{
  g_free (change->table);
  g_free (change->id);
  g_clear_pointer (&change->row, json_node_unref);
  g_free (change);
}

/**
 * jip_change_from_json:
 *
 * Returns: (transfer full) (nullable): the change, or %NULL with %JIP_ERROR_BAD_ARGS
 */
JipChange *
jip_change_from_json (JsonNode *node, GError **error)
{
  JipFields fields;

  jip_fields_init (&fields, node, "$.changes[]");
  gint64 seq = jip_fields_int (&fields, "seq", JIP_REQUIRED, 0, JIP_JSON_MAX_INTEGER, 0);
  const char *table = jip_fields_string (&fields, "table", JIP_REQUIRED, 64);
  const char *op = jip_fields_choice (&fields, "op", JIP_REQUIRED, ops);
  const char *id = jip_fields_string (&fields, "id", JIP_REQUIRED, MAX_ROW_ID);
  JsonObject *row = jip_fields_object (&fields, "row", JIP_OPTIONAL);
  if (row == NULL && g_strcmp0 (op, "put") == 0)
    jip_fields_fail (&fields, "row", _ ("is missing"));
  if (!jip_fields_finish (&fields, error))
    return NULL;

  JipChange *change = g_new0 (JipChange, 1);
  change->seq = seq;
  change->table = g_strdup (table);
  change->id = g_strdup (id);
  while (strcmp (op, ops[change->op]) != 0)
    change->op++;
  if (change->op == JIP_CHANGE_PUT)
    change->row = json_node_init_object (json_node_alloc (), row);
  return change;
}

void
jip_page_free (JipPage *page)
{
  g_ptr_array_unref (page->changes);
  g_free (page->cursor);
  g_free (page->epoch);
  g_free (page->installation);
  g_clear_pointer (&page->digests, json_node_unref);
  g_free (page);
}

static gboolean
parse_changes (JipPage *page, JsonArray *list, GError **error)
{
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JipChange *change = jip_change_from_json (json_array_get_element (list, i), error);
      if (change == NULL)
        return FALSE;
      g_ptr_array_add (page->changes, change);
    }
  return TRUE;
}

/**
 * jip_page_from_json:
 *
 * Returns: (transfer full) (nullable): the page, or %NULL with %JIP_ERROR_BAD_ARGS
 */
JipPage *
jip_page_from_json (JsonNode *node, GError **error)
{
  JipFields fields;
  g_autoptr (JipPage) page = g_new0 (JipPage, 1);

  page->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_change_free);
  jip_fields_init (&fields, node, "$");
  JsonArray *list = jip_fields_array (&fields, "changes", JIP_REQUIRED, JIP_SYNC_MAX_PAGE);
  page->cursor = g_strdup (jip_fields_string (&fields, "cursor", JIP_REQUIRED, MAX_CURSOR));
  page->last_n = jip_fields_int (&fields, "last_n", JIP_REQUIRED, 0, JIP_JSON_MAX_INTEGER, 0);
  page->safe_n = jip_fields_int (&fields, "safe_n", JIP_REQUIRED, 0, JIP_JSON_MAX_INTEGER, 0);
  page->seq = jip_fields_int (&fields, "seq", JIP_REQUIRED, 0, JIP_JSON_MAX_INTEGER, 0);
  page->epoch = g_strdup (jip_fields_id (&fields, "epoch", JIP_REQUIRED));
  page->installation = g_strdup (jip_fields_id (&fields, "installation", JIP_OPTIONAL));
  page->more = jip_fields_boolean (&fields, "more", JIP_REQUIRED, FALSE);
  JsonObject *digests = jip_fields_object (&fields, "digests", JIP_OPTIONAL);
  const char *time = jip_fields_string (&fields, "server_time", JIP_REQUIRED, 40);
  if (time != NULL && !jip_time_parse (time, &page->server_time))
    jip_fields_fail (&fields, "server_time", _ ("a time is expected"));
  if (!jip_fields_finish (&fields, error))
    return NULL;
  if (digests != NULL)
    page->digests = json_node_init_object (json_node_alloc (), digests);
  if (!parse_changes (page, list, error))
    return NULL;
  return g_steal_pointer (&page);
}
