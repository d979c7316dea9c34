/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-mutations.h"
#include "jip-receipt.h"

G_BEGIN_DECLS

gboolean jip_refill_apply (JipMutationContext *context,
                           const char *replica,
                           gint64 n,
                           const char *name,
                           JsonNode *args,
                           const JipReceipt *receipt,
                           GError **error);
gboolean jip_refill_again (JipMutationContext *context, JipParked *parked, GError **error);
gboolean jip_refill_release (JipMutationContext *context, GError **error);
void jip_refill_schedule (JipServices *services, gboolean due);
void jip_refill_retry (JipServices *services);

G_END_DECLS
