/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-database-postgresql.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-database-postgresql-private.h"
#include "jip-ddl.h"

#define OLDEST_SERVER 150000
#define MAX_CACHED 256
#define MAX_DEFERRED 16
#define RETRY_US G_TIME_SPAN_SECOND
#define LOCK_CLASS "1246318656" /* "JIP\0" */
#define LOCK_WRITE "pg_advisory_xact_lock (" LOCK_CLASS ", 1)"
#define LOCK_PROGRAM "pg_advisory_lock (" LOCK_CLASS ", 2)"

/* What PostgreSQL takes for the letters of JipDatabase's parameters. */
#define OID_INT8 20
#define OID_TEXT 25
#define OID_FLOAT8 701
#define OID_BYTEA 17

/* A connection that is lost outside a transaction is made again by the next statement. One that is lost inside leaves
 * the transaction broken: every statement fails until it is rolled back, so that none runs on its own by mistake. */
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
  GPtrArray *deferred;    /* names of prepared savepoints that travel with the next statement */
  guint64 serial;
  gint64 changes;
} PostgresqlDatabase;

typedef struct
{
  char name[24];
  guint64 used;
} Statement;

/* Parameters as libpq takes them. */
typedef struct
{
  const char **values;
  int *lengths;
  int *formats;
  Oid *types;
  GPtrArray *texts;
} Parameters;

static const JipDatabaseDriver postgresql_driver;

static void
parameters_clear (Parameters *self)
{
  g_free (self->values);
  g_free (self->lengths);
  g_free (self->formats);
  g_free (self->types);
  g_clear_pointer (&self->texts, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parameters, parameters_clear)

static char *
number_text (const JipValue *value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  return value->type == 'i' ? g_strdup_printf ("%" G_GINT64_FORMAT, value->integer)
                            : g_strdup (g_ascii_dtostr (buffer, sizeof buffer, value->real));
}

static void
parameters_init (Parameters *self, const JipValue *values, guint n_values)
{
  *self = (Parameters){ g_new0 (const char *, n_values + 1), g_new0 (int, n_values + 1),
                        g_new0 (int, n_values + 1), g_new0 (Oid, n_values + 1),
                        g_ptr_array_new_with_free_func (g_free) };
  for (guint i = 0; i < n_values; i++)
    switch (values[i].type)
      {
      case 't':
        self->types[i] = OID_TEXT;
        self->values[i] = values[i].text;
        break;
      case 'i':
      case 'd':
        self->types[i] = values[i].type == 'i' ? OID_INT8 : OID_FLOAT8;
        self->values[i] = number_text (&values[i]);
        g_ptr_array_add (self->texts, (gpointer) self->values[i]);
        break;
      case 'b':
        self->types[i] = OID_BYTEA;
        if (values[i].bytes != NULL)
          {
            gsize length;
            const char *bytes = g_bytes_get_data (values[i].bytes, &length);
            self->values[i] = bytes != NULL ? bytes : "";
            self->lengths[i] = (int) length;
            self->formats[i] = 1;
          }
        break;
      default:
        break; /* NULL, of the type that the statement expects */
      }
}

/* The connection is gone. */
static gboolean
lose (PostgresqlDatabase *self, gboolean committing, GError **error)
{
  g_clear_pointer (&self->connection, PQfinish);
  g_hash_table_remove_all (self->statements);
  g_ptr_array_set_size (self->deferred, 0);
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
is_good (const PGresult *result)
{
  ExecStatusType status = PQresultStatus (result);

  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

static void
silence (void *data, const char *message)
{
}

/* The first line of what libpq says of a connection that it could not make; it names hosts, never a password. */
static gboolean
set_unreachable (PGconn *connection, GError **error)
{
  g_autofree char *message = g_strdup (PQerrorMessage (connection));

  g_strdelimit (message, "\n\t", ' ');
  return jip_error_set (error, JIP_ERROR_UNAVAILABLE, _ ("The database cannot be reached: %s"),
                        g_strstrip (message));
}

/* Runs @sql on a connection that is being made. */
static gboolean
set_up (PGconn *connection, const char *sql, GError **error)
{
  PGresult *result = PQexec (connection, sql);
  gboolean good = is_good (result);

  if (!good && PQstatus (connection) == CONNECTION_BAD)
    set_unreachable (connection, error);
  else if (!good)
    jip_postgresql_set_error (error, result);
  PQclear (result);
  return good;
}

static gboolean
check_server (PGconn *connection, GError **error)
{
  if (PQserverVersion (connection) < OLDEST_SERVER)
    return jip_error_set (error, JIP_ERROR_UNAVAILABLE,
                          _ ("The database server is too old (%d). PostgreSQL 15 or newer is needed."),
                          PQserverVersion (connection) / 10000);
  if (g_strcmp0 (PQparameterStatus (connection, "server_encoding"), "UTF8") != 0)
    return jip_error_set (
        error, JIP_ERROR_UNAVAILABLE,
        _ ("The database holds text in another encoding. Make one with “createdb --encoding UTF8 --template "
           "template0”."));
  return TRUE;
}

/* Every commit durable (a server may be set to less), a lock waited for as long as SQLite waits for one, and the end of
 * a program on another machine noticed within a minute. */
static gboolean
configure (PGconn *connection, JipDatabaseFlags flags, GError **error)
{
  const char *common
      = "SELECT set_config ('synchronous_commit', 'on', false)"
        " WHERE current_setting ('synchronous_commit') = 'off';"
        "SET lock_timeout = 5000; SET client_min_messages = warning; SET standard_conforming_strings = on;"
        "SET jit = off;" /* no query is large enough to repay it */
        "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3;";

  if (!check_server (connection, error) || !set_up (connection, common, error))
    return FALSE;
  if (flags & JIP_DATABASE_READ_ONLY)
    return set_up (connection, "SET default_transaction_read_only = on", error);
  if (!(flags & JIP_DATABASE_EXCLUSIVE))
    return TRUE;
  g_autoptr (GError) problem = NULL;
  if (set_up (connection, "SELECT " LOCK_PROGRAM, &problem))
    return TRUE;
  if (g_error_matches (problem, JIP_ERROR, JIP_ERROR_BUSY))
    return jip_error_set (error, JIP_ERROR_BUSY,
                          _ ("The database is in use by another program. End that one first."));
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* What the address does not say itself; it may say other than the first ones, not than the last. */
static PGconn *
connect_to (const char *uri)
{
  static const char *const words[] = { "connect_timeout",     "tcp_user_timeout",          "keepalives_idle",
                                       "keepalives_interval", "keepalives_count",          "dbname",
                                       "client_encoding",     "fallback_application_name", NULL };
  const char *const values[] = { "5", "15000", "30", "10", "3", uri, "UTF8", "jiphyeon", NULL };

  return PQconnectdbParams (words, values, 1);
}

static gboolean
reach (PostgresqlDatabase *self, GError **error)
{
  gint64 now = g_get_monotonic_time ();

  if (now < self->retry_at)
    return jip_error_set (error, JIP_ERROR_UNAVAILABLE, _ ("The database cannot be reached at the moment."));
  PGconn *connection = connect_to (self->uri);
  if (PQstatus (connection) != CONNECTION_OK)
    set_unreachable (connection, error);
  else
    PQsetNoticeProcessor (connection, silence, NULL);
  if (PQstatus (connection) != CONNECTION_OK || !configure (connection, self->flags, error))
    {
      PQfinish (connection);
      self->retry_at = now + RETRY_US;
      return FALSE;
    }
  self->connection = connection;
  self->retry_at = 0;
  return TRUE;
}

static gboolean
ensure_connection (PostgresqlDatabase *self, GError **error)
{
  if (self->broken)
    return jip_error_set (error, JIP_ERROR_UNAVAILABLE,
                          _ ("The transaction in the database was lost. Nothing was changed."));
  return self->connection != NULL || reach (self, error);
}

static void
note_transaction (PostgresqlDatabase *self)
{
  PGTransactionStatusType status = PQtransactionStatus (self->connection);

  if (status != PQTRANS_UNKNOWN)
    self->open = status != PQTRANS_IDLE;
}

/* The results of what was sent in one go: as many as were deferred, then the statement's. Returns the first that failed,
 * else the statement's; %NULL when the connection is lost. Without its savepoint a job could not be undone alone, so
 * the transaction is broken then. */
static PGresult *
collect (PostgresqlDatabase *self, guint n_deferred)
{
  PGresult *wanted = NULL;

  for (guint i = 0; i <= n_deferred; i++)
    {
      PGresult *result = PQgetResult (self->connection);
      if (result == NULL)
        break;
      if (i < n_deferred && !is_good (result))
        self->broken = TRUE;
      if (wanted == NULL && (i == n_deferred || !is_good (result)))
        wanted = result;
      else
        PQclear (result);
      PQclear (PQgetResult (self->connection)); /* the NULL between two statements */
    }
  PQclear (PQgetResult (self->connection)); /* the end of what was sent */
  return wanted;
}

/* Sends the deferred savepoints and @name, a prepared statement, or @sql in one go. */
static PGresult *
send_together (PostgresqlDatabase *self,
               const char *sql,
               const char *name,
               const Parameters *parameters,
               guint n_values)
{
  g_autoptr (GPtrArray) deferred = g_steal_pointer (&self->deferred);
  gboolean sent = PQenterPipelineMode (self->connection) == 1;

  self->deferred = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; sent && i < deferred->len; i++)
    sent = PQsendQueryPrepared (self->connection, g_ptr_array_index (deferred, i), 0, NULL, NULL, NULL, 0)
           == 1;
  if (sent && name != NULL)
    sent = PQsendQueryPrepared (self->connection, name, (int) n_values, parameters->values,
                                parameters->lengths, parameters->formats, 0)
           == 1;
  else if (sent)
    sent = PQsendQueryParams (self->connection, sql, 0, NULL, NULL, NULL, NULL, 0) == 1;
  if (!sent || PQpipelineSync (self->connection) != 1)
    return NULL;
  PGresult *result = collect (self, deferred->len);
  PQexitPipelineMode (self->connection);
  return result;
}

/* Sets what was deferred, alone. */
static gboolean
flush (PostgresqlDatabase *self, GError **error)
{
  if (self->deferred->len == 0)
    return TRUE;
  g_autofree char *last = g_ptr_array_steal_index (self->deferred, self->deferred->len - 1);
  const Parameters none = { NULL };
  PGresult *result = send_together (self, NULL, last, &none, 0);
  if (!is_good (result))
    return fail (self, result, FALSE, error);
  PQclear (result);
  note_transaction (self);
  return TRUE;
}

/* Each of @n_values must stand in @sql, and nothing above. PostgreSQL would take a value that no $n asks for. */
static gboolean
check_parameters (const char *sql, guint n_values, GError **error)
{
  g_autofree gboolean *seen = g_new0 (gboolean, n_values + 1);

  for (const char *p = sql; *p != '\0'; p++)
    {
      if (*p == '\'')
        p = strchr (p + 1, '\'');
      if (p == NULL)
        break;
      if (*p != '$' || !g_ascii_isdigit (p[1]))
        continue;
      guint64 number = g_ascii_strtoull (p + 1, NULL, 10);
      if (number < 1 || number > n_values)
        return jip_error_set (error, JIP_ERROR_DATABASE,
                              _ ("The statement has another number of parameters than values were given."));
      seen[number] = TRUE;
    }
  for (guint i = 1; i <= n_values; i++)
    if (!seen[i])
      return jip_error_set (error, JIP_ERROR_DATABASE, _ ("The statement lacks the parameter $%u."), i);
  return TRUE;
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
      if (!is_good (result))
        return fail (self, result, FALSE, error);
      PQclear (result);
      g_hash_table_iter_remove (&iter);
    }
  return TRUE;
}

static char *
key_of (const char *sql, const JipValue *values, guint n_values)
{
  GString *key = g_string_sized_new (strlen (sql) + n_values + 1);

  for (guint i = 0; i < n_values; i++)
    g_string_append_c (key, values[i].type != 0 ? values[i].type : '0');
  g_string_append_c (key, ' ');
  g_string_append (key, sql);
  return g_string_free (key, FALSE);
}

/* The prepared statement for @sql, from the cache or new. */
static Statement *
acquire (PostgresqlDatabase *self,
         const char *sql,
         const JipValue *values,
         guint n_values,
         const Parameters *parameters,
         GError **error)
{
  g_autofree char *key = key_of (sql, values, n_values);
  Statement *statement = g_hash_table_lookup (self->statements, key);

  self->serial++;
  if (statement != NULL)
    {
      statement->used = self->serial;
      return statement;
    }
  if (!check_parameters (sql, n_values, error) || !flush (self, error))
    return NULL;
  if (g_hash_table_size (self->statements) >= MAX_CACHED && !make_room (self, error))
    return NULL;
  statement = g_new0 (Statement, 1);
  statement->used = self->serial;
  g_snprintf (statement->name, sizeof statement->name, "s%" G_GUINT64_FORMAT, self->serial);
  PGresult *result = PQprepare (self->connection, statement->name, sql, (int) n_values, parameters->types);
  note_transaction (self);
  if (!is_good (result))
    {
      g_free (statement);
      fail (self, result, FALSE, error);
      return NULL;
    }
  PQclear (result);
  g_hash_table_insert (self->statements, g_steal_pointer (&key), statement);
  return statement;
}

/* One try. %NULL without an error when the connection is lost: @self->connection is NULL then. */
static PGresult *
execute_once (PostgresqlDatabase *self,
              const char *sql,
              const JipValue *values,
              guint n_values,
              GError **error)
{
  g_auto (Parameters) parameters = { NULL };

  parameters_init (&parameters, values, n_values);
  Statement *statement = acquire (self, sql, values, n_values, &parameters, error);
  if (statement == NULL)
    return NULL;
  gboolean alone = self->deferred->len == 0;
  PGresult *result = alone ? PQexecPrepared (self->connection, statement->name, (int) n_values,
                                             parameters.values, parameters.lengths, parameters.formats, 0)
                           : send_together (self, sql, statement->name, &parameters, n_values);
  if (!is_good (result))
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
  if (!ensure_connection (self, error))
    return FALSE;
  PGresult *result = PQexec (self->connection, sql);
  if (!is_good (result))
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
  PGresult *result = self->deferred->len > 0 ? send_together (self, "COMMIT", NULL, NULL, 0)
                                             : PQexec (self->connection, "COMMIT");
  if (!is_good (result))
    {
      fail (self, result, TRUE, error);
      if (self->connection != NULL)
        note_transaction (self);
      return FALSE;
    }
  gboolean committed = strcmp (PQcmdStatus (result), "COMMIT") == 0;
  PQclear (result);
  note_transaction (self);
  return committed
         || jip_error_set (error, JIP_ERROR_DATABASE,
                           _ ("The transaction was rolled back, because a part of it had failed."));
}

static gboolean
rollback (PostgresqlDatabase *self, GError **error)
{
  g_ptr_array_set_size (self->deferred, 0);
  if (self->connection != NULL)
    {
      PGresult *result = PQexec (self->connection, "ROLLBACK");
      if (!is_good (result))
        {
          self->open = FALSE; /* a lost connection has no transaction */
          return fail (self, result, FALSE, error);
        }
      PQclear (result);
    }
  self->open = self->broken = FALSE;
  return TRUE;
}

/* Savepoints cost a round trip each, so they wait for the next statement, while nothing has failed: then they cannot
 * fail either. */
static gboolean
defer (PostgresqlDatabase *self, const char *sql, GError **error)
{
  const Parameters none = { NULL };

  if (!ensure_connection (self, error))
    return FALSE;
  Statement *statement = acquire (self, sql, NULL, 0, &none, error);
  if (statement == NULL)
    return FALSE;
  g_ptr_array_add (self->deferred, g_strdup (statement->name));
  if (self->deferred->len < MAX_DEFERRED && PQtransactionStatus (self->connection) == PQTRANS_INTRANS)
    return TRUE;
  return flush (self, error);
}

/* @sql without parameters, not prepared. */
static gboolean
control (PostgresqlDatabase *self, const char *sql, GError **error)
{
  if (!ensure_connection (self, error) || !flush (self, error))
    return FALSE;
  PGresult *result = PQexec (self->connection, sql);
  gboolean good = is_good (result);
  if (good)
    PQclear (result);
  else
    fail (self, result, !self->open, error);
  if (self->connection != NULL)
    note_transaction (self);
  return good;
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
  if (g_str_has_prefix (sql, "SAVEPOINT ") || g_str_has_prefix (sql, "RELEASE "))
    return defer (self, sql, error);
  if (g_str_has_prefix (sql, "ROLLBACK TO "))
    return control (self, sql, error);

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
  g_autofree char *translated = jip_ddl_for_postgresql (sql);

  return control ((PostgresqlDatabase *) database, translated, error);
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
  if (g_str_has_prefix (sql, "INSERT") || g_str_has_prefix (sql, "UPDATE")
      || g_str_has_prefix (sql, "DELETE"))
    self->changes = g_ascii_strtoll (PQcmdTuples (result), NULL, 10);
  return jip_postgresql_rows_new (database, result);
}

static gint64
postgresql_changes (JipDatabase *database)
{
  return ((PostgresqlDatabase *) database)->changes;
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
  g_ptr_array_unref (self->deferred);
  g_free (self->uri);
  g_free (self);
}

static gboolean
check_uri (const char *uri, GError **error)
{
  PQconninfoOption *options = NULL;

  if (g_str_has_prefix (uri, "postgresql://") || g_str_has_prefix (uri, "postgres://"))
    options = PQconninfoParse (uri, NULL);
  if (options == NULL)
    return jip_error_set (
        error, JIP_ERROR_BAD_ARGS,
        _ ("This is no address of a PostgreSQL database; one looks like postgresql://USER@HOST/NAME"));
  PQconninfoFree (options);
  return TRUE;
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

  if (!check_uri (uri, error))
    return NULL;
  PostgresqlDatabase *self = g_new0 (PostgresqlDatabase, 1);
  self->parent.driver = &postgresql_driver;
  self->uri = g_strdup (uri);
  self->flags = flags;
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->deferred = g_ptr_array_new_with_free_func (g_free);
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
