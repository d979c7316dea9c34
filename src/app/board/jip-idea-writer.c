/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-idea-writer.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-attach-box.h"
#include "jip-idea-fields.h"
#include "jip-json.h"
#include "jip-proposal-submit-op.h"
#include "jip-scratch.h"
#include "jip-text.h"
#include "jip-text-buffer.h"

#define SCRATCH_KEY "board/writer"
#define WISH_KEY "board/writer/wish" /* a JSON object: how it is to be sent */

/* One box and no title. What is typed is on disk within a second; it goes away only when it has been sent. */
struct _JipIdeaWriter
{
  AdwBin parent_instance;

  JipClient *client;
  GtkTextBuffer *buffer;
  gboolean busy;

  GtkTextView *text_view;
  GtkLabel *saved_label;
  GtkDropDown *kind_drop;
  GtkCheckButton *anonymous_check;
  JipAttachBox *attach_box;
  GtkWidget *author_hint;
  GtkWidget *send_button;
};

G_DEFINE_TYPE (JipIdeaWriter, jip_idea_writer, ADW_TYPE_BIN)

enum
{
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
update_send (JipIdeaWriter *self)
{
  g_autofree char *text = g_strstrip (jip_text_buffer_dup_text (self->buffer));
  glong length = g_utf8_strlen (text, -1);

  gtk_widget_set_sensitive (self->send_button, !jip_text_is_blank (text) && length <= JIP_IDEA_MAX_BODY
                                                   && !self->busy
                                                   && !jip_attach_box_is_busy (self->attach_box));
  /* a name inside a file cannot be hidden */
  gtk_widget_set_visible (self->author_hint, gtk_check_button_get_active (self->anonymous_check)
                                                 && jip_attach_box_get_files (self->attach_box)->len > 0);
  if (length > JIP_IDEA_MAX_BODY)
    gtk_label_set_label (self->saved_label, _ ("Too long: an idea takes up to 20,000 characters."));
}

static void
changed_cb (JipIdeaWriter *self)
{
  g_autofree char *text = jip_text_buffer_dup_text (self->buffer);

  gtk_label_set_label (self->saved_label, *text == '\0' ? "" : _ ("Saving…"));
  jip_scratch_set (jip_client_get_scratch (self->client), SCRATCH_KEY, text);
  update_send (self);
}

static void
saved_cb (JipIdeaWriter *self, const char *key)
{
  if (g_strcmp0 (key, SCRATCH_KEY) == 0 && gtk_text_buffer_get_char_count (self->buffer) > 0)
    gtk_label_set_label (self->saved_label, _ ("Saved on this PC"));
}

/* What was typed stays where it is, and is tried again. */
static void
failed_cb (JipIdeaWriter *self, const char *key, const char *message)
{
  if (g_strcmp0 (key, SCRATCH_KEY) == 0)
    gtk_label_set_label (self->saved_label, message);
}

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipIdeaWriter) self = user_data;
  g_autofree char *text = jip_scratch_get_finish (JIP_SCRATCH (source), result, NULL);

  if (text != NULL && gtk_text_buffer_get_char_count (self->buffer) == 0)
    gtk_text_buffer_set_text (self->buffer, text, -1);
}

/* Whether a name is shown must not depend on the program having run all the time. */
static void
wish_changed_cb (JipIdeaWriter *self)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json_object_new ());
  JsonObject *wish = json_node_get_object (node);

  json_object_set_boolean_member (wish, "request", gtk_drop_down_get_selected (self->kind_drop) == 1);
  json_object_set_boolean_member (wish, "anonymous", gtk_check_button_get_active (self->anonymous_check));
  g_autofree char *text = jip_json_to_string (node);
  jip_scratch_set (jip_client_get_scratch (self->client), WISH_KEY, text);
}

static void
wish_restored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipIdeaWriter) self = user_data;
  g_autofree char *text = jip_scratch_get_finish (JIP_SCRATCH (source), result, NULL);
  g_autoptr (JsonNode) node = text != NULL ? jip_json_parse (text, -1, NULL) : NULL;
  JsonObject *wish = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (wish == NULL || self->client == NULL)
    return;
  if (json_object_get_boolean_member_with_default (wish, "request", FALSE))
    gtk_drop_down_set_selected (self->kind_drop, 1);
  if (json_object_get_boolean_member_with_default (wish, "anonymous", FALSE))
    gtk_check_button_set_active (self->anonymous_check, TRUE);
}

static void
submitted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipIdeaWriter) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = jip_proposal_submit_finish (JIP_CLIENT (source), result, &error);

  self->busy = FALSE;
  gtk_text_view_set_editable (self->text_view, TRUE);
  if (id == NULL)
    {
      jip_toast_error (GTK_WIDGET (self), error);
      changed_cb (self);
      return;
    }
  gtk_text_buffer_set_text (self->buffer, "", 0);
  jip_attach_box_clear (self->attach_box);
  gtk_check_button_set_active (self->anonymous_check, FALSE);
  g_signal_emit (self, signals[DONE], 0, id);
}

static void
send_cb (JipIdeaWriter *self)
{
  g_autofree char *text = g_strstrip (jip_text_buffer_dup_text (self->buffer));

  if (!gtk_widget_get_sensitive (self->send_button))
    return;
  self->busy = TRUE;
  gtk_text_view_set_editable (self->text_view, FALSE);
  update_send (self);
  jip_proposal_submit_with_files_async (
      self->client, gtk_drop_down_get_selected (self->kind_drop) == 1 ? "request" : "proposal", NULL, text,
      NULL, jip_client_get_department (self->client), gtk_check_button_get_active (self->anonymous_check),
      jip_attach_box_get_files (self->attach_box), SCRATCH_KEY, NULL, submitted_cb, g_object_ref (self));
}

static void
attach_cb (JipIdeaWriter *self)
{
  jip_attach_box_choose (self->attach_box);
}

static void
cancel_cb (JipIdeaWriter *self)
{
  g_signal_emit (self, signals[DONE], 0, NULL);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint key,
                guint code,
                GdkModifierType state,
                JipIdeaWriter *self)
{
  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) || (state & GDK_CONTROL_MASK) == 0)
    return FALSE;
  send_cb (self);
  return TRUE;
}

static void
jip_idea_writer_dispose (GObject *object)
{
  JipIdeaWriter *self = JIP_IDEA_WRITER (object);

  g_clear_object (&self->client);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_IDEA_WRITER);
  G_OBJECT_CLASS (jip_idea_writer_parent_class)->dispose (object);
}

static void
jip_idea_writer_class_init (JipIdeaWriterClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_idea_writer_dispose;
  g_type_ensure (JIP_TYPE_ATTACH_BOX);
  signals[DONE] = g_signal_new ("done", JIP_TYPE_IDEA_WRITER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/board/jip-idea-writer.ui");
  gtk_widget_class_bind_template_child (widget_class, JipIdeaWriter, text_view);
  gtk_widget_class_bind_template_child (widget_class, JipIdeaWriter, saved_label);
  gtk_widget_class_bind_template_child (widget_class, JipIdeaWriter, kind_drop);
  gtk_widget_class_bind_template_child (widget_class, JipIdeaWriter, anonymous_check);
  gtk_widget_class_bind_template_child (widget_class, JipIdeaWriter, attach_box);
  gtk_widget_class_bind_template_child (widget_class, JipIdeaWriter, author_hint);
  gtk_widget_class_bind_template_child (widget_class, JipIdeaWriter, send_button);
  gtk_widget_class_bind_template_callback (widget_class, attach_cb);
  gtk_widget_class_bind_template_callback (widget_class, update_send);
  gtk_widget_class_bind_template_callback (widget_class, send_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
jip_idea_writer_init (JipIdeaWriter *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->buffer = gtk_text_view_get_buffer (self->text_view);
  GtkEventController *keys = gtk_event_controller_key_new ();
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->text_view), keys);
  jip_attach_box_accept_drops (self->attach_box, GTK_WIDGET (self));
}

/**
 * jip_idea_writer_set_client:
 *
 * To be called once, before anything else; brings back what was being written.
 */
void
jip_idea_writer_set_client (JipIdeaWriter *self, JipClient *client)
{
  g_return_if_fail (JIP_IS_IDEA_WRITER (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  g_signal_connect_object (self->buffer, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (jip_client_get_scratch (client), "failed", G_CALLBACK (failed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (jip_client_get_scratch (client), "saved", G_CALLBACK (saved_cb), self,
                           G_CONNECT_SWAPPED);
  jip_scratch_get_async (jip_client_get_scratch (client), SCRATCH_KEY, NULL, restored_cb,
                         g_object_ref (self));
  g_signal_connect_object (self->anonymous_check, "toggled", G_CALLBACK (wish_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->kind_drop, "notify::selected", G_CALLBACK (wish_changed_cb), self,
                           G_CONNECT_SWAPPED);
  jip_scratch_get_async (jip_client_get_scratch (client), WISH_KEY, NULL, wish_restored_cb,
                         g_object_ref (self));
  jip_attach_box_set_client (self->attach_box, client);
  jip_attach_box_set_key (self->attach_box, SCRATCH_KEY);
}

/**
 * jip_idea_writer_begin:
 *
 * Puts the cursor into the box.
 */
void
jip_idea_writer_begin (JipIdeaWriter *self)
{
  g_return_if_fail (JIP_IS_IDEA_WRITER (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

/* What was taken over stands on disk, behind what was typed and chosen before; all of it is shown. */
static void
read_again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipIdeaWriter) self = user_data;
  g_autofree char *text = jip_scratch_get_finish (JIP_SCRATCH (source), result, NULL);

  gtk_text_view_set_editable (self->text_view, TRUE);
  if (text != NULL)
    gtk_text_buffer_set_text (self->buffer, text, -1);
  jip_idea_writer_begin (self);
}

static void
taken_over_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipIdeaWriter) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean appended = FALSE;

  if (self->client == NULL)
    return;
  if (!jip_settle_take_over_finish (self->client, result, &appended, &error))
    {
      gtk_text_view_set_editable (self->text_view, TRUE);
      jip_toast_error (GTK_WIDGET (self), error);
      return;
    }
  if (appended)
    jip_toast (GTK_WIDGET (self), "%s", _ ("It stands behind what you had been writing here."));
  jip_scratch_get_async (jip_client_get_scratch (self->client), SCRATCH_KEY, NULL, read_again_cb,
                         g_object_ref (self));
  jip_attach_box_set_key (self->attach_box, SCRATCH_KEY);
}

/**
 * jip_idea_writer_take_over:
 * @refused: what was refused; it is settled when what stands in the box is sent
 * @text: what of it becomes an idea
 */
void
jip_idea_writer_take_over (JipIdeaWriter *self, JipRefused *refused, const char *text)
{
  g_return_if_fail (JIP_IS_IDEA_WRITER (self) && JIP_IS_REFUSED (refused));
  JsonObject *args = jip_record_get_object (JIP_RECORD (refused), "args");

  if (self->busy)
    return;
  if (args != NULL && json_object_has_member (args, "kind"))
    {
      const char *kind = json_object_get_string_member_with_default (args, "kind", "");
      gboolean empty = gtk_text_buffer_get_char_count (self->buffer) == 0;
      gboolean hidden = json_object_get_boolean_member_with_default (args, "anonymous", FALSE);
      if (empty)
        gtk_drop_down_set_selected (self->kind_drop, g_str_equal (kind, "request") ? 1 : 0);
      /* a name that one of the two texts hides stays hidden */
      gtk_check_button_set_active (self->anonymous_check,
                                   hidden || (!empty && gtk_check_button_get_active (self->anonymous_check)));
    }
  gtk_text_view_set_editable (self->text_view, FALSE);
  jip_settle_take_over_async (self->client, refused, text, SCRATCH_KEY, NULL, taken_over_cb,
                              g_object_ref (self));
}
