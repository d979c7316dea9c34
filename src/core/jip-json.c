/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-json.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "jip-error.h"

/* json-glib takes comments, 010, 0x1F, single quotes and duplicate keys, and overflows its stack on deep nesting.
 * Everything from outside passes this check first: RFC 8259 to the letter, and tighter where programs differ
 * (duplicate keys, U+0000, whole numbers outside ±2^53, lone surrogates). */

typedef struct
{
  const char *start;
  const char *at;
  const char *end;
  const char *problem; /* translated sentence, or NULL while all is well */
  GString *scratch;    /* the decoded key being read */
  guint depth;
} Check;

static gboolean check_value (Check *check);

static gboolean
fail (Check *check, const char *problem)
{
  if (check->problem == NULL)
    check->problem = problem;
  return FALSE;
}

static void
skip_space (Check *check)
{
  while (check->at < check->end
         && (*check->at == ' ' || *check->at == '\t' || *check->at == '\n' || *check->at == '\r'))
    check->at++;
}

static gboolean
take (Check *check, char c)
{
  if (check->at < check->end && *check->at == c)
    {
      check->at++;
      return TRUE;
    }
  return FALSE;
}

static gboolean
check_hex4 (Check *check, gunichar *unit)
{
  if (check->end - check->at < 4)
    return fail (check, _ ("an escape in a string is cut short"));
  *unit = 0;
  for (guint i = 0; i < 4; i++, check->at++)
    {
      int digit = g_ascii_xdigit_value (*check->at);
      if (digit < 0)
        return fail (check, _ ("an escape in a string is not four hexadecimal digits"));
      *unit = *unit * 16 + (gunichar) digit;
    }
  return TRUE;
}

static gboolean
check_unicode_escape (Check *check)
{
  gunichar unit;

  if (!check_hex4 (check, &unit))
    return FALSE;
  if (unit == 0)
    return fail (check, _ ("the character U+0000 is not allowed"));
  if (unit >= 0xDC00 && unit <= 0xDFFF)
    return fail (check, _ ("an escape is half of a surrogate pair"));
  if (unit >= 0xD800 && unit <= 0xDBFF)
    {
      gunichar low;
      if (!take (check, '\\') || !take (check, 'u') || !check_hex4 (check, &low) || low < 0xDC00
          || low > 0xDFFF)
        return fail (check, _ ("an escape is half of a surrogate pair"));
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
  g_string_append_unichar (check->scratch, unit);
  return TRUE;
}

static gboolean
check_escape (Check *check)
{
  static const char escapes[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";

  if (check->at >= check->end)
    return fail (check, _ ("a string does not end"));
  char c = *check->at++;
  if (c == 'u')
    return check_unicode_escape (check);
  const char *found = c != '\0' ? strchr (escapes, c) : NULL;
  if (found == NULL)
    return fail (check, _ ("a string holds an unknown escape"));
  g_string_append_c (check->scratch, meanings[found - escapes]);
  return TRUE;
}

/* Leaves the decoded string in scratch. UTF-8 was checked for the whole text before. */
static gboolean
check_string (Check *check)
{
  if (!take (check, '"'))
    return fail (check, _ ("a string in double quotes is expected"));
  g_string_truncate (check->scratch, 0);
  while (check->at < check->end)
    {
      const char *run = check->at;
      while (check->at < check->end && *check->at != '"' && *check->at != '\\' && (guchar) *check->at >= 0x20)
        check->at++;
      g_string_append_len (check->scratch, run, check->at - run);
      if (check->at >= check->end)
        break;
      if (take (check, '"'))
        return TRUE;
      if (!take (check, '\\'))
        return fail (check, _ ("a string holds a control character"));
      if (!check_escape (check))
        return FALSE;
    }
  return fail (check, _ ("a string does not end"));
}

static gboolean
check_digits (Check *check)
{
  const char *first = check->at;
  while (check->at < check->end && g_ascii_isdigit (*check->at))
    check->at++;
  if (check->at == first)
    return fail (check, _ ("a number lacks a digit"));
  return TRUE;
}

static gboolean
check_whole (Check *check, const char *first)
{
  char buffer[32];
  gsize length = check->at - first;

  if (length < sizeof buffer)
    {
      memcpy (buffer, first, length);
      buffer[length] = '\0';
      /* What is too large ends at the ends of gint64. errno may be another call's: GLib waits for its lock here once. */
      gint64 value = g_ascii_strtoll (buffer, NULL, 10);
      if (value <= JIP_JSON_MAX_INTEGER && value >= -JIP_JSON_MAX_INTEGER)
        return TRUE;
    }
  return fail (check, _ ("a whole number is outside ±2^53"));
}

static gboolean
check_number (Check *check)
{
  const char *first = check->at;
  gboolean whole = TRUE;

  take (check, '-');
  if (check->at < check->end && *check->at == '0')
    check->at++;
  else if (!check_digits (check))
    return FALSE;
  if (check->at < check->end && g_ascii_isdigit (*check->at))
    return fail (check, _ ("a number starts with a zero"));
  if (take (check, '.'))
    {
      whole = FALSE;
      if (!check_digits (check))
        return FALSE;
    }
  if (take (check, 'e') || take (check, 'E'))
    {
      whole = FALSE;
      if (!take (check, '+'))
        take (check, '-');
      if (!check_digits (check))
        return FALSE;
    }

  /* a number with a point or an exponent may be beyond a double: that is for whoever reads it to refuse */
  return !whole || check_whole (check, first);
}

static gboolean
check_member (Check *check, GHashTable *keys)
{
  skip_space (check);
  const char *key_start = check->at;
  if (!check_string (check))
    return FALSE;
  if (!g_hash_table_add (keys, g_strdup (check->scratch->str)))
    {
      check->at = key_start;
      return fail (check, _ ("a key stands twice in one object"));
    }
  skip_space (check);
  if (!take (check, ':'))
    return fail (check, _ ("a colon is expected after a key"));
  return check_value (check);
}

static gboolean
check_object (Check *check)
{
  skip_space (check);
  if (take (check, '}'))
    return TRUE;
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  do
    if (!check_member (check, keys))
      return FALSE;
  while (take (check, ','));
  return take (check, '}') || fail (check, _ ("a comma or a closing brace is expected"));
}

static gboolean
check_array (Check *check)
{
  skip_space (check);
  if (take (check, ']'))
    return TRUE;
  do
    if (!check_value (check))
      return FALSE;
  while (take (check, ','));
  return take (check, ']') || fail (check, _ ("a comma or a closing bracket is expected"));
}

static gboolean
check_word (Check *check, const char *word)
{
  gsize length = strlen (word);
  if ((gsize) (check->end - check->at) < length || memcmp (check->at, word, length) != 0)
    return fail (check, _ ("a value is expected"));
  check->at += length;
  return TRUE;
}

static gboolean
check_nested (Check *check, gboolean (*check_body) (Check *))
{
  if (++check->depth > JIP_JSON_MAX_DEPTH)
    return fail (check, _ ("the nesting is deeper than 64 levels"));
  check->at++;
  gboolean ok = check_body (check);
  check->depth--;
  return ok;
}

/* Reads one value and the space on both sides of it. */
static gboolean
check_value (Check *check)
{
  gboolean ok;

  skip_space (check);
  if (check->at >= check->end)
    return fail (check, _ ("the text ends too early"));
  switch (*check->at)
    {
    case '{':
      ok = check_nested (check, check_object);
      break;
    case '[':
      ok = check_nested (check, check_array);
      break;
    case '"':
      ok = check_string (check);
      break;
    case 't':
      ok = check_word (check, "true");
      break;
    case 'f':
      ok = check_word (check, "false");
      break;
    case 'n':
      ok = check_word (check, "null");
      break;
    default:
      if (*check->at != '-' && !g_ascii_isdigit (*check->at))
        return fail (check, _ ("a value is expected"));
      ok = check_number (check);
    }
  skip_space (check);
  return ok;
}

static GError *
describe_failure (Check *check)
{
  guint line = 1;
  const char *line_start = check->start;

  for (const char *p = check->start; p < check->at; p++)
    if (*p == '\n')
      {
        line++;
        line_start = p + 1;
      }
  /* columns count code points: bytes that do not continue one */
  guint column = 1;
  for (const char *p = line_start; p < check->at; p++)
    if (((guchar) *p & 0xC0) != 0x80)
      column++;

  JsonObject *detail = json_object_new ();
  json_object_set_int_member (detail, "line", line);
  json_object_set_int_member (detail, "column", column);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, detail);
  return jip_error_new (JIP_ERROR_BAD_JSON, node, _ ("line %u, column %u: %s"), line, column, check->problem);
}

/**
 * jip_json_check:
 * @text: bytes from outside, which need not end in NUL
 * @length: their number
 *
 * Checks for RFC 8259 and: UTF-8, no U+0000, no key twice, depth 64, whole numbers within ±2^53.
 * Source: platform.md, json-glib.
 *
 * Returns: %FALSE with %JIP_ERROR_BAD_JSON, whose detail holds `line` and `column`
 */
gboolean
jip_json_check (const char *text, gsize length, GError **error)
{
  Check check = { .start = text, .at = text, .end = text + length };
  const char *invalid;

  g_return_val_if_fail (text != NULL, FALSE);

  if (!g_utf8_validate_len (text, length, &invalid))
    {
      check.at = invalid;
      fail (&check,
            *invalid == '\0' ? _ ("the character U+0000 is not allowed") : _ ("the text is not UTF-8"));
    }
  else
    {
      g_autoptr (GString) scratch = g_string_new (NULL);
      check.scratch = scratch;
      if (check_value (&check) && check.at < check.end)
        fail (&check, _ ("something follows the value"));
    }
  if (check.problem == NULL)
    return TRUE;
  g_propagate_error (error, describe_failure (&check));
  return FALSE;
}

/**
 * jip_json_parse:
 * @text: bytes from outside
 * @length: their number, or -1 when @text ends in NUL
 *
 * Returns: (transfer full): the value, after jip_json_check(); %NULL with %JIP_ERROR_BAD_JSON
 */
JsonNode *
jip_json_parse (const char *text, gssize length, GError **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  gsize size = length < 0 ? strlen (text) : (gsize) length;
  if (!jip_json_check (text, size, error))
    return NULL;

  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) local_error = NULL;
  if (!json_parser_load_from_data (parser, text, size, &local_error))
    {
      jip_error_set (error, JIP_ERROR_BAD_JSON, "%s", local_error->message);
      return NULL;
    }
  return json_parser_steal_root (parser);
}

/**
 * jip_json_is_finite:
 *
 * Returns: whether every number in @node, which is no deeper than %JIP_JSON_MAX_DEPTH, fits into a double. One such as
 *   `1e400` is JSON, but cannot be kept: written again it would be null.
 */
gboolean
jip_json_is_finite (JsonNode *node)
{
  g_return_val_if_fail (node != NULL, FALSE);

  if (JSON_NODE_HOLDS_VALUE (node))
    return json_node_get_value_type (node) != G_TYPE_DOUBLE || isfinite (json_node_get_double (node));
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);
      for (guint i = 0; i < json_array_get_length (array); i++)
        if (!jip_json_is_finite (json_array_get_element (array, i)))
          return FALSE;
    }
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      JsonNode *member;
      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, NULL, &member))
        if (!jip_json_is_finite (member))
          return FALSE;
    }
  return TRUE;
}

static void append_node (GString *out, JsonNode *node);

static void
append_double (GString *out, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value)) /* as in jip_json_canonical() */
    {
      g_string_append (out, "null");
      return;
    }
  g_ascii_dtostr (buffer, sizeof buffer, value);
  g_string_append (out, buffer);
  if (strpbrk (buffer, ".e") == NULL) /* it stays a double */
    g_string_append (out, ".0");
}

static void
append_value (GString *out, JsonNode *node)
{
  switch (json_node_get_value_type (node))
    {
    case G_TYPE_STRING:
      jip_json_append_quoted (out, json_node_get_string (node));
      break;
    case G_TYPE_BOOLEAN:
      g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
      break;
    case G_TYPE_DOUBLE:
      append_double (out, json_node_get_double (node));
      break;
    default:
      g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (node));
      break;
    }
}

static void
append_array (GString *out, JsonArray *array)
{
  g_string_append_c (out, '[');
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_node (out, json_array_get_element (array, i));
    }
  g_string_append_c (out, ']');
}

static void
append_object (GString *out, JsonObject *object)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *member;

  g_string_append_c (out, '{');
  json_object_iter_init_ordered (&iter, object);
  for (gboolean first = TRUE; json_object_iter_next_ordered (&iter, &key, &member); first = FALSE)
    {
      if (!first)
        g_string_append_c (out, ',');
      jip_json_append_quoted (out, key);
      g_string_append_c (out, ':');
      append_node (out, member);
    }
  g_string_append_c (out, '}');
}

static void
append_node (GString *out, JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    append_object (out, json_node_get_object (node));
  else if (JSON_NODE_HOLDS_ARRAY (node))
    append_array (out, json_node_get_array (node));
  else if (JSON_NODE_HOLDS_VALUE (node))
    append_value (out, node);
  else
    g_string_append (out, "null");
}

/**
 * jip_json_to_string:
 *
 * Not json_to_string(): that writes a number beyond a double as `inf` and 1e27 as `1e+27.0`, which nobody can read.
 *
 * Returns: (transfer full): @node on one line without spaces, which jip_json_parse() takes; a number beyond a double
 *   becomes null
 */
char *
jip_json_to_string (JsonNode *node)
{
  g_return_val_if_fail (node != NULL, NULL);

  GString *out = g_string_new (NULL);
  append_node (out, node);
  return g_string_free (out, FALSE);
}
