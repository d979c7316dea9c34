/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "jip-board-records.h"

G_BEGIN_DECLS

GtkWidget *jip_comment_row_new (gpointer item, gpointer user_data);

G_END_DECLS
