/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-account-table.h"

#include "jip-json.h"

void
jip_account_free (JipAccount *account)
{
  g_free (account->id);
  g_free (account->login);
  g_free (account->name);
  g_free (account->department);
  g_free (account->department_name);
  g_free (account->password);
  g_free (account);
}

static gboolean
get_one (JipDatabase *database, const char *sql, const char *key, JipAccount **account, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JipRows) rows = jip_database_query (database, error, sql, "t", key);

  *account = NULL;
  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &problem))
    {
      JipAccount *found = *account = g_new0 (JipAccount, 1);
      found->id = g_strdup (jip_rows_text (rows, 0));
      found->login = g_strdup (jip_rows_text (rows, 1));
      found->name = g_strdup (jip_rows_text (rows, 2));
      found->department = g_strdup (jip_rows_text (rows, 3));
      found->department_name = g_strdup (jip_rows_text (rows, 4));
      found->roles = jip_roles_from_text (jip_rows_text (rows, 5));
      found->disabled = jip_rows_int (rows, 6) != 0;
      found->password = g_strdup (jip_rows_text (rows, 7));
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

#define COLUMNS "a.id, a.login, a.name, a.department, d.name, a.roles, a.disabled, a.password"
#define SELECT "SELECT " COLUMNS " FROM account a LEFT JOIN department d ON d.id = a.department WHERE "

/**
 * jip_account_get:
 * @account: (out) (transfer full) (nullable): %NULL when there is none
 */
gboolean
jip_account_get (JipDatabase *database, const char *id, JipAccount **account, GError **error)
{
  return get_one (database, SELECT "a.id = $1", id, account, error);
}

gboolean
jip_account_get_by_login (JipDatabase *database, const char *login, JipAccount **account, GError **error)
{
  return get_one (database, SELECT "a.login = $1", login, account, error);
}

static char *
roles_text (JipRoles roles)
{
  g_autoptr (JsonNode) node = jip_roles_to_json (roles);

  return jip_json_canonical (node);
}

gboolean
jip_account_insert (JipDatabase *database, const JipAccount *account, gint64 now, GError **error)
{
  g_autofree char *roles = roles_text (account->roles);

  return jip_database_run (database, error,
                           "INSERT INTO account (id, login, name, department, roles, disabled, password,"
                           " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                           "tttttiti", account->id, account->login, account->name, account->department, roles,
                           (gint64) account->disabled, account->password, now);
}

/* Everything but the id and the login. */
gboolean
jip_account_update (JipDatabase *database, const JipAccount *account, GError **error)
{
  g_autofree char *roles = roles_text (account->roles);

  return jip_database_run (database, error,
                           "UPDATE account SET name = $2, department = $3, roles = $4, disabled = $5,"
                           " password = $6 WHERE id = $1",
                           "ttttit", account->id, account->name, account->department, roles,
                           (gint64) account->disabled, account->password);
}

static gboolean
exists_by (JipDatabase *database, const char *sql, const char *id, gboolean *exists, GError **error)
{
  gint64 n = jip_database_query_int (database, -1, error, sql, "t", id);

  *exists = n > 0;
  return n >= 0;
}

gboolean
jip_account_exists (JipDatabase *database, const char *id, gboolean *exists, GError **error)
{
  return exists_by (database, "SELECT COUNT(*) FROM account WHERE id = $1", id, exists, error);
}

gboolean
jip_department_exists (JipDatabase *database, const char *id, gboolean *exists, GError **error)
{
  return exists_by (database, "SELECT COUNT(*) FROM department WHERE id = $1", id, exists, error);
}

gboolean
jip_department_insert (JipDatabase *database, const char *id, const char *name, GError **error)
{
  return jip_database_run (database, error, "INSERT INTO department (id, name) VALUES ($1, $2)", "tt", id,
                           name);
}

/* Returns: (transfer full) (nullable) */
GStrv
jip_department_list_names (JipDatabase *database, GError **error)
{
  return jip_database_query_texts (database, error, "SELECT name FROM department ORDER BY id", "");
}

/**
 * jip_department_ensure:
 * @fresh: the id that it gets when it is made
 * @id: (out) (transfer full): of the department with this name, made when there was none
 */
gboolean
jip_department_ensure (JipDatabase *database, const char *name, const char *fresh, char **id, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *id = jip_database_query_text (database, &problem, "SELECT id FROM department WHERE name = $1", "t", name);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (*id != NULL)
    return TRUE;
  *id = g_strdup (fresh);
  return jip_department_insert (database, *id, name, error);
}

void
jip_session_free (JipSession *session)
{
  g_free (session->token_hash);
  g_free (session->account);
  g_free (session->device);
  g_free (session);
}

/**
 * jip_session_get:
 * @session: (out) (transfer full) (nullable): %NULL when there is none; whether it still holds is for the caller to see
 */
gboolean
jip_session_get (JipDatabase *database, const char *token_hash, JipSession **session, GError **error)
{
  g_autoptr (GError) problem = NULL;

  *session = NULL;
  g_autoptr (JipRows) rows = jip_database_query (
      database, error,
      "SELECT s.account, s.device, s.created_at, s.used_at, s.expires_at, a.roles, a.disabled"
      " FROM session s JOIN account a ON a.id = s.account WHERE s.token_hash = $1",
      "t", token_hash);
  if (rows == NULL)
    return FALSE;
  if (jip_rows_next (rows, &problem))
    {
      JipSession *found = *session = g_new0 (JipSession, 1);
      found->token_hash = g_strdup (token_hash);
      found->account = g_strdup (jip_rows_text (rows, 0));
      found->device = g_strdup (jip_rows_text (rows, 1));
      found->created_at = jip_rows_int (rows, 2);
      found->used_at = jip_rows_int (rows, 3);
      found->expires_at = jip_rows_int (rows, 4);
      found->roles = jip_roles_from_text (jip_rows_text (rows, 5));
      found->disabled = jip_rows_int (rows, 6) != 0;
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
jip_session_insert (JipDatabase *database, const JipSession *session, GError **error)
{
  return jip_database_run (
      database, error,
      "INSERT INTO session (token_hash, account, device, created_at, used_at, expires_at)"
      " VALUES ($1, $2, $3, $4, $5, $6)",
      "tttiii", session->token_hash, session->account, session->device, session->created_at, session->used_at,
      session->expires_at);
}

gboolean
jip_session_set_used (JipDatabase *database, const char *token_hash, gint64 now, GError **error)
{
  return jip_database_run (database, error, "UPDATE session SET used_at = $2 WHERE token_hash = $1", "ti",
                           token_hash, now);
}

gboolean
jip_session_delete (JipDatabase *database, const char *token_hash, GError **error)
{
  return jip_database_run (database, error, "DELETE FROM session WHERE token_hash = $1", "t", token_hash);
}

/* Its days count from @now on. */
gboolean
jip_session_restart (JipDatabase *database,
                     const char *token_hash,
                     gint64 now,
                     gint64 expires_at,
                     GError **error)
{
  return jip_database_run (database, error,
                           "UPDATE session SET created_at = $2, used_at = $2, expires_at = $3"
                           " WHERE token_hash = $1",
                           "tii", token_hash, now, expires_at);
}

gboolean
jip_session_delete_stale (JipDatabase *database, gint64 now, gint64 idle_since, GError **error)
{
  return jip_database_run (database, error, "DELETE FROM session WHERE expires_at <= $1 OR used_at < $2",
                           "ii", now, idle_since);
}
