/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/* Files by their hash: which are whole, and who has uploaded which. */
typedef struct
{
  gint64 size;
  gboolean complete;
} JipUpload;

gboolean jip_upload_get (JipDatabase *database,
                         const char *account,
                         const char *sha256,
                         JipUpload *upload,
                         gboolean *found,
                         GError **error);
gboolean jip_upload_begin (JipDatabase *database,
                           const char *account,
                           const char *sha256,
                           gint64 size,
                           gint64 now,
                           GError **error);
gboolean jip_upload_finish (JipDatabase *database,
                            const char *account,
                            const char *sha256,
                            gint64 size,
                            gint64 now,
                            GError **error);
gboolean jip_upload_discard (JipDatabase *database, const char *account, const char *sha256, GError **error);
gboolean jip_upload_abandon (JipDatabase *database,
                             const char *account,
                             const char *sha256,
                             gboolean *last,
                             GError **error);
gboolean jip_blob_forget (JipDatabase *database, const char *sha256, GError **error);
gboolean jip_blob_get_size (JipDatabase *database, const char *sha256, gint64 *size, GError **error);
gboolean
jip_blob_use (JipDatabase *database, const char *sha256, const char *table, const char *row, GError **error);

G_END_DECLS
