/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-score-buttons.h"

#include <glib/gi18n-lib.h>

struct _JipScoreButtons
{
  GtkWidget parent_instance;

  JipBallotForm *form;
  GtkBox *box;
  guint n_buttons;
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (JipScoreButtons, jip_score_buttons, GTK_TYPE_WIDGET)

static guint edited_signal;

static gboolean
read_max (const char *max, guint *value)
{
  guint64 number;

  if (max == NULL || !g_ascii_string_to_unsigned (max, 10, 1, JIP_SCORE_BUTTONS_MAX, &number, NULL))
    return FALSE;
  *value = (guint) number;
  return TRUE;
}

/**
 * jip_score_buttons_suit:
 *
 * Returns: whether the panel's scores are few enough for a button each
 */
gboolean
jip_score_buttons_suit (const JipPanel *panel)
{
  guint max;

  return panel != NULL && panel->mode == JIP_PANEL_SCORE && read_max (panel->max, &max);
}

static guint
score_of (GtkWidget *button)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "jip-score"));
}

static GtkWidget *
find_button (JipScoreButtons *self, guint score)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->box));

  while (child != NULL && score_of (child) != score)
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static void
update (JipScoreButtons *self)
{
  gint64 chosen = -1;
  const char *value = self->form != NULL ? jip_ballot_form_get_value (self->form, 0) : "";

  if (!g_ascii_string_to_signed (value, 10, 0, JIP_SCORE_BUTTONS_MAX, &chosen, NULL))
    chosen = -1;
  self->updating = TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->box)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      gboolean active = score_of (child) == chosen;
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (child), active);
      if (active)
        gtk_widget_add_css_class (child, "suggested-action");
      else
        gtk_widget_remove_css_class (child, "suggested-action");
    }
  self->updating = FALSE;
}

static void
clicked_cb (JipScoreButtons *self, GtkWidget *button)
{
  g_autofree char *text = g_strdup_printf ("%u", score_of (button));

  if (self->updating || self->form == NULL)
    return;
  JipBallotForm *form = jip_ballot_form_with_value (self->form, 0, text);
  jip_ballot_form_unref (self->form);
  self->form = form;
  update (self);
  g_signal_emit (self, edited_signal, 0);
}

static void
add_button (JipScoreButtons *self, guint score)
{
  g_autofree char *text = g_strdup_printf ("%u", score);
  g_autofree char *name = g_strdup_printf (ngettext ("%u point", "%u points", score), score);
  GtkWidget *button = gtk_toggle_button_new_with_label (text);

  g_object_set_data (G_OBJECT (button), "jip-score", GUINT_TO_POINTER (score));
  gtk_widget_set_hexpand (button, TRUE);
  gtk_widget_set_size_request (button, 44, 64);
  gtk_widget_add_css_class (button, "title-2");
  gtk_widget_add_css_class (button, "numeric");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_box_append (self->box, button);
}

/**
 * jip_score_buttons_set_form:
 * @form: of a panel that suits
 */
void
jip_score_buttons_set_form (JipScoreButtons *self, JipBallotForm *form)
{
  guint max = 0;

  g_return_if_fail (JIP_IS_SCORE_BUTTONS (self) && form != NULL);
  g_return_if_fail (jip_ballot_form_get_n_values (form) == 1
                    && read_max (jip_ballot_form_get_max (form, 0), &max));

  if (self->n_buttons != max + 1)
    {
      for (GtkWidget *child; (child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL;)
        gtk_box_remove (self->box, child);
      for (guint score = 0; score <= max; score++)
        add_button (self, score);
      self->n_buttons = max + 1;
    }
  jip_ballot_form_ref (form);
  g_clear_pointer (&self->form, jip_ballot_form_unref);
  self->form = form;
  update (self);
}

JipBallotForm *
jip_score_buttons_get_form (JipScoreButtons *self)
{
  g_return_val_if_fail (JIP_IS_SCORE_BUTTONS (self), NULL);
  return self->form;
}

/* A digit goes to its button, 0 after 1 to the ten; Enter or space then presses it. */
static gboolean
key_cb (JipScoreButtons *self, guint keyval)
{
  gunichar letter = gdk_keyval_to_unicode (keyval);

  if (letter < '0' || letter > '9')
    return FALSE;
  guint score = letter - '0';
  GtkWidget *one = find_button (self, 1), *ten = find_button (self, 10);
  if (score == 0 && one != NULL && ten != NULL && gtk_widget_has_focus (one))
    score = 10;
  GtkWidget *button = find_button (self, score);
  return button != NULL && gtk_widget_grab_focus (button);
}

static gboolean
key_pressed_cb (JipScoreButtons *self, guint keyval, guint keycode, GdkModifierType state)
{
  return (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) == 0 && key_cb (self, keyval);
}

static void
jip_score_buttons_dispose (GObject *object)
{
  JipScoreButtons *self = JIP_SCORE_BUTTONS (object);

  g_clear_pointer ((GtkWidget **) &self->box, gtk_widget_unparent);
  g_clear_pointer (&self->form, jip_ballot_form_unref);
  G_OBJECT_CLASS (jip_score_buttons_parent_class)->dispose (object);
}

static void
jip_score_buttons_class_init (JipScoreButtonsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = jip_score_buttons_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
  edited_signal = g_signal_new ("edited", JIP_TYPE_SCORE_BUTTONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
}

static void
jip_score_buttons_init (JipScoreButtons *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6));
  gtk_box_set_homogeneous (self->box, TRUE);
  gtk_widget_set_parent (GTK_WIDGET (self->box), GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Score"), -1);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}
