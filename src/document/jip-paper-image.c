/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-paper.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <stdlib.h>

#include "jip-error.h"

#define MAX_BYTES (32u << 20)
#define MAX_PIXELS (60u * 1000 * 1000)
#define MAX_HEIGHT_MM 200.0

static guint
be16 (const guint8 *p)
{
  return (guint) p[0] << 8 | p[1];
}

static guint
be32 (const guint8 *p)
{
  return be16 (p) << 16 | be16 (p + 2);
}

static gboolean
measure_png (const guint8 *data, gsize size, guint *width, guint *height)
{
  static const guint8 magic[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

  if (size < 33 || memcmp (data, magic, sizeof magic) != 0 || memcmp (data + 12, "IHDR", 4) != 0)
    return FALSE;
  *width = be32 (data + 16);
  *height = be32 (data + 20);
  return TRUE;
}

/* The first start-of-frame segment tells the size (ITU-T T.81, B.2.2). */
static gboolean
measure_jpeg (const guint8 *data, gsize size, guint *width, guint *height)
{
  if (size < 4 || data[0] != 0xff || data[1] != 0xd8)
    return FALSE;
  for (gsize at = 2; at + 9 < size;)
    {
      guint marker = data[at + 1];
      if (data[at] != 0xff)
        return FALSE;
      if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc)
        {
          *height = be16 (data + at + 5);
          *width = be16 (data + at + 7);
          return TRUE;
        }
      at += 2 + be16 (data + at + 2);
    }
  return FALSE;
}

static GBytes *
read_file (const char *path, const char *file, GError **error)
{
  g_autoptr (GError) local = NULL;
  GStatBuf info;
  char *data;
  gsize size;

  if (g_stat (path, &info) != 0 || !S_ISREG (info.st_mode) || info.st_size > (off_t) MAX_BYTES)
    {
      jip_error_set (error, JIP_ERROR_LIMIT, _ ("The picture %s is no file of at most %u MiB."), file,
                     MAX_BYTES >> 20);
      return NULL;
    }
  if (!g_file_get_contents (path, &data, &size, &local))
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("The picture %s cannot be read: %s"), file, local->message);
      return NULL;
    }
  return g_bytes_new_take (data, size);
}

/* A symbolic link must not lead out of the folder either. */
static char *
resolve (const char *folder, const char *file, GError **error)
{
  g_autofree char *joined = g_build_filename (folder, file, NULL);
  g_autofree char *root = realpath (folder, NULL);
  g_autofree char *path = realpath (joined, NULL);

  if (root == NULL || path == NULL)
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("The picture %s cannot be opened: %s"), file,
                     g_strerror (errno));
      return NULL;
    }
  g_autofree char *prefix = g_strcmp0 (root, "/") == 0 ? g_strdup ("/") : g_strconcat (root, "/", NULL);
  if (!g_str_has_prefix (path, prefix))
    {
      jip_error_set (error, JIP_ERROR_FILE, _ ("The picture %s lies outside the draft's folder."), file);
      return NULL;
    }
  return g_steal_pointer (&path);
}

/**
 * jip_paper_image_load:
 * @folder: the draft's own folder
 * @file: a PNG or JPEG file, relative to @folder
 * @width: millimetres
 */
JipPaperImage *
jip_paper_image_load (const char *folder, const char *file, double width, GError **error)
{
  g_autofree char *path = resolve (folder, file, error);
  g_autoptr (GBytes) data = path != NULL ? read_file (path, file, error) : NULL;
  guint w = 0, h = 0;
  gsize size;

  if (data == NULL)
    return NULL;
  const guint8 *bytes = g_bytes_get_data (data, &size);
  gboolean jpeg = measure_jpeg (bytes, size, &w, &h);
  if (!jpeg && !measure_png (bytes, size, &w, &h))
    {
      jip_error_set (error, JIP_ERROR_UNSUPPORTED, _ ("The picture %s is neither PNG nor JPEG."), file);
      return NULL;
    }
  if (w == 0 || h == 0 || (guint64) w * h > MAX_PIXELS)
    {
      jip_error_set (error, JIP_ERROR_LIMIT, _ ("The picture %s has no size or too many pixels."), file);
      return NULL;
    }
  JipPaperImage *image = g_new0 (JipPaperImage, 1);
  image->data = g_steal_pointer (&data);
  image->jpeg = jpeg;
  image->pixel_width = w;
  image->pixel_height = h;
  image->width = MIN (width, MAX_HEIGHT_MM * w / h);
  image->height = image->width * h / w;
  return image;
}
