/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 8785, the JSON Canonicalization Scheme: keys by UTF-16 code units, ECMAScript's numbers, minimal escapes. */
#include "jip-json.h"

#include <math.h>
#include <string.h>

/**
 * jip_json_append_quoted:
 * @text: UTF-8
 *
 * Appends @text as a JSON string with the escapes of RFC 8785, 3.2.2.2, which are also the shortest ones.
 */
void
jip_json_append_quoted (GString *out, const char *text)
{
  static const char escapes[0x20] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r' };
  const char *plain = text; /* what needs no escape goes in one piece */

  g_string_append_c (out, '"');
  for (const char *p = text;; p++)
    {
      guchar c = (guchar) *p;
      if (c >= 0x20 && c != '"' && c != '\\')
        continue;
      g_string_append_len (out, plain, p - plain);
      if (c == '\0')
        break;
      plain = p + 1;
      if (c >= 0x20)
        g_string_append_printf (out, "\\%c", c);
      else if (escapes[c] != '\0')
        g_string_append_printf (out, "\\%c", escapes[c]);
      else
        g_string_append_printf (out, "\\u%04x", (guint) c);
    }
  g_string_append_c (out, '"');
}

/**
 * jip_json_append_int:
 *
 * Appends @value in digits. Rows are full of numbers, and printf takes its time.
 */
void
jip_json_append_int (GString *out, gint64 value)
{
  char digits[20];
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;
  guint at = sizeof digits;

  do
    digits[--at] = (char) ('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (value < 0)
    digits[--at] = '-';
  g_string_append_len (out, digits + at, sizeof digits - at);
}

/**
 * jip_json_quote:
 *
 * Returns: (transfer full): @text as a JSON string
 */
char *
jip_json_quote (const char *text)
{
  GString *out = g_string_new (NULL);
  jip_json_append_quoted (out, text);
  return g_string_free (out, FALSE);
}

/* The key's bytes order as its code points do; UTF-16 differs from that only where a surrogate meets a code point
 * of U+E000 or above. */
static int
compare_utf16 (gconstpointer a, gconstpointer b)
{
  const char *left = *(const char *const *) a;
  const char *right = *(const char *const *) b;

  while (*left != '\0' && *left == *right)
    {
      left++;
      right++;
    }
  guchar l = (guchar) *left, r = (guchar) *right;
  gboolean l_astral = l >= 0xF0, r_astral = r >= 0xF0;
  if (l_astral != r_astral)
    {
      /* surrogates are U+D800..DFFF: above everything below U+E000 (lead byte 0xEE), below the rest */
      if (l_astral)
        return r >= 0xEE ? -1 : 1;
      return l >= 0xEE ? 1 : -1;
    }
  return (int) l - (int) r;
}

/* ECMAScript Number::toString: the shortest digits that read back equal. */
static void
append_double (GString *out, double value)
{
  char buffer[40];
  int precision;

  if (!isfinite (value)) /* as JSON.stringify does */
    {
      g_string_append (out, "null");
      return;
    }
  if (value == 0)
    {
      g_string_append_c (out, '0');
      return;
    }
  for (precision = 0; precision < 17; precision++)
    {
      char format[8];
      g_snprintf (format, sizeof format, "%%.%de", precision);
      g_ascii_formatd (buffer, sizeof buffer, format, value);
      if (g_ascii_strtod (buffer, NULL) == value)
        break;
    }

  char *e = strchr (buffer, 'e');
  int exponent = (int) g_ascii_strtoll (e + 1, NULL, 10);
  g_autoptr (GString) digits = g_string_new (NULL);
  for (char *p = buffer; p < e; p++)
    if (g_ascii_isdigit (*p))
      g_string_append_c (digits, *p);
  while (digits->len > 1 && digits->str[digits->len - 1] == '0')
    g_string_truncate (digits, digits->len - 1);

  int k = (int) digits->len, n = exponent + 1;
  if (value < 0)
    g_string_append_c (out, '-');
  if (k <= n && n <= 21)
    {
      g_string_append (out, digits->str);
      for (int i = k; i < n; i++)
        g_string_append_c (out, '0');
    }
  else if (0 < n && n <= 21)
    {
      g_string_append_len (out, digits->str, n);
      g_string_append_c (out, '.');
      g_string_append (out, digits->str + n);
    }
  else if (-6 < n && n <= 0)
    {
      g_string_append (out, "0.");
      for (int i = n; i < 0; i++)
        g_string_append_c (out, '0');
      g_string_append (out, digits->str);
    }
  else
    {
      g_string_append_c (out, digits->str[0]);
      if (k > 1)
        {
          g_string_append_c (out, '.');
          g_string_append (out, digits->str + 1);
        }
      g_string_append_printf (out, "e%c%d", n - 1 < 0 ? '-' : '+', ABS (n - 1));
    }
}

static void append_node (GString *out, JsonNode *node);

static void
append_object (GString *out, JsonObject *object)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *l = members; l != NULL; l = l->next)
    g_ptr_array_add (keys, l->data);
  g_ptr_array_sort (keys, compare_utf16);

  g_string_append_c (out, '{');
  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      if (i > 0)
        g_string_append_c (out, ',');
      jip_json_append_quoted (out, key);
      g_string_append_c (out, ':');
      append_node (out, json_object_get_member (object, key));
    }
  g_string_append_c (out, '}');
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
append_node (GString *out, JsonNode *node)
{
  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      append_object (out, json_node_get_object (node));
      break;
    case JSON_NODE_ARRAY:
      append_array (out, json_node_get_array (node));
      break;
    case JSON_NODE_VALUE:
      if (json_node_get_value_type (node) == G_TYPE_STRING)
        jip_json_append_quoted (out, json_node_get_string (node));
      else if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
        g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
      else if (json_node_get_value_type (node) == G_TYPE_INT64)
        jip_json_append_int (out, json_node_get_int (node));
      else
        append_double (out, json_node_get_double (node));
      break;
    case JSON_NODE_NULL:
    default:
      g_string_append (out, "null");
    }
}

/**
 * jip_json_canonical:
 *
 * Returns: (transfer full): @node in the one form of RFC 8785, so that equal values are equal bytes
 */
char *
jip_json_canonical (JsonNode *node)
{
  g_return_val_if_fail (node != NULL, NULL);

  GString *out = g_string_new (NULL);
  append_node (out, node);
  return g_string_free (out, FALSE);
}
