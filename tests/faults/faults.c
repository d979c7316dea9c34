/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into a program under test, which knows nothing of it: ends it, or lets a call of it fail, at the point that the page
 * at JIP_FAULTS_CONTROL names; and records in the file at JIP_FAULTS_LOG all that it does to the disk below JIP_FAULTS_FOLDER
 * and all that it says, in this order. faults.py is the other side of both. */
#undef _FILE_OFFSET_BITS /* both names of each call are meant */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "faults.h"

#define MAX_FDS 4096
#define TAKEN 65536 /* so much of what is said is looked at and recorded */

typedef struct
{
  char kind; /* W, T (length in offset), F (sync), C, D (folder made), R, U, S (said) */
  char unused[3];
  uint32_t path_length;
  uint64_t inode;
  uint64_t offset;
  uint64_t length; /* of what follows the path */
} Record;

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static volatile FaultControl *control;
static const char *folder;
static int log_fd = -1;
static char *paths[MAX_FDS];
static int inside; /* under the lock: a call of ours, or of what we call */

#define REAL(name, ...) \
  static int (*real) (__VA_ARGS__); \
  if (real == NULL) \
  *(void **) &real = dlsym (RTLD_NEXT, name)
#define REAL_SIZE(name, ...) \
  static ssize_t (*real) (__VA_ARGS__); \
  if (real == NULL) \
  *(void **) &real = dlsym (RTLD_NEXT, name)

static ssize_t
real_write (int fd, const void *data, size_t size)
{
  REAL_SIZE ("write", int, const void *, size_t);
  return real (fd, data, size);
}

static int
real_open (const char *path, int flags, mode_t mode)
{
  REAL ("open64", const char *, int, ...);
  return real (path, flags, mode);
}

static void __attribute__ ((constructor)) begin (void)
{
  const char *page = getenv ("JIP_FAULTS_CONTROL");
  const char *log = getenv ("JIP_FAULTS_LOG");

  folder = getenv ("JIP_FAULTS_FOLDER");
  if (folder == NULL)
    return;
  if (log != NULL)
    log_fd = real_open (log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  int fd = page != NULL ? real_open (page, O_RDWR | O_CLOEXEC, 0) : -1;
  if (fd < 0)
    return;
  void *map = mmap (NULL, sizeof (FaultControl), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  control = map != MAP_FAILED ? map : NULL;
}

void
faults_begin (const char *where, FaultControl *page)
{
  folder = where;
  control = page;
}

static const char *
path_of (int fd)
{
  return fd >= 0 && fd < MAX_FDS ? paths[fd] : NULL;
}

static int
is_ours (const char *path)
{
  return folder != NULL && path != NULL && strncmp (path, folder, strlen (folder)) == 0;
}

static void
note (char kind, const char *path, uint64_t inode, uint64_t offset, const void *data, size_t length)
{
  Record record = { .kind = kind,
                    .path_length = path != NULL ? (uint32_t) strlen (path) : 0,
                    .inode = inode,
                    .offset = offset,
                    .length = length };

  if (log_fd < 0)
    return;
  int saved = errno;
  struct iovec parts[]
      = { { &record, sizeof record }, { (void *) path, record.path_length }, { (void *) data, length } };
  static ssize_t (*real) (int, const struct iovec *, int);
  if (real == NULL)
    *(void **) &real = dlsym (RTLD_NEXT, "writev");
  if (real (log_fd, parts, 3) < 0)
    abort ();
  errno = saved;
}

static uint64_t
inode_of (int fd)
{
  struct stat info;

  return fstat (fd, &info) == 0 ? info.st_ino : 0;
}

static int
matches (uint32_t call, const char *path, const char *said, size_t length)
{
  const char *match = (const char *) control->match;
  size_t wanted = strlen (match);

  if (!control->armed || (control->calls & call) == 0)
    return 0;
  if (control->since[0] != '\0' && !control->open)
    return 0;
  if (wanted == 0)
    return 1;
  if (said != NULL)
    return memmem (said, length, match, wanted) != NULL;
  size_t has = path != NULL ? strlen (path) : 0;
  if (match[wanted - 1] != '$')
    return path != NULL && strstr (path, match) != NULL;
  return has >= wanted - 1 && strncmp (path + has - (wanted - 1), match, wanted - 1) == 0;
}

/* Whether this call is to be hit; a program that is to end at once does not come back. */
static int
hit (uint32_t call, const char *path, const char *said, size_t length)
{
  if (control == NULL || !matches (call, path, said, length))
    return 0;
  int64_t seen = control->seen++;
  if (seen < control->skip || (control->count >= 0 && seen >= control->skip + control->count))
    return 0;
  control->hits++;
  if (control->problem == 0 && control->when == FAULT_BEFORE)
    raise (SIGKILL);
  return 1;
}

static void
end_after (int was_hit)
{
  if (was_hit && control->problem == 0)
    raise (SIGKILL);
}

static int
fails (int was_hit)
{
  if (!was_hit || control->problem == 0)
    return 0;
  errno = control->problem;
  return 1;
}

static void
hear (const char *said, size_t length)
{
  if (control != NULL && control->since[0] != '\0' && !control->open
      && memmem (said, length, (const char *) control->since, strlen ((const char *) control->since)) != NULL)
    control->open = 1;
}

static void
enter (void)
{
  pthread_mutex_lock (&lock);
  inside++;
}

static void
leave (void)
{
  inside--;
  pthread_mutex_unlock (&lock);
}

/* Files */

static int
open_file (const char *path, int flags, mode_t mode)
{
  struct stat info;

  if (!is_ours (path))
    return real_open (path, flags, mode);
  enter ();
  int made = (flags & O_CREAT) != 0 && stat (path, &info) != 0;
  int was_hit = hit (made ? CALL_NAME : CALL_OPEN, path, NULL, 0);
  int fd = fails (was_hit) ? -1 : real_open (path, flags, mode);
  if (fd >= 0 && fd < MAX_FDS)
    {
      free (paths[fd]);
      paths[fd] = strdup (path);
      if (made)
        note ('C', path, inode_of (fd), 0, NULL, 0);
      else if (flags & O_TRUNC)
        note ('T', path, inode_of (fd), 0, NULL, 0);
    }
  end_after (was_hit);
  leave ();
  return fd;
}

int
open (const char *path, int flags, ...)
{
  va_list args;

  va_start (args, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg (args, mode_t) : 0;
  va_end (args);
  return open_file (path, flags, mode);
}

int
open64 (const char *path, int flags, ...)
{
  va_list args;

  va_start (args, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg (args, mode_t) : 0;
  va_end (args);
  return open_file (path, flags, mode);
}

/* What fortified programs call. */
int __open64_2 (const char *path, int flags);
int
__open64_2 (const char *path, int flags)
{
  return open_file (path, flags, 0);
}

int __open_2 (const char *path, int flags);
int
__open_2 (const char *path, int flags)
{
  return open_file (path, flags, 0);
}

int
close (int fd)
{
  REAL ("close", int);

  if (path_of (fd) == NULL)
    return real (fd);
  enter ();
  free (paths[fd]);
  paths[fd] = NULL;
  int result = real (fd);
  leave ();
  return result;
}

static ssize_t
write_file (int fd, const char *path, const void *data, size_t size, off64_t offset)
{
  static ssize_t (*real) (int, const void *, size_t, off64_t);

  if (real == NULL)
    *(void **) &real = dlsym (RTLD_NEXT, "pwrite64");
  enter ();
  int was_hit = hit (CALL_WRITE, path, NULL, 0);
  int half = was_hit && control->when == FAULT_HALF && size > 1;
  ssize_t done = -1;
  if (half)
    done = real (fd, data, size / 2, offset);
  else if (!fails (was_hit))
    done = real (fd, data, size, offset);
  if (done > 0)
    note ('W', path, inode_of (fd), (uint64_t) offset, data, (size_t) done);
  end_after (was_hit);
  leave ();
  return done;
}

ssize_t
pwrite64 (int fd, const void *data, size_t size, off64_t offset)
{
  static ssize_t (*real) (int, const void *, size_t, off64_t);
  const char *path = path_of (fd);

  if (path != NULL)
    return write_file (fd, path, data, size, offset);
  if (real == NULL)
    *(void **) &real = dlsym (RTLD_NEXT, "pwrite64");
  return real (fd, data, size, offset);
}

ssize_t
pwrite (int fd, const void *data, size_t size, off_t offset)
{
  return pwrite64 (fd, data, size, offset);
}

static ssize_t say (int fd, const void *data, size_t size);

ssize_t
write (int fd, const void *data, size_t size)
{
  const char *path = path_of (fd);

  if (path == NULL)
    return fd == STDOUT_FILENO && folder != NULL ? say (fd, data, size) : real_write (fd, data, size);
  off64_t at = lseek64 (fd, 0, (fcntl (fd, F_GETFL) & O_APPEND) != 0 ? SEEK_END : SEEK_CUR);
  ssize_t done = write_file (fd, path, data, size, at);
  if (done > 0)
    lseek64 (fd, at + done, SEEK_SET);
  return done;
}

int
ftruncate64 (int fd, off64_t length)
{
  REAL ("ftruncate64", int, off64_t);
  const char *path = path_of (fd);

  if (path == NULL)
    return real (fd, length);
  enter ();
  int was_hit = hit (CALL_WRITE, path, NULL, 0);
  int result = fails (was_hit) ? -1 : real (fd, length);
  if (result == 0)
    note ('T', path, inode_of (fd), (uint64_t) length, NULL, 0);
  end_after (was_hit);
  leave ();
  return result;
}

int
ftruncate (int fd, off_t length)
{
  return ftruncate64 (fd, length);
}

static int
sync_file (int fd, int (*real) (int))
{
  const char *path = path_of (fd);

  if (path == NULL)
    return real (fd);
  enter ();
  int was_hit = hit (CALL_SYNC, path, NULL, 0);
  int result = fails (was_hit) ? -1 : real (fd);
  if (result == 0)
    note ('F', path, inode_of (fd), 0, NULL, 0);
  end_after (was_hit);
  leave ();
  return result;
}

int
fsync (int fd)
{
  REAL ("fsync", int);
  return sync_file (fd, real);
}

int
fdatasync (int fd)
{
  REAL ("fdatasync", int);
  return sync_file (fd, real);
}

static int
read_fails (int fd)
{
  const char *path = path_of (fd);

  if (path == NULL || control == NULL || (control->calls & CALL_READ) == 0)
    return 0;
  enter ();
  int failed = fails (hit (CALL_READ, path, NULL, 0));
  leave ();
  return failed;
}

ssize_t
pread64 (int fd, void *data, size_t size, off64_t offset)
{
  REAL_SIZE ("pread64", int, void *, size_t, off64_t);

  return read_fails (fd) ? -1 : real (fd, data, size, offset);
}

ssize_t
pread (int fd, void *data, size_t size, off_t offset)
{
  return pread64 (fd, data, size, offset);
}

ssize_t
read (int fd, void *data, size_t size)
{
  REAL_SIZE ("read", int, void *, size_t);

  return read_fails (fd) ? -1 : real (fd, data, size);
}

ssize_t
sendfile64 (int to, int from, off64_t *offset, size_t size)
{
  REAL_SIZE ("sendfile64", int, int, off64_t *, size_t);

  return read_fails (from) ? -1 : real (to, from, offset, size);
}

ssize_t
sendfile (int to, int from, off_t *offset, size_t size)
{
  REAL_SIZE ("sendfile", int, int, off_t *, size_t);

  return read_fails (from) ? -1 : real (to, from, offset, size);
}

/* Names */

int
rename (const char *from, const char *to)
{
  REAL ("rename", const char *, const char *);

  if (!is_ours (to))
    return real (from, to);
  enter ();
  int was_hit = hit (CALL_NAME, to, NULL, 0);
  int result = fails (was_hit) ? -1 : real (from, to);
  if (result == 0)
    note ('R', to, 0, 0, from, strlen (from));
  end_after (was_hit);
  leave ();
  return result;
}

int
link (const char *from, const char *to)
{
  REAL ("link", const char *, const char *);

  if (!is_ours (to))
    return real (from, to);
  enter ();
  int was_hit = hit (CALL_NAME, to, NULL, 0);
  int result = fails (was_hit) ? -1 : real (from, to);
  if (result == 0)
    note ('L', to, 0, 0, from, strlen (from));
  end_after (was_hit);
  leave ();
  return result;
}

int
unlink (const char *path)
{
  REAL ("unlink", const char *);

  if (!is_ours (path))
    return real (path);
  enter ();
  int was_hit = hit (CALL_NAME, path, NULL, 0);
  int result = fails (was_hit) ? -1 : real (path);
  if (result == 0)
    note ('U', path, 0, 0, NULL, 0);
  end_after (was_hit);
  leave ();
  return result;
}

int
mkdir (const char *path, mode_t mode)
{
  REAL ("mkdir", const char *, mode_t);

  if (!is_ours (path))
    return real (path, mode);
  enter ();
  int was_hit = hit (CALL_NAME, path, NULL, 0);
  int result = fails (was_hit) ? -1 : real (path, mode);
  if (result == 0)
    note ('D', path, 0, 0, NULL, 0);
  end_after (was_hit);
  leave ();
  return result;
}

/* What is said and heard. It is recorded before it leaves: nobody can know it earlier. */

static int
before_saying (const char *said, size_t length)
{
  enter ();
  int was_hit = hit (CALL_SEND, NULL, said, length);
  if (!was_hit || control->problem == 0)
    note ('S', NULL, 0, 0, said, length);
  leave ();
  return was_hit;
}

static void
after_saying (int was_hit, const char *said, size_t length)
{
  enter ();
  end_after (was_hit);
  hear (said, length);
  leave ();
}

static ssize_t
say (int fd, const void *data, size_t size)
{
  int was_hit = before_saying (data, size);
  ssize_t done = fails (was_hit) ? -1 : real_write (fd, data, size);

  after_saying (was_hit, data, size);
  return done;
}

ssize_t
send (int fd, const void *data, size_t size, int flags)
{
  REAL_SIZE ("send", int, const void *, size_t, int);

  if (folder == NULL)
    return real (fd, data, size, flags);
  size_t taken = size < TAKEN ? size : TAKEN;
  int was_hit = before_saying (data, taken);
  ssize_t done = fails (was_hit) ? -1 : real (fd, data, size, flags);
  int saved = errno;
  after_saying (was_hit, data, taken);
  errno = saved;
  return done;
}

static size_t
join (const struct msghdr *message, size_t most, char *text)
{
  size_t length = 0;

  for (size_t i = 0; i < message->msg_iovlen && length < most; i++)
    {
      size_t part = message->msg_iov[i].iov_len < most - length ? message->msg_iov[i].iov_len : most - length;
      memcpy (text + length, message->msg_iov[i].iov_base, part);
      length += part;
    }
  return length;
}

ssize_t
sendmsg (int fd, const struct msghdr *message, int flags)
{
  REAL_SIZE ("sendmsg", int, const struct msghdr *, int);

  if (folder == NULL)
    return real (fd, message, flags);
  char *text = malloc (TAKEN);
  size_t length = join (message, TAKEN, text);
  int was_hit = before_saying (text, length);
  ssize_t done = fails (was_hit) ? -1 : real (fd, message, flags);
  int saved = errno;
  after_saying (was_hit, text, length);
  free (text);
  errno = saved;
  return done;
}

static void
heard (const char *said, ssize_t length)
{
  if (length <= 0 || control == NULL)
    return;
  int saved = errno;
  enter ();
  hear (said, (size_t) length);
  end_after (hit (CALL_RECEIVE, NULL, said, (size_t) length));
  leave ();
  errno = saved;
}

ssize_t
recv (int fd, void *data, size_t size, int flags)
{
  REAL_SIZE ("recv", int, void *, size_t, int);
  ssize_t done = real (fd, data, size, flags);

  heard (data, done);
  return done;
}

ssize_t
recvmsg (int fd, struct msghdr *message, int flags)
{
  REAL_SIZE ("recvmsg", int, struct msghdr *, int);
  ssize_t done = real (fd, message, flags);

  if (done > 0 && message->msg_iovlen == 1)
    heard (message->msg_iov[0].iov_base, done);
  return done;
}
