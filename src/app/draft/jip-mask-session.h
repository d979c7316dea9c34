/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-draft.h"
#include "jip-privacy.h"

G_BEGIN_DECLS

/**
 * JipMaskSession:
 *
 * The personal data of one draft: what leaves the PC, or is stored to be synced, holds marks; what is shown, printed or
 * exported here holds what they stand for. The way back is stored on this PC only. May be used from several threads.
 */
#define JIP_TYPE_MASK_SESSION (jip_mask_session_get_type ())
G_DECLARE_FINAL_TYPE (JipMaskSession, jip_mask_session, JIP, MASK_SESSION, GObject)

/**
 * JipMaskedItem:
 * @original: what the mark stands for, as it was first written; %NULL when the way back is on another PC only
 */
typedef struct
{
  char *mark;
  char *original;
  JipPrivacyKind kind;
} JipMaskedItem;

JipMaskSession *jip_mask_session_new (void) G_GNUC_WARN_UNUSED_RESULT;
JipMaskSession *jip_mask_session_new_from_json (JsonNode *node, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JsonNode *jip_mask_session_to_json (JipMaskSession *self) G_GNUC_WARN_UNUSED_RESULT;
guint jip_mask_session_get_revision (JipMaskSession *self);

void jip_mask_session_reserve (JipMaskSession *self, JsonNode *masked);
JsonNode *jip_mask_session_dup_theirs (JipMaskSession *self) G_GNUC_WARN_UNUSED_RESULT;
void jip_mask_session_begin_after (JipMaskSession *self, guint number);
char *jip_mask_session_mask (JipMaskSession *self, const char *text) G_GNUC_WARN_UNUSED_RESULT;
char *jip_mask_session_restore (JipMaskSession *self, const char *text) G_GNUC_WARN_UNUSED_RESULT;
JsonNode *jip_mask_session_mask_json (JipMaskSession *self, JsonNode *node) G_GNUC_WARN_UNUSED_RESULT;
JsonNode *jip_mask_session_restore_json (JipMaskSession *self, JsonNode *node) G_GNUC_WARN_UNUSED_RESULT;
JipDraft *jip_mask_session_restore_draft (JipMaskSession *self, JipDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *jip_mask_session_list_items (JipMaskSession *self, JsonNode *within) G_GNUC_WARN_UNUSED_RESULT;

gsize jip_mask_find_open_mark (const char *text, gsize length);

G_END_DECLS
