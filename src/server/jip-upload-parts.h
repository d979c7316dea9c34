/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * JipUploadParts:
 *
 * What has come of files that are not whole yet, each of an account, and how much of it is durable. A part that the disk did
 * not take is never counted, even where it cannot be taken away again. Measuring is for all threads, the rest for one.
 */
typedef struct _JipUploadParts JipUploadParts;

JipUploadParts *jip_upload_parts_new (const char *folder) G_GNUC_WARN_UNUSED_RESULT;
void jip_upload_parts_free (JipUploadParts *parts);
char *jip_upload_parts_dup_path (JipUploadParts *parts,
                                 const char *account,
                                 const char *sha256) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_upload_parts_measure (JipUploadParts *parts, const char *path, gint64 *size, GError **error);
gboolean jip_upload_parts_append (JipUploadParts *parts, const char *path, GBytes *bytes, GError **error);
gboolean jip_upload_parts_remove (JipUploadParts *parts, const char *path, GError **error);

gboolean jip_upload_fail_errno (GError **error, const char *what);
gboolean jip_upload_sync_folder_of (const char *path, GError **error);
gboolean jip_upload_make_folder_of (const char *path, GError **error);
gboolean jip_upload_sync_name (const char *top, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipUploadParts, jip_upload_parts_free)

G_END_DECLS
