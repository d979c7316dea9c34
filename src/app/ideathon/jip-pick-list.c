/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-pick-list.h"

#include <glib/gi18n-lib.h>

struct _JipPickList
{
  GtkWidget parent_instance;

  JipBallotForm *form;
  GtkBox *box;
  char *signature; /* of the choices shown */
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (JipPickList, jip_pick_list, GTK_TYPE_WIDGET)

static guint edited_signal;

static const char *
entry_of (GtkWidget *button)
{
  return g_object_get_data (G_OBJECT (button), "jip-entry");
}

/* When all votes are given, what is not chosen cannot be. */
static void
update (JipPickList *self)
{
  gboolean full = self->form != NULL
                  && jip_ballot_form_get_n_picks (self->form) >= jip_ballot_form_get_max_picks (self->form);

  self->updating = TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->box)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      gboolean picked = self->form != NULL && jip_ballot_form_has_pick (self->form, entry_of (child));
      gtk_check_button_set_active (GTK_CHECK_BUTTON (child), picked);
      gtk_widget_set_sensitive (child, picked || !full);
    }
  self->updating = FALSE;
}

static void
toggled_cb (JipPickList *self, GtkCheckButton *button)
{
  if (self->updating || self->form == NULL)
    return;
  JipBallotForm *form = jip_ballot_form_with_pick (self->form, entry_of (GTK_WIDGET (button)),
                                                   gtk_check_button_get_active (button));
  jip_ballot_form_unref (self->form);
  self->form = form;
  update (self);
  g_signal_emit (self, edited_signal, 0);
}

static void
add_choice (JipPickList *self, JipEntry *entry)
{
  g_autofree char *text = jip_entry_dup_heading (entry);
  GtkWidget *button = gtk_check_button_new ();
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_check_button_set_child (GTK_CHECK_BUTTON (button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  g_object_set_data_full (G_OBJECT (button), "jip-entry", g_strdup (jip_record_get_id (JIP_RECORD (entry))),
                          g_free);
  g_signal_connect_swapped (button, "toggled", G_CALLBACK (toggled_cb), self);
  gtk_box_append (self->box, button);
}

static gboolean
is_choice (JipEntry *entry, const char *category)
{
  return g_strcmp0 (jip_entry_get_status (entry), "active") == 0
         && g_strcmp0 (jip_entry_get_category (entry), category) == 0;
}

/**
 * jip_pick_list_set_choices:
 * @entries: all entries of the event, in the order of the stage
 * @category: of which one may choose
 */
void
jip_pick_list_set_choices (JipPickList *self, GListModel *entries, const char *category)
{
  g_return_if_fail (JIP_IS_PICK_LIST (self) && G_IS_LIST_MODEL (entries));

  g_autoptr (GString) signature = g_string_new (category);
  g_autoptr (GPtrArray) choices = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (JipEntry) entry = g_list_model_get_item (entries, i);
      if (!is_choice (entry, category))
        continue;
      g_string_append_printf (signature, "\n%s\t%s", jip_record_get_id (JIP_RECORD (entry)),
                              jip_entry_get_title (entry));
      g_ptr_array_add (choices, g_steal_pointer (&entry));
    }
  if (g_strcmp0 (signature->str, self->signature) == 0)
    return;
  g_free (self->signature);
  self->signature = g_strdup (signature->str);
  for (GtkWidget *child; (child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL;)
    gtk_box_remove (self->box, child);
  for (guint i = 0; i < choices->len; i++)
    add_choice (self, choices->pdata[i]);
  update (self);
}

void
jip_pick_list_set_form (JipPickList *self, JipBallotForm *form)
{
  g_return_if_fail (JIP_IS_PICK_LIST (self) && form != NULL);

  jip_ballot_form_ref (form);
  g_clear_pointer (&self->form, jip_ballot_form_unref);
  self->form = form;
  update (self);
}

JipBallotForm *
jip_pick_list_get_form (JipPickList *self)
{
  g_return_val_if_fail (JIP_IS_PICK_LIST (self), NULL);
  return self->form;
}

static void
jip_pick_list_dispose (GObject *object)
{
  JipPickList *self = JIP_PICK_LIST (object);

  g_clear_pointer ((GtkWidget **) &self->box, gtk_widget_unparent);
  g_clear_pointer (&self->form, jip_ballot_form_unref);
  g_clear_pointer (&self->signature, g_free);
  G_OBJECT_CLASS (jip_pick_list_parent_class)->dispose (object);
}

static void
jip_pick_list_class_init (JipPickListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = jip_pick_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
  edited_signal
      = g_signal_new ("edited", JIP_TYPE_PICK_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
jip_pick_list_init (JipPickList *self)
{
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  gtk_widget_set_parent (GTK_WIDGET (self->box), GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Choices"), -1);
}
