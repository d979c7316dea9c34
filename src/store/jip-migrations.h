/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-database.h"

G_BEGIN_DECLS

typedef enum
{
  JIP_SCHEMA_SERVER,
  JIP_SCHEMA_REPLICA,
} JipSchema;

/* The table that each schema starts with; `key` "schema" holds the version. */
#define JIP_META_TABLE "meta"

gboolean jip_migrations_apply (JipDatabase *database, JipSchema schema, GError **error);
gboolean jip_migrations_apply_up_to (JipDatabase *database, JipSchema schema, guint version, GError **error);
gboolean jip_migrations_check (JipDatabase *database, JipSchema schema, GError **error);
guint jip_migrations_get_latest (JipSchema schema);
char **jip_migrations_list_tables (JipSchema schema, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_migrations_get_version (JipDatabase *database, guint *version, GError **error);

char *jip_meta_get (JipDatabase *database, const char *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_meta_set (JipDatabase *database, const char *key, const char *value, GError **error);

G_END_DECLS
