/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "jip-document.h"
#include "jipctl-commands.h"
#include "jipctl-common.h"

/* jipctl export DRAFT.json -o OUT.{hwpx,pdf,txt} */
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

  g_autoptr (GBytes) bytes = jipctl_read_input (args[0], JIP_DRAFT_MAX_BYTES, &error);
  if (bytes == NULL)
    return jipctl_fail (name, error);
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  g_autoptr (JipDraft) draft = jip_draft_parse (text, (gssize) size, &error);
  g_autofree char *folder = g_path_get_dirname (args[0]);
  JipDocumentOptions options = { .folder = folder, .hide_notice = no_notice };
  if (draft == NULL || !jip_document_export (draft, format, output, &options, &error))
    return jipctl_fail (name, error);
  return JIPCTL_OK;
}
