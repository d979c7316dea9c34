/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A replica whose log the disk damaged: what was written after the damage is there too, and the newest state of each thing.
 * What a power cut, a kill or another program leaves is taken for no damage. */
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "jip-error.h"
#include "jip-json.h"
#include "jip-local.h"
#include "jip-log-frames.h"
#include "jip-migrations.h"
#include "jip-outbox.h"
#include "jip-replica-open.h"

#define LOG_HEADER 32u
#define FRAME_HEADER 24u
#define FRAME (FRAME_HEADER + JIP_LOG_PAGE_SIZE)
#define SECTOR 512u
#define N_IDEAS 14
#define SEED 20261128
#define path_in(folder, name) g_build_filename (folder, name, NULL)
#define says_all_is_kept(note) (strstr (note, "All that was not sent") != NULL)
#define REPLICA "018f0000-0000-7000-8000-0000000000bb"

typedef struct
{
  char *folder;
  char *file, *log; /* their bytes, with every transaction in the log */
  gsize file_length, log_length;
  GStrv own; /* what must not be lost */
  guint n_frames;
} Fixture;

static gboolean
begin (JipDatabase *database, gpointer data, GError **error)
{
  g_autofree char *filler = g_strnfill (700, 'x');

  if (!jip_meta_set (database, "user",
                     "{\"id\":\"018f0000-0000-7000-8000-000000000001\",\"name\":\"김하늘\"}", error)
      || !jip_meta_set (database, "replica", REPLICA, error) || !jip_meta_set (database, "epoch", "e", error))
    return FALSE;
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *key = g_strdup_printf ("comment/%u", i);
      if (!jip_database_run (database, error, "INSERT INTO scratch VALUES ($1, $2)", "tt", key, filler))
        return FALSE;
    }
  return TRUE;
}

/* One transaction of a day: an idea is queued, a text is typed, and now and then a verdict comes and a backup covers it. */
static gboolean
work (JipDatabase *database, gpointer data, GError **error)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *filler = g_strnfill (i % 5 == 4 ? 6000 : 500, 'y');
  g_autofree char *text = g_strdup_printf (
      "{\"id\":\"018f0000-0000-7000-8000-00000002%04x\",\"kind\":\"proposal\",\"body\":\"새 제안 %u %s\","
      "\"anonymous\":false}",
      i, i, filler);
  g_autofree char *typed = g_strdup_printf ("쓰던 글 %u", i);
  g_autoptr (JsonNode) args = jip_json_parse (text, -1, error);

  return args != NULL && jip_outbox_add (database, "proposal.submit", args, 1784696591250 + i, error) != 0
         && jip_database_run (
             database, error,
             "INSERT INTO scratch VALUES ('idea', $1) ON CONFLICT (key) DO UPDATE SET text = $1", "t", typed)
         && (i % 4 != 3
             || (jip_database_run (database, error,
                                   "UPDATE outbox SET status = 'ok', receipt = 'r' WHERE n = $1", "i",
                                   (gint64) i)
                 && jip_outbox_set_number (database, "last_n", i - 1, error)
                 && jip_database_run (database, error, "DELETE FROM outbox WHERE n = $1", "i",
                                      (gint64) i - 2)));
}

#define OWN \
  "SELECT 'outbox ' || name || args || at || status FROM outbox UNION ALL SELECT 'scratch ' || key || text FROM " \
  "scratch UNION ALL SELECT 'refused ' || name || args || at || code FROM refused ORDER BY 1"

static gboolean
look (JipDatabase *database, gpointer data, GError **error)
{
  *(GStrv *) data = jip_database_query_texts (database, error, OWN, "");
  return *(GStrv *) data != NULL;
}

static void
write_to (JipLocal *local, JipLocalFunc func, gpointer data)
{
  g_autoptr (GError) error = NULL;

  jip_local_write_sync (local, func, data, &error);
  g_assert_no_error (error);
}

static void
close_local (JipLocal *local)
{
  jip_local_stop (local);
  jip_local_unref (local);
}

static void
remove_folder (const char *folder)
{
  const char *clean[] = { "rm", "-rf", folder, NULL };

  g_spawn_sync (NULL, (char **) clean, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

static JipLocal *
open_local (const char *folder)
{
  g_autoptr (GError) error = NULL;
  JipLocal *local = jip_local_open (folder, &error);

  g_assert_no_error (error);
  return local;
}

static void
read_bytes (Fixture *f)
{
  g_autofree char *file = path_in (f->folder, "jiphyeon.db"), *log = path_in (f->folder, "jiphyeon.db-wal");
  g_autoptr (GError) error = NULL;

  g_free (f->file);
  g_free (f->log);
  g_assert_true (g_file_get_contents (file, &f->file, &f->file_length, &error));
  g_assert_true (g_file_get_contents (log, &f->log, &f->log_length, &error));
  f->n_frames = (guint) ((f->log_length - LOG_HEADER) / FRAME);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("jip-log-XXXXXX", NULL);
  JipLocal *local = open_local (f->folder);

  write_to (local, begin, NULL);
  close_local (local); /* which leaves no log */
  local = open_local (f->folder);
  for (guint i = 1; i <= N_IDEAS; i++)
    write_to (local, work, GUINT_TO_POINTER (i));
  write_to (local, look, &f->own);
  read_bytes (f);
  g_assert_cmpuint (f->n_frames, >, 4 * N_IDEAS);
  close_local (local);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_folder (f->folder);
  g_free (f->folder);
  g_free (f->file);
  g_free (f->log);
  g_strfreev (f->own);
}

static guint8 *
frame_at (const char *log, guint i)
{
  return (guint8 *) log + LOG_HEADER + (gsize) i * FRAME;
}

static gboolean
commits (const char *log, guint i)
{
  const guint8 *frame = frame_at (log, i);

  return (frame[4] | frame[5] | frame[6] | frame[7]) != 0;
}

/* The first frame of the last transaction. */
static guint
last_begins (const Fixture *f)
{
  guint i = f->n_frames - 1;

  while (i > 0 && !commits (f->log, i - 1))
    i--;
  return i;
}

static void
lay (const Fixture *f, const char *folder, const char *log)
{
  g_autofree char *file_path = path_in (folder, "jiphyeon.db"),
                  *log_path = path_in (folder, "jiphyeon.db-wal");
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file_path, f->file, (gssize) f->file_length, &error));
  g_assert_true (g_file_set_contents (log_path, log, (gssize) f->log_length, &error));
}

static GHashTable *
list_aside (const char *folder)
{
  GHashTable *stamps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *path = path_in (folder, "damaged");
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_hash_table_add (stamps, g_strndup (name, (gsize) (strchr (name, '.') - name)));
  return stamps;
}

typedef struct
{
  char *note;
  GStrv own;
  guint n_lost;    /* of what must not be */
  guint n_strange; /* that was not there before */
} Result;

static void
result_clear (Result *it)
{
  g_free (it->note);
  g_strfreev (it->own);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

static void
compare (const Fixture *f, Result *it)
{
  it->n_lost = it->n_strange = 0;
  for (guint i = 0; f->own[i] != NULL; i++)
    it->n_lost += !g_strv_contains ((const char *const *) it->own, f->own[i]);
  for (guint i = 0; it->own[i] != NULL; i++)
    it->n_strange += !g_strv_contains ((const char *const *) f->own, it->own[i]);
}

static void
open_in (const Fixture *f, const char *folder, Result *it)
{
  g_autoptr (GError) error = NULL;
  JipLocal *local = jip_replica_open (folder, &it->note, &error);

  g_assert_no_error (error);
  write_to (local, look, &it->own);
  write_to (local, jip_replica_told, NULL);
  close_local (local);
  compare (f, it);
}

/* Opens the replica with this log, and once more: it is sound then, and the same. */
static Result
open_with (const Fixture *f, const char *log)
{
  g_autofree char *folder = g_dir_make_tmp ("jip-log-XXXXXX", NULL);
  Result it = { 0 };
  g_auto (Result) again = { 0 };

  lay (f, folder, log);
  open_in (f, folder, &it);
  g_autoptr (GHashTable) aside = list_aside (folder);
  g_assert_cmpuint (g_hash_table_size (aside), ==, it.note != NULL ? 1 : 0);
  open_in (f, folder, &again);
  g_assert_null (again.note);
  g_assert_cmpuint (again.n_lost, ==, it.n_lost);
  remove_folder (folder);
  return it;
}

/* Returns: whether it says that nothing is missing */
static gboolean
assert_kept (const Fixture *f, const char *log, const char *where, guint number)
{
  g_auto (Result) it = open_with (f, log);

  if (it.note == NULL || it.n_lost + it.n_strange > 0)
    g_error ("%s %u: %u lost, %u strange: %s", where, number, it.n_lost, it.n_strange,
             it.note != NULL ? it.note : "not noticed");
  return says_all_is_kept (it.note);
}

/* One wrong bit anywhere, in the last transaction too: all is there, and it is said. */
static void
test_one_bit (Fixture *f, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  g_autofree char *log = g_memdup2 (f->log, f->log_length);
  guint n_whole = 0, n = 0;

  for (guint i = 0; i < LOG_HEADER; i += 5)
    {
      char bit = (char) (1u << i % 8);
      log[i] ^= bit;
      g_assert_true (assert_kept (f, log, "header, byte", i));
      log[i] ^= bit;
    }
  for (guint i = 0; i < f->n_frames; i += i < last_begins (f) ? 13 : 5)
    {
      guint8 *frame = frame_at (log, i);
      guint places[] = { i % FRAME_HEADER, (guint) g_rand_int_range (rand, FRAME_HEADER, FRAME) };
      for (guint j = 0; j < G_N_ELEMENTS (places); j++, n++)
        {
          guint8 bit = (guint8) (1u << g_rand_int_range (rand, 0, 8));
          frame[places[j]] ^= bit;
          n_whole += assert_kept (f, log, j == 0 ? "head of frame" : "page of frame", i);
          frame[places[j]] ^= bit;
        }
    }
  g_test_message ("seed %u: %u frames, %u bits, %u put right", SEED, f->n_frames, n, n_whole);
  g_assert_cmpuint (n_whole, >, n * 3 / 4);
}

static JipLogFrames *
read_log (const Fixture *f, const char *log, gsize length, char **copy)
{
  *copy = g_memdup2 (log, length);
  return jip_log_frames_read ((guint8 *) *copy, length, (const guint8 *) f->file, f->file_length);
}

/* The same for a lot of bits: each is noticed, and what is put right is what it was. */
static void
test_each_bit (Fixture *f, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  g_autofree char *log = g_memdup2 (f->log, f->log_length);
  guint n_whole = 0, n_zero = 0, n = 0;

  for (gsize at = 0; at < f->log_length;
       at += at < LOG_HEADER ? 1 : (gsize) g_rand_int_range (rand, 1, 1500), n++)
    {
      g_autofree char *copy = NULL;
      char bit = (char) (1u << g_rand_int_range (rand, 0, 8));
      log[at] ^= bit;
      g_autoptr (JipLogFrames) frames = read_log (f, log, f->log_length, &copy);
      log[at] ^= bit;
      gboolean is_same = memcmp (copy, f->log, f->log_length) == 0;
      /* a bit in the last transaction that may be one of a sector which was not written yet */
      n_zero += !frames->damaged;
      g_assert_true (frames->damaged || at >= LOG_HEADER + (gsize) last_begins (f) * FRAME);
      g_assert_cmpuint (frames->frames->len, ==, frames->damaged || is_same ? f->n_frames : last_begins (f));
      g_assert_true (!frames->damaged || !frames->whole || is_same);
      n_whole += frames->whole;
    }
  g_test_message ("seed %u: %u bits, %u put right, %u of them for a power cut", SEED, n, n_whole, n_zero);
  g_assert_cmpuint (n_whole, >, n * 3 / 4);
  g_assert_cmpuint (n_zero, <, n / 50);
}

/* Whether this frame has the last state of its page. */
static gboolean
is_newest (const Fixture *f, guint i)
{
  for (guint j = i + 1; j < f->n_frames; j++)
    if (memcmp (frame_at (f->log, i), frame_at (f->log, j), 4) == 0)
      return FALSE;
  return TRUE;
}

/* More than one bit. Where a later frame has the page again nothing is lost, nothing comes back that was removed, and no text
 * of before comes instead of a later one. Else at most what is on the page is. */
static void
test_more_bits (Fixture *f, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  guint last = last_begins (f), n = 0, n_lost = 0, n_strange = 0;

  for (guint i = 0; i < f->n_frames; i += i < last ? 7 : 5, n++)
    {
      g_autofree char *log = g_memdup2 (f->log, f->log_length);
      guint8 *frame = frame_at (log, i);
      if (i % 3 == 0)
        memset (frame, 0x55, FRAME_HEADER);
      else
        for (guint j = 0; j < 3; j++)
          frame[g_rand_int_range (rand, FRAME_HEADER, FRAME)] ^= (guint8) g_rand_int_range (rand, 1, 256);
      g_auto (Result) it = open_with (f, log);
      if (i >= last || (i == last - 1 && it.note == NULL))
        {
          /* as after a power cut, which began where the last end of a transaction was that can be read */
          g_assert_null (it.note);
          g_assert_cmpuint (it.n_lost, <=, i >= last ? 2 : 4); /* an idea, and what was typed with it */
          continue;
        }
      if (it.note == NULL)
        g_error ("frame %u of %u, the last from %u: not noticed", i, f->n_frames, last);
      g_assert_false (says_all_is_kept (it.note));
      if (!is_newest (f, i) && it.n_lost + it.n_strange > 0)
        g_error ("frame %u: %u lost, %u strange", i, it.n_lost, it.n_strange);
      g_assert_cmpuint (it.n_lost, <=, 7);
      n_lost += it.n_lost;
      n_strange += it.n_strange;
    }
  g_test_message ("seed %u: %u frames damaged, %u lost, %u strange", SEED, n, n_lost, n_strange);
}

/* The header, and with it what stands in the same sector. */
static void
test_header (Fixture *f, gconstpointer data)
{
  static const guint lengths[] = { 3, LOG_HEADER, SECTOR };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *log = g_memdup2 (f->log, f->log_length);
      memset (log, 0x55, lengths[i]);
      g_auto (Result) it = open_with (f, log);
      g_assert_nonnull (it.note);
      g_assert_false (says_all_is_kept (it.note));
      g_assert_cmpuint (it.n_lost, ==, 0);
    }
}

/* Random sectors of a transaction that was not synced, over what was there before. */
static void
cut_power (const Fixture *f, GRand *rand, const char *before, guint n_synced, guint n_written)
{
  g_autofree char *log = g_memdup2 (before, f->log_length);
  g_autofree char *copy = NULL;
  gsize start = LOG_HEADER + (gsize) n_synced * FRAME, end = LOG_HEADER + (gsize) n_written * FRAME;
  gboolean whole = TRUE;
  int chance = g_rand_int_range (rand, 1, 100);

  memcpy (log, f->log, start);
  for (gsize at = start, next; at < end; at = next)
    {
      next = MIN (end, (at / SECTOR + 1) * SECTOR);
      if (g_rand_int_range (rand, 0, 100) < chance)
        memcpy (log + at, f->log + at, next - at);
      else
        whole &= memcmp (log + at, f->log + at, next - at) == 0;
    }
  g_autoptr (JipLogFrames) frames = read_log (f, log, f->log_length, &copy);
  g_assert_false (frames->damaged);
  g_assert_true (frames->whole);
  g_assert_cmpuint (frames->frames->len, ==, whole ? n_written : n_synced);
}

static void
cut_each_transaction (const Fixture *f, const char *before, guint rounds)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  guint n_synced = 0;

  for (guint i = 0; i < f->n_frames; i++)
    if (commits (f->log, i))
      {
        for (guint j = 0; j < rounds; j++)
          cut_power (f, rand, before, n_synced, i + 1);
        n_synced = i + 1;
      }
}

static void
test_power_cut (Fixture *f, gconstpointer data)
{
  g_autofree char *nothing = g_malloc0 (f->log_length);

  cut_each_transaction (f, nothing, 20);
  for (gsize length = 0; length <= f->log_length; length += 1031)
    {
      g_autofree char *copy = NULL;
      g_autoptr (JipLogFrames) frames = read_log (f, f->log, length, &copy);
      g_assert_false (frames->damaged);
    }
}

/* Frames of its first use lie behind those of the second. */
static void
test_restarted (Fixture *f, gconstpointer data)
{
  JipLocal *local = open_local (f->folder);
  g_autofree char *path = path_in (f->folder, "jiphyeon.db");
  g_autofree char *before = NULL;
  g_auto (Result) it = { 0 };
  sqlite3 *database = NULL;

  for (guint i = 0; i < 20; i++)
    write_to (local, work, GUINT_TO_POINTER (100 + i));
  read_bytes (f);
  before = g_memdup2 (f->log, f->log_length);
  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, "PRAGMA wal_checkpoint (FULL)", NULL, NULL, NULL), ==, SQLITE_OK);
  for (guint i = 0; i < 6; i++)
    write_to (local, work, GUINT_TO_POINTER (200 + i));
  g_clear_pointer (&f->own, g_strfreev);
  write_to (local, look, &f->own);
  gsize length = f->log_length;
  read_bytes (f);
  g_assert_cmpuint (f->log_length, ==, length);
  g_assert_cmpint (memcmp (f->log + 16, before + 16, 8), !=, 0);
  sqlite3_close (database);
  close_local (local);

  it = open_with (f, f->log);
  g_assert_null (it.note);
  g_assert_cmpuint (it.n_lost + it.n_strange, ==, 0);
  for (f->n_frames = 0; memcmp (frame_at (f->log, f->n_frames) + 8, f->log + 16, 8) == 0; f->n_frames++)
    ;
  cut_each_transaction (f, before, 50);
  frame_at (f->log, 3)[2000] ^= 4;
  assert_kept (f, f->log, "restarted", 3);
}

/* A log as a program leaves it that is killed; and while it is open it is nobody else's business. */
static void
test_in_use (Fixture *f, gconstpointer data)
{
  g_auto (Result) it = open_with (f, f->log);
  g_autofree char *folder = g_dir_make_tmp ("jip-log-XXXXXX", NULL);
  g_autofree char *log = path_in (folder, "jiphyeon.db-wal");
  g_autofree char *note = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  g_assert_null (it.note);
  g_assert_cmpuint (it.n_lost + it.n_strange, ==, 0);
  lay (f, folder, f->log);
  JipLocal *local = open_local (folder);
  write_to (local, work, GUINT_TO_POINTER (300));
  g_assert_null (jip_replica_open (folder, &note, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_BUSY);
  g_assert_null (note);
  g_assert_cmpint (g_stat (log, &info), ==, 0);
  write_to (local, work, GUINT_TO_POINTER (301));
  close_local (local);
  remove_folder (folder);
}

/* Whatever is mended twice in a second, each damaged file has a name of its own; three are kept, logs without a file too. */
static void
test_aside (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("jip-log-XXXXXX", NULL);
  g_autofree char *aside = path_in (folder, "damaged");
  g_autofree char *log = g_memdup2 (f->log, f->log_length);

  frame_at (log, 1)[100] ^= 1;
  g_mkdir (aside, 0700);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("20250101-00000%u.db-wal", i);
      g_autofree char *path = path_in (aside, name);
      g_assert_true (g_file_set_contents (path, "x", 1, NULL));
    }
  for (guint i = 1; i <= 4; i++)
    {
      g_auto (Result) it = { 0 };
      lay (f, folder, log);
      open_in (f, folder, &it);
      g_assert_nonnull (it.note);
      g_autoptr (GHashTable) stamps = list_aside (folder);
      g_assert_cmpuint (g_hash_table_size (stamps), ==, 3);
      g_assert_true (g_hash_table_contains (stamps, "20250101-000004") == (i < 3));
    }
  remove_folder (folder);
}

/* A file without a byte, or none, where a replica had been used: its queue may be gone. */
static void
test_emptied (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *folder = g_dir_make_tmp ("jip-log-XXXXXX", NULL);
      g_autofree char *path = path_in (folder, "jiphyeon.db"), *name = path_in (folder, "name");
      gboolean was_used = i < 2;
      g_auto (Result) it = { 0 }, again = { 0 };

      if (was_used)
        g_assert_true (g_file_set_contents (name, REPLICA, -1, NULL));
      if (i % 2 == 0)
        g_assert_true (g_file_set_contents (path, "", 0, NULL));
      open_in (f, folder, &it);
      g_assert_true ((it.note != NULL) == was_used);
      if (was_used)
        g_assert_false (says_all_is_kept (it.note));
      open_in (f, folder, &again);
      g_assert_null (again.note);
      remove_folder (folder);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/log-damage/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("one-bit", test_one_bit);
  ADD ("each-bit", test_each_bit);
  ADD ("more-bits", test_more_bits);
  ADD ("header", test_header);
  ADD ("power-cut", test_power_cut);
  ADD ("restarted", test_restarted);
  ADD ("in-use", test_in_use);
  ADD ("aside", test_aside);
  ADD ("emptied", test_emptied);
  return g_test_run ();
}
