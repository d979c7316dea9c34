/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

gboolean jip_quarantine_work_on (JipDatabase *database, GHashTable *gone, GError **error);
gboolean jip_quarantine_work_on_stale (JipDatabase *database, gint64 generation, GError **error);
gboolean jip_quarantine_give_back (JipDatabase *database, GHashTable *seen, GError **error);
gboolean jip_quarantine_take_damaged (JipDatabase *database, gint64 n, GError **error);
gboolean jip_quarantine_damaged (JipDatabase *database, GArray *numbers, GError **error);
gboolean jip_quarantine_release (JipDatabase *database, gint64 n, GError **error);
