/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-model-status.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "jip-json.h"

#define MAX_BYTES 65536
#define READY_SECONDS 4

/* A strip that says how far a language model on this machine is, while it is fetched and loaded. Whoever starts one
 * (tools/run) names a file in JIP_MODEL_STATUS, which tools/model-server replaces at each step; without it nothing shows. */
struct _JipModelStatus
{
  AdwBin parent_instance;

  GFile *file;
  GFileMonitor *monitor;
  GCancellable *cancellable;
  guint hide_source;
  GtkRevealer *revealer;
  GtkLabel *label;
  GtkProgressBar *bar;
};

G_DEFINE_TYPE (JipModelStatus, jip_model_status, ADW_TYPE_BIN)

static char *
describe (const char *state, gint64 done, gint64 total)
{
  if (g_strcmp0 (state, "fetching") == 0 && total > 0)
    return g_strdup_printf (_ ("Fetching the language model: %d of %d MiB. Everything else works already."),
                            (int) (done >> 20), (int) (total >> 20));
  if (g_strcmp0 (state, "ready") == 0)
    return g_strdup (_ ("The language model is ready."));
  if (g_strcmp0 (state, "loading") == 0)
    return g_strdup (_ ("The language model is being loaded."));
  if (g_strcmp0 (state, "failed") == 0 || g_strcmp0 (state, "stopped") == 0)
    return g_strdup (_ ("There is no language model. Drafts are put together from the form."));
  return g_strdup (_ ("The language model is being prepared. Everything else works already."));
}

static gboolean
hide_cb (gpointer user_data)
{
  JipModelStatus *self = user_data;

  self->hide_source = 0;
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  return G_SOURCE_REMOVE;
}

static void
show (JipModelStatus *self, JsonObject *object)
{
  const char *state = json_object_get_string_member_with_default (object, "state", "");
  gint64 done = json_object_get_int_member_with_default (object, "done", 0);
  gint64 total = json_object_get_int_member_with_default (object, "total", 0);
  g_autofree char *text = describe (state, done, total);
  gboolean ready = g_str_equal (state, "ready");

  gtk_label_set_label (self->label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), total > 0 && !ready);
  gtk_progress_bar_set_fraction (self->bar, total > 0 ? CLAMP ((double) done / (double) total, 0, 1) : 0);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  g_clear_handle_id (&self->hide_source, g_source_remove);
  if (ready)
    self->hide_source = g_timeout_add_seconds (READY_SECONDS, hide_cb, self);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipModelStatus) self = user_data;
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_load_contents_finish (G_FILE (source), result, &text, &length, NULL, NULL) || length > MAX_BYTES
      || self->revealer == NULL)
    return;
  g_autoptr (JsonNode) node = jip_json_parse (text, (gssize) length, NULL);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    show (self, json_node_get_object (node));
}

static void
changed_cb (JipModelStatus *self)
{
  g_file_load_contents_async (self->file, self->cancellable, read_cb, g_object_ref (self));
}

static void
jip_model_status_dispose (GObject *object)
{
  JipModelStatus *self = JIP_MODEL_STATUS (object);

  g_clear_handle_id (&self->hide_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->monitor);
  g_clear_object (&self->file);
  adw_bin_set_child (ADW_BIN (self), NULL); /* it is bound: AdwBin would not hear of its end */
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_MODEL_STATUS);
  G_OBJECT_CLASS (jip_model_status_parent_class)->dispose (object);
}

static void
jip_model_status_class_init (JipModelStatusClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_model_status_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/shell/jip-model-status.ui");
  gtk_widget_class_bind_template_child (widget_class, JipModelStatus, revealer);
  gtk_widget_class_bind_template_child (widget_class, JipModelStatus, label);
  gtk_widget_class_bind_template_child (widget_class, JipModelStatus, bar);
}

static void
jip_model_status_init (JipModelStatus *self)
{
  const char *path = g_getenv ("JIP_MODEL_STATUS");

  gtk_widget_init_template (GTK_WIDGET (self));
  if (path == NULL)
    return;
  self->cancellable = g_cancellable_new ();
  self->file = g_file_new_for_path (path);
  self->monitor = g_file_monitor_file (self->file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);
}
