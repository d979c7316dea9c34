/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-event-model.h"

G_BEGIN_DECLS

/* The event for everybody: who presents, and the awards as they are revealed. Read-only. */
#define JIP_TYPE_PROGRAMME_PAGE (jip_programme_page_get_type ())
G_DECLARE_FINAL_TYPE (JipProgrammePage, jip_programme_page, JIP, PROGRAMME_PAGE, AdwBin)

void jip_programme_page_set_model (JipProgrammePage *self, JipEventModel *model);

G_END_DECLS
