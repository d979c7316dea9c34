/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The savepoints of a transaction. They cost: SQLite puts each page aside that is written within one, PostgreSQL numbers
 * them and waits. So one that is set while nothing was written since the one around it stands for the same, and in a bold
 * transaction (jip_database_begin_bold()) the database is told of none. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-database-private.h"

typedef struct
{
  char *name;
  gboolean known;   /* to the database */
  guint64 n_writes; /* of the connection, when it was set or last gone back to */
} Savepoint;

static void
savepoint_clear (gpointer data)
{
  g_free (((Savepoint *) data)->name);
}

/* The database knows them by their depth: names may stand in each other. */
static gboolean
run (JipDatabase *database, const char *verb, guint depth, GError **error)
{
  char sql[48];

  g_snprintf (sql, sizeof sql, "%s \"l%u\"", verb, depth);
  return database->driver->run (database, sql, NULL, 0, error);
}

static Savepoint *
at (JipDatabase *database, guint depth)
{
  return &g_array_index (database->savepoints, Savepoint, depth);
}

/* The newest of that name, -1 with @error for none. */
static int
find (JipDatabase *database, const char *name, GError **error)
{
  int depth = database->savepoints != NULL ? (int) database->savepoints->len - 1 : -1;

  if (!jip_database_check_trouble (database, error))
    return -1;
  while (depth >= 0 && strcmp (at (database, (guint) depth)->name, name) != 0)
    depth--;
  if (depth < 0)
    jip_error_set (error, JIP_ERROR_DATABASE, _ ("There is no savepoint of this name."));
  return depth;
}

/* For jip-database.c: the transaction has ended, and all of its savepoints with it. */
void
jip_savepoints_forget (JipDatabase *database)
{
  g_clear_pointer (&database->savepoints, g_array_unref);
  jip_memos_forget (database);
  database->bold = database->spoilt = FALSE;
}

/**
 * jip_database_savepoint:
 * @name: tells it from those around it
 */
gboolean
jip_database_savepoint (JipDatabase *database, const char *name, GError **error)
{
  g_return_val_if_fail (database != NULL && name != NULL, FALSE);

  if (database->savepoints == NULL)
    {
      database->savepoints = g_array_new (FALSE, FALSE, sizeof (Savepoint));
      g_array_set_clear_func (database->savepoints, savepoint_clear);
    }
  guint depth = database->savepoints->len;
  gboolean shared = depth > 0 && at (database, depth - 1)->n_writes == database->n_writes;
  gboolean known = !shared && !database->bold;
  if (!jip_database_check_trouble (database, error) || (known && !run (database, "SAVEPOINT", depth, error)))
    return FALSE;
  Savepoint savepoint = { g_strdup (name), known, database->n_writes };
  g_array_append_val (database->savepoints, savepoint);
  if (database->registers != NULL)
    jip_registers_savepoint (database->registers, name);
  return TRUE;
}

/**
 * jip_database_release:
 *
 * When it fails the savepoint is still there: roll back to it, and release it then.
 */
gboolean
jip_database_release (JipDatabase *database, const char *name, GError **error)
{
  g_return_val_if_fail (database != NULL && name != NULL, FALSE);

  int depth = find (database, name, error);
  if (depth < 0)
    return FALSE;
  guint known = (guint) depth;
  while (known < database->savepoints->len && !at (database, known)->known)
    known++;
  if (known < database->savepoints->len && !run (database, "RELEASE SAVEPOINT", known, error))
    return FALSE;
  g_array_set_size (database->savepoints, (guint) depth);
  if (database->registers != NULL)
    jip_registers_release (database->registers, name);
  return TRUE;
}

/* Goes back to the savepoint that the database knows and that stands for the one at @depth. */
static gboolean
go_back (JipDatabase *database, guint depth, GError **error)
{
  guint known = depth;

  while (!at (database, known)->known)
    known--;
  if (!run (database, "ROLLBACK TO SAVEPOINT", known, error))
    return FALSE;
  for (guint i = known; i <= depth; i++)
    at (database, i)->n_writes = database->n_writes;
  return TRUE;
}

/**
 * jip_database_rollback_to:
 *
 * Undoes all since the savepoint, which stays: release it, too.
 */
gboolean
jip_database_rollback_to (JipDatabase *database, const char *name, GError **error)
{
  g_return_val_if_fail (database != NULL && name != NULL, FALSE);

  int depth = find (database, name, error);
  if (depth < 0)
    return FALSE;
  if (!database->bold)
    {
      if (!go_back (database, (guint) depth, error))
        return FALSE;
    }
  else if (at (database, (guint) depth)->n_writes != database->n_writes)
    {
      database->spoilt = TRUE;
      return jip_database_check_trouble (database, error);
    }
  g_array_set_size (database->savepoints, (guint) depth + 1);
  jip_memos_forget (database);
  if (database->registers != NULL)
    jip_registers_rollback_to (database->registers, name);
  return TRUE;
}
