/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-draft-form-state.h"

G_BEGIN_DECLS

/**
 * JipDraftForm:
 *
 * The questions of a document type and the papers to write from. Signals: "changed" (a field), "sources-changed".
 */
#define JIP_TYPE_DRAFT_FORM (jip_draft_form_get_type ())
G_DECLARE_FINAL_TYPE (JipDraftForm, jip_draft_form, JIP, DRAFT_FORM, AdwBin)

void jip_draft_form_set_state (JipDraftForm *self, JipFormState *state, const char *const *paths);
JipFormState *jip_draft_form_get_state (JipDraftForm *self);
GPtrArray *jip_draft_form_list_sources (JipDraftForm *self) G_GNUC_WARN_UNUSED_RESULT;
void jip_draft_form_focus_field (JipDraftForm *self, const char *field);

G_END_DECLS
