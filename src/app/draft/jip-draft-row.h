/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-draft-records.h"

G_BEGIN_DECLS

/* A draft in the list. Signal "delete" (const char *id): what was typed and not saved is to go. */
#define JIP_TYPE_DRAFT_ROW (jip_draft_row_get_type ())
G_DECLARE_FINAL_TYPE (JipDraftRow, jip_draft_row, JIP, DRAFT_ROW, AdwBin)

GtkWidget *jip_draft_row_new (void);
void jip_draft_row_set_record (JipDraftRow *self,
                               JipDraftRecord *record,
                               JipDraftRecord *before,
                               const char *type_name);

G_END_DECLS
