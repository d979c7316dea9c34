/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-mutation.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-fields.h"
#include "jip-json.h"
#include "jip-sha256.h"
#include "jip-sync.h"
#include "jip-time.h"


/**
 * jip_mutation_new:
 * @args: (transfer full): an object
 * @at: the wall clock, in milliseconds
 */
JipMutation *
jip_mutation_new (gint64 n, const char *name, JsonNode *args, gint64 at)
{
  g_return_val_if_fail (n >= 1, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (args != NULL, NULL);

  g_autofree char *time = jip_time_format (at);
  JipMutation *mutation = g_new0 (JipMutation, 1);
  mutation->n = n;
  mutation->name = g_strdup (name);
  mutation->args = args;
  mutation->at = json_node_init_string (json_node_alloc (), time);
  return mutation;
}

void
jip_mutation_free (JipMutation *mutation)
{
  g_free (mutation->name);
  g_clear_pointer (&mutation->args, json_node_unref);
  g_clear_pointer (&mutation->at, json_node_unref);
  g_free (mutation->receipt);
  g_free (mutation->origin_replica);
  g_free (mutation->hash);
  g_free (mutation);
}

static JsonNode *
copy_or_null (JsonNode *node)
{
  return node != NULL ? json_node_copy (node) : json_node_new (JSON_NODE_NULL);
}

/* {n, name, args, at}: what the contents' hash covers. */
static JsonObject *
contents (const JipMutation *mutation, gint64 n)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "n", n);
  json_object_set_string_member (object, "name", mutation->name);
  json_object_set_member (object, "args", copy_or_null (mutation->args));
  json_object_set_member (object, "at", copy_or_null (mutation->at));
  return object;
}

JsonNode *
jip_mutation_to_json (const JipMutation *mutation)
{
  g_return_val_if_fail (mutation != NULL, NULL);

  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = contents (mutation, mutation->n);
  if (mutation->receipt != NULL)
    json_object_set_string_member (object, "receipt", mutation->receipt);
  if (mutation->origin_replica != NULL)
    {
      JsonObject *origin = json_object_new ();
      json_object_set_string_member (origin, "replica", mutation->origin_replica);
      json_object_set_int_member (origin, "n", mutation->origin_n);
      json_object_set_object_member (object, "origin", origin);
    }
  json_node_take_object (node, object);
  return node;
}

static char *
canonical_as (const JipMutation *mutation, gint64 n)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, contents (mutation, n));
  return jip_json_canonical (node);
}

/**
 * jip_mutation_get_size:
 *
 * Returns: the bytes of the canonical JSON of {n, name, args, at}, which %JIP_SYNC_MAX_MUTATION_BYTES bounds. The receipt
 *   and the name of before are added later, so they do not count: what was taken once is taken again.
 */
gsize
jip_mutation_get_size (const JipMutation *mutation)
{
  g_return_val_if_fail (mutation != NULL, 0);

  g_autofree char *text = canonical_as (mutation, mutation->n);
  return strlen (text);
}

/**
 * jip_mutation_hash_as:
 * @n: under which it was pushed, or acknowledged under another name
 *
 * Returns: (transfer full): the SHA-256 of the canonical JSON of {n, name, args, at}, which tells a repeated mutation
 *   from another one with the same n (sync.md, Clones)
 */
char *
jip_mutation_hash_as (const JipMutation *mutation, gint64 n)
{
  g_return_val_if_fail (mutation != NULL, NULL);

  g_autofree char *text = canonical_as (mutation, n);
  return jip_sha256_hex (text, strlen (text));
}

/* jip_mutation_hash_as() under its own n */
char *
jip_mutation_hash (const JipMutation *mutation)
{
  g_return_val_if_fail (mutation != NULL, NULL);
  return mutation->hash != NULL ? g_strdup (mutation->hash) : jip_mutation_hash_as (mutation, mutation->n);
}

static gboolean
read_origin (JsonObject *origin, JipMutation *mutation, GError **error)
{
  JipFields fields;
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), origin);

  jip_fields_init (&fields, node, "$.mutations[].origin");
  const char *replica = jip_fields_id (&fields, "replica", JIP_REQUIRED);
  mutation->origin_n = jip_fields_int (&fields, "n", JIP_REQUIRED, 1, JIP_JSON_MAX_INTEGER, 0);
  if (!jip_fields_finish (&fields, error))
    return FALSE;
  mutation->origin_replica = g_strdup (replica);
  return TRUE;
}

/**
 * jip_mutation_from_json:
 *
 * Reads the envelope only: an unknown name, wrong args or a wrong time are for the verdict to say, so that the queue moves on.
 *
 * Returns: (transfer full) (nullable): the mutation, or %NULL with %JIP_ERROR_BAD_ARGS
 */
JipMutation *
jip_mutation_from_json (JsonNode *node, GError **error)
{
  JipFields fields;

  jip_fields_init (&fields, node, "$.mutations[]");
  gint64 n = jip_fields_int (&fields, "n", JIP_REQUIRED, 1, JIP_JSON_MAX_INTEGER, 0);
  const char *name = jip_fields_string (&fields, "name", JIP_OPTIONAL, G_MAXUINT);
  const char *receipt = jip_fields_string (&fields, "receipt", JIP_OPTIONAL, G_MAXUINT);
  JsonObject *origin = jip_fields_object (&fields, "origin", JIP_OPTIONAL);
  if (name == NULL)
    jip_fields_fail (&fields, "name", _ ("is missing"));
  if (!jip_fields_finish (&fields, error))
    return NULL;

  JsonObject *object = json_node_get_object (node);
  g_autoptr (JipMutation) mutation = g_new0 (JipMutation, 1);
  if (origin != NULL && !read_origin (origin, mutation, error))
    return NULL;
  mutation->n = n;
  mutation->name = g_strdup (name);
  if (receipt != NULL) /* one that is too long is one for nothing, and need not be kept to say so */
    mutation->receipt = g_strdup (g_utf8_strlen (receipt, -1) <= JIP_MUTATION_MAX_RECEIPT ? receipt : "");
  if (json_object_has_member (object, "args"))
    mutation->args = json_object_dup_member (object, "args");
  if (json_object_has_member (object, "at"))
    mutation->at = json_object_dup_member (object, "at");
  return g_steal_pointer (&mutation);
}

/**
 * jip_push_new:
 * @replica: the id of this copy of the data
 *
 * Returns: (transfer full): an empty push in the newest schema
 */
JipPush *
jip_push_new (const char *replica)
{
  JipPush *push = g_new0 (JipPush, 1);

  push->replica = g_strdup (replica);
  push->schema = JIP_SYNC_SCHEMA;
  push->mutations = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_mutation_free);
  return push;
}

void
jip_push_free (JipPush *push)
{
  g_free (push->replica);
  g_ptr_array_unref (push->mutations);
  g_free (push);
}

JsonNode *
jip_push_to_json (const JipPush *push)
{
  g_return_val_if_fail (push != NULL, NULL);

  JsonObject *object = json_object_new ();
  JsonArray *list = json_array_new ();
  for (guint i = 0; i < push->mutations->len; i++)
    json_array_add_element (list, jip_mutation_to_json (g_ptr_array_index (push->mutations, i)));
  json_object_set_string_member (object, "replica", push->replica);
  json_object_set_int_member (object, "schema", push->schema);
  if (push->oldest > 0)
    json_object_set_int_member (object, "oldest", push->oldest);
  json_object_set_array_member (object, "mutations", list);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

static gboolean
parse_mutations (JipPush *push, JsonArray *list, GError **error)
{
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      g_autoptr (GError) problem = NULL;
      JipMutation *mutation = jip_mutation_from_json (json_array_get_element (list, i), &problem);
      if (mutation == NULL)
        return jip_error_set (error, JIP_ERROR_BAD_REQUEST, "$.mutations[%u]: %s", i, problem->message);
      g_ptr_array_add (push->mutations, mutation);
      g_autofree char *text = canonical_as (mutation, mutation->n);
      gsize size = strlen (text);
      if (size > JIP_SYNC_MAX_MUTATION_BYTES)
        return jip_error_set (error, JIP_ERROR_TOO_LARGE,
                              _ ("$.mutations[%u]: is larger than %d KiB; send less at once"), i,
                              JIP_SYNC_MAX_MUTATION_BYTES / 1024);
      mutation->hash = jip_sha256_hex (text, size);
    }
  return TRUE;
}

/**
 * jip_push_from_json:
 *
 * Returns: (transfer full) (nullable): the push; %NULL with %JIP_ERROR_BAD_REQUEST when the envelope is wrong or
 *   %JIP_ERROR_TOO_LARGE
 */
JipPush *
jip_push_from_json (JsonNode *node, GError **error)
{
  JipFields fields;
  g_autoptr (GError) problem = NULL;

  jip_fields_init (&fields, node, "$");
  const char *replica = jip_fields_id (&fields, "replica", JIP_REQUIRED);
  gint64 schema = jip_fields_int (&fields, "schema", JIP_REQUIRED, 0, G_MAXINT32, 0);
  gint64 oldest = jip_fields_int (&fields, "oldest", JIP_OPTIONAL, 1, JIP_JSON_MAX_INTEGER, 0);
  JsonArray *list = jip_fields_array (&fields, "mutations", JIP_REQUIRED, G_MAXUINT);
  if (!jip_fields_finish (&fields, &problem))
    {
      jip_error_set (error, JIP_ERROR_BAD_REQUEST, "%s", problem->message);
      return NULL;
    }
  if (json_array_get_length (list) > JIP_SYNC_MAX_MUTATIONS)
    {
      jip_error_set (error, JIP_ERROR_TOO_LARGE, _ ("$.mutations: holds more than %d; send fewer at once"),
                     JIP_SYNC_MAX_MUTATIONS);
      return NULL;
    }

  g_autoptr (JipPush) push = jip_push_new (replica);
  push->schema = schema;
  push->oldest = oldest;
  if (!parse_mutations (push, list, error))
    return NULL;
  return g_steal_pointer (&push);
}
