/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jip-pdf-helper-lock.h"

/* What a document that has taken over the helper could try, each in a process of its own. 0: it was refused. */

static int
try_socket (void)
{
  return socket (AF_INET, SOCK_STREAM, 0) >= 0 || socket (AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static int
try_write (void)
{
  return open ("/tmp/jip-helper-lock", O_WRONLY | O_CREAT | O_TRUNC, 0600) >= 0
         || open ("/dev/null", O_RDWR) >= 0;
}

static int
try_exec (void)
{
  char *args[] = { (char *) "/bin/true", NULL }, *environment[] = { NULL };
  execve (args[0], args, environment);
  return 0;
}

static int
try_fork (void)
{
  return syscall (SYS_fork) >= 0 || syscall (SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0;
}

static int
try_ptrace (void)
{
  return ptrace (PTRACE_TRACEME, 0, NULL, NULL) == 0;
}

static int
try_kill (void)
{
  return kill (getppid (), 0) == 0;
}

static int
try_unlink (void)
{
  return unlink ("/nonexistent") == 0 || errno != ENOSYS;
}

static int
try_mount (void)
{
  return syscall (SYS_unshare, 0x10000000) == 0 || syscall (SYS_mount, "none", "/tmp", "tmpfs", 0, "") == 0;
}

/* What the helper does need. */
static int
need_read (void)
{
  char byte;
  int fd = open ("/etc/passwd", O_RDONLY | O_CLOEXEC);
  return !(fd >= 0 && read (fd, &byte, 1) == 1);
}

static int
try_memory (void)
{
#if defined(__SANITIZE_ADDRESS__)
  return 0;
#else
  return mmap (NULL, 512u << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
#endif
}

static void
test_attempt (gconstpointer data)
{
  int (*attempt) (void) = *(int (*const *) (void)) data;
  int status;
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    _exit (jip_pdf_helper_lock () ? attempt () : 3);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    int (*attempt) (void);
  } attempts[] = {
    { "socket", try_socket }, { "write", try_write },   { "exec", try_exec },     { "fork", try_fork },
    { "ptrace", try_ptrace }, { "kill", try_kill },     { "unlink", try_unlink }, { "mount", try_mount },
    { "read", need_read },    { "memory", try_memory },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (attempts); i++)
    {
      g_autofree char *path = g_strconcat ("/helper-lock/", attempts[i].name, NULL);
      g_test_add_data_func (path, &attempts[i].attempt, test_attempt);
    }
  return g_test_run ();
}
