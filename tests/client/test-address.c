/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jip-ballot-submit-op.h"
#include "jip-client-private.h"
#include "jip-comment-add-op.h"
#include "jip-error.h"
#include "jip-file-op.h"
#include "jip-file-ref.h"
#include "jip-id.h"
#include "jip-migrations.h"
#include "jip-outbox.h"
#include "jip-proposal-submit-op.h"
#include "jip-record-lists.h"
#include "jip-replica-move.h"
#include "jip-vote-set-op.h"
#include "sync-fixture.h"

/* A server comes back from its backup on another machine, under another address; or a copy of it does, and it lives on.
 *
 * test-address -m slow -p /address/killed: a campaign of 150 kills.
 * test-address --sign-in FOLDER URL: signs in there and goes on, until it is killed. */

#define USERS \
  "login,name,department,roles,password\n" \
  "kim,김하늘,재무과,staff,pw-kim-1\n" \
  "lee,이바다,도서관과,staff,pw-lee-1\n" \
  "host,주관자,기획과,staff organiser,pw-host-1\n" \
  "ex,전문가,외부,staff,pw-ex-1\n"

#define RULES \
  "{\"categories\": [{\"id\": \"one\", \"name\": \"하나\"}], \"panels\": [" \
  "{\"id\": \"expert\", \"name\": \"전문가\", \"weight\": 100, \"mode\": \"score\", \"max\": 10}]," \
  "\"awards\": {\"per_category\": [{\"id\": \"best\", \"name\": \"최우수\", \"seats\": 1}]}}"

#define WRITER "board/writer"

static const char *program;

typedef struct
{
  Site *site;
  Desk desk;
  char *folder, *backup;
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
  f->folder = g_dir_make_tmp ("jip-backup-XXXXXX", NULL);
  f->backup = g_build_filename (f->folder, "backup", NULL);
  desk_open (&f->desk, f->site, "kim");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_close (&f->desk);
  site_free (f->site);
  remove_tree (f->folder);
  g_free (f->folder);
  g_free (f->backup);
  g_source_remove (f->tick);
}

static void
settle (Desk *desk)
{
  jip_client_sync_now (desk->client);
  wait_until (jip_client_get_pending (desk->client) == 0
              && jip_client_get_state (desk->client) == JIP_CLIENT_SYNCED);
}

static void
take_backup (Fixture *f)
{
  remove_tree (f->backup);
  site_jipctl (f->site, "backup", f->backup, "--kept", NULL);
}

/* The machine is lost; another one is set up from the backup, and has another address. */
static void
restore_elsewhere (Fixture *f)
{
  site_lose_disk (f->site, f->backup);
  site_move (f->site);
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

static gint64
count (Site *site, const char *what)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", what);

  return site_ask (site, sql);
}

static gint64
count_id (Site *site, const char *table, const char *id)
{
  g_autofree char *what = g_strdup_printf ("%s WHERE id = '%s'", table, id);

  return count (site, what);
}

static gboolean
note_says (Fixture *f, const char *word)
{
  const char *note = jip_client_get_others_note (f->desk.client);

  if (g_getenv ("DBG"))
    g_printerr ("NOTE %s\n", note);
  return note != NULL && strstr (note, word) != NULL;
}

static gboolean
nobody_waits (Fixture *f)
{
  if (g_getenv ("DBG"))
    g_printerr ("NOTE %s\n", jip_client_get_others_note (f->desk.client));
  return jip_client_get_others_note (f->desk.client) == NULL;
}

static char *
folder_at (Fixture *f, const char *url, const char *user)
{
  return jip_client_dup_replica_folder (f->desk.folder, url, user);
}

static guint
count_replicas (Fixture *f)
{
  g_autofree char *path = g_build_filename (f->desk.folder, JIP_CLIENT_REPLICAS, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    n++;
  return n;
}

static void
type (Fixture *f, const char *text)
{
  jip_scratch_set (jip_client_get_scratch (f->desk.client), WRITER, text);
  jip_scratch_flush (jip_client_get_scratch (f->desk.client));
}

static char *
typed (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;

  jip_scratch_get_async (jip_client_get_scratch (f->desk.client), WRITER, NULL, done_cb, &result);
  wait_until (result != NULL);
  return jip_scratch_get_finish (jip_client_get_scratch (f->desk.client), result, NULL);
}

/* On what nobody has written. */
static void
be_refused (Fixture *f)
{
  g_autofree char *id = jip_id_new (), *nothing = jip_id_new ();
  g_autofree char *text
      = g_strdup_printf ("{\"id\": \"%s\", \"proposal\": \"%s\", \"body\": \"갈 곳 없는 글\"}", id, nothing);
  guint before = jip_client_get_refused (f->desk.client);

  desk_mutate (&f->desk, "comment.add", text);
  wait_until (jip_client_get_refused (f->desk.client) == before + 1);
}

static void
add_comment (Fixture *f, const char *proposal)
{
  g_autofree char *id = jip_id_new ();
  g_autofree char *text
      = g_strdup_printf ("{\"id\": \"%s\", \"proposal\": \"%s\", \"body\": \"댓글\"}", id, proposal);

  desk_mutate (&f->desk, "comment.add", text);
}

static void
vote (Fixture *f, const char *proposal)
{
  g_autofree char *text = g_strdup_printf ("{\"proposal\": \"%s\", \"on\": true}", proposal);

  desk_mutate (&f->desk, "vote.set", text);
}

static char *
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
  char *id = jip_proposal_submit_finish (f->desk.client, sent, &error);
  g_assert_no_error (error);
  g_unlink (path);
  return id;
}

static gboolean
ask_cb (JipDatabase *database, gpointer data, GError **error)
{
  gpointer *question = data;

  question[1] = jip_database_query_text (database, error, question[0], "");
  return TRUE;
}

/* From the replica in use. */
static char *
replica_ask (Fixture *f, const char *sql)
{
  gpointer question[] = { (gpointer) sql, NULL };
  g_autoptr (GError) error = NULL;

  jip_local_write_sync (jip_client_get_local (f->desk.client), ask_cb, question, &error);
  g_assert_no_error (error);
  return question[1];
}

/* -- one person */

/* All of it is there at the new address: what the backup has, what it lacks, what was not sent, what was refused, and what is
 * half typed. @data: without a restore, where the server has all of it and is told nothing twice */
static void
test_themselves (Fixture *f, gconstpointer data)
{
  gboolean restored = data == NULL;
  g_autofree char *url = site_get_url (f->site);
  g_autofree char *user = g_strdup (jip_client_get_user_id (f->desk.client));
  g_autofree char *old = folder_at (f, url, user);
  g_autofree char *first = desk_submit (&f->desk, "백업에 있는 글");

  settle (&f->desk);
  take_backup (f);
  g_autofree char *second = submit_with_file (f, "백업보다 새 글");
  add_comment (f, first);
  vote (f, first);
  be_refused (f);
  settle (&f->desk);
  wait_until (count (f->site, "attachment WHERE arrived = 1") == 1);
  g_autofree char *name = replica_ask (f, "SELECT value FROM meta WHERE key = 'replica'");
  cut (f);
  g_autofree char *third = desk_submit (&f->desk, "못 보낸 글");
  type (f, "쓰다 만 글");
  if (restored)
    restore_elsewhere (f);
  else
    {
      site_start (f->site);
      site_move (f->site);
    }
  g_assert_cmpint (count_id (f->site, "proposal", second), ==, restored ? 0 : 1);
  desk_sign_in (&f->desk, f->site, "kim");
  settle (&f->desk);
  g_assert_cmpint (count (f->site, "proposal"), ==, 3);
  g_assert_cmpint (count_id (f->site, "proposal", first) + count_id (f->site, "proposal", second)
                       + count_id (f->site, "proposal", third),
                   ==, 3);
  g_assert_cmpint (count (f->site, "comment"), ==, 1);
  g_assert_cmpint (count (f->site, "vote"), ==, 1);
  wait_until (count (f->site, "attachment WHERE arrived = 1") == 1);
  g_assert_cmpuint (jip_client_get_refused (f->desk.client), ==, 1);
  g_autofree char *text = typed (f);
  g_assert_cmpstr (text, ==, "쓰다 만 글");
  g_autoptr (JipProposalList) list = jip_proposal_list_new (f->desk.client);
  wait_until (n_items (list) == 3 && all_settled (list));
  /* it is the same replica, under its new name */
  g_autofree char *now = replica_ask (f, "SELECT value FROM meta WHERE key = 'replica'");
  g_assert_cmpstr (now, ==, name);
  g_assert_cmpint (count (f->site, "replica"), ==, 1);
  g_assert_cmpuint (count_replicas (f), ==, 1);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  wait_until (nobody_waits (f));
}

/* Who has signed out before, with everything sent, finds it too: what a backup lacks is not what waits. */
static void
test_signed_out (Fixture *f, gconstpointer data)
{
  take_backup (f);
  g_autofree char *id = desk_submit (&f->desk, "백업보다 새 글");
  settle (&f->desk);
  sign_out (&f->desk);
  desk_stop (&f->desk);
  restore_elsewhere (f);
  g_assert_cmpint (count (f->site, "proposal"), ==, 0);
  desk_sign_in (&f->desk, f->site, "kim");
  settle (&f->desk);
  g_assert_cmpint (count_id (f->site, "proposal", id), ==, 1);
}

/* An account that is younger than the backup is made again, and is the same. */
static void
test_younger_account (Fixture *f, gconstpointer data)
{
  g_autofree char *users = g_build_filename (f->folder, "users.csv", NULL);

  take_backup (f);
  g_assert_true (g_file_set_contents (
      users, "login,name,department,roles,password\npark,박구름,총무과,staff,pw-park-1\n", -1, NULL));
  site_jipctl (f->site, "user", "import", users, NULL);
  desk_sign_in (&f->desk, f->site, "park");
  g_autofree char *id = desk_submit (&f->desk, "박구름의 글");
  settle (&f->desk);
  restore_elsewhere (f);
  site_jipctl (f->site, "user", "import", users, NULL);
  desk_sign_in (&f->desk, f->site, "park");
  settle (&f->desk);
  g_assert_cmpint (count_id (f->site, "proposal", id), ==, 1);
}

/* A ballot that was acknowledged is one, whatever the backup says. */
static void
test_ballot (Fixture *f, gconstpointer data)
{
  g_autofree char *event = jip_id_new (), *entry = jip_id_new (), *judge = jip_id_new ();
  g_autofree char *ex = site_ask_text (f->site, "SELECT id FROM account WHERE login = 'ex'");
  g_autofree char *host = site_ask_text (f->site, "SELECT id FROM account WHERE login = 'host'");
  g_autofree char *text = g_strdup_printf (
      "{\"id\": \"%s\", \"title\": \"대회\", \"rules\": " RULES ", \"chair\": \"%s\", \"entries\": ["
      "{\"id\": \"%s\", \"category\": \"one\", \"title\": \"가\"}], \"judges\": ["
      "{\"id\": \"%s\", \"user\": \"%s\", \"panel\": \"expert\"}]}",
      event, host, entry, judge, ex);
  g_autofree char *step = g_strdup_printf (
      "{\"event\": \"%s\", \"step\": \"open\", \"args\": {\"entry\": \"%s\"}}", event, entry);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  desk_sign_in (&f->desk, f->site, "host");
  desk_mutate (&f->desk, "event.create", text);
  desk_mutate (&f->desk, "event.step", step);
  settle (&f->desk);
  take_backup (f);
  desk_sign_in (&f->desk, f->site, "ex");
  jip_ballot_submit_score_async (f->desk.client, event, entry, "8", NULL, done_cb, &result);
  wait_until (result != NULL);
  g_free (jip_ballot_submit_finish (f->desk.client, result, &error));
  g_assert_no_error (error);
  settle (&f->desk);
  g_autofree char *before = site_ask_text (f->site, "SELECT receipt_code || state FROM ballot");
  restore_elsewhere (f);
  g_assert_cmpint (count (f->site, "ballot"), ==, 0);
  desk_sign_in (&f->desk, f->site, "ex");
  settle (&f->desk);
  g_assert_cmpint (count (f->site, "ballot"), ==, 1);
  g_autofree char *again = site_ask_text (f->site, "SELECT receipt_code || state FROM ballot");
  g_assert_cmpstr (again, ==, before);
}

/* -- two on one PC */

/* What the one left waits for their own sign-in, although the session that it was left with is in the backup. */
static void
test_somebody_else (Fixture *f, gconstpointer data)
{
  g_autofree char *url = site_get_url (f->site);

  take_backup (f);
  cut (f);
  g_autofree char *id = desk_submit (&f->desk, "김하늘의 글");
  sign_out (&f->desk);
  restore_elsewhere (f);
  desk_sign_in (&f->desk, f->site, "lee");
  wait_until (note_says (f, "(kim)") && note_says (f, "sign in here again"));
  g_assert_false (note_says (f, url));
  settle (&f->desk);
  g_assert_cmpint (count (f->site, "proposal"), ==, 0);
  g_autofree char *second = desk_submit (&f->desk, "이바다의 글");
  settle (&f->desk);
  desk_sign_in (&f->desk, f->site, "kim");
  settle (&f->desk);
  g_assert_cmpint (count_id (f->site, "proposal", id), ==, 1);
  g_assert_cmpint (count (f->site, "proposal"), ==, 2);
  g_assert_cmpuint (count_replicas (f), ==, 2);
  wait_until (nobody_waits (f));
}

/* -- more than one folder */

/* Another window holds what was left at the old address open, so that at the new one a replica begins. When it lets go, what
 * waits is sent from there, with what the backup lacks, and the rest is shown at the next start. @data: whether something
 * else is being typed meanwhile */
static void
test_two_folders (Fixture *f, gconstpointer data)
{
  g_autofree char *user = g_strdup (jip_client_get_user_id (f->desk.client));
  g_autofree char *url = site_get_url (f->site);
  g_autofree char *old = folder_at (f, url, user);
  g_autoptr (GError) error = NULL;

  take_backup (f);
  g_autofree char *first = submit_with_file (f, "백업보다 새 글");
  be_refused (f);
  settle (&f->desk);
  wait_until (count (f->site, "attachment WHERE arrived = 1") == 1);
  cut (f);
  g_autofree char *second = desk_submit (&f->desk, "못 보낸 글");
  type (f, "쓰다 만 글");
  desk_stop (&f->desk);
  restore_elsewhere (f);
  JipLocal *held = jip_local_open (old, &error);
  g_assert_no_error (error);
  desk_sign_in (&f->desk, f->site, "kim");
  g_autofree char *third = desk_submit (&f->desk, "새 주소에서 쓴 글");
  if (data != NULL)
    type (f, "새로 쓰던 글");
  settle (&f->desk);
  g_assert_cmpint (count (f->site, "proposal"), ==, 1);
  jip_local_unref (held);
  jip_client_hand_over (f->desk.client);
  wait_until (count (f->site, "proposal") == 3 && count (f->site, "attachment WHERE arrived = 1") == 1);
  wait_until (note_says (f, "2 texts of") && note_says (f, "next start"));
  g_assert_cmpuint (jip_client_get_refused (f->desk.client), ==, 0);
  desk_stop (&f->desk);
  /* and what was acknowledged goes on being known after one more restore */
  restore_elsewhere (f);
  desk_sign_in (&f->desk, f->site, "kim");
  wait_until (count (f->site, "proposal") == 3 && count (f->site, "attachment WHERE arrived = 1") == 1);
  g_assert_cmpuint (jip_client_get_refused (f->desk.client), ==, 1);
  g_autofree char *text = typed (f);
  g_assert_cmpstr (text, ==, data != NULL ? "새로 쓰던 글" : "쓰다 만 글");
  if (data == NULL)
    {
      wait_until (nobody_waits (f));
      return;
    }
  /* the older text stands there once its place is free */
  wait_until (note_says (f, "1 text of"));
  type (f, NULL);
  desk_stop (&f->desk);
  g_autoptr (GAsyncResult) result = NULL;
  f->desk.client = jip_client_new (f->desk.folder);
  jip_client_open_last_async (f->desk.client, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_client_open_last_finish (f->desk.client, result, NULL));
  g_autofree char *older = typed (f);
  g_assert_cmpstr (older, ==, "쓰다 만 글");
}

/* From one address to the next, and to a third. */
static void
test_three_addresses (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  take_backup (f);
  for (guint i = 0; i < 3; i++)
    {
      g_ptr_array_add (ids, desk_submit (&f->desk, "받았다고 한 글"));
      settle (&f->desk);
      cut (f);
      g_ptr_array_add (ids, desk_submit (&f->desk, "못 보낸 글"));
      restore_elsewhere (f);
      desk_sign_in (&f->desk, f->site, "kim");
      settle (&f->desk);
      g_assert_cmpint (count (f->site, "proposal"), ==, ids->len);
      g_assert_cmpint (count (f->site, "replica"), ==, 1);
    }
  g_assert_cmpuint (count_replicas (f), ==, 1);
}

/* -- a copy beside it */

static gint64
safe_n_of (Site *site)
{
  return site_ask (site, "SELECT max(safe_n) FROM replica");
}

/* A staging server is made from the backup while the other one lives on. What goes to it reaches the other one too, once, when
 * the address is set back; and what the other one had is not done again. */
static void
test_staging (Fixture *f, gconstpointer data)
{
  Site *staging = site_new (USERS);

  take_backup (f);
  g_autofree char *first = desk_submit (&f->desk, "본 서버가 받은 글");
  settle (&f->desk);
  cut (f);
  g_autofree char *second = desk_submit (&f->desk, "못 보낸 글");
  site_lose_disk (staging, f->backup);
  desk_sign_in (&f->desk, staging, "kim");
  g_autofree char *third = desk_submit (&f->desk, "시험 서버에서 쓴 글");
  vote (f, first);
  settle (&f->desk);
  g_assert_cmpint (count (staging, "proposal"), ==, 3);
  /* its backups are not the other one's */
  g_autofree char *copy = g_build_filename (f->folder, "staging", NULL);
  site_jipctl (staging, "backup", copy, "--kept", NULL);
  wait_until (safe_n_of (staging) > 0);
  desk_stop (&f->desk);
  desk_sign_in (&f->desk, staging, "kim");
  settle (&f->desk);
  type (f, "쓰다 만 글");
  be_refused (f);
  site_start (f->site);
  g_assert_cmpint (count (f->site, "proposal"), ==, 1);
  for (guint i = 0; i < 2; i++)
    {
      desk_sign_in (&f->desk, f->site, "kim");
      settle (&f->desk);
      g_assert_cmpint (count (f->site, "proposal"), ==, 3);
      g_assert_cmpint (count (f->site, "vote"), ==, 1);
      g_assert_cmpint (count (f->site, "replica"), ==, 1);
      g_autofree char *text = typed (f);
      g_assert_cmpstr (text, ==, "쓰다 만 글");
      g_assert_cmpuint (jip_client_get_refused (f->desk.client), ==, 1);
      g_test_message ("epochs that the server opened: %" G_GINT64_FORMAT, count (f->site, "epoch"));
      desk_sign_in (&f->desk, staging, "kim");
      settle (&f->desk);
      g_assert_cmpint (count (staging, "proposal"), ==, 3);
    }
  desk_sign_in (&f->desk, f->site, "kim");
  settle (&f->desk);
  /* the others go on */
  Desk other;
  desk_open (&other, f->site, "lee");
  g_autoptr (JipProposalList) list = jip_proposal_list_new (other.client);
  wait_until (n_items (list) == 3);
  g_clear_object (&list);
  desk_close (&other);
  sign_out (&f->desk);
  site_free (staging);
}

/* -- another server */

/* It gets nothing, also where it says that it was the other one: its accounts have other ids. What stays where it is is told
 * to whoever has the same login. @data: whether it lies */
static void
test_foreign (Fixture *f, gconstpointer data)
{
  Site *other = site_new (USERS);
  g_autofree char *url = site_get_url (f->site);

  be_refused (f);
  type (f, "쓰다 만 글");
  g_autofree char *first = desk_submit (&f->desk, "받은 글");
  settle (&f->desk);
  cut (f);
  if (data != NULL)
    {
      g_autofree char *installation
          = site_ask_text (f->site, "SELECT value FROM meta WHERE key = 'installation'");
      g_autofree char *sql
          = g_strdup_printf ("UPDATE meta SET value = '%s' WHERE key = 'installation'", installation);
      site_kill (other);
      site_sql (other, sql);
      site_start (other);
    }
  g_autofree char *second = desk_submit (&f->desk, "못 보낸 글");
  sign_out (&f->desk);
  desk_sign_in (&f->desk, other, "kim");
  wait_until (note_says (f, "1 change of"));
  wait_until (note_says (f, "2 texts of") && note_says (f, url) && note_says (f, "after signing in there"));
  settle (&f->desk);
  g_assert_cmpint (count (other, "proposal"), ==, 0);
  g_assert_cmpint (count (other, "replica"), ==, 0);
  g_assert_cmpuint (jip_client_get_refused (f->desk.client), ==, 0);
  g_assert_null (typed (f));
  sign_out (&f->desk);
  site_start (f->site);
  desk_sign_in (&f->desk, f->site, "kim");
  settle (&f->desk);
  g_assert_cmpint (count (f->site, "proposal"), ==, 2);
  g_assert_cmpuint (jip_client_get_refused (f->desk.client), ==, 1);
  g_autofree char *text = typed (f);
  g_assert_cmpstr (text, ==, "쓰다 만 글");
  site_free (other);
}

/* -- the program ends in the middle */

static gboolean
note_moving_cb (JipDatabase *database, gpointer data, GError **error)
{
  return jip_meta_set (database, JIP_REPLICA_MOVING, data, error);
}

/* @data: whether the folder has got its new name already; then the program does not know where it is until they sign in, and
 * says that something waits */
static void
test_ended_between (Fixture *f, gconstpointer data)
{
  g_autofree char *user = g_strdup (jip_client_get_user_id (f->desk.client));
  g_autofree char *url = site_get_url (f->site);
  g_autofree char *old = folder_at (f, url, user);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  take_backup (f);
  g_autofree char *first = desk_submit (&f->desk, "백업보다 새 글");
  settle (&f->desk);
  cut (f);
  g_autofree char *second = desk_submit (&f->desk, "못 보낸 글");
  desk_stop (&f->desk);
  restore_elsewhere (f);
  g_autofree char *there = site_get_url (f->site);
  g_autofree char *target = folder_at (f, there, user);
  JipLocal *local = jip_local_open (old, &error);
  g_assert_no_error (error);
  g_assert_true (jip_local_write_sync (local, note_moving_cb, there, &error));
  jip_local_unref (local);
  if (data != NULL)
    g_assert_cmpint (g_rename (old, target), ==, 0);
  f->desk.client = jip_client_new (f->desk.folder);
  jip_client_expect_server (f->desk.client, there);
  jip_client_open_last_async (f->desk.client, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_client_open_last_finish (f->desk.client, result, &error) == (data == NULL));
  if (data != NULL)
    {
      g_assert_error (error, JIP_ERROR, JIP_ERROR_NOT_FOUND);
      wait_until (note_says (f, "1 change of") && note_says (f, "sign in here again"));
    }
  desk_sign_in (&f->desk, f->site, "kim");
  settle (&f->desk);
  g_assert_cmpint (count (f->site, "proposal"), ==, 2);
  g_assert_cmpuint (count_replicas (f), ==, 1);
  wait_until (nobody_waits (f));
}

typedef struct
{
  char *id; /* of an idea */
  gboolean queued;
} Queue;

static gboolean
queue_cb (JipDatabase *database, gpointer data, GError **error)
{
  Queue *queue = data;
  g_autofree char *user = jip_meta_get (database, "user", NULL);
  g_autofree char *text = g_strdup_printf (
      "{\"id\": \"%s\", \"kind\": \"proposal\", \"body\": \"못 보낸 글\", \"anonymous\": false}", queue->id);
  g_autoptr (JsonNode) args = json_from_string (text, NULL);

  queue->queued
      = user != NULL && jip_outbox_add (database, "proposal.submit", args, 1785000000000, error) > 0;
  return !queue->queued || jip_client_note_leaving (database, NULL, error);
}

/* As the program does whose replica lies in one of the folders. */
static void
queue_somewhere (Fixture *f, Queue *queue)
{
  g_autofree char *path = g_build_filename (f->desk.folder, JIP_CLIENT_REPLICAS, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (!queue->queued && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *folder = g_build_filename (path, name, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (JipLocal) local = jip_local_open (folder, &error);
      g_assert_no_error (error);
      g_assert_true (jip_local_write_sync (local, queue_cb, queue, &error));
    }
  g_assert_true (queue->queued);
}

static void
serve_for (gint64 us)
{
  for (gint64 end = g_get_monotonic_time () + us; g_get_monotonic_time () < end;)
    if (!g_main_context_iteration (NULL, FALSE)) /* the proxy takes connections there */
      g_usleep (100);
}

/* At any moment, or soon after the folder has its new name. */
static void
wait_to_kill (GRand *rand, const char *target, gboolean is_soon_after)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  for (; is_soon_after && !jip_replica_is_in (target); serve_for (100))
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
  serve_for (g_rand_int_range (rand, 0, is_soon_after ? 30000 : 500000));
}

/* The program is killed during a sign-in at the next address, again and again. */
static void
test_killed (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  g_autofree char *user = g_strdup (jip_client_get_user_id (f->desk.client));
  guint n_moved = 0, n_kills = g_test_slow () ? 150 : 12;

  take_backup (f);
  desk_stop (&f->desk);
  for (guint i = 0; i < n_kills; i++)
    {
      Queue queue = { jip_id_new (), FALSE };
      g_autoptr (GError) error = NULL;
      g_ptr_array_add (ids, queue.id);
      queue_somewhere (f, &queue);
      if (i % 4 == 2)
        restore_elsewhere (f);
      else
        site_move (f->site);
      g_autofree char *url = site_get_url (f->site);
      g_autoptr (GSubprocess) child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, program,
                                                        "--sign-in", f->desk.folder, url, NULL);
      g_assert_no_error (error);
      g_autofree char *target = folder_at (f, url, user);
      wait_to_kill (rand, target, i % 2 == 1);
      g_subprocess_force_exit (child);
      g_subprocess_wait (child, NULL, NULL);
      n_moved += jip_replica_is_in (target);
    }
  g_test_message ("%u of %u had moved", n_moved, n_kills);
  desk_sign_in (&f->desk, f->site, "kim");
  wait_until (count (f->site, "proposal") == ids->len && nobody_waits (f));
  for (guint i = 0; i < ids->len; i++)
    g_assert_cmpint (count_id (f->site, "proposal", g_ptr_array_index (ids, i)), ==, 1);
  settle (&f->desk);
}

static int
sign_in_and_go_on (char **argv)
{
  alarm (60); /* whoever would kill it may have failed */
  g_autoptr (JipClient) client = jip_client_new (argv[2]);

  jip_client_sign_in_async (client, argv[3], "kim", "pw-kim-1", "test", NULL, NULL, NULL);
  g_main_loop_run (g_main_loop_new (NULL, FALSE));
  return 0;
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE); /* no secret service */
  program = argv[0];
  if (argc == 4 && strcmp (argv[1], "--sign-in") == 0)
    return sign_in_and_go_on (argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, func) g_test_add ("/address/" name, Fixture, data, set_up, func, tear_down)
  ADD ("restored", NULL, test_themselves);
  ADD ("moved", "moved", test_themselves);
  ADD ("signed-out", NULL, test_signed_out);
  ADD ("younger-account", NULL, test_younger_account);
  ADD ("ballot", NULL, test_ballot);
  ADD ("somebody-else", NULL, test_somebody_else);
  ADD ("two-folders", NULL, test_two_folders);
  ADD ("two-texts", "typed", test_two_folders);
  ADD ("three-addresses", NULL, test_three_addresses);
  ADD ("staging", NULL, test_staging);
  ADD ("foreign", NULL, test_foreign);
  ADD ("foreign-that-lies", "lies", test_foreign);
  ADD ("ended-before-the-move", NULL, test_ended_between);
  ADD ("ended-after-the-move", "moved", test_ended_between);
  ADD ("killed", NULL, test_killed);
  return g_test_run ();
}
