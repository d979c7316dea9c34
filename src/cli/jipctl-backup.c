/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <unistd.h>

#include "jip-backup-copies.h"
#include "jip-backup-files.h"
#include "jip-error.h"
#include "jip-fields.h"
#include "jip-json.h"
#include "jipctl-admin.h"
#include "jipctl-commands.h"
#include "jipctl-common.h"

/* What the server says of the copy that it has made. */
static gboolean
parse_taken (const char *text, JipBackupSheet *sheet, GError **error)
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
  return jip_fields_finish (&fields, error);
}

static gboolean
carry (const char *name, int copy, const char *data, const char *out, JipBackupSheet *sheet, GError **error)
{
  g_autofree char *database = g_build_filename (out, JIP_BACKUP_DATABASE, NULL);
  g_autofree char *blobs = g_build_filename (out, "blobs", NULL);
  g_autofree char *source = g_build_filename (data, "blobs", NULL);
  JipBackupCount count;

  sheet->sha256 = jip_backup_copy_open (copy, data, database, &sheet->size, error);
  if (sheet->sha256 == NULL
      || !jip_backup_copy_blobs (database, source, blobs, jip_backup_say_lost, (gpointer) name, &count,
                                 error))
    return FALSE;
  sheet->n_files = count.n_whole;
  sheet->n_missing = count.n_lost;
  return jip_backup_sheet_write (out, sheet, error);
}

/* Returns: the server's copy, which is gone when it is closed; -1 on an error */
static int
ask_for_copy (const char *data, JipBackupSheet *sheet, GError **error)
{
  g_auto (JipBackupLease) lease = { .folder = -1, .fd = -1 };

  if (!jip_backup_lease_take (data, &lease, error))
    return -1;
  JsonObject *args = json_object_new ();
  json_object_set_string_member (args, "lease", lease.id);
  g_autofree char *text = jipctl_admin_run (data, "backup take", args, error);
  return text != NULL && parse_taken (text, sheet, error) ? jip_backup_lease_open_copy (&lease, error) : -1;
}

static gboolean
take (const char *name, const char *data, const char *out, JipBackupSheet *sheet, GError **error)
{
  int copy = ask_for_copy (data, sheet, error);
  gboolean carried = copy >= 0 && carry (name, copy, data, out, sheet, error);

  if (copy >= 0)
    close (copy);
  return carried;
}

/* In the data folder it would be lost together with the server. */
static gboolean
check_outside (const char *backup, const char *data, GError **error)
{
  return !jipctl_lies_in (backup, data)
         || jip_error_set (
             error, JIP_ERROR_BAD_ARGS,
             _ ("%s: lies in the data folder %s. Name a folder outside of it, best on another disk or "
                "machine."),
             backup, data);
}

/* From now on the server knows of it. */
static gboolean
register_backup (const char *data, const JipBackupSheet *sheet, GError **error)
{
  JsonObject *args = json_object_new ();

  json_object_set_string_member (args, "id", sheet->id);
  json_object_set_string_member (args, "epoch", sheet->epoch);
  json_object_set_int_member (args, "seq", sheet->seq);
  json_object_set_string_member (args, "taken_at", sheet->taken_at);
  g_autofree char *said = jipctl_admin_run (data, "backup done", args, error);
  return said != NULL;
}

/* @replicas: of jip_backup_check(): only a backup that was looked at may be relied on */
static char *
keep (const char *data, const JipBackupSheet *sheet, JsonArray *replicas, GError **error)
{
  JsonObject *args = json_object_new ();

  json_object_set_string_member (args, "id", sheet->id);
  json_object_set_array_member (args, "replicas", json_array_ref (replicas));
  return jipctl_admin_run (data, "backup keep", args, error);
}

static gboolean
finish (const char *data, const char *out, gboolean kept, GError **error)
{
  g_auto (JipBackupSheet) sheet = { NULL };
  g_autoptr (JsonArray) replicas = jip_backup_check (out, &sheet, error);

  if (replicas == NULL || !register_backup (data, &sheet, error))
    return FALSE;
  g_autofree char *said = kept && sheet.n_missing == 0 ? keep (data, &sheet, replicas, error) : NULL;
  return !kept || sheet.n_missing > 0 || said != NULL;
}

static int
run (const char *name, const char *data, const char *out, gboolean kept)
{
  g_auto (JipBackupSheet) sheet = { NULL };
  g_autoptr (GError) error = NULL;

  if (!check_outside (out, data, &error) || !jipctl_admin_check_folder (data, &error))
    return jipctl_fail (name, error);
  if (g_mkdir (out, 0700) != 0)
    {
      int problem = errno;
      if (problem == EEXIST)
        jip_error_set (&error, JIP_ERROR_FILE, _ ("%s: is there already. Name a new folder."), out);
      else
        jip_error_set (&error, JIP_ERROR_FILE, _ ("%s: cannot be made: %s"), out, g_strerror (problem));
      return jipctl_fail (name, error);
    }
  if (!take (name, data, out, &sheet, &error) || !finish (data, out, kept, &error))
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
  g_autofree char *lost
      = g_strdup_printf (_ ("%" PRId64 " files are missing or damaged on the server; the backup is not "
                            "marked as kept"),
                         sheet.n_missing);
  jipctl_say_finding (name, lost);
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
  if (g_strv_length (args) != 1 || *args[0] == '\0' || data == NULL)
    return jipctl_usage_error (name, _ ("expected: jipctl %s %s--data DIR"), name, "OUT ");
  return run (name, data, args[0], kept);
}

static char *
keep_folder (const char *data, const char *folder, GError **error)
{
  g_auto (JipBackupSheet) sheet = { NULL };
  g_autoptr (JsonArray) replicas
      = check_outside (folder, data, error) ? jip_backup_check (folder, &sheet, error) : NULL;

  if (replicas == NULL)
    return NULL;
  if (sheet.n_missing == 0)
    return keep (data, &sheet, replicas, error);
  jip_error_set (error, JIP_ERROR_DAMAGED,
                 _ ("%s: lacks %" PRId64 " files that the server had lost. It cannot be marked as kept."),
                 folder, sheet.n_missing);
  return NULL;
}

int
jipctl_backup_keep (const char *name, char **args)
{
  g_autofree char *data = NULL;
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
  g_autofree char *output = keep_folder (data, args[0], &error);
  if (output == NULL || !jipctl_write_stdout (output, -1, &error))
    return jipctl_fail (name, error);
  return JIPCTL_OK;
}
