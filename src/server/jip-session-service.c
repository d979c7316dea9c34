/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-session-service.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jip-audit-table.h"
#include "jip-event-roles.h"
#include "jip-fields.h"
#include "jip-id.h"
#include "jip-join-code-table.h"
#include "jip-rate-limit.h"
#include "jip-sha256.h"
#include "jip-steady-clock.h"
#include "jip-time.h"

#define DAY_MS (G_GINT64_CONSTANT (86400) * 1000)
#define IDLE_MS (14 * DAY_MS)
#define ABSOLUTE_MS (90 * DAY_MS)
#define USED_STEP_MS (DAY_MS / 24)
#define PASSWORD_THREADS 2

/* An outsider can only use up the attempts of an account from the outsider's own address. */
#define ATTEMPTS_PER_SECOND 0.5
#define ATTEMPTS_BURST 30
#define ADDRESS_PER_SECOND 20
#define ADDRESS_BURST 3000
#define MAX_KEYS 20000

struct _JipSessionService
{
  JipServices *services;
  JipPasswordPool *passwords;
  JipRateLimit *accounts;
  JipRateLimit *addresses;
};

/* One sign-in on its way from the request over the password to the session. */
typedef struct
{
  JipSessionService *service;
  char *account;   /* NULL for an unknown login */
  char *code_hash; /* when joining with a code */
  char *device;
  char *token;
  gint64 now;
  JsonNode *answer;
  JipSignInDone done;
  gpointer data;
} SignIn;

JipSessionService *
jip_session_service_new (JipServices *services)
{
  JipSessionService *service = g_new0 (JipSessionService, 1);

  service->services = services;
  service->passwords = jip_password_pool_new (PASSWORD_THREADS);
  service->accounts = jip_rate_limit_new (ATTEMPTS_PER_SECOND, ATTEMPTS_BURST, MAX_KEYS);
  service->addresses = jip_rate_limit_new (ADDRESS_PER_SECOND, ADDRESS_BURST, MAX_KEYS);
  return service;
}

void
jip_session_service_free (JipSessionService *service)
{
  jip_password_pool_free (service->passwords);
  jip_rate_limit_free (service->accounts);
  jip_rate_limit_free (service->addresses);
  g_free (service);
}

void
jip_caller_clear (JipCaller *caller)
{
  g_clear_pointer (&caller->account, g_free);
  g_clear_pointer (&caller->session, g_free);
}

static void
sign_in_free (gpointer data)
{
  SignIn *task = data;

  g_free (task->account);
  g_free (task->code_hash);
  g_free (task->device);
  g_free (task->token);
  g_clear_pointer (&task->answer, json_node_unref);
  g_free (task);
}

static gboolean
within_limits (JipSessionService *service, const char *who, const char *address, GError **error)
{
  g_autofree char *key = g_strdup_printf ("%s %s", address, who);
  guint of_account = jip_rate_limit_take (service->accounts, key);
  guint of_address = jip_rate_limit_take (service->addresses, address);
  guint wait = MAX (of_account, of_address);

  if (wait == 0)
    return TRUE;
  JsonObject *detail = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_object_set_int_member (detail, "retry_after", wait);
  json_node_take_object (node, detail);
  g_propagate_error (
      error, jip_error_new (JIP_ERROR_RATE_LIMITED, node, "%s", jip_error_describe (JIP_ERROR_RATE_LIMITED)));
  return FALSE;
}

/**
 * jip_session_service_describe:
 * @token: (nullable): only in the answer to signing in
 *
 * Returns: (transfer full) (nullable): `{"token", "user", "roles", "expires"}`
 */
JsonNode *
jip_session_service_describe (JipDatabase *database,
                              const char *account,
                              const char *token,
                              gint64 expires_at,
                              GError **error)
{
  g_autoptr (JipAccount) record = NULL;
  g_autofree char *expires = jip_time_format (expires_at);
  JipRoles roles;

  if (!jip_account_get (database, account, &record, error)
      || !jip_event_roles_of (database, account, &roles, error))
    return NULL;
  if (record == NULL)
    {
      jip_error_set (error, JIP_ERROR_UNAUTHORIZED, "%s", jip_error_describe (JIP_ERROR_UNAUTHORIZED));
      return NULL;
    }
  JsonObject *user = json_object_new ();
  json_object_set_string_member (user, "id", record->id);
  json_object_set_string_member (user, "login", record->login);
  json_object_set_string_member (user, "name", record->name);
  json_object_set_string_member (user, "department", record->department);
  json_object_set_string_member (user, "department_name", record->department_name);
  JsonObject *object = json_object_new ();
  if (token != NULL)
    json_object_set_string_member (object, "token", token);
  json_object_set_object_member (object, "user", user);
  json_object_set_member (object, "roles", jip_roles_to_json (record->roles | roles));
  json_object_set_string_member (object, "expires", expires);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

static gboolean
audit_login (JipDatabase *database, SignIn *task, GError **error)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (object, "account", task->account);
  json_object_set_string_member (object, "by", task->code_hash != NULL ? "code" : "password");
  json_node_take_object (node, object);
  return jip_audit_append (database, task->now, "login", node, error);
}

static gboolean
open_session_cb (JipDatabase *database, gpointer data, GError **error)
{
  SignIn *task = data;
  g_autofree char *hash = jip_sha256_hex (task->token, strlen (task->token));
  JipSession session = { .token_hash = hash,
                         .account = task->account,
                         .device = task->device,
                         .created_at = task->now,
                         .used_at = task->now,
                         .expires_at = task->now + ABSOLUTE_MS };

  if (!jip_session_delete_stale (database, task->now, task->now - IDLE_MS, error)
      || !jip_session_insert (database, &session, error) || !audit_login (database, task, error))
    return FALSE;
  task->answer
      = jip_session_service_describe (database, task->account, task->token, session.expires_at, error);
  return task->answer != NULL;
}

static void
signed_in_cb (gpointer data, const GError *error)
{
  SignIn *task = data;

  task->done (error == NULL ? task->answer : NULL, error, task->data);
}

static void
fail (SignIn *task, GError *error)
{
  task->done (NULL, error, task->data);
  g_error_free (error);
  sign_in_free (task);
}

static GError *
bad_credentials (void)
{
  return jip_error_new (JIP_ERROR_BAD_CREDENTIALS, NULL, "%s",
                        jip_error_describe (JIP_ERROR_BAD_CREDENTIALS));
}

static void
verified_cb (gboolean matches, gpointer data)
{
  SignIn *task = data;

  if (!matches || task->account == NULL)
    {
      fail (task, bad_credentials ());
      return;
    }
  task->token = jip_random_token ();
  task->now = jip_steady_now ();
  jip_writer_submit (jip_store_get_writer (task->service->services->store), open_session_cb, signed_in_cb,
                     task, sign_in_free);
}

static SignIn *
sign_in_new (JipSessionService *service, const char *device, JipSignInDone done, gpointer data)
{
  SignIn *task = g_new0 (SignIn, 1);

  task->service = service;
  task->device = g_strdup (device);
  task->done = done;
  task->data = data;
  return task;
}

/**
 * jip_session_service_sign_in:
 * @body: (nullable): `{"login", "password", "device"}`
 * @address: of the client
 * @done: called once, from any thread, maybe before this returns
 */
void
jip_session_service_sign_in (JipSessionService *service,
                             JsonNode *body,
                             const char *address,
                             JipSignInDone done,
                             gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipAccount) account = NULL;
  JipFields fields;

  jip_fields_init (&fields, body, "$");
  const char *login = jip_fields_string (&fields, "login", JIP_REQUIRED, 100);
  const char *password = jip_fields_string (&fields, "password", JIP_REQUIRED, JIP_PASSWORD_MAX);
  const char *device = jip_fields_string (&fields, "device", JIP_REQUIRED, 100);
  JipDatabase *database = NULL;
  if (jip_fields_finish (&fields, &error) && within_limits (service, login, address, &error))
    database = jip_store_get_reader (service->services->store, &error);
  if (database == NULL || !jip_account_get_by_login (database, login, &account, &error))
    {
      done (NULL, error, data);
      return;
    }
  SignIn *task = sign_in_new (service, device, done, data);
  gboolean usable = account != NULL && !account->disabled && account->password != NULL;
  task->account = usable ? g_strdup (account->id) : NULL;
  if (!jip_password_pool_verify (service->passwords, usable ? account->password : NULL, password, verified_cb,
                                 task, &error))
    fail (task, g_steal_pointer (&error));
}

static gboolean
spend_code_cb (JipDatabase *database, gpointer data, GError **error)
{
  SignIn *task = data;

  if (!jip_join_code_spend (database, task->code_hash, task->now, &task->account, error))
    return FALSE;
  if (task->account == NULL)
    {
      g_propagate_error (error, bad_credentials ());
      return FALSE;
    }
  return open_session_cb (database, task, error);
}

/**
 * jip_session_service_join:
 * @body: (nullable): `{"code", "device"}`
 *
 * Signs a judge in with the code that was handed out for the event; a code works once.
 */
void
jip_session_service_join (JipSessionService *service,
                          JsonNode *body,
                          const char *address,
                          JipSignInDone done,
                          gpointer data)
{
  g_autoptr (GError) error = NULL;
  JipFields fields;

  jip_fields_init (&fields, body, "$");
  const char *code = jip_fields_string (&fields, "code", JIP_REQUIRED, 64);
  const char *device = jip_fields_string (&fields, "device", JIP_REQUIRED, 100);
  if (!jip_fields_finish (&fields, &error) || !within_limits (service, code, address, &error))
    {
      done (NULL, error, data);
      return;
    }
  SignIn *task = sign_in_new (service, device, done, data);
  task->code_hash = jip_join_code_hash (code);
  task->token = jip_random_token ();
  task->now = jip_steady_now ();
  jip_writer_submit (jip_store_get_writer (service->services->store), spend_code_cb, signed_in_cb, task,
                     sign_in_free);
}

static gboolean
sign_out_cb (JipDatabase *database, gpointer data, GError **error)
{
  return jip_session_delete (database, ((SignIn *) data)->token, error);
}

/**
 * jip_session_service_sign_out:
 * @done: gets neither an answer nor an error when the session has ended
 */
void
jip_session_service_sign_out (JipSessionService *service,
                              const JipCaller *caller,
                              JipSignInDone done,
                              gpointer data)
{
  SignIn *task = sign_in_new (service, NULL, done, data);

  task->token = g_strdup (caller->session);
  jip_writer_submit (jip_store_get_writer (service->services->store), sign_out_cb, signed_in_cb, task,
                     sign_in_free);
}

static gboolean
set_used_cb (JipDatabase *database, gpointer data, GError **error)
{
  return jip_session_set_used (database, data, jip_steady_now (), error);
}

static gboolean
restart_cb (JipDatabase *database, gpointer data, GError **error)
{
  gint64 now = jip_steady_now ();

  return jip_session_restart (database, data, now, now + ABSOLUTE_MS, error);
}

/* Begun on a day that is still to come: the clock was wrong then, or is now. It holds, and its days count from now. */
static gboolean
is_from_future (const JipSession *session, gint64 now)
{
  return session != NULL && session->created_at > now + DAY_MS;
}

/**
 * jip_session_service_authenticate:
 * @token: (nullable): as sent
 * @caller: (out caller-allocates)
 *
 * Returns: %FALSE with %JIP_ERROR_UNAUTHORIZED for a token that does not hold (any more)
 */
gboolean
jip_session_service_authenticate (JipSessionService *service,
                                  JipDatabase *database,
                                  const char *token,
                                  JipCaller *caller,
                                  GError **error)
{
  g_autoptr (JipSession) session = NULL;
  gint64 now = jip_steady_now ();

  *caller = (JipCaller){ NULL };
  g_autofree char *hash = token != NULL ? jip_sha256_hex (token, strlen (token)) : NULL;
  if (hash != NULL && !jip_session_get (database, hash, &session, error))
    return FALSE;
  if (session == NULL || session->disabled || session->expires_at <= now || session->used_at < now - IDLE_MS)
    return jip_error_set (error, JIP_ERROR_UNAUTHORIZED, "%s", jip_error_describe (JIP_ERROR_UNAUTHORIZED));
  gboolean restart = is_from_future (session, now);
  if (restart || session->used_at < now - USED_STEP_MS)
    jip_writer_submit_repeatable (jip_store_get_writer (service->services->store),
                                  restart ? restart_cb : set_used_cb, NULL, g_strdup (hash), g_free);
  caller->account = g_strdup (session->account);
  caller->roles = session->roles;
  caller->session = g_steal_pointer (&hash);
  caller->expires_at = restart ? now + ABSOLUTE_MS : session->expires_at;
  return TRUE;
}
