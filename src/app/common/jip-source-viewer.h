/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-client.h"

G_BEGIN_DECLS

/* A PDF that a draft is written from: its pages at any size, and a search that lights what it finds. */
#define JIP_TYPE_SOURCE_VIEWER (jip_source_viewer_get_type ())
G_DECLARE_FINAL_TYPE (JipSourceViewer, jip_source_viewer, JIP, SOURCE_VIEWER, AdwWindow)

GtkWidget *jip_source_viewer_new (GtkWindow *parent, const char *path, const char *name);
GtkWidget *
jip_source_viewer_new_fetching (GtkWindow *parent, JipClient *client, const char *sha256, const char *name);

G_END_DECLS
