/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "jip-ballot-submit-op.h"
#include "jip-client-private.h"
#include "jip-comment-add-op.h"
#include "jip-draft-save-op.h"
#include "jip-event-step-op.h"
#include "jip-error.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-migrations.h"
#include "jip-page-apply.h"
#include "jip-proposal-submit-op.h"
#include "jip-quarantine.h"
#include "jip-record-lists.h"
#include "jip-replica-rows.h"
#include "jip-vote-set-op.h"

#define USER "018f0000-0000-7000-8000-000000000001"
#define EVENT "018f0000-0000-7000-8000-0000000000e0"
#define ENTRY "018f0000-0000-7000-8000-0000000000e1"
#define JUDGE "018f0000-0000-7000-8000-0000000000f1"
#define DRAFT "018f0000-0000-7000-8000-0000000000d1"
#define EPOCH "018f0000-0000-7000-8000-0000000000aa"

typedef struct
{
  char *folder;
  JipClient *client;
} Fixture;

static gboolean
prepare (JipDatabase *database, gpointer data, GError **error)
{
  return jip_meta_set (database, "user",
                       "{\"id\":\"" USER "\",\"name\":\"김하늘\",\"department_name\":\"재무과\"}", error)
         && jip_meta_set (database, "replica", "018f0000-0000-7000-8000-0000000000bb", error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) user
      = jip_json_parse ("{\"id\":\"" USER "\",\"name\":\"김하늘\",\"department_name\":\"재무과\"}", -1, NULL);

  f->folder = g_dir_make_tmp ("jip-client-XXXXXX", &error);
  g_assert_no_error (error);
  f->client = jip_client_new (f->folder);
  g_autofree char *replica = g_build_filename (f->folder, "replica", NULL);
  f->client->local = jip_local_open (replica, &error);
  g_assert_no_error (error);
  f->client->user = json_node_dup_object (user);
  jip_local_write_sync (f->client->local, prepare, NULL, &error);
  g_assert_no_error (error);
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

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static gboolean
timed_out_cb (gpointer data)
{
  g_error ("the awaited state did not come");
  return G_SOURCE_REMOVE;
}

#define wait_until(condition) \
  G_STMT_START \
  { \
    guint guard = g_timeout_add_seconds (30, timed_out_cb, NULL); \
    while (!(condition)) \
      g_main_context_iteration (NULL, TRUE); \
    g_source_remove (guard); \
  } \
  G_STMT_END

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  jip_client_close_async (f->client, NULL, done_cb, &result);
  g_assert_true (jip_client_close_finish (f->client, wait_for (&result), &error));
  g_clear_object (&result);
  JipClient *client = f->client;
  g_object_add_weak_pointer (G_OBJECT (client), (gpointer *) &f->client);
  g_object_unref (client);
  guint tick = g_timeout_add (20, tick_cb, NULL); /* threads let go of it in their own time */
  wait_until (f->client == NULL);
  g_source_remove (tick);
  remove_tree (f->folder);
  g_free (f->folder);
}

static char *
submit (Fixture *f, const char *body)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  jip_proposal_submit_async (f->client, "proposal", NULL, body, NULL, NULL, FALSE, NULL, NULL, done_cb,
                             &result);
  char *id = jip_proposal_submit_finish (f->client, wait_for (&result), &error);
  g_assert_no_error (error);
  return id;
}

static JipProposal *
proposal_at (JipProposalList *list, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (list), position);
}

static guint
n_items (gpointer list)
{
  return g_list_model_get_n_items (list);
}

/* A page as the server would send it. */
typedef struct
{
  JipPage *page;
  gboolean snapshot;
  GHashTable *tables;
} Paging;

static gboolean
run_page (JipDatabase *database, gpointer data, GError **error)
{
  Paging *paging = data;
  return jip_page_apply (database, paging->page, paging->snapshot, paging->tables, error);
}

static void
apply (Fixture *f, const char *changes, gint64 last_n)
{
  g_autofree char *text = g_strdup_printf ("{\"changes\":[%s],\"cursor\":\"c\",\"last_n\":%" G_GINT64_FORMAT
                                           ",\"safe_n\":0,\"seq\":9,\"epoch\":\"" EPOCH
                                           "\",\"more\":false,\"server_time\":\"2026-07-22T05:03:11.250Z\"}",
                                           changes, last_n);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = jip_json_parse (text, -1, &error);
  g_assert_no_error (error);
  g_autoptr (JipPage) page = jip_page_from_json (node, &error);
  g_assert_no_error (error);
  g_autoptr (GHashTable) tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Paging paging = { page, FALSE, tables };
  jip_local_write_sync (f->client->local, run_page, &paging, &error);
  g_assert_no_error (error);
  jip_client_table_changed (f->client, "");
}

static char *
proposal_change (const char *id, const char *title, const char *body, int votes, int second)
{
  return g_strdup_printf (
      "{\"seq\":5,\"table\":\"proposal\",\"op\":\"put\",\"id\":\"%s\",\"row\":{\"id\":\"%s\",\"kind\":\"proposal\","
      "\"title\":\"%s\",\"body\":\"%s\",\"category\":null,\"department\":null,\"anonymous\":false,\"author\":\"" USER
      "\",\"author_name\":\"김하늘\",\"author_department\":null,\"state\":\"received\",\"version\":1,\"votes\":%d,"
      "\"comments\":0,\"received_at\":\"2026-07-22T05:%02d:%02d.000Z\",\"updated_at\":\"2026-07-22T05:03:11.250Z\"}}",
      id, id, title, body, votes, second / 60 % 60, second % 60);
}

static void
test_overlay (Fixture *f, gconstpointer data)
{
  g_autoptr (JipProposalList) list = jip_proposal_list_new (f->client);
  g_autofree char *id = submit (f, "출장비 정산을 사진 한 장으로\n둘째 줄");

  wait_until (n_items (list) == 1);
  g_autoptr (JipProposal) local = proposal_at (list, 0);
  g_assert_true (jip_record_get_pending (JIP_RECORD (local)));
  g_assert_cmpstr (jip_proposal_get_display_title (local), ==, "출장비 정산을 사진 한 장으로");
  g_assert_true (jip_proposal_get_mine (local));
  g_assert_cmpuint (jip_client_get_pending (f->client), ==, 1);

  g_autoptr (GAsyncResult) result = NULL;
  jip_vote_set_async (f->client, id, TRUE, NULL, done_cb, &result);
  g_assert_true (jip_vote_set_finish (f->client, wait_for (&result), NULL));
  g_clear_object (&result);
  jip_comment_add_async (f->client, id, "좋습니다", NULL, NULL, done_cb, &result);
  g_autofree char *comment = jip_comment_add_finish (f->client, wait_for (&result), NULL);
  g_assert_nonnull (comment);
  g_autoptr (JipProposal) now = NULL;
  wait_until (({
    g_clear_object (&now);
    now = proposal_at (list, 0);
    jip_proposal_get_comments (now) == 1;
  }));
  g_assert_cmpint (jip_proposal_get_votes (now), ==, 1);
  g_assert_true (jip_proposal_get_voted (now));

  /* the server has the idea but not yet the vote */
  g_autofree char *change = proposal_change (id, "제목", "본문", 4, 1);
  apply (f, change, 1);
  wait_until (({
    g_clear_object (&now);
    now = proposal_at (list, 0);
    jip_proposal_get_votes (now) == 5;
  }));
  g_assert_true (jip_record_get_pending (JIP_RECORD (now)));
  apply (f, "", 3);
  wait_until (({
    g_clear_object (&now);
    now = proposal_at (list, 0);
    jip_proposal_get_votes (now) == 4;
  }));
  g_assert_false (jip_record_get_pending (JIP_RECORD (now)));
}

static gboolean
run_refusal (JipDatabase *database, gpointer data, GError **error)
{
  g_autoptr (JsonNode) node = jip_json_parse (
      "{\"verdicts\":[{\"n\":1,\"status\":\"rejected\",\"code\":\"forbidden\",\"message\":\"no\","
      "\"receipt\":\"r\"}],\"last_n\":1,\"seq\":1,\"epoch\":\"" EPOCH "\"}",
      -1, error);
  g_autoptr (JipPushAnswer) answer = jip_push_answer_from_json (node, error);

  return answer != NULL && jip_outbox_apply_answer (database, answer, error)
         && jip_outbox_count (database, data, error);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (JipProposalList) list = jip_proposal_list_new (f->client);
  g_autoptr (JipReplicaList) refused = jip_refused_list_new (f->client);
  g_autofree char *id = submit (f, "오래 쓴 글");
  JipOutboxCounts counts;
  g_autoptr (GError) error = NULL;

  wait_until (n_items (list) == 1);
  jip_local_write_sync (f->client->local, run_refusal, &counts, &error);
  g_assert_no_error (error);
  jip_client_set_counts (f->client, counts);
  jip_client_table_changed (f->client, "");
  wait_until (n_items (list) == 0 && n_items (refused) == 1);
  g_assert_cmpuint (jip_client_get_pending (f->client), ==, 0);
  g_assert_cmpuint (jip_client_get_refused (f->client), ==, 1);
  g_autoptr (JipRefused) record = g_list_model_get_item (G_LIST_MODEL (refused), 0);
  g_assert_cmpstr (jip_refused_get_summary (record), ==, "오래 쓴 글");
  g_autofree char *text = jip_refused_dup_text (record);
  g_assert_cmpstr (text, ==, "오래 쓴 글");

  g_autoptr (GAsyncResult) result = NULL;
  jip_client_dismiss_refused_async (f->client, jip_refused_get_key (record), NULL, done_cb, &result);
  g_assert_true (jip_client_dismiss_refused_finish (f->client, wait_for (&result), &error));
  wait_until (n_items (refused) == 0);
}

static void
fill (Fixture *f, int count)
{
  g_autoptr (GString) changes = g_string_new (NULL);

  for (int i = 0; i < count; i++)
    {
      g_autofree char *id = g_strdup_printf ("018f0000-0000-7000-8000-%012x", 0x1000 + i);
      g_autofree char *title = g_strdup_printf (i % 3 == 0 ? "예산 절감 %d" : "당직표 편성 %d", i);
      g_autofree char *change = proposal_change (id, title, "본문입니다", i % 7, i);
      g_string_append_printf (changes, "%s%s", i > 0 ? "," : "", change);
    }
  apply (f, changes->str, 0);
}

static void
changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  guint *sum = user_data;

  sum[0] += removed;
  sum[1] += added;
}

static void
test_list (Fixture *f, gconstpointer data)
{
  g_autoptr (JipProposalList) list = jip_proposal_list_new (f->client);
  guint sum[2] = { 0 };

  fill (f, 300);
  wait_until (n_items (list) == 100);
  g_assert_cmpuint (jip_replica_list_get_total (JIP_REPLICA_LIST (list)), ==, 300);
  while (n_items (list) < 300)
    {
      g_autoptr (JipProposal) last = proposal_at (list, n_items (list) - 1);
      g_assert_nonnull (last);
      g_main_context_iteration (NULL, TRUE);
    }

  /* one changed row and one new one: no more than that is told */
  g_signal_connect (list, "items-changed", G_CALLBACK (changed_cb), sum);
  g_autofree char *change = proposal_change ("018f0000-0000-7000-8000-000000001005", "새 제목", "본문", 0, 5);
  apply (f, change, 0);
  wait_until (sum[1] > 0);
  g_assert_cmpuint (sum[0], ==, 1);
  g_assert_cmpuint (sum[1], ==, 1);
  g_autofree char *id = submit (f, "맨 위의 새 글");
  wait_until (n_items (list) == 301 || sum[1] > 1);
  g_assert_cmpuint (sum[0], ==, 1);
  g_assert_cmpuint (sum[1], ==, 2);
  apply (f,
         "{\"seq\":8,\"table\":\"proposal\",\"op\":\"drop\",\"id\":\"018f0000-0000-7000-8000-000000001009\"}",
         0);
  wait_until (sum[0] == 2);
  g_assert_cmpuint (sum[1], ==, 2);
  g_signal_handlers_disconnect_by_func (list, changed_cb, sum);
}

static void
test_search (Fixture *f, gconstpointer data)
{
  g_autoptr (JipProposalList) list = jip_proposal_list_new (f->client);

  fill (f, 90);
  wait_until (n_items (list) == 90);
  jip_proposal_list_set_search (list, "절감");
  wait_until (n_items (list) == 30);
  jip_proposal_list_set_search (list, "ㄷㅈㅍ");
  wait_until (n_items (list) == 60);
  jip_proposal_list_set_search (list, "없는말");
  wait_until (n_items (list) == 0);
  jip_proposal_list_set_search (list, NULL);
  jip_proposal_list_set_sort (list, JIP_PROPOSAL_SORT_VOTES);
  wait_until (n_items (list) == 90);
  g_autoptr (JipProposal) first = proposal_at (list, 0);
  g_assert_cmpint (jip_proposal_get_votes (first), ==, 6);
  g_autofree char *id = submit (f, "예산 낭비 막기");
  jip_proposal_list_set_search (list, "낭비");
  wait_until (n_items (list) == 1);
  jip_proposal_list_set_kind (list, "request");
  wait_until (n_items (list) == 0);
}

static void
test_ballot (Fixture *f, gconstpointer data)
{
  g_autoptr (JipReplicaList) list = jip_ballot_list_new (f->client, EVENT);
  g_autoptr (JsonObject) scores = json_object_new ();
  g_autoptr (GError) error = NULL;

  apply (f,
         "{\"seq\":1,\"table\":\"judge\",\"op\":\"put\",\"id\":\"" JUDGE "\",\"row\":{\"id\":\"" JUDGE
         "\",\"event\":\"" EVENT "\",\"user\":\"" USER "\",\"panel\":\"expert\",\"label\":\"위원 1\"}}",
         0);
  json_object_set_string_member (scores, "creativity", "38.5");
  json_object_set_int_member (scores, "effect", 20);
  for (int i = 1; i <= 2; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      jip_ballot_submit_scores_async (f->client, EVENT, ENTRY, scores, NULL, done_cb, &result);
      g_autofree char *id = jip_ballot_submit_finish (f->client, wait_for (&result), &error);
      g_assert_no_error (error);
      g_assert_nonnull (id);
    }
  wait_until (n_items (list) == 2);
  g_autoptr (JipBallot) second = g_list_model_get_item (G_LIST_MODEL (list), 1);
  g_autofree char *score = jip_ballot_dup_criterion (second, "creativity");
  g_assert_cmpint (jip_ballot_get_version_number (second), ==, 2);
  g_assert_cmpstr (score, ==, "38.5");
  g_assert_cmpstr (jip_ballot_get_judge (second), ==, JUDGE);

  g_autoptr (GAsyncResult) missing = NULL;
  jip_missing_judges_async (f->client, EVENT, ENTRY, "expert", NULL, done_cb, &missing);
  g_autoptr (GPtrArray) judges = jip_missing_judges_finish (f->client, wait_for (&missing), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (judges->len, ==, 1);

  /* a chair's step needs the server */
  g_autoptr (GAsyncResult) step = NULL;
  jip_event_step_async (f->client, EVENT, "lock", NULL, NULL, done_cb, &step);
  g_assert_false (jip_event_step_finish (f->client, wait_for (&step), &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_OFFLINE);
}

static void
test_draft (Fixture *f, gconstpointer data)
{
  g_autoptr (JipReplicaList) list = jip_draft_list_new (f->client);
  g_autoptr (JsonNode) document = jip_json_parse (
      "{\"format\":\"jip-draft/1\",\"type\":\"press-release\",\"title\":\"제목\",\"sections\":[]}", -1, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      jip_draft_save_async (f->client, id, document, NULL, NULL, NULL, NULL, done_cb, &result);
      g_free (id);
      id = jip_draft_save_finish (f->client, wait_for (&result), &error);
      g_assert_no_error (error);
    }
  wait_until (n_items (list) == 1);
  g_autoptr (JipDraftRecord) draft = NULL;
  wait_until (({
    g_clear_object (&draft);
    draft = g_list_model_get_item (G_LIST_MODEL (list), 0);
    jip_draft_record_get_version (draft) == 2;
  }));
  g_autoptr (GAsyncResult) result = NULL;
  jip_draft_delete_async (f->client, id, NULL, done_cb, &result);
  g_assert_true (jip_draft_delete_finish (f->client, wait_for (&result), &error));
  wait_until (n_items (list) == 0);
}

static JipDraftRecord *
get_draft (JipReplicaList *list, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (list), position);
}

static gboolean
is_typed (JipReplicaList *list, const char *title)
{
  g_autoptr (JipDraftRecord) draft = get_draft (list, 0);

  return draft != NULL && jip_draft_record_get_typed (draft)
         && g_strcmp0 (jip_draft_record_get_title (draft), title) == 0;
}

static char *
make_typed (const char *title, gsize length)
{
  g_autofree char *text = g_strnfill (length, 'x');

  return g_strdup_printf (
      "{\"format\":\"jip-draft/1\",\"type\":\"notice\",\"title\":\"%s\",\"sections\":[{\"id\":\"body\",\"blocks\":"
      "[{\"kind\":\"paragraph\",\"text\":\"%s\"}]}]}",
      title, text);
}

/* What could not be saved is among the drafts until it is saved or put away, and what was saved before comes back then. */
static void
test_typed_draft (Fixture *f, gconstpointer data)
{
  g_autoptr (JipReplicaList) list = jip_draft_list_new (f->client);
  JipScratch *scratch = jip_client_get_scratch (f->client);
  g_autofree char *id = jip_id_new (), *key = jip_draft_dup_typed_key (id), *typed = make_typed ("처음", 20),
                  *large = make_typed ("너무 긴 글", 300 * 1024);
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) none = NULL, saved = NULL, refused = NULL, dropped = NULL;

  jip_scratch_set (scratch, "draft/open", "somewhere notice");
  jip_scratch_set (scratch, "draft/profile", "{\"phone\":\"02-000-0000\"}");
  jip_scratch_set (scratch, key, typed);
  jip_scratch_flush (scratch);
  wait_until (n_items (list) == 1 || (jip_replica_list_read_again (list), FALSE));
  g_assert_true (is_typed (list, "처음"));

  jip_draft_save_typed_async (f->client, id, NULL, done_cb, &saved);
  g_autofree char *saved_id = jip_draft_save_finish (f->client, wait_for (&saved), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (saved_id, ==, id);
  wait_until (n_items (list) == 1 && !is_typed (list, "처음"));
  jip_draft_save_typed_async (f->client, id, NULL, done_cb, &none);
  g_assert_null (jip_draft_save_finish (f->client, wait_for (&none), &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_NOT_FOUND);
  g_clear_error (&error);

  jip_scratch_set (scratch, key, large);
  jip_scratch_flush (scratch);
  wait_until (is_typed (list, "너무 긴 글") || (jip_replica_list_read_again (list), FALSE));
  jip_draft_save_typed_async (f->client, id, NULL, done_cb, &refused);
  g_assert_null (jip_draft_save_finish (f->client, wait_for (&refused), &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_TOO_LARGE);
  g_clear_error (&error);
  jip_client_table_changed (f->client, "draft");
  wait_until (n_items (list) == 1 && is_typed (list, "너무 긴 글"));

  jip_draft_drop_typed_async (f->client, id, NULL, done_cb, &dropped);
  g_assert_true (jip_draft_drop_typed_finish (f->client, wait_for (&dropped), &error));
  wait_until (n_items (list) == 1 && !is_typed (list, "너무 긴 글"));
  g_autoptr (JipDraftRecord) left = get_draft (list, 0);
  g_assert_cmpstr (jip_draft_record_get_title (left), ==, "처음");
}

static gboolean
read_local (JipDatabase *database, gpointer data, GError **error)
{
  char **text = data;
  g_autofree char *key = jip_draft_dup_local_key (*text);

  g_free (*text);
  *text = jip_database_query_text (database, error, "SELECT text FROM scratch WHERE key = $1", "t", key);
  return TRUE;
}

/* The way back from the marks of a draft is written with it, and goes along where a version becomes a draft of its own. */
static void
test_draft_marks (Fixture *f, gconstpointer data)
{
  g_autoptr (JsonNode) document = jip_json_parse (
      "{\"format\":\"jip-draft/1\",\"type\":\"press-release\",\"title\":\"제목\",\"sections\":[]}", -1, NULL);
  g_autofree char *key = jip_draft_dup_local_key (DRAFT);
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) first = NULL, second = NULL;

  jip_scratch_set (jip_client_get_scratch (f->client), key, "older");
  jip_draft_save_async (f->client, DRAFT, document, NULL, NULL, "the way back", NULL, done_cb, &first);
  g_autofree char *id = jip_draft_save_finish (f->client, wait_for (&first), &error);
  g_assert_no_error (error);
  jip_draft_save_as_new_async (f->client, DRAFT, document, NULL, done_cb, &second);
  g_autofree char *fresh = jip_draft_save_finish (f->client, wait_for (&second), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fresh, !=, id);
  jip_scratch_flush (jip_client_get_scratch (f->client));
  g_assert_true (jip_local_write_sync (f->client->local, read_local, &id, &error));
  g_assert_cmpstr (id, ==, "the way back");
  g_assert_true (jip_local_write_sync (f->client->local, read_local, &fresh, &error));
  g_assert_cmpstr (fresh, ==, "the way back");
}

static gboolean
read_newest_args (JipDatabase *database, gpointer data, GError **error)
{
  *(char **) data = jip_database_query_text (
      database, error,
      "SELECT coalesce (args ->> '$.base_version', '-') || ' ' || coalesce (args ->> "
      "'$.base_sha256', '-') FROM outbox ORDER BY n DESC LIMIT 1",
      "");
  return *(char **) data != NULL;
}

static gboolean
set_epoch (JipDatabase *database, gpointer data, GError **error)
{
  return jip_meta_set (database, "epoch", "018f0000-0000-7000-8000-0000000000ee", error);
}

static gboolean
read_seen (JipDatabase *database, gpointer data, GError **error)
{
  *(char **) data = jip_database_query_text (
      database, error, "SELECT args ->> '$.args.seen' FROM outbox ORDER BY n DESC LIMIT 1", "");
  return *(char **) data != NULL;
}

static gboolean
put_draft (JipDatabase *database, gpointer data, GError **error)
{
  g_autoptr (JsonNode) row = jip_json_parse (data, -1, NULL);

  return jip_database_run (database, error, "DELETE FROM outbox", "")
         && jip_database_run (database, error, "DELETE FROM record WHERE tbl = 'draft'", "")
         && jip_replica_row_put (database, JIP_LAYER_BASE, 1, "draft", DRAFT, json_node_get_object (row),
                                 error);
}

static void
expect_save (Fixture *f, JsonNode *document, const char *base, const char *args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *got = NULL;

  jip_draft_save_async (f->client, DRAFT, document, base, NULL, NULL, NULL, done_cb, &result);
  g_autofree char *id = jip_draft_save_finish (f->client, wait_for (&result), &error);
  g_assert_no_error (error);
  jip_local_write_sync (f->client->local, read_newest_args, &got, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (got, ==, args);
}

/* A save is made from the text that its writer had before them, whatever has come to the replica since. */
static void
test_draft_base (Fixture *f, gconstpointer data)
{
  g_autofree char *first = make_typed ("처음", 1), *other = make_typed ("다른 PC", 1),
                  *own = make_typed ("여기", 1);
  g_autoptr (JsonNode) seen = jip_json_parse (first, -1, NULL);
  g_autoptr (JsonNode) typed = jip_json_parse (own, -1, NULL);
  g_autofree char *base = jip_draft_hash (seen), *typed_base = jip_draft_hash (typed);
  g_autofree char *row = g_strdup_printf ("{\"id\":\"" DRAFT "\",\"version\":1,\"document\":%s}", first);
  g_autofree char *newer = g_strdup_printf ("{\"id\":\"" DRAFT "\",\"version\":2,\"document\":%s}", other);
  g_autofree char *behind = g_strconcat ("2 ", typed_base, NULL);
  g_autoptr (GError) error = NULL;

  jip_local_write_sync (f->client->local, put_draft, row, &error);
  g_assert_no_error (error);
  expect_save (f, typed, base, "1 -");
  expect_save (f, seen, typed_base, behind); /* the number of what is not sent is a guess */
  jip_local_write_sync (f->client->local, put_draft, newer, &error);
  g_assert_no_error (error);
  expect_save (f, typed, base, "1 -");
  jip_local_write_sync (f->client->local, put_draft, newer, &error);
  expect_save (f, typed, NULL, "2 -");
}

/* A restored server gives numbers anew: the text says what was seen, also where everything is sent. */
static void
test_draft_deletion (Fixture *f, gconstpointer data)
{
  g_autofree char *text = make_typed ("본 것", 1);
  g_autofree char *row = g_strdup_printf ("{\"id\":\"" DRAFT "\",\"version\":2,\"document\":%s}", text);
  g_autoptr (JsonNode) document = jip_json_parse (text, -1, NULL);
  g_autofree char *hash = jip_draft_hash (document), *wanted = g_strconcat ("2 ", hash, NULL), *got = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  jip_local_write_sync (f->client->local, put_draft, row, &error);
  g_assert_no_error (error);
  jip_draft_delete_async (f->client, DRAFT, NULL, done_cb, &result);
  g_assert_true (jip_draft_delete_finish (f->client, wait_for (&result), &error));
  g_assert_no_error (error);
  jip_local_write_sync (f->client->local, read_newest_args, &got, &error);
  g_assert_cmpstr (got, ==, wanted);
}

/* Who locks has seen the ballots of this server, not of one that was restored since. */
static void
test_lock (Fixture *f, gconstpointer data)
{
  JsonObject *args = json_object_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *got = NULL;

  jip_local_write_sync (f->client->local, set_epoch, NULL, &error);
  g_assert_no_error (error);
  json_object_set_string_member (args, "event", "018f0000-0000-7000-8000-0000000000e1");
  json_object_set_string_member (args, "step", "lock");
  json_object_set_object_member (args, "args", json_object_new ());
  jip_client_mutate_async (f->client, "event.step", args, NULL, NULL, done_cb, &result);
  g_assert_cmpint (jip_client_mutate_finish (f->client, wait_for (&result), NULL, &error), >, 0);
  jip_local_write_sync (f->client->local, read_seen, &got, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (got, ==, "018f0000-0000-7000-8000-0000000000ee");
}

static void
test_bad_args (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  jip_proposal_submit_async (f->client, "proposal", NULL, "", NULL, NULL, FALSE, NULL, NULL, done_cb,
                             &result);
  g_assert_null (jip_proposal_submit_finish (f->client, wait_for (&result), &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_BAD_ARGS);
  g_assert_cmpuint (jip_client_get_pending (f->client), ==, 0);
}

static void
saved_cb (JipScratch *scratch, const char *key, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
test_scratch (Fixture *f, gconstpointer data)
{
  JipScratch *scratch = jip_client_get_scratch (f->client);
  g_autoptr (GAsyncResult) result = NULL;
  gboolean saved = FALSE;
  gint64 start = g_get_monotonic_time ();

  g_signal_connect (scratch, "saved", G_CALLBACK (saved_cb), &saved);
  jip_scratch_set (scratch, "board/writer", "쓰다 만");
  jip_scratch_set (scratch, "board/writer", "쓰다 만 글");
  wait_until (saved);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  jip_scratch_get_async (scratch, "board/writer", NULL, done_cb, &result);
  g_autofree char *text = jip_scratch_get_finish (scratch, wait_for (&result), NULL);
  g_assert_cmpstr (text, ==, "쓰다 만 글");
  g_signal_handlers_disconnect_by_func (scratch, saved_cb, &saved);
}

static gboolean
put_settles (JipDatabase *database, gpointer data, GError **error)
{
  return jip_scratch_write (database, "board/writer/settles", "7-1700000000000", error);
}

static gboolean
count_settles (JipDatabase *database, gpointer data, GError **error)
{
  *(gint64 *) data = jip_database_query_int (
      database, -1, error, "SELECT count(*) FROM scratch WHERE key = 'board/writer/settles'", "");
  return TRUE;
}

/* A box that was emptied, if only for a moment, holds nothing any more of the refused text that was taken up in it. */
static void
test_scratch_emptied (Fixture *f, gconstpointer data)
{
  JipScratch *scratch = jip_client_get_scratch (f->client);
  static const char *const typed[] = { "거절된 글을 고친 글", "" };
  gint64 count;

  g_assert_true (jip_local_write_sync (f->client->local, put_settles, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      jip_scratch_set (scratch, "board/writer", typed[i]);
      jip_scratch_set (scratch, "board/writer", "다른 글");
      jip_scratch_flush (scratch);
      g_assert_true (jip_local_write_sync (f->client->local, count_settles, &count, NULL));
      g_assert_cmpint (count, ==, i == 0 ? 1 : 0);
    }
}

/* Somebody else holds the file for longer than it is waited for. What was typed is kept, whatever is shown by then. */
static void
test_scratch_of_a_failed_write (Fixture *f, gconstpointer data)
{
  JipScratch *scratch = jip_client_get_scratch (f->client);
  g_autoptr (GAsyncResult) result = NULL, kept = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (f->folder, "replica", JIP_STORE_FILE, NULL);
  g_autoptr (JipDatabase) other = jip_database_open_sqlite (path, JIP_DATABASE_READ_WRITE, &error);

  g_assert_no_error (error);
  g_assert_true (jip_database_begin (other, &error));
  jip_scratch_set (scratch, "board/comment/" ENTRY, "댓글");
  jip_comment_add_async (f->client, ENTRY, "댓글", "board/comment/" ENTRY, NULL, done_cb, &result);
  g_autofree char *id = jip_comment_add_finish (f->client, wait_for (&result), &error);
  g_assert_null (id);
  g_clear_error (&error);
  g_assert_true (jip_database_rollback (other, &error));
  jip_scratch_get_async (scratch, "board/comment/" ENTRY, NULL, done_cb, &kept);
  g_autofree char *text = jip_scratch_get_finish (scratch, wait_for (&kept), NULL);
  g_assert_cmpstr (text, ==, "댓글");
}

/* What is on its way to the disk is found, and not what stood there before. */
static void
test_scratch_on_its_way (Fixture *f, gconstpointer data)
{
  JipScratch *scratch = jip_client_get_scratch (f->client);

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *typed = i % 5 < 4 ? g_strdup_printf ("글 %u", i) : NULL;
      g_autoptr (GAsyncResult) result = NULL;
      jip_scratch_set (scratch, "board/writer", typed);
      jip_scratch_flush (scratch);
      jip_scratch_get_async (scratch, "board/writer", NULL, done_cb, &result);
      g_autofree char *text = jip_scratch_get_finish (scratch, wait_for (&result), NULL);
      g_assert_cmpstr (text, ==, typed);
    }
}

static gboolean
run_new_replica (JipDatabase *database, gpointer data, GError **error)
{
  g_autoptr (JipPush) push = NULL;
  g_autofree char *before = jip_meta_get (database, "replica", error);

  if (!jip_outbox_new_replica (database, error))
    return FALSE;
  g_autoptr (GArray) damaged = NULL;
  push = jip_outbox_get_batch (database, 0, &damaged, error);
  g_assert_nonnull (push);
  g_assert_null (damaged);
  g_assert_cmpuint (push->mutations->len, ==, 2);
  g_assert_cmpint (((JipMutation *) g_ptr_array_index (push->mutations, 0))->n, ==, 1);
  g_assert_cmpint (((JipMutation *) g_ptr_array_index (push->mutations, 1))->n, ==, 2);
  g_assert_cmpstr (push->replica, !=, "018f0000-0000-7000-8000-0000000000bb");
  for (guint i = 0; i < push->mutations->len; i++)
    {
      const JipMutation *waits = g_ptr_array_index (push->mutations, i);
      g_assert_null (waits->receipt);
      g_assert_cmpstr (waits->origin_replica, ==, before);
      g_assert_cmpint (waits->origin_n, ==, i + 2);
    }
  return TRUE;
}

static gboolean
run_acknowledge (JipDatabase *database, gpointer data, GError **error)
{
  return jip_database_exec (database, "UPDATE outbox SET status = 'ok' WHERE n = 1", error);
}

static void
test_clone (Fixture *f, gconstpointer data)
{
  g_autofree char *a = submit (f, "하나"), *b = submit (f, "둘"), *c = submit (f, "셋");
  g_autoptr (GError) error = NULL;

  jip_local_write_sync (f->client->local, run_acknowledge, NULL, &error);
  g_assert_no_error (error);
  jip_local_write_sync (f->client->local, run_new_replica, NULL, &error);
  g_assert_no_error (error);
}

static void
submit_six (Fixture *f)
{
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *body = g_strdup_printf ("글 %u", i);
      g_free (submit (f, body));
    }
}

static gboolean
run_damage (JipDatabase *database, gpointer data, GError **error)
{
  return jip_database_exec (
      database,
      "UPDATE outbox SET args = substr (args, 1, 40) WHERE n IN (2, 4, 5);"
      "CREATE TABLE gone (id TEXT); CREATE TRIGGER gone AFTER DELETE ON record WHEN "
      "old.layer = 1 AND old.tbl = 'proposal' BEGIN INSERT INTO gone VALUES (old.id); END",
      error);
}

static gboolean
run_quarantine (JipDatabase *database, gpointer data, GError **error)
{
  g_autoptr (GArray) damaged = NULL, none = NULL;
  g_autoptr (JipPush) push = jip_outbox_get_batch (database, 0, &damaged, error);

  g_assert_nonnull (push);
  g_assert_nonnull (damaged);
  g_assert_cmpuint (damaged->len, ==, 3);
  if (!jip_quarantine_damaged (database, damaged, error))
    return FALSE;
  g_autoptr (JipPush) rest = jip_outbox_get_batch (database, 0, &none, error);
  g_assert_nonnull (rest);
  g_assert_null (none);
  /* 2 is a hole: the server asks for what follows */
  g_assert_cmpuint (rest->mutations->len, ==, 1);
  g_assert_cmpint (jip_database_query_int (database, -1, error, "SELECT count(*) FROM refused", ""), ==, 3);
  g_assert_cmpint (jip_database_query_int (database, -1, error,
                                           "SELECT count(*) FROM record WHERE tbl = 'proposal' AND shown = 1",
                                           ""),
                   ==, 3);
  g_assert_cmpint (jip_database_query_int (database, -1, error, "SELECT count(*) FROM gone", ""), ==, 6);
  return TRUE;
}

/* What the disk has damaged of a queue leaves it at once: the overlay is made anew one time, not once an entry. */
static void
test_damaged (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  submit_six (f);
  jip_local_write_sync (f->client->local, run_damage, NULL, &error);
  g_assert_no_error (error);
  jip_local_write_sync (f->client->local, run_quarantine, NULL, &error);
  g_assert_no_error (error);
}

#define LATER "018f0000-0000-7000-8000-0000000000cc"   /* the epoch after a restore */
#define BETWEEN "018f0000-0000-7000-8000-0000000000dd" /* after the next one */
#define LAST "018f0000-0000-7000-8000-0000000000ee"

/* The verdicts on @first to @last, as the server of @epoch gave them. */
static void
acknowledge (JipDatabase *database, const char *epoch, gint64 first, gint64 last)
{
  g_autoptr (JipPushAnswer) answer = jip_push_answer_new ();
  g_autoptr (GError) error = NULL;

  for (gint64 n = first; n <= last; n++)
    {
      JipVerdict *verdict = jip_verdict_new (n);
      verdict->receipt = g_strdup ("receipt");
      g_ptr_array_add (answer->verdicts, verdict);
    }
  answer->epoch = g_strdup (epoch);
  jip_outbox_apply_answer (database, answer, &error);
  g_assert_no_error (error);
}

static void
turn_page (JipDatabase *database, const char *epoch, gint64 last_n)
{
  g_autofree char *text = g_strdup_printf ("{\"changes\":[],\"cursor\":\"c\",\"last_n\":%" G_GINT64_FORMAT
                                           ",\"safe_n\":0,\"seq\":9,\"epoch\":\"%s\","
                                           "\"more\":false,\"server_time\":\"2026-07-22T05:03:11.250Z\"}",
                                           last_n, epoch);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = jip_json_parse (text, -1, &error);
  g_autoptr (JipPage) page = jip_page_from_json (node, &error);
  g_autoptr (GHashTable) tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_assert_no_error (error);
  jip_page_apply (database, page, FALSE, tables, &error);
  g_assert_no_error (error);
}

static void
assert_next (JipDatabase *database, gint64 first, guint count)
{
  g_autoptr (GArray) damaged = NULL;
  g_autoptr (JipPush) push = jip_outbox_get_batch (database, 0, &damaged, NULL);
  guint found = push != NULL ? push->mutations->len : 0;

  g_assert_cmpuint (found, ==, count);
  if (count > 0)
    g_assert_cmpint (((JipMutation *) g_ptr_array_index (push->mutations, 0))->n, ==, first);
}

static gboolean
run_restore (JipDatabase *database, gpointer data, GError **error)
{
  acknowledge (database, EPOCH, 1, 2);
  assert_next (database, 3, 4);
  turn_page (database, EPOCH, 0); /* the first page of all: whose acknowledgements they were is not known */
  assert_next (database, 1, 6);
  acknowledge (database, EPOCH, 1, 4);
  turn_page (database, EPOCH, 4);
  assert_next (database, 5, 2);
  /* 5 and 6 are on their way; a page tells of the restore */
  turn_page (database, LATER, 0);
  assert_next (database, 1, 6);
  acknowledge (database, EPOCH, 5, 6); /* what the server of before still said counts for nothing now */
  assert_next (database, 1, 6);
  acknowledge (database, LATER, 5, 6); /* neither does it help those in front */
  assert_next (database, 1, 6);
  acknowledge (database, LATER, 1, 3);
  assert_next (database, 4, 3);
  acknowledge (database, LATER, 4, 6);
  assert_next (database, 0, 0);
  acknowledge (database, EPOCH, 5, 6); /* and late again */
  turn_page (database, LATER, 6);
  assert_next (database, 5, 2);
  acknowledge (database, LATER, 5, 6);
  assert_next (database, 0, 0);
  /* restored once more, with no page between: nothing was read in the epoch that the answer is of */
  turn_page (database, LAST, 0);
  acknowledge (database, LAST, 1, 6);
  acknowledge (database, BETWEEN, 3, 4);
  turn_page (database, LAST, 6);
  assert_next (database, 3, 4);
  return TRUE;
}

static gboolean
run_first_page (JipDatabase *database, gpointer data, GError **error)
{
  acknowledge (database, EPOCH, 1, 1);
  turn_page (database, LATER, 0); /* the first one of all, of the restored server */
  assert_next (database, 1, 3);
  acknowledge (database, LATER, 1, 1);
  acknowledge (database, EPOCH, 2, 3); /* was on its way */
  turn_page (database, LATER, 1);
  assert_next (database, 2, 2);
  return TRUE;
}

/* No page had been read when the server was restored: what it acknowledged is shown again, whenever that was heard. */
static void
test_first_page (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *body = g_strdup_printf ("글 %u", i);
      g_free (submit (f, body));
    }
  jip_local_write_sync (f->client->local, run_first_page, NULL, &error);
  g_assert_no_error (error);
}

/* Pushes and pulls go on beside each other: a restore may be noticed by either while the other is on its way. */
static void
test_restore (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  submit_six (f);
  jip_local_write_sync (f->client->local, run_restore, NULL, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/client/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("overlay", test_overlay);
  ADD ("refused", test_refused);
  ADD ("list", test_list);
  ADD ("search", test_search);
  ADD ("ballot", test_ballot);
  ADD ("draft", test_draft);
  ADD ("draft-marks", test_draft_marks);
  ADD ("typed-draft", test_typed_draft);
  ADD ("draft-base", test_draft_base);
  ADD ("draft-deletion", test_draft_deletion);
  ADD ("lock", test_lock);
  ADD ("bad-args", test_bad_args);
  ADD ("scratch", test_scratch);
  ADD ("scratch-emptied", test_scratch_emptied);
  ADD ("scratch-of-a-failed-write", test_scratch_of_a_failed_write);
  ADD ("scratch-on-its-way", test_scratch_on_its_way);
  ADD ("clone", test_clone);
  ADD ("damaged", test_damaged);
  ADD ("restore", test_restore);
  ADD ("first-page", test_first_page);
  return g_test_run ();
}
