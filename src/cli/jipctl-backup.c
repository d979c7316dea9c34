/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>

#include "jip-backup-files.h"
#include "jip-error.h"
#include "jip-fields.h"
#include "jip-json.h"
#include "jipctl-admin.h"
#include "jipctl-commands.h"
#include "jipctl-common.h"

/* What the server says of the copy that it has made. */
static gboolean
parse_taken (const char *text, JipBackupSheet *sheet, char **path, GError **error)
{
  g_autoptr (JsonNode) node = jip_json_parse (text, -1, error);
  JipFields fields;

  if (node == NULL)
    return FALSE;
  jip_fields_init (&fields, node, "$");
  sheet->id = g_strdup (jip_fields_id (&fields, "id", JIP_REQUIRED));
  sheet->epoch = g_strdup (jip_fields_id (&fields, "epoch", JIP_REQUIRED));
  sheet->seq = jip_fields_int (&fields, "seq", JIP_REQUIRED, 0, JIP_JSON_MAX_INTEGER, 0);
  sheet->taken_at = g_strdup (jip_fields_string (&fields, "taken_at", JIP_REQUIRED, 64));
  *path = g_strdup (jip_fields_string (&fields, "path", JIP_REQUIRED, 4096));
  return jip_fields_finish (&fields, error);
}

static gboolean
carry (const char *copy, const char *data, const char *out, JipBackupSheet *sheet, GError **error)
{
  g_autofree char *database = g_build_filename (out, JIP_BACKUP_DATABASE, NULL);
  g_autofree char *blobs = g_build_filename (out, "blobs", NULL);
  g_autofree char *source = g_build_filename (data, "blobs", NULL);

  sheet->sha256 = jip_backup_copy_file (copy, database, error);
  return sheet->sha256 != NULL
         && jip_backup_copy_blobs (database, source, blobs, &sheet->n_files, &sheet->n_missing, error)
         && jip_backup_sheet_write (out, sheet, error);
}

static gboolean
take (const char *data, const char *out, JipBackupSheet *sheet, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *text = jipctl_admin_run (data, "backup take", json_object_new (), error);

  if (text == NULL || !parse_taken (text, sheet, &path, error))
    return FALSE;
  gboolean carried = carry (path, data, out, sheet, error);
  g_unlink (path);
  return carried;
}

/* Only a backup that was looked at may be relied on. */
static char *
keep (const char *data, const char *folder, JipBackupSheet *sheet, GError **error)
{
  JsonArray *replicas = jip_backup_check (folder, sheet, error);

  if (replicas == NULL)
    return NULL;
  JsonObject *args = json_object_new ();
  json_object_set_string_member (args, "id", sheet->id);
  json_object_set_array_member (args, "replicas", replicas);
  return jipctl_admin_run (data, "backup keep", args, error);
}

static gboolean
check (const char *data, const char *out, gboolean kept, GError **error)
{
  g_auto (JipBackupSheet) sheet = { NULL };
  g_autoptr (JsonArray) replicas = NULL;
  g_autofree char *said = kept ? keep (data, out, &sheet, error) : NULL;

  if (kept)
    return said != NULL;
  replicas = jip_backup_check (out, &sheet, error);
  return replicas != NULL;
}

static int
run (const char *name, const char *data, const char *out, gboolean kept)
{
  g_auto (JipBackupSheet) sheet = { NULL };
  g_autoptr (GError) error = NULL;

  if (g_mkdir (out, 0700) != 0)
    {
      jip_error_set (&error, JIP_ERROR_FILE, _ ("%s: cannot be made: %s"), out, g_strerror (errno));
      return jipctl_fail (name, error);
    }
  if (!take (data, out, &sheet, &error) || !check (data, out, kept && sheet.n_missing == 0, &error))
    {
      jipctl_remove_tree (out);
      return jipctl_fail (name, error);
    }
  g_autofree char *line
      = g_strdup_printf (_ ("%s: backup %s, checked; %" PRId64 " files\n"), out, sheet.id, sheet.n_files);
  if (!jipctl_write_stdout (line, -1, &error))
    return jipctl_fail (name, error);
  if (sheet.n_missing == 0)
    return JIPCTL_OK;
  g_printerr (_ ("jipctl backup: %" PRId64 " files are missing or damaged on the server; the backup is "
                 "not marked as kept\n"),
              sheet.n_missing);
  return JIPCTL_FINDINGS;
}

int
jipctl_backup (const char *name, char **args)
{
  g_autofree char *data = NULL;
  gboolean kept = FALSE;
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, N_ ("The server's data folder"), "DIR" },
    { "kept", 0, 0, G_OPTION_ARG_NONE, &kept, N_ ("OUT lies on another disk or machine"), NULL },
    { NULL },
  };
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (g_strv_length (args) != 1 || data == NULL)
    return jipctl_usage_error (name, _ ("expected: jipctl %s %s--data DIR"), name, "OUT ");
  return run (name, data, args[0], kept);
}

int
jipctl_backup_keep (const char *name, char **args)
{
  g_autofree char *data = NULL;
  g_auto (JipBackupSheet) sheet = { NULL };
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, N_ ("The server's data folder"), "DIR" },
    { NULL },
  };
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (g_strv_length (args) != 1 || data == NULL)
    return jipctl_usage_error (name, _ ("expected: jipctl %s %s--data DIR"), name, "BACKUP ");
  g_autofree char *output = keep (data, args[0], &sheet, &error);
  if (output == NULL || !jipctl_write_stdout (output, -1, &error))
    return jipctl_fail (name, error);
  return JIPCTL_OK;
}
