/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/* In the meta table of a mended replica, until its user was told. */
#define JIP_SALVAGE_MENDED "mended"
#define JIP_SALVAGE_WHOLE "whole"
#define JIP_SALVAGE_PART "part"

gboolean jip_salvage_check (JipDatabase *database, gpointer unused, GError **error);
gboolean jip_salvage_copy (JipDatabase *from, JipDatabase *to, gboolean *whole, GError **error);
gboolean jip_salvage_copy_rows (JipDatabase *from, JipDatabase *to, gboolean *whole, GError **error);
gboolean jip_salvage_scan (const char *path, JipDatabase *to, GError **error);
gboolean jip_salvage_settle (JipDatabase *database, gboolean whole, const char *name, GError **error);

G_END_DECLS
