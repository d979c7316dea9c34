/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-print.h"

#include "jip-document.h"

static void
draw_page_cb (GtkPrintOperation *operation, GtkPrintContext *context, int number, gpointer user_data)
{
  GPtrArray *pages = user_data;
  cairo_t *cairo = gtk_print_context_get_cairo_context (context);

  g_assert (number >= 0 && (guint) number < pages->len);
  cairo_set_source_surface (cairo, pages->pdata[number], 0, 0);
  cairo_paint (cairo);
}

/* The margins are the paper's own: nothing is added by the printer's. */
static GtkPageSetup *
make_page_setup (void)
{
  GtkPageSetup *setup = gtk_page_setup_new ();
  GtkPaperSize *size = gtk_paper_size_new (GTK_PAPER_NAME_A4);

  gtk_page_setup_set_paper_size (setup, size);
  gtk_paper_size_free (size);
  gtk_page_setup_set_orientation (setup, GTK_PAGE_ORIENTATION_PORTRAIT);
  gtk_page_setup_set_top_margin (setup, 0, GTK_UNIT_MM);
  gtk_page_setup_set_bottom_margin (setup, 0, GTK_UNIT_MM);
  gtk_page_setup_set_left_margin (setup, 0, GTK_UNIT_MM);
  gtk_page_setup_set_right_margin (setup, 0, GTK_UNIT_MM);
  return setup;
}

/**
 * jip_draft_print_operation:
 * @pages: (element-type cairo_surface_t): what jip_document_draw() made
 * @title: the job's name
 *
 * Returns: (transfer full): prints @pages on A4, each as the PDF has it
 */
GtkPrintOperation *
jip_draft_print_operation (GPtrArray *pages, const char *title)
{
  g_return_val_if_fail (pages != NULL && title != NULL, NULL);

  GtkPrintOperation *operation = gtk_print_operation_new ();
  g_autoptr (GtkPageSetup) setup = make_page_setup ();
  gtk_print_operation_set_default_page_setup (operation, setup);
  gtk_print_operation_set_use_full_page (operation, TRUE);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_n_pages (operation, (int) pages->len);
  gtk_print_operation_set_job_name (operation, title);
  gtk_print_operation_set_allow_async (operation, TRUE);
  g_signal_connect_data (operation, "draw-page", G_CALLBACK (draw_page_cb), g_ptr_array_ref (pages),
                         (GClosureNotify) (void (*) (void)) g_ptr_array_unref, 0);
  return operation;
}
