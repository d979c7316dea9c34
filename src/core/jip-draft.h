/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-block.h"

G_BEGIN_DECLS

/* A draft is immutable like its blocks: each jip_draft_with_…() returns a new draft that shares what did not change.
 * An editor holds the newest one; a version is a reference kept. */

#define JIP_DRAFT_FORMAT "jip-draft/1"
#define JIP_DRAFT_MAX_BYTES (16u << 20)
#define JIP_DRAFT_MAX_SECTIONS 500
#define JIP_DRAFT_MAX_BLOCKS 20000 /* of a section */

typedef struct _JipSection JipSection;
typedef struct _JipDraft JipDraft;

#define JIP_TYPE_SECTION (jip_section_get_type ())
GType jip_section_get_type (void);

JipSection *
jip_section_new (const char *id, const char *heading, GPtrArray *blocks) G_GNUC_WARN_UNUSED_RESULT;
JipSection *jip_section_with_blocks (JipSection *section, GPtrArray *blocks) G_GNUC_WARN_UNUSED_RESULT;
JipSection *jip_section_with_heading (JipSection *section, const char *heading) G_GNUC_WARN_UNUSED_RESULT;
JipSection *jip_section_ref (JipSection *section);
void jip_section_unref (JipSection *section);
const char *jip_section_get_id (JipSection *section);
const char *jip_section_get_heading (JipSection *section);
guint jip_section_get_n_blocks (JipSection *section);
JipBlock *jip_section_get_block (JipSection *section, guint index);
gboolean jip_section_equal (JipSection *a, JipSection *b);

#define JIP_TYPE_DRAFT (jip_draft_get_type ())
GType jip_draft_get_type (void);

JipDraft *jip_draft_new (const char *document_type, const char *title) G_GNUC_WARN_UNUSED_RESULT;
JipDraft *jip_draft_parse (const char *text, gssize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JipDraft *jip_draft_from_json (JsonNode *node, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JsonNode *jip_draft_to_json (JipDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
char *jip_draft_serialise (JipDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
JipDraft *jip_draft_ref (JipDraft *draft);
void jip_draft_unref (JipDraft *draft);
gboolean jip_draft_equal (JipDraft *a, JipDraft *b);

const char *jip_draft_get_document_type (JipDraft *draft);
const char *jip_draft_get_title (JipDraft *draft);
JsonObject *jip_draft_get_fields (JipDraft *draft);
char *jip_draft_dup_field (JipDraft *draft, const char *name) G_GNUC_WARN_UNUSED_RESULT;
guint jip_draft_get_n_sections (JipDraft *draft);
JipSection *jip_draft_get_section (JipDraft *draft, guint index);
JipSection *jip_draft_find_section (JipDraft *draft, const char *id);

gboolean jip_draft_uses_ai (JipDraft *draft);

JipDraft *jip_draft_with_title (JipDraft *draft, const char *title) G_GNUC_WARN_UNUSED_RESULT;
JipDraft *jip_draft_with_fields (JipDraft *draft, JsonObject *fields) G_GNUC_WARN_UNUSED_RESULT;
JipDraft *jip_draft_with_section (JipDraft *draft, JipSection *section) G_GNUC_WARN_UNUSED_RESULT;
JipDraft *jip_draft_without_section (JipDraft *draft, const char *id) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipSection, jip_section_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipDraft, jip_draft_unref)

G_END_DECLS
