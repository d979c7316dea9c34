/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-document-type.h"
#include "jip-draft.h"

G_BEGIN_DECLS

/* What the editor shows on a paper that no language model has touched. */
#define JIP_COMPOSE_LABEL "AI 미사용"

JipDraft *jip_compose_draft (JipDocumentType *type, JsonObject *fields) G_GNUC_WARN_UNUSED_RESULT;
JipSection *jip_compose_section (JipDocumentType *type,
                                 const char *section_id,
                                 JsonObject *fields) G_GNUC_WARN_UNUSED_RESULT;
const char *jip_compose_get_label (JipDraft *draft);

G_END_DECLS
