/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-error.h"

G_BEGIN_DECLS

/**
 * JipDatabase:
 *
 * One connection to a database, used by one thread at a time. The SQL is the subset that SQLite and PostgreSQL
 * share (platform.md, "One SQL"): parameters are `$1`, `$2` …, string literals 'single-quoted', LIKE respects case,
 * the place of NULLs is written out (`NULLS LAST`), text is UTF-8 without U+0000.
 *
 * The @types string of a statement has one letter for each parameter:
 * `t` const char * (nullable), `i` gint64 (cast smaller integers!), `I` const gint64 * (nullable), `d` double,
 * `b` GBytes * (nullable).
 */
typedef struct _JipDatabase JipDatabase;
typedef struct _JipRows JipRows;

/**
 * JipDatabaseFlags:
 * @JIP_DATABASE_EXCLUSIVE: no second program may open it so (for SQLite the lock of the data folder does that)
 * @JIP_DATABASE_LONE_FILE: of SQLite, with %JIP_DATABASE_READ_ONLY: nobody writes to the file, and a log or journal that
 *   lies beside it is none of its own
 */
typedef enum
{
  JIP_DATABASE_READ_WRITE = 0,
  JIP_DATABASE_READ_ONLY = 1 << 0,
  JIP_DATABASE_CREATE = 1 << 1,
  JIP_DATABASE_EXCLUSIVE = 1 << 2,
  JIP_DATABASE_LONE_FILE = 1 << 3,
} JipDatabaseFlags;

typedef enum
{
  JIP_CONSTRAINT_NONE,
  JIP_CONSTRAINT_UNIQUE,
  JIP_CONSTRAINT_FOREIGN_KEY,
  JIP_CONSTRAINT_NOT_NULL,
  JIP_CONSTRAINT_CHECK,
} JipConstraint;

/**
 * JipValue:
 * @type: a letter as in the types string, or 0 for NULL
 *
 * A parameter for statements whose shape is known only when the program runs; nothing in it is owned.
 */
typedef struct
{
  char type;
  union
  {
    const char *text;
    gint64 integer;
    double real;
    GBytes *bytes;
  };
} JipValue;

JipDatabase *
jip_database_open_sqlite (const char *path, JipDatabaseFlags flags, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_database_free (JipDatabase *database);
const char *jip_database_get_driver (JipDatabase *database);

gboolean jip_database_exec (JipDatabase *database, const char *sql, GError **error);
gboolean jip_database_run (JipDatabase *database, GError **error, const char *sql, const char *types, ...);
gboolean jip_database_run_values (JipDatabase *database,
                                  GError **error,
                                  const char *sql,
                                  const JipValue *values,
                                  guint n_values);
JipRows *jip_database_query (JipDatabase *database, GError **error, const char *sql, const char *types, ...)
    G_GNUC_WARN_UNUSED_RESULT;
JipRows *jip_database_query_values (JipDatabase *database,
                                    GError **error,
                                    const char *sql,
                                    const JipValue *values,
                                    guint n_values) G_GNUC_WARN_UNUSED_RESULT;
gint64 jip_database_query_int (JipDatabase *database,
                               gint64 fallback,
                               GError **error,
                               const char *sql,
                               const char *types,
                               ...);
char *jip_database_query_text (JipDatabase *database, GError **error, const char *sql, const char *types, ...)
    G_GNUC_WARN_UNUSED_RESULT;
GStrv
jip_database_query_texts (JipDatabase *database, GError **error, const char *sql, const char *types, ...)
    G_GNUC_WARN_UNUSED_RESULT;
gint64 jip_database_changes (JipDatabase *database);

gboolean jip_rows_next (JipRows *rows, GError **error);
void jip_rows_free (JipRows *rows);
guint jip_rows_get_n_columns (JipRows *rows);
const char *jip_rows_get_name (JipRows *rows, guint column);
char jip_rows_get_type (JipRows *rows, guint column);
gboolean jip_rows_is_null (JipRows *rows, guint column);
const char *jip_rows_text (JipRows *rows, guint column);
gint64 jip_rows_int (JipRows *rows, guint column);
double jip_rows_double (JipRows *rows, guint column);
GBytes *jip_rows_blob (JipRows *rows, guint column) G_GNUC_WARN_UNUSED_RESULT;

void jip_database_defer_writes (JipDatabase *database);
gboolean jip_database_begin (JipDatabase *database, GError **error);
gboolean jip_database_begin_bold (JipDatabase *database, GError **error);
gboolean jip_database_is_spoilt (JipDatabase *database);
gboolean jip_database_begin_read (JipDatabase *database, GError **error);
gboolean jip_database_commit (JipDatabase *database, GError **error);
gboolean jip_database_rollback (JipDatabase *database, GError **error);
gboolean jip_database_savepoint (JipDatabase *database, const char *name, GError **error);
gboolean jip_database_release (JipDatabase *database, const char *name, GError **error);
gboolean jip_database_rollback_to (JipDatabase *database, const char *name, GError **error);
gboolean jip_database_in_transaction (JipDatabase *database);
gboolean jip_database_check_trouble (JipDatabase *database, GError **error);

typedef gboolean (*JipDatabaseStop) (gpointer data);

void jip_database_set_stop (JipDatabase *database, JipDatabaseStop stop, gpointer data);
gboolean jip_database_check_stop (JipDatabase *database, GError **error);

gboolean jip_database_quick_check (JipDatabase *database, GError **error);
gboolean jip_database_vacuum_into (JipDatabase *database, const char *path, GError **error);
gboolean jip_database_checkpoint (JipDatabase *database, GError **error);

gboolean jip_error_is_constraint (const GError *error);
JipConstraint jip_error_get_constraint (const GError *error);
gboolean jip_database_set_damaged (GError **error);
gboolean jip_error_is_damaged_database (const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipDatabase, jip_database_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipRows, jip_rows_free)

G_END_DECLS
