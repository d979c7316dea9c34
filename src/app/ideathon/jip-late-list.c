/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-late-list.h"

#include <glib/gi18n-lib.h>

#include "jip-format.h"

struct _JipLateList
{
  AdwBin parent_instance;

  char *signature; /* of what is shown */
  GtkBox *box;
};

G_DEFINE_FINAL_TYPE (JipLateList, jip_late_list, ADW_TYPE_BIN)

static guint decide_signal;

static const char *
ballot_of (GtkButton *button)
{
  return g_object_get_data (G_OBJECT (button), "jip-ballot");
}

static void
admit_cb (JipLateList *self, GtkButton *button)
{
  g_signal_emit (self, decide_signal, 0, ballot_of (button), TRUE);
}

static void
refuse_cb (JipLateList *self, GtkButton *button)
{
  g_signal_emit (self, decide_signal, 0, ballot_of (button), FALSE);
}

static GtkWidget *
button_new (JipLateList *self, const char *label, const char *name, const char *ballot, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  g_object_set_data_full (G_OBJECT (button), "jip-ballot", g_strdup (ballot), g_free);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_swapped (button, "clicked", clicked, self);
  return button;
}

static char *
describe (JipEventModel *model, JipLateBallot *late)
{
  JipJudge *judge = jip_event_model_get_judge (model, jip_late_ballot_get_judge (late));
  JipEntry *entry = jip_event_model_get_entry (model, jip_late_ballot_get_entry (late));
  g_autofree char *when = jip_format_date_time (jip_late_ballot_get_received_at (late));
  const char *category = jip_late_ballot_get_category (late);
  g_autofree char *about = entry != NULL ? g_strdup_printf (_ ("no. %d"), (int) jip_entry_get_number (entry))
                                         : g_strdup (category != NULL ? category : "");

  return g_strdup_printf ("%s · %s · %s", judge != NULL ? jip_judge_get_name (judge) : _ ("A judge"), about,
                          when);
}

static void
add_late (JipLateList *self, JipEventModel *model, JipLateBallot *late)
{
  const char *id = jip_record_get_id (JIP_RECORD (late));
  g_autofree char *text = describe (model, late);
  g_autofree char *admit = g_strdup_printf (_ ("Admit the late ballot: %s"), text);
  g_autofree char *refuse = g_strdup_printf (_ ("Refuse the late ballot: %s"), text);
  GtkWidget *label = gtk_label_new (text), *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (self->box, label);
  gtk_box_append (GTK_BOX (row), button_new (self, _ ("Admit…"), admit, id, G_CALLBACK (admit_cb)));
  gtk_box_append (GTK_BOX (row), button_new (self, _ ("Refuse…"), refuse, id, G_CALLBACK (refuse_cb)));
  gtk_box_append (self->box, row);
}

static gboolean
is_undecided (JipLateBallot *late)
{
  return g_strcmp0 (jip_late_ballot_get_state (late), "late") == 0;
}

static char *
signature_of (GListModel *list)
{
  GString *signature = g_string_new (NULL);

  for (guint i = 0; list != NULL && i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (JipLateBallot) late = g_list_model_get_item (list, i);
      if (is_undecided (late))
        g_string_append_printf (signature, "%s\n", jip_record_get_id (JIP_RECORD (late)));
    }
  return g_string_free (signature, FALSE);
}

/**
 * jip_late_list_show:
 *
 * Shows what is not decided yet and hides when there is nothing.
 */
void
jip_late_list_show (JipLateList *self, JipEventModel *model)
{
  g_return_if_fail (JIP_IS_LATE_LIST (self) && JIP_IS_EVENT_MODEL (model));

  GListModel *list = jip_event_model_is_locked (model) ? NULL : jip_event_model_get_late_ballots (model);
  g_autofree char *signature = signature_of (list);
  gtk_widget_set_visible (GTK_WIDGET (self), *signature != '\0');
  if (g_strcmp0 (signature, self->signature) == 0)
    return;
  g_free (self->signature);
  self->signature = g_steal_pointer (&signature);
  for (GtkWidget *child; (child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL;)
    gtk_box_remove (self->box, child);
  GtkWidget *heading = gtk_label_new (_ ("Late ballots"));
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "heading");
  gtk_box_append (self->box, heading);
  for (guint i = 0; list != NULL && i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (JipLateBallot) late = g_list_model_get_item (list, i);
      if (is_undecided (late))
        add_late (self, model, late);
    }
}

static void
jip_late_list_finalize (GObject *object)
{
  g_free (JIP_LATE_LIST (object)->signature);
  G_OBJECT_CLASS (jip_late_list_parent_class)->finalize (object);
}

static void
jip_late_list_class_init (JipLateListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jip_late_list_finalize;
  decide_signal = g_signal_new ("decide", JIP_TYPE_LATE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
jip_late_list_init (JipLateList *self)
{
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->box));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
