/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"

G_BEGIN_DECLS

void jip_vote_set_async (JipClient *client,
                         const char *proposal,
                         gboolean on,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
gboolean jip_vote_set_finish (JipClient *client, GAsyncResult *result, GError **error);

G_END_DECLS
