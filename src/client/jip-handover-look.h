/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client-private.h"

G_BEGIN_DECLS

/* Replicas of others on this PC, opened one at a time: all functions with a GTask run on a thread of their own. */

/* What a replica says of itself, or one that was opened to be sent. */
typedef struct
{
  char *data_dir;
  char *folder;
  char *server_url; /* nullable */
  char *send_url;   /* nullable: another address of the same server, to be used now */
  char *epoch;      /* nullable: of the server, when it was read last */
  JsonNode *session;
  char *token;
  JipLocal *local;
  JipOutboxCounts counts;
  gint64 files;
  gboolean leaving;
  gboolean in_use;
  gboolean nameless; /* something waits, and nobody can tell whose */
  GError *problem;   /* nullable: why it could not be opened or written to */
  SoupMessage *message;
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
JsonObject *jip_handover_user_of (JsonNode *session);
const char *jip_handover_user_text (JsonNode *session, const char *name);
void jip_handover_list_replicas (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable);
void jip_handover_look_read (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable);
void jip_handover_look_open (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable);
void jip_handover_look_close (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipHandoverLook, jip_handover_look_free)

G_END_DECLS
