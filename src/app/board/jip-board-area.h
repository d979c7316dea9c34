/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-area.h"

G_BEGIN_DECLS

#define JIP_TYPE_BOARD_AREA (jip_board_area_get_type ())
G_DECLARE_FINAL_TYPE (JipBoardArea, jip_board_area, JIP, BOARD_AREA, JipArea)

JipArea *jip_board_area_new (JipClient *client);

G_END_DECLS
