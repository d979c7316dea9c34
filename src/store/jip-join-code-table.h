/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/* Codes with which a judge joins an event, kept hashed. */

char *jip_join_code_new (void) G_GNUC_WARN_UNUSED_RESULT;
char *jip_join_code_hash (const char *code) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_join_code_insert (JipDatabase *database,
                               const char *hash,
                               const char *judge,
                               gint64 expires_at,
                               GError **error);
gboolean
jip_join_code_spend (JipDatabase *database, const char *hash, gint64 now, char **account, GError **error);

G_END_DECLS
