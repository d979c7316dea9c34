/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-document-type.h"
#include "jip-mask-session.h"
#include "jip-source.h"

G_BEGIN_DECLS

#define JIP_DRAFT_INPUTS_MAX_SOURCES 20
#define JIP_DRAFT_INPUTS_MAX_CHARS 300000 /* of all sources together; the server picks what fits the model */

JsonObject *jip_draft_inputs_mask_source (JipMaskSession *masks,
                                          const char *name,
                                          JipSource *source,
                                          gsize *room) G_GNUC_WARN_UNUSED_RESULT;
JsonNode *jip_draft_inputs_new (JipDocumentType *type,
                                JipDraft *draft,
                                JsonArray *sources,
                                const char *section,
                                const char *instruction) G_GNUC_WARN_UNUSED_RESULT;
JsonNode *jip_draft_request_new (JipDocumentType *type,
                                 const char *draft_id,
                                 const char *section,
                                 JsonNode *inputs) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
