/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model's stream: however the bytes are split, the same events come out, all of them UTF-8. The first byte of the
 * input is the size of the pieces. */
#include "fuzz.h"

#include "jip-sse-parser.h"

#define MAX_EVENT_BYTES 4096

static void
add_text (GString *seen, char kind, const char *text)
{
  g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
  g_string_append_printf (seen, "%c%s\n", text != NULL ? kind : '-', text != NULL ? text : "");
}

static void
on_event (const JipSseEvent *event, gpointer seen)
{
  g_assert_true (event->data != NULL || event->error != NULL);
  add_text (seen, 'n', event->event);
  add_text (seen, 'd', event->data);
  add_text (seen, 'e', event->error);
}

static gboolean
read_stream (const char *bytes, gsize size, gsize piece, GString *seen)
{
  g_autoptr (JipSseParser) parser = jip_sse_parser_new (MAX_EVENT_BYTES, on_event, seen);
  g_autoptr (GError) error = NULL;

  for (gsize at = 0; at < size; at += piece)
    {
      g_autofree char *copy = g_memdup2 (bytes + at, MIN (piece, size - at)); /* reading past it is caught */
      if (!jip_sse_parser_feed (parser, copy, MIN (piece, size - at), &error))
        {
          g_assert_nonnull (error);
          return FALSE;
        }
    }
  jip_sse_parser_finish (parser);
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GString) whole = g_string_new (NULL);
  g_autoptr (GString) split = g_string_new (NULL);

  if (size < 2)
    return 0;
  const char *bytes = (const char *) data + 1;
  gboolean whole_good = read_stream (bytes, size - 1, size - 1, whole);
  gboolean split_good = read_stream (bytes, size - 1, 1 + data[0] % 16, split);
  g_assert_true (whole_good == split_good);
  g_assert_cmpstr (whole->str, ==, split->str);
  return 0;
}
