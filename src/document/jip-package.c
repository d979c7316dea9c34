/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-package.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#define MAX_DIRECTORY (4u << 20) /* bytes of the list of parts */
#define RATIO_FROM (16u << 20)   /* smaller parts may be packed as tightly as they like */
#define MAX_RATIO 500     /* deflate cannot do more than 1032; text that people wrote stays below 100 */
#define TAIL (65535 + 22) /* where the end record of a ZIP file must lie */
#define CHUNK 65536

struct _JipPackage
{
  zip_t *archive;
  guint64 total; /* bytes unpacked so far */
};

static guint32
le32 (const guint8 *p)
{
  return (guint32) p[0] | (guint32) p[1] << 8 | (guint32) p[2] << 16 | (guint32) p[3] << 24;
}

/* libzip takes memory for each part that the end record announces, so that record is looked at first. */
static gboolean
check_end_record (int fd, goffset size, GError **error)
{
  g_autofree guint8 *tail = g_malloc (TAIL);
  gsize want = (gsize) MIN (size, TAIL);
  gssize got = pread (fd, tail, want, size - (goffset) want);

  for (gssize at = got - 22; at >= 0; at--)
    {
      if (memcmp (tail + at, "PK\5\6", 4) != 0)
        continue;
      guint parts = (guint) tail[at + 10] | (guint) tail[at + 11] << 8;
      if (parts > JIP_PACKAGE_MAX_PARTS || le32 (tail + at + 12) > MAX_DIRECTORY)
        return jip_error_set (error, JIP_ERROR_LIMIT, _ ("The file holds more than %u parts."),
                              JIP_PACKAGE_MAX_PARTS);
      return TRUE;
    }
  return jip_error_set (error, JIP_ERROR_DAMAGED,
                        _ ("The file is cut off or damaged: its list of parts is missing."));
}

/* Part names are paths inside the package; one that leads out was made to harm who unpacks it. */
static gboolean
is_safe_name (const char *name)
{
  if (name == NULL || *name == '\0' || *name == '/' || strchr (name, '\\') != NULL
      || (g_ascii_isalpha (name[0]) && name[1] == ':'))
    return FALSE;
  g_auto (GStrv) steps = g_strsplit (name, "/", -1);
  return !g_strv_contains ((const char *const *) steps, "..");
}

static gboolean
check_parts (zip_t *archive, GError **error)
{
  zip_int64_t n = zip_get_num_entries (archive, 0);

  if (n > JIP_PACKAGE_MAX_PARTS)
    return jip_error_set (error, JIP_ERROR_LIMIT, _ ("The file holds more than %u parts."),
                          JIP_PACKAGE_MAX_PARTS);
  for (zip_int64_t i = 0; i < n; i++)
    {
      zip_stat_t info;
      if (zip_stat_index (archive, (zip_uint64_t) i, 0, &info) != 0 || !is_safe_name (info.name))
        return jip_error_set (error, JIP_ERROR_UNSUPPORTED,
                              _ ("A part of the file has a name that leads out of it; no office program "
                                 "writes that. It is not read."));
      if ((info.valid & ZIP_STAT_ENCRYPTION_METHOD) && info.encryption_method != ZIP_EM_NONE)
        return jip_error_set (error, JIP_ERROR_ENCRYPTED,
                              _ ("The file has a password. Save it without one and take that file."));
    }
  return TRUE;
}

static zip_t *
open_archive (int fd, GError **error)
{
  int code = 0;
  zip_t *archive = zip_fdopen (fd, 0, &code);

  if (archive != NULL)
    return archive;
  zip_error_t problem;
  zip_error_init_with_code (&problem, code);
  jip_error_set (error, JIP_ERROR_DAMAGED, _ ("The file is damaged: it is no whole package (%s)."),
                 zip_error_strerror (&problem));
  zip_error_fini (&problem);
  close (fd);
  return NULL;
}

/**
 * jip_package_open:
 *
 * Returns: (transfer full): the package; %NULL with %JIP_ERROR_FILE, %JIP_ERROR_DAMAGED, %JIP_ERROR_LIMIT,
 *   %JIP_ERROR_ENCRYPTED, or %JIP_ERROR_UNSUPPORTED when a part's name leads out of it
 */
JipPackage *
jip_package_open (const char *path, GError **error)
{
  struct stat info;

  g_return_val_if_fail (path != NULL, NULL);

  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0 || fstat (fd, &info) != 0)
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("The file cannot be opened: %s"), g_strerror (errno));
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  if (info.st_size > JIP_PACKAGE_MAX_BYTES)
    {
      jip_error_set (error, JIP_ERROR_LIMIT, _ ("The file is larger than %u MiB."),
                     JIP_PACKAGE_MAX_BYTES >> 20);
      close (fd);
      return NULL;
    }
  if (!check_end_record (fd, info.st_size, error))
    {
      close (fd);
      return NULL;
    }
  zip_t *archive = open_archive (fd, error);
  if (archive == NULL)
    return NULL;
  if (!check_parts (archive, error))
    {
      zip_discard (archive);
      return NULL;
    }
  JipPackage *package = g_new0 (JipPackage, 1);
  package->archive = archive;
  return package;
}

void
jip_package_free (JipPackage *package)
{
  zip_discard (package->archive);
  g_free (package);
}

gboolean
jip_package_has (JipPackage *package, const char *name)
{
  g_return_val_if_fail (package != NULL && name != NULL, FALSE);
  return zip_name_locate (package->archive, name, 0) >= 0;
}

/**
 * jip_package_list:
 *
 * Returns: (transfer full) (element-type utf8): the names of all parts, in the file's order
 */
GPtrArray *
jip_package_list (JipPackage *package)
{
  g_return_val_if_fail (package != NULL, NULL);

  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  zip_int64_t n = zip_get_num_entries (package->archive, 0);
  for (zip_int64_t i = 0; i < n; i++)
    {
      const char *name = zip_get_name (package->archive, (zip_uint64_t) i, 0);
      if (name != NULL)
        g_ptr_array_add (names, g_utf8_make_valid (name, -1));
    }
  return names;
}

static zip_file_t *
open_part (JipPackage *package, const char *name, GError **error)
{
  zip_stat_t info;

  if (zip_stat (package->archive, name, 0, &info) != 0)
    {
      jip_error_set (error, JIP_ERROR_DAMAGED,
                     _ ("The part %s is missing. The file is damaged: take another copy."), name);
      return NULL;
    }
  if (info.size > JIP_PACKAGE_MAX_PART
      || (info.size > RATIO_FROM && info.size / MAX (info.comp_size, 1) > MAX_RATIO))
    {
      jip_error_set (error, JIP_ERROR_LIMIT,
                     _ ("The part %s unpacks to more than a paper can hold. The file is not read."), name);
      return NULL;
    }
  zip_file_t *file = zip_fopen (package->archive, name, 0);
  if (file == NULL)
    jip_error_set (error, JIP_ERROR_DAMAGED, _ ("The part %s cannot be read (%s). The file is damaged."),
                   name, zip_strerror (package->archive));
  return file;
}

/* Sizes in the list of parts may lie; what really comes out is counted too. */
static gboolean
feed_part (JipPackage *package, zip_file_t *file, const char *name, JipXml *xml, GError **error)
{
  g_autofree char *chunk = g_malloc (CHUNK);
  guint64 size = 0;
  gsize kept = 0;
  zip_int64_t got;

  while ((got = zip_fread (file, chunk + kept, CHUNK - kept)) > 0)
    {
      size += (guint64) got;
      package->total += (guint64) got;
      if (size > JIP_PACKAGE_MAX_PART || package->total > JIP_PACKAGE_MAX_TOTAL)
        return jip_error_set (error, JIP_ERROR_LIMIT,
                              _ ("The part %s unpacks to more than a paper can hold. The file is not read."),
                              name);
      kept += (gsize) got;
      if (size < 4)
        continue;
      if (!jip_xml_feed (xml, chunk, kept))
        return TRUE;
      kept = 0;
    }
  if (got < 0)
    return jip_error_set (error, JIP_ERROR_DAMAGED,
                          _ ("The part %s cannot be unpacked (%s). The file is damaged."), name,
                          zip_file_strerror (file));
  return TRUE;
}

/**
 * jip_package_parse:
 * @name: a part
 *
 * Reads a part of XML through @handler.
 *
 * Returns: %FALSE with %JIP_ERROR_DAMAGED, %JIP_ERROR_LIMIT, %JIP_ERROR_UNSUPPORTED or what the handler set
 */
gboolean
jip_package_parse (JipPackage *package,
                   const char *name,
                   const JipXmlHandler *handler,
                   gpointer user_data,
                   GError **error)
{
  g_return_val_if_fail (package != NULL && name != NULL && handler != NULL, FALSE);

  zip_file_t *file = open_part (package, name, error);
  if (file == NULL)
    return FALSE;
  g_autoptr (JipXml) xml = jip_xml_new (handler, user_data);
  gboolean fed = feed_part (package, file, name, xml, error);
  zip_fclose (file);
  return fed && jip_xml_finish (xml, name, error);
}

/**
 * jip_package_read_text:
 * @max: bytes; what follows is left out
 *
 * Returns: (transfer full) (nullable): the beginning of a small part such as `mimetype`, %NULL when it is not there
 */
char *
jip_package_read_text (JipPackage *package, const char *name, gsize max)
{
  g_return_val_if_fail (package != NULL && name != NULL && max < CHUNK, NULL);

  zip_file_t *file = zip_fopen (package->archive, name, 0);
  if (file == NULL)
    return NULL;
  char *text = g_malloc0 (max + 1);
  zip_int64_t got = zip_fread (file, text, max);
  zip_fclose (file);
  text[got > 0 ? got : 0] = '\0';
  return text;
}
