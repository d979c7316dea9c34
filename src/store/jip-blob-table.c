/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-blob-table.h"

gboolean
jip_upload_get (JipDatabase *database,
                const char *account,
                const char *sha256,
                JipUpload *upload,
                gboolean *found,
                GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error, "SELECT size, complete FROM upload WHERE account = $1 AND sha256 = $2", "tt", account,
      sha256);

  if (rows == NULL)
    return FALSE;
  *found = jip_rows_next (rows, &problem);
  if (*found)
    {
      upload->size = jip_rows_int (rows, 0);
      upload->complete = jip_rows_int (rows, 1) != 0;
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* One that was begun before keeps going. */
gboolean
jip_upload_begin (JipDatabase *database,
                  const char *account,
                  const char *sha256,
                  gint64 size,
                  gint64 now,
                  GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO upload (account, sha256, size, complete, created_at)"
                           " VALUES ($1, $2, $3, 0, $4) ON CONFLICT (account, sha256) DO NOTHING",
                           "ttii", account, sha256, size, now);
}

gboolean
jip_upload_finish (JipDatabase *database,
                   const char *account,
                   const char *sha256,
                   gint64 size,
                   gint64 now,
                   GError **error)
{
  return jip_database_run (database, error,
                           "UPDATE upload SET complete = 1 WHERE account = $1 AND sha256 = $2", "tt", account,
                           sha256)
         && jip_database_run (database, error,
                              "INSERT INTO blob (sha256, size, created_at) VALUES ($1, $2, $3)"
                              " ON CONFLICT (sha256) DO NOTHING",
                              "tii", sha256, size, now);
}

gboolean
jip_upload_discard (JipDatabase *database, const char *account, const char *sha256, GError **error)
{
  return jip_database_run (database, error, "DELETE FROM upload WHERE account = $1 AND sha256 = $2", "tt",
                           account, sha256);
}

/**
 * jip_upload_abandon:
 * @last: (out): whether nothing is known of the file any more, nor is anybody uploading it
 *
 * One that is not finished ends; a finished one stays.
 */
gboolean
jip_upload_abandon (JipDatabase *database,
                    const char *account,
                    const char *sha256,
                    gboolean *last,
                    GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!jip_database_run (database, error,
                         "DELETE FROM upload WHERE account = $1 AND sha256 = $2 AND complete = 0", "tt",
                         account, sha256))
    return FALSE;
  *last = jip_database_query_int (database, -1, &problem,
                                  "SELECT (SELECT COUNT(*) FROM blob WHERE sha256 = $1)"
                                  " + (SELECT COUNT(*) FROM upload WHERE sha256 = $1)",
                                  "t", sha256)
          == 0;
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* It is gone: whoever had uploaded it may do so again. */
gboolean
jip_blob_forget (JipDatabase *database, const char *sha256, GError **error)
{
  return jip_database_run (database, error, "UPDATE upload SET complete = 0 WHERE sha256 = $1", "t", sha256)
         && jip_database_run (database, error, "DELETE FROM blob WHERE sha256 = $1", "t", sha256);
}

/**
 * jip_blob_get_size:
 * @size: (out): -1 when there is no such file
 */
gboolean
jip_blob_get_size (JipDatabase *database, const char *sha256, gint64 *size, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *size = jip_database_query_int (database, -1, &problem, "SELECT size FROM blob WHERE sha256 = $1", "t",
                                  sha256);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
jip_blob_use (JipDatabase *database, const char *sha256, const char *table, const char *row, GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO blob_use (sha256, table_name, row_id) VALUES ($1, $2, $3)"
                           " ON CONFLICT (sha256, table_name, row_id) DO NOTHING",
                           "ttt", sha256, table, row);
}
