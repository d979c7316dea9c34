/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

char *jip_source_pick (JsonArray *sources, const char *wanted, gsize max_chars, gsize *left_out)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
