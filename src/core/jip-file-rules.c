/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-file-rules.h"

#include <string.h>

/* Controls break lines, formats (U+202E among them) turn “exe.pdf” around, separators name other folders. */
static gboolean
is_plain_character (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
      return FALSE;
    default:
      return c != '/' && c != '\\';
    }
}

/**
 * jip_file_name_is_plain:
 *
 * Returns: whether @name can be shown and offered as the name of a file as it is: 1 to 255 bytes of UTF-8 without parts
 *   of a path, controls and marks that turn the direction of writing, no dot or blank at its beginning, no blank at its end
 */
gboolean
jip_file_name_is_plain (const char *name)
{
  g_return_val_if_fail (name != NULL, FALSE);
  gsize length = strlen (name);

  if (length == 0 || length > JIP_FILE_MAX_NAME || !g_utf8_validate (name, -1, NULL) || *name == '.')
    return FALSE;
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gboolean edge = p == name || *g_utf8_next_char (p) == '\0';
      if (!is_plain_character (c) || (edge && g_unichar_isspace (c)))
        return FALSE;
    }
  return TRUE;
}

/* Cuts @text to @room bytes between two characters. */
static void
cut (GString *text, gsize room)
{
  while (text->len > room)
    g_string_truncate (text, (gsize) (g_utf8_find_prev_char (text->str, text->str + text->len) - text->str));
}

static void
strip_edges (GString *text)
{
  gsize start = 0;

  while (text->len > 0)
    {
      const char *last = g_utf8_find_prev_char (text->str, text->str + text->len);
      if (!g_unichar_isspace (g_utf8_get_char (last)))
        break;
      g_string_truncate (text, (gsize) (last - text->str));
    }
  while (text->str[start] == '.' || g_unichar_isspace (g_utf8_get_char (text->str + start)))
    start = (gsize) (g_utf8_next_char (text->str + start) - text->str);
  g_string_erase (text, 0, (gssize) start);
}

/**
 * jip_file_name_make_plain:
 * @name: of a file as a disk or another program names it, in whatever bytes
 *
 * Returns: (transfer full): the nearest name that jip_file_name_is_plain(); a long one keeps its ending
 */
char *
jip_file_name_make_plain (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_autofree char *normal = g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *p = normal; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      if (c == '/' || c == '\\')
        g_string_append_c (plain, '_');
      else if (is_plain_character (c))
        g_string_append_unichar (plain, c);
    }
  strip_edges (plain);
  if (plain->len > JIP_FILE_MAX_NAME)
    {
      const char *dot = strrchr (plain->str, '.');
      g_autofree char *ending = g_strdup (dot != NULL && strlen (dot) <= 16 ? dot : "");
      cut (plain, JIP_FILE_MAX_NAME - strlen (ending));
      strip_edges (plain);
      g_string_append (plain, ending);
    }
  return plain->len > 0 ? g_strdup (plain->str) : g_strdup ("file");
}

/**
 * jip_media_type_is_valid:
 * @type: such as `application/pdf`
 *
 * Returns: whether it is a type and a subtype in lower case without parameters (RFC 6838, section 4.2)
 */
gboolean
jip_media_type_is_valid (const char *type)
{
  g_return_val_if_fail (type != NULL, FALSE);
  const char *slash = strchr (type, '/');

  if (slash == NULL || slash == type || slash[1] == '\0' || strlen (type) > JIP_FILE_MAX_MEDIA_TYPE)
    return FALSE;
  for (const char *p = type; *p != '\0'; p++)
    if (p != slash && !g_ascii_islower (*p) && !g_ascii_isdigit (*p) && strchr ("!#$&-^_.+", *p) == NULL)
      return FALSE;
  return TRUE;
}
