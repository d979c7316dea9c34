/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-rate-limit.h"
#include "jip-services.h"

G_BEGIN_DECLS

/**
 * JipPullAsk:
 * @replica: (nullable)
 * @cursor: (nullable): as sent
 * @limit: the most changes
 * @digests: (nullable): says whether this reader may have digests again
 * @unknown: (out): what the cursor says, where that is above everything that this server knows: for jip_epoch_suspect()
 */
typedef struct
{
  const char *account;
  JipRoles roles;
  const char *replica;
  const char *cursor;
  guint limit;
  JipRateLimit *digests;
  gint64 unknown;
} JipPullAsk;

GBytes *jip_pull_service_pull (JipServices *services, JipDatabase *database, JipPullAsk *ask, GError **error);
GBytes *
jip_pull_service_snapshot (JipServices *services, JipDatabase *database, JipPullAsk *ask, GError **error);

G_END_DECLS
