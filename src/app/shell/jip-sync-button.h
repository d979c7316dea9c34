/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-client.h"

G_BEGIN_DECLS

/* Signals: "settle" and "take-over" (JipRefused *refused): what was refused is to be taken up again. */
#define JIP_TYPE_SYNC_BUTTON (jip_sync_button_get_type ())
G_DECLARE_FINAL_TYPE (JipSyncButton, jip_sync_button, JIP, SYNC_BUTTON, AdwBin)

void jip_sync_button_set_client (JipSyncButton *button, JipClient *client);
void jip_sync_button_show_account (JipSyncButton *button);
void jip_sync_button_forget_account (JipSyncButton *button);

G_END_DECLS
