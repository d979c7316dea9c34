/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * JipSseEvent:
 * @event: the event's name, `message` when the stream gives none
 * @data: the data lines joined by line feeds, valid UTF-8; %NULL when there was none (only with @error)
 * @error: the content of a bare `error:` field, which older llama.cpp servers send; otherwise %NULL
 */
typedef struct
{
  const char *event;
  const char *data;
  const char *error;
} JipSseEvent;

typedef void (*JipSseEventCb) (const JipSseEvent *event, gpointer user_data);

typedef struct _JipSseParser JipSseParser;

JipSseParser *
jip_sse_parser_new (gsize max_bytes, JipSseEventCb event_cb, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void jip_sse_parser_free (JipSseParser *parser);
gboolean jip_sse_parser_feed (JipSseParser *parser, const char *bytes, gsize length, GError **error);
void jip_sse_parser_finish (JipSseParser *parser);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipSseParser, jip_sse_parser_free)

G_END_DECLS
