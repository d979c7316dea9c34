/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "jip-client-private.h"
#include "jip-id.h"
#include "jip-proposal-list.h"
#include "jip-vote-set-op.h"
#include "sync-fixture.h"

/* What goes wrong between a replica and its server: each heals by itself, and nothing is lost or doubled. */

#define USERS \
  "login,name,department,roles,password\n" \
  "kim,김하늘,재무과,staff,pw-kim-1\n" \
  "lee,이바다,도서관과,staff,pw-lee-1\n"

#define NEW_EPOCH "UPDATE meta SET value = '018f0000-0000-7000-8000-00000000e0c4' WHERE key = 'epoch'"

typedef struct
{
  Site *site;
  Desk kim;
  JipProposalList *list;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->site = site_new (USERS);
  desk_open (&f->kim, f->site, "kim");
  f->list = jip_proposal_list_new (f->kim.client);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->list);
  desk_close (&f->kim);
  site_free (f->site);
}

static void
settle (Desk *desk)
{
  wait_until (jip_client_get_pending (desk->client) == 0
              && jip_client_get_state (desk->client) == JIP_CLIENT_SYNCED);
}

static void
wait_offline (Desk *desk)
{
  wait_until (({
    jip_client_sync_now (desk->client);
    g_main_context_iteration (NULL, TRUE);
    jip_client_get_state (desk->client) == JIP_CLIENT_OFFLINE;
  }));
}

/* Another desktop sees exactly so many ideas. */
static void
assert_server_has (Fixture *f, guint n)
{
  Desk lee;

  desk_open (&lee, f->site, "lee");
  g_autoptr (JipProposalList) list = jip_proposal_list_new (lee.client);
  wait_until (!jip_replica_list_get_loading (JIP_REPLICA_LIST (list)));
  g_assert_cmpuint (n_items (list), ==, n);
  g_clear_object (&list);
  desk_close (&lee);
}

static gboolean
exec_cb (JipDatabase *database, gpointer data, GError **error)
{
  return jip_database_exec (database, data, error);
}

static void
replica_sql (Desk *desk, const char *sql)
{
  g_autoptr (GError) error = NULL;

  jip_local_write_sync (jip_client_get_local (desk->client), exec_cb, (gpointer) sql, &error);
  g_assert_no_error (error);
}

typedef struct
{
  const char *sql;
  gint64 value;
} Question;

static gboolean
ask_cb (JipDatabase *database, gpointer data, GError **error)
{
  Question *question = data;
  question->value = jip_database_query_int (database, -1, error, question->sql, "");
  return TRUE;
}

static gint64
replica_ask (Desk *desk, const char *sql)
{
  Question question = { sql, -1 };
  g_autoptr (GError) error = NULL;

  jip_local_write_sync (jip_client_get_local (desk->client), ask_cb, &question, &error);
  g_assert_no_error (error);
  return question.value;
}

static void
vote_for_nothing (Desk *desk)
{
  g_autofree char *id = jip_id_new ();
  g_autoptr (GAsyncResult) result = NULL;

  jip_vote_set_async (desk->client, id, TRUE, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_vote_set_finish (desk->client, result, NULL));
}

static void
test_epoch (Fixture *f, gconstpointer data)
{
  g_autofree char *first = desk_submit (&f->kim, "먼저 낸 글");
  settle (&f->kim);
  site_kill (f->site);
  site_sql (f->site, NEW_EPOCH);
  replica_sql (
      &f->kim,
      "INSERT INTO record (tbl, id, layer, row, shown, generation) SELECT 'department', 'gone', 0, row, 1, 0 "
      "FROM record LIMIT 1");
  g_autofree char *second = desk_submit (&f->kim, "끊긴 동안 낸 글");
  site_start (f->site);
  jip_client_sync_now (f->kim.client);
  settle (&f->kim);
  wait_until (replica_ask (&f->kim, "SELECT count(*) FROM meta WHERE key = 'epoch' AND value LIKE '%e0c4'")
              == 1);
  g_assert_cmpint (replica_ask (&f->kim, "SELECT count(*) FROM record WHERE id = 'gone'"), ==, 0);
  wait_until (n_items (f->list) == 2 && all_settled (f->list));
  assert_server_has (f, 2);
}

/* The server comes back from an older copy: what it acknowledged since is sent again, also behind a refused one. */
static void
test_restore (Fixture *f, gconstpointer data)
{
  g_autofree char *first = desk_submit (&f->kim, "백업에 든 글");
  settle (&f->kim);
  g_autofree char *folder = g_dir_make_tmp ("jip-backup-XXXXXX", NULL);
  g_autofree char *backup = g_build_filename (folder, "backup", NULL);
  site_jipctl (f->site, "backup", backup, NULL);
  vote_for_nothing (&f->kim);
  g_autofree char *second = desk_submit (&f->kim, "백업 뒤의 글");
  jip_client_sync_now (f->kim.client);
  wait_until (jip_client_get_pending (f->kim.client) == 0);
  g_assert_cmpuint (jip_client_get_refused (f->kim.client), ==, 1);
  settle (&f->kim);
  assert_server_has (f, 2);

  site_lose_disk (f->site, backup);
  remove_tree (folder);
  jip_client_sync_now (f->kim.client);
  wait_until (site_ask (f->site, "SELECT count(*) FROM verdict") == 3);
  settle (&f->kim);
  g_assert_cmpuint (jip_client_get_refused (f->kim.client), ==, 1);
  assert_server_has (f, 2);
}

/* A replica that differs from the server reads it anew, whether a row is damaged, missing or too many. */
static void
test_digest (Fixture *f, gconstpointer data)
{
  const char *damage = data;
  g_autofree char *first = desk_submit (&f->kim, "본래의 글");
  g_autofree char *second = desk_submit (&f->kim, "또 하나의 글");

  wait_until (replica_ask (&f->kim, "SELECT count(*) FROM meta WHERE key = 'last_n' AND value = '2'") == 1);
  gint64 rows = replica_ask (&f->kim, "SELECT count(*) FROM record WHERE layer = 0");
  site_kill (f->site); /* a fresh server sends digests at once */
  replica_sql (&f->kim, damage);
  site_start (f->site);
  jip_client_sync_now (f->kim.client);
  wait_until (replica_ask (&f->kim, "SELECT count(*) FROM meta WHERE key = 'digest_failed_at'") == 1);
  wait_until (
      replica_ask (&f->kim, "SELECT count(*) FROM record WHERE layer = 0") == rows
      && replica_ask (&f->kim, "SELECT count(*) FROM record WHERE tbl = 'proposal' AND row LIKE '%글%'")
             == 2);
  settle (&f->kim);
  wait_until (n_items (f->list) == 2);
}

/* The server forgot what it had taken; the replica fills what it still holds. */
static void
test_gap (Fixture *f, gconstpointer data)
{
  g_autofree char *first = desk_submit (&f->kim, "첫 글");
  vote_for_nothing (&f->kim);
  g_autofree char *second = desk_submit (&f->kim, "둘째 글");
  settle (&f->kim);
  wait_offline (({
    site_kill (f->site);
    &f->kim;
  }));
  site_sql (f->site, "DELETE FROM verdict WHERE n > 1; UPDATE replica SET last_n = 1");
  if (data != NULL)
    replica_sql (&f->kim, data);
  g_autofree char *third = desk_submit (&f->kim, "셋째 글");
  site_start (f->site);
  jip_client_sync_now (f->kim.client);
  wait_until (jip_client_get_pending (f->kim.client) == 0);
  settle (&f->kim);
  g_assert_cmpuint (jip_client_get_refused (f->kim.client), ==, 1);
  assert_server_has (f, 3);
}

/* Two ideas are written while the server refuses this program's schema. */
static void
write_unsent (Fixture *f)
{
  gint64 before = site_ask (f->site, "SELECT COUNT(*) FROM proposal");

  g_atomic_int_set (&f->site->fault, FAULT_TOO_OLD);
  g_autofree char *id = desk_submit (&f->kim, "옛 프로그램의 글");
  wait_until (jip_client_get_state (f->kim.client) == JIP_CLIENT_UPDATE_NEEDED);
  g_autofree char *more = desk_submit (&f->kim, "그래도 쓴 글");
  jip_client_sync_now (f->kim.client);
  g_assert_cmpuint (jip_client_get_pending (f->kim.client), ==, 2);
  g_assert_cmpint (site_ask (f->site, "SELECT COUNT(*) FROM proposal"), ==, before);
}

/* The server is updated under a program that goes on running. */
static void
test_server_updated (Fixture *f, gconstpointer data)
{
  write_unsent (f);
  g_atomic_int_set (&f->site->fault, FAULT_NONE);
  jip_client_sync_now (f->kim.client);
  settle (&f->kim);
  assert_server_has (f, 2);

  write_unsent (f);
  site_kill (f->site);
  g_atomic_int_set (&f->site->fault, FAULT_NONE);
  site_start (f->site);
  settle (&f->kim);
  assert_server_has (f, 4);
}

/* In the middle of what is kept there is something that is not any more: the rest goes on all the same. */
static void
test_gap_inside (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 6; i++)
    g_free (desk_submit (&f->kim, "보낸 글"));
  settle (&f->kim);
  wait_offline (({
    site_kill (f->site);
    &f->kim;
  }));
  site_sql (f->site, "DELETE FROM verdict WHERE n > 1; UPDATE replica SET last_n = 1");
  replica_sql (&f->kim, data);
  g_autofree char *new = desk_submit (&f->kim, "새 글");
  site_start (f->site);
  jip_client_sync_now (f->kim.client);
  settle (&f->kim);
  assert_server_has (f, 7);
  g_assert_cmpint (site_ask (f->site, "SELECT COUNT(*) FROM hole"), ==, 2);
  g_assert_cmpint (site_ask (f->site, "SELECT last_n FROM replica WHERE last_n > 1"), ==, 7);
}

static void
test_too_old (Fixture *f, gconstpointer data)
{
  write_unsent (f);
  g_atomic_int_set (&f->site->fault, FAULT_NONE);
  g_clear_object (&f->list);
  desk_stop (&f->kim);
  desk_sign_in (&f->kim, f->site, "kim"); /* the updated program */
  settle (&f->kim);
  assert_server_has (f, 2);
}

/* The PC's folder was copied: both go on, what was queued before goes once. */
static void
test_clone (Fixture *f, gconstpointer data)
{
  Desk twin = { .folder = g_strdup_printf ("%s-twin", f->kim.folder) };

  g_autofree char *first = desk_submit (&f->kim, "복사 전에 보낸 글");
  settle (&f->kim);
  wait_offline (({
    site_kill (f->site);
    &f->kim;
  }));
  g_autofree char *second = desk_submit (&f->kim, "복사 전에 쓴 글");
  g_clear_object (&f->list);
  desk_stop (&f->kim);
  copy_tree (f->kim.folder, twin.folder);
  site_start (f->site);

  desk_sign_in (&f->kim, f->site, "kim");
  g_autofree char *third = desk_submit (&f->kim, "본래 PC에서 쓴 글");
  settle (&f->kim);
  desk_sign_in (&twin, f->site, "kim");
  g_autofree char *fourth = desk_submit (&twin, "복사된 PC에서 쓴 글");
  settle (&twin);
  g_autofree char *fifth = desk_submit (&f->kim, "본래 PC의 다음 글");
  settle (&f->kim);
  g_assert_cmpuint (jip_client_get_refused (f->kim.client), ==, 0);
  g_assert_cmpuint (jip_client_get_refused (twin.client), ==, 0);
  assert_server_has (f, 5);
  desk_close (&twin);
}

static void
test_session_ends (Fixture *f, gconstpointer data)
{
  site_kill (f->site);
  site_sql (f->site, "DELETE FROM session");
  site_start (f->site);
  jip_client_sync_now (f->kim.client);
  wait_until (jip_client_get_state (f->kim.client) == JIP_CLIENT_SIGNED_OUT);
  g_autofree char *id = desk_submit (&f->kim, "로그아웃된 동안 쓴 글");
  g_assert_cmpuint (jip_client_get_pending (f->kim.client), ==, 1);
  wait_until (n_items (f->list) == 1);
  desk_sign_in (&f->kim, f->site, "kim");
  settle (&f->kim);
  assert_server_has (f, 1);
}

static void
sign_out (Desk *desk)
{
  g_autoptr (GAsyncResult) result = NULL;

  jip_client_sign_out_async (desk->client, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_client_sign_out_finish (desk->client, result, NULL));
}

/* What could not be sent before signing out is none of the next user's: it goes to the server as its owner's, and is read
 * from there like everybody's. tests/client/test-handover.c has the rest. */
static void
test_sign_out (Fixture *f, gconstpointer data)
{
  wait_offline (({
    site_kill (f->site);
    &f->kim;
  }));
  g_autofree char *id = desk_submit (&f->kim, "못 보낸 글");
  g_clear_object (&f->list);
  sign_out (&f->kim);
  g_assert_cmpint (jip_client_get_state (f->kim.client), ==, JIP_CLIENT_SIGNED_OUT);
  site_start (f->site);
  desk_sign_in (&f->kim, f->site, "lee");
  g_assert_cmpuint (jip_client_get_pending (f->kim.client), ==, 0);
  f->list = jip_proposal_list_new (f->kim.client);
  wait_until (n_items (f->list) == 1 && all_settled (f->list));
  g_clear_object (&f->list);
  sign_out (&f->kim);
  desk_sign_in (&f->kim, f->site, "kim");
  settle (&f->kim);
  assert_server_has (f, 1);
  sign_out (&f->kim);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name, *data;
    void (*run) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/repair/epoch", NULL, test_epoch },
    { "/repair/restore", NULL, test_restore },
    { "/repair/digest/changed", "UPDATE record SET row = replace (row, '본래', '거짓') WHERE layer = 0",
      test_digest },
    { "/repair/digest/lost", "DELETE FROM record WHERE tbl = 'proposal' AND layer = 0", test_digest },
    { "/repair/digest/stray",
      "INSERT INTO record (tbl, id, layer, row, shown, generation) SELECT 'result', 'stray', 0, row, 1, 0 FROM record LIMIT 1",
      test_digest },
    { "/repair/digest/clock", /* it differed once before, when the clock was years ahead */
      "DELETE FROM record WHERE tbl = 'proposal' AND layer = 0; "
      "INSERT OR REPLACE INTO meta (key, value) VALUES ('digest_failed_at', '2200000000000')",
      test_digest },
    { "/repair/gap", NULL, test_gap },
    { "/repair/gap/unfillable", "DELETE FROM outbox WHERE n <= 2", test_gap },
    { "/repair/gap/inside", "DELETE FROM outbox WHERE n IN (3, 4, 6)", test_gap_inside },
    { "/repair/too-old", NULL, test_too_old },
    { "/repair/server-updated", NULL, test_server_updated },
    { "/repair/clone", NULL, test_clone },
    { "/repair/session-ends", NULL, test_session_ends },
    { "/repair/sign-out", NULL, test_sign_out },
  };

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE); /* no secret service */
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, tests[i].data, set_up, tests[i].run, tear_down);
  return g_test_run ();
}
