/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-services.h"

G_BEGIN_DECLS

typedef void (*JipEpochDone) (gpointer data);

gboolean jip_epoch_open (JipDatabase *database,
                         const char *reason,
                         gint64 above,
                         gint64 now,
                         char **id,
                         GError **error);
void jip_epoch_adopt (JipServices *services, const char *id);
void jip_epoch_suspect (JipServices *services,
                        const char *epoch,
                        gint64 seq,
                        JipEpochDone done,
                        gpointer data,
                        GDestroyNotify destroy);

G_END_DECLS
