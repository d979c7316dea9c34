/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-client.h"
#include "jip-file-ref.h"

G_BEGIN_DECLS

/**
 * JipAttachBox:
 *
 * The files that are to go with what is being written. A chosen file is copied at once, and the list is kept beside the
 * text, so that both survive a restart. Signal "changed".
 */
#define JIP_TYPE_ATTACH_BOX (jip_attach_box_get_type ())
G_DECLARE_FINAL_TYPE (JipAttachBox, jip_attach_box, JIP, ATTACH_BOX, AdwBin)

/* What attaching asks and says, wherever it begins. */
GtkFileChooserNative *jip_attach_ask_target (GtkWidget *widget, const char *name) G_GNUC_WARN_UNUSED_RESULT;
GtkFileChooserNative *jip_attach_ask_files (GtkWidget *widget) G_GNUC_WARN_UNUSED_RESULT;
void jip_attach_tell_error (GtkWidget *widget, const char *name, const GError *error);
GtkWidget *jip_attach_row_new (const char *name, const char *subtitle, const char *act, GtkWidget **button);

void jip_attach_box_set_client (JipAttachBox *self, JipClient *client);
void jip_attach_box_set_key (JipAttachBox *self, const char *key);
void jip_attach_box_accept_drops (JipAttachBox *self, GtkWidget *widget);
void jip_attach_box_choose (JipAttachBox *self);
void jip_attach_box_clear (JipAttachBox *self);
gboolean jip_attach_box_is_busy (JipAttachBox *self);
GPtrArray *jip_attach_box_get_files (JipAttachBox *self);

G_END_DECLS
