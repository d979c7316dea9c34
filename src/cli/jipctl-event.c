/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-json.h"
#include "jipctl-admin.h"
#include "jipctl-commands.h"
#include "jipctl-common.h"

#define MAX_EVENT_BYTES (4u << 20)

/* Reads `--data DIR` and exactly @n_words further arguments. */
static gboolean
parse (const char *name, char ***args, guint n_words, const char *words, char **data, int *status)
{
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, data, N_ ("The server's data folder"), "DIR" },
    { NULL },
  };

  if (!jipctl_parse (name, args, entries, status))
    return FALSE;
  if (g_strv_length (*args) == n_words)
    return TRUE;
  *status = jipctl_usage_error (name, _ ("expected: jipctl %s %s--data DIR"), name, words);
  return FALSE;
}

static int
run_for_word (const char *name, char **args, const char *member, const char *words)
{
  g_autofree char *data = NULL;
  int status;

  if (!parse (name, &args, 1, words, &data, &status))
    return status;
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, member, args[0]);
  return jipctl_admin_print (name, data, object);
}

static int
run_plain (const char *name, char **args)
{
  g_autofree char *data = NULL;
  int status;

  if (!parse (name, &args, 0, "", &data, &status))
    return status;
  return jipctl_admin_print (name, data, json_object_new ());
}

int
jipctl_event_codes (const char *name, char **args)
{
  return run_for_word (name, args, "event", "EVENT ");
}

int
jipctl_event_export (const char *name, char **args)
{
  return run_for_word (name, args, "event", "EVENT ");
}

int
jipctl_event_list (const char *name, char **args)
{
  return run_plain (name, args);
}

int
jipctl_audit_verify (const char *name, char **args)
{
  return run_plain (name, args);
}

int
jipctl_backup_list (const char *name, char **args)
{
  return run_plain (name, args);
}

int
jipctl_refill_list (const char *name, char **args)
{
  return run_plain (name, args);
}

int
jipctl_refill_close (const char *name, char **args)
{
  return run_for_word (name, args, "event", "EVENT ");
}

int
jipctl_user_disable (const char *name, char **args)
{
  return run_for_word (name, args, "login", "LOGIN ");
}

int
jipctl_user_enable (const char *name, char **args)
{
  return run_for_word (name, args, "login", "LOGIN ");
}

int
jipctl_event_create (const char *name, char **args)
{
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!parse (name, &args, 1, "FILE ", &data, &status))
    return status;
  g_autoptr (GBytes) input = jipctl_read_input (args[0], MAX_EVENT_BYTES, &error);
  if (input == NULL)
    return jipctl_fail (name, error);
  gsize length;
  const char *text = g_bytes_get_data (input, &length);
  JsonNode *event = jip_json_parse (text, (gssize) length, &error);
  if (event == NULL)
    return jipctl_fail (name, error);
  JsonObject *object = json_object_new ();
  json_object_set_member (object, "event", event);
  return jipctl_admin_print (name, data, object);
}
