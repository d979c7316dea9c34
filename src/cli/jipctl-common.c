/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jipctl-common.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jip-error.h"

/* One line of UTF-8, whatever a path or an argument in it holds; in every locale, where g_printerr() would turn Hangul
 * into question marks. */
static void
print_line (const char *line)
{
  g_autofree char *text = g_utf8_make_valid (line, -1);

  for (char *p = text; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';
  fprintf (stderr, "%s\n", text);
}

/**
 * jipctl_fail:
 * @command: the command's name
 *
 * Prints `jipctl COMMAND: what is wrong` as one line on stderr.
 *
 * Returns: the exit status 2
 */
int
jipctl_fail (const char *command, const GError *error)
{
  g_autofree char *line = g_strdup_printf ("jipctl %s: %s", command, error->message);

  print_line (line);
  return JIPCTL_FAILED;
}

/* Prints `jipctl COMMAND: what was found` as one line on stderr, of a command that goes on. */
void
jipctl_say_finding (const char *command, const char *text)
{
  g_autofree char *line = g_strdup_printf ("jipctl %s: %s", command, text);

  print_line (line);
}

int
jipctl_usage_error (const char *command, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  g_autofree char *line = g_strdup_printf (_ ("jipctl %s: %s (see jipctl --help)"), command, message);
  print_line (line);
  return JIPCTL_FAILED;
}

/* Prints that there is no command @word. */
int
jipctl_unknown_command (const char *word)
{
  g_autofree char *line = g_strdup_printf (_ ("jipctl: unknown command: %s (see jipctl --help)"), word);

  print_line (line);
  return JIPCTL_FAILED;
}

/**
 * jipctl_parse:
 * @args: (inout): the arguments after the command's name; on return the ones that are no options
 * @entries: the command's options
 * @status: (out): the exit status when %FALSE is returned
 *
 * Returns: whether the command should go on
 */
gboolean
jipctl_parse (const char *command, char ***args, const GOptionEntry *entries, int *status)
{
  static char **argv; /* lives as long as the program: commands run once */
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add (builder, command);
  g_strv_builder_addv (builder, (const char **) *args);
  argv = g_strv_builder_end (builder);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_help_enabled (context, FALSE);
  if (!g_option_context_parse_strv (context, &argv, &error))
    {
      g_strfreev (argv);
      *status = jipctl_usage_error (command, "%s", error->message);
      return FALSE;
    }
  *args = argv + 1;
  return TRUE;
}

/**
 * jipctl_read_input:
 * @path: a file, or `-` for standard input
 * @max_bytes: a larger one is refused with %JIP_ERROR_TOO_LARGE
 *
 * Returns: (transfer full): the bytes, with a NUL behind them that is not counted
 */
GBytes *
jipctl_read_input (const char *path, gsize max_bytes, GError **error)
{
  int fd = strcmp (path, "-") == 0 ? dup (STDIN_FILENO) : open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("%s: cannot be opened: %s"), path, g_strerror (errno));
      return NULL;
    }

  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[65536];
  gssize got;
  while ((got = read (fd, buffer, sizeof buffer)) != 0)
    {
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0 || bytes->len + (gsize) got > max_bytes)
        break;
      g_byte_array_append (bytes, buffer, (guint) got);
    }
  int saved = errno;
  close (fd);
  if (got < 0)
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("%s: cannot be read: %s"), path, g_strerror (saved));
      return NULL;
    }
  if (got > 0)
    {
      jip_error_set (error, JIP_ERROR_TOO_LARGE, _ ("%s: is larger than %u MiB"), path,
                     (guint) (max_bytes >> 20));
      return NULL;
    }
  gsize length = bytes->len;
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  return g_bytes_new_take (g_byte_array_free (g_steal_pointer (&bytes), FALSE), length);
}

/* The real path of the longest part of @path that is there; @rest: (out): what comes behind it. */
static char *
find_real (const char *path, char **rest)
{
  g_autofree char *at = g_strdup (*path != '\0' ? path : ".");
  g_autoptr (GString) missing = g_string_new (NULL);
  char *real;

  while ((real = realpath (at, NULL)) == NULL && strcmp (at, "/") != 0 && strcmp (at, ".") != 0)
    {
      g_autofree char *name = g_path_get_basename (at);
      char *above = g_path_get_dirname (at);
      if (!g_str_has_suffix (at, "/"))
        {
          g_string_prepend (missing, name);
          g_string_prepend_c (missing, '/');
        }
      g_free (at);
      at = above;
    }
  *rest = g_string_free (g_steal_pointer (&missing), FALSE);
  return real;
}

/**
 * jipctl_lies_in:
 * @path: of something that may not be there yet
 *
 * Returns: whether @path is @folder or lies below it, whatever links and dots lead there
 */
gboolean
jipctl_lies_in (const char *path, const char *folder)
{
  g_autofree char *rest = NULL;
  char *real = find_real (path, &rest); /* of malloc(), as GLib's */
  struct stat wanted, info;

  if (real == NULL || stat (folder, &wanted) != 0)
    {
      free (real);
      return FALSE;
    }
  if (strstr (rest, "/..") != NULL) /* through folders that would be made first */
    {
      g_autofree char *whole = g_strconcat (real, rest, NULL);
      g_autofree char *plain = g_canonicalize_filename (whole, NULL);
      free (real);
      return jipctl_lies_in (plain, folder);
    }
  gboolean found = FALSE;
  for (gboolean top = FALSE; !found && !top;)
    {
      char *above = g_path_get_dirname (real);
      found = stat (real, &info) == 0 && info.st_dev == wanted.st_dev && info.st_ino == wanted.st_ino;
      top = strcmp (above, real) == 0;
      free (real);
      real = above;
    }
  free (real);
  return found;
}

/* Removes a folder that was made in vain, with all in it; links are not followed. */
void
jipctl_remove_tree (const char *path)
{
  g_autoptr (GDir) folder = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);

  for (const char *name; folder != NULL && (name = g_dir_read_name (folder)) != NULL;)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      jipctl_remove_tree (child);
    }
  g_remove (path);
}

/* What root made in @parent becomes @owner's. Links are not followed, and a file with a second name stays as it is: it
 * may be one from elsewhere, which a folder's owner must not get by linking to it. */
static void
hand_over_entries (int parent, const struct stat *owner)
{
  DIR *dir = fdopendir (parent);

  if (dir == NULL)
    {
      close (parent);
      return;
    }
  for (const struct dirent *entry; (entry = readdir (dir)) != NULL;)
    {
      struct stat info;
      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      int fd = openat (dirfd (dir), entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
      if (fd < 0)
        continue;
      gboolean known = fstat (fd, &info) == 0;
      gboolean ours = known && info.st_uid == 0 && (S_ISDIR (info.st_mode) || info.st_nlink == 1);
      if (ours && fchown (fd, owner->st_uid, owner->st_gid) != 0)
        known = FALSE;
      if (known && S_ISDIR (info.st_mode) && info.st_dev == owner->st_dev)
        hand_over_entries (fd, owner);
      else
        close (fd);
    }
  closedir (dir);
}

/**
 * jipctl_hand_over:
 * @folder: a data folder, whose owner is the server's user
 *
 * When root worked in it, what was made there is given to that user, who could not open it otherwise.
 */
void
jipctl_hand_over (const char *folder)
{
  struct stat info;
  int fd = geteuid () == 0 ? open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

  if (fd >= 0 && fstat (fd, &info) == 0 && info.st_uid != 0)
    hand_over_entries (fd, &info);
  else if (fd >= 0)
    close (fd);
}

/**
 * jipctl_write_stdout:
 * @length: the number of bytes, or -1 when @data ends in NUL
 *
 * Returns: %FALSE with %JIP_ERROR_FILE when not all could be written (a full disk, a closed pipe)
 */
gboolean
jipctl_write_stdout (const char *data, gssize length, GError **error)
{
  gsize left = length < 0 ? strlen (data) : (gsize) length;

  while (left > 0)
    {
      gssize done = write (STDOUT_FILENO, data, left);
      if (done < 0 && errno == EINTR)
        continue;
      if (done < 0)
        return jip_error_set (error, JIP_ERROR_FILE, _ ("standard output cannot be written: %s"),
                              g_strerror (errno));
      data += done;
      left -= (gsize) done;
    }
  return TRUE;
}

/* The audit says who it was; through sudo that is not root. */
char *
jipctl_dup_user_name (void)
{
  const char *name = g_getenv ("SUDO_USER");
  g_autofree char *valid = g_utf8_make_valid (name != NULL && *name != '\0' ? name : g_get_user_name (), -1);

  return g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), 100));
}
