/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "jip-http-private.h"

#define BACKLOG 4096
#define ACCEPTS_PER_TURN 64
#define EVENTS 128
#define PAUSE (50 * 1000) /* microseconds without accepting when not even the spare descriptor helps */
#define TICK 250          /* milliseconds */
#define UNSENT_BYTES (128 * 1024)

typedef struct sockaddr_storage Storage;

/* Counts a connection, or a request that a trusted proxy forwards, for its address; %FALSE when there are too many. */
gboolean
jip_http_address_enter (JipHttpServer *server, const char *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (server->addresses, key));

  if (n >= server->config.max_per_address)
    return FALSE;
  g_hash_table_insert (server->addresses, g_strdup (key), GUINT_TO_POINTER (n + 1));
  return TRUE;
}

void
jip_http_address_leave (JipHttpServer *server, const char *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (server->addresses, key));

  if (n <= 1)
    g_hash_table_remove (server->addresses, key);
  else
    g_hash_table_insert (server->addresses, g_strdup (key), GUINT_TO_POINTER (n - 1));
}

/* One household of IPv6 is a /64. */
char *
jip_http_count_key (const char *address)
{
  struct in6_addr in6;

  if (inet_pton (AF_INET6, address, &in6) != 1)
    return g_strdup (address);
  return g_strdup_printf ("%02x%02x:%02x%02x:%02x%02x:%02x%02x::/64", in6.s6_addr[0], in6.s6_addr[1],
                          in6.s6_addr[2], in6.s6_addr[3], in6.s6_addr[4], in6.s6_addr[5], in6.s6_addr[6],
                          in6.s6_addr[7]);
}

/**
 * jip_http_acceptor_forget:
 *
 * @conn is closed, or never came to life.
 */
void
jip_http_acceptor_forget (JipHttpServer *server, JipHttpConn *conn)
{
  gboolean known;

  g_mutex_lock (&server->lock);
  known = g_hash_table_lookup (server->conns, GINT_TO_POINTER (conn->fd)) == conn;
  g_autofree char *key = g_steal_pointer (&conn->count_key);
  if (known)
    g_hash_table_remove (server->conns, GINT_TO_POINTER (conn->fd));
  g_mutex_unlock (&server->lock);
  if (key != NULL)
    jip_http_address_leave (server, key);
}

/* libmicrohttpd closed a socket that it never announced (out of memory): the number is in use again. */
static void
forget_stale (JipHttpServer *server, int fd)
{
  g_mutex_lock (&server->lock);
  JipHttpConn *found = g_hash_table_lookup (server->conns, GINT_TO_POINTER (fd));
  g_autoptr (JipHttpConn) stale = found != NULL ? jip_http_conn_ref (found) : NULL;
  g_mutex_unlock (&server->lock);
  if (stale != NULL)
    jip_http_acceptor_forget (server, stale);
}

static gboolean
is_proxy (JipHttpServer *server, const char *text)
{
  if (server->proxies->len == 0)
    return FALSE;
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);
  return address != NULL && jip_http_server_trusts (server, address);
}

/* With TLS the closing has to do. */
static void
refuse (JipHttpServer *server, int fd, gboolean local)
{
  g_autoptr (GError) busy = jip_error_new (JIP_ERROR_BUSY, NULL, "%s", jip_error_describe (JIP_ERROR_BUSY));

  if (local || server->tls_certificate == NULL)
    jip_http_send_refusal (fd, busy);
  close (fd);
}

static gboolean
peer_is_us (int fd)
{
  struct ucred peer;
  socklen_t length = sizeof peer;

  return getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0
         && (peer.uid == geteuid () || peer.uid == 0);
}

static gboolean
admit (JipHttpServer *server, JipHttpConn *conn)
{
  if (conn->local)
    return peer_is_us (conn->fd);

  g_mutex_lock (&server->lock);
  gboolean full = g_hash_table_size (server->conns) >= server->config.max_connections;
  g_mutex_unlock (&server->lock);
  if (full)
    {
      atomic_fetch_add (&server->refused_full, 1);
      return FALSE;
    }
  conn->proxy = is_proxy (server, conn->address);
  if (conn->proxy)
    return TRUE;
  g_autofree char *key = jip_http_count_key (conn->address);
  if (!jip_http_address_enter (server, key))
    {
      atomic_fetch_add (&server->refused_address, 1);
      return FALSE;
    }
  conn->count_key = g_steal_pointer (&key);
  return TRUE;
}

static void
hand_over (JipHttpServer *server, JipHttpConn *conn, const struct sockaddr *address, socklen_t length)
{
  int fd = conn->fd;
  int on = 1, unsent = UNSENT_BYTES;
  struct epoll_event event = { .events = EPOLLRDHUP | EPOLLET };

  if (!conn->local)
    {
      /* A reader whose kernel takes nothing more, or whose cable is out, is noticed before our own buffers are full. */
      guint patience = server->config.stall_timeout;
      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      setsockopt (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
      /* Else the kernel takes megabytes at once, and a slow reader of a large page seems to stand still while they go out. */
      setsockopt (fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
    }
  conn->serial = ++server->next_serial;
  conn->deadline = g_get_monotonic_time () + server->config.header_timeout * (gint64) 1000;
  event.data.u64 = (guint64) conn->serial << 32 | (guint32) fd;
  g_mutex_lock (&server->lock);
  g_hash_table_insert (server->conns, GINT_TO_POINTER (fd), jip_http_conn_ref (conn));
  g_mutex_unlock (&server->lock);

  /* Only the peer's closing wakes this; incoming data does not. libmicrohttpd cannot see it while suspended. */
  epoll_ctl (server->epoll_fd, EPOLL_CTL_ADD, fd, &event);
  atomic_fetch_add (&server->accepted, 1);
  if (MHD_add_connection (conn->local ? server->local_daemon : server->daemon, fd, address, length)
      != MHD_YES)
    jip_http_acceptor_forget (server, conn);
}

static void
take (JipHttpServer *server, int fd, const Storage *address, socklen_t length)
{
  forget_stale (server, fd);
  g_autoptr (JipHttpConn) conn = jip_http_conn_new (server, fd, (const struct sockaddr *) address);
  if (!admit (server, conn))
    {
      refuse (server, fd, conn->local);
      return;
    }
  hand_over (server, conn, (const struct sockaddr *) address, length);
}

static void
pause_accepting (JipHttpServer *server, gboolean pause)
{
  struct epoll_event event = { .events = pause ? 0 : EPOLLIN };

  server->paused_until = pause ? g_get_monotonic_time () + PAUSE : 0;
  for (guint i = 0; i < 2; i++)
    {
      int fd = i == 0 ? server->listen_fd : server->local_fd;
      event.data.u64 = (guint32) fd;
      if (fd >= 0)
        epoll_ctl (server->epoll_fd, EPOLL_CTL_MOD, fd, &event);
    }
}

/* Out of descriptors: the spare one lets us at least turn the next client away, instead of leaving it in the queue. */
static gboolean
shed (JipHttpServer *server, int listen_fd)
{
  if (server->spare_fd < 0)
    server->spare_fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  if (server->spare_fd < 0)
    return FALSE;
  close (server->spare_fd);
  int fd = accept4 (listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0)
    {
      forget_stale (server, fd);
      refuse (server, fd, listen_fd == server->local_fd);
      atomic_fetch_add (&server->refused_full, 1);
    }
  server->spare_fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  return fd >= 0;
}

static void
accept_some (JipHttpServer *server, int listen_fd)
{
  for (guint i = 0; i < ACCEPTS_PER_TURN; i++)
    {
      Storage address = { 0 };
      socklen_t length = sizeof address;
      int fd = accept4 (listen_fd, (struct sockaddr *) &address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd >= 0)
        {
          take (server, fd, &address, length);
          continue;
        }
      if (errno == EAGAIN)
        return;
      if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO)
        continue;
      if ((errno == EMFILE || errno == ENFILE) && shed (server, listen_fd))
        continue;
      pause_accepting (server, TRUE);
      return;
    }
}

/* After a read that came up short libmicrohttpd waits for the next edge, and an end that arrived together with the data
 * has none left to give. This makes one; what was sent before the end can still be read and answered. */
static void
nudge_locked (JipHttpConn *conn)
{
  if (conn->started && conn->open && !conn->suspended)
    shutdown (conn->fd, SHUT_RD);
}

static void
peer_closed (JipHttpServer *server, guint64 id)
{
  g_mutex_lock (&server->lock);
  JipHttpConn *found = g_hash_table_lookup (server->conns, GINT_TO_POINTER ((int) (guint32) id));
  if (found != NULL && found->serial != id >> 32)
    found = NULL;
  g_autoptr (JipHttpConn) conn = found != NULL ? jip_http_conn_ref (found) : NULL;
  g_mutex_unlock (&server->lock);
  if (conn == NULL)
    return;

  g_mutex_lock (&conn->lock);
  if (!conn->hup)
    nudge_locked (conn);
  conn->hup = TRUE;
  g_autoptr (JipHttpStream) stream = conn->stream != NULL ? jip_http_stream_ref (conn->stream) : NULL;
  g_mutex_unlock (&conn->lock);
  if (stream != NULL)
    jip_http_stream_drop (stream);
}

/* Shuts what is over its deadline; adds the stream, which may need something, to @streams. One that libmicrohttpd has not
 * yet taken over is shut when it has: until then the descriptor may be somebody else's. */
static void
look_at (JipHttpServer *server, JipHttpConn *conn, gint64 now, GPtrArray *streams)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&conn->lock);

  if (conn->stream != NULL)
    g_ptr_array_add (streams, jip_http_stream_ref (conn->stream));
  if (conn->hup)
    nudge_locked (conn);
  if (!conn->started || conn->deadline == 0 || now < conn->deadline)
    return;
  conn->deadline = 0;
  atomic_fetch_add (&server->timed_out, 1);
  jip_http_conn_shut_locked (conn);
}

static void
tick (JipHttpServer *server, gint64 now)
{
  g_autoptr (GPtrArray) streams = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_http_stream_unref);
  GHashTableIter iter;
  gpointer conn;

  g_mutex_lock (&server->lock);
  g_hash_table_iter_init (&iter, server->conns);
  while (g_hash_table_iter_next (&iter, NULL, &conn))
    look_at (server, conn, now, streams);
  g_mutex_unlock (&server->lock);

  for (guint i = 0; i < streams->len; i++)
    jip_http_stream_tick (streams->pdata[i], now, &server->config);
  if (server->paused_until != 0 && now >= server->paused_until)
    pause_accepting (server, FALSE);
}

static void
handle (JipHttpServer *server, guint64 id)
{
  int fd = (int) (guint32) id;

  if (id >> 32 != 0)
    peer_closed (server, id);
  else if (fd == server->listen_fd || fd == server->local_fd)
    accept_some (server, fd);
  else if (fd == server->wake_fd)
    {
      guint64 count;
      (void) !read (fd, &count, sizeof count);
    }
}

static int
tick_length (const JipHttpConfig *config)
{
  guint shortest = MIN (MIN (config->header_timeout, config->heartbeat), config->stall_timeout);

  return (int) CLAMP (shortest / 4, 10, TICK);
}

/* Milliseconds to sleep; for ever when there is nobody to look after, since only this thread lets somebody in. */
static int
next_tick (JipHttpServer *server, int length)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  if (server->paused_until != 0)
    return PAUSE / 1000;
  return g_hash_table_size (server->conns) > 0 ? length : -1;
}

static gpointer
acceptor_thread (gpointer data)
{
  JipHttpServer *server = data;
  struct epoll_event events[EVENTS];
  int length = tick_length (&server->config);
  gint64 next = 0;

  while (!atomic_load (&server->stopping))
    {
      int n = epoll_wait (server->epoll_fd, events, EVENTS, next_tick (server, length));
      for (int i = 0; i < n; i++)
        handle (server, events[i].data.u64);
      gint64 now = g_get_monotonic_time ();
      if (now >= next || server->paused_until != 0)
        {
          tick (server, now);
          next = now + length * (gint64) 1000;
        }
    }
  return NULL;
}

static gboolean
fail_errno (GError **error, const char *what)
{
  return jip_error_set (error, JIP_ERROR_UNAVAILABLE, _ ("The server cannot listen on %s: %s."), what,
                        g_strerror (errno));
}

static gboolean
listen_tcp (JipHttpServer *server, GError **error)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (server->address);
  Storage storage = { 0 };
  socklen_t length = sizeof storage;
  int on = 1;

  if (address == NULL)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("“%s” is not an address to listen on."),
                          server->address);
  if (!g_inet_address_get_is_loopback (address) && server->tls_certificate == NULL
      && !server->config.allow_insecure)
    return jip_error_set (
        error, JIP_ERROR_BAD_ARGS,
        _ ("Without TLS the server listens on loopback only, not on %s. Give it a certificate "
           "and a key, or allow insecure connections by name."),
        server->address);

  g_autoptr (GSocketAddress) socket_address = g_inet_socket_address_new (address, server->config.port);
  if (!g_socket_address_to_native (socket_address, &storage, sizeof storage, error))
    return FALSE;
  server->listen_fd = socket (storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (server->listen_fd < 0)
    return fail_errno (error, server->address);
  setsockopt (server->listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind (server->listen_fd, (struct sockaddr *) &storage,
            (socklen_t) g_socket_address_get_native_size (socket_address))
          != 0
      || listen (server->listen_fd, BACKLOG) != 0
      || getsockname (server->listen_fd, (struct sockaddr *) &storage, &length) != 0)
    return fail_errno (error, server->address);
  server->port = ntohs (storage.ss_family == AF_INET6 ? ((struct sockaddr_in6 *) &storage)->sin6_port
                                                      : ((struct sockaddr_in *) &storage)->sin_port);
  return TRUE;
}

/* A socket file that a killed server left behind is taken over; the data folder's lock says that none runs. */
static gboolean
listen_local (JipHttpServer *server, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  if (server->socket_path == NULL)
    return TRUE;
  if (g_strlcpy (address.sun_path, server->socket_path, sizeof address.sun_path) >= sizeof address.sun_path)
    return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("The path of the socket is too long: %s."),
                          server->socket_path);
  server->local_fd = socket (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (server->local_fd < 0)
    return fail_errno (error, server->socket_path);
  unlink (server->socket_path);
  if (bind (server->local_fd, (struct sockaddr *) &address, sizeof address) != 0
      || chmod (server->socket_path, 0600) != 0 || listen (server->local_fd, BACKLOG) != 0)
    return fail_errno (error, server->socket_path);
  return TRUE;
}

static gboolean
watch (JipHttpServer *server, int fd)
{
  struct epoll_event event = { .events = EPOLLIN, .data.u64 = (guint32) fd };

  return fd < 0 || epoll_ctl (server->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/**
 * jip_http_acceptor_listen:
 *
 * Opens the sockets; clients wait in the backlog until jip_http_acceptor_start().
 */
gboolean
jip_http_acceptor_listen (JipHttpServer *server, GError **error)
{
  if (!listen_tcp (server, error) || !listen_local (server, error))
    return FALSE;
  server->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  server->wake_fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
  server->spare_fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  if (server->epoll_fd < 0 || server->wake_fd < 0 || server->spare_fd < 0 || !watch (server, server->wake_fd)
      || !watch (server, server->listen_fd) || !watch (server, server->local_fd))
    return fail_errno (error, server->address);
  return TRUE;
}

void
jip_http_acceptor_start (JipHttpServer *server)
{
  server->acceptor = g_thread_new ("http-acceptor", acceptor_thread, server);
}

/**
 * jip_http_acceptor_stop:
 *
 * No client is taken on after this. The server is stopping.
 */
void
jip_http_acceptor_stop (JipHttpServer *server)
{
  guint64 one = 1;

  if (server->acceptor != NULL)
    {
      (void) !write (server->wake_fd, &one, sizeof one);
      g_thread_join (g_steal_pointer (&server->acceptor));
    }
  for (guint i = 0; i < 5; i++)
    {
      int *fds[]
          = { &server->listen_fd, &server->local_fd, &server->epoll_fd, &server->wake_fd, &server->spare_fd };
      if (*fds[i] >= 0)
        close (*fds[i]);
      *fds[i] = -1;
    }
  if (server->socket_path != NULL)
    unlink (server->socket_path);
}

/**
 * jip_http_default_max_connections:
 *
 * Returns: the descriptor limit less a reserve for the database, files and calls to other servers
 */
guint
jip_http_default_max_connections (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return 100000;
  return (guint) MIN (limit.rlim_cur - MIN (limit.rlim_cur / 4, 256), 100000);
}
