/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-board-records.h"
#include "jip-client.h"

G_BEGIN_DECLS

/* One attached file: its name, size and state; a PDF is shown by page, every file can be saved, one's own removed. */
#define JIP_TYPE_ATTACHMENT_ROW (jip_attachment_row_get_type ())
G_DECLARE_FINAL_TYPE (JipAttachmentRow, jip_attachment_row, JIP, ATTACHMENT_ROW, AdwActionRow)

GtkWidget *jip_attachment_row_new (JipClient *client, JipAttachment *attachment, gboolean mine);

/* The files of an idea, or of one of its comments, out of all that are on the idea; it hides while there are none. */
GtkWidget *
jip_attachment_list_view_new (JipClient *client, GListModel *attachments, const char *comment, gboolean mine);

G_END_DECLS
