/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-draft-form-state.h"
#include "jip-draft-session.h"

G_BEGIN_DECLS

/**
 * JipDraftChecks:
 *
 * What is to be known about a draft before it leaves: a list that says so in words. Signal "go-to-field" (const char *field).
 */
#define JIP_TYPE_DRAFT_CHECKS (jip_draft_checks_get_type ())
G_DECLARE_FINAL_TYPE (JipDraftChecks, jip_draft_checks, JIP, DRAFT_CHECKS, AdwBin)

guint jip_draft_checks_update (JipDraftChecks *self, JipDraftSession *session, JipFormState *form);

G_END_DECLS
