/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "jip-document.h"
#include "jip-draft-session.h"

G_BEGIN_DECLS

void jip_draft_export (GtkWidget *widget, JipDraftSession *session, JipDocumentFormat format);
void jip_draft_print (GtkWidget *widget, JipDraftSession *session);

G_END_DECLS
