/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "jip-database.h"

G_BEGIN_DECLS

/* Rows of the replica (data/sql/replica), on the thread and in the transaction of the caller. */

typedef enum
{
  JIP_LAYER_BASE = 0,    /* the server's truth */
  JIP_LAYER_OVERLAY = 1, /* unsent work on top of it */
} JipLayer;

gboolean jip_replica_row_put (JipDatabase *database,
                              JipLayer layer,
                              gint64 generation,
                              const char *table,
                              const char *id,
                              JsonObject *row,
                              GError **error);
gboolean jip_replica_row_remove (JipDatabase *database,
                                 JipLayer layer,
                                 const char *table,
                                 const char *id,
                                 GError **error);
gboolean jip_replica_row_bury (JipDatabase *database, const char *table, const char *id, GError **error);
JsonObject *jip_replica_row_get (JipDatabase *database, const char *table, const char *id, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
char *jip_replica_initials (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
