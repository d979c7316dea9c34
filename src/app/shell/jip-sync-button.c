/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-sync-button.h"

#include <glib/gi18n-lib.h>

#include "jip-refused-row.h"

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
short_state (JipClientState state, guint pending, guint files, guint refused)
{
  if (state == JIP_CLIENT_OFFLINE)
    return g_strdup (_ ("Offline · saved here"));
  if (state == JIP_CLIENT_SIGNED_OUT)
    return g_strdup (_ ("Sign in again"));
  if (state == JIP_CLIENT_UPDATE_NEEDED)
    return g_strdup (_ ("Update needed"));
  if (state == JIP_CLIENT_SERVER_BEHIND)
    return g_strdup (_ ("Waiting for the server’s update"));
  if (state == JIP_CLIENT_DISK_FAILS)
    return g_strdup (_ ("This PC’s disk takes nothing"));
  if (pending > 0)
    return g_strdup_printf (ngettext ("%u waiting to be sent", "%u waiting to be sent", pending), pending);
  if (jip_client_state_is_fetching (state))
    return g_strdup (_ ("Fetching what is new"));
  if (files > 0)
    return g_strdup_printf (ngettext ("Uploading %u file", "Uploading %u files", files), files);
  if (refused > 0)
    return g_strdup_printf (ngettext ("%u to look at", "%u to look at", refused), refused);
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
  if (state == JIP_CLIENT_DISK_FAILS && error == NULL)
    return g_strdup (
        _ ("The disk of this PC takes nothing. What you type stays in the window only until there is room."));
  if (state == JIP_CLIENT_OFFLINE && error == NULL)
    return g_strdup (
        _ ("The server cannot be reached. You can go on working: everything is kept on this PC."));
  if (state == JIP_CLIENT_OFFLINE)
    return g_strdup_printf (_ ("%s You can go on working: everything is kept on this PC."), error);
  if (jip_client_state_is_fetching (state) && error == NULL)
    return g_strdup (_ ("What is new is being fetched from the server."));
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
dup_uploading (guint files)
{
  return g_strdup_printf (
      ngettext ("%u file is not on the server yet. It is uploaded while this program runs.",
                "%u files are not on the server yet. They are uploaded while this program runs.", files),
      files);
}

static char *
dup_refused (guint refused)
{
  if (refused == 0)
    return NULL;
  return g_strdup_printf (ngettext ("%u change was not taken. It is kept here until you decide.",
                                    "%u changes were not taken. They are kept here until you decide.",
                                    refused),
                          refused);
}

static char *
long_state (JipClient *client)
{
  JipClientState state = jip_client_get_state (client);
  guint files = jip_client_get_files (client);
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_autofree char *matter = dup_matter (state, jip_client_get_last_error (client));
  g_autofree char *waiting = dup_waiting (state, jip_client_get_pending (client));
  g_autofree char *uploading = files > 0 ? dup_uploading (files) : NULL;
  g_autofree char *refused = dup_refused (jip_client_get_refused (client));

  if (matter != NULL)
    g_strv_builder_add (lines, matter);
  if (waiting != NULL)
    g_strv_builder_add (lines, waiting);
  if (uploading != NULL)
    g_strv_builder_add (lines, uploading);
  if (refused != NULL)
    g_strv_builder_add (lines, refused);
  if (matter == NULL && waiting == NULL && uploading == NULL && refused == NULL)
    g_strv_builder_add (lines, _ ("Everything is on the server."));
  g_auto (GStrv) all = g_strv_builder_end (lines);
  return g_strjoinv ("\n", all);
}

static const char *
icon_name (JipClientState state, guint waiting, guint refused)
{
  if (refused > 0)
    return "dialog-warning-symbolic";
  if (state == JIP_CLIENT_OFFLINE)
    return "network-offline-symbolic";
  if (state == JIP_CLIENT_SIGNED_OUT || state == JIP_CLIENT_UPDATE_NEEDED || state == JIP_CLIENT_DISK_FAILS)
    return "dialog-warning-symbolic";
  return waiting > 0 || jip_client_state_is_fetching (state) ? "emblem-synchronizing-symbolic"
                                                             : "emblem-ok-symbolic";
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
  guint files = jip_client_get_files (self->client);
  g_autofree char *text = short_state (state, pending, files, refused);
  g_autofree char *sentence = long_state (self->client);

  gtk_label_set_label (self->label, text);
  gtk_label_set_label (self->sentence, sentence);
  gtk_image_set_from_icon_name (self->icon, icon_name (state, pending + files, refused));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_set_visible (self->sign_in_button, state == JIP_CLIENT_SIGNED_OUT);
  show_note (self->note, jip_client_get_secret_note (self->client));
  show_note (self->others_note, jip_client_get_others_note (self->client));
}

static void
take_up (JipSyncButton *self, JipRefused *refused, guint signal)
{
  gtk_menu_button_popdown (self->button);
  g_signal_emit (self, signals[signal], 0, refused);
}

static void
settle_cb (JipRefusedRow *row, JipSyncButton *self)
{
  take_up (self, jip_refused_row_get_refused (row), SETTLE);
}

static void
take_over_cb (JipRefusedRow *row, JipSyncButton *self)
{
  take_up (self, jip_refused_row_get_refused (row), TAKE_OVER);
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  JipSyncButton *self = user_data;
  GtkWidget *row = jip_refused_row_new (self->client, JIP_REFUSED (item));

  g_signal_connect (row, "settle", G_CALLBACK (settle_cb), self);
  g_signal_connect (row, "take-over", G_CALLBACK (take_over_cb), self);
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
  gtk_list_box_bind_model (self->refused_list, G_LIST_MODEL (self->refused), make_row, self, NULL);
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
  adw_bin_set_child (ADW_BIN (self), NULL); /* it is bound: AdwBin would not hear of its end */
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
  static const char *const watched[]
      = { "notify::state",      "notify::pending",     "notify::refused",    "notify::files",
          "notify::last-error", "notify::secret-note", "notify::others-note" };

  g_return_if_fail (JIP_IS_SYNC_BUTTON (self));
  g_set_object (&self->client, client);
  for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_swapped (client, watched[i], G_CALLBACK (update_cb), self);
  update_cb (self);
}
