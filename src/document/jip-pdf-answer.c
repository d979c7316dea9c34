/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-pdf-answer.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jip-error.h"
#include "jip-pdf-protocol.h"

/* What comes from outside: the file before the helper sees it, and the helper's answers, which are checked as if they
 * came from the document itself. */

#define MAX_BYTES ((gint64) 1 << 30)
#define MOST_POINTS 1e6
#define HEADER_BYTES 1024 /* the header may stand anywhere in them (ISO 32000, H.3, note 13) */

void
jip_pdf_page_free (JipPdfPage *page)
{
  for (guint i = 0; i < page->n_lines; i++)
    g_free (page->lines[i].text);
  g_free (page->lines);
  g_free (page->text);
  g_free (page);
}

void
jip_pdf_bitmap_free (JipPdfBitmap *bitmap)
{
  g_bytes_unref (bitmap->pixels);
  g_free (bitmap);
}

static gpointer
answer_error (GError **error)
{
  jip_error_set (error, JIP_ERROR_DAMAGED, _ ("The PDF is damaged: its reader gave no sensible answer."));
  return NULL;
}

JipPdfPage *
jip_pdf_answer_to_page (GBytes *bytes, guint number, GError **error)
{
  gsize left;
  const guint8 *at = g_bytes_get_data (bytes, &left);
  JipPdfTextHead head;

  if (left < sizeof head)
    return answer_error (error);
  memcpy (&head, at, sizeof head);
  at += sizeof head;
  left -= sizeof head;
  if (head.n_lines > JIP_PDF_MAX_LINES)
    return answer_error (error);

  g_autoptr (JipPdfPage) page = g_new0 (JipPdfPage, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  page->number = number;
  page->width = head.width;
  page->height = head.height;
  page->lines = g_new0 (JipPdfLine, head.n_lines + 1);
  for (guint i = 0; i < head.n_lines; i++)
    {
      JipPdfLineHead line;
      if (left < sizeof line)
        return answer_error (error);
      memcpy (&line, at, sizeof line);
      at += sizeof line;
      left -= sizeof line;
      if (line.length > left || !g_utf8_validate ((const char *) at, line.length, NULL))
        return answer_error (error);
      page->lines[page->n_lines++] = (JipPdfLine){ g_strndup ((const char *) at, line.length), line.x, line.y,
                                                   line.width, line.height };
      g_string_append_len (text, (const char *) at, line.length);
      g_string_append_c (text, '\n');
      at += line.length;
      left -= line.length;
    }
  page->text = g_string_free (g_steal_pointer (&text), FALSE);
  return g_steal_pointer (&page);
}

JipPdfBitmap *
jip_pdf_answer_to_bitmap (GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  JipPdfBitmapHead head;

  if (size < sizeof head)
    return answer_error (error);
  memcpy (&head, data, sizeof head);
  if (head.width == 0 || head.width > JIP_PDF_MAX_SIDE || head.height == 0 || head.height > JIP_PDF_MAX_SIDE
      || head.stride < head.width * 4 || head.stride > JIP_PDF_MAX_SIDE * 8
      || (gsize) head.stride * head.height != size - sizeof head || !(head.page_width > 0)
      || !(head.page_height > 0))
    return answer_error (error);
  JipPdfBitmap *bitmap = g_new0 (JipPdfBitmap, 1);
  bitmap->pixels = g_bytes_new_from_bytes (bytes, sizeof head, size - sizeof head);
  bitmap->width = head.width;
  bitmap->height = head.height;
  bitmap->stride = head.stride;
  bitmap->page_width = head.page_width;
  bitmap->page_height = head.page_height;
  return bitmap;
}

/* Boxes that reach out of any page are left out: they cannot be shown. */
GArray *
jip_pdf_answer_to_boxes (GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *at = g_bytes_get_data (bytes, &size);

  if (size % sizeof (JipPdfFoundHead) != 0 || size / sizeof (JipPdfFoundHead) > JIP_PDF_MAX_FOUND)
    return answer_error (error);
  GArray *boxes = g_array_new (FALSE, FALSE, sizeof (JipPdfBox));
  for (gsize i = 0; i < size / sizeof (JipPdfFoundHead); i++)
    {
      JipPdfFoundHead found;
      memcpy (&found, at + i * sizeof found, sizeof found);
      JipPdfBox box = { found.x, found.y, found.width, found.height };
      if (fabs (box.x) < MOST_POINTS && fabs (box.y) < MOST_POINTS && box.width >= 0
          && box.width < MOST_POINTS && box.height >= 0 && box.height < MOST_POINTS)
        g_array_append_val (boxes, box);
    }
  return boxes;
}

/* What can be told without reading the document: no file, empty, too large, not a PDF. */
static gboolean
check_file (int fd, GError **error)
{
  char head[HEADER_BYTES];
  struct stat info;

  if (fd < 0 || fstat (fd, &info) != 0)
    return jip_error_set (error, JIP_ERROR_FILE, _ ("The file cannot be opened: %s"), g_strerror (errno));
  if (!S_ISREG (info.st_mode))
    return jip_error_set (error, JIP_ERROR_NOT_A_PDF, _ ("It is a folder or a device, not a PDF file."));
  if (info.st_size == 0)
    return jip_error_set (error, JIP_ERROR_EMPTY, _ ("The file is empty (0 bytes)."));
  if (info.st_size > MAX_BYTES)
    return jip_error_set (error, JIP_ERROR_LIMIT, _ ("The file is larger than %d MiB."),
                          (int) (MAX_BYTES >> 20));
  ssize_t n = pread (fd, head, sizeof head, 0);
  if (n < 0)
    return jip_error_set (error, JIP_ERROR_FILE, _ ("The file cannot be read: %s"), g_strerror (errno));
  if (memmem (head, (gsize) n, "%PDF-", 5) == NULL)
    return jip_error_set (error, JIP_ERROR_NOT_A_PDF, _ ("The file is not a PDF, whatever its name says."));
  return TRUE;
}

/* Returns: a descriptor for the helper; -1 when what is there is no PDF */
int
jip_pdf_file_open (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (check_file (fd, error))
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}
