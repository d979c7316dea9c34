/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-server-identity.h"

G_BEGIN_DECLS

/* An account on its way to being the client's. */
typedef struct
{
  char *data_dir;
  char *server_url;
  char *token;
  JsonNode *session; /* user and roles, as the server answered or the replica remembers */
  JipLocal *local;
  JipLocal *open;             /* nullable: the replica of another account, to be closed */
  char *note;                 /* nullable: that the replica was damaged */
  JipServerIdentity identity; /* of the server, where there is no replica of it yet */
  char *moved_from;           /* nullable: the address that the replica was at until now */
  JipServerKinship kinship;   /* of the server here to the one there */
  JipOutboxCounts counts;
  SoupMessage *message;
} JipArrival;

void jip_arrival_free (gpointer data);
JsonObject *jip_arrival_user_of (JsonNode *session);
JipLocal *
jip_arrival_open_replica (const char *folder, char **note, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A GTaskThreadFunc whose data is the arrival, signed in: its replica is opened and remembered. */
void jip_arrival_open_new (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable);
/* The account becomes the client's. */
void jip_arrival_adopt (JipClient *self, JipArrival *account);

G_END_DECLS
