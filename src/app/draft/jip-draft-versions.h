/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-client.h"
#include "jip-draft.h"

G_BEGIN_DECLS

/* The versions of one draft, newest first. Signal "restore" (JipDraft *, masked). */
#define JIP_TYPE_DRAFT_VERSIONS (jip_draft_versions_get_type ())
G_DECLARE_FINAL_TYPE (JipDraftVersions, jip_draft_versions, JIP, DRAFT_VERSIONS, AdwBin)

void jip_draft_versions_set_draft (JipDraftVersions *self, JipClient *client, const char *id);

G_END_DECLS
