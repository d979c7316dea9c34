/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-proposal-detail.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-area.h"
#include "jip-attach-box.h"
#include "jip-attachment-row.h"
#include "jip-comment-add-op.h"
#include "jip-comment-row.h"
#include "jip-conflict-bar.h"
#include "jip-format.h"
#include "jip-idea-attach.h"
#include "jip-idea-editor.h"
#include "jip-idea-fields.h"
#include "jip-proposal-row.h"
#include "jip-record-lists.h"
#include "jip-scratch.h"
#include "jip-text.h"
#include "jip-text-buffer.h"
#include "jip-vote-set-op.h"

/* One idea: where it stands, its text, support, comments. What is being typed is kept per idea. */
struct _JipProposalDetail
{
  AdwBin parent_instance;

  JipClient *client;
  JipProposal *proposal;
  JipReplicaList *comments;
  JipReplicaList *attachments; /* its comments' too */
  JipCommentPlace place;
  GtkTextBuffer *comment_buffer;
  GCancellable *restoring; /* nullable: the kept comment is being read */
  char *commented;         /* nullable: the idea whose comment is on its way into the queue */
  gboolean filling;        /* while the widgets are set by us */
  gboolean gone;           /* it was deleted, or is not for this user any more */

  GtkLabel *state_label;
  GtkLabel *title_label;
  GtkLabel *author_label;
  GtkLabel *body_label;
  GtkToggleButton *vote_button;
  GtkWidget *edit_button;
  GtkWidget *attach_button;
  GtkLabel *pending_label;
  GtkWidget *acts_box;
  GtkLabel *comments_label;
  GtkListBox *comment_list;
  GtkTextView *comment_text;
  GtkWidget *comment_button;
  GtkLabel *comment_note;
  JipAttachBox *comment_files;
  AdwBin *files_bin;
  GtkListBox *copying_list;
  GtkStack *body_stack;
  JipIdeaEditor *editor;
  JipConflictBar *conflict_bar;
};

G_DEFINE_TYPE (JipProposalDetail, jip_proposal_detail, ADW_TYPE_BIN)

static char *
scratch_key (JipProposalDetail *self)
{
  return g_strdup_printf ("board/comment/%s", jip_record_get_id (JIP_RECORD (self->proposal)));
}

static void
show_comment_note (JipProposalDetail *self, const char *note)
{
  gtk_label_set_label (self->comment_note, note);
  gtk_widget_set_visible (GTK_WIDGET (self->comment_note), *note != '\0');
}

static gboolean
comment_is_too_long (JipProposalDetail *self)
{
  g_autofree char *text = g_strstrip (jip_text_buffer_dup_text (self->comment_buffer));
  return g_utf8_strlen (text, -1) > JIP_COMMENT_MAX_BODY;
}

static void
update_comment_button (JipProposalDetail *self)
{
  g_autofree char *text = jip_text_buffer_dup_text (self->comment_buffer);
  gboolean too_long = comment_is_too_long (self);

  gtk_widget_set_sensitive (self->comment_button, !jip_text_is_blank (text) && !too_long && !self->gone
                                                      && !jip_attach_box_is_busy (self->comment_files));
  if (too_long)
    show_comment_note (self, _ ("Too long: a comment takes up to 5,000 characters."));
}

static void
comment_changed_cb (JipProposalDetail *self)
{
  g_autofree char *text = jip_text_buffer_dup_text (self->comment_buffer);

  if (!self->filling && self->proposal != NULL)
    {
      g_autofree char *key = scratch_key (self);
      jip_scratch_set (jip_client_get_scratch (self->client), key, text);
    }
  update_comment_button (self);
}

static gboolean
is_mine (JipProposalDetail *self, const char *key)
{
  g_autofree char *mine = self->proposal != NULL ? scratch_key (self) : NULL;

  return g_strcmp0 (key, mine) == 0;
}

/* What was typed stays where it is, and is tried again. */
static void
scratch_failed_cb (JipProposalDetail *self, const char *key, const char *message)
{
  if (is_mine (self, key))
    show_comment_note (self, message);
}

static void
scratch_saved_cb (JipProposalDetail *self, const char *key)
{
  if (is_mine (self, key) && !comment_is_too_long (self))
    show_comment_note (self, "");
}

static void
attach_cb (JipProposalDetail *self)
{
  if (self->proposal != NULL)
    jip_attach_box_choose (self->comment_files);
}

static void
attach_to_idea_cb (JipProposalDetail *self)
{
  if (self->proposal != NULL)
    jip_idea_attach_choose (self->copying_list, self->client, jip_record_get_id (JIP_RECORD (self->proposal)),
                            G_LIST_MODEL (self->attachments));
}

static void
scratch_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipProposalDetail) self = user_data;
  g_autofree char *text = jip_scratch_get_finish (JIP_SCRATCH (source), result, NULL);

  /* what was typed meanwhile counts more */
  if (text == NULL || self->proposal == NULL || gtk_text_buffer_get_char_count (self->comment_buffer) > 0)
    return;
  self->filling = TRUE;
  gtk_text_buffer_set_text (self->comment_buffer, text, -1);
  self->filling = FALSE;
}

static void
restore_comment (JipProposalDetail *self)
{
  g_autofree char *key = scratch_key (self);

  self->filling = TRUE;
  gtk_text_buffer_set_text (self->comment_buffer, "", 0);
  self->filling = FALSE;
  show_comment_note (self, "");
  g_cancellable_cancel (self->restoring);
  g_clear_object (&self->restoring);
  self->restoring = g_cancellable_new ();
  jip_scratch_get_async (jip_client_get_scratch (self->client), key, self->restoring, scratch_read_cb,
                         g_object_ref (self));
  jip_attach_box_set_key (self->comment_files, key);
}

static void
commented_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipProposalDetail) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = jip_comment_add_finish (JIP_CLIENT (source), result, &error);
  g_autofree char *commented = g_steal_pointer (&self->commented);

  if (self->proposal == NULL) /* the window is closed */
    return;
  gboolean shown = g_str_equal (commented, jip_record_get_id (JIP_RECORD (self->proposal)));
  if (id == NULL)
    jip_toast_error (GTK_WIDGET (self), error);
  if (shown && id == NULL)
    comment_changed_cb (self);
  if (shown && id != NULL)
    {
      gtk_text_buffer_set_text (self->comment_buffer, "", 0);
      jip_attach_box_clear (self->comment_files);
    }
  gtk_text_view_set_editable (self->comment_text, TRUE);
}

static void
comment_cb (JipProposalDetail *self)
{
  g_autofree char *text = g_strstrip (jip_text_buffer_dup_text (self->comment_buffer));

  if (self->proposal == NULL || self->gone || jip_text_is_blank (text) || comment_is_too_long (self)
      || !gtk_text_view_get_editable (self->comment_text) || jip_attach_box_is_busy (self->comment_files))
    return;
  gtk_text_view_set_editable (self->comment_text, FALSE);
  self->commented = g_strdup (jip_record_get_id (JIP_RECORD (self->proposal)));
  g_autofree char *key = scratch_key (self);
  jip_comment_add_with_files_async (self->client, jip_record_get_id (JIP_RECORD (self->proposal)), text,
                                    jip_attach_box_get_files (self->comment_files), key, NULL, commented_cb,
                                    g_object_ref (self));
}

static void
show_vote (JipProposalDetail *self)
{
  self->filling = TRUE;
  gtk_toggle_button_set_active (self->vote_button, jip_proposal_get_voted (self->proposal));
  self->filling = FALSE;
}

static void
voted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipProposalDetail) self = user_data;
  g_autoptr (GError) error = NULL;

  if (jip_vote_set_finish (JIP_CLIENT (source), result, &error) || self->proposal == NULL)
    return;
  show_vote (self);
  jip_toast_error (GTK_WIDGET (self), error);
}

static void
vote_toggled_cb (JipProposalDetail *self)
{
  if (self->filling || self->proposal == NULL)
    return;
  jip_vote_set_async (self->client, jip_record_get_id (JIP_RECORD (self->proposal)),
                      gtk_toggle_button_get_active (self->vote_button), NULL, voted_cb, g_object_ref (self));
}

static void
edit_cb (JipProposalDetail *self)
{
  jip_idea_editor_begin (self->editor, self->proposal);
}

static void
show_body (JipProposalDetail *self, gboolean edited)
{
  gtk_stack_set_visible_child_name (self->body_stack, edited ? "edit" : "read");
  gtk_widget_set_sensitive (self->edit_button, !edited);
}

static void
edit_begun_cb (JipProposalDetail *self)
{
  show_body (self, TRUE);
}

static void
edit_ended_cb (JipProposalDetail *self)
{
  show_body (self, FALSE);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint key,
                guint code,
                GdkModifierType state,
                JipProposalDetail *self)
{
  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) || (state & GDK_CONTROL_MASK) == 0)
    return FALSE;
  comment_cb (self);
  return TRUE;
}

static char *
author_line (JipProposal *proposal)
{
  g_autofree char *date = jip_format_date (jip_proposal_get_received_at (proposal));
  const char *name = jip_proposal_get_author_name (proposal);
  const char *department = jip_proposal_get_author_department (proposal);

  if (jip_record_get_pending (JIP_RECORD (proposal)) && jip_proposal_get_received_at (proposal) == 0)
    {
      g_free (date);
      date = g_strdup (_ ("not sent yet"));
    }
  if (jip_proposal_get_anonymous (proposal) || name == NULL)
    return g_strjoin (" · ", _ ("Name hidden"), date, NULL);
  return department != NULL ? g_strjoin (" · ", department, name, date, NULL)
                            : g_strjoin (" · ", name, date, NULL);
}

static void
fill (JipProposalDetail *self)
{
  JipProposal *proposal = self->proposal;
  gboolean pending = jip_record_get_pending (JIP_RECORD (proposal));
  g_autofree char *author = author_line (proposal);
  g_autofree char *state
      = g_strjoin (" · ", jip_proposal_is_request (proposal) ? _ ("Request") : _ ("Proposal"),
                   jip_proposal_state_get_name (jip_proposal_get_state (proposal)),
                   jip_proposal_get_category (proposal), NULL);
  g_autofree char *votes = g_strdup_printf (_ ("♥ Support %d"), (int) jip_proposal_get_votes (proposal));
  g_autofree char *comments = g_strdup_printf (_ ("Comments %d"), (int) jip_proposal_get_comments (proposal));

  gtk_label_set_label (self->state_label, state);
  gtk_label_set_label (self->title_label, jip_proposal_get_display_title (proposal));
  gtk_label_set_label (self->author_label, author);
  gtk_label_set_label (self->body_label, jip_proposal_get_body (proposal));
  gtk_button_set_label (GTK_BUTTON (self->vote_button), votes);
  gtk_widget_set_visible (self->edit_button, jip_proposal_get_mine (proposal));
  gtk_widget_set_visible (self->attach_button, jip_proposal_get_mine (proposal));
  gtk_label_set_label (self->pending_label, pending ? _ ("Waiting to be sent") : "");
  gtk_label_set_label (self->comments_label, comments);
  show_vote (self);
}

static void
jip_proposal_detail_dispose (GObject *object)
{
  JipProposalDetail *self = JIP_PROPOSAL_DETAIL (object);

  if (self->comment_list != NULL)
    gtk_list_box_bind_model (self->comment_list, NULL, NULL, NULL, NULL);
  g_clear_object (&self->restoring);
  if (self->files_bin != NULL)
    adw_bin_set_child (self->files_bin, NULL);
  g_clear_object (&self->comments);
  g_clear_object (&self->attachments);
  g_clear_object (&self->proposal);
  g_clear_object (&self->client);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_PROPOSAL_DETAIL);
  G_OBJECT_CLASS (jip_proposal_detail_parent_class)->dispose (object);
}

static void
jip_proposal_detail_finalize (GObject *object)
{
  g_free (JIP_PROPOSAL_DETAIL (object)->commented);
  G_OBJECT_CLASS (jip_proposal_detail_parent_class)->finalize (object);
}

static void
jip_proposal_detail_class_init (JipProposalDetailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_proposal_detail_dispose;
  G_OBJECT_CLASS (klass)->finalize = jip_proposal_detail_finalize;
  g_type_ensure (JIP_TYPE_CONFLICT_BAR);
  g_type_ensure (JIP_TYPE_ATTACH_BOX);
  g_type_ensure (JIP_TYPE_IDEA_EDITOR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/board/jip-proposal-detail.ui");
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, state_label);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, title_label);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, author_label);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, body_label);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, vote_button);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, edit_button);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, attach_button);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, pending_label);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, acts_box);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, comments_label);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, comment_list);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, comment_text);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, comment_button);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, comment_note);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, comment_files);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, files_bin);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, copying_list);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, body_stack);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, editor);
  gtk_widget_class_bind_template_child (widget_class, JipProposalDetail, conflict_bar);
  gtk_widget_class_bind_template_callback (widget_class, vote_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, edit_cb);
  gtk_widget_class_bind_template_callback (widget_class, edit_begun_cb);
  gtk_widget_class_bind_template_callback (widget_class, edit_ended_cb);
  gtk_widget_class_bind_template_callback (widget_class, comment_cb);
  gtk_widget_class_bind_template_callback (widget_class, attach_cb);
  gtk_widget_class_bind_template_callback (widget_class, attach_to_idea_cb);
  gtk_widget_class_bind_template_callback (widget_class, update_comment_button);
}

static void
jip_proposal_detail_init (JipProposalDetail *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->comment_buffer = gtk_text_view_get_buffer (self->comment_text);
  g_signal_connect_object (self->comment_buffer, "changed", G_CALLBACK (comment_changed_cb), self,
                           G_CONNECT_SWAPPED);
  GtkEventController *keys = gtk_event_controller_key_new ();
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->comment_text), keys);
  jip_attach_box_accept_drops (self->comment_files, GTK_WIDGET (self->comment_text));
}

void
jip_proposal_detail_set_client (JipProposalDetail *self, JipClient *client)
{
  g_return_if_fail (JIP_IS_PROPOSAL_DETAIL (self));
  g_set_object (&self->client, client);
  g_signal_connect_object (jip_client_get_scratch (client), "failed", G_CALLBACK (scratch_failed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (jip_client_get_scratch (client), "saved", G_CALLBACK (scratch_saved_cb), self,
                           G_CONNECT_SWAPPED);
  jip_attach_box_set_client (self->comment_files, client);
  jip_idea_editor_set_client (self->editor, client);
}

/* Files of the idea stand below its text, those of a comment below the comment. */
static void
show_attachments (JipProposalDetail *self)
{
  gtk_list_box_bind_model (self->comment_list, NULL, NULL, NULL, NULL);
  g_clear_object (&self->attachments);
  self->attachments = jip_attachment_list_new (self->client, jip_record_get_id (JIP_RECORD (self->proposal)));
  self->place = (JipCommentPlace){ self->client, G_LIST_MODEL (self->attachments) };
  GtkWidget *files = jip_attachment_list_view_new (self->client, G_LIST_MODEL (self->attachments), NULL,
                                                   jip_proposal_get_mine (self->proposal));
  adw_bin_set_child (self->files_bin, files);
  g_object_bind_property (files, "visible", self->files_bin, "visible", G_BINDING_SYNC_CREATE);
}

static void
set_gone (JipProposalDetail *self, gboolean gone)
{
  self->gone = gone;
  gtk_widget_set_sensitive (self->acts_box, !gone);
  update_comment_button (self);
}

/**
 * jip_proposal_detail_show_gone:
 *
 * Says that the idea is gone, and shows nothing of it any more; what is being typed stays.
 */
void
jip_proposal_detail_show_gone (JipProposalDetail *self)
{
  g_return_if_fail (JIP_IS_PROPOSAL_DETAIL (self));

  set_gone (self, TRUE);
  gtk_label_set_label (
      self->state_label,
      _ ("This idea is no longer there, or no longer visible to you. What you wrote on it and did not send is kept."));
  gtk_label_set_label (self->title_label, "");
  gtk_label_set_label (self->author_label, "");
  gtk_label_set_label (self->body_label, "");
}

/**
 * jip_proposal_detail_set_proposal:
 * @proposal: what to show; a newer record of the same idea keeps the scroll position and what is being typed
 */
void
jip_proposal_detail_set_proposal (JipProposalDetail *self, JipProposal *proposal)
{
  g_return_if_fail (JIP_IS_PROPOSAL_DETAIL (self));
  g_return_if_fail (JIP_IS_PROPOSAL (proposal));

  gboolean same
      = self->proposal != NULL
        && strcmp (jip_record_get_id (JIP_RECORD (self->proposal)), jip_record_get_id (JIP_RECORD (proposal)))
               == 0;
  g_set_object (&self->proposal, proposal);
  set_gone (self, FALSE);
  fill (self);
  if (same)
    return;
  show_body (self, FALSE);
  g_clear_object (&self->comments);
  show_attachments (self);
  self->comments = jip_comment_list_new (self->client, jip_record_get_id (JIP_RECORD (proposal)));
  gtk_list_box_bind_model (self->comment_list, G_LIST_MODEL (self->comments), jip_comment_row_new,
                           &self->place, NULL);
  jip_conflict_bar_set_proposal (self->conflict_bar, self->client, jip_record_get_id (JIP_RECORD (proposal)));
  restore_comment (self);
  jip_idea_editor_take_up (self->editor, proposal);
  jip_idea_attach_show (self->copying_list, jip_record_get_id (JIP_RECORD (proposal)));
}

JipProposal *
jip_proposal_detail_get_proposal (JipProposalDetail *self)
{
  g_return_val_if_fail (JIP_IS_PROPOSAL_DETAIL (self), NULL);
  return self->proposal;
}

static void
taken_over_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipProposalDetail) self = user_data;
  g_autoptr (GError) error = NULL;

  gtk_text_view_set_editable (self->comment_text, TRUE);
  if (!jip_settle_take_over_finish (self->client, result, NULL, &error))
    {
      jip_toast_error (GTK_WIDGET (self), error);
      return;
    }
  if (self->proposal == NULL)
    return;
  restore_comment (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->comment_text));
}

/**
 * jip_proposal_detail_take_over:
 * @refused: a comment that was refused
 *
 * Puts its text into the box for comments of the idea that is shown, behind what is typed there.
 */
void
jip_proposal_detail_take_over (JipProposalDetail *self, JipRefused *refused)
{
  g_return_if_fail (JIP_IS_PROPOSAL_DETAIL (self) && JIP_IS_REFUSED (refused));
  g_return_if_fail (self->proposal != NULL);
  g_autofree char *text = jip_refused_dup_text (refused);
  g_autofree char *key = scratch_key (self);

  gtk_text_view_set_editable (self->comment_text, FALSE);
  jip_settle_take_over_async (self->client, refused, text, key, NULL, taken_over_cb, g_object_ref (self));
}
