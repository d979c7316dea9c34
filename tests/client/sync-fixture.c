/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>

#include "jip-client-private.h"
#include "jip-database-postgresql.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-proposal-submit-op.h"
#include "jip-record-lists.h"

#define TOO_OLD_BODY "{\"error\":{\"code\":\"schema-too-old\",\"message\":\"x\",\"detail\":{\"server\":2}}}"
#define TOO_OLD \
  "HTTP/1.1 426 Upgrade Required\r\nContent-Type: application/json\r\nContent-Length: 71\r\n\r\n" TOO_OLD_BODY
#define START_TIMEOUT_US (30 * G_USEC_PER_SEC)
#define CUT_ANSWER \
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" \
  "25\r\nevent: text\ndata: {\"delta\":\"first\"}\n\n\r\n0\r\n\r\n"

void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_remove (path);
}

void
copy_tree (const char *from, const char *to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) run
      = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "cp", "-a", from, to, NULL);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (run, NULL, &error));
}

typedef struct
{
  GInputStream *from;
  GOutputStream *to;
  GSocketConnection *client;
  GSocketConnection *server;
  int *lose; /* atomic: what comes back is thrown away */
  Site *site;
  int *is_file; /* atomic: what comes back is a file */
} Relay;

static void
close_both (Relay *relay)
{
  g_socket_shutdown (g_socket_connection_get_socket (relay->client), TRUE, TRUE, NULL);
  g_socket_shutdown (g_socket_connection_get_socket (relay->server), TRUE, TRUE, NULL);
}

static gpointer
relay_back (gpointer data)
{
  Relay *relay = data;
  char buffer[16384];
  int seen = 0;
  gssize n;

  while ((n = g_input_stream_read (relay->from, buffer, sizeof buffer, NULL, NULL)) > 0)
    {
      int cut = g_atomic_int_get (relay->is_file) ? g_atomic_int_get (&relay->site->cut_download) : 0;
      seen += (int) n;
      if (g_atomic_int_get (relay->lose)
          || !g_output_stream_write_all (relay->to, buffer, (gsize) n, NULL, NULL, NULL))
        break;
      if (cut > 0 && seen >= cut)
        {
          g_atomic_int_set (&relay->site->cut_download, 0);
          break;
        }
    }
  close_both (relay);
  return NULL;
}

static GSocketConnection *
connect_server (Site *site)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  return g_socket_client_connect_to_host (client, "127.0.0.1",
                                          (guint16) g_atomic_int_get (&site->server_port), NULL, NULL);
}

static gboolean
is_complete (GString *request)
{
  const char *end = strstr (request->str, "\r\n\r\n");
  g_autofree char *lower = end != NULL ? g_ascii_strdown (request->str, end - request->str) : NULL;
  const char *length = lower != NULL ? strstr (lower, "content-length:") : NULL;

  if (end == NULL)
    return FALSE;
  gsize body = length != NULL ? (gsize) g_ascii_strtoull (length + 15, NULL, 10) : 0;
  return request->len >= (gsize) (end - request->str) + 4 + body;
}

static void
send_aside (Site *site, GString *request)
{
  g_autoptr (GSocketConnection) server = connect_server (site);
  char buffer[4096];

  if (server == NULL)
    return;
  GIOStream *stream = G_IO_STREAM (server);
  g_output_stream_write_all (g_io_stream_get_output_stream (stream), request->str, request->len, NULL, NULL,
                             NULL);
  g_input_stream_read (g_io_stream_get_input_stream (stream), buffer, sizeof buffer, NULL, NULL);
}

/* A proxy's clean end of what the server had more of. */
static void
answer_cut (Relay *relay)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (relay->client)), CUT_ANSWER,
                             strlen (CUT_ANSWER), NULL, NULL, NULL);
}

/* Whether a part breaks off here, with what has come of it at the server. */
static gboolean
cuts_part (Site *site, Relay *relay, GString *request)
{
  if (g_atomic_int_get (&site->hold_parts) && g_str_has_prefix (request->str, "PATCH "))
    return TRUE;
  int cut = g_str_has_prefix (request->str, "PATCH ") ? g_atomic_int_get (&site->cut_upload) : 0;

  if (cut == 0 || request->len < (gsize) cut || g_atomic_int_get (&site->n_parts) < site->whole_parts)
    return FALSE;
  g_atomic_int_set (&site->cut_upload, 0);
  g_output_stream_write_all (relay->to, request->str, request->len, NULL, NULL, NULL);
  return TRUE;
}

static void
note_file_request (Site *site, Relay *relay, GString *request, int *lose)
{
  gboolean reads = g_str_has_prefix (request->str, "GET /v1/blobs/");

  g_atomic_int_set (relay->is_file, reads);
  if (reads)
    g_atomic_int_inc (&site->n_downloads);
  if (!g_str_has_prefix (request->str, "PATCH "))
    return;
  if (g_atomic_int_add (&site->n_parts, 1) + 1 == site->lose_at
      || g_atomic_int_exchange (&site->lose_part, 0))
    g_atomic_int_set (lose, 1);
}

/* Unlike the other faults this one stays until it is taken away. */
static gboolean
is_refused_schema (Site *site, GString *request)
{
  return g_atomic_int_get (&site->fault) == FAULT_TOO_OLD
         && (g_str_has_prefix (request->str, "POST /v1/push")
             || g_str_has_prefix (request->str, "GET /v1/pull")
             || g_str_has_prefix (request->str, "GET /v1/snapshot"));
}

/* As a proxy does whose server is busy or away. */
static gboolean
refuses_end (Site *site, Relay *relay, GString *request)
{
  int status
      = g_str_has_prefix (request->str, "DELETE /v1/session") ? g_atomic_int_get (&site->end_status) : 0;

  if (status == 0)
    return FALSE;
  g_autofree char *answer = g_strdup_printf (
      "HTTP/1.1 %d Not Now\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", status);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (relay->client)), answer,
                             strlen (answer), NULL, NULL, NULL);
  g_atomic_int_inc (&site->n_ends);
  return TRUE;
}

/* Passes whole requests on; returns at the end of the connection. */
static void
relay_requests (Site *site, Relay *relay, int *lose)
{
  g_autoptr (GString) request = g_string_new (NULL);
  char buffer[16384];
  gssize n;

  while ((n = g_input_stream_read (relay->from, buffer, sizeof buffer, NULL, NULL)) > 0)
    {
      g_string_append_len (request, buffer, n);
      if (cuts_part (site, relay, request))
        return;
      if (!is_complete (request))
        continue;
      note_file_request (site, relay, request, lose);
      if (refuses_end (site, relay, request))
        return;
      if (is_refused_schema (site, request))
        {
          g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (relay->client)), TOO_OLD,
                                     strlen (TOO_OLD), NULL, NULL, NULL);
          return;
        }
      Fault fault = g_str_has_prefix (request->str, "POST /v1/push")
                            || g_str_has_prefix (request->str, "POST /v1/generate")
                        ? (Fault) g_atomic_int_exchange (&site->fault, FAULT_NONE)
                        : FAULT_NONE;
      if (fault == FAULT_RESET)
        return;
      if (fault == FAULT_CUT)
        {
          answer_cut (relay);
          return;
        }
      if (fault == FAULT_DROP)
        g_atomic_int_set (lose, 1);
      if (fault == FAULT_DUPLICATE)
        send_aside (site, request);
      if (!g_output_stream_write_all (relay->to, request->str, request->len, NULL, NULL, NULL))
        return;
      g_string_truncate (request, 0);
    }
}

static gboolean
run_cb (GThreadedSocketService *service, GSocketConnection *client, GObject *source, gpointer user_data)
{
  Site *site = user_data;
  g_autoptr (GSocketConnection) server = connect_server (site);
  int lose = 0, is_file = 0;

  if (server == NULL)
    return TRUE;
  Relay forth = { g_io_stream_get_input_stream (G_IO_STREAM (client)),
                  g_io_stream_get_output_stream (G_IO_STREAM (server)),
                  client,
                  server,
                  &lose,
                  site,
                  &is_file };
  Relay back = { g_io_stream_get_input_stream (G_IO_STREAM (server)),
                 g_io_stream_get_output_stream (G_IO_STREAM (client)),
                 client,
                 server,
                 &lose,
                 site,
                 &is_file };
  g_autoptr (GThread) thread = g_thread_new ("back", relay_back, &back);
  relay_requests (site, &forth, &lose);
  close_both (&forth);
  g_thread_join (g_steal_pointer (&thread));
  return TRUE;
}

/* -- where its database is: in its folder, or under tests/with-postgresql on that server */

static char *
address_of (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (g_getenv ("JIP_TEST_DATABASE"), "%s", 2);

  return g_strjoin (name, parts[0], parts[1], NULL);
}

static JipDatabase *
open_address (const char *uri)
{
  g_autoptr (GError) error = NULL;
  JipDatabase *database = jip_database_open_postgresql (uri, 0, &error);

  g_assert_no_error (error);
  return database;
}

static char *
name_of (const char *uri)
{
  const char *name = strstr (uri, "///") + 3;

  return g_strndup (name, strcspn (name, "?"));
}

static void G_GNUC_PRINTF (1, 2) administer (const char *format, ...)
{
  g_autofree char *server = address_of ("postgres");
  g_autoptr (JipDatabase) database = open_address (server);
  g_autoptr (GError) error = NULL;
  va_list args;

  va_start (args, format);
  g_autofree char *sql = g_strdup_vprintf (format, args);
  va_end (args);
  jip_database_exec (database, sql, &error);
  g_assert_no_error (error);
}

static char *
new_database (const char *template)
{
  g_autofree char *id = jip_id_new ();
  g_autofree char *name = g_strconcat ("jip_", g_strdelimit (id, "-", '_'), NULL);

  administer ("CREATE DATABASE %s TEMPLATE %s", name, template);
  return address_of (name);
}

static void
make_database (Site *site)
{
  g_clear_pointer (&site->uri, g_free);
  if (g_getenv ("JIP_TEST_DATABASE") != NULL)
    site->uri = new_database ("template0");
}

static void
import_users (Site *site, const char *csv)
{
  g_autofree char *path = g_build_filename (site->data, "users.csv", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, csv, -1, &error);
  g_assert_no_error (error);
  g_autofree char *program = g_build_filename (JIP_BUILD_DIR, "src/cli/jipctl", NULL);
  g_autoptr (GSubprocess) run
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, program, "user", "import", path,
                          "--data", site->data, site->uri != NULL ? "--database" : NULL, site->uri, NULL);
  g_assert_no_error (error);
  g_subprocess_wait_check (run, NULL, &error);
  g_assert_no_error (error);
}

static void
listen_anew (Site *site)
{
  g_autoptr (GError) error = NULL;

  site->proxy = g_threaded_socket_service_new (32);
  site->proxy_port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (site->proxy), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (site->proxy, "run", G_CALLBACK (run_cb), site);
  g_socket_service_start (site->proxy);
}

/* The same server gets another address, and nobody answers at the old one. */
void
site_move (Site *site)
{
  g_autoptr (GSocketService) before = g_steal_pointer (&site->proxy);

  listen_anew (site);
  g_socket_service_stop (before);
  g_socket_listener_close (G_SOCKET_LISTENER (before));
}

Site *
site_new (const char *users_csv)
{
  return site_new_with_model (users_csv, NULL);
}

/**
 * site_new_with_model:
 * @users_csv: as `jipctl user import` takes it
 * @llm_url: (nullable): the endpoint of the server's language model
 *
 * Makes a data folder with accounts and starts the server and its proxy.
 */
Site *
site_new_with_model (const char *users_csv, const char *llm_url)
{
  g_autoptr (GError) error = NULL;
  Site *site = g_new0 (Site, 1);

  site->llm_url = g_strdup (llm_url);
  site->data = g_dir_make_tmp ("jip-site-XXXXXX", &error);
  g_assert_no_error (error);
  make_database (site);
  import_users (site, users_csv);
  listen_anew (site);
  site_start (site);
  return site;
}

void
site_start (Site *site)
{
  g_autofree char *url_path = g_build_filename (site->data, "jiphyeond.url", NULL);
  g_autofree char *program = g_build_filename (JIP_BUILD_DIR, "src/server/jiphyeond", NULL);
  gint64 deadline = g_get_monotonic_time () + START_TIMEOUT_US;
  g_autofree char *url = NULL;
  g_autoptr (GError) error = NULL;

  g_unlink (url_path);
  site->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                                    &error, program, "--data", site->data, "--listen", "127.0.0.1:0",
                                    site->llm_url != NULL ? "--llm-url" : NULL, site->llm_url, NULL);
  g_assert_no_error (error);
  while (!g_file_get_contents (url_path, &url, NULL, NULL) || strrchr (url, ':') == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_clear_pointer (&url, g_free);
      g_usleep (5000);
    }
  g_atomic_int_set (&site->server_port, (int) g_ascii_strtoll (strrchr (url, ':') + 1, NULL, 10));
}

/* Asks it to end and does not wait. */
void
site_stop (Site *site)
{
  g_subprocess_send_signal (site->process, SIGTERM);
}

/* kill -9; what was acknowledged is on disk. */
void
site_kill (Site *site)
{
  if (site->process == NULL)
    return;
  g_subprocess_force_exit (site->process);
  g_subprocess_wait (site->process, NULL, NULL);
  g_clear_object (&site->process);
}

char *
site_get_url (Site *site)
{
  return g_strdup_printf ("http://127.0.0.1:%u", site->proxy_port);
}

void
site_free (Site *site)
{
  g_socket_service_stop (site->proxy);
  g_socket_listener_close (G_SOCKET_LISTENER (site->proxy));
  site_kill (site);
  g_clear_object (&site->proxy);
  remove_tree (site->data);
  g_free (site->data);
  g_free (site->llm_url);
  g_free (site->uri);
  g_free (site);
}

/* Changes the server's database while it is stopped. */
void
site_sql (Site *site, const char *sql)
{
  g_autofree char *path = g_build_filename (site->data, "jiphyeon.db", NULL);
  sqlite3 *database = NULL;
  char *message = NULL;

  g_assert_null (site->process);
  if (site->uri != NULL)
    {
      g_autoptr (JipDatabase) there = open_address (site->uri);
      g_autoptr (GError) error = NULL;
      jip_database_exec (there, sql, &error);
      g_assert_no_error (error);
      return;
    }
  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  sqlite3_exec (database, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (database);
}

/* A value from the server's database, whether it runs or not. */
char *
site_ask_text (Site *site, const char *sql)
{
  g_autofree char *path = g_build_filename (site->data, "jiphyeon.db", NULL);
  sqlite3 *database = NULL;
  sqlite3_stmt *statement = NULL;

  if (site->uri != NULL)
    {
      g_autoptr (JipDatabase) there = open_address (site->uri);
      g_autoptr (GError) error = NULL;
      char *found = jip_database_query_text (there, &error, sql, NULL);
      g_assert_no_error (error);
      return found;
    }
  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  sqlite3_busy_timeout (database, 10000);
  g_assert_cmpint (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  char *value = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  sqlite3_close (database);
  return value;
}

gint64
site_ask (Site *site, const char *sql)
{
  g_autofree char *text = site_ask_text (site, sql);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

/* jipctl with --data */
static void
run_jipctl (Site *site, int status, va_list args)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_autofree char *program = g_build_filename (JIP_BUILD_DIR, "src/cli/jipctl", NULL);
  g_autoptr (GError) error = NULL;

  g_strv_builder_add (words, program);
  for (const char *word; (word = va_arg (args, const char *)) != NULL;)
    g_strv_builder_add (words, word);
  g_strv_builder_add_many (words, "--data", site->data, NULL);
  g_auto (GStrv) argv = g_strv_builder_end (words);
  g_autoptr (GSubprocess) run
      = g_subprocess_newv ((const char *const *) argv,
                           G_SUBPROCESS_FLAGS_STDOUT_SILENCE
                               | (status != 0 ? G_SUBPROCESS_FLAGS_STDERR_SILENCE : G_SUBPROCESS_FLAGS_NONE),
                           &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait (run, NULL, &error));
  g_assert_true (g_subprocess_get_if_exited (run));
  g_assert_cmpint (g_subprocess_get_exit_status (run), ==, status);
}

void
site_jipctl (Site *site, ...)
{
  va_list args;

  va_start (args, site);
  run_jipctl (site, 0, args);
  va_end (args);
}

/* As site_jipctl(), which ends with another status. */
static void
jipctl_ends_with (Site *site, int status, ...)
{
  va_list args;

  va_start (args, status);
  run_jipctl (site, status, args);
  va_end (args);
}

static void
restore (Site *site, const char *backup, int status)
{
  site_kill (site);
  remove_tree (site->data);
  make_database (site);
  jipctl_ends_with (site, status, "restore", backup, site->uri != NULL ? "--database" : NULL, site->uri,
                    NULL);
  site_start (site);
}

/* The server is gone with its disk, and another one comes back from the backup. */
void
site_lose_disk (Site *site, const char *backup)
{
  restore (site, backup, 0);
}

/* The same with a backup that lacks files. */
void
site_lose_disk_and_files (Site *site, const char *backup)
{
  restore (site, backup, 1);
}

/**
 * site_copy_aside:
 *
 * Returns: (transfer full): a copy of all data, for site_put_back()
 */
SiteCopy *
site_copy_aside (Site *site)
{
  SiteCopy *copy = g_new0 (SiteCopy, 1);
  g_autofree char *name = site->uri != NULL ? name_of (site->uri) : NULL;

  site_kill (site);
  copy->data = g_strdup_printf ("%s-copy", site->data);
  copy_tree (site->data, copy->data);
  copy->uri = name != NULL ? new_database (name) : NULL;
  site_start (site);
  return copy;
}

/**
 * site_put_back:
 * @copy: (transfer full):
 *
 * By hand: nobody tells the server that it is an old one.
 */
void
site_put_back (Site *site, SiteCopy *copy)
{
  site_kill (site);
  remove_tree (site->data);
  g_assert_cmpint (g_rename (copy->data, site->data), ==, 0);
  if (site->uri != NULL)
    {
      g_autofree char *name = name_of (site->uri);
      g_autofree char *copied = name_of (copy->uri);
      administer ("DROP DATABASE %s WITH (FORCE)", name);
      administer ("ALTER DATABASE %s RENAME TO %s", copied, name);
    }
  site_start (site);
  g_free (copy->data);
  g_free (copy->uri);
  g_free (copy);
}

void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

gboolean
wait_timed_out_cb (gpointer data)
{
  g_error ("%s did not come about", (const char *) data);
  return G_SOURCE_REMOVE;
}

/* Signs in on this desktop's folder, whose password follows from the login. */
void
desk_sign_in (Desk *desk, Site *site, const char *login)
{
  g_autofree char *url = site_get_url (site);
  g_autofree char *password = g_strdup_printf ("pw-%s-1", login);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (desk->client == NULL)
    desk->client = jip_client_new (desk->folder);
  jip_client_sign_in_async (desk->client, url, login, password, "test", NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_client_sign_in_finish (desk->client, result, &error));
  g_assert_no_error (error);
  wait_until (jip_client_get_state (desk->client) == JIP_CLIENT_SYNCED);
}

void
desk_open (Desk *desk, Site *site, const char *login)
{
  *desk = (Desk){ .folder = g_dir_make_tmp ("jip-desk-XXXXXX", NULL) };
  desk_sign_in (desk, site, login);
}

/* The program ends; its folder stays. */
void
desk_stop (Desk *desk)
{
  g_autoptr (GAsyncResult) result = NULL;

  jip_client_close_async (desk->client, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_clear_object (&result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&desk->client);
}

void
desk_close (Desk *desk)
{
  desk_stop (desk);
  remove_tree (desk->folder);
  g_clear_pointer (&desk->folder, g_free);
}

char *
desk_submit (Desk *desk, const char *body)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  jip_proposal_submit_async (desk->client, "proposal", NULL, body, NULL, NULL, FALSE, NULL, NULL, done_cb,
                             &result);
  wait_until (result != NULL);
  char *id = jip_proposal_submit_finish (desk->client, result, &error);
  g_assert_no_error (error);
  return id;
}

/* @args: JSON */
void
desk_mutate (Desk *desk, const char *name, const char *args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = jip_json_parse (args, -1, &error);
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_no_error (error);
  jip_client_mutate_async (desk->client, name, json_node_dup_object (node), NULL, NULL, done_cb, &result);
  wait_until (result != NULL);
  jip_client_mutate_finish (desk->client, result, NULL, &error);
  g_assert_no_error (error);
}

guint
n_items (gpointer list)
{
  return g_list_model_get_n_items (list);
}

gboolean
all_settled (gpointer list)
{
  for (guint i = 0; i < n_items (list); i++)
    {
      g_autoptr (JipRecord) record = g_list_model_get_item (list, i);
      if (jip_record_get_pending (record))
        return FALSE;
    }
  return TRUE;
}
