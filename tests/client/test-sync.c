/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "jip-ballot-submit-op.h"
#include "jip-blob-op.h"
#include "jip-error.h"
#include "jip-event-step-op.h"
#include "jip-generate-op.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-proposal-edit-op.h"
#include "jip-proposal-submit-op.h"
#include "jip-record-lists.h"
#include "sync-fixture.h"

#define USERS \
  "login,name,department,roles,password\n" \
  "kim,김하늘,재무과,staff organiser,pw-kim-1\n" \
  "lee,이바다,도서관과,staff,pw-lee-1\n"

static void
test_sign_in (void)
{
  Site *site = site_new (USERS);
  g_autofree char *url = site_get_url (site);
  g_autofree char *folder = g_dir_make_tmp ("jip-desk-XXXXXX", NULL);
  g_autoptr (JipClient) client = jip_client_new (folder);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  jip_client_sign_in_async (client, url, "kim", "wrong", "test", NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_false (jip_client_sign_in_finish (client, result, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_BAD_CREDENTIALS);
  g_clear_error (&error);
  g_clear_object (&result);

  jip_client_open_last_async (client, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_false (jip_client_open_last_finish (client, result, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_NOT_FOUND);
  g_clear_error (&error);

  Desk desk;
  desk_open (&desk, site, "kim");
  g_assert_cmpstr (jip_client_get_user_name (desk.client), ==, "김하늘");
  g_assert_true (jip_client_has_role (desk.client, "organiser"));
  g_autofree char *id = desk_submit (&desk, "다시 열어도 남는 글");
  wait_until (jip_client_get_pending (desk.client) == 0);

  /* the program ends, the server too: the next start reads the replica */
  site_kill (site);
  g_clear_object (&result);
  jip_client_close_async (desk.client, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_clear_object (&result);
  g_autoptr (JipClient) again = jip_client_new (desk.folder);
  jip_client_open_last_async (again, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_client_open_last_finish (again, result, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (jip_client_get_user_name (again), ==, "김하늘");
  g_assert_nonnull (jip_client_get_secret_note (again));
  g_autoptr (JipProposalList) list = jip_proposal_list_new (again);
  wait_until (n_items (list) == 1);
  g_clear_object (&result);
  jip_client_close_async (again, NULL, done_cb, &result);
  wait_until (result != NULL);
  desk_close (&desk);
  remove_tree (folder);
  site_free (site);
}

static void
test_live (void)
{
  Site *site = site_new (USERS);
  Desk kim, lee;

  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  JipProposalList *seen = jip_proposal_list_new (lee.client);
  wait_until (!jip_replica_list_get_loading (JIP_REPLICA_LIST (seen)));
  for (guint i = 1; i <= 3; i++)
    {
      gint64 start = g_get_monotonic_time ();
      g_autofree char *id = desk_submit (&kim, "모두가 바로 보는 글");
      wait_until (n_items (seen) == i);
      g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
    }
  g_object_unref (seen);
  desk_close (&kim);
  desk_close (&lee);
  site_free (site);
}

static JsonObject *
event_args (const char *event, const char *entry, const char *chair, const char *judge)
{
  g_autofree char *judge_row = jip_id_new ();
  g_autofree char *text = g_strdup_printf (
      "{\"id\":\"%s\",\"title\":\"결선\",\"chair\":\"%s\",\"rules\":{\"categories\":[{\"id\":\"c\",\"name\":\"부문\"}],"
      "\"panels\":[{\"id\":\"expert\",\"name\":\"전문가\",\"weight\":100,\"mode\":\"rubric\",\"criteria\":"
      "[{\"id\":\"idea\",\"name\":\"창의성\",\"max\":100}]}],\"awards\":{\"per_category\":[{\"id\":\"best\",\"name\":"
      "\"최우수\",\"seats\":1}]}},\"entries\":[{\"id\":\"%s\",\"category\":\"c\",\"title\":\"출장비 정산\"}],"
      "\"judges\":[{\"id\":\"%s\",\"user\":\"%s\",\"panel\":\"expert\"}]}",
      event, chair, entry, judge_row, judge);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = jip_json_parse (text, -1, &error);

  g_assert_no_error (error);
  return json_node_dup_object (node);
}

static void
step (Desk *desk, const char *event, const char *name, const char *entry, JipErrorCode *code)
{
  g_autoptr (JsonObject) args = json_object_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (entry != NULL)
    json_object_set_string_member (args, "entry", entry);
  jip_event_step_async (desk->client, event, name, args, NULL, done_cb, &result);
  wait_until (result != NULL);
  jip_event_step_finish (desk->client, result, &error);
  if (code == NULL)
    g_assert_no_error (error);
  else
    *code = jip_error_get_code (error);
}

/* The server stops; an idea, a ballot and a search work; it comes back; each is there once. */
static void
test_offline (void)
{
  Site *site = site_new (USERS);
  g_autofree char *event = jip_id_new (), *entry = jip_id_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  JipErrorCode code;
  Desk kim, lee;

  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  g_autoptr (JsonObject) args
      = event_args (event, entry, jip_client_get_user_id (kim.client), jip_client_get_user_id (lee.client));
  jip_event_create_async (kim.client, args, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_event_create_finish (kim.client, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  step (&kim, event, "reveal", NULL, &code);
  g_assert_cmpint (code, ==, JIP_ERROR_WRONG_STATE);
  step (&kim, event, "open", entry, NULL);

  JipProposalList *ideas = jip_proposal_list_new (lee.client);
  JipReplicaList *judges = jip_judge_list_new (lee.client, event);
  JipReplicaList *ballots = jip_ballot_list_new (lee.client, event);
  wait_until (n_items (judges) == 1);
  site_kill (site);
  wait_until (({
    jip_client_sync_now (lee.client);
    g_main_context_iteration (NULL, TRUE);
    jip_client_get_state (lee.client) == JIP_CLIENT_OFFLINE;
  }));

  g_autofree char *idea = desk_submit (&lee, "끊긴 동안 쓴 하수도 점검 글");
  g_autoptr (JsonObject) scores = json_object_new ();
  json_object_set_string_member (scores, "idea", "88.5");
  jip_ballot_submit_scores_async (lee.client, event, entry, scores, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_autofree char *ballot = jip_ballot_submit_finish (lee.client, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (jip_client_get_pending (lee.client), ==, 2);
  jip_proposal_list_set_search (ideas, "하수");
  wait_until (n_items (ideas) == 1 && n_items (ballots) == 1 && !all_settled (ballots));

  site_start (site);
  wait_until (jip_client_get_pending (lee.client) == 0 && all_settled (ideas) && all_settled (ballots));
  g_assert_cmpuint (jip_client_get_refused (lee.client), ==, 0);
  g_assert_cmpuint (n_items (ideas), ==, 1);
  g_assert_cmpuint (n_items (ballots), ==, 1);
  JipProposalList *others = jip_proposal_list_new (kim.client);
  wait_until (n_items (others) == 1);
  g_object_unref (others);
  g_object_unref (ideas);
  g_object_unref (judges);
  g_object_unref (ballots);
  desk_close (&kim);
  desk_close (&lee);
  site_free (site);
}

static void
test_faults (void)
{
  static const Fault faults[] = { FAULT_RESET, FAULT_DROP, FAULT_DUPLICATE, FAULT_DROP, FAULT_RESET };
  Site *site = site_new (USERS);
  Desk kim, lee;

  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  JipProposalList *mine = jip_proposal_list_new (kim.client), *seen = jip_proposal_list_new (lee.client);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *body = g_strdup_printf ("글 %u", i);
      g_atomic_int_set (&site->fault, (int) faults[i]);
      g_autofree char *id = desk_submit (&kim, body);
      wait_until (jip_client_get_pending (kim.client) == 0 && g_atomic_int_get (&site->fault) == FAULT_NONE);
    }
  wait_until (n_items (seen) == G_N_ELEMENTS (faults) && n_items (mine) == G_N_ELEMENTS (faults)
              && all_settled (mine));
  g_assert_cmpuint (jip_client_get_refused (kim.client), ==, 0);
  g_object_unref (mine);
  g_object_unref (seen);
  desk_close (&kim);
  desk_close (&lee);
  site_free (site);
}

#define FIRST_BODY "처음 글"

/* From what both saw at first. */
static void
edit_body (Desk *desk, const char *id, const char *body)
{
  g_autoptr (JsonObject) fields = json_object_new (), base = json_object_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  json_object_set_string_member (fields, "body", body);
  json_object_set_string_member (base, "body", FIRST_BODY);
  jip_proposal_edit_async (desk->client, id, 1, fields, base, NULL, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_proposal_edit_finish (desk->client, result, &error));
  g_assert_no_error (error);
  wait_until (jip_client_get_pending (desk->client) == 0);
}

/* The same field from two PCs: the second writer is told, with both texts. */
static void
test_conflict (void)
{
  Site *site = site_new (USERS);
  Desk office, home;

  desk_open (&office, site, "kim");
  desk_open (&home, site, "kim");
  g_autofree char *id = desk_submit (&office, FIRST_BODY);
  JipProposalList *seen = jip_proposal_list_new (home.client);
  wait_until (n_items (seen) == 1);
  edit_body (&office, id, "사무실에서 고친 글");
  edit_body (&home, id, "집에서 고친 글");
  g_autoptr (JipReplicaList) refused = jip_refused_list_new (home.client);
  wait_until (n_items (refused) == 1);
  g_autoptr (JipRefused) record = g_list_model_get_item (G_LIST_MODEL (refused), 0);
  g_autofree char *mine = jip_refused_dup_text (record);
  g_autofree char *theirs = jip_refused_dup_server_text (record);
  g_assert_cmpstr (mine, ==, "집에서 고친 글");
  g_assert_cmpstr (theirs, ==, "사무실에서 고친 글");
  g_assert_cmpuint (jip_client_get_refused (office.client), ==, 0);
  g_object_unref (seen);
  desk_close (&office);
  desk_close (&home);
  site_free (site);
}

static void
test_blob (void)
{
  Site *site = site_new (USERS);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gsize size = 5 * 1024 * 1024 + 7;
  g_autofree char *contents = g_malloc (size);
  Desk kim;

  for (gsize i = 0; i < size; i++)
    contents[i] = (char) (i * 31 + i / 4096);
  desk_open (&kim, site, "kim");
  g_autofree char *path = g_build_filename (kim.folder, "slides.pdf", NULL);
  g_assert_true (g_file_set_contents (path, contents, (gssize) size, NULL));
  g_autoptr (GFile) file = g_file_new_for_path (path);
  jip_blob_upload_async (kim.client, file, NULL, NULL, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_autofree char *hash = jip_blob_upload_finish (kim.client, result, &error);
  g_assert_no_error (error);
  g_clear_object (&result);

  /* a part from an earlier attempt is gone on with, where the own copy is gone */
  g_autofree char *kept = g_build_filename (kim.folder, "kept", NULL);
  remove_tree (kept);
  g_autofree char *part = g_strdup_printf ("%s/files/%s.part", kim.folder, hash);
  g_autofree char *files = g_path_get_dirname (part);
  g_mkdir_with_parents (files, 0700);
  g_assert_true (g_file_set_contents (part, contents, 1000000, NULL));
  jip_blob_fetch_async (kim.client, hash, NULL, NULL, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_autofree char *fetched = jip_blob_fetch_finish (kim.client, result, &error);
  g_assert_no_error (error);
  g_autofree char *back = NULL;
  gsize back_size = 0;
  g_assert_true (g_file_get_contents (fetched, &back, &back_size, NULL));
  g_assert_cmpmem (back, back_size, contents, size);
  desk_close (&kim);
  site_free (site);
}

typedef struct
{
  GCancellable *stop; /* nullable: cancelled by the first call past @stop_at */
  goffset stop_at;
  goffset first, last;
  guint calls;
} Heard;

static void
heard_cb (goffset done, goffset total, gpointer user_data)
{
  Heard *heard = user_data;

  if (heard->calls++ == 0)
    heard->first = done;
  heard->last = done;
  if (heard->stop != NULL && done >= heard->stop_at)
    g_cancellable_cancel (heard->stop);
}

/* Kilobytes that the process held at most so far. */
static gint64
peak_memory (void)
{
  g_autofree char *status = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  const char *line = strstr (status, "VmHWM:");
  g_assert_nonnull (line);
  return g_ascii_strtoll (line + strlen ("VmHWM:"), NULL, 10);
}

/* A large file: stopped on the way, gone on with, in little memory and with few words. */
static void
test_large_blob (void)
{
  Site *site = site_new (USERS);
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gsize size = 64 * 1024 * 1024;
  Heard before = { .stop = stop, .stop_at = (goffset) size / 4 }, after = { 0 };
  Desk kim;

  desk_open (&kim, site, "kim");
  g_autofree char *path = g_build_filename (kim.folder, "large.pdf", NULL);
  FILE *out = g_fopen (path, "w");
  for (guint i = 0; i < size / 4096; i++)
    {
      char block[4096] = { 0 };
      memcpy (block, &i, sizeof i);
      g_assert_cmpuint (fwrite (block, 1, sizeof block, out), ==, sizeof block);
    }
  g_assert_cmpint (fclose (out), ==, 0);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  gint64 memory = peak_memory ();

  jip_blob_upload_async (kim.client, file, heard_cb, &before, stop, done_cb, &result);
  wait_until (result != NULL);
  g_assert_null (jip_blob_upload_finish (kim.client, result, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_CANCELLED);
  g_clear_error (&error);
  g_clear_object (&result);
  g_assert_cmpint (before.last, <, size);

  gint64 began = g_get_monotonic_time ();
  jip_blob_upload_async (kim.client, file, heard_cb, &after, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_autofree char *hash = jip_blob_upload_finish (kim.client, result, &error);
  g_assert_no_error (error);
  gint64 took = g_get_monotonic_time () - began;
  g_test_message ("stopped at %" G_GOFFSET_FORMAT ", gone on to %" G_GOFFSET_FORMAT
                  " at first; %u calls in %" G_GINT64_FORMAT " ms; %" G_GINT64_FORMAT " kB more at most",
                  before.last, after.first, after.calls, took / 1000, peak_memory () - memory);
  g_assert_cmpint (after.first, >, before.last);
  g_assert_cmpint (after.last, ==, size);
  g_assert_cmpint (after.calls, <=, took / 100000 + 2);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpint (peak_memory () - memory, <, 48 * 1024);
#endif
  g_autofree char *kept = g_strdup_printf ("%s/kept", kim.folder);
  g_assert_true (g_file_test (kept, G_FILE_TEST_IS_DIR));
  desk_close (&kim);
  site_free (site);
}

static void
failed_cb (JipGenerateOp *op, GError *error, gpointer user_data)
{
  *(GError **) user_data = g_error_copy (error);
}

/* A server without a language model says so; a stopped request says that. */
static void
test_generate (void)
{
  Site *site = site_new (USERS);
  g_autoptr (GError) error = NULL;
  Desk kim;

  desk_open (&kim, site, "kim");
  g_autofree char *draft = jip_id_new ();
  g_autofree char *text = g_strdup_printf (
      "{\"draft\":\"%s\",\"section\":\"body\",\"document_type\":\"press-release\",\"prompt_version\":\"1\","
      "\"inputs\":{\"fields\":{},\"sources\":[]},\"max_tokens\":100}",
      draft);
  g_autoptr (JsonNode) request = jip_json_parse (text, -1, &error);
  g_assert_no_error (error);
  for (int cancelled = 0; cancelled < 2; cancelled++)
    {
      g_autoptr (JipGenerateOp) op = jip_generate_op_new (kim.client, request);
      g_signal_connect (op, "failed", G_CALLBACK (failed_cb), &error);
      jip_generate_op_start (op);
      if (cancelled)
        jip_generate_op_cancel (op);
      wait_until (error != NULL);
      g_assert_true (error->domain == JIP_ERROR);
      g_assert_true ((jip_error_get_code (error) == JIP_ERROR_CANCELLED) == cancelled);
      g_clear_error (&error);
    }
  desk_close (&kim);
  site_free (site);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE); /* no secret service */
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/sign-in", test_sign_in);
  g_test_add_func ("/sync/live", test_live);
  g_test_add_func ("/sync/offline", test_offline);
  g_test_add_func ("/sync/faults", test_faults);
  g_test_add_func ("/sync/conflict", test_conflict);
  g_test_add_func ("/sync/blob", test_blob);
  g_test_add_func ("/sync/large-blob", test_large_blob);
  g_test_add_func ("/sync/generate", test_generate);
  return g_test_run ();
}
