/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-idea-editor.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-idea-fields.h"
#include "jip-json.h"
#include "jip-proposal-edit-op.h"
#include "jip-question.h"
#include "jip-scratch.h"
#include "jip-text.h"
#include "jip-text-buffer.h"

/* What is typed is on disk within a second, with what it was begun from, since the idea may change meanwhile. */
struct _JipIdeaEditor
{
  AdwBin parent_instance;

  JipClient *client;
  char *proposal;          /* nullable: the id */
  gint64 version;          /* that the change is made from */
  char *base;              /* the text of that version */
  char *saving;            /* nullable: the idea whose new text is on its way into the queue */
  GCancellable *restoring; /* nullable: what was typed earlier is being read */
  JipProposal *wanted;     /* nullable: begins when that is read */
  gboolean filling;        /* while the text is set by us */

  GtkTextBuffer *buffer;
  GtkTextView *text_view;
  GtkLabel *saved_label;
  GtkWidget *save_button;
};

G_DEFINE_FINAL_TYPE (JipIdeaEditor, jip_idea_editor, ADW_TYPE_BIN)

enum
{
  BEGUN,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static char *
scratch_key (JipIdeaEditor *self)
{
  return g_strconcat ("board/edit/", self->proposal, NULL);
}

static void
keep (JipIdeaEditor *self, const char *text)
{
  g_autofree char *key = scratch_key (self);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json_object_new ());
  JsonObject *kept = json_node_get_object (node);

  json_object_set_int_member (kept, "version", self->version);
  json_object_set_string_member (kept, "base", self->base);
  json_object_set_string_member (kept, "text", text);
  g_autofree char *json = jip_json_to_string (node);
  jip_scratch_set (jip_client_get_scratch (self->client), key, json);
}

static void
update (JipIdeaEditor *self, const char *saved)
{
  g_autofree char *text = g_strstrip (jip_text_buffer_dup_text (self->buffer));
  glong length = g_utf8_strlen (text, -1);
  gboolean blank = jip_text_is_blank (text);

  gtk_label_set_label (self->saved_label, blank ? _ ("An idea needs a text.")
                                          : length > JIP_IDEA_MAX_BODY
                                              ? _ ("Too long: an idea takes up to 20,000 characters.")
                                              : saved);
  gtk_widget_set_sensitive (self->save_button, !blank && length <= JIP_IDEA_MAX_BODY && self->saving == NULL);
}

static void
changed_cb (JipIdeaEditor *self)
{
  g_autofree char *text = jip_text_buffer_dup_text (self->buffer);

  if (self->filling || self->proposal == NULL)
    return;
  keep (self, text);
  update (self, _ ("Saving…"));
}

static gboolean
is_mine (JipIdeaEditor *self, const char *key)
{
  g_autofree char *mine = self->proposal != NULL ? scratch_key (self) : NULL;

  return g_strcmp0 (key, mine) == 0;
}

static void
saved_cb (JipIdeaEditor *self, const char *key)
{
  if (is_mine (self, key))
    update (self, _ ("Saved on this PC"));
}

/* What was typed stays where it is, and is tried again. */
static void
failed_cb (JipIdeaEditor *self, const char *key, const char *message)
{
  if (is_mine (self, key))
    update (self, message);
}

static void
show (JipIdeaEditor *self, gint64 version, const char *base, const char *text)
{
  self->version = version;
  g_free (self->base);
  self->base = g_strdup (base);
  self->filling = TRUE;
  gtk_text_buffer_set_text (self->buffer, text, -1);
  self->filling = FALSE;
  update (self, "");
  g_signal_emit (self, signals[BEGUN], 0);
}

static void
stop_restoring (JipIdeaEditor *self)
{
  g_cancellable_cancel (self->restoring);
  g_clear_object (&self->restoring);
  g_clear_object (&self->wanted);
}

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipIdeaEditor) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = jip_scratch_get_finish (JIP_SCRATCH (source), result, &error);
  g_autoptr (JsonNode) node = json != NULL ? jip_json_parse (json, -1, NULL) : NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->proposal == NULL)
    return;
  g_autoptr (JipProposal) wanted = g_steal_pointer (&self->wanted);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *kept = json_node_get_object (node);
      show (self, json_object_get_int_member_with_default (kept, "version", 0),
            json_object_get_string_member_with_default (kept, "base", ""),
            json_object_get_string_member_with_default (kept, "text", ""));
    }
  else if (wanted != NULL && error != NULL) /* what cannot be read would be written over */
    {
      jip_toast_error (GTK_WIDGET (self), error);
      return;
    }
  else if (wanted != NULL)
    show (self, jip_proposal_get_version_number (wanted), jip_proposal_get_body (wanted),
          jip_proposal_get_body (wanted));
  if (wanted != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

static void
restore (JipIdeaEditor *self)
{
  g_autofree char *key = scratch_key (self);

  self->restoring = g_cancellable_new ();
  jip_scratch_get_async (jip_client_get_scratch (self->client), key, self->restoring, restored_cb,
                         g_object_ref (self));
}

/**
 * jip_idea_editor_take_up:
 * @proposal: the idea that is shown from now on
 *
 * Goes on with what was typed on it earlier, if there is anything: "begun" says so.
 */
void
jip_idea_editor_take_up (JipIdeaEditor *self, JipProposal *proposal)
{
  g_return_if_fail (JIP_IS_IDEA_EDITOR (self) && JIP_IS_PROPOSAL (proposal));

  stop_restoring (self);
  g_free (self->proposal);
  self->proposal = g_strdup (jip_record_get_id (JIP_RECORD (proposal)));
  if (jip_proposal_get_mine (proposal))
    restore (self);
}

/**
 * jip_idea_editor_begin:
 * @proposal: the idea that was taken up, as it stands
 *
 * With what was typed on it earlier, where there is anything.
 */
void
jip_idea_editor_begin (JipIdeaEditor *self, JipProposal *proposal)
{
  g_return_if_fail (JIP_IS_IDEA_EDITOR (self) && JIP_IS_PROPOSAL (proposal));

  stop_restoring (self);
  self->wanted = g_object_ref (proposal);
  restore (self);
}

static void
edited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipIdeaEditor) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean edited = jip_proposal_edit_finish (JIP_CLIENT (source), result, &error);
  gboolean shown = g_strcmp0 (self->saving, self->proposal) == 0;

  g_clear_pointer (&self->saving, g_free);
  if (self->client == NULL) /* the window is closed */
    return;
  gtk_text_view_set_editable (self->text_view, TRUE);
  if (error != NULL)
    jip_toast_error (GTK_WIDGET (self), error);
  if (shown && edited)
    g_signal_emit (self, signals[ENDED], 0);
  else if (shown)
    changed_cb (self);
  else
    update (self, "");
}

static void
save_cb (JipIdeaEditor *self)
{
  g_autofree char *text = g_strstrip (jip_text_buffer_dup_text (self->buffer));
  g_autofree char *key = scratch_key (self);
  g_autoptr (JsonObject) fields = json_object_new (), base = json_object_new ();

  self->saving = g_strdup (self->proposal);
  gtk_text_view_set_editable (self->text_view, FALSE);
  update (self, _ ("Saving…"));
  json_object_set_string_member (fields, "body", text);
  json_object_set_string_member (base, "body", self->base);
  jip_proposal_edit_async (self->client, self->proposal, self->version, fields, base, key, NULL, edited_cb,
                           g_object_ref (self));
}

static void
drop (JipIdeaEditor *self)
{
  g_autofree char *key = scratch_key (self);

  jip_scratch_set (jip_client_get_scratch (self->client), key, NULL);
  g_signal_emit (self, signals[ENDED], 0);
}

static void
drop_response_cb (JipIdeaEditor *self, const char *response, GtkWidget *dialog)
{
  if (g_str_equal (response, JIP_QUESTION_YES)
      && g_strcmp0 (g_object_get_data (G_OBJECT (dialog), "proposal"), self->proposal) == 0)
    drop (self);
}

static void
cancel_cb (JipIdeaEditor *self)
{
  g_autofree char *text = jip_text_buffer_dup_text (self->buffer);

  if (g_strcmp0 (text, self->base) == 0)
    {
      drop (self);
      return;
    }
  AdwMessageDialog *dialog = jip_question_new (
      GTK_WIDGET (self), _ ("Drop what you changed?"),
      _ ("What you typed here was not sent, and cannot be brought back. The idea stays as it was."),
      _ ("Drop"));
  g_object_set_data_full (G_OBJECT (dialog), "proposal", g_strdup (self->proposal), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (drop_response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
jip_idea_editor_dispose (GObject *object)
{
  JipIdeaEditor *self = JIP_IDEA_EDITOR (object);

  stop_restoring (self);
  g_clear_pointer (&self->proposal, g_free);
  g_clear_object (&self->client);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_IDEA_EDITOR);
  G_OBJECT_CLASS (jip_idea_editor_parent_class)->dispose (object);
}

static void
jip_idea_editor_finalize (GObject *object)
{
  g_free (JIP_IDEA_EDITOR (object)->base);
  g_free (JIP_IDEA_EDITOR (object)->saving);
  G_OBJECT_CLASS (jip_idea_editor_parent_class)->finalize (object);
}

static void
jip_idea_editor_class_init (JipIdeaEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_idea_editor_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_idea_editor_finalize;
  signals[BEGUN]
      = g_signal_new ("begun", JIP_TYPE_IDEA_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ENDED]
      = g_signal_new ("ended", JIP_TYPE_IDEA_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/board/jip-idea-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, JipIdeaEditor, text_view);
  gtk_widget_class_bind_template_child (widget_class, JipIdeaEditor, saved_label);
  gtk_widget_class_bind_template_child (widget_class, JipIdeaEditor, save_button);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
jip_idea_editor_init (JipIdeaEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->buffer = gtk_text_view_get_buffer (self->text_view);
  g_signal_connect_object (self->buffer, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * jip_idea_editor_set_client:
 *
 * To be called once, before anything else.
 */
void
jip_idea_editor_set_client (JipIdeaEditor *self, JipClient *client)
{
  g_return_if_fail (JIP_IS_IDEA_EDITOR (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  g_signal_connect_object (jip_client_get_scratch (client), "saved", G_CALLBACK (saved_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (jip_client_get_scratch (client), "failed", G_CALLBACK (failed_cb), self,
                           G_CONNECT_SWAPPED);
}
