/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * JipBackupLease:
 * @id: names the copy
 *
 * What whoever asks for a copy of the database holds until the copy has no name any more. The system takes it from a
 * program that ends in whatever way, so that nothing of a killed one stays.
 */
typedef struct
{
  int folder;
  int fd;
  char *id;
} JipBackupLease;

gboolean jip_backup_lease_take (const char *data, JipBackupLease *lease, GError **error);
int jip_backup_lease_open_copy (JipBackupLease *lease, GError **error);
void jip_backup_lease_end (JipBackupLease *lease);
gboolean jip_backup_lease_is_held (const char *data, const char *id);

char *jip_backup_copies_get_path (const char *data, const char *id) G_GNUC_WARN_UNUSED_RESULT;
void jip_backup_copies_clean (const char *data);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipBackupLease, jip_backup_lease_end)

G_END_DECLS
