/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-file-op.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>
#include <utime.h>

#include "jip-blob-op.h"
#include "jip-client-private.h"
#include "jip-error.h"
#include "jip-file-rules.h"

/* Staging */

typedef struct
{
  GFile *file;
  char *folder;
  char *hash; /* of the copy, once it is there */
  gint64 size;
} Stage;

static void
stage_free (gpointer data)
{
  Stage *stage = data;

  g_object_unref (stage->file);
  g_free (stage->folder);
  g_free (stage->hash);
  g_free (stage);
}

static gboolean
fail_errno (GError **error, const char *path)
{
  int code = errno;

  return jip_error_set (error, code == ENOSPC || code == EDQUOT ? JIP_ERROR_STORAGE_FULL : JIP_ERROR_FILE,
                        "%s: %s", path, g_strerror (code));
}

/* Errors of GIO in the words of JIP_ERROR; cancelling stays what it is. */
static gboolean
translate (GError **error, GError *local)
{
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    jip_error_set (error, JIP_ERROR_CANCELLED, "%s", jip_error_describe (JIP_ERROR_CANCELLED));
  else if (local->domain == JIP_ERROR)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  else
    jip_error_set (error,
                   g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? JIP_ERROR_STORAGE_FULL
                                                                            : JIP_ERROR_FILE,
                   "%s", local->message);
  g_error_free (local);
  return FALSE;
}

/* Returns: (transfer full) (nullable): by what a file that is written meanwhile, or cut, is known */
static GFileInfo *
query_version (GFileInputStream *input, GCancellable *cancellable)
{
  return g_file_input_stream_query_info (input,
                                         G_FILE_ATTRIBUTE_STANDARD_SIZE
                                         "," G_FILE_ATTRIBUTE_TIME_MODIFIED
                                         "," G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC,
                                         cancellable, NULL);
}

static gboolean
has_changed (GFileInfo *before, GFileInfo *after)
{
  return g_file_info_get_size (before) != g_file_info_get_size (after)
         || g_file_info_get_attribute_uint64 (before, G_FILE_ATTRIBUTE_TIME_MODIFIED)
                != g_file_info_get_attribute_uint64 (after, G_FILE_ATTRIBUTE_TIME_MODIFIED)
         || g_file_info_get_attribute_uint32 (before, G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC)
                != g_file_info_get_attribute_uint32 (after, G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC);
}

/* What is read is what is sent, whatever becomes of the original: the hash is of this one copy. */
static gboolean
fill (Stage *stage,
      int fd,
      const char *fresh,
      GFileInputStream *input,
      GCancellable *cancellable,
      GError **error)
{
  g_autoptr (GFileInfo) before = query_version (input, cancellable);
  GError *local = NULL;
  goffset size = 0;

  stage->hash = jip_client_hash_stream (G_INPUT_STREAM (input), fd, &size, cancellable, &local);
  stage->size = size;
  if (stage->hash == NULL)
    return translate (error, local);
  if (size == 0)
    return jip_error_set (error, JIP_ERROR_EMPTY, "%s", jip_error_describe (JIP_ERROR_EMPTY));
  g_autoptr (GFileInfo) after = query_version (input, cancellable);
  if (before != NULL && after != NULL && has_changed (before, after))
    return jip_error_set (error, JIP_ERROR_VERSION_CONFLICT, "%s",
                          jip_error_describe (JIP_ERROR_VERSION_CONFLICT));
  return fsync (fd) == 0 || fail_errno (error, fresh);
}

static gboolean
copy_in (Stage *stage, GFileInputStream *input, GCancellable *cancellable, GError **error)
{
  g_autofree char *fresh = g_build_filename (stage->folder, "new.XXXXXX", NULL);
  int fd = g_mkdir_with_parents (stage->folder, 0700) == 0 ? g_mkstemp_full (fresh, O_RDWR | O_CLOEXEC, 0600)
                                                           : -1;

  if (fd < 0)
    return fail_errno (error, stage->folder);
  gboolean filled = fill (stage, fd, fresh, input, cancellable, error);
  close (fd);
  if (filled)
    {
      g_autofree char *path = g_build_filename (stage->folder, stage->hash, NULL);
      filled = g_rename (fresh, path) == 0 || fail_errno (error, path);
    }
  if (!filled)
    g_unlink (fresh);
  return filled;
}

static char *
media_type_of (GFileInfo *info)
{
  const char *type = g_file_info_get_content_type (info);
  g_autofree char *mime = type != NULL ? g_content_type_get_mime_type (type) : NULL;
  g_autofree char *lower = mime != NULL ? g_ascii_strdown (mime, -1) : NULL;

  return lower != NULL && jip_media_type_is_valid (lower) ? g_steal_pointer (&lower)
                                                          : g_strdup ("application/octet-stream");
}

static gboolean
stage_file (Stage *stage, JipFileRef **ref, GCancellable *cancellable, GError **error)
{
  GError *local = NULL;
  g_autoptr (GFileInfo) info
      = g_file_query_info (stage->file,
                           G_FILE_ATTRIBUTE_STANDARD_DISPLAY_NAME "," G_FILE_ATTRIBUTE_STANDARD_CONTENT_TYPE
                                                                  "," G_FILE_ATTRIBUTE_STANDARD_TYPE
                                                                  "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
                           G_FILE_QUERY_INFO_NONE, cancellable, &local);

  if (info == NULL)
    return translate (error, local);
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    return jip_error_set (error, JIP_ERROR_UNSUPPORTED, _ ("“%s” is no file. Choose a file."),
                          g_file_info_get_display_name (info));
  if (g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_STANDARD_SIZE)
      && g_file_info_get_size (info) > JIP_FILE_MAX_SIZE) /* what grows meanwhile is told when it is read */
    return jip_error_set (error, JIP_ERROR_TOO_LARGE, "%s", jip_error_describe (JIP_ERROR_TOO_LARGE));
  g_autoptr (GFileInputStream) input = g_file_read (stage->file, cancellable, &local);
  if (input == NULL)
    return translate (error, local);
  if (!copy_in (stage, input, cancellable, error))
    return FALSE;
  jip_store_sync_folder (stage->folder);
  g_autofree char *name = jip_file_name_make_plain (g_file_info_get_display_name (info));
  g_autofree char *type = media_type_of (info);
  *ref = jip_file_ref_new (stage->hash, stage->size, name, type);
  return TRUE;
}

static void
run_stage (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  JipFileRef *ref = NULL;

  if (stage_file (task_data, &ref, cancellable, &error))
    g_task_return_pointer (task, ref, (GDestroyNotify) jip_file_ref_free);
  else
    g_task_return_error (task, error);
}

/**
 * jip_file_stage_async:
 * @file: of 1 byte to 200 MiB
 *
 * Errors: %JIP_ERROR_EMPTY, %JIP_ERROR_TOO_LARGE, %JIP_ERROR_FILE, %JIP_ERROR_UNSUPPORTED (a folder),
 * %JIP_ERROR_VERSION_CONFLICT (changed meanwhile), %JIP_ERROR_STORAGE_FULL, %JIP_ERROR_CANCELLED; nothing is left of it
 * then.
 */
void
jip_file_stage_async (JipClient *client,
                      GFile *file,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  g_return_if_fail (G_IS_FILE (file));
  g_autoptr (GTask) task = g_task_new (client, cancellable, callback, user_data);
  Stage *stage = g_new0 (Stage, 1);

  g_task_set_source_tag (task, jip_file_stage_async);
  g_task_set_check_cancellable (task, FALSE);
  stage->file = g_object_ref (file);
  stage->folder = jip_client_dup_kept_folder (client);
  g_task_set_task_data (task, stage, stage_free);
  g_task_run_in_thread (task, run_stage);
}

/**
 * jip_file_stage_finish:
 *
 * Returns: (transfer full) (nullable): what to attach
 */
JipFileRef *
jip_file_stage_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* What goes with a text that is being written */

typedef struct
{
  char *key;
  JipFileRef *ref;
} ListAdd;

static void
list_add_free (gpointer data)
{
  ListAdd *add = data;

  g_free (add->key);
  jip_file_ref_free (add->ref);
  g_free (add);
}

static gboolean
run_list_add (JipDatabase *database, gpointer data, GError **error)
{
  ListAdd *add = data;
  g_autoptr (GError) local = NULL;
  g_autofree char *before
      = jip_database_query_text (database, &local, "SELECT text FROM scratch WHERE key = $1", "t", add->key);
  g_autoptr (GPtrArray) files = jip_file_refs_from_text (before);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!jip_file_refs_take (files, jip_file_ref_copy (add->ref)))
    return jip_error_set (error, JIP_ERROR_LIMIT, "%s", jip_error_describe (JIP_ERROR_LIMIT));
  g_autofree char *text = jip_file_refs_to_text (files);
  return jip_scratch_write (database, add->key, text, error);
}

/**
 * jip_file_list_add_async:
 * @key: the scratch key of the text
 *
 * One that stands in the list already stays as it is. Error: %JIP_ERROR_LIMIT.
 */
void
jip_file_list_add_async (JipClient *client,
                         const char *key,
                         const JipFileRef *file,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  g_return_if_fail (key != NULL && file != NULL);
  ListAdd *add = g_new0 (ListAdd, 1);

  add->key = jip_file_refs_scratch_key (key);
  add->ref = jip_file_ref_copy (file);
  /* written before, and read then: work on the replica is done in order */
  jip_scratch_flush (jip_client_get_scratch (client));
  jip_local_write_async (jip_client_get_local (client), run_list_add, add, list_add_free, cancellable,
                         callback, user_data);
}

gboolean
jip_file_list_add_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  ListAdd *add = jip_local_finish (result, error);

  if (add == NULL)
    return FALSE;
  list_add_free (add);
  return TRUE;
}

/* Saving */

typedef struct
{
  GFile *target;
  char *path;
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  g_object_unref (save->target);
  g_free (save->path);
  g_free (save);
}

static void
copy_out (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Save *save = task_data;
  g_autoptr (GFile) file = g_file_new_for_path (save->path);
  GError *local = NULL, *error = NULL;

  if (g_file_copy (file, save->target, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS, cancellable,
                   NULL, NULL, &local))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  translate (&error, local);
  g_task_return_error (task, error);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Save *save = g_task_get_task_data (task);
  GError *error = NULL;

  save->path = jip_blob_fetch_finish (JIP_CLIENT (source), result, &error);
  if (save->path == NULL)
    g_task_return_error (task, error);
  else
    g_task_run_in_thread (task, copy_out);
}

/**
 * jip_file_save_async:
 * @target: is replaced; the file is written without any right to run it
 *
 * Errors: those of jip_blob_fetch_async(), and %JIP_ERROR_FILE, %JIP_ERROR_STORAGE_FULL of @target.
 */
void
jip_file_save_async (JipClient *client,
                     const char *sha256,
                     GFile *target,
                     GFileProgressCallback progress,
                     gpointer progress_data,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  g_return_if_fail (G_IS_FILE (target));
  GTask *task = g_task_new (client, cancellable, callback, user_data);
  Save *save = g_new0 (Save, 1);

  g_task_set_source_tag (task, jip_file_save_async);
  g_task_set_check_cancellable (task, FALSE);
  save->target = g_object_ref (target);
  g_task_set_task_data (task, save, save_free);
  jip_blob_fetch_async (client, sha256, progress, progress_data, cancellable, fetched_cb, task);
}

gboolean
jip_file_save_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Attaching */

/**
 * jip_attachment_add_async:
 * @comment: (nullable): of the idea @proposal; %NULL for the idea itself
 */
void
jip_attachment_add_async (JipClient *client,
                          const char *proposal,
                          const char *comment,
                          const JipFileRef *file,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  g_return_if_fail (proposal != NULL && file != NULL);
  g_autoptr (JsonNode) node = jip_file_ref_to_args (file, proposal, comment);

  jip_client_mutate_async (client, "attachment.add", json_node_dup_object (node), NULL, cancellable, callback,
                           user_data);
}

/**
 * jip_attachment_add_finish:
 *
 * Returns: (transfer full) (nullable): the attachment's id
 */
char *
jip_attachment_add_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  char *id = NULL;

  return jip_client_mutate_finish (client, result, &id, error) != 0 ? id : NULL;
}

void
jip_attachment_remove_async (JipClient *client,
                             const char *proposal,
                             const char *id,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  g_return_if_fail (proposal != NULL && id != NULL);
  JsonObject *args = json_object_new ();

  json_object_set_string_member (args, "id", id);
  json_object_set_string_member (args, "proposal", proposal);
  jip_client_mutate_async (client, "attachment.remove", args, NULL, cancellable, callback, user_data);
}

gboolean
jip_attachment_remove_finish (JipClient *client, GAsyncResult *result, GError **error)
{
  return jip_client_mutate_finish (client, result, NULL, error) != 0;
}
