/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-sync-button.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-error.h"
#include "jip-record-lists.h"

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
  GtkWidget *sign_in_button;
  GtkWidget *refused_scroll;
  GtkListBox *refused_list;
};

G_DEFINE_TYPE (JipSyncButton, jip_sync_button, ADW_TYPE_BIN)

static char *
short_state (JipClientState state, guint pending)
{
  if (state == JIP_CLIENT_OFFLINE)
    return g_strdup (_ ("Offline · saved here"));
  if (state == JIP_CLIENT_SIGNED_OUT)
    return g_strdup (_ ("Sign in again"));
  if (state == JIP_CLIENT_UPDATE_NEEDED)
    return g_strdup (_ ("Update needed"));
  if (pending > 0)
    return g_strdup_printf (ngettext ("%u waiting to be sent", "%u waiting to be sent", pending), pending);
  return g_strdup (_ ("Saved"));
}

static char *
long_state (JipClientState state, guint pending)
{
  if (pending > 0 && state != JIP_CLIENT_SYNCED)
    return g_strdup_printf (
        ngettext (
            "%u change is kept on this PC and goes to the server by itself as soon as it can be reached.",
            "%u changes are kept on this PC and go to the server by themselves as soon as it can be reached.",
            pending),
        pending);
  if (state == JIP_CLIENT_OFFLINE)
    return g_strdup (
        _ ("The server cannot be reached. You can go on working: everything is kept on this PC."));
  if (state == JIP_CLIENT_SIGNED_OUT)
    return g_strdup (_ ("Your session has ended. Sign in again to send and receive; nothing is lost."));
  if (state == JIP_CLIENT_UPDATE_NEEDED)
    return g_strdup (
        _ ("This program is too old for the server. Your work is kept here and sent after the update."));
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
update_cb (JipSyncButton *self)
{
  JipClientState state = jip_client_get_state (self->client);
  guint pending = jip_client_get_pending (self->client);
  guint refused = jip_client_get_refused (self->client);
  g_autofree char *text = short_state (state, pending);
  g_autofree char *sentence = long_state (state, pending);

  gtk_label_set_label (self->label, text);
  gtk_label_set_label (self->sentence, sentence);
  gtk_image_set_from_icon_name (self->icon, icon_name (state, pending, refused));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_set_visible (self->sign_in_button, state == JIP_CLIENT_SIGNED_OUT);
  const char *note = jip_client_get_secret_note (self->client);
  gtk_label_set_label (self->note, note != NULL ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note), note != NULL);
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
add_row_button (GtkWidget *row,
                JipRefused *refused,
                const char *icon,
                const char *tooltip,
                GCallback clicked,
                JipSyncButton *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_object_set_data_full (G_OBJECT (button), "refused", g_object_ref (refused), g_object_unref);
  g_signal_connect (button, "clicked", clicked, self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

/* What was typed stays here until the user puts it away. */
static GtkWidget *
make_refused_row (gpointer item, gpointer user_data)
{
  JipRefused *refused = JIP_REFUSED (item);
  JipErrorCode code = JIP_ERROR_BAD_REQUEST;
  g_autofree char *text = jip_refused_dup_text (refused);
  GtkWidget *row = adw_action_row_new ();

  jip_error_code_from_name (jip_record_get_string (JIP_RECORD (refused), "code"), &code);
  g_autofree char *theirs = jip_refused_dup_server_text (refused);
  g_autofree char *both = g_strdup_printf (_ ("Yours: %s\nOn the server: %s"), text, theirs);
  const char *shown = *theirs != '\0' ? both : *text != '\0' ? text : NULL;
  g_autofree char *subtitle = g_strjoin ("\n", jip_error_describe (code), shown, NULL);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 mutation_title (jip_record_get_string (JIP_RECORD (refused), "name")));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), *theirs != '\0' ? 0 : 4);
  add_row_button (row, refused, "edit-copy-symbolic", _ ("Copy the text"), G_CALLBACK (copy_cb), user_data);
  add_row_button (row, refused, "user-trash-symbolic", _ ("Put away"), G_CALLBACK (dismiss_cb), user_data);
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
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/shell/jip-sync-button.ui");
  gtk_widget_class_bind_template_child (widget_class, JipSyncButton, button);
  gtk_widget_class_bind_template_child (widget_class, JipSyncButton, icon);
  gtk_widget_class_bind_template_child (widget_class, JipSyncButton, label);
  gtk_widget_class_bind_template_child (widget_class, JipSyncButton, sentence);
  gtk_widget_class_bind_template_child (widget_class, JipSyncButton, note);
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
  static const char *const watched[]
      = { "notify::state", "notify::pending", "notify::refused", "notify::secret-note" };

  g_return_if_fail (JIP_IS_SYNC_BUTTON (self));
  g_set_object (&self->client, client);
  for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_swapped (client, watched[i], G_CALLBACK (update_cb), self);
  update_cb (self);
}
