/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "jip-account-table.h"
#include "jip-admin-commands.h"
#include "jip-admin-service.h"
#include "jip-audit-table.h"
#include "jip-event-service.h"
#include "jip-id.h"
#include "jip-join-code-table.h"
#include "jip-json.h"
#include "jip-steady-clock.h"
#include "jip-time.h"

#define CODE_LIFETIME_MS (G_GINT64_CONSTANT (24) * 3600 * 1000)

/* Where a file names an account, a login will do. */
static gboolean
resolve_account (JipServices *services, JsonObject *object, const char *name, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);
  const char *text = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;

  if (text == NULL || jip_id_is_valid (text))
    return TRUE;
  g_autofree char *id = jip_admin_find_account (services, text, error);
  if (id == NULL)
    return FALSE;
  json_object_set_string_member (object, name, id);
  return TRUE;
}

/* Made from the file itself, so that the same file makes the same event again on a server that lost it. While that one
 * is there, it makes another one. */
static gboolean
ensure_event_id (JipServices *services, JsonObject *event, const char *text, GError **error)
{
  JipDatabase *database = jip_store_get_reader (services->store, error);
  gint64 there = 1;

  if (database == NULL || json_object_has_member (event, "id"))
    return database != NULL;
  for (guint n = 0; there > 0; n++)
    {
      g_autofree char *name = g_strdup_printf ("%u|%s", n, text);
      g_autofree char *id = jip_services_derive_id (services, "event", name);
      there
          = jip_database_query_int (database, -1, error, "SELECT COUNT(*) FROM event WHERE id = $1", "t", id);
      if (there == 0)
        json_object_set_string_member (event, "id", id);
    }
  return there == 0;
}

static void
ensure_part_id (JipServices *services, JsonObject *part, const char *list, guint index, JsonObject *event)
{
  const char *whole = json_object_get_string_member_with_default (event, "id", "");
  g_autofree char *name = g_strdup_printf ("%s|%u|%s", list, index, whole);
  g_autofree char *id = jip_services_derive_id (services, "part", name);

  if (!json_object_has_member (part, "id"))
    json_object_set_string_member (part, "id", id);
}

static gboolean
complete_list (JipServices *services, JsonObject *object, const char *name, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);
  JsonArray *list = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *element = json_array_get_element (list, i);
      if (!JSON_NODE_HOLDS_OBJECT (element))
        continue; /* the mutation's own check names it */
      ensure_part_id (services, json_node_get_object (element), name, i, object);
      if (!resolve_account (services, json_node_get_object (element), "user", error))
        return FALSE;
    }
  return TRUE;
}

/* `{"event": {…}}`: the arguments of event.create, with `organiser`; logins will do for accounts, and ids that are
 * missing are made. Prints the event's id. */
char *
jip_admin_event_create (JipServices *services, JipFields *fields, GError **error)
{
  JsonObject *sent = jip_fields_object (fields, "event", JIP_REQUIRED);

  if (!jip_fields_finish (fields, error))
    return NULL;
  g_autoptr (JsonNode) node = json_node_copy (json_object_get_member (fields->object, "event"));
  g_autofree char *text = jip_json_canonical (node);
  g_autoptr (JsonNode) args = jip_json_parse (text, -1, error);
  if (args == NULL || sent == NULL)
    return NULL;
  JsonObject *event = json_node_get_object (args);
  if (!ensure_event_id (services, event, text, error))
    return NULL;
  if (!json_object_has_member (event, "organiser"))
    {
      jip_error_set (error, JIP_ERROR_BAD_ARGS,
                     _ ("$.organiser: is missing; name the login of the organiser"));
      return NULL;
    }
  if (!resolve_account (services, event, "organiser", error)
      || !resolve_account (services, event, "chair", error)
      || !complete_list (services, event, "entries", error)
      || !complete_list (services, event, "judges", error))
    return NULL;
  g_autofree char *organiser = g_strdup (json_object_get_string_member_with_default (event, "organiser", ""));
  json_object_remove_member (event, "organiser");
  if (!jip_admin_apply (services, organiser, "event.create", args, jip_time_now (), error))
    return NULL;
  return g_strdup_printf ("%s\n", json_object_get_string_member (event, "id"));
}

static JipEvent *
find_event (JipServices *services, JipFields *fields, JipDatabase **database, GError **error)
{
  const char *id = jip_fields_string (fields, "event", JIP_REQUIRED, 100);
  JipEvent *event = NULL;

  if (!jip_fields_finish (fields, error))
    return NULL;
  *database = jip_store_get_reader (services->store, error);
  if (*database == NULL || !jip_event_get (*database, id, &event, error))
    return NULL;
  if (event == NULL)
    jip_error_set (error, JIP_ERROR_NOT_FOUND, _ ("There is no event “%s”."), id);
  return event;
}

/* `{"event": ID}`: the event as jip-tally/1. Nobody has the scores before the lock, this command included. */
char *
jip_admin_event_export (JipServices *services, JipFields *fields, GError **error)
{
  JipDatabase *database;
  g_autoptr (JipEvent) event = find_event (services, fields, &database, error);

  if (event == NULL)
    return NULL;
  if (strcmp (event->state, "locked") != 0 && strcmp (event->state, "revealed") != 0)
    {
      jip_error_set (error, JIP_ERROR_WRONG_STATE,
                     _ ("The event is “%s”; its ballots leave the server after the lock only."),
                     event->state);
      return NULL;
    }
  if (!jip_database_begin_read (database, error))
    return NULL;
  g_autofree char *text = jip_event_export (database, event, error);
  jip_database_rollback (database, NULL);
  return text != NULL ? g_strdup_printf ("%s\n", text) : NULL;
}

/* One line each: id, state, title. */
char *
jip_admin_event_list (JipServices *services, JipFields *fields, GError **error)
{
  JipDatabase *database = jip_store_get_reader (services->store, error);
  g_autoptr (GPtrArray) events = database != NULL ? jip_event_list (database, error) : NULL;

  if (!jip_fields_finish (fields, error) || events == NULL)
    return NULL;
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < events->len; i++)
    {
      const JipEvent *event = g_ptr_array_index (events, i);
      g_string_append_printf (out, "%s\t%s\t%s\n", event->id, event->state, event->title);
    }
  return g_string_free (out, FALSE);
}

typedef struct
{
  GPtrArray *judges;
  GPtrArray *codes;
} Codes;

static gboolean
insert_codes_cb (JipDatabase *database, gpointer data, GError **error)
{
  Codes *codes = data;

  for (guint i = 0; i < codes->judges->len; i++)
    {
      const JipJudge *judge = g_ptr_array_index (codes->judges, i);
      g_autofree char *hash = jip_join_code_hash (g_ptr_array_index (codes->codes, i));
      if (!jip_join_code_insert (database, hash, judge->id, jip_steady_now () + CODE_LIFETIME_MS, error))
        return FALSE;
    }
  return TRUE;
}

static void
append_csv (GString *out, const char *text, char end)
{
  g_auto (GStrv) parts = g_strsplit (text, "\"", -1);
  g_autofree char *quoted = g_strjoinv ("\"\"", parts);

  g_string_append_printf (out, "\"%s\"%c", quoted, end);
}

/* `{"event": ID}`: a fresh code for each judge, as CSV; they work once and for a day. */
char *
jip_admin_event_codes (JipServices *services, JipFields *fields, GError **error)
{
  JipDatabase *database;
  g_autoptr (JipEvent) event = find_event (services, fields, &database, error);
  g_autoptr (GPtrArray) judges = event != NULL ? jip_judge_list (database, event->id, error) : NULL;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  Codes codes = { judges, list };

  if (judges == NULL)
    return NULL;
  g_autoptr (GString) out = g_string_new ("label,name,code\n");
  for (guint i = 0; i < judges->len; i++)
    {
      const JipJudge *judge = g_ptr_array_index (judges, i);
      char *code = jip_join_code_new ();
      g_ptr_array_add (list, code);
      append_csv (out, judge->label, ',');
      append_csv (out, judge->name, ',');
      append_csv (out, code, '\n');
    }
  if (!jip_writer_run_sync (jip_store_get_writer (services->store), insert_codes_cb, &codes, error))
    return NULL;
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Checks the whole chain and prints its length and head, to be compared with a copy kept elsewhere. */
char *
jip_admin_audit_verify (JipServices *services, JipFields *fields, GError **error)
{
  JipDatabase *database = jip_store_get_reader (services->store, error);
  g_autofree char *head = NULL;
  gint64 n;

  if (!jip_fields_finish (fields, error) || database == NULL || !jip_database_begin_read (database, error))
    return NULL;
  gboolean sound = jip_audit_verify (database, &n, &head, error);
  jip_database_rollback (database, NULL);
  return sound ? g_strdup_printf (_ ("%" PRId64 " entries, unbroken; head %s\n"), n, head) : NULL;
}

typedef struct
{
  const char *account;
  gboolean disabled;
  JipPokes *pokes;
} Disable;

static gboolean
disable_cb (JipDatabase *database, gpointer data, GError **error)
{
  Disable *disable = data;
  g_autoptr (JipAccount) account = NULL;
  JsonNode *body = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "account", disable->account);
  json_node_take_object (body, object);
  if (!jip_audit_append (database, jip_time_now (), disable->disabled ? "disable" : "enable", body, error)
      || !jip_account_get (database, disable->account, &account, error))
    return FALSE;
  account->disabled = disable->disabled;
  return jip_account_update (database, account, error)
         && jip_database_run (database, error, "DELETE FROM session WHERE account = $1", "t", account->id)
         && jip_feed_touch (database, disable->pokes, "user", account->id, error);
}

static gboolean
set_disabled (JipServices *services, JipFields *fields, gboolean disabled, GError **error)
{
  const char *login = jip_fields_string (fields, "login", JIP_REQUIRED, 100);
  g_autoptr (JipPokes) pokes = jip_pokes_new ();

  if (!jip_fields_finish (fields, error))
    return FALSE;
  g_autofree char *account = jip_admin_find_account (services, login, error);
  Disable disable = { account, disabled, pokes };
  if (account == NULL
      || !jip_writer_run_sync (jip_store_get_writer (services->store), disable_cb, &disable, error))
    return FALSE;
  if (disabled && services->disabled != NULL)
    services->disabled (account, services->committed_data);
  jip_services_notify (services, pokes);
  return TRUE;
}

/* `{"login"}`: the account's sessions are dead at once. */
char *
jip_admin_user_disable (JipServices *services, JipFields *fields, GError **error)
{
  return set_disabled (services, fields, TRUE, error) ? g_strdup (_ ("The account is disabled.\n")) : NULL;
}

/* `{"login"}`: what the account's desktops have kept is sent after the next sign-in. */
char *
jip_admin_user_enable (JipServices *services, JipFields *fields, GError **error)
{
  return set_disabled (services, fields, FALSE, error) ? g_strdup (_ ("The account is enabled.\n")) : NULL;
}
