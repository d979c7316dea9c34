/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model-fixture.h"

#include <string.h>

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
#define DELTA(text) "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text "\"}}]}\n\n"
#define FINISH(why) "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" why "\"}]}\n\n"
#define USAGE \
  "data: {\"model\":\"tiny\",\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}\n\n"
#define DONE "data: [DONE]\n\n"
#define JSON_HEAD(status) "HTTP/1.1 " status "\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"

enum
{
  THEN_CLOSE,
  THEN_HANG, /* until the client goes */
  THEN_GATE, /* until the test opens the gate, then finish */
  THEN_FLOOD,
};

static const struct
{
  const char *mode, *answer;
  int then;
  gboolean no_models;
} modes[] = {
  { "ok", HEAD DELTA ("가람시는 ") DELTA ("22일") FINISH ("stop") USAGE DONE, THEN_CLOSE, FALSE },
  { "length", HEAD DELTA ("가람시") FINISH ("length") USAGE DONE, THEN_CLOSE, FALSE },
  { "think", HEAD DELTA ("<thi") DELTA ("nk>속</think>글") FINISH ("stop") DONE, THEN_CLOSE, FALSE },
  { "gated", HEAD DELTA ("처음 "), THEN_GATE, FALSE },
  { "flood", HEAD, THEN_FLOOD, FALSE },
  { "empty", HEAD DELTA ("<think>속</think>") FINISH ("stop") DONE, THEN_CLOSE, FALSE },
  { "silent", "", THEN_HANG, FALSE },
  { "stalled", HEAD DELTA ("처음 "), THEN_HANG, FALSE },
  { "dropped", HEAD DELTA ("처음 "), THEN_CLOSE, FALSE },
  { "refused", "", THEN_CLOSE, FALSE },
  { "llama-error", HEAD DELTA ("처음 ") "data: {\"error\":{\"code\":500,\"message\":\"slot\"}}\n\n",
    THEN_CLOSE, FALSE },
  { "bare-error", HEAD "error: {\"code\":500,\"message\":\"slot\"}\n\n", THEN_CLOSE, FALSE },
  { "vllm-error", HEAD DELTA ("처음 ") "data: {\"error\":{\"message\":\"died\"}}\n\n" DONE, THEN_CLOSE,
    FALSE },
  { "ollama-error", HEAD DELTA ("처음 "), THEN_CLOSE, FALSE },
  { "overflow",
    JSON_HEAD (
        "400 Bad Request") "{\"error\":{\"code\":400,\"message\":\"too long\",\"type\":\"exceed_context_size_error\","
                           "\"n_prompt_tokens\":9001,\"n_ctx\":8192}}",
    THEN_CLOSE, FALSE },
  { "broken", JSON_HEAD ("500 Internal Server Error") "<html>", THEN_CLOSE, FALSE },
  { "loading", JSON_HEAD ("503 Service Unavailable") "{\"error\":{\"message\":\"Loading model\"}}",
    THEN_CLOSE, TRUE },
  { "busy", JSON_HEAD ("503 Service Unavailable") "{}", THEN_CLOSE, FALSE },
  { "elsewhere",
    "HTTP/1.1 302 Found\r\nLocation: /ok/chat/completions\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    THEN_CLOSE, FALSE },
  { "whole",
    JSON_HEAD ("200 OK") "{\"model\":\"tiny\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"글\"},"
                         "\"finish_reason\":\"stop\"}]}",
    THEN_CLOSE, FALSE },
};

struct _ModelFixture
{
  GSocketService *service;
  guint16 port;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  GMutex lock;
  GCond changed;
  guint requests, closed, passed, gate;
  char *last_request;
};

/* Reads one request, headers and body; FALSE at the end of the connection. */
static gboolean
read_request (GInputStream *in, GString *request)
{
  char buffer[4096];
  const char *end;

  while ((end = strstr (request->str, "\r\n\r\n")) == NULL)
    {
      gssize got = g_input_stream_read (in, buffer, sizeof buffer, NULL, NULL);
      if (got <= 0)
        return FALSE;
      g_string_append_len (request, buffer, got);
    }
  const char *length = strcasestr (request->str, "\r\nContent-Length:");
  gsize wanted = (gsize) (end + 4 - request->str)
                 + (length != NULL && length < end ? g_ascii_strtoull (length + 17, NULL, 10) : 0);
  while (request->len < wanted)
    {
      gssize got = g_input_stream_read (in, buffer, sizeof buffer, NULL, NULL);
      if (got <= 0)
        return FALSE;
      g_string_append_len (request, buffer, got);
    }
  return TRUE;
}

static void
send_text (GOutputStream *out, const char *text)
{
  g_output_stream_write_all (out, text, strlen (text), NULL, NULL, NULL);
}

static void
wait_client_gone (ModelFixture *fixture, GInputStream *in)
{
  char buffer[256];

  while (g_input_stream_read (in, buffer, sizeof buffer, NULL, NULL) > 0)
    ;
  g_mutex_lock (&fixture->lock);
  fixture->closed++;
  g_cond_broadcast (&fixture->changed);
  g_mutex_unlock (&fixture->lock);
}

static void
wait_gate (ModelFixture *fixture)
{
  g_mutex_lock (&fixture->lock);
  while (fixture->passed >= fixture->gate)
    g_cond_wait (&fixture->changed, &fixture->lock);
  fixture->passed++;
  g_mutex_unlock (&fixture->lock);
}

static void
serve_chat (ModelFixture *fixture, guint mode, GInputStream *in, GOutputStream *out, const char *request)
{
  g_mutex_lock (&fixture->lock);
  fixture->requests++;
  g_free (fixture->last_request);
  fixture->last_request = g_strdup (request);
  g_cond_broadcast (&fixture->changed);
  g_mutex_unlock (&fixture->lock);

  send_text (out, modes[mode].answer);
  if (modes[mode].then == THEN_HANG)
    wait_client_gone (fixture, in);
  else if (modes[mode].then == THEN_GATE)
    {
      wait_gate (fixture);
      send_text (out, DELTA ("끝") FINISH ("stop") DONE);
    }
  else if (modes[mode].then == THEN_FLOOD)
    {
      for (guint i = 0; i < MODEL_FIXTURE_FLOOD; i++)
        send_text (out, DELTA ("가나"));
      send_text (out, FINISH ("stop") DONE);
    }
}

static gboolean
run_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  ModelFixture *fixture = user_data;
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autoptr (GString) request = g_string_new (NULL);

  if (!read_request (in, request))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autofree char *models = g_strdup_printf ("GET /%s/models ", modes[i].mode);
      g_autofree char *chat = g_strdup_printf ("POST /%s/chat/completions ", modes[i].mode);
      if (g_str_has_prefix (request->str, models))
        send_text (out, modes[i].no_models ? JSON_HEAD ("503 Service Unavailable") "{}"
                                           : JSON_HEAD ("200 OK") "{\"data\":[{\"id\":\"tiny\"}]}");
      if (g_str_has_prefix (request->str, chat))
        serve_chat (fixture, i, in, out, request->str);
    }
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return TRUE;
}

static gpointer
thread_main (gpointer user_data)
{
  ModelFixture *fixture = user_data;
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (fixture->context);
  fixture->service = g_threaded_socket_service_new (32);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_socket_listener_add_address (G_SOCKET_LISTENER (fixture->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  g_signal_connect (fixture->service, "run", G_CALLBACK (run_cb), fixture);
  g_socket_service_start (fixture->service);
  g_mutex_lock (&fixture->lock);
  fixture->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_cond_broadcast (&fixture->changed);
  g_mutex_unlock (&fixture->lock);
  g_main_loop_run (fixture->loop);
  g_socket_service_stop (fixture->service);
  g_socket_listener_close (G_SOCKET_LISTENER (fixture->service));
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_clear_object (&fixture->service);
  g_main_context_pop_thread_default (fixture->context);
  return NULL;
}

ModelFixture *
model_fixture_new (void)
{
  ModelFixture *fixture = g_new0 (ModelFixture, 1);

  g_mutex_init (&fixture->lock);
  g_cond_init (&fixture->changed);
  fixture->context = g_main_context_new ();
  fixture->loop = g_main_loop_new (fixture->context, FALSE);
  fixture->thread = g_thread_new ("model-fixture", thread_main, fixture);
  g_mutex_lock (&fixture->lock);
  while (fixture->port == 0)
    g_cond_wait (&fixture->changed, &fixture->lock);
  g_mutex_unlock (&fixture->lock);
  return fixture;
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

void
model_fixture_free (ModelFixture *fixture)
{
  /* from within the loop: quitting one that has not begun to run is lost */
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_callback (source, quit_cb, fixture->loop, NULL);
  g_source_attach (source, fixture->context);
  g_thread_join (fixture->thread);
  g_main_loop_unref (fixture->loop);
  g_main_context_unref (fixture->context);
  g_mutex_clear (&fixture->lock);
  g_cond_clear (&fixture->changed);
  g_free (fixture->last_request);
  g_free (fixture);
}

char *
model_fixture_dup_url (ModelFixture *fixture, const char *mode)
{
  return g_strdup_printf ("http://127.0.0.1:%u/%s", fixture->port, mode);
}

static void
wait_count (ModelFixture *fixture, const guint *value, guint count)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&fixture->lock);
  while (*value < count)
    g_assert_true (g_cond_wait_until (&fixture->changed, &fixture->lock, end));
  g_mutex_unlock (&fixture->lock);
}

void
model_fixture_wait_requests (ModelFixture *fixture, guint count)
{
  wait_count (fixture, &fixture->requests, count);
}

void
model_fixture_wait_closed (ModelFixture *fixture, guint count)
{
  wait_count (fixture, &fixture->closed, count);
}

void
model_fixture_open_gate (ModelFixture *fixture)
{
  g_mutex_lock (&fixture->lock);
  fixture->gate++;
  g_cond_broadcast (&fixture->changed);
  g_mutex_unlock (&fixture->lock);
}

char *
model_fixture_dup_last_request (ModelFixture *fixture)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&fixture->lock);
  return g_strdup (fixture->last_request);
}
