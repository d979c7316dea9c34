/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows and errors of PostgreSQL. A result is in memory as a whole, so that other statements may run while it is read;
 * whoever reads a whole table takes it in parts (jip-store-copy.c). */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-database-postgresql-private.h"

/* From PostgreSQL's catalogue; they never change. */
#define OID_BOOL 16
#define OID_BYTEA 17
#define OID_INT8 20
#define OID_INT2 21
#define OID_INT4 23
#define OID_FLOAT4 700
#define OID_FLOAT8 701
#define OID_NUMERIC 1700

typedef struct
{
  JipRows parent;
  PGresult *result;
  int at; /* -1 before the first row */
} PostgresqlRows;

JipRows *
jip_postgresql_rows_new (JipDatabase *database, PGresult *result)
{
  PostgresqlRows *self = g_new0 (PostgresqlRows, 1);

  self->parent.database = database;
  self->result = result;
  self->at = -1;
  return &self->parent;
}

gboolean
jip_postgresql_rows_next (JipRows *rows, GError **error)
{
  PostgresqlRows *self = (PostgresqlRows *) rows;

  if (self->at < PQntuples (self->result))
    self->at++;
  return self->at < PQntuples (self->result);
}

void
jip_postgresql_rows_free (JipRows *rows)
{
  PostgresqlRows *self = (PostgresqlRows *) rows;

  PQclear (self->result);
  g_free (self);
}

guint
jip_postgresql_rows_n_columns (JipRows *rows)
{
  return (guint) PQnfields (((PostgresqlRows *) rows)->result);
}

const char *
jip_postgresql_rows_name (JipRows *rows, guint column)
{
  return PQfname (((PostgresqlRows *) rows)->result, (int) column);
}

/* The text of a value that is there, %NULL for NULL and where there is no row. */
static const char *
value_of (JipRows *rows, guint column)
{
  PostgresqlRows *self = (PostgresqlRows *) rows;

  if (self->at < 0 || self->at >= PQntuples (self->result) || (int) column >= PQnfields (self->result)
      || PQgetisnull (self->result, self->at, (int) column))
    return NULL;
  return PQgetvalue (self->result, self->at, (int) column);
}

static Oid
type_of (JipRows *rows, guint column)
{
  return PQftype (((PostgresqlRows *) rows)->result, (int) column);
}

gboolean
jip_postgresql_rows_is_null (JipRows *rows, guint column)
{
  return value_of (rows, column) == NULL;
}

char
jip_postgresql_rows_type (JipRows *rows, guint column)
{
  if (value_of (rows, column) == NULL)
    return 0;
  switch (type_of (rows, column))
    {
    case OID_BOOL:
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
      return 'i';
    case OID_FLOAT4:
    case OID_FLOAT8:
    case OID_NUMERIC:
      return 'd';
    case OID_BYTEA:
      return 'b';
    default:
      return 't';
    }
}

const char *
jip_postgresql_rows_text (JipRows *rows, guint column)
{
  return value_of (rows, column);
}

gint64
jip_postgresql_rows_int (JipRows *rows, guint column)
{
  const char *text = value_of (rows, column);

  if (text == NULL)
    return 0;
  if (type_of (rows, column) == OID_BOOL)
    return text[0] == 't';
  return g_ascii_strtoll (text, NULL, 10);
}

double
jip_postgresql_rows_double (JipRows *rows, guint column)
{
  const char *text = value_of (rows, column);

  return text != NULL ? g_ascii_strtod (text, NULL) : 0;
}

GBytes *
jip_postgresql_rows_blob (JipRows *rows, guint column)
{
  const char *text = value_of (rows, column);
  gsize length = 0;

  if (text == NULL)
    return NULL;
  if (type_of (rows, column) != OID_BYTEA)
    return g_bytes_new (text, strlen (text));
  unsigned char *bytes = PQunescapeBytea ((const unsigned char *) text, &length);
  return g_bytes_new_with_free_func (bytes, length, PQfreemem, bytes);
}

gboolean
jip_postgresql_is_good (const PGresult *result)
{
  ExecStatusType status = PQresultStatus (result);

  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

/**
 * jip_postgresql_is_lost:
 * @result: (nullable): of a statement that failed
 *
 * Returns: whether it failed because the connection is gone, or goes (SQLSTATE class 08 and 57P01 to 57P04)
 */
gboolean
jip_postgresql_is_lost (const PGresult *result)
{
  const char *state = result != NULL ? PQresultErrorField (result, PG_DIAG_SQLSTATE) : NULL;

  return state == NULL || g_str_has_prefix (state, "08") || g_str_has_prefix (state, "57P");
}

static JipConstraint
constraint_of (const char *state)
{
  if (strcmp (state, "23505") == 0)
    return JIP_CONSTRAINT_UNIQUE;
  if (strcmp (state, "23503") == 0)
    return JIP_CONSTRAINT_FOREIGN_KEY;
  if (strcmp (state, "23502") == 0)
    return JIP_CONSTRAINT_NOT_NULL;
  return JIP_CONSTRAINT_CHECK;
}

/* Which constraint: PostgreSQL's own sentences may hold values. */
static gboolean
set_constraint (GError **error, const PGresult *result, const char *state)
{
  const char *table = PQresultErrorField (result, PG_DIAG_TABLE_NAME);
  const char *name = PQresultErrorField (result, PG_DIAG_CONSTRAINT_NAME);
  const char *column = PQresultErrorField (result, PG_DIAG_COLUMN_NAME);
  const char *part = name != NULL ? name : column;
  g_autofree char *where = g_strdup_printf ("%s.%s", table != NULL ? table : "?", part != NULL ? part : "?");

  return jip_database_set_constraint (error, constraint_of (state), where);
}

/**
 * jip_postgresql_set_error:
 * @result: of a statement that failed while the connection lives
 *
 * Turns the SQLSTATE into an error. What the database says is repeated only where it cannot hold a value: for statements
 * that are wrong in themselves (class 42).
 *
 * Returns: %FALSE
 */
gboolean
jip_postgresql_set_error (GError **error, const PGresult *result)
{
  const char *state = PQresultErrorField (result, PG_DIAG_SQLSTATE);
  const char *message = PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY);

  if (state == NULL)
    state = "?";
  if (g_str_has_prefix (state, "23"))
    return set_constraint (error, result, state);
  if (strcmp (state, "53100") == 0)
    return jip_error_set (error, JIP_ERROR_STORAGE_FULL,
                          _ ("The disk is full. Nothing was changed. Make room and try again."));
  if (g_str_has_prefix (state, "58"))
    return jip_error_set (error, JIP_ERROR_UNAVAILABLE,
                          _ ("The database could not read or write its disk (%s). Nothing was changed."),
                          state);
  if (strcmp (state, "XX000") == 0) /* also a quota that is used up, for which PostgreSQL has no name */
    return jip_error_set (error, JIP_ERROR_UNAVAILABLE,
                          _ ("The database failed in itself (%s). Nothing was changed."), state);
  if (g_str_has_prefix (state, "53"))
    return jip_error_set (error, JIP_ERROR_UNAVAILABLE,
                          _ ("The database has no room for this now (%s). Nothing was changed."), state);
  if (g_str_has_prefix (state, "40") || g_str_has_prefix (state, "55"))
    return jip_error_set (error, JIP_ERROR_BUSY,
                          _ ("The database is in use by someone else. Try again in a moment."));
  if (strcmp (state, "25006") == 0)
    return jip_error_set (error, JIP_ERROR_DATABASE, _ ("The database may only be read here."));
  return jip_error_set (error, JIP_ERROR_DATABASE, _ ("The database reported an error: %s (%s)."),
                        g_str_has_prefix (state, "42") && message != NULL ? message : "SQLSTATE", state);
}
