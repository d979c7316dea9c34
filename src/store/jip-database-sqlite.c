/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-database-private.h"
#include "jip-hangul-tokenizer.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define BUSY_TIMEOUT_MS 5000
#define OPCODES_BETWEEN_STOPS 1000 /* some microseconds, where they do not copy long rows */
#define MAX_CACHED 256
#define N_PLACES 1024
#define OLDEST_SQLITE 3037000 /* STRICT tables */

typedef struct
{
  sqlite3_stmt *handle;
  gboolean in_use;
  gboolean cached;
  guint n_values;
  int *
      places; /* SQLite numbers `$1` by where it first appears: where $1, $2 … are; 0 for one that is missing */
} Statement;

typedef struct
{
  const char *sql; /* compared, never read */
  Statement *statement;
} Place;

typedef struct
{
  JipDatabase parent;
  sqlite3 *handle;
  GHashTable *statements; /* SQL text -> Statement */
  Place places[N_PLACES]; /* where some of them were last asked for */
  gint64 changes;
} SqliteDatabase;

typedef struct
{
  JipRows parent;
  Statement *statement;
} SqliteRows;

static const JipDatabaseDriver sqlite_driver;

static void
statement_free (gpointer data)
{
  Statement *statement = data;

  sqlite3_finalize (statement->handle);
  g_free (statement->places);
  g_free (statement);
}

static JipConstraint
constraint_of (int extended)
{
  switch (extended)
    {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return JIP_CONSTRAINT_UNIQUE;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return JIP_CONSTRAINT_FOREIGN_KEY;
    case SQLITE_CONSTRAINT_NOTNULL:
      return JIP_CONSTRAINT_NOT_NULL;
    default:
      return JIP_CONSTRAINT_CHECK;
    }
}

static gboolean
set_full (GError **error)
{
  return jip_error_set (error, JIP_ERROR_STORAGE_FULL,
                        _ ("The disk is full. Nothing was changed. Make room and try again."));
}

static gboolean
set_broken (GError **error, int extended)
{
  return jip_error_set (error, JIP_ERROR_UNAVAILABLE,
                        _ ("The disk could not be read or written (error %d). Nothing was changed."),
                        extended);
}

/* SQLite's own message is repeated only where it cannot hold a value: it names tables and columns for constraints
 * and for statements that do not compile, but quotes the search words of a full-text query. */
static gboolean
describe (GError **error, sqlite3 *handle, int result, gboolean compiling)
{
  int cause = errno; /* sqlite3_system_errno() does not have it after a COMMIT */
  int extended = handle != NULL ? sqlite3_extended_errcode (handle) : result;

  switch (result & 0xff)
    {
    case SQLITE_CANTOPEN:
      if (cause == ENOSPC || cause == EDQUOT)
        return set_full (error);
      if (cause == EIO)
        return set_broken (error, extended);
      if (cause == EMFILE || cause == ENFILE)
        return jip_error_set (error, JIP_ERROR_BUSY,
                              _ ("Too many files are open. Nothing was changed. Try again in a moment."));
      return jip_error_set (
          error, JIP_ERROR_FILE,
          _ ("The database file cannot be opened. Check that it exists, who may read it, and that the disk "
             "has room."));
    case SQLITE_FULL:
      return set_full (error);
    case SQLITE_IOERR:
      if (cause == ENOSPC || cause == EDQUOT) /* when syncing, or when the index of the log grows */
        return set_full (error);
      return set_broken (error, extended);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return jip_error_set (error, JIP_ERROR_BUSY,
                            _ ("The database is in use by someone else. Try again in a moment."));
    case SQLITE_CORRUPT:
      if (cause == EIO || cause == ENXIO) /* SQLite takes a read that fails for a damaged file */
        return set_broken (error, extended);
      G_GNUC_FALLTHROUGH;
    case SQLITE_NOTADB:
      return jip_database_set_damaged (error);
    case SQLITE_INTERRUPT:
      return jip_error_set (error, JIP_ERROR_CANCELLED, "%s", jip_error_describe (JIP_ERROR_CANCELLED));
    case SQLITE_READONLY:
      return jip_error_set (error, JIP_ERROR_DATABASE, _ ("The database may only be read here."));
    case SQLITE_CONSTRAINT:
      return jip_database_set_constraint (error, constraint_of (extended), sqlite3_errmsg (handle));
    default:
      return jip_error_set (error, JIP_ERROR_DATABASE, _ ("The database reported an error: %s (%d)."),
                            compiling ? sqlite3_errmsg (handle) : sqlite3_errstr (result & 0xff), extended);
    }
}

static gboolean
set_error (GError **error, SqliteDatabase *self, int result, gboolean compiling)
{
  g_autoptr (GError) local = NULL;
  int kind = result & 0xff;

  describe (&local, self->handle, result, compiling);
  if (kind == SQLITE_FULL || kind == SQLITE_IOERR || kind == SQLITE_CORRUPT || kind == SQLITE_NOMEM)
    jip_database_note_trouble (&self->parent, local);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
is_idle (gpointer key, gpointer value, gpointer data)
{
  return !((Statement *) value)->in_use;
}

static void
forget_idle (SqliteDatabase *self)
{
  memset (self->places, 0, sizeof self->places);
  g_hash_table_foreach_remove (self->statements, is_idle, NULL);
}

static Statement *
statement_new (sqlite3_stmt *handle)
{
  Statement *statement = g_new0 (Statement, 1);
  char name[16];

  statement->handle = handle;
  statement->n_values = (guint) sqlite3_bind_parameter_count (handle);
  statement->places = g_new0 (int, statement->n_values);
  for (guint i = 0; i < statement->n_values; i++)
    {
      g_snprintf (name, sizeof name, "$%u", i + 1);
      statement->places[i] = sqlite3_bind_parameter_index (handle, name);
    }
  return statement;
}

/* Most SQL is a literal, so that its address tells it; the text decides. */
static Statement *
find_statement (SqliteDatabase *self, const char *sql)
{
  Place *place = &self->places[(GPOINTER_TO_SIZE (sql) >> 3) % N_PLACES];
  gpointer key, value;

  if (place->sql == sql && strcmp (sqlite3_sql (place->statement->handle), sql) == 0)
    return place->statement;
  if (!g_hash_table_lookup_extended (self->statements, sql, &key, &value))
    return NULL;
  *place = (Place){ sql, value };
  return value;
}

/* Takes a statement from the cache; a second one is compiled while the first is still being read. */
static Statement *
acquire (SqliteDatabase *self, const char *sql, GError **error)
{
  Statement *cached = find_statement (self, sql);
  sqlite3_stmt *handle = NULL;
  const char *rest = NULL;

  if (cached != NULL && !cached->in_use)
    {
      cached->in_use = TRUE;
      return cached;
    }

  errno = 0; /* tells afterwards what the system said */
  int result = sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, &rest);
  if (result != SQLITE_OK)
    {
      set_error (error, self, result, TRUE);
      return NULL;
    }
  if (handle == NULL || rest[strspn (rest, " \t\n;")] != '\0')
    {
      sqlite3_finalize (handle);
      jip_error_set (error, JIP_ERROR_DATABASE, _ ("Exactly one statement is expected."));
      return NULL;
    }

  Statement *statement = statement_new (handle);
  statement->in_use = TRUE;
  statement->cached = cached == NULL;
  if (statement->cached)
    {
      if (g_hash_table_size (self->statements) >= MAX_CACHED)
        forget_idle (self);
      g_hash_table_insert (self->statements, g_strdup (sql), statement);
    }
  return statement;
}

static void
release (Statement *statement)
{
  if (!statement->cached)
    {
      statement_free (statement);
      return;
    }
  sqlite3_reset (statement->handle);
  if (statement->n_values > 0)
    sqlite3_clear_bindings (statement->handle);
  statement->in_use = FALSE;
}

static int
bind_value (sqlite3_stmt *handle, int index, const JipValue *value, sqlite3_destructor_type keeping)
{
  gconstpointer bytes;
  gsize size = 0;

  switch (value->type)
    {
    case 't':
      return sqlite3_bind_text (handle, index, value->text, -1, keeping);
    case 'i':
      return sqlite3_bind_int64 (handle, index, value->integer);
    case 'd':
      return sqlite3_bind_double (handle, index, value->real);
    case 'b':
      if (value->bytes == NULL)
        return sqlite3_bind_null (handle, index);
      bytes = g_bytes_get_data (value->bytes, &size);
      return size > 0 ? sqlite3_bind_blob64 (handle, index, bytes, size, keeping)
                      : sqlite3_bind_zeroblob (handle, index, 0);
    case 0:
      return sqlite3_bind_null (handle, index);
    default:
      return SQLITE_MISUSE;
    }
}

static gboolean
bind_all (SqliteDatabase *self,
          Statement *statement,
          const JipValue *values,
          guint n_values,
          sqlite3_destructor_type keeping,
          GError **error)
{
  if (statement->n_values != n_values)
    return jip_error_set (error, JIP_ERROR_DATABASE,
                          _ ("The statement has another number of parameters than values were given."));

  for (guint i = 0; i < n_values; i++)
    {
      if (statement->places[i] == 0)
        return jip_error_set (error, JIP_ERROR_DATABASE, _ ("The statement lacks the parameter $%u."), i + 1);
      int result = bind_value (statement->handle, statement->places[i], &values[i], keeping);
      if (result != SQLITE_OK)
        return set_error (error, self, result, FALSE);
    }
  return TRUE;
}

/* @keeping: SQLITE_STATIC when @values stay until the statement is released, or SQLITE_TRANSIENT */
static Statement *
prepare (SqliteDatabase *self,
         const char *sql,
         const JipValue *values,
         guint n_values,
         sqlite3_destructor_type keeping,
         GError **error)
{
  Statement *statement = acquire (self, sql, error);

  if (statement != NULL && !bind_all (self, statement, values, n_values, keeping, error))
    {
      release (statement);
      return NULL;
    }
  return statement;
}

/* One step: TRUE with a row or at the end. */
static gboolean
step (SqliteDatabase *self, Statement *statement, gboolean *row, GError **error)
{
  errno = 0;
  int result = sqlite3_step (statement->handle);

  *row = result == SQLITE_ROW;
  if (result == SQLITE_DONE && !sqlite3_stmt_readonly (statement->handle))
    self->changes = sqlite3_changes64 (self->handle);
  return *row || result == SQLITE_DONE || set_error (error, self, result, FALSE);
}

static gboolean
sqlite_run (JipDatabase *database, const char *sql, const JipValue *values, guint n_values, GError **error)
{
  SqliteDatabase *self = (SqliteDatabase *) database;
  Statement *statement = prepare (self, sql, values, n_values, SQLITE_STATIC, error);
  gboolean row = TRUE;
  gboolean ok = TRUE;

  if (statement == NULL)
    return FALSE;
  while (ok && row)
    ok = step (self, statement, &row, error);
  release (statement);
  return ok;
}

static gboolean
sqlite_exec (JipDatabase *database, const char *sql, GError **error)
{
  SqliteDatabase *self = (SqliteDatabase *) database;

  errno = 0;
  int result = sqlite3_exec (self->handle, sql, NULL, NULL, NULL);

  return result == SQLITE_OK || set_error (error, self, result, TRUE);
}

static JipRows *
sqlite_query (JipDatabase *database, const char *sql, const JipValue *values, guint n_values, GError **error)
{
  Statement *statement
      = prepare ((SqliteDatabase *) database, sql, values, n_values, SQLITE_TRANSIENT, error);

  if (statement == NULL)
    return NULL;
  SqliteRows *rows = g_new0 (SqliteRows, 1);
  rows->parent.database = database;
  rows->statement = statement;
  return &rows->parent;
}

static gboolean
sqlite_rows_next (JipRows *rows, GError **error)
{
  SqliteRows *self = (SqliteRows *) rows;
  gboolean row = FALSE;

  /* SQLite would start again from the first row. */
  if (self->statement == NULL)
    return FALSE;
  if (step ((SqliteDatabase *) rows->database, self->statement, &row, error) && row)
    return TRUE;
  release (g_steal_pointer (&self->statement));
  return FALSE;
}

static void
sqlite_rows_free (JipRows *rows)
{
  SqliteRows *self = (SqliteRows *) rows;

  g_clear_pointer (&self->statement, release);
  g_free (self);
}

static sqlite3_stmt *
handle_of (JipRows *rows)
{
  Statement *statement = ((SqliteRows *) rows)->statement;

  return statement != NULL ? statement->handle : NULL;
}

static guint
sqlite_rows_n_columns (JipRows *rows)
{
  return (guint) sqlite3_column_count (handle_of (rows));
}

static const char *
sqlite_rows_name (JipRows *rows, guint column)
{
  return sqlite3_column_name (handle_of (rows), (int) column);
}

static char
sqlite_rows_type (JipRows *rows, guint column)
{
  switch (sqlite3_column_type (handle_of (rows), (int) column))
    {
    case SQLITE_TEXT:
      return 't';
    case SQLITE_INTEGER:
      return 'i';
    case SQLITE_FLOAT:
      return 'd';
    case SQLITE_BLOB:
      return 'b';
    default:
      return 0;
    }
}

static gboolean
sqlite_rows_is_null (JipRows *rows, guint column)
{
  return sqlite3_column_type (handle_of (rows), (int) column) == SQLITE_NULL;
}

static const char *
sqlite_rows_text (JipRows *rows, guint column)
{
  return (const char *) sqlite3_column_text (handle_of (rows), (int) column);
}

static gint64
sqlite_rows_int (JipRows *rows, guint column)
{
  return sqlite3_column_int64 (handle_of (rows), (int) column);
}

static double
sqlite_rows_double (JipRows *rows, guint column)
{
  return sqlite3_column_double (handle_of (rows), (int) column);
}

static GBytes *
sqlite_rows_blob (JipRows *rows, guint column)
{
  sqlite3_stmt *handle = handle_of (rows);

  if (sqlite3_column_type (handle, (int) column) == SQLITE_NULL)
    return NULL;
  gconstpointer bytes = sqlite3_column_blob (handle, (int) column);
  return g_bytes_new (bytes, (gsize) sqlite3_column_bytes (handle, (int) column));
}

static gint64
sqlite_changes (JipDatabase *database)
{
  return ((SqliteDatabase *) database)->changes;
}

static gboolean
sqlite_in_transaction (JipDatabase *database)
{
  return sqlite3_get_autocommit (((SqliteDatabase *) database)->handle) == 0;
}

static gboolean
sqlite_quick_check (JipDatabase *database, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *verdict = jip_database_query_text (database, &local, "PRAGMA quick_check(1)", NULL);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return g_strcmp0 (verdict, "ok") == 0 || jip_database_set_damaged (error);
}

static gboolean
create_private (const char *path, int flags, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | flags, 0600);

  if (fd < 0)
    return jip_error_set (error, errno == ENOSPC || errno == EDQUOT ? JIP_ERROR_STORAGE_FULL : JIP_ERROR_FILE,
                          _ ("The file “%s” cannot be made: %s."), path, g_strerror (errno));
  close (fd);
  return TRUE;
}

/* An empty file is allowed as the target, and keeps its mode. */
static gboolean
sqlite_copy_to (JipDatabase *database, const char *path, GError **error)
{
  if (!create_private (path, O_EXCL, error))
    return FALSE;
  if (jip_database_run (database, error, "VACUUM INTO $1", "t", path))
    return TRUE;
  unlink (path);
  return FALSE;
}

static int
progress_cb (void *data)
{
  JipDatabase *database = data;

  return database->stop (database->stop_data);
}

static void
sqlite_watch_stop (JipDatabase *database)
{
  sqlite3_progress_handler (((SqliteDatabase *) database)->handle, OPCODES_BETWEEN_STOPS,
                            database->stop != NULL ? progress_cb : NULL, database);
}

static gboolean
sqlite_checkpoint (JipDatabase *database, GError **error)
{
  SqliteDatabase *self = (SqliteDatabase *) database;

  errno = 0;
  int result = sqlite3_wal_checkpoint_v2 (self->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);

  return result == SQLITE_OK || set_error (error, self, result, FALSE);
}

static void
sqlite_close (JipDatabase *database)
{
  SqliteDatabase *self = (SqliteDatabase *) database;

  g_hash_table_unref (self->statements);
  sqlite3_close_v2 (self->handle);
  g_free (self);
}

/* Double-quoted strings and case-blind LIKE are switched off because PostgreSQL has neither. The writer checkpoints
 * by itself (jip-writer.c), readers never. */
static gboolean
configure (SqliteDatabase *self, JipDatabaseFlags flags, GError **error)
{
  const char *common
      = "PRAGMA foreign_keys = ON; PRAGMA case_sensitive_like = ON; PRAGMA temp_store = MEMORY;"
        "PRAGMA cache_size = -8000; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
        "PRAGMA wal_autocheckpoint = 0;";

  sqlite3_extended_result_codes (self->handle, 1);
  sqlite3_busy_timeout (self->handle, BUSY_TIMEOUT_MS);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  int result = jip_hangul_tokenizer_register (self->handle);
  if (result != SQLITE_OK)
    return set_error (error, self, result, FALSE);
  if (!sqlite_exec (&self->parent, common, error))
    return FALSE;
  if (flags & JIP_DATABASE_READ_ONLY)
    return TRUE;
  return sqlite_exec (&self->parent,
                      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                      "PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 67108864;",
                      error);
}

/* Nobody asks how much memory SQLite uses; counting it takes a lock for each allocation. Without effect when another
 * library was first. */
static void
count_no_memory (void)
{
  static gsize done;

  if (!g_once_init_enter (&done))
    return;
  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
  g_once_init_leave (&done, 1);
}

/* Returns: (transfer full): what SQLite calls a file beside which it looks for nothing; no byte of @path says more */
static char *
name_lone_file (const char *path)
{
  g_autofree char *escaped = g_uri_escape_string (path, NULL, FALSE);

  return g_strconcat ("file:", escaped, "?immutable=1", NULL);
}

/**
 * jip_database_open_sqlite:
 * @path: the file
 * @flags: %JIP_DATABASE_CREATE makes the file, with mode 0600, when it does not exist
 *
 * Write-ahead log, every commit durable (`synchronous=FULL`), foreign keys on. At most one connection to a file may
 * write (platform.md); the others are %JIP_DATABASE_READ_ONLY.
 *
 * Errors: %JIP_ERROR_FILE, %JIP_ERROR_DATABASE (damaged), %JIP_ERROR_UNAVAILABLE (SQLite is too old)
 */
JipDatabase *
jip_database_open_sqlite (const char *path, JipDatabaseFlags flags, GError **error)
{
  gboolean lone = (flags & JIP_DATABASE_LONE_FILE) != 0;
  int mode = (flags & JIP_DATABASE_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE)
             | (lone ? SQLITE_OPEN_URI : 0);

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (!lone || (flags & JIP_DATABASE_READ_ONLY) != 0, NULL);

  count_no_memory ();
  if (sqlite3_libversion_number () < OLDEST_SQLITE || sqlite3_threadsafe () == 0)
    {
      jip_error_set (error, JIP_ERROR_UNAVAILABLE,
                     _ ("SQLite %s cannot be used. Install SQLite 3.37 or newer, built for threads."),
                     sqlite3_libversion ());
      return NULL;
    }
  if ((flags & JIP_DATABASE_CREATE) && !create_private (path, 0, error))
    return NULL;

  SqliteDatabase *self = g_new0 (SqliteDatabase, 1);
  self->parent.driver = &sqlite_driver;
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, statement_free);
  errno = 0;
  g_autofree char *uri = lone ? name_lone_file (path) : NULL;
  int result = sqlite3_open_v2 (lone ? uri : path, &self->handle, mode | SQLITE_OPEN_NOMUTEX, NULL);
  if (result != SQLITE_OK)
    set_error (error, self, result, FALSE);
  if (result != SQLITE_OK || !configure (self, flags, error))
    {
      sqlite_close (&self->parent);
      return NULL;
    }
  return &self->parent;
}

static const JipDatabaseDriver sqlite_driver = {
  .name = "sqlite",
  .begin_write = "BEGIN IMMEDIATE",
  .begin_read = "BEGIN DEFERRED",
  .close = sqlite_close,
  .exec = sqlite_exec,
  .run = sqlite_run,
  .query = sqlite_query,
  .changes = sqlite_changes,
  .in_transaction = sqlite_in_transaction,
  .quick_check = sqlite_quick_check,
  .copy_to = sqlite_copy_to,
  .checkpoint = sqlite_checkpoint,
  .watch_stop = sqlite_watch_stop,
  .rows_next = sqlite_rows_next,
  .rows_free = sqlite_rows_free,
  .rows_n_columns = sqlite_rows_n_columns,
  .rows_name = sqlite_rows_name,
  .rows_type = sqlite_rows_type,
  .rows_is_null = sqlite_rows_is_null,
  .rows_text = sqlite_rows_text,
  .rows_int = sqlite_rows_int,
  .rows_double = sqlite_rows_double,
  .rows_blob = sqlite_rows_blob,
};
