/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jipctl-commands.h"

#include <glib/gi18n-lib.h>

#include "jip-error.h"
#include "jip-json.h"
#include "jip-privacy.h"
#include "jipctl-common.h"

#define MAX_INPUT_BYTES (64u << 20)

static int
write_bytes (const char *name, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return jipctl_write_stdout (data, (gssize) length, &error) ? JIPCTL_OK : jipctl_fail (name, error);
}

/* The map holds what was masked: it is for its owner only. */
static gboolean
write_map (const char *path, JipPrivacyMap *map, GError **error)
{
  g_autoptr (JsonNode) node = jip_privacy_map_to_json (map);
  g_autofree char *text = jip_json_to_string (node);
  g_autoptr (GError) problem = NULL;

  if (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &problem))
    return TRUE;
  return jip_error_set (error, JIP_ERROR_FILE, _ ("%s: cannot be written: %s"), path, problem->message);
}

int
jipctl_redact (const char *name, char **args)
{
  g_autofree char *map_path = NULL;
  const GOptionEntry entries[] = { { "map", 0, 0, G_OPTION_ARG_FILENAME, &map_path, NULL, NULL }, { NULL } };
  g_autoptr (GError) error = NULL;
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (g_strv_length (args) != 1)
    return jipctl_usage_error (name, _ ("one file is expected, or - for standard input"));

  g_autoptr (GBytes) input = jipctl_read_input (args[0], MAX_INPUT_BYTES, &error);
  if (input == NULL)
    return jipctl_fail (name, error);
  gsize length;
  const char *text = g_bytes_get_data (input, &length);
  g_autoptr (JipPrivacyMap) map = jip_privacy_map_new ();
  g_autoptr (GBytes) masked = jip_privacy_mask (text, length, NULL, map);
  if (map_path != NULL && !write_map (map_path, map, &error))
    return jipctl_fail (name, error);
  return write_bytes (name, masked);
}

static JipPrivacyMap *
read_map (const char *path, GError **error)
{
  g_autoptr (GBytes) input = jipctl_read_input (path, MAX_INPUT_BYTES, error);
  if (input == NULL)
    return NULL;
  gsize length;
  const char *text = g_bytes_get_data (input, &length);
  g_autoptr (JsonNode) node = jip_json_parse (text, (gssize) length, error);
  JipPrivacyMap *map = node != NULL ? jip_privacy_map_from_json (node, error) : NULL;
  if (map == NULL)
    g_prefix_error (error, "%s: ", path);
  return map;
}

int
jipctl_restore (const char *name, char **args)
{
  g_autofree char *map_path = NULL;
  const GOptionEntry entries[] = { { "map", 0, 0, G_OPTION_ARG_FILENAME, &map_path, NULL, NULL }, { NULL } };
  g_autoptr (GError) error = NULL;
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (map_path == NULL || g_strv_length (args) != 1)
    return jipctl_usage_error (name, _ ("--map MAP and one file are expected"));

  g_autoptr (JipPrivacyMap) map = read_map (map_path, &error);
  g_autoptr (GBytes) input = map != NULL ? jipctl_read_input (args[0], MAX_INPUT_BYTES, &error) : NULL;
  if (input == NULL)
    return jipctl_fail (name, error);
  gsize length;
  const char *text = g_bytes_get_data (input, &length);
  g_autoptr (GBytes) restored = jip_privacy_restore (text, length, map);
  return write_bytes (name, restored);
}
