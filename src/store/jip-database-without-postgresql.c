/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in for the driver in a build without libpq (-Dpostgresql=disabled). */
#include "jip-database-postgresql.h"

#include <glib/gi18n-lib.h>

JipDatabase *
jip_database_open_postgresql (const char *uri, JipDatabaseFlags flags, GError **error)
{
  jip_error_set (error, JIP_ERROR_UNSUPPORTED, _ ("This program was built without PostgreSQL."));
  return NULL;
}
