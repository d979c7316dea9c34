/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-client.h"

G_BEGIN_DECLS

/**
 * JipFetchView:
 *
 * Stands where a file will be shown, while it is fetched: how much is here, a button that stops it, and one that goes on
 * from there. Signal "fetched" (const char *path).
 */
#define JIP_TYPE_FETCH_VIEW (jip_fetch_view_get_type ())
G_DECLARE_FINAL_TYPE (JipFetchView, jip_fetch_view, JIP, FETCH_VIEW, AdwBin)

void jip_fetch_view_start (JipFetchView *self, JipClient *client, const char *sha256);
void jip_fetch_view_wait (JipFetchView *self);
void jip_fetch_view_end (JipFetchView *self);

G_END_DECLS
