/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only a database server does: connections break, programs meet, the server refuses. */
#include <string.h>

#include "jip-writer.h"
#include "test-util.h"

static JipDatabase *
open_items (TestFolder *fixture, JipDatabaseFlags flags)
{
  JipDatabase *database = test_open (fixture, flags);

  test_exec (database, "CREATE TABLE IF NOT EXISTS item (id TEXT PRIMARY KEY) STRICT");
  return database;
}

/* Ends @database's connection as a restart of the server would. */
static void
cut (TestFolder *fixture, JipDatabase *database)
{
  gint64 pid = test_int (database, "SELECT pg_backend_pid ()");
  g_autoptr (JipDatabase) other = test_open (fixture, 0);
  g_autoptr (GError) error = NULL;

  jip_database_query_int (other, 0, &error, "SELECT pg_terminate_backend ($1::int)", "i", pid);
  g_assert_no_error (error);
  while (jip_database_query_int (other, 0, &error, "SELECT COUNT(*) FROM pg_stat_activity WHERE pid = $1",
                                 "i", pid)
         > 0)
    g_usleep (5000);
  g_assert_no_error (error);
}

static gboolean
insert (JipDatabase *database, const char *id, GError **error)
{
  return jip_database_run (database, error, "INSERT INTO item (id) VALUES ($1)", "t", id);
}

static void
test_reader_comes_back (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_items (fixture, 0);
  g_autoptr (GError) error = NULL;

  g_assert_true (insert (database, "a", &error));
  cut (fixture, database);
  g_assert_cmpint (test_int (database, "SELECT COUNT(*) FROM item"), ==, 1);
  /* a statement that was not yet prepared was not sent either */
  cut (fixture, database);
  g_assert_false (insert (database, "b", &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "Nothing was changed"));
  g_clear_error (&error);
  g_assert_true (insert (database, "b", &error));
  /* what writes on its own may have been done: it says so and is not repeated */
  cut (fixture, database);
  g_assert_false (insert (database, "c", &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "Look before"));
  g_clear_error (&error);
  g_assert_true (insert (database, "c", &error));
  g_assert_no_error (error);
}

static void
test_broken_transaction (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_items (fixture, 0);
  g_autoptr (GError) error = NULL;

  g_assert_true (jip_database_begin (database, &error));
  g_assert_true (insert (database, "a", &error));
  cut (fixture, database);
  g_assert_false (insert (database, "b", &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_UNAVAILABLE);
  /* nothing runs on its own until the transaction is given up */
  g_assert_false (insert (database, "c", NULL));
  g_assert_false (jip_database_savepoint (database, "s", NULL));
  g_assert_false (jip_database_commit (database, NULL));
  g_assert_true (jip_database_in_transaction (database));
  g_assert_true (jip_database_rollback (database, NULL));
  g_assert_false (jip_database_in_transaction (database));
  g_assert_cmpint (test_int (database, "SELECT COUNT(*) FROM item"), ==, 0);
  /* a connection that broke while nothing went on is not noticed */
  cut (fixture, database);
  g_clear_error (&error);
  g_assert_true (jip_database_begin (database, &error));
  g_assert_true (insert (database, "d", &error));
  g_assert_true (jip_database_commit (database, &error));
  g_assert_no_error (error);
}

static void
test_lost_commit (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_items (fixture, 0);
  g_autoptr (GError) error = NULL;

  g_assert_true (jip_database_begin (database, &error));
  g_assert_true (insert (database, "a", &error));
  cut (fixture, database);
  g_assert_false (jip_database_commit (database, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "Look before"));
  g_assert_true (jip_database_rollback (database, NULL));
  g_assert_cmpint (test_int (database, "SELECT COUNT(*) FROM item"), ==, 0);
}

/* PostgreSQL commits nothing after an error, and says so in a whisper only. */
static void
test_failed_transaction (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_items (fixture, 0);
  g_autoptr (GError) error = NULL;

  g_assert_true (jip_database_begin (database, &error));
  g_assert_true (insert (database, "a", &error));
  g_assert_false (insert (database, "a", NULL));
  g_assert_false (jip_database_savepoint (database, "s", NULL));
  g_assert_false (jip_database_commit (database, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_DATABASE);
  g_assert_false (jip_database_in_transaction (database));
  g_assert_cmpint (test_int (database, "SELECT COUNT(*) FROM item"), ==, 0);
}

static gboolean
write_and_cut (JipDatabase *database, gpointer data, GError **error)
{
  gboolean ok = insert (database, "lost", error);

  cut (data, database);
  return ok;
}

static gboolean
write_one (JipDatabase *database, gpointer data, GError **error)
{
  return insert (database, data, error);
}

static void
test_writer_goes_on (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipWriter) writer = jip_writer_new (open_items (fixture, JIP_DATABASE_EXCLUSIVE), 0);
  g_autoptr (JipDatabase) reader = test_open (fixture, JIP_DATABASE_READ_ONLY);
  g_autoptr (GError) error = NULL;

  g_assert_false (jip_writer_run_sync (writer, write_and_cut, fixture, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  g_assert_true (jip_writer_run_sync (writer, write_one, (gpointer) "kept", &error));
  g_assert_no_error (error);
  g_autofree char *ids
      = jip_database_query_text (reader, NULL, "SELECT string_agg (id, ',') FROM item", NULL);
  g_assert_cmpstr (ids, ==, "kept");
}

static void
test_exclusive (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = test_uri (fixture->name);
  {
    g_autoptr (JipDatabase) first = test_open (fixture, JIP_DATABASE_EXCLUSIVE);
    g_autoptr (JipDatabase) reader = test_open (fixture, JIP_DATABASE_READ_ONLY);
    g_assert_null (jip_database_open_postgresql (uri, JIP_DATABASE_EXCLUSIVE, &error));
    g_assert_error (error, JIP_ERROR, JIP_ERROR_BUSY);
    g_clear_error (&error);
  }
  g_autoptr (JipDatabase) second = jip_database_open_postgresql (uri, JIP_DATABASE_EXCLUSIVE, &error);
  g_assert_no_error (error);
}

/* Two that write follow one another; one that waits for too long is told so. */
static void
test_one_writes (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) first = open_items (fixture, 0);
  g_autoptr (JipDatabase) second = test_open (fixture, 0);
  g_autoptr (GError) error = NULL;

  test_exec (second, "SET lock_timeout = 100");
  g_assert_true (jip_database_begin (first, &error));
  g_assert_false (jip_database_begin (second, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_BUSY);
  g_assert_false (jip_database_in_transaction (second));
  g_clear_error (&error);
  g_assert_true (jip_database_begin_read (second, &error));
  g_assert_true (jip_database_rollback (second, &error));
  g_assert_true (jip_database_commit (first, &error));
  g_assert_true (jip_database_begin (second, &error));
  g_assert_true (jip_database_rollback (second, &error));
  g_assert_no_error (error);
}

/* The server's errors, as they come when a disk is full and the like. */
static void
test_refusals (TestFolder *fixture, gconstpointer data)
{
  static const struct
  {
    const char *state;
    JipErrorCode code;
  } cases[] = {
    { "53100", JIP_ERROR_STORAGE_FULL }, { "58030", JIP_ERROR_UNAVAILABLE },
    { "53200", JIP_ERROR_UNAVAILABLE },  { "40001", JIP_ERROR_BUSY },
    { "40P01", JIP_ERROR_BUSY },         { "55P03", JIP_ERROR_BUSY },
    { "25006", JIP_ERROR_DATABASE },     { "22P02", JIP_ERROR_DATABASE },
    { "XX001", JIP_ERROR_DATABASE },     { "XX000", JIP_ERROR_UNAVAILABLE },
  };
  g_autoptr (JipDatabase) database = test_open (fixture, 0);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *sql = g_strdup_printf (
          "DO $$ BEGIN RAISE EXCEPTION 'a secret value' USING ERRCODE = '%s'; END $$", cases[i].state);
      g_assert_false (jip_database_exec (database, sql, &error));
      g_assert_error (error, JIP_ERROR, (int) cases[i].code);
      g_assert_null (strstr (error->message, "secret"));
      g_assert_cmpint (test_int (database, "SELECT 1"), ==, 1);
    }
  g_autoptr (GError) error = NULL;
  g_assert_false (jip_database_run (database, &error, "SELECT CAST ($1 AS bigint)", "t", "secret"));
  g_assert_null (strstr (error->message, "secret"));
  g_assert_true (jip_database_quick_check (database, NULL));
  g_assert_true (jip_database_checkpoint (database, NULL));
  g_assert_false (jip_database_vacuum_into (database, "nowhere", NULL));
}

static void
test_addresses (TestFolder *fixture, gconstpointer data)
{
  static const char *const wrong[]
      = { "", "jiphyeon", "host=localhost", "postgresql://h/db?nonsense=1", "mysql://h/db" };
  g_autofree char *missing = test_uri ("jip_there_is_none");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_null (jip_database_open_postgresql (wrong[i], 0, &error));
      g_assert_error (error, JIP_ERROR, JIP_ERROR_BAD_ARGS);
      g_clear_error (&error);
    }
  g_assert_null (jip_database_open_postgresql (missing, 0, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_UNAVAILABLE);
  g_assert_null (strchr (error->message, '\n'));
  g_clear_error (&error);
  g_assert_null (jip_database_open_postgresql ("postgresql://u:secret@%2Fnowhere/db", 0, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_UNAVAILABLE);
  g_assert_null (strstr (error->message, "secret"));
}

/* A column that is larger than what a socket takes at once, sent together with a savepoint. */
static void
test_large (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = test_open (fixture, 0);
  g_autofree char *large = g_strnfill (8 << 20, 'x');
  g_autoptr (GError) error = NULL;

  test_exec (database, "CREATE TABLE page (body TEXT) STRICT");
  g_assert_true (jip_database_begin (database, &error));
  g_assert_true (jip_database_savepoint (database, "s", &error));
  g_assert_true (jip_database_run (database, &error, "INSERT INTO page (body) VALUES ($1)", "t", large));
  g_assert_true (jip_database_release (database, "s", &error));
  g_assert_true (jip_database_commit (database, &error));
  g_assert_cmpint (test_int (database, "SELECT length (body) FROM page"), ==, 8 << 20);
}

static JipDatabase *
open_deferring (TestFolder *fixture)
{
  JipDatabase *database = open_items (fixture, 0);

  jip_database_defer_writes (database);
  g_assert_true (insert (database, "a", NULL));
  g_assert_true (jip_database_begin (database, NULL));
  for (guint i = 0; i < 2; i++) /* preparing a statement waits for those before it: that is over then */
    {
      g_assert_true (jip_database_savepoint (database, "job", NULL));
      g_assert_true (jip_database_run (database, NULL, "DELETE FROM item WHERE id = $1", "t", "none"));
      g_assert_true (jip_database_savepoint (database, "mutation", NULL));
      g_assert_true (jip_database_release (database, "mutation", NULL));
      g_assert_true (jip_database_release (database, "job", NULL));
    }
  g_assert_true (jip_database_savepoint (database, "job", NULL));
  return database;
}

static void
assert_refused (gboolean ok, GError *error)
{
  g_assert_false (ok);
  g_assert_cmpint (jip_error_get_constraint (error), ==, JIP_CONSTRAINT_UNIQUE);
  g_error_free (error);
}

static void
commit_items (JipDatabase *database, const char *ids)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (jip_database_commit (database, &error));
  g_assert_no_error (error);
  g_autofree char *there
      = jip_database_query_text (database, &error, "SELECT string_agg (id, '' ORDER BY id) FROM item", NULL);
  g_assert_cmpstr (there, ==, ids);
}

/* A write that nobody waited for fails: its savepoint's release says so, and what is undone is that savepoint. */
static void
test_deferred_release (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_deferring (fixture);
  GError *error = NULL;

  g_assert_true (insert (database, "b", NULL));
  g_assert_true (jip_database_release (database, "job", NULL));
  g_assert_true (jip_database_savepoint (database, "job", NULL));
  g_assert_true (insert (database, "c", NULL));
  g_assert_true (insert (database, "a", NULL)); /* is there */
  g_assert_true (insert (database, "d", NULL));
  gboolean released = jip_database_release (database, "job", &error);
  assert_refused (released, error);
  g_assert_true (jip_database_rollback_to (database, "job", NULL));
  g_assert_true (jip_database_release (database, "job", NULL));
  g_assert_true (jip_database_savepoint (database, "job", NULL));
  g_assert_true (insert (database, "e", NULL));
  g_assert_true (jip_database_release (database, "job", NULL));
  commit_items (database, "abe");
}

/* What failed lies in a savepoint that was released since: whoever goes on is told until that one's own is undone. */
static void
test_deferred_nested (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_deferring (fixture);
  GError *error = NULL;

  g_assert_true (jip_database_savepoint (database, "mutation", NULL));
  g_assert_true (insert (database, "a", NULL)); /* is there */
  g_assert_true (jip_database_release (database, "mutation", NULL));
  g_assert_true (jip_database_savepoint (database, "mutation", NULL));
  g_assert_true (insert (database, "b", NULL));
  jip_database_query_int (database, 0, &error, "SELECT COUNT(*) FROM item", NULL);
  assert_refused (FALSE, g_steal_pointer (&error));
  gboolean undone = jip_database_rollback_to (database, "mutation", &error);
  assert_refused (undone, g_steal_pointer (&error));
  gboolean inserted = insert (database, "c", &error);
  assert_refused (inserted, g_steal_pointer (&error));
  g_assert_false (jip_database_release (database, "mutation", NULL));
  g_assert_true (jip_database_rollback_to (database, "job", NULL));
  g_assert_true (insert (database, "d", NULL));
  g_assert_true (jip_database_release (database, "job", NULL));
  commit_items (database, "ad");
}

/* The same in the innermost one, with more statements than may be on their way. */
static void
test_deferred_inner (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_deferring (fixture);
  GError *error = NULL;
  guint n = 0;

  g_assert_true (insert (database, "b", NULL));
  g_assert_true (jip_database_savepoint (database, "mutation", NULL));
  g_assert_true (insert (database, "a", NULL)); /* is there */
  while (insert (database, "c", &error))
    n++;
  g_assert_cmpuint (n, <, 200);
  assert_refused (FALSE, error);
  g_assert_true (jip_database_rollback_to (database, "mutation", NULL));
  g_assert_true (insert (database, "d", NULL));
  g_assert_true (jip_database_release (database, "mutation", NULL));
  g_assert_true (jip_database_release (database, "job", NULL));
  commit_items (database, "abd");
}

/* A savepoint directly within another one is the same to the database; each is undone as far as it reaches. */
static void
test_deferred_shared (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_deferring (fixture);

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *undone = g_strdup_printf ("x%u", i);
      g_autofree char *kept = g_strdup_printf ("k%u", i);
      g_assert_cmpint (test_int (database, "SELECT COUNT(*) FROM item"), ==, 1 + i);
      g_assert_true (jip_database_savepoint (database, "mutation", NULL));
      g_assert_true (jip_database_savepoint (database, "inner", NULL));
      g_assert_true (insert (database, undone, NULL));
      g_assert_true (jip_database_release (database, "inner", NULL));
      g_assert_true (jip_database_rollback_to (database, "mutation", NULL));
      g_assert_true (insert (database, kept, NULL));
      g_assert_true (jip_database_release (database, "mutation", NULL));
    }
  g_assert_true (jip_database_release (database, "job", NULL));
  g_assert_true (jip_database_savepoint (database, "job", NULL));
  g_assert_true (jip_database_savepoint (database, "mutation", NULL));
  g_assert_true (insert (database, "y", NULL));
  g_assert_true (jip_database_release (database, "mutation", NULL));
  g_assert_true (jip_database_rollback_to (database, "job", NULL));
  g_assert_true (jip_database_savepoint (database, "mutation", NULL));
  g_assert_true (insert (database, "z", NULL));
  g_assert_true (jip_database_release (database, "mutation", NULL));
  g_assert_true (jip_database_release (database, "job", NULL));
  commit_items (database, "ak0k1z");
}

static void
test_deferred_changes (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_deferring (fixture);
  GError *error = NULL;

  g_assert_true (insert (database, "b", NULL));
  g_assert_true (jip_database_run (database, NULL, "UPDATE item SET id = id || $1", "t", "x"));
  g_assert_cmpint (jip_database_changes (database), ==, 2);
  g_assert_true (jip_database_run (database, NULL, "DELETE FROM item WHERE id = $1", "t", "none"));
  g_assert_cmpint (jip_database_changes (database), ==, 0);
  g_assert_true (insert (database, "ax", NULL)); /* is there */
  jip_database_changes (database);
  gboolean released = jip_database_release (database, "job", &error);
  assert_refused (released, error);
  g_assert_true (jip_database_rollback_to (database, "job", NULL));
  g_assert_true (jip_database_release (database, "job", NULL));
  commit_items (database, "a");
}

/* Outside all savepoints the commit tells. */
static void
test_deferred_commit (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_deferring (fixture);
  GError *error = NULL;

  g_assert_true (jip_database_release (database, "job", NULL));
  g_assert_true (insert (database, "b", NULL));
  g_assert_true (insert (database, "a", NULL)); /* is there */
  gboolean committed = jip_database_commit (database, &error);
  assert_refused (committed, error);
  g_assert_true (jip_database_rollback (database, NULL));
  g_assert_true (jip_database_begin (database, NULL));
  g_assert_true (insert (database, "c", NULL));
  commit_items (database, "ac");
}

/* The connection goes with all that was on its way. */
static void
test_deferred_lost (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipDatabase) database = open_deferring (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_true (insert (database, "b", NULL));
  cut (fixture, database);
  g_assert_true (insert (database, "c", NULL));
  g_assert_false (jip_database_release (database, "job", &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_UNAVAILABLE);
  g_assert_false (jip_database_rollback_to (database, "job", NULL));
  g_assert_false (insert (database, "d", NULL));
  g_assert_false (jip_database_commit (database, NULL));
  g_assert_true (jip_database_rollback (database, NULL));
  g_assert_true (jip_database_begin (database, NULL));
  g_assert_true (insert (database, "e", NULL));
  commit_items (database, "ae");
}

#define ADD(path, function) \
  g_test_add ("/postgresql/" path, TestFolder, NULL, test_folder_set_up, function, test_folder_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("reader-comes-back", test_reader_comes_back);
  ADD ("broken-transaction", test_broken_transaction);
  ADD ("lost-commit", test_lost_commit);
  ADD ("failed-transaction", test_failed_transaction);
  ADD ("writer-goes-on", test_writer_goes_on);
  ADD ("exclusive", test_exclusive);
  ADD ("one-writes", test_one_writes);
  ADD ("refusals", test_refusals);
  ADD ("addresses", test_addresses);
  ADD ("large", test_large);
  ADD ("deferred-release", test_deferred_release);
  ADD ("deferred-nested", test_deferred_nested);
  ADD ("deferred-inner", test_deferred_inner);
  ADD ("deferred-shared", test_deferred_shared);
  ADD ("deferred-changes", test_deferred_changes);
  ADD ("deferred-commit", test_deferred_commit);
  ADD ("deferred-lost", test_deferred_lost);
  return g_test_run ();
}
