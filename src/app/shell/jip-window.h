/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-client.h"

G_BEGIN_DECLS

#define JIP_TYPE_WINDOW (jip_window_get_type ())
G_DECLARE_FINAL_TYPE (JipWindow, jip_window, JIP, WINDOW, AdwApplicationWindow)

JipWindow *jip_window_new (GtkApplication *application, JipClient *client);
void jip_window_start (JipWindow *window, const char *server, const char *login, const char *password);
void jip_window_end (JipWindow *window);

G_END_DECLS
