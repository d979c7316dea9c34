/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

gboolean jip_stale_step_refuse (const char *step, JsonNode *now, GError **error);
const char *jip_stale_step_explain (JsonNode *detail);

G_END_DECLS
