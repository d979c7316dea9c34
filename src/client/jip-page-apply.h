/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-change.h"
#include "jip-database.h"

G_BEGIN_DECLS

/* What a page of the feed does to the replica, on the writer thread and in its transaction. */

gboolean jip_page_begin_snapshot (JipDatabase *database, GError **error);
gboolean jip_page_apply (JipDatabase *database,
                         const JipPage *page,
                         gboolean snapshot,
                         GHashTable *tables,
                         GError **error);

G_END_DECLS
