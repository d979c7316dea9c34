/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PC whose disk is full or fails: what was typed stays, a sentence says why, and everything goes on when the disk does. */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "faults.h"
#include "jip-blob-op.h"
#include "jip-client-private.h"
#include "jip-database.h"
#include "jip-error.h"
#include "jip-file-op.h"
#include "jip-local.h"
#include "jip-migrations.h"
#include "jip-proposal-submit-op.h"
#include "jip-replica-open.h"
#include "jip-scratch.h"
#include "sync-fixture.h"

#define USERS \
  "login,name,department,roles,password\n" \
  "kim,김하늘,재무과,staff,pw-kim-1\n" \
  "lee,이바다,총무과,staff,pw-lee-1\n"
#define MOST_CALLS 60

static FaultControl control;

static void
arm (guint calls, guint when, int problem, gint64 skip, gint64 count)
{
  control = (FaultControl){ .calls = calls, .when = when, .problem = problem, .skip = skip, .count = count };
  g_strlcpy (control.match, "jiphyeon.db", sizeof control.match);
  control.armed = 1;
}

static void
assert_told (const GError *error, int problem)
{
  JipErrorCode expected = problem == EIO ? JIP_ERROR_UNAVAILABLE : JIP_ERROR_STORAGE_FULL;

  g_assert_error (error, JIP_ERROR, (gint) expected);
  g_assert_true (g_str_has_suffix (error->message, "."));
}

/* Returns the id of the idea; NULL when the disk did not take it and said so. */
static char *
try_submit (Desk *desk, int problem)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint before = jip_client_get_pending (desk->client);

  jip_proposal_submit_async (desk->client, "proposal", NULL, "가득 찬 디스크", NULL, NULL, FALSE, NULL, NULL,
                             done_cb, &result);
  wait_until (result != NULL);
  char *id = jip_proposal_submit_finish (desk->client, result, &error);
  g_assert_cmpuint (jip_client_get_pending (desk->client), ==, before + (id != NULL));
  if (id == NULL)
    assert_told (error, problem);
  return id;
}

typedef struct
{
  guint calls, when;
  int problem;
} Case;

/* Lets the first, second, third … call fail until one try meets none. Returns how many tries failed. */
static guint
try_all (Desk *desk, const Case *c, GPtrArray *ids)
{
  guint failed = 0;

  for (gint64 n = 0; n < MOST_CALLS; n++)
    {
      arm (c->calls, c->when, c->problem, n, -1);
      char *id = try_submit (desk, c->problem);
      gint64 hits = control.hits;
      control.armed = 0;
      if (id != NULL)
        g_ptr_array_add (ids, id);
      failed += id == NULL;
      if (hits == 0)
        return failed;
      g_ptr_array_add (ids, desk_submit (desk, "디스크에 자리가 났다"));
    }
  g_assert_not_reached ();
}

static void
test_submit (void)
{
  static const Case cases[] = { { CALL_WRITE, FAULT_BEFORE, ENOSPC }, { CALL_WRITE, FAULT_BEFORE, EDQUOT },
                                { CALL_WRITE, FAULT_HALF, ENOSPC },   { CALL_WRITE, FAULT_BEFORE, EIO },
                                { CALL_SYNC, FAULT_BEFORE, EIO },     { CALL_SYNC, FAULT_BEFORE, ENOSPC } };
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  Site *site = site_new (USERS);
  guint failed = 0;
  Desk desk;

  desk_open (&desk, site, "kim");
  site_kill (site); /* nothing but what is typed is written meanwhile */
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint here = try_all (&desk, &cases[i], ids);
      g_assert_cmpuint (here, >, 0);
      failed += here;
    }
  site_start (site);
  wait_until (jip_client_get_pending (desk.client) == 0
              && jip_client_get_state (desk.client) == JIP_CLIENT_SYNCED);
  g_assert_cmpint (site_ask (site, "SELECT count(*) FROM proposal"), ==, ids->len);
  for (guint i = 0; i < ids->len; i++)
    {
      g_autofree char *sql
          = g_strdup_printf ("SELECT count(*) FROM proposal WHERE id = '%s'", (char *) ids->pdata[i]);
      g_assert_cmpint (site_ask (site, sql), ==, 1);
    }
  g_test_message ("%u tries failed, %u ideas were taken, each once", failed, ids->len);
  desk_close (&desk);
  site_free (site);
}

static void
failed_cb (JipScratch *scratch, const char *key, const char *message, char **told)
{
  g_free (*told);
  *told = g_strdup (message);
}

static void
count_cb (JipScratch *scratch, const char *key, guint *count)
{
  ++*count;
}

static char *
get_scratch (Desk *desk)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  jip_scratch_get_async (jip_client_get_scratch (desk->client), "board/writer", NULL, done_cb, &result);
  wait_until (result != NULL);
  char *text = jip_scratch_get_finish (jip_client_get_scratch (desk->client), result, &error);
  g_assert_no_error (error);
  return text;
}

/* What is typed while the disk is full is kept in memory, told, and saved without another key when there is room. */
static void
test_typing (void)
{
  Site *site = site_new (USERS);
  g_autofree char *told = NULL;
  guint saved = 0;
  Desk desk;

  desk_open (&desk, site, "kim");
  JipScratch *scratch = jip_client_get_scratch (desk.client);
  g_signal_connect (scratch, "failed", G_CALLBACK (failed_cb), &told);
  g_signal_connect (scratch, "saved", G_CALLBACK (count_cb), &saved);
  arm (CALL_WRITE, FAULT_BEFORE, ENOSPC, 0, -1);
  jip_scratch_set (scratch, "board/writer", "쓰던 글");
  wait_until (told != NULL);
  g_assert_true (g_str_has_suffix (told, "."));
  g_assert_cmpuint (saved, ==, 0);
  g_autofree char *kept = get_scratch (&desk);
  g_assert_cmpstr (kept, ==, "쓰던 글");
  control.armed = 0;
  wait_until (saved == 1);
  g_signal_handlers_disconnect_by_data (scratch, &told);
  g_signal_handlers_disconnect_by_data (scratch, &saved);
  desk_stop (&desk);
  desk_sign_in (&desk, site, "kim");
  g_autofree char *found = get_scratch (&desk);
  g_assert_cmpstr (found, ==, "쓰던 글");
  desk_close (&desk);
  site_free (site);
}

static guint
count_kept (Desk *desk)
{
  g_autofree char *folder
      = g_build_filename (desk->folder, "kept", jip_client_get_user_id (desk->client), NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* A file for which there is no room is not attached, says why and leaves nothing; with room it is. */
static void
test_attach (void)
{
  static const Case cases[] = { { CALL_WRITE, FAULT_BEFORE, ENOSPC },
                                { CALL_WRITE, FAULT_HALF, ENOSPC },
                                { CALL_WRITE, FAULT_BEFORE, EDQUOT },
                                { CALL_SYNC, FAULT_BEFORE, ENOSPC } };
  Site *site = site_new (USERS);
  Desk desk;

  desk_open (&desk, site, "kim");
  g_autofree char *path = g_build_filename (desk.folder, "자료.bin", NULL);
  g_autofree char *contents = g_malloc0 (300000);
  g_assert_true (g_file_set_contents (path, contents, 300000, NULL));
  g_autoptr (GFile) file = g_file_new_for_path (path);
  for (guint i = 0; i <= G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      gboolean full = i < G_N_ELEMENTS (cases);

      if (full)
        {
          arm (cases[i].calls, cases[i].when, cases[i].problem, cases[i].calls == CALL_WRITE ? 2 : 0, -1);
          g_strlcpy (control.match, "/kept/", sizeof control.match);
        }
      jip_file_stage_async (desk.client, file, NULL, done_cb, &result);
      wait_until (result != NULL);
      g_autoptr (JipFileRef) ref = jip_file_stage_finish (desk.client, result, &error);
      control.armed = 0;
      g_assert_true ((ref == NULL) == full);
      g_assert_cmpint (control.hits > 0, ==, full);
      if (full)
        g_assert_error (error, JIP_ERROR, JIP_ERROR_STORAGE_FULL);
      control.hits = 0;
      g_assert_cmpuint (count_kept (&desk), ==, full ? 0 : 1);
    }
  desk_close (&desk);
  site_free (site);
}

static char *
submit_with_file (Desk *desk, char **sha256)
{
  g_autofree char *path = g_build_filename (desk->folder, "자료.bin", NULL);
  g_autofree char *contents = g_malloc0 (300000);
  g_autoptr (GPtrArray) files = jip_file_refs_new ();
  g_autoptr (GAsyncResult) staged = NULL, result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, contents, 300000, NULL));
  g_autoptr (GFile) file = g_file_new_for_path (path);
  jip_file_stage_async (desk->client, file, NULL, done_cb, &staged);
  wait_until (staged != NULL);
  JipFileRef *ref = jip_file_stage_finish (desk->client, staged, &error);
  g_assert_no_error (error);
  *sha256 = g_strdup (ref->sha256);
  g_ptr_array_add (files, ref);
  jip_proposal_submit_with_files_async (desk->client, "proposal", NULL, "자료를 붙인 제안", NULL, NULL, FALSE,
                                        files, "board/writer", NULL, done_cb, &result);
  wait_until (result != NULL);
  char *id = jip_proposal_submit_finish (desk->client, result, &error);
  g_assert_no_error (error);
  return id;
}

static guint
count_parts (Desk *desk)
{
  g_autofree char *cache = jip_client_dup_cache_folder (desk->client);
  g_autoptr (GDir) dir = g_dir_open (cache, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_suffix (name, ".part");
  return n;
}

/* A download for which there is no room does not keep the room that there was: what is typed needs it. */
static void
test_fetch (void)
{
  Site *site = site_new (USERS);
  Desk kim, lee;
  g_autofree char *sha256 = NULL;

  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  g_autofree char *idea = submit_with_file (&kim, &sha256);
  wait_until (site_ask (site, "SELECT count(*) FROM attachment WHERE arrived = 1") == 1);
  for (int full = 1; full >= 0; full--)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      arm (CALL_WRITE, FAULT_BEFORE, ENOSPC, 2, full ? -1 : 0);
      g_strlcpy (control.match, ".part", sizeof control.match);
      jip_blob_fetch_async (lee.client, sha256, NULL, NULL, NULL, done_cb, &result);
      wait_until (result != NULL);
      g_autofree char *path = jip_blob_fetch_finish (lee.client, result, &error);
      control.armed = 0;
      g_assert_cmpint (control.hits > 0, ==, full);
      if (full)
        g_assert_error (error, JIP_ERROR, JIP_ERROR_STORAGE_FULL);
      else
        g_assert_no_error (error);
      g_assert_cmpuint (count_parts (&lee), ==, 0);
    }
  desk_close (&lee);
  desk_close (&kim);
  site_free (site);
}

/* Text that was handed in meanwhile does not come back out of a write that failed. */
static void
test_handed_in (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  Site *site = site_new (USERS);
  Desk desk;

  desk_open (&desk, site, "kim");
  JipScratch *scratch = jip_client_get_scratch (desk.client);
  jip_scratch_set (scratch, "board/writer", "낼 글");
  jip_scratch_flush (scratch);
  arm (CALL_WRITE, FAULT_BEFORE, ENOSPC, 0, 1);
  jip_scratch_set (scratch, "board/writer", "낼 글이다");
  jip_scratch_flush (scratch);
  jip_proposal_submit_async (desk.client, "proposal", NULL, "낼 글이다", NULL, NULL, FALSE, "board/writer",
                             NULL, done_cb, &result);
  wait_until (result != NULL);
  g_autofree char *id = jip_proposal_submit_finish (desk.client, result, NULL);
  control.armed = 0;
  gboolean taken = id != NULL;
  jip_scratch_flush (scratch);
  g_autofree char *left = get_scratch (&desk);
  g_assert_true (left == NULL || !taken);
  desk_close (&desk);
  site_free (site);
}

/* Signing in on a full disk says so, and works when there is room. */
static void
test_sign_in (void)
{
  static const gint64 skipped[] = { 0, 1, 2, 3, 5, 8, 13, 21, 34 }; /* a login is good for 30 tries */
  Site *site = site_new (USERS);
  g_autofree char *url = site_get_url (site);

  for (guint i = 0; i < G_N_ELEMENTS (skipped); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      Desk desk = { .folder = g_dir_make_tmp ("jip-desk-XXXXXX", NULL) };
      desk.client = jip_client_new (desk.folder);
      arm (CALL_WRITE | CALL_NAME, FAULT_BEFORE, ENOSPC, skipped[i], -1);
      g_strlcpy (control.match, desk.folder, sizeof control.match);
      jip_client_sign_in_async (desk.client, url, "kim", "pw-kim-1", "test", NULL, done_cb, &result);
      wait_until (result != NULL);
      gboolean signed_in = jip_client_sign_in_finish (desk.client, result, &error);
      control.armed = 0;
      g_assert_true (signed_in == (control.hits == 0));
      if (!signed_in)
        {
          /* SQLite does not pass on why a name could not be made; the sentence names what it may be */
          g_assert_true (g_error_matches (error, JIP_ERROR, JIP_ERROR_STORAGE_FULL)
                         || (g_error_matches (error, JIP_ERROR, JIP_ERROR_FILE)
                             && strstr (error->message, "room") != NULL));
          desk_sign_in (&desk, site, "kim");
        }
      desk_close (&desk);
    }
  site_free (site);
}

/* A pull that the disk does not take is told, and taken when it does. */
static void
test_pull (void)
{
  Site *site = site_new (USERS);
  Desk reader, writer;

  desk_open (&reader, site, "kim");
  desk_open (&writer, site, "lee");
  arm (CALL_WRITE, FAULT_BEFORE, ENOSPC, 0, -1);
  g_strlcpy (control.match, reader.folder, sizeof control.match);
  g_autofree char *id = desk_submit (&writer, "받을 글");
  wait_until (jip_client_get_last_error (reader.client) != NULL);
  g_assert_true (g_str_has_suffix (jip_client_get_last_error (reader.client), "."));
  control.armed = 0;
  wait_until (jip_client_get_last_error (reader.client) == NULL
              && jip_client_get_state (reader.client) == JIP_CLIENT_SYNCED);
  desk_close (&writer);
  desk_close (&reader);
  site_free (site);
}

/* A value that could not be read is not taken for one that is not there, even by who does not look at the error. */
static void
test_ignored (void)
{
  g_autofree char *folder = g_dir_make_tmp ("jip-desk-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "jiphyeon.db", NULL);
  g_autoptr (GError) error = NULL;
  JipDatabase *first = jip_database_open_sqlite (path, JIP_DATABASE_CREATE, &error);
  g_assert_no_error (error);
  jip_database_exec (first, "CREATE TABLE a (v BIGINT); CREATE TABLE b (v BIGINT); INSERT INTO a VALUES (7)",
                     &error);
  g_assert_no_error (error);
  jip_database_free (first);

  g_autoptr (JipDatabase) database = jip_database_open_sqlite (path, JIP_DATABASE_READ_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (jip_database_begin (database, &error));
  g_assert_true (jip_database_run (database, &error, "INSERT INTO b VALUES (1)", NULL));
  arm (CALL_READ, FAULT_BEFORE, EIO, 0, -1);
  g_assert_cmpint (jip_database_query_int (database, 0, NULL, "SELECT v FROM a", NULL), ==, 0);
  g_assert_cmpint (control.hits, >, 0);
  control.armed = 0;
  g_assert_false (jip_database_run (database, NULL, "INSERT INTO b VALUES (2)", NULL));
  g_assert_false (jip_database_commit (database, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_UNAVAILABLE);
  g_assert_true (jip_database_rollback (database, NULL));
  g_assert_cmpint (jip_database_query_int (database, -1, NULL, "SELECT count(*) FROM b", NULL), ==, 0);
  g_assert_cmpint (jip_database_query_int (database, -1, NULL, "SELECT v FROM a", NULL), ==, 7);
  jip_database_free (g_steal_pointer (&database));
  remove_tree (folder);
}

static gboolean
queue_something (JipDatabase *database, gpointer data, GError **error)
{
  return jip_meta_set (database, "replica", "018f0000-0000-7000-8000-0000000000bb", error)
         && jip_database_exec (database,
                               "INSERT INTO outbox (n, name, args, at, status) VALUES (1, 'proposal.submit', "
                               "'{\"id\":\"018f0000-0000-7000-8000-000000000001\"}', 1, 'waiting')",
                               error)
         && jip_meta_set (database, "newest_n", "1", error);
}

static gboolean
count_queue (JipDatabase *database, gpointer data, GError **error)
{
  *(gint64 *) data = jip_database_query_int (database, -1, error, "SELECT count(*) FROM outbox", "");
  return TRUE;
}

/* A replica of which the second half of its first page is gone. */
static void
damage_replica (const char *folder, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  gsize length;
  JipLocal *local = jip_local_open (folder, &error);

  g_assert_no_error (error);
  g_assert_true (jip_local_write_sync (local, queue_something, NULL, &error));
  jip_local_unref (local);
  g_assert_true (g_file_get_contents (path, &content, &length, &error));
  memset (content + 2048, 0, 2048);
  g_assert_true (g_file_set_contents (path, content, (gssize) length, &error));
}

/* No room for making a damaged replica anew: the sentence says where, and how much; the next start makes it. */
static void
test_mending (void)
{
  g_autofree char *folder = g_dir_make_tmp ("jip-desk-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "jiphyeon.db", NULL);
  g_autofree char *aside = g_build_filename (folder, "damaged", NULL);
  g_autofree char *note = NULL;
  g_autoptr (GError) problem = NULL;
  JipLocal *local = NULL;
  guint failed = 0;
  gint64 queued = 0;

  damage_replica (folder, path);
  for (gint64 n = 0; local == NULL && n < 400; n++)
    {
      g_autoptr (GError) error = NULL;
      arm (CALL_WRITE, FAULT_BEFORE, n % 2 == 0 ? ENOSPC : EDQUOT, n, -1);
      g_strlcpy (control.match, "/salvage/", sizeof control.match);
      local = jip_replica_open (folder, &note, &error);
      control.armed = 0;
      if (local != NULL)
        break;
      failed++;
      g_assert_error (error, JIP_ERROR, JIP_ERROR_STORAGE_FULL);
      g_assert_nonnull (strstr (error->message, folder));
      g_assert_nonnull (strstr (error->message, "Free about"));
      g_assert_false (g_file_test (aside, G_FILE_TEST_EXISTS));
    }
  g_test_message ("%u tries failed", failed);
  g_assert_cmpuint (failed, >, 5);
  g_assert_nonnull (local);
  g_assert_nonnull (note);
  g_assert_true (jip_local_write_sync (local, count_queue, &queued, &problem));
  g_assert_cmpint (queued, ==, 1);
  jip_local_unref (local);
  const char *clean[] = { "rm", "-rf", folder, NULL };
  g_spawn_sync (NULL, (char **) clean, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

static gboolean
note_says (Desk *desk, const char *word)
{
  const char *note = jip_client_get_others_note (desk->client);

  return note != NULL && strstr (note, word) != NULL;
}

/* What somebody left cannot be opened or written to while the disk is full: whoever is here reads whose it is, how much, and
 * why; it goes out when there is room. */
static void
test_handover (void)
{
  Site *site = site_new (USERS);
  g_autoptr (GAsyncResult) left = NULL, closed = NULL;
  Desk desk;

  desk_open (&desk, site, "kim");
  site_kill (site);
  jip_client_sync_now (desk.client);
  wait_until (jip_client_get_state (desk.client) == JIP_CLIENT_OFFLINE);
  g_autofree char *id = desk_submit (&desk, "남기고 간 글");
  jip_client_sign_out_async (desk.client, NULL, done_cb, &left);
  wait_until (left != NULL && note_says (&desk, "goes to the server by itself"));
  jip_client_close_async (desk.client, NULL, done_cb, &closed);
  wait_until (closed != NULL);
  arm (CALL_WRITE | CALL_NAME, FAULT_BEFORE, ENOSPC, 0, -1);
  site_start (site);
  jip_client_hand_over (desk.client);
  wait_until (note_says (&desk, "1 change of 김하늘 (kim)") && note_says (&desk, "cannot be sent now"));
  g_test_message ("%s", jip_client_get_others_note (desk.client));
  g_assert_cmpint (site_ask (site, "SELECT count(*) FROM proposal"), ==, 0);
  control.armed = 0;
  wait_until (site_ask (site, "SELECT count(*) FROM proposal") == 1
              && jip_client_get_others_note (desk.client) == NULL);
  desk_close (&desk);
  site_free (site);
}

int
main (int argc, char **argv)
{
  g_autofree char *desks = NULL;

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
  g_test_init (&argc, &argv, NULL);
  desks = g_build_filename (g_get_tmp_dir (), "jip-desk-", NULL);
  faults_begin (desks, &control);
  g_test_add_func ("/disk-client/sign-in", test_sign_in);
  g_test_add_func ("/disk-client/submit", test_submit);
  g_test_add_func ("/disk-client/typing", test_typing);
  g_test_add_func ("/disk-client/attach", test_attach);
  g_test_add_func ("/disk-client/fetch", test_fetch);
  g_test_add_func ("/disk-client/handed-in", test_handed_in);
  g_test_add_func ("/disk-client/ignored-error", test_ignored);
  g_test_add_func ("/disk-client/pull", test_pull);
  g_test_add_func ("/disk-client/mending", test_mending);
  g_test_add_func ("/disk-client/handover", test_handover);
  return g_test_run ();
}
