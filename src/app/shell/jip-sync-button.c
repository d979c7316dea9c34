/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-sync-button.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"

/* The sync state in words, and behind it what waits and what the server refused. */
struct _JipSyncButton
{
  AdwBin parent_instance;

  JipClient *client;
  GtkMenuButton *button;
  GtkImage *icon;
  GtkLabel *label;
  GtkLabel *sentence;
  GtkLabel *note;
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
  const char *note = jip_client_get_secret_note (self->client);
  gtk_label_set_label (self->note, note != NULL ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note), note != NULL);
}

static void
jip_sync_button_dispose (GObject *object)
{
  JipSyncButton *self = JIP_SYNC_BUTTON (object);

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
