/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jip-store.h"
#include "test-util.h"

typedef struct
{
  gint64 value;
  gboolean fail;
  int *left; /* atomic */
  int *ok;   /* atomic */
  int *failed;
} Write;

static gboolean
write_func (JipDatabase *database, gpointer data, GError **error)
{
  Write *write = data;

  if (!jip_database_run (database, error, "INSERT INTO t (v) VALUES ($1)", "i", write->value))
    return FALSE;
  return write->fail ? jip_error_set (error, JIP_ERROR_BAD_ARGS, "refused") : TRUE;
}

static void
write_done (gpointer data, const GError *error)
{
  Write *write = data;

  g_atomic_int_inc (error == NULL ? write->ok : write->failed);
  g_atomic_int_add (write->left, -1);
}

static JipWriter *
open_writer (TestFolder *fixture, guint window_us)
{
  JipDatabase *database = test_open (fixture, JIP_DATABASE_CREATE);

  test_exec (database, "CREATE TABLE IF NOT EXISTS t (v INTEGER NOT NULL) STRICT");
  return jip_writer_new (database, window_us);
}

/* Holds the writer up until @data, a #GMutex, is free. */
static gboolean
wait_func (JipDatabase *database, gpointer data, GError **error)
{
  g_mutex_lock (data);
  g_mutex_unlock (data);
  return TRUE;
}

static void
submit (JipWriter *writer, gint64 value, gboolean fail, int *left, int *ok, int *failed)
{
  Write *write = g_new0 (Write, 1);
  *write = (Write){ .value = value, .fail = fail, .left = left, .ok = ok, .failed = failed };
  jip_writer_submit (writer, write_func, write_done, write, g_free);
}

typedef struct
{
  GMutex mutex;
  GCond cond;
  gboolean next_ran;
  GString *told; /* in the order of the answers */
} Meeting;

static gboolean
say_ran (JipDatabase *database, gpointer data, GError **error)
{
  Meeting *meeting = data;

  g_mutex_lock (&meeting->mutex);
  meeting->next_ran = TRUE;
  g_cond_signal (&meeting->cond);
  g_mutex_unlock (&meeting->mutex);
  return TRUE;
}

static gboolean
do_nothing (JipDatabase *database, gpointer data, GError **error)
{
  return TRUE;
}

/* An answer that takes until the next job has run. */
static void
tell_when_next_ran (gpointer data, const GError *error)
{
  Meeting *meeting = data;

  g_mutex_lock (&meeting->mutex);
  while (!meeting->next_ran)
    g_cond_wait (&meeting->cond, &meeting->mutex);
  g_string_append_c (meeting->told, '1');
  g_mutex_unlock (&meeting->mutex);
}

static void
tell (gpointer data, const GError *error)
{
  Meeting *meeting = data;

  g_mutex_lock (&meeting->mutex);
  g_string_append_c (meeting->told, '2');
  g_mutex_unlock (&meeting->mutex);
}

/* A job need not wait for the answer to the one before it, but its own comes behind that. */
static void
test_slow_answer (TestFolder *fixture, gconstpointer data)
{
  JipWriter *writer = open_writer (fixture, 0);
  Meeting meeting = { .told = g_string_new (NULL) };

  jip_writer_submit (writer, do_nothing, tell_when_next_ran, &meeting, NULL);
  while (jip_writer_get_n_waiting (writer) > 0) /* else they were in one batch */
    g_usleep (1000);
  jip_writer_submit (writer, say_ran, tell, &meeting, NULL);
  jip_writer_stop (writer);
  g_assert_cmpstr (meeting.told->str, ==, "12");
  jip_writer_free (writer);
  g_string_free (meeting.told, TRUE);
}

static void
test_groups (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipWriter) writer = open_writer (fixture, 2000);
  int left = 3000, ok = 0, failed = 0;

  for (int i = 0; i < 3000; i++)
    submit (writer, i, i % 10 == 0, &left, &ok, &failed);
  jip_writer_stop (writer);
  g_assert_cmpint (left, ==, 0);
  g_assert_cmpint (ok, ==, 2700);
  g_assert_cmpint (failed, ==, 300);
  g_assert_cmpuint (jip_writer_get_n_commits (writer), <, 300);

  g_autoptr (JipDatabase) reader = test_open (fixture, JIP_DATABASE_READ_ONLY);
  g_assert_cmpint (test_int (reader, "SELECT count(*) FROM t"), ==, 2700);
  g_assert_cmpint (test_int (reader, "SELECT count(*) FROM t WHERE v % 10 = 0"), ==, 0);
}

typedef struct
{
  const char *values; /* NULL for none: then it is refused */
  gboolean refused;
  int n_runs;
  int *left; /* atomic */
  gboolean kept;
} Again;

static gboolean
again_func (JipDatabase *database, gpointer data, GError **error)
{
  Again *again = data;

  again->n_runs++;
  for (const char *p = again->values; p != NULL && *p != '\0'; p++)
    if (!(*p == '-' ? jip_database_run (database, error, "INSERT INTO t (v) VALUES ($1)", "I", NULL)
                    : jip_database_run (database, error, "INSERT INTO t (v) VALUES ($1)", "i", (gint64) *p)))
      return FALSE;
  return !again->refused || jip_error_set (error, JIP_ERROR_BAD_ARGS, "refused");
}

static void
again_done (gpointer data, const GError *error)
{
  Again *again = data;

  again->kept = error == NULL;
  g_atomic_int_add (again->left, -1);
}

/* In one commit, which waits for all of them. */
static void
run_again (TestFolder *fixture, Again *jobs, guint n_jobs, const char *kept)
{
  g_autoptr (JipWriter) writer = open_writer (fixture, 0);
  GMutex gate;
  int left = (int) n_jobs;

  g_mutex_init (&gate);
  g_mutex_lock (&gate);
  jip_writer_submit (writer, wait_func, NULL, &gate, NULL);
  while (jip_writer_get_n_waiting (writer) > 0)
    g_thread_yield ();
  for (guint i = 0; i < n_jobs; i++)
    {
      jobs[i].left = &left;
      jip_writer_submit_repeatable (writer, again_func, again_done, &jobs[i], NULL);
    }
  g_mutex_unlock (&gate);
  jip_writer_stop (writer);
  g_mutex_clear (&gate);
  g_assert_cmpint (left, ==, 0);
  g_autoptr (JipDatabase) reader = test_open (fixture, JIP_DATABASE_READ_ONLY);
  for (const char *p = "abcdef"; *p != '\0'; p++)
    g_assert_cmpint (
        jip_database_query_int (reader, -1, NULL, "SELECT COUNT(*) FROM t WHERE v = $1", "i", (gint64) *p),
        ==, strchr (kept, *p) != NULL);
}

/* One that fails before it wrote costs nothing. */
static void
test_bold_refused (TestFolder *fixture, gconstpointer data)
{
  Again jobs[] = { { "ab" }, { NULL, TRUE }, { "c" } };

  run_again (fixture, jobs, G_N_ELEMENTS (jobs), "abc");
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      g_assert_cmpint (jobs[i].n_runs, ==, 1);
      g_assert_cmpint (jobs[i].kept, ==, !jobs[i].refused);
    }
}

/* One that fails behind its first write takes nothing else with it. */
static void
test_bold_undone (TestFolder *fixture, gconstpointer data)
{
  Again jobs[] = { { "ab" }, { "cd", TRUE }, { "e" }, { NULL, TRUE } };

  run_again (fixture, jobs, G_N_ELEMENTS (jobs), "abe");
  g_assert_cmpint (jobs[0].n_runs, ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    g_assert_cmpint (jobs[i].kept, ==, !jobs[i].refused);
}

/* What the database refuses it may tell as late as with the commit (PostgreSQL). */
static void
test_bold_constraint (TestFolder *fixture, gconstpointer data)
{
  Again jobs[] = { { "ab" }, { "c" }, { "d-" } };

  run_again (fixture, jobs, G_N_ELEMENTS (jobs), "abc");
  g_assert_cmpint (jobs[0].n_runs, ==, 2);
  g_assert_true (jobs[0].kept);
  g_assert_true (jobs[1].kept);
  g_assert_false (jobs[2].kept);
}

static gboolean
refuse_commit (JipDatabase *database, gpointer data, GError **error)
{
  return jip_error_set (error, JIP_ERROR_STORAGE_FULL, "full");
}

static void
count_commit (gpointer data)
{
  (*(int *) data)++;
}

static void
test_failed_commit_keeps_nothing (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipWriter) writer = open_writer (fixture, 0);
  int left = 20, ok = 0, failed = 0, commits = 0;

  jip_writer_set_hooks (writer, refuse_commit, count_commit, &commits);
  for (int i = 0; i < 20; i++)
    submit (writer, i, FALSE, &left, &ok, &failed);
  jip_writer_stop (writer);
  g_assert_cmpint (failed, ==, 20);
  g_assert_cmpint (commits, ==, 0);
  g_autoptr (JipDatabase) reader = test_open (fixture, JIP_DATABASE_READ_ONLY);
  g_assert_cmpint (test_int (reader, "SELECT count(*) FROM t"), ==, 0);
}

static gboolean
fill_up (JipDatabase *database, gpointer data, GError **error)
{
  return jip_database_run (database, error, "INSERT INTO big (b) VALUES (zeroblob(100000))", NULL);
}

static gboolean
small_write (JipDatabase *database, gpointer data, GError **error)
{
  return jip_database_run (database, error, "DELETE FROM big", NULL);
}

static void
test_disk_full (TestFolder *fixture, gconstpointer data)
{
  JipDatabase *database = test_open (fixture, JIP_DATABASE_CREATE);
  test_exec (database, "CREATE TABLE big (b BLOB) STRICT; PRAGMA max_page_count = 100");
  g_autoptr (JipWriter) writer = jip_writer_new (database, 0);
  g_autoptr (GError) error = NULL;

  while (jip_writer_run_sync (writer, fill_up, NULL, &error))
    ;
  g_assert_error (error, JIP_ERROR, JIP_ERROR_STORAGE_FULL);
  g_clear_error (&error);
  /* it goes on without a restart once there is room */
  g_assert_true (jip_writer_run_sync (writer, small_write, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (jip_writer_run_sync (writer, fill_up, NULL, &error));
}

static void
test_after_stop (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (JipWriter) writer = open_writer (fixture, 0);
  int left = 1, ok = 0, failed = 0;

  jip_writer_stop (writer);
  submit (writer, 1, FALSE, &left, &ok, &failed);
  g_assert_cmpint (failed, ==, 1);
}

/* The child announces each value on a pipe once it is durable, and is killed while it writes. */
static void
announce_done (gpointer data, const GError *error)
{
  Write *write = data;
  gint64 value = write->value;

  if (error == NULL
      && TEMP_FAILURE_RETRY (writev (*write->left, &(struct iovec){ &value, sizeof value }, 1)) < 0)
    _exit (1);
}

static void
run_child (TestFolder *fixture, int pipe_fd, gint64 base)
{
  g_autoptr (JipWriter) writer = open_writer (fixture, 500);

  for (gint64 i = 0;; i++)
    {
      Write *write = g_new0 (Write, 1);
      *write = (Write){ .value = base + i, .left = &pipe_fd };
      jip_writer_submit (writer, write_func, announce_done, write, g_free);
      while (jip_writer_get_n_waiting (writer) > 100)
        g_thread_yield ();
    }
}

static void
test_kill (TestFolder *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) acknowledged = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (int round = 0; round < 5; round++)
    {
      int fds[2];
      gint64 value;
      g_assert_cmpint (pipe (fds), ==, 0);
      pid_t child = fork ();
      if (child == 0)
        {
          close (fds[0]);
          run_child (fixture, fds[1], round * 1000000);
        }
      close (fds[1]);
      int wanted = 50 + (int) g_random_int_range (0, 500);
      for (int i = 0; read (fds[0], &value, sizeof value) == (ssize_t) sizeof value; i++)
        {
          g_hash_table_add (acknowledged, g_memdup2 (&value, sizeof value));
          if (i == wanted)
            kill (child, SIGKILL);
        }
      waitpid (child, NULL, 0);
      close (fds[0]);
    }

  g_autoptr (JipDatabase) reader = test_open (fixture, JIP_DATABASE_READ_ONLY);
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init (&iter, acknowledged);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_assert_cmpint (
        jip_database_query_int (reader, 0, NULL, "SELECT count(*) FROM t WHERE v = $1", "i", *(gint64 *) key),
        ==, 1);
  g_assert_cmpuint (g_hash_table_size (acknowledged), >, 250);
}

static JipStore *
open_store (TestFolder *fixture, const char *data, GError **error)
{
  g_autofree char *uri = fixture->name != NULL ? test_uri (fixture->name) : NULL;

  return jip_store_open_with (data, uri, jip_database_open_postgresql, JIP_SCHEMA_SERVER, 0, error);
}

/* One program a folder; data of a newer program fails closed. */
static void
test_store (TestFolder *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = g_build_filename (fixture->folder, "data", NULL);
  JipStore *store = open_store (fixture, data, &error);

  g_assert_no_error (error);
  g_assert_null (open_store (fixture, data, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_true (jip_store_is_local (store) == !test_on_postgresql ());
  JipDatabase *reader = jip_store_get_reader (store, &error);
  g_assert_no_error (error);
  g_assert_true (reader == jip_store_get_reader (store, NULL));
  g_assert_false (jip_database_run (reader, NULL, "DELETE FROM counter", NULL));
  jip_store_free (store);

  g_free (fixture->path);
  fixture->path = g_build_filename (data, JIP_STORE_FILE, NULL);
  JipDatabase *database = test_open (fixture, 0);
  g_assert_true (jip_meta_set (database, "schema", "999", &error));
  jip_database_free (database);
  g_assert_null (open_store (fixture, data, &error));
  g_assert_error (error, JIP_ERROR, JIP_ERROR_UNSUPPORTED);

  TestFolder inner = { .folder = g_steal_pointer (&data) };
  test_folder_tear_down (&inner, NULL);
}

static char *
describe_columns (JipDatabase *database)
{
  const char *sql
      = test_on_postgresql ()
            ? "SELECT string_agg (table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable"
              " || ' ' || COALESCE (collation_name, ''), ',' ORDER BY table_name, ordinal_position)"
              " FROM information_schema.columns WHERE table_schema = 'public'"
            : "SELECT group_concat (sql) FROM (SELECT sql FROM sqlite_master ORDER BY name) x";
  g_autoptr (GError) error = NULL;
  char *text = jip_database_query_text (database, &error, sql, NULL);

  g_assert_no_error (error);
  g_assert_nonnull (text);
  return text;
}

/* The server's schema comes to the same step by step and at once, and knows its tables. */
static void
test_server_schema (TestFolder *fixture, gconstpointer user_data)
{
  TestFolder other;
  g_autoptr (GError) error = NULL;

  test_folder_set_up (&other, NULL);
  {
    g_autoptr (JipDatabase) steps = test_open (fixture, JIP_DATABASE_CREATE);
    g_autoptr (JipDatabase) once = test_open (&other, JIP_DATABASE_CREATE);
    for (guint version = 1; version <= jip_migrations_get_latest (JIP_SCHEMA_SERVER); version++)
      g_assert_true (jip_migrations_apply_up_to (steps, JIP_SCHEMA_SERVER, version, &error));
    g_assert_true (jip_database_begin (once, &error));
    g_assert_true (jip_migrations_apply (once, JIP_SCHEMA_SERVER, &error));
    g_assert_true (jip_database_commit (once, &error));
    g_assert_no_error (error);
    g_autofree char *one = describe_columns (steps);
    g_autofree char *two = describe_columns (once);
    g_assert_cmpstr (one, ==, two);

    g_auto (GStrv) tables = jip_migrations_list_tables (JIP_SCHEMA_SERVER, &error);
    gint64 n
        = test_int (once, test_on_postgresql ()
                              ? "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'public'"
                              : "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'");
    g_assert_cmpint (g_strv_length (tables), ==, n);
  }
  test_folder_tear_down (&other, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, TestFolder, NULL, test_folder_set_up, func, test_folder_tear_down)
  ADD ("/writer/groups", test_groups);
  ADD ("/writer/slow-answer", test_slow_answer);
  ADD ("/writer/bold-refused", test_bold_refused);
  ADD ("/writer/bold-undone", test_bold_undone);
  ADD ("/writer/bold-constraint", test_bold_constraint);
  ADD ("/writer/failed-commit", test_failed_commit_keeps_nothing);
  if (!test_on_postgresql ())
    ADD ("/writer/disk-full", test_disk_full);
  ADD ("/writer/after-stop", test_after_stop);
  ADD ("/writer/kill", test_kill);
  ADD ("/store/lock-and-schema", test_store);
  ADD ("/store/server-schema", test_server_schema);
  return g_test_run ();
}
