/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "http-fixture.h"

/* TLS by the server itself, with a certificate made for the test. */

static char *
export_pem (const gnutls_datum_t *datum)
{
  char *text = g_strndup ((const char *) datum->data, datum->size);

  gnutls_free (datum->data);
  return text;
}

static void
make_certificate (char **certificate_pem, char **key_pem)
{
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t certificate;
  gnutls_datum_t datum;
  time_t now = time (NULL);

  g_assert_cmpint (gnutls_x509_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA,
                                                 GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0),
                   ==, 0);
  g_assert_cmpint (gnutls_x509_crt_init (&certificate), ==, 0);
  gnutls_x509_crt_set_version (certificate, 3);
  gnutls_x509_crt_set_serial (certificate, "\1", 1);
  gnutls_x509_crt_set_activation_time (certificate, now - 60);
  gnutls_x509_crt_set_expiration_time (certificate, now + 3600);
  gnutls_x509_crt_set_dn (certificate, "CN=test", NULL);
  gnutls_x509_crt_set_key (certificate, key);
  g_assert_cmpint (gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_export2 (key, GNUTLS_X509_FMT_PEM, &datum), ==, 0);
  *key_pem = export_pem (&datum);
  g_assert_cmpint (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &datum), ==, 0);
  *certificate_pem = export_pem (&datum);
  gnutls_x509_privkey_deinit (key);
  gnutls_x509_crt_deinit (certificate);
}

typedef struct
{
  int fd;
  gnutls_session_t session;
  gnutls_certificate_credentials_t credentials;
} Client;

/* @priority: which versions it speaks, as GnuTLS writes it; returns whether the server does too */
static gboolean
client_try (Client *client, guint16 port, const char *priority)
{
  int result;

  client->fd = raw_connect (port);
  gnutls_certificate_allocate_credentials (&client->credentials);
  gnutls_init (&client->session, GNUTLS_CLIENT);
  g_assert_cmpint (gnutls_priority_set_direct (client->session, priority, NULL), ==, 0);
  gnutls_credentials_set (client->session, GNUTLS_CRD_CERTIFICATE, client->credentials);
  gnutls_transport_set_int (client->session, client->fd);
  gnutls_handshake_set_timeout (client->session, RAW_PATIENCE / 1000);
  do
    result = gnutls_handshake (client->session);
  while (result < 0 && !gnutls_error_is_fatal (result));
  return result == 0;
}

static void
client_open (Client *client, guint16 port)
{
  g_assert_true (client_try (client, port, "NORMAL"));
}

static void
client_close (Client *client)
{
  close (client->fd);
  gnutls_deinit (client->session);
  gnutls_certificate_free_credentials (client->credentials);
}

static void
client_send (Client *client, const char *text)
{
  g_assert_cmpint (gnutls_record_send (client->session, text, strlen (text)), ==, (gssize) strlen (text));
}

static void
client_expect (Client *client, const char *needle)
{
  g_autoptr (GString) out = g_string_new (NULL);

  while (strstr (out->str, needle) == NULL)
    {
      char buffer[4096];
      ssize_t n = gnutls_record_recv (client->session, buffer, sizeof buffer);
      if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
        continue;
      g_assert_cmpint (n, >, 0);
      g_string_append_len (out, buffer, n);
    }
}

static gpointer
answer_later (gpointer data)
{
  g_autoptr (JipHttpRequest) request = data;
  g_autoptr (GBytes) body = g_bytes_ref (jip_http_request_get_body (request));

  jip_http_request_respond (request, 200, "text/plain", body, NULL);
  return NULL;
}

static void
echo_cb (JipHttpRequest *request, gpointer user_data)
{
  g_thread_unref (g_thread_new ("later", answer_later, jip_http_request_ref (request)));
}

static void
stream_cb (JipHttpRequest *request, gpointer user_data)
{
  HttpFixture *f = user_data;

  g_async_queue_push (f->waiting, jip_http_request_respond_stream (request, "text/event-stream"));
}

static const JipHttpRoute routes[] = {
  { "POST", "/echo", echo_cb },
  { "GET", "/stream", stream_cb },
};

static void
start (HttpFixture *f, guint header_timeout)
{
  g_autofree char *certificate = NULL;
  g_autofree char *key = NULL;

  make_certificate (&certificate, &key);
  JipHttpConfig config = { .threads = 2,
                           .address = "0.0.0.0", /* which TLS allows */
                           .header_timeout = header_timeout,
                           .tls_certificate = certificate,
                           .tls_key = key };
  http_fixture_start (f, &config, routes, G_N_ELEMENTS (routes));
  f->waiting = g_async_queue_new ();
}

static void
stop (HttpFixture *f)
{
  http_fixture_stop (f);
  g_async_queue_unref (f->waiting);
}

#define POST(body) "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n" body

static void
test_requests (void)
{
  HttpFixture f;
  Client client;

  start (&f, 0);
  client_open (&client, f.port);
  for (guint i = 0; i < 20; i++)
    {
      client_send (&client, POST ("first"));
      client_expect (&client, "first");
    }
  client_send (&client, POST ("one..") POST ("two..") POST ("three"));
  client_expect (&client, "three");
  client_close (&client);
  http_wait_for (&f, stats, stats.connections == 0 && stats.answers[200] == 23);
  stop (&f);
}

static void
test_stream (void)
{
  HttpFixture f;
  Client client;

  start (&f, 0);
  client_open (&client, f.port);
  client_send (&client, "GET /stream HTTP/1.1\r\n" HOST "\r\n");
  g_autoptr (JipHttpStream) stream = g_async_queue_pop (f.waiting);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("number %u.", i);
      jip_http_stream_send_event (stream, "poke", text);
      client_expect (&client, text);
    }
  client_close (&client);
  http_wait_for (&f, stats, stats.streams == 0 && stats.connections == 0);
  g_assert_true (jip_http_stream_is_closed (stream));
  stop (&f);
}

/* A head that libmicrohttpd would answer badly gets no answer at all. */
static void
test_refused_head (void)
{
  HttpFixture f;
  Client client;
  char buffer[4096];
  ssize_t n;

  start (&f, 0);
  client_open (&client, f.port);
  client_send (&client, "GET /stream HTTP/1.1\r\n" HOST "Content-Length: abc\r\n\r\n");
  do
    n = gnutls_record_recv (client.session, buffer, sizeof buffer);
  while (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED);
  g_assert_cmpint (n, <=, 0);
  client_close (&client);
  http_wait_for (&f, stats, stats.connections == 0);
  stop (&f);
}

static void
test_versions (void)
{
  static const struct
  {
    const char *priority;
    gboolean taken;
  } cases[] = {
    { "NORMAL:-VERS-ALL:+VERS-TLS1.0", FALSE },
    { "NORMAL:-VERS-ALL:+VERS-TLS1.1", FALSE },
    { "NORMAL:-VERS-ALL:+VERS-TLS1.2", TRUE },
    { "NORMAL:-VERS-ALL:+VERS-TLS1.3", TRUE },
  };
  HttpFixture f;

  start (&f, 10000);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Client client;
      g_assert_cmpint (client_try (&client, f.port, cases[i].priority), ==, cases[i].taken);
      client_close (&client);
    }
  http_wait_for (&f, stats, stats.connections == 0);
  stop (&f);
}

/* Who speaks no TLS, or nothing at all, is gone after the header deadline. */
static void
test_no_handshake (void)
{
  HttpFixture f;

  start (&f, 300);
  int silent = raw_connect (f.port);
  int plain = raw_connect (f.port);
  raw_send (plain, POST ("plain"));
  g_assert_true (raw_is_closed (silent));
  g_assert_true (raw_is_closed (plain));
  close (silent);
  close (plain);
  http_wait_for (&f, stats, stats.connections == 0);
  stop (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-tls/requests", test_requests);
  g_test_add_func ("/http-tls/stream", test_stream);
  g_test_add_func ("/http-tls/refused-head", test_refused_head);
  g_test_add_func ("/http-tls/versions", test_versions);
  g_test_add_func ("/http-tls/no-handshake", test_no_handshake);
  return g_test_run ();
}
