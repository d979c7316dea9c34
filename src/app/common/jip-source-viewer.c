/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-source-viewer.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-common-resources.h"
#include "jip-fetch-view.h"
#include "jip-pdf.h"

/* Pixels of the width of a page; the buttons go from one to the next. */
static const guint widths[] = { 400, 560, 720, 900, 1100, 1400, 1800, 2400 };

struct _JipSourceViewer
{
  AdwWindow parent_instance;

  JipPdf *pdf;               /* nullable until it is open */
  GCancellable *cancellable; /* of all that goes on */
  JipPdfBitmap *bitmap;      /* nullable */
  guint page, zoom;
  gboolean drawing;       /* a page is on its way */
  gboolean stale;         /* and will not be the one that is wanted */
  GArray *boxes;          /* of JipPdfBox, on the page; nullable */
  char *query;            /* that they are of */
  int direction;          /* of the search */
  guint searched, origin; /* the page that is being searched, and where the search began */
  gboolean searching;

  GtkStack *stack;
  JipFetchView *fetch_view;
  GtkDrawingArea *page_area;
  AdwStatusPage *error_page;
  GtkLabel *page_label;
  GtkLabel *found_label;
  GtkSearchEntry *search_entry;
  AdwWindowTitle *window_title;
};

G_DEFINE_FINAL_TYPE (JipSourceViewer, jip_source_viewer, ADW_TYPE_WINDOW)

static guint
count_pages (JipSourceViewer *self)
{
  return self->pdf != NULL ? jip_pdf_get_n_pages (self->pdf) : 0;
}

static void
show_error (JipSourceViewer *self, const GError *error)
{
  g_autofree char *sentence = jip_error_to_sentence (error);

  adw_status_page_set_description (self->error_page, sentence);
  gtk_stack_set_visible_child_name (self->stack, "error");
}

static void
update_actions (JipSourceViewer *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  guint count = count_pages (self);
  g_autofree char *text = g_strdup_printf (_ ("Page %u of %u"), self->page + 1, count);

  gtk_label_set_label (self->page_label, count > 0 ? text : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->page_area), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_action_set_enabled (widget, "source.previous", self->page > 0);
  gtk_widget_action_set_enabled (widget, "source.next", self->page + 1 < count);
  gtk_widget_action_set_enabled (widget, "source.zoom-out", self->zoom > 0);
  gtk_widget_action_set_enabled (widget, "source.zoom-in", self->zoom + 1 < G_N_ELEMENTS (widths));
  gtk_widget_action_set_enabled (widget, "source.find-next", count > 0);
  gtk_widget_action_set_enabled (widget, "source.find-previous", count > 0);
}

static void
draw_cb (GtkDrawingArea *area, cairo_t *cairo, int width, int height, gpointer data)
{
  JipSourceViewer *self = data;

  if (self->bitmap == NULL)
    return;
  cairo_surface_t *surface = cairo_image_surface_create_for_data (
      (guchar *) g_bytes_get_data (self->bitmap->pixels, NULL), CAIRO_FORMAT_ARGB32,
      (int) self->bitmap->width, (int) self->bitmap->height, (int) self->bitmap->stride);
  cairo_save (cairo);
  cairo_scale (cairo, (double) width / self->bitmap->width, (double) height / self->bitmap->height);
  cairo_set_source_surface (cairo, surface, 0, 0);
  cairo_paint (cairo);
  cairo_restore (cairo);
  cairo_surface_destroy (surface);
  if (self->boxes == NULL)
    return;
  cairo_scale (cairo, width / self->bitmap->page_width, height / self->bitmap->page_height);
  cairo_set_operator (cairo, CAIRO_OPERATOR_MULTIPLY); /* the letters stay black */
  cairo_set_source_rgb (cairo, 1, 0.84, 0.25);
  for (guint i = 0; i < self->boxes->len; i++)
    {
      const JipPdfBox *box = &g_array_index (self->boxes, JipPdfBox, i);
      cairo_rectangle (cairo, box->x - 1, box->y - 1, box->width + 2, box->height + 2);
    }
  cairo_fill (cairo);
}

static void render (JipSourceViewer *self);

static void
rendered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipSourceViewer) self = user_data;
  g_autoptr (GError) error = NULL;
  JipPdfBitmap *bitmap = jip_pdf_render_page_finish (JIP_PDF (source), result, &error);

  self->drawing = FALSE;
  if (g_cancellable_is_cancelled (self->cancellable))
    {
      g_clear_pointer (&bitmap, jip_pdf_bitmap_free);
      return;
    }
  if (bitmap == NULL)
    {
      show_error (self, error);
      return;
    }
  g_clear_pointer (&self->bitmap, jip_pdf_bitmap_free);
  self->bitmap = bitmap;
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  gtk_drawing_area_set_content_width (self->page_area, (int) bitmap->width / scale);
  gtk_drawing_area_set_content_height (self->page_area, (int) bitmap->height / scale);
  gtk_widget_queue_draw (GTK_WIDGET (self->page_area));
  gtk_stack_set_visible_child_name (self->stack, "page");
  if (self->stale)
    render (self);
}

/* One at a time: who turns pages fast gets the last one. */
static void
render (JipSourceViewer *self)
{
  guint scale = (guint) gtk_widget_get_scale_factor (GTK_WIDGET (self));

  update_actions (self);
  self->stale = self->drawing;
  if (self->drawing || count_pages (self) == 0)
    return;
  self->drawing = TRUE;
  jip_pdf_render_page_async (self->pdf, self->page, MIN (widths[self->zoom] * scale, 3600), self->cancellable,
                             rendered_cb, g_object_ref (self));
}

static void search_page (JipSourceViewer *self);

static void
show_found (JipSourceViewer *self, GArray *boxes)
{
  g_clear_pointer (&self->boxes, g_array_unref);
  self->boxes = boxes != NULL ? g_array_ref (boxes) : NULL;
  self->searching = FALSE;
  g_autofree char *text
      = boxes != NULL ? g_strdup_printf (
            ngettext ("%u place on this page", "%u places on this page", boxes->len), boxes->len)
                      : g_strdup (_ ("Found nowhere"));
  gtk_label_set_label (self->found_label, text);
  if (boxes != NULL)
    self->page = self->searched;
  render (self);
  gtk_widget_queue_draw (GTK_WIDGET (self->page_area));
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipSourceViewer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) boxes = jip_pdf_find_finish (JIP_PDF (source), result, &error);
  guint count = count_pages (self);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (boxes == NULL)
    {
      self->searching = FALSE;
      show_error (self, error);
      return;
    }
  if (boxes->len > 0)
    {
      show_found (self, boxes);
      return;
    }
  self->searched = (self->searched + count + (guint) self->direction) % count;
  if (self->searched == self->origin)
    show_found (self, NULL);
  else
    search_page (self);
}

static void
search_page (JipSourceViewer *self)
{
  self->searching = TRUE;
  jip_pdf_find_async (self->pdf, self->searched, self->query, self->cancellable, found_cb,
                      g_object_ref (self));
}

/* The same words again go on from the next page, other words start on this one. */
static void
search (JipSourceViewer *self, int direction)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
  guint count = count_pages (self);
  gboolean again = g_strcmp0 (text, self->query) == 0;

  if (self->searching || count == 0)
    return;
  g_free (self->query);
  self->query = g_strdup (text);
  g_clear_pointer (&self->boxes, g_array_unref);
  gtk_label_set_label (self->found_label, "");
  gtk_widget_queue_draw (GTK_WIDGET (self->page_area));
  if (*text == '\0')
    return;
  self->direction = direction;
  self->searched = again ? (self->page + count + (guint) direction) % count : self->page;
  self->origin = self->searched;
  search_page (self);
}

static void
search_cb (JipSourceViewer *self)
{
  search (self, 1);
}

static void
search_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  search (JIP_SOURCE_VIEWER (widget), g_str_equal (action, "source.find-next") ? 1 : -1);
}

static void
focus_search_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (JIP_SOURCE_VIEWER (widget)->search_entry));
}

static void
turn_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  JipSourceViewer *self = JIP_SOURCE_VIEWER (widget);
  int by = g_str_equal (action, "source.next") ? 1 : -1;

  if (count_pages (self) == 0)
    return;
  self->page = (guint) CLAMP ((int) self->page + by, 0, (int) count_pages (self) - 1);
  g_clear_pointer (&self->boxes, g_array_unref);
  gtk_label_set_label (self->found_label, "");
  render (self);
}

static void
zoom_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  JipSourceViewer *self = JIP_SOURCE_VIEWER (widget);
  int by = g_str_equal (action, "source.zoom-in") ? 1 : -1;

  self->zoom = (guint) CLAMP ((int) self->zoom + by, 0, (int) G_N_ELEMENTS (widths) - 1);
  render (self);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipSourceViewer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JipPdf) pdf = jip_pdf_open_finish (result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (pdf == NULL)
    {
      show_error (self, error);
      return;
    }
  g_set_object (&self->pdf, pdf);
  render (self);
}

static void
fetched_cb (JipSourceViewer *self, const char *path)
{
  gtk_stack_set_visible_child_name (self->stack, "loading");
  jip_pdf_open_async (path, self->cancellable, opened_cb, g_object_ref (self));
}

static void
jip_source_viewer_dispose (GObject *object)
{
  JipSourceViewer *self = JIP_SOURCE_VIEWER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->pdf);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_SOURCE_VIEWER);
  G_OBJECT_CLASS (jip_source_viewer_parent_class)->dispose (object);
}

static void
jip_source_viewer_finalize (GObject *object)
{
  JipSourceViewer *self = JIP_SOURCE_VIEWER (object);

  g_object_unref (self->cancellable);
  g_clear_pointer (&self->bitmap, jip_pdf_bitmap_free);
  g_clear_pointer (&self->boxes, g_array_unref);
  g_free (self->query);
  G_OBJECT_CLASS (jip_source_viewer_parent_class)->finalize (object);
}

static void
add_keys (GtkWidgetClass *widget_class)
{
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "source.search", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g, GDK_CONTROL_MASK, "source.find-next", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "source.find-previous", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Down, 0, "source.next", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Up, 0, "source.previous", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_plus, GDK_CONTROL_MASK, "source.zoom-in", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_equal, GDK_CONTROL_MASK, "source.zoom-in", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_minus, GDK_CONTROL_MASK, "source.zoom-out",
                                       NULL);
}

static void
jip_source_viewer_class_init (JipSourceViewerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  jip_common_get_resource (); /* links the templates in */
  g_type_ensure (JIP_TYPE_FETCH_VIEW);
  G_OBJECT_CLASS (klass)->dispose = jip_source_viewer_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_source_viewer_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/common/jip-source-viewer.ui");
  gtk_widget_class_bind_template_child (widget_class, JipSourceViewer, stack);
  gtk_widget_class_bind_template_child (widget_class, JipSourceViewer, fetch_view);
  gtk_widget_class_bind_template_child (widget_class, JipSourceViewer, page_area);
  gtk_widget_class_bind_template_child (widget_class, JipSourceViewer, error_page);
  gtk_widget_class_bind_template_child (widget_class, JipSourceViewer, page_label);
  gtk_widget_class_bind_template_child (widget_class, JipSourceViewer, found_label);
  gtk_widget_class_bind_template_child (widget_class, JipSourceViewer, search_entry);
  gtk_widget_class_bind_template_child (widget_class, JipSourceViewer, window_title);
  gtk_widget_class_bind_template_callback (widget_class, search_cb);
  gtk_widget_class_bind_template_callback (widget_class, fetched_cb);
  gtk_widget_class_install_action (widget_class, "source.previous", NULL, turn_action);
  gtk_widget_class_install_action (widget_class, "source.next", NULL, turn_action);
  gtk_widget_class_install_action (widget_class, "source.zoom-in", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "source.zoom-out", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "source.find-next", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "source.find-previous", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "source.search", NULL, focus_search_action);
  add_keys (widget_class);
}

static void
jip_source_viewer_init (JipSourceViewer *self)
{
  self->cancellable = g_cancellable_new ();
  self->zoom = 2;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drawing_area_set_draw_func (self->page_area, draw_cb, self, NULL);
  update_actions (self);
}

static JipSourceViewer *
viewer_new (GtkWindow *parent, const char *name)
{
  JipSourceViewer *self = g_object_new (JIP_TYPE_SOURCE_VIEWER, "transient-for", parent, "title", name, NULL);

  adw_window_title_set_title (self->window_title, name);
  return self;
}

/**
 * jip_source_viewer_new:
 * @name: what people call the file at @path
 *
 * Returns: (transfer none): a window over @parent
 */
GtkWidget *
jip_source_viewer_new (GtkWindow *parent, const char *path, const char *name)
{
  g_return_val_if_fail (GTK_IS_WINDOW (parent) && path != NULL && name != NULL, NULL);

  JipSourceViewer *self = viewer_new (parent, name);
  jip_pdf_open_async (path, self->cancellable, opened_cb, g_object_ref (self));
  return GTK_WIDGET (self);
}

/**
 * jip_source_viewer_new_fetching:
 * @client: whence the file comes
 * @sha256: the file
 * @name: what people call it
 *
 * Fetches the file first, with a progress bar and a way to stop.
 *
 * Returns: (transfer none): a window over @parent
 */
GtkWidget *
jip_source_viewer_new_fetching (GtkWindow *parent, JipClient *client, const char *sha256, const char *name)
{
  g_return_val_if_fail (GTK_IS_WINDOW (parent) && JIP_IS_CLIENT (client), NULL);
  g_return_val_if_fail (sha256 != NULL && name != NULL, NULL);

  JipSourceViewer *self = viewer_new (parent, name);
  gtk_stack_set_visible_child_name (self->stack, "fetching");
  jip_fetch_view_start (self->fetch_view, client, sha256);
  return GTK_WIDGET (self);
}
