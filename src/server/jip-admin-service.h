/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-services.h"

G_BEGIN_DECLS

/* What an administrator does: through the running server's socket, or on the data folder when no server runs. Both ways
 * end here. Each waits for the disk: never call it from a thread that serves others. */

char *jip_admin_ensure_admin (JipServices *services, GError **error);
char *jip_admin_run (JipServices *services, const char *command, JsonNode *args, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Single commands, for the server's own programs. */
gboolean jip_admin_begin_restored (JipServices *services, GError **error);
gboolean
jip_admin_files_lost (JipServices *services, const char *const *files, const char *by, GError **error);
char *
jip_admin_user_import (JipServices *services, const char *csv, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *
jip_admin_find_account (JipServices *services, const char *login, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_admin_apply (JipServices *services,
                          const char *account,
                          const char *mutation,
                          JsonNode *args,
                          gint64 now,
                          GError **error);

G_END_DECLS
