/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks once before what cannot be taken back, for its reason where the record needs one. */
#include "jip-reason-dialog.h"

#include <glib/gi18n-lib.h>

#include "jip-question.h"
#include "jip-text.h"

#define REASON_MAX 500

typedef struct
{
  AdwMessageDialog *dialog; /* borrowed */
  GtkWidget *widget;        /* owned: whoever asked lives as long as the question */
  GtkEditable *reason, *value;
  JipReasonFunc answered;
  gpointer data;
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  g_object_unref (ask->widget);
  g_free (ask);
}

static gboolean
is_filled (GtkEditable *editable)
{
  return editable == NULL || !jip_text_is_blank (gtk_editable_get_text (editable));
}

static void
changed_cb (Ask *ask)
{
  adw_message_dialog_set_response_enabled (ask->dialog, JIP_QUESTION_YES,
                                           is_filled (ask->reason) && is_filled (ask->value));
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, Ask *ask)
{
  if (!g_str_equal (response, JIP_QUESTION_YES))
    return;
  g_autofree char *reason
      = ask->reason != NULL ? g_strstrip (g_strdup (gtk_editable_get_text (ask->reason))) : g_strdup ("");
  g_autofree char *value
      = ask->value != NULL ? g_strstrip (g_strdup (gtk_editable_get_text (ask->value))) : NULL;
  ask->answered (reason, value, ask->data);
}

static GtkEditable *
entry_new (Ask *ask, GtkListBox *list, const char *name)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (row));
  gtk_text_set_max_length (GTK_TEXT (text), REASON_MAX);
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (changed_cb), ask);
  gtk_list_box_append (list, row);
  return GTK_EDITABLE (row);
}

static Ask *
ask_new (GtkWidget *widget,
         const char *heading,
         const char *body,
         const char *act,
         JipReasonFunc answered,
         gpointer data)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->dialog = jip_question_new (widget, heading, body, act);
  ask->widget = g_object_ref (widget);
  ask->answered = answered;
  ask->data = data;
  g_signal_connect (ask->dialog, "response", G_CALLBACK (response_cb), ask);
  g_object_set_data_full (G_OBJECT (ask->dialog), "jip-ask", ask, ask_free);
  return ask;
}

/**
 * jip_ask_first:
 * @act: what the button that does it says
 * @answered: called only when the user wants it; its reason is ""
 * @data: @widget, or something that lives as long
 */
void
jip_ask_first (GtkWidget *widget,
               const char *heading,
               const char *body,
               const char *act,
               JipReasonFunc answered,
               gpointer data)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && answered != NULL);

  Ask *ask = ask_new (widget, heading, body, act, answered, data);
  gtk_window_present (GTK_WINDOW (ask->dialog));
}

/**
 * jip_ask_reason:
 * @value_name: (nullable): what is asked for besides the reason
 * @answered: called only when the user wants it and has filled in everything
 * @data: @widget, or something that lives as long
 */
void
jip_ask_reason (GtkWidget *widget,
                const char *heading,
                const char *body,
                const char *act,
                const char *value_name,
                JipReasonFunc answered,
                gpointer data)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && answered != NULL);

  Ask *ask = ask_new (widget, heading, body, act, answered, data);
  GtkWidget *list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  ask->value = value_name != NULL ? entry_new (ask, GTK_LIST_BOX (list), value_name) : NULL;
  ask->reason = entry_new (ask, GTK_LIST_BOX (list), _ ("Reason"));
  adw_message_dialog_set_extra_child (ask->dialog, list);
  changed_cb (ask);
  gtk_window_present (GTK_WINDOW (ask->dialog));
}
