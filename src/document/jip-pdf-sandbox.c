/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-pdf-sandbox.h"

#include "jip-pdf-protocol.h"

static void
add_args (GPtrArray *args, const char *first, ...)
{
  va_list list;

  va_start (list, first);
  for (const char *arg = first; arg != NULL; arg = va_arg (list, const char *))
    g_ptr_array_add (args, g_strdup (arg));
  va_end (list);
}

/* /lib is a link into /usr on merged systems, a folder on others. */
static void
add_library_folders (GPtrArray *args)
{
  static const char *const folders[] = { "/lib", "/lib64", "/lib32", "/bin", "/sbin" };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *target = g_file_read_link (folders[i], NULL);
      if (target != NULL)
        add_args (args, "--symlink", target, folders[i], NULL);
      else if (g_file_test (folders[i], G_FILE_TEST_IS_DIR))
        add_args (args, "--ro-bind", folders[i], folders[i], NULL);
    }
}

static void
add_bubblewrap (GPtrArray *args, const char *bwrap, const char *helper)
{
  add_args (args, bwrap, "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session",
            "--clearenv", "--setenv", "LANG", "C.UTF-8", "--uid", "65534", "--gid", "65534", "--ro-bind",
            "/usr", "/usr", NULL);
  add_library_folders (args);
  add_args (args, "--ro-bind-try", "/etc/fonts", "/etc/fonts", "--ro-bind-try", "/etc/ld.so.cache",
            "/etc/ld.so.cache", "--ro-bind-try", "/var/cache/fontconfig", "/var/cache/fontconfig",
            "--ro-bind", helper, "/jip-pdf-helper", "--chdir", "/", "--", "/jip-pdf-helper", NULL);
}

/**
 * jip_pdf_sandbox_command:
 * @helper: a program that reads descriptor 3 and answers on descriptor 0
 *
 * Returns: (transfer full) (nullable): the arguments that run it in the sandbox of this machine, %NULL-terminated;
 *   %NULL where none can be had
 */
GPtrArray *
jip_pdf_sandbox_command (const char *helper)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *bwrap = g_find_program_in_path ("bwrap");
  g_autofree char *portal = g_find_program_in_path ("flatpak-spawn");

  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    {
      if (portal == NULL)
        return NULL;
      add_args (args, portal, "--sandbox", "--no-network", "--clear-env", "--watch-bus", "--env=LANG=C.UTF-8",
                "--forward-fd=" G_STRINGIFY (JIP_PDF_DOCUMENT_FD), helper, NULL);
    }
  else if (bwrap != NULL)
    add_bubblewrap (args, bwrap, helper);
  else
    return NULL;
  g_ptr_array_add (args, NULL);
  return g_steal_pointer (&args);
}
