/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files on an idea that has been handed in: each stands in a list while it is copied, and is then attached; its own row says
 * how it goes on. */
#include "jip-idea-attach.h"

#include <glib/gi18n-lib.h>

#include "jip-attach-box.h"
#include "jip-board-records.h"
#include "jip-file-op.h"
#include "jip-file-ref.h"
#include "jip-file-rules.h"

#define PROPOSAL "proposal" /* of a row: the idea it is about; of the list: the one that is shown */

typedef struct
{
  GtkListBox *copying; /* toasts appear over it */
  JipClient *client;
  char *proposal;
  GListModel *attachments; /* of the idea */
  char *name;              /* of the file */
  GtkWidget *row;          /* nullable: as long as it is being copied */
  GCancellable *cancellable;
} Attaching;

static Attaching *
attaching_new (GtkListBox *copying,
               JipClient *client,
               const char *proposal,
               GListModel *attachments,
               const char *name)
{
  Attaching *self = g_new0 (Attaching, 1);

  self->copying = g_object_ref (copying);
  self->client = g_object_ref (client);
  self->proposal = g_strdup (proposal);
  self->attachments = g_object_ref (attachments);
  self->name = g_strdup (name);
  self->cancellable = g_cancellable_new ();
  return self;
}

static void
attaching_free (Attaching *self)
{
  g_clear_object (&self->row);
  g_object_unref (self->cancellable);
  g_object_unref (self->copying);
  g_object_unref (self->client);
  g_free (self->proposal);
  g_object_unref (self->attachments);
  g_free (self->name);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attaching, attaching_free)

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attaching) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = jip_attachment_add_finish (JIP_CLIENT (source), result, &error);

  if (id == NULL)
    jip_attach_tell_error (GTK_WIDGET (self->copying), self->name, error);
}

static void
brought_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attaching) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!jip_file_bring_back_finish (JIP_CLIENT (source), result, &error))
    jip_attach_tell_error (GTK_WIDGET (self->copying), self->name, error);
}

/* Whether a row stands there that says that the server has lost this very file. */
static gboolean
is_lost (GListModel *attachments, const char *sha256)
{
  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++)
    {
      g_autoptr (JipAttachment) attachment = g_list_model_get_item (attachments, i);
      if (jip_attachment_get_gone (attachment) && jip_attachment_get_comment (attachment) == NULL
          && g_strcmp0 (jip_attachment_get_sha256 (attachment), sha256) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
show_rows (GtkListBox *copying)
{
  const char *shown = g_object_get_data (G_OBJECT (copying), PROPOSAL);
  gboolean any = FALSE;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (copying)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      gboolean own = g_strcmp0 (g_object_get_data (G_OBJECT (row), PROPOSAL), shown) == 0;
      gtk_widget_set_visible (row, own);
      any |= own;
    }
  gtk_widget_set_visible (GTK_WIDGET (copying), any);
}

static void
add_row (Attaching *self)
{
  GtkWidget *button;

  self->row = g_object_ref_sink (jip_attach_row_new (self->name, _ ("Copying…"), _ ("Stop"), &button));
  g_object_set_data_full (G_OBJECT (self->row), PROPOSAL, g_strdup (self->proposal), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (g_cancellable_cancel), self->cancellable,
                           G_CONNECT_SWAPPED);
  gtk_list_box_append (self->copying, self->row);
  show_rows (self->copying);
}

/* The list may have gone with its window. */
static void
remove_row (Attaching *self)
{
  if (gtk_widget_get_parent (self->row) == GTK_WIDGET (self->copying))
    gtk_list_box_remove (self->copying, self->row);
  g_clear_object (&self->row);
  show_rows (self->copying);
}

static void
staged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attaching) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JipFileRef) ref = jip_file_stage_finish (JIP_CLIENT (source), result, &error);

  remove_row (self);
  if (ref == NULL)
    {
      jip_attach_tell_error (GTK_WIDGET (self->copying), self->name, error);
      return;
    }
  JipClient *client = self->client;
  const char *proposal = self->proposal;
  if (is_lost (self->attachments, ref->sha256)) /* it comes back, rather than a second one beside it */
    jip_file_bring_back_async (client, ref, NULL, brought_cb, g_steal_pointer (&self));
  else
    jip_attachment_add_async (client, proposal, NULL, ref, NULL, added_cb, g_steal_pointer (&self));
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, Attaching *chooser)
{
  g_autoptr (GListModel) files
      = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog)) : NULL;

  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      g_autofree char *base = g_file_get_basename (file);
      g_autofree char *name = jip_file_name_make_plain (base != NULL ? base : "");
      Attaching *self
          = attaching_new (chooser->copying, chooser->client, chooser->proposal, chooser->attachments, name);
      add_row (self);
      jip_file_stage_async (self->client, file, self->cancellable, staged_cb, self);
    }
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void
chooser_gone_cb (gpointer data, GClosure *closure)
{
  attaching_free (data);
}

/**
 * jip_idea_attach_show:
 * @copying: where files stand while they are copied
 * @proposal: the id of the idea that is shown from now on
 */
void
jip_idea_attach_show (GtkListBox *copying, const char *proposal)
{
  g_return_if_fail (GTK_IS_LIST_BOX (copying));

  g_object_set_data_full (G_OBJECT (copying), PROPOSAL, g_strdup (proposal), g_free);
  show_rows (copying);
}

/**
 * jip_idea_attach_choose:
 * @copying: where files stand while they are copied
 * @proposal: the id of an idea of one's own
 * @attachments: of #JipAttachment, the idea's
 *
 * Asks for files and attaches them to the idea.
 */
void
jip_idea_attach_choose (GtkListBox *copying, JipClient *client, const char *proposal, GListModel *attachments)
{
  g_return_if_fail (GTK_IS_LIST_BOX (copying) && JIP_IS_CLIENT (client) && proposal != NULL);
  g_return_if_fail (G_IS_LIST_MODEL (attachments));
  GtkFileChooserNative *dialog = jip_attach_ask_files (GTK_WIDGET (copying));

  g_signal_connect_data (dialog, "response", G_CALLBACK (chosen_cb),
                         attaching_new (copying, client, proposal, attachments, ""), chooser_gone_cb, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
