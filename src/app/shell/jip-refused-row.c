/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-refused-row.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-attach-box.h"
#include "jip-draft-save-op.h"
#include "jip-error.h"
#include "jip-file-op.h"
#include "jip-question.h"
#include "jip-refused-ballot.h"
#include "jip-stale-step.h"

#define PREVIEW 120 /* characters of a text; all of it is a button away */

/* What was typed stays here until it is settled, or the user puts it away. */
struct _JipRefusedRow
{
  GtkListBoxRow parent_instance;

  JipClient *client;
  JipRefused *refused;
  char *ballot; /* nullable: what a ballot says, once it is found */
};

G_DEFINE_FINAL_TYPE (JipRefusedRow, jip_refused_row, GTK_TYPE_LIST_BOX_ROW)

enum
{
  SETTLE,
  TAKE_OVER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char *
mutation_title (const char *name)
{
  static const struct
  {
    const char *name, *title;
  } titles[] = {
    { "proposal.submit", N_ ("Your idea was not taken") },
    { "proposal.edit", N_ ("Your change to an idea was not taken") },
    { "comment.add", N_ ("Your comment was not taken") },
    { "attachment.add", N_ ("Your file was not taken") },
    { "attachment.remove", N_ ("Your file was not removed") },
    { "vote.set", N_ ("Your support was not taken") },
    { "ballot.submit", N_ ("Your ballot was not taken") },
    { "event.step", N_ ("A step of the event was not taken") },
    { "event.create", N_ ("The event was not taken") },
    { "draft.save", N_ ("A version of your draft was not taken") },
    { "draft.delete", N_ ("Your draft was not deleted") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (g_strcmp0 (titles[i].name, name) == 0)
      return _ (titles[i].title);
  return _ ("A change was not taken");
}

static JipErrorCode
code_of (JipRefused *refused)
{
  JipErrorCode code = JIP_ERROR_BAD_REQUEST;

  jip_error_code_from_name (jip_record_get_string (JIP_RECORD (refused), "code"), &code);
  return code;
}

static const char *
find_reason (JipRefused *refused)
{
  const char *name = jip_record_get_string (JIP_RECORD (refused), "name");
  const char *said = jip_record_get_string (JIP_RECORD (refused), "code");
  JipErrorCode code;

  if (!jip_error_code_from_name (said, &code)) /* a newer server's */
    return _ (
        "This version of the program does not know why. Use a newer one, or ask the administrator; what you "
        "wrote stays here.");
  if (jip_refused_is_conflict (refused))
    return _ ("The same part was changed elsewhere first.");
  if (code == JIP_ERROR_BALLOT_CONFLICT)
    return _ ("Another ballot was handed in first on another of your PCs, and that one is kept. If these "
              "are to count, hand them in once more.");
  if (code == JIP_ERROR_DAMAGED)
    return _ ("It was damaged on this PC before it could be sent. This can still be read of it.");
  const char *stale = g_strcmp0 (name, "event.step") == 0 && code == JIP_ERROR_WRONG_STATE
                          ? jip_stale_step_explain (
                              json_object_get_member (jip_record_get_row (JIP_RECORD (refused)), "detail"))
                          : NULL;
  if (stale != NULL)
    return stale;
  if (code == JIP_ERROR_VERSION_CONFLICT && g_strcmp0 (name, "draft.delete") == 0)
    return _ ("It was saved on another PC in the meantime, so it is still there.");
  if (code == JIP_ERROR_VERSION_CONFLICT && g_strcmp0 (name, "draft.save") == 0)
    return _ ("It was saved on another PC first. This one is kept among its versions.");
  return jip_error_describe (code);
}

static void
dismissed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipRefusedRow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!jip_client_dismiss_refused_finish (JIP_CLIENT (source), result, &error))
    jip_toast_error (GTK_WIDGET (self), error);
}

static void
put_away (JipRefusedRow *self)
{
  jip_client_dismiss_refused_async (self->client, jip_refused_get_key (self->refused), NULL, dismissed_cb,
                                    g_object_ref (self));
}

static void
put_away_response_cb (JipRefusedRow *self, const char *response)
{
  if (g_str_equal (response, JIP_QUESTION_YES))
    put_away (self);
}

static char *
dup_text (JipRefusedRow *self)
{
  return self->ballot != NULL ? g_strdup (self->ballot) : jip_refused_dup_text (self->refused);
}

static gboolean
keeps_file (JipRefusedRow *self)
{
  const char *sha256 = jip_refused_get_file (self->refused);

  return sha256 != NULL && jip_client_keeps_file (self->client, sha256);
}

/* The popover that the row stands in would cover what is asked. */
static void
close_popover (JipRefusedRow *self)
{
  GtkWidget *popover = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_POPOVER);

  if (popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (popover));
}

/* What is nowhere else is asked about first. */
static void
put_away_cb (JipRefusedRow *self)
{
  g_autofree char *text = dup_text (self);

  if (*text == '\0' || code_of (self->refused) == JIP_ERROR_VERSION_CONFLICT)
    {
      put_away (self);
      return;
    }
  gboolean file = keeps_file (self);
  AdwMessageDialog *dialog = jip_question_new (
      GTK_WIDGET (self), file ? _ ("Put this file away?") : _ ("Put this text away?"),
      file ? _ ("The copy that is kept on this PC is deleted then. Save it first if you still need it.")
           : _ ("It is on this PC alone and cannot be brought back."),
      _ ("Put Away"));
  g_signal_connect_object (dialog, "response", G_CALLBACK (put_away_response_cb), self, G_CONNECT_SWAPPED);
  close_popover (self);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
copy_cb (JipRefusedRow *self)
{
  g_autofree char *text = dup_text (self);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  jip_toast (GTK_WIDGET (self), "%s", _ ("The text is copied."));
}

static const char *
file_name (JipRefusedRow *self)
{
  return json_object_get_string_member_with_default (
      jip_record_get_object (JIP_RECORD (self->refused), "args"), "name", "");
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipRefusedRow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (jip_file_save_finish (JIP_CLIENT (source), result, &error))
    jip_toast (GTK_WIDGET (self), _ ("Saved: %s"), file_name (self));
  else
    jip_toast_error (GTK_WIDGET (self), error);
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, JipRefusedRow *self)
{
  g_autoptr (GFile) file
      = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;

  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
  if (file != NULL)
    jip_file_save_async (self->client, jip_refused_get_file (self->refused), file, NULL, NULL, NULL, saved_cb,
                         g_object_ref (self));
}

static void
save_file_cb (JipRefusedRow *self)
{
  GtkFileChooserNative *dialog = jip_attach_ask_target (GTK_WIDGET (self), file_name (self));

  g_signal_connect_object (dialog, "response", G_CALLBACK (chosen_cb), self, 0);
  close_popover (self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
settle_cb (JipRefusedRow *self)
{
  g_signal_emit (self, signals[SETTLE], 0);
}

static void
take_over_cb (JipRefusedRow *self)
{
  g_signal_emit (self, signals[TAKE_OVER], 0);
}

static void
draft_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipRefusedRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = jip_draft_save_finish (JIP_CLIENT (source), result, &error);

  if (id != NULL)
    {
      put_away (self);
      return;
    }
  jip_toast_error (GTK_WIDGET (self), error);
  gtk_widget_set_sensitive (GTK_WIDGET (self), TRUE);
}

/* The text becomes a draft of its own, and is put away where it was refused. */
static void
save_draft_cb (JipRefusedRow *self)
{
  g_autoptr (JsonNode) document = jip_refused_dup_document (self->refused);

  gtk_widget_set_sensitive (GTK_WIDGET (self), FALSE);
  jip_draft_save_as_new_async (self->client, jip_refused_get_draft (self->refused), document, NULL,
                               draft_saved_cb, g_object_ref (self));
}

static void
add_button (JipRefusedRow *self, GtkWidget *box, GtkWidget *button, GCallback clicked)
{
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (button, "clicked", clicked, self);
  gtk_box_append (GTK_BOX (box), button);
}

static GtkWidget *
icon_button_new (const char *icon, const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

/* What the refused text can become: a conflict is settled, a comment goes back to its idea, the rest is a new idea, and
 * a draft a new draft. A file can be saved. */
static void
add_way_out (JipRefusedRow *self, GtkWidget *box)
{
  JipRefused *refused = self->refused;
  const char *name = jip_record_get_string (JIP_RECORD (refused), "name");
  g_autoptr (JsonNode) document = jip_refused_dup_document (refused);
  gboolean comment = g_strcmp0 (name, "comment.add") == 0 && code_of (refused) != JIP_ERROR_NOT_FOUND
                     && jip_refused_get_proposal (refused) != NULL;
  gboolean idea = g_strcmp0 (name, "proposal.submit") == 0 || g_strcmp0 (name, "proposal.edit") == 0
                  || g_strcmp0 (name, "comment.add") == 0;

  if (document != NULL)
    add_button (self, box, gtk_button_new_with_label (_ ("Save as a New Draft")), G_CALLBACK (save_draft_cb));
  else if (jip_refused_is_conflict (refused))
    add_button (self, box, gtk_button_new_with_label (_ ("Settle…")), G_CALLBACK (settle_cb));
  else if (comment)
    add_button (self, box, gtk_button_new_with_label (_ ("Put into the Comment Box")),
                G_CALLBACK (take_over_cb));
  else if (idea)
    add_button (self, box, gtk_button_new_with_label (_ ("Save as a New Idea")), G_CALLBACK (take_over_cb));
  else if (keeps_file (self))
    add_button (self, box, gtk_button_new_with_label (_ ("Save…")), G_CALLBACK (save_file_cb));
}

static GtkWidget *
label_new (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static void
show_all_cb (GtkToggleButton *button, GtkLabel *label)
{
  const char *text = gtk_toggle_button_get_active (button) ? "text" : "preview";

  gtk_label_set_label (label, g_object_get_data (G_OBJECT (label), text));
}

/* The beginning of a long text, and a button for the rest. */
static void
add_text (GtkWidget *box, const char *format, const char *text)
{
  gboolean is_long = g_utf8_strlen (text, -1) > PREVIEW;
  g_autofree char *cut = is_long ? g_utf8_substring (text, 0, PREVIEW) : g_strdup (text);
  g_autofree char *shown = is_long ? g_strconcat (cut, "…", NULL) : g_strdup (text);
  g_autofree char *line = g_strdup_printf (format, shown);
  GtkWidget *label = label_new (line, NULL);

  gtk_box_append (GTK_BOX (box), label);
  if (!is_long)
    return;
  GtkWidget *button = gtk_toggle_button_new_with_label (_ ("Show All"));
  g_object_set_data_full (G_OBJECT (label), "text", g_strdup_printf (format, text), g_free);
  g_object_set_data_full (G_OBJECT (label), "preview", g_steal_pointer (&line), g_free);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_signal_connect_object (button, "toggled", G_CALLBACK (show_all_cb), label, 0);
  gtk_box_append (GTK_BOX (box), button);
}

static void
add_texts (JipRefusedRow *self, GtkWidget *box)
{
  g_autofree char *text = dup_text (self);
  g_autofree char *theirs = jip_refused_dup_server_text (self->refused);

  if (*text != '\0')
    add_text (box, *theirs != '\0' ? _ ("Yours: %s") : "%s", text);
  if (*theirs != '\0')
    add_text (box, _ ("On the server: %s"), theirs);
}

static GtkWidget *
make_buttons (JipRefusedRow *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autofree char *text = dup_text (self);

  add_way_out (self, buttons);
  if (*text != '\0' && !keeps_file (self))
    add_button (self, buttons, icon_button_new ("edit-copy-symbolic", _ ("Copy the text")),
                G_CALLBACK (copy_cb));
  add_button (self, buttons, icon_button_new ("user-trash-symbolic", _ ("Put away")),
              G_CALLBACK (put_away_cb));
  gtk_widget_set_halign (buttons, GTK_ALIGN_END);
  gtk_widget_set_margin_top (buttons, 3);
  return buttons;
}

static void
fill (JipRefusedRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  const char *title = mutation_title (jip_record_get_string (JIP_RECORD (self->refused), "name"));

  gtk_box_append (GTK_BOX (box), label_new (title, "heading"));
  gtk_box_append (GTK_BOX (box), label_new (find_reason (self->refused), "dim-label"));
  add_texts (self, box);
  gtk_box_append (GTK_BOX (box), make_buttons (self));
  gtk_widget_set_margin_top (box, 9);
  gtk_widget_set_margin_bottom (box, 9);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
}

static void
described_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipRefusedRow) self = user_data;

  self->ballot = jip_refused_ballot_describe_finish (result);
  fill (self);
}

static void
jip_refused_row_finalize (GObject *object)
{
  JipRefusedRow *self = JIP_REFUSED_ROW (object);

  g_object_unref (self->client); /* here: what was begun ends after the window */
  g_object_unref (self->refused);
  g_free (self->ballot);
  G_OBJECT_CLASS (jip_refused_row_parent_class)->finalize (object);
}

static void
jip_refused_row_class_init (JipRefusedRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jip_refused_row_finalize;
  signals[SETTLE]
      = g_signal_new ("settle", JIP_TYPE_REFUSED_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[TAKE_OVER] = g_signal_new ("take-over", JIP_TYPE_REFUSED_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 0);
}

static void
jip_refused_row_init (JipRefusedRow *self)
{
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
}

GtkWidget *
jip_refused_row_new (JipClient *client, JipRefused *refused)
{
  g_return_val_if_fail (JIP_IS_CLIENT (client) && JIP_IS_REFUSED (refused), NULL);
  JipRefusedRow *self = g_object_new (JIP_TYPE_REFUSED_ROW, NULL);

  self->client = g_object_ref (client);
  self->refused = g_object_ref (refused);
  fill (self);
  if (jip_refused_is_ballot (refused))
    jip_refused_ballot_describe_async (client, refused, described_cb, g_object_ref (self));
  return GTK_WIDGET (self);
}

/**
 * jip_refused_row_get_refused:
 *
 * Returns: (transfer none): what the row is about
 */
JipRefused *
jip_refused_row_get_refused (JipRefusedRow *self)
{
  g_return_val_if_fail (JIP_IS_REFUSED_ROW (self), NULL);
  return self->refused;
}
