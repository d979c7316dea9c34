/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-migrations.h"
#include "jip-store-address.h"
#include "jip-writer.h"

G_BEGIN_DECLS

/**
 * JipStore:
 *
 * A data folder: the lock that keeps a second program out, the database in it or elsewhere, its writer thread, and one
 * read-only connection for each thread that asks.
 */
typedef struct _JipStore JipStore;

/* Opens a database that is not in the folder, such as jip_database_open_postgresql(). */
typedef JipDatabase *(*JipStoreOpener) (const char *uri, JipDatabaseFlags flags, GError **error);

#define JIP_STORE_LOCK "lock"

JipStore *jip_store_open (const char *folder, JipSchema schema, guint window_us, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
JipStore *jip_store_open_with (const char *folder,
                               const char *uri,
                               JipStoreOpener opener,
                               JipSchema schema,
                               guint window_us,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_store_sync_folder (const char *folder);
int jip_store_take_lock (const char *folder, GError **error);
const char *jip_store_get_folder (JipStore *store);
gboolean jip_store_is_local (JipStore *store);
JipWriter *jip_store_get_writer (JipStore *store);
JipDatabase *jip_store_get_reader (JipStore *store, GError **error);
void jip_store_stop (JipStore *store);
void jip_store_free (JipStore *store);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipStore, jip_store_free)

G_END_DECLS
