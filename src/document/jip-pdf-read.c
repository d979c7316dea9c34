/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "jip-error.h"
#include "jip-pdf-answer.h"
#include "jip-pdf-process.h"

/* A document as a whole. The helper is asked once and sends page after page, while the pages before are taken up here. */

/* Of all pages together; a page has limits of its own. */
#define MAX_TEXT_MIB 64
#define MAX_LINES 1000000u

typedef struct
{
  GPtrArray *pages; /* of JipPdfPage */
  gsize n_bytes;
  gsize n_lines;
} Reading;

static gboolean
add_page (Reading *reading, GBytes *bytes, GError **error)
{
  JipPdfPage *page = jip_pdf_answer_to_page (bytes, reading->pages->len, error);

  if (page == NULL)
    return FALSE;
  g_ptr_array_add (reading->pages, page);
  reading->n_bytes += g_bytes_get_size (bytes);
  reading->n_lines += page->n_lines;
  if (reading->n_bytes <= (gsize) MAX_TEXT_MIB << 20 && reading->n_lines <= MAX_LINES)
    return TRUE;
  return jip_error_set (
      error, JIP_ERROR_LIMIT,
      _ ("The PDF exceeds a limit: its pages hold more than %d MiB of text or %u lines. Split it "
         "and try again."),
      MAX_TEXT_MIB, MAX_LINES);
}

static gboolean
read_pages (Reading *reading, int fd, GCancellable *cancellable, GError **error)
{
  gint64 deadline = jip_pdf_deadline ();
  guint n_pages = 0;
  g_autoptr (JipPdfProcess) process = jip_pdf_process_start (fd, deadline, &n_pages, cancellable, error);
  JipPdfRequest request = { JIP_PDF_MAGIC, JIP_PDF_REQUEST_TEXT, 0, n_pages, "" };

  if (process == NULL || !jip_pdf_process_send (process, &request, error))
    return FALSE;
  while (reading->pages->len < n_pages)
    {
      g_autoptr (GBytes) bytes
          = jip_pdf_process_receive (process, JIP_PDF_MAX_TEXT, deadline, cancellable, error);
      if (bytes == NULL || !add_page (reading, bytes, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * jip_pdf_read:
 *
 * Reads the text of all pages, within the time that one operation has. It waits, so it is for threads.
 *
 * Returns: (transfer full) (element-type JipPdfPage): every page; %NULL with the errors of jip_pdf_open()
 */
GPtrArray *
jip_pdf_read (const char *path, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  int fd = jip_pdf_file_open (path, error);
  if (fd < 0)
    return NULL;
  g_autoptr (GPtrArray) pages = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_pdf_page_free);
  Reading reading = { .pages = pages };
  gboolean done = read_pages (&reading, fd, cancellable, error);
  close (fd);
  return done ? g_steal_pointer (&pages) : NULL;
}
