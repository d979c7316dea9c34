/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-draft-text.h"

G_BEGIN_DECLS

#define JIP_END_MARK "끝."

char *jip_draft_format_block (JipBlock *block, const char *mark);
guint jip_draft_count_before (JipDraft *draft, const char *id);

G_END_DECLS
