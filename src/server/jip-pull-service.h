/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-services.h"

G_BEGIN_DECLS

/**
 * JipPullAsk:
 * @replica: (nullable)
 * @cursor: (nullable): as sent
 * @limit: the most changes
 * @digests: whether the reader may have digests now
 */
typedef struct
{
  const char *account;
  JipRoles roles;
  const char *replica;
  const char *cursor;
  guint limit;
  gboolean digests;
} JipPullAsk;

GBytes *jip_pull_service_pull (JipServices *services,
                               JipDatabase *database,
                               const JipPullAsk *ask,
                               gboolean *complete,
                               GError **error);
GBytes *jip_pull_service_snapshot (JipServices *services,
                                   JipDatabase *database,
                                   const JipPullAsk *ask,
                                   GError **error);

G_END_DECLS
