/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

GPtrArray *jip_file_return_list (JipDatabase *database,
                                 const char *user,
                                 const char *kept,
                                 const char *cache,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_file_return_take (JipDatabase *database, gpointer files, GError **error);

G_END_DECLS
