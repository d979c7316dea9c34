/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <cairo-pdf.h>
#include <glib/gstdio.h>
#include <pango/pangocairo.h>
#include <string.h>
#include <unistd.h>

#include "jip-document.h"
#include "jip-draft-text.h"
#include "jip-error.h"
#include "jip-pdf.h"
#include "jip-source.h"

static char *folder;

static char *
file_path (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static char *
write_file (const char *name, const char *data, gssize length)
{
  char *path = file_path (name);
  g_assert_true (g_file_set_contents (path, data, length, NULL));
  return path;
}

static char *
export_sample (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".json", NULL);
  g_autofree char *data = g_test_build_filename (G_TEST_DIST, "document", "data", NULL);
  g_autofree char *source = g_build_filename (data, file, NULL);
  g_autofree char *text = NULL;
  g_autofree char *pdf = g_strconcat (name, ".pdf", NULL);
  JipDocumentOptions options = { .folder = data };
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (source, &text, NULL, NULL));
  g_autoptr (JipDraft) draft = jip_draft_parse (text, -1, &error);
  g_assert_no_error (error);
  char *path = file_path (pdf);
  jip_document_export (draft, JIP_DOCUMENT_PDF, path, &options, &error);
  g_assert_no_error (error);
  return path;
}

static char *
letters (const char *text)
{
  GString *out = g_string_new (NULL);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_isalnum (g_utf8_get_char (p)))
      g_string_append_unichar (out, g_utf8_get_char (p));
  return g_string_free (out, FALSE);
}

/* What the writer wrote in Korean is what the helper reads, in the same order. */
static void
test_read_back (void)
{
  static const char *const lines[] = { "가람시, 야간 도서관 3곳에서 밤 10시까지 연다",
                                       "- 12월 1일부터 중앙·한빛·푸른숲도서관, 좌석 420석 개방 -",
                                       "열람실을 평일 밤 10시까지 연다고 23일 밝혔다.",
                                       "1,204명 가운데 939명(78%)이",
                                       "푸른숲도서관",
                                       "평일 09:00∼22:00, 월요일은 쉼",
                                       "□ 이용은 회원증만 있으면 되고",
                                       "오한결 도서관과장은 “밤에도 안전하게",
                                       "붙임 1. 야간 도서관 운영 계획 1부.",
                                       "2. 시민 설문 결과 1부. 끝.",
                                       "도서관과장 오한결",
                                       NULL };
  g_autofree char *path = export_sample ("press-release");
  g_autoptr (GError) error = NULL;
  g_autoptr (JipSource) source = jip_source_read (path, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (source->kind, ==, JIP_SOURCE_PDF);
  g_assert_cmpuint (source->scanned->len, ==, 0);
  g_autofree char *text = jip_source_dup_text (source);
  g_autofree char *have = letters (text);
  const char *at = have;
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *line = letters (lines[i]);
      const char *found = strstr (at, line);
      if (found == NULL)
        g_test_message ("not in order: %s\n%s", lines[i], text);
      g_assert_nonnull (found);
      at = found;
    }
  g_assert_nonnull (strstr (text, "\n중앙도서관\n평일 09:00∼22:00\n200\n"));
}

/* Lines have boxes within the page, and the title's is in the upper half and as wide as it should be. */
static void
test_boxes (void)
{
  g_autofree char *path = export_sample ("press-release");
  g_autoptr (JipPdf) pdf = jip_pdf_open (path, NULL, NULL);
  g_autoptr (JipPdfPage) page = jip_pdf_get_text (pdf, 0, NULL, NULL);
  gboolean seen = FALSE;

  g_assert_cmpfloat_with_epsilon (page->width, 595.3, 0.5);
  g_assert_cmpfloat_with_epsilon (page->height, 841.9, 0.5);
  for (guint i = 0; i < page->n_lines; i++)
    {
      const JipPdfLine *line = &page->lines[i];
      g_assert_true (line->x >= 0 && line->y >= 0 && line->x + line->width <= page->width
                     && line->y + line->height <= page->height);
      if (!g_str_has_prefix (line->text, "가람시, 야간"))
        continue;
      seen = TRUE;
      g_assert_true (line->width > 200 && line->width < 480 && line->y < page->height / 2);
    }
  g_assert_true (seen);
}

/* What is found lies where the line with it lies; a match over a line end has a box in each line. */
static void
test_find (void)
{
  g_autofree char *path = export_sample ("press-release");
  g_autoptr (JipPdf) pdf = jip_pdf_open (path, NULL, NULL);
  g_autoptr (JipPdfPage) page = jip_pdf_get_text (pdf, 0, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) boxes = jip_pdf_find (pdf, 0, "푸른숲도서관", NULL, &error);
  guint seen = 0, lines = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < page->n_lines; i++)
    {
      const JipPdfLine *line = &page->lines[i];
      const char *at = line->text;
      for (; (at = strstr (at, "푸른숲도서관")) != NULL; at++)
        lines++;
      for (guint k = 0; k < boxes->len; k++)
        {
          const JipPdfBox *box = &g_array_index (boxes, JipPdfBox, k);
          double middle = box->y + box->height / 2;
          if (strstr (line->text, "푸른숲도서관") != NULL && middle > line->y
              && middle < line->y + line->height && box->x >= line->x - 1
              && box->x + box->width <= line->x + line->width + 1)
            seen++;
        }
    }
  g_assert_cmpuint (lines, >, 1);
  g_assert_cmpuint (boxes->len, ==, lines);
  g_assert_cmpuint (seen, ==, lines);

  g_autofree char *decomposed = g_utf8_normalize ("푸른숲도서관", -1, G_NORMALIZE_NFD);
  g_autoptr (GArray) same = jip_pdf_find (pdf, 0, decomposed, NULL, NULL);
  g_assert_cmpuint (same->len, ==, lines);
  g_autoptr (GArray) none = jip_pdf_find (pdf, 0, "없는 낱말", NULL, NULL);
  g_assert_cmpuint (none->len, ==, 0);
  g_autofree char *long_query = g_strnfill (5000, 'x');
  g_autoptr (GArray) bounded = jip_pdf_find (pdf, 0, long_query, NULL, NULL);
  g_assert_cmpuint (bounded->len, ==, 0);
  g_assert_null (jip_pdf_find (pdf, 999, "글", NULL, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_NOT_FOUND);
}

/* The catalogue that counts is the last one: it tells the language, that the title is to be shown and that there are
 * tags; the headings have theirs. */
static void
test_catalog (void)
{
  g_autofree char *path = export_sample ("work-report");
  g_autofree char *data = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  const char *catalog = NULL, *at = data;
  while ((at = memmem (at, size - (gsize) (at - data), "/Type /Catalog", 14)) != NULL)
    catalog = at++;
  g_assert_nonnull (catalog);
  g_assert_nonnull (strstr (catalog, "/Lang (ko-KR)"));
  g_assert_nonnull (strstr (catalog, "/DisplayDocTitle true"));
  g_assert_nonnull (strstr (catalog, "/Marked true"));
  g_assert_nonnull (strstr (catalog, "/StructTreeRoot"));
  g_assert_nonnull (strstr (catalog, "/Outlines"));
  g_assert_nonnull (memmem (data, size, "/S /H2", 6));
  g_assert_nonnull (memmem (data, size, "/S /TR", 6));
}

/* Columns drawn line by line across the page are read one after the other. */
static void
test_two_columns (void)
{
  g_autofree char *path = file_path ("columns.pdf");
  cairo_surface_t *surface = cairo_pdf_surface_create (path, 595, 842);
  cairo_t *cairo = cairo_create (surface);
  PangoLayout *layout = pango_cairo_create_layout (cairo);
  PangoFontDescription *font = pango_font_description_from_string ("Noto Serif CJK KR 8");

  pango_layout_set_font_description (layout, font);
  for (guint i = 0; i < 30; i++)
    for (guint column = 0; column < 2; column++)
      {
        g_autofree char *line
            = g_strdup_printf ("%s단 %02u번째 줄은 도서관을 다룬다", column == 0 ? "왼" : "오른", i);
        pango_layout_set_text (layout, line, -1);
        cairo_move_to (cairo, 60 + column * 250, 80 + i * 16);
        pango_cairo_show_layout (cairo, layout);
      }
  pango_font_description_free (font);
  g_object_unref (layout);
  cairo_destroy (cairo);
  cairo_surface_destroy (surface);

  g_autoptr (JipSource) source = jip_source_read (path, NULL, NULL);
  g_autofree char *text = jip_source_dup_text (source);
  const char *at = text;
  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *want = g_strdup_printf ("%s단 %02u번째 줄", i < 30 ? "왼" : "오른", i % 30);
      const char *found = strstr (at, want);
      if (found == NULL)
        g_test_message ("%s", text);
      g_assert_nonnull (found);
      at = found;
    }
}

static void
test_render (void)
{
  g_autofree char *path = export_sample ("work-report");
  g_autoptr (JipPdf) pdf = jip_pdf_open (path, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JipPdfBitmap) bitmap = jip_pdf_render_page (pdf, 0, 600, NULL, &error);
  gsize size;
  guint dark = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (bitmap->width, ==, 600);
  g_assert_cmpuint (bitmap->height, ==, 849);
  const guint8 *pixels = g_bytes_get_data (bitmap->pixels, &size);
  g_assert_cmpuint (size, ==, (gsize) bitmap->height * bitmap->stride);
  g_assert_cmpuint (pixels[0], ==, 255);
  for (gsize i = 0; i + 3 < size; i += 4)
    dark += pixels[i] < 64;
  g_assert_cmpuint (dark, >, 500);

  g_assert_null (jip_pdf_render_page (pdf, 0, 100000, NULL, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_null (jip_pdf_get_text (pdf, jip_pdf_get_n_pages (pdf), NULL, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_autoptr (JipPdfPage) page = jip_pdf_get_text (pdf, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (page->n_lines > 5);
}

/* A PDF of numbered objects with a right cross-reference table. */
static char *
build_pdf (const char *const *objects, const char *trailer)
{
  g_autoptr (GString) out = g_string_new ("%PDF-1.7\n");
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (gsize));

  for (guint i = 0; objects[i] != NULL; i++)
    {
      g_array_append_val (offsets, out->len);
      g_string_append_printf (out, "%u 0 obj\n%s\nendobj\n", i + 1, objects[i]);
    }
  gsize start = out->len;
  g_string_append_printf (out, "xref\n0 %u\n0000000000 65535 f \n", offsets->len + 1);
  for (guint i = 0; i < offsets->len; i++)
    g_string_append_printf (out, "%010" G_GSIZE_FORMAT " 00000 n \n", g_array_index (offsets, gsize, i));
  g_string_append_printf (out,
                          "trailer\n<< /Size %u /Root 1 0 R %s >>\nstartxref\n%" G_GSIZE_FORMAT "\n%%%%EOF\n",
                          offsets->len + 1, trailer, start);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
assert_fails (const char *path, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipSource) source = jip_source_read (path, NULL, &error);

  g_test_message ("%s: %s", path, error != NULL ? error->message : "read");
  g_assert_null (source);
  g_assert_error (error, JIP_ERROR, code);
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_named_errors (void)
{
  static const char *const no_pages[]
      = { "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>", NULL };
  static const char *const picture[]
      = { "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
          "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
          "<< /Length 26 >>\nstream\n0 0 100 100 re f 0 0 1 rg \nendstream", NULL };
  static const char *const locked[] = {
    "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
    "<< /Filter /Standard /V 1 /R 2 /P -4 /O <0102030405060708091011121314151617181920212223242526272829303132> "
    "/U <3132333435363738394041424344454647484950515253545556575859606162> >>",
    NULL
  };
  g_autofree char *empty_text = build_pdf (no_pages, "");
  g_autofree char *picture_text = build_pdf (picture, "");
  g_autofree char *locked_text = build_pdf (locked, "/Encrypt 4 0 R /ID [<0011> <0011>]");
  const struct
  {
    const char *name, *data;
    gssize length;
    int code;
  } cases[] = {
    { "nothing.pdf", "", 0, JIP_ERROR_EMPTY },
    { "text.pdf", "이것은 글입니다.\n", -1, JIP_ERROR_NOT_A_PDF },
    { "broken.pdf", "%PDF-1.7\ngarbage that never ends", -1, JIP_ERROR_DAMAGED },
    { "no-pages.pdf", empty_text, -1, JIP_ERROR_EMPTY },
    { "picture.pdf", picture_text, -1, JIP_ERROR_NO_TEXT },
    { "locked.pdf", locked_text, -1, JIP_ERROR_ENCRYPTED },
    { "old.hwp", "HWP Document File V3.00 \x1a\1\2", -1, JIP_ERROR_UNSUPPORTED },
    { "book.hwpx", "PK\3\4abc", -1, JIP_ERROR_DAMAGED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = write_file (cases[i].name, cases[i].data, cases[i].length);
      assert_fails (path, cases[i].code);
    }
  assert_fails (folder, JIP_ERROR_UNSUPPORTED);
  g_autofree char *missing = file_path ("missing.pdf");
  assert_fails (missing, JIP_ERROR_FILE);
}

/* Cut and scrambled files end in a named error or in text, never in a crash or a wait. */
static void
test_damaged (void)
{
  g_autofree char *path = export_sample ("official-letter");
  g_autofree char *data = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *copy = g_memdup2 (data, size);
      gsize length = size;
      if (i < 4)
        length = size * (i + 1) / 6;
      else
        for (guint k = 0; k < 200; k++)
          copy[g_test_rand_int_range (9, (int) size)] = (char) g_test_rand_int_range (0, 256);
      g_autofree char *damaged = write_file ("damaged.pdf", copy, (gssize) length);
      g_autoptr (GError) error = NULL;
      g_autoptr (JipSource) source = jip_source_read (damaged, NULL, &error);
      g_assert_true ((source != NULL) != (error != NULL));
      if (error != NULL)
        g_assert_true (error->domain == JIP_ERROR && *error->message != '\0');
    }
}

/* Forms that draw each other double the work with every level. */
static char *
write_endless (void)
{
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func (g_free);
  guint levels = 40;

  g_ptr_array_add (objects, g_strdup ("<< /Type /Catalog /Pages 2 0 R >>"));
  g_ptr_array_add (objects, g_strdup ("<< /Type /Pages /Kids [3 0 R] /Count 1 >>"));
  g_ptr_array_add (objects,
                   g_strdup ("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << /XObject << "
                             "/F 5 0 R >> >> /Contents 4 0 R >>"));
  g_ptr_array_add (objects, g_strdup ("<< /Length 6 >>\nstream\n/F Do \nendstream"));
  for (guint i = 0; i < levels; i++)
    g_ptr_array_add (
        objects,
        g_strdup_printf ("<< /Type /XObject /Subtype /Form /BBox [0 0 200 200] /Resources << /XObject << "
                         "/F %u 0 R >> >> /Length 12 >>\nstream\n/F Do /F Do \nendstream",
                         i + 6));
  g_ptr_array_add (objects, g_strdup ("<< /Type /XObject /Subtype /Form /BBox [0 0 200 200] /Length 17 "
                                      ">>\nstream\n0 0 10 10 re f   \nendstream"));
  g_ptr_array_add (objects, NULL);
  g_autofree char *text = build_pdf ((const char *const *) objects->pdata, "");
  return write_file ("endless.pdf", text, -1);
}

/* It ends at the limit, and the program goes on. */
static void
test_endless (void)
{
  g_autofree char *good = export_sample ("official-letter");
  g_autofree char *path = write_endless ();
  gint64 start = g_get_monotonic_time ();
  g_autoptr (JipPdf) pdf = jip_pdf_open (path, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (pdf);
  g_assert_null (jip_pdf_get_text (pdf, 0, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_true (g_error_matches (error, JIP_ERROR, JIP_ERROR_LIMIT)
                 || g_error_matches (error, JIP_ERROR, JIP_ERROR_TIMEOUT));
  g_assert_cmpint ((g_get_monotonic_time () - start) / G_USEC_PER_SEC, <, 20);
  g_autoptr (JipSource) source = jip_source_read (good, NULL, NULL);
  g_assert_nonnull (source);
}

static GBytes *
deflate (const char *piece, guint times)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream = g_converter_output_stream_new (memory, G_CONVERTER (compressor));

  for (guint i = 0; i < times; i++)
    g_assert_true (g_output_stream_write_all (stream, piece, strlen (piece), NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (stream, NULL, NULL));
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

/* A page with far more text than a page has: refused by name, within the limits of memory and time. */
static void
test_bomb (void)
{
#if defined(__SANITIZE_ADDRESS__)
  g_test_skip ("a sanitizer build has no limit on memory");
  return;
#endif
  g_autofree char *letters_a = g_strnfill (3100, 'a');
  g_autofree char *line = g_strdup_printf ("(%s) Tj T* ", letters_a);
  g_autoptr (GBytes) packed = deflate (line, 1590);
  gsize size;
  const char *data = g_bytes_get_data (packed, &size);
  g_autoptr (GString) out
      = g_string_new ("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n"
                      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type "
                      "/Page /Parent 2 0 R /MediaBox [0 0 14400 14400] /Resources << /Font << /F 5 0 R "
                      ">> >> /Contents [6 0 R 4 0 R] >>\nendobj\n5 0 obj\n<< /Type /Font /Subtype "
                      "/Type1 /BaseFont /Helvetica >>\nendobj\n6 0 obj\n<< /Length 31 >>\nstream\n"
                      "BT /F 8 Tf 9 TL 10 14380 Td    \nendstream\nendobj\n");
  g_string_append_printf (out, "4 0 obj\n<< /Filter /FlateDecode /Length %" G_GSIZE_FORMAT " >>\nstream\n",
                          size);
  g_string_append_len (out, data, (gssize) size);
  g_string_append (out, "\nendstream\nendobj\ntrailer\n<< /Size 7 /Root 1 0 R >>\n%%EOF\n");
  g_autofree char *path = write_file ("bomb.pdf", out->str, (gssize) out->len);
  assert_fails (path, JIP_ERROR_LIMIT);
}

typedef struct
{
  GMainLoop *loop;
  GCancellable *cancellable;
  JipPdf *pdf;
  GError *error;
  JipPdfPage *page;
} Async;

static void
text_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Async *async = data;
  async->page = jip_pdf_get_text_finish (JIP_PDF (object), result, &async->error);
  g_main_loop_quit (async->loop);
}

static void
open_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Async *async = data;
  async->pdf = jip_pdf_open_finish (result, &async->error);
  g_main_loop_quit (async->loop);
}

static gboolean
cancel_cb (gpointer data)
{
  g_cancellable_cancel (((Async *) data)->cancellable);
  return G_SOURCE_REMOVE;
}

/* Cancelling ends the operation at once; the next one starts a new helper. */
static void
test_cancel (void)
{
  g_autofree char *path = write_endless ();
  g_autofree char *good = export_sample ("official-letter");
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Async async = { .loop = loop, .cancellable = cancellable };

  jip_pdf_open_async (path, NULL, open_cb, &async);
  g_main_loop_run (loop);
  g_assert_no_error (async.error);
  jip_pdf_get_text_async (async.pdf, 0, cancellable, text_cb, &async);
  g_timeout_add (100, cancel_cb, &async);
  gint64 start = g_get_monotonic_time ();
  g_main_loop_run (loop);
  g_assert_error (async.error, JIP_ERROR, JIP_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 3 * G_USEC_PER_SEC);
  g_clear_error (&async.error);
  g_object_add_weak_pointer (G_OBJECT (async.pdf), (gpointer *) &async.pdf);
  g_object_unref (async.pdf);
  while (g_atomic_pointer_get (&async.pdf) != NULL) /* the thread lets go of the task a little later */
    g_thread_yield ();

  jip_pdf_open_async (good, NULL, open_cb, &async);
  g_main_loop_run (loop);
  jip_pdf_get_text_async (async.pdf, 0, NULL, text_cb, &async);
  g_object_unref (async.pdf); /* the operation keeps it */
  g_main_loop_run (loop);
  g_assert_no_error (async.error);
  g_assert_true (async.page->n_lines > 5);
  g_clear_pointer (&async.page, jip_pdf_page_free);
}

static guint
parent_of (guint pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%u/status", pid);
  g_autofree char *text = NULL;
  const char *at = g_file_get_contents (path, &text, NULL, NULL) ? strstr (text, "\nPPid:") : NULL;
  return at != NULL ? (guint) g_ascii_strtoull (at + strlen ("\nPPid:") + 1, NULL, 10) : 0;
}

/* The helper below this process, once it has locked itself in; 0 when there is none yet. */
static guint
find_helper (void)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);

  for (const char *name; (name = g_dir_read_name (proc)) != NULL;)
    {
      g_autofree char *path = g_strdup_printf ("/proc/%s/status", name);
      g_autofree char *text = NULL;
      guint pid = (guint) g_ascii_strtoull (name, NULL, 10);
      if (pid == 0 || !g_file_get_contents (path, &text, NULL, NULL)
          || !g_str_has_prefix (text, "Name:\tjip-pdf-helper\n") || strstr (text, "\nSeccomp:\t2\n") == NULL)
        continue;
      for (guint above = pid, level = 0; level < 4 && above > 1; level++, above = parent_of (above))
        if (above == (guint) getpid ())
          return pid;
    }
  return 0;
}

/* From outside: the helper at work has another network and sees neither the home folder nor /tmp. */
static void
test_sandbox (void)
{
  g_autofree char *path = write_endless ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (JipPdf) pdf = jip_pdf_open (path, NULL, NULL);
  Async async = { .loop = loop, .cancellable = cancellable };
  guint pid;

  jip_pdf_get_text_async (pdf, 0, cancellable, text_cb, &async);
  while ((pid = find_helper ()) == 0)
    g_thread_yield ();
  g_autofree char *network = g_strdup_printf ("/proc/%u/ns/net", pid);
  g_autofree char *root = g_strdup_printf ("/proc/%u/root/usr", pid);
  g_autofree char *theirs = g_file_read_link (network, NULL);
  g_autofree char *ours = g_file_read_link ("/proc/self/ns/net", NULL);
  if (theirs == NULL)
    g_test_skip ("only root may look into another process's namespaces");
  else
    {
      g_assert_cmpstr (theirs, !=, ours);
      g_assert_true (g_file_test (root, G_FILE_TEST_IS_DIR));
      for (guint i = 0; i < 4; i++)
        {
          static const char *const hidden[] = { "home", "root", "tmp", "etc/passwd" };
          g_autofree char *inside = g_strdup_printf ("/proc/%u/root/%s", pid, hidden[i]);
          g_assert_false (g_file_test (inside, G_FILE_TEST_EXISTS));
        }
    }
  g_cancellable_cancel (cancellable);
  g_main_loop_run (loop);
  g_assert_error (async.error, JIP_ERROR, JIP_ERROR_CANCELLED);
  g_clear_error (&async.error);
}

/* Where no sandbox can be had the file is not opened, unless the risk is accepted by its name. */
static void
test_no_sandbox (void)
{
  g_autofree char *path = export_sample ("official-letter");
  g_autofree char *saved = g_strdup (g_getenv ("PATH"));
  g_autoptr (GError) error = NULL;

  g_setenv ("PATH", folder, TRUE);
  g_assert_null (jip_pdf_open (path, NULL, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_NO_SANDBOX);
  g_clear_error (&error);
  g_setenv ("JIP_ACCEPT_RISK", "pdf-without-sandbox", TRUE);
  g_autoptr (JipPdf) pdf = jip_pdf_open (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (jip_pdf_get_n_pages (pdf), >, 0);
  g_unsetenv ("JIP_ACCEPT_RISK");
  g_setenv ("PATH", saved, TRUE);
}

static void
test_text_files (void)
{
  gsize size;
  g_autofree char *old = g_convert ("가람시 도서관\n", -1, "CP949", "UTF-8", NULL, &size, NULL);
  g_autofree char *path = write_file ("old.txt", old, (gssize) size);
  g_autofree char *marked = write_file ("marked.txt", "\xef\xbb\xbf첫 줄\r\n둘째 줄\r\n", -1);
  g_autoptr (JipSource) source = jip_source_read (path, NULL, NULL);
  g_autoptr (JipSource) other = jip_source_read (marked, NULL, NULL);
  const JipPdfPage *page = other->pages->pdata[0];

  g_autofree char *text = jip_source_dup_text (source);
  g_assert_cmpstr (text, ==, "가람시 도서관\n");
  g_assert_cmpuint (page->n_lines, ==, 2);
  g_assert_cmpstr (page->lines[1].text, ==, "둘째 줄");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("jip-pdf-XXXXXX", NULL);
  g_test_add_func ("/pdf/read-back", test_read_back);
  g_test_add_func ("/pdf/boxes", test_boxes);
  g_test_add_func ("/pdf/find", test_find);
  g_test_add_func ("/pdf/catalog", test_catalog);
  g_test_add_func ("/pdf/two-columns", test_two_columns);
  g_test_add_func ("/pdf/render", test_render);
  g_test_add_func ("/pdf/named-errors", test_named_errors);
  g_test_add_func ("/pdf/damaged", test_damaged);
  g_test_add_func ("/pdf/endless", test_endless);
  g_test_add_func ("/pdf/bomb", test_bomb);
  g_test_add_func ("/pdf/cancel", test_cancel);
  g_test_add_func ("/pdf/sandbox", test_sandbox);
  g_test_add_func ("/pdf/no-sandbox", test_no_sandbox);
  g_test_add_func ("/pdf/text-files", test_text_files);
  int status = g_test_run ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = file_path (name);
      g_unlink (path);
    }
  g_rmdir (folder);
  g_free (folder);
  return status;
}
