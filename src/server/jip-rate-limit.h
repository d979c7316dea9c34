/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * JipRateLimit:
 *
 * Token buckets by key (an account, an address), safe to use from any thread, bounded in memory: when there is no room
 * for another key, the one that was asked for longest ago is forgotten.
 */
typedef struct _JipRateLimit JipRateLimit;

JipRateLimit *jip_rate_limit_new (double per_second, guint burst, guint max_keys) G_GNUC_WARN_UNUSED_RESULT;
void jip_rate_limit_free (JipRateLimit *limit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipRateLimit, jip_rate_limit_free)

guint jip_rate_limit_take (JipRateLimit *limit, const char *key);
guint jip_rate_limit_take_at (JipRateLimit *limit, const char *key, gint64 now);
guint jip_rate_limit_get_n_keys (JipRateLimit *limit);

G_END_DECLS
