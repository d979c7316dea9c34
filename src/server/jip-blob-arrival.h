/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-feed-table.h"

G_BEGIN_DECLS

gboolean jip_blob_arrived (JipDatabase *database,
                           JipPokes *pokes,
                           const char *account,
                           const char *sha256,
                           gint64 size,
                           GError **error);
gboolean jip_blob_readable (JipDatabase *database, JipPokes *pokes, const char *sha256, GError **error);
gboolean
jip_blob_gone (JipDatabase *database, JipPokes *pokes, const char *sha256, gint64 *n, GError **error);

G_END_DECLS
