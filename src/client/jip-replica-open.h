/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-local.h"
#include "jip-store.h"

#define JIP_REPLICA_MENDED JIP_STORE_FILE ".mended" /* a new database that has only to take its place */

G_BEGIN_DECLS

JipLocal *jip_replica_open (const char *folder, char **note, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_replica_told (JipDatabase *database, gpointer unused, GError **error);

G_END_DECLS
