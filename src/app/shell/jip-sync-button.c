/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-sync-button.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-draft-save-op.h"
#include "jip-error.h"
#include "jip-settle-op.h"

/* The sync state in words, and behind it what waits and what the server refused. */
struct _JipSyncButton
{
  AdwBin parent_instance;

  JipClient *client;
  JipReplicaList *refused;
  GtkMenuButton *button;
  GtkImage *icon;
  GtkLabel *label;
  GtkLabel *sentence;
  GtkLabel *note;
  GtkLabel *others_note;
  GtkWidget *sign_in_button;
  GtkWidget *refused_scroll;
  GtkListBox *refused_list;
};

G_DEFINE_TYPE (JipSyncButton, jip_sync_button, ADW_TYPE_BIN)

enum
{
  SETTLE,
  TAKE_OVER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static char *
short_state (JipClientState state, guint pending)
{
  if (state == JIP_CLIENT_OFFLINE)
    return g_strdup (_ ("Offline · saved here"));
  if (state == JIP_CLIENT_SIGNED_OUT)
    return g_strdup (_ ("Sign in again"));
  if (state == JIP_CLIENT_UPDATE_NEEDED)
    return g_strdup (_ ("Update needed"));
  if (state == JIP_CLIENT_SERVER_BEHIND)
    return g_strdup (_ ("Waiting for the server’s update"));
  if (pending > 0)
    return g_strdup_printf (ngettext ("%u waiting to be sent", "%u waiting to be sent", pending), pending);
  return g_strdup (_ ("Saved"));
}

/* What is the matter, %NULL when nothing is. */
static char *
dup_matter (JipClientState state, const char *error)
{
  if (state == JIP_CLIENT_SIGNED_OUT)
    return g_strdup (_ ("Your session has ended. Sign in again to send and receive; nothing is lost."));
  if (state == JIP_CLIENT_UPDATE_NEEDED)
    return g_strdup (
        _ ("This program is too old for the server. Your work is kept here and sent after the update."));
  if (state == JIP_CLIENT_SERVER_BEHIND)
    return g_strdup (_ (
        "This program is newer than the server. What you write is kept here and sent once the server has been updated."));
  if (state == JIP_CLIENT_OFFLINE && error == NULL)
    return g_strdup (
        _ ("The server cannot be reached. You can go on working: everything is kept on this PC."));
  if (state == JIP_CLIENT_OFFLINE)
    return g_strdup_printf (_ ("%s You can go on working: everything is kept on this PC."), error);
  return g_strdup (error);
}

static char *
dup_waiting (JipClientState state, guint pending)
{
  if (pending == 0 || state == JIP_CLIENT_SYNCED)
    return NULL;
  if (state == JIP_CLIENT_UPDATE_NEEDED || state == JIP_CLIENT_SERVER_BEHIND)
    return g_strdup_printf (ngettext ("%u change is waiting here.", "%u changes are waiting here.", pending),
                            pending);
  return g_strdup_printf (
      ngettext (
          "%u change is kept on this PC and goes to the server by itself as soon as it can be reached.",
          "%u changes are kept on this PC and go to the server by themselves as soon as it can be reached.",
          pending),
      pending);
}

static char *
long_state (JipClientState state, guint pending, const char *error)
{
  g_autofree char *matter = dup_matter (state, error), *waiting = dup_waiting (state, pending);

  if (matter != NULL && waiting != NULL)
    return g_strdup_printf ("%s\n%s", matter, waiting);
  if (matter != NULL || waiting != NULL)
    return matter != NULL ? g_steal_pointer (&matter) : g_steal_pointer (&waiting);
  return g_strdup (_ ("Everything is on the server."));
}

static const char *
icon_name (JipClientState state, guint pending, guint refused)
{
  if (refused > 0)
    return "dialog-warning-symbolic";
  if (state == JIP_CLIENT_OFFLINE)
    return "network-offline-symbolic";
  return pending > 0 ? "emblem-synchronizing-symbolic" : "emblem-ok-symbolic";
}

static void
show_note (GtkLabel *label, const char *note)
{
  gtk_label_set_label (label, note != NULL ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (label), note != NULL);
}

static void
update_cb (JipSyncButton *self)
{
  JipClientState state = jip_client_get_state (self->client);
  guint pending = jip_client_get_pending (self->client);
  guint refused = jip_client_get_refused (self->client);
  g_autofree char *text = short_state (state, pending);
  g_autofree char *sentence = long_state (state, pending, jip_client_get_last_error (self->client));

  gtk_label_set_label (self->label, text);
  gtk_label_set_label (self->sentence, sentence);
  gtk_image_set_from_icon_name (self->icon, icon_name (state, pending, refused));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_set_visible (self->sign_in_button, state == JIP_CLIENT_SIGNED_OUT);
  show_note (self->note, jip_client_get_secret_note (self->client));
  show_note (self->others_note, jip_client_get_others_note (self->client));
}

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

static void
dismissed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipSyncButton) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!jip_client_dismiss_refused_finish (JIP_CLIENT (source), result, &error))
    jip_toast_error (GTK_WIDGET (self), error);
}

static void
dismiss_cb (GtkButton *button, JipSyncButton *self)
{
  JipRefused *refused = g_object_get_data (G_OBJECT (button), "refused");

  jip_client_dismiss_refused_async (self->client, jip_refused_get_key (refused), NULL, dismissed_cb,
                                    g_object_ref (self));
}

static void
copy_cb (GtkButton *button, JipSyncButton *self)
{
  JipRefused *refused = g_object_get_data (G_OBJECT (button), "refused");
  g_autofree char *text = jip_refused_dup_text (refused);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
take_up (GtkButton *button, JipSyncButton *self, guint signal)
{
  JipRefused *refused = g_object_get_data (G_OBJECT (button), "refused");

  gtk_menu_button_popdown (self->button);
  g_signal_emit (self, signals[signal], 0, refused);
}

static void
settle_cb (GtkButton *button, JipSyncButton *self)
{
  take_up (button, self, SETTLE);
}

static void
take_over_cb (GtkButton *button, JipSyncButton *self)
{
  take_up (button, self, TAKE_OVER);
}

static void
add_row_button (GtkWidget *box,
                JipRefused *refused,
                GtkWidget *button,
                GCallback clicked,
                JipSyncButton *self)
{
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "refused", g_object_ref (refused), g_object_unref);
  g_signal_connect (button, "clicked", clicked, self);
  gtk_box_append (GTK_BOX (box), button);
}

static GtkWidget *
icon_button_new (const char *icon, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

static GtkWidget *
row_label_new (const char *text, const char *style, int lines)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  if (lines > 0)
    {
      gtk_label_set_lines (GTK_LABEL (label), lines);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
    }
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static void
draft_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) button = user_data;
  JipRefused *refused = g_object_get_data (G_OBJECT (button), "refused");
  g_autoptr (GError) error = NULL;
  g_autofree char *id = jip_draft_save_finish (JIP_CLIENT (source), result, &error);
  JipSyncButton *self = g_object_get_data (G_OBJECT (button), "sync-button");

  if (id == NULL)
    {
      jip_toast_error (GTK_WIDGET (self), error);
      gtk_widget_set_sensitive (button, TRUE);
      return;
    }
  jip_client_dismiss_refused_async (JIP_CLIENT (source), jip_refused_get_key (refused), NULL, dismissed_cb,
                                    g_object_ref (self));
}

/* The text becomes a draft of its own, and is put away where it was refused. */
static void
save_draft_cb (GtkButton *button, JipSyncButton *self)
{
  JipRefused *refused = g_object_get_data (G_OBJECT (button), "refused");
  g_autoptr (JsonNode) document = jip_refused_dup_document (refused);

  gtk_widget_set_sensitive (GTK_WIDGET (button), FALSE);
  g_object_set_data_full (G_OBJECT (button), "sync-button", g_object_ref (self), g_object_unref);
  jip_draft_save_async (self->client, NULL, document, NULL, draft_saved_cb, g_object_ref (button));
}

/* What the refused text can become: a conflict is settled, a comment goes back to its idea, the rest is a new idea, and
 * a draft a new draft. */
static void
add_way_out (GtkWidget *box, JipRefused *refused, JipSyncButton *self)
{
  const char *name = jip_record_get_string (JIP_RECORD (refused), "name");
  const char *code = jip_record_get_string (JIP_RECORD (refused), "code");
  g_autoptr (JsonNode) document = jip_refused_dup_document (refused);
  gboolean comment = g_strcmp0 (name, "comment.add") == 0 && g_strcmp0 (code, "not-found") != 0
                     && jip_refused_get_proposal (refused) != NULL;
  gboolean idea = g_strcmp0 (name, "proposal.submit") == 0 || g_strcmp0 (name, "proposal.edit") == 0
                  || g_strcmp0 (name, "comment.add") == 0;

  if (document != NULL)
    add_row_button (box, refused, gtk_button_new_with_label (_ ("Save as a New Draft")),
                    G_CALLBACK (save_draft_cb), self);
  else if (jip_refused_is_conflict (refused))
    add_row_button (box, refused, gtk_button_new_with_label (_ ("Settle…")), G_CALLBACK (settle_cb), self);
  else if (comment)
    add_row_button (box, refused, gtk_button_new_with_label (_ ("Put into the Comment Box")),
                    G_CALLBACK (take_over_cb), self);
  else if (idea)
    add_row_button (box, refused, gtk_button_new_with_label (_ ("Save as a New Idea")),
                    G_CALLBACK (take_over_cb), self);
}

static const char *
find_reason (JipRefused *refused)
{
  const char *name = jip_record_get_string (JIP_RECORD (refused), "name");
  JipErrorCode code = JIP_ERROR_BAD_REQUEST;

  jip_error_code_from_name (jip_record_get_string (JIP_RECORD (refused), "code"), &code);
  if (jip_refused_is_conflict (refused))
    return _ ("The same part was changed elsewhere first.");
  if (code == JIP_ERROR_DAMAGED)
    return _ ("It was damaged on this PC before it could be sent. This can still be read of it.");
  if (code == JIP_ERROR_VERSION_CONFLICT && g_strcmp0 (name, "draft.delete") == 0)
    return _ ("It was saved on another PC in the meantime, so it is still there.");
  if (code == JIP_ERROR_VERSION_CONFLICT && g_strcmp0 (name, "draft.save") == 0)
    return _ ("It was saved on another PC first. This one is kept among its versions.");
  return jip_error_describe (code);
}

/* What was typed stays here until it is settled, or the user puts it away. */
static GtkWidget *
make_refused_row (gpointer item, gpointer user_data)
{
  JipSyncButton *self = user_data;
  JipRefused *refused = JIP_REFUSED (item);
  g_autofree char *text = jip_refused_dup_text (refused);
  g_autofree char *theirs = jip_refused_dup_server_text (refused);
  g_autofree char *mine = g_strdup_printf (_ ("Yours: %s"), text);
  g_autofree char *server = g_strdup_printf (_ ("On the server: %s"), theirs);
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_append (
      GTK_BOX (box),
      row_label_new (mutation_title (jip_record_get_string (JIP_RECORD (refused), "name")), "heading", 0));
  gtk_box_append (GTK_BOX (box), row_label_new (find_reason (refused), "dim-label", 0));
  if (*text != '\0')
    gtk_box_append (GTK_BOX (box), row_label_new (*theirs != '\0' ? mine : text, NULL, 3));
  if (*theirs != '\0')
    gtk_box_append (GTK_BOX (box), row_label_new (server, NULL, 3));
  add_way_out (buttons, refused, self);
  if (*text != '\0')
    add_row_button (buttons, refused, icon_button_new ("edit-copy-symbolic", _ ("Copy the text")),
                    G_CALLBACK (copy_cb), self);
  add_row_button (buttons, refused, icon_button_new ("user-trash-symbolic", _ ("Put away")),
                  G_CALLBACK (dismiss_cb), self);
  gtk_widget_set_halign (buttons, GTK_ALIGN_END);
  gtk_widget_set_margin_top (buttons, 3);
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_widget_set_margin_top (box, 9);
  gtk_widget_set_margin_bottom (box, 9);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  return row;
}

static void
refused_changed_cb (JipSyncButton *self)
{
  gtk_widget_set_visible (self->refused_scroll, g_list_model_get_n_items (G_LIST_MODEL (self->refused)) > 0);
}

static void
drop_refused (JipSyncButton *self)
{
  if (self->refused == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->refused, self);
  gtk_list_box_bind_model (self->refused_list, NULL, NULL, NULL, NULL);
  g_clear_object (&self->refused);
}

/**
 * jip_sync_button_show_account:
 *
 * To be called when somebody has signed in: shows what of theirs was refused.
 */
void
jip_sync_button_show_account (JipSyncButton *self)
{
  g_return_if_fail (JIP_IS_SYNC_BUTTON (self));

  drop_refused (self);
  self->refused = jip_refused_list_new (self->client);
  gtk_list_box_bind_model (self->refused_list, G_LIST_MODEL (self->refused), make_refused_row, self, NULL);
  g_signal_connect_swapped (self->refused, "items-changed", G_CALLBACK (refused_changed_cb), self);
  refused_changed_cb (self);
}

void
jip_sync_button_forget_account (JipSyncButton *self)
{
  g_return_if_fail (JIP_IS_SYNC_BUTTON (self));
  drop_refused (self);
}

static void
jip_sync_button_dispose (GObject *object)
{
  JipSyncButton *self = JIP_SYNC_BUTTON (object);

  drop_refused (self);

  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_SYNC_BUTTON);
  G_OBJECT_CLASS (jip_sync_button_parent_class)->dispose (object);
}

static void
jip_sync_button_class_init (JipSyncButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_sync_button_dispose;
  signals[SETTLE] = g_signal_new ("settle", JIP_TYPE_SYNC_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, JIP_TYPE_REFUSED);
  signals[TAKE_OVER] = g_signal_new ("take-over", JIP_TYPE_SYNC_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 1, JIP_TYPE_REFUSED);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/shell/jip-sync-button.ui");
  gtk_widget_class_bind_template_child (widget_class, JipSyncButton, button);
  gtk_widget_class_bind_template_child (widget_class, JipSyncButton, icon);
  gtk_widget_class_bind_template_child (widget_class, JipSyncButton, label);
  gtk_widget_class_bind_template_child (widget_class, JipSyncButton, sentence);
  gtk_widget_class_bind_template_child (widget_class, JipSyncButton, note);
  gtk_widget_class_bind_template_child (widget_class, JipSyncButton, others_note);
  gtk_widget_class_bind_template_child (widget_class, JipSyncButton, sign_in_button);
  gtk_widget_class_bind_template_child (widget_class, JipSyncButton, refused_scroll);
  gtk_widget_class_bind_template_child (widget_class, JipSyncButton, refused_list);
}

static void
jip_sync_button_init (JipSyncButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
jip_sync_button_set_client (JipSyncButton *self, JipClient *client)
{
  static const char *const watched[] = { "notify::state",      "notify::pending",     "notify::refused",
                                         "notify::last-error", "notify::secret-note", "notify::others-note" };

  g_return_if_fail (JIP_IS_SYNC_BUTTON (self));
  g_set_object (&self->client, client);
  for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_swapped (client, watched[i], G_CALLBACK (update_cb), self);
  update_cb (self);
}
