/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attached files between desktops and a real server: rows before files, cuts on both ways, restarts, what is hostile, and
 * the cache. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "jip-blob-op.h"
#include "jip-comment-add-op.h"
#include "jip-error.h"
#include "jip-file-cache.h"
#include "jip-file-op.h"
#include "jip-file-rules.h"
#include "jip-proposal-submit-op.h"
#include "jip-record-lists.h"
#include "jip-scratch.h"
#include "jip-settle-op.h"
#include "sync-fixture.h"

#define USERS \
  "login,name,department,roles,password\n" \
  "kim,김하늘,재무과,staff,pw-kim-1\n" \
  "lee,이바다,도서관과,staff,pw-lee-1\n"
#define MIB (1024 * 1024)
#define N_PARTS 3 /* of SIZE: the last one is short */
#define SIZE (9 * MIB + 11)

static char *
make_file (const char *folder, const char *name, gsize size, guint seed)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autofree guint32 *words = g_malloc (size + 4);

  for (gsize i = 0; i < size / 4 + 1; i++)
    words[i] = (guint32) i * 2654435761u + seed;
  g_assert_true (g_file_set_contents (path, (const char *) words, (gssize) size, NULL));
  return path;
}

static JipFileRef *
try_stage (Desk *desk, const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;

  jip_file_stage_async (desk->client, file, NULL, done_cb, &result);
  wait_until (result != NULL);
  return jip_file_stage_finish (desk->client, result, error);
}

/* Chooses a file and submits an idea with it. */
static char *
submit_with (Desk *desk, const char *path, char **sha256)
{
  g_autoptr (GPtrArray) files = jip_file_refs_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  JipFileRef *ref = try_stage (desk, path, &error);

  g_assert_no_error (error);
  if (sha256 != NULL)
    *sha256 = g_strdup (ref->sha256);
  g_ptr_array_add (files, ref);
  jip_proposal_submit_with_files_async (desk->client, "proposal", NULL, "자료를 붙인 제안", NULL, NULL, FALSE,
                                        files, "board/writer", NULL, done_cb, &result);
  wait_until (result != NULL);
  char *id = jip_proposal_submit_finish (desk->client, result, &error);
  g_assert_no_error (error);
  return id;
}

/* Several files that were chosen for a text come at the same time, and some of them twice. */
static void
test_list (void)
{
  Site *site = site_new (USERS);
  Desk kim;
  GAsyncResult *results[2 * JIP_FILE_MAX_ATTACHED + 1] = { NULL };
  g_autoptr (GAsyncResult) read = NULL;
  guint n_full = 0;

  desk_open (&kim, site, "kim");
  JipScratch *scratch = jip_client_get_scratch (kim.client);
  jip_scratch_set (scratch, "board/comment/x/files", "");
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autofree char *name = g_strdup_printf ("자료 %u.pdf", i / 2);
      g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);
      g_autoptr (JipFileRef) ref = jip_file_ref_new (sha256, 1, name, "application/pdf");
      jip_file_list_add_async (kim.client, "board/comment/x", ref, NULL, done_cb, &results[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;
      wait_until (results[i] != NULL);
      gboolean added = jip_file_list_add_finish (kim.client, results[i], &error);
      g_assert_true (added || g_error_matches (error, JIP_ERROR, JIP_ERROR_LIMIT));
      n_full += !added;
      g_object_unref (results[i]);
    }
  g_assert_cmpuint (n_full, ==, 1);
  jip_scratch_get_async (scratch, "board/comment/x/files", NULL, done_cb, &read);
  wait_until (read != NULL);
  g_autofree char *text = jip_scratch_get_finish (scratch, read, NULL);
  g_autoptr (GPtrArray) files = jip_file_refs_from_text (text);
  g_assert_cmpuint (files->len, ==, JIP_FILE_MAX_ATTACHED);
  desk_close (&kim);
  site_free (site);
}

static JipAttachment *
first_of (JipReplicaList *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (list)) > 0 ? g_list_model_get_item (G_LIST_MODEL (list), 0)
                                                            : NULL;
}

static gboolean
has_arrived (JipReplicaList *list)
{
  g_autoptr (JipAttachment) first = first_of (list);

  return first != NULL && jip_attachment_get_arrived (first);
}

static char *
fetch (Desk *desk,
       const char *sha256,
       GFileProgressCallback progress,
       gpointer data,
       GCancellable *stop,
       GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  jip_blob_fetch_async (desk->client, sha256, progress, data, stop, done_cb, &result);
  wait_until (result != NULL);
  return jip_blob_fetch_finish (desk->client, result, error);
}

static void
assert_same_file (const char *a, const char *b)
{
  g_autofree char *one = NULL, *two = NULL;
  gsize n_one = 0, n_two = 0;

  g_assert_true (g_file_get_contents (a, &one, &n_one, NULL));
  g_assert_true (g_file_get_contents (b, &two, &n_two, NULL));
  g_assert_cmpmem (one, n_one, two, n_two);
}

/* The text and the row are with the readers while the file is still on its way; then it turns into the file by itself. */
static void
test_row_first (void)
{
  Site *site = site_new (USERS);
  g_autofree char *sha256 = NULL;
  g_autoptr (GError) error = NULL;
  JipFileSending sending;
  Desk kim, lee;

  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  g_autofree char *path = make_file (kim.folder, "계획서.pdf", SIZE, 1);
  g_atomic_int_set (&site->cut_upload, 5 * 1024);
  g_autofree char *idea = submit_with (&kim, path, &sha256);
  g_autoptr (JipReplicaList) own = jip_attachment_list_new (kim.client, idea);
  g_autoptr (JipReplicaList) seen = jip_attachment_list_new (lee.client, idea);
  wait_until (n_items (own) == 1);
  wait_until (n_items (seen) == 1);
  wait_until (jip_client_get_pending (kim.client) == 0);
  g_autoptr (JipAttachment) row = first_of (seen);
  g_assert_cmpstr (jip_attachment_get_name (row), ==, "계획서.pdf");
  g_assert_cmpstr (jip_attachment_get_media_type (row), ==, "application/pdf");
  g_assert_cmpint (jip_attachment_get_size (row), ==, SIZE);
  g_assert_false (jip_attachment_get_arrived (row));
  g_assert_true (jip_client_get_file_sending (kim.client, sha256, &sending));
  g_assert_false (jip_client_get_file_sending (lee.client, sha256, &sending));
  g_assert_null (fetch (&lee, sha256, NULL, NULL, NULL, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_NOT_FOUND);
  g_clear_error (&error);

  wait_until (has_arrived (seen));
  wait_until (has_arrived (own));
  wait_until (!jip_client_get_file_sending (kim.client, sha256, &sending));
  g_autofree char *fetched = fetch (&lee, sha256, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_same_file (path, fetched);
  g_assert_cmpint (g_atomic_int_get (&site->n_parts), ==, N_PARTS);
  desk_close (&lee);
  desk_close (&kim);
  site_free (site);
}

/* Nobody needs a server to attach something, and quitting loses nothing. */
static void
test_offline (void)
{
  Site *site = site_new (USERS);
  g_autofree char *sha256 = NULL;
  Desk kim, lee;

  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  site_kill (site);
  g_autofree char *path = make_file (kim.folder, "a.hwpx", 100000, 2);
  g_autofree char *idea = submit_with (&kim, path, &sha256);
  g_assert_cmpint (g_unlink (path), ==, 0); /* the original is not needed any more */
  wait_until (jip_client_get_files (kim.client) == 1);
  desk_stop (&kim);
  site_start (site);
  desk_sign_in (&kim, site, "kim");
  g_autoptr (JipReplicaList) seen = jip_attachment_list_new (lee.client, idea);
  wait_until (has_arrived (seen));
  wait_until (jip_client_get_files (kim.client) == 0);
  g_assert_cmpint (site_ask (site, "SELECT count(*) FROM blob"), ==, 1);
  desk_close (&lee);
  desk_close (&kim);
  site_free (site);
}

typedef struct
{
  const char *name;
  gint64 size;
  JipErrorCode code;
} Hostile;

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* What cannot be attached leaves nothing behind. */
static void
test_hostile_files (void)
{
  static const Hostile files[]
      = { { "empty.pdf", 0, JIP_ERROR_EMPTY }, { "large.bin", JIP_FILE_MAX_SIZE + 1, JIP_ERROR_TOO_LARGE } };
  Site *site = site_new (USERS);
  g_autoptr (GError) error = NULL;
  Desk kim;

  desk_open (&kim, site, "kim");
  g_autofree char *kept = g_build_filename (kim.folder, "kept", jip_client_get_user_id (kim.client), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (kim.folder, files[i].name, NULL);
      int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
      g_assert_cmpint (ftruncate (fd, files[i].size), ==, 0);
      close (fd);
      g_assert_null (try_stage (&kim, path, &error));
      g_assert_error (error, JIP_ERROR, (gint) files[i].code);
      g_clear_error (&error);
      g_assert_cmpuint (count_files (kept), ==, 0);
    }
  g_assert_null (try_stage (&kim, kim.folder, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_null (try_stage (&kim, "/nonexistent/file.pdf", &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_FILE);
  g_clear_error (&error);

  /* a name is made plain, whatever the disk calls the file */
  g_autofree char *turned = make_file (kim.folder,
                                       "송장\xe2\x80\xae"
                                       "fdp.exe",
                                       10, 4);
  g_autoptr (JipFileRef) ref = try_stage (&kim, turned, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ref->name, ==, "송장fdp.exe");
  desk_close (&kim);
  site_free (site);
}

/* A file that is written while it is copied is attached neither as it was nor as it will be. */
static void
test_changed_meanwhile (void)
{
  Site *site = site_new (USERS);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Desk kim;

  desk_open (&kim, site, "kim");
  g_autofree char *kept = g_build_filename (kim.folder, "kept", jip_client_get_user_id (kim.client), NULL);
  g_autofree char *path = make_file (kim.folder, "a.bin", 64 * MIB, 7);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  jip_file_stage_async (kim.client, file, NULL, done_cb, &result);
  int fd = open (path, O_WRONLY | O_APPEND | O_CLOEXEC);
  while (result == NULL)
    {
      g_assert_cmpint (write (fd, "x", 1), ==, 1);
      g_main_context_iteration (NULL, FALSE);
    }
  close (fd);
  g_assert_null (jip_file_stage_finish (kim.client, result, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_VERSION_CONFLICT);
  g_assert_cmpuint (count_files (kept), ==, 0);
  g_clear_error (&error);
  g_autoptr (JipFileRef) ref = try_stage (&kim, path, &error);
  g_assert_no_error (error);
  desk_close (&kim);
  site_free (site);
}

/* What was chosen is what is sent, whatever happens to the original before that. */
static void
test_changed_on_disk (void)
{
  Site *site = site_new (USERS);
  g_autofree char *sha256 = NULL;
  g_autoptr (GError) error = NULL;
  Desk kim, lee;

  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  site_kill (site);
  g_autofree char *path = make_file (kim.folder, "a.txt", 5000, 5);
  g_autofree char *same = make_file (kim.folder, "same.txt", 5000, 5);
  g_autofree char *idea = submit_with (&kim, path, &sha256);
  g_free (make_file (kim.folder, "a.txt", 6000, 6));
  site_start (site);
  g_autoptr (JipReplicaList) seen = jip_attachment_list_new (lee.client, idea);
  jip_client_sync_now (kim.client);
  jip_client_sync_now (lee.client);
  wait_until (has_arrived (seen));
  g_autofree char *fetched = fetch (&lee, sha256, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_same_file (same, fetched);
  desk_close (&lee);
  desk_close (&kim);
  site_free (site);
}

/* A copy that is damaged before it was sent is told of, and never sent again and again. */
static void
test_damaged_copy (void)
{
  Site *site = site_new (USERS);
  g_autofree char *sha256 = NULL;
  JipFileSending sending;
  Desk kim;

  desk_open (&kim, site, "kim");
  site_kill (site);
  g_autofree char *path = make_file (kim.folder, "a.txt", 5000, 7);
  g_autofree char *idea = submit_with (&kim, path, &sha256);
  g_autofree char *copy
      = g_build_filename (kim.folder, "kept", jip_client_get_user_id (kim.client), sha256, NULL);
  g_autofree char *other = make_file (kim.folder, "b.txt", 5000, 8);
  g_assert_cmpint (g_rename (other, copy), ==, 0);
  site_start (site);
  jip_client_sync_now (kim.client);
  wait_until (jip_client_get_file_sending (kim.client, sha256, &sending) && sending.message != NULL);
  wait_until (jip_client_get_pending (kim.client) == 0);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  g_assert_cmpint (site_ask (site, "SELECT count(*) FROM blob"), ==, 0);
  desk_close (&kim);
  site_free (site);
}

/* One that is taken away is not sent any more. */
static void
test_taken_away (void)
{
  Site *site = site_new (USERS);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *sha256 = NULL;
  JipFileSending sending;
  Desk kim, lee;

  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  g_autofree char *path = make_file (kim.folder, "a.bin", SIZE, 9);
  g_atomic_int_set (&site->cut_upload, 1024);
  g_autofree char *idea = submit_with (&kim, path, &sha256);
  wait_until (g_atomic_int_get (&site->cut_upload) == 0);
  g_atomic_int_set (&site->hold_parts, 1); /* or it may be through before it is taken away */
  g_autoptr (JipReplicaList) own = jip_attachment_list_new (kim.client, idea);
  g_autoptr (JipReplicaList) seen = jip_attachment_list_new (lee.client, idea);
  wait_until (n_items (own) == 1);
  wait_until (n_items (seen) == 1);
  g_autoptr (JipAttachment) row = first_of (own);
  jip_attachment_remove_async (kim.client, idea, jip_record_get_id (JIP_RECORD (row)), NULL, done_cb,
                               &result);
  wait_until (result != NULL);
  g_assert_true (jip_attachment_remove_finish (kim.client, result, NULL));
  wait_until (n_items (own) == 0);
  wait_until (n_items (seen) == 0);
  wait_until (jip_client_get_pending (kim.client) == 0);
  g_atomic_int_set (&site->hold_parts, 0);
  wait_until (!jip_client_get_file_sending (kim.client, sha256, &sending) || sending.total == 0);
  g_autofree char *small = make_file (kim.folder, "b.bin", 1000, 10);
  g_autofree char *second = submit_with (&kim, small, NULL);
  g_autoptr (JipReplicaList) seen_second = jip_attachment_list_new (lee.client, second);
  wait_until (has_arrived (seen_second));
  g_assert_cmpint (g_atomic_int_get (&site->n_parts), <, N_PARTS + 1);
  g_assert_cmpint (site_ask (site, "SELECT count(*) FROM blob"), ==, 1);
  desk_close (&lee);
  desk_close (&kim);
  site_free (site);
}

/* Attached and taken away before any of it was sent: it is not shown, and nobody else ever sees it. */
static void
test_taken_away_offline (void)
{
  Site *site = site_new (USERS);
  g_autoptr (GAsyncResult) result = NULL;
  Desk kim, lee;

  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  site_kill (site);
  g_autofree char *path = make_file (kim.folder, "a.bin", 5000, 18);
  g_autofree char *idea = submit_with (&kim, path, NULL);
  g_autoptr (JipReplicaList) own = jip_attachment_list_new (kim.client, idea);
  wait_until (n_items (own) == 1);
  g_autoptr (JipAttachment) row = first_of (own);
  jip_attachment_remove_async (kim.client, idea, jip_record_get_id (JIP_RECORD (row)), NULL, done_cb,
                               &result);
  wait_until (result != NULL);
  g_assert_true (jip_attachment_remove_finish (kim.client, result, NULL));
  wait_until (n_items (own) == 0);
  desk_stop (&kim);
  site_start (site);
  desk_sign_in (&kim, site, "kim");
  wait_until (jip_client_get_pending (kim.client) == 0);
  g_autoptr (JipReplicaList) ideas = JIP_REPLICA_LIST (jip_proposal_list_new (lee.client));
  wait_until (n_items (ideas) == 1);
  g_autoptr (JipReplicaList) seen = jip_attachment_list_new (lee.client, idea);
  wait_until (!jip_replica_list_get_loading (seen));
  g_assert_cmpuint (n_items (seen), ==, 0);
  g_assert_cmpint (site_ask (site, "SELECT count(*) FROM attachment WHERE removed = 1"), ==, 1);
  g_assert_cmpint (site_ask (site, "SELECT count(*) FROM blob"), ==, 0);
  desk_close (&lee);
  desk_close (&kim);
  site_free (site);
}

/* Files of a comment go with it. */
static void
test_comment (void)
{
  Site *site = site_new (USERS);
  g_autoptr (GPtrArray) files = jip_file_refs_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Desk kim, lee;

  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  g_autofree char *idea = desk_submit (&kim, "댓글에 파일");
  g_autoptr (JipReplicaList) comments = jip_comment_list_new (kim.client, idea);
  g_autoptr (JipReplicaList) seen = jip_attachment_list_new (kim.client, idea);
  g_autofree char *path = make_file (lee.folder, "표.csv", 3000, 10);
  g_autofree char *second = make_file (lee.folder, "그림.png", 3000, 11);
  g_ptr_array_add (files, try_stage (&lee, path, &error));
  g_ptr_array_add (files, try_stage (&lee, second, &error));
  g_assert_no_error (error);
  wait_until (jip_client_get_pending (kim.client) == 0);
  jip_comment_add_with_files_async (lee.client, idea, "근거 자료입니다", files, NULL, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_autofree char *comment = jip_comment_add_finish (lee.client, result, &error);
  g_assert_no_error (error);
  wait_until (n_items (seen) == 2);
  wait_until (n_items (comments) == 1);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (JipAttachment) row = g_list_model_get_item (G_LIST_MODEL (seen), i);
      g_assert_cmpstr (jip_attachment_get_comment (row), ==, comment);
    }
  wait_until (has_arrived (seen));
  desk_close (&lee);
  desk_close (&kim);
  site_free (site);
}

/* The connection breaks within a part, and behind one whose answer is lost: no part is sent twice. */
static void
test_cut_upload (void)
{
  for (int lose = 0; lose < 2; lose++)
    {
      Site *site = site_new (USERS);
      Desk kim, lee;

      desk_open (&kim, site, "kim");
      desk_open (&lee, site, "lee");
      g_autofree char *path = make_file (kim.folder, "a.bin", SIZE, 12);
      g_atomic_int_set (lose ? &site->lose_part : &site->cut_upload, lose ? 1 : 3 * MIB);
      g_autofree char *idea = submit_with (&kim, path, NULL);
      g_autoptr (JipReplicaList) seen = jip_attachment_list_new (lee.client, idea);
      wait_until (has_arrived (seen));
      g_assert_cmpint (g_atomic_int_get (&site->n_parts), ==, N_PARTS);
      desk_close (&lee);
      desk_close (&kim);
      site_free (site);
    }
}

typedef struct
{
  GCancellable *stop; /* nullable: cancelled past @stop_at */
  goffset stop_at;
  goffset first, last;
  guint calls;
  Desk *desk; /* nullable: whose cache is emptied at the first call */
} Heard;

static void
emptied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  JipFileUsage usage;

  g_assert_true (jip_client_empty_cache_finish (JIP_CLIENT (source), result, &usage, NULL));
}

static void
heard_cb (goffset done, goffset total, gpointer user_data)
{
  Heard *heard = user_data;

  if (heard->calls++ == 0)
    {
      heard->first = done;
      if (heard->desk != NULL)
        jip_client_empty_cache_async (heard->desk->client, NULL, emptied_cb, NULL);
    }
  heard->last = done;
  g_assert_cmpint (total, ==, SIZE);
  if (heard->stop != NULL && done >= heard->stop_at)
    g_cancellable_cancel (heard->stop);
}

/* A download goes on over a connection that breaks, and after it was stopped; emptying the cache does not disturb it. */
static void
test_cut_download (void)
{
  Site *site = site_new (USERS);
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  Heard broken = { 0 }, stopped = { .stop = stop, .stop_at = 1 }, again = { 0 };
  g_autofree char *sha256 = NULL;
  g_autoptr (GError) error = NULL;
  Desk kim, lee;

  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  g_autofree char *path = make_file (kim.folder, "a.bin", SIZE, 13);
  g_autofree char *idea = submit_with (&kim, path, &sha256);
  g_autoptr (JipReplicaList) seen = jip_attachment_list_new (lee.client, idea);
  g_autofree char *part = g_strdup_printf ("%s/files/%s.part", lee.folder, sha256);
  wait_until (has_arrived (seen));
  g_atomic_int_set (&site->cut_download, 4 * MIB);
  broken.desk = &lee;
  g_autofree char *fetched = fetch (&lee, sha256, heard_cb, &broken, NULL, &error);
  g_assert_no_error (error);
  assert_same_file (path, fetched);
  g_assert_cmpint (g_atomic_int_get (&site->n_downloads), ==, 2);
  g_assert_cmpint (broken.last, ==, SIZE);

  g_assert_cmpint (g_unlink (fetched), ==, 0);
  g_assert_null (fetch (&lee, sha256, heard_cb, &stopped, stop, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_CANCELLED);
  g_clear_error (&error);
  struct stat info;
  g_assert_cmpint (stat (part, &info), ==, 0);
  g_assert_cmpint (info.st_size, >, 0);
  g_free (fetched);
  fetched = fetch (&lee, sha256, heard_cb, &again, NULL, &error);
  g_assert_no_error (error);
  assert_same_file (path, fetched);
  g_assert_cmpint (again.first, >, info.st_size);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));

  /* what was fetched can be saved, and is never a program */
  g_autofree char *copy = g_build_filename (lee.folder, "saved.bin", NULL);
  g_autoptr (GFile) target = g_file_new_for_path (copy);
  g_autoptr (GAsyncResult) result = NULL;
  jip_file_save_async (lee.client, sha256, target, NULL, NULL, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (jip_file_save_finish (lee.client, result, &error));
  assert_same_file (path, copy);
  g_assert_cmpint (stat (copy, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0111, ==, 0);
  desk_close (&lee);
  desk_close (&kim);
  site_free (site);
}

/* Two who want the same file at the same time fetch it once. */
static void
test_two_at_once (void)
{
  Site *site = site_new (USERS);
  g_autoptr (GAsyncResult) one = NULL, two = NULL;
  g_autofree char *sha256 = NULL;
  g_autoptr (GError) error = NULL;
  Desk kim, lee;

  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  g_autofree char *path = make_file (kim.folder, "a.bin", SIZE, 14);
  g_autofree char *idea = submit_with (&kim, path, &sha256);
  g_autoptr (JipReplicaList) seen = jip_attachment_list_new (lee.client, idea);
  wait_until (has_arrived (seen));
  jip_blob_fetch_async (lee.client, sha256, NULL, NULL, NULL, done_cb, &one);
  jip_blob_fetch_async (lee.client, sha256, NULL, NULL, NULL, done_cb, &two);
  wait_until (one != NULL && two != NULL);
  g_autofree char *first = jip_blob_fetch_finish (lee.client, one, &error);
  g_assert_no_error (error);
  g_autofree char *second = jip_blob_fetch_finish (lee.client, two, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first, ==, second);
  assert_same_file (path, first);
  g_assert_cmpint (g_atomic_int_get (&site->n_downloads), ==, 1);
  desk_close (&lee);
  desk_close (&kim);
  site_free (site);
}

/* A server that lost its disk gets the rows and the files again. */
static void
test_restore (void)
{
  Site *site = site_new (USERS);
  g_autofree char *sha256 = NULL;
  g_autofree char *backup = g_dir_make_tmp ("jip-backup-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (backup, "b", NULL);
  Desk kim, lee;

  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  site_jipctl (site, "backup", folder, "--kept", NULL);
  g_autofree char *path = make_file (kim.folder, "a.bin", 200000, 15);
  g_autofree char *idea = submit_with (&kim, path, &sha256);
  g_autoptr (JipReplicaList) seen = jip_attachment_list_new (lee.client, idea);
  wait_until (has_arrived (seen));
  site_lose_disk (site, folder);
  g_assert_cmpint (site_ask (site, "SELECT count(*) FROM blob"), ==, 0);
  desk_sign_in (&kim, site, "kim");
  wait_until (site_ask (site, "SELECT count(*) FROM attachment WHERE arrived = 1") == 1);
  desk_sign_in (&lee, site, "lee");
  wait_until (has_arrived (seen));
  g_assert_cmpint (site_ask (site, "SELECT count(*) FROM blob"), ==, 1);
  desk_close (&lee);
  desk_close (&kim);
  site_free (site);
  remove_tree (backup);
}

/* The backup has the row, and its file is damaged: the desktop that still has it brings it again. */
static void
test_damaged_backup (void)
{
  Site *site = site_new (USERS);
  g_autofree char *sha256 = NULL;
  g_autofree char *backup = g_dir_make_tmp ("jip-backup-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (backup, "b", NULL);
  g_autofree char *blobs = g_build_filename (folder, "blobs", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Desk kim, lee;

  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  g_autofree char *path = make_file (kim.folder, "a.bin", 200000, 15);
  g_autofree char *idea = submit_with (&kim, path, &sha256);
  g_autoptr (JipReplicaList) seen = jip_attachment_list_new (lee.client, idea);
  wait_until (has_arrived (seen));
  site_jipctl (site, "backup", folder, NULL);
  remove_tree (blobs);
  site_lose_disk_and_files (site, folder);
  g_assert_cmpint (site_ask (site, "SELECT count(*) FROM attachment WHERE arrived = 0"), ==, 1);
  jip_client_sync_now (kim.client);
  g_autofree char *there = g_strdup_printf ("%s/blobs/%c%c/%s", site->data, sha256[0], sha256[1], sha256);
  wait_until (site_ask (site, "SELECT count(*) FROM attachment WHERE arrived = 1") == 1);
  g_assert_true (g_file_test (there, G_FILE_TEST_EXISTS));
  jip_blob_fetch_async (lee.client, sha256, NULL, NULL, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_autofree char *fetched = jip_blob_fetch_finish (lee.client, result, &error);
  g_assert_no_error (error);
  assert_same_file (path, fetched);
  desk_close (&lee);
  desk_close (&kim);
  site_free (site);
  remove_tree (backup);
}

static void
put_aged (const char *folder, const char *name, gsize size, time_t age)
{
  g_autofree char *path = make_file (folder, name, size, 16);
  struct utimbuf times = { 1700000000 - age, 1700000000 - age };

  g_assert_cmpint (utime (path, &times), ==, 0);
}

static gboolean
is_there (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* What was used longest ago goes first; what is needed, or being fetched, never. */
static void
test_eviction (void)
{
  g_autofree char *folder = g_dir_make_tmp ("jip-cache-XXXXXX", NULL);
  g_autofree char *running = g_build_filename (folder, "running.part", NULL);
  g_autofree char *needed = g_build_filename (folder, "needed", NULL);
  g_autoptr (GError) error = NULL;
  gboolean busy;

  put_aged (folder, "newest", 1000, 1);
  put_aged (folder, "middle", 1000, 2);
  put_aged (folder, "old", 1000, 3);
  put_aged (folder, "stale.part", 1000, 4);
  put_aged (folder, "needed", 1000, 5);
  put_aged (folder, "running.part", 1000, 6);
  int fd = jip_file_cache_open_part (running, &busy, &error);
  g_assert_no_error (error);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (jip_file_cache_open_part (running, &busy, &error), ==, -1);
  g_assert_no_error (error);
  g_assert_true (busy);

  jip_file_cache_trim (folder, 6000, needed);
  g_assert_cmpint (jip_file_cache_measure (folder), ==, 6000);
  jip_file_cache_trim (folder, 4500, needed);
  g_assert_cmpint (jip_file_cache_measure (folder), ==, 4000);
  g_assert_false (is_there (folder, "stale.part"));
  g_assert_false (is_there (folder, "old"));
  g_assert_true (is_there (folder, "middle"));
  jip_file_cache_trim (folder, 0, needed);
  g_assert_true (is_there (folder, "needed"));
  g_assert_true (is_there (folder, "running.part"));
  g_assert_cmpint (jip_file_cache_measure (folder), ==, 2000);
  close (fd);
  jip_file_cache_trim (folder, 0, NULL);
  g_assert_cmpint (jip_file_cache_measure (folder), ==, 0);
  remove_tree (folder);
}

static JipFileUsage
look (Desk *desk, gboolean empty)
{
  g_autoptr (GAsyncResult) result = NULL;
  JipFileUsage usage;

  if (empty)
    jip_client_empty_cache_async (desk->client, NULL, done_cb, &result);
  else
    jip_client_measure_files_async (desk->client, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_assert_true (empty ? jip_client_empty_cache_finish (desk->client, result, &usage, NULL)
                       : jip_client_measure_files_finish (desk->client, result, &usage, NULL));
  return usage;
}

/* Emptying the cache takes what can be fetched again, and nothing that is still to be sent or that no backup has. */
static void
test_emptying (void)
{
  Site *site = site_new (USERS);
  g_autofree char *sha256 = NULL;
  g_autoptr (GError) error = NULL;
  Desk kim, lee;

  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  g_autofree char *path = make_file (kim.folder, "a.bin", 100000, 17);
  g_autofree char *idea = submit_with (&kim, path, &sha256);
  g_autoptr (JipReplicaList) seen = jip_attachment_list_new (lee.client, idea);
  wait_until (has_arrived (seen));
  g_free (fetch (&lee, sha256, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (look (&lee, FALSE).cached, ==, 100000);
  g_assert_cmpint (look (&lee, TRUE).cached, ==, 0);
  g_assert_cmpint (look (&kim, TRUE).kept, ==, 100000);

  /* its author reads it from there, without a server */
  site_kill (site);
  g_autofree char *own = fetch (&kim, sha256, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_same_file (path, own);
  g_assert_null (fetch (&lee, sha256, NULL, NULL, NULL, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_OFFLINE);

  jip_client_set_cache_limit (lee.client, 1);
  g_assert_cmpint (jip_client_get_cache_limit (lee.client), ==, JIP_FILE_CACHE_MIN);
  jip_client_set_cache_limit (lee.client, G_MAXINT64);
  g_assert_cmpint (jip_client_get_cache_limit (lee.client), ==, JIP_FILE_CACHE_MAX);
  desk_close (&lee);
  desk_close (&kim);
  site_free (site);
}

/* The first start learns what a backup has, the second one forgets it, the third one takes it. A file that nothing refers to
 * tells of each. */
static void
tidy_up (Desk *desk, Site *site, const char *kept)
{
  struct utimbuf old = { 1700000000, 1700000000 };

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GDir) dir = g_dir_open (kept, 0, NULL);
      const char *name;
      while ((name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *path = g_build_filename (kept, name, NULL);
          g_assert_cmpint (utime (path, &old), ==, 0);
        }
      put_aged (kept, "unused", 100, 0);
      desk_stop (desk);
      desk_sign_in (desk, site, "kim");
      wait_until (!is_there (kept, "unused"));
    }
}

static void
put_all_away (Desk *desk)
{
  g_autoptr (JipReplicaList) refused = jip_refused_list_new (desk->client);

  wait_until (!jip_replica_list_get_loading (refused));
  while (n_items (refused) > 0)
    {
      g_autoptr (JipRefused) first = g_list_model_get_item (G_LIST_MODEL (refused), 0);
      g_autoptr (GAsyncResult) result = NULL;
      guint left = n_items (refused) - 1;
      jip_client_dismiss_refused_async (desk->client, jip_refused_get_key (first), NULL, done_cb, &result);
      wait_until (result != NULL);
      g_assert_true (jip_client_dismiss_refused_finish (desk->client, result, NULL));
      wait_until (n_items (refused) == left);
    }
}

/* A file that was refused, before or after it was sent, is kept until its writer has put it away, and no longer. */
static void
test_refused (void)
{
  Site *site = site_new (USERS);
  g_autofree char *sent = NULL, *unsent = NULL;
  g_autofree char *backup = g_dir_make_tmp ("jip-backup-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (backup, "b", NULL);
  g_autoptr (GError) error = NULL;
  Desk kim;

  desk_open (&kim, site, "kim");
  g_autofree char *kept = g_build_filename (kim.folder, "kept", jip_client_get_user_id (kim.client), NULL);
  g_autofree char *path = make_file (kim.folder, "a.bin", 5000, 18);
  g_autofree char *other = make_file (kim.folder, "b.bin", 5000, 19);
  g_autofree char *taken = submit_with (&kim, path, NULL);
  g_autoptr (JipReplicaList) own = jip_attachment_list_new (kim.client, taken);
  wait_until (has_arrived (own));
  site_kill (site);
  g_free (submit_with (&kim, path, &sent));
  site_sql (site, "UPDATE account SET roles = '[\"auditor\"]' WHERE login = 'kim'");
  site_start (site);
  jip_client_sync_now (kim.client);
  wait_until (jip_client_get_refused (kim.client) == 2);
  wait_until (jip_client_get_files (kim.client) == 0);
  g_atomic_int_set (&site->hold_parts, 1);
  g_free (submit_with (&kim, other, &unsent));
  wait_until (jip_client_get_refused (kim.client) == 4);
  g_assert_cmpint (site_ask (site, "SELECT count(*) FROM blob"), ==, 1);
  site_jipctl (site, "backup", folder, "--kept", NULL);
  g_assert_cmpint (look (&kim, TRUE).cached, ==, 0);

  g_clear_object (&own);
  tidy_up (&kim, site, kept);
  g_assert_true (is_there (kept, sent));
  g_assert_true (is_there (kept, unsent));
  g_autofree char *found = fetch (&kim, unsent, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_same_file (other, found);

  put_all_away (&kim);
  tidy_up (&kim, site, kept);
  g_assert_false (is_there (kept, sent));
  g_assert_false (is_there (kept, unsent));
  desk_close (&kim);
  site_free (site);
  remove_tree (backup);
}

/* What was refused with an idea: the first and the second file of three have a copy here. */
static char *
submit_three (Desk *desk, GPtrArray *files)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.bin", i);
      g_autofree char *path = make_file (desk->folder, name, 3000, 20 + i);
      g_ptr_array_add (files, try_stage (desk, path, &error));
      g_assert_no_error (error);
    }
  jip_proposal_submit_with_files_async (desk->client, "proposal", NULL, "거절될 제안", NULL, NULL, FALSE,
                                        files, NULL, NULL, done_cb, &result);
  wait_until (result != NULL);
  char *id = jip_proposal_submit_finish (desk->client, result, &error);
  g_assert_no_error (error);
  const JipFileRef *last = g_ptr_array_index (files, 2);
  g_autofree char *copy
      = g_build_filename (desk->folder, "kept", jip_client_get_user_id (desk->client), last->sha256, NULL);
  g_assert_cmpint (g_unlink (copy), ==, 0);
  return id;
}

static void
take_over (Desk *desk, const char *name, const char *key)
{
  g_autoptr (JipReplicaList) refused = jip_refused_list_new (desk->client);
  g_autoptr (GAsyncResult) result = NULL;

  wait_until (!jip_replica_list_get_loading (refused));
  for (guint i = 0; i < n_items (refused) && result == NULL; i++)
    {
      g_autoptr (JipRefused) each = g_list_model_get_item (G_LIST_MODEL (refused), i);
      if (g_strcmp0 (jip_record_get_string (JIP_RECORD (each), "name"), name) != 0)
        continue;
      jip_settle_take_over_async (desk->client, each, jip_refused_get_summary (each), key, NULL, done_cb,
                                  &result);
      wait_until (result != NULL);
    }
  g_assert_nonnull (result);
  g_assert_true (jip_settle_take_over_finish (desk->client, result, NULL, NULL));
}

static GPtrArray *
read_list (Desk *desk, const char *key)
{
  JipScratch *scratch = jip_client_get_scratch (desk->client);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *files = jip_file_refs_scratch_key (key);

  jip_scratch_get_async (scratch, files, NULL, done_cb, &result);
  wait_until (result != NULL);
  g_autofree char *text = jip_scratch_get_finish (scratch, result, NULL);
  return jip_file_refs_from_text (text);
}

static gboolean
has_file (JipReplicaList *refused, const JipFileRef *file)
{
  for (guint i = 0; i < n_items (refused); i++)
    {
      g_autoptr (JipRefused) each = g_list_model_get_item (G_LIST_MODEL (refused), i);
      if (g_strcmp0 (jip_refused_get_file (each), file->sha256) == 0)
        return TRUE;
    }
  return FALSE;
}

/* An idea that was refused is taken up again: the files that are here go along, and are settled when they are sent. What was
 * taken off the list, or has no copy, stays with what was refused. */
static void
test_taken_over (void)
{
  Site *site = site_new (USERS);
  g_autoptr (GPtrArray) files = jip_file_refs_new ();
  g_autoptr (GAsyncResult) result = NULL;
  Desk kim;

  desk_open (&kim, site, "kim");
  site_kill (site);
  g_free (submit_three (&kim, files));
  site_sql (site, "UPDATE account SET roles = '[\"auditor\"]' WHERE login = 'kim'");
  site_start (site);
  jip_client_sync_now (kim.client);
  wait_until (jip_client_get_refused (kim.client) == 4);
  for (guint i = 0; i < 2; i++) /* the second time changes nothing */
    {
      take_over (&kim, "proposal.submit", "board/writer");
      g_autoptr (GPtrArray) listed = read_list (&kim, "board/writer");
      g_assert_cmpuint (listed->len, ==, 2);
      for (guint j = 0; j < listed->len; j++)
        g_assert_cmpstr (((JipFileRef *) g_ptr_array_index (listed, j))->name, ==,
                         ((JipFileRef *) g_ptr_array_index (files, j))->name);
    }
  g_assert_cmpuint (jip_client_get_refused (kim.client), ==, 4);

  g_autoptr (GPtrArray) going = jip_file_refs_new ();
  g_ptr_array_add (going, jip_file_ref_copy (g_ptr_array_index (files, 0)));
  site_kill (site); /* or it is refused again */
  jip_proposal_submit_with_files_async (kim.client, "proposal", NULL, "다시 낸 제안", NULL, NULL, FALSE,
                                        going, "board/writer", NULL, done_cb, &result);
  wait_until (result != NULL);
  g_free (jip_proposal_submit_finish (kim.client, result, NULL));
  wait_until (jip_client_get_refused (kim.client) == 2);
  g_autoptr (JipReplicaList) left = jip_refused_list_new (kim.client);
  wait_until (!jip_replica_list_get_loading (left));
  g_assert_false (has_file (left, g_ptr_array_index (files, 0)));
  g_assert_true (has_file (left, g_ptr_array_index (files, 1)));
  g_assert_true (has_file (left, g_ptr_array_index (files, 2)));
  g_autoptr (GPtrArray) listed = read_list (&kim, "board/writer");
  g_assert_cmpuint (listed->len, ==, 0);
  desk_close (&kim);
  site_free (site);
}

static void
test_refs (void)
{
  g_autoptr (GPtrArray) files = jip_file_refs_new ();
  g_autofree char *none = jip_file_refs_to_text (files);
  g_autofree char *sha256 = g_strnfill (64, 'a');

  g_assert_cmpstr (none, ==, "");
  g_ptr_array_add (files, jip_file_ref_new (sha256, 7, "계획 “1”.pdf", "application/pdf"));
  g_autofree char *text = jip_file_refs_to_text (files);
  g_autoptr (GPtrArray) back = jip_file_refs_from_text (text);
  g_assert_cmpuint (back->len, ==, 1);
  const JipFileRef *ref = g_ptr_array_index (back, 0);
  g_assert_cmpstr (ref->name, ==, "계획 “1”.pdf");
  g_assert_cmpint (ref->size, ==, 7);
  g_autoptr (GPtrArray) damaged = jip_file_refs_from_text ("[{\"sha256\": \"x\"}, 3, null]");
  g_assert_cmpuint (damaged->len, ==, 0);
  g_autoptr (GPtrArray) nothing = jip_file_refs_from_text (NULL);
  g_assert_cmpuint (nothing->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE); /* no secret service */
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/files/row-first", test_row_first);
  g_test_add_func ("/files/list", test_list);
  g_test_add_func ("/files/offline", test_offline);
  g_test_add_func ("/files/hostile", test_hostile_files);
  g_test_add_func ("/files/changed-meanwhile", test_changed_meanwhile);
  g_test_add_func ("/files/changed-on-disk", test_changed_on_disk);
  g_test_add_func ("/files/damaged-copy", test_damaged_copy);
  g_test_add_func ("/files/taken-away", test_taken_away);
  g_test_add_func ("/files/taken-away-offline", test_taken_away_offline);
  g_test_add_func ("/files/comment", test_comment);
  g_test_add_func ("/files/cut-upload", test_cut_upload);
  g_test_add_func ("/files/cut-download", test_cut_download);
  g_test_add_func ("/files/two-at-once", test_two_at_once);
  g_test_add_func ("/files/restore", test_restore);
  g_test_add_func ("/files/damaged-backup", test_damaged_backup);
  g_test_add_func ("/files/eviction", test_eviction);
  g_test_add_func ("/files/emptying", test_emptying);
  g_test_add_func ("/files/refused", test_refused);
  g_test_add_func ("/files/taken-over", test_taken_over);
  g_test_add_func ("/files/refs", test_refs);
  return g_test_run ();
}
