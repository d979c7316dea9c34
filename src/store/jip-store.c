/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

struct _JipStore
{
  char *folder;
  char *path; /* of the SQLite file */
  char *uri;  /* of a database elsewhere, or NULL */
  JipStoreOpener opener;
  int lock_fd;
  JipWriter *writer;

  GMutex mutex;
  GHashTable *readers; /* GThread * -> JipDatabase; under the mutex */
};

static JipErrorCode
code_of (int problem)
{
  return problem == ENOSPC || problem == EDQUOT ? JIP_ERROR_STORAGE_FULL : JIP_ERROR_FILE;
}

/**
 * jip_store_sync_folder:
 *
 * Returns: whether the names in the folder are on the disk
 */
gboolean
jip_store_sync_folder (const char *folder)
{
  g_return_val_if_fail (folder != NULL, FALSE);

  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean synced = fd >= 0 && fsync (fd) == 0;
  if (fd >= 0)
    close (fd);
  return synced;
}

/**
 * jip_store_take_lock:
 *
 * Returns: a descriptor that holds the folder's lock until it is closed; -1 with %JIP_ERROR_BUSY when another program has
 *   it
 */
int
jip_store_take_lock (const char *folder, GError **error)
{
  g_return_val_if_fail (folder != NULL, -1);

  g_autofree char *path = g_build_filename (folder, JIP_STORE_LOCK, NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      jip_error_set (error, code_of (errno), _ ("%s: cannot be opened: %s"), path, g_strerror (errno));
      return -1;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  close (fd);
  jip_error_set (error, JIP_ERROR_BUSY, _ ("%s is in use by another program. End that one first."), folder);
  return -1;
}

static JipDatabase *
open_database (JipStore *self, JipDatabaseFlags flags, GError **error)
{
  return self->uri != NULL ? self->opener (self->uri, flags, error)
                           : jip_database_open_sqlite (self->path, flags, error);
}

static JipDatabase *
open_checked (JipStore *self, JipSchema schema, GError **error)
{
  g_autoptr (JipDatabase) database
      = open_database (self, JIP_DATABASE_CREATE | JIP_DATABASE_EXCLUSIVE, error);

  if (database == NULL || !jip_database_quick_check (database, error)
      || !jip_migrations_apply (database, schema, error))
    return NULL;
  return g_steal_pointer (&database);
}

/**
 * jip_store_open:
 * @folder: the data folder, made with mode 0700 where there is none
 * @schema: what lies in it
 * @window_us: see jip_writer_new()
 *
 * Takes the folder's lock, checks the SQLite database in it and brings it to the schema of this program. Whatever is
 * wrong ends in an error and leaves the data as it was.
 */
JipStore *
jip_store_open (const char *folder, JipSchema schema, guint window_us, GError **error)
{
  return jip_store_open_with (folder, NULL, NULL, schema, window_us, error);
}

/* The address is written down only after a database was found there. */
static gboolean
open_place (JipStore *self, const char *wanted, JipSchema schema, guint window_us, GError **error)
{
  if (self->opener != NULL && !jip_store_address_choose (self->folder, wanted, &self->uri, error))
    return FALSE;
  JipDatabase *database = open_checked (self, schema, error);
  if (database == NULL)
    return FALSE;
  self->writer = jip_writer_new (database, window_us);
  return self->uri == NULL || wanted == NULL || jip_store_address_write (self->folder, self->uri, error);
}

/**
 * jip_store_open_with:
 * @uri: (nullable): where the database of a new folder is to be; %NULL: where the folder says
 * @opener: (nullable): what opens a database outside the folder; %NULL: there is none
 *
 * As jip_store_open(), for a folder whose database may lie elsewhere. The folder remembers the address.
 */
JipStore *
jip_store_open_with (const char *folder,
                     const char *uri,
                     JipStoreOpener opener,
                     JipSchema schema,
                     guint window_us,
                     GError **error)
{
  g_return_val_if_fail (folder != NULL, NULL);
  g_return_val_if_fail (uri == NULL || opener != NULL, NULL);

  g_autoptr (JipStore) self = g_new0 (JipStore, 1);
  self->folder = g_strdup (folder);
  self->path = g_build_filename (folder, JIP_STORE_FILE, NULL);
  self->opener = opener;
  self->lock_fd = -1;
  self->readers = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) jip_database_free);
  g_mutex_init (&self->mutex);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      jip_error_set (error, code_of (errno), _ ("%s: cannot be made: %s"), folder, g_strerror (errno));
      return NULL;
    }
  self->lock_fd = jip_store_take_lock (folder, error);
  if (self->lock_fd < 0 || !open_place (self, uri, schema, window_us, error))
    return NULL;
  return g_steal_pointer (&self);
}

const char *
jip_store_get_folder (JipStore *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->folder;
}

/* Whether the database is the SQLite file in the folder. */
gboolean
jip_store_is_local (JipStore *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->uri == NULL;
}

JipWriter *
jip_store_get_writer (JipStore *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->writer;
}

/**
 * jip_store_get_reader:
 *
 * Returns: (transfer none): a read-only connection for the calling thread, which must be one of a fixed pool: it stays
 * open until jip_store_free()
 */
JipDatabase *
jip_store_get_reader (JipStore *self, GError **error)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_mutex_lock (&self->mutex);
  JipDatabase *reader = g_hash_table_lookup (self->readers, g_thread_self ());
  g_mutex_unlock (&self->mutex);
  if (reader != NULL)
    return reader;

  reader = open_database (self, JIP_DATABASE_READ_ONLY, error);
  if (reader == NULL)
    return NULL;
  g_mutex_lock (&self->mutex);
  g_hash_table_insert (self->readers, g_thread_self (), reader);
  g_mutex_unlock (&self->mutex);
  return reader;
}

/**
 * jip_store_stop:
 *
 * Commits what waits. Readers go on working.
 */
void
jip_store_stop (JipStore *self)
{
  g_return_if_fail (self != NULL);
  if (self->writer != NULL)
    jip_writer_stop (self->writer);
}

void
jip_store_free (JipStore *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->readers, g_hash_table_unref);
  g_clear_pointer (&self->writer, jip_writer_free);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_mutex_clear (&self->mutex);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->uri);
  g_free (self);
}
