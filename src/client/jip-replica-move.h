/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client-private.h"
#include "jip-server-identity.h"

G_BEGIN_DECLS

#define JIP_REPLICA_MOVING \
  "moving" /* address in its meta table: to its folder this one is about to be moved, or was */
#define JIP_REPLICA_USED_AT \
  "used_at" /* number in its meta table: when somebody last signed in to it, in milliseconds */
#define JIP_REPLICA_JOINS \
  "joins" /* names of folders in its meta table, one a line: see jip_replica_join_all() */

/* A replica of the same person on the same server, from when that had another address. */
typedef struct
{
  char *folder;
  char *server_url; /* of before */
  JipServerKinship kinship;
  gint64 used_at; /* when somebody last signed in to it, in milliseconds; 0 where that is not known */
} JipFormerReplica;

/* What a replica has that its person alone can do something with, and that no queue sends. */
typedef struct
{
  guint refused;
  guint typed; /* texts that are not finished */
} JipReplicaAside;

/* All but the last on a thread: these use the disk. */
gboolean jip_replica_is_in (const char *folder);
GPtrArray *jip_replica_find_former (const char *data_dir,
                                    const char *server_url,
                                    const char *user,
                                    const JipServerIdentity *identity) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_replica_move (const JipFormerReplica *former, const char *server_url, const char *target);
gboolean jip_replica_join (JipLocal *local, const char *folder, GError **error);
void jip_replica_join_all (JipLocal *local, const char *data_dir);
gboolean jip_replica_count_aside (JipDatabase *database, JipReplicaAside *aside, GError **error);
gboolean jip_replica_note_join (JipDatabase *database, const char *folder, GError **error);

G_END_DECLS
