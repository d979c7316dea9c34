/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *jip_paths_find_data (const char *relative, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *jip_paths_find_config (const char *relative) G_GNUC_WARN_UNUSED_RESULT;
char *jip_paths_find_helper (const char *name) G_GNUC_WARN_UNUSED_RESULT;
GSettings *jip_paths_open_settings (const char *schema_id) G_GNUC_WARN_UNUSED_RESULT;
void jip_paths_init_locale (void);

G_END_DECLS
