/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-draft-table.h"
#include "jip-mutations.h"

G_BEGIN_DECLS

gboolean jip_draft_read_document (JipDraftRecord *record, JsonNode *document, GError **error);
gboolean jip_draft_place_save (JipMutationContext *context,
                               JipDraftRecord *sent,
                               gint64 number,
                               const char *lost_id,
                               gboolean is_new,
                               GError **error);
gboolean jip_draft_is_waiting (JipMutationContext *context, const char *draft);
gboolean jip_draft_place_deletion (JipMutationContext *context,
                                   const JipDraftRecord *existing,
                                   GArray *seen,
                                   GError **error);
gboolean jip_draft_touch_deleted (JipMutationContext *context, const char *const *ids, GError **error);

G_END_DECLS
