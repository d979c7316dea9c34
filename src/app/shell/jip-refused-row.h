/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "jip-settle-op.h"

G_BEGIN_DECLS

/* What the server refused, or what has lost its place: why, all of its text, and what can become of it. Signals: "settle",
 * "take-over": the user wants to go on with it. */
#define JIP_TYPE_REFUSED_ROW (jip_refused_row_get_type ())
G_DECLARE_FINAL_TYPE (JipRefusedRow, jip_refused_row, JIP, REFUSED_ROW, GtkListBoxRow)

GtkWidget *jip_refused_row_new (JipClient *client, JipRefused *refused);
JipRefused *jip_refused_row_get_refused (JipRefusedRow *row);

G_END_DECLS
