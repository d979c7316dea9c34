/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-finalist-row.h"

#include <glib/gi18n-lib.h>

struct _JipFinalistRow
{
  GtkListBoxRow parent_instance;

  char *entry;
  GtkLabel *number_label;
  GtkLabel *title_label;
  GtkLabel *state_label;
  GtkLabel *total_label;
  GtkWidget *presenting_label;
};

G_DEFINE_FINAL_TYPE (JipFinalistRow, jip_finalist_row, GTK_TYPE_LIST_BOX_ROW)

JipFinalistRow *
jip_finalist_row_new (const char *entry)
{
  JipFinalistRow *self = g_object_new (JIP_TYPE_FINALIST_ROW, NULL);

  self->entry = g_strdup (entry);
  return self;
}

const char *
jip_finalist_row_get_entry (JipFinalistRow *self)
{
  g_return_val_if_fail (JIP_IS_FINALIST_ROW (self), NULL);
  return self->entry;
}

static char *
own_total (const JipJudgeCard *card, const JipPanel *panel)
{
  if (card->ballot == NULL || panel == NULL)
    return g_strdup ("");
  g_autoptr (JipBallotForm) form = jip_ballot_form_new_from_ballot (panel, card->ballot);
  if (panel->mode == JIP_PANEL_PICK)
    return g_strdup (jip_ballot_form_has_pick (form, jip_record_get_id (JIP_RECORD (card->entry))) ? "✓"
                                                                                                   : "");
  return jip_ballot_form_get_total (form);
}

/**
 * jip_finalist_row_show:
 * @panel: (nullable): the judge's
 */
void
jip_finalist_row_show (JipFinalistRow *self, const JipJudgeCard *card, const JipPanel *panel)
{
  g_return_if_fail (JIP_IS_FINALIST_ROW (self) && card != NULL);

  g_autofree char *number = g_strdup_printf ("%d", (int) jip_entry_get_number (card->entry));
  g_autofree char *total = own_total (card, panel);
  const char *title = jip_entry_get_title (card->entry), *state = jip_judge_card_short (card);
  g_autofree char *name = g_strdup_printf ("%s. %s %s %s", number, title, total, state);

  gtk_label_set_label (self->number_label, number);
  gtk_label_set_label (self->title_label, title);
  gtk_label_set_label (self->total_label, total);
  gtk_label_set_label (self->state_label, state);
  gtk_widget_set_visible (self->presenting_label, card->presenting);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
jip_finalist_row_dispose (GObject *object)
{
  g_clear_pointer (&JIP_FINALIST_ROW (object)->entry, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), JIP_TYPE_FINALIST_ROW);
  G_OBJECT_CLASS (jip_finalist_row_parent_class)->dispose (object);
}

static void
jip_finalist_row_class_init (JipFinalistRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_finalist_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/ideathon/jip-finalist-row.ui");
  gtk_widget_class_bind_template_child (widget_class, JipFinalistRow, number_label);
  gtk_widget_class_bind_template_child (widget_class, JipFinalistRow, title_label);
  gtk_widget_class_bind_template_child (widget_class, JipFinalistRow, state_label);
  gtk_widget_class_bind_template_child (widget_class, JipFinalistRow, total_label);
  gtk_widget_class_bind_template_child (widget_class, JipFinalistRow, presenting_label);
}

static void
jip_finalist_row_init (JipFinalistRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
