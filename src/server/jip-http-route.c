/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-http-private.h"

#define MAX_QUERY 64

void
jip_http_entry_clear (JipHttpEntry *entry)
{
  g_clear_pointer (&entry->segments, g_strfreev);
}

/* Decodes %XX strictly: what is not two hexadecimal digits, a control character or not UTF-8 is refused. */
static char *
decode (const char *text, gsize length, gboolean form)
{
  g_autoptr (GString) out = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      char c = text[i];
      if (c == '%')
        {
          int high = length - i > 2 ? g_ascii_xdigit_value (text[i + 1]) : -1;
          int low = length - i > 2 ? g_ascii_xdigit_value (text[i + 2]) : -1;
          if (high < 0 || low < 0)
            return NULL;
          c = (char) (high << 4 | low);
          i += 2;
        }
      else if (c == '+' && form)
        c = ' ';
      if ((guchar) c < 0x20 || c == 0x7f)
        return NULL;
      g_string_append_c (out, c);
    }
  if (!g_utf8_validate (out->str, (gssize) out->len, NULL))
    return NULL;
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/**
 * jip_http_split_pattern:
 * @pattern: a path that begins with a slash
 *
 * Returns: (transfer full): its segments
 */
char **
jip_http_split_pattern (const char *pattern)
{
  return g_strsplit (pattern + 1, "/", JIP_HTTP_MAX_SEGMENTS + 1);
}

static gboolean
parse_path (JipHttpRequest *request, const char *path, gsize length, GError **error)
{
  if (length == 0 || path[0] != '/')
    return jip_error_set (error, JIP_ERROR_BAD_REQUEST, _ ("The address does not begin with a slash."));

  g_autofree char *copy = g_strndup (path, length);
  g_auto (GStrv) segments = jip_http_split_pattern (copy);
  if (g_strv_length (segments) > JIP_HTTP_MAX_SEGMENTS)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, "%s", jip_error_describe (JIP_ERROR_NOT_FOUND));
  for (char **segment = segments; *segment != NULL; segment++)
    {
      char *decoded = decode (*segment, strlen (*segment), FALSE);
      if (decoded == NULL)
        return jip_error_set (error, JIP_ERROR_BAD_REQUEST,
                              _ ("The address holds a wrong percent-encoding."));
      g_free (*segment);
      *segment = decoded;
    }
  request->segments = g_steal_pointer (&segments);
  return TRUE;
}

static gboolean
parse_pair (GHashTable *table, const char *pair, GError **error)
{
  const char *equals = strchr (pair, '=');
  gsize name_length = equals != NULL ? (gsize) (equals - pair) : strlen (pair);
  const char *value_text = equals != NULL ? equals + 1 : "";
  g_autofree char *name = decode (pair, name_length, TRUE);
  g_autofree char *value = decode (value_text, strlen (value_text), TRUE);

  if (name == NULL || value == NULL)
    return jip_error_set (error, JIP_ERROR_BAD_REQUEST, _ ("The query holds a wrong percent-encoding."));
  if (g_hash_table_contains (table, name))
    return jip_error_set (error, JIP_ERROR_BAD_REQUEST, _ ("The query names “%s” twice."), name);
  g_hash_table_insert (table, g_steal_pointer (&name), g_steal_pointer (&value));
  return TRUE;
}

static gboolean
parse_query (JipHttpRequest *request, const char *query, GError **error)
{
  g_auto (GStrv) pairs = g_strsplit (query, "&", MAX_QUERY + 1);
  if (g_strv_length (pairs) > MAX_QUERY)
    return jip_error_set (error, JIP_ERROR_BAD_REQUEST, _ ("The query has too many parts."));

  request->query = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (char **pair = pairs; *pair != NULL; pair++)
    if (**pair != '\0' && !parse_pair (request->query, *pair, error))
      return FALSE;
  return TRUE;
}

/* Where the path of a whole address (RFC 9112, 3.2.2) begins; what is none is a path already. */
static const char *
skip_origin (const char *target)
{
  static const char *const schemes[] = { "http://", "https://" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      gsize length = strlen (schemes[i]);
      gboolean is_whole = g_ascii_strncasecmp (target, schemes[i], length) == 0;
      if (is_whole && target[length] != '\0' && strchr ("/?", target[length]) == NULL)
        return target + length + strcspn (target + length, "/?");
    }
  return target;
}

/**
 * jip_http_request_parse_target:
 *
 * Fills in the path's segments and the query from the target as it was sent.
 */
gboolean
jip_http_request_parse_target (JipHttpRequest *request, GError **error)
{
  const char *path = skip_origin (request->target), *query = strchr (path, '?');
  gsize path_length = query != NULL ? (gsize) (query - path) : strlen (path);

  if (path != request->target && path_length == 0)
    {
      path = "/";
      path_length = 1;
    }
  if (!parse_path (request, path, path_length, error))
    return FALSE;
  return query == NULL || parse_query (request, query + 1, error);
}

static gboolean
is_parameter (const char *segment)
{
  return segment[0] == '{';
}

static gboolean
matches (const JipHttpEntry *entry, char **segments)
{
  char **pattern = entry->segments;

  for (; *pattern != NULL && *segments != NULL; pattern++, segments++)
    if (is_parameter (*pattern) ? **segments == '\0' : strcmp (*pattern, *segments) != 0)
      return FALSE;
  return *pattern == NULL && *segments == NULL;
}

static void
take_parameters (JipHttpRequest *request)
{
  guint n = 0;

  for (guint i = 0; request->entry->segments[i] != NULL; i++)
    if (is_parameter (request->entry->segments[i]))
      {
        request->parameters[n++] = request->entry->segments[i];
        request->parameters[n++] = request->segments[i];
      }
}

/* Each once: an address with a HEAD of its own may have a GET too. */
static void
allow_method (GString *allow, const char *method)
{
  g_auto (GStrv) methods = g_strsplit (allow->str, ", ", -1);

  if (!g_strv_contains ((const char *const *) methods, method))
    g_string_append_printf (allow, "%s%s", allow->len > 0 ? ", " : "", method);
  if (strcmp (method, "GET") == 0)
    allow_method (allow, "HEAD");
}

/**
 * jip_http_request_find_route:
 * @allow: (out caller-allocates): the methods that the address takes, when this one is not among them
 */
gboolean
jip_http_request_find_route (JipHttpRequest *request, GArray *entries, GString *allow, GError **error)
{
  const JipHttpEntry *get = NULL;

  for (guint i = 0; i < entries->len; i++)
    {
      const JipHttpEntry *entry = &g_array_index (entries, JipHttpEntry, i);
      if (!matches (entry, request->segments))
        continue;
      if (strcmp (entry->route->method, request->method) == 0)
        {
          request->entry = entry;
          break;
        }
      if (strcmp (entry->route->method, "GET") == 0)
        get = entry;
      allow_method (allow, entry->route->method);
    }
  if (request->entry == NULL && strcmp (request->method, "HEAD") == 0)
    request->entry = get;
  if (request->entry != NULL)
    {
      take_parameters (request);
      return TRUE;
    }
  if (allow->len == 0)
    return jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("There is nothing at this address."));
  return jip_error_set (error, JIP_ERROR_METHOD_NOT_ALLOWED, _ ("This address takes only %s."), allow->str);
}
