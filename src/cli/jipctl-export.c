/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-document-import.h"
#include "jip-document.h"
#include "jipctl-commands.h"
#include "jipctl-common.h"

static JipDraft *
read_draft (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = jipctl_read_input (path, JIP_DRAFT_MAX_BYTES, error);
  gsize size;

  if (bytes == NULL)
    return NULL;
  const char *text = g_bytes_get_data (bytes, &size);
  return jip_draft_parse (text, (gssize) size, error);
}

/* jipctl export DRAFT.json -o OUT.{hwpx,odt,pdf,txt} */
int
jipctl_export (const char *name, char **args)
{
  g_autofree char *output = NULL;
  gboolean no_notice = FALSE;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, NULL, NULL },
    { "no-ai-notice", 0, 0, G_OPTION_ARG_NONE, &no_notice, NULL, NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  JipDocumentFormat format;
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (args[0] == NULL || args[1] != NULL || output == NULL)
    return jipctl_usage_error (name, _ ("one draft and -o FILE are expected"));
  if (!jip_document_format_from_path (output, &format, &error))
    return jipctl_fail (name, error);

  g_autoptr (JipDraft) draft = read_draft (args[0], &error);
  g_autofree char *folder = g_path_get_dirname (args[0]);
  JipDocumentOptions options = { .folder = folder, .hide_notice = no_notice };
  if (draft == NULL || !jip_document_export (draft, format, output, &options, &error))
    return jipctl_fail (name, error);
  return JIPCTL_OK;
}

static gboolean
is_json (const char *path)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);
  return g_str_has_suffix (lower, ".json");
}

static gboolean
write_json (JipDraft *draft, const char *path, GError **error)
{
  g_autofree char *text = jip_draft_serialise (draft);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  return jip_document_write (path, line, -1, error);
}

/* jipctl convert IN OUT: a draft or a paper of another program as a paper or a draft */
int
jipctl_convert (const char *name, char **args)
{
  gboolean no_notice = FALSE;
  const GOptionEntry entries[] = {
    { "no-ai-notice", 0, 0, G_OPTION_ARG_NONE, &no_notice, NULL, NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  JipDocumentFormat format = JIP_DOCUMENT_TEXT;
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (g_strv_length (args) != 2)
    return jipctl_usage_error (name, _ ("a file to read and a file to write are expected"));
  gboolean to_json = is_json (args[1]);
  if (!to_json && !jip_document_format_from_path (args[1], &format, &error))
    return jipctl_fail (name, error);

  g_autoptr (JipDraft) draft
      = is_json (args[0]) ? read_draft (args[0], &error) : jip_document_to_draft (args[0], NULL, &error);
  if (draft == NULL)
    {
      g_prefix_error (&error, "%s: ", args[0]);
      return jipctl_fail (name, error);
    }
  g_autofree char *folder = g_path_get_dirname (args[0]);
  JipDocumentOptions options = { .folder = folder, .hide_notice = no_notice };
  gboolean written = to_json ? write_json (draft, args[1], &error)
                             : jip_document_export (draft, format, args[1], &options, &error);
  return written ? JIPCTL_OK : jipctl_fail (name, error);
}
