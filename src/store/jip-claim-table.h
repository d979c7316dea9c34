/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-refill-table.h"

G_BEGIN_DECLS

/**
 * JipClaim:
 * @name: of something that can be set again
 * @place: at which a mutation set it, or would have if it were the newest
 */
typedef struct
{
  char *name;
  gint64 place;
} JipClaim;

void jip_claim_free (JipClaim *claim);
gboolean jip_claim_put (JipDatabase *database, const char *name, const JipParked *by, GError **error);
gboolean
jip_claim_take_back (JipDatabase *database, const char *replica, gint64 n, GPtrArray *claims, GError **error);
gboolean jip_claim_rename (JipDatabase *database, const char *from, const char *to, GError **error);
gboolean
jip_claim_get_newest (JipDatabase *database, const char *name, gint64 place, JipParked **by, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipClaim, jip_claim_free)

G_END_DECLS
