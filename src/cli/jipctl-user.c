/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jipctl-admin.h"
#include "jipctl-commands.h"
#include "jipctl-common.h"

#define MAX_CSV_BYTES (16u << 20)

int
jipctl_user_import (const char *name, char **args)
{
  g_autofree char *data = NULL;
  g_autofree char *database = NULL;
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, N_ ("The server's data folder"), "DIR" },
    { "database", 0, 0, G_OPTION_ARG_STRING, &database, N_ ("Where a new folder's database is"), "URI" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (g_strv_length (args) != 1)
    return jipctl_usage_error (name, _ ("one CSV file is expected, or - for standard input"));
  g_autoptr (GBytes) input = jipctl_read_input (args[0], MAX_CSV_BYTES, &error);
  if (input == NULL)
    return jipctl_fail (name, error);

  gsize length;
  const char *text = g_bytes_get_data (input, &length);
  if (!g_utf8_validate (text, (gssize) length, NULL))
    return jipctl_usage_error (name, _ ("%s: is not in UTF-8"), args[0]);
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "csv", text);
  return jipctl_admin_print_at (name, data, database, object);
}
