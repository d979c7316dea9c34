/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-ballot-submit-op.h"
#include "jip-client-private.h"
#include "jip-id.h"
#include "sync-fixture.h"

/* One PC for a panel: the ballots of a judge who left without a line are theirs, whoever's program sends them, before the
 * lock and after it. */

#define USERS \
  "login,name,department,roles,password\n" \
  "host,주관자,기획과,staff organiser,pw-host-1\n" \
  "chair,위원장,,staff,pw-chair-1\n" \
  "ex,전문가,외부,staff,pw-ex-1\n" \
  "jikwon,직원,총무과,staff,pw-jikwon-1\n"

#define RULES \
  "{\"categories\": [{\"id\": \"one\", \"name\": \"하나\"}], \"panels\": [" \
  "{\"id\": \"expert\", \"name\": \"전문가\", \"weight\": 70, \"mode\": \"score\", \"max\": 10}," \
  "{\"id\": \"staff\", \"name\": \"직원\", \"weight\": 30, \"mode\": \"score\", \"max\": 10}]," \
  "\"awards\": {\"per_category\": [{\"id\": \"best\", \"name\": \"최우수\", \"seats\": 1}]}}"

typedef struct
{
  Site *site;
  Desk panel, chair;
  char *event, *entry;
  guint tick;
} Fixture;

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
settle (Desk *desk)
{
  wait_until (jip_client_get_pending (desk->client) == 0
              && jip_client_get_state (desk->client) == JIP_CLIENT_SYNCED);
}

static void
mutate (Desk *desk, const char *name, const char *text)
{
  desk_mutate (desk, name, text);
  settle (desk);
}

static char *
user_of (Fixture *f, const char *login)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM account WHERE login = '%s'", login);

  return site_ask_text (f->site, sql);
}

static void
create_event (Fixture *f)
{
  g_autofree char *chair = user_of (f, "chair");
  g_autofree char *ex = user_of (f, "ex");
  g_autofree char *jikwon = user_of (f, "jikwon");
  g_autofree char *first = jip_id_new ();
  g_autofree char *second = jip_id_new ();

  f->event = jip_id_new ();
  f->entry = jip_id_new ();
  g_autofree char *text = g_strdup_printf (
      "{\"id\": \"%s\", \"title\": \"대회\", \"rules\": " RULES ", \"chair\": \"%s\", \"entries\": ["
      "{\"id\": \"%s\", \"category\": \"one\", \"title\": \"가\"}], \"judges\": ["
      "{\"id\": \"%s\", \"user\": \"%s\", \"panel\": \"expert\"}, {\"id\": \"%s\", \"user\": \"%s\", \"panel\": \"staff\"}]}",
      f->event, chair, f->entry, first, ex, second, jikwon);
  mutate (&f->panel, "event.create", text);
}

static void
step (Fixture *f, const char *name, gboolean of_entry)
{
  g_autofree char *args = of_entry ? g_strdup_printf ("{\"entry\": \"%s\"}", f->entry) : g_strdup ("{}");
  g_autofree char *text
      = g_strdup_printf ("{\"event\": \"%s\", \"step\": \"%s\", \"args\": %s}", f->event, name, args);

  mutate (&f->chair, "event.step", text);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->tick = g_timeout_add (50, tick_cb, NULL);
  f->site = site_new (USERS);
  desk_open (&f->panel, f->site, "host");
  desk_open (&f->chair, f->site, "chair");
  create_event (f);
  settle (&f->chair);
  step (f, "open", TRUE);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_close (&f->panel);
  desk_close (&f->chair);
  site_free (f->site);
  g_free (f->event);
  g_free (f->entry);
  g_source_remove (f->tick);
}

static gint64
ballots_of (Fixture *f, const char *login, const char *state)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT count(*) FROM ballot WHERE state = '%s' AND judge = (SELECT j.id FROM judge j JOIN account a "
      "ON a.id = j.account WHERE a.login = '%s')",
      state, login);

  return site_ask (f->site, sql);
}

static void
score (Fixture *f, const char *value)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  jip_ballot_submit_score_async (f->panel.client, f->event, f->entry, value, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_free (jip_ballot_submit_finish (f->panel.client, result, &error));
  g_assert_no_error (error);
}

/* A judge scores without a line and leaves. */
static void
leave_ballot (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;

  desk_sign_in (&f->panel, f->site, "ex");
  settle (&f->panel);
  site_kill (f->site);
  jip_client_sync_now (f->panel.client);
  wait_until (jip_client_get_state (f->panel.client) == JIP_CLIENT_OFFLINE);
  score (f, "8.5");
  jip_client_sign_out_async (f->panel.client, NULL, done_cb, &result);
  wait_until (result != NULL);
}

/* The next judge's program sends it, and theirs beside it. */
static void
test_before_lock (Fixture *f, gconstpointer data)
{
  leave_ballot (f);
  site_start (f->site);
  desk_sign_in (&f->panel, f->site, "jikwon");
  score (f, "6");
  wait_until (ballots_of (f, "ex", "valid") == 1 && ballots_of (f, "jikwon", "valid") == 1);
  g_assert_cmpint (site_ask (f->site, "SELECT count(*) FROM ballot"), ==, 2);
  g_assert_cmpint (site_ask (f->site,
                             "SELECT count(*) FROM ballot b JOIN judge j ON j.id = b.judge JOIN account a "
                             "ON a.id = j.account WHERE a.login = 'ex' AND b.score LIKE '%8.5%'"),
                   ==, 1);
  wait_until (jip_client_get_others_note (f->panel.client) == NULL);
}

/* It comes after the lock: it is kept as the judge's, does not count, and the result stays. */
static void
test_after_lock (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  desk_sign_in (&f->panel, f->site, "jikwon");
  settle (&f->panel);
  score (f, "6");
  settle (&f->panel);
  leave_ballot (f);
  jip_client_close_async (f->panel.client, NULL, done_cb, &result);
  wait_until (result != NULL); /* nothing is sent for now */
  site_start (f->site);
  jip_client_sync_now (f->chair.client);
  settle (&f->chair);
  step (f, "lock", FALSE);
  g_autofree char *before = site_ask_text (f->site, "SELECT sha256 FROM result");
  jip_client_hand_over (f->panel.client);
  wait_until (ballots_of (f, "ex", "late-refused") == 1);
  g_assert_cmpint (ballots_of (f, "jikwon", "valid"), ==, 1);
  g_autofree char *after = site_ask_text (f->site, "SELECT sha256 FROM result");
  g_assert_cmpstr (before, ==, after);
  wait_until (jip_client_get_others_note (f->panel.client) == NULL);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE); /* no secret service */
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/handover-ballots/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("before-lock", test_before_lock);
  ADD ("after-lock", test_after_lock);
  return g_test_run ();
}
