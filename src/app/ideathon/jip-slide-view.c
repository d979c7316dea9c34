/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-slide-view.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-fetch-view.h"
#include "jip-pdf.h"

/* Drawn once per page at this width; the picture scales. */
#define RENDER_WIDTH 1600
/* Pages kept drawn, so that going back is at once. */
#define MAX_KEPT 32

struct _JipSlideView
{
  AdwBin parent_instance;

  JipClient *client;
  char *sha256;
  gboolean missing; /* the server waits for the file */
  JipPdf *pdf;
  GCancellable *cancellable; /* of everything that this file needs */
  GHashTable *textures;      /* page -> GdkTexture */
  guint page;

  GtkStack *stack;
  GtkPicture *picture;
  JipFetchView *fetch_view;
  AdwStatusPage *error_page;
  GtkLabel *page_label;
  GtkWidget *bar;
};

G_DEFINE_FINAL_TYPE (JipSlideView, jip_slide_view, ADW_TYPE_BIN)

static void render (JipSlideView *self);

static void
show_error (JipSlideView *self, const GError *error)
{
  g_autofree char *sentence = jip_error_to_sentence (error);

  adw_status_page_set_description (self->error_page, sentence);
  gtk_stack_set_visible_child_name (self->stack, "error");
}

static void
show_page_number (JipSlideView *self)
{
  guint count = self->pdf != NULL ? jip_pdf_get_n_pages (self->pdf) : 0;
  g_autofree char *text = g_strdup_printf ("%u / %u", self->page + 1, count);
  g_autofree char *spoken = g_strdup_printf (_ ("Slide %u of %u"), self->page + 1, count);

  gtk_label_set_label (self->page_label, count > 0 ? text : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  gtk_widget_set_visible (self->bar, count > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "slides.previous", self->page > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "slides.next", self->page + 1 < count);
}

static GdkTexture *
texture_of (const JipPdfBitmap *bitmap)
{
  return gdk_memory_texture_new ((int) bitmap->width, (int) bitmap->height, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED,
                                 bitmap->pixels, bitmap->stride);
}

/* The next page is drawn before it is asked for. */
static gboolean
wants_page (JipSlideView *self, guint *page)
{
  for (guint i = 0; self->pdf != NULL && i < 2; i++)
    {
      *page = self->page + i;
      if (*page < jip_pdf_get_n_pages (self->pdf)
          && !g_hash_table_contains (self->textures, GUINT_TO_POINTER (*page)))
        return TRUE;
    }
  return FALSE;
}

typedef struct
{
  JipSlideView *self; /* owned */
  GCancellable *cancellable;
  guint page;
} Render;

static void
render_free (Render *job)
{
  g_object_unref (job->self);
  g_object_unref (job->cancellable);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Render, render_free)

static void
rendered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Render) job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JipPdfBitmap) bitmap = jip_pdf_render_page_finish (JIP_PDF (source), result, &error);

  if (g_cancellable_is_cancelled (job->cancellable))
    return;
  if (bitmap == NULL)
    {
      show_error (job->self, error);
      return;
    }
  if (g_hash_table_size (job->self->textures) >= MAX_KEPT)
    g_hash_table_remove_all (job->self->textures);
  g_hash_table_insert (job->self->textures, GUINT_TO_POINTER (job->page), texture_of (bitmap));
  render (job->self);
}

static void
render (JipSlideView *self)
{
  GdkTexture *texture = g_hash_table_lookup (self->textures, GUINT_TO_POINTER (self->page));
  guint page;

  if (texture != NULL)
    {
      gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
      gtk_stack_set_visible_child_name (self->stack, "page");
    }
  if (!wants_page (self, &page))
    return;
  Render *job = g_new0 (Render, 1);
  job->self = g_object_ref (self);
  job->cancellable = g_object_ref (self->cancellable);
  job->page = page;
  jip_pdf_render_page_async (self->pdf, page, RENDER_WIDTH, self->cancellable, rendered_cb, job);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Render) job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JipPdf) pdf = jip_pdf_open_finish (result, &error);

  if (g_cancellable_is_cancelled (job->cancellable))
    return;
  if (pdf == NULL)
    {
      show_error (job->self, error);
      return;
    }
  g_set_object (&job->self->pdf, pdf);
  show_page_number (job->self);
  render (job->self);
}

static void
fetched_cb (JipSlideView *self, const char *path)
{
  Render *job = g_new0 (Render, 1);

  job->self = g_object_ref (self);
  job->cancellable = g_object_ref (self->cancellable);
  jip_pdf_open_async (path, self->cancellable, opened_cb, job);
}

static void
forget (JipSlideView *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  if (self->fetch_view != NULL)
    jip_fetch_view_end (self->fetch_view);
  g_set_object (&self->cancellable, NULL);
  g_clear_object (&self->pdf);
  g_hash_table_remove_all (self->textures);
  self->page = 0;
}

/**
 * jip_slide_view_show:
 * @client: (nullable): whence the file comes
 * @sha256: (nullable): the file; %NULL when the finalist has no slides
 * @missing: whether the server does not have it yet
 *
 * Shows a file from its first page on; the file that is already there stays as it is.
 */
void
jip_slide_view_show (JipSlideView *self, JipClient *client, const char *sha256, gboolean missing)
{
  g_return_if_fail (JIP_IS_SLIDE_VIEW (self));

  if (self->cancellable != NULL && g_strcmp0 (self->sha256, sha256) == 0 && self->missing == missing)
    return;
  forget (self);
  g_set_object (&self->client, client);
  g_free (self->sha256);
  self->sha256 = g_strdup (sha256);
  self->missing = missing;
  self->cancellable = g_cancellable_new ();
  show_page_number (self);
  gtk_stack_set_visible_child_name (self->stack, sha256 != NULL && client != NULL ? "loading" : "none");
  if (sha256 == NULL || client == NULL)
    return;
  if (missing)
    jip_fetch_view_wait (self->fetch_view);
  else
    jip_fetch_view_start (self->fetch_view, client, sha256);
}

static void
turn_page (JipSlideView *self, int by)
{
  guint count = self->pdf != NULL ? jip_pdf_get_n_pages (self->pdf) : 0;

  if (count == 0)
    return;
  self->page = (guint) CLAMP ((int) self->page + by, 0, (int) count - 1);
  show_page_number (self);
  render (self);
}

static void
turn_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  turn_page (JIP_SLIDE_VIEW (widget), g_str_equal (name, "slides.next") ? 1 : -1);
}

static void
retry_cb (JipSlideView *self)
{
  g_autofree char *sha256 = g_strdup (self->sha256);
  g_autoptr (JipClient) client = self->client != NULL ? g_object_ref (self->client) : NULL;

  forget (self);
  jip_slide_view_show (self, client, sha256, self->missing);
}

static void
jip_slide_view_dispose (GObject *object)
{
  JipSlideView *self = JIP_SLIDE_VIEW (object);

  forget (self);
  g_clear_object (&self->client);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_SLIDE_VIEW);
  G_OBJECT_CLASS (jip_slide_view_parent_class)->dispose (object);
}

static void
jip_slide_view_finalize (GObject *object)
{
  JipSlideView *self = JIP_SLIDE_VIEW (object);

  g_hash_table_unref (self->textures);
  g_free (self->sha256);
  G_OBJECT_CLASS (jip_slide_view_parent_class)->finalize (object);
}

static void
jip_slide_view_class_init (JipSlideViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (JIP_TYPE_FETCH_VIEW);
  G_OBJECT_CLASS (klass)->dispose = jip_slide_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_slide_view_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/ideathon/jip-slide-view.ui");
  gtk_widget_class_bind_template_child (widget_class, JipSlideView, stack);
  gtk_widget_class_bind_template_child (widget_class, JipSlideView, picture);
  gtk_widget_class_bind_template_child (widget_class, JipSlideView, fetch_view);
  gtk_widget_class_bind_template_child (widget_class, JipSlideView, error_page);
  gtk_widget_class_bind_template_child (widget_class, JipSlideView, page_label);
  gtk_widget_class_bind_template_child (widget_class, JipSlideView, bar);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, fetched_cb);
  gtk_widget_class_install_action (widget_class, "slides.previous", NULL, turn_cb);
  gtk_widget_class_install_action (widget_class, "slides.next", NULL, turn_cb);
}

static void
jip_slide_view_init (JipSlideView *self)
{
  self->textures = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
}
