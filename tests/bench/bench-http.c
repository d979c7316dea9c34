/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-http [--streams N] [--connections N] [--seconds N]: requests a second of a trivial route, of one that another
 * thread answers, and of both beside idle event streams; one event to all streams. Prints one line of JSON. Server and
 * clients share the machine and the process. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jip-http-server.h"

static int n_streams = 2000;
static int n_connections = 64;
static double seconds = 2;

static const GOptionEntry options[] = {
  { "streams", 0, 0, G_OPTION_ARG_INT, &n_streams, "Number of idle event streams", "N" },
  { "connections", 0, 0, G_OPTION_ARG_INT, &n_connections, "Number of connections that ask", "N" },
  { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "Length of each measurement", "N" },
  { NULL },
};

typedef struct
{
  guint16 port;
  GAsyncQueue *later;   /* JipHttpRequest */
  GAsyncQueue *started; /* JipHttpStream */
} Bench;

static void
answer (JipHttpRequest *request)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("ok", 2);

  jip_http_request_respond (request, 200, "text/plain", body, NULL);
}

static void
now_cb (JipHttpRequest *request, gpointer user_data)
{
  answer (request);
}

static void
later_cb (JipHttpRequest *request, gpointer user_data)
{
  Bench *bench = user_data;

  g_async_queue_push (bench->later, jip_http_request_ref (request));
}

static void
stream_cb (JipHttpRequest *request, gpointer user_data)
{
  Bench *bench = user_data;

  g_async_queue_push (bench->started, jip_http_request_respond_stream (request, "text/event-stream"));
}

static const JipHttpRoute routes[] = {
  { "GET", "/now", now_cb },
  { "GET", "/later", later_cb },
  { "GET", "/stream", stream_cb },
};

static gpointer
later_thread (gpointer data)
{
  Bench *bench = data;

  for (;;)
    {
      gpointer item = g_async_queue_pop (bench->later);
      if (item == bench)
        return NULL;
      answer (item);
      jip_http_request_unref (item);
    }
}

static int
connect_to (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("connect: %s", g_strerror (errno));
  return fd;
}

static void
ask (int fd, const char *text)
{
  if (send (fd, text, strlen (text), MSG_NOSIGNAL) != (ssize_t) strlen (text))
    g_error ("send: %s", g_strerror (errno));
}

static int
watch_all (const int *fds, int n)
{
  int epoll_fd = epoll_create1 (EPOLL_CLOEXEC);

  for (int i = 0; i < n; i++)
    {
      struct epoll_event event = { .events = EPOLLIN, .data.fd = fds[i] };
      epoll_ctl (epoll_fd, EPOLL_CTL_ADD, fds[i], &event);
    }
  return epoll_fd;
}

/* Each connection asks again as soon as it has its answer, which fits one read. */
static double
measure_requests (Bench *bench, const char *path)
{
  g_autofree char *text = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: bench\r\n\r\n", path);
  g_autofree int *fds = g_new (int, n_connections);
  gint64 begin = g_get_monotonic_time ();
  guint64 n_answers = 0;
  struct epoll_event events[64];

  for (int i = 0; i < n_connections; i++)
    {
      fds[i] = connect_to (bench->port);
      ask (fds[i], text);
    }
  int epoll_fd = watch_all (fds, n_connections);
  while (g_get_monotonic_time () - begin < seconds * G_USEC_PER_SEC)
    {
      int n = epoll_wait (epoll_fd, events, G_N_ELEMENTS (events), 1000);
      for (int i = 0; i < n; i++)
        {
          char buffer[1024];
          ssize_t length = read (events[i].data.fd, buffer, sizeof buffer);
          if (length < 12 || memcmp (buffer, "HTTP/1.1 200", 12) != 0)
            g_error ("not an answer");
          n_answers++;
          ask (events[i].data.fd, text);
        }
    }
  double passed = (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
  close (epoll_fd);
  for (int i = 0; i < n_connections; i++)
    close (fds[i]);
  return (double) n_answers / passed;
}

static double
resident_kib (void)
{
  g_autofree char *text = NULL;
  guint64 pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    {
      g_auto (GStrv) fields = g_strsplit (text, " ", 3);
      pages = g_ascii_strtoull (fields[1], NULL, 10);
    }
  return (double) pages * (double) sysconf (_SC_PAGESIZE) / 1024;
}

static GPtrArray *
open_streams (Bench *bench, int *fds)
{
  GPtrArray *streams = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_http_stream_unref);

  for (int i = 0; i < n_streams; i++)
    {
      char buffer[1024];
      fds[i] = connect_to (bench->port);
      ask (fds[i], "GET /stream HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer "
                   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n\r\n");
      g_ptr_array_add (streams, g_async_queue_pop (bench->started));
      if (read (fds[i], buffer, sizeof buffer) < 12)
        g_error ("no stream");
    }
  return streams;
}

/* From the first send to the moment when the last client has read it. */
static double
measure_broadcast (GPtrArray *streams, const int *fds)
{
  g_autoptr (GBytes) event = jip_http_event_new ("poke", "{\"epoch\":\"e\",\"seq\":1}");
  int epoll_fd = watch_all (fds, n_streams);
  struct epoll_event events[64];
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 0; i < streams->len; i++)
    jip_http_stream_send (streams->pdata[i], event);
  for (int left = n_streams; left > 0;)
    {
      int n = epoll_wait (epoll_fd, events, G_N_ELEMENTS (events), 5000);
      if (n <= 0)
        g_error ("%d clients got nothing", left);
      for (int i = 0; i < n; i++)
        {
          char buffer[1024];
          if (read (events[i].data.fd, buffer, sizeof buffer) <= 0)
            g_error ("a stream ended");
          left--;
        }
    }
  double passed = (double) (g_get_monotonic_time () - begin) / 1000;
  close (epoll_fd);
  return passed;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

static double
median_broadcast (GPtrArray *streams, const int *fds)
{
  double times[9];

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    times[i] = measure_broadcast (streams, fds);
  qsort (times, G_N_ELEMENTS (times), sizeof times[0], compare_doubles);
  return times[G_N_ELEMENTS (times) / 2];
}

static void
measure (Bench *bench)
{
  g_autofree int *fds = g_new (int, n_streams);
  double now = measure_requests (bench, "/now");
  double later = measure_requests (bench, "/later");
  double before = resident_kib ();
  g_autoptr (GPtrArray) streams = open_streams (bench, fds);
  double each = (resident_kib () - before) / MAX (n_streams, 1);
  double now_beside = measure_requests (bench, "/now");
  double later_beside = measure_requests (bench, "/later");
  double broadcast = median_broadcast (streams, fds);

  printf ("{\"bench\":\"http\",\"connections\":%d,\"streams\":%d,\"requests_per_s\":%.0f,"
          "\"handed_over_per_s\":%.0f,\"requests_per_s_beside_streams\":%.0f,"
          "\"handed_over_per_s_beside_streams\":%.0f,\"broadcast_ms\":%.1f,\"kib_per_idle_stream\":%.1f}\n",
          n_connections, n_streams, now, later, now_beside, later_beside, broadcast, each);
  for (int i = 0; i < n_streams; i++)
    close (fds[i]);
}

static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  JipHttpConfig config = { .max_per_address = 1000000 };
  Bench bench = { 0 };

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  raise_descriptor_limit ();
  bench.later = g_async_queue_new ();
  bench.started = g_async_queue_new ();
  g_autoptr (JipHttpServer) server = jip_http_server_new (&config);
  jip_http_server_add_routes (server, routes, G_N_ELEMENTS (routes), &bench);
  if (!jip_http_server_start (server, &error))
    g_error ("%s", error->message);
  bench.port = jip_http_server_get_port (server);
  GThread *thread = g_thread_new ("later", later_thread, &bench);

  measure (&bench);

  jip_http_server_stop (server);
  g_async_queue_push (bench.later, &bench);
  g_thread_join (thread);
  g_async_queue_unref (bench.later);
  g_async_queue_unref (bench.started);
  return 0;
}
