/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "jip-http-request.h"

G_BEGIN_DECLS

/**
 * JipHttpConfig:
 *
 * Zero or %NULL in a member means its default (in brackets). Times are milliseconds, sizes bytes.
 */
typedef struct
{
  const char *address;                /* to listen on [127.0.0.1] */
  guint16 port;                       /* [any free one: jip_http_server_get_port()] */
  const char *socket_path;            /* a Unix socket (mode 0600) that serves the same routes [none] */
  const char *tls_certificate;        /* PEM text, chain included [no TLS] */
  const char *tls_key;                /* PEM text */
  gboolean allow_insecure;            /* listen beyond loopback without TLS */
  const char *const *trusted_proxies; /* addresses or CIDR masks whose X-Forwarded-For is believed [none] */
  guint threads;                      /* of the pool [processors, 2 to 8] */
  guint max_connections;              /* [descriptor limit less a reserve] */
  guint max_per_address;              /* [1,024] */
  guint header_timeout;               /* from accepting to the end of the headers [10,000] */
  guint idle_timeout;                 /* between requests and between bytes, in whole seconds [30,000] */
  guint body_timeout;                 /* for a body, plus a second per 16 KiB of its limit [30,000] */
  guint heartbeat;                    /* comment line of idle event streams [15,000] */
  guint stall_timeout;                /* a stream's reader that takes no byte [30,000] */
  guint drain_timeout;                /* for requests that are being answered when stopping [5,000] */
  gsize max_body;                     /* unless the route says otherwise [1 MiB] */
  gsize max_body_memory;              /* of all bodies together [256 MiB] */
  gsize max_queue;                    /* of one stream [256 KiB] */
} JipHttpConfig;

#define JIP_HTTP_STATUSES 600

typedef struct
{
  guint64 accepted;
  guint64 refused_full;    /* no room, or no descriptor */
  guint64 refused_address; /* too many from one address */
  guint64 timed_out;       /* header or body deadline */
  guint64 streams_dropped; /* queue full or no byte taken */
  guint connections;
  guint streams;
  gsize body_memory;
  guint64 answers[JIP_HTTP_STATUSES]; /* by status */
} JipHttpStats;

#define JIP_TYPE_HTTP_SERVER (jip_http_server_get_type ())
G_DECLARE_FINAL_TYPE (JipHttpServer, jip_http_server, JIP, HTTP_SERVER, GObject)

JipHttpServer *jip_http_server_new (const JipHttpConfig *config) G_GNUC_WARN_UNUSED_RESULT;
void jip_http_server_add_routes (JipHttpServer *self,
                                 const JipHttpRoute *routes,
                                 guint n_routes,
                                 gpointer user_data);
gboolean jip_http_server_start (JipHttpServer *self, GError **error);
void jip_http_server_stop (JipHttpServer *self);
guint16 jip_http_server_get_port (JipHttpServer *self);
void jip_http_server_get_stats (JipHttpServer *self, JipHttpStats *stats);
void jip_http_server_append_metrics (JipHttpServer *self, GString *out);

G_END_DECLS
