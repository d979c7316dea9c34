/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-event-table.h"
#include "jip-mutations.h"

G_BEGIN_DECLS

gboolean jip_event_is_locked (const JipEvent *event);
gboolean jip_event_refill_due (JipMutationContext *context, const char *event, GError **error);
gboolean jip_event_refill_expect (JipMutationContext *context, const char *event, GError **error);
gboolean jip_event_refill_check_reveal (JipMutationContext *context, const JipEvent *event, GError **error);
gboolean jip_event_refill_settle (JipMutationContext *context, GError **error);
gboolean jip_event_refill_close (JipMutationContext *context, const char *event, GError **error);

G_END_DECLS
