/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-migrations.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>

#include "jip-sql-resource.h"

/* The SQL stands in data/sql/SCHEMA/NNNN-name.sql and travels inside the program; jip-ddl.h says how one text serves both
 * databases. A file that was released is never changed; what changes comes in the next one. */

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
folder_of (JipSchema schema)
{
  return g_strconcat ("/kr/go/jiphyeon/sql/", schema_names[schema], NULL);
}

/* The schema's files in order; file i brings the database to version i + 1. */
static char **
list_files (JipSchema schema)
{
  g_autofree char *folder = folder_of (schema);
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
jip_migrations_get_latest (JipSchema schema)
{
  g_auto (GStrv) names = list_files (schema);
  return g_strv_length (names);
}

static GBytes *
read_file (JipSchema schema, const char *name, GError **error)
{
  g_autofree char *folder = folder_of (schema);
  g_autofree char *path = g_build_path ("/", folder, name, NULL);

  return g_resource_lookup_data (jip_sql_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
}

/**
 * jip_migrations_list_tables:
 *
 * Returns: (transfer full): the tables of the schema, each after those that it refers to
 */
char **
jip_migrations_list_tables (JipSchema schema, GError **error)
{
  g_auto (GStrv) names = list_files (schema);
  g_autoptr (GStrvBuilder) tables = g_strv_builder_new ();
  g_autoptr (GRegex) create = g_regex_new ("^CREATE TABLE (\\w+)", G_REGEX_MULTILINE, 0, NULL);

  g_strv_builder_add (tables, JIP_META_TABLE);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GBytes) sql = read_file (schema, names[i], error);
      g_autoptr (GMatchInfo) match = NULL;
      if (sql == NULL)
        return NULL;
      for (g_regex_match (create, g_bytes_get_data (sql, NULL), 0, &match); g_match_info_matches (match);
           g_match_info_next (match, NULL))
        {
          g_autofree char *table = g_match_info_fetch (match, 1);
          g_strv_builder_add (tables, table);
        }
    }
  return g_strv_builder_end (tables);
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
  gboolean inside = jip_database_in_transaction (database);
  char text[16];

  if (!inside && !jip_database_begin (database, error))
    return FALSE;
  g_snprintf (text, sizeof text, "%u", version);
  if (jip_database_exec (database, sql, error) && jip_meta_set (database, "schema", text, error)
      && (inside || jip_database_commit (database, error)))
    return TRUE;
  if (inside)
    return FALSE;
  jip_database_rollback (database, NULL);
  return FALSE;
}

/**
 * jip_migrations_apply_up_to:
 * @version: the last version to apply
 *
 * Applies the missing files, each in a transaction of its own unless the caller has one. A database that is newer than the program is left as it
 * is, with %JIP_ERROR_UNSUPPORTED.
 */
gboolean
jip_migrations_apply_up_to (JipDatabase *database, JipSchema schema, guint version, GError **error)
{
  guint at;

  g_return_val_if_fail (database != NULL, FALSE);
  g_auto (GStrv) names = list_files (schema);
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
      g_autoptr (GBytes) sql = read_file (schema, names[at], error);
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
  guint at, latest = jip_migrations_get_latest (schema);

  if (!jip_migrations_get_version (database, &at, error))
    return FALSE;
  if (at == latest)
    return TRUE;
  return jip_error_set (error, JIP_ERROR_UNSUPPORTED,
                        _ ("The data is at schema %u, this program works with %u."), at, latest);
}
