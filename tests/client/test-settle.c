/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A conflict of an idea between two desktops of its writer, from the refused record to the history. */
#include <string.h>

#include "jip-comment-add-op.h"
#include "jip-proposal-edit-op.h"
#include "jip-proposal-submit-op.h"
#include "jip-scratch.h"
#include "jip-settle-op.h"
#include "jip-settlement.h"
#include "sync-fixture.h"

#define USERS "login,name,department,roles,password\nkim,김하늘,재무과,staff,pw-kim-1\n"
#define FIRST "영수증을 찍는다. 자동으로 정산한다."
#define OFFICE "영수증을 사진으로 찍는다. 자동으로 정산한다."
#define HOME "영수증을 찍는다. 하루 안에 정산한다."
#define MERGED "영수증을 사진으로 찍는다. 하루 안에 정산한다."
#define WRITER "board/writer"

typedef struct
{
  Site *site;
  Desk office, home;
  char *idea;
} Fixture;

static JipRecord *
lookup (Desk *desk, GType type, const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;

  jip_client_lookup_async (desk->client, type, id, NULL, done_cb, &result);
  wait_until (result != NULL);
  return jip_client_lookup_finish (desk->client, result, NULL);
}

static gboolean
has_body (Desk *desk, const char *id, const char *body)
{
  g_autoptr (JipRecord) idea = lookup (desk, JIP_TYPE_PROPOSAL, id);

  return idea != NULL && strcmp (jip_proposal_get_body (JIP_PROPOSAL (idea)), body) == 0;
}

static void
wait_body (Desk *desk, const char *id, const char *body)
{
  guint guard = g_timeout_add_seconds (20, wait_timed_out_cb, (gpointer) body);

  while (!has_body (desk, id, body))
    g_main_context_iteration (NULL, FALSE);
  g_source_remove (guard);
}

static void
edit (Desk *desk, const char *id, gint64 version, const char *from, const char *to)
{
  g_autoptr (JsonObject) fields = json_object_new (), base = json_object_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  json_object_set_string_member (fields, "body", to);
  json_object_set_string_member (base, "body", from);
  jip_proposal_edit_async (desk->client, id, version, fields, base, NULL, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_proposal_edit_finish (desk->client, result, &error));
  g_assert_no_error (error);
}

static JipRefused *
wait_refused (Desk *desk)
{
  g_autoptr (JipReplicaList) list = jip_refused_list_new (desk->client);

  wait_until (n_items (list) == 1);
  return g_list_model_get_item (G_LIST_MODEL (list), 0);
}

/* Both desktops have the idea, the office's edit stands, that of home was refused. */
static void
set_up (Fixture *f, gconstpointer data)
{
  f->site = site_new (USERS);
  desk_open (&f->office, f->site, "kim");
  desk_open (&f->home, f->site, "kim");
  f->idea = desk_submit (&f->office, FIRST);
  wait_body (&f->home, f->idea, FIRST);
  edit (&f->office, f->idea, 1, FIRST, OFFICE);
  wait_until (jip_client_get_pending (f->office.client) == 0);
  edit (&f->home, f->idea, 1, FIRST, HOME);
  wait_until (jip_client_get_refused (f->home.client) == 1);
  wait_body (&f->home, f->idea, OFFICE);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_close (&f->office);
  desk_close (&f->home);
  site_free (f->site);
  g_free (f->idea);
}

static JipSettlement *
settlement_of (Desk *desk, JipRefused *refused, gint64 *version)
{
  g_autoptr (JipRecord) idea = lookup (desk, JIP_TYPE_PROPOSAL, jip_refused_get_proposal (refused));

  if (version != NULL)
    *version = jip_proposal_get_version_number (JIP_PROPOSAL (idea));
  return jip_settlement_new (jip_record_get_object (JIP_RECORD (refused), "args"),
                             jip_record_get_object (JIP_RECORD (refused), "detail"),
                             jip_record_get_row (idea));
}

static void
settle (Desk *desk, JipRefused *refused, JipSettlement *settlement, gint64 version)
{
  g_autoptr (JsonObject) fields = json_object_new (), base = json_object_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (jip_settlement_get_edit (settlement, fields, base));
  jip_settle_edit_async (desk->client, refused, version, fields, base, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_settle_edit_finish (desk->client, result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (jip_client_get_refused (desk->client), ==, 0);
}

/* The history, oldest first: `VERSION body` each, a lost one with `!`. */
static char *
history (Desk *desk, const char *id, guint n)
{
  g_autoptr (JipReplicaList) list = jip_proposal_version_list_new (desk->client, id);
  GString *out = g_string_new (NULL);

  wait_until (n_items (list) == n);
  for (guint i = n; i-- > 0;)
    {
      g_autoptr (JipRecord) row = g_list_model_get_item (G_LIST_MODEL (list), i);
      g_string_append_printf (out, "%d%s %s\n", (int) jip_record_get_int (row, "version"),
                              jip_record_get_boolean (row, "lost") ? "!" : "",
                              jip_record_get_string (row, "body"));
      g_assert_cmpstr (jip_record_get_string (row, "by_name"), ==, "김하늘");
      g_assert_cmpint (jip_record_get_time (row, "received_at"), >, 0);
    }
  return g_string_free (out, FALSE);
}

/* The merged text stands on both, and both texts stay in the history of both. */
static void
test_merge (Fixture *f, gconstpointer data)
{
  g_autoptr (JipRefused) refused = wait_refused (&f->home);
  gint64 version;
  g_autoptr (JipSettlement) settlement = settlement_of (&f->home, refused, &version);

  g_assert_true (jip_refused_is_conflict (refused));
  g_assert_cmpstr (jip_refused_get_proposal (refused), ==, f->idea);
  g_assert_cmpint (jip_refused_get_at (refused), >, 0);
  g_assert_cmpint (version, ==, 2);
  g_assert_cmpstr (jip_settlement_get_field (settlement, 0)->merged, ==, MERGED);
  jip_settlement_choose (settlement, 0, JIP_SETTLE_MERGED);
  settle (&f->home, refused, settlement, version);
  g_assert_true (has_body (&f->home, f->idea, MERGED)); /* at once */
  wait_body (&f->office, f->idea, MERGED);
  g_autofree char *home = history (&f->home, f->idea, 4), *office = history (&f->office, f->idea, 4);
  g_assert_cmpstr (home, ==, "1 " FIRST "\n2 " OFFICE "\n2! " HOME "\n3 " MERGED "\n");
  g_assert_cmpstr (office, ==, home);
  g_assert_cmpuint (jip_client_get_refused (f->home.client), ==, 0);
}

/* The office has changed it once more before the settled text arrives: a conflict again, with the newest text. */
static void
test_again (Fixture *f, gconstpointer data)
{
  g_autoptr (JipRefused) refused = wait_refused (&f->home);
  gint64 version;
  g_autoptr (JipSettlement) settlement = settlement_of (&f->home, refused, &version);

  jip_settlement_choose (settlement, 0, JIP_SETTLE_MINE);
  site_kill (f->site);
  settle (&f->home, refused, settlement, version);
  g_assert_true (has_body (&f->home, f->idea, HOME));
  desk_stop (&f->home);
  site_start (f->site);
  edit (&f->office, f->idea, 2, OFFICE, "셋째 글");
  wait_until (jip_client_get_pending (f->office.client) == 0);
  desk_sign_in (&f->home, f->site, "kim");
  wait_until (jip_client_get_refused (f->home.client) == 1);
  wait_body (&f->home, f->idea, "셋째 글");

  g_autoptr (JipRefused) second = wait_refused (&f->home);
  g_autoptr (JipSettlement) again = settlement_of (&f->home, second, &version);
  g_assert_cmpint (version, ==, 3);
  const JipSettleField *field = jip_settlement_get_field (again, 0);
  g_assert_cmpstr (field->base, ==, OFFICE);
  g_assert_cmpstr (field->theirs, ==, "셋째 글");
  g_assert_cmpstr (field->mine, ==, HOME);
  jip_settlement_choose (again, 0, JIP_SETTLE_MINE);
  settle (&f->home, second, again, version);
  wait_body (&f->office, f->idea, HOME);
  g_autofree char *rows = history (&f->office, f->idea, 6);
  g_assert_cmpstr (rows, ==, "1 " FIRST "\n2 " OFFICE "\n2! " HOME "\n3 셋째 글\n3! " HOME "\n4 " HOME "\n");
}

static char *
scratch_text (Desk *desk, const char *key)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  jip_scratch_get_async (jip_client_get_scratch (desk->client), key, NULL, done_cb, &result);
  wait_until (result != NULL);
  char *text = jip_scratch_get_finish (jip_client_get_scratch (desk->client), result, &error);
  g_assert_no_error (error);
  return text;
}

static void
type (Desk *desk, const char *key, const char *text)
{
  jip_scratch_set (jip_client_get_scratch (desk->client), key, text);
  jip_scratch_flush (jip_client_get_scratch (desk->client));
}

/* What was chosen and written half-way is there again after a restart, without a server; settling waits for one. */
static void
test_restart (Fixture *f, gconstpointer data)
{
  g_autoptr (JipRefused) before = wait_refused (&f->home);
  g_autofree char *key = jip_refused_dup_scratch_key (before);
  g_autoptr (JipSettlement) first = settlement_of (&f->home, before, NULL);
  gint64 version;

  jip_settlement_choose (first, 0, JIP_SETTLE_MERGED);
  jip_settlement_set_merged (first, 0, "반쯤 쓴 글");
  g_autofree char *kept = jip_settlement_to_text (first);
  type (&f->home, key, kept);
  desk_stop (&f->home);
  site_kill (f->site);
  f->home.client = jip_client_new (f->home.folder);
  g_autoptr (GAsyncResult) result = NULL;
  jip_client_open_last_async (f->home.client, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_client_open_last_finish (f->home.client, result, NULL));

  g_autoptr (JipRefused) refused = wait_refused (&f->home);
  g_autoptr (JipSettlement) settlement = settlement_of (&f->home, refused, &version);
  g_autofree char *text = scratch_text (&f->home, key);
  jip_settlement_take_text (settlement, text);
  g_assert_cmpstr (jip_settlement_get_result (settlement, 0), ==, "반쯤 쓴 글");
  settle (&f->home, refused, settlement, version);
  g_assert_null (scratch_text (&f->home, key));
  site_start (f->site);
  desk_stop (&f->home); /* the session was in memory: sign in again */
  desk_sign_in (&f->home, f->site, "kim");
  wait_body (&f->office, f->idea, "반쯤 쓴 글");
  g_assert_cmpuint (jip_client_get_refused (f->home.client), ==, 0);
}

static void
put_away (Desk *desk, JipRefused *refused)
{
  g_autoptr (GAsyncResult) result = NULL;

  jip_client_dismiss_refused_async (desk->client, jip_refused_get_key (refused), NULL, done_cb, &result);
  wait_until (result != NULL);
  g_autoptr (GObject) source = g_async_result_get_source_object (result);
  g_assert_true (source == G_OBJECT (desk->client)); /* callbacks take it from there */
  g_assert_true (jip_client_dismiss_refused_finish (desk->client, result, NULL));
}

static void
edit_title (Desk *desk, const char *id, const char *to)
{
  g_autoptr (JsonObject) fields = json_object_new (), base = json_object_new ();
  g_autoptr (GAsyncResult) result = NULL;

  json_object_set_string_member (fields, "title", to);
  json_object_set_string_member (base, "title", "처음 제목");
  jip_proposal_edit_async (desk->client, id, 1, fields, base, NULL, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_proposal_edit_finish (desk->client, result, NULL));
  wait_until (jip_client_get_pending (desk->client) == 0);
}

/* Who has written it anew is asked about the newest text, once; the older one is in the history. Another field's edit stays. */
static void
test_newer_text (Fixture *f, gconstpointer data)
{
  const char *again = "집에서 다시 고친 글";
  g_autoptr (JipRefused) older = wait_refused (&f->home);

  edit (&f->home, f->idea, 1, FIRST, again);
  wait_until (jip_client_get_pending (f->home.client) == 0);
  g_autoptr (JipRefused) refused = wait_refused (&f->home);
  g_assert_cmpstr (jip_refused_get_summary (refused), ==, again);
  g_autofree char *texts = history (&f->home, f->idea, 4);
  g_assert_nonnull (strstr (texts, "2! " HOME "\n"));
  g_assert_nonnull (strstr (texts, again));
  edit_title (&f->home, f->idea, "다른 제목");
  g_autoptr (JipReplicaList) list = jip_refused_list_new (f->home.client);
  wait_until (n_items (list) == jip_client_get_refused (f->home.client));
  for (guint i = 0; i < n_items (list); i++)
    {
      g_autoptr (JipRefused) one = g_list_model_get_item (G_LIST_MODEL (list), i);
      if (g_strcmp0 (jip_refused_get_summary (one), again) == 0)
        return;
    }
  g_assert_not_reached ();
}

/* What is being decided about is not taken out of the hand. */
static void
test_newer_text_meanwhile (Fixture *f, gconstpointer data)
{
  g_autoptr (JipRefused) older = wait_refused (&f->home);
  g_autofree char *key = jip_refused_dup_scratch_key (older);

  type (&f->home, key, "반쯤 쓴 글");
  edit (&f->home, f->idea, 1, FIRST, "집에서 다시 고친 글");
  wait_until (jip_client_get_pending (f->home.client) == 0);
  wait_until (jip_client_get_refused (f->home.client) == 2);
}

/* The office's text stays: nothing is sent, what was written half-way goes, and my text stays in the history. */
static void
test_keep_theirs (Fixture *f, gconstpointer data)
{
  g_autoptr (JipRefused) refused = wait_refused (&f->home);
  g_autofree char *key = jip_refused_dup_scratch_key (refused);

  type (&f->home, key, "{}");
  put_away (&f->home, refused);
  g_assert_null (scratch_text (&f->home, key));
  g_assert_cmpuint (jip_client_get_refused (f->home.client), ==, 0);
  g_autofree char *rows = history (&f->home, f->idea, 3);
  g_assert_cmpstr (rows, ==, "1 " FIRST "\n2 " OFFICE "\n2! " HOME "\n");
}

static gboolean
take_over (Desk *desk, JipRefused *refused, const char *key)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = jip_refused_dup_text (refused);
  gboolean appended;

  jip_settle_take_over_async (desk->client, refused, text, key, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_settle_take_over_finish (desk->client, result, &appended, &error));
  g_assert_no_error (error);
  return appended;
}

static char *
submit (Desk *desk, const char *body)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  jip_proposal_submit_async (desk->client, "proposal", NULL, body, NULL, NULL, FALSE, WRITER, NULL, done_cb,
                             &result);
  wait_until (result != NULL);
  char *id = jip_proposal_submit_finish (desk->client, result, &error);
  g_assert_no_error (error);
  return id;
}

/* As a new idea: the refused record goes with the queued idea, not before. */
static void
test_new_idea (Fixture *f, gconstpointer data)
{
  g_autoptr (JipRefused) refused = wait_refused (&f->home);

  type (&f->home, WRITER, "쓰던 글");
  g_assert_true (take_over (&f->home, refused, WRITER));
  take_over (&f->home, refused, WRITER);
  g_autofree char *text = scratch_text (&f->home, WRITER);
  g_assert_cmpstr (text, ==, "쓰던 글\n\n" HOME);
  g_assert_cmpuint (jip_client_get_refused (f->home.client), ==, 1);
  g_autofree char *id = submit (&f->home, text);
  g_assert_cmpuint (jip_client_get_refused (f->home.client), ==, 0);
  g_assert_null (scratch_text (&f->home, WRITER));
  wait_body (&f->office, id, text);
}

/* A text that was deleted again is no longer what was refused. */
static void
test_deleted (Fixture *f, gconstpointer data)
{
  g_autoptr (JipRefused) refused = wait_refused (&f->home);

  g_assert_false (take_over (&f->home, refused, WRITER));
  type (&f->home, WRITER, "");
  type (&f->home, WRITER, "다른 글");
  g_autofree char *id = submit (&f->home, "다른 글");
  wait_body (&f->office, id, "다른 글");
  g_assert_cmpuint (jip_client_get_refused (f->home.client), ==, 1);
}

/* Put away meanwhile: what is refused next has its number, and stays. */
static void
test_same_number (Fixture *f, gconstpointer data)
{
  g_autoptr (JipRefused) refused = wait_refused (&f->home);
  gint64 key = jip_refused_get_key (refused);

  take_over (&f->home, refused, WRITER);
  put_away (&f->home, refused);
  edit (&f->home, f->idea, 1, FIRST, "또 다른 글");
  wait_until (jip_client_get_refused (f->home.client) == 1);
  g_autoptr (JipRefused) next = wait_refused (&f->home);
  g_assert_cmpint (jip_refused_get_key (next), ==, key);
  g_autofree char *id = submit (&f->home, "새 글");
  wait_body (&f->office, id, "새 글");
  g_assert_cmpuint (jip_client_get_refused (f->home.client), ==, 1);
}

/* A refused comment goes into the box of its idea, and only lists of its idea show it. */
static void
test_comment (Fixture *f, gconstpointer data)
{
  g_autoptr (JipRefused) edit_refused = wait_refused (&f->home);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  const char *nowhere = "01900000-0000-7000-8000-000000000001";

  put_away (&f->home, edit_refused);
  jip_comment_add_async (f->home.client, nowhere, "사라진 아이디어에 단 댓글", NULL, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_autofree char *id = jip_comment_add_finish (f->home.client, result, &error);
  g_assert_no_error (error);
  g_autoptr (JipRefused) refused = wait_refused (&f->home);
  g_assert_false (jip_refused_is_conflict (refused));
  g_assert_cmpstr (jip_refused_get_proposal (refused), ==, nowhere);
  g_autoptr (JipReplicaList) here = jip_refused_list_new_of (f->home.client, nowhere);
  g_autoptr (JipReplicaList) there = jip_refused_list_new_of (f->home.client, f->idea);
  wait_until (n_items (here) == 1 && !jip_replica_list_get_loading (there));
  g_assert_cmpuint (n_items (there), ==, 0);

  g_clear_object (&result);
  take_over (&f->home, refused, "board/comment/x");
  jip_comment_add_async (f->home.client, f->idea, "사라진 아이디어에 단 댓글", "board/comment/x", NULL,
                         done_cb, &result);
  wait_until (result != NULL);
  g_autofree char *second = jip_comment_add_finish (f->home.client, result, &error);
  g_assert_no_error (error);
  wait_until (jip_client_get_pending (f->home.client) == 0);
  g_assert_cmpuint (jip_client_get_refused (f->home.client), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/settle/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("merge", test_merge);
  ADD ("newer-text", test_newer_text);
  ADD ("newer-text-meanwhile", test_newer_text_meanwhile);
  ADD ("again", test_again);
  ADD ("restart", test_restart);
  ADD ("keep-theirs", test_keep_theirs);
  ADD ("new-idea", test_new_idea);
  ADD ("deleted", test_deleted);
  ADD ("same-number", test_same_number);
  ADD ("comment", test_comment);
  return g_test_run ();
}
