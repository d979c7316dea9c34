/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-event-model.h"

G_BEGIN_DECLS

/* Ballots that came after their window closed, for the chair to decide. Signal "decide" (const char *ballot, gboolean
 * admit). */
#define JIP_TYPE_LATE_LIST (jip_late_list_get_type ())
G_DECLARE_FINAL_TYPE (JipLateList, jip_late_list, JIP, LATE_LIST, AdwBin)

void jip_late_list_show (JipLateList *self, JipEventModel *model);

G_END_DECLS
