/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-mutation.h"
#include "jip-mutations.h"
#include "jip-receipt.h"

G_BEGIN_DECLS

/**
 * JipPushWeight:
 * @JIP_PUSH_NOTHING: refused, and nothing of it was kept
 * @JIP_PUSH_KEPT: it came second, and its text was kept beside
 * @JIP_PUSH_DONE: it was done
 *
 * What a verdict has left. Of several on the same work the heaviest holds.
 */
typedef enum
{
  JIP_PUSH_NOTHING,
  JIP_PUSH_KEPT,
  JIP_PUSH_DONE,
} JipPushWeight;

JipPushWeight jip_push_weigh (const char *status, const char *mark);
void jip_push_origin_init (JipOrigin *origin,
                           const char *account,
                           const char *replica,
                           const JipMutation *mutation,
                           const JipReceipt *receipt);
gboolean jip_push_origin_is_elsewhere (const JipOrigin *origin, const char *replica, gint64 n);
gboolean jip_push_origin_prevails (const JipStoredVerdict *one, const JipStoredVerdict *other);
gboolean jip_push_origin_find (JipDatabase *database,
                               const JipOrigin *origin,
                               JipStoredVerdict **heaviest,
                               GError **error);
gboolean jip_push_origin_tell (JipDatabase *database,
                               const JipOrigin *origin,
                               const JipStoredVerdict *told,
                               GError **error);
gboolean jip_push_origin_undo (JipMutationContext *context,
                               const char *name,
                               const JipStoredVerdict *verdict,
                               GError **error);

G_END_DECLS
