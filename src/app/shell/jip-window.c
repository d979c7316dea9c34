/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-window.h"

#include <glib/gi18n-lib.h>

#include "jip-application.h"
#include "jip-area.h"
#include "jip-board-area.h"
#include "jip-draft-area.h"
#include "jip-ideathon-area.h"
#include "jip-error.h"
#include "jip-model-status.h"
#include "jip-paths.h"
#include "jip-preferences.h"
#include "jip-scratch.h"
#include "jip-sign-in-page.h"
#include "jip-sync-button.h"

#define RETRY_SECONDS 5
#define TOAST_CHARS 50

/* The frame: sign-in, the areas, the header bar. What an area does is its own business. */
struct _JipWindow
{
  AdwApplicationWindow parent_instance;

  JipClient *client;
  GBinding *primary_binding;
  GSettings *settings; /* NULL where the schema is not installed */
  char *pending_server;
  char *pending_login;
  char *pending_password; /* given at the start; kept to sign in again without asking */
  guint retry_source;
  void (*leave) (JipWindow *self); /* nullable: what is done once all that was typed is on disk */
  gboolean leaving;                /* and it is being written */
  gboolean forced;                 /* and done all the same where the disk does not take it */
  gboolean closed;
  gboolean filling; /* while areas come and go */

  AdwToastOverlay *toasts;
  GtkStack *main_stack;
  JipSignInPage *sign_in_page;
  AdwStatusPage *unopened_page;
  GtkWidget *primary_button;
  AdwViewStack *area_stack;
  JipSyncButton *sync_button;
  GtkMenuButton *account_button;
  GtkInfoBar *notice_bar;
  gboolean schema_differs; /* and the notice says so */
  GtkLabel *notice_label;
};

G_DEFINE_TYPE (JipWindow, jip_window, ADW_TYPE_APPLICATION_WINDOW)

static const struct
{
  const char *name;
  const char *title;
  const char *icon;
  JipArea *(*create) (JipClient *client);
} areas[] = {
  { "draft", N_ ("Drafts"), "document-edit-symbolic", jip_draft_area_new },
  { "board", N_ ("Ideas"), "dialog-information-symbolic", jip_board_area_new },
  { "ideathon", N_ ("Idea-thon"), "starred-symbolic", jip_ideathon_area_new },
};

static JipArea *
visible_area (JipWindow *self)
{
  GtkWidget *child = adw_view_stack_get_visible_child (self->area_stack);
  return child != NULL ? JIP_AREA (child) : NULL;
}

static gboolean
has_label_cb (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  g_value_set_boolean (to, g_value_get_string (from) != NULL);
  return TRUE;
}

static void
area_changed_cb (JipWindow *self)
{
  JipArea *area = visible_area (self);
  const char *name = adw_view_stack_get_visible_child_name (self->area_stack);

  if (self->settings != NULL && name != NULL && !self->filling)
    g_settings_set_string (self->settings, "area", name);

  g_clear_object (&self->primary_binding);
  if (area == NULL)
    return;
  self->primary_binding = g_object_ref (
      g_object_bind_property (area, "primary-label", self->primary_button, "label", G_BINDING_SYNC_CREATE));
  g_object_bind_property_full (area, "primary-label", self->primary_button, "visible", G_BINDING_SYNC_CREATE,
                               has_label_cb, NULL, NULL, NULL);
}

static void
notice_response_cb (GtkInfoBar *bar, int response, JipWindow *self)
{
  gtk_info_bar_set_revealed (bar, FALSE);
}

static void
show_notice (JipWindow *self, GtkMessageType type, const char *text)
{
  gtk_info_bar_set_message_type (self->notice_bar, type);
  gtk_label_set_label (self->notice_label, text);
  gtk_info_bar_set_revealed (self->notice_bar, TRUE);
}

/* Whether the keyring takes the session is known a moment after the sign-in. */
static void
secret_note_cb (JipWindow *self)
{
  const char *note = jip_client_get_secret_note (self->client);

  if (note != NULL)
    show_notice (self, GTK_MESSAGE_INFO, note);
}

static void
damage_note_cb (JipWindow *self)
{
  const char *note = jip_client_get_damage_note (self->client);

  if (note != NULL)
    show_notice (self, GTK_MESSAGE_WARNING, note);
}

static gboolean
badge_cb (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  g_value_set_boolean (to, g_value_get_uint (from) > 0);
  return TRUE;
}

/* The area of last time comes back; adding the first ones does not count as choosing them. */
static void
add_areas (JipWindow *self)
{
  g_autofree char *last = self->settings != NULL ? g_settings_get_string (self->settings, "area") : NULL;

  self->filling = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (areas); i++)
    {
      GtkWidget *area = GTK_WIDGET (areas[i].create (self->client));
      AdwViewStackPage *page
          = adw_view_stack_add_titled (self->area_stack, area, areas[i].name, _ (areas[i].title));
      adw_view_stack_page_set_icon_name (page, areas[i].icon);
      g_object_bind_property (area, "attention", page, "badge-number", G_BINDING_SYNC_CREATE);
      g_object_bind_property_full (area, "attention", page, "needs-attention", G_BINDING_SYNC_CREATE,
                                   badge_cb, NULL, NULL, NULL);
    }
  if (last != NULL && adw_view_stack_get_child_by_name (self->area_stack, last) != NULL)
    adw_view_stack_set_visible_child_name (self->area_stack, last);
  self->filling = FALSE;
}

static void
remove_areas (JipWindow *self)
{
  self->filling = TRUE;
  g_clear_object (&self->primary_binding);
  jip_sync_button_forget_account (self->sync_button);
  for (guint i = 0; i < G_N_ELEMENTS (areas); i++)
    {
      GtkWidget *area = adw_view_stack_get_child_by_name (self->area_stack, areas[i].name);
      if (area != NULL)
        adw_view_stack_remove (self->area_stack, area);
    }
  self->filling = FALSE;
}

static void
show_main (JipWindow *self)
{
  remove_areas (self);
  add_areas (self);
  jip_sync_button_show_account (self->sync_button);
  if (self->settings != NULL)
    {
      g_settings_set_string (self->settings, "server-url", jip_client_get_server_url (self->client));
      g_settings_set_string (self->settings, "login", jip_client_get_login (self->client));
    }
  gtk_menu_button_set_label (self->account_button, jip_client_get_user_name (self->client));
  secret_note_cb (self);
  damage_note_cb (self);
  gtk_stack_set_visible_child_name (self->main_stack, "main");
  area_changed_cb (self);
}

static char *
remembered (JipWindow *self, const char *key)
{
  g_autofree char *text = self->settings != NULL ? g_settings_get_string (self->settings, key) : NULL;

  return text != NULL && *text != '\0' ? g_steal_pointer (&text) : NULL;
}

static void
show_sign_in (JipWindow *self)
{
  remove_areas (self);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  gtk_stack_set_visible_child_name (self->main_stack, "sign-in");
  g_autofree char *server = remembered (self, "server-url");
  g_autofree char *login = remembered (self, "login");
  const char *offered = self->pending_server != NULL ? self->pending_server : server;

  jip_client_expect_server (self->client, offered);
  jip_sign_in_page_fill (self->sign_in_page, offered,
                         self->pending_login != NULL ? self->pending_login : login);
}

static gboolean try_given_password_cb (gpointer user_data);
static void opened_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
signed_in_again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (jip_client_sign_in_finish (JIP_CLIENT (source), result, &error))
    return;
  if (g_error_matches (error, JIP_ERROR, JIP_ERROR_OFFLINE) && self->retry_source == 0 && !self->closed)
    self->retry_source = g_timeout_add_seconds (RETRY_SECONDS, try_given_password_cb, self);
  else
    jip_toast_error (GTK_WIDGET (self), error);
}

static gboolean
try_given_password_cb (gpointer user_data)
{
  JipWindow *self = user_data;

  self->retry_source = 0;
  jip_client_sign_in_async (self->client, self->pending_server, self->pending_login, self->pending_password,
                            g_get_host_name (), NULL, signed_in_again_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static gboolean
has_given_password (JipWindow *self)
{
  return self->pending_server != NULL && self->pending_login != NULL && self->pending_password != NULL;
}

static void
state_changed_cb (JipWindow *self)
{
  JipClientState state = jip_client_get_state (self->client);

  gboolean differs = state == JIP_CLIENT_UPDATE_NEEDED || state == JIP_CLIENT_SERVER_BEHIND;

  if (state == JIP_CLIENT_UPDATE_NEEDED)
    show_notice (
        self, GTK_MESSAGE_WARNING,
        _ ("This program is too old for the server. Your work is kept here and sent after the update."));
  else if (state == JIP_CLIENT_SERVER_BEHIND)
    show_notice (
        self, GTK_MESSAGE_WARNING,
        _ ("This program is newer than the server. What you write is kept here and sent once the server has "
           "been updated."));
  else if (self->schema_differs)
    gtk_info_bar_set_revealed (self->notice_bar, FALSE); /* one of the two has been updated */
  self->schema_differs = differs;
}

static gboolean
open_again_cb (gpointer user_data)
{
  JipWindow *self = user_data;

  self->retry_source = 0;
  jip_client_open_last_async (self->client, NULL, opened_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

/* What stands on this PC is nobody's to sign in for anew: it opens by itself once the disk lets it. */
static void
show_unopened (JipWindow *self, const GError *error)
{
  adw_status_page_set_description (self->unopened_page, error->message);
  gtk_stack_set_visible_child_name (self->main_stack, "unopened");
  g_clear_handle_id (&self->retry_source, g_source_remove);
  self->retry_source = g_timeout_add_seconds (RETRY_SECONDS, open_again_cb, self);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean opened = jip_client_open_last_finish (JIP_CLIENT (source), result, &error);

  if (self->closed)
    return;
  /* another person was named at the start */
  if (opened && self->pending_login != NULL
      && g_strcmp0 (self->pending_login, jip_client_get_login (self->client)) != 0)
    opened = FALSE;
  if (opened)
    {
      show_main (self);
      if (jip_client_get_state (self->client) == JIP_CLIENT_SIGNED_OUT && has_given_password (self))
        try_given_password_cb (self);
      return;
    }
  if (error != NULL && !g_error_matches (error, JIP_ERROR, JIP_ERROR_NOT_FOUND))
    {
      show_unopened (self, error);
      return;
    }
  show_sign_in (self);
  if (has_given_password (self))
    jip_sign_in_page_submit (self->sign_in_page, self->pending_password);
}

static void
sign_in_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  show_sign_in (JIP_WINDOW (widget));
}

static void
keep_state (JipWindow *self)
{
  int width, height;

  if (self->settings == NULL)
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (self->settings, "window-width", CLAMP (width, 360, 16384));
  g_settings_set_int (self->settings, "window-height", CLAMP (height, 360, 16384));
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
}

static void
restore_state (JipWindow *self)
{
  if (self->settings == NULL)
    return;
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

static void start_leaving (JipWindow *self);

static gboolean
leave_again_cb (gpointer user_data)
{
  JipWindow *self = user_data;

  self->retry_source = 0;
  start_leaving (self);
  return G_SOURCE_REMOVE;
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipWindow) self = user_data;
  gboolean written = jip_scratch_flush_finish (JIP_SCRATCH (source), result);

  self->leaving = FALSE;
  if (written || self->forced)
    {
      self->leave (self);
      return;
    }
  gtk_stack_set_visible_child_name (self->main_stack, "unwritten");
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  self->retry_source = g_timeout_add_seconds (RETRY_SECONDS, leave_again_cb, self);
}

static void
start_leaving (JipWindow *self)
{
  g_clear_handle_id (&self->retry_source, g_source_remove);
  self->leaving = TRUE;
  jip_scratch_flush_async (jip_client_get_scratch (self->client), written_cb, g_object_ref (self));
}

/* What was typed a moment ago is written first; where the disk does not take it, its writer decides. */
static void
leave (JipWindow *self, void (*how) (JipWindow *self))
{
  if (self->closed)
    return;
  self->leave = how;
  if (self->leaving)
    return;
  remove_areas (self);
  gtk_stack_set_visible_child_name (self->main_stack, "loading");
  start_leaving (self);
}

static void
go_on_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  JipWindow *self = JIP_WINDOW (widget);

  if (self->leaving)
    return;
  g_clear_handle_id (&self->retry_source, g_source_remove);
  show_main (self);
}

static void
leave_anyway_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  JipWindow *self = JIP_WINDOW (widget);

  g_clear_handle_id (&self->retry_source, g_source_remove);
  if (self->leaving)
    self->forced = TRUE;
  else
    self->leave (self);
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipWindow) self = user_data;

  jip_client_close_finish (JIP_CLIENT (source), result, NULL);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
close_client (JipWindow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  self->closed = TRUE;
  jip_client_close_async (self->client, NULL, closed_cb, g_object_ref (self));
}

static gboolean
jip_window_close_request (GtkWindow *window)
{
  JipWindow *self = JIP_WINDOW (window);

  if (self->closed)
    return TRUE;
  keep_state (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  leave (self, close_client);
  return TRUE;
}

static void
preferences_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  JipWindow *self = JIP_WINDOW (widget);

  gtk_window_present (GTK_WINDOW (jip_preferences_new (GTK_WINDOW (self), self->settings, self->client)));
}

static void
signed_out_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!jip_client_sign_out_finish (JIP_CLIENT (source), result, &error))
    jip_toast_error (GTK_WIDGET (self), error);
  self->forced = FALSE;
  g_clear_pointer (&self->pending_login, g_free);
  g_clear_pointer (&self->pending_password, g_free);
  show_sign_in (self);
}

static void
sign_out (JipWindow *self)
{
  jip_client_sign_out_async (self->client, NULL, signed_out_cb, g_object_ref (self));
}

static void
sign_out_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  leave (JIP_WINDOW (widget), sign_out);
}

/* A toast's own title takes markup, which the name of a file is none of, and cuts off what is longer than a line. */
static void
toast_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AdwToast *toast = adw_toast_new ("");
  GtkWidget *label = gtk_label_new (g_variant_get_string (parameter, NULL));

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), TOAST_CHARS);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  adw_toast_set_custom_title (toast, label);
  adw_toast_overlay_add_toast (JIP_WINDOW (widget)->toasts, toast);
}

static void
primary_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  JipArea *area = visible_area (JIP_WINDOW (widget));
  if (area != NULL)
    jip_area_primary (area);
}

static void
find_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  JipArea *area = visible_area (JIP_WINDOW (widget));
  if (area != NULL)
    jip_area_find (area);
}

static void
area_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  JipWindow *self = JIP_WINDOW (widget);
  const char *area = g_variant_get_string (parameter, NULL);

  if (adw_view_stack_get_child_by_name (self->area_stack, area) != NULL)
    adw_view_stack_set_visible_child_name (self->area_stack, area);
}

static JipBoardArea *
show_board (JipWindow *self)
{
  GtkWidget *board = adw_view_stack_get_child_by_name (self->area_stack, "board");

  if (board != NULL)
    adw_view_stack_set_visible_child_name (self->area_stack, "board");
  return (JipBoardArea *) board;
}

static void
settle_cb (JipSyncButton *button, JipRefused *refused, JipWindow *self)
{
  JipBoardArea *board = show_board (self);

  if (board != NULL)
    jip_board_area_settle (board, refused);
}

static void
take_over_cb (JipSyncButton *button, JipRefused *refused, JipWindow *self)
{
  JipBoardArea *board = show_board (self);

  if (board != NULL)
    jip_board_area_take_over (board, refused);
}

static void
jip_window_dispose (GObject *object)
{
  JipWindow *self = JIP_WINDOW (object);

  g_clear_handle_id (&self->retry_source, g_source_remove);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->primary_binding);
  g_clear_object (&self->client);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->pending_server, g_free);
  g_clear_pointer (&self->pending_login, g_free);
  g_clear_pointer (&self->pending_password, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_WINDOW);
  G_OBJECT_CLASS (jip_window_parent_class)->dispose (object);
}

static void
jip_window_class_init (JipWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = jip_window_close_request;
  g_type_ensure (JIP_TYPE_MODEL_STATUS);
  g_type_ensure (JIP_TYPE_SIGN_IN_PAGE);
  g_type_ensure (JIP_TYPE_SYNC_BUTTON);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/shell/jip-window.ui");
  gtk_widget_class_bind_template_child (widget_class, JipWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, JipWindow, main_stack);
  gtk_widget_class_bind_template_child (widget_class, JipWindow, sign_in_page);
  gtk_widget_class_bind_template_child (widget_class, JipWindow, unopened_page);
  gtk_widget_class_bind_template_child (widget_class, JipWindow, primary_button);
  gtk_widget_class_bind_template_child (widget_class, JipWindow, area_stack);
  gtk_widget_class_bind_template_child (widget_class, JipWindow, sync_button);
  gtk_widget_class_bind_template_child (widget_class, JipWindow, account_button);
  gtk_widget_class_bind_template_child (widget_class, JipWindow, notice_bar);
  gtk_widget_class_bind_template_child (widget_class, JipWindow, notice_label);
  gtk_widget_class_bind_template_callback (widget_class, area_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, notice_response_cb);
  gtk_widget_class_bind_template_callback (widget_class, settle_cb);
  gtk_widget_class_bind_template_callback (widget_class, take_over_cb);

  gtk_widget_class_install_action (widget_class, "win.toast", "s", toast_cb);
  gtk_widget_class_install_action (widget_class, "win.primary", NULL, primary_cb);
  gtk_widget_class_install_action (widget_class, "win.find", NULL, find_cb);
  gtk_widget_class_install_action (widget_class, "win.area", "s", area_cb);
  gtk_widget_class_install_action (widget_class, "win.preferences", NULL, preferences_cb);
  gtk_widget_class_install_action (widget_class, "win.sign-in", NULL, sign_in_cb);
  gtk_widget_class_install_action (widget_class, "win.sign-out", NULL, sign_out_cb);
  gtk_widget_class_install_action (widget_class, "win.go-on", NULL, go_on_cb);
  gtk_widget_class_install_action (widget_class, "win.leave-anyway", NULL, leave_anyway_cb);
}

static void
jip_window_init (JipWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = jip_paths_open_settings (JIP_APP_ID);
  restore_state (self);
  g_signal_connect_swapped (self->sign_in_page, "signed-in", G_CALLBACK (show_main), self);
}

/**
 * jip_window_new:
 * @client: the client whose account the window shows; kept alive by it
 */
JipWindow *
jip_window_new (GtkApplication *application, JipClient *client)
{
  g_return_val_if_fail (JIP_IS_CLIENT (client), NULL);

  JipWindow *self = g_object_new (JIP_TYPE_WINDOW, "application", application, NULL);
  self->client = g_object_ref (client);
  jip_preferences_apply (self->settings, client);
  jip_sign_in_page_set_client (self->sign_in_page, client);
  jip_sync_button_set_client (self->sync_button, client);
  g_signal_connect_swapped (client, "notify::state", G_CALLBACK (state_changed_cb), self);
  g_signal_connect_swapped (client, "notify::secret-note", G_CALLBACK (secret_note_cb), self);
  g_signal_connect_swapped (client, "notify::damage-note", G_CALLBACK (damage_note_cb), self);
  return self;
}

/**
 * jip_window_start:
 * @server: (nullable): the server to sign in to
 * @login: (nullable): as whom
 * @password: (nullable): with which password
 *
 * Opens the account of last time, also without a network; where there is none, signs in with what was given or asks.
 */
void
jip_window_start (JipWindow *self, const char *server, const char *login, const char *password)
{
  g_return_if_fail (JIP_IS_WINDOW (self));

  self->pending_server = g_strdup (server);
  self->pending_login = g_strdup (login);
  self->pending_password = g_strdup (password);
  gtk_stack_set_visible_child_name (self->main_stack, "loading");
  jip_client_open_last_async (self->client, NULL, opened_cb, g_object_ref (self));
}

/**
 * jip_window_end:
 *
 * Closes it without asking anything: nobody may be there any more to answer.
 */
void
jip_window_end (JipWindow *self)
{
  g_return_if_fail (JIP_IS_WINDOW (self));

  self->forced = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}
