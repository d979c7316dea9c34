/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-area.h"
#include "jip-settle-op.h"

G_BEGIN_DECLS

#define JIP_TYPE_BOARD_AREA (jip_board_area_get_type ())
G_DECLARE_FINAL_TYPE (JipBoardArea, jip_board_area, JIP, BOARD_AREA, JipArea)

JipArea *jip_board_area_new (JipClient *client);
void jip_board_area_settle (JipBoardArea *self, JipRefused *refused);
void jip_board_area_take_over (JipBoardArea *self, JipRefused *refused);

G_END_DECLS
