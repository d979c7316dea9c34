/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-draft.h"

G_BEGIN_DECLS

/* A draft as lines of text: what lint reads, what the editor shows, what a language model writes. */

char *jip_draft_to_text (JipDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
char *jip_draft_dup_section_text (JipDraft *draft, const char *id) G_GNUC_WARN_UNUSED_RESULT;
JipDraft *jip_draft_with_section_text (JipDraft *draft, const char *id, const char *text, JipOrigin origin)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_section_is_subtitle (JipSection *section);
char **jip_draft_dup_subtitles (JipDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *jip_blocks_from_text (const char *text, JipOrigin origin) G_GNUC_WARN_UNUSED_RESULT;
JipDraft *jip_draft_settle (JipDraft *draft) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
