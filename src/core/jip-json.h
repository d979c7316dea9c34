/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define JIP_JSON_MAX_DEPTH 64
#define JIP_JSON_MAX_INTEGER (G_GINT64_CONSTANT (1) << 53)

gboolean jip_json_check (const char *text, gsize length, GError **error);
JsonNode *jip_json_parse (const char *text, gssize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_json_is_finite (JsonNode *node);
char *jip_json_to_string (JsonNode *node) G_GNUC_WARN_UNUSED_RESULT;
char *jip_json_canonical (JsonNode *node) G_GNUC_WARN_UNUSED_RESULT;
char *jip_json_quote (const char *text) G_GNUC_WARN_UNUSED_RESULT;
void jip_json_append_quoted (GString *out, const char *text);
void jip_json_append_int (GString *out, gint64 value);

G_END_DECLS
