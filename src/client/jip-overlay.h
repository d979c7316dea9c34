/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "jip-database.h"

G_BEGIN_DECLS

gboolean jip_overlay_apply (JipDatabase *database,
                            JsonObject *user,
                            const char *name,
                            JsonObject *args,
                            gint64 at,
                            GError **error);
gboolean jip_overlay_refresh (JipDatabase *database,
                              JsonObject *user,
                              const char *subject,
                              gint64 last_n,
                              GError **error);
gboolean jip_overlay_rebuild (JipDatabase *database, JsonObject *user, gint64 last_n, GError **error);

G_END_DECLS
