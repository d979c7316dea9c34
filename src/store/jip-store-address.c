/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the data of a folder lies: in the SQLite file in it, or in the database that the file `database` names. */
#include "jip-store-address.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"

#define MAX_ADDRESS 4096

static char *
address_path (const char *folder)
{
  return g_build_filename (folder, JIP_STORE_ADDRESS, NULL);
}

static gboolean
has_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Whether @folder holds a server's data, wherever the database is. */
gboolean
jip_store_holds_data (const char *folder)
{
  g_return_val_if_fail (folder != NULL, FALSE);
  return has_file (folder, JIP_STORE_FILE) || has_file (folder, JIP_STORE_ADDRESS);
}

/**
 * jip_store_address_read:
 * @uri: (out) (nullable) (transfer full): the address in the folder's file `database`, %NULL where there is no such file
 */
gboolean
jip_store_address_read (const char *folder, char **uri, GError **error)
{
  g_autofree char *path = address_path (folder);
  g_autofree char *text = NULL;
  g_autoptr (GError) problem = NULL;
  gsize length = 0;

  g_return_val_if_fail (folder != NULL && uri != NULL, FALSE);

  *uri = NULL;
  if (!g_file_get_contents (path, &text, &length, &problem))
    return g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT)
           || g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOTDIR)
           || jip_error_set (error, JIP_ERROR_FILE, _ ("%s: cannot be read: %s"), path, problem->message);
  g_strstrip (text);
  if (length > MAX_ADDRESS || *text == '\0' || strpbrk (text, "\r\n") != NULL)
    return jip_error_set (error, JIP_ERROR_DAMAGED,
                          _ ("%s: one line is expected, the address of the database (postgresql://…)"), path);
  *uri = g_steal_pointer (&text);
  return TRUE;
}

/**
 * jip_store_address_write:
 *
 * From now on the folder's data lies in the database at @uri. Mode 0600, since the address may hold a password.
 */
gboolean
jip_store_address_write (const char *folder, const char *uri, GError **error)
{
  g_autofree char *path = address_path (folder);
  g_autofree char *line = g_strconcat (uri, "\n", NULL);
  g_autoptr (GError) problem = NULL;

  if (g_file_set_contents_full (path, line, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                0600, &problem))
    return TRUE;
  return jip_error_set (error, JIP_ERROR_FILE, _ ("%s: cannot be written: %s"), path, problem->message);
}

/**
 * jip_store_address_choose:
 * @wanted: (nullable): what the command line says
 * @uri: (out) (nullable) (transfer full): where the data is; %NULL for the SQLite file in the folder
 *
 * A server never begins anew beside data that is there: a command line that says other than the folder is refused.
 */
gboolean
jip_store_address_choose (const char *folder, const char *wanted, char **uri, GError **error)
{
  g_autofree char *known = NULL;

  g_return_val_if_fail (folder != NULL && uri != NULL, FALSE);

  *uri = NULL;
  if (!jip_store_address_read (folder, &known, error))
    return FALSE;
  if (known != NULL && wanted != NULL && strcmp (known, wanted) != 0)
    return jip_error_set (
        error, JIP_ERROR_BAD_ARGS,
        _ ("%s: its data lies in another database than --database says. Leave the option away, or "
           "change the file “%s” in that folder."),
        folder, JIP_STORE_ADDRESS);
  if (known == NULL && wanted != NULL && has_file (folder, JIP_STORE_FILE))
    return jip_error_set (
        error, JIP_ERROR_BAD_ARGS,
        _ ("%s: holds a server's data in SQLite. Move it with jipctl migrate-database first."), folder);
  *uri = known != NULL ? g_steal_pointer (&known) : g_strdup (wanted);
  return TRUE;
}
