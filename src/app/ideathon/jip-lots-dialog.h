/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-event-model.h"

G_BEGIN_DECLS

/* @lots: entry -> number, borrowed */
typedef void (*JipLotsFunc) (JsonObject *lots, gpointer data);

void jip_ask_lots (GtkWidget *widget, JipEventModel *model, JipLotsFunc answered, gpointer data);

G_END_DECLS
