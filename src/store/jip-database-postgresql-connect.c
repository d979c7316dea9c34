/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connections to PostgreSQL: made, checked and set up. */
#include <glib/gi18n-lib.h>

#include "jip-database-postgresql-private.h"

#define OLDEST_SERVER 150000
#define LOCK_PROGRAM "pg_advisory_lock (" JIP_POSTGRESQL_LOCK_CLASS ", 2)"

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
  gboolean good = jip_postgresql_is_good (result);

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

/**
 * jip_postgresql_connect:
 *
 * Returns: (transfer full): a connection as this program needs it
 */
PGconn *
jip_postgresql_connect (const char *uri, JipDatabaseFlags flags, GError **error)
{
  PGconn *connection = connect_to (uri);

  if (PQstatus (connection) != CONNECTION_OK)
    set_unreachable (connection, error);
  else
    PQsetNoticeProcessor (connection, silence, NULL);
  if (PQstatus (connection) == CONNECTION_OK && configure (connection, flags, error))
    return connection;
  PQfinish (connection);
  return NULL;
}

gboolean
jip_postgresql_check_uri (const char *uri, GError **error)
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
