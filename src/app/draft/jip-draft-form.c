/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-form.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-area.h"
#include "jip-draft-inputs.h"
#include "jip-source-row.h"
#include "jip-text-buffer.h"

struct _JipDraftForm
{
  AdwBin parent_instance;

  JipFormState *state;
  GHashTable *controls; /* field id -> the widget that takes the keyboard */
  GListStore *sources;  /* JipDraftSource */
  char *file_field;     /* nullable: the field that holds the sources' names */
  gboolean loading;

  GtkBox *fields_box;
  GtkWidget *sources_box;
  GtkListBox *sources_list;
};

G_DEFINE_TYPE (JipDraftForm, jip_draft_form, ADW_TYPE_BIN)

enum
{
  CHANGED,
  SOURCES_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
take_text (JipDraftForm *self, const char *field, const char *text)
{
  JipFormState *state = jip_form_state_with_text (self->state, field, text);
  gboolean changed = state != self->state;

  jip_form_state_unref (self->state);
  self->state = state;
  if (changed && !self->loading)
    g_signal_emit (self, signals[CHANGED], 0);
}

static const char *
get_field (gpointer control)
{
  return g_object_get_data (G_OBJECT (control), "field");
}

static void
entry_changed_cb (JipDraftForm *self, GtkEditable *entry)
{
  gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
  take_text (self, get_field (entry), gtk_editable_get_text (entry));
}

static void
buffer_changed_cb (JipDraftForm *self, GtkTextBuffer *buffer)
{
  g_autofree char *text = jip_text_buffer_dup_text (buffer);

  take_text (self, get_field (buffer), text);
}

static void
day_selected_cb (GtkCalendar *calendar, GtkEditable *entry)
{
  g_autoptr (GDateTime) date = gtk_calendar_get_date (calendar);
  g_autofree char *text = g_date_time_format (date, "%Y-%m-%d");

  gtk_editable_set_text (entry, text);
  gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_ancestor (GTK_WIDGET (calendar), GTK_TYPE_POPOVER)));
}

static void
name_control (GtkWidget *control, const JipDocumentField *field)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, field->label,
                                  GTK_ACCESSIBLE_PROPERTY_REQUIRED, field->required, -1);
}

static GtkWidget *
make_calendar_button (const JipDocumentField *field, GtkWidget *entry)
{
  GtkWidget *calendar = gtk_calendar_new (), *popover = gtk_popover_new (), *button = gtk_menu_button_new ();
  g_autofree char *name = g_strdup_printf (_ ("Choose a date: %s"), field->label);

  g_signal_connect_object (calendar, "day-selected", G_CALLBACK (day_selected_cb), entry, 0);
  gtk_popover_set_child (GTK_POPOVER (popover), calendar);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "x-office-calendar-symbolic");
  gtk_widget_set_tooltip_text (button, _ ("Choose a date"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return button;
}

static const char *
find_placeholder (const JipDocumentField *field)
{
  if (field->hint != NULL)
    return field->hint;
  if (field->kind == JIP_FIELD_DATE)
    return "2026-07-22";
  return field->kind == JIP_FIELD_TIME ? "14:00" : NULL;
}

static GtkWidget *
make_entry (JipDraftForm *self, const JipDocumentField *field)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_text (GTK_EDITABLE (entry), jip_form_state_get_text (self->state, field->id));
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), find_placeholder (field));
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 10);
  gtk_widget_set_hexpand (entry, TRUE);
  if (field->kind == JIP_FIELD_AMOUNT)
    gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_DIGITS);
  g_object_set_data_full (G_OBJECT (entry), "field", g_strdup (field->id), g_free);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (entry_changed_cb), self);
  name_control (entry, field);
  g_hash_table_insert (self->controls, g_strdup (field->id), entry);
  if (field->kind != JIP_FIELD_DATE)
    return entry;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (box, "linked");
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), make_calendar_button (field, entry));
  return box;
}

static GtkWidget *
make_text_view (JipDraftForm *self, const JipDocumentField *field)
{
  GtkWidget *view = gtk_text_view_new (), *frame = gtk_frame_new (NULL);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));

  gtk_text_buffer_set_text (buffer, jip_form_state_get_text (self->state, field->id), -1);
  gtk_text_buffer_set_enable_undo (buffer, TRUE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 6);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 6);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 6);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 6);
  gtk_widget_set_size_request (view, -1, field->kind == JIP_FIELD_LONG_TEXT ? 96 : 54);
  g_object_set_data_full (G_OBJECT (buffer), "field", g_strdup (field->id), g_free);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (buffer_changed_cb), self, G_CONNECT_SWAPPED);
  name_control (view, field);
  g_hash_table_insert (self->controls, g_strdup (field->id), view);
  gtk_frame_set_child (GTK_FRAME (frame), view);
  return frame;
}

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
add_field (JipDraftForm *self, const JipDocumentField *field)
{
  gboolean is_long = field->kind == JIP_FIELD_LONG_TEXT || field->kind == JIP_FIELD_LIST;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_append (GTK_BOX (head), make_label (field->label, "heading"));
  if (field->required)
    gtk_box_append (GTK_BOX (head), make_label (_ ("required"), "accent"));
  gtk_box_append (GTK_BOX (box), head);
  if (is_long && field->hint != NULL)
    gtk_box_append (GTK_BOX (box), make_label (field->hint, "caption"));
  gtk_box_append (GTK_BOX (box), is_long ? make_text_view (self, field) : make_entry (self, field));
  gtk_box_append (self->fields_box, box);
}

static void
note_source_names (JipDraftForm *self)
{
  g_autoptr (GString) names = g_string_new (NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->sources));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (JipDraftSource) source = g_list_model_get_item (G_LIST_MODEL (self->sources), i);
      g_string_append_printf (names, "%s%s", i > 0 ? "\n" : "", jip_draft_source_get_name (source));
    }
  if (self->file_field != NULL)
    take_text (self, self->file_field, names->str);
}

static void
source_changed_cb (JipDraftForm *self)
{
  g_signal_emit (self, signals[SOURCES_CHANGED], 0);
}

static gboolean
has_path (JipDraftForm *self, const char *path)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->sources)); i++)
    {
      g_autoptr (JipDraftSource) source = g_list_model_get_item (G_LIST_MODEL (self->sources), i);
      if (strcmp (jip_draft_source_get_path (source), path) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
add_path (JipDraftForm *self, const char *path)
{
  if (has_path (self, path))
    return;
  if (g_list_model_get_n_items (G_LIST_MODEL (self->sources)) >= JIP_DRAFT_INPUTS_MAX_SOURCES)
    {
      jip_toast (GTK_WIDGET (self), _ ("A draft takes up to %d sources."), JIP_DRAFT_INPUTS_MAX_SOURCES);
      return;
    }
  g_autoptr (JipDraftSource) source = jip_draft_source_new (path);
  g_signal_connect_object (source, "changed", G_CALLBACK (source_changed_cb), self, G_CONNECT_SWAPPED);
  g_list_store_append (self->sources, source);
}

static void
add_files (JipDraftForm *self, GListModel *files)
{
  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      g_autofree char *path = g_file_get_path (file);
      if (path != NULL)
        add_path (self, path);
    }
  note_source_names (self);
  source_changed_cb (self);
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, JipDraftForm *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
      add_files (self, files);
    }
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void
add_file_cb (JipDraftForm *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      _ ("Choose Sources"), window, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Add"), _ ("_Cancel"));
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("PDF, HWPX, ODT and text"));
  gtk_file_filter_add_suffix (filter, "pdf");
  gtk_file_filter_add_suffix (filter, "hwpx");
  gtk_file_filter_add_suffix (filter, "odt");
  gtk_file_filter_add_suffix (filter, "txt");
  gtk_file_filter_add_suffix (filter, "md");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, JipDraftForm *self)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  GSList *list = g_value_get_boxed (value);

  if (self->file_field == NULL)
    return FALSE;
  for (GSList *link = list; link != NULL; link = link->next)
    g_list_store_append (files, link->data);
  add_files (self, G_LIST_MODEL (files));
  return TRUE;
}

static void
remove_source_cb (JipDraftForm *self, JipSourceRow *row)
{
  JipDraftSource *source = jip_source_row_get_source (row);
  guint position;

  jip_draft_source_cancel (source);
  if (!g_list_store_find (self->sources, source, &position))
    return;
  g_list_store_remove (self->sources, position);
  note_source_names (self);
  source_changed_cb (self);
}

static GtkWidget *
make_source_row (gpointer item, gpointer user_data)
{
  GtkWidget *row = jip_source_row_new (item);

  g_signal_connect_swapped (row, "remove", G_CALLBACK (remove_source_cb), user_data);
  return row;
}

static void
clear (JipDraftForm *self)
{
  GtkWidget *child;

  g_hash_table_remove_all (self->controls);
  while (self->fields_box != NULL
         && (child = gtk_widget_get_first_child (GTK_WIDGET (self->fields_box))) != NULL)
    gtk_box_remove (self->fields_box, child);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->sources)); i++)
    {
      g_autoptr (JipDraftSource) source = g_list_model_get_item (G_LIST_MODEL (self->sources), i);
      g_signal_handlers_disconnect_by_data (source, self);
      jip_draft_source_cancel (source);
    }
  g_list_store_remove_all (self->sources);
  g_clear_pointer (&self->file_field, g_free);
  g_clear_pointer (&self->state, jip_form_state_unref);
}

/**
 * jip_draft_form_set_state:
 * @paths: (nullable): of the sources on this PC
 */
void
jip_draft_form_set_state (JipDraftForm *self, JipFormState *state, const char *const *paths)
{
  g_return_if_fail (JIP_IS_DRAFT_FORM (self) && state != NULL);

  JipDocumentType *type = jip_form_state_get_document_type (state);
  jip_form_state_ref (state);
  clear (self);
  self->state = state;
  self->loading = TRUE;
  for (guint i = 0; i < jip_document_type_get_n_fields (type); i++)
    {
      const JipDocumentField *field = jip_document_type_get_field (type, i);
      if (field->kind != JIP_FIELD_FILE)
        add_field (self, field);
      else if (self->file_field == NULL)
        self->file_field = g_strdup (field->id);
    }
  gtk_widget_set_visible (self->sources_box, self->file_field != NULL);
  for (guint i = 0; self->file_field != NULL && paths != NULL && paths[i] != NULL; i++)
    add_path (self, paths[i]);
  self->loading = FALSE;
}

/**
 * jip_draft_form_get_state:
 *
 * Returns: (transfer none) (nullable)
 */
JipFormState *
jip_draft_form_get_state (JipDraftForm *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_FORM (self), NULL);
  return self->state;
}

/**
 * jip_draft_form_list_sources:
 *
 * Returns: (transfer full) (element-type JipDraftSource)
 */
GPtrArray *
jip_draft_form_list_sources (JipDraftForm *self)
{
  g_return_val_if_fail (JIP_IS_DRAFT_FORM (self), NULL);

  GPtrArray *sources = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->sources)); i++)
    g_ptr_array_add (sources, g_list_model_get_item (G_LIST_MODEL (self->sources), i));
  return sources;
}

/**
 * jip_draft_form_focus_field:
 *
 * Goes to a field that needs something.
 */
void
jip_draft_form_focus_field (JipDraftForm *self, const char *field)
{
  g_return_if_fail (JIP_IS_DRAFT_FORM (self) && field != NULL);

  GtkWidget *control = g_hash_table_lookup (self->controls, field);
  if (control == NULL)
    return;
  if (GTK_IS_ENTRY (control))
    gtk_widget_add_css_class (control, "error");
  gtk_widget_grab_focus (control);
}

static void
jip_draft_form_dispose (GObject *object)
{
  JipDraftForm *self = JIP_DRAFT_FORM (object);

  if (self->sources != NULL)
    clear (self);
  g_clear_object (&self->sources);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_DRAFT_FORM);
  G_OBJECT_CLASS (jip_draft_form_parent_class)->dispose (object);
}

static void
jip_draft_form_finalize (GObject *object)
{
  g_hash_table_unref (JIP_DRAFT_FORM (object)->controls);
  G_OBJECT_CLASS (jip_draft_form_parent_class)->finalize (object);
}

static void
jip_draft_form_class_init (JipDraftFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_draft_form_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_draft_form_finalize;
  signals[CHANGED]
      = g_signal_new ("changed", JIP_TYPE_DRAFT_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SOURCES_CHANGED] = g_signal_new ("sources-changed", JIP_TYPE_DRAFT_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/draft/jip-draft-form.ui");
  gtk_widget_class_bind_template_child (widget_class, JipDraftForm, fields_box);
  gtk_widget_class_bind_template_child (widget_class, JipDraftForm, sources_box);
  gtk_widget_class_bind_template_child (widget_class, JipDraftForm, sources_list);
  gtk_widget_class_bind_template_callback (widget_class, add_file_cb);
}

static void
jip_draft_form_init (JipDraftForm *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->controls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->sources = g_list_store_new (JIP_TYPE_DRAFT_SOURCE);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_bind_model (self->sources_list, G_LIST_MODEL (self->sources), make_source_row, self, NULL);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
