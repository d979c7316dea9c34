/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-settle-sides.h"

#include <glib/gi18n-lib.h>

#include "jip-diff-label.h"
#include "jip-text-buffer.h"

struct _JipSettleSides
{
  GtkBox parent_instance;

  JipSettlement *settlement; /* not owned: the dialog's, which outlives its fields */
  guint index;
  gboolean filling;

  GtkLabel *title_label;
  GtkLabel *hint_label;
  GtkBox *sides;
  GtkCheckButton *theirs_check;
  GtkCheckButton *mine_check;
  GtkCheckButton *merged_check;
  GtkLabel *theirs_when_label;
  GtkLabel *mine_when_label;
  GtkLabel *theirs_label;
  GtkLabel *mine_label;
  GtkRevealer *merged_revealer;
  GtkLabel *merged_hint_label;
  GtkTextView *merged_text;
};

G_DEFINE_FINAL_TYPE (JipSettleSides, jip_settle_sides, GTK_TYPE_BOX)

static guint changed_signal;

static void
choice_cb (JipSettleSides *self)
{
  gboolean merged = gtk_check_button_get_active (self->merged_check);

  gtk_revealer_set_reveal_child (self->merged_revealer, merged);
  if (self->filling)
    return;
  jip_settlement_choose (self->settlement, self->index,
                         merged                                             ? JIP_SETTLE_MERGED
                         : gtk_check_button_get_active (self->mine_check)   ? JIP_SETTLE_MINE
                         : gtk_check_button_get_active (self->theirs_check) ? JIP_SETTLE_THEIRS
                                                                            : JIP_SETTLE_OPEN);
  g_signal_emit (self, changed_signal, 0);
}

/* GTK 4.8 may miss how high a text is that is laid out while it is being revealed. */
static void
revealed_cb (JipSettleSides *self)
{
  gtk_widget_queue_resize (GTK_WIDGET (self->merged_text));
}

static void
typed_cb (GtkTextBuffer *buffer, JipSettleSides *self)
{
  if (self->filling)
    return;
  g_autofree char *text = jip_text_buffer_dup_text (buffer);
  jip_settlement_set_merged (self->settlement, self->index, text);
  g_signal_emit (self, changed_signal, 0);
}

static void
show_side (GtkLabel *label, const char *text, const char *other)
{
  jip_diff_label_show_side (label, text, other);
  if (*text == '\0')
    gtk_label_set_label (label, _ ("(empty)"));
}

static void
name_choice (GtkCheckButton *check, const char *title)
{
  g_autofree char *name = g_strdup_printf ("%s: %s", title, gtk_check_button_get_label (check));

  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static char *
merged_hint (const JipSettleField *field)
{
  if (field->base == NULL)
    return g_strdup (_ ("What both started from is not known here: this begins with your text."));
  if (field->n_conflicts == 0)
    return g_strdup (_ ("Both changes are in this text. Read it and change what you like."));
  return g_strdup_printf (
      ngettext ("Both changes are in this text; %u sentence was changed on both sides and stands "
                "here as you wrote it. Read it and change what you like.",
                "Both changes are in this text; %u sentences were changed on both sides and stand "
                "here as you wrote them. Read it and change what you like.",
                field->n_conflicts),
      field->n_conflicts);
}

static void
fill_choice (JipSettleSides *self, const JipSettleField *field)
{
  GtkCheckButton *checks[] = { NULL, self->theirs_check, self->mine_check, self->merged_check };
  const char *title = jip_idea_field_get_title (field->name);
  g_autofree char *hint = merged_hint (field);
  g_autofree char *text_name = g_strdup_printf (_ ("%s: both together"), title);

  for (guint i = 1; i < G_N_ELEMENTS (checks); i++)
    name_choice (checks[i], title);
  gtk_label_set_label (self->merged_hint_label, hint);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->merged_text), field->merged, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->merged_text), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text_name, -1);
  if (checks[field->choice] != NULL)
    gtk_check_button_set_active (checks[field->choice], TRUE);
  /* a department is one or the other */
  gtk_widget_set_visible (GTK_WIDGET (self->merged_check), g_strcmp0 (field->name, "department") != 0);
  choice_cb (self);
}

static void
jip_settle_sides_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), JIP_TYPE_SETTLE_SIDES);
  G_OBJECT_CLASS (jip_settle_sides_parent_class)->dispose (object);
}

static void
jip_settle_sides_class_init (JipSettleSidesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_settle_sides_dispose;
  changed_signal = g_signal_new ("changed", JIP_TYPE_SETTLE_SIDES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/board/jip-settle-sides.ui");
  gtk_widget_class_bind_template_child (widget_class, JipSettleSides, title_label);
  gtk_widget_class_bind_template_child (widget_class, JipSettleSides, hint_label);
  gtk_widget_class_bind_template_child (widget_class, JipSettleSides, sides);
  gtk_widget_class_bind_template_child (widget_class, JipSettleSides, theirs_check);
  gtk_widget_class_bind_template_child (widget_class, JipSettleSides, mine_check);
  gtk_widget_class_bind_template_child (widget_class, JipSettleSides, merged_check);
  gtk_widget_class_bind_template_child (widget_class, JipSettleSides, theirs_when_label);
  gtk_widget_class_bind_template_child (widget_class, JipSettleSides, mine_when_label);
  gtk_widget_class_bind_template_child (widget_class, JipSettleSides, theirs_label);
  gtk_widget_class_bind_template_child (widget_class, JipSettleSides, mine_label);
  gtk_widget_class_bind_template_child (widget_class, JipSettleSides, merged_revealer);
  gtk_widget_class_bind_template_child (widget_class, JipSettleSides, merged_hint_label);
  gtk_widget_class_bind_template_child (widget_class, JipSettleSides, merged_text);
  gtk_widget_class_bind_template_callback (widget_class, choice_cb);
  gtk_widget_class_bind_template_callback (widget_class, revealed_cb);
}

static void
jip_settle_sides_init (JipSettleSides *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_text_view_get_buffer (self->merged_text), "changed", G_CALLBACK (typed_cb),
                           self, 0);
}

/**
 * jip_settle_sides_new:
 * @settlement: lives as long as the widget, and takes what is chosen
 * @index: which of its fields
 * @departments: from jip_idea_departments_new()
 * @their_when: (nullable): who wrote what the server has, and when
 * @my_when: the same of the refused change
 */
GtkWidget *
jip_settle_sides_new (JipSettlement *settlement,
                      guint index,
                      JipReplicaList *departments,
                      const char *their_when,
                      const char *my_when)
{
  const JipSettleField *field = jip_settlement_get_field (settlement, index);

  g_return_val_if_fail (field != NULL, NULL);
  JipSettleSides *self = g_object_new (JIP_TYPE_SETTLE_SIDES, NULL);
  g_autofree char *theirs = jip_idea_field_dup_text (field->name, field->theirs, departments);
  g_autofree char *mine = jip_idea_field_dup_text (field->name, field->mine, departments);

  self->settlement = settlement;
  self->index = index;
  self->filling = TRUE;
  gtk_label_set_label (self->title_label, jip_idea_field_get_title (field->name));
  gtk_label_set_label (self->hint_label, field->collides
                                             ? _ ("Changed on both sides.")
                                             : _ ("Changed by you alone; it was not saved either."));
  gtk_label_set_label (self->theirs_when_label, their_when != NULL ? their_when : "");
  gtk_label_set_label (self->mine_when_label, my_when);
  show_side (self->theirs_label, theirs, mine);
  show_side (self->mine_label, mine, theirs);
  fill_choice (self, field);
  self->filling = FALSE;
  return GTK_WIDGET (self);
}

/**
 * jip_settle_sides_set_narrow:
 * @narrow: whether there is no room for both texts side by side: one stands below the other
 */
void
jip_settle_sides_set_narrow (JipSettleSides *self, gboolean narrow)
{
  g_return_if_fail (JIP_IS_SETTLE_SIDES (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->sides),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_homogeneous (self->sides, !narrow);
}
