/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-event-model.h"

G_BEGIN_DECLS

/* A finalist in the chair's table: who has handed in, and never a score. */
#define JIP_TYPE_CHAIR_ROW (jip_chair_row_get_type ())
G_DECLARE_FINAL_TYPE (JipChairRow, jip_chair_row, JIP, CHAIR_ROW, GtkListBoxRow)

JipChairRow *jip_chair_row_new (const char *entry);
const char *jip_chair_row_get_entry (JipChairRow *self);
void jip_chair_row_show (JipChairRow *self, JipEventModel *model, JipEntry *entry);

G_END_DECLS
