/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-fetch-view.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-blob-op.h"
#include "jip-common-resources.h"
#include "jip-error.h"

struct _JipFetchView
{
  AdwBin parent_instance;

  JipClient *client;
  char *sha256;
  GCancellable *cancellable; /* nullable: of the file that is being fetched */

  GtkStack *stack;
  GtkLabel *label;
  GtkProgressBar *progress;
  AdwStatusPage *status_page;
  GtkButton *again_button;
};

G_DEFINE_FINAL_TYPE (JipFetchView, jip_fetch_view, ADW_TYPE_BIN)

static guint fetched_signal;

/* One fetch: the view may have gone on to another file when it ends. */
typedef struct
{
  JipFetchView *self; /* owned */
  GCancellable *cancellable;
} Fetch;

static void
fetch_free (Fetch *fetch)
{
  g_object_unref (fetch->self);
  g_object_unref (fetch->cancellable);
  g_free (fetch);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fetch, fetch_free)

/* @again: (nullable): what the button says */
static void
show_status (JipFetchView *self,
             const char *icon,
             const char *title,
             const char *description,
             const char *again)
{
  adw_status_page_set_icon_name (self->status_page, icon);
  adw_status_page_set_title (self->status_page, title);
  adw_status_page_set_description (self->status_page, description);
  gtk_widget_set_visible (GTK_WIDGET (self->again_button), again != NULL);
  if (again != NULL)
    gtk_button_set_label (self->again_button, again);
  gtk_stack_set_visible_child_name (self->stack, "stopped");
}

static void
show_error (JipFetchView *self, const GError *error)
{
  g_autofree char *sentence = jip_error_to_sentence (error);

  if (jip_error_get_code (error) == JIP_ERROR_CANCELLED)
    show_status (self, "media-playback-pause-symbolic", _ ("Stopped"),
                 _ ("What has arrived is kept; it goes on from there."), _ ("Go On"));
  else
    show_status (self, "dialog-warning-symbolic", _ ("The file cannot be fetched"), sentence,
                 _ ("Try Again"));
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Fetch) fetch = user_data;
  JipFetchView *self = fetch->self;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = jip_blob_fetch_finish (JIP_CLIENT (source), result, &error);

  if (self->cancellable != fetch->cancellable)
    return;
  g_clear_object (&self->cancellable);
  if (path != NULL)
    g_signal_emit (self, fetched_signal, 0, path);
  else
    show_error (self, error);
}

static void
progress_cb (goffset done, goffset total, gpointer user_data)
{
  Fetch *fetch = user_data;
  JipFetchView *self = fetch->self;

  if (self->cancellable != fetch->cancellable || total <= 0)
    return;
  g_autofree char *some = g_format_size ((guint64) done);
  g_autofree char *all = g_format_size ((guint64) total);
  /* TRANSLATORS: how much of a file has arrived, and its size */
  g_autofree char *text = g_strdup_printf (_ ("Fetching: %s of %s"), some, all);
  gtk_label_set_label (self->label, text);
  gtk_progress_bar_set_fraction (self->progress, (double) done / (double) total);
}

static void
begin (JipFetchView *self)
{
  Fetch *fetch = g_new0 (Fetch, 1);

  self->cancellable = g_cancellable_new ();
  fetch->self = g_object_ref (self);
  fetch->cancellable = g_object_ref (self->cancellable);
  gtk_label_set_label (self->label, _ ("Fetching the file…"));
  gtk_progress_bar_set_fraction (self->progress, 0);
  gtk_stack_set_visible_child_name (self->stack, "fetching");
  jip_blob_fetch_async (self->client, self->sha256, progress_cb, fetch, self->cancellable, fetched_cb, fetch);
}

static void
stop_cb (JipFetchView *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

static void
again_cb (JipFetchView *self)
{
  if (self->cancellable == NULL)
    begin (self);
}

/**
 * jip_fetch_view_end:
 *
 * Fetches no longer; what has arrived is kept.
 */
void
jip_fetch_view_end (JipFetchView *self)
{
  g_return_if_fail (JIP_IS_FETCH_VIEW (self));

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

/**
 * jip_fetch_view_start:
 *
 * Fetches a file, from where an earlier attempt ended; one that is on this PC comes at once.
 */
void
jip_fetch_view_start (JipFetchView *self, JipClient *client, const char *sha256)
{
  g_return_if_fail (JIP_IS_FETCH_VIEW (self));
  g_return_if_fail (JIP_IS_CLIENT (client) && sha256 != NULL);

  jip_fetch_view_end (self);
  g_set_object (&self->client, client);
  g_free (self->sha256);
  self->sha256 = g_strdup (sha256);
  begin (self);
}

/**
 * jip_fetch_view_wait:
 *
 * Says that the server does not have the file yet.
 */
void
jip_fetch_view_wait (JipFetchView *self)
{
  g_return_if_fail (JIP_IS_FETCH_VIEW (self));

  jip_fetch_view_end (self);
  show_status (self, "document-send-symbolic", _ ("The file is still being uploaded"),
               _ ("It appears here as soon as the server has it."), NULL);
}

static void
jip_fetch_view_dispose (GObject *object)
{
  JipFetchView *self = JIP_FETCH_VIEW (object);

  jip_fetch_view_end (self);
  g_clear_object (&self->client);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_FETCH_VIEW);
  G_OBJECT_CLASS (jip_fetch_view_parent_class)->dispose (object);
}

static void
jip_fetch_view_finalize (GObject *object)
{
  g_free (JIP_FETCH_VIEW (object)->sha256);
  G_OBJECT_CLASS (jip_fetch_view_parent_class)->finalize (object);
}

static void
jip_fetch_view_class_init (JipFetchViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  jip_common_get_resource (); /* links the templates in */
  G_OBJECT_CLASS (klass)->dispose = jip_fetch_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_fetch_view_finalize;
  fetched_signal = g_signal_new ("fetched", JIP_TYPE_FETCH_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/common/jip-fetch-view.ui");
  gtk_widget_class_bind_template_child (widget_class, JipFetchView, stack);
  gtk_widget_class_bind_template_child (widget_class, JipFetchView, label);
  gtk_widget_class_bind_template_child (widget_class, JipFetchView, progress);
  gtk_widget_class_bind_template_child (widget_class, JipFetchView, status_page);
  gtk_widget_class_bind_template_child (widget_class, JipFetchView, again_button);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, again_cb);
}

static void
jip_fetch_view_init (JipFetchView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
