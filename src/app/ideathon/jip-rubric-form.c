/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-rubric-form.h"

#include <glib/gi18n-lib.h>

/* One criterion. */
typedef struct
{
  GtkEditable *entry;
  GtkWidget *less, *more;
  GtkLabel *problem;
} Row;

struct _JipRubricForm
{
  GtkWidget parent_instance;

  JipBallotForm *form;
  GPtrArray *rows; /* of Row */
  char *signature; /* of the panel that the rows were made for */
  gboolean updating;

  GtkGrid *grid;
};

G_DEFINE_FINAL_TYPE (JipRubricForm, jip_rubric_form, GTK_TYPE_WIDGET)

static guint edited_signal, finished_signal;

static void
name_widget (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
show_problem (JipRubricForm *self, guint index)
{
  Row *row = self->rows->pdata[index];
  g_autofree char *problem = jip_ballot_form_describe_check (self->form, index);

  gtk_label_set_label (row->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (row->problem), problem != NULL);
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (row->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row->entry), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (row->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

/* Shows the form; a text that already says the same stays, and with it the cursor. */
static void
update (JipRubricForm *self)
{
  self->updating = TRUE;
  for (guint i = 0; self->form != NULL && i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];
      const char *value = jip_ballot_form_get_value (self->form, i);
      if (!g_str_equal (gtk_editable_get_text (row->entry), value))
        gtk_editable_set_text (row->entry, value);
      show_problem (self, i);
    }
  self->updating = FALSE;
}

static guint
index_of (GObject *widget)
{
  return GPOINTER_TO_UINT (g_object_get_data (widget, "jip-index"));
}

static void
take (JipRubricForm *self, JipBallotForm *form)
{
  jip_ballot_form_unref (self->form);
  self->form = form;
  g_signal_emit (self, edited_signal, 0);
}

static void
text_changed_cb (JipRubricForm *self, GtkEditable *entry)
{
  guint index = index_of (G_OBJECT (entry));

  if (self->updating || self->form == NULL)
    return;
  take (self, jip_ballot_form_with_value (self->form, index, gtk_editable_get_text (entry)));
  show_problem (self, index);
}

static void
step_cb (JipRubricForm *self, GtkButton *button)
{
  guint index = index_of (G_OBJECT (button));
  Row *row = self->rows->pdata[index];

  if (self->form == NULL)
    return;
  take (self, jip_ballot_form_with_step (self->form, index, GTK_WIDGET (button) == row->more ? 1 : -1));
  update (self);
}

static void
activate_cb (JipRubricForm *self, GtkEditable *entry)
{
  guint next = index_of (G_OBJECT (entry)) + 1;

  if (next < self->rows->len)
    jip_rubric_form_focus_value (self, next);
  else
    g_signal_emit (self, finished_signal, 0);
}

static GtkWidget *
step_button_new (JipRubricForm *self, guint index, const char *icon, const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  g_object_set_data (G_OBJECT (button), "jip-index", GUINT_TO_POINTER (index));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, name);
  name_widget (button, name);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (step_cb), self);
  return button;
}

static GtkWidget *
entry_new (JipRubricForm *self, guint index, const char *name)
{
  GtkWidget *entry = gtk_entry_new ();

  g_object_set_data (G_OBJECT (entry), "jip-index", GUINT_TO_POINTER (index));
  gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_NUMBER);
  gtk_entry_set_max_length (GTK_ENTRY (entry), 16);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 6);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), 6);
  gtk_editable_set_alignment (GTK_EDITABLE (entry), 1);
  gtk_widget_add_css_class (entry, "numeric");
  name_widget (entry, name);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (text_changed_cb), self);
  g_signal_connect_swapped (entry, "activate", G_CALLBACK (activate_cb), self);
  return entry;
}

static void
add_row (JipRubricForm *self, const char *name, const char *max)
{
  guint index = self->rows->len;
  int top = (int) index * 2;
  Row *row = g_new0 (Row, 1);
  GtkWidget *label = gtk_label_new (name), *limit = gtk_label_new (NULL), *problem = gtk_label_new (NULL);
  g_autofree char *limit_text = g_strdup_printf ("/ %s", max);
  g_autofree char *less = g_strdup_printf (_ ("One point less for %s"), name);
  g_autofree char *more = g_strdup_printf (_ ("One point more for %s"), name);
  GtkWidget *entry = entry_new (self, index, name);

  gtk_label_set_label (GTK_LABEL (limit), limit_text);
  gtk_widget_add_css_class (limit, "dim-label");
  gtk_widget_add_css_class (limit, "numeric");
  gtk_label_set_xalign (GTK_LABEL (limit), 0);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_xalign (GTK_LABEL (problem), 0);
  gtk_label_set_wrap (GTK_LABEL (problem), TRUE);
  gtk_widget_add_css_class (problem, "error");
  gtk_widget_set_visible (problem, FALSE);
  row->entry = GTK_EDITABLE (entry);
  row->problem = GTK_LABEL (problem);
  row->less = step_button_new (self, index, "list-remove-symbolic", less);
  row->more = step_button_new (self, index, "list-add-symbolic", more);
  g_ptr_array_add (self->rows, row);
  gtk_grid_attach (self->grid, label, 0, top, 1, 1);
  gtk_grid_attach (self->grid, entry, 1, top, 1, 1);
  gtk_grid_attach (self->grid, limit, 2, top, 1, 1);
  gtk_grid_attach (self->grid, row->less, 3, top, 1, 1);
  gtk_grid_attach (self->grid, row->more, 4, top, 1, 1);
  gtk_grid_attach (self->grid, problem, 0, top + 1, 5, 1);
}

static char *
signature_of (const JipPanel *panel)
{
  GString *text = g_string_new (panel->id);

  g_string_append_printf (text, "\n%s", panel->max != NULL ? panel->max : "");
  for (guint i = 0; i < panel->criteria->len; i++)
    {
      const JipCriterion *criterion = panel->criteria->pdata[i];
      g_string_append_printf (text, "\n%s\t%s\t%s", criterion->id, criterion->name, criterion->max);
    }
  return g_string_free (text, FALSE);
}

/**
 * jip_rubric_form_set_panel:
 * @panel: whose criteria are rows, or a score panel for a single row; not kept
 */
void
jip_rubric_form_set_panel (JipRubricForm *self, const JipPanel *panel)
{
  g_return_if_fail (JIP_IS_RUBRIC_FORM (self) && panel != NULL);

  g_autofree char *signature = signature_of (panel);
  if (g_strcmp0 (signature, self->signature) == 0)
    return;
  g_free (self->signature);
  self->signature = g_steal_pointer (&signature);
  g_clear_pointer (&self->form, jip_ballot_form_unref);
  g_ptr_array_set_size (self->rows, 0);
  for (GtkWidget *child; (child = gtk_widget_get_first_child (GTK_WIDGET (self->grid))) != NULL;)
    gtk_grid_remove (self->grid, child);
  for (guint i = 0; i < panel->criteria->len; i++)
    {
      const JipCriterion *criterion = panel->criteria->pdata[i];
      add_row (self, criterion->name, criterion->max);
    }
  if (panel->mode == JIP_PANEL_SCORE)
    add_row (self, _ ("Score"), panel->max);
}

/**
 * jip_rubric_form_set_form:
 * @form: a form of the panel
 */
void
jip_rubric_form_set_form (JipRubricForm *self, JipBallotForm *form)
{
  g_return_if_fail (JIP_IS_RUBRIC_FORM (self) && form != NULL);
  g_return_if_fail (jip_ballot_form_get_n_values (form) == self->rows->len);

  jip_ballot_form_ref (form);
  g_clear_pointer (&self->form, jip_ballot_form_unref);
  self->form = form;
  update (self);
}

JipBallotForm *
jip_rubric_form_get_form (JipRubricForm *self)
{
  g_return_val_if_fail (JIP_IS_RUBRIC_FORM (self), NULL);
  return self->form;
}

void
jip_rubric_form_focus_value (JipRubricForm *self, guint index)
{
  g_return_if_fail (JIP_IS_RUBRIC_FORM (self));
  if (index < self->rows->len)
    gtk_widget_grab_focus (GTK_WIDGET (((Row *) self->rows->pdata[index])->entry));
}

static void
jip_rubric_form_dispose (GObject *object)
{
  JipRubricForm *self = JIP_RUBRIC_FORM (object);

  g_clear_pointer ((GtkWidget **) &self->grid, gtk_widget_unparent);
  G_OBJECT_CLASS (jip_rubric_form_parent_class)->dispose (object);
}

static void
jip_rubric_form_finalize (GObject *object)
{
  JipRubricForm *self = JIP_RUBRIC_FORM (object);

  g_clear_pointer (&self->form, jip_ballot_form_unref);
  g_ptr_array_unref (self->rows);
  g_free (self->signature);
  G_OBJECT_CLASS (jip_rubric_form_parent_class)->finalize (object);
}

static void
jip_rubric_form_class_init (JipRubricFormClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = jip_rubric_form_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_rubric_form_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  edited_signal
      = g_signal_new ("edited", JIP_TYPE_RUBRIC_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  finished_signal = g_signal_new ("finished", JIP_TYPE_RUBRIC_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
jip_rubric_form_init (JipRubricForm *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_free);
  self->grid = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_row_spacing (self->grid, 6);
  gtk_grid_set_column_spacing (self->grid, 6);
  gtk_widget_set_parent (GTK_WIDGET (self->grid), GTK_WIDGET (self));
}
