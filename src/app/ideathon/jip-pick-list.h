/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-ballot-form.h"

G_BEGIN_DECLS

/* The finalists of a category, of which some are chosen. Signal "edited". */
#define JIP_TYPE_PICK_LIST (jip_pick_list_get_type ())
G_DECLARE_FINAL_TYPE (JipPickList, jip_pick_list, JIP, PICK_LIST, GtkWidget)

void jip_pick_list_set_choices (JipPickList *self, GListModel *entries, const char *category);
void jip_pick_list_set_form (JipPickList *self, JipBallotForm *form);
JipBallotForm *jip_pick_list_get_form (JipPickList *self);

G_END_DECLS
