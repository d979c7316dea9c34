/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * JipHttpRequest:
 *
 * One request, whole: the handler is called when the body has arrived. Everything in it is immutable and may be read
 * from any thread; whoever keeps it takes a reference. It is answered exactly once, by one of the respond functions,
 * from any thread, within the handler or later. A handler never waits: it hands the request over and returns, and
 * the connection costs nobody a thread until the answer comes. A request whose last reference goes without an answer
 * is answered with 500. When the client is gone, answering is harmless.
 */
typedef struct _JipHttpRequest JipHttpRequest;
typedef struct _JipHttpStream JipHttpStream;

typedef void (*JipHttpHandler) (JipHttpRequest *request, gpointer user_data);
typedef gboolean (*JipHttpCheck) (JipHttpRequest *request, gpointer user_data, GError **error);
typedef void (*JipHttpStreamClosed) (JipHttpStream *stream, gpointer user_data);

typedef enum
{
  JIP_HTTP_PLAIN = 0,
  JIP_HTTP_JSON = 1 << 0, /* the body must be application/json */
} JipHttpFlags;

/**
 * JipHttpRoute:
 * @method: such as `GET`, which also answers HEAD unless a route of its own does
 * @pattern: such as `/v1/blobs/{sha256}`; a parameter is one whole segment, at most 4 of them
 * @max_body: in bytes; 0 is the server's default
 * @check: (nullable): judges the head before a body is read, such as whether the session is known; it must not wait,
 *   and what it refuses costs no memory
 *
 * The strings are not copied: they live as long as the server.
 */
typedef struct
{
  const char *method;
  const char *pattern;
  JipHttpHandler handler;
  JipHttpFlags flags;
  gsize max_body;
  JipHttpCheck check;
} JipHttpRoute;

JipHttpRequest *jip_http_request_ref (JipHttpRequest *request);
void jip_http_request_unref (JipHttpRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipHttpRequest, jip_http_request_unref)

const char *jip_http_request_get_method (JipHttpRequest *request);
const char *jip_http_request_get_pattern (JipHttpRequest *request);
const char *jip_http_request_get_parameter (JipHttpRequest *request, const char *name);
const char *jip_http_request_get_query (JipHttpRequest *request, const char *name);
const char *jip_http_request_get_header (JipHttpRequest *request, const char *name);
char *jip_http_request_dup_bearer (JipHttpRequest *request) G_GNUC_WARN_UNUSED_RESULT;
GBytes *jip_http_request_get_body (JipHttpRequest *request);
JsonNode *jip_http_request_parse_json (JipHttpRequest *request, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *jip_http_request_get_address (JipHttpRequest *request);
gboolean jip_http_request_is_local (JipHttpRequest *request);

void
jip_http_request_respond (JipHttpRequest *request, guint status, const char *content_type, GBytes *body, ...)
    G_GNUC_NULL_TERMINATED;
void jip_http_request_respond_json (JipHttpRequest *request, guint status, JsonNode *node);
void jip_http_request_respond_error (JipHttpRequest *request, const GError *error);
void jip_http_request_respond_retry (JipHttpRequest *request, const GError *error, guint seconds);
void
jip_http_request_respond_file (JipHttpRequest *request, int fd, const char *content_type, const char *etag);
JipHttpStream *
jip_http_request_respond_stream (JipHttpRequest *request, const char *content_type) G_GNUC_WARN_UNUSED_RESULT;

/* An answer that goes on until it is closed, such as server-sent events; see jip-http-stream.c. */
JipHttpStream *jip_http_stream_ref (JipHttpStream *stream);
void jip_http_stream_unref (JipHttpStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipHttpStream, jip_http_stream_unref)

gboolean jip_http_stream_send (JipHttpStream *stream, GBytes *bytes);
gboolean jip_http_stream_send_event (JipHttpStream *stream, const char *event, const char *data);
GBytes *jip_http_event_new (const char *event, const char *data) G_GNUC_WARN_UNUSED_RESULT;
void jip_http_stream_close (JipHttpStream *stream);
gboolean jip_http_stream_is_closed (JipHttpStream *stream);
void jip_http_stream_set_closed_func (JipHttpStream *stream,
                                      JipHttpStreamClosed closed,
                                      gpointer user_data,
                                      GDestroyNotify destroy);

G_END_DECLS
