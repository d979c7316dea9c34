/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"

G_BEGIN_DECLS

/* A step of an event (docs/protocol.md, Mutations). It needs the server: without a connection it fails with
 * JIP_ERROR_OFFLINE and queues nothing; else it ends with the server's verdict, a refusal as the error it names. */
void jip_event_step_async (JipClient *client,
                           const char *event,
                           const char *step,
                           JsonObject *args,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean jip_event_step_finish (JipClient *client, GAsyncResult *result, GError **error);
/* Makes an event from the whole of `event.create`'s arguments; ends with the server's verdict too. */
void jip_event_create_async (JipClient *client,
                             JsonObject *args,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean jip_event_create_finish (JipClient *client, GAsyncResult *result, GError **error);

G_END_DECLS
