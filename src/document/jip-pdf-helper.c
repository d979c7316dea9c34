/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <math.h>
#include <poppler.h>
#include <string.h>
#include <unistd.h>

#include "jip-pdf-columns.h"
#include "jip-pdf-helper-lock.h"
#include "jip-pdf-protocol.h"

/* The only program that links Poppler. It reads one PDF from descriptor 3, answers on descriptor 0, and ends when the
 * other side hangs up. jip-pdf-process.c starts it in a sandbox. */

static gboolean
send_bytes (const void *data, gsize length)
{
  const guint8 *at = data;

  while (length > 0)
    {
      ssize_t n = write (STDIN_FILENO, at, length);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      at += n;
      length -= (gsize) n;
    }
  return TRUE;
}

static gboolean
send_answer (JipPdfStatus status, const void *data, gsize length)
{
  JipPdfAnswer answer = { JIP_PDF_MAGIC, status, length };
  return send_bytes (&answer, sizeof answer) && send_bytes (data, length);
}

static gboolean
read_request (JipPdfRequest *request)
{
  guint8 *at = (guint8 *) request;
  gsize left = sizeof *request;

  while (left > 0)
    {
      ssize_t n = read (STDIN_FILENO, at, left);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      at += n;
      left -= (gsize) n;
    }
  request->query[sizeof request->query - 1] = '\0';
  return request->magic == JIP_PDF_MAGIC;
}

static JipPdfStatus
status_of (const GError *error)
{
  if (g_error_matches (error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED))
    return JIP_PDF_ENCRYPTED;
  return JIP_PDF_DAMAGED;
}

static PopplerDocument *
open_document (JipPdfStatus *status)
{
  g_autoptr (GError) error = NULL;
  PopplerDocument *document = poppler_document_new_from_fd (JIP_PDF_DOCUMENT_FD, NULL, &error);

  *status = JIP_PDF_OK;
  if (document == NULL)
    {
      *status = status_of (error);
      return NULL;
    }
  int n = poppler_document_get_n_pages (document);
  if (n <= 0)
    *status = JIP_PDF_EMPTY;
  else if (n > JIP_PDF_MAX_PAGES)
    *status = JIP_PDF_LIMIT;
  return document;
}

typedef struct
{
  double x1, y1, x2, y2;
} Box;

static void
box_add (Box *box, const PopplerRectangle *rectangle)
{
  box->x1 = MIN (box->x1, rectangle->x1);
  box->y1 = MIN (box->y1, rectangle->y1);
  box->x2 = MAX (box->x2, rectangle->x2);
  box->y2 = MAX (box->y2, rectangle->y2);
}

static void
append_line (GByteArray *out, JipPdfTextHead *head, const char *text, gsize length, const Box *box)
{
  JipPdfLineHead line = { .length = (guint32) length };

  if (length == 0)
    return;
  if (box->x2 >= box->x1)
    {
      line.x = (float) box->x1;
      line.y = (float) box->y1;
      line.width = (float) (box->x2 - box->x1);
      line.height = (float) (box->y2 - box->y1);
    }
  g_byte_array_append (out, (const guint8 *) &line, sizeof line);
  g_byte_array_append (out, (const guint8 *) text, (guint) length);
  head->n_lines++;
}

/* Cells of a table row come as one line without anything between them. A gap that is no space ends the line; a narrow
 * one is a space. */
static char
separator (const PopplerRectangle *before, const PopplerRectangle *after)
{
  double height = before->y2 - before->y1, gap = after->x1 - before->x2;

  if (height <= 0)
    return '\0';
  if (gap > 0.6 * height || gap < -2 * height)
    return '\n';
  return gap > 0.2 * height ? ' ' : '\0';
}

typedef struct
{
  GByteArray *out;
  JipPdfTextHead head;
  GString *line;
  Box box;
  gboolean full; /* more than is allowed: refused rather than cut */
} Lines;

static const Box no_box = { G_MAXDOUBLE, G_MAXDOUBLE, -G_MAXDOUBLE, -G_MAXDOUBLE };

static void
end_line (Lines *lines)
{
  lines->full = lines->full || lines->head.n_lines >= JIP_PDF_MAX_LINES
                || lines->out->len + lines->line->len + sizeof (JipPdfLineHead) > JIP_PDF_MAX_TEXT;
  if (!lines->full)
    append_line (lines->out, &lines->head, lines->line->str, lines->line->len, &lines->box);
  g_string_truncate (lines->line, 0);
  lines->box = no_box;
}

/* One box per character comes with the text; a line's box is what they cover. */
static void
append_lines (Lines *lines, const char *text, const PopplerRectangle *boxes, guint n_boxes)
{
  const PopplerRectangle *before = NULL;
  guint i = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p), i++)
    {
      const PopplerRectangle *box = i < n_boxes ? &boxes[i] : NULL;
      if (*p == '\n' || *p == ' ')
        {
          if (*p == '\n')
            end_line (lines);
          else
            g_string_append_c (lines->line, ' ');
          before = NULL;
          continue;
        }
      char between = before != NULL && box != NULL ? separator (before, box) : '\0';
      if (between == '\n')
        end_line (lines);
      else if (between == ' ')
        g_string_append_c (lines->line, ' ');
      g_string_append_unichar (lines->line, g_utf8_get_char (p));
      if (box != NULL)
        box_add (&lines->box, box);
      before = box;
    }
  end_line (lines);
}

/* The words of the page where it has columns that were read across; else %NULL. */
static GArray *
find_columns (const char *text, const PopplerRectangle *boxes, guint n_boxes, double width)
{
  g_autoptr (GArray) words = g_array_new (FALSE, FALSE, sizeof (JipPdfWord));
  const PopplerRectangle *before = NULL;
  gboolean starts_word = TRUE, starts_line = TRUE;
  guint i = 0;

  for (const char *p = text; *p != '\0' && i < n_boxes; p = g_utf8_next_char (p), i++)
    {
      const PopplerRectangle *box = &boxes[i];
      if (*p == '\n' || *p == ' ')
        {
          starts_word = TRUE;
          starts_line |= *p == '\n';
          before = NULL;
          continue;
        }
      char between = before != NULL ? separator (before, box) : '\0';
      starts_word |= between != '\0';
      starts_line |= between == '\n';
      guint at = (guint) (p - text), length = (guint) (g_utf8_next_char (p) - p);
      JipPdfWord word = { at, 0, box->x1, box->y1, box->x2, box->y2, starts_line };
      if (starts_word)
        g_array_append_val (words, word);
      JipPdfWord *last = &g_array_index (words, JipPdfWord, words->len - 1);
      last->length = at + length - last->start;
      last->x1 = MIN (last->x1, box->x1);
      last->y1 = MIN (last->y1, box->y1);
      last->x2 = MAX (last->x2, box->x2);
      last->y2 = MAX (last->y2, box->y2);
      starts_word = starts_line = FALSE;
      before = box;
    }
  return jip_pdf_columns_order (words, width) ? g_steal_pointer (&words) : NULL;
}

static void
append_words (Lines *lines, const char *text, const GArray *words)
{
  for (guint i = 0; i < words->len; i++)
    {
      const JipPdfWord *word = &g_array_index (words, JipPdfWord, i);
      PopplerRectangle box = { word->x1, word->y1, word->x2, word->y2 };
      if (word->starts_line)
        end_line (lines);
      else
        g_string_append_c (lines->line, ' ');
      g_string_append_len (lines->line, text + word->start, word->length);
      box_add (&lines->box, &box);
    }
  end_line (lines);
}

static gboolean
answer_text (PopplerPage *page)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *raw = poppler_page_get_text (page);
  g_autofree char *text = g_utf8_make_valid (raw != NULL ? raw : "", -1);
  g_autofree PopplerRectangle *boxes = NULL;
  Lines lines = { .out = out, .line = line, .box = no_box };
  double width, height;
  guint n_boxes = 0;

  poppler_page_get_size (page, &width, &height);
  lines.head.width = (float) width;
  lines.head.height = (float) height;
  if (!poppler_page_get_text_layout (page, &boxes, &n_boxes))
    n_boxes = 0;
  g_byte_array_append (out, (const guint8 *) &lines.head, sizeof lines.head);
  g_autoptr (GArray) columns = find_columns (text, boxes, n_boxes, width);
  if (columns != NULL)
    append_words (&lines, text, columns);
  else
    append_lines (&lines, text, boxes, n_boxes);
  if (lines.full)
    return send_answer (JIP_PDF_LIMIT, NULL, 0);
  memcpy (out->data, &lines.head, sizeof lines.head);
  return send_answer (JIP_PDF_OK, out->data, out->len);
}

static gboolean
answer_bitmap (PopplerPage *page, guint width)
{
  double page_width, page_height;

  poppler_page_get_size (page, &page_width, &page_height);
  if (!(page_width > 0 && page_height > 0) || width == 0 || width > JIP_PDF_MAX_SIDE)
    return send_answer (JIP_PDF_LIMIT, NULL, 0);
  double scale = width / page_width, height = ceil (page_height * scale);
  if (height < 1 || height > JIP_PDF_MAX_SIDE || height * width > JIP_PDF_MAX_PIXELS)
    return send_answer (JIP_PDF_LIMIT, NULL, 0);

  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) width, (int) height);
  cairo_t *cairo = cairo_create (surface);
  cairo_set_source_rgb (cairo, 1, 1, 1);
  cairo_paint (cairo);
  cairo_scale (cairo, scale, scale);
  poppler_page_render (page, cairo);
  cairo_destroy (cairo);
  cairo_surface_flush (surface);
  gboolean sent;
  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    sent = send_answer (JIP_PDF_LIMIT, NULL, 0);
  else
    {
      JipPdfBitmapHead head = { width, (guint32) height, (guint32) cairo_image_surface_get_stride (surface),
                                (float) page_width, (float) page_height };
      gsize length = (gsize) head.height * head.stride;
      JipPdfAnswer answer = { JIP_PDF_MAGIC, JIP_PDF_OK, sizeof head + length };
      sent = send_bytes (&answer, sizeof answer) && send_bytes (&head, sizeof head)
             && send_bytes (cairo_image_surface_get_data (surface), length);
    }
  cairo_surface_destroy (surface);
  return sent;
}

/* A match that goes on in the next line has a box in each. */
static gboolean
answer_found (PopplerPage *page, const char *query)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  double width, height;
  GList *boxes
      = poppler_page_find_text_with_options (page, query, POPPLER_FIND_DEFAULT | POPPLER_FIND_MULTILINE);
  guint n = 0;

  poppler_page_get_size (page, &width, &height);
  for (GList *at = boxes; at != NULL && n < JIP_PDF_MAX_FOUND; at = at->next, n++)
    {
      const PopplerRectangle *box = at->data;
      JipPdfFoundHead found = { (float) box->x1, (float) (height - box->y2), (float) (box->x2 - box->x1),
                                (float) (box->y2 - box->y1) };
      g_byte_array_append (out, (const guint8 *) &found, sizeof found);
    }
  g_list_free_full (boxes, (GDestroyNotify) poppler_rectangle_free);
  return send_answer (JIP_PDF_OK, out->data, out->len);
}

static gboolean
answer_kind (PopplerPage *page, const JipPdfRequest *request)
{
  switch (request->kind)
    {
    case JIP_PDF_REQUEST_RENDER:
      return answer_bitmap (page, request->amount);
    case JIP_PDF_REQUEST_FIND:
      return answer_found (page, request->query);
    default:
      return answer_text (page);
    }
}

static gboolean
answer_page (PopplerDocument *document, const JipPdfRequest *request, guint number)
{
  PopplerPage *page = poppler_document_get_page (document, (int) number);

  if (page == NULL)
    return send_answer (JIP_PDF_DAMAGED, NULL, 0);
  gboolean sent = answer_kind (page, request);
  g_object_unref (page);
  return sent;
}

static gboolean
answer_request (PopplerDocument *document, const JipPdfRequest *request)
{
  guint n_pages = (guint) poppler_document_get_n_pages (document);
  guint count = request->kind == JIP_PDF_REQUEST_TEXT ? request->amount : 1;

  if (request->page >= n_pages || count > n_pages - request->page)
    return send_answer (JIP_PDF_LIMIT, NULL, 0);
  for (guint i = 0; i < count; i++)
    if (!answer_page (document, request, request->page + i))
      return FALSE;
  return TRUE;
}

int
main (void)
{
  JipPdfRequest request;
  JipPdfStatus status;

  if (!jip_pdf_helper_lock () || !send_answer (JIP_PDF_OK, NULL, 0))
    _exit (3);
  PopplerDocument *document = open_document (&status);
  guint32 n_pages = status == JIP_PDF_OK ? (guint32) poppler_document_get_n_pages (document) : 0;
  if (status != JIP_PDF_OK)
    {
      send_answer (status, NULL, 0);
      _exit (0);
    }
  if (send_answer (JIP_PDF_OK, &n_pages, sizeof n_pages))
    while (read_request (&request) && answer_request (document, &request))
      ;
  _exit (0); /* nothing to clean up that the kernel would not */
}
