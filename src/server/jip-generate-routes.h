/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-document-type.h"
#include "jip-http-request.h"
#include "jip-llm-gateway.h"
#include "jip-privacy.h"

G_BEGIN_DECLS

/**
 * JipGenerateRecord:
 * @outcome: `stop`, `length`, or the name of an error code such as `cancelled`
 * @masked: how many marks of each kind the inputs held
 * @allowed_kinds: a bit `1 << kind` for each kind that the author let through
 *
 * What the audit keeps of a generation: no text and no personal data.
 */
typedef struct
{
  const char *user_id;
  const char *draft;
  const char *document_type;
  const char *section;
  const char *prompt_version;
  const char *model; /* nullable: none was reached */
  const char *outcome;
  gsize prompt_chars, source_chars, text_chars;
  gint64 prompt_tokens, completion_tokens; /* -1: unknown */
  gint64 queue_ms, total_ms;
  guint masked[JIP_PRIVACY_N_KINDS];
  guint allowed_kinds;
} JipGenerateRecord;

/**
 * JipGenerateContext:
 * @find_type: gives the synced document type, (transfer full) (nullable); may be called from any thread
 * @audit: (nullable): called once for each generation that reached the gateway, in the gateway's thread; must not wait
 * @allowed_values: (nullable): the organisation's own numbers and addresses
 *
 * Set up once; it outlives the HTTP server and the gateway.
 */
typedef struct
{
  JipLlmGateway *gateway;
  JipDocumentType *(*find_type) (const char *id, gpointer user_data);
  void (*audit) (const JipGenerateRecord *record, gpointer user_data);
  const char *const *allowed_values;
  gpointer user_data;
} JipGenerateContext;

void jip_generate_handle (const JipGenerateContext *context,
                          JipHttpRequest *request,
                          const char *user_id,
                          JsonNode *body);

G_END_DECLS
