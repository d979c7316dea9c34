/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of jip-tally/1 and the path that an error names. A path is built only when something is wrong. */
#include "jip-tally-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"
#include "jip-json.h"

#define MAX_SCORE 999999
#define MAX_ID_LENGTH 64

static gboolean
is_identifier (const char *key)
{
  if (!g_ascii_isalpha (*key) && *key != '_')
    return FALSE;
  for (const char *p = key; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '_')
      return FALSE;
  return TRUE;
}

static void
append_path (GString *out, const JipTallyPath *at)
{
  if (at->up == NULL)
    {
      g_string_append (out, at->key);
      return;
    }
  append_path (out, at->up);
  if (at->key == NULL)
    g_string_append_printf (out, "[%u]", at->index);
  else if (is_identifier (at->key))
    g_string_append_printf (out, ".%s", at->key);
  else
    {
      g_string_append_c (out, '[');
      jip_json_append_quoted (out, at->key);
      g_string_append_c (out, ']');
    }
}

/* Sets the problem, unless there is one, to `PATH: what`, with the path in its detail. */
void
jip_tally_fail (GError **problem, const JipTallyPath *at, const char *what)
{
  if (*problem != NULL)
    return;

  g_autoptr (GString) path = g_string_new (NULL);
  append_path (path, at);
  JsonObject *detail = json_object_new ();
  json_object_set_string_member (detail, "path", path->str);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, detail);
  *problem = jip_error_new (JIP_ERROR_BAD_ARGS, node, "%s: %s", path->str, what);
}

void
jip_tally_fail_member (JipTallyReader *reader, const char *key, const char *what)
{
  JipTallyPath at = { .up = &reader->at, .key = key };
  jip_tally_fail (reader->problem, &at, what);
}

/* Returns: FALSE when there is a problem, an older one or that @node is no object */
gboolean
jip_tally_reader_init (JipTallyReader *reader, JsonNode *node, JipTallyPath at, GError **problem)
{
  reader->at = at;
  reader->problem = problem;
  reader->object = NULL;
  if (*problem != NULL)
    return FALSE;
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      jip_tally_fail (problem, &at, _ ("an object is expected"));
      return FALSE;
    }
  reader->object = json_node_get_object (node);
  return TRUE;
}

/* Returns: whether the optional member @key is there and an object */
gboolean
jip_tally_reader_open (JipTallyReader *reader, JipTallyReader *parent, const char *key)
{
  JsonNode *node = jip_tally_reader_get (parent, key);
  JipTallyPath at = { .up = &parent->at, .key = key };
  return node != NULL && jip_tally_reader_init (reader, node, at, parent->problem);
}

/* Null counts as absent. */
JsonNode *
jip_tally_reader_get (JipTallyReader *reader, const char *key)
{
  JsonNode *node = *reader->problem == NULL ? json_object_get_member (reader->object, key) : NULL;
  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

JsonNode *
jip_tally_reader_need (JipTallyReader *reader, const char *key)
{
  JsonNode *node = jip_tally_reader_get (reader, key);
  if (node == NULL)
    jip_tally_fail_member (reader, key, _ ("is missing"));
  return node;
}

static gboolean
holds (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static gboolean
is_id (const char *text)
{
  gsize length = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
  return g_ascii_isalnum (text[0]) && text[length] == '\0' && length <= MAX_ID_LENGTH;
}

/* Reads the member `id` of a new element and enters it into @taken as the next one.
 *
 * Returns: (transfer none) (nullable): the id, kept in @strings */
const char *
jip_tally_read_new_id (JipTallyReader *reader, GHashTable *taken, GStringChunk *strings)
{
  JsonNode *node = jip_tally_reader_need (reader, "id");
  if (node == NULL)
    return NULL;
  const char *id = holds (node, G_TYPE_STRING) ? json_node_get_string (node) : NULL;
  if (id == NULL || !is_id (id))
    {
      jip_tally_fail_member (
          reader, "id", _ ("an id of 1 to 64 letters, digits, dots, underscores or hyphens is expected"));
      return NULL;
    }
  if (g_hash_table_contains (taken, id))
    {
      jip_tally_fail_member (reader, "id", _ ("the id is already taken"));
      return NULL;
    }
  char *kept = g_string_chunk_insert (strings, id);
  g_hash_table_insert (taken, kept, GUINT_TO_POINTER (g_hash_table_size (taken) + 1));
  return kept;
}

/* Returns: the index of what @key names in @known; 0 with a problem */
guint
jip_tally_read_reference (JipTallyReader *reader, const char *key, GHashTable *known)
{
  JsonNode *node = jip_tally_reader_need (reader, key);
  if (node == NULL)
    return 0;
  gpointer found
      = holds (node, G_TYPE_STRING) ? g_hash_table_lookup (known, json_node_get_string (node)) : NULL;
  if (found == NULL)
    {
      jip_tally_fail_member (reader, key, _ ("the event does not know this id"));
      return 0;
    }
  return GPOINTER_TO_UINT (found) - 1;
}

gint64
jip_tally_read_whole (JipTallyReader *reader,
                      const char *key,
                      JipPresence presence,
                      gint64 min,
                      gint64 max,
                      gint64 otherwise)
{
  JsonNode *node
      = presence == JIP_REQUIRED ? jip_tally_reader_need (reader, key) : jip_tally_reader_get (reader, key);
  if (node == NULL)
    return otherwise;

  gint64 value = holds (node, G_TYPE_INT64) ? json_node_get_int (node) : min - 1;
  if (value >= min && value <= max)
    return value;
  g_autofree char *what
      = max == G_MAXINT64
            ? g_strdup_printf (_ ("a whole number of at least %d is expected"), (int) min)
            : g_strdup_printf (_ ("a whole number from %d to %d is expected"), (int) min, (int) max);
  jip_tally_fail_member (reader, key, what);
  return otherwise;
}

/* @otherwise: the choice when the member is absent; -1: it is required
 *
 * Returns: the index of the member's value in @choices */
int
jip_tally_read_choice (JipTallyReader *reader, const char *key, const char *const *choices, int otherwise)
{
  JsonNode *node = otherwise < 0 ? jip_tally_reader_need (reader, key) : jip_tally_reader_get (reader, key);
  if (node == NULL)
    return MAX (otherwise, 0);
  for (int i = 0; holds (node, G_TYPE_STRING) && choices[i] != NULL; i++)
    if (strcmp (json_node_get_string (node), choices[i]) == 0)
      return i;
  g_autofree char *list = g_strjoinv (", ", (char **) choices);
  g_autofree char *what = g_strdup_printf (_ ("one of these is expected: %s"), list);
  jip_tally_fail_member (reader, key, what);
  return 0;
}

/* Returns: (transfer none) (nullable): the optional text */
const char *
jip_tally_read_text (JipTallyReader *reader, const char *key)
{
  JsonNode *node = jip_tally_reader_get (reader, key);
  if (node == NULL)
    return NULL;
  if (!holds (node, G_TYPE_STRING))
    {
      jip_tally_fail_member (reader, key, _ ("a text is expected"));
      return NULL;
    }
  return json_node_get_string (node);
}

/* (0|[1-9][0-9]{0,5})(\.[0-9]{1,4})?  in ten-thousandths */
static gboolean
parse_decimal (const char *text, gint64 *scaled)
{
  gsize whole = strspn (text, "0123456789");
  if (whole < 1 || whole > 6 || (whole > 1 && text[0] == '0'))
    return FALSE;
  gint64 value = g_ascii_strtoll (text, NULL, 10) * JIP_TALLY_SCALE;
  text += whole;
  if (*text == '.')
    {
      gsize decimals = strspn (++text, "0123456789");
      if (decimals < 1 || decimals > 4)
        return FALSE;
      gint64 unit = JIP_TALLY_SCALE;
      for (; decimals > 0; decimals--)
        value += (*text++ - '0') * (unit /= 10);
    }
  *scaled = value;
  return *text == '\0';
}

/* Reads @node, the member @key, as a score.
 *
 * Returns: ten-thousandths; 0 with a problem */
gint64
jip_tally_read_number (JipTallyReader *reader, const char *key, JsonNode *node, gboolean is_signed)
{
  gint64 value = 0;

  if (holds (node, G_TYPE_INT64))
    {
      value = json_node_get_int (node);
      if (ABS (value) > MAX_SCORE)
        jip_tally_fail_member (reader, key, _ ("the number is larger than 999999"));
      else if (value < 0 && !is_signed)
        jip_tally_fail_member (reader, key, _ ("the number is below 0"));
      else
        return value * JIP_TALLY_SCALE;
      return 0;
    }

  const char *text = holds (node, G_TYPE_STRING) ? json_node_get_string (node) : "";
  gboolean negative = is_signed && *text == '-';
  if (!parse_decimal (negative ? text + 1 : text, &value))
    {
      jip_tally_fail_member (
          reader, key,
          holds (node, G_TYPE_DOUBLE)
              ? _ ("a number with a point or exponent is written as a string, such as \"38.5\"")
              : _ ("a whole number or a string such as \"38.5\" is expected"));
      return 0;
    }
  return negative ? -value : value;
}

/* Returns: the required member `max`, above 0, in ten-thousandths */
gint64
jip_tally_read_max (JipTallyReader *reader)
{
  JsonNode *node = jip_tally_reader_need (reader, "max");
  gint64 value = node != NULL ? jip_tally_read_number (reader, "max", node, FALSE) : 0;
  if (value == 0)
    jip_tally_fail_member (reader, "max", _ ("the number must be above 0"));
  return value;
}

/* Opens the list @key; without one its length is 0. */
void
jip_tally_list_open (JipTallyList *list, JipTallyReader *reader, const char *key, JipPresence presence)
{
  JsonNode *node
      = presence == JIP_REQUIRED ? jip_tally_reader_need (reader, key) : jip_tally_reader_get (reader, key);

  *list = (JipTallyList){ .at = { .up = &reader->at, .key = key }, .problem = reader->problem };
  if (node == NULL)
    return;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      jip_tally_fail (list->problem, &list->at, _ ("a list is expected"));
      return;
    }
  list->array = json_node_get_array (node);
  list->length = json_array_get_length (list->array);
}

/* Returns: FALSE when there is a problem, so that a loop over the list ends there */
gboolean
jip_tally_list_get_object (JipTallyList *list, guint index, JipTallyReader *element)
{
  JipTallyPath at = { .up = &list->at, .index = index };
  return jip_tally_reader_init (element, json_array_get_element (list->array, index), at, list->problem);
}

/* Returns: (transfer none): the text at @index, or "", which is nobody's id */
const char *
jip_tally_list_get_string (JipTallyList *list, guint index)
{
  JsonNode *node = json_array_get_element (list->array, index);
  return holds (node, G_TYPE_STRING) ? json_node_get_string (node) : "";
}

void
jip_tally_list_fail (JipTallyList *list, guint index, const char *what)
{
  JipTallyPath at = { .up = &list->at, .index = index };
  jip_tally_fail (list->problem, &at, what);
}
