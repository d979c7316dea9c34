/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-draft-records.h"

/* A record class is its table and its fields; the base class does the rest. */
#define DEFINE_RECORD(Type, name, table_name) \
  struct _##Type \
  { \
    JipRecord parent_instance; \
  }; \
  G_DEFINE_FINAL_TYPE (Type, name, JIP_TYPE_RECORD) \
  static void name##_class_init (Type##Class *klass) \
  { \
    jip_record_class_set_fields ((JipRecordClass *) klass, table_name, name##_fields, \
                                 G_N_ELEMENTS (name##_fields)); \
  } \
  static void name##_init (Type *self) {}

static const JipRecordField jip_draft_record_fields[] = {
  { "document-type", "type", JIP_RECORD_STRING },
  { "title", "title", JIP_RECORD_STRING },
  { "version", "version", JIP_RECORD_INT },
  { "received-at", "received_at", JIP_RECORD_TIME },
};
DEFINE_RECORD (JipDraftRecord, jip_draft_record, "draft")

static const JipRecordField jip_draft_version_fields[] = {
  { "draft", "draft", JIP_RECORD_STRING },
  { "version", "version", JIP_RECORD_INT },
  { "lost", "lost", JIP_RECORD_BOOLEAN },
  { "received-at", "received_at", JIP_RECORD_TIME },
};
DEFINE_RECORD (JipDraftVersion, jip_draft_version, "draft_version")

static const JipRecordField jip_document_type_record_fields[] = {
  { "name", "name", JIP_RECORD_STRING },
  { "version", "version", JIP_RECORD_INT },
};
DEFINE_RECORD (JipDocumentTypeRecord, jip_document_type_record, "document_type")

const char *
jip_draft_record_get_document_type (JipDraftRecord *self)
{
  return jip_record_get_string (JIP_RECORD (self), "type");
}

const char *
jip_draft_record_get_title (JipDraftRecord *self)
{
  return jip_record_get_string (JIP_RECORD (self), "title");
}

gint64
jip_draft_record_get_version (JipDraftRecord *self)
{
  return jip_record_get_int (JIP_RECORD (self), "version");
}

gint64
jip_draft_record_get_received_at (JipDraftRecord *self)
{
  return jip_record_get_time (JIP_RECORD (self), "received_at");
}

const char *
jip_draft_version_get_draft (JipDraftVersion *self)
{
  return jip_record_get_string (JIP_RECORD (self), "draft");
}

gint64
jip_draft_version_get_version (JipDraftVersion *self)
{
  return jip_record_get_int (JIP_RECORD (self), "version");
}

gboolean
jip_draft_version_get_lost (JipDraftVersion *self)
{
  return jip_record_get_boolean (JIP_RECORD (self), "lost");
}

gint64
jip_draft_version_get_received_at (JipDraftVersion *self)
{
  return jip_record_get_time (JIP_RECORD (self), "received_at");
}

const char *
jip_document_type_record_get_name (JipDocumentTypeRecord *self)
{
  return jip_record_get_string (JIP_RECORD (self), "name");
}

gint64
jip_document_type_record_get_version (JipDocumentTypeRecord *self)
{
  return jip_record_get_int (JIP_RECORD (self), "version");
}

/**
 * jip_draft_record_get_document:
 *
 * Returns: (transfer none) (nullable): the draft as jip-draft/1
 */
JsonObject *
jip_draft_record_get_document (JipDraftRecord *self)
{
  return jip_record_get_object (JIP_RECORD (self), "document");
}

/**
 * jip_draft_record_get_typed:
 *
 * Returns: whether it is as it was typed on this PC, and not saved yet
 */
gboolean
jip_draft_record_get_typed (JipDraftRecord *self)
{
  return jip_record_get_boolean (JIP_RECORD (self), "typed");
}

JsonObject *
jip_draft_version_get_document (JipDraftVersion *self)
{
  return jip_record_get_object (JIP_RECORD (self), "document");
}

JsonObject *
jip_document_type_record_get_body (JipDocumentTypeRecord *self)
{
  return jip_record_get_object (JIP_RECORD (self), "body");
}
