/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-event-table.h"
#include "jip-mutations.h"

G_BEGIN_DECLS

gboolean jip_event_is_locked (const JipEvent *event);
gboolean jip_event_is_announced (const JipEvent *event);
gboolean jip_event_refill_due (JipMutationContext *context, const JipEvent *event, GError **error);
gboolean
jip_event_refill_expect (JipMutationContext *context, const JipEvent *event, gboolean lock, GError **error);
gboolean
jip_event_refill_check_reveal (JipMutationContext *context, JipEvent *event, gint64 *step, GError **error);
gboolean jip_event_refill_was_refused (const JipMutationContext *context);
gboolean jip_event_refill_refuse (JipMutationContext *context,
                                  const JipEvent *event,
                                  const char *step,
                                  const char *ballot,
                                  GError **error);
gboolean jip_event_refill_settle (JipMutationContext *context, GError **error);
gboolean jip_event_refill_close (JipMutationContext *context, const char *id, GError **error);

G_END_DECLS
