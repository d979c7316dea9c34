/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"

G_BEGIN_DECLS

/* Changes fields of an idea: @fields holds title, body, category or department. */
void jip_proposal_edit_async (JipClient *client,
                              const char *proposal,
                              gint64 base_version,
                              JsonObject *fields,
                              JsonObject *base,
                              const char *scratch,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean jip_proposal_edit_finish (JipClient *client, GAsyncResult *result, GError **error);

G_END_DECLS
