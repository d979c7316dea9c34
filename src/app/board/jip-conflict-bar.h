/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-settle-op.h"

G_BEGIN_DECLS

/* Says on an idea's own page that a change of mine to it waits to be settled. */
#define JIP_TYPE_CONFLICT_BAR (jip_conflict_bar_get_type ())
G_DECLARE_FINAL_TYPE (JipConflictBar, jip_conflict_bar, JIP, CONFLICT_BAR, AdwBin)

void jip_conflict_bar_set_proposal (JipConflictBar *self, JipClient *client, const char *proposal);

G_END_DECLS
