/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-client.h"
#include "jip-event-model.h"

G_BEGIN_DECLS

/* The chair's console: who presents, who has handed in, and one button for the next step. */
#define JIP_TYPE_CHAIR_PAGE (jip_chair_page_get_type ())
G_DECLARE_FINAL_TYPE (JipChairPage, jip_chair_page, JIP, CHAIR_PAGE, AdwBin)

void jip_chair_page_set_model (JipChairPage *self, JipClient *client, JipEventModel *model);

G_END_DECLS
