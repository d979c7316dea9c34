/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-backup-table.h"

#define BACKUP "SELECT id, epoch, seq, taken_at, COALESCE (kept_at, 0) FROM backup "

void
jip_backup_free (JipBackup *backup)
{
  g_free (backup->id);
  g_free (backup->epoch);
  g_free (backup);
}

gboolean
jip_backup_insert (JipDatabase *database, const JipBackup *backup, GError **error)
{
  return jip_database_run (database, error,
                           "INSERT INTO backup (id, epoch, seq, taken_at) VALUES ($1, $2, $3, $4)", "ttii",
                           backup->id, backup->epoch, backup->seq, backup->taken_at);
}

static GPtrArray *
read_list (JipRows *rows_in, GError **error)
{
  g_autoptr (JipRows) rows = rows_in;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_backup_free);
  g_autoptr (GError) problem = NULL;

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    {
      JipBackup *backup = g_new0 (JipBackup, 1);
      backup->id = g_strdup (jip_rows_text (rows, 0));
      backup->epoch = g_strdup (jip_rows_text (rows, 1));
      backup->seq = jip_rows_int (rows, 2);
      backup->taken_at = jip_rows_int (rows, 3);
      backup->kept_at = jip_rows_int (rows, 4);
      g_ptr_array_add (list, backup);
    }
  if (problem == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

/**
 * jip_backup_get:
 * @backup: (out) (transfer full) (nullable): %NULL when this server does not know it
 */
gboolean
jip_backup_get (JipDatabase *database, const char *id, JipBackup **backup, GError **error)
{
  g_autoptr (GPtrArray) list
      = read_list (jip_database_query (database, error, BACKUP "WHERE id = $1", "t", id), error);

  *backup = list != NULL && list->len > 0 ? g_ptr_array_steal_index (list, 0) : NULL;
  return list != NULL;
}

gboolean
jip_backup_set_kept (JipDatabase *database, const char *id, gint64 now, GError **error)
{
  return jip_database_run (database, error, "UPDATE backup SET kept_at = $2 WHERE id = $1", "ti", id, now);
}

/**
 * jip_backup_list:
 *
 * Returns: (transfer full) (element-type JipBackup): the newest first
 */
GPtrArray *
jip_backup_list (JipDatabase *database, GError **error)
{
  return read_list (jip_database_query (database, error, BACKUP "ORDER BY seq DESC, id DESC LIMIT 1000", ""),
                    error);
}
