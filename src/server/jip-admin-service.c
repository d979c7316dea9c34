/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-admin-service.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-account-table.h"
#include "jip-admin-commands.h"
#include "jip-fields.h"
#include "jip-mutation-args.h"
#include "jip-mutations.h"
#include "jip-password-pool.h"
#include "jip-refill-service.h"
#include "jip-time.h"

#define MAX_CSV_CHARS (16 * 1024 * 1024)

static gboolean
insert_admin_cb (JipDatabase *database, gpointer data, GError **error)
{
  JipAccount *account = data;

  return jip_account_insert (database, account, jip_time_now (), error)
         && jip_feed_touch (database, NULL, "user", account->id, error);
}

/**
 * jip_admin_ensure_admin:
 *
 * Makes the account `admin` in a data folder that has no administrator yet.
 *
 * Returns: (transfer full) (nullable): its password, to be shown once; %NULL without an error when there is one
 */
char *
jip_admin_ensure_admin (JipServices *services, GError **error)
{
  JipDatabase *database = jip_store_get_reader (services->store, error);
  gint64 n = database != NULL ? jip_database_query_int (database, -1, error,
                                                        "SELECT COUNT(*) FROM account WHERE login = 'admin'"
                                                        " OR (disabled = 0 AND roles LIKE '%\"admin\"%')",
                                                        "")
                              : -1;

  if (n != 0)
    return NULL;
  g_autoptr (JipAccount) account = g_new0 (JipAccount, 1);
  g_autofree char *password = jip_password_random ();
  account->login = g_strdup ("admin");
  account->id = jip_services_derive_id (services, "account", account->login);
  account->name = g_strdup (_ ("Administrator"));
  account->roles = JIP_ROLE_STAFF | JIP_ROLE_ADMIN;
  account->password = jip_password_hash (password, error);
  if (account->password == NULL
      || !jip_writer_run_sync (jip_store_get_writer (services->store), insert_admin_cb, account, error))
    return NULL;
  return g_steal_pointer (&password);
}

/**
 * jip_admin_find_account:
 *
 * Returns: (transfer full) (nullable): the id of the account with this login
 */
char *
jip_admin_find_account (JipServices *services, const char *login, GError **error)
{
  g_autoptr (JipAccount) account = NULL;
  JipDatabase *database = jip_store_get_reader (services->store, error);

  if (database == NULL || !jip_account_get_by_login (database, login, &account, error))
    return NULL;
  if (account != NULL)
    return g_strdup (account->id);
  jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("There is no account “%s”."), login);
  return NULL;
}

typedef struct
{
  JipServices *services;
  const char *account;
  const char *name;
  JsonNode *args;
  gint64 now;
  JipPokes *pokes;
  gboolean due;
} Apply;

static gboolean
apply_cb (JipDatabase *database, gpointer data, GError **error)
{
  Apply *apply = data;
  g_auto (JipMutationContext) context = { NULL };
  g_autoptr (JipVerdict) verdict = jip_verdict_new (1);
  g_autofree char *time = jip_time_format (apply->now);
  g_autoptr (JsonNode) at = json_node_init_string (json_node_alloc (), time);
  JipErrorCode code = JIP_ERROR_INTERNAL;

  if (!jip_mutation_context_init (&context, apply->services, database, apply->pokes, apply->account, NULL,
                                  apply->now, error)
      || !jip_mutation_check (apply->name, apply->args, at, error)
      || !jip_mutations_apply (&context, apply->name, apply->args, NULL, verdict, error))
    return FALSE;
  if (verdict->status == JIP_VERDICT_OK)
    {
      gboolean released = jip_refill_release (&context, error);
      apply->due = context.due;
      return released;
    }
  jip_error_code_from_name (verdict->code, &code);
  return jip_error_set (error, code, "%s", verdict->message);
}

/**
 * jip_admin_apply:
 * @account: in whose name
 * @now: taken as the moment of receipt, in milliseconds
 *
 * Applies one mutation by the same rules as a push, without a replica.
 */
gboolean
jip_admin_apply (JipServices *services,
                 const char *account,
                 const char *mutation,
                 JsonNode *args,
                 gint64 now,
                 GError **error)
{
  g_autoptr (JipPokes) pokes = jip_pokes_new ();
  Apply apply = { services, account, mutation, args, now, pokes, FALSE };

  if (!jip_writer_run_sync (jip_store_get_writer (services->store), apply_cb, &apply, error))
    return FALSE;
  jip_refill_schedule (services, apply.due);
  jip_services_notify (services, pokes);
  return TRUE;
}

static char *
run_user_import (JipServices *services, JipFields *fields, GError **error)
{
  const char *csv = jip_fields_string (fields, "csv", JIP_REQUIRED, MAX_CSV_CHARS);

  return jip_fields_finish (fields, error) ? jip_admin_user_import (services, csv, error) : NULL;
}

static const struct
{
  const char *name;
  char *(*run) (JipServices *services, JipFields *fields, GError **error);
} commands[] = {
  { "audit verify", jip_admin_audit_verify }, { "backup done", jip_admin_backup_done },
  { "backup keep", jip_admin_backup_keep },   { "backup list", jip_admin_backup_list },
  { "backup take", jip_admin_backup_take },   { "event codes", jip_admin_event_codes },
  { "event create", jip_admin_event_create }, { "event export", jip_admin_event_export },
  { "event list", jip_admin_event_list },     { "file forget", jip_admin_file_forget },
  { "refill close", jip_admin_refill_close }, { "refill list", jip_admin_refill_list },
  { "user disable", jip_admin_user_disable }, { "user enable", jip_admin_user_enable },
  { "user import", run_user_import },
};

/**
 * jip_admin_run:
 * @command: such as `user import`
 * @args: an object
 *
 * Returns: (transfer full) (nullable): what the command prints
 */
char *
jip_admin_run (JipServices *services, const char *command, JsonNode *args, GError **error)
{
  JipFields fields;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, command) == 0)
      {
        jip_fields_init (&fields, args, "$.args");
        return commands[i].run (services, &fields, error);
      }
  jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("The server does not know the command “%s”."), command);
  return NULL;
}
