/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-sse-parser.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-error.h"

/**
 * JipSseParser:
 *
 * Reads an event stream (WHATWG HTML, 9.2.6) from bytes that arrive in pieces of any size. Lines are cut as bytes, so a
 * piece may end within a character or between CR and LF.
 */
struct _JipSseParser
{
  gsize max_bytes;
  JipSseEventCb event_cb;
  gpointer user_data;
  GString *line; /* the unfinished line */
  GString *event, *data, *error;
  gboolean has_data, has_error;
  gboolean after_cr; /* a line feed that comes next belongs to the carriage return before it */
  gboolean started;  /* past a byte order mark */
  gboolean broken;
};

/**
 * jip_sse_parser_new:
 * @max_bytes: the most that one event may hold, its unfinished line included
 * @event_cb: called for each event, from within jip_sse_parser_feed() or jip_sse_parser_finish()
 *
 * Returns: (transfer full): a parser
 */
JipSseParser *
jip_sse_parser_new (gsize max_bytes, JipSseEventCb event_cb, gpointer user_data)
{
  g_return_val_if_fail (event_cb != NULL, NULL);

  JipSseParser *parser = g_new0 (JipSseParser, 1);
  parser->max_bytes = max_bytes;
  parser->event_cb = event_cb;
  parser->user_data = user_data;
  parser->line = g_string_new (NULL);
  parser->event = g_string_new (NULL);
  parser->data = g_string_new (NULL);
  parser->error = g_string_new (NULL);
  return parser;
}

void
jip_sse_parser_free (JipSseParser *parser)
{
  if (parser == NULL)
    return;
  g_string_free (parser->line, TRUE);
  g_string_free (parser->event, TRUE);
  g_string_free (parser->data, TRUE);
  g_string_free (parser->error, TRUE);
  g_free (parser);
}

/* NUL and what is no UTF-8 become U+FFFD, so that events are strings. */
static void
append_valid (GString *out, const char *bytes, gsize length)
{
  if (g_utf8_validate_len (bytes, length, NULL))
    {
      g_string_append_len (out, bytes, (gssize) length);
      return;
    }
  g_autofree char *valid = g_utf8_make_valid (bytes, (gssize) length);
  g_string_append (out, valid);
}

static void
dispatch (JipSseParser *parser)
{
  if (parser->has_data || parser->has_error)
    {
      JipSseEvent event = { .event = parser->event->len > 0 ? parser->event->str : "message",
                            .data = parser->has_data ? parser->data->str : NULL,
                            .error = parser->has_error ? parser->error->str : NULL };
      parser->event_cb (&event, parser->user_data);
    }
  g_string_truncate (parser->event, 0);
  g_string_truncate (parser->data, 0);
  g_string_truncate (parser->error, 0);
  parser->has_data = parser->has_error = FALSE;
}

static gboolean
field_is (const char *line, gsize name_length, const char *name)
{
  return strlen (name) == name_length && memcmp (line, name, name_length) == 0;
}

static void
take_line (JipSseParser *parser, const char *line, gsize length)
{
  if (length == 0)
    {
      dispatch (parser);
      return;
    }

  const char *colon = memchr (line, ':', length);
  gsize name_length = colon != NULL ? (gsize) (colon - line) : length;
  const char *value = colon != NULL ? colon + 1 : line + length;
  if (value < line + length && *value == ' ')
    value++;
  gsize value_length = (gsize) (line + length - value);

  if (field_is (line, name_length, "data"))
    {
      if (parser->has_data)
        g_string_append_c (parser->data, '\n');
      append_valid (parser->data, value, value_length);
      parser->has_data = TRUE;
    }
  else if (field_is (line, name_length, "event"))
    {
      g_string_truncate (parser->event, 0);
      append_valid (parser->event, value, value_length);
    }
  else if (field_is (line, name_length, "error"))
    {
      append_valid (parser->error, value, value_length);
      parser->has_error = TRUE;
    }
}

static void
end_line (JipSseParser *parser)
{
  const char *line = parser->line->str;
  gsize length = parser->line->len;

  if (!parser->started && length >= 3 && memcmp (line, "\xEF\xBB\xBF", 3) == 0)
    {
      line += 3;
      length -= 3;
    }
  parser->started = TRUE;
  take_line (parser, line, length);
  g_string_truncate (parser->line, 0);
}

/* The number of bytes before the next CR or LF. */
static gsize
span_of_line (const char *bytes, gsize length)
{
  const char *lf = memchr (bytes, '\n', length);
  gsize span = lf != NULL ? (gsize) (lf - bytes) : length;
  const char *cr = memchr (bytes, '\r', span);
  return cr != NULL ? (gsize) (cr - bytes) : span;
}

/**
 * jip_sse_parser_feed:
 * @bytes: what arrived
 *
 * Returns: %FALSE with %JIP_ERROR_TOO_LARGE when one event exceeds the limit; the parser takes nothing more then
 */
gboolean
jip_sse_parser_feed (JipSseParser *parser, const char *bytes, gsize length, GError **error)
{
  g_return_val_if_fail (parser != NULL, FALSE);
  g_return_val_if_fail (bytes != NULL || length == 0, FALSE);

  while (length > 0 && !parser->broken)
    {
      if (parser->after_cr && *bytes == '\n')
        {
          parser->after_cr = FALSE;
          bytes++;
          length--;
          continue;
        }
      parser->after_cr = FALSE;

      gsize span = span_of_line (bytes, length);
      gsize held = parser->line->len + parser->data->len + parser->event->len + parser->error->len;
      if (span > parser->max_bytes || held > parser->max_bytes - span)
        {
          parser->broken = TRUE;
          break;
        }
      g_string_append_len (parser->line, bytes, (gssize) span);
      if (span < length)
        {
          parser->after_cr = bytes[span] == '\r';
          end_line (parser);
          span++;
        }
      bytes += span;
      length -= span;
    }
  if (parser->broken)
    return jip_error_set (error, JIP_ERROR_TOO_LARGE, _ ("An event of the stream is larger than %lu bytes."),
                          (gulong) parser->max_bytes);
  return TRUE;
}

/**
 * jip_sse_parser_finish:
 *
 * The stream has ended. An event whose lines all arrived whole counts although its empty line is missing, as some
 * servers close without one; a line that broke off is dropped.
 */
void
jip_sse_parser_finish (JipSseParser *parser)
{
  g_return_if_fail (parser != NULL);

  if (!parser->broken)
    dispatch (parser);
  g_string_truncate (parser->line, 0);
}
