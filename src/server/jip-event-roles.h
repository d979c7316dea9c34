/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"
#include "jip-rights.h"

G_BEGIN_DECLS

gboolean jip_event_roles_of (JipDatabase *database, const char *account, JipRoles *roles, GError **error);

G_END_DECLS
