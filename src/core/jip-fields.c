/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-fields.h"

#include <glib/gi18n-lib.h>

#include "jip-error.h"
#include "jip-id.h"
#include "jip-text.h"

/**
 * jip_fields_init:
 * @node: (nullable): the value that should be an object
 * @path: where it stands, for messages; must outlive @fields
 */
void
jip_fields_init (JipFields *fields, JsonNode *node, const char *path)
{
  *fields = (JipFields){ .path = path };
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    fields->error = jip_error_new (JIP_ERROR_BAD_ARGS, NULL, _ ("%s: an object is expected"), path);
  else
    fields->object = json_node_get_object (node);
}

/**
 * jip_fields_fail:
 * @name: (nullable): the member at fault
 *
 * Records a problem unless there is one already.
 */
void
jip_fields_fail (JipFields *fields, const char *name, const char *format, ...)
{
  va_list args;

  if (fields->error != NULL)
    return;
  va_start (args, format);
  g_autofree char *problem = g_strdup_vprintf (format, args);
  va_end (args);
  fields->error = name != NULL
                      ? jip_error_new (JIP_ERROR_BAD_ARGS, NULL, "%s.%s: %s", fields->path, name, problem)
                      : jip_error_new (JIP_ERROR_BAD_ARGS, NULL, "%s: %s", fields->path, problem);
}

static JsonNode *
find (JipFields *fields, const char *name, JipPresence presence)
{
  if (fields->error != NULL)
    return NULL;
  JsonNode *node = json_object_get_member (fields->object, name);
  if (node != NULL && !JSON_NODE_HOLDS_NULL (node))
    return node;
  if (presence == JIP_REQUIRED)
    jip_fields_fail (fields, name, _ ("is missing"));
  return NULL;
}

static JsonNode *
find_value (JipFields *fields, const char *name, JipPresence presence, GType type, const char *problem)
{
  JsonNode *node = find (fields, name, presence);
  if (node == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type)
    return node;
  jip_fields_fail (fields, name, "%s", problem);
  return NULL;
}

/**
 * jip_fields_string:
 * @max_chars: the most code points that are taken
 *
 * A required string must hold something besides white space.
 *
 * Returns: (transfer none) (nullable): the string
 */
const char *
jip_fields_string (JipFields *fields, const char *name, JipPresence presence, guint max_chars)
{
  JsonNode *node = find_value (fields, name, presence, G_TYPE_STRING, _ ("text is expected"));
  if (node == NULL)
    return NULL;

  const char *text = json_node_get_string (node);
  if (presence == JIP_REQUIRED && jip_text_is_blank (text))
    jip_fields_fail (fields, name, _ ("is empty"));
  if (g_utf8_strlen (text, -1) > (glong) max_chars)
    jip_fields_fail (fields, name, _ ("is longer than %u characters"), max_chars);
  return text;
}

/**
 * jip_fields_id:
 *
 * Returns: (transfer none) (nullable): a UUID in canonical form
 */
const char *
jip_fields_id (JipFields *fields, const char *name, JipPresence presence)
{
  JsonNode *node = find_value (fields, name, presence, G_TYPE_STRING, _ ("an id is expected"));
  if (node == NULL)
    return NULL;
  if (!jip_id_is_valid (json_node_get_string (node)))
    jip_fields_fail (fields, name, _ ("is not a UUID in lower case"));
  return json_node_get_string (node);
}

/**
 * jip_fields_choice:
 * @choices: a %NULL-terminated array
 *
 * Returns: (transfer none) (nullable): one of @choices
 */
const char *
jip_fields_choice (JipFields *fields, const char *name, JipPresence presence, const char **choices)
{
  JsonNode *node = find_value (fields, name, presence, G_TYPE_STRING, _ ("text is expected"));
  if (node == NULL)
    return NULL;
  if (!g_strv_contains (choices, json_node_get_string (node)))
    {
      g_autofree char *list = g_strjoinv (", ", (char **) choices);
      jip_fields_fail (fields, name, _ ("must be one of: %s"), list);
    }
  return json_node_get_string (node);
}

/**
 * jip_fields_int:
 * @otherwise: what an absent member counts as
 *
 * Returns: a whole number from @min to @max
 */
gint64
jip_fields_int (JipFields *fields,
                const char *name,
                JipPresence presence,
                gint64 min,
                gint64 max,
                gint64 otherwise)
{
  JsonNode *node = find_value (fields, name, presence, G_TYPE_INT64, _ ("a whole number is expected"));
  if (node == NULL)
    return otherwise;
  gint64 value = json_node_get_int (node);
  if (value < min || value > max)
    {
      g_autofree char *low = g_strdup_printf ("%" G_GINT64_FORMAT, min);
      g_autofree char *high = g_strdup_printf ("%" G_GINT64_FORMAT, max);
      jip_fields_fail (fields, name, _ ("must lie between %s and %s"), low, high);
    }
  return value;
}

gboolean
jip_fields_boolean (JipFields *fields, const char *name, JipPresence presence, gboolean otherwise)
{
  JsonNode *node = find_value (fields, name, presence, G_TYPE_BOOLEAN, _ ("true or false is expected"));
  return node != NULL ? json_node_get_boolean (node) : otherwise;
}

/**
 * jip_fields_object:
 *
 * Returns: (transfer none) (nullable): the object
 */
JsonObject *
jip_fields_object (JipFields *fields, const char *name, JipPresence presence)
{
  JsonNode *node = find (fields, name, presence);
  if (node == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);
  jip_fields_fail (fields, name, _ ("an object is expected"));
  return NULL;
}

/**
 * jip_fields_array:
 *
 * Returns: (transfer none) (nullable): the array, of at most @max_length elements
 */
JsonArray *
jip_fields_array (JipFields *fields, const char *name, JipPresence presence, guint max_length)
{
  JsonNode *node = find (fields, name, presence);
  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      jip_fields_fail (fields, name, _ ("a list is expected"));
      return NULL;
    }
  if (json_array_get_length (json_node_get_array (node)) > max_length)
    jip_fields_fail (fields, name, _ ("has more than %u elements"), max_length);
  return json_node_get_array (node);
}

gboolean
jip_fields_has (JipFields *fields, const char *name)
{
  return fields->error == NULL && find (fields, name, JIP_OPTIONAL) != NULL;
}

/**
 * jip_fields_finish:
 *
 * Returns: %TRUE when no problem was met; else %FALSE with %JIP_ERROR_BAD_ARGS. @fields is spent either way.
 */
gboolean
jip_fields_finish (JipFields *fields, GError **error)
{
  if (fields->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&fields->error));
  return FALSE;
}
