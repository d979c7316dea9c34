/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jip-error.h"
#include "jip-source.h"

/* What kind of file it is, by what is in it; names lie. */

#define MAX_TEXT_BYTES (32 << 20)
#define HEAD_BYTES 1024
#define DIRECTORY_BYTES 4096

typedef enum
{
  KIND_PDF,
  KIND_TEXT,
  KIND_HWP,
  KIND_PACKAGE,
  KIND_BROKEN_PACKAGE, /* called .hwpx or .odt, and none */
  KIND_OTHER,
} Kind;

typedef struct
{
  int fd;
  char head[HEAD_BYTES];
  gsize length;
} File;

/* The old binary format is a compound file with a stream called FileHeader, whose name stands in its directory
 * ([MS-CFB] 2.2: the directory's first sector at byte 48, sectors of 512 bytes after the header). */
static gboolean
is_binary_hwp (const File *file)
{
  static const char name[] = "F\0i\0l\0e\0H\0e\0a\0d\0e\0r";
  char directory[DIRECTORY_BYTES];

  if (file->length < 52)
    return FALSE;
  const guint8 *at = (const guint8 *) file->head + 48;
  goffset sector = (goffset) at[0] | (goffset) at[1] << 8 | (goffset) at[2] << 16 | (goffset) at[3] << 24;
  ssize_t n = pread (file->fd, directory, sizeof directory, (sector + 1) * 512);
  return n > 0 && memmem (directory, (gsize) n, name, sizeof name) != NULL;
}

static Kind
guess_kind (const File *file, const char *path)
{
  static const char ole[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
  const char *head = file->head;
  gsize length = file->length;
  g_autofree char *lower = g_ascii_strdown (path, -1);
  gboolean hwp = g_str_has_suffix (lower, ".hwp"), hwpx = g_str_has_suffix (lower, ".hwpx");

  if (length >= 4 && (memcmp (head, "PK\3\4", 4) == 0 || memcmp (head, "PK\5\6", 4) == 0)
      && !g_str_has_suffix (lower, ".pdf"))
    return KIND_PACKAGE;
  if (memmem (head, length, "%PDF-", 5) != NULL || g_str_has_suffix (lower, ".pdf"))
    return KIND_PDF;
  if (length >= 8 && memcmp (head, ole, 8) == 0)
    return hwp || hwpx || is_binary_hwp (file) ? KIND_HWP : KIND_OTHER;
  if (hwp || (length >= 17 && memcmp (head, "HWP Document File", 17) == 0))
    return KIND_HWP;
  if (hwpx || g_str_has_suffix (lower, ".odt"))
    return KIND_BROKEN_PACKAGE;
  gboolean wide = length >= 2 && (memcmp (head, "\xff\xfe", 2) == 0 || memcmp (head, "\xfe\xff", 2) == 0);
  return memchr (head, '\0', length) == NULL || wide ? KIND_TEXT : KIND_OTHER;
}

static gboolean
refuse (Kind kind, const char *path, GError **error)
{
  g_autofree char *name = g_path_get_basename (path);
  const char *ending = strrchr (name, '.');

  if (kind == KIND_HWP)
    return jip_error_set (
        error, JIP_ERROR_UNSUPPORTED,
        _ ("Old .hwp files cannot be read. Open it in Hangul, save it as .hwpx or PDF, and take "
           "that file."));
  if (kind == KIND_BROKEN_PACKAGE)
    return jip_error_set (
        error, JIP_ERROR_DAMAGED,
        _ ("The file is called %s but is no such package. It is damaged: take another copy."), ending);
  return jip_error_set (
      error, JIP_ERROR_UNSUPPORTED,
      _ ("Files of this kind (%s) cannot be read. Save it as PDF or text and take that file."),
      ending != NULL ? ending : name);
}

static gboolean
read_head (const char *path, File *file, struct stat *info, GError **error)
{
  file->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file->fd < 0)
    return jip_error_set (error, JIP_ERROR_FILE, _ ("The file cannot be opened: %s"), g_strerror (errno));
  ssize_t n = fstat (file->fd, info) == 0 && S_ISREG (info->st_mode)
                  ? pread (file->fd, file->head, sizeof file->head, 0)
                  : -1;
  if (n < 0)
    return jip_error_set (error, JIP_ERROR_UNSUPPORTED, _ ("It is a folder or a device, not a file."));
  if (n == 0)
    return jip_error_set (error, JIP_ERROR_EMPTY, _ ("The file is empty (0 bytes)."));
  file->length = (gsize) n;
  return TRUE;
}

static gboolean
decide (const File *file, const char *path, const struct stat *info, JipSourceKind *kind, GError **error)
{
  Kind found = guess_kind (file, path);

  if (found == KIND_TEXT && info->st_size > MAX_TEXT_BYTES)
    return jip_error_set (error, JIP_ERROR_LIMIT, _ ("The text is larger than %d MiB."),
                          MAX_TEXT_BYTES >> 20);
  if (found != KIND_PDF && found != KIND_TEXT && found != KIND_PACKAGE)
    return refuse (found, path, error);
  *kind = found == KIND_PDF ? JIP_SOURCE_PDF : found == KIND_TEXT ? JIP_SOURCE_TEXT : JIP_SOURCE_HWPX;
  return TRUE;
}

/**
 * jip_source_guess_kind:
 * @kind: (out): what to read it as; %JIP_SOURCE_HWPX for every package (see jip_document_import())
 *
 * Returns: %FALSE with %JIP_ERROR_FILE, %JIP_ERROR_EMPTY, %JIP_ERROR_LIMIT, %JIP_ERROR_DAMAGED or
 *   %JIP_ERROR_UNSUPPORTED
 */
gboolean
jip_source_guess_kind (const char *path, JipSourceKind *kind, GError **error)
{
  File file = { .fd = -1 };
  struct stat info;

  g_return_val_if_fail (path != NULL && kind != NULL, FALSE);

  gboolean guessed = read_head (path, &file, &info, error) && decide (&file, path, &info, kind, error);
  if (file.fd >= 0)
    close (file.fd);
  return guessed;
}
