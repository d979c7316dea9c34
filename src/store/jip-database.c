/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-database-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_PARAMETERS 64

static const char *const constraint_names[] = {
  [JIP_CONSTRAINT_UNIQUE] = "unique",
  [JIP_CONSTRAINT_FOREIGN_KEY] = "foreign-key",
  [JIP_CONSTRAINT_NOT_NULL] = "not-null",
  [JIP_CONSTRAINT_CHECK] = "check",
};

/* Fills @values from the arguments after @types; returns how many there are. */
static guint
collect_values (JipValue values[MAX_PARAMETERS], const char *types, va_list args)
{
  guint n = types != NULL ? strlen (types) : 0;
  const gint64 *number;

  g_assert (n <= MAX_PARAMETERS);
  for (guint i = 0; i < n; i++)
    {
      values[i].type = types[i];
      switch (types[i])
        {
        case 't':
          values[i].text = va_arg (args, const char *);
          break;
        case 'i':
          values[i].integer = va_arg (args, gint64);
          break;
        case 'I':
          number = va_arg (args, const gint64 *);
          values[i].type = number != NULL ? 'i' : 0;
          values[i].integer = number != NULL ? *number : 0;
          break;
        case 'd':
          values[i].real = va_arg (args, double);
          break;
        case 'b':
          values[i].bytes = va_arg (args, GBytes *);
          break;
        default:
          g_error ("unknown parameter type '%c'", types[i]);
        }
    }
  return n;
}

void
jip_database_free (JipDatabase *database)
{
  if (database == NULL)
    return;
  g_clear_pointer (&database->registers, jip_registers_free);
  jip_savepoints_forget (database);
  g_clear_error (&database->trouble);
  database->driver->close (database);
}

/**
 * jip_database_get_driver:
 *
 * Returns: (transfer none): `sqlite` or `postgresql`
 */
const char *
jip_database_get_driver (JipDatabase *database)
{
  g_return_val_if_fail (database != NULL, NULL);
  return database->driver->name;
}

/* For drivers: the disk failed under a statement. */
void
jip_database_note_trouble (JipDatabase *database, const GError *error)
{
  if (database->begun && database->trouble == NULL)
    database->trouble = g_error_copy (error);
}

/**
 * jip_database_check_trouble:
 *
 * Returns: %FALSE with the first error of the disk since the transaction began, also one that a caller ignored. Until it is
 *   rolled back no further statement runs and it cannot be committed: a value that could not be read is never taken for one
 *   that is not there, and no statement runs on its own where SQLite has rolled back by itself.
 */
gboolean
jip_database_check_trouble (JipDatabase *database, GError **error)
{
  g_return_val_if_fail (database != NULL, FALSE);
  if (database->spoilt)
    return jip_error_set (error, JIP_ERROR_DATABASE,
                          _ ("The transaction was rolled back, because a part of it had failed."));
  if (database->trouble == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (database->trouble));
  return FALSE;
}

/* A statement failed, and what it did in part cannot be undone alone. With trouble there is nothing to try again. */
void
jip_database_spoil (JipDatabase *database)
{
  database->spoilt = database->bold && database->trouble == NULL;
}

static gboolean
note_run (JipDatabase *database, gboolean ok)
{
  if (!ok)
    jip_database_spoil (database);
  return ok;
}

static gboolean
begin (JipDatabase *database, const char *sql, GError **error)
{
  g_clear_error (&database->trouble);
  jip_savepoints_forget (database);
  database->begun = FALSE;
  database->begun = database->driver->run (database, sql, NULL, 0, error);
  return database->begun;
}

/**
 * jip_database_exec:
 * @sql: any number of statements without parameters, such as DDL in SQLite's words
 *
 * Stops at the first statement that fails; outside a transaction a database may keep those before it.
 */
gboolean
jip_database_exec (JipDatabase *database, const char *sql, GError **error)
{
  g_return_val_if_fail (database != NULL && sql != NULL, FALSE);
  database->n_writes++;
  return jip_database_check_trouble (database, error)
         && note_run (database, database->driver->exec (database, sql, error));
}

/**
 * jip_database_run:
 * @types: (nullable): one letter for each parameter, see #JipDatabase
 *
 * Runs one statement to its end; its rows, if any, are dropped.
 *
 * Errors: %JIP_ERROR_STORAGE_FULL, %JIP_ERROR_UNAVAILABLE (the disk fails), %JIP_ERROR_BUSY, %JIP_ERROR_DATABASE;
 * jip_error_is_constraint() tells a broken constraint. No sentence holds a value.
 */
gboolean
jip_database_run (JipDatabase *database, GError **error, const char *sql, const char *types, ...)
{
  JipValue values[MAX_PARAMETERS];
  va_list args;

  g_return_val_if_fail (database != NULL && sql != NULL, FALSE);

  va_start (args, types);
  guint n = collect_values (values, types, args);
  va_end (args);
  return jip_database_run_values (database, error, sql, values, n);
}

gboolean
jip_database_run_values (JipDatabase *database,
                         GError **error,
                         const char *sql,
                         const JipValue *values,
                         guint n_values)
{
  g_return_val_if_fail (database != NULL && sql != NULL, FALSE);
  database->n_writes++;
  return jip_database_check_trouble (database, error)
         && note_run (database, database->driver->run (database, sql, values, n_values, error));
}

/**
 * jip_database_query:
 * @types: (nullable): one letter for each parameter, see #JipDatabase
 *
 * Returns: (transfer full): the rows, before the first one; free them before the connection
 */
JipRows *
jip_database_query (JipDatabase *database, GError **error, const char *sql, const char *types, ...)
{
  JipValue values[MAX_PARAMETERS];
  va_list args;

  g_return_val_if_fail (database != NULL && sql != NULL, NULL);

  va_start (args, types);
  guint n = collect_values (values, types, args);
  va_end (args);
  return jip_database_query_values (database, error, sql, values, n);
}

JipRows *
jip_database_query_values (JipDatabase *database,
                           GError **error,
                           const char *sql,
                           const JipValue *values,
                           guint n_values)
{
  g_return_val_if_fail (database != NULL && sql != NULL, NULL);
  if (!g_str_has_prefix (sql, "SELECT")) /* … RETURNING */
    database->n_writes++;
  if (!jip_database_check_trouble (database, error))
    return NULL;
  JipRows *rows = database->driver->query (database, sql, values, n_values, error);
  note_run (database, rows != NULL);
  return rows;
}

/**
 * jip_database_query_int:
 * @fallback: what to return without a row, for NULL and on an error
 *
 * Returns: the first column of the first row
 */
gint64
jip_database_query_int (JipDatabase *database,
                        gint64 fallback,
                        GError **error,
                        const char *sql,
                        const char *types,
                        ...)
{
  JipValue values[MAX_PARAMETERS];
  va_list args;

  g_return_val_if_fail (database != NULL && sql != NULL, fallback);

  va_start (args, types);
  guint n = collect_values (values, types, args);
  va_end (args);
  g_autoptr (JipRows) rows = jip_database_query_values (database, error, sql, values, n);
  if (rows == NULL || !jip_rows_next (rows, error) || jip_rows_is_null (rows, 0))
    return fallback;
  return jip_rows_int (rows, 0);
}

/**
 * jip_database_query_text:
 *
 * Returns: (transfer full) (nullable): the first column of the first row; %NULL without a row, for NULL and on an
 *   error
 */
char *
jip_database_query_text (JipDatabase *database, GError **error, const char *sql, const char *types, ...)
{
  JipValue values[MAX_PARAMETERS];
  va_list args;

  g_return_val_if_fail (database != NULL && sql != NULL, NULL);

  va_start (args, types);
  guint n = collect_values (values, types, args);
  va_end (args);
  g_autoptr (JipRows) rows = jip_database_query_values (database, error, sql, values, n);
  if (rows == NULL || !jip_rows_next (rows, error))
    return NULL;
  return g_strdup (jip_rows_text (rows, 0));
}

/**
 * jip_database_query_texts:
 *
 * Returns: (transfer full) (nullable): the first column of each row, none of which is NULL; %NULL on an error
 */
GStrv
jip_database_query_texts (JipDatabase *database, GError **error, const char *sql, const char *types, ...)
{
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  g_autoptr (GError) problem = NULL;
  JipValue values[MAX_PARAMETERS];
  va_list args;

  g_return_val_if_fail (database != NULL && sql != NULL, NULL);

  va_start (args, types);
  guint n = collect_values (values, types, args);
  va_end (args);
  g_autoptr (JipRows) rows = jip_database_query_values (database, error, sql, values, n);
  if (rows == NULL)
    return NULL;
  while (jip_rows_next (rows, &problem))
    g_strv_builder_add (texts, jip_rows_text (rows, 0));
  if (problem == NULL)
    return g_strv_builder_end (texts);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

/**
 * jip_database_changes:
 *
 * Returns: how many rows the last INSERT, UPDATE or DELETE changed
 */
gint64
jip_database_changes (JipDatabase *database)
{
  g_return_val_if_fail (database != NULL, 0);
  return database->driver->changes (database);
}

/**
 * jip_rows_next:
 *
 * Goes to the next row. What the last row gave out as text is no longer valid.
 *
 * Returns: %FALSE after the last row, and with @error set when reading failed
 */
gboolean
jip_rows_next (JipRows *rows, GError **error)
{
  g_autoptr (GError) problem = NULL;

  g_return_val_if_fail (rows != NULL, FALSE);
  if (rows->database->driver->rows_next (rows, &problem))
    return TRUE;
  if (problem != NULL)
    {
      jip_database_spoil (rows->database);
      g_propagate_error (error, g_steal_pointer (&problem));
    }
  return FALSE;
}

void
jip_rows_free (JipRows *rows)
{
  if (rows != NULL)
    rows->database->driver->rows_free (rows);
}

guint
jip_rows_get_n_columns (JipRows *rows)
{
  g_return_val_if_fail (rows != NULL, 0);
  return rows->database->driver->rows_n_columns (rows);
}

/**
 * jip_rows_get_name:
 *
 * Returns: (transfer none): the name of @column, valid as long as @rows
 */
const char *
jip_rows_get_name (JipRows *rows, guint column)
{
  g_return_val_if_fail (rows != NULL, NULL);
  return rows->database->driver->rows_name (rows, column);
}

/**
 * jip_rows_get_type:
 *
 * Returns: the letter of a #JipValue that would hold what stands in @column: `t`, `i`, `d` or `b`; 0 for NULL
 */
char
jip_rows_get_type (JipRows *rows, guint column)
{
  g_return_val_if_fail (rows != NULL, 0);
  return rows->database->driver->rows_type (rows, column);
}

gboolean
jip_rows_is_null (JipRows *rows, guint column)
{
  g_return_val_if_fail (rows != NULL, TRUE);
  return rows->database->driver->rows_is_null (rows, column);
}

/**
 * jip_rows_text:
 *
 * Returns: (transfer none) (nullable): valid until the next row; %NULL for NULL
 */
const char *
jip_rows_text (JipRows *rows, guint column)
{
  g_return_val_if_fail (rows != NULL, NULL);
  return rows->database->driver->rows_text (rows, column);
}

/**
 * jip_rows_int:
 *
 * Returns: the number in @column, 0 for NULL
 */
gint64
jip_rows_int (JipRows *rows, guint column)
{
  g_return_val_if_fail (rows != NULL, 0);
  return rows->database->driver->rows_int (rows, column);
}

double
jip_rows_double (JipRows *rows, guint column)
{
  g_return_val_if_fail (rows != NULL, 0);
  return rows->database->driver->rows_double (rows, column);
}

/**
 * jip_rows_blob:
 *
 * Returns: (transfer full) (nullable): the bytes in @column, %NULL for NULL
 */
GBytes *
jip_rows_blob (JipRows *rows, guint column)
{
  g_return_val_if_fail (rows != NULL, NULL);
  return rows->database->driver->rows_blob (rows, column);
}

/**
 * jip_database_defer_writes:
 *
 * From now on jip_database_run() of an INSERT, UPDATE or DELETE in a transaction may return before the database has looked
 * at it (PostgreSQL; in SQLite all is at hand). A failure is told by a later statement of the same savepoint, by
 * jip_database_release() of the outermost one, or by the commit: nobody may draw conclusions from the error of a single
 * write.
 */
void
jip_database_defer_writes (JipDatabase *database)
{
  g_return_if_fail (database != NULL);
  database->deferring = TRUE;
}

/**
 * jip_database_begin:
 *
 * Begins a transaction that may write, at once (BEGIN IMMEDIATE), so that it never fails half-way for another
 * writer.
 */
gboolean
jip_database_begin (JipDatabase *database, GError **error)
{
  g_return_val_if_fail (database != NULL, FALSE);
  if (!begin (database, database->driver->begin_write, error))
    return FALSE;
  g_clear_pointer (&database->registers, jip_registers_free);
  database->registers = jip_registers_new ();
  return TRUE;
}

/**
 * jip_database_begin_bold:
 *
 * As jip_database_begin(), for work that can be done again and hardly ever has to be undone in part: its savepoints cost
 * nothing, and a savepoint behind which nothing was written can be gone back to. If it comes otherwise, or a statement
 * fails, nothing more can be done in the transaction, and jip_database_is_spoilt() says so: roll back and do all of it again
 * behind jip_database_begin().
 */
gboolean
jip_database_begin_bold (JipDatabase *database, GError **error)
{
  g_return_val_if_fail (database != NULL, FALSE);
  if (!jip_database_begin (database, error))
    return FALSE;
  database->bold = TRUE;
  return TRUE;
}

/**
 * jip_database_is_spoilt:
 *
 * Returns: whether all that was done since jip_database_begin_bold() is to be done again, until it is rolled back. Not after
 *   a failure of the disk or the connection.
 */
gboolean
jip_database_is_spoilt (JipDatabase *database)
{
  g_return_val_if_fail (database != NULL, FALSE);
  return database->spoilt;
}

/**
 * jip_database_begin_read:
 *
 * Begins a transaction whose queries all see one state.
 */
gboolean
jip_database_begin_read (JipDatabase *database, GError **error)
{
  g_return_val_if_fail (database != NULL, FALSE);
  return begin (database, database->driver->begin_read, error);
}

/**
 * jip_database_commit:
 *
 * On an error nothing is committed and the transaction may still be open: roll back.
 */
gboolean
jip_database_commit (JipDatabase *database, GError **error)
{
  g_return_val_if_fail (database != NULL, FALSE);
  if (database->registers != NULL && !jip_registers_write (database->registers, database, error))
    return FALSE;
  if (!jip_database_check_trouble (database, error)
      || !database->driver->run (database, "COMMIT", NULL, 0, error))
    {
      if (jip_database_in_transaction (database)) /* else it may have been committed */
        jip_database_spoil (database);
      return FALSE;
    }
  g_clear_pointer (&database->registers, jip_registers_free);
  jip_savepoints_forget (database);
  database->begun = FALSE;
  return TRUE;
}

/**
 * jip_database_rollback:
 *
 * Succeeds also when the database has rolled back on its own already (a full disk does that).
 */
gboolean
jip_database_rollback (JipDatabase *database, GError **error)
{
  g_return_val_if_fail (database != NULL, FALSE);
  g_clear_pointer (&database->registers, jip_registers_free);
  jip_savepoints_forget (database);
  g_clear_error (&database->trouble);
  database->begun = FALSE;
  if (!jip_database_in_transaction (database))
    return TRUE;
  return jip_database_run (database, error, "ROLLBACK", NULL);
}

gboolean
jip_database_in_transaction (JipDatabase *database)
{
  g_return_val_if_fail (database != NULL, FALSE);
  return database->driver->in_transaction (database);
}

/**
 * jip_database_quick_check:
 *
 * Reads the whole database and checks its structure (SQLite), or checks that the server is set up to keep what it
 * confirms (PostgreSQL). Errors: %JIP_ERROR_DATABASE, the file is damaged; %JIP_ERROR_UNAVAILABLE, the server may lose data.
 */
/**
 * jip_database_set_stop:
 * @stop: (nullable): asked often from within long statements: TRUE ends them with %JIP_ERROR_CANCELLED
 *
 * For work that takes as long as the database is large. Only SQLite's statements ask; whoever reads row by row asks
 * with jip_database_check_stop().
 */
void
jip_database_set_stop (JipDatabase *database, JipDatabaseStop stop, gpointer data)
{
  g_return_if_fail (database != NULL);
  database->stop = stop;
  database->stop_data = data;
  if (database->driver->watch_stop != NULL)
    database->driver->watch_stop (database);
}

gboolean
jip_database_check_stop (JipDatabase *database, GError **error)
{
  g_return_val_if_fail (database != NULL, FALSE);
  return database->stop == NULL || !database->stop (database->stop_data)
         || jip_error_set (error, JIP_ERROR_CANCELLED, "%s", jip_error_describe (JIP_ERROR_CANCELLED));
}

gboolean
jip_database_quick_check (JipDatabase *database, GError **error)
{
  g_return_val_if_fail (database != NULL, FALSE);
  return database->driver->quick_check (database, error);
}

/**
 * jip_database_vacuum_into:
 * @path: a file that does not exist yet; made with mode 0600
 *
 * Writes a compact, consistent copy while others read and write. %JIP_ERROR_UNSUPPORTED with PostgreSQL, where
 * jip_store_copy_to() is the way.
 */
gboolean
jip_database_vacuum_into (JipDatabase *database, const char *path, GError **error)
{
  g_return_val_if_fail (database != NULL && path != NULL, FALSE);
  return database->driver->copy_to (database, path, error);
}

/**
 * jip_database_checkpoint:
 *
 * Moves what SQLite's write-ahead log holds into the database file, as far as readers allow. Only the one writing
 * connection of a process may call it (platform.md: the WAL-reset bug of SQLite 3.40).
 */
gboolean
jip_database_checkpoint (JipDatabase *database, GError **error)
{
  g_return_val_if_fail (database != NULL, FALSE);
  return database->driver->checkpoint (database, error);
}

static JsonNode *
detail_new (JsonObject *object)
{
  return json_node_init_object (json_node_alloc (), object);
}

/**
 * jip_database_set_damaged:
 *
 * Sets %JIP_ERROR_DATABASE with a detail that says that the file itself is damaged.
 *
 * Returns: %FALSE
 */
gboolean
jip_database_set_damaged (GError **error)
{
  if (error == NULL)
    return FALSE;

  g_autoptr (JsonObject) object = json_object_new ();
  json_object_set_boolean_member (object, "damaged", TRUE);
  *error = jip_error_new (JIP_ERROR_DATABASE, detail_new (object),
                          _ ("The database file is damaged. Restore the newest backup."));
  return FALSE;
}

/**
 * jip_error_is_damaged_database:
 * @error: (nullable): from a statement, a check, or opening a database
 *
 * Returns: whether the content of the file is at fault rather than what was asked of it or the disk
 */
gboolean
jip_error_is_damaged_database (const GError *error)
{
  JsonNode *detail = jip_error_get_detail (error);

  return detail != NULL && g_error_matches (error, JIP_ERROR, JIP_ERROR_DATABASE)
         && json_object_has_member (json_node_get_object (detail), "damaged");
}

/* For drivers: sets %JIP_ERROR_DATABASE with a detail that names the kind of the constraint. */
gboolean
jip_database_set_constraint (GError **error, JipConstraint constraint, const char *message)
{
  if (error == NULL)
    return FALSE;

  g_autoptr (JsonObject) object = json_object_new ();
  json_object_set_string_member (object, "constraint", constraint_names[constraint]);
  *error = jip_error_new (JIP_ERROR_DATABASE, detail_new (object), _ ("The database refused the change: %s."),
                          message);
  return FALSE;
}

/**
 * jip_error_get_constraint:
 * @error: (nullable): from a statement
 *
 * Returns: which kind of constraint the statement would have broken
 */
JipConstraint
jip_error_get_constraint (const GError *error)
{
  JsonNode *detail = jip_error_get_detail (error);

  if (detail == NULL || !g_error_matches (error, JIP_ERROR, JIP_ERROR_DATABASE))
    return JIP_CONSTRAINT_NONE;
  const char *name
      = json_object_get_string_member_with_default (json_node_get_object (detail), "constraint", "");
  for (guint i = 1; i < G_N_ELEMENTS (constraint_names); i++)
    if (g_str_equal (constraint_names[i], name))
      return (JipConstraint) i;
  return JIP_CONSTRAINT_NONE;
}

gboolean
jip_error_is_constraint (const GError *error)
{
  return jip_error_get_constraint (error) != JIP_CONSTRAINT_NONE;
}
