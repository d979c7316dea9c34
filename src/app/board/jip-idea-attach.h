/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "jip-client.h"

G_BEGIN_DECLS

void jip_idea_attach_show (GtkListBox *copying, const char *proposal);
void jip_idea_attach_choose (GtkListBox *copying,
                             JipClient *client,
                             const char *proposal,
                             GListModel *attachments);

G_END_DECLS
