/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moves a server's database out of its folder into PostgreSQL. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "jip-database-postgresql.h"
#include "jip-store-copy.h"
#include "jipctl-commands.h"
#include "jipctl-common.h"

static int
run (const char *name, const char *data, const char *uri)
{
  g_auto (JipStoreCopied) copied = { 0 };
  g_autoptr (GError) error = NULL;

  gboolean moved
      = jip_store_move (data, uri, jip_database_open_postgresql, JIP_SCHEMA_SERVER, &copied, &error);
  jipctl_hand_over (data);
  if (!moved)
    return jipctl_fail (name, error);
  g_autofree char *line = g_strdup_printf (
      _ ("%s: %u tables with %" PRId64 " rows copied and compared, digest %s.\n"
         "From now on jiphyeond works with that database. %s is as it was; keep it until a backup "
         "of the new one is taken.\n"),
      data, copied.n_tables, copied.n_rows, copied.digest, JIP_STORE_FILE);
  if (!jipctl_write_stdout (line, -1, &error))
    return jipctl_fail (name, error);
  return JIPCTL_OK;
}

int
jipctl_migrate_database (const char *name, char **args)
{
  g_autofree char *data = NULL;
  g_autofree char *uri = NULL;
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, N_ ("The server's data folder"), "DIR" },
    { "to", 0, 0, G_OPTION_ARG_STRING, &uri, N_ ("An empty PostgreSQL database"), "URI" },
    { NULL },
  };
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (g_strv_length (args) != 0 || data == NULL || uri == NULL)
    return jipctl_usage_error (name, _ ("expected: jipctl %s --data DIR --to postgresql://…"), name);
  return run (name, data, uri);
}
