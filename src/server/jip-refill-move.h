/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-mutation.h"
#include "jip-mutations.h"
#include "jip-receipt.h"

G_BEGIN_DECLS

gboolean jip_refill_can_move (JipMutationContext *context,
                              const JipMutation *mutation,
                              const JipReceipt *receipt,
                              gboolean *can,
                              GError **error);
gboolean jip_refill_move (JipMutationContext *context,
                          const char *replica,
                          const JipMutation *mutation,
                          const JipOrigin *origin,
                          gint64 from,
                          const JipReceipt *receipt,
                          GError **error);

G_END_DECLS
