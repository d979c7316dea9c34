/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-draft.h"

G_BEGIN_DECLS

char *jip_numbering_format (guint level, guint index) G_GNUC_WARN_UNUSED_RESULT;
guint jip_numbering_scan (const char *text, guint *index, const char **rest);
GPtrArray *jip_numbering_mark (GPtrArray *blocks) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *jip_draft_get_blocks (JipDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *jip_draft_get_marks (JipDraft *draft) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
