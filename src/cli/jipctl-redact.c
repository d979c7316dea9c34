/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jipctl-commands.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "jip-error.h"
#include "jip-json.h"
#include "jip-privacy.h"
#include "jipctl-common.h"

#define MAX_INPUT_BYTES (64u << 20)
#define MAX_ALLOWED_BYTES (1u << 20)

static int
write_bytes (const char *name, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return jipctl_write_stdout (data, (gssize) length, &error) ? JIPCTL_OK : jipctl_fail (name, error);
}

/* The map holds what was masked: it is for its owner only. It grows beside its place, and takes it once the text is out. */
static char *
begin_map (const char *path, JipPrivacyMap *map, GError **error)
{
  g_autoptr (JsonNode) node = jip_privacy_map_to_json (map);
  g_autofree char *text = jip_json_to_string (node);
  g_autofree char *growing = g_strdup_printf ("%s.XXXXXX", path);
  /* a folder cannot be replaced by a file, and a device must not be */
  gboolean is_special = g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR);
  int fd = is_special ? -1 : g_mkstemp_full (growing, O_WRONLY | O_CLOEXEC, 0600);
  gsize length = strlen (text), done = 0;
  gssize n = 0;

  if (is_special)
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("%s: is no file that can be replaced. Name another."), path);
      return NULL;
    }
  while (fd >= 0 && done < length && (n = write (fd, text + done, length - done)) > 0)
    done += (gsize) n;
  if (fd >= 0 && done == length && fsync (fd) == 0 && close (fd) == 0)
    return g_steal_pointer (&growing);
  jip_error_set (error, JIP_ERROR_FILE, _ ("%s: cannot be written: %s"), path, g_strerror (errno));
  if (fd >= 0)
    g_unlink (growing);
  return NULL;
}

static int
end_map (const char *name, const char *growing, const char *path, int status)
{
  g_autoptr (GError) error = NULL;

  if (status != JIPCTL_OK)
    {
      g_unlink (growing);
      return status;
    }
  if (g_rename (growing, path) == 0)
    return JIPCTL_OK;
  jip_error_set (&error, JIP_ERROR_FILE, _ ("%s: cannot be written: %s"), path, g_strerror (errno));
  g_unlink (growing);
  return jipctl_fail (name, error);
}

/* What the organisation itself gives out: a number or an address a line, in any writing; # begins a comment. */
static GStrv
read_allowed (const char *path, GError **error)
{
  g_autoptr (GBytes) input = jipctl_read_input (path, MAX_ALLOWED_BYTES, error);
  if (input == NULL)
    return NULL;
  gsize length;
  const char *data = g_bytes_get_data (input, &length);
  if (!g_utf8_validate_len (data, length, NULL))
    {
      jip_error_set (error, JIP_ERROR_BAD_ARGS,
                     _ ("%s: is no UTF-8 text. Save it as UTF-8, one number or address a line."), path);
      return NULL;
    }
  g_autofree char *text = g_strndup (data, length);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GStrvBuilder) allowed = g_strv_builder_new ();
  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0' && lines[i][0] != '#')
      g_strv_builder_add (allowed, lines[i]);
  return g_strv_builder_end (allowed);
}

int
jipctl_redact (const char *name, char **args)
{
  g_autofree char *map_path = NULL, *allow_path = NULL;
  g_auto (GStrv) allowed = NULL;
  const GOptionEntry entries[] = { { "allow", 0, 0, G_OPTION_ARG_FILENAME, &allow_path, NULL, NULL },
                                   { "map", 0, 0, G_OPTION_ARG_FILENAME, &map_path, NULL, NULL },
                                   { NULL } };
  g_autoptr (GError) error = NULL;
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (g_strv_length (args) != 1)
    return jipctl_usage_error (name, _ ("one file is expected, or - for standard input"));

  if (allow_path != NULL && (allowed = read_allowed (allow_path, &error)) == NULL)
    return jipctl_fail (name, error);
  g_autoptr (GBytes) input = jipctl_read_input (args[0], MAX_INPUT_BYTES, &error);
  if (input == NULL)
    return jipctl_fail (name, error);
  const JipPrivacyOptions options = { .allowed_values = (const char *const *) allowed };
  gsize length;
  const char *text = g_bytes_get_data (input, &length);
  g_autoptr (JipPrivacyMap) map = jip_privacy_map_new ();
  g_autoptr (GBytes) masked = jip_privacy_mask (text, length, &options, map);
  if (map_path == NULL)
    return write_bytes (name, masked);
  g_autofree char *growing = begin_map (map_path, map, &error);
  if (growing == NULL)
    return jipctl_fail (name, error);
  return end_map (name, growing, map_path, write_bytes (name, masked));
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
jipctl_restore_text (const char *name, char **args)
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
