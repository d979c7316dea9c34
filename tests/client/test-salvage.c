/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A replica in which one page after another is destroyed: it opens always, and of what exists on this PC alone no more is
 * gone than stood on that page. */
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "jip-json.h"
#include "jip-local.h"
#include "jip-migrations.h"
#include "jip-outbox.h"
#include "jip-replica-open.h"
#include "jip-replica-rows.h"

#define PAGE 4096
#define N_IDEAS 150
#define N_BASE 100
#define N_FLIPS 40u
#define REPLICA "018f0000-0000-7000-8000-0000000000bb"

typedef struct
{
  char *folder;  /* of the sound replica */
  char *content; /* of its file */
  gsize length;
  GStrv own;          /* what must not be lost */
  GHashTable *owners; /* page number -> what stands on it, from dbstat */
} Fixture;

typedef struct
{
  char *table;
  guint n_cells;
  gboolean rows; /* holds rows, rather than leading to them */
} Owner;

static void
owner_free (gpointer data)
{
  Owner *owner = data;

  g_free (owner->table);
  g_free (owner);
}

static gboolean
fill (JipDatabase *database, gpointer data, GError **error)
{
  g_autofree char *long_text = g_strnfill (9000, 'x');

  if (!jip_meta_set (database, "user",
                     "{\"id\":\"018f0000-0000-7000-8000-000000000001\",\"name\":\"김하늘\"}", error)
      || !jip_meta_set (database, "replica", REPLICA, error) || !jip_meta_set (database, "epoch", "e", error)
      || !jip_meta_set (database, "cursor", "c", error))
    return FALSE;
  for (guint i = 0; i < N_BASE; i++)
    {
      g_autofree char *id = g_strdup_printf ("018f0000-0000-7000-8000-00000001%04x", i);
      g_autofree char *text
          = g_strdup_printf ("{\"id\":\"%s\",\"body\":\"공원 벤치를 고칩시다 %u\",\"votes\":%u}", id, i, i);
      g_autoptr (JsonNode) row = jip_json_parse (text, -1, error);
      if (row == NULL
          || !jip_replica_row_put (database, JIP_LAYER_BASE, 0, "proposal", id, json_node_get_object (row),
                                   error))
        return FALSE;
    }
  for (guint i = 0; i < N_IDEAS; i++)
    {
      g_autofree char *text = g_strdup_printf (
          "{\"id\":\"018f0000-0000-7000-8000-00000002%04x\",\"kind\":\"proposal\",\"body\":\"새 제안 %u %s\","
          "\"anonymous\":false}",
          i, i, i % 10 == 0 ? long_text : "");
      g_autoptr (JsonNode) args = jip_json_parse (text, -1, error);
      if (args == NULL || jip_outbox_add (database, "proposal.submit", args, 1784696591250 + i, error) == 0)
        return FALSE;
    }
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *key = g_strdup_printf ("comment/%u", i);
      g_autofree char *text = g_strdup_printf ("쓰던 의견 %u %s", i, i % 20 == 0 ? long_text : "");
      g_autofree char *args = g_strdup_printf ("{\"body\":\"%s\"}", text);
      g_autofree char *hash = g_strdup_printf ("%064x", i);
      if (!jip_database_run (database, error, "INSERT INTO scratch VALUES ($1, $2)", "tt", key, text)
          || !jip_database_run (database, error, "INSERT INTO file VALUES ($1, 1000, 0, NULL, NULL)", "t",
                                hash)
          || !jip_database_run (
              database, error,
              "INSERT INTO refused (name, args, at, code, message) VALUES ('comment.add', $1, "
              "1784696591250, 'not-found', '없음')",
              "t", args))
        return FALSE;
    }
  return TRUE;
}

#define OWN \
  "SELECT 'outbox ' || name || args || at || status FROM outbox UNION ALL SELECT 'scratch ' || key || text FROM " \
  "scratch UNION ALL SELECT 'refused ' || name || args || at || code || coalesce (message, '') FROM refused " \
  "UNION ALL SELECT 'file ' || sha256 || size || sent FROM file ORDER BY 1"

typedef struct
{
  GStrv own;
  gint64 rows;  /* of the server */
  gint64 shown; /* ideas that the user sees */
  gint64 snapshot;
  char *replica;
} Look;

static gboolean
look (JipDatabase *database, gpointer data, GError **error)
{
  Look *it = data;

  it->own = jip_database_query_texts (database, error, OWN, "");
  it->rows = jip_database_query_int (database, -1, error, "SELECT count(*) FROM record WHERE layer = 0", "");
  it->shown = jip_database_query_int (database, -1, error, "SELECT count(*) FROM record WHERE shown = 1", "");
  it->snapshot = jip_outbox_get_number (database, "in_snapshot", NULL);
  it->replica = jip_meta_get (database, "replica", error);
  return it->own != NULL && it->shown >= 0;
}

static Look
look_at (JipLocal *local)
{
  Look it = { 0 };
  g_autoptr (GError) error = NULL;

  jip_local_write_sync (local, look, &it, &error);
  g_assert_no_error (error);
  return it;
}

static void
look_clear (Look *it)
{
  g_strfreev (it->own);
  g_free (it->replica);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Look, look_clear)

static void
remove_folder (const char *folder)
{
  const char *clean[] = { "rm", "-rf", folder, NULL };

  g_spawn_sync (NULL, (char **) clean, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

static char *
file_in (const char *folder)
{
  return g_build_filename (folder, "jiphyeon.db", NULL);
}

static void
learn_owners (Fixture *f)
{
  g_autofree char *path = file_in (f->folder);
  sqlite3 *database = NULL;
  sqlite3_stmt *statement = NULL;

  f->owners = g_hash_table_new_full (NULL, NULL, NULL, owner_free);
  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_prepare_v2 (database, "SELECT pageno, name, ncell, pagetype FROM dbstat", -1, &statement, NULL),
      ==, SQLITE_OK);
  while (sqlite3_step (statement) == SQLITE_ROW)
    {
      const char *type = (const char *) sqlite3_column_text (statement, 3);
      Owner *owner = g_new0 (Owner, 1);
      owner->table = g_strdup ((const char *) sqlite3_column_text (statement, 1));
      owner->rows = !g_str_equal (type, "internal");
      owner->n_cells = g_str_equal (type, "leaf") ? (guint) sqlite3_column_int (statement, 2) : 1;
      g_hash_table_insert (f->owners, GINT_TO_POINTER (sqlite3_column_int (statement, 0)), owner);
    }
  sqlite3_finalize (statement);
  sqlite3_close (database);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  f->folder = g_dir_make_tmp ("jip-salvage-XXXXXX", &error);
  g_autofree char *path = file_in (f->folder);
  JipLocal *local = jip_local_open (f->folder, &error);

  g_assert_no_error (error);
  jip_local_write_sync (local, fill, NULL, &error);
  g_assert_no_error (error);
  g_auto (Look) sound = look_at (local);
  f->own = g_steal_pointer (&sound.own);
  g_assert_cmpuint (g_strv_length (f->own), ==, N_IDEAS + 120);
  jip_local_stop (local);
  jip_local_unref (local);
  g_assert_true (g_file_get_contents (path, &f->content, &f->length, &error));
  learn_owners (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_folder (f->folder);
  g_hash_table_unref (f->owners);
  g_strfreev (f->own);
  g_free (f->content);
  g_free (f->folder);
}

/* Of a long text whose second half is destroyed the first half is kept; a mutation then stands with the refused ones. */
static gboolean
is_half_of_one (Fixture *f, const char *text)
{
  if (strstr (text, "damaged") != NULL)
    return TRUE;
  for (guint i = 0; f->own[i] != NULL; i++)
    if (strlen (f->own[i]) > PAGE && strlen (text) > 400 && strncmp (f->own[i], text, 400) == 0)
      return TRUE;
  return FALSE;
}

/* How many of the things that must not be lost are not there as they were; nothing may be there that was not. */
static guint
count_lost (Fixture *f, const Look *it)
{
  g_autoptr (GHashTable) before = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; f->own[i] != NULL; i++)
    g_hash_table_add (before, f->own[i]);
  for (guint i = 0; it->own[i] != NULL; i++)
    if (!g_hash_table_remove (before, it->own[i]) && !is_half_of_one (f, it->own[i]))
      g_error ("not there before: %.80s", it->own[i]);
  return g_hash_table_size (before);
}

static void
write_at (const char *folder, const char *content, gsize length)
{
  g_autofree char *path = file_in (folder);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, content, (gssize) length, &error);
  g_assert_no_error (error);
}

static guint
count_aside (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "damaged", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Opens what lies in FOLDER and, once it is mended, opens it again as a sound one. */
static JipLocal *
open_twice (const char *folder, char **note)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *again = NULL;
  JipLocal *local = jip_replica_open (folder, note, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (count_aside (folder), ==, *note != NULL ? 1 : 0);
  jip_local_write_sync (local, jip_replica_told, NULL, &error);
  g_assert_no_error (error);
  jip_local_stop (local);
  jip_local_unref (local);
  local = jip_replica_open (folder, &again, &error);
  g_assert_no_error (error);
  g_assert_null (again);
  return local;
}

static void
close_local (JipLocal *local)
{
  jip_local_stop (local);
  jip_local_unref (local);
}

static gboolean
says_all_is_kept (const char *note)
{
  return note == NULL || strstr (note, "All that was not sent") != NULL;
}

static void
test_zeroed_pages (Fixture *f, gconstpointer data)
{
  guint n_pages = (guint) (f->length / PAGE), mended = 0;

  for (guint page = 1; page <= n_pages; page++)
    {
      const Owner *owner = g_hash_table_lookup (f->owners, GUINT_TO_POINTER (page));
      g_autofree char *folder = g_dir_make_tmp ("jip-salvage-XXXXXX", NULL);
      g_autofree char *content = g_memdup2 (f->content, f->length);
      g_autofree char *note = NULL;
      gboolean own = owner != NULL && owner->rows
                     && (g_str_equal (owner->table, "outbox") || g_str_equal (owner->table, "scratch")
                         || g_str_equal (owner->table, "refused") || g_str_equal (owner->table, "file"));

      if (!own && page > 4 && page % 8 != 0) /* a sample of those that hold what the server has too */
        continue;
      memset (content + (page - 1) * PAGE, 0, PAGE);
      write_at (folder, content, f->length);
      JipLocal *local = open_twice (folder, &note);
      g_auto (Look) it = look_at (local);
      guint lost = count_lost (f, &it);
      if (lost > (own ? owner->n_cells : 0))
        g_error ("page %u (%s): %u lost", page, owner != NULL ? owner->table : "-", lost);
      if (lost > 0)
        g_assert_false (says_all_is_kept (note));
      if (note != NULL)
        {
          mended++;
          g_assert_cmpint (it.snapshot, ==, 1);
        }
      g_assert_nonnull (it.replica);
      g_assert_cmpint (it.shown, >=, it.rows);
      close_local (local);
      remove_folder (folder);
    }
  g_test_message ("%u pages, %u mended", n_pages, mended);
  g_assert_cmpuint (mended, >, n_pages / 4);
}

/* A few bits anywhere, as a worn disk or bad memory leaves them. */
static void
test_flipped_bits (Fixture *f, gconstpointer data)
{
  guint seed = 20261128, mended = 0;
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  for (guint run = 0; run < N_FLIPS; run++)
    {
      g_autofree char *folder = g_dir_make_tmp ("jip-salvage-XXXXXX", NULL);
      g_autofree char *content = g_memdup2 (f->content, f->length);
      g_autofree char *note = NULL;
      g_autoptr (GError) error = NULL;
      gsize at = (gsize) g_rand_int_range (rand, 0, (int) (f->length / PAGE)) * PAGE;

      for (guint i = 0; i < 3; i++)
        content[at + (gsize) g_rand_int_range (rand, 0, i == 0 ? 16 : PAGE)]
            ^= (char) (1 << g_rand_int_range (rand, 0, 8));
      write_at (folder, content, f->length);
      JipLocal *local = jip_replica_open (folder, &note, &error);
      g_assert_no_error (error);
      g_auto (Look) it = look_at (local);
      g_assert_cmpuint (g_strv_length (it.own), >=, N_IDEAS + 120 - 70);
      mended += note != NULL;
      close_local (local);
      remove_folder (folder);
    }
  g_test_message ("seed %u: %u of %u mended", seed, mended, N_FLIPS);
}

/* Whatever length the file has. */
static void
test_cut_short (Fixture *f, gconstpointer data)
{
  const gsize lengths[]
      = { 0, 1, 99, 100, 4095, 4096, 4097, f->length / 3, f->length / 2, f->length - 1, f->length - PAGE };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *folder = g_dir_make_tmp ("jip-salvage-XXXXXX", NULL);
      g_autofree char *note = NULL;

      write_at (folder, f->content, lengths[i]);
      JipLocal *local = open_twice (folder, &note);
      g_auto (Look) it = look_at (local);
      if (i > 0 && note == NULL && lengths[i] + PAGE < f->length)
        g_error ("%" G_GSIZE_FORMAT " bytes were taken for a sound replica", lengths[i]);
      if (lengths[i] + PAGE >= f->length)
        g_assert_cmpuint (count_lost (f, &it), <=, 60);
      close_local (local);
      remove_folder (folder);
    }
}

static void
change (const char *path, const char *sql)
{
  sqlite3 *database = NULL;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (database);
}

static gboolean
count_named (JipDatabase *database, gpointer data, GError **error)
{
  gint64 *counts = data;

  counts[0] = jip_database_query_int (database, -1, error,
                                      "SELECT count(*) FROM outbox WHERE status <> 'waiting' AND "
                                      "origin_replica = '" REPLICA "'",
                                      "");
  counts[1] = jip_database_query_int (database, -1, error,
                                      "SELECT count(*) FROM outbox WHERE status <> 'waiting'", "");
  return counts[0] >= 0 && counts[1] >= 0;
}

static void
assert_named (const char *folder, gint64 named)
{
  g_autofree char *note = NULL;
  g_autoptr (GError) error = NULL;
  gint64 counts[2];
  JipLocal *local = jip_replica_open (folder, &note, &error);

  g_assert_no_error (error);
  g_assert_nonnull (note);
  jip_local_write_sync (local, count_named, counts, &error);
  g_assert_no_error (error);
  g_assert_cmpint (counts[0], ==, named);
  g_assert_cmpint (counts[1], ==, named);
  close_local (local);
}

/* The replica does not know its name any more: receipts are kept with the one that lies beside it. */
static void
test_nameless (Fixture *f, gconstpointer data)
{
  g_autofree char *path = file_in (f->folder);
  g_autofree char *note = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer page, owner;
  gsize length;

  change (path, "UPDATE outbox SET status = 'ok', receipt = 'r' WHERE n <= 10");
  close_local (jip_replica_open (f->folder, &note, &error));
  g_assert_no_error (error);
  g_assert_null (note);
  g_assert_true (g_file_get_contents (path, &content, &length, &error));
  g_hash_table_iter_init (&iter, f->owners);
  while (g_hash_table_iter_next (&iter, &page, &owner))
    if (g_str_equal (((Owner *) owner)->table, "meta"))
      memset (content + ((gsize) GPOINTER_TO_INT (page) - 1) * PAGE, 0, PAGE);
  write_at (f->folder, content, length);
  assert_named (f->folder, 10);
}

/* Nor does anything else know it: then receipts are worth nothing, and are not shown to the server. */
static void
test_without_a_name (Fixture *f, gconstpointer data)
{
  g_autofree char *path = file_in (f->folder);

  change (path, "UPDATE outbox SET status = 'ok', receipt = 'r' WHERE n <= 10");
  change (path, "DELETE FROM meta WHERE key = 'replica'; UPDATE meta SET value = '{' WHERE key = 'user'");
  assert_named (f->folder, 0);
}

/* The program died after the new file was whole and before it had taken its place. */
static void
test_interrupted (Fixture *f, gconstpointer data)
{
  static const char *const left[] = { "", "jiphyeon.db", "jiphyeon.db-wal", "salvage/fresh.db" };

  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    {
      g_autofree char *folder = g_dir_make_tmp ("jip-salvage-XXXXXX", NULL);
      g_autofree char *mended = g_build_filename (folder, "jiphyeon.db.mended", NULL);
      g_autofree char *work = g_build_filename (folder, "salvage", NULL);
      g_autofree char *other = g_build_filename (folder, left[i], NULL);
      g_autofree char *note = NULL;
      g_autoptr (GError) error = NULL;

      g_mkdir (work, 0700);
      g_assert_true (g_file_set_contents (mended, f->content, (gssize) f->length, &error));
      change (mended, "INSERT INTO meta VALUES ('mended', 'part')");
      if (*left[i] != '\0')
        g_assert_true (g_file_set_contents (other, "damaged", -1, &error));
      JipLocal *local = jip_replica_open (folder, &note, &error);
      g_assert_no_error (error);
      g_auto (Look) it = look_at (local);
      g_assert_cmpuint (count_lost (f, &it), ==, 0);
      g_assert_nonnull (note);
      g_assert_false (says_all_is_kept (note));
      g_assert_false (g_file_test (mended, G_FILE_TEST_EXISTS));
      g_assert_false (g_file_test (work, G_FILE_TEST_EXISTS));
      close_local (local);
      remove_folder (folder);
    }
}

/* Texts that are no JSON any more stand with what was refused, and nothing is shown of them. */
static void
test_unreadable_texts (Fixture *f, gconstpointer data)
{
  static const char text[] = "\"body\":\"새 제안";
  g_autofree char *folder = g_dir_make_tmp ("jip-salvage-XXXXXX", NULL);
  g_autofree char *content = g_memdup2 (f->content, f->length);
  g_autofree char *note = NULL;
  char *at = content;

  while ((at = memmem (at, f->length - (gsize) (at - content), text, strlen (text))) != NULL)
    at[strlen ("\"body\":\"")] = 1, at += strlen (text);
  write_at (folder, content, f->length);
  JipLocal *local = open_twice (folder, &note);
  g_auto (Look) it = look_at (local);
  g_assert_false (says_all_is_kept (note));
  g_assert_cmpuint (g_strv_length (it.own), ==, g_strv_length (f->own));
  for (guint i = 0; it.own[i] != NULL; i++)
    g_assert_false (g_str_has_prefix (it.own[i], "outbox"));
  g_assert_cmpint (it.shown, ==, N_BASE);
  close_local (local);
  remove_folder (folder);
}

/* A file that was emptied, or is gone, beside a log that holds everything. */
static void
test_log_alone (Fixture *f, gconstpointer data)
{
  static const char *const contents[] = { "", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autofree char *living = g_dir_make_tmp ("jip-salvage-XXXXXX", NULL);
      g_autofree char *folder = g_dir_make_tmp ("jip-salvage-XXXXXX", NULL);
      g_autofree char *log = g_build_filename (living, "jiphyeon.db-wal", NULL);
      g_autofree char *copy = g_build_filename (folder, "jiphyeon.db-wal", NULL);
      g_autofree char *note = NULL, *bytes = NULL;
      g_autoptr (GError) error = NULL;
      gsize length;

      JipLocal *local = jip_local_open (living, &error);
      g_assert_no_error (error);
      g_assert_true (jip_local_write_sync (local, fill, NULL, &error));
      g_assert_true (g_file_get_contents (log, &bytes, &length, &error));
      g_assert_true (g_file_set_contents (copy, bytes, (gssize) length, &error));
      close_local (local);
      if (contents[i] != NULL)
        write_at (folder, contents[i], 0);
      local = jip_replica_open (folder, &note, &error);
      g_assert_no_error (error);
      g_auto (Look) it = look_at (local);
      g_assert_cmpuint (count_lost (f, &it), ==, 0);
      g_assert_nonnull (note);
      close_local (local);
      remove_folder (living);
      remove_folder (folder);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/salvage/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("zeroed-pages", test_zeroed_pages);
  ADD ("flipped-bits", test_flipped_bits);
  ADD ("cut-short", test_cut_short);
  ADD ("nameless", test_nameless);
  ADD ("without-a-name", test_without_a_name);
  ADD ("interrupted", test_interrupted);
  ADD ("log-alone", test_log_alone);
  ADD ("unreadable-texts", test_unreadable_texts);
  return g_test_run ();
}
