/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "jip-completion.h"
#include "jip-llm-config.h"

G_BEGIN_DECLS

/**
 * JipLlmRequestFuncs:
 * @answered: the endpoint takes the request
 * @text: some text that belongs into the draft
 * @done: called once, last; @error is %NULL on success
 */
typedef struct
{
  void (*answered) (gpointer user_data);
  void (*text) (const char *delta, gpointer user_data);
  void (*done) (JipCompletion *completion, const GError *error, gpointer user_data);
} JipLlmRequestFuncs;

typedef void (*JipLlmHealthFunc) (gboolean ready, const char *model, gpointer user_data);

void jip_llm_request_send (SoupSession *session,
                           const JipLlmConfig *config,
                           const JipLlmEndpoint *endpoint,
                           const char *model,
                           JsonNode *messages,
                           guint max_tokens,
                           GCancellable *cancellable,
                           const JipLlmRequestFuncs *funcs,
                           gpointer user_data);
void jip_llm_health_check (SoupSession *session,
                           const JipLlmEndpoint *endpoint,
                           GCancellable *cancellable,
                           JipLlmHealthFunc func,
                           gpointer user_data);

G_END_DECLS
