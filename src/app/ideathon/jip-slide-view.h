/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-client.h"

G_BEGIN_DECLS

/* The slides of a finalist, page by page. The file comes from the cache or the server; the sandboxed helper draws. */
#define JIP_TYPE_SLIDE_VIEW (jip_slide_view_get_type ())
G_DECLARE_FINAL_TYPE (JipSlideView, jip_slide_view, JIP, SLIDE_VIEW, AdwBin)

void jip_slide_view_show (JipSlideView *self, JipClient *client, const char *sha256, gboolean missing);

G_END_DECLS
