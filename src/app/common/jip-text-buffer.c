/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-text-buffer.h"

/**
 * jip_text_buffer_dup_text:
 *
 * Returns: (transfer full): all that is typed in @buffer
 */
char *
jip_text_buffer_dup_text (GtkTextBuffer *buffer)
{
  GtkTextIter start, end;

  g_return_val_if_fail (GTK_IS_TEXT_BUFFER (buffer), NULL);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}
