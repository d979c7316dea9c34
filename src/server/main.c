/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jiphyeond: the process around JipServer. */
#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "jip-admin-service.h"
#include "jip-error.h"
#include "jip-paths.h"
#include "jip-server.h"

#define DEFAULT_LISTEN "127.0.0.1:8470"
#define URL_FILE "jiphyeond.url"

typedef struct
{
  char *data;
  char *database;
  char *listen;
  char *config;
  char *tls_certificate, *tls_key;
  char **llm_urls;
  gboolean insecure;
  gboolean version;
} Options;

typedef struct
{
  GMainLoop *loop;
  JipServer *server;
} Program;

/* Tells systemd, when it asked to be told. */
static void
notify_systemd (const char *state)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  if (path == NULL || (path[0] != '/' && path[0] != '@') || strlen (path) >= sizeof address.sun_path)
    return;
  memcpy (address.sun_path, path, strlen (path));
  if (path[0] == '@')
    address.sun_path[0] = '\0';
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  socklen_t length = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + strlen (path));
  if (fd >= 0)
    {
      sendto (fd, state, strlen (state), MSG_NOSIGNAL, (struct sockaddr *) &address, length);
      close (fd);
    }
}

static gboolean
parse_options (int *argc, char ***argv, Options *options, GError **error)
{
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options->data, N_ ("The data folder"), "DIR" },
    { "database", 0, 0, G_OPTION_ARG_STRING, &options->database,
      N_ ("Where a new folder's database is (postgresql://…; without it in the folder)"), "URI" },
    { "listen", 0, 0, G_OPTION_ARG_STRING, &options->listen,
      N_ ("Where to listen (127.0.0.1:8470; port 0 takes a free one)"), "ADDR:PORT" },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &options->config,
      N_ ("A configuration file, read again on SIGHUP"), "FILE" },
    { "llm-url", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->llm_urls,
      N_ ("A language model's endpoint; may be given again, by priority"), "URL" },
    { "tls-certificate", 0, 0, G_OPTION_ARG_FILENAME, &options->tls_certificate,
      N_ ("The certificate for TLS, with its chain (PEM)"), "FILE" },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &options->tls_key, N_ ("The certificate's private key (PEM)"),
      "FILE" },
    { "allow-insecure", 0, 0, G_OPTION_ARG_NONE, &options->insecure,
      N_ ("Listen beyond this machine without TLS"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_ ("Print the version"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("unknown argument: %s"), (*argv)[1]);
  if (options->data == NULL && !options->version)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("--data DIR is needed (see --help)"));
  if ((options->tls_certificate == NULL) != (options->tls_key == NULL))
    return jip_error_set (error, JIP_ERROR_BAD_ARGS,
                          _ ("--tls-certificate and --tls-key belong together: give both or none"));
  return TRUE;
}

/* ADDR:PORT, with brackets around an IPv6 address. */
static gboolean
parse_listen (const char *text, char **address, guint16 *port, GError **error)
{
  const char *colon = strrchr (text, ':');
  guint64 number;

  if (colon == NULL || colon == text
      || !g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, &number, NULL))
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("--listen %s: ADDR:PORT is expected"), text);
  *address = text[0] == '[' && colon[-1] == ']' ? g_strndup (text + 1, (gsize) (colon - text) - 2)
                                                : g_strndup (text, (gsize) (colon - text));
  *port = (guint16) number;
  return TRUE;
}

static gboolean
prepare_folder (const char *folder, GError **error)
{
  struct stat info;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return jip_error_set (error, JIP_ERROR_FILE, _ ("%s: cannot be made: %s"), folder, g_strerror (errno));
  if (stat (folder, &info) != 0 || !S_ISDIR (info.st_mode))
    return jip_error_set (error, JIP_ERROR_FILE, _ ("%s: is not a folder"), folder);
  if ((info.st_mode & 0077) != 0 && chmod (folder, 0700) != 0)
    return jip_error_set (error, JIP_ERROR_FILE, _ ("%s: others may read it, and that cannot be changed: %s"),
                          folder, g_strerror (errno));
  return TRUE;
}

/* What TLS needs, read before anything listens. */
static gboolean
read_tls (const Options *options, char **certificate, char **key, GError **error)
{
  const char *const paths[] = { options->tls_certificate, options->tls_key };
  char **texts[] = { certificate, key };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) local = NULL;
      if (paths[i] != NULL && !g_file_get_contents (paths[i], texts[i], NULL, &local))
        return jip_error_set (error, JIP_ERROR_FILE, _ ("%s: cannot be read: %s"), paths[i], local->message);
    }
  return TRUE;
}

/* Clients on this machine find the server by this file. */
static gboolean
write_url (const Options *options, const char *address, guint16 port, GError **error)
{
  g_autofree char *path = g_build_filename (options->data, URL_FILE, NULL);
  const char *scheme = options->tls_certificate != NULL ? "https" : "http";
  gboolean v6 = strchr (address, ':') != NULL;
  gboolean any = strcmp (address, "0.0.0.0") == 0 || strcmp (address, "::") == 0;
  g_autofree char *url = g_strdup_printf (v6 && !any ? "%s://[%s]:%u\n" : "%s://%s:%u\n", scheme,
                                          any ? "127.0.0.1" : address, port);

  return g_file_set_contents_full (path, url, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

static gboolean
stop_cb (gpointer data)
{
  Program *program = data;

  g_main_loop_quit (program->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
reload_cb (gpointer data)
{
  Program *program = data;
  g_autoptr (GError) error = NULL;

  if (jip_server_reload (program->server, &error))
    g_printerr (_ ("jiphyeond has read its configuration again\n"));
  else
    g_printerr (_ ("jiphyeond keeps its configuration: %s\n"), error->message);
  return G_SOURCE_CONTINUE;
}

static void
run (Program *program, const Options *options, const char *address)
{
  g_autofree char *url_path = g_build_filename (options->data, URL_FILE, NULL);

  g_printerr (_ ("jiphyeond %s listens on %s, port %u\n"), JIP_VERSION, address,
              jip_server_get_port (program->server));
  notify_systemd ("READY=1");
  g_main_loop_run (program->loop);
  notify_systemd ("STOPPING=1");
  g_unlink (url_path);
  jip_server_stop (program->server);
  g_printerr (_ ("jiphyeond has stopped\n"));
}

static gboolean
start (Program *program, const Options *options, const char *address, guint16 port, GError **error)
{
  g_autofree char *certificate = NULL, *key = NULL;
  if (!read_tls (options, &certificate, &key, error))
    return FALSE;
  JipServerConfig config = { .data = options->data,
                             .database = options->database,
                             .http = { .address = address,
                                       .port = port,
                                       .tls_certificate = certificate,
                                       .tls_key = key,
                                       .allow_insecure = options->insecure },
                             .llm_urls = (const char *const *) options->llm_urls,
                             .config = options->config };

  if (!prepare_folder (options->data, error))
    return FALSE;
  program->server = jip_server_new (&config, error);
  if (program->server == NULL)
    return FALSE;
  g_autoptr (GError) problem = NULL;
  g_autofree char *password = jip_admin_ensure_admin (jip_server_get_services (program->server), &problem);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (password != NULL)
    g_print (_ ("First start. Sign in as “admin” with the password %s; it is not shown again.\n"), password);
  return jip_server_start (program->server, error)
         && write_url (options, address, jip_server_get_port (program->server), error);
}

static void
options_clear (Options *options)
{
  g_free (options->data);
  g_free (options->database);
  g_free (options->listen);
  g_free (options->config);
  g_free (options->tls_certificate);
  g_free (options->tls_key);
  g_strfreev (options->llm_urls);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

int
main (int argc, char **argv)
{
  g_auto (Options) options = { NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;
  Program program = { NULL };
  guint16 port = 0;

  jip_paths_init_locale ();
  umask (0077);
  if (!parse_options (&argc, &argv, &options, &error))
    {
      g_printerr ("jiphyeond: %s\n", error->message);
      return 2;
    }
  if (options.version)
    {
      g_print ("jiphyeond %s\n", JIP_VERSION);
      return 0;
    }
  program.loop = g_main_loop_new (NULL, FALSE);
  /* Before anybody is told that the server is there; what comes early is handled when the loop runs. */
  guint sources[]
      = { g_unix_signal_add (SIGTERM, stop_cb, &program), g_unix_signal_add (SIGINT, stop_cb, &program),
          g_unix_signal_add (SIGHUP, reload_cb, &program) };
  gboolean started
      = parse_listen (options.listen != NULL ? options.listen : DEFAULT_LISTEN, &address, &port, &error)
        && start (&program, &options, address, port, &error);
  if (started)
    run (&program, &options, address);
  else
    g_printerr ("jiphyeond: %s\n", error->message);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  g_clear_pointer (&program.server, jip_server_free);
  g_main_loop_unref (program.loop);
  return started ? 0 : 1;
}
