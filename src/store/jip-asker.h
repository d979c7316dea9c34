/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"
#include "jip-rights.h"

G_BEGIN_DECLS

/**
 * JipAsker:
 * @name: the person's
 * @department_name: (nullable)
 * @replica_account: (nullable): whose the replica is; %NULL for one that never pushed
 * @last_n: of the replica
 * @was_copied: whether a copy of the replica has ever brought anything of it
 */
typedef struct
{
  JipRoles roles;
  char *name;
  char *department_name;
  char *replica_account;
  gint64 last_n;
  gboolean was_copied;
} JipAsker;

gboolean jip_asker_load (JipDatabase *database,
                         const char *account,
                         const char *replica,
                         gboolean *enabled,
                         JipAsker *asker,
                         GError **error);
void jip_asker_clear (JipAsker *asker);

G_END_DECLS
