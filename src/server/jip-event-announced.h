/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-event-table.h"
#include "jip-mutations.h"

G_BEGIN_DECLS

gboolean jip_event_announced_note (JipDatabase *database, const JipEvent *event, char **note, GError **error);
gboolean jip_event_announced_enforce (JipMutationContext *context,
                                      JipEvent *event,
                                      const char *ballots,
                                      const char *note,
                                      gboolean *enforced,
                                      GError **error);

G_END_DECLS
