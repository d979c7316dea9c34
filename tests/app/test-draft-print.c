/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <gtk/gtk.h>

#include "jip-document.h"
#include "jip-draft-print.h"
#include "jip-draft-text.h"
#include "jip-pdf.h"

static JipDraft *
load_sample (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".json", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "document", "data", file, NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  JipDraft *draft = jip_draft_parse (text, -1, NULL);
  g_assert_nonnull (draft);
  return draft;
}

/* What comes out of the printer is the PDF's pages: as many, with the same lines at the same places. */
static void
test_same_as_pdf (gconstpointer data)
{
  const char *name = data;
  g_autofree char *folder = g_dir_make_tmp ("jip-print-XXXXXX", NULL);
  g_autofree char *pictures = g_test_build_filename (G_TEST_DIST, "document", "data", NULL);
  g_autofree char *printed = g_build_filename (folder, "printed.pdf", NULL);
  g_autofree char *written = g_build_filename (folder, "written.pdf", NULL);
  JipDocumentOptions options = { .folder = pictures };
  g_autoptr (JipDraft) draft = load_sample (name);
  g_autoptr (GError) error = NULL;

  g_autoptr (GPtrArray) pages = jip_document_draw (draft, &options, &error);
  g_assert_no_error (error);
  g_autoptr (GtkPrintOperation) operation = jip_draft_print_operation (pages, name);
  gtk_print_operation_set_export_filename (operation, printed);
  gtk_print_operation_set_allow_async (operation, FALSE);
  GtkPrintOperationResult result
      = gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_EXPORT, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (result, ==, GTK_PRINT_OPERATION_RESULT_APPLY);
  g_assert_true (jip_document_export (draft, JIP_DOCUMENT_PDF, written, &options, NULL));

  g_autoptr (GPtrArray) have = jip_pdf_read (printed, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) want = jip_pdf_read (written, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (have->len, ==, want->len);
  g_assert_cmpuint (have->len, ==, pages->len);
  for (guint i = 0; i < have->len; i++)
    {
      const JipPdfPage *a = have->pdata[i], *b = want->pdata[i];
      g_assert_cmpfloat_with_epsilon (a->width, JIP_DOCUMENT_PAGE_WIDTH, 1);
      g_assert_cmpfloat_with_epsilon (a->height, JIP_DOCUMENT_PAGE_HEIGHT, 1);
      g_assert_cmpstr (a->text, ==, b->text);
      for (guint line = 0; line < a->n_lines; line++)
        {
          g_assert_cmpfloat_with_epsilon (a->lines[line].x, b->lines[line].x, 0.5);
          g_assert_cmpfloat_with_epsilon (a->lines[line].y, b->lines[line].y, 0.5);
        }
    }
  g_unlink (printed);
  g_unlink (written);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/print/press-release", "press-release", test_same_as_pdf);
  g_test_add_data_func ("/print/official-letter", "official-letter", test_same_as_pdf);
  g_test_add_data_func ("/print/work-report", "work-report", test_same_as_pdf);
  return g_test_run ();
}
