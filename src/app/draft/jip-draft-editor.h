/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-draft-form-state.h"
#include "jip-draft-session.h"

G_BEGIN_DECLS

/**
 * JipDraftEditor:
 *
 * Form, paper and checks of one draft. Signal "close": the author goes back to the list; the draft is
 * saved, or safe on this PC.
 */
#define JIP_TYPE_DRAFT_EDITOR (jip_draft_editor_get_type ())
G_DECLARE_FINAL_TYPE (JipDraftEditor, jip_draft_editor, JIP, DRAFT_EDITOR, AdwBin)

void jip_draft_editor_open (JipDraftEditor *self, JipClient *client, JipDocumentType *type, const char *id);
const char *jip_draft_editor_get_id (JipDraftEditor *self);
void jip_draft_editor_close (JipDraftEditor *self);

G_END_DECLS
