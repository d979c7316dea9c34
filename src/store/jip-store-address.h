/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define JIP_STORE_FILE "jiphyeon.db"
#define JIP_STORE_ADDRESS "database"

gboolean jip_store_address_read (const char *folder, char **uri, GError **error);
gboolean jip_store_address_write (const char *folder, const char *uri, GError **error);
gboolean jip_store_address_choose (const char *folder, const char *wanted, char **uri, GError **error);
gboolean jip_store_holds_data (const char *folder);

G_END_DECLS
