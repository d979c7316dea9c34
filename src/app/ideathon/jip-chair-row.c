/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-chair-row.h"

#include <glib/gi18n-lib.h>

struct _JipChairRow
{
  GtkListBoxRow parent_instance;

  char *entry;
  GtkLabel *number_label;
  GtkLabel *title_label;
  GtkLabel *team_label;
  GtkLabel *adjust_label;
  GtkBox *counts_box;
  GtkLabel *state_label;
};

G_DEFINE_FINAL_TYPE (JipChairRow, jip_chair_row, GTK_TYPE_LIST_BOX_ROW)

JipChairRow *
jip_chair_row_new (const char *entry)
{
  JipChairRow *self = g_object_new (JIP_TYPE_CHAIR_ROW, NULL);

  self->entry = g_strdup (entry);
  return self;
}

const char *
jip_chair_row_get_entry (JipChairRow *self)
{
  g_return_val_if_fail (JIP_IS_CHAIR_ROW (self), NULL);
  return self->entry;
}

/* Where a panel votes on categories, the category's window counts. */
static const char *
describe_state (JipEventModel *model, JipEntry *entry)
{
  const char *voting = jip_event_model_get_category_window (model, jip_entry_get_category (entry));

  if (!jip_entry_is_active (entry))
    return C_ ("finalist", "Withdrawn");
  if (jip_event_model_get_presenting (model) == entry && jip_entry_has_window (entry, "waiting"))
    return C_ ("finalist", "Presenting");
  if (jip_entry_has_window (entry, "open") || g_strcmp0 (voting, "open") == 0)
    return C_ ("scoring", "Open");
  return jip_entry_has_window (entry, "closed") || g_strcmp0 (voting, "closed") == 0
             ? C_ ("scoring", "Closed")
             : C_ ("scoring", "Waiting");
}

static GtkWidget *
nth_count (JipChairRow *self, guint n)
{
  GtkWidget *label = gtk_widget_get_first_child (GTK_WIDGET (self->counts_box));

  for (; label != NULL && n > 0; n--)
    label = gtk_widget_get_next_sibling (label);
  if (label == NULL)
    {
      label = gtk_label_new (NULL);
      gtk_label_set_xalign (GTK_LABEL (label), 1);
      gtk_label_set_width_chars (GTK_LABEL (label), 12);
      gtk_widget_add_css_class (label, "numeric");
      gtk_box_append (self->counts_box, label);
    }
  return label;
}

static char *
show_counts (JipChairRow *self, JipEventModel *model)
{
  JipEventRules *rules = jip_event_model_get_rules (model);
  GString *spoken = g_string_new (NULL);

  for (guint i = 0; rules != NULL && i < rules->panels->len; i++)
    {
      const JipPanel *panel = rules->panels->pdata[i];
      int counted, expected;
      jip_event_model_get_progress (model, self->entry, panel->id, &counted, &expected);
      g_autofree char *text = g_strdup_printf ("%s %d/%d", panel->name, counted, expected);
      GtkWidget *label = nth_count (self, i);
      gtk_label_set_label (GTK_LABEL (label), text);
      if (expected > 0 && counted == expected)
        gtk_widget_add_css_class (label, "success");
      else
        gtk_widget_remove_css_class (label, "success");
      g_string_append_printf (spoken, ", %s", text);
    }
  return g_string_free (spoken, FALSE);
}

void
jip_chair_row_show (JipChairRow *self, JipEventModel *model, JipEntry *entry)
{
  g_return_if_fail (JIP_IS_CHAIR_ROW (self) && JIP_IS_EVENT_MODEL (model) && JIP_IS_ENTRY (entry));

  const char *title = jip_entry_get_title (entry), *team = jip_entry_get_team (entry);
  const char *adjust = jip_entry_get_adjust (entry), *state = describe_state (model, entry);
  g_autofree char *number = g_strdup_printf ("%d", (int) jip_entry_get_number (entry));
  g_autofree char *counts = show_counts (self, model);
  g_autofree char *adjusted = g_strdup_printf (_ ("Adjusted by %s points"), adjust != NULL ? adjust : "0");
  g_autofree char *name = g_strdup_printf ("%s. %s, %s%s", number, title, state, counts);

  gtk_label_set_label (self->number_label, number);
  gtk_label_set_label (self->title_label, title);
  gtk_label_set_label (self->team_label, team != NULL ? team : "");
  gtk_widget_set_visible (GTK_WIDGET (self->team_label), team != NULL && *team != '\0');
  gtk_label_set_label (self->adjust_label, adjusted);
  gtk_widget_set_visible (GTK_WIDGET (self->adjust_label), adjust != NULL && !g_str_equal (adjust, "0"));
  gtk_label_set_label (self->state_label, state);
  if (jip_event_model_get_presenting (model) == entry)
    gtk_widget_add_css_class (GTK_WIDGET (self->state_label), "accent");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->state_label), "accent");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
jip_chair_row_dispose (GObject *object)
{
  g_clear_pointer (&JIP_CHAIR_ROW (object)->entry, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), JIP_TYPE_CHAIR_ROW);
  G_OBJECT_CLASS (jip_chair_row_parent_class)->dispose (object);
}

static void
jip_chair_row_class_init (JipChairRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_chair_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/ideathon/jip-chair-row.ui");
  gtk_widget_class_bind_template_child (widget_class, JipChairRow, number_label);
  gtk_widget_class_bind_template_child (widget_class, JipChairRow, title_label);
  gtk_widget_class_bind_template_child (widget_class, JipChairRow, team_label);
  gtk_widget_class_bind_template_child (widget_class, JipChairRow, adjust_label);
  gtk_widget_class_bind_template_child (widget_class, JipChairRow, counts_box);
  gtk_widget_class_bind_template_child (widget_class, JipChairRow, state_label);
}

static void
jip_chair_row_init (JipChairRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
