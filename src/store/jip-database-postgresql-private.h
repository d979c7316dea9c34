/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libpq-fe.h>

#include "jip-database-private.h"

G_BEGIN_DECLS

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
