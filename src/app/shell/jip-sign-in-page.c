/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-sign-in-page.h"

#include <glib/gi18n-lib.h>

#include "jip-area.h"
#include "jip-error.h"

/* By login and password, or by the code that a judge got for an event. Emits `signed-in` when the client is. */
struct _JipSignInPage
{
  AdwBin parent_instance;

  JipClient *client;
  GCancellable *cancellable;
  GtkEditable *login_row;
  GtkEditable *password_row;
  GtkEditable *code_row;
  GtkEditable *server_row;
  GtkLabel *error_label;
  GtkLabel *others_label;
  GtkWidget *submit_button;
  GtkButton *mode_button;
  GtkSpinner *spinner;
  gboolean by_code;
};

G_DEFINE_TYPE (JipSignInPage, jip_sign_in_page, ADW_TYPE_BIN)

static guint signed_in_signal;

static gboolean
is_busy (JipSignInPage *self)
{
  return self->cancellable != NULL;
}

static gboolean
has_text (GtkEditable *row)
{
  return *gtk_editable_get_text (row) != '\0';
}

static void
update_button_cb (JipSignInPage *self)
{
  gboolean filled = self->by_code ? has_text (self->code_row)
                                  : has_text (self->login_row) && has_text (self->password_row);

  gtk_widget_set_sensitive (self->submit_button, !is_busy (self) && filled && has_text (self->server_row));
}

static void
focus_first (JipSignInPage *self)
{
  GtkEditable *row = self->by_code                ? self->code_row
                     : has_text (self->login_row) ? self->password_row
                                                  : self->login_row;

  gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
set_by_code (JipSignInPage *self, gboolean by_code)
{
  self->by_code = by_code;
  gtk_widget_set_visible (GTK_WIDGET (self->login_row), !by_code);
  gtk_widget_set_visible (GTK_WIDGET (self->password_row), !by_code);
  gtk_widget_set_visible (GTK_WIDGET (self->code_row), by_code);
  gtk_button_set_label (GTK_BUTTON (self->submit_button), by_code ? _ ("Join") : _ ("Sign In"));
  gtk_button_set_label (self->mode_button, by_code ? _ ("Sign In with a Login") : _ ("Join with a Code"));
  update_button_cb (self);
}

static void
show_error (JipSignInPage *self, const char *sentence)
{
  gtk_label_set_label (self->error_label, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), sentence != NULL);
}

static void
set_busy (JipSignInPage *self, gboolean busy)
{
  g_clear_object (&self->cancellable);
  if (busy)
    self->cancellable = g_cancellable_new ();
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->login_row), !busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->password_row), !busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->code_row), !busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->mode_button), !busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->server_row), !busy);
  update_button_cb (self);
}

static char *
describe (JipSignInPage *self, const GError *error)
{
  if (self->by_code && g_error_matches (error, JIP_ERROR, JIP_ERROR_BAD_CREDENTIALS))
    return g_strdup (
        _ ("This code is wrong, was used already or has expired. Ask the organiser for a new one."));
  return jip_error_to_sentence (error);
}

static void
end (JipSignInPage *self, gboolean ok, const GError *error)
{
  set_busy (self, FALSE);
  if (ok)
    {
      gtk_editable_set_text (self->password_row, "");
      gtk_editable_set_text (self->code_row, "");
      g_signal_emit (self, signed_in_signal, 0);
      return;
    }
  g_autofree char *sentence = describe (self, error);
  show_error (self, sentence);
  focus_first (self);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipSignInPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = jip_client_sign_in_finish (JIP_CLIENT (source), result, &error);

  end (self, ok, error);
}

static void
joined_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JipSignInPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = jip_client_join_finish (JIP_CLIENT (source), result, &error);

  end (self, ok, error);
}

static void
sign_in (JipSignInPage *self, const char *password)
{
  if (is_busy (self))
    return;
  show_error (self, NULL);
  set_busy (self, TRUE);
  jip_client_sign_in_async (self->client, gtk_editable_get_text (self->server_row),
                            gtk_editable_get_text (self->login_row), password, g_get_host_name (),
                            self->cancellable, signed_in_cb, g_object_ref (self));
}

static void
join (JipSignInPage *self)
{
  show_error (self, NULL);
  set_busy (self, TRUE);
  jip_client_join_async (self->client, gtk_editable_get_text (self->server_row),
                         gtk_editable_get_text (self->code_row), g_get_host_name (), self->cancellable,
                         joined_cb, g_object_ref (self));
}

static void
submit_cb (JipSignInPage *self)
{
  if (!gtk_widget_get_sensitive (self->submit_button))
    return;
  if (self->by_code)
    join (self);
  else
    sign_in (self, gtk_editable_get_text (self->password_row));
}

static void
mode_cb (JipSignInPage *self)
{
  show_error (self, NULL);
  set_by_code (self, !self->by_code);
  focus_first (self);
}

static void
jip_sign_in_page_dispose (GObject *object)
{
  JipSignInPage *self = JIP_SIGN_IN_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->client);
  gtk_widget_dispose_template (GTK_WIDGET (self), JIP_TYPE_SIGN_IN_PAGE);
  G_OBJECT_CLASS (jip_sign_in_page_parent_class)->dispose (object);
}

static void
jip_sign_in_page_class_init (JipSignInPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = jip_sign_in_page_dispose;
  signed_in_signal = g_signal_new ("signed-in", JIP_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/kr/go/jiphyeon/Jiphyeon/ui/shell/jip-sign-in-page.ui");
  gtk_widget_class_bind_template_child (widget_class, JipSignInPage, login_row);
  gtk_widget_class_bind_template_child (widget_class, JipSignInPage, password_row);
  gtk_widget_class_bind_template_child (widget_class, JipSignInPage, code_row);
  gtk_widget_class_bind_template_child (widget_class, JipSignInPage, server_row);
  gtk_widget_class_bind_template_child (widget_class, JipSignInPage, error_label);
  gtk_widget_class_bind_template_child (widget_class, JipSignInPage, others_label);
  gtk_widget_class_bind_template_child (widget_class, JipSignInPage, submit_button);
  gtk_widget_class_bind_template_child (widget_class, JipSignInPage, mode_button);
  gtk_widget_class_bind_template_child (widget_class, JipSignInPage, spinner);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
  gtk_widget_class_bind_template_callback (widget_class, mode_cb);
  gtk_widget_class_bind_template_callback (widget_class, update_button_cb);
}

static void
jip_sign_in_page_init (JipSignInPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  set_by_code (self, FALSE);
}

/* What waits here for somebody else's sign-in, or goes out while nobody is signed in. */
static void
others_note_cb (JipSignInPage *self)
{
  const char *note = jip_client_get_others_note (self->client);

  gtk_label_set_label (self->others_label, note != NULL ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (self->others_label), note != NULL);
}

void
jip_sign_in_page_set_client (JipSignInPage *self, JipClient *client)
{
  g_return_if_fail (JIP_IS_SIGN_IN_PAGE (self));
  if (!g_set_object (&self->client, client))
    return;
  g_signal_connect_object (client, "notify::others-note", G_CALLBACK (others_note_cb), self,
                           G_CONNECT_SWAPPED);
  others_note_cb (self);
}

/**
 * jip_sign_in_page_fill:
 * @server: (nullable): the server's address
 * @login: (nullable): the login
 *
 * Fills in what is known, and puts the cursor where the next thing is to be typed.
 */
void
jip_sign_in_page_fill (JipSignInPage *self, const char *server, const char *login)
{
  g_return_if_fail (JIP_IS_SIGN_IN_PAGE (self));
  if (server != NULL)
    gtk_editable_set_text (self->server_row, server);
  if (login != NULL)
    gtk_editable_set_text (self->login_row, login);
  focus_first (self);
}

/**
 * jip_sign_in_page_submit:
 * @password: a password that was not typed here
 */
void
jip_sign_in_page_submit (JipSignInPage *self, const char *password)
{
  g_return_if_fail (JIP_IS_SIGN_IN_PAGE (self));
  g_return_if_fail (password != NULL);
  set_by_code (self, FALSE);
  sign_in (self, password);
}
