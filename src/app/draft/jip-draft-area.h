/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-area.h"

G_BEGIN_DECLS

#define JIP_TYPE_DRAFT_AREA (jip_draft_area_get_type ())
G_DECLARE_FINAL_TYPE (JipDraftArea, jip_draft_area, JIP, DRAFT_AREA, JipArea)

JipArea *jip_draft_area_new (JipClient *client);

G_END_DECLS
