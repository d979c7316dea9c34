/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-replica-move.h"

G_BEGIN_DECLS

/* Replicas of others on this PC, opened one at a time: all functions with a GTask run on a thread of their own. */

/* One that no backup may have yet. */
typedef struct
{
  char *sha256;
  gint64 size;
  gint64 done_at; /* milliseconds */
} JipSentFile;

/* What a replica says of itself, or one that was opened to be sent. */
typedef struct
{
  char *data_dir;
  char *folder;
  char *server_url; /* nullable */
  char *send_url;   /* nullable: another address of the same server, to be used now */
  char *moving;     /* nullable: the address that its folder was named after, where the program ended then */
  char *epoch;      /* nullable: of the server, when it was read last */
  char *installation; /* nullable: the same */
  char *renewed;      /* nullable: the epoch of the server that came back from a backup */
  JsonNode *session;
  char *token;
  JipLocal *local;
  JipOutboxCounts counts;
  gint64 files;
  gint64 acknowledged; /* what a server that came back from a backup gets again */
  JipReplicaAside aside;
  GPtrArray *sent_files; /* of JipSentFile */
  gboolean is_own;       /* of whoever is here, at a former address of the server */
  gboolean is_here;      /* of this server, which it may only be sent to by whose it is */
  gboolean leaving;
  gboolean in_use;
  gboolean nameless; /* something waits, and nobody can tell whose */
  GError *problem;   /* nullable: why it could not be opened or written to */
  JipClient *client; /* nullable */
  guint round;
} JipHandoverLook;

/* One that was sent, or not: @left, whether nothing waits in it any more. */
typedef struct
{
  JipLocal *local;
  gboolean left;
} JipHandoverClosing;

void jip_handover_look_free (gpointer data);
void jip_handover_closing_free (gpointer data);
gboolean jip_handover_look_waits (const JipHandoverLook *look);
gboolean jip_handover_look_join (JipDatabase *database, gpointer look, GError **error);
JsonObject *jip_handover_user_of (JsonNode *session);
const char *jip_handover_user_text (JsonNode *session, const char *name);
void jip_handover_list_replicas (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable);
void jip_handover_look_read (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable);
void jip_handover_look_open (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable);
void jip_handover_look_close (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipHandoverLook, jip_handover_look_free)

G_END_DECLS
