/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define JIP_BACKUP_FORMAT "jip-backup/1"
#define JIP_BACKUP_SHEET "backup.json"
#define JIP_BACKUP_DATABASE "jiphyeon.db"

/**
 * JipBackupSheet:
 * @sha256: of the database
 * @size: of the database, in bytes; as large as can be in a sheet of before
 *
 * What lies beside a backup's database and tells what it is.
 */
typedef struct
{
  char *id;
  char *epoch;
  char *taken_at;
  gint64 seq;
  char *sha256;
  gint64 size;
  gint64 n_files;
  gint64 n_missing;
} JipBackupSheet;

/* What became of a file that the database names. */
typedef enum
{
  JIP_BACKUP_WHOLE,
  JIP_BACKUP_MISSING,
  JIP_BACKUP_DAMAGED, /* cannot be read, or is not what its name says */
} JipBackupLoss;

/* @path: of the file, where it should be */
typedef void (*JipBackupLost) (const char *path, JipBackupLoss loss, gpointer data);

typedef struct
{
  gint64 n_whole;
  gint64 n_lost;
} JipBackupCount;

void jip_backup_sheet_clear (JipBackupSheet *sheet);
gboolean jip_backup_sheet_read (const char *folder, JipBackupSheet *sheet, GError **error);
gboolean jip_backup_sheet_write (const char *folder, const JipBackupSheet *sheet, GError **error);

char *jip_backup_copy_file (const char *from, const char *to, gint64 limit, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
char *jip_backup_copy_open (int in, const char *from, const char *to, gint64 *size, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_backup_sync_folder (const char *folder, GError **error);
gboolean jip_backup_copy_blobs (const char *database,
                                const char *from,
                                const char *to,
                                JipBackupLost lost,
                                gpointer data,
                                JipBackupCount *count,
                                GError **error);
gboolean
jip_backup_check_database (const char *folder, const char *path, const JipBackupSheet *sheet, GError **error);
void jip_backup_say_lost (const char *path, JipBackupLoss loss, gpointer command);
JsonArray *
jip_backup_check (const char *folder, JipBackupSheet *sheet, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipBackupSheet, jip_backup_sheet_clear)

G_END_DECLS
