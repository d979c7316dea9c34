/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-print-preview.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-document.h"
#include "jip-draft-print.h"

/* Pixels for a point; the buttons go from one to the next. */
static const double zooms[] = { 0.5, 0.75, 1, 1.25, 1.5, 2, 3 };

struct _JipPrintPreview
{
  AdwWindow parent_instance;

  GPtrArray *pages; /* of cairo_surface_t */
  char *title;
  guint zoom; /* in zooms */

  GtkBox *page_box;
  GtkLabel *count_label;
  AdwWindowTitle *window_title;
};

G_DEFINE_FINAL_TYPE (JipPrintPreview, jip_print_preview, ADW_TYPE_WINDOW)

static void
draw_page_cb (GtkDrawingArea *area, cairo_t *cairo, int width, int height, gpointer page)
{
  cairo_set_source_rgb (cairo, 1, 1, 1);
  cairo_paint (cairo);
  cairo_scale (cairo, width / JIP_DOCUMENT_PAGE_WIDTH, height / JIP_DOCUMENT_PAGE_HEIGHT);
  cairo_set_source_surface (cairo, page, 0, 0);
  cairo_paint (cairo);
}

static void
resize_pages (JipPrintPreview *self)
{
  double scale = zooms[self->zoom];

  for (GtkWidget *page = gtk_widget_get_first_child (GTK_WIDGET (self->page_box)); page != NULL;
       page = gtk_widget_get_next_sibling (page))
    {
      gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (page), (int) (JIP_DOCUMENT_PAGE_WIDTH * scale));
      gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (page), (int) (JIP_DOCUMENT_PAGE_HEIGHT * scale));
    }
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "preview.zoom-out", self->zoom > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "preview.zoom-in", self->zoom + 1 < G_N_ELEMENTS (zooms));
}

static void
add_pages (JipPrintPreview *self)
{
  for (guint i = 0; i < self->pages->len; i++)
    {
      GtkWidget *page
          = g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_IMG, NULL);
      g_autofree char *spoken = g_strdup_printf (_ ("Page %u of %u"), i + 1, self->pages->len);
      gtk_accessible_update_property (GTK_ACCESSIBLE (page), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
      gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (page), draw_page_cb,
                                      cairo_surface_reference (self->pages->pdata[i]),
                                      (GDestroyNotify) cairo_surface_destroy);
      gtk_widget_set_halign (page, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (page, "printed-page");
      gtk_box_append (self->page_box, page);
    }
}

static void
zoom_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  JipPrintPreview *self = JIP_PRINT_PREVIEW (widget);
  int by = g_str_equal (action, "preview.zoom-in") ? 1 : -1;

  self->zoom = (guint) CLAMP ((int) self->zoom + by, 0, (int) G_N_ELEMENTS (zooms) - 1);
  resize_pages (self);
}

static void
done_cb (GtkPrintOperation *operation, GtkPrintOperationResult result, JipPrintPreview *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  g_autoptr (GError) error = NULL;

  if (result == GTK_PRINT_OPERATION_RESULT_CANCEL || parent == NULL)
    return;
  if (result == GTK_PRINT_OPERATION_RESULT_ERROR)
    {
      gtk_print_operation_get_error (operation, &error);
      jip_toast (GTK_WIDGET (parent), _ ("The paper could not be printed. %s"),
                 error != NULL ? error->message : "");
      return;
    }
  jip_toast (GTK_WIDGET (parent), _ ("Sent to the printer: %s"), self->title);
  gtk_window_close (GTK_WINDOW (self));
}

static void
print_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  JipPrintPreview *self = JIP_PRINT_PREVIEW (widget);
  g_autoptr (GtkPrintOperation) operation = jip_draft_print_operation (self->pages, self->title);

  g_signal_connect_object (operation, "done", G_CALLBACK (done_cb), self, 0);
  gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, GTK_WINDOW (self), NULL);
}

static void
jip_print_preview_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), JIP_TYPE_PRINT_PREVIEW);
  G_OBJECT_CLASS (jip_print_preview_parent_class)->dispose (object);
}

static void
jip_print_preview_finalize (GObject *object)
{
  JipPrintPreview *self = JIP_PRINT_PREVIEW (object);

  g_ptr_array_unref (self->pages);
  g_free (self->title);
  G_OBJECT_CLASS (jip_print_preview_parent_class)->finalize (object);
}

static void
jip_print_preview_class_init (JipPrintPreviewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_print_preview_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_print_preview_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/draft/jip-print-preview.ui");
  gtk_widget_class_bind_template_child (widget_class, JipPrintPreview, page_box);
  gtk_widget_class_bind_template_child (widget_class, JipPrintPreview, count_label);
  gtk_widget_class_bind_template_child (widget_class, JipPrintPreview, window_title);
  gtk_widget_class_install_action (widget_class, "preview.zoom-in", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "preview.zoom-out", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "preview.print", NULL, print_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_p, GDK_CONTROL_MASK, "preview.print", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_plus, GDK_CONTROL_MASK, "preview.zoom-in", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_equal, GDK_CONTROL_MASK, "preview.zoom-in",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_minus, GDK_CONTROL_MASK, "preview.zoom-out",
                                       NULL);
}

static void
jip_print_preview_init (JipPrintPreview *self)
{
  self->zoom = 2;
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * jip_print_preview_new:
 * @pages: (element-type cairo_surface_t): what jip_document_draw() made
 * @title: the paper's
 *
 * Returns: (transfer none): a window over @parent
 */
GtkWidget *
jip_print_preview_new (GtkWindow *parent, GPtrArray *pages, const char *title)
{
  g_return_val_if_fail (GTK_IS_WINDOW (parent) && pages != NULL && title != NULL, NULL);

  JipPrintPreview *self = g_object_new (JIP_TYPE_PRINT_PREVIEW, "transient-for", parent, NULL);
  g_autofree char *count = g_strdup_printf (ngettext ("%u page", "%u pages", pages->len), pages->len);
  self->pages = g_ptr_array_ref (pages);
  self->title = g_strdup (title);
  adw_window_title_set_subtitle (self->window_title, title);
  gtk_label_set_label (self->count_label, count);
  add_pages (self);
  resize_pages (self);
  return GTK_WIDGET (self);
}
