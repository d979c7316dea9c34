/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * JipLlmEndpoint:
 * @url: the base that `/chat/completions` and `/models` are appended to, such as `http://127.0.0.1:8080/v1`
 * @model: (nullable): what to ask for; without it the first model that the endpoint names
 * @key_file: (nullable): holds the key that is sent as a bearer token; read anew for each request
 * @priority: the lowest that is ready is taken
 * @parallel: how many generations it takes at the same time
 */
typedef struct
{
  char *name;
  char *url;
  char *model;
  char *key_file;
  gint64 priority;
  guint parallel;
} JipLlmEndpoint;

/**
 * JipLlmConfig:
 *
 * The member `llm` of the server's configuration. Times are milliseconds.
 */
typedef struct
{
  GPtrArray *endpoints; /* of JipLlmEndpoint, by priority */
  guint concurrency;    /* generations at the same time, all endpoints together */
  guint per_user;
  guint max_queue;
  guint source_chars;  /* of source papers in one prompt */
  guint health_ms;     /* between health checks */
  guint queue_ms;      /* the longest wait for a turn */
  guint first_text_ms; /* from the request to the first word */
  guint stall_ms;      /* between words */
  guint total_ms;
  double temperature, top_p;
} JipLlmConfig;

JipLlmConfig *jip_llm_config_new (JsonNode *node, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JsonNode *jip_llm_config_make (const char *const *urls) G_GNUC_WARN_UNUSED_RESULT;
void jip_llm_config_free (JipLlmConfig *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipLlmConfig, jip_llm_config_free)

G_END_DECLS
