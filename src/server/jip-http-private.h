/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <microhttpd.h>
#include <stdatomic.h>

#include "jip-error.h"
#include "jip-http-server.h"

G_BEGIN_DECLS

/* Locks are taken in this order: the server's, then a connection's, then what libmicrohttpd takes within. */

#define JIP_HTTP_MAX_HEADERS (8 * 1024)         /* bytes of one request's head */
#define JIP_HTTP_CONNECTION_MEMORY (16 * 1024)  /* libmicrohttpd's pool of one connection */
#define JIP_HTTP_MAX_DISCARD (16 * 1024 * 1024) /* of a refused body, so that its sender gets to read why */
#define JIP_HTTP_RETRY_AFTER "5"                /* seconds */
#define JIP_HTTP_MAX_PARAMETERS 4
#define JIP_HTTP_MAX_SEGMENTS 16

typedef struct _JipHttpConn JipHttpConn;

/* One accepted socket, from accept() until libmicrohttpd closes it; requests and streams may outlive that. */
struct _JipHttpConn
{
  gatomicrefcount refs;
  JipHttpServer *server; /* not owned; valid while open */
  int fd;
  guint32 serial;  /* tells two users of one descriptor apart */
  gboolean local;  /* came over the Unix socket */
  gboolean proxy;  /* a trusted one */
  char *address;   /* of the peer, as text */
  char *count_key; /* what it counts for in the limit per address, or NULL */

  GMutex lock;
  gboolean started; /* libmicrohttpd took it over */
  gboolean open;    /* the descriptor may be used */
  gboolean hup;     /* the peer has closed its side */
  gboolean suspended;
  gint64 deadline; /* monotonic microseconds, or 0 */
  struct MHD_Connection *connection;
  JipHttpRequest *request; /* the current one, owned */
  JipHttpStream *stream;   /* its answer, owned */
};

typedef struct
{
  const JipHttpRoute *route;
  gpointer user_data;
  char **segments; /* owned */
} JipHttpEntry;

struct _JipHttpRequest
{
  gatomicrefcount refs;
  JipHttpConn *conn;         /* owned */
  const JipHttpEntry *entry; /* the server's */
  char *target;              /* as sent */
  char *method;
  char *headers; /* name\0value\0 …, ended by an empty name */
  char *address;
  char *count_key; /* a forwarded address that is counted while this runs */
  char **segments;
  const char *parameters[JIP_HTTP_MAX_PARAMETERS * 2]; /* name, value in segments */
  GHashTable *query;                                   /* nullable */
  GError *refusal;
  char *allow; /* of a refusal with 405 */
  GByteArray *upload;
  GBytes *body;
  gsize max_body;
  gsize received;
  gsize charged; /* of the server's body memory */
  gboolean begun, dispatched;
  gboolean said; /* the refusal, by jip_http_conn_say_last() */
  /* under the connection's lock */
  gboolean answered;
  gboolean abandoned; /* its first answer was that nobody waits any more */
  guint status;
  struct MHD_Response *response;
};

typedef enum
{
  JIP_HTTP_RUNNING,
  JIP_HTTP_DRAINING, /* nobody comes in; what is being answered may end */
  JIP_HTTP_ENDING,   /* nothing may be suspended any more */
} JipHttpStopping;

struct _JipHttpServer
{
  GObject parent_instance;

  JipHttpConfig config;
  char *address, *socket_path, *tls_certificate, *tls_key;
  char **trusted;
  GPtrArray *proxies; /* GInetAddressMask, made of trusted */
  GArray *entries;    /* JipHttpEntry */
  guint16 port;

  struct MHD_Daemon *daemon;       /* for TCP */
  struct MHD_Daemon *local_daemon; /* for the Unix socket; never TLS */
  GThread *acceptor;
  int listen_fd, local_fd, epoll_fd, wake_fd;
  int spare_fd; /* given up for a moment when there are no descriptors left */
  gint64 paused_until;
  guint32 next_serial;
  _Atomic int stopping; /* JipHttpStopping */
  GCond finished;       /* a request ended while stopping */

  GMutex lock;
  GHashTable *conns;     /* fd -> JipHttpConn (owned) */
  GHashTable *addresses; /* count key (owned) -> number of connections */

  _Atomic guint64 accepted, refused_full, refused_address, timed_out, streams_dropped;
  _Atomic guint streams;
  _Atomic gsize body_memory;
  _Atomic guint64 answers[JIP_HTTP_STATUSES];
};

/* jip-http-conn.c */
JipHttpConn *jip_http_conn_new (JipHttpServer *server, int fd, const struct sockaddr *address);
JipHttpConn *jip_http_conn_ref (JipHttpConn *conn);
void jip_http_conn_unref (JipHttpConn *conn);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipHttpConn, jip_http_conn_unref)
void jip_http_conn_suspend_locked (JipHttpConn *conn);
void jip_http_conn_resume_locked (JipHttpConn *conn);
void jip_http_conn_shut_locked (JipHttpConn *conn);
gboolean jip_http_conn_say_last (JipHttpConn *conn, const GError *error);
void jip_http_conn_finish_request (JipHttpConn *conn);
void jip_http_conn_notify_cb (void *cls,
                              struct MHD_Connection *connection,
                              void **socket_context,
                              enum MHD_ConnectionNotificationCode code);

/* jip-http-acceptor.c */
gboolean jip_http_acceptor_listen (JipHttpServer *server, GError **error);
void jip_http_acceptor_start (JipHttpServer *server);
void jip_http_acceptor_stop (JipHttpServer *server);
void jip_http_acceptor_forget (JipHttpServer *server, JipHttpConn *conn);
guint jip_http_default_max_connections (void);
char *jip_http_count_key (const char *address);
gboolean jip_http_address_enter (JipHttpServer *server, const char *key);
void jip_http_address_leave (JipHttpServer *server, const char *key);

/* jip-http-server.c */
gboolean jip_http_server_trusts (JipHttpServer *server, GInetAddress *address);

/* jip-http-dispatch.c */
enum MHD_Result jip_http_dispatch_cb (void *cls,
                                      struct MHD_Connection *connection,
                                      const char *url,
                                      const char *method,
                                      const char *version,
                                      const char *upload,
                                      size_t *upload_size,
                                      void **context);
void *jip_http_begin_cb (void *cls, const char *uri, struct MHD_Connection *connection);
void jip_http_completed_cb (void *cls,
                            struct MHD_Connection *connection,
                            void **context,
                            enum MHD_RequestTerminationCode code);
void jip_http_log_cb (void *cls, const char *format, va_list args) G_GNUC_PRINTF (2, 0);

/* jip-http-route.c */
void jip_http_entry_clear (JipHttpEntry *entry);
char **jip_http_split_pattern (const char *pattern);
gboolean jip_http_request_parse_target (JipHttpRequest *request, GError **error);
gboolean
jip_http_request_find_route (JipHttpRequest *request, GArray *entries, GString *allow, GError **error);

/* jip-http-request.c */
JipHttpRequest *jip_http_request_new (JipHttpConn *conn, const char *target);
void jip_http_request_answer (JipHttpRequest *request, guint status, struct MHD_Response *response);
void jip_http_request_abandon (JipHttpRequest *request, JipErrorCode code);
struct MHD_Response *jip_http_error_response (const GError *error, guint *status);
gboolean jip_http_send_refusal (int fd, const GError *error);

/* jip-http-stream.c */
struct _JipHttpStream
{
  gatomicrefcount refs;
  JipHttpConn *conn; /* owned */
  /* under the connection's lock */
  GQueue queue; /* GBytes */
  gsize offset; /* into the first */
  gsize queued;
  gboolean closing; /* ends when the queue is empty */
  gboolean closed;
  gboolean heartbeat;
  gint64 blocked_since; /* monotonic microseconds: bytes wait and none was taken, or 0 */
  gint64 sent_at;
  JipHttpStreamClosed closed_func;
  gpointer closed_data;
  GDestroyNotify closed_destroy;
};

void jip_http_stream_drop (JipHttpStream *stream);
void jip_http_stream_tick (JipHttpStream *stream, gint64 now, const JipHttpConfig *config);

G_END_DECLS
