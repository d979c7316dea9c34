/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "jip-blob-op.h"
#include "jip-file-op.h"
#include "jip-proposal-submit-op.h"
#include "jip-record-lists.h"
#include "sync-fixture.h"

/* bench-files [MIB]: one line of JSON: a file of the largest size goes from one desktop through a real server to another,
 * over connections that break on both ways: how long, how often each part was sent, and the memory that it took. It ends
 * with an error when a byte is not the same, or a part that the server had was sent again. */

#define USERS \
  "login,name,department,roles,password\n" \
  "kim,김하늘,재무과,staff,pw-kim-1\n" \
  "lee,이바다,도서관과,staff,pw-lee-1\n"
#define MIB (1024 * 1024)
#define PART (4 * MIB)
#define PATIENCE_SECONDS 240

static gboolean
late_cb (gpointer data)
{
  g_error ("not within %d s: %s", PATIENCE_SECONDS, (const char *) data);
  return G_SOURCE_REMOVE;
}

#define wait_long(condition) \
  G_STMT_START \
  { \
    guint guard = g_timeout_add_seconds (PATIENCE_SECONDS, late_cb, (gpointer) G_STRINGIFY (condition)); \
    while (!(condition)) \
      g_main_context_iteration (NULL, TRUE); \
    g_source_remove (guard); \
  } \
  G_STMT_END

static double
seconds_since (gint64 began)
{
  return (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC;
}

/* Kilobytes that a process held at most so far. */
static gint64
peak_memory (const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status", pid);
  g_autofree char *status = NULL;

  g_assert_true (g_file_get_contents (path, &status, NULL, NULL));
  const char *line = strstr (status, "VmHWM:");
  g_assert_nonnull (line);
  return g_ascii_strtoll (line + strlen ("VmHWM:"), NULL, 10);
}

static char *
make_file (const char *folder, guint mib)
{
  char *path = g_build_filename (folder, "가장 큰 자료.bin", NULL);
  FILE *out = g_fopen (path, "w");
  g_autofree guint32 *block = g_malloc (MIB);

  for (guint i = 0; i < mib; i++)
    {
      for (guint j = 0; j < MIB / 4; j++)
        block[j] = (i * MIB + j) * 2654435761u;
      g_assert_cmpuint (fwrite (block, 1, MIB, out), ==, MIB);
    }
  g_assert_cmpint (fclose (out), ==, 0);
  return path;
}

static char *
hash_of (const char *path)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar *block = g_malloc (MIB);
  FILE *in = g_fopen (path, "r");
  gsize n;

  while ((n = fread (block, 1, MIB, in)) > 0)
    g_checksum_update (checksum, block, (gssize) n);
  fclose (in);
  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
has_arrived (JipReplicaList *list)
{
  g_autoptr (JipAttachment) first
      = n_items (list) > 0 ? g_list_model_get_item (G_LIST_MODEL (list), 0) : NULL;

  return first != NULL && jip_attachment_get_arrived (first);
}

static JipFileRef *
stage (Desk *desk, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  jip_file_stage_async (desk->client, file, NULL, done_cb, &result);
  wait_long (result != NULL);
  JipFileRef *ref = jip_file_stage_finish (desk->client, result, &error);
  g_assert_no_error (error);
  return ref;
}

static char *
submit (Desk *desk, JipFileRef *ref)
{
  g_autoptr (GPtrArray) files = jip_file_refs_new ();
  g_autoptr (GAsyncResult) result = NULL;

  g_ptr_array_add (files, ref);
  jip_proposal_submit_with_files_async (desk->client, "proposal", NULL, "가장 큰 자료를 붙입니다.", NULL,
                                        NULL, FALSE, files, NULL, NULL, done_cb, &result);
  wait_long (result != NULL);
  return jip_proposal_submit_finish (desk->client, result, NULL);
}

typedef struct
{
  GCancellable *stop; /* nullable */
  goffset stop_at, first, calls;
} Heard;

static void
heard_cb (goffset done, goffset total, gpointer user_data)
{
  Heard *heard = user_data;

  if (heard->calls++ == 0)
    heard->first = done;
  if (heard->stop != NULL && done >= heard->stop_at)
    g_cancellable_cancel (heard->stop);
}

static char *
fetch (Desk *desk, const char *sha256, Heard *heard, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  jip_blob_fetch_async (desk->client, sha256, heard_cb, heard, heard->stop, done_cb, &result);
  wait_long (result != NULL);
  return jip_blob_fetch_finish (desk->client, result, error);
}

int
main (int argc, char **argv)
{
  guint mib = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 200;
  gint64 size = (gint64) mib * MIB;
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Desk kim, lee;

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE); /* no secret service */
  g_assert_cmpuint (mib, >=, 16);
  Site *site = site_new (USERS);
  int parts_of_file = (int) ((size + PART - 1) / PART);
  desk_open (&kim, site, "kim");
  desk_open (&lee, site, "lee");
  g_autofree char *path = make_file (kim.folder, mib);
  const char *server = g_subprocess_get_identifier (site->process);
  gint64 client_before = peak_memory ("self"), server_before = peak_memory (server);

  gint64 began = g_get_monotonic_time ();
  JipFileRef *ref = stage (&kim, path);
  g_autofree char *sha256 = g_strdup (ref->sha256);
  double staged = seconds_since (began);
  /* at half of the file a part breaks off, at three quarters the answer to one is lost */
  site->whole_parts = parts_of_file / 2;
  site->lose_at = parts_of_file * 3 / 4;
  g_atomic_int_set (&site->cut_upload, MIB);
  began = g_get_monotonic_time ();
  g_autofree char *idea = submit (&kim, ref);
  g_autoptr (JipReplicaList) seen = jip_attachment_list_new (lee.client, idea);
  wait_long (n_items (seen) == 1);
  double row_seen = seconds_since (began);
  gboolean row_first = !has_arrived (seen);
  wait_long (has_arrived (seen));
  double uploaded = seconds_since (began);
  int n_parts = g_atomic_int_get (&site->n_parts);
  guint n_cuts = (g_atomic_int_get (&site->cut_upload) == 0) + (n_parts >= site->lose_at);
  gint64 client_uploading = peak_memory ("self");

  Heard stopped = { .stop = stop, .stop_at = 1 }, whole = { 0 };
  began = g_get_monotonic_time ();
  g_assert_null (fetch (&lee, sha256, &stopped, &error)); /* stopped by a person, and gone on with */
  g_clear_error (&error);
  g_atomic_int_set (&site->cut_download, (int) (size / 2));
  g_autofree char *fetched = fetch (&lee, sha256, &whole, &error);
  g_assert_no_error (error);
  double downloaded = seconds_since (began);
  int n_requests = g_atomic_int_get (&site->n_downloads);
  g_autofree char *hash = hash_of (fetched);
  g_autofree char *original = hash_of (path);

  g_print (
      "{\"bench\":\"files\",\"mib\":%u,\"stage_s\":%.2f,\"row_seen_s\":%.2f,\"row_before_file\":%s,"
      "\"upload_s\":%.2f,\"upload_cuts\":%u,\"parts\":%d,\"parts_of_file\":%d,\"download_s\":%.2f,"
      "\"download_requests\":%d,\"resumed_at_mib\":%.1f,\"same_hash\":%s,\"client_kib_before\":%" G_GINT64_FORMAT
      ",\"client_kib_uploading\":%" G_GINT64_FORMAT ",\"client_kib_peak\":%" G_GINT64_FORMAT
      ",\"server_kib_before\":%" G_GINT64_FORMAT ",\"server_kib_peak\":%" G_GINT64_FORMAT "}\n",
      mib, staged, row_seen, row_first ? "true" : "false", uploaded, n_cuts, n_parts, parts_of_file,
      downloaded, n_requests, (double) whole.first / MIB, g_str_equal (hash, original) ? "true" : "false",
      client_before, client_uploading, peak_memory ("self"), server_before, peak_memory (server));
  gboolean good = g_str_equal (hash, original) && g_str_equal (hash, sha256) && n_parts == parts_of_file
                  && n_cuts == 2 && row_first && whole.first > stopped.first && n_requests == 3;
  desk_close (&lee);
  desk_close (&kim);
  site_free (site);
  return good ? 0 : 1;
}
