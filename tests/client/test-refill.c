/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "jip-ballot-submit-op.h"
#include "jip-blob-op.h"
#include "jip-client-private.h"
#include "jip-comment-add-op.h"
#include "jip-event-step-op.h"
#include "jip-id.h"
#include "jip-vote-set-op.h"
#include "sync-fixture.h"

/* The server loses its disk in the middle of an event; desktops bring back what it had acknowledged, whatever order
 * they are switched on in. */

#define USERS \
  "login,name,department,roles,password\n" \
  "host,주관자,기획과,staff organiser,pw-host-1\n" \
  "chair,위원장,,staff,pw-chair-1\n" \
  "ex,전문가,외부,staff,pw-ex-1\n" \
  "jikwon,직원,총무과,staff,pw-jikwon-1\n" \
  "kim,김하늘,재무과,staff,pw-kim-1\n" \
  "lee,이바다,도서관과,staff,pw-lee-1\n"

#define N_DESKS 6

static const char *const logins[N_DESKS] = { "host", "chair", "ex", "jikwon", "kim", "lee" };

typedef struct
{
  Site *site;
  Desk desks[N_DESKS];
  char *folder, *backup;
  char *event, *entries[2], *proposal;
} Fixture;

static Desk *
desk (Fixture *f, const char *login)
{
  for (guint i = 0; i < N_DESKS; i++)
    if (strcmp (logins[i], login) == 0)
      return &f->desks[i];
  g_assert_not_reached ();
}

static void
settle (Desk *d)
{
  jip_client_sync_now (d->client);
  wait_until (jip_client_get_pending (d->client) == 0
              && jip_client_get_state (d->client) == JIP_CLIENT_SYNCED);
}

static void
take_backup (Fixture *f, gboolean kept)
{
  remove_tree (f->backup);
  site_jipctl (f->site, "backup", f->backup, kept ? "--kept" : NULL, NULL);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->site = site_new (USERS);
  f->folder = g_dir_make_tmp ("jip-backup-XXXXXX", NULL);
  f->backup = g_build_filename (f->folder, "backup", NULL);
  for (guint i = 0; i < N_DESKS; i++)
    desk_open (&f->desks[i], f->site, logins[i]);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < N_DESKS; i++)
    desk_close (&f->desks[i]);
  site_free (f->site);
  remove_tree (f->folder);
  g_free (f->folder);
  g_free (f->backup);
  g_free (f->event);
  g_free (f->entries[0]);
  g_free (f->entries[1]);
  g_free (f->proposal);
}

static gboolean
ask_cb (JipDatabase *database, gpointer data, GError **error)
{
  gconstpointer *question = data;
  *(gint64 *) question[1] = jip_database_query_int (database, -1, error, question[0], "");
  return TRUE;
}

static gint64
replica_ask (Desk *d, const char *sql)
{
  gint64 value = -1;
  gconstpointer question[] = { sql, &value };
  g_autoptr (GError) error = NULL;

  jip_local_write_sync (jip_client_get_local (d->client), ask_cb, question, &error);
  g_assert_no_error (error);
  return value;
}

static char *
upload (Desk *d, const char *contents)
{
  g_autofree char *path = g_build_filename (d->folder, "slides.pdf", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, contents, -1, NULL));
  jip_blob_upload_async (d->client, file, NULL, NULL, NULL, done_cb, &result);
  wait_until (result != NULL);
  char *sha256 = jip_blob_upload_finish (d->client, result, &error);
  g_assert_no_error (error);
  g_unlink (path);
  return sha256;
}

static char *
user_of (Fixture *f, const char *login)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM account WHERE login = '%s'", login);

  return site_ask_text (f->site, sql);
}

#define RULES \
  "{\"categories\": [{\"id\": \"one\", \"name\": \"하나\"}], \"panels\": [" \
  "{\"id\": \"expert\", \"name\": \"전문가\", \"weight\": 70, \"mode\": \"score\", \"max\": 10}," \
  "{\"id\": \"staff\", \"name\": \"직원\", \"weight\": 30, \"mode\": \"score\", \"max\": 10}]," \
  "\"awards\": {\"per_category\": [{\"id\": \"best\", \"name\": \"최우수\", \"seats\": 1}]}}"

static void
create_event (Fixture *f)
{
  static const char slides[] = "%PDF-1.7 발표 자료";
  g_autofree char *sha256 = upload (desk (f, "host"), slides);
  g_autofree char *chair = user_of (f, "chair");
  g_autofree char *ex = user_of (f, "ex");
  g_autofree char *jikwon = user_of (f, "jikwon");
  g_autofree char *first = jip_id_new ();
  g_autofree char *second = jip_id_new ();

  f->event = jip_id_new ();
  f->entries[0] = jip_id_new ();
  f->entries[1] = jip_id_new ();
  g_autofree char *text = g_strdup_printf (
      "{\"id\": \"%s\", \"title\": \"대회\", \"rules\": " RULES ", \"chair\": \"%s\", \"entries\": ["
      "{\"id\": \"%s\", \"category\": \"one\", \"title\": \"가\", \"slides\": {\"sha256\": \"%s\", \"size\": %u, "
      "\"name\": \"가.pdf\"}}, {\"id\": \"%s\", \"category\": \"one\", \"title\": \"나\"}], \"judges\": ["
      "{\"id\": \"%s\", \"user\": \"%s\", \"panel\": \"expert\"}, {\"id\": \"%s\", \"user\": \"%s\", \"panel\": \"staff\"}]}",
      f->event, chair, f->entries[0], sha256, (guint) strlen (slides), f->entries[1], first, ex, second,
      jikwon);
  desk_mutate (desk (f, "host"), "event.create", text);
  settle (desk (f, "host"));
}

static void
step (Fixture *f, const char *name, const char *args)
{
  g_autofree char *text
      = g_strdup_printf ("{\"event\": \"%s\", \"step\": \"%s\", \"args\": %s}", f->event, name, args);

  desk_mutate (desk (f, "chair"), "event.step", text);
  settle (desk (f, "chair"));
}

static void
vote (Desk *d, const char *proposal, gboolean on)
{
  g_autoptr (GAsyncResult) result = NULL;

  jip_vote_set_async (d->client, proposal, on, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_vote_set_finish (d->client, result, NULL));
  settle (d);
}

static void
comment (Desk *d, const char *proposal, const char *body)
{
  g_autoptr (GAsyncResult) result = NULL;

  jip_comment_add_async (d->client, proposal, body, NULL, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_free (jip_comment_add_finish (d->client, result, NULL));
  settle (d);
}

static void
score (Fixture *f, const char *login, guint entry, const char *value)
{
  g_autoptr (GAsyncResult) result = NULL;
  Desk *d = desk (f, login);

  settle (d);
  jip_ballot_submit_score_async (d->client, f->event, f->entries[entry], value, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_free (jip_ballot_submit_finish (d->client, result, NULL));
  settle (d);
}

static void
hold_event (Fixture *f)
{
  create_event (f);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *args = g_strdup_printf ("{\"entry\": \"%s\"}", f->entries[i]);
      step (f, "open", args);
    }
  for (guint i = 0; i < 2; i++)
    {
      score (f, "ex", i, i == 0 ? "8.5" : "7");
      score (f, "jikwon", i, i == 0 ? "6" : "9.25");
    }
  score (f, "ex", 1, "7.5");
  step (f, "lock", "{}");
  step (f, "reveal", "{}");
  f->proposal = desk_submit (desk (f, "kim"), "야간 도서관");
  settle (desk (f, "kim"));
  vote (desk (f, "lee"), f->proposal, TRUE);
  vote (desk (f, "ex"), f->proposal, TRUE);
  vote (desk (f, "ex"), f->proposal, FALSE);
  comment (desk (f, "jikwon"), f->proposal, "좋습니다");
}

#define FACTS(list) \
  "SELECT (SELECT " list " (x, ',') FROM (SELECT id || judge || subject || version || score || state || " \
  "receipt_code || received_at AS x FROM ballot ORDER BY id) b) || (SELECT sha256 FROM result) || " \
  "(SELECT state || version || revealed FROM event) || (SELECT " list \
  " (x, ',') FROM (SELECT id || body || " \
  "received_at AS x FROM comment ORDER BY id) c) || (SELECT " list \
  " (x, ',') FROM (SELECT id AS x FROM vote ORDER BY id) v) || " \
  "(SELECT " list \
  " (x, ',') FROM (SELECT id || votes || comments || received_at AS x FROM proposal ORDER BY id) p) || " \
  "(SELECT sha256 FROM blob)"

static char *
ask_facts (Fixture *f)
{
  return site_ask_text (f->site, f->site->uri != NULL ? FACTS ("string_agg") : FACTS ("group_concat"));
}

/* @data: in which order the desktops are switched on again; the last one hours later. */
static void
test_event (Fixture *f, gconstpointer data)
{
  const char *const *order = data;

  take_backup (f, TRUE);
  hold_event (f);
  g_autofree char *before = ask_facts (f);
  g_assert_nonnull (before);
  for (guint i = 0; i < N_DESKS; i++)
    desk_stop (&f->desks[i]);
  site_lose_disk (f->site, f->backup);
  g_assert_cmpint (site_ask (f->site, "SELECT count(*) FROM ballot"), ==, 0);
  for (guint i = 0; i < N_DESKS; i++)
    {
      desk_sign_in (desk (f, order[i]), f->site, order[i]);
      settle (desk (f, order[i]));
    }
  wait_until (site_ask (f->site, "SELECT count(*) FROM parked") == 0
              && site_ask (f->site, "SELECT count(*) FROM blob") == 1
              && site_ask (f->site, "SELECT count(*) FROM refill_event WHERE due = 1") == 0);
  g_autofree char *after = ask_facts (f);
  g_assert_cmpstr (after, ==, before);
  for (guint i = 0; i < N_DESKS; i++)
    g_assert_cmpuint (jip_client_get_refused (f->desks[i].client), ==, 0);
  g_assert_cmpint (site_ask (f->site, "SELECT count(*) FROM epoch"), ==, 1);
}

/* What a backup holds that is kept elsewhere need not be kept here; what it does not hold stays. */
static void
test_safe (Fixture *f, gconstpointer data)
{
  Desk *kim = desk (f, "kim");
  g_autofree char *first = desk_submit (kim, "백업에 든 글");

  settle (kim);
  take_backup (f, FALSE);
  g_autofree char *second = desk_submit (kim, "백업 뒤의 글");
  settle (kim);
  wait_until (replica_ask (kim, "SELECT value FROM meta WHERE key = 'last_n'") == 2);
  g_assert_cmpint (replica_ask (kim, "SELECT count(*) FROM outbox WHERE receipt IS NOT NULL"), ==, 2);
  site_jipctl (f->site, "backup", "keep", f->backup, NULL);
  wait_until (({
    jip_client_sync_now (kim->client);
    g_main_context_iteration (NULL, TRUE);
    replica_ask (kim, "SELECT count(*) FROM outbox") == 1;
  }));
  g_assert_cmpint (replica_ask (kim, "SELECT n FROM outbox"), ==, 2);
}

/* While the desktops run, one after the other notices that the server is another one. */
static void
test_running (Fixture *f, gconstpointer data)
{
  take_backup (f, FALSE);
  f->proposal = desk_submit (desk (f, "kim"), "사라질 뻔한 글");
  settle (desk (f, "kim"));
  vote (desk (f, "lee"), f->proposal, TRUE);
  comment (desk (f, "ex"), f->proposal, "의견");
  for (guint again = 1; again <= 2; again++)
    {
      site_lose_disk (f->site, f->backup);
      for (guint i = N_DESKS; i > 0; i--)
        {
          Desk *d = &f->desks[i - 1];
          jip_client_sync_now (d->client);
        }
      wait_until (site_ask (f->site, "SELECT coalesce (sum (votes * 10 + comments), 0) FROM proposal") == 11);
      g_assert_cmpint (site_ask (f->site, "SELECT count(*) FROM parked"), ==, 0);
      settle (desk (f, "kim"));
    }
}

#define LOST "SELECT max (id || received_at) FROM comment WHERE body = '사라질 뻔한 말'"

/* Old files of the server are put back by hand, and others write until its seq is beyond the cursor of the only desktop
 * that knows more, which has nothing new to send. */
static void
test_by_hand (Fixture *f, gconstpointer data)
{
  Desk *kim = desk (f, "kim"), *lee = desk (f, "lee");

  f->proposal = desk_submit (kim, "글");
  settle (kim);
  settle (lee);
  comment (lee, f->proposal, "남은 말");
  for (guint i = 0; i < N_DESKS; i++)
    desk_stop (&f->desks[i]);
  SiteCopy *copy = site_copy_aside (f->site);
  desk_sign_in (lee, f->site, "lee");
  vote (lee, f->proposal, TRUE);
  comment (lee, f->proposal, "사라질 뻔한 말");
  wait_until (replica_ask (lee, "SELECT value FROM meta WHERE key = 'last_n'") == 3);
  desk_stop (lee);
  g_autofree char *before = site_ask_text (f->site, LOST);
  site_put_back (f->site, copy);
  desk_sign_in (kim, f->site, "kim");
  for (guint i = 0; i < 20; i++)
    comment (kim, f->proposal, "그동안 쓴 말");
  desk_sign_in (lee, f->site, "lee");
  wait_until (site_ask (f->site, "SELECT votes * 100 + comments FROM proposal") == 122);
  g_autofree char *after = site_ask_text (f->site, LOST);
  g_assert_cmpstr (after, ==, before);
  for (guint i = 0; i < N_DESKS; i++)
    {
      if (f->desks[i].client == NULL)
        desk_sign_in (&f->desks[i], f->site, logins[i]);
      settle (&f->desks[i]);
      g_assert_cmpuint (jip_client_get_refused (f->desks[i].client), ==, 0);
    }
  g_assert_cmpint (site_ask (f->site, "SELECT count(*) FROM epoch"), ==, 1);
  g_assert_cmpint (site_ask (f->site, "SELECT votes * 100 + comments FROM proposal"), ==, 122);
}

/* A PC's folder was copied, both have sent since, and the server has forgotten which was first. */
static void
test_clone (Fixture *f, gconstpointer data)
{
  Desk *kim = desk (f, "kim");
  Desk twin = { .folder = g_strdup_printf ("%s-twin", kim->folder) };

  g_autofree char *first = desk_submit (kim, "함께 가진 글");
  settle (kim);
  desk_stop (kim);
  copy_tree (kim->folder, twin.folder);
  take_backup (f, FALSE);
  desk_sign_in (kim, f->site, "kim");
  g_autofree char *second = desk_submit (kim, "본래 PC의 글");
  g_autofree char *third = desk_submit (kim, "본래 PC의 다음 글");
  settle (kim);
  desk_stop (kim);
  site_lose_disk (f->site, f->backup);
  desk_sign_in (&twin, f->site, "kim");
  g_autofree char *fourth = desk_submit (&twin, "복사된 PC의 글");
  settle (&twin);
  desk_sign_in (kim, f->site, "kim");
  settle (kim);
  wait_until (site_ask (f->site, "SELECT count(*) FROM proposal") == 4);

  site_lose_disk (f->site, f->backup); /* and once more, under the new name */
  jip_client_sync_now (kim->client);
  jip_client_sync_now (twin.client);
  wait_until (jip_client_get_state (kim->client) == JIP_CLIENT_SIGNED_OUT
              && jip_client_get_state (twin.client) == JIP_CLIENT_SIGNED_OUT);
  desk_sign_in (kim, f->site, "kim");
  desk_sign_in (&twin, f->site, "kim");
  settle (kim);
  settle (&twin);
  wait_until (site_ask (f->site, "SELECT count(*) FROM proposal") == 4);
  g_assert_cmpint (site_ask (f->site, "SELECT count(*) FROM audit WHERE kind = 'receipt'"), ==, 0);
  g_assert_cmpuint (jip_client_get_refused (kim->client), ==, 0);
  g_assert_cmpuint (jip_client_get_refused (twin.client), ==, 0);
  desk_close (&twin);
}

/* The backup of another city is put in the server's place. Its desktops are strangers there, also to who has the same name:
 * nothing of theirs arrives, nothing of theirs is lost, and with the right backup everything is as before. */
static void
test_foreign (Fixture *f, gconstpointer data)
{
  Desk *kim = desk (f, "kim");
  Site *foreign = site_new (USERS);
  g_autofree char *theirs = g_build_filename (f->folder, "theirs", NULL);

  site_jipctl (foreign, "backup", theirs, NULL);
  site_free (foreign);
  g_autofree char *first = desk_submit (kim, "백업에 든 글");
  settle (kim);
  take_backup (f, FALSE);
  g_autofree char *second = desk_submit (kim, "백업 뒤의 글");
  settle (kim);

  site_lose_disk (f->site, theirs);
  jip_client_sync_now (kim->client);
  wait_until (jip_client_get_state (kim->client) == JIP_CLIENT_SIGNED_OUT);
  g_autofree char *third = desk_submit (kim, "그동안 쓴 글");
  g_assert_cmpint (replica_ask (kim, "SELECT count(*) FROM outbox"), ==, 3);
  desk_sign_in (kim, f->site, "kim");
  settle (kim);
  g_assert_cmpint (replica_ask (kim, "SELECT count(*) FROM outbox"), ==, 0);
  g_assert_cmpint (site_ask (f->site, "SELECT count(*) FROM proposal"), ==, 0);
  g_assert_cmpint (site_ask (f->site, "SELECT count(*) FROM verdict"), ==, 0);

  site_lose_disk (f->site, f->backup);
  jip_client_sync_now (kim->client);
  wait_until (jip_client_get_state (kim->client) == JIP_CLIENT_SIGNED_OUT);
  desk_sign_in (kim, f->site, "kim");
  settle (kim);
  wait_until (site_ask (f->site, "SELECT count(*) FROM proposal") == 3);
  g_assert_cmpint (site_ask (f->site, "SELECT count(*) FROM audit WHERE kind = 'receipt'"), ==, 0);
  g_assert_cmpuint (jip_client_get_refused (kim->client), ==, 0);
}

static void
import (Fixture *f, const char *csv)
{
  g_autofree char *path = g_build_filename (f->folder, "more.csv", NULL);

  g_assert_true (g_file_set_contents (path, csv, -1, NULL));
  site_jipctl (f->site, "user", "import", path, NULL);
}

/* An account that is younger than the backup is imported again: what its desktop had sent is there again, and what it had
 * not goes out after it. */
static void
test_new_account (Fixture *f, gconstpointer data)
{
  static const char facts[] = "SELECT p.id || p.author || p.votes || p.comments || p.received_at || c.id || "
                              "c.author || c.received_at FROM proposal p JOIN comment c ON c.proposal = p.id";
  static const char csv[] = "login,name,department,roles,password\nnari,한나리,새 부서,staff,pw-nari-1\n";
  Desk nari = { NULL };

  take_backup (f, TRUE);
  import (f, csv);
  desk_open (&nari, f->site, "nari");
  f->proposal = desk_submit (&nari, "보낸 글");
  settle (&nari);
  vote (desk (f, "lee"), f->proposal, TRUE);
  comment (&nari, f->proposal, "보낸 말");
  g_autofree char *before = site_ask_text (f->site, facts);
  g_assert_nonnull (before);
  g_autofree char *user = user_of (f, "nari");
  site_kill (f->site);
  g_autofree char *second = desk_submit (&nari, "보내지 못한 글");
  desk_stop (&nari);
  site_lose_disk (f->site, f->backup);
  jip_client_sync_now (desk (f, "lee")->client);
  wait_until (site_ask (f->site, "SELECT count(*) FROM parked") == 1);
  import (f, csv);
  g_autofree char *again = user_of (f, "nari");
  g_assert_cmpstr (again, ==, user);
  desk_sign_in (&nari, f->site, "nari");
  settle (&nari);
  g_assert_cmpint (site_ask (f->site, "SELECT count(*) FROM parked"), ==, 0);
  g_autofree char *ask = g_strdup_printf ("SELECT count(*) FROM proposal WHERE id = '%s'", second);
  g_assert_cmpint (site_ask (f->site, ask), ==, 1);
  g_autofree char *after = site_ask_text (f->site, facts);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (jip_client_get_refused (nari.client), ==, 0);
  desk_close (&nari);
}

int
main (int argc, char **argv)
{
  static const char *const votes_first[] = { "lee", "ex", "jikwon", "chair", "host", "kim" };
  static const char *const lock_first[] = { "host", "chair", "kim", "lee", "jikwon", "ex" };
  static const char *const as_before[] = { "host", "chair", "ex", "jikwon", "kim", "lee" };

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE); /* no secret service */
  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, func) g_test_add ("/refill/" name, Fixture, data, set_up, func, tear_down)
  ADD ("event/as-before", as_before, test_event);
  ADD ("event/votes-first", votes_first, test_event);
  ADD ("event/lock-first", lock_first, test_event);
  ADD ("safe", NULL, test_safe);
  ADD ("running", NULL, test_running);
  ADD ("by-hand", NULL, test_by_hand);
  ADD ("clone", NULL, test_clone);
  ADD ("foreign", NULL, test_foreign);
  ADD ("new-account", NULL, test_new_account);
  return g_test_run ();
}
