/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-ballot-form.h"
#include "jip-judge-card.h"

G_BEGIN_DECLS

/* A finalist in the judge's list. */
#define JIP_TYPE_FINALIST_ROW (jip_finalist_row_get_type ())
G_DECLARE_FINAL_TYPE (JipFinalistRow, jip_finalist_row, JIP, FINALIST_ROW, GtkListBoxRow)

JipFinalistRow *jip_finalist_row_new (const char *entry);
const char *jip_finalist_row_get_entry (JipFinalistRow *self);
void jip_finalist_row_show (JipFinalistRow *self, const JipJudgeCard *card, const JipPanel *panel);

G_END_DECLS
