/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-damaged-args.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "jip-id.h"
#include "jip-json.h"
#include "jip-sha256.h"

/* What a person typed, out of the arguments of a mutation that are no JSON any more. */

/* One string, from behind its opening quote on; returns where it goes on behind the closing one, or at the end. */
static const char *
read_string (const char *at, GString *out)
{
  g_string_truncate (out, 0);
  while (*at != '\0' && *at != '"')
    {
      if (*at != '\\' || at[1] == '\0')
        {
          g_string_append_c (out, *at++);
          continue;
        }
      switch (at[1])
        {
        case 'n':
          g_string_append_c (out, '\n');
          break;
        case 't':
          g_string_append_c (out, '\t');
          break;
        case 'u': /* control characters only: all others are written as they are */
          at += strspn (at + 2, "0123456789abcdefABCDEF") >= 4 ? 4 : 0;
          break;
        case 'b':
        case 'f':
        case 'r':
          break;
        default:
          g_string_append_c (out, at[1]);
        }
      at += 2;
    }
  return *at == '"' ? at + 1 : at;
}

/* What nobody wrote: ids, hashes, names of kinds, versions. */
static gboolean
is_prose (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (*p == ' ' || *p == '\n' || (guchar) *p >= 0x80)
      return TRUE;
  return FALSE;
}

static void
take (JsonObject *args, GString *rest, const char *key, const char *value)
{
  static const char *const ids[] = { "id", "proposal", "comment", "event", "entry", NULL };
  static const char *const texts[] = { "title", "body", "reason", "name", NULL };
  gboolean is_text = g_strv_contains (texts, key);

  /* the new text of an edit stands behind the one of before */
  const char *before = is_text ? json_object_get_string_member_with_default (args, key, NULL) : NULL;

  if (before != NULL)
    g_string_append_printf (rest, "%s%s", rest->len > 0 ? "\n" : "", before);
  if (is_text
      || (!json_object_has_member (args, key)
          && ((g_strv_contains (ids, key) && jip_id_is_valid (value))
              || (g_str_equal (key, "sha256") && jip_sha256_is_valid (value)))))
    json_object_set_string_member (args, key, value);
  else if (is_prose (value))
    g_string_append_printf (rest, "%s%s", rest->len > 0 ? "\n" : "", value);
}

/* Behind the body what else was written, such as the paragraphs of a draft. */
static void
add_rest (JsonObject *args, const char *rest)
{
  const char *body = json_object_get_string_member_with_default (args, "body", NULL);
  g_autofree char *all = g_strconcat (body != NULL ? body : "", body != NULL ? "\n" : "", rest, NULL);

  if (*rest != '\0')
    json_object_set_string_member (args, "body", all);
}

/**
 * jip_damaged_args_read:
 * @text: what is left of a mutation's arguments, any bytes
 *
 * Returns: (transfer full): JSON arguments with the ids and texts that can still be told apart in it; where there are
 *   none, all of it as `body`
 */
char *
jip_damaged_args_read (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);
  g_autoptr (JsonObject) args = json_object_new ();
  g_autoptr (GString) key = g_string_new (NULL), value = g_string_new (NULL), rest = g_string_new (NULL);
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *at = strchr (valid, '"'); at != NULL; at = strchr (at, '"'))
    {
      at = read_string (at + 1, value);
      if (*at == ':')
        {
          g_string_assign (key, value->str);
          continue;
        }
      take (args, rest, key->str, value->str);
    }
  add_rest (args, rest->str);
  if (!json_object_has_member (args, "body") && !json_object_has_member (args, "title")
      && !json_object_has_member (args, "reason"))
    json_object_set_string_member (args, "body", valid);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), args);
  return jip_json_canonical (node);
}
