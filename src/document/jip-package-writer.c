/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-package-writer.h"

#include <glib/gi18n-lib.h>
#include <zip.h>

/* The ZIP file around the parts of HWPX and ODT: in the order given, without data descriptors and extra fields. */

/* @data must live until the archive is closed. */
static gboolean
add_part (zip_t *archive, const JipPackagePart *part, gint64 created, GError **error)
{
  zip_source_t *source = zip_source_buffer (archive, part->data, part->size, 0);
  zip_int64_t index = source != NULL ? zip_file_add (archive, part->name, source, ZIP_FL_ENC_UTF_8) : -1;

  if (index < 0)
    {
      if (source != NULL)
        zip_source_free (source);
      return jip_error_set (error, JIP_ERROR_FILE, _ ("The part %s could not be packed: %s"), part->name,
                            zip_strerror (archive));
    }
  zip_set_file_compression (archive, (zip_uint64_t) index, part->stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0);
  zip_file_set_mtime (archive, (zip_uint64_t) index, (time_t) (created / 1000), 0);
  return TRUE;
}

static gboolean
add_parts (zip_t *archive, const JipPackagePart *parts, guint n_parts, gint64 created, GError **error)
{
  for (guint i = 0; i < n_parts; i++)
    if (!add_part (archive, &parts[i], created, error))
      return FALSE;
  return TRUE;
}

/* What the archive wrote into @source, read out. */
static GBytes *
read_archive (zip_source_t *source, GError **error)
{
  zip_stat_t info;

  if (zip_source_stat (source, &info) != 0 || zip_source_open (source) != 0)
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("The package could not be read back."));
      return NULL;
    }
  guint8 *data = g_malloc (info.size);
  zip_int64_t got = zip_source_read (source, data, info.size);
  zip_source_close (source);
  if (got != (zip_int64_t) info.size)
    {
      g_free (data);
      jip_error_set (error, JIP_ERROR_FILE, _ ("The package could not be read back."));
      return NULL;
    }
  return g_bytes_new_take (data, (gsize) got);
}

/**
 * jip_package_write:
 * @created: what the parts bear as the moment of their last change, in milliseconds
 *
 * Returns: (transfer full): the file's bytes; %NULL with %JIP_ERROR_FILE
 */
GBytes *
jip_package_write (const JipPackagePart *parts, guint n_parts, gint64 created, GError **error)
{
  zip_error_t problem;

  g_return_val_if_fail (parts != NULL, NULL);

  zip_error_init (&problem);
  zip_source_t *source = zip_source_buffer_create (NULL, 0, 0, &problem);
  zip_t *archive = source != NULL ? zip_open_from_source (source, ZIP_TRUNCATE, &problem) : NULL;
  GBytes *bytes = NULL;

  if (archive == NULL)
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("The package could not be begun: %s"),
                     zip_error_strerror (&problem));
      g_clear_pointer (&source, zip_source_free);
      zip_error_fini (&problem);
      return NULL;
    }
  zip_source_keep (source);
  if (!add_parts (archive, parts, n_parts, created, error))
    zip_discard (archive);
  else if (zip_close (archive) != 0)
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("The package could not be written: %s"),
                     zip_strerror (archive));
      zip_discard (archive);
    }
  else
    bytes = read_archive (source, error);
  zip_source_free (source);
  zip_error_fini (&problem);
  return bytes;
}
