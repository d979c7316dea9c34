/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "jip-database.h"

G_BEGIN_DECLS

/**
 * JipLocal:
 *
 * The replica's file with its writer and its reader thread. Work is handed over with its data; results come back as
 * GTasks on the caller's main context. Reference counted.
 */
typedef struct _JipLocal JipLocal;

/**
 * JipLocalFunc:
 *
 * Runs on the store's thread; what it returns becomes the result, freed with the destroy function given with it.
 *
 * Returns: %FALSE with @error set
 */
typedef gboolean (*JipLocalFunc) (JipDatabase *database, gpointer data, GError **error);

/* Told once, on the main context of whoever set the owner, when the file turns out to be damaged. */
typedef void (*JipLocalDamaged) (gpointer owner, JipLocal *local);

JipLocal *jip_local_open (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JipLocal *jip_local_ref (JipLocal *self);
void jip_local_unref (JipLocal *self);
void jip_local_set_owner (JipLocal *self, GObject *owner, JipLocalDamaged damaged);
void jip_local_inspect (JipLocal *self);
void jip_local_stop (JipLocal *self);

/* @data is the task's result data: the functions fill it, the finish function hands it over. */
void jip_local_write_async (JipLocal *self,
                            JipLocalFunc func,
                            gpointer data,
                            GDestroyNotify destroy,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
void jip_local_read_async (JipLocal *self,
                           JipLocalFunc func,
                           gpointer data,
                           GDestroyNotify destroy,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gpointer jip_local_finish (GAsyncResult *result, GError **error);
gboolean jip_local_write_sync (JipLocal *self, JipLocalFunc func, gpointer data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipLocal, jip_local_unref)

G_END_DECLS
