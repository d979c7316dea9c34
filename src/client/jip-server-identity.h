/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client-private.h"

G_BEGIN_DECLS

/* What a server says of itself to everybody (`GET /healthz`), by which one that has another address now is known. It is a
 * claim; that the address is the right one, TLS has to say, and whoever signs in there. */
typedef struct
{
  char *epoch;        /* nullable */
  char *installation; /* nullable: it could not be asked, or is older */
} JipServerIdentity;

/* How it stands to the server that a replica was read from last. */
typedef enum
{
  JIP_SERVER_FOREIGN,  /* nobody knows */
  JIP_SERVER_RESTORED, /* the same, come back from a backup, or a copy of it */
  JIP_SERVER_SAME,
} JipServerKinship;

void jip_server_identity_clear (JipServerIdentity *self);
JipServerKinship
jip_server_identity_compare (const JipServerIdentity *self, const char *installation, const char *epoch);
void jip_server_identity_ask_async (JipClient *client,
                                    const char *server_url,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
void jip_server_identity_ask_finish (GAsyncResult *result, JipServerIdentity *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipServerIdentity, jip_server_identity_clear)

G_END_DECLS
