/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-record.h"

G_BEGIN_DECLS

/* A draft as it is stored and synced; its document is a jip-draft/1 object. */
#define JIP_TYPE_DRAFT_RECORD (jip_draft_record_get_type ())
G_DECLARE_FINAL_TYPE (JipDraftRecord, jip_draft_record, JIP, DRAFT_RECORD, JipRecord)

const char *jip_draft_record_get_document_type (JipDraftRecord *self);
const char *jip_draft_record_get_title (JipDraftRecord *self);
gint64 jip_draft_record_get_version (JipDraftRecord *self);
gint64 jip_draft_record_get_received_at (JipDraftRecord *self);
JsonObject *jip_draft_record_get_document (JipDraftRecord *self);
gboolean jip_draft_record_get_typed (JipDraftRecord *self);

/* A past version of a draft, or a save that lost a conflict ("lost"). */
#define JIP_TYPE_DRAFT_VERSION (jip_draft_version_get_type ())
G_DECLARE_FINAL_TYPE (JipDraftVersion, jip_draft_version, JIP, DRAFT_VERSION, JipRecord)

const char *jip_draft_version_get_draft (JipDraftVersion *self);
gint64 jip_draft_version_get_version (JipDraftVersion *self);
gboolean jip_draft_version_get_lost (JipDraftVersion *self);
gint64 jip_draft_version_get_received_at (JipDraftVersion *self);
JsonObject *jip_draft_version_get_document (JipDraftVersion *self);

/* A document type as the server holds it; its body is the type as in data/document-types/. */
#define JIP_TYPE_DOCUMENT_TYPE_RECORD (jip_document_type_record_get_type ())
G_DECLARE_FINAL_TYPE (JipDocumentTypeRecord, jip_document_type_record, JIP, DOCUMENT_TYPE_RECORD, JipRecord)

const char *jip_document_type_record_get_name (JipDocumentTypeRecord *self);
gint64 jip_document_type_record_get_version (JipDocumentTypeRecord *self);
JsonObject *jip_document_type_record_get_body (JipDocumentTypeRecord *self);

G_END_DECLS
