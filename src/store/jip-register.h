/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

/**
 * JipRegister:
 * @JIP_REGISTER_COUNTER: the table `counter`, whole numbers
 * @JIP_REGISTER_FEED_SUM: the table `feed_sum`, digests
 * @JIP_REGISTER_AUDIT_HEAD: the hash of the newest entry of the audit; the entries themselves are what is written
 *
 * Values that nearly every change touches. While a connection writes they are kept in memory and written once, with the
 * commit: PostgreSQL keeps each version of a row until the transaction ends, and a batch of hundreds of mutations would
 * search through hundreds of them again and again.
 */
typedef enum
{
  JIP_REGISTER_COUNTER,
  JIP_REGISTER_FEED_SUM,
  JIP_REGISTER_AUDIT_HEAD,
} JipRegister;

gboolean
jip_register_get (JipDatabase *database, JipRegister kind, const char *name, char **value, GError **error);
gboolean jip_register_set (JipDatabase *database,
                           JipRegister kind,
                           const char *name,
                           const char *value,
                           GError **error);
gint64 jip_register_get_int (JipDatabase *database, const char *name, GError **error);
gboolean jip_register_set_int (JipDatabase *database, const char *name, gint64 number, GError **error);
gint64 jip_register_next (JipDatabase *database, const char *name, GError **error);

G_END_DECLS
