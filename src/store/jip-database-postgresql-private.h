/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libpq-fe.h>

#include "jip-database-private.h"

G_BEGIN_DECLS

#define JIP_POSTGRESQL_LOCK_CLASS "1246318656" /* "JIP\0" */

/* Parameters as libpq takes them. */
typedef struct
{
  const char **values;
  int *lengths;
  int *formats;
  Oid *types;
  GPtrArray *texts;
} JipPostgresqlParameters;

void jip_postgresql_parameters_init (JipPostgresqlParameters *self, const JipValue *values, guint n_values);
void jip_postgresql_parameters_clear (JipPostgresqlParameters *self);
gboolean jip_postgresql_check_parameters (const char *sql, guint n_values, GError **error);
char *jip_postgresql_statement_key (const char *sql,
                                    const JipValue *values,
                                    guint n_values) G_GNUC_WARN_UNUSED_RESULT;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JipPostgresqlParameters, jip_postgresql_parameters_clear)

PGconn *
jip_postgresql_connect (const char *uri, JipDatabaseFlags flags, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_postgresql_check_uri (const char *uri, GError **error);

gboolean jip_postgresql_is_good (const PGresult *result);
gboolean jip_postgresql_set_error (GError **error, const PGresult *result);
gboolean jip_postgresql_is_lost (const PGresult *result);
JipRows *jip_postgresql_rows_new (JipDatabase *database, PGresult *result);

/* Of the driver, in jip-database-postgresql-rows.c. */
gboolean jip_postgresql_rows_next (JipRows *rows, GError **error);
void jip_postgresql_rows_free (JipRows *rows);
guint jip_postgresql_rows_n_columns (JipRows *rows);
const char *jip_postgresql_rows_name (JipRows *rows, guint column);
char jip_postgresql_rows_type (JipRows *rows, guint column);
gboolean jip_postgresql_rows_is_null (JipRows *rows, guint column);
const char *jip_postgresql_rows_text (JipRows *rows, guint column);
gint64 jip_postgresql_rows_int (JipRows *rows, guint column);
double jip_postgresql_rows_double (JipRows *rows, guint column);
GBytes *jip_postgresql_rows_blob (JipRows *rows, guint column);

G_END_DECLS
