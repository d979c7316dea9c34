/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

gboolean jipctl_admin_check_folder (const char *data, GError **error);
char *jipctl_admin_run (const char *data, const char *command, JsonObject *args, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
char *jipctl_admin_run_at (const char *data,
                           const char *database,
                           const char *command,
                           JsonObject *args,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
int jipctl_admin_print_at (const char *name, const char *data, const char *database, JsonObject *args);
int jipctl_admin_print (const char *name, const char *data, JsonObject *args);

G_END_DECLS
