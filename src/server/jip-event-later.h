/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-event-table.h"
#include "jip-mutations.h"

G_BEGIN_DECLS

gboolean jip_event_later_set_aside (JipMutationContext *context,
                                    const JipEvent *event,
                                    JsonNode *rules,
                                    gboolean *any,
                                    GError **error);

G_END_DECLS
