/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "jip-pdf-sandbox.h"

/* What could be done from within the sandbox that PDFs are read in: sandbox-probe.c tries, in place of the helper. */

static int
listen_on_loopback (int *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (fd, 4), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &length), ==, 0);
  *port = ntohs (address.sin_port);
  return fd;
}

static int
listen_on_name (const char *name)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  memcpy (address.sun_path + 1, name, strlen (name));
  socklen_t length = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + 1 + strlen (name));
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, length), ==, 0);
  g_assert_cmpint (listen (fd, 4), ==, 0);
  return fd;
}

/* Runs the probe with @document as descriptor 3, in the sandbox or bare; returns what it says. */
static char *
run_probe (const char *document, gboolean bare)
{
  g_autofree char *probe = g_test_build_filename (G_TEST_BUILT, "document", "sandbox-probe", NULL);
  g_autoptr (GPtrArray) command
      = bare ? g_ptr_array_new_with_free_func (g_free) : jip_pdf_sandbox_command (probe);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  GString *out = g_string_new (NULL);
  char piece[512];
  int ends[2];
  ssize_t n;

  if (bare)
    {
      g_ptr_array_add (command, g_strdup (probe));
      g_ptr_array_add (command, g_strdup ("gently"));
      g_ptr_array_add (command, NULL);
    }
  g_assert_nonnull (command);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  g_subprocess_launcher_take_stdin_fd (launcher, ends[1]);
  g_subprocess_launcher_take_fd (launcher, open (document, O_RDONLY | O_CLOEXEC), 3);
  g_autoptr (GSubprocess) child
      = g_subprocess_launcher_spawnv (launcher, (const char *const *) command->pdata, &error);
  g_assert_no_error (error);
  g_clear_object (&launcher); /* with our copy of the other end */
  while ((n = read (ends[0], piece, sizeof piece)) > 0)
    g_string_append_len (out, piece, n);
  close (ends[0]);
  g_subprocess_wait (child, NULL, NULL);
  return g_string_free (out, FALSE);
}

static void
test_probe (void)
{
  g_autofree char *name = g_strdup_printf ("jip-sandbox-%d", (int) getpid ());
  g_autofree char *path = NULL, *text = NULL;
  int port, fd = g_file_open_tmp ("jip-sandbox-XXXXXX", &path, NULL);
  int server = listen_on_loopback (&port), named = listen_on_name (name);

  close (fd);
  text = g_strdup_printf ("%d\n%s\n%s\n%s\n", port, name, path, g_get_home_dir ());
  g_assert_true (g_file_set_contents (path, text, -1, NULL));

  /* Without the sandbox the attempts do succeed, or they would prove nothing. */
  g_autofree char *bare = run_probe (path, TRUE);
  g_test_message ("bare: %s", bare);
  for (guint i = 0; i < 4; i++)
    {
      static const char *const possible[] = { "connect\n", "abstract\n", "files\n", "end\n" };
      g_assert_nonnull (strstr (bare, possible[i]));
    }

  g_autofree char *locked = run_probe (path, FALSE);
  g_test_message ("in the sandbox: %s", locked);
  g_assert_cmpstr (locked, ==, "end\n");
  g_unlink (path);
  close (server);
  close (named);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/probe", test_probe);
  return g_test_run ();
}
