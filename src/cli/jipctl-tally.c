/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jipctl-commands.h"

#include <glib/gi18n-lib.h>

#include "jip-tally.h"
#include "jipctl-common.h"

#define MAX_INPUT_BYTES (256u << 20)

int
jipctl_tally (const char *name, char **args)
{
  static const GOptionEntry entries[] = { { NULL } };
  g_autoptr (GError) error = NULL;
  int status;

  if (!jipctl_parse (name, &args, entries, &status))
    return status;
  if (g_strv_length (args) != 1)
    return jipctl_usage_error (name, _ ("one file is expected, or - for standard input"));

  g_autoptr (GBytes) input = jipctl_read_input (args[0], MAX_INPUT_BYTES, &error);
  if (input == NULL)
    return jipctl_fail (name, error);
  gsize length;
  const char *text = g_bytes_get_data (input, &length);
  g_autoptr (JipTallyEvent) event = jip_tally_event_parse (text, length, &error);
  if (event == NULL)
    return jipctl_fail (name, error);

  g_autoptr (JipTallyResult) result = jip_tally_compute (event);
  g_autofree char *line = jip_tally_result_to_string (result);
  if (!jipctl_write_stdout (line, -1, &error))
    return jipctl_fail (name, error);
  return JIPCTL_OK;
}
