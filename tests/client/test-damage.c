/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <unistd.h>

#include "jip-client-private.h"
#include "jip-proposal-list.h"
#include "sync-fixture.h"

/* A PC whose disk damaged the replica: the program opens, what was not sent goes out once, and the rest comes again. */

#define PAGE 4096
#define USERS \
  "login,name,department,roles,password\n" \
  "kim,김하늘,재무과,staff,pw-kim-1\n" \
  "lee,이바다,도서관과,staff,pw-lee-1\n"

typedef struct
{
  Site *site;
  Desk kim;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->site = site_new (USERS);
  desk_open (&f->kim, f->site, "kim");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_close (&f->kim);
  site_free (f->site);
}

static void
settle (Desk *desk)
{
  wait_until (jip_client_get_pending (desk->client) == 0
              && jip_client_get_state (desk->client) == JIP_CLIENT_SYNCED);
}

static char *
find_file (Desk *desk)
{
  g_autofree char *replicas = g_build_filename (desk->folder, "replicas", NULL);
  g_autoptr (GDir) dir = g_dir_open (replicas, 0, NULL);

  return g_build_filename (replicas, g_dir_read_name (dir), "jiphyeon.db", NULL);
}

/* The pages on which something stands; @what: their name in dbstat */
static GArray *
find_pages (const char *path, const char *what)
{
  GArray *pages = g_array_new (FALSE, FALSE, sizeof (int));
  sqlite3 *database = NULL;
  sqlite3_stmt *statement = NULL;

  g_assert_cmpint (sqlite3_open_v2 (path, &database, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_prepare_v2 (database, "SELECT pageno FROM dbstat WHERE name = ?1", -1, &statement, NULL), ==,
      SQLITE_OK);
  sqlite3_bind_text (statement, 1, what, -1, SQLITE_STATIC);
  while (sqlite3_step (statement) == SQLITE_ROW)
    {
      int page = sqlite3_column_int (statement, 0);
      g_array_append_val (pages, page);
    }
  sqlite3_finalize (statement);
  sqlite3_close (database);
  g_assert_cmpuint (pages->len, >, 0);
  return pages;
}

/* Zeroes all pages of a table or index. */
static void
destroy (const char *path, const char *what)
{
  g_autoptr (GArray) pages = find_pages (path, what);
  char zeros[PAGE] = { 0 };
  int fd = open (path, O_RDWR | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  for (guint i = 0; i < pages->len; i++)
    g_assert_cmpint (pwrite (fd, zeros, PAGE, (off_t) (g_array_index (pages, int, i) - 1) * PAGE), ==, PAGE);
  close (fd);
}

static void
start_again (Desk *desk)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  desk->client = jip_client_new (desk->folder);
  jip_client_open_last_async (desk->client, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_client_open_last_finish (desk->client, result, &error));
  g_assert_no_error (error);
}

static void
wait_for_list (Desk *desk, guint n)
{
  g_autoptr (JipProposalList) list = jip_proposal_list_new (desk->client);

  wait_until (!jip_replica_list_get_loading (JIP_REPLICA_LIST (list)) && n_items (list) == n);
}

/* Ideas that reached the server, one whose acknowledgement was lost, and three that were not sent; then the program ends. */
static void
work_and_stop (Fixture *f)
{
  static const char *const bodies[] = { "먼저 낸 글", "둘째 글" };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    g_free (desk_submit (&f->kim, bodies[i]));
  settle (&f->kim);
  f->site->fault = FAULT_DROP;
  g_free (desk_submit (&f->kim, "답이 사라진 글"));
  wait_until (site_ask (f->site, "SELECT count(*) FROM proposal") == 3);
  site_kill (f->site);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *body = g_strdup_printf ("끊긴 동안 낸 글 %u", i);
      g_free (desk_submit (&f->kim, body));
    }
  jip_scratch_set (jip_client_get_scratch (f->kim.client), "idea", "쓰던 글");
  desk_stop (&f->kim);
}

static char *
read_scratch (Desk *desk)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  jip_scratch_get_async (jip_client_get_scratch (desk->client), "idea", NULL, done_cb, &result);
  wait_until (result != NULL);
  char *text = jip_scratch_get_finish (jip_client_get_scratch (desk->client), result, &error);
  g_assert_no_error (error);
  return text;
}

/* All that was done reached the server once, and all of it is on the desktop. */
static void
assert_whole (Fixture *f)
{
  site_start (f->site);
  desk_sign_in (&f->kim, f->site, "kim");
  settle (&f->kim);
  g_assert_cmpint (site_ask (f->site, "SELECT count(*) FROM proposal"), ==, 6);
  g_assert_cmpint (site_ask (f->site, "SELECT count(DISTINCT body) FROM proposal"), ==, 6);
  g_assert_cmpuint (jip_client_get_refused (f->kim.client), ==, 0);
  wait_for_list (&f->kim, 6);
  g_free (desk_submit (&f->kim, "그 뒤의 글"));
  settle (&f->kim);
  g_assert_cmpint (site_ask (f->site, "SELECT count(*) FROM proposal"), ==, 7);
}

static void
test_destroyed (Fixture *f, gconstpointer data)
{
  work_and_stop (f);
  g_autofree char *path = find_file (&f->kim);
  destroy (path, data);
  start_again (&f->kim);
  g_assert_nonnull (jip_client_get_damage_note (f->kim.client));
  g_assert_cmpuint (jip_client_get_pending (f->kim.client), >=, 4);
  g_autofree char *scratch = read_scratch (&f->kim);
  g_assert_cmpstr (scratch, ==, "쓰던 글");
  assert_whole (f);
}

/* Who uses the replica, and under which name, is gone: the next sign-in tells. */
static void
test_nameless (Fixture *f, gconstpointer data)
{
  work_and_stop (f);
  g_autofree char *path = find_file (&f->kim);
  destroy (path, "meta");
  assert_whole (f);
  g_assert_nonnull (jip_client_get_damage_note (f->kim.client));
  g_autofree char *scratch = read_scratch (&f->kim);
  g_assert_cmpstr (scratch, ==, "쓰던 글");
}

/* The damage comes while the program runs. */
static void
test_while_open (Fixture *f, gconstpointer data)
{
  g_autofree char *first = desk_submit (&f->kim, "먼저 낸 글");
  settle (&f->kim);
  g_autofree char *path = find_file (&f->kim);
  desk_stop (&f->kim);
  site_kill (f->site);
  start_again (&f->kim); /* now all of it is in the file, and nothing in its log */
  destroy (path, data);
  jip_scratch_set (jip_client_get_scratch (f->kim.client), "idea", "쓰던 글");
  jip_local_inspect (jip_client_get_local (f->kim.client));
  wait_until (jip_client_get_damage_note (f->kim.client) != NULL);
  g_autofree char *second = desk_submit (&f->kim, "끊긴 동안 낸 글");
  g_assert_cmpuint (jip_client_get_pending (f->kim.client), ==, 1);
  g_autofree char *scratch = read_scratch (&f->kim);
  g_assert_cmpstr (scratch, ==, "쓰던 글");
  site_start (f->site);
  desk_sign_in (&f->kim, f->site, "kim");
  settle (&f->kim);
  g_assert_cmpint (site_ask (f->site, "SELECT count(*) FROM proposal"), ==, 2);
  wait_for_list (&f->kim, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, what, func) g_test_add ("/damage/" name, Fixture, what, set_up, func, tear_down)
  ADD ("list-of-tables", "sqlite_schema", test_destroyed);
  ADD ("rows", "record", test_destroyed);
  ADD ("index-of-rows", "record_id", test_destroyed);
  ADD ("index-of-queue", "outbox_waiting", test_destroyed);
  ADD ("search", "proposal_text_data", test_destroyed);
  ADD ("nameless", NULL, test_nameless);
  ADD ("rows-while-open", "record", test_while_open);
  ADD ("index-while-open", "record_newest", test_while_open);
  return g_test_run ();
}
