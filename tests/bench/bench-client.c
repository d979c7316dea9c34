/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <time.h>

#include "jip-client-private.h"
#include "jip-json.h"
#include "jip-migrations.h"
#include "jip-page-apply.h"
#include "jip-record-lists.h"

/* bench-client [IDEAS]: one line of JSON: opening a replica, its first page, a search, and the longest stall of the
 * main loop while 2,000 changes arrive with a list open. */

#define USER "018f0000-0000-7000-8000-000000000001"
#define CHANGES 2000
#define PAGE 500

typedef struct
{
  char *text;
} Body;

static char *
make_page (int from, int count, int salt)
{
  g_autoptr (GString) out = g_string_new ("{\"changes\":[");

  for (int i = from; i < from + count; i++)
    g_string_append_printf (
        out,
        "%s{\"seq\":%d,\"table\":\"proposal\",\"op\":\"put\",\"id\":\"018f0000-0000-7000-8000-%012x\",\"row\":{\"id\":"
        "\"018f0000-0000-7000-8000-%012x\",\"kind\":\"proposal\",\"title\":\"%s %d\",\"body\":\"민원 창구에서 접수한 "
        "서류를 사진으로 옮겨 적는 일을 줄이자는 제안입니다. 부서마다 다른 양식을 하나로 모으고 담당자가 확인만 하면 "
        "되게 합니다. %d\",\"category\":null,\"department\":null,\"anonymous\":false,\"author\":\"" USER
        "\",\"author_name\":\"김하늘\",\"author_department\":\"재무과\",\"state\":\"received\",\"version\":1,"
        "\"votes\":%d,\"comments\":0,\"received_at\":\"2026-07-%02dT%02d:%02d:%02d.000Z\",\"updated_at\":"
        "\"2026-07-22T05:03:11.250Z\"}}",
        i > from ? "," : "", i + 1, i, i, i % 50 == 0 ? "하수도 점검" : "예산 절감", i, salt, i % 97,
        1 + i / 3600 % 28, i / 3600 % 24, i / 60 % 60, i % 60);
  g_string_append (out, "],\"cursor\":\"c\",\"last_n\":0,\"safe_n\":0,\"seq\":1,\"epoch\":"
                        "\"018f0000-0000-7000-8000-0000000000aa\",\"more\":false,\"server_time\":"
                        "\"2026-07-22T05:03:11.250Z\"}");
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gboolean
apply_text (JipDatabase *database, gpointer data, GError **error)
{
  Body *body = data;
  g_autoptr (GHashTable) tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (JsonNode) node = jip_json_parse (body->text, -1, error);
  g_autoptr (JipPage) page = node != NULL ? jip_page_from_json (node, error) : NULL;

  return page != NULL && jip_page_apply (database, page, FALSE, tables, error);
}

static gboolean
prepare (JipDatabase *database, gpointer data, GError **error)
{
  return jip_meta_set (database, "user", "{\"id\":\"" USER "\",\"name\":\"김하늘\"}", error)
         && jip_meta_set (database, "replica", "018f0000-0000-7000-8000-0000000000bb", error);
}

static void
fill (const char *folder, int ideas)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipLocal) local = jip_local_open (folder, &error);

  g_assert_no_error (error);
  jip_local_write_sync (local, prepare, NULL, &error);
  for (int from = 0; from < ideas; from += PAGE)
    {
      g_autofree char *text = make_page (from, MIN (PAGE, ideas - from), 0);
      Body body = { text };
      jip_local_write_sync (local, apply_text, &body, &error);
      g_assert_no_error (error);
    }
}

static double
ms_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1000.0;
}

typedef struct
{
  JipClient *client;
  gint64 last;
  gint64 longest;
  gint64 last_cpu;
  gint64 longest_cpu; /* what this thread worked between two turns; the rest it waited for a processor */
  int pages;
} Arrival;

static gint64
thread_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gboolean
tick_cb (gpointer data)
{
  Arrival *arrival = data;
  gint64 now = g_get_monotonic_time (), cpu = thread_cpu_us ();

  arrival->longest_cpu = MAX (arrival->longest_cpu, cpu - arrival->last_cpu);
  arrival->last_cpu = cpu;
  arrival->longest = MAX (arrival->longest, now - arrival->last);
  arrival->last = now;
  return G_SOURCE_CONTINUE;
}

static void
body_free (gpointer data)
{
  g_free (((Body *) data)->text);
  g_free (data);
}

static void
arrived_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Arrival *arrival = user_data;
  g_autoptr (GError) error = NULL;
  Body *body = jip_local_finish (result, &error);

  g_assert_no_error (error);
  body_free (body);
  arrival->pages++;
  jip_client_table_changed (arrival->client, "proposal");
}

/* The longest time between two turns of a main loop that ticks each millisecond. */
static double
measure_stall (JipClient *client, int ideas, double *cpu_ms)
{
  Arrival arrival = { .client = client, .last = g_get_monotonic_time () };
  guint tick = 0;
  Body *bodies[CHANGES / PAGE];

  for (int i = 0; i < CHANGES / PAGE; i++)
    {
      bodies[i] = g_new0 (Body, 1);
      bodies[i]->text = make_page (ideas - (i + 1) * PAGE, PAGE, 1);
    }
  tick = g_timeout_add (1, tick_cb, &arrival);
  arrival.last = g_get_monotonic_time ();
  arrival.last_cpu = thread_cpu_us ();
  for (int i = 0; i < CHANGES / PAGE; i++)
    jip_local_write_async (client->local, apply_text, bodies[i], body_free, NULL, arrived_cb, &arrival);
  gint64 settle = 0;
  while (arrival.pages < CHANGES / PAGE || g_get_monotonic_time () < settle)
    {
      g_main_context_iteration (NULL, TRUE);
      if (arrival.pages == CHANGES / PAGE && settle == 0)
        settle = g_get_monotonic_time () + 300000;
    }
  g_source_remove (tick);
  *cpu_ms = (double) arrival.longest_cpu / 1000.0;
  return (double) arrival.longest / 1000.0;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_remove (path);
}

int
main (int argc, char **argv)
{
  int ideas = argc > 1 ? MAX (CHANGES, (int) g_ascii_strtoll (argv[1], NULL, 10)) : 10000;
  g_autofree char *folder = g_dir_make_tmp ("jip-bench-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;

  fill (folder, ideas);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (JipClient) client = jip_client_new (folder);
  client->local = jip_local_open (folder, &error);
  g_assert_no_error (error);
  double open_ms = ms_since (start);

  start = g_get_monotonic_time ();
  g_autoptr (JipProposalList) list = jip_proposal_list_new (client);
  while (jip_replica_list_get_loading (JIP_REPLICA_LIST (list)))
    g_main_context_iteration (NULL, TRUE);
  double page_ms = ms_since (start);

  guint hits = (guint) (ideas + 49) / 50;
  start = g_get_monotonic_time ();
  jip_proposal_list_set_search (list, "하수도");
  while (jip_replica_list_get_total (JIP_REPLICA_LIST (list)) != hits)
    g_main_context_iteration (NULL, TRUE);
  double search_ms = ms_since (start);

  jip_proposal_list_set_search (list, NULL);
  while (jip_replica_list_get_total (JIP_REPLICA_LIST (list)) != (guint) ideas)
    g_main_context_iteration (NULL, TRUE);
  double cpu_ms = 0;
  double stall_ms = measure_stall (client, ideas, &cpu_ms);
  g_print ("{\"bench\":\"client\",\"ideas\":%d,\"open_ms\":%.1f,\"first_page_ms\":%.1f,\"search_ms\":%.1f,"
           "\"changes\":%d,\"longest_stall_ms\":%.1f,\"longest_stall_cpu_ms\":%.1f}\n",
           ideas, open_ms, page_ms, search_ms, CHANGES, stall_ms, cpu_ms);
  g_clear_object (&list);
  jip_local_stop (client->local);
  remove_tree (folder);
  return 0;
}
