/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/* What was read in a transaction that writes, is asked for again and again, and hardly ever changes: kept until the transaction
 * ends, a savepoint is gone back to, or who changes it forgets it. */

gpointer jip_memo_get (JipDatabase *database, const char *kind, const char *id);
void jip_memo_keep (JipDatabase *database,
                    const char *kind,
                    const char *id,
                    gpointer data,
                    GDestroyNotify destroy);
void jip_memo_forget (JipDatabase *database, const char *kind, const char *id);

G_END_DECLS
