/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-mutations [--ideas N] [--judges N] [--batch N] [--rounds N] [--bare-defers]: durable mutations a second through the push service, against the same writes (each
 * INSERT, UPDATE and DELETE, with its values) in bare transactions of one thread, as large as the writer's commits were. Ideas first,
 * then ballots. On SQLite, or under tests/with-postgresql on PostgreSQL, where the bare ones wait for the answer of each statement, as
 * simple programs do, unless --bare-defers. Both take turns; of the rounds the one with the median ratio is told, with the least and
 * the greatest, since what else the machine does moves single ones by half. Prints one JSON object. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <time.h>

#include "bench-event.h"
#include "jip-admin-service.h"
#include "jip-database-postgresql.h"
#include "jip-database-private.h"
#include "jip-id.h"
#include "jip-json.h"
#include "jip-push-service.h"
#include "jip-store-address.h"
#include "jip-sync.h"
#include "jip-time.h"

#define ENTRIES 10
#define BODY \
  "버스 정류장마다 도착 시각을 읽어 주는 장치를 두면 눈이 어두운 어르신도 혼자 버스를 탈 수 있다. 한 곳에서 먼저 해 보자."

static int n_ideas = 4000;
static int n_judges
    = 400; /* as many ballots as ideas: the first ones pay for what a fresh process has still to do */
static int n_batch = 1;
static int n_rounds = 7;
static gboolean bare_defers;

static const GOptionEntry options[] = {
  { "ideas", 0, 0, G_OPTION_ARG_INT, &n_ideas, "Ideas handed in", "N" },
  { "judges", 0, 0, G_OPTION_ARG_INT, &n_judges, "Judges, of whom each gives ten ballots", "N" },
  { "batch", 0, 0, G_OPTION_ARG_INT, &n_batch, "Mutations in a push", "N" },
  { "rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds, "How often", "N" },
  { "bare-defers", 0, 0, G_OPTION_ARG_NONE, &bare_defers,
    "The bare writes do not wait for their answers (PostgreSQL)", NULL },
  { NULL },
};

/* What the writer did to the database, to be done again without it. */
typedef struct
{
  const char *sql; /* one of each, so that finding the statement costs the replay no more than the service */
  JipValue *values;
  guint n_values;
} Write;

static GPtrArray *record; /* of Write */
static const JipDatabaseDriver *real_driver;

static void
write_free (gpointer data)
{
  Write *write = data;

  for (guint i = 0; i < write->n_values; i++)
    {
      if (write->values[i].type == 't')
        g_free ((char *) write->values[i].text);
      else if (write->values[i].type == 'b')
        g_clear_pointer (&write->values[i].bytes, g_bytes_unref);
    }
  g_free (write->values);
  g_free (write);
}

static gboolean
is_write (const char *sql)
{
  return g_str_has_prefix (sql, "INSERT") || g_str_has_prefix (sql, "UPDATE")
         || g_str_has_prefix (sql, "DELETE");
}

static void
note (const char *sql, const JipValue *values, guint n_values)
{
  Write *write;

  if (!is_write (sql))
    return;
  write = g_new0 (Write, 1);
  write->sql = g_intern_string (sql);
  write->n_values = n_values;
  write->values = g_memdup2 (values, n_values * sizeof *values);
  for (guint i = 0; i < n_values; i++)
    {
      if (values[i].type == 't')
        write->values[i].text = g_strdup (values[i].text);
      else if (values[i].type == 'b' && values[i].bytes != NULL)
        write->values[i].bytes = g_bytes_ref (values[i].bytes);
    }
  g_ptr_array_add (record, write);
}

static gboolean
recording_run (JipDatabase *database, const char *sql, const JipValue *values, guint n_values, GError **error)
{
  if (!real_driver->run (database, sql, values, n_values, error))
    return FALSE;
  note (sql, values, n_values);
  return TRUE;
}

static JipRows *
recording_query (JipDatabase *database,
                 const char *sql,
                 const JipValue *values,
                 guint n_values,
                 GError **error)
{
  note (sql, values, n_values); /* RETURNING */
  return real_driver->query (database, sql, values, n_values, error);
}

static gboolean
start_recording (JipDatabase *database, gpointer data, GError **error)
{
  static JipDatabaseDriver driver;

  real_driver = database->driver;
  driver = *real_driver;
  driver.run = recording_run;
  driver.query = recording_query;
  database->driver = &driver;
  return TRUE;
}

typedef struct
{
  JipServices *services;
  char **accounts;
  char **replicas;
  gint64 *numbers;
  char *event;
  char **entries;
  GMutex mutex;
  GCond answered;
  int waiting; /* under the mutex */
} Town;

static void
pushed (JipPushAnswer *answer, const GError *error, gpointer data)
{
  Town *town = data;

  if (error != NULL)
    g_error ("%s", error->message);
  for (guint i = 0; i < answer->verdicts->len; i++)
    if (((JipVerdict *) g_ptr_array_index (answer->verdicts, i))->status != JIP_VERDICT_OK)
      g_error ("%s", ((JipVerdict *) g_ptr_array_index (answer->verdicts, i))->message);
  g_mutex_lock (&town->mutex);
  if (--town->waiting == 0)
    g_cond_signal (&town->answered);
  g_mutex_unlock (&town->mutex);
}

static char *
idea_args (void)
{
  g_autofree char *id = jip_id_new ();

  return g_strdup_printf ("{\"id\":\"%s\",\"kind\":\"proposal\",\"title\":\"정류장 안내\",\"body\":\"" BODY
                          "\",\"category\":\"교통\",\"anonymous\":false}",
                          id);
}

static char *
ballot_args (Town *town, int round)
{
  g_autofree char *id = jip_id_new ();

  return g_strdup_printf ("{\"id\":\"%s\",\"event\":\"%s\",\"entry\":\"%s\",\"version\":1,\"score\":%d}", id,
                          town->event, town->entries[round], round);
}

static JipPush *
make_push (Town *town, int who, int count, gboolean ballots, int round)
{
  JipPush *push = jip_push_new (town->replicas[who]);

  push->oldest = 1;
  for (int i = 0; i < count; i++)
    {
      g_autofree char *text = ballots ? ballot_args (town, round) : idea_args ();
      g_autofree char *time = jip_time_format (jip_time_now ());
      g_autoptr (JsonNode) at = json_node_init_string (json_node_alloc (), time);
      JsonNode *args = jip_json_parse (text, -1, NULL);
      g_ptr_array_add (push->mutations,
                       jip_mutation_new (++town->numbers[who], ballots ? "ballot.submit" : "proposal.submit",
                                         args, jip_time_now ()));
    }
  return push;
}

/* Ideas, or a ballot of each judge for each entry. Pushes are made before the clock starts: their clients make them. */
static double
push_all (Town *town, gboolean ballots)
{
  g_autoptr (GPtrArray) pushes = g_ptr_array_new ();
  int per_push = ballots ? 1 : n_batch;
  int count = ballots ? n_judges * ENTRIES : n_ideas / n_batch;

  for (int i = 0; i < count; i++)
    g_ptr_array_add (pushes, make_push (town, i % n_judges, per_push, ballots, i / n_judges));
  gint64 start = g_get_monotonic_time ();
  town->waiting = count;
  for (int i = 0; i < count; i++)
    jip_push_service_run (town->services, g_ptr_array_index (pushes, i), town->accounts[i % n_judges], pushed,
                          town, NULL);
  g_mutex_lock (&town->mutex);
  while (town->waiting > 0)
    g_cond_wait (&town->answered, &town->mutex);
  g_mutex_unlock (&town->mutex);
  return count * per_push * 1e6 / (double) (g_get_monotonic_time () - start);
}

/* The address of a database on the server of tests/with-postgresql; %NULL for SQLite. */
static char *
address_of (const char *name)
{
  const char *pattern = g_getenv ("JIP_TEST_DATABASE");
  g_auto (GStrv) parts = pattern != NULL ? g_strsplit (pattern, "%s", 2) : NULL;

  return parts != NULL ? g_strjoin (name, parts[0], parts[1], NULL) : NULL;
}

static void
create_database (const char *name, const char *template)
{
  g_autofree char *server = address_of ("postgres");
  g_autofree char *sql = g_strdup_printf ("CREATE DATABASE %s TEMPLATE %s", name, template);
  g_autoptr (GError) error = NULL;

  if (server == NULL)
    return;
  g_autoptr (JipDatabase) database = jip_database_open_postgresql (server, 0, &error);
  if (database == NULL || !jip_database_exec (database, sql, &error))
    g_error ("%s", error->message);
}

static void
run_command (const char *const *command)
{
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Another server that starts where the first one stood. */
static JipServices *
open_copy (const char *folder, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *base = g_build_filename (folder, "base", NULL),
                  *copy = g_build_filename (folder, name, NULL);
  g_autofree char *uri = address_of (name);

  create_database (name, "base");
  run_command ((const char *[]){ "cp", "-r", base, copy, NULL });
  g_autofree char *address = g_build_filename (copy, JIP_STORE_ADDRESS, NULL);
  g_unlink (address); /* of the one that was copied */
  JipServices *services = jip_services_open_at (copy, uri, &error);
  g_assert_no_error (error);
  return services;
}

/* Accounts and an event with all windows open. */
static void
found_town (Town *town, const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) csv
      = g_string_new ("login,name,department,roles,password\nhost,host,,staff organiser,\n");
  g_autofree char *base = g_build_filename (folder, "base", NULL), *uri = address_of ("base");

  create_database ("base", "template0");
  g_assert_cmpint (g_mkdir (base, 0700), ==, 0);
  g_autoptr (JipServices) services = jip_services_open_at (base, uri, &error);
  g_assert_no_error (error);
  for (int i = 0; i < n_judges; i++)
    g_string_append_printf (csv, "j%d,judge,,staff,\n", i);
  g_free (jip_admin_user_import (services, csv->str, &error));
  g_assert_no_error (error);
  town->accounts = g_new0 (char *, n_judges + 1);
  for (int i = 0; i < n_judges; i++)
    {
      g_autofree char *login = g_strdup_printf ("j%d", i);
      town->accounts[i] = jip_admin_find_account (services, login, NULL);
    }
  town->entries = g_new0 (char *, ENTRIES + 1);
  for (guint i = 0; i < ENTRIES; i++)
    town->entries[i] = jip_id_new ();
  town->event = jip_id_new ();
  g_autofree char *host = jip_admin_find_account (services, "host", NULL);
  g_autofree char *text = bench_event_text (town->event, host, town->accounts, town->entries, ENTRIES);
  bench_apply (services, host, "event.create", text);
  for (guint i = 0; i < ENTRIES; i++)
    {
      g_autofree char *step = g_strdup_printf (
          "{\"event\":\"%s\",\"step\":\"open\",\"args\":{\"entry\":\"%s\"}}", town->event, town->entries[i]);
      bench_apply (services, host, "event.step", step);
    }
}

/* The town on a copy: new replicas, which have pushed nothing. */
static void
move_town (Town *town, const char *folder, const char *name)
{
  g_clear_pointer (&town->replicas, g_strfreev);
  g_free (town->numbers);
  town->services = open_copy (folder, name);
  town->replicas = g_new0 (char *, n_judges + 1);
  town->numbers = g_new0 (gint64, n_judges);
  for (int i = 0; i < n_judges; i++)
    town->replicas[i] = jip_id_new ();
}

typedef struct
{
  double per_s;
  double cpu_us; /* of the writing thread, for a mutation: tells more where others use the machine */
  double bare_cpu_us;
  double commits; /* as many mutations in each */
  double bare_per_s;
  double writes; /* in a mutation */
} Figures;

static double
ratio_of (const Figures *figures)
{
  return figures->per_s / figures->bare_per_s;
}

static double
thread_cpu_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec * 1e6 + (double) time.tv_nsec / 1e3;
}

static gboolean
read_cpu (JipDatabase *database, gpointer data, GError **error)
{
  *(double *) data = thread_cpu_us ();
  return TRUE;
}

static void
measure (Town *town, gboolean ballots, int mutations, Figures *figures)
{
  JipWriter *writer = jip_store_get_writer (town->services->store);
  double before_us, after_us;

  jip_writer_run_sync (writer, read_cpu, &before_us, NULL);
  guint64 before = jip_writer_get_n_commits (writer);
  figures->per_s = push_all (town, ballots);
  figures->commits = (double) (jip_writer_get_n_commits (writer) - before);
  jip_writer_run_sync (writer, read_cpu, &after_us, NULL);
  figures->cpu_us = (after_us - before_us) / mutations;
}

/* Does the recorded writes from @first on again. */
static void
replay (JipDatabase *database, guint first, guint count, int mutations, Figures *figures)
{
  guint commits = (guint) MAX (figures->commits, 1);
  guint per_commit = (count + commits - 1) / commits; /* as many commits, not one more for a rest */
  g_autoptr (GError) error = NULL;
  gboolean ok = TRUE;
  double start_us = thread_cpu_us ();
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; ok && i < count; i++)
    {
      const Write *write = g_ptr_array_index (record, first + i);
      ok = (i % per_commit != 0 || jip_database_begin (database, &error))
           && jip_database_run_values (database, &error, write->sql, write->values, write->n_values)
           && (((i + 1) % per_commit != 0 && i + 1 < count) || jip_database_commit (database, &error));
    }
  g_assert_no_error (error);
  figures->bare_per_s = mutations * 1e6 / (double) (g_get_monotonic_time () - start);
  figures->bare_cpu_us = (thread_cpu_us () - start_us) / mutations;
  figures->writes = (double) count / mutations;
}

/* Returns: how many of the writes are those of the ideas, which come first */
static guint
record_writes (Town *town, const char *folder)
{
  g_autoptr (GError) error = NULL;

  move_town (town, folder, "recorded");
  record = g_ptr_array_new_with_free_func (write_free);
  jip_writer_run_sync (jip_store_get_writer (town->services->store), start_recording, NULL, &error);
  g_assert_no_error (error);
  push_all (town, FALSE);
  guint n_of_ideas = record->len;
  push_all (town, TRUE);
  jip_services_free (town->services);
  return n_of_ideas;
}

static void
measure_bare (const char *folder, const char *name, guint n_of_ideas, Figures *ideas, Figures *ballots)
{
  g_autoptr (GError) error = NULL;

  jip_services_free (open_copy (folder, name));
  g_autofree char *path = g_build_filename (folder, name, "jiphyeon.db", NULL), *uri = address_of (name);
  g_autoptr (JipDatabase) database = uri != NULL ? jip_database_open_postgresql (uri, 0, &error)
                                                 : jip_database_open_sqlite (path, 0, &error);
  g_assert_no_error (error);
  if (bare_defers)
    jip_database_defer_writes (database);
  replay (database, 0, n_of_ideas, n_ideas / n_batch * n_batch, ideas);
  replay (database, n_of_ideas, record->len - n_of_ideas, n_judges * ENTRIES, ballots);
}

static void
run_round (Town *town, const char *folder, int round, guint n_of_ideas, Figures *ideas, Figures *ballots)
{
  g_autofree char *name = g_strdup_printf ("measured%d", round), *bare = g_strdup_printf ("bare%d", round);

  move_town (town, folder, name);
  measure (town, FALSE, n_ideas / n_batch * n_batch, ideas);
  measure (town, TRUE, n_judges * ENTRIES, ballots);
  jip_services_free (town->services);
  measure_bare (folder, bare, n_of_ideas, ideas, ballots);
}

static int
compare_ratios (gconstpointer a, gconstpointer b)
{
  return ratio_of (a) < ratio_of (b) ? -1 : ratio_of (a) > ratio_of (b);
}

/* @rounds: (inout): put in order */
static void
print (const char *name, Figures *rounds)
{
  const Figures *f = &rounds[n_rounds / 2];

  qsort (rounds, (gsize) n_rounds, sizeof *rounds, compare_ratios);
  g_print (
      ",\"%s_per_s\":%.0f,\"%s_commits\":%.0f,\"%s_writes\":%.1f,\"bare_%s_per_s\":%.0f,\"%s_ratio\":%.3f",
      name, f->per_s, name, f->commits, name, f->writes, name, f->bare_per_s, name, ratio_of (f));
  g_print (",\"%s_ratio_least\":%.3f,\"%s_ratio_most\":%.3f", name, ratio_of (rounds), name,
           ratio_of (&rounds[n_rounds - 1]));
  g_print (",\"%s_cpu_us\":%.1f,\"bare_%s_cpu_us\":%.1f,\"%s_cpu_ratio\":%.3f", name, f->cpu_us, name,
           f->bare_cpu_us, name, f->bare_cpu_us / f->cpu_us);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("bench-mutations-XXXXXX", NULL);
  Town town = { NULL };

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  n_rounds = MAX (n_rounds, 1);
  g_autofree Figures *ideas = g_new0 (Figures, (gsize) n_rounds),
                     *ballots = g_new0 (Figures, (gsize) n_rounds);
  found_town (&town, folder);
  guint n_of_ideas = record_writes (&town, folder);
  for (int i = 0; i < n_rounds; i++)
    run_round (&town, folder, i, n_of_ideas, &ideas[i], &ballots[i]);
  g_ptr_array_unref (record);
  g_print ("{\"bench\":\"mutations\",\"database\":\"%s\",\"batch\":%d,\"rounds\":%d",
           g_getenv ("JIP_TEST_DATABASE") != NULL ? "postgresql" : "sqlite", n_batch, n_rounds);
  print ("ideas", ideas);
  print ("ballots", ballots);
  g_print ("}\n");
  run_command ((const char *[]){ "rm", "-rf", folder, NULL });
  return 0;
}
