/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-application.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "jip-client.h"
#include "jip-window.h"
#include "jip-shell-resources.h"

/* One window a process; the options are for demonstrations, tests and PCs that several people share. */
struct _JipApplication
{
  AdwApplication parent_instance;

  char *server;
  char *login;
  char *password_file;
  char *data_dir;
};

G_DEFINE_TYPE (JipApplication, jip_application, ADW_TYPE_APPLICATION)

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  adw_show_about_window (window, "application-name", _ ("Jiphyeon"), "application-icon", JIP_APP_ID,
                         "version", JIP_VERSION, "license-type", GTK_LICENSE_GPL_3_0, "comments",
                         _ ("Write drafts, propose ideas and judge them together."), NULL);
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (user_data));

  for (GList *l = windows, *next; l != NULL; l = next)
    {
      next = l->next;
      gtk_window_close (l->data);
    }
}

/* The end of the user's session, or of the PC: what was typed a moment ago is written first. */
static gboolean
ended_cb (gpointer user_data)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (user_data));

  for (GList *l = windows, *next; l != NULL; l = next)
    {
      next = l->next;
      if (JIP_IS_WINDOW (l->data))
        jip_window_end (l->data);
    }
  return G_SOURCE_CONTINUE;
}

/* The password comes from a file, never from the command line, which every user of the PC can read. */
static char *
read_password (JipApplication *self)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (self->password_file == NULL)
    return NULL;
  if (!g_file_get_contents (self->password_file, &text, NULL, &error))
    {
      g_printerr (_ ("jiphyeon: the password file cannot be read: %s\n"), error->message);
      return NULL;
    }
  return g_strdup (g_strchomp (text));
}

static void
jip_application_activate (GApplication *application)
{
  JipApplication *self = JIP_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL)
    {
      g_autofree char *default_dir = g_build_filename (g_get_user_data_dir (), "jiphyeon", NULL);
      g_autoptr (JipClient) client = jip_client_new (self->data_dir != NULL ? self->data_dir : default_dir);
      g_autofree char *password = read_password (self);
      window = GTK_WINDOW (jip_window_new (GTK_APPLICATION (self), client));
      jip_window_start (JIP_WINDOW (window), self->server, self->login, password);
    }
  gtk_window_present (window);
}

static void
jip_application_startup (GApplication *application)
{
  static const GActionEntry actions[]
      = { { .name = "about", .activate = about_cb }, { .name = "quit", .activate = quit_cb } };
  static const struct
  {
    const char *action;
    const char *keys[3];
  } shortcuts[] = {
    { "app.quit", { "<Primary>q" } },           { "win.primary", { "<Primary>n" } },
    { "win.find", { "<Primary>f" } },           { "win.preferences", { "<Primary>comma" } },
    { "win.area::draft", { "<Primary>1" } },    { "win.area::board", { "<Primary>2" } },
    { "win.area::ideathon", { "<Primary>3" } }, { "win.show-help-overlay", { "<Primary>question" } },
    { "window.close", { "<Primary>w" } },
  };

  G_APPLICATION_CLASS (jip_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), shortcuts[i].action,
                                           (const char *const *) shortcuts[i].keys);
  gtk_window_set_default_icon_name (JIP_APP_ID);
  g_unix_signal_add (SIGTERM, ended_cb, application);
  g_unix_signal_add (SIGHUP, ended_cb, application);
  g_unix_signal_add (SIGINT, ended_cb, application);
}

static void
jip_application_finalize (GObject *object)
{
  JipApplication *self = JIP_APPLICATION (object);

  g_free (self->server);
  g_free (self->login);
  g_free (self->password_file);
  g_free (self->data_dir);
  G_OBJECT_CLASS (jip_application_parent_class)->finalize (object);
}

static void
jip_application_class_init (JipApplicationClass *klass)
{
  jip_shell_get_resource (); /* links the templates in */
  G_OBJECT_CLASS (klass)->finalize = jip_application_finalize;
  G_APPLICATION_CLASS (klass)->activate = jip_application_activate;
  G_APPLICATION_CLASS (klass)->startup = jip_application_startup;
}

static void
jip_application_init (JipApplication *self)
{
  const GOptionEntry entries[]
      = { { "server", 0, 0, G_OPTION_ARG_STRING, &self->server, N_ ("The address of the server"),
            N_ ("URL") },
          { "login", 0, 0, G_OPTION_ARG_STRING, &self->login, N_ ("Sign in with this login"), N_ ("NAME") },
          { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &self->password_file,
            N_ ("Read the password from this file"), N_ ("FILE") },
          { "data", 0, 0, G_OPTION_ARG_FILENAME, &self->data_dir, N_ ("Keep the local data in this folder"),
            N_ ("FOLDER") },
          { NULL } };
  g_application_add_main_option_entries (G_APPLICATION (self), entries);
}

/**
 * jip_application_new:
 *
 * Two desktops of two people may run side by side (a shared PC, a demonstration), so the program is not unique.
 */
JipApplication *
jip_application_new (void)
{
  return g_object_new (JIP_TYPE_APPLICATION, "application-id", JIP_APP_ID, "flags", G_APPLICATION_NON_UNIQUE,
                       "resource-base-path", "/kr/go/jiphyeon/Jiphyeon", NULL);
}
