/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-attachment-row.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-attach-box.h"
#include "jip-error.h"
#include "jip-file-op.h"
#include "jip-question.h"
#include "jip-source-viewer.h"

struct _JipAttachmentRow
{
  AdwActionRow parent_instance;

  JipClient *client;
  JipAttachment *attachment;
  gboolean mine;
  GCancellable *saving; /* nullable */
  gboolean stopped;     /* the last save; the next one goes on from there */

  GtkProgressBar *progress;
  GtkWidget *show_button;
  GtkWidget *save_button;
  GtkWidget *stop_button;
  GtkWidget *remove_button;
};

G_DEFINE_FINAL_TYPE (JipAttachmentRow, jip_attachment_row, ADW_TYPE_ACTION_ROW)

static char *
of_total (const char *format, gint64 done, gint64 total)
{
  g_autofree char *some = g_format_size ((guint64) done);
  g_autofree char *all = g_format_size ((guint64) total);

  return g_strdup_printf (format, some, all);
}

/* What stands below the name of a file that is not on the server yet. */
static char *
describe_sending (JipAttachmentRow *self, gboolean known, const JipFileSending *sending)
{
  gboolean gone = jip_attachment_get_gone (self->attachment);

  if (gone && !(self->mine && known))
    return g_strdup (self->mine ? _ ("The server has lost this file. If you still have it, attach it again.")
                                : _ ("The server has lost this file. Ask its author to attach it again."));
  if (!self->mine)
    return g_strdup (_ ("Its author is still uploading it"));
  if (sending->message != NULL)
    return g_strdup (sending->message);
  if (known && sending->total > 0)
    /* TRANSLATORS: how much of a file has been sent, and its size */
    return of_total (_ ("Uploading: %s of %s"), sending->done, sending->total);
  return g_strdup (jip_client_keeps_file (self->client, jip_attachment_get_sha256 (self->attachment))
                       ? _ ("Waiting to be uploaded")
                       : _ ("The PC on which you attached it has not uploaded it yet"));
}

static void
update (JipAttachmentRow *self)
{
  JipFileSending sending;
  gint64 size = jip_attachment_get_size (self->attachment);
  gboolean arrived = jip_attachment_get_arrived (self->attachment);
  gboolean known
      = jip_client_get_file_sending (self->client, jip_attachment_get_sha256 (self->attachment), &sending);
  gboolean here = arrived || (self->mine && known && sending.message == NULL);
  g_autofree char *size_text = g_format_size ((guint64) size);
  g_autofree char *state = arrived
                               ? g_strdup (self->stopped ? _ ("Stopped; saving goes on from there") : NULL)
                           : self->saving ? NULL
                                          : describe_sending (self, known, &sending);

  if (self->saving == NULL)
    {
      g_autofree char *subtitle = g_strjoin (" · ", size_text, state, NULL);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
      gtk_progress_bar_set_fraction (self->progress,
                                     sending.total > 0 ? (double) sending.done / (double) sending.total : 0);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->progress),
                          self->saving != NULL || (!arrived && self->mine && sending.total > 0));
  gtk_widget_set_visible (
      self->show_button,
      here && g_strcmp0 (jip_attachment_get_media_type (self->attachment), "application/pdf") == 0);
  gtk_widget_set_visible (self->save_button, here && self->saving == NULL);
  gtk_widget_set_visible (self->stop_button, self->saving != NULL);
  gtk_widget_set_visible (self->remove_button, self->mine);
}

static void
sending_cb (JipAttachmentRow *self, const char *sha256)
{
  if (g_strcmp0 (sha256, jip_attachment_get_sha256 (self->attachment)) == 0)
    update (self);
}

static void
show_cb (JipAttachmentRow *self)
{
  gtk_window_present (GTK_WINDOW (jip_source_viewer_new_fetching (
      GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->client,
      jip_attachment_get_sha256 (self->attachment), jip_attachment_get_name (self->attachment))));
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipAttachmentRow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!jip_attachment_remove_finish (JIP_CLIENT (source), result, &error))
    jip_toast_error (GTK_WIDGET (self), error);
}

static void
remove_response_cb (JipAttachmentRow *self, const char *response)
{
  if (g_str_equal (response, JIP_QUESTION_YES))
    jip_attachment_remove_async (self->client, jip_attachment_get_proposal (self->attachment),
                                 jip_record_get_id (JIP_RECORD (self->attachment)), NULL, removed_cb,
                                 g_object_ref (self));
}

static void
remove_cb (JipAttachmentRow *self)
{
  g_autofree char *body = g_strdup_printf (
      _ ("“%s” goes for everybody and cannot be brought back from here. Save it first if you still need it."),
      jip_attachment_get_name (self->attachment));
  AdwMessageDialog *dialog
      = jip_question_new (GTK_WIDGET (self), _ ("Remove this file?"), body, _ ("Remove"));

  g_signal_connect_object (dialog, "response", G_CALLBACK (remove_response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Saving */

static void
progress_cb (goffset done, goffset total, gpointer user_data)
{
  JipAttachmentRow *self = user_data;

  if (self->saving == NULL || total <= 0)
    return;
  g_autofree char *text = of_total (_ ("Fetching: %s of %s"), done, total);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text);
  gtk_progress_bar_set_fraction (self->progress, (double) done / (double) total);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipAttachmentRow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean saved = jip_file_save_finish (JIP_CLIENT (source), result, &error);

  g_clear_object (&self->saving);
  if (self->client == NULL)
    return;
  self->stopped = error != NULL && jip_error_get_code (error) == JIP_ERROR_CANCELLED;
  if (saved)
    jip_toast (GTK_WIDGET (self), _ ("Saved: %s"), jip_attachment_get_name (self->attachment));
  else
    jip_toast_error (GTK_WIDGET (self), error);
  update (self);
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, JipAttachmentRow *self)
{
  g_autoptr (GFile) file
      = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;

  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
  if (file == NULL || self->saving != NULL)
    return;
  self->saving = g_cancellable_new ();
  gtk_progress_bar_set_fraction (self->progress, 0);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), _ ("Fetching the file…"));
  jip_file_save_async (self->client, jip_attachment_get_sha256 (self->attachment), file, progress_cb, self,
                       self->saving, saved_cb, g_object_ref (self));
  update (self);
}

static void
save_cb (JipAttachmentRow *self)
{
  GtkFileChooserNative *dialog
      = jip_attach_ask_target (GTK_WIDGET (self), jip_attachment_get_name (self->attachment));

  g_signal_connect_object (dialog, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
stop_cb (JipAttachmentRow *self)
{
  if (self->saving != NULL)
    g_cancellable_cancel (self->saving);
}

static GtkWidget *
add_button (JipAttachmentRow *self,
            const char *icon,
            const char *label,
            const char *tooltip,
            GCallback clicked)
{
  GtkWidget *button
      = label != NULL ? gtk_button_new_with_label (label) : gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, tooltip);
  if (label == NULL)
    {
      gtk_widget_add_css_class (button, "flat");
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip, -1);
    }
  g_signal_connect_swapped (button, "clicked", clicked, self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), button);
  return button;
}

static void
jip_attachment_row_dispose (GObject *object)
{
  JipAttachmentRow *self = JIP_ATTACHMENT_ROW (object);

  if (self->saving != NULL)
    g_cancellable_cancel (self->saving);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (jip_attachment_row_parent_class)->dispose (object);
}

static void
jip_attachment_row_finalize (GObject *object)
{
  JipAttachmentRow *self = JIP_ATTACHMENT_ROW (object);

  g_clear_object (&self->attachment);
  g_clear_object (&self->saving);
  G_OBJECT_CLASS (jip_attachment_row_parent_class)->finalize (object);
}

static void
jip_attachment_row_class_init (JipAttachmentRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = jip_attachment_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_attachment_row_finalize;
}

static void
jip_attachment_row_init (JipAttachmentRow *self)
{
  GtkWidget *progress = gtk_progress_bar_new ();

  self->progress = GTK_PROGRESS_BAR (progress);
  gtk_widget_set_valign (progress, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (progress, 96, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (progress), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("How much of the file is through"), -1);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_action_row_set_icon_name (ADW_ACTION_ROW (self), "mail-attachment-symbolic");
  adw_action_row_set_title_lines (ADW_ACTION_ROW (self), 2);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), progress);
  self->show_button = add_button (self, NULL, _ ("View"), _ ("Show the pages"), G_CALLBACK (show_cb));
  self->save_button
      = add_button (self, NULL, _ ("Save…"), _ ("Save the file on this PC"), G_CALLBACK (save_cb));
  self->stop_button = add_button (self, NULL, _ ("Stop"), _ ("Fetch the rest later"), G_CALLBACK (stop_cb));
  self->remove_button
      = add_button (self, "user-trash-symbolic", NULL, _ ("Remove the file"), G_CALLBACK (remove_cb));
}

/**
 * jip_attachment_row_new:
 * @mine: whether the user wrote what the file is on
 */
GtkWidget *
jip_attachment_row_new (JipClient *client, JipAttachment *attachment, gboolean mine)
{
  JipAttachmentRow *self = g_object_new (JIP_TYPE_ATTACHMENT_ROW, NULL);

  self->client = g_object_ref (client);
  self->attachment = g_object_ref (attachment);
  self->mine = mine;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), jip_attachment_get_name (attachment));
  g_signal_connect_object (client, "file-sending", G_CALLBACK (sending_cb), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/* The list of one place */

typedef struct
{
  JipClient *client;
  gboolean mine;
} Place;

static void
place_free (gpointer data)
{
  g_object_unref (((Place *) data)->client);
  g_free (data);
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  const Place *place = user_data;

  return jip_attachment_row_new (place->client, item, place->mine);
}

static gboolean
is_on (gpointer item, gpointer comment)
{
  return g_strcmp0 (jip_attachment_get_comment (item), comment) == 0;
}

static void
show_or_hide_cb (GListModel *model, guint position, guint removed, guint added, GtkWidget *list)
{
  gtk_widget_set_visible (list, g_list_model_get_n_items (model) > 0);
}

/**
 * jip_attachment_list_view_new:
 * @attachments: of the idea, its comments' included
 * @comment: (nullable): %NULL for those on the idea itself
 * @mine: whether the user wrote what the files are on
 */
GtkWidget *
jip_attachment_list_view_new (JipClient *client, GListModel *attachments, const char *comment, gboolean mine)
{
  GtkWidget *list = gtk_list_box_new ();
  GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (is_on, g_strdup (comment), g_free));
  g_autoptr (GListModel) chosen
      = G_LIST_MODEL (gtk_filter_list_model_new (g_object_ref (attachments), filter));
  Place *place = g_new0 (Place, 1);

  place->client = g_object_ref (client);
  place->mine = mine;
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Attached files"),
                                  -1);
  gtk_list_box_bind_model (GTK_LIST_BOX (list), chosen, make_row, place, place_free);
  g_signal_connect_object (chosen, "items-changed", G_CALLBACK (show_or_hide_cb), list, 0);
  show_or_hide_cb (chosen, 0, 0, 0, list);
  return list;
}
