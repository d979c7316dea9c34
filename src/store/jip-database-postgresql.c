/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-database-postgresql.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-database-postgresql-private.h"
#include "jip-ddl.h"

#define MAX_CACHED 256
#define MAX_DEFERRED 128 /* small answers: they fit into the buffers of a socket */
#define RETRY_US G_TIME_SPAN_SECOND
#define LOCK_WRITE "pg_advisory_xact_lock (" JIP_POSTGRESQL_LOCK_CLASS ", 1)"

/* A connection that is lost outside a transaction is made again by the next statement. One that is lost inside leaves
 * the transaction broken: every statement fails until it is rolled back, so that none runs on its own by mistake.
 *
 * In a transaction, savepoints and (jip_database_defer_writes()) writes do not wait for their answers: they are on their
 * way, and the next statement that has to wait reads all answers. Should one of them have failed, what came behind it
 * was skipped; that statement tells of it. The failure lies in the innermost savepoint that has been open since; while
 * the caller believes to be in a deeper one, which never was, every statement fails likewise. */
typedef struct
{
  JipDatabase parent;
  char *uri;
  JipDatabaseFlags flags;
  PGconn *connection; /* NULL while it is lost */
  gint64 retry_at;    /* monotonic; not before then */
  gboolean open;      /* a transaction */
  gboolean broken;
  GHashTable *statements; /* types and SQL -> Statement */
  GPtrArray *savepoints;  /* char *: the names of those that the caller has open */
  GArray *deferred;       /* guint: how many of them each statement on its way lies in */
  gboolean wrote;         /* one of those is more than a savepoint */
  GError *failure;        /* of one of those, further out than the caller believes to be */
  guint failed_in;        /* so many savepoints hold it */
  guint64 serial;
  gint64 changes;
} PostgresqlDatabase;

typedef struct
{
  char name[24];
  guint64 used;
} Statement;

static const JipDatabaseDriver postgresql_driver;

static void
forget_transaction (PostgresqlDatabase *self)
{
  g_ptr_array_set_size (self->savepoints, 0);
  g_array_set_size (self->deferred, 0);
  self->wrote = FALSE;
  g_clear_error (&self->failure);
}

/* The connection is gone. */
static gboolean
lose (PostgresqlDatabase *self, gboolean committing, GError **error)
{
  g_clear_pointer (&self->connection, PQfinish);
  g_hash_table_remove_all (self->statements);
  forget_transaction (self);
  self->broken = self->open;
  if (committing)
    return jip_error_set (
        error, JIP_ERROR_UNAVAILABLE,
        _ ("The connection to the database was lost before it said whether the change is kept. "
           "Look before you try again."));
  return jip_error_set (error, JIP_ERROR_UNAVAILABLE,
                        _ ("The connection to the database was lost. Nothing was changed."));
}

/* Sets the error of a statement that failed; takes @result. @committing: without an answer it may have been kept. */
static gboolean
fail (PostgresqlDatabase *self, PGresult *result, gboolean committing, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (PQstatus (self->connection) == CONNECTION_BAD || jip_postgresql_is_lost (result))
    lose (self, committing, &local);
  else
    jip_postgresql_set_error (&local, result);
  JipErrorCode code = jip_error_get_code (local);
  if (code == JIP_ERROR_STORAGE_FULL || code == JIP_ERROR_UNAVAILABLE)
    jip_database_note_trouble (&self->parent, local);
  PQclear (result);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
reach (PostgresqlDatabase *self, GError **error)
{
  gint64 now = g_get_monotonic_time ();

  if (now < self->retry_at)
    return jip_error_set (error, JIP_ERROR_UNAVAILABLE, _ ("The database cannot be reached at the moment."));
  self->connection = jip_postgresql_connect (self->uri, self->flags, error);
  if (self->connection == NULL)
    {
      self->retry_at = now + RETRY_US;
      return FALSE;
    }
  self->retry_at = 0;
  return TRUE;
}

static gboolean
ensure_connection (PostgresqlDatabase *self, GError **error)
{
  if (self->broken)
    return jip_error_set (error, JIP_ERROR_UNAVAILABLE,
                          _ ("The transaction in the database was lost. Nothing was changed."));
  if (self->failure != NULL)
    {
      g_propagate_error (error, g_error_copy (self->failure));
      return FALSE;
    }
  return self->connection != NULL || reach (self, error);
}

static void
note_transaction (PostgresqlDatabase *self)
{
  PGTransactionStatusType status = PQtransactionStatus (self->connection);

  if (status != PQTRANS_UNKNOWN)
    self->open = status != PQTRANS_IDLE;
}

/* Reads the answers of all that is deferred. Returns the first that failed, NULL for none, with its depth. Without an
 * answer the connection is lost, which its status says. */
static PGresult *
read_deferred (PostgresqlDatabase *self, guint *depth)
{
  PGresult *failed = NULL;

  for (guint i = 0; i < self->deferred->len; i++)
    {
      PGresult *result = PQgetResult (self->connection);
      if (result == NULL)
        break;
      PQclear (PQgetResult (self->connection)); /* the NULL between two statements */
      const char *changed = PQcmdTuples (result);
      if (failed == NULL && *changed != '\0')
        self->changes = g_ascii_strtoll (changed, NULL, 10);
      if (failed == NULL && !jip_postgresql_is_good (result))
        {
          failed = result;
          *depth = g_array_index (self->deferred, guint, i);
        }
      else
        PQclear (result);
    }
  return failed;
}

static gboolean
is_under_way (PostgresqlDatabase *self)
{
  return self->connection != NULL && PQpipelineStatus (self->connection) != PQ_PIPELINE_OFF;
}

/* Waits for what is on its way. @wanted: (nullable): the answer of one more statement behind what is deferred, good or
 * not, %NULL when the connection is lost. @committing: see fail(). */
static gboolean
settle (PostgresqlDatabase *self, PGresult **wanted, gboolean committing, GError **error)
{
  g_autoptr (GError) problem = NULL;
  guint depth = 0;

  if (!is_under_way (self))
    return TRUE;
  gboolean sent = PQpipelineSync (self->connection) == 1;
  PGresult *failed = sent ? read_deferred (self, &depth) : NULL;
  if (sent && wanted != NULL)
    {
      *wanted = PQgetResult (self->connection);
      PQclear (PQgetResult (self->connection));
    }
  if (sent)
    PQclear (PQgetResult (self->connection)); /* the end of what was sent */
  gboolean left = PQexitPipelineMode (self->connection) == 1;
  g_array_set_size (self->deferred, 0);
  self->wrote = FALSE;
  if (failed == NULL && sent && left && PQstatus (self->connection) == CONNECTION_OK)
    {
      note_transaction (self);
      return TRUE;
    }
  if (wanted != NULL)
    g_clear_pointer (wanted, PQclear);
  fail (self, failed, committing, &problem);
  if (self->connection != NULL)
    note_transaction (self);
  if (self->connection != NULL && depth < self->savepoints->len)
    {
      self->failure = g_error_copy (problem);
      self->failed_in = depth;
    }
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* The least recently used half leaves. */
static gboolean
make_room (PostgresqlDatabase *self, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->statements);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Statement *statement = value;
      if (statement->used + MAX_CACHED / 2 > self->serial)
        continue;
      g_autofree char *sql = g_strconcat ("DEALLOCATE ", statement->name, NULL);
      PGresult *result = PQexec (self->connection, sql);
      if (!jip_postgresql_is_good (result))
        return fail (self, result, FALSE, error);
      PQclear (result);
      g_hash_table_iter_remove (&iter);
    }
  return TRUE;
}

/* The prepared statement for @sql, from the cache or new. */
static Statement *
acquire (PostgresqlDatabase *self,
         const char *sql,
         const JipValue *values,
         guint n_values,
         const JipPostgresqlParameters *parameters,
         GError **error)
{
  g_autofree char *key = jip_postgresql_statement_key (sql, values, n_values);
  Statement *statement = g_hash_table_lookup (self->statements, key);

  self->serial++;
  if (statement != NULL)
    {
      statement->used = self->serial;
      return statement;
    }
  if (!jip_postgresql_check_parameters (sql, n_values, error) || !settle (self, NULL, FALSE, error))
    return NULL;
  if (g_hash_table_size (self->statements) >= MAX_CACHED && !make_room (self, error))
    return NULL;
  statement = g_new0 (Statement, 1);
  statement->used = self->serial;
  g_snprintf (statement->name, sizeof statement->name, "s%" G_GUINT64_FORMAT, self->serial);
  PGresult *result = PQprepare (self->connection, statement->name, sql, (int) n_values, parameters->types);
  note_transaction (self);
  if (!jip_postgresql_is_good (result))
    {
      g_free (statement);
      fail (self, result, FALSE, error);
      return NULL;
    }
  PQclear (result);
  g_hash_table_insert (self->statements, g_steal_pointer (&key), statement);
  return statement;
}

/* Puts a prepared statement behind what is on its way. A connection that fails now says so when the answers are read. */
static void
send_statement (PostgresqlDatabase *self,
                const Statement *statement,
                const JipPostgresqlParameters *parameters,
                guint n_values)
{
  PQsendQueryPrepared (self->connection, statement->name, (int) n_values, parameters->values,
                       parameters->lengths, parameters->formats, 0);
}

/* One try. %NULL when the connection is lost: @self->connection is NULL then. */
static PGresult *
execute_once (PostgresqlDatabase *self,
              const char *sql,
              const JipValue *values,
              guint n_values,
              GError **error)
{
  g_auto (JipPostgresqlParameters) parameters = { NULL };
  PGresult *result = NULL;

  jip_postgresql_parameters_init (&parameters, values, n_values);
  Statement *statement = acquire (self, sql, values, n_values, &parameters, error);
  if (statement == NULL)
    return NULL;
  if (!is_under_way (self))
    result = PQexecPrepared (self->connection, statement->name, (int) n_values, parameters.values,
                             parameters.lengths, parameters.formats, 0);
  else
    {
      send_statement (self, statement, &parameters, n_values);
      if (!settle (self, &result, FALSE, error))
        return NULL;
    }
  if (!jip_postgresql_is_good (result))
    {
      fail (self, result, !self->open && !g_str_has_prefix (sql, "SELECT"), error);
      if (self->connection != NULL)
        note_transaction (self);
      return NULL;
    }
  note_transaction (self);
  return result;
}

/* A lost connection is noticed by the next statement only. Outside a transaction what only reads is then tried again,
 * once. */
static PGresult *
execute (PostgresqlDatabase *self, const char *sql, const JipValue *values, guint n_values, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gboolean may_repeat = !self->open && self->connection != NULL && g_str_has_prefix (sql, "SELECT");

  if (!ensure_connection (self, error))
    return NULL;
  PGresult *result = execute_once (self, sql, values, n_values, &problem);
  if (result == NULL && may_repeat && self->connection == NULL)
    {
      g_clear_error (&problem);
      if (ensure_connection (self, &problem))
        result = execute_once (self, sql, values, n_values, &problem);
    }
  if (result == NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return result;
}

static gboolean
begin_once (PostgresqlDatabase *self, const char *sql, GError **error)
{
  forget_transaction (self);
  if (!ensure_connection (self, error))
    return FALSE;
  PGresult *result = PQexec (self->connection, sql);
  if (!jip_postgresql_is_good (result))
    {
      fail (self, result, FALSE, error);
      if (self->connection != NULL)
        PQclear (PQexec (self->connection, "ROLLBACK"));
      self->open = self->broken = FALSE;
      return FALSE;
    }
  PQclear (result);
  note_transaction (self);
  return TRUE;
}

static gboolean
begin (PostgresqlDatabase *self, const char *sql, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gboolean was_connected = self->connection != NULL;

  if (self->open)
    return jip_error_set (error, JIP_ERROR_DATABASE, _ ("A transaction is open already."));
  if (begin_once (self, sql, &problem))
    return TRUE;
  if (was_connected && self->connection == NULL)
    {
      g_clear_error (&problem);
      if (begin_once (self, sql, &problem))
        return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* PostgreSQL answers COMMIT of a transaction in which something failed with ROLLBACK. */
static gboolean
commit (PostgresqlDatabase *self, GError **error)
{
  if (!ensure_connection (self, error))
    return FALSE;
  PGresult *result = NULL;
  if (!is_under_way (self))
    result = PQexec (self->connection, "COMMIT");
  else
    {
      PQsendQueryParams (self->connection, "COMMIT", 0, NULL, NULL, NULL, NULL, 0);
      if (!settle (self, &result, TRUE, error))
        return FALSE;
    }
  if (!jip_postgresql_is_good (result))
    {
      fail (self, result, TRUE, error);
      if (self->connection != NULL)
        note_transaction (self);
      return FALSE;
    }
  gboolean committed = strcmp (PQcmdStatus (result), "COMMIT") == 0;
  PQclear (result);
  note_transaction (self);
  forget_transaction (self);
  return committed
         || jip_error_set (error, JIP_ERROR_DATABASE,
                           _ ("The transaction was rolled back, because a part of it had failed."));
}

static gboolean
rollback (PostgresqlDatabase *self, GError **error)
{
  settle (self, NULL, FALSE, NULL); /* whatever came of it */
  forget_transaction (self);
  if (self->connection != NULL)
    {
      PGresult *result = PQexec (self->connection, "ROLLBACK");
      if (!jip_postgresql_is_good (result))
        {
          self->open = FALSE; /* a lost connection has no transaction */
          return fail (self, result, FALSE, error);
        }
      PQclear (result);
    }
  self->open = self->broken = FALSE;
  return TRUE;
}

/* @sql without parameters, not prepared. */
static gboolean
control (PostgresqlDatabase *self, const char *sql, GError **error)
{
  if (!ensure_connection (self, error) || !settle (self, NULL, FALSE, error))
    return FALSE;
  PGresult *result = PQexec (self->connection, sql);
  gboolean good = jip_postgresql_is_good (result);
  if (good)
    PQclear (result);
  else
    fail (self, result, !self->open, error);
  if (self->connection != NULL)
    note_transaction (self);
  return good;
}

/* Whether a statement may go on its way without being waited for: while nothing has failed that is known of. */
static gboolean
may_defer (PostgresqlDatabase *self)
{
  return self->connection != NULL && !self->broken && self->failure == NULL
         && (is_under_way (self) || PQtransactionStatus (self->connection) == PQTRANS_INTRANS);
}

static gboolean
defer (PostgresqlDatabase *self, const char *sql, const JipValue *values, guint n_values, GError **error)
{
  g_auto (JipPostgresqlParameters) parameters = { NULL };
  guint depth = self->savepoints->len;

  jip_postgresql_parameters_init (&parameters, values, n_values);
  Statement *statement = acquire (self, sql, values, n_values, &parameters, error);
  if (statement == NULL)
    return FALSE;
  if (!is_under_way (self) && PQenterPipelineMode (self->connection) != 1)
    return fail (self, NULL, FALSE, error);
  send_statement (self, statement, &parameters, n_values);
  g_array_append_val (self->deferred, depth);
  return self->deferred->len < MAX_DEFERRED || settle (self, NULL, FALSE, error);
}

static gboolean
run_savepoint (PostgresqlDatabase *self, const char *verb, guint depth, GError **error)
{
  char sql[48];

  g_snprintf (sql, sizeof sql, "%s l%u", verb, depth);
  if (may_defer (self))
    return defer (self, sql, NULL, 0, error);
  PGresult *result = execute (self, sql, NULL, 0, error);
  PQclear (result);
  return result != NULL;
}

/* The newest savepoint of that name as its depth, 0 for none. */
static guint
find_savepoint (PostgresqlDatabase *self, const char *name, GError **error)
{
  guint depth = self->savepoints->len;

  if (self->broken && !ensure_connection (self, error))
    return 0;
  while (depth > 0 && strcmp (g_ptr_array_index (self->savepoints, depth - 1), name) != 0)
    depth--;
  if (depth == 0)
    jip_error_set (error, JIP_ERROR_DATABASE, _ ("There is no savepoint of this name."));
  return depth;
}

static gboolean
set_savepoint (PostgresqlDatabase *self, const char *name, GError **error)
{
  if (!run_savepoint (self, "SAVEPOINT", self->savepoints->len + 1, error))
    return FALSE;
  g_ptr_array_add (self->savepoints, g_strdup (name));
  return TRUE;
}

/* What was deferred in it lies in the one around it from now on. The outermost waits for its answers: a failure undoes
 * what it holds, and no more. */
static gboolean
release_savepoint (PostgresqlDatabase *self, const char *name, GError **error)
{
  guint depth = find_savepoint (self, name, error);

  if (depth == 0 || !run_savepoint (self, "RELEASE SAVEPOINT", depth, error))
    return FALSE;
  if (depth == 1 && self->wrote && !settle (self, NULL, FALSE, error))
    return FALSE;
  g_ptr_array_set_size (self->savepoints, (int) depth - 1);
  for (guint i = 0; i < self->deferred->len; i++)
    {
      guint *lies_in = &g_array_index (self->deferred, guint, i);
      *lies_in = MIN (*lies_in, depth - 1);
    }
  return TRUE;
}

static gboolean
roll_back_to (PostgresqlDatabase *self, const char *name, GError **error)
{
  guint depth = find_savepoint (self, name, error);
  char sql[48];

  if (depth == 0)
    return FALSE;
  settle (self, NULL, FALSE, NULL);
  if (self->failure != NULL && self->failed_in >= depth)
    g_clear_error (&self->failure);
  g_snprintf (sql, sizeof sql, "ROLLBACK TO SAVEPOINT l%u", depth);
  if (!control (self, sql, error))
    return FALSE;
  g_ptr_array_set_size (self->savepoints, (int) depth);
  return TRUE;
}

static gboolean
is_write (const char *sql)
{
  return g_str_has_prefix (sql, "INSERT") || g_str_has_prefix (sql, "UPDATE")
         || g_str_has_prefix (sql, "DELETE");
}

/* What jip_database_savepoint() and its like name in @sql, %NULL for other statements. */
static char *
savepoint_name (const char *sql)
{
  const char *const verbs[] = { "SAVEPOINT \"", "RELEASE SAVEPOINT \"", "ROLLBACK TO SAVEPOINT \"" };

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_has_prefix (sql, verbs[i]))
      return g_strndup (sql + strlen (verbs[i]), strcspn (sql + strlen (verbs[i]), "\""));
  return NULL;
}

static gboolean
postgresql_run (JipDatabase *database,
                const char *sql,
                const JipValue *values,
                guint n_values,
                GError **error)
{
  PostgresqlDatabase *self = (PostgresqlDatabase *) database;

  if (g_str_has_prefix (sql, "BEGIN"))
    return begin (self, sql, error);
  if (strcmp (sql, "COMMIT") == 0)
    return commit (self, error);
  if (strcmp (sql, "ROLLBACK") == 0)
    return rollback (self, error);
  g_autofree char *name = savepoint_name (sql);
  if (name != NULL)
    return g_str_has_prefix (sql, "SAVEPOINT ") ? set_savepoint (self, name, error)
           : g_str_has_prefix (sql, "RELEASE ") ? release_savepoint (self, name, error)
                                                : roll_back_to (self, name, error);
  if (database->deferring && may_defer (self) && is_write (sql))
    {
      self->wrote = TRUE;
      return defer (self, sql, values, n_values, error);
    }

  PGresult *result = execute (self, sql, values, n_values, error);
  if (result == NULL)
    return FALSE;
  const char *changed = PQcmdTuples (result);
  if (*changed != '\0' && PQresultStatus (result) == PGRES_COMMAND_OK)
    self->changes = g_ascii_strtoll (changed, NULL, 10);
  PQclear (result);
  return TRUE;
}

static gboolean
postgresql_exec (JipDatabase *database, const char *sql, GError **error)
{
  PostgresqlDatabase *self = (PostgresqlDatabase *) database;
  g_autofree char *translated = jip_ddl_for_postgresql (sql);

  return control (self, translated, error);
}

static JipRows *
postgresql_query (JipDatabase *database,
                  const char *sql,
                  const JipValue *values,
                  guint n_values,
                  GError **error)
{
  PostgresqlDatabase *self = (PostgresqlDatabase *) database;

  PGresult *result = execute (self, sql, values, n_values, error);
  if (result == NULL)
    return NULL;
  if (is_write (sql))
    self->changes = g_ascii_strtoll (PQcmdTuples (result), NULL, 10);
  return jip_postgresql_rows_new (database, result);
}

/* How many rows a write changed is known when its answer is; that it failed is the next statement's to tell. */
static gint64
postgresql_changes (JipDatabase *database)
{
  PostgresqlDatabase *self = (PostgresqlDatabase *) database;
  g_autoptr (GError) problem = NULL;

  if (!settle (self, NULL, FALSE, &problem) && self->failure == NULL && self->connection != NULL)
    {
      self->failure = g_steal_pointer (&problem);
      self->failed_in = self->savepoints->len;
    }
  return self->changes;
}

static gboolean
postgresql_in_transaction (JipDatabase *database)
{
  return ((PostgresqlDatabase *) database)->open;
}

/* The server looks after its own files; what can be asked is whether it is allowed to lose them. */
static gboolean
postgresql_quick_check (JipDatabase *database, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gint64 unsafe = jip_database_query_int (
      database, -1, &problem,
      "SELECT COUNT(*) FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'",
      NULL);

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (unsafe > 0)
    return jip_error_set (
        error, JIP_ERROR_UNAVAILABLE,
        _ ("The database server may lose what it has confirmed. Set fsync and full_page_writes "
           "to on in postgresql.conf."));
  return TRUE;
}

static gboolean
postgresql_copy_to (JipDatabase *database, const char *path, GError **error)
{
  return jip_error_set (
      error, JIP_ERROR_UNSUPPORTED,
      _ ("A PostgreSQL database is no file that could be copied. Use jipctl backup, or pg_dump."));
}

static gboolean
postgresql_checkpoint (JipDatabase *database, GError **error)
{
  return TRUE; /* the server does it by itself */
}

static void
postgresql_close (JipDatabase *database)
{
  PostgresqlDatabase *self = (PostgresqlDatabase *) database;

  g_clear_pointer (&self->connection, PQfinish);
  g_hash_table_unref (self->statements);
  g_ptr_array_unref (self->savepoints);
  g_array_unref (self->deferred);
  g_clear_error (&self->failure);
  g_free (self->uri);
  g_free (self);
}

/**
 * jip_database_open_postgresql:
 * @uri: `postgresql://…` as libpq takes it; a password is better kept in `~/.pgpass`
 * @flags: %JIP_DATABASE_CREATE is without meaning: a database is made with `createdb`
 *
 * Every commit durable, text in UTF-8, text ordered by its bytes. Transactions that write follow one another under one
 * lock, in all programs on that database, so that numbers are seen in the order in which they were given. The
 * definitions of tables that jip_database_exec() gets are SQLite's (jip-ddl.h). A connection that is lost is made again.
 *
 * Errors: %JIP_ERROR_BAD_ARGS (@uri), %JIP_ERROR_UNAVAILABLE (no server, or one that cannot be used), %JIP_ERROR_BUSY
 * (%JIP_DATABASE_EXCLUSIVE, and another program has it)
 */
JipDatabase *
jip_database_open_postgresql (const char *uri, JipDatabaseFlags flags, GError **error)
{
  g_return_val_if_fail (uri != NULL, NULL);

  if (!jip_postgresql_check_uri (uri, error))
    return NULL;
  PostgresqlDatabase *self = g_new0 (PostgresqlDatabase, 1);
  self->parent.driver = &postgresql_driver;
  self->uri = g_strdup (uri);
  self->flags = flags;
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->savepoints = g_ptr_array_new_with_free_func (g_free);
  self->deferred = g_array_new (FALSE, FALSE, sizeof (guint));
  if (!reach (self, error))
    {
      postgresql_close (&self->parent);
      return NULL;
    }
  return &self->parent;
}

static const JipDatabaseDriver postgresql_driver = {
  .name = "postgresql",
  .begin_write = "BEGIN; SELECT " LOCK_WRITE,
  .begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
  .close = postgresql_close,
  .exec = postgresql_exec,
  .run = postgresql_run,
  .query = postgresql_query,
  .changes = postgresql_changes,
  .in_transaction = postgresql_in_transaction,
  .quick_check = postgresql_quick_check,
  .copy_to = postgresql_copy_to,
  .checkpoint = postgresql_checkpoint,
  .rows_next = jip_postgresql_rows_next,
  .rows_free = jip_postgresql_rows_free,
  .rows_n_columns = jip_postgresql_rows_n_columns,
  .rows_name = jip_postgresql_rows_name,
  .rows_type = jip_postgresql_rows_type,
  .rows_is_null = jip_postgresql_rows_is_null,
  .rows_text = jip_postgresql_rows_text,
  .rows_int = jip_postgresql_rows_int,
  .rows_double = jip_postgresql_rows_double,
  .rows_blob = jip_postgresql_rows_blob,
};
