/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-conflict-bar.h"

#include <glib/gi18n-lib.h>

struct _JipConflictBar
{
  AdwBin parent_instance;

  JipReplicaList *refused; /* nullable: of the idea */
  GtkInfoBar *info_bar;
};

G_DEFINE_FINAL_TYPE (JipConflictBar, jip_conflict_bar, ADW_TYPE_BIN)

/* The newest: each is settled on its own. */
static JipRefused *
find_conflict (JipConflictBar *self)
{
  guint n = self->refused != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->refused)) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (JipRefused) refused = g_list_model_get_item (G_LIST_MODEL (self->refused), i);
      if (jip_refused_is_conflict (refused))
        return g_steal_pointer (&refused);
    }
  return NULL;
}

static void
update (JipConflictBar *self)
{
  g_autoptr (JipRefused) refused = find_conflict (self);

  gtk_widget_set_visible (GTK_WIDGET (self), refused != NULL);
}

static void
response_cb (JipConflictBar *self)
{
  g_autoptr (JipRefused) refused = find_conflict (self);

  if (refused != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "board.settle", "s",
                                jip_record_get_id (JIP_RECORD (refused)));
}

static void
drop_list (JipConflictBar *self)
{
  if (self->refused != NULL)
    g_signal_handlers_disconnect_by_data (self->refused, self);
  g_clear_object (&self->refused);
}

/**
 * jip_conflict_bar_set_proposal:
 * @proposal: the id of the idea that is shown
 */
void
jip_conflict_bar_set_proposal (JipConflictBar *self, JipClient *client, const char *proposal)
{
  g_return_if_fail (JIP_IS_CONFLICT_BAR (self));

  drop_list (self);
  self->refused = jip_refused_list_new_of (client, proposal);
  g_signal_connect_swapped (self->refused, "items-changed", G_CALLBACK (update), self);
  update (self);
}

static void
jip_conflict_bar_dispose (GObject *object)
{
  drop_list (JIP_CONFLICT_BAR (object));
  G_OBJECT_CLASS (jip_conflict_bar_parent_class)->dispose (object);
}

static void
jip_conflict_bar_class_init (JipConflictBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = jip_conflict_bar_dispose;
}

static void
jip_conflict_bar_init (JipConflictBar *self)
{
  GtkWidget *label = gtk_label_new (
      _ ("A change of yours was not saved: the same part was changed elsewhere first. Your text is kept."));

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  self->info_bar = GTK_INFO_BAR (gtk_info_bar_new ());
  gtk_info_bar_set_message_type (self->info_bar, GTK_MESSAGE_WARNING);
  gtk_info_bar_add_child (self->info_bar, label);
  GtkWidget *button = gtk_button_new_with_label (_ ("Settle…"));
  gtk_info_bar_add_action_widget (self->info_bar, button, GTK_RESPONSE_ACCEPT);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->info_bar, "response", G_CALLBACK (response_cb), self);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->info_bar));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
