/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-client.h"

G_BEGIN_DECLS

/* What a person sets for this PC: how much room fetched files may take. */
#define JIP_TYPE_PREFERENCES (jip_preferences_get_type ())
G_DECLARE_FINAL_TYPE (JipPreferences, jip_preferences, JIP, PREFERENCES, AdwPreferencesWindow)

void jip_preferences_apply (GSettings *settings, JipClient *client);
GtkWidget *jip_preferences_new (GtkWindow *parent, GSettings *settings, JipClient *client);

G_END_DECLS
