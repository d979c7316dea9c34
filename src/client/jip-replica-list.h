/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"

G_BEGIN_DECLS

/**
 * JipReplicaList:
 *
 * A #GListModel of records over the replica. It fills itself by pages as its last items are asked for, follows the
 * replica with the smallest items-changed it can, and never touches disk on the caller's thread. An item that changed
 * is replaced by a new record in its place, so selection and scroll stay.
 *
 * Properties: "loading" (the first page is on its way), "total" (how many rows there are, loaded or not), "n-items".
 */
#define JIP_TYPE_REPLICA_LIST (jip_replica_list_get_type ())
G_DECLARE_DERIVABLE_TYPE (JipReplicaList, jip_replica_list, JIP, REPLICA_LIST, GObject)

typedef struct _JipQuery JipQuery;

/**
 * JipReplicaListClass:
 * @make_query: what to read now; called on the main thread
 */
struct _JipReplicaListClass
{
  GObjectClass parent_class;

  JipQuery *(*make_query) (JipReplicaList *self);
};

gboolean jip_replica_list_get_loading (JipReplicaList *self);
guint jip_replica_list_get_total (JipReplicaList *self);
gboolean jip_replica_list_find (JipReplicaList *self, const char *id, guint *position);
JipClient *jip_replica_list_get_client (JipReplicaList *self);
void jip_replica_list_refresh (JipReplicaList *self);
void jip_replica_list_read_again (JipReplicaList *self);

G_END_DECLS
