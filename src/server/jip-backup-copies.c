/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder `backups` in the data folder: ID.db is a copy of the database that somebody is about to carry away, and ID.lock
 * is locked by that somebody. A copy whose lock is free or gone has nobody and is removed. */
#include "jip-backup-copies.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jip-error.h"
#include "jip-id.h"

#define FOLDER "backups"
#define COPY ".db"
#define LOCK ".lock"
#define MAX_ATTEMPTS 100

static gboolean
fail_errno (GError **error, const char *data)
{
  int saved = errno;

  return jip_error_set (error, saved == ENOSPC || saved == EDQUOT ? JIP_ERROR_STORAGE_FULL : JIP_ERROR_FILE,
                        "%s/" FOLDER ": %s", data, g_strerror (saved));
}

static int
open_folder (const char *data)
{
  g_autofree char *path = g_build_filename (data, FOLDER, NULL);

  return open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* What root makes in a data folder belongs to the folder's user, who could not remove it otherwise. */
static gboolean
give_away (int fd, const char *data)
{
  struct stat info;

  return geteuid () != 0 || (stat (data, &info) == 0 && fchown (fd, info.st_uid, info.st_gid) == 0);
}

static int
make_folder (const char *data)
{
  g_autofree char *path = g_build_filename (data, FOLDER, NULL);
  gboolean is_new = mkdir (path, 0700) == 0;
  int fd = is_new || errno == EEXIST ? open_folder (data) : -1;

  if (fd >= 0 && is_new && !give_away (fd, data))
    {
      close (fd);
      return -1;
    }
  return fd;
}

/* Makes and locks the lease's file; FALSE with EAGAIN when a cleaner came in between, who then removes it. */
static gboolean
try_take (JipBackupLease *lease, const char *data)
{
  g_autofree char *name = g_strconcat (lease->id, LOCK, NULL);
  struct stat info;

  lease->fd = openat (lease->folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (lease->fd < 0)
    return FALSE;
  if (!give_away (lease->fd, data))
    return FALSE;
  if (flock (lease->fd, LOCK_EX | LOCK_NB) != 0)
    return FALSE;
  errno = EAGAIN;
  return fstat (lease->fd, &info) == 0 && info.st_nlink > 0;
}

static void
remove_file (JipBackupLease *lease, const char *suffix)
{
  g_autofree char *name = g_strconcat (lease->id, suffix, NULL);

  unlinkat (lease->folder, name, 0);
}

/**
 * jip_backup_lease_take:
 * @lease: (out caller-allocates): for jip_backup_lease_end(), also after an error
 */
gboolean
jip_backup_lease_take (const char *data, JipBackupLease *lease, GError **error)
{
  g_return_val_if_fail (data != NULL && lease != NULL, FALSE);

  *lease = (JipBackupLease){ .folder = make_folder (data), .fd = -1 };
  if (lease->folder < 0)
    return fail_errno (error, data);
  for (guint i = 0; i < MAX_ATTEMPTS; i++)
    {
      lease->id = jip_id_new ();
      if (try_take (lease, data))
        return TRUE;
      int saved = errno;
      if (lease->fd >= 0)
        {
          remove_file (lease, LOCK);
          close (lease->fd);
          lease->fd = -1;
        }
      g_clear_pointer (&lease->id, g_free);
      errno = saved;
      if (saved != EWOULDBLOCK && saved != EAGAIN)
        break;
    }
  return fail_errno (error, data);
}

/**
 * jip_backup_lease_open_copy:
 *
 * Takes the copy over. It has no name from then on, so that it is gone with its reader.
 *
 * Returns: a descriptor, -1 on an error
 */
int
jip_backup_lease_open_copy (JipBackupLease *lease, GError **error)
{
  g_return_val_if_fail (lease != NULL && lease->id != NULL, -1);

  g_autofree char *name = g_strconcat (lease->id, COPY, NULL);
  int fd = openat (lease->folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    jip_error_set (error, JIP_ERROR_FILE, FOLDER "/%s: %s", name, g_strerror (errno));
  remove_file (lease, COPY);
  return fd;
}

/* Removes what has a name of it. */
void
jip_backup_lease_end (JipBackupLease *lease)
{
  if (lease->id != NULL)
    {
      remove_file (lease, COPY);
      remove_file (lease, LOCK);
      close (lease->fd);
      close (lease->folder);
      g_clear_pointer (&lease->id, g_free);
    }
  else if (lease->folder > 0)
    close (lease->folder);
  lease->folder = lease->fd = -1;
}

/* Locks a lease's file; FALSE when somebody has it. @fd: (out): holds the lock, -1 where there is no such file. */
static gboolean
take_over (int folder, const char *id, int *fd)
{
  g_autofree char *name = g_strconcat (id, LOCK, NULL);

  *fd = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (*fd < 0)
    return errno == ENOENT;
  if (flock (*fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  close (*fd);
  *fd = -1;
  return FALSE;
}

/**
 * jip_backup_lease_is_held:
 *
 * Returns: whether the program that took the lease still waits for its copy
 */
gboolean
jip_backup_lease_is_held (const char *data, const char *id)
{
  g_return_val_if_fail (data != NULL && id != NULL, FALSE);

  int folder = open_folder (data), fd = -1;
  gboolean free = folder < 0 || take_over (folder, id, &fd);
  if (fd >= 0)
    close (fd);
  if (folder >= 0)
    close (folder);
  return !free;
}

char *
jip_backup_copies_get_path (const char *data, const char *id)
{
  g_autofree char *name = g_strconcat (id, COPY, NULL);

  return g_build_filename (data, FOLDER, name, NULL);
}

/* The lock is held while the name goes, so that nobody takes a lease that is being removed. */
static void
clean_one (int folder, const char *name)
{
  g_autofree char *id = g_strndup (name, JIP_ID_LENGTH);
  int fd;

  if (strlen (name) <= JIP_ID_LENGTH || name[JIP_ID_LENGTH] != '.' || !jip_id_is_valid (id)
      || !take_over (folder, id, &fd))
    return;
  unlinkat (folder, name, 0);
  if (fd >= 0)
    close (fd);
}

/**
 * jip_backup_copies_clean:
 *
 * Removes what programs that were killed have left; what another one still needs stays.
 */
void
jip_backup_copies_clean (const char *data)
{
  g_return_if_fail (data != NULL);

  int folder = open_folder (data);
  DIR *dir = folder >= 0 ? fdopendir (folder) : NULL;
  if (dir == NULL)
    {
      if (folder >= 0)
        close (folder);
      return;
    }
  for (const struct dirent *entry; (entry = readdir (dir)) != NULL;)
    clean_one (dirfd (dir), entry->d_name);
  closedir (dir);
}
