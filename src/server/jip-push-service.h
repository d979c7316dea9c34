/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-mutation.h"
#include "jip-services.h"
#include "jip-verdict.h"

G_BEGIN_DECLS

/**
 * JipPushDone:
 * @answer: (nullable): %NULL with @error set
 *
 * Called on the thread of the writer's answers when the push is durable, or was refused as a whole.
 */
typedef void (*JipPushDone) (JipPushAnswer *answer, const GError *error, gpointer data);

void jip_push_service_run (JipServices *services,
                           JipPush *push,
                           const char *account,
                           JipPushDone done,
                           gpointer data,
                           GDestroyNotify destroy);
gboolean jip_push_check_schema (gint64 schema, GError **error);

G_END_DECLS
