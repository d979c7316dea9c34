/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-sync [--mutations N] [--ideas N]: the client library against a jiphyeond of its own. Prints one line of JSON: how
 * long N mutations that were queued without a server take until the last verdict is in, and how long a fresh replica
 * takes over a city of N ideas, beside the time that the bare bytes of the same snapshot take in 1,000-row pages. */
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>

#include "jip-client-private.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-proposal-submit-op.h"
#include "sync-fixture.h"

#define USERS \
  "login,name,department,roles,password\n" \
  "kim,김하늘,재무과,staff,pw-kim-1\n"
#define AT_ONCE 64
#define PATIENCE_S 300

static int n_mutations = 10000;
static int n_ideas = 8500; /* about 100,000 rows with their comments and votes */

static const GOptionEntry options[] = {
  { "mutations", 0, 0, G_OPTION_ARG_INT, &n_mutations, "Mutations queued without a server", "N" },
  { "ideas", 0, 0, G_OPTION_ARG_INT, &n_ideas, "Ideas of the city that a fresh replica reads", "N" },
  { NULL },
};

typedef struct
{
  int started, done;
} Queue;

static double
seconds_since (gint64 since)
{
  return (double) (g_get_monotonic_time () - since) / G_USEC_PER_SEC;
}

static void
wait_for (JipClient *client, gboolean (*there) (JipClient *client, gpointer data), gpointer data)
{
  gint64 since = g_get_monotonic_time ();

  while (!there (client, data))
    {
      if (seconds_since (since) > PATIENCE_S)
        g_error ("not within %d s", PATIENCE_S);
      g_main_context_iteration (NULL, TRUE);
    }
}

static void queue_next (JipClient *client, Queue *queue);

static void
queued_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Queue *queue = user_data;
  g_autofree char *id = jip_proposal_submit_finish (JIP_CLIENT (source), result, NULL);

  g_assert_nonnull (id);
  queue->done++;
  queue_next (JIP_CLIENT (source), queue);
}

static void
queue_next (JipClient *client, Queue *queue)
{
  if (queue->started == n_mutations)
    return;
  g_autofree char *body
      = g_strdup_printf ("야간에도 여는 도서관을 한 곳 더 두자는 제안입니다. %d", ++queue->started);
  jip_proposal_submit_async (client, "proposal", NULL, body, NULL, NULL, FALSE, NULL, NULL, queued_cb, queue);
}

static gboolean
is_queued (JipClient *client, gpointer data)
{
  return ((Queue *) data)->done == n_mutations;
}

static gboolean
is_synced (JipClient *client, gpointer data)
{
  return jip_client_get_pending (client) == 0 && jip_client_get_state (client) == JIP_CLIENT_SYNCED;
}

static void
measure_drain (GString *out)
{
  Site *site = site_new (USERS);
  Desk desk;
  Queue queue = { 0 };

  desk_open (&desk, site, "kim");
  wait_for (desk.client, is_synced, NULL);
  site_stop (site);
  gint64 since = g_get_monotonic_time ();
  for (int i = 0; i < AT_ONCE; i++)
    queue_next (desk.client, &queue);
  wait_for (desk.client, is_queued, &queue);
  double queueing = seconds_since (since);
  site_start (site);
  since = g_get_monotonic_time ();
  jip_client_sync_now (desk.client);
  wait_for (desk.client, is_synced, NULL);
  double drained = seconds_since (since);
  g_assert_cmpint (site_ask (site, "SELECT COUNT(*) FROM proposal"), ==, n_mutations);
  g_string_append_printf (out, ",\"queued\":%d,\"queue_s\":%.2f,\"drain_s\":%.2f", n_mutations, queueing,
                          drained);
  desk_close (&desk);
  site_free (site);
}

/* The pages of a snapshot, read and thrown away: what is left is the server and the wire. */
static double
bare_snapshot (const char *url, const char *token, gint64 *bytes)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *replica = jip_id_new ();
  g_autofree char *cursor = NULL;
  g_autofree char *bearer = g_strdup_printf ("Bearer %s", token);
  gint64 since = g_get_monotonic_time ();
  gboolean more = TRUE;

  *bytes = 0;
  while (more)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *address
          = g_strdup_printf ("%s/v1/snapshot?replica=%s&schema=1%s%s", url, replica,
                             cursor != NULL ? "&cursor=" : "", cursor != NULL ? cursor : "");
      g_autoptr (SoupMessage) message = soup_message_new ("GET", address);
      soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", bearer);
      g_autoptr (GBytes) body = soup_session_send_and_read (session, message, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (soup_message_get_status (message), ==, 200);
      *bytes += (gint64) g_bytes_get_size (body);
      g_autoptr (JsonNode) node
          = jip_json_parse (g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body), &error);
      g_assert_no_error (error);
      JsonObject *page = json_node_get_object (node);
      more = json_object_get_boolean_member (page, "more");
      g_free (cursor);
      cursor = g_uri_escape_string (json_object_get_string_member (page, "cursor"), NULL, FALSE);
    }
  return seconds_since (since);
}

static void
make_city (const char *folder)
{
  g_autofree char *jipctl = g_build_filename (JIP_BUILD_DIR, "src/cli/jipctl", NULL);
  g_autofree char *ideas = g_strdup_printf ("%d", n_ideas);
  const char *command[] = { jipctl, "demo", folder, "--ideas", ideas, NULL };
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **) command, NULL,
                               G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                               NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

/* The first of the staff in the list that `jipctl demo` writes: login, name, role, password. */
static GStrv
read_login (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "logins.txt", NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], "\t", -1);
      if (g_strv_length (words) == 4 && g_str_equal (words[2], "staff"))
        return g_steal_pointer (&words);
    }
  g_error ("no staff in %s", path);
}

static void
measure_snapshot (GString *out)
{
  Site *site = site_new (USERS);
  g_autofree char *folder = g_dir_make_tmp ("bench-sync-XXXXXX", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 bytes;

  site_kill (site);
  remove_tree (site->data);
  make_city (site->data);
  g_auto (GStrv) person = read_login (site->data);
  site_start (site);
  g_autoptr (JipClient) client = jip_client_new (folder);
  /* not through the fixture's proxy, which the main loop serves */
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d", g_atomic_int_get (&site->server_port));
  gint64 since = g_get_monotonic_time ();
  jip_client_sign_in_async (client, url, person[0], person[3], "bench", NULL, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (jip_client_sign_in_finish (client, result, &error));
  double signed_in = seconds_since (since);
  wait_for (client, is_synced, NULL);
  double synced = seconds_since (since) - signed_in;
  double bare = bare_snapshot (url, client->token, &bytes);
  g_string_append_printf (out,
                          ",\"feed_rows\":%" G_GINT64_FORMAT ",\"first_sync_s\":%.2f,\"bare_pages_s\":%.2f,"
                          "\"bare_mib\":%.1f,\"first_sync_ratio\":%.2f",
                          site_ask (site, "SELECT COUNT(*) FROM feed"), synced, bare,
                          (double) bytes / 1048576, synced / bare);
  Desk desk = { g_steal_pointer (&folder), g_steal_pointer (&client) };
  desk_close (&desk);
  site_free (site);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GString) out = g_string_new ("{\"bench\":\"sync\"");
  g_autoptr (GError) error = NULL;

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE); /* no secret service */
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  measure_drain (out);
  measure_snapshot (out);
  g_print ("%s}\n", out->str);
  return 0;
}
