/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-llm-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-fields.h"

#define MAX_ENDPOINTS 16
#define HOUR (60 * 60 * 1000)

static void
endpoint_free (JipLlmEndpoint *endpoint)
{
  g_free (endpoint->name);
  g_free (endpoint->url);
  g_free (endpoint->model);
  g_free (endpoint->key_file);
  g_free (endpoint);
}

void
jip_llm_config_free (JipLlmConfig *config)
{
  if (config == NULL)
    return;
  g_ptr_array_unref (config->endpoints);
  g_free (config);
}

static char *
take_url (JipFields *fields)
{
  const char *text = jip_fields_string (fields, "url", JIP_REQUIRED, 500);
  g_autoptr (GUri) uri = text != NULL ? g_uri_parse (text, G_URI_FLAGS_NONE, NULL) : NULL;

  if (text == NULL)
    return NULL;
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'
      || (strcmp (g_uri_get_scheme (uri), "http") != 0 && strcmp (g_uri_get_scheme (uri), "https") != 0))
    jip_fields_fail (fields, "url", _ ("an address such as http://127.0.0.1:8080/v1 is expected"));
  char *url = g_strdup (text);
  while (g_str_has_suffix (url, "/"))
    url[strlen (url) - 1] = '\0';
  return url;
}

static gboolean
parse_endpoint (JipLlmConfig *config, JsonNode *node, guint index, GError **error)
{
  g_autofree char *path = g_strdup_printf ("llm.endpoints[%u]", index);
  JipFields fields;
  JipLlmEndpoint *endpoint = g_new0 (JipLlmEndpoint, 1);

  g_ptr_array_add (config->endpoints, endpoint);
  jip_fields_init (&fields, node, path);
  endpoint->url = take_url (&fields);
  endpoint->name = g_strdup (jip_fields_string (&fields, "name", JIP_OPTIONAL, 100));
  endpoint->model = g_strdup (jip_fields_string (&fields, "model", JIP_OPTIONAL, 300));
  endpoint->key_file = g_strdup (jip_fields_string (&fields, "key_file", JIP_OPTIONAL, 4000));
  endpoint->priority = jip_fields_int (&fields, "priority", JIP_OPTIONAL, 0, 1000, index);
  endpoint->parallel = (guint) jip_fields_int (&fields, "parallel", JIP_OPTIONAL, 1, 1000, 1);
  return jip_fields_finish (&fields, error);
}

static double
take_number (JipFields *fields, const char *name, double max, double otherwise)
{
  JsonNode *node = fields->error == NULL ? json_object_get_member (fields->object, name) : NULL;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return otherwise;
  double value = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) != G_TYPE_STRING
                     ? json_node_get_double (node)
                     : -1;
  if (value < 0 || value > max)
    jip_fields_fail (fields, name, _ ("must lie between %d and %d"), 0, (int) max);
  return value;
}

static int
compare_priority (gconstpointer a, gconstpointer b)
{
  const JipLlmEndpoint *left = *(JipLlmEndpoint *const *) a, *right = *(JipLlmEndpoint *const *) b;
  return (left->priority > right->priority) - (left->priority < right->priority);
}

/**
 * jip_llm_config_new:
 * @node: (nullable): `{"endpoints": [{"url", "name"?, "model"?, "key_file"?, "priority"?, "parallel"?}], "concurrency"?,
 *   "per_user"?, "queue"?, "source_chars"?, "temperature"?, "top_p"?, "health_ms"?, "queue_ms"?, "first_text_ms"?,
 *   "stall_ms"?, "total_ms"?}`; %NULL configures no model
 *
 * Returns: (transfer full): the configuration, or %NULL with %JIP_ERROR_BAD_ARGS that names the member
 */
JipLlmConfig *
jip_llm_config_new (JsonNode *node, GError **error)
{
  g_autoptr (JsonNode) nothing = NULL;
  g_autoptr (JipLlmConfig) config = g_new0 (JipLlmConfig, 1);
  JipFields fields;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    {
      nothing = json_node_new (JSON_NODE_OBJECT);
      json_node_take_object (nothing, json_object_new ());
      node = nothing;
    }
  config->endpoints = g_ptr_array_new_with_free_func ((GDestroyNotify) endpoint_free);
  jip_fields_init (&fields, node, "llm");
  JsonArray *endpoints = jip_fields_array (&fields, "endpoints", JIP_OPTIONAL, MAX_ENDPOINTS);
  config->concurrency = (guint) jip_fields_int (&fields, "concurrency", JIP_OPTIONAL, 1, 1000, 16);
  config->per_user = (guint) jip_fields_int (&fields, "per_user", JIP_OPTIONAL, 1, 100, 1);
  config->max_queue = (guint) jip_fields_int (&fields, "queue", JIP_OPTIONAL, 0, 10000, 200);
  config->source_chars = (guint) jip_fields_int (&fields, "source_chars", JIP_OPTIONAL, 0, 1000000, 2000);
  config->health_ms = (guint) jip_fields_int (&fields, "health_ms", JIP_OPTIONAL, 50, HOUR, 10000);
  config->queue_ms = (guint) jip_fields_int (&fields, "queue_ms", JIP_OPTIONAL, 1, HOUR, 10 * 60 * 1000);
  config->first_text_ms
      = (guint) jip_fields_int (&fields, "first_text_ms", JIP_OPTIONAL, 1, HOUR, 3 * 60 * 1000);
  config->stall_ms = (guint) jip_fields_int (&fields, "stall_ms", JIP_OPTIONAL, 1, HOUR, 60 * 1000);
  config->total_ms = (guint) jip_fields_int (&fields, "total_ms", JIP_OPTIONAL, 1, HOUR, 10 * 60 * 1000);
  config->temperature = take_number (&fields, "temperature", 2, 0.3);
  config->top_p = take_number (&fields, "top_p", 1, 0.9);
  if (!jip_fields_finish (&fields, error))
    return NULL;
  for (guint i = 0; endpoints != NULL && i < json_array_get_length (endpoints); i++)
    if (!parse_endpoint (config, json_array_get_element (endpoints, i), i, error))
      return NULL;
  g_ptr_array_sort (config->endpoints, compare_priority);
  return g_steal_pointer (&config);
}

/**
 * jip_llm_config_make:
 * @urls: (nullable): endpoints by priority, such as `http://127.0.0.1:8080/v1`
 *
 * Returns: (transfer full): a configuration for jip_llm_config_new() with these endpoints and defaults for the rest
 */
JsonNode *
jip_llm_config_make (const char *const *urls)
{
  JsonArray *endpoints = json_array_new ();
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  for (guint i = 0; urls != NULL && urls[i] != NULL; i++)
    {
      JsonObject *endpoint = json_object_new ();
      json_object_set_string_member (endpoint, "url", urls[i]);
      json_array_add_object_element (endpoints, endpoint);
    }
  json_object_set_array_member (object, "endpoints", endpoints);
  json_node_take_object (node, object);
  return node;
}
