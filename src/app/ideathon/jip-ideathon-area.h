/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-area.h"

G_BEGIN_DECLS

/* The idea-thon: a judge's page, the chair's console or the programme, as the user's part in the event asks for. */
#define JIP_TYPE_IDEATHON_AREA (jip_ideathon_area_get_type ())
G_DECLARE_FINAL_TYPE (JipIdeathonArea, jip_ideathon_area, JIP, IDEATHON_AREA, JipArea)

JipArea *jip_ideathon_area_new (JipClient *client);

G_END_DECLS
