/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jip-pdf-helper-lock.h"

/* Runs where the helper runs, in its sandbox, as a document that has taken it over. Descriptor 3 holds, line by line, the
 * port of a waiting server, the name of a waiting abstract socket, a file that exists outside and the home folder. What it could do goes
 * to descriptor 0 as text, one word a line, and `end` at the end. With an argument it tries only what harms nothing. */

extern char **environ;

static void
tell (const char *word)
{
  dprintf (STDIN_FILENO, "%s\n", word);
}

static void
tell_if (gboolean possible, const char *word)
{
  if (possible)
    tell (word);
}

static gboolean
can_connect (const char *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  int fd = socket (AF_INET, SOCK_STREAM, 0);

  address.sin_port = htons ((uint16_t) atoi (port));
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  return fd >= 0 && connect (fd, (struct sockaddr *) &address, sizeof address) == 0;
}

static gboolean
can_connect_abstract (const char *name)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM, 0);

  memcpy (address.sun_path + 1, name, strlen (name));
  socklen_t length = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + 1 + strlen (name));
  return fd >= 0 && connect (fd, (struct sockaddr *) &address, length) == 0;
}

static gboolean
can_send_away (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (53) };
  int fd = socket (AF_INET, SOCK_DGRAM, 0);

  address.sin_addr.s_addr = inet_addr ("192.0.2.1");
  return fd >= 0 && sendto (fd, "x", 1, 0, (struct sockaddr *) &address, sizeof address) == 1;
}

static gboolean
can_see_files (const char *outside, const char *home)
{
  const char *const hidden[]
      = { outside,   "/home",       "/tmp",     "/run",      "/var/lib", "/etc/passwd", "/proc/self",
          "/proc/1", "/sys/kernel", "/dev/mem", "/dev/null", "/boot",    "/srv",        "/mnt" };
  gboolean seen = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (hidden); i++)
    if (access (hidden[i], F_OK) == 0)
      {
        dprintf (STDIN_FILENO, "file:%s\n", hidden[i]);
        seen = TRUE;
      }
  return seen;
}

static gboolean
can_write (void)
{
  static const char *const places[]
      = { "/usr/jip",        "/usr/share/fonts/jip", "/lib/jip",
          "/jip-pdf-helper", "/etc/fonts/jip",       "/var/cache/fontconfig/jip" };
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (open (places[i], O_WRONLY | O_CREAT, 0600) >= 0)
      return TRUE;
  return write (3, "x", 1) == 1 || ftruncate (3, 0) == 0;
}

static gboolean
has_descriptors (void)
{
  for (int fd = 4; fd < 4096; fd++)
    if (fcntl (fd, F_GETFD) != -1)
      {
        struct stat info;
        fstat (fd, &info);
        dprintf (STDIN_FILENO, "descriptor:%d of mode %o\n", fd, info.st_mode);
        return TRUE;
      }
  return FALSE;
}

static gboolean
has_environment (void)
{
  for (char **entry = environ; *entry != NULL; entry++)
    if (!g_str_has_prefix (*entry, "LANG=") && !g_str_has_prefix (*entry, "PWD="))
      return TRUE;
  return FALSE;
}

/* Around it there is nobody but the sandbox's first process. */
static gboolean
can_reach_processes (void)
{
  for (int pid = 1; pid < 40000; pid++)
    if (pid != getpid () && pid > 1 && kill (pid, 0) == 0)
      return TRUE;
  return FALSE;
}

/* What does no harm where it succeeds. */
static void
try_gently (char **lines)
{
  tell_if (can_connect (lines[0]), "connect");
  tell_if (can_connect_abstract (lines[1]), "abstract");
  tell_if (can_see_files (lines[2], lines[3]), "files");
}

/* The namespaces alone, before the system calls are cut. */
static void
try_outer (void)
{
  tell_if (can_send_away (), "datagram");
  tell_if (can_write (), "write");
  tell_if (has_environment (), "environment");
  tell_if (can_reach_processes (), "processes");
  tell_if (getuid () == 0 || geteuid () == 0, "root");
  tell_if (setuid (0) == 0, "setuid");
}

static gboolean
can_fork (void)
{
  long pid = syscall (SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (pid == 0)
    _exit (0);
  return pid > 0 || syscall (SYS_vfork) > 0 || syscall (SYS_clone3, NULL, 0) > 0 || errno != ENOSYS;
}

static gboolean
can_run (void)
{
  char *args[] = { (char *) "/usr/bin/true", NULL }, *none[] = { NULL };
  execve (args[0], args, none);
  syscall (SYS_execveat, -100, args[0], args, none, 0);
  return FALSE; /* a program that ran would never say `end` */
}

/* Both together. */
static void
try_inner (void)
{
  tell_if (socket (AF_INET, SOCK_STREAM, 0) >= 0 || socket (AF_UNIX, SOCK_DGRAM, 0) >= 0, "locked-socket");
  tell_if (syscall (SYS_io_uring_setup, 1, NULL) >= 0 || errno != ENOSYS, "locked-io_uring");
  tell_if (syscall (SYS_bpf, 0, NULL, 0) >= 0 || errno != ENOSYS, "locked-bpf");
  tell_if (syscall (SYS_userfaultfd, 0) >= 0 || errno != ENOSYS, "locked-userfaultfd");
  tell_if (syscall (SYS_memfd_create, "x", 0) >= 0, "locked-memfd");
  tell_if (syscall (SYS_unshare, 0x10000000) == 0, "locked-unshare");
  tell_if (syscall (SYS_openat2, -100, "/usr", NULL, 0) >= 0 || errno != ENOSYS, "locked-openat2");
  tell_if (can_write (), "locked-write");
  tell_if (can_fork (), "locked-fork");
  tell_if (ptrace (PTRACE_TRACEME, 0, NULL, NULL) == 0, "locked-ptrace");
  tell_if (kill (getppid (), 0) == 0, "locked-kill");
  tell_if (syscall (SYS_tgkill, 1, 1, 0) == 0, "locked-tgkill");
  can_run ();
#if !defined(__SANITIZE_ADDRESS__)
  tell_if (mmap (NULL, 400u << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED,
           "locked-memory");
#endif
}

int
main (int argc, char **argv)
{
  char text[1024];
  ssize_t n = read (3, text, sizeof text - 1);

  if (n <= 0)
    return 1;
  text[n] = '\0';
  g_auto (GStrv) lines = g_strsplit (text, "\n", 5);
  if (g_strv_length (lines) < 5)
    return 1;
  tell_if (has_descriptors (), "descriptors"); /* first: the attempts open some */
  try_gently (lines);
  if (argc == 1)
    {
      try_outer ();
      tell_if (!jip_pdf_helper_lock (), "not-locked");
      try_inner ();
    }
  tell ("end");
  _exit (0);
}
