/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `restore BACKUP --data DIR [--database URI]` puts a server's backup back; `restore --map MAP FILE` puts words back into a text. */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <unistd.h>

#include "jip-admin-service.h"
#include "jip-backup-files.h"
#include "jip-database-postgresql.h"
#include "jip-error.h"
#include "jip-store-copy.h"
#include "jip-store.h"
#include "jipctl-commands.h"
#include "jipctl-common.h"

/* The new epoch begins before the database is in its place: no server can start without it. */
static gboolean
begin_epoch (const char *stage, GPtrArray *lost, GError **error)
{
  g_autoptr (JipServices) services = jip_services_open (stage, error);
  g_autofree char *by = jipctl_dup_user_name ();

  g_ptr_array_add (lost, NULL);
  return services != NULL && jip_admin_begin_restored (services, error)
         && jip_admin_files_lost (services, (const char *const *) lost->pdata, by, error);
}

static gboolean
stage_database (const char *backup, const char *stage, const JipBackupSheet *sheet, GError **error)
{
  g_autofree char *source = g_build_filename (backup, JIP_BACKUP_DATABASE, NULL);
  g_autofree char *target = g_build_filename (stage, JIP_BACKUP_DATABASE, NULL);
  g_autofree char *sha256 = NULL;

  jipctl_remove_tree (stage);
  if (g_mkdir (stage, 0700) != 0)
    return jip_error_set (error, JIP_ERROR_FILE, _ ("%s: cannot be made: %s"), stage, g_strerror (errno));
  sha256 = jip_backup_copy_file (source, target, sheet->size, error);
  if (sha256 == NULL)
    return FALSE;
  if (g_strcmp0 (sha256, sheet->sha256) != 0)
    return jip_error_set (error, JIP_ERROR_DAMAGED, _ ("%s: is not what was copied. Use another backup."),
                          source);
  return jip_backup_check_database (backup, source, sheet, error);
}

/* A log of a database that is gone must not meet the new one. */
static gboolean
move_into_place (const char *stage, const char *data, GError **error)
{
  static const char *const stale[] = { JIP_BACKUP_DATABASE "-wal", JIP_BACKUP_DATABASE "-shm" };
  g_autofree char *from = g_build_filename (stage, JIP_BACKUP_DATABASE, NULL);
  g_autofree char *to = g_build_filename (data, JIP_BACKUP_DATABASE, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (stale); i++)
    {
      g_autofree char *left = g_build_filename (stage, stale[i], NULL);
      g_autofree char *path = g_build_filename (data, stale[i], NULL);
      if (g_file_test (left, G_FILE_TEST_EXISTS))
        return jip_error_set (error, JIP_ERROR_DATABASE, _ ("%s: the database was not closed."), left);
      g_unlink (path);
    }
  if (g_rename (from, to) != 0)
    return jip_error_set (error, JIP_ERROR_FILE, "%s: %s", to, g_strerror (errno));
  return jip_backup_sync_folder (data, error);
}

/* Every backup is an SQLite file: its rows go into the empty database, and the folder remembers where that is. */
static gboolean
load_database (const char *stage, const char *data, const char *uri, GError **error)
{
  g_autofree char *from = g_build_filename (stage, JIP_BACKUP_DATABASE, NULL);
  g_auto (JipStoreCopied) copied = { 0 };

  return jip_store_copy_from_file (from, uri, jip_database_open_postgresql, JIP_SCHEMA_SERVER, &copied, error)
         && jip_store_address_write (data, uri, error);
}

static gboolean
check_free (const char *data, GError **error)
{
  return !jip_store_holds_data (data)
         || jip_error_set (
             error, JIP_ERROR_FILE,
             _ ("%s: holds a server's data already. Stop jiphyeond and move that folder away first."), data);
}

/* Files take their time: no server may begin, and no second restore, in a folder that is still being filled.
 * Returns the folder's lock, or -1 with @error. */
static int
prepare (const char *data, GError **error)
{
  if (!check_free (data, error))
    return -1;
  if (g_mkdir_with_parents (data, 0700) != 0)
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("%s: cannot be made: %s"), data, g_strerror (errno));
      return -1;
    }
  int lock = jip_store_take_lock (data, error);
  if (lock < 0 || check_free (data, error))
    return lock;
  close (lock);
  return -1;
}

/* A restore from one folder into another. */
typedef struct
{
  const char *name; /* of the command */
  const char *backup;
  const char *data;
  const char *uri; /* nullable */
  JipBackupSheet sheet;
  JipBackupCount count;
  GPtrArray *lost; /* of utf8: the SHA-256 of files that are not in the backup */
} Restore;

static void
note_lost (const char *path, JipBackupLoss loss, gpointer user_data)
{
  Restore *self = user_data;

  jip_backup_say_lost (path, loss, (gpointer) self->name);
  g_ptr_array_add (self->lost, g_path_get_basename (path));
}

static gboolean
fill (Restore *self, GError **error)
{
  g_autofree char *stage = g_build_filename (self->data, JIP_RESTORE_STAGE, NULL);
  g_autofree char *copy = g_build_filename (self->backup, JIP_BACKUP_DATABASE, NULL);
  g_autofree char *from = g_build_filename (self->backup, "blobs", NULL);
  g_autofree char *to = g_build_filename (self->data, "blobs", NULL);
  gboolean had_files = g_file_test (to, G_FILE_TEST_EXISTS);

  gboolean restored = stage_database (self->backup, stage, &self->sheet, error)
                      && jip_backup_copy_blobs (copy, from, to, note_lost, self, &self->count, error)
                      && begin_epoch (stage, self->lost, error)
                      && (self->uri != NULL ? load_database (stage, self->data, self->uri, error)
                                            : move_into_place (stage, self->data, error));
  jipctl_remove_tree (stage);
  if (!restored && !had_files)
    jipctl_remove_tree (to);
  return restored;
}

/* What is filled must not be what it is filled from, nor lie in it, nor around it. */
static gboolean
check_apart (const char *backup, const char *data, GError **error)
{
  if (jipctl_lies_in (data, backup))
    return jip_error_set (error, JIP_ERROR_BAD_ARGS,
                          _ ("%s: lies in the backup %s. Name a folder outside of it."), data, backup);
  return !jipctl_lies_in (backup, data)
         || jip_error_set (error, JIP_ERROR_BAD_ARGS,
                           _ ("%s: lies in the data folder %s. Move the backup out of it first."), backup,
                           data);
}

/* A folder that was made for it goes again when nothing comes of it. */
static gboolean
restore (Restore *self, GError **error)
{
  gboolean is_new = !g_file_test (self->data, G_FILE_TEST_EXISTS);

  if (!check_apart (self->backup, self->data, error)
      || !jip_backup_sheet_read (self->backup, &self->sheet, error))
    return FALSE;
  int lock = prepare (self->data, error);
  if (lock < 0)
    return FALSE;
  gboolean restored = fill (self, error);
  if (restored || !is_new)
    jipctl_hand_over (self->data);
  else
    jipctl_remove_tree (self->data);
  close (lock);
  return restored;
}

static int
say_restored (const Restore *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line
      = g_strdup_printf (_ ("%s: restored as of %s. Start jiphyeond; desktops send again what is newer.\n"),
                         self->data, self->sheet.taken_at);

  if (!jipctl_write_stdout (line, -1, &error))
    return jipctl_fail (self->name, error);
  if (self->count.n_lost == 0)
    return JIPCTL_OK;
  g_autofree char *lost = g_strdup_printf (
      _ ("%" PRId64 " files are missing or damaged in the backup; desktops that have them send them again"),
      self->count.n_lost);
  jipctl_say_finding (self->name, lost);
  return JIPCTL_FINDINGS;
}

static int
restore_server (const char *name, char **args)
{
  g_autofree char *data = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, N_ ("The server's data folder"), "DIR" },
    { "database", 0, 0, G_OPTION_ARG_STRING, &uri, N_ ("An empty database to restore into"), "URI" },
    { NULL },
  };
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (g_strv_length (args) != 1 || data == NULL)
    return jipctl_usage_error (name,
                               _ ("expected: jipctl restore BACKUP --data DIR, or --map MAP and one file"));
  g_autoptr (GPtrArray) lost = g_ptr_array_new_with_free_func (g_free);
  Restore self = { .name = name, .backup = args[0], .data = data, .uri = uri, .lost = lost };
  status = restore (&self, &error) ? say_restored (&self) : jipctl_fail (name, error);
  jip_backup_sheet_clear (&self.sheet);
  return status;
}

/* `--map` tells the text command; a server's folder is never restored by a map. */
static gboolean
wants_text (char **args)
{
  for (char **arg = args; *arg != NULL; arg++)
    if (g_strcmp0 (*arg, "--map") == 0 || g_str_has_prefix (*arg, "--map="))
      return TRUE;
  return FALSE;
}

int
jipctl_restore (const char *name, char **args)
{
  return wants_text (args) ? jipctl_restore_text (name, args) : restore_server (name, args);
}
