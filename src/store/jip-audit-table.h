/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "jip-database.h"

G_BEGIN_DECLS

/* The append-only hash chain: each entry's hash covers its contents and the hash before it. */

gboolean
jip_audit_append (JipDatabase *database, gint64 now, const char *kind, JsonNode *body, GError **error);
gboolean
jip_audit_append_text (JipDatabase *database, gint64 now, const char *kind, const char *text, GError **error);
gint64 jip_audit_count (JipDatabase *database, const char *kind, GError **error);
gboolean jip_audit_verify (JipDatabase *database, gint64 *n_entries, char **head, GError **error);

G_END_DECLS
