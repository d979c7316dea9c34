/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-file-cache.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jip-client-private.h"
#include "jip-error.h"

typedef struct
{
  char *path;
  gint64 size;
  gint64 used; /* nanoseconds */
} Cached;

static void
cached_free (gpointer data)
{
  g_free (((Cached *) data)->path);
  g_free (data);
}

static int
compare_use (gconstpointer a, gconstpointer b)
{
  const Cached *x = *(Cached *const *) a, *y = *(Cached *const *) b;

  return x->used < y->used ? -1 : x->used > y->used;
}

static GPtrArray *
list_files (const char *folder)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (cached_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      struct stat info;
      if (lstat (path, &info) != 0 || !S_ISREG (info.st_mode))
        continue;
      Cached *cached = g_new0 (Cached, 1);
      cached->path = g_steal_pointer (&path);
      cached->size = (gint64) info.st_size;
      cached->used = (gint64) info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_mtim.tv_nsec;
      g_ptr_array_add (files, cached);
    }
  return files;
}

/* Whether the name still leads to what is open: somebody may have removed it, or finished it, in between. */
static gboolean
is_current (int fd, const char *path)
{
  struct stat mine, named;

  return fstat (fd, &mine) == 0 && stat (path, &named) == 0 && mine.st_ino == named.st_ino
         && mine.st_dev == named.st_dev;
}

/**
 * jip_file_cache_open_part:
 * @part: the path of a file that is being fetched; made where there is none
 * @busy: (out): whether somebody else is fetching it, here or in another program; no error then
 *
 * Returns: a descriptor with a lock that keeps the file in the cache until it is closed, else -1
 */
int
jip_file_cache_open_part (const char *part, gboolean *busy, GError **error)
{
  *busy = FALSE;
  for (guint i = 0; i < 100; i++)
    {
      int fd = open (part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
      if (fd < 0)
        {
          int code = errno;
          jip_error_set (error, code == ENOSPC || code == EDQUOT ? JIP_ERROR_STORAGE_FULL : JIP_ERROR_FILE,
                         "%s: %s", part, g_strerror (code));
          return -1;
        }
      if (flock (fd, LOCK_EX | LOCK_NB) != 0)
        {
          close (fd);
          *busy = TRUE;
          return -1;
        }
      if (is_current (fd, part))
        return fd;
      close (fd);
    }
  *busy = TRUE;
  return -1;
}

/* One that is being fetched stays. */
static gboolean
remove_file (const char *path)
{
  gboolean removed = FALSE;

  if (!g_str_has_suffix (path, ".part"))
    return g_unlink (path) == 0;
  int fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0)
    return FALSE;
  if (flock (fd, LOCK_EX | LOCK_NB) == 0 && is_current (fd, path))
    removed = g_unlink (path) == 0;
  close (fd);
  return removed;
}

/**
 * jip_file_cache_measure:
 *
 * Returns: the bytes of the files in @folder
 */
gint64
jip_file_cache_measure (const char *folder)
{
  g_autoptr (GPtrArray) files = list_files (folder);
  gint64 size = 0;

  for (guint i = 0; i < files->len; i++)
    size += ((Cached *) g_ptr_array_index (files, i))->size;
  return size;
}

/**
 * jip_file_cache_trim:
 * @limit: in bytes; 0 removes all that may go
 * @needed: (nullable): the path of a file that stays, even where it alone is above the limit
 *
 * Removes what was used longest ago until @folder is within its limit; never a file that is being fetched.
 */
void
jip_file_cache_trim (const char *folder, gint64 limit, const char *needed)
{
  g_autoptr (GPtrArray) files = list_files (folder);
  gint64 size = 0;

  for (guint i = 0; i < files->len; i++)
    size += ((Cached *) g_ptr_array_index (files, i))->size;
  g_ptr_array_sort (files, compare_use);
  for (guint i = 0; size > limit && i < files->len; i++)
    {
      const Cached *cached = g_ptr_array_index (files, i);
      if (g_strcmp0 (cached->path, needed) != 0 && remove_file (cached->path))
        size -= cached->size;
    }
}

/* The settings' side */

typedef struct
{
  char *cache;
  char *kept;
  gboolean trim;
  gint64 limit;
  JipFileUsage usage;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_free (look->cache);
  g_free (look->kept);
  g_free (look);
}

static void
look_at_files (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Look *look = task_data;

  if (look->trim)
    jip_file_cache_trim (look->cache, look->limit, NULL);
  look->usage.cached = jip_file_cache_measure (look->cache);
  look->usage.kept = jip_file_cache_measure (look->kept);
  g_task_return_boolean (task, TRUE);
}

static void
start_look (JipClient *client,
            gboolean trim,
            gint64 limit,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (client, cancellable, callback, user_data);
  Look *look = g_new0 (Look, 1);

  g_task_set_source_tag (task, start_look);
  look->cache = jip_client_dup_cache_folder (client);
  look->kept = jip_client_dup_kept_folder (client);
  look->trim = trim;
  look->limit = limit;
  g_task_set_task_data (task, look, look_free);
  g_task_run_in_thread (task, look_at_files);
}

static gboolean
finish_look (GAsyncResult *result, JipFileUsage *usage, GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *usage = ((Look *) g_task_get_task_data (G_TASK (result)))->usage;
  return TRUE;
}

/**
 * jip_client_set_cache_limit:
 * @bytes: brought into %JIP_FILE_CACHE_MIN to %JIP_FILE_CACHE_MAX
 *
 * How much the fetched files may take; what is above it goes now.
 */
void
jip_client_set_cache_limit (JipClient *client, gint64 bytes)
{
  g_return_if_fail (JIP_IS_CLIENT (client));

  client->cache_limit = CLAMP (bytes, JIP_FILE_CACHE_MIN, JIP_FILE_CACHE_MAX);
  start_look (client, TRUE, client->cache_limit, NULL, NULL, NULL);
}

gint64
jip_client_get_cache_limit (JipClient *client)
{
  g_return_val_if_fail (JIP_IS_CLIENT (client), 0);
  return client->cache_limit;
}

/**
 * jip_client_measure_files_async:
 *
 * How much room files take on this PC.
 */
void
jip_client_measure_files_async (JipClient *client,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  start_look (client, FALSE, 0, cancellable, callback, user_data);
}

gboolean
jip_client_measure_files_finish (JipClient *client, GAsyncResult *result, JipFileUsage *usage, GError **error)
{
  return finish_look (result, usage, error);
}

/**
 * jip_client_empty_cache_async:
 *
 * Removes every fetched file but those that are being fetched.
 */
void
jip_client_empty_cache_async (JipClient *client,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_return_if_fail (JIP_IS_CLIENT (client));
  start_look (client, TRUE, 0, cancellable, callback, user_data);
}

/**
 * jip_client_empty_cache_finish:
 * @usage: (out): what is left
 */
gboolean
jip_client_empty_cache_finish (JipClient *client, GAsyncResult *result, JipFileUsage *usage, GError **error)
{
  return finish_look (result, usage, error);
}
