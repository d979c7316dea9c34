/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-attach-box.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-error.h"
#include "jip-file-op.h"
#include "jip-file-rules.h"
#include "jip-scratch.h"

struct _JipAttachBox
{
  AdwBin parent_instance;

  JipClient *client;
  char *key;          /* nullable: of the text that the files go with */
  GPtrArray *files;   /* of JipFileRef */
  GPtrArray *staging; /* of Staging, not owned: files that are being copied */
  guint n_reading;    /* how often the list that is kept is being read */

  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (JipAttachBox, jip_attach_box, ADW_TYPE_BIN)

static guint changed_signal;

/* A file that is being copied. */
typedef struct
{
  JipAttachBox *self; /* owned */
  char *key;          /* nullable: of the text it was chosen for */
  char *name;
  GCancellable *cancellable;
} Staging;

static void
staging_free (Staging *staging)
{
  g_object_unref (staging->self);
  g_object_unref (staging->cancellable);
  g_free (staging->key);
  g_free (staging->name);
  g_free (staging);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Staging, staging_free)

static void fill (JipAttachBox *self);

static void
save (JipAttachBox *self)
{
  if (self->key != NULL)
    {
      g_autofree char *key = jip_file_refs_scratch_key (self->key);
      g_autofree char *text = jip_file_refs_to_text (self->files);
      jip_scratch_set (jip_client_get_scratch (self->client), key, text);
    }
  fill (self);
  g_signal_emit (self, changed_signal, 0);
}

static void
remove_cb (GtkButton *button, JipAttachBox *self)
{
  JipFileRef *ref = g_object_get_data (G_OBJECT (button), "file");

  g_ptr_array_remove (self->files, ref);
  save (self);
}

static void
stop_cb (GtkButton *button, Staging *staging)
{
  g_cancellable_cancel (staging->cancellable);
}

/**
 * jip_attach_row_new:
 * @name: of a file
 * @act: what the button at the end of the row does
 * @button: (out) (transfer none):
 */
GtkWidget *
jip_attach_row_new (const char *name, const char *subtitle, const char *act, GtkWidget **button)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *spoken = g_strdup_printf ("%s: %s", act, name);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_icon_name (ADW_ACTION_ROW (row), "mail-attachment-symbolic");
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  *button = gtk_button_new_from_icon_name ("window-close-symbolic");
  gtk_widget_set_tooltip_text (*button, act);
  gtk_accessible_update_property (GTK_ACCESSIBLE (*button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  gtk_widget_set_valign (*button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (*button, "flat");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), *button);
  return row;
}

/* Whether the text it was chosen for is the one that is shown. */
static gboolean
is_of_text (const Staging *staging)
{
  return g_strcmp0 (staging->key, staging->self->key) == 0;
}

static void
fill (JipAttachBox *self)
{
  GtkWidget *child, *button;
  guint n_copied = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  for (guint i = 0; i < self->files->len; i++)
    {
      JipFileRef *ref = g_ptr_array_index (self->files, i);
      g_autofree char *size = g_format_size ((guint64) ref->size);
      gtk_list_box_append (self->list, jip_attach_row_new (ref->name, size, _ ("Remove the file"), &button));
      g_object_set_data (G_OBJECT (button), "file", ref);
      g_signal_connect (button, "clicked", G_CALLBACK (remove_cb), self);
    }
  for (guint i = 0; i < self->staging->len; i++)
    {
      Staging *staging = g_ptr_array_index (self->staging, i);
      if (!is_of_text (staging))
        continue;
      n_copied++;
      gtk_list_box_append (self->list,
                           jip_attach_row_new (staging->name, _ ("Copying…"), _ ("Stop"), &button));
      g_signal_connect (button, "clicked", G_CALLBACK (stop_cb), staging);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), self->files->len + n_copied > 0);
}

/**
 * jip_attach_tell_error:
 * @widget: over which a toast appears
 * @name: of the file that could not be attached
 */
void
jip_attach_tell_error (GtkWidget *widget, const char *name, const GError *error)
{
  JipErrorCode code = jip_error_get_code (error);

  if (code == JIP_ERROR_CANCELLED)
    return;
  if (code == JIP_ERROR_TOO_LARGE)
    jip_toast (widget, _ ("“%s” is too large: a file may have up to 200 MiB."), name);
  else if (code == JIP_ERROR_VERSION_CONFLICT)
    jip_toast (widget, _ ("“%s” was changed while it was being copied. Attach it again."), name);
  else
    {
      g_autofree char *sentence = jip_error_to_sentence (error);
      jip_toast (widget, "%s: %s", name, sentence);
    }
}

/* A file whose text is not shown, or whose list is still being read, joins the list that is kept beside the text. */
typedef struct
{
  JipAttachBox *self; /* owned */
  char *key;          /* of the text */
  char *name;
} Joining;

static void
joining_free (Joining *joining)
{
  g_object_unref (joining->self);
  g_free (joining->key);
  g_free (joining->name);
  g_free (joining);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Joining, joining_free)

static void
joined_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Joining) joining = user_data;
  JipAttachBox *self = joining->self;
  g_autoptr (GError) error = NULL;
  gboolean joined = jip_file_list_add_finish (self->client, result, &error);

  if (self->list == NULL)
    return;
  if (!joined)
    jip_attach_tell_error (GTK_WIDGET (self), joining->name, error);
  else if (g_strcmp0 (self->key, joining->key) == 0) /* it is shown again */
    jip_attach_box_set_key (self, joining->key);
}

static void
join_list (JipAttachBox *self, const char *key, const JipFileRef *ref)
{
  Joining *joining = g_new0 (Joining, 1);

  joining->self = g_object_ref (self);
  joining->key = g_strdup (key);
  joining->name = g_strdup (ref->name);
  jip_file_list_add_async (self->client, key, ref, NULL, joined_cb, joining);
}

static void
staged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Staging) staging = user_data;
  JipAttachBox *self = staging->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (JipFileRef) ref = jip_file_stage_finish (JIP_CLIENT (source), result, &error);

  g_ptr_array_remove (self->staging, staging);
  if (self->list == NULL)
    return;
  if (ref == NULL)
    jip_attach_tell_error (GTK_WIDGET (self), staging->name, error);
  else if (staging->key != NULL && (!is_of_text (staging) || self->n_reading > 0))
    join_list (self, staging->key, ref);
  else if (jip_file_refs_take (self->files, g_steal_pointer (&ref)))
    {
      save (self);
      return;
    }
  fill (self);
  g_signal_emit (self, changed_signal, 0);
}

static void
add_files (JipAttachBox *self, GListModel *files)
{
  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      if (self->files->len + self->staging->len >= JIP_FILE_MAX_ATTACHED)
        {
          jip_toast (GTK_WIDGET (self), _ ("Up to %d files can be attached."), JIP_FILE_MAX_ATTACHED);
          break;
        }
      Staging *staging = g_new0 (Staging, 1);
      g_autofree char *base = g_file_get_basename (file);
      staging->self = g_object_ref (self);
      staging->key = g_strdup (self->key);
      staging->name = jip_file_name_make_plain (base != NULL ? base : "");
      staging->cancellable = g_cancellable_new ();
      g_ptr_array_add (self->staging, staging);
      jip_file_stage_async (self->client, file, staging->cancellable, staged_cb, staging);
    }
  fill (self);
  g_signal_emit (self, changed_signal, 0);
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, JipAttachBox *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
      add_files (self, files);
    }
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

/**
 * jip_attach_ask_files:
 *
 * Returns: (transfer full): a chooser for files, to be shown when its "response" is connected
 */
GtkFileChooserNative *
jip_attach_ask_files (GtkWidget *widget)
{
  GtkFileChooserNative *dialog
      = gtk_file_chooser_native_new (_ ("Attach Files"), GTK_WINDOW (gtk_widget_get_root (widget)),
                                     GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Attach"), _ ("_Cancel"));

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  return dialog;
}

/**
 * jip_attach_ask_target:
 * @name: of a file that is to be saved
 *
 * Returns: (transfer full): a chooser for where, to be shown when its "response" is connected
 */
GtkFileChooserNative *
jip_attach_ask_target (GtkWidget *widget, const char *name)
{
  GtkFileChooserNative *dialog
      = gtk_file_chooser_native_new (_ ("Save the File"), GTK_WINDOW (gtk_widget_get_root (widget)),
                                     GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  return dialog;
}

/**
 * jip_attach_box_choose:
 *
 * Asks for files.
 */
void
jip_attach_box_choose (JipAttachBox *self)
{
  g_return_if_fail (JIP_IS_ATTACH_BOX (self));
  GtkFileChooserNative *dialog = jip_attach_ask_files (GTK_WIDGET (self));

  g_signal_connect_object (dialog, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, JipAttachBox *self)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  if (self->client == NULL)
    return FALSE;
  for (GSList *link = g_value_get_boxed (value); link != NULL; link = link->next)
    g_list_store_append (files, link->data);
  add_files (self, G_LIST_MODEL (files));
  return TRUE;
}

/**
 * jip_attach_box_accept_drops:
 * @widget: where files may be dropped, before a text in it takes their names
 */
void
jip_attach_box_accept_drops (JipAttachBox *self, GtkWidget *widget)
{
  g_return_if_fail (JIP_IS_ATTACH_BOX (self));
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, 0);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (target));
}

/**
 * jip_attach_box_clear:
 *
 * What was listed has been handed in.
 */
void
jip_attach_box_clear (JipAttachBox *self)
{
  g_return_if_fail (JIP_IS_ATTACH_BOX (self));

  g_ptr_array_set_size (self->files, 0);
  fill (self);
  g_signal_emit (self, changed_signal, 0);
}

gboolean
jip_attach_box_is_busy (JipAttachBox *self)
{
  g_return_val_if_fail (JIP_IS_ATTACH_BOX (self), FALSE);

  for (guint i = 0; i < self->staging->len; i++)
    if (is_of_text (g_ptr_array_index (self->staging, i)))
      return TRUE;
  return FALSE;
}

/**
 * jip_attach_box_get_files:
 *
 * Returns: (transfer none) (element-type JipFileRef): what is attached now
 */
GPtrArray *
jip_attach_box_get_files (JipAttachBox *self)
{
  g_return_val_if_fail (JIP_IS_ATTACH_BOX (self), NULL);
  return self->files;
}

typedef struct
{
  JipAttachBox *self; /* owned */
  char *key;
} Restore;

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Restore *restore = user_data;
  JipAttachBox *self = restore->self;
  g_autofree char *text = jip_scratch_get_finish (JIP_SCRATCH (source), result, NULL);

  self->n_reading--;
  if (self->list != NULL && g_strcmp0 (self->key, restore->key) == 0 && self->files->len == 0)
    {
      g_ptr_array_unref (self->files);
      self->files = jip_file_refs_from_text (text);
      fill (self);
      g_signal_emit (self, changed_signal, 0);
    }
  g_object_unref (self);
  g_free (restore->key);
  g_free (restore);
}

/**
 * jip_attach_box_set_key:
 * @key: the scratch key of the text that the files go with
 *
 * Shows the files that were chosen for this text before.
 */
void
jip_attach_box_set_key (JipAttachBox *self, const char *key)
{
  g_return_if_fail (JIP_IS_ATTACH_BOX (self) && self->client != NULL);
  g_autofree char *files_key = jip_file_refs_scratch_key (key);
  Restore *restore = g_new0 (Restore, 1);

  g_free (self->key);
  self->key = g_strdup (key);
  g_ptr_array_set_size (self->files, 0);
  fill (self);
  restore->self = g_object_ref (self);
  restore->key = g_strdup (key);
  self->n_reading++;
  jip_scratch_get_async (jip_client_get_scratch (self->client), files_key, NULL, restored_cb, restore);
}

void
jip_attach_box_set_client (JipAttachBox *self, JipClient *client)
{
  g_return_if_fail (JIP_IS_ATTACH_BOX (self));
  g_set_object (&self->client, client);
}

static void
jip_attach_box_dispose (GObject *object)
{
  JipAttachBox *self = JIP_ATTACH_BOX (object);

  for (guint i = 0; i < self->staging->len; i++)
    g_cancellable_cancel (((Staging *) g_ptr_array_index (self->staging, i))->cancellable);
  self->list = NULL;
  g_clear_object (&self->client);
  G_OBJECT_CLASS (jip_attach_box_parent_class)->dispose (object);
}

static void
jip_attach_box_finalize (GObject *object)
{
  JipAttachBox *self = JIP_ATTACH_BOX (object);

  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->staging);
  g_free (self->key);
  G_OBJECT_CLASS (jip_attach_box_parent_class)->finalize (object);
}

static void
jip_attach_box_class_init (JipAttachBoxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = jip_attach_box_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_attach_box_finalize;
  changed_signal
      = g_signal_new ("changed", JIP_TYPE_ATTACH_BOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
jip_attach_box_init (JipAttachBox *self)
{
  self->files = jip_file_refs_new ();
  self->staging = g_ptr_array_new ();
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Files to be attached"), -1);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->list));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
