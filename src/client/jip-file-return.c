/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that the server has lost and that are not asked for here any more, since a backup had them: where their author has
 * some copy on this PC, it goes again like one that was just attached. */
#include "jip-file-return.h"

#include <unistd.h>

#include "jip-client-private.h"
#include "jip-file-op.h"
#include "jip-sha256.h"

typedef struct
{
  char *sha256;
  gint64 size;
  char *kept;   /* where it has to lie to be sent */
  char *cached; /* where it may lie besides, since it was fetched */
} Return;

static void
return_free (gpointer data)
{
  Return *file = data;

  g_free (file->sha256);
  g_free (file->kept);
  g_free (file->cached);
  g_free (file);
}

static gboolean
is_there (const char *path)
{
  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

/* Readers do not send it, whatever they have: an upload is one's own, and gives nothing to another one's row. */
#define LOST_FILES_OF_MINE \
  "SELECT DISTINCT json_extract (a.row, '$.sha256'), json_extract (a.row, '$.size') FROM record AS a " \
  "WHERE a.tbl = 'attachment' AND a.shown = 1 AND json_extract (a.row, '$.gone') = 1 " \
  "AND json_extract (a.row, '$.sha256') NOT IN (SELECT sha256 FROM file) " \
  "AND CASE WHEN json_extract (a.row, '$.comment') IS NOT NULL " \
  "THEN EXISTS (SELECT 1 FROM record AS c WHERE c.tbl = 'comment' AND c.shown = 1 " \
  "AND c.id = json_extract (a.row, '$.comment') AND c.author = $1) " \
  "ELSE EXISTS (SELECT 1 FROM record AS p WHERE p.shown = 1 AND ((p.tbl = 'proposal' " \
  "AND p.id = json_extract (a.row, '$.proposal') AND p.author = $1) OR (p.tbl = 'own_proposal' " \
  "AND p.parent = json_extract (a.row, '$.proposal')))) END"

/**
 * jip_file_return_list:
 * @user: whose files count
 * @kept: the folder of what @user sends
 * @cache: the folder of what was fetched
 *
 * Returns: (transfer full) (nullable): those of which a copy lies in one of both, for jip_file_return_take()
 */
GPtrArray *
jip_file_return_list (JipDatabase *database,
                      const char *user,
                      const char *kept,
                      const char *cache,
                      GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (return_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (JipRows) rows = jip_database_query (database, error, LOST_FILES_OF_MINE, "t", user);

  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &local))
    {
      const char *sha256 = jip_rows_text (rows, 0);
      if (sha256 == NULL || !jip_sha256_is_valid (sha256))
        continue;
      Return *file = g_new0 (Return, 1);
      file->sha256 = g_strdup (sha256);
      file->size = jip_rows_int (rows, 1);
      file->kept = g_build_filename (kept, sha256, NULL);
      file->cached = g_build_filename (cache, sha256, NULL);
      if (is_there (file->kept) || is_there (file->cached))
        g_ptr_array_add (files, file);
      else
        return_free (file);
    }
  if (local == NULL)
    return g_steal_pointer (&files);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * jip_file_return_take:
 * @files: of jip_file_return_list()
 *
 * Puts them on their way, in a transaction. What the cache has gets a second name, so that the cache may let it go.
 */
gboolean
jip_file_return_take (JipDatabase *database, gpointer files, GError **error)
{
  const GPtrArray *list = files;

  for (guint i = 0; i < list->len; i++)
    {
      const Return *file = g_ptr_array_index (list, i);
      g_autofree char *folder = g_path_get_dirname (file->kept);
      if (!is_there (file->kept)
          && (g_mkdir_with_parents (folder, 0700) != 0 || link (file->cached, file->kept) != 0))
        continue;
      if (!jip_database_run (database, error,
                             "INSERT INTO file (sha256, size, sent) VALUES ($1, $2, 0)"
                             " ON CONFLICT (sha256) DO NOTHING",
                             "ti", file->sha256, file->size))
        return FALSE;
    }
  return TRUE;
}

static gboolean
choose_again (JipDatabase *database, gpointer data, GError **error)
{
  const JipFileRef *file = data;

  return jip_database_run (database, error,
                           "INSERT INTO file (sha256, size, sent) VALUES ($1, $2, 0)"
                           " ON CONFLICT (sha256) DO UPDATE SET sent = 0",
                           "ti", file->sha256, file->size);
}

static void
chosen_again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (JipFileRef) file = jip_local_finish (result, &error);

  if (file == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  jip_client_send_files_now (g_task_get_source_object (task));
  g_task_return_boolean (task, TRUE);
}

/**
 * jip_file_bring_back_async:
 * @file: of jip_file_stage_finish(); its rows are there and say that it is gone
 *
 * Errors: those of writing on this PC.
 */
void
jip_file_bring_back_async (JipClient *client,
                           const JipFileRef *file,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  g_return_if_fail (file != NULL);
  GTask *task = g_task_new (client, cancellable, callback, user_data);

  g_task_set_source_tag (task, jip_file_bring_back_async);
  jip_local_write_async (client->local, choose_again, jip_file_ref_copy (file),
                         (GDestroyNotify) jip_file_ref_free, cancellable, chosen_again_cb, task);
}

gboolean
jip_file_bring_back_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
