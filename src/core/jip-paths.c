/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-paths.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

#include "jip-error.h"

/* The programs run uninstalled from any folder: what lies beside a program in its build folder, then the source
 * folder it was built from, comes before what was installed. The build folder counts only when the program itself
 * lies in it. */
static gboolean
runs_from_build (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  return program != NULL && g_str_has_prefix (program, JIP_BUILD_DIR "/");
}

static GStrv
list_data_folders (void)
{
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();

  if (g_getenv ("JIP_DATA") != NULL)
    g_strv_builder_add (folders, g_getenv ("JIP_DATA"));
  if (runs_from_build ())
    g_strv_builder_add (folders, JIP_SOURCE_DATA_DIR);
  g_strv_builder_add (folders, JIP_DATA_DIR);
  return g_strv_builder_end (folders);
}

/**
 * jip_paths_find_data:
 * @relative: a path below `data/`, such as `document-types`
 *
 * Returns: (transfer full) (nullable): where it is on this machine; %NULL with %JIP_ERROR_FILE, which says where it was
 *   looked for
 */
char *
jip_paths_find_data (const char *relative, GError **error)
{
  g_auto (GStrv) folders = list_data_folders ();

  for (char **folder = folders; *folder != NULL; folder++)
    {
      g_autofree char *path = g_build_filename (*folder, relative, NULL);
      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
  g_autofree char *all = g_strjoinv (", ", folders);
  jip_error_set (error, JIP_ERROR_FILE,
                 _ ("%s is missing from the program's data (looked for in %s); install the program again, or "
                    "name its data folder in JIP_DATA"),
                 relative, all);
  return NULL;
}

/**
 * jip_paths_find_config:
 * @relative: a path below the configuration of this machine, such as `lint`
 *
 * What the administrator has set: below `$JIP_CONFIG` when it is set, else below `/etc/jiphyeon`.
 *
 * Returns: (transfer full) (nullable): where it is, when it is there
 */
char *
jip_paths_find_config (const char *relative)
{
  const char *root = g_getenv ("JIP_CONFIG");
  g_autofree char *path = g_build_filename (root != NULL ? root : JIP_CONFIG_DIR, relative, NULL);
  return g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

/**
 * jip_paths_find_helper:
 * @name: a program that is not meant for people, such as `jip-pdf-helper`
 *
 * Returns: (transfer full) (nullable): its path
 */
char *
jip_paths_find_helper (const char *name)
{
  const char *roots[] = { runs_from_build () ? JIP_BUILD_DIR "/src/document" : NULL, JIP_LIBEXEC_DIR };

  for (guint i = 0; i < G_N_ELEMENTS (roots); i++)
    {
      if (roots[i] == NULL)
        continue;
      g_autofree char *path = g_build_filename (roots[i], name, NULL);
      if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }
  return NULL;
}

/**
 * jip_paths_open_settings:
 * @schema_id: such as `kr.go.jiphyeon.Jiphyeon`
 *
 * Unlike g_settings_new() this finds the schema beside an uninstalled program, and a schema that is missing does not
 * end the program.
 *
 * Returns: (transfer full) (nullable): the settings
 */
GSettings *
jip_paths_open_settings (const char *schema_id)
{
  g_return_val_if_fail (schema_id != NULL, NULL);

  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchemaSource) built = NULL;
  if (runs_from_build ())
    built = g_settings_schema_source_new_from_directory (JIP_BUILD_DIR "/data", installed, FALSE, NULL);
  GSettingsSchemaSource *source = built != NULL ? built : installed;
  if (source == NULL)
    return NULL;
  g_autoptr (GSettingsSchema) schema = g_settings_schema_source_lookup (source, schema_id, TRUE);
  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}

/**
 * jip_paths_init_locale:
 *
 * Takes the user's language for messages; called once at the start of each program.
 */
void
jip_paths_init_locale (void)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, runs_from_build () ? JIP_BUILD_DIR "/po" : JIP_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}
