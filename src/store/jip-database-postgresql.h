/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/* In a library of its own: the desktop does without libpq. */
JipDatabase *jip_database_open_postgresql (const char *uri,
                                           JipDatabaseFlags flags,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
