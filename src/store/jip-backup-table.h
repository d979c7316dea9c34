/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/**
 * JipBackup:
 * @epoch: of the server when it was taken
 * @seq: the newest that it contains
 * @kept_at: when it was said to be kept elsewhere, 0 for not yet
 */
typedef struct
{
  char *id;
  char *epoch;
  gint64 seq;
  gint64 taken_at;
  gint64 kept_at;
} JipBackup;

void jip_backup_free (JipBackup *backup);
gboolean jip_backup_insert (JipDatabase *database, const JipBackup *backup, GError **error);
gboolean jip_backup_get (JipDatabase *database, const char *id, JipBackup **backup, GError **error);
gboolean jip_backup_set_kept (JipDatabase *database, const char *id, gint64 now, GError **error);
GPtrArray *jip_backup_list (JipDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipBackup, jip_backup_free)

G_END_DECLS
