/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-verdict.h"

#include "jip-fields.h"
#include "jip-json.h"
#include "jip-sync.h"

#define MAX_MESSAGE 10000

static const char *statuses[] = { "ok", "rejected", "conflict", NULL };

const char *
jip_verdict_status_get_name (JipVerdictStatus status)
{
  g_return_val_if_fail ((guint) status < 3, "rejected");
  return statuses[status];
}

gboolean
jip_verdict_status_from_name (const char *name, JipVerdictStatus *status)
{
  for (guint i = 0; statuses[i] != NULL; i++)
    if (g_strcmp0 (name, statuses[i]) == 0)
      {
        *status = (JipVerdictStatus) i;
        return TRUE;
      }
  return FALSE;
}

JipVerdict *
jip_verdict_new (gint64 n)
{
  JipVerdict *verdict = g_new0 (JipVerdict, 1);

  verdict->n = n;
  return verdict;
}

void
jip_verdict_free (JipVerdict *verdict)
{
  g_free (verdict->code);
  g_free (verdict->message);
  g_clear_pointer (&verdict->detail, json_node_unref);
  g_free (verdict->receipt);
  g_free (verdict);
}

JsonNode *
jip_verdict_to_json (const JipVerdict *verdict)
{
  g_return_val_if_fail (verdict != NULL, NULL);

  JsonObject *object = json_object_new ();
  json_object_set_int_member (object, "n", verdict->n);
  json_object_set_string_member (object, "status", jip_verdict_status_get_name (verdict->status));
  if (verdict->code != NULL)
    json_object_set_string_member (object, "code", verdict->code);
  if (verdict->message != NULL)
    json_object_set_string_member (object, "message", verdict->message);
  if (verdict->detail != NULL)
    json_object_set_member (object, "detail", json_node_copy (verdict->detail));
  if (verdict->receipt != NULL)
    json_object_set_string_member (object, "receipt", verdict->receipt);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

/* A message is for developers: its length is no reason not to take the verdict. */
static char *
cut (const char *message)
{
  return message != NULL && g_utf8_strlen (message, -1) > MAX_MESSAGE
             ? g_utf8_substring (message, 0, MAX_MESSAGE)
             : g_strdup (message);
}

/**
 * jip_verdict_from_json:
 *
 * Returns: (transfer full) (nullable): the verdict, or %NULL with %JIP_ERROR_BAD_ARGS
 */
JipVerdict *
jip_verdict_from_json (JsonNode *node, GError **error)
{
  JipFields fields;

  jip_fields_init (&fields, node, "$.verdicts[]");
  gint64 n = jip_fields_int (&fields, "n", JIP_REQUIRED, 1, JIP_JSON_MAX_INTEGER, 0);
  const char *status = jip_fields_choice (&fields, "status", JIP_REQUIRED, statuses);
  const char *code = jip_fields_string (&fields, "code", JIP_OPTIONAL, 100);
  const char *message = jip_fields_string (&fields, "message", JIP_OPTIONAL, G_MAXUINT);
  const char *receipt = jip_fields_string (&fields, "receipt", JIP_OPTIONAL, 1000);
  JsonObject *detail = jip_fields_object (&fields, "detail", JIP_OPTIONAL);
  if (!jip_fields_finish (&fields, error))
    return NULL;

  JipVerdict *verdict = jip_verdict_new (n);
  jip_verdict_status_from_name (status, &verdict->status);
  verdict->code = g_strdup (code);
  verdict->message = cut (message);
  verdict->receipt = g_strdup (receipt);
  if (detail != NULL)
    verdict->detail = json_node_init_object (json_node_alloc (), detail);
  return verdict;
}

JipPushAnswer *
jip_push_answer_new (void)
{
  JipPushAnswer *answer = g_new0 (JipPushAnswer, 1);

  answer->verdicts = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_verdict_free);
  return answer;
}

void
jip_push_answer_free (JipPushAnswer *answer)
{
  g_ptr_array_unref (answer->verdicts);
  g_free (answer->epoch);
  g_free (answer);
}

JsonNode *
jip_push_answer_to_json (const JipPushAnswer *answer)
{
  g_return_val_if_fail (answer != NULL, NULL);

  JsonObject *object = json_object_new ();
  JsonArray *list = json_array_new ();
  for (guint i = 0; i < answer->verdicts->len; i++)
    json_array_add_element (list, jip_verdict_to_json (g_ptr_array_index (answer->verdicts, i)));
  json_object_set_array_member (object, "verdicts", list);
  json_object_set_int_member (object, "last_n", answer->last_n);
  json_object_set_int_member (object, "seq", answer->seq);
  json_object_set_string_member (object, "epoch", answer->epoch);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

/**
 * jip_push_answer_from_json:
 *
 * Returns: (transfer full) (nullable): the answer, or %NULL with %JIP_ERROR_BAD_ARGS
 */
JipPushAnswer *
jip_push_answer_from_json (JsonNode *node, GError **error)
{
  JipFields fields;

  jip_fields_init (&fields, node, "$");
  JsonArray *list = jip_fields_array (&fields, "verdicts", JIP_REQUIRED, JIP_SYNC_MAX_MUTATIONS);
  gint64 last_n = jip_fields_int (&fields, "last_n", JIP_REQUIRED, 0, JIP_JSON_MAX_INTEGER, 0);
  gint64 seq = jip_fields_int (&fields, "seq", JIP_REQUIRED, 0, JIP_JSON_MAX_INTEGER, 0);
  const char *epoch = jip_fields_id (&fields, "epoch", JIP_REQUIRED);
  if (!jip_fields_finish (&fields, error))
    return NULL;

  g_autoptr (JipPushAnswer) answer = jip_push_answer_new ();
  answer->last_n = last_n;
  answer->seq = seq;
  answer->epoch = g_strdup (epoch);
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JipVerdict *verdict = jip_verdict_from_json (json_array_get_element (list, i), error);
      if (verdict == NULL)
        return NULL;
      g_ptr_array_add (answer->verdicts, verdict);
    }
  return g_steal_pointer (&answer);
}
