/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes an invented city in a data folder. It grows beside the folder and takes its place when it is whole. */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "jip-demo.h"
#include "jip-llm-service.h"
#include "jip-password-pool.h"
#include "jip-time.h"
#include "jipctl-commands.h"
#include "jipctl-common.h"

#define DEFAULT_NOW "2026-11-23T00:00:00.000Z"
#define MAX_STAFF 100000
#define MAX_IDEAS 100000
#define SHOWN_STAFF 3
#define MAX_PASSWORD_BYTES 4096

typedef struct
{
  gint64 seed;
  gint staff, ideas;
  char *now;
  char *password_file;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->now);
  g_free (options->password_file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static void
demo_clear (JipDemo *demo)
{
  g_clear_pointer (&demo->services, jip_services_free);
  g_clear_pointer (&demo->people, g_ptr_array_unref);
  g_free (demo->password);
  g_free (demo->hash);
  for (guint i = 0; i < JIP_DEMO_N_DEPARTMENTS; i++)
    g_free (demo->departments[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipDemo, demo_clear)

static gboolean
check_target (const char *folder, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!g_file_test (folder, G_FILE_TEST_EXISTS))
    return TRUE;
  g_autoptr (GDir) open = g_dir_open (folder, 0, &problem);
  if (open == NULL)
    return jip_error_set (error, JIP_ERROR_FILE, _ ("%s: is not a folder that can be read: %s"), folder,
                          problem->message);
  if (g_dir_read_name (open) != NULL)
    return jip_error_set (error, JIP_ERROR_FILE, _ ("%s: is not empty. Name an empty or a new folder."),
                          folder);
  return TRUE;
}

static gboolean
read_password (JipDemo *demo, const char *path, GError **error)
{
  if (path == NULL)
    {
      demo->password = jip_password_random ();
      return TRUE;
    }
  g_autoptr (GBytes) bytes = jipctl_read_input (path, MAX_PASSWORD_BYTES, error);
  if (bytes == NULL)
    return FALSE;
  const char *text = g_bytes_get_data (bytes, NULL);
  demo->password = g_strndup (text, strcspn (text, "\r\n"));
  glong length = g_utf8_validate (demo->password, -1, NULL) ? g_utf8_strlen (demo->password, -1) : -1;
  if (length < 1 || length > JIP_PASSWORD_MAX || strchr (demo->password, '\t') != NULL)
    return jip_error_set (
        error, JIP_ERROR_BAD_ARGS,
        _ ("%s: the first line must be a password of 1 to %d characters in UTF-8, without tabs"), path,
        JIP_PASSWORD_MAX);
  return TRUE;
}

static gboolean
write_logins (JipDemo *demo, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "logins.txt", NULL);
  g_autofree char *text = jip_demo_logins (demo, G_MAXUINT);

  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

static gboolean
build (JipDemo *demo, const char *folder, GError **error)
{
  g_autofree char *papers = g_build_filename (folder, "papers", NULL);

  demo->services = jip_services_open (folder, error);
  /* one hash for all accounts: Argon2id costs tens of milliseconds by design */
  demo->hash = demo->services != NULL ? jip_password_hash (demo->password, error) : NULL;
  if (demo->hash == NULL)
    return FALSE;
  jip_demo_make_people (demo);
  jip_demo_choose_finalists (demo);
  if (!jip_demo_write_people (demo, error) || !jip_llm_service_sync_types (demo->services, error)
      || !jip_demo_write_ideas (demo, error) || !jip_demo_write_event (demo, error))
    return FALSE;
  g_clear_pointer (&demo->services, jip_services_free);
  if (g_mkdir (papers, 0700) != 0)
    return jip_error_set (error, JIP_ERROR_FILE, _ ("%s: cannot be made: %s"), papers, g_strerror (errno));
  return jip_demo_write_papers (demo, papers, error) && write_logins (demo, folder, error);
}

/* The city stands whole in @folder, or there is nothing. */
static gboolean
build_in_place (JipDemo *demo, const char *folder, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (folder, NULL);
  g_autofree char *growing = g_strdup_printf ("%s.XXXXXX", absolute);
  g_autofree char *parent = g_path_get_dirname (absolute);

  if (g_mkdir_with_parents (parent, 0755) != 0 || g_mkdtemp (growing) == NULL)
    return jip_error_set (error, JIP_ERROR_FILE, _ ("%s: cannot be made: %s"), folder, g_strerror (errno));
  gboolean made = build (demo, growing, error);
  if (made && g_rename (growing, absolute) != 0)
    made = jip_error_set (error, JIP_ERROR_FILE, _ ("%s: cannot be made: %s"), folder, g_strerror (errno));
  if (!made)
    {
      g_clear_pointer (&demo->services, jip_services_free);
      jipctl_remove_tree (growing);
    }
  return made;
}

static gboolean
print_summary (JipDemo *demo, const char *folder, GError **error)
{
  g_autofree char *logins = jip_demo_logins (demo, SHOWN_STAFF);
  g_autofree char *text = g_strdup_printf (
      _ ("%s\nAn invented city in %s: %u departments, %u staff, %u ideas, one event with %u finalists.\n"
         "All accounts share one password and one Argon2id hash: for trying out only.\n"
         "All logins: %s/logins.txt\n"),
      logins, folder, JIP_DEMO_N_DEPARTMENTS, demo->n_staff, demo->n_ideas, JIP_DEMO_N_FINALISTS, folder);

  return jipctl_write_stdout (text, -1, error);
}

static gboolean
check_options (const Options *options, JipDemo *demo, GError **error)
{
  if (options->seed < 0)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("--seed must be a whole number from 0"));
  if (options->staff < 1 || options->staff > MAX_STAFF)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("--staff must be 1 to %d"), MAX_STAFF);
  if (options->ideas < 0 || options->ideas > MAX_IDEAS)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("--ideas must be 0 to %d"), MAX_IDEAS);
  if (!jip_time_parse (options->now != NULL ? options->now : DEFAULT_NOW, &demo->now)
      || demo->now < 1000 * JIP_DEMO_DAY)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("--now must be a time such as %s"), DEFAULT_NOW);
  demo->seed = (guint64) options->seed;
  demo->n_staff = (guint) options->staff;
  demo->n_ideas = (guint) options->ideas;
  return TRUE;
}

int
jipctl_demo (const char *name, char **args)
{
  g_auto (Options) options = { .seed = 1, .staff = 120, .ideas = 375 };
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT64, &options.seed, N_ ("Which city"), "N" },
    { "staff", 0, 0, G_OPTION_ARG_INT, &options.staff, N_ ("How many staff"), "N" },
    { "ideas", 0, 0, G_OPTION_ARG_INT, &options.ideas, N_ ("How many ideas"), "N" },
    { "now", 0, 0, G_OPTION_ARG_STRING, &options.now, N_ ("The moment at which the city stands"), "TIME" },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &options.password_file,
      N_ ("A file whose first line is the password of all accounts"), "FILE" },
    { NULL },
  };
  g_auto (JipDemo) demo = { 0 };
  g_autoptr (GError) error = NULL;
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (g_strv_length (args) != 1)
    return jipctl_usage_error (name, _ ("one folder is expected"));
  if (!check_options (&options, &demo, &error))
    return jipctl_usage_error (name, "%s", error->message);
  if (!check_target (args[0], &error) || !read_password (&demo, options.password_file, &error)
      || !build_in_place (&demo, args[0], &error) || !print_summary (&demo, args[0], &error))
    return jipctl_fail (name, error);
  return JIPCTL_OK;
}
