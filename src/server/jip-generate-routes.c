/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-generate-routes.h"

#include <glib/gi18n-lib.h>

#include "jip-error.h"
#include "jip-fields.h"
#include "jip-json.h"
#include "jip-prompt.h"

#define MAX_TOKENS 8192

/* What a request asks for, checked. The strings belong to its body. */
typedef struct
{
  const char *draft, *section, *document_type;
  JsonNode *inputs;
  guint max_tokens; /* 0: what the section's length asks for */
  guint allowed_kinds;
} Wish;

/* One generation on its way from the gateway to the client. */
typedef struct
{
  const JipGenerateContext *context;
  JipHttpStream *stream;
  char *user_id, *draft, *section, *document_type, *prompt_version, *model;
  JipGenerateRecord record;
} Generation;

static void
generation_free (Generation *generation)
{
  jip_http_stream_unref (generation->stream);
  g_free (generation->user_id);
  g_free (generation->draft);
  g_free (generation->section);
  g_free (generation->document_type);
  g_free (generation->prompt_version);
  g_free (generation->model);
  g_free (generation);
}

static gboolean
read_allowed (JsonNode *inputs, guint *kinds, GError **error)
{
  JipFields fields;

  jip_fields_init (&fields, inputs, "$.inputs");
  JsonArray *allowed = jip_fields_array (&fields, "allowed_kinds", JIP_OPTIONAL, JIP_PRIVACY_N_KINDS);
  for (guint i = 0; allowed != NULL && i < json_array_get_length (allowed); i++)
    {
      JipPrivacyKind kind;
      JsonNode *node = json_array_get_element (allowed, i);
      gboolean known = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
                       && jip_privacy_kind_from_name (json_node_get_string (node), &kind);
      if (!known || kind == JIP_PRIVACY_RRN)
        jip_fields_fail (&fields, "allowed_kinds", _ ("holds a kind that is unknown or cannot be allowed"));
      else
        *kinds |= 1u << kind;
    }
  return jip_fields_finish (&fields, error);
}

static gboolean
read_wish (JsonNode *body, Wish *wish, GError **error)
{
  JipFields fields;

  jip_fields_init (&fields, body, "$");
  wish->draft = jip_fields_id (&fields, "draft", JIP_REQUIRED);
  wish->section = jip_fields_string (&fields, "section", JIP_REQUIRED, 60);
  wish->document_type = jip_fields_string (&fields, "document_type", JIP_REQUIRED, 60);
  jip_fields_string (&fields, "prompt_version", JIP_OPTIONAL, 60);
  jip_fields_object (&fields, "inputs", JIP_REQUIRED);
  wish->max_tokens = (guint) jip_fields_int (&fields, "max_tokens", JIP_OPTIONAL, 1, MAX_TOKENS, 0);
  if (!jip_fields_finish (&fields, error))
    return FALSE;
  wish->inputs = json_object_get_member (json_node_get_object (body), "inputs");
  return read_allowed (wish->inputs, &wish->allowed_kinds, error);
}

static JsonNode *
take_object (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

static void
send_event (Generation *generation, const char *event, JsonObject *data)
{
  g_autoptr (JsonNode) node = take_object (data);
  g_autofree char *text = jip_json_to_string (node);
  jip_http_stream_send_event (generation->stream, event, text);
}

static void
queued_cb (guint position, gpointer user_data)
{
  JsonObject *data = json_object_new ();
  json_object_set_int_member (data, "position", position);
  send_event (user_data, "queued", data);
}

static void
start_cb (const char *model, gpointer user_data)
{
  Generation *generation = user_data;
  JsonObject *data = json_object_new ();

  generation->model = g_strdup (model);
  json_object_set_string_member (data, "model", model);
  json_object_set_string_member (data, "prompt_version", generation->prompt_version);
  send_event (generation, "start", data);
}

static void
text_cb (const char *delta, gpointer user_data)
{
  Generation *generation = user_data;
  JsonObject *data = json_object_new ();

  generation->record.text_chars += (gsize) g_utf8_strlen (delta, -1);
  json_object_set_string_member (data, "delta", delta);
  send_event (generation, "text", data);
}

static void
finish (Generation *generation, const char *outcome)
{
  jip_http_stream_close (generation->stream);
  if (generation->context->audit == NULL)
    return;
  JipGenerateRecord *record = &generation->record;
  record->user_id = generation->user_id;
  record->draft = generation->draft;
  record->section = generation->section;
  record->document_type = generation->document_type;
  record->prompt_version = generation->prompt_version;
  record->model = generation->model;
  record->outcome = outcome;
  generation->context->audit (record, generation->context->user_data);
}

static void
end_cb (const JipLlmResult *result, gpointer user_data)
{
  Generation *generation = user_data;
  JsonObject *usage = json_object_new (), *data = json_object_new ();

  if (result->prompt_tokens >= 0)
    json_object_set_int_member (usage, "prompt_tokens", result->prompt_tokens);
  if (result->completion_tokens >= 0)
    json_object_set_int_member (usage, "completion_tokens", result->completion_tokens);
  json_object_set_int_member (usage, "total_ms", result->total_ms);
  json_object_set_string_member (data, "reason", result->reason);
  json_object_set_object_member (data, "usage", usage);
  send_event (generation, "end", data);
  generation->record.prompt_tokens = result->prompt_tokens;
  generation->record.completion_tokens = result->completion_tokens;
  generation->record.queue_ms = result->queue_ms;
  generation->record.total_ms = result->total_ms;
  finish (generation, result->reason);
}

/* The event holds what the member `error` of an answer would hold. */
static void
error_cb (const GError *error, gpointer user_data)
{
  Generation *generation = user_data;
  g_autoptr (JsonNode) node = jip_error_to_json (error);
  JsonObject *inner = json_object_get_object_member (json_node_get_object (node), "error");

  send_event (generation, "error", json_object_ref (inner));
  finish (generation, jip_error_code_get_name (jip_error_get_code (error)));
}

static void
client_gone_cb (JipHttpStream *stream, gpointer user_data)
{
  jip_llm_job_cancel (user_data);
}

static void
start_generation (const JipGenerateContext *context,
                  JipHttpRequest *request,
                  const char *user_id,
                  const Wish *wish,
                  JipDocumentType *type,
                  JipPrompt *prompt)
{
  static const JipLlmFuncs funcs = { queued_cb, start_cb, text_cb, end_cb, error_cb };
  Generation *generation = g_new0 (Generation, 1);
  guint max_tokens = wish->max_tokens > 0 ? MIN (wish->max_tokens, prompt->max_tokens) : prompt->max_tokens;

  generation->context = context;
  generation->stream = jip_http_request_respond_stream (request, "text/event-stream");
  generation->user_id = g_strdup (user_id);
  generation->draft = g_strdup (wish->draft);
  generation->section = g_strdup (wish->section);
  generation->document_type = g_strdup (jip_document_type_get_id (type));
  generation->prompt_version = g_strdup (jip_document_type_get_prompt_version (type));
  generation->record.prompt_chars = prompt->chars;
  generation->record.source_chars = prompt->source_chars;
  generation->record.prompt_tokens = generation->record.completion_tokens = -1;
  generation->record.allowed_kinds = wish->allowed_kinds;
  jip_privacy_count_marks (wish->inputs, generation->record.masked);

  g_autoptr (JipHttpStream) stream = jip_http_stream_ref (generation->stream);
  JipLlmJob *job = jip_llm_gateway_generate (context->gateway, user_id, prompt->messages, max_tokens, &funcs,
                                             generation, (GDestroyNotify) generation_free);
  jip_http_stream_set_closed_func (stream, client_gone_cb, job, (GDestroyNotify) jip_llm_job_unref);
}

/**
 * jip_generate_handle:
 * @request: `POST /v1/generate`, authenticated by the caller
 * @user_id: who asks
 * @body: its JSON: `{"draft", "section", "document_type", "prompt_version"?, "inputs", "max_tokens"?}`; `inputs` as
 *   jip_prompt_new() has it, with `"allowed_kinds"?: ["phone", …]` for what the author lets through unmasked
 *
 * Answers @request: with an error at once, or with the events of sync.md: `queued {position}`, `start {model,
 * prompt_version}`, `text {delta}`, then `end {reason, usage}` or `error {code, message, detail?}`. A client that
 * leaves cancels its generation. Returns at once; may be called from any thread.
 */
void
jip_generate_handle (const JipGenerateContext *context,
                     JipHttpRequest *request,
                     const char *user_id,
                     JsonNode *body)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JipDocumentType) type = NULL;
  g_autoptr (JipPrompt) prompt = NULL;
  Wish wish = { 0 };

  g_return_if_fail (context != NULL && request != NULL && user_id != NULL && body != NULL);

  if (!read_wish (body, &wish, &error))
    {
      jip_http_request_respond_error (request, error);
      return;
    }
  const JipPrivacyOptions options = { wish.allowed_kinds, context->allowed_values };
  type = context->find_type (wish.document_type, context->user_data);
  if (type == NULL)
    jip_error_set (&error, JIP_ERROR_NOT_FOUND, _ ("There is no document type ‘%s’."), wish.document_type);
  else if (jip_privacy_check_json (wish.inputs, &options, &error))
    prompt = jip_prompt_new (type, wish.section, wish.inputs,
                             jip_llm_gateway_get_source_chars (context->gateway), &error);
  if (prompt == NULL)
    jip_http_request_respond_error (request, error);
  else
    start_generation (context, request, user_id, &wish, type, prompt);
}
