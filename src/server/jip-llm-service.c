/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-llm-service.h"

#include <glib/gi18n-lib.h>

#include "jip-audit-table.h"
#include "jip-document-type-table.h"
#include "jip-generate-routes.h"
#include "jip-json.h"
#include "jip-paths.h"
#include "jip-time.h"

struct _JipLlmService
{
  JipServices *services;
  GMutex lock;
  GPtrArray *contexts; /* JipGenerateContext: a generation may still look at an older one */
  JipGenerateContext *current;
};

static JipDocumentType *
find_type_cb (const char *id, gpointer data)
{
  JipLlmService *service = data;
  JipDatabase *database = jip_store_get_reader (service->services->store, NULL);
  g_autofree char *body = database != NULL ? jip_document_type_load (database, id, NULL) : NULL;
  g_autoptr (JsonNode) node = body != NULL ? jip_json_parse (body, -1, NULL) : NULL;

  return node != NULL ? jip_document_type_new_from_json (node, NULL) : NULL;
}

typedef struct
{
  JsonNode *body;
  gint64 now;
} AuditJob;

static void
audit_job_free (gpointer data)
{
  AuditJob *job = data;

  g_clear_pointer (&job->body, json_node_unref);
  g_free (job);
}

static gboolean
audit_write_cb (JipDatabase *database, gpointer data, GError **error)
{
  AuditJob *job = data;

  return jip_audit_append (database, job->now, "generation", g_steal_pointer (&job->body), error);
}

/* Who, what and how much: neither text nor anything that was masked. */
static void
audit_cb (const JipGenerateRecord *record, gpointer data)
{
  JipLlmService *service = data;
  JsonObject *object = json_object_new ();
  JsonArray *masked = json_array_new ();
  AuditJob *job = g_new0 (AuditJob, 1);

  json_object_set_string_member (object, "account", record->user_id);
  json_object_set_string_member (object, "draft", record->draft);
  json_object_set_string_member (object, "document_type", record->document_type);
  json_object_set_string_member (object, "section", record->section);
  json_object_set_string_member (object, "prompt_version", record->prompt_version);
  json_object_set_string_member (object, "model", record->model);
  json_object_set_string_member (object, "outcome", record->outcome);
  json_object_set_int_member (object, "prompt_chars", (gint64) record->prompt_chars);
  json_object_set_int_member (object, "source_chars", (gint64) record->source_chars);
  json_object_set_int_member (object, "text_chars", (gint64) record->text_chars);
  json_object_set_int_member (object, "prompt_tokens", record->prompt_tokens);
  json_object_set_int_member (object, "completion_tokens", record->completion_tokens);
  for (guint i = 0; i < JIP_PRIVACY_N_KINDS; i++)
    json_array_add_int_element (masked, record->masked[i]);
  json_object_set_array_member (object, "masked", masked);
  json_object_set_int_member (object, "allowed_kinds", record->allowed_kinds);
  job->body = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (job->body, object);
  job->now = jip_time_now ();
  jip_writer_submit (jip_store_get_writer (service->services->store), audit_write_cb, NULL, job,
                     audit_job_free);
}

static gboolean
sync_types_cb (JipDatabase *database, gpointer data, GError **error)
{
  GPtrArray *types = data;

  for (guint i = 0; i < types->len; i++)
    {
      JipDocumentType *type = g_ptr_array_index (types, i);
      const char *id = jip_document_type_get_id (type);
      g_autofree char *body = jip_json_canonical (jip_document_type_get_json (type));
      if (!jip_document_type_store (database, id, jip_document_type_get_name (type), body, error)
          || !jip_feed_touch (database, NULL, "document_type", id, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * jip_llm_service_sync_types:
 *
 * The types that come with the program go into the database, where clients find them. Waits for the disk.
 */
gboolean
jip_llm_service_sync_types (JipServices *services, GError **error)
{
  g_autofree char *folder = jip_paths_find_data ("document-types", error);
  g_autoptr (GPtrArray) types = folder != NULL ? jip_document_type_load_folder (folder, error) : NULL;

  return types != NULL
         && jip_writer_run_sync (jip_store_get_writer (services->store), sync_types_cb, types, error);
}

static void
context_free (gpointer data)
{
  JipGenerateContext *context = data;

  g_clear_object (&context->gateway);
  g_free (context);
}

/**
 * jip_llm_service_new:
 *
 * Brings the document types up to date. No language model is configured yet.
 */
JipLlmService *
jip_llm_service_new (JipServices *services, GError **error)
{
  if (!jip_llm_service_sync_types (services, error))
    return NULL;
  JipLlmService *service = g_new0 (JipLlmService, 1);
  service->services = services;
  g_mutex_init (&service->lock);
  service->contexts = g_ptr_array_new_with_free_func (context_free);
  if (jip_llm_service_configure (service, NULL, error))
    return service;
  jip_llm_service_free (service);
  return NULL;
}

/* After the HTTP server has stopped. */
void
jip_llm_service_free (JipLlmService *service)
{
  jip_llm_service_stop (service);
  g_ptr_array_unref (service->contexts);
  g_mutex_clear (&service->lock);
  g_free (service);
}

/**
 * jip_llm_service_configure:
 * @config: (nullable): as jip_llm_config_new() takes it
 *
 * Replaces the gateway; what the one before was generating ends. With an error the one before stays.
 */
gboolean
jip_llm_service_configure (JipLlmService *service, JsonNode *config, GError **error)
{
  JipLlmGateway *gateway = jip_llm_gateway_new (config, error);

  if (gateway == NULL)
    return FALSE;
  JipGenerateContext *context = g_new0 (JipGenerateContext, 1);
  context->gateway = gateway;
  context->find_type = find_type_cb;
  context->audit = audit_cb;
  context->user_data = service;
  g_mutex_lock (&service->lock);
  JipGenerateContext *before = service->current;
  service->current = context;
  g_ptr_array_add (service->contexts, context);
  g_mutex_unlock (&service->lock);
  if (before != NULL)
    jip_llm_gateway_stop (before->gateway);
  return TRUE;
}

void
jip_llm_service_stop (JipLlmService *service)
{
  if (service->current != NULL)
    jip_llm_gateway_stop (service->current->gateway);
}

static JipGenerateContext *
get_current (JipLlmService *service)
{
  g_mutex_lock (&service->lock);
  JipGenerateContext *context = service->current;
  g_mutex_unlock (&service->lock);
  return context;
}

gboolean
jip_llm_service_is_ready (JipLlmService *service)
{
  return jip_llm_gateway_is_ready (get_current (service)->gateway);
}

/**
 * jip_llm_service_generate:
 * @request: `POST /v1/generate`
 * @account: who asks
 */
void
jip_llm_service_generate (JipLlmService *service,
                          JipHttpRequest *request,
                          const char *account,
                          JipRoles roles,
                          JsonNode *body)
{
  g_autoptr (GError) error = NULL;

  if (jip_rights_allow ("generate", roles, JIP_RELATION_NONE))
    {
      jip_generate_handle (get_current (service), request, account, body);
      return;
    }
  jip_error_set (&error, JIP_ERROR_FORBIDDEN, "%s", jip_error_describe (JIP_ERROR_FORBIDDEN));
  jip_http_request_respond_error (request, error);
}
