/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files on an idea that has been handed in: each is attached as soon as it is copied, and its row says how it goes on. */
#include "jip-idea-attach.h"

#include "jip-attach-box.h"
#include "jip-board-records.h"
#include "jip-file-op.h"
#include "jip-file-ref.h"
#include "jip-file-rules.h"

typedef struct
{
  GtkWidget *widget; /* toasts appear over it */
  JipClient *client;
  char *proposal;
  GListModel *attachments; /* of the idea */
  char *name;              /* of the file */
} Attaching;

static Attaching *
attaching_new (GtkWidget *widget,
               JipClient *client,
               const char *proposal,
               GListModel *attachments,
               const char *name)
{
  Attaching *self = g_new0 (Attaching, 1);

  self->widget = g_object_ref (widget);
  self->client = g_object_ref (client);
  self->proposal = g_strdup (proposal);
  self->attachments = g_object_ref (attachments);
  self->name = g_strdup (name);
  return self;
}

static void
attaching_free (Attaching *self)
{
  g_object_unref (self->widget);
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
    jip_attach_tell_error (self->widget, self->name, error);
}

static void
brought_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attaching) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!jip_file_bring_back_finish (JIP_CLIENT (source), result, &error))
    jip_attach_tell_error (self->widget, self->name, error);
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
staged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attaching) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JipFileRef) ref = jip_file_stage_finish (JIP_CLIENT (source), result, &error);

  if (ref == NULL)
    {
      jip_attach_tell_error (self->widget, self->name, error);
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
      jip_file_stage_async (
          chooser->client, file, NULL, staged_cb,
          attaching_new (chooser->widget, chooser->client, chooser->proposal, chooser->attachments, name));
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
 * jip_idea_attach_choose:
 * @widget: that asks
 * @proposal: the id of an idea of one's own
 * @attachments: of #JipAttachment, the idea's
 *
 * Asks for files and attaches them to the idea.
 */
void
jip_idea_attach_choose (GtkWidget *widget, JipClient *client, const char *proposal, GListModel *attachments)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && JIP_IS_CLIENT (client) && proposal != NULL);
  g_return_if_fail (G_IS_LIST_MODEL (attachments));
  GtkFileChooserNative *dialog = jip_attach_ask_files (widget);

  g_signal_connect_data (dialog, "response", G_CALLBACK (chosen_cb),
                         attaching_new (widget, client, proposal, attachments, ""), chooser_gone_cb, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
