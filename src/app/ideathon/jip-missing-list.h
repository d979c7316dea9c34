/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-client.h"
#include "jip-event-model.h"

G_BEGIN_DECLS

/* The names of who has not handed in for one finalist, by panel. */
#define JIP_TYPE_MISSING_LIST (jip_missing_list_get_type ())
G_DECLARE_FINAL_TYPE (JipMissingList, jip_missing_list, JIP, MISSING_LIST, AdwBin)

void jip_missing_list_show (JipMissingList *self, JipClient *client, JipEventModel *model, JipEntry *entry);

G_END_DECLS
