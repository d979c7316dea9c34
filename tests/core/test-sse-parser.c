/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "jip-error.h"
#include "jip-sse-parser.h"

static void
record_cb (const JipSseEvent *event, gpointer user_data)
{
  g_string_append_printf (user_data, "[%s|%s|%s]", event->event, event->data != NULL ? event->data : "-",
                          event->error != NULL ? event->error : "-");
}

static char *
parse_split (const char *stream, gsize length, gsize first, gsize step)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (JipSseParser) parser = jip_sse_parser_new (4096, record_cb, out);
  g_autoptr (GError) error = NULL;

  g_assert_true (jip_sse_parser_feed (parser, stream, first, &error));
  for (gsize at = first; at < length; at += step)
    g_assert_true (jip_sse_parser_feed (parser, stream + at, MIN (step, length - at), &error));
  g_assert_no_error (error);
  jip_sse_parser_finish (parser);
  return g_strdup (out->str);
}

static const struct
{
  const char *stream, *events;
} cases[] = {
  { "data: 가나다\n\n", "[message|가나다|-]" },
  { "data: a\r\n\r\ndata: b\r\n\r\n", "[message|a|-][message|b|-]" },
  { "data: a\r\rdata: b\r\r", "[message|a|-][message|b|-]" },
  { "data: 첫\rdata: 둘\ndata: 셋\r\n\n", "[message|첫\n둘\n셋|-]" },
  { ": 살아 있음\n\n:\n\ndata: x\n\n", "[message|x|-]" },
  { "data:\n\ndata\n\n", "[message||-][message||-]" },
  { "data:no space\n\ndata:  two\n\n", "[message|no space|-][message| two|-]" },
  { "event: poke\ndata: {\"seq\":1}\n\ndata: x\n\n", "[poke|{\"seq\":1}|-][message|x|-]" },
  { "event: nothing\n\ndata: x\n\n", "[message|x|-]" },
  { "id: 7\nretry: 10\nunknown: y\ndata: x\n\n", "[message|x|-]" },
  { "\xEF\xBB\xBF"
    "data: x\n\n",
    "[message|x|-]" },
  { "error: {\"code\":500}\n\n", "[message|-|{\"code\":500}]" },
  { "data: whole\n", "[message|whole|-]" },
  { "data: whole\n\ndata: bro", "[message|whole|-]" },
  { "data: \xff\xfe\n\n", "[message|\xEF\xBF\xBD\xEF\xBF\xBD|-]" },
  { "\n\n\r\n\r\r\n", "" },
  { "data: 🙂 한글\n: c\ndata: 끝\n\n", "[message|🙂 한글\n끝|-]" },
};

/* Every cut of every stream, and every width of piece, gives the same events. */
static void
test_splits (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = strlen (cases[i].stream);
      for (gsize first = 0; first <= length; first++)
        {
          g_autofree char *two = parse_split (cases[i].stream, length, first, length);
          g_assert_cmpstr (two, ==, cases[i].events);
        }
      for (gsize step = 1; step <= length; step++)
        {
          g_autofree char *many = parse_split (cases[i].stream, length, 0, step);
          g_assert_cmpstr (many, ==, cases[i].events);
        }
    }
}

static void
test_nul (void)
{
  static const char stream[] = "data: a\0b\n\n";
  g_autofree char *events = parse_split (stream, sizeof stream - 1, 0, 3);
  g_assert_cmpstr (events, ==,
                   "[message|a\xEF\xBF\xBD"
                   "b|-]");
}

static void
test_limit (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *line = g_strnfill (60, 'x');

  /* one line, many lines, and a line that never ends are all bounded */
  for (guint kind = 0; kind < 3; kind++)
    {
      g_autoptr (JipSseParser) parser = jip_sse_parser_new (100, record_cb, out);
      g_autoptr (GError) error = NULL;
      gboolean taken = TRUE;
      for (guint i = 0; i < 4 && taken; i++)
        {
          g_autofree char *piece = kind == 0   ? g_strconcat ("data: ", line, line, "\n\n", NULL)
                                   : kind == 1 ? g_strconcat ("data: ", line, "\n", NULL)
                                               : g_strdup (line);
          taken = jip_sse_parser_feed (parser, piece, strlen (piece), &error);
        }
      g_assert_false (taken);
      g_assert_error (error, JIP_ERROR, JIP_ERROR_TOO_LARGE);
      g_assert_false (jip_sse_parser_feed (parser, "\n\n", 2, NULL));
      jip_sse_parser_finish (parser);
    }
  g_assert_cmpstr (out->str, ==, "");

  /* many events of a fair size are no matter how long the stream */
  g_autoptr (JipSseParser) parser = jip_sse_parser_new (100, record_cb, out);
  for (guint i = 0; i < 1000; i++)
    g_assert_true (jip_sse_parser_feed (parser, "data: xxxxxxxxxx\n\n", 18, NULL));
  g_assert_cmpuint (out->len, ==, 1000 * strlen ("[message|xxxxxxxxxx|-]"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sse-parser/splits", test_splits);
  g_test_add_func ("/sse-parser/nul", test_nul);
  g_test_add_func ("/sse-parser/limit", test_limit);
  return g_test_run ();
}
