/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-idea-fields.h"
#include "jip-settlement.h"

G_BEGIN_DECLS

/* One field of a conflict: both texts side by side, and the choice. Signal "changed": something was chosen or typed. */
#define JIP_TYPE_SETTLE_SIDES (jip_settle_sides_get_type ())
G_DECLARE_FINAL_TYPE (JipSettleSides, jip_settle_sides, JIP, SETTLE_SIDES, GtkBox)

GtkWidget *jip_settle_sides_new (JipSettlement *settlement,
                                 guint index,
                                 JipReplicaList *departments,
                                 const char *their_when,
                                 const char *my_when);
void jip_settle_sides_set_narrow (JipSettleSides *self, gboolean narrow);

G_END_DECLS
