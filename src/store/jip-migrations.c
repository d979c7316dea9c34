/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-migrations.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>

#include "jip-sql-resource.h"

/* The SQL stands in data/sql/SCHEMA/DRIVER/NNNN-name.sql and travels inside the program. A file that was released is
 * never changed; what changes comes in the next one. */

static const char *const schema_names[] = {
  [JIP_SCHEMA_SERVER] = "server",
  [JIP_SCHEMA_REPLICA] = "replica",
};

static int
compare_names (const void *a, const void *b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

static char *
folder_of (JipDatabase *database, JipSchema schema)
{
  return g_strdup_printf ("/kr/go/jiphyeon/sql/%s/%s", schema_names[schema],
                          jip_database_get_driver (database));
}

/* The schema's files in order; file i brings the database to version i + 1. */
static char **
list_files (JipDatabase *database, JipSchema schema)
{
  g_autofree char *folder = folder_of (database, schema);
  char **names
      = g_resource_enumerate_children (jip_sql_get_resource (), folder, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  if (names == NULL)
    return g_new0 (char *, 1);
  qsort (names, g_strv_length (names), sizeof *names, compare_names);
  return names;
}

/**
 * jip_migrations_get_latest:
 *
 * Returns: the version that this program works with, from 1; 0 for a schema without files
 */
guint
jip_migrations_get_latest (JipDatabase *database, JipSchema schema)
{
  g_return_val_if_fail (database != NULL, 0);

  g_auto (GStrv) names = list_files (database, schema);
  return g_strv_length (names);
}

/**
 * jip_meta_get:
 *
 * Returns: (transfer full) (nullable): the value kept under @key, %NULL without @error when there is none
 */
char *
jip_meta_get (JipDatabase *database, const char *key, GError **error)
{
  return jip_database_query_text (database, error, "SELECT value FROM meta WHERE key = $1", "t", key);
}

gboolean
jip_meta_set (JipDatabase *database, const char *key, const char *value, GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO meta (key, value) VALUES ($1, $2) "
                           "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                           "tt", key, value);
}

/**
 * jip_migrations_get_version:
 * @version: (out): the version the database is at; 0 for one that no migration has seen
 */
gboolean
jip_migrations_get_version (JipDatabase *database, guint *version, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  *version = 0;
  if (!jip_database_exec (
          database, "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)", error))
    return FALSE;
  g_autofree char *text = jip_meta_get (database, "schema", &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *version = text != NULL ? (guint) g_ascii_strtoull (text, NULL, 10) : 0;
  return TRUE;
}

static gboolean
apply_one (JipDatabase *database, const char *sql, guint version, GError **error)
{
  char text[16];

  if (!jip_database_begin (database, error))
    return FALSE;
  g_snprintf (text, sizeof text, "%u", version);
  if (jip_database_exec (database, sql, error) && jip_meta_set (database, "schema", text, error)
      && jip_database_commit (database, error))
    return TRUE;
  jip_database_rollback (database, NULL);
  return FALSE;
}

/**
 * jip_migrations_apply_up_to:
 * @version: the last version to apply
 *
 * Applies the missing files, each in a transaction of its own. A database that is newer than the program is left as it
 * is, with %JIP_ERROR_UNSUPPORTED.
 */
gboolean
jip_migrations_apply_up_to (JipDatabase *database, JipSchema schema, guint version, GError **error)
{
  guint at;

  g_return_val_if_fail (database != NULL, FALSE);
  g_auto (GStrv) names = list_files (database, schema);
  g_autofree char *folder = folder_of (database, schema);
  if (!jip_migrations_get_version (database, &at, error))
    return FALSE;
  if (at > g_strv_length (names))
    return jip_error_set (
        error, JIP_ERROR_UNSUPPORTED,
        _ ("The data was written by a newer version of this program (schema %u, this program knows %u). "
           "Install the newer version, or restore a backup."),
        at, g_strv_length (names));
  for (; at < version && names[at] != NULL; at++)
    {
      g_autofree char *path = g_build_path ("/", folder, names[at], NULL);
      g_autoptr (GBytes) sql
          = g_resource_lookup_data (jip_sql_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
      if (sql == NULL || !apply_one (database, g_bytes_get_data (sql, NULL), at + 1, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
jip_migrations_apply (JipDatabase *database, JipSchema schema, GError **error)
{
  return jip_migrations_apply_up_to (database, schema, G_MAXUINT, error);
}

/**
 * jip_migrations_check:
 *
 * Returns: %FALSE with %JIP_ERROR_UNSUPPORTED unless the database is at exactly the version of this program
 */
gboolean
jip_migrations_check (JipDatabase *database, JipSchema schema, GError **error)
{
  guint at, latest = jip_migrations_get_latest (database, schema);

  if (!jip_migrations_get_version (database, &at, error))
    return FALSE;
  if (at == latest)
    return TRUE;
  return jip_error_set (error, JIP_ERROR_UNSUPPORTED,
                        _ ("The data is at schema %u, this program works with %u."), at, latest);
}
