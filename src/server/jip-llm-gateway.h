/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * JipLlmGateway:
 *
 * Lets desktops use the city's language model: endpoints by priority with health checks, a queue with fair turns, time
 * limits, and cancellation that reaches the endpoint. It has a thread and a main context of its own; it connects to
 * nothing but the configured endpoints.
 */
#define JIP_TYPE_LLM_GATEWAY (jip_llm_gateway_get_type ())
G_DECLARE_FINAL_TYPE (JipLlmGateway, jip_llm_gateway, JIP, LLM_GATEWAY, GObject)

typedef struct _JipLlmJob JipLlmJob;

/**
 * JipLlmResult:
 * @model: (nullable): as the endpoint names it
 * @reason: `stop`, or `length` when the text was cut off
 * @prompt_tokens: -1 when the endpoint does not say
 * @queue_ms: from asking to its turn
 * @total_ms: from asking to the end
 */
typedef struct
{
  const char *model;
  const char *reason;
  gint64 prompt_tokens, completion_tokens;
  gint64 queue_ms, total_ms;
} JipLlmResult;

/**
 * JipLlmFuncs:
 * @queued: @position others come first, itself included; 0 is its turn. Called at first and when it changes
 * @start: the endpoint has taken the request
 * @text: the next piece of the text
 * @end: it is whole, or `length`
 * @error: it failed, or was cancelled
 *
 * Called in the gateway's thread, one after the other; they must not wait. The last is @end or @error, exactly one of
 * them, exactly once.
 */
typedef struct
{
  void (*queued) (guint position, gpointer user_data);
  void (*start) (const char *model, gpointer user_data);
  void (*text) (const char *delta, gpointer user_data);
  void (*end) (const JipLlmResult *result, gpointer user_data);
  void (*error) (const GError *error, gpointer user_data);
} JipLlmFuncs;

JipLlmGateway *jip_llm_gateway_new (JsonNode *config, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_llm_gateway_stop (JipLlmGateway *self);
gboolean jip_llm_gateway_is_configured (JipLlmGateway *self);
gboolean jip_llm_gateway_is_ready (JipLlmGateway *self);
guint jip_llm_gateway_get_source_chars (JipLlmGateway *self);
guint jip_llm_gateway_get_n_running (JipLlmGateway *self);
guint jip_llm_gateway_get_n_queued (JipLlmGateway *self);

JipLlmJob *jip_llm_gateway_generate (JipLlmGateway *self,
                                     const char *user_id,
                                     JsonNode *messages,
                                     guint max_tokens,
                                     const JipLlmFuncs *funcs,
                                     gpointer user_data,
                                     GDestroyNotify destroy) G_GNUC_WARN_UNUSED_RESULT;
void jip_llm_job_cancel (JipLlmJob *job);
JipLlmJob *jip_llm_job_ref (JipLlmJob *job);
void jip_llm_job_unref (JipLlmJob *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipLlmJob, jip_llm_job_unref)

G_END_DECLS
