/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lots for what is still tied (scoring.md, rule 9): the smaller number wins. Drawn here, or typed as drawn by hand. */
#include "jip-lots-dialog.h"

#include <glib/gi18n-lib.h>

#include "jip-result-rows.h"

typedef struct
{
  AdwMessageDialog *dialog; /* borrowed */
  GtkWidget *widget;        /* owned */
  GPtrArray *entries;       /* of ids */
  GPtrArray *rows;          /* of AdwEntryRow, borrowed */
  JipLotsFunc answered;
  gpointer data;
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  g_object_unref (ask->widget);
  g_ptr_array_unref (ask->entries);
  g_ptr_array_unref (ask->rows);
  g_free (ask);
}

/* The lots as typed; %NULL while one is missing, no whole number from 1, or there twice. */
static JsonObject *
read_lots (Ask *ask)
{
  g_autoptr (JsonObject) lots = json_object_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < ask->rows->len; i++)
    {
      g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (ask->rows->pdata[i])));
      guint64 lot;
      if (!g_ascii_string_to_unsigned (text, 10, 1, 999999, &lot, NULL)
          || !g_hash_table_add (seen, GUINT_TO_POINTER ((guint) lot)))
        return NULL;
      json_object_set_int_member (lots, ask->entries->pdata[i], (gint64) lot);
    }
  return g_steal_pointer (&lots);
}

static void
changed_cb (Ask *ask)
{
  g_autoptr (JsonObject) lots = read_lots (ask);

  adw_message_dialog_set_response_enabled (ask->dialog, "act", lots != NULL);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, Ask *ask)
{
  g_autoptr (JsonObject) lots = g_str_equal (response, "act") ? read_lots (ask) : NULL;

  if (lots != NULL)
    ask->answered (lots, ask->data);
}

/* 1 to @count in an order that nobody knows beforehand. */
static guint *
draw (guint count)
{
  guint *lots = g_new (guint, count);

  for (guint i = 0; i < count; i++)
    lots[i] = i + 1;
  for (guint i = count; i > 1; i--)
    {
      guint j = (guint) g_random_int_range (0, (gint32) i), kept = lots[i - 1];
      lots[i - 1] = lots[j];
      lots[j] = kept;
    }
  return lots;
}

static void
collect_tied (JipEventModel *model, GPtrArray *entries)
{
  JipResult *record = jip_event_model_get_result (model);
  g_autoptr (JipResultRows) rows = record != NULL ? jip_result_rows_new (jip_result_get_result (record),
                                                                         jip_event_model_get_rules (model))
                                                  : NULL;
  GPtrArray *undecided = rows != NULL ? jip_result_rows_get_undecided (rows) : NULL;

  for (guint i = 0; undecided != NULL && i < undecided->len; i++)
    {
      const JipUndecided *award = undecided->pdata[i];
      for (guint j = 0; award->entries[j] != NULL; j++)
        if (!g_ptr_array_find_with_equal_func (entries, award->entries[j], g_str_equal, NULL))
          g_ptr_array_add (entries, g_strdup (award->entries[j]));
    }
}

static GtkWidget *
rows_new (Ask *ask, JipEventModel *model)
{
  GtkWidget *list = gtk_list_box_new ();
  g_autofree guint *lots = draw (ask->entries->len);

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  for (guint i = 0; i < ask->entries->len; i++)
    {
      JipEntry *entry = jip_event_model_get_entry (model, ask->entries->pdata[i]);
      const char *title = entry != NULL ? jip_entry_get_title (entry) : ask->entries->pdata[i];
      g_autofree char *lot = g_strdup_printf ("%u", lots[i]);
      g_autofree char *markup = g_markup_escape_text (title, -1);
      GtkWidget *row = adw_entry_row_new ();
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), markup);
      gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_editable_get_delegate (GTK_EDITABLE (row))),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
      gtk_editable_set_text (GTK_EDITABLE (row), lot);
      g_signal_connect_swapped (row, "changed", G_CALLBACK (changed_cb), ask);
      gtk_list_box_append (GTK_LIST_BOX (list), row);
      g_ptr_array_add (ask->rows, row);
    }
  return list;
}

/**
 * jip_ask_lots:
 * @model: locked, with a tie in its result
 * @answered: called only when the lots are to be entered
 * @data: @widget, or something that lives as long
 */
void
jip_ask_lots (GtkWidget *widget, JipEventModel *model, JipLotsFunc answered, gpointer data)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && JIP_IS_EVENT_MODEL (model) && answered != NULL);

  GtkRoot *root = gtk_widget_get_root (widget);
  Ask *ask = g_new0 (Ask, 1);
  ask->dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (
      GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, _ ("Draw lots for what is tied"),
      _ ("The smaller number wins. These lots were drawn at random just now; type others when they are drawn by hand. "
         "They are kept on record and cannot be changed.")));
  ask->widget = g_object_ref (widget);
  ask->entries = g_ptr_array_new_with_free_func (g_free);
  ask->rows = g_ptr_array_new ();
  ask->answered = answered;
  ask->data = data;
  collect_tied (model, ask->entries);
  adw_message_dialog_add_response (ask->dialog, "cancel", _ ("Cancel"));
  adw_message_dialog_add_response (ask->dialog, "act", _ ("Enter Lots"));
  adw_message_dialog_set_close_response (ask->dialog, "cancel");
  adw_message_dialog_set_response_appearance (ask->dialog, "act", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_extra_child (ask->dialog, rows_new (ask, model));
  g_signal_connect (ask->dialog, "response", G_CALLBACK (response_cb), ask);
  g_object_set_data_full (G_OBJECT (ask->dialog), "jip-ask", ask, ask_free);
  gtk_window_present (GTK_WINDOW (ask->dialog));
}
