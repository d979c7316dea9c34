/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-settle-op.h"

G_BEGIN_DECLS

/* Settles an edit of an idea that another one came before. Signals: "settled" (gboolean sent: whether a new edit was
 * queued), "new-idea": the text is to become an idea of its own. Closing it loses nothing. */
#define JIP_TYPE_SETTLE_DIALOG (jip_settle_dialog_get_type ())
G_DECLARE_FINAL_TYPE (JipSettleDialog, jip_settle_dialog, JIP, SETTLE_DIALOG, AdwWindow)

JipSettleDialog *jip_settle_dialog_new (GtkWindow *parent, JipClient *client, JipRefused *refused);
JipRefused *jip_settle_dialog_get_refused (JipSettleDialog *self);

G_END_DECLS
