/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts from CSV: every bad line is named, and then none is taken. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-account-table.h"
#include "jip-admin-service.h"
#include "jip-audit-table.h"
#include "jip-csv.h"
#include "jip-password-pool.h"
#include "jip-refill-service.h"
#include "jip-time.h"

#define MAX_USERS 100000
#define MAX_NAMED_LINES 100

typedef enum
{
  COLUMN_LOGIN,
  COLUMN_NAME,
  COLUMN_DEPARTMENT,
  COLUMN_ROLES,
  COLUMN_PASSWORD,
  N_COLUMNS,
} Column;

static const char *const column_names[] = { "login", "name", "department", "roles", "password" };

typedef struct
{
  JipServices *services;
  GPtrArray *accounts; /* JipAccount; department_name says which, id and department are found on writing */
  JipPokes *pokes;
  guint created, updated;
} Import;

static char *
cell (const JipCsvRow *row, const int columns[N_COLUMNS], Column column)
{
  static char missing[] = "";
  int index = columns[column];

  return index >= 0 && (guint) index < g_strv_length (row->cells) ? row->cells[index] : missing;
}

static gboolean
read_header (const JipCsvRow *row, int columns[N_COLUMNS], GError **error)
{
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      columns[i] = -1;
      for (guint j = 0; row->cells[j] != NULL; j++)
        if (strcmp (g_strstrip (row->cells[j]), column_names[i]) == 0)
          columns[i] = (int) j;
      if (columns[i] < 0 && i != COLUMN_PASSWORD)
        return jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("line %u: the column “%s” is missing"), row->line,
                              column_names[i]);
    }
  return TRUE;
}

/* Roles are separated by blanks, semicolons or plus signs. */
static gboolean
parse_roles (const char *text, JipRoles *roles, char **unknown)
{
  g_auto (GStrv) names = g_strsplit_set (text, " ;+|", -1);

  *roles = JIP_ROLE_NONE;
  for (char **name = names; *name != NULL; name++)
    {
      JipRoles role = jip_role_from_name (*name) & JIP_ROLES_OF_ACCOUNT;
      if (**name == '\0')
        continue;
      if (role == JIP_ROLE_NONE)
        {
          *unknown = g_strdup (*name);
          return FALSE;
        }
      *roles |= role;
    }
  return TRUE;
}

static gboolean
login_is_fine (const char *login)
{
  glong length = g_utf8_strlen (login, -1);

  for (const char *p = login; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_isspace (g_utf8_get_char (p)) || g_unichar_iscntrl (g_utf8_get_char (p)))
      return FALSE;
  return length >= 1 && length <= 100;
}

/* Returns what is wrong with the line, or NULL. */
static char *
read_line (const JipCsvRow *row, const int columns[N_COLUMNS], GHashTable *logins, JipAccount *account)
{
  g_autofree char *unknown = NULL;
  const char *login = g_strstrip (cell (row, columns, COLUMN_LOGIN));
  const char *name = g_strstrip (cell (row, columns, COLUMN_NAME));
  const char *department = g_strstrip (cell (row, columns, COLUMN_DEPARTMENT));
  const char *password = cell (row, columns, COLUMN_PASSWORD);

  if (!login_is_fine (login))
    return g_strdup (_ ("the login must be 1 to 100 characters without blanks"));
  if (*name == '\0' || g_utf8_strlen (name, -1) > 100)
    return g_strdup (_ ("the name must be 1 to 100 characters"));
  if (g_utf8_strlen (department, -1) > 100)
    return g_strdup (_ ("the department is longer than 100 characters"));
  if (g_utf8_strlen (password, -1) > JIP_PASSWORD_MAX)
    return g_strdup_printf (_ ("the password is longer than %d characters"), JIP_PASSWORD_MAX);
  if (!parse_roles (cell (row, columns, COLUMN_ROLES), &account->roles, &unknown))
    return g_strdup_printf (_ ("“%s” is not a role of an account"), unknown);
  if (!g_hash_table_add (logins, g_strdup (login)))
    return g_strdup_printf (_ ("the login “%s” stands twice"), login);
  account->login = g_strdup (login);
  account->name = g_strdup (name);
  account->department_name = *department != '\0' ? g_strdup (department) : NULL;
  account->password = *password != '\0' ? g_strdup (password) : NULL;
  return NULL;
}

static GPtrArray *
read_accounts (const char *csv, GError **error)
{
  g_autoptr (GPtrArray) rows = jip_csv_parse (csv, MAX_USERS, error);
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) jip_account_free);
  g_autoptr (GHashTable) logins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) problems = g_string_new (NULL);
  int columns[N_COLUMNS];
  guint n_problems = 0;

  if (rows == NULL)
    return NULL;
  if (rows->len == 0)
    {
      jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("The file is empty."));
      return NULL;
    }
  if (!read_header (g_ptr_array_index (rows, 0), columns, error))
    return NULL;
  for (guint i = 1; i < rows->len; i++)
    {
      const JipCsvRow *row = g_ptr_array_index (rows, i);
      JipAccount *account = g_new0 (JipAccount, 1);
      g_autofree char *problem = read_line (row, columns, logins, account);
      g_ptr_array_add (accounts, account);
      if (problem != NULL && n_problems++ < MAX_NAMED_LINES)
        g_string_append_printf (problems, _ ("%sline %u: %s"), problems->len > 0 ? "; " : "", row->line,
                                problem);
    }
  if (n_problems == 0)
    return g_steal_pointer (&accounts);
  jip_error_set (error, JIP_ERROR_BAD_ARGS, _ ("%s. Nothing was imported."), problems->str);
  return NULL;
}

static gboolean
hash_passwords (JipServices *services, GPtrArray *accounts, GError **error)
{
  for (guint i = 0; i < accounts->len; i++)
    {
      if (services->stopping)
        return jip_error_set (
            error, JIP_ERROR_UNAVAILABLE,
            _ ("The server is being stopped. Nothing was imported; do it again when it runs."));
      JipAccount *account = g_ptr_array_index (accounts, i);
      g_autofree char *plain = g_steal_pointer (&account->password);
      if (plain != NULL && (account->password = jip_password_hash (plain, error)) == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
find_department (JipDatabase *database, Import *import, JipAccount *account, GError **error)
{
  if (account->department_name == NULL)
    return TRUE;
  g_autofree char *fresh = jip_services_derive_id (import->services, "department", account->department_name);
  return jip_department_ensure (database, account->department_name, fresh, &account->department, error)
         && jip_feed_touch (database, import->pokes, "department", account->department, error);
}

static gboolean
audit_account (JipDatabase *database, const char *kind, const JipAccount *account, gint64 now, GError **error)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (object, "account", account->id);
  json_object_set_member (object, "roles", jip_roles_to_json (account->roles));
  json_node_take_object (node, object);
  return jip_audit_append (database, now, kind, node, error);
}

static gboolean
write_account (JipDatabase *database, Import *import, JipAccount *account, gint64 now, GError **error)
{
  g_autoptr (JipAccount) existing = NULL;

  if (!find_department (database, import, account, error)
      || !jip_account_get_by_login (database, account->login, &existing, error))
    return FALSE;
  if (existing == NULL)
    {
      account->id = jip_services_derive_id (import->services, "account", account->login);
      import->created++;
      return jip_account_insert (database, account, now, error)
             && audit_account (database, "account", account, now, error)
             && jip_feed_touch (database, import->pokes, "user", account->id, error);
    }
  account->id = g_strdup (existing->id);
  account->disabled = existing->disabled;
  if (account->password == NULL)
    account->password = g_strdup (existing->password);
  import->updated++;
  return jip_account_update (database, account, error)
         && (account->roles == existing->roles || audit_account (database, "roles", account, now, error))
         && jip_feed_readers_changed (database, import->pokes, account->id,
                                      jip_rights_reader_mask (existing->roles),
                                      jip_rights_reader_mask (account->roles), error)
         && jip_feed_touch (database, import->pokes, "user", account->id, error);
}

static gboolean
write_cb (JipDatabase *database, gpointer data, GError **error)
{
  Import *import = data;
  gint64 now = jip_time_now ();

  for (guint i = 0; i < import->accounts->len; i++)
    if (!write_account (database, import, g_ptr_array_index (import->accounts, i), now, error))
      return FALSE;
  return TRUE;
}

/**
 * jip_admin_user_import:
 * @csv: a header line with login, name, department, roles and maybe password, then one account a line. An account that
 *   exists gets what the line says and keeps its password when the line has none.
 *
 * Returns: (transfer full) (nullable): a sentence with the counts
 */
char *
jip_admin_user_import (JipServices *services, const char *csv, GError **error)
{
  g_autoptr (GPtrArray) accounts = read_accounts (csv, error);
  g_autoptr (JipPokes) pokes = jip_pokes_new ();
  Import import = { services, accounts, pokes, 0, 0 };

  if (accounts == NULL || !hash_passwords (services, accounts, error)
      || !jip_writer_run_sync (jip_store_get_writer (services->store), write_cb, &import, error))
    return NULL;
  jip_services_notify (services, pokes);
  jip_refill_retry (services);
  return g_strdup_printf (_ ("%u accounts made, %u updated.\n"), import.created, import.updated);
}
