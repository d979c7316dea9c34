/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "jip-board-records.h"
#include "jip-client.h"

G_BEGIN_DECLS

/* What a comment's row needs of the idea it is on. */
typedef struct
{
  JipClient *client;
  GListModel *attachments; /* of the idea, all comments' included */
} JipCommentPlace;

GtkWidget *jip_comment_row_new (gpointer item, gpointer user_data);

G_END_DECLS
