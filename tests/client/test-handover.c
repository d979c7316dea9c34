/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "jip-client-private.h"
#include "jip-error.h"
#include "jip-file-op.h"
#include "jip-file-ref.h"
#include "jip-proposal-submit-op.h"
#include "jip-record-lists.h"
#include "sync-fixture.h"

/* One PC, one judge after the other: what somebody could not send goes out without them. */

#define USERS \
  "login,name,department,roles,password\n" \
  "kim,김하늘,재무과,staff,pw-kim-1\n" \
  "lee,이바다,도서관과,staff,pw-lee-1\n" \
  "park,박구름,총무과,staff,pw-park-1\n"

typedef struct
{
  Site *site;
  Desk desk;
  guint tick;
} Fixture;

/* What is waited for may come about on a thread or on the disk alone. */
static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->tick = g_timeout_add (50, tick_cb, NULL);
  f->site = site_new (USERS);
  desk_open (&f->desk, f->site, "kim");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_close (&f->desk);
  site_free (f->site);
  g_source_remove (f->tick);
}

static void
cut (Fixture *f)
{
  site_kill (f->site);
  jip_client_sync_now (f->desk.client);
  wait_until (jip_client_get_state (f->desk.client) == JIP_CLIENT_OFFLINE);
}

static void
sign_out (Desk *desk)
{
  g_autoptr (GAsyncResult) result = NULL;

  jip_client_sign_out_async (desk->client, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_client_sign_out_finish (desk->client, result, NULL));
}

/* While the server takes nothing. */
static void
desk_sign_in_unsynced (Fixture *f, const char *login)
{
  g_autofree char *url = site_get_url (f->site);
  g_autofree char *password = g_strdup_printf ("pw-%s-1", login);
  g_autoptr (GAsyncResult) result = NULL;

  jip_client_sign_in_async (f->desk.client, url, login, password, "test", NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_client_sign_in_finish (f->desk.client, result, NULL));
}

static gint64
count (Fixture *f, const char *what)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", what);

  return site_ask (f->site, sql);
}

static gint64
sessions_of (Fixture *f, const char *login)
{
  g_autofree char *what
      = g_strdup_printf ("session WHERE account = (SELECT id FROM account WHERE login = '%s')", login);

  return count (f, what);
}

static gboolean
nobody_waits (Fixture *f)
{
  return jip_client_get_others_note (f->desk.client) == NULL;
}

static gboolean
note_says (Fixture *f, const char *word)
{
  const char *note = jip_client_get_others_note (f->desk.client);

  return note != NULL && strstr (note, word) != NULL;
}

static void
close_client (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;

  jip_client_close_async (f->desk.client, NULL, done_cb, &result);
  wait_until (result != NULL);
}

static char *
own_folder (Fixture *f)
{
  g_autofree char *url = site_get_url (f->site);

  return jip_client_dup_replica_folder (f->desk.folder, url, jip_client_get_user_id (f->desk.client));
}

static void
submit_with_file (Fixture *f, const char *body)
{
  g_autofree char *path = g_build_filename (f->desk.folder, "그림.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) taken = NULL, sent = NULL;
  g_autoptr (GPtrArray) files = jip_file_refs_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "붙인 글", -1, NULL));
  jip_file_stage_async (f->desk.client, file, NULL, done_cb, &taken);
  wait_until (taken != NULL);
  g_ptr_array_add (files, jip_file_stage_finish (f->desk.client, taken, &error));
  g_assert_no_error (error);
  jip_proposal_submit_with_files_async (f->desk.client, "proposal", NULL, body, NULL, NULL, FALSE, files,
                                        NULL, NULL, done_cb, &sent);
  wait_until (sent != NULL);
  g_free (jip_proposal_submit_finish (f->desk.client, sent, &error));
  g_assert_no_error (error);
  g_unlink (path);
}

/* Two leave while the line is cut; the third one's program sends what both left, files too, and ends their sessions. */
static void
test_next_user (Fixture *f, gconstpointer data)
{
  desk_sign_in (&f->desk, f->site, "lee");
  wait_until (sessions_of (f, "kim") == 0); /* who is followed by somebody else has left */
  sign_out (&f->desk);
  desk_sign_in (&f->desk, f->site, "kim");
  cut (f);
  submit_with_file (f, "김하늘이 못 보낸 글");
  g_assert_cmpuint (jip_client_get_pending (f->desk.client), ==, 2);
  sign_out (&f->desk);
  wait_until (note_says (f, "김하늘 (kim)"));
  site_start (f->site);
  g_assert_cmpint (count (f, "proposal"), ==, 0);
  desk_sign_in (&f->desk, f->site, "park");
  wait_until (count (f, "proposal") == 1 && count (f, "attachment WHERE arrived = 1") == 1);
  wait_until (sessions_of (f, "kim") == 0 && nobody_waits (f));
  g_assert_cmpint (sessions_of (f, "park"), ==, 1);
  g_assert_cmpstr (jip_client_get_login (f->desk.client), ==, "park");
  g_assert_cmpuint (jip_client_get_pending (f->desk.client), ==, 0);
  g_assert_cmpint (count (f, "proposal WHERE author = (SELECT id FROM account WHERE login = 'kim')"), ==, 1);
  /* whose it is finds it there as their own */
  sign_out (&f->desk);
  desk_sign_in (&f->desk, f->site, "kim");
  g_autoptr (JipProposalList) list = jip_proposal_list_new (f->desk.client);
  wait_until (n_items (list) == 1 && all_settled (list));
}

/* Nobody signs in after them. */
static void
test_nobody (Fixture *f, gconstpointer data)
{
  g_autofree char *id = NULL;

  cut (f);
  id = desk_submit (&f->desk, "마지막 사람의 글");
  sign_out (&f->desk);
  g_assert_null (jip_client_get_login (f->desk.client));
  site_start (f->site);
  wait_until (count (f, "proposal") == 1 && sessions_of (f, "kim") == 0 && nobody_waits (f));
  /* the next start begins with nobody */
  desk_stop (&f->desk);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  f->desk.client = jip_client_new (f->desk.folder);
  jip_client_open_last_async (f->desk.client, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_false (jip_client_open_last_finish (f->desk.client, result, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_NOT_FOUND);
}

/* A server that cannot end the session now is asked again. */
static void
test_end_fails (Fixture *f, gconstpointer data)
{
  cut (f);
  g_autofree char *id = desk_submit (&f->desk, "하나");
  sign_out (&f->desk);
  site_sql (f->site, "CREATE TABLE held (token TEXT REFERENCES session (token_hash))");
  site_sql (f->site, "INSERT INTO held SELECT token_hash FROM session");
  site_start (f->site);
  wait_until (count (f, "proposal") == 1 && nobody_waits (f));
  g_assert_cmpint (sessions_of (f, "kim"), ==, 1);
  site_kill (f->site);
  site_sql (f->site, "DROP TABLE held");
  site_start (f->site);
  wait_until (sessions_of (f, "kim") == 0);
}

/* The server has ended the session meanwhile: nothing is lost, and it is said whose sign-in helps. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  cut (f);
  g_autofree char *first = desk_submit (&f->desk, "하나");
  g_autofree char *second = desk_submit (&f->desk, "둘");
  sign_out (&f->desk);
  site_sql (f->site, "DELETE FROM session");
  site_start (f->site);
  wait_until (note_says (f, "2 changes of 김하늘 (kim)") && note_says (f, "sign in here again"));
  g_assert_cmpint (count (f, "proposal"), ==, 0);
  desk_sign_in (&f->desk, f->site, "lee");
  wait_until (note_says (f, "sign in here again"));
  g_assert_cmpint (count (f, "proposal"), ==, 0);
  sign_out (&f->desk);
  desk_sign_in (&f->desk, f->site, "kim");
  wait_until (count (f, "proposal") == 2 && nobody_waits (f));
}

/* Nothing waits any more; what stands before the server does not let the end of the session through. Not even its 401 and
 * 404 are the server's. */
static void
test_end_refused (Fixture *f, gconstpointer data)
{
  static const int statuses[] = { 500, 502, 429, 401, 404, 302 };

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_test_message ("%d", statuses[i]);
      g_atomic_int_set (&f->site->n_ends, 0);
      g_atomic_int_set (&f->site->end_status, statuses[i]);
      sign_out (&f->desk);
      g_assert_null (jip_client_get_login (f->desk.client));
      wait_until (g_atomic_int_get (&f->site->n_ends) > 0);
      g_assert_cmpint (sessions_of (f, "kim"), ==, 1);
      g_atomic_int_set (&f->site->end_status, 0);
      desk_sign_in (&f->desk, f->site, "kim");
      wait_until (sessions_of (f, "kim") == 1);
    }
}

/* The line is cut before it, and somebody else uses the PC then. */
static void
test_end_offline (Fixture *f, gconstpointer data)
{
  cut (f);
  sign_out (&f->desk);
  site_start (f->site);
  g_assert_cmpint (sessions_of (f, "kim"), ==, 1);
  desk_sign_in (&f->desk, f->site, "lee");
  wait_until (sessions_of (f, "kim") == 0);
  g_assert_cmpint (sessions_of (f, "lee"), ==, 1);
}

/* Who comes back before their work was sent has a new session, and the one that was kept for it ends. So does one of a
 * sign-in over one's own. */
static void
test_kept_session_ends (Fixture *f, gconstpointer data)
{
  cut (f);
  g_autofree char *id = desk_submit (&f->desk, "하나");
  sign_out (&f->desk);
  wait_until (note_says (f, "goes to the server by itself"));
  g_autofree char *token_sql = g_strdup ("SELECT token_hash FROM session");
  g_autofree char *before = site_ask_text (f->site, token_sql);
  site_start (f->site);
  desk_sign_in (&f->desk, f->site, "kim");
  wait_until (count (f, "proposal") == 1 && sessions_of (f, "kim") == 1);
  g_autofree char *after = site_ask_text (f->site, token_sql);
  g_assert_cmpstr (before, !=, after);
  desk_sign_in (&f->desk, f->site, "kim");
  wait_until (sessions_of (f, "kim") == 1);
  g_autofree char *last = site_ask_text (f->site, token_sql);
  g_assert_cmpstr (last, !=, after);
}

/* A sign-in that comes to nothing on this PC leaves no session on the server. */
static void
test_failed_sign_in (Fixture *f, gconstpointer data)
{
  g_autofree char *url = site_get_url (f->site);
  g_autofree char *folder = g_build_filename (f->desk.folder, "한 파일", NULL);
  Desk other = { .folder = folder };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (folder, "", 0, NULL)); /* no folder can be made here */
  other.client = jip_client_new (other.folder);
  jip_client_sign_in_async (other.client, url, "lee", "pw-lee-1", "test", NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_false (jip_client_sign_in_finish (other.client, result, &error));
  g_assert_nonnull (error);
  wait_until (sessions_of (f, "lee") == 0);
  desk_stop (&other);
}

/* The program ended, and this PC keeps no sessions: the next one says it at once. */
static void
test_next_start (Fixture *f, gconstpointer data)
{
  cut (f);
  g_autofree char *id = desk_submit (&f->desk, "하나");
  sign_out (&f->desk);
  desk_stop (&f->desk);
  site_start (f->site);
  desk_sign_in (&f->desk, f->site, "lee");
  wait_until (note_says (f, "1 change of 김하늘 (kim)") && note_says (f, "sign in here again"));
  g_assert_cmpint (count (f, "proposal"), ==, 0);
  desk_sign_in (&f->desk, f->site, "kim");
  wait_until (count (f, "proposal") == 1);
  wait_until (nobody_waits (f));
}

/* What was written for one server does not go to another one that is used on the PC then; it is told what waits for which. */
static void
test_other_server (Fixture *f, gconstpointer data)
{
  g_autofree char *url = site_get_url (f->site);
  Site *other = site_new (USERS);

  cut (f);
  g_autofree char *id = desk_submit (&f->desk, "하나");
  sign_out (&f->desk);
  g_assert_false (note_says (f, url));
  desk_sign_in (&f->desk, other, "lee");
  wait_until (note_says (f, "1 change of 김하늘 (kim)") && note_says (f, url));
  g_assert_cmpint (site_ask (other, "SELECT count(*) FROM proposal"), ==, 0);
  site_start (f->site);
  wait_until (count (f, "proposal") == 1 && sessions_of (f, "kim") == 0 && nobody_waits (f));
  g_assert_cmpint (site_ask (other, "SELECT count(*) FROM proposal"), ==, 0);
  sign_out (&f->desk);
  site_free (other);
}

/* What is offered to whoever signs in is another address already. */
static void
test_other_address (Fixture *f, gconstpointer data)
{
  g_autofree char *url = site_get_url (f->site);

  cut (f);
  g_autofree char *id = desk_submit (&f->desk, "하나");
  sign_out (&f->desk);
  jip_client_expect_server (f->desk.client, url);
  wait_until (note_says (f, "goes to the server by itself"));
  g_assert_false (note_says (f, url));
  jip_client_expect_server (f->desk.client, "http://127.0.0.1:9/");
  g_assert_true (note_says (f, url));
}

/* The server has another address now: it is known by its epoch, and gets what was written for it. @data: whose it is comes
 * back, to a PC that keeps no sessions; else somebody else comes. */
static void
test_moved (Fixture *f, gconstpointer data)
{
  const char *login = data;

  cut (f);
  g_autofree char *id = desk_submit (&f->desk, "하나");
  sign_out (&f->desk);
  if (g_str_equal (login, "kim"))
    {
      desk_stop (&f->desk);
      f->desk.client = jip_client_new (f->desk.folder);
    }
  if (g_str_equal (login, "kim"))
    site_sql (f->site, "DELETE FROM session");
  site_start (f->site);
  site_move (f->site);
  desk_sign_in (&f->desk, f->site, login);
  wait_until (count (f, "proposal WHERE author = (SELECT id FROM account WHERE login = 'kim')") == 1
              && nobody_waits (f));
  wait_until (count (f, "session") == 1 && sessions_of (f, login) == 1);
  g_assert_cmpint (jip_client_get_state (f->desk.client), ==, JIP_CLIENT_SYNCED);
}

/* Nothing but a file waits when the session turns out to be over. */
static void
test_file_refused (Fixture *f, gconstpointer data)
{
  cut (f);
  submit_with_file (f, "하나");
  sign_out (&f->desk);
  g_atomic_int_set (&f->site->hold_parts, 1);
  site_start (f->site);
  wait_until (note_says (f, "1 change of 김하늘 (kim)"));
  site_kill (f->site);
  g_assert_cmpint (count (f, "attachment WHERE arrived = 1"), ==, 0);
  site_sql (f->site, "DELETE FROM session");
  g_atomic_int_set (&f->site->hold_parts, 0);
  site_start (f->site);
  wait_until (note_says (f, "1 change of 김하늘 (kim)") && note_says (f, "sign in here again"));
  desk_sign_in (&f->desk, f->site, "kim");
  wait_until (count (f, "attachment WHERE arrived = 1") == 1 && nobody_waits (f));
}

/* Two people's at once, and a third one is here. */
static void
test_two (Fixture *f, gconstpointer data)
{
  desk_sign_in (&f->desk, f->site, "lee");
  wait_until (sessions_of (f, "kim") == 0);
  g_atomic_int_set (&f->site->fault, FAULT_TOO_OLD);
  g_autofree char *first = desk_submit (&f->desk, "이바다의 글");
  desk_sign_in_unsynced (f, "kim");
  g_autofree char *second = desk_submit (&f->desk, "김하늘의 글");
  g_autofree char *third = desk_submit (&f->desk, "김하늘의 둘째 글");
  desk_sign_in_unsynced (f, "park");
  wait_until (note_says (f, "2 changes of 김하늘 (kim)") && note_says (f, "1 change of 이바다 (lee)"));
  g_atomic_int_set (&f->site->fault, FAULT_NONE);
  wait_until (count (f, "proposal") == 3 && nobody_waits (f));
  g_assert_cmpint (count (f, "proposal WHERE author = (SELECT id FROM account WHERE login = 'kim')"), ==, 2);
  g_assert_cmpint (count (f, "proposal WHERE author = (SELECT id FROM account WHERE login = 'lee')"), ==, 1);
  wait_until (sessions_of (f, "kim") == 0 && sessions_of (f, "lee") == 0 && sessions_of (f, "park") == 1);
}

/* Zeroes half of the first page, which shows at the next opening. */
static void
damage (const char *path)
{
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, &error));
  memset (content + 2048, 0, 2048);
  g_assert_true (g_file_set_contents (path, content, (gssize) length, &error));
}

/* A damaged replica goes out as others do, and who it is about learns of it; whoever is here does not. */
static void
test_damaged (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = own_folder (f);
  g_autofree char *path = g_build_filename (folder, "jiphyeon.db", NULL);
  g_autofree char *aside = g_build_filename (folder, "damaged", NULL);

  cut (f);
  g_autofree char *first = desk_submit (&f->desk, "하나");
  g_autofree char *second = desk_submit (&f->desk, "둘");
  sign_out (&f->desk);
  close_client (f);
  damage (path);
  site_start (f->site);
  desk_sign_in (&f->desk, f->site, "lee");
  wait_until (count (f, "proposal") == 2 && nobody_waits (f));
  g_assert_true (g_file_test (aside, G_FILE_TEST_IS_DIR));
  g_assert_null (jip_client_get_damage_note (f->desk.client));
  sign_out (&f->desk);
  desk_sign_in (&f->desk, f->site, "kim");
  g_assert_nonnull (jip_client_get_damage_note (f->desk.client));
}

/* Accounts of older servers have ids that nothing derives. Then the server is set up anew, and the same login is another
 * account: what was left stays, and it is said that a sign-in does not help. */
static void
test_random_id (Fixture *f, gconstpointer data)
{
  site_kill (f->site);
  site_sql (f->site, "UPDATE account SET id = '0b6f3c1e-58a7-4d0c-9a51-6f0e2d7c9b11' WHERE login = 'park'");
  site_start (f->site);
  desk_sign_in (&f->desk, f->site, "park");
  cut (f);
  g_autofree char *first = desk_submit (&f->desk, "하나");
  sign_out (&f->desk);
  site_start (f->site);
  wait_until (count (f, "proposal WHERE author = '0b6f3c1e-58a7-4d0c-9a51-6f0e2d7c9b11'") == 1
              && sessions_of (f, "park") == 0 && nobody_waits (f));
  desk_sign_in (&f->desk, f->site, "park");
  cut (f);
  g_autofree char *second = desk_submit (&f->desk, "둘");
  sign_out (&f->desk);
  site_sql (f->site, "DELETE FROM session");
  site_sql (f->site, "UPDATE account SET login = 'park-old' WHERE login = 'park'");
  site_sql (f->site,
            "UPDATE account SET login = 'park', password = (SELECT password FROM account WHERE login = "
            "'park-old') WHERE login = 'lee'");
  site_start (f->site);
  wait_until (note_says (f, "sign in here again"));
  desk_sign_in (&f->desk, f->site, "park");
  wait_until (note_says (f, "1 change of 박구름 (park)")
              && note_says (f, "earlier account of the same login"));
  g_assert_cmpint (count (f, "proposal"), ==, 1);
}

/* A mend was cut short: the new database lies there and has not its name yet. */
static void
test_mended_only (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = own_folder (f);
  g_autofree char *current = g_build_filename (folder, "jiphyeon.db", NULL);
  g_autofree char *mended = g_build_filename (folder, "jiphyeon.db.mended", NULL);

  cut (f);
  g_autofree char *id = desk_submit (&f->desk, "하나");
  sign_out (&f->desk);
  close_client (f);
  g_assert_cmpint (g_rename (current, mended), ==, 0);
  site_start (f->site);
  jip_client_hand_over (f->desk.client);
  wait_until (count (f, "proposal") == 1 && sessions_of (f, "kim") == 0 && nobody_waits (f));
  g_assert_true (g_file_test (current, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (mended, G_FILE_TEST_EXISTS));
}

/* The file is lost, and its log is there. */
static void
test_log_only (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = own_folder (f);
  g_autofree char *current = g_build_filename (folder, "jiphyeon.db", NULL);
  g_autofree char *log = g_strconcat (current, "-wal", NULL);
  g_autofree char *content = NULL;
  gsize length;

  cut (f);
  g_autofree char *id = desk_submit (&f->desk, "하나");
  g_assert_true (g_file_get_contents (log, &content, &length, NULL));
  sign_out (&f->desk);
  close_client (f);
  g_assert_cmpint (g_unlink (current), ==, 0);
  g_assert_true (g_file_set_contents (log, content, (gssize) length, NULL));
  site_start (f->site);
  jip_client_hand_over (f->desk.client);
  wait_until (count (f, "proposal") == 1 && sessions_of (f, "kim") == 0 && nobody_waits (f));
}

/* Whoever comes back while their work is being sent gets in, also into another window. */
static void
test_comes_back (Fixture *f, gconstpointer data)
{
  g_autofree char *user = g_strdup (jip_client_get_user_id (f->desk.client));
  g_autofree char *url = site_get_url (f->site);
  g_autofree char *folder = jip_client_dup_replica_folder (f->desk.folder, url, user);
  g_autofree char *wanted = g_build_filename (folder, JIP_CLIENT_WANTED, NULL);
  Desk other = { .folder = f->desk.folder };

  cut (f);
  g_autofree char *id = desk_submit (&f->desk, "하나");
  site_start (f->site);
  kill (atoi (g_subprocess_get_identifier (f->site->process)),
        SIGSTOP); /* takes connections, answers nothing */
  sign_out (&f->desk);
  wait_until (note_says (f, "goes to the server by itself"));
  gint64 since = g_get_monotonic_time ();
  wait_until (g_get_monotonic_time () > since + 2 * G_USEC_PER_SEC);
  g_autoptr (GError) error = NULL;
  JipLocal *local = jip_local_open (folder, &error);
  g_assert_error (error, JIP_ERROR, JIP_ERROR_BUSY);
  /* what another window does */
  g_assert_true (g_file_set_contents (wanted, "", 0, NULL));
  wait_until ((local = jip_local_open (folder, NULL)) != NULL);
  kill (atoi (g_subprocess_get_identifier (f->site->process)), SIGCONT);
  g_unlink (wanted);
  other.client = jip_client_new (other.folder);
  g_autoptr (GAsyncResult) result = NULL;
  jip_client_sign_in_async (other.client, url, "kim", "pw-kim-1", "test", NULL, done_cb, &result);
  wait_until (g_file_test (wanted, G_FILE_TEST_EXISTS));
  jip_local_unref (local);
  wait_until (result != NULL);
  g_assert_true (jip_client_sign_in_finish (other.client, result, NULL));
  wait_until (count (f, "proposal") == 1);
  g_assert_false (g_file_test (wanted, G_FILE_TEST_EXISTS));
  /* and what is in use is nobody else's to send: the first window leaves it alone */
  jip_client_hand_over (f->desk.client);
  wait_until (nobody_waits (f));
  desk_stop (&other);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE); /* no secret service */
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/handover/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("next-user", test_next_user);
  ADD ("nobody", test_nobody);
  ADD ("end-fails", test_end_fails);
  ADD ("end-refused", test_end_refused);
  ADD ("end-offline", test_end_offline);
  ADD ("kept-session-ends", test_kept_session_ends);
  ADD ("failed-sign-in", test_failed_sign_in);
  ADD ("refused", test_refused);
  ADD ("next-start", test_next_start);
  ADD ("other-server", test_other_server);
  ADD ("other-address", test_other_address);
  g_test_add ("/handover/moved/somebody-else", Fixture, "lee", set_up, test_moved, tear_down);
  g_test_add ("/handover/moved/themselves", Fixture, "kim", set_up, test_moved, tear_down);
  ADD ("file-refused", test_file_refused);
  ADD ("two", test_two);
  ADD ("damaged", test_damaged);
  ADD ("random-id", test_random_id);
  ADD ("mended-only", test_mended_only);
  ADD ("log-only", test_log_only);
  ADD ("comes-back", test_comes_back);
  return g_test_run ();
}
