/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-source-row.h"

#include <glib/gi18n-lib.h>

#include "jip-source-viewer.h"

struct _JipSourceRow
{
  GtkListBoxRow parent_instance;

  JipDraftSource *source;

  GtkLabel *name_label;
  GtkLabel *state_label;
  GtkSpinner *spinner;
  GtkWidget *remove_button;
  GtkWidget *view_button;
};

G_DEFINE_TYPE (JipSourceRow, jip_source_row, GTK_TYPE_LIST_BOX_ROW)

static guint remove_signal;

static void
source_changed_cb (JipSourceRow *self)
{
  JipDraftSourceState state = jip_draft_source_get_state (self->source);
  g_autofree char *text = jip_draft_source_describe (self->source);

  gtk_label_set_label (self->state_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), state == JIP_DRAFT_SOURCE_READING);
  JipSource *read = jip_draft_source_get_source (self->source);
  gtk_widget_set_visible (self->view_button, read != NULL && read->kind == JIP_SOURCE_PDF);
  gtk_spinner_set_spinning (self->spinner, state == JIP_DRAFT_SOURCE_READING);
  if (state == JIP_DRAFT_SOURCE_FAILED)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->state_label), "error");
      gtk_widget_remove_css_class (GTK_WIDGET (self->state_label), "dim-label");
    }
}

static void
remove_cb (JipSourceRow *self)
{
  g_signal_emit (self, remove_signal, 0);
}

static void
view_cb (JipSourceRow *self)
{
  GtkWindow *parent = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));

  gtk_window_present (GTK_WINDOW (jip_source_viewer_new (parent, jip_draft_source_get_path (self->source),
                                                         jip_draft_source_get_name (self->source))));
}

static void
jip_source_row_dispose (GObject *object)
{
  JipSourceRow *self = JIP_SOURCE_ROW (object);

  if (self->source != NULL)
    g_signal_handlers_disconnect_by_data (self->source, self);
  g_clear_object (&self->source);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_SOURCE_ROW);
  G_OBJECT_CLASS (jip_source_row_parent_class)->dispose (object);
}

static void
jip_source_row_class_init (JipSourceRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_source_row_dispose;
  remove_signal
      = g_signal_new ("remove", JIP_TYPE_SOURCE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/draft/jip-source-row.ui");
  gtk_widget_class_bind_template_child (widget_class, JipSourceRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, JipSourceRow, state_label);
  gtk_widget_class_bind_template_child (widget_class, JipSourceRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, JipSourceRow, remove_button);
  gtk_widget_class_bind_template_child (widget_class, JipSourceRow, view_button);
  gtk_widget_class_bind_template_callback (widget_class, view_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
}

static void
jip_source_row_init (JipSourceRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
jip_source_row_new (JipDraftSource *source)
{
  g_return_val_if_fail (JIP_IS_DRAFT_SOURCE (source), NULL);

  JipSourceRow *self = g_object_new (JIP_TYPE_SOURCE_ROW, NULL);
  const char *name = jip_draft_source_get_name (source);
  g_autofree char *remove = g_strdup_printf (_ ("Remove %s"), name);
  self->source = g_object_ref (source);
  gtk_label_set_label (self->name_label, name);
  gtk_widget_set_tooltip_text (self->remove_button, remove);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove_button), GTK_ACCESSIBLE_PROPERTY_LABEL, remove,
                                  -1);
  g_autofree char *view = g_strdup_printf (_ ("Look into %s"), name);
  gtk_widget_set_tooltip_text (self->view_button, view);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view_button), GTK_ACCESSIBLE_PROPERTY_LABEL, view,
                                  -1);
  g_signal_connect_swapped (source, "changed", G_CALLBACK (source_changed_cb), self);
  source_changed_cb (self);
  return GTK_WIDGET (self);
}

/**
 * jip_source_row_get_source:
 *
 * Returns: (transfer none)
 */
JipDraftSource *
jip_source_row_get_source (JipSourceRow *self)
{
  g_return_val_if_fail (JIP_IS_SOURCE_ROW (self), NULL);
  return self->source;
}
