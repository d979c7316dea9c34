/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"
#include "jip-document-type.h"
#include "jip-mask-session.h"

G_BEGIN_DECLS

typedef enum
{
  JIP_DRAFT_SAVED,
  JIP_DRAFT_TYPED,  /* not yet safe, for less than a second */
  JIP_DRAFT_ON_PC,  /* safe on this PC, not yet a version */
  JIP_DRAFT_FAILED, /* safe on this PC, but saving as a version failed */
  JIP_DRAFT_UNSAFE, /* in memory only: the disk did not take it, and is tried again */
} JipDraftSaveState;

/**
 * JipDraftSession:
 *
 * One draft while it is open: what it holds, masked; its way back from the marks; and where it is safe. What is typed is on
 * this PC at once, a version follows when typing pauses. Signals: "changed" (const char *section, %NULL for all of it),
 * "state-changed", "replacing" (whoever has newer words sets them now, and keeps them), "replaced" (by what another PC has
 * saved; what was shown is among the versions). Knows nothing of widgets.
 */
#define JIP_TYPE_DRAFT_SESSION (jip_draft_session_get_type ())
G_DECLARE_FINAL_TYPE (JipDraftSession, jip_draft_session, JIP, DRAFT_SESSION, GObject)

JipDraftSession *
jip_draft_session_new (JipClient *client, JipDocumentType *type, const char *id) G_GNUC_WARN_UNUSED_RESULT;
void jip_draft_session_load_async (JipDraftSession *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean jip_draft_session_load_finish (JipDraftSession *self, GAsyncResult *result, GError **error);

const char *jip_draft_session_get_id (JipDraftSession *self);
JipClient *jip_draft_session_get_client (JipDraftSession *self);
JipDocumentType *jip_draft_session_get_document_type (JipDraftSession *self);
JipMaskSession *jip_draft_session_get_masks (JipDraftSession *self);
JipDraft *jip_draft_session_get_draft (JipDraftSession *self);
JipDraft *jip_draft_session_dup_restored (JipDraftSession *self) G_GNUC_WARN_UNUSED_RESULT;
char *jip_draft_session_dup_text (JipDraftSession *self, const char *section) G_GNUC_WARN_UNUSED_RESULT;
const char *jip_draft_session_get_model (JipDraftSession *self);
JipDraftSaveState jip_draft_session_get_state (JipDraftSession *self);
const GError *jip_draft_session_get_failure (JipDraftSession *self);
gboolean jip_draft_session_is_settled (JipDraftSession *self);
gboolean jip_draft_session_is_touched (JipDraftSession *self);

void jip_draft_session_set_fields (JipDraftSession *self, JsonObject *fields);
void jip_draft_session_set_text (JipDraftSession *self, const char *section, const char *text);
void jip_draft_session_take_generated (JipDraftSession *self, const char *section, const char *masked);
void jip_draft_session_compose (JipDraftSession *self, const char *section);
void jip_draft_session_take_document (JipDraftSession *self, JipDraft *draft);
void jip_draft_session_set_model (JipDraftSession *self, const char *model, const char *prompt_version);
void jip_draft_session_set_paths (JipDraftSession *self, const char *const *paths);
const char *const *jip_draft_session_get_paths (JipDraftSession *self);
void jip_draft_session_set_held (JipDraftSession *self, gboolean held);
void jip_draft_session_save (JipDraftSession *self);

G_END_DECLS
