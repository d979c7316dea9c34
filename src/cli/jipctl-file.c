/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-sha256.h"
#include "jipctl-admin.h"
#include "jipctl-commands.h"
#include "jipctl-common.h"

int
jipctl_file_forget (const char *name, char **args)
{
  g_autofree char *data = NULL;
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, N_ ("The server's data folder"), "DIR" },
    { NULL },
  };
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (g_strv_length (args) != 1)
    return jipctl_usage_error (name, _ ("expected: jipctl %s %s--data DIR"), name, "SHA256 ");
  if (!jip_sha256_is_valid (args[0]))
    return jipctl_usage_error (
        name, _ ("%s: is not the name of a file: 64 lower-case hexadecimal digits are expected"), args[0]);
  g_autofree char *by = jipctl_dup_user_name ();
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "sha256", args[0]);
  json_object_set_string_member (object, "by", by);
  return jipctl_admin_print (name, data, object);
}
