/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-http-request.h"
#include "jip-services.h"

G_BEGIN_DECLS

/**
 * JipLlmService:
 *
 * The language model as this server offers it: document types from the database, the gateway of the configuration that
 * holds now, and the audit of every generation.
 */
typedef struct _JipLlmService JipLlmService;

gboolean jip_llm_service_sync_types (JipServices *services, GError **error);
JipLlmService *jip_llm_service_new (JipServices *services, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_llm_service_free (JipLlmService *service);
gboolean jip_llm_service_configure (JipLlmService *service, JsonNode *config, GError **error);
void jip_llm_service_stop (JipLlmService *service);
gboolean jip_llm_service_is_ready (JipLlmService *service);
void jip_llm_service_generate (JipLlmService *service,
                               JipHttpRequest *request,
                               const char *account,
                               JipRoles roles,
                               JsonNode *body);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipLlmService, jip_llm_service_free)

G_END_DECLS
