/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define JIP_DOCUMENT_TYPE_FORMAT "jip-document-type/1"

typedef enum
{
  JIP_FIELD_TEXT,
  JIP_FIELD_LONG_TEXT,
  JIP_FIELD_DATE,       /* 2026-07-22 */
  JIP_FIELD_TIME,       /* 14:00 */
  JIP_FIELD_PERSON,     /* text */
  JIP_FIELD_DEPARTMENT, /* text */
  JIP_FIELD_PHONE,      /* text */
  JIP_FIELD_AMOUNT,     /* whole won, a number or its digits */
  JIP_FIELD_LIST,       /* an array of texts, or lines of a text */
  JIP_FIELD_FILE,       /* names of source papers, as a list */
} JipFieldKind;

/**
 * JipDocumentField:
 * @prefill: (nullable): what a program may fill in by itself: `organization`, `department`, `user`, `phone` or `today`
 * @in_prompt: whether the value goes to the language model at all
 *
 * One question of the form. Labels and hints are the city's data, in its own language.
 */
typedef struct
{
  char *id;
  char *label;
  char *hint; /* nullable */
  char *prefill;
  JipFieldKind kind;
  gboolean required;
  gboolean in_prompt;
} JipDocumentField;

/**
 * JipDocumentSection:
 * @holds: what the section must hold, in words
 * @prompt: (nullable): what the model is asked; without it the section is composed from the form only
 * @blank: (nullable): the line that stands in an empty section of a skeleton
 * @skeleton: (nullable): block templates, see jip-compose.c
 * @example: (nullable): the section's text in the type's example
 */
typedef struct
{
  char *id;
  char *heading;
  char *holds;
  char *style;
  char *lint;
  char *prompt;
  char *blank;
  char *example;
  JsonArray *skeleton;
  guint min_chars, max_chars;
} JipDocumentSection;

#define JIP_TYPE_DOCUMENT_TYPE (jip_document_type_get_type ())
G_DECLARE_FINAL_TYPE (JipDocumentType, jip_document_type, JIP, DOCUMENT_TYPE, GObject)

JipDocumentType *jip_document_type_new_from_json (JsonNode *node, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JipDocumentType *jip_document_type_load_file (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *jip_document_type_load_folder (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JipDocumentType *jip_document_type_find (GPtrArray *types, const char *id_or_name);

JsonNode *jip_document_type_get_json (JipDocumentType *self);
const char *jip_document_type_get_id (JipDocumentType *self);
const char *jip_document_type_get_name (JipDocumentType *self);
const char *jip_document_type_get_summary (JipDocumentType *self);
const char *jip_document_type_get_prompt_version (JipDocumentType *self);
const char *jip_document_type_get_style (JipDocumentType *self);
const char *jip_document_type_get_title_template (JipDocumentType *self);
JsonObject *jip_document_type_get_example_fields (JipDocumentType *self);
const char *jip_document_type_get_example_source (JipDocumentType *self);
JsonObject *jip_document_type_get_layout (JipDocumentType *self);
gint jip_document_type_get_order (JipDocumentType *self);
guint jip_document_type_get_n_fields (JipDocumentType *self);
const JipDocumentField *jip_document_type_get_field (JipDocumentType *self, guint index);
const JipDocumentField *jip_document_type_find_field (JipDocumentType *self, const char *id);
guint jip_document_type_get_n_sections (JipDocumentType *self);
const JipDocumentSection *jip_document_type_get_section (JipDocumentType *self, guint index);
const JipDocumentSection *jip_document_type_find_section (JipDocumentType *self, const char *id);

gboolean jip_document_type_check_fields (JipDocumentType *self, JsonObject *fields, GError **error);

const char *jip_field_kind_get_name (JipFieldKind kind);
gboolean jip_document_field_is_empty (const JipDocumentField *field, JsonObject *fields);
GStrv
jip_document_field_dup_items (const JipDocumentField *field, JsonObject *fields) G_GNUC_WARN_UNUSED_RESULT;
char *jip_document_field_format (const JipDocumentField *field,
                                 JsonObject *fields,
                                 const char *modifier) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
