/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-client.h"
#include "jip-document-type.h"

G_BEGIN_DECLS

/**
 * JipDraftStart:
 *
 * My drafts, and the types of papers as cards. Signals: "new" (JipDocumentType), "open" (const char *id, JipDocumentType),
 * "typed" (const char *id): a draft in the list was typed and is not saved, and "listed": the list is another one.
 */
#define JIP_TYPE_DRAFT_START (jip_draft_start_get_type ())
G_DECLARE_FINAL_TYPE (JipDraftStart, jip_draft_start, JIP, DRAFT_START, AdwBin)

void jip_draft_start_set_client (JipDraftStart *self, JipClient *client);
JipDocumentType *jip_draft_start_find_type (JipDraftStart *self, const char *id);
guint jip_draft_start_count_typed (JipDraftStart *self);
void jip_draft_start_tell_typed (JipDraftStart *self);
void jip_draft_start_read_again (JipDraftStart *self);
void jip_draft_start_focus_search (JipDraftStart *self);
void jip_draft_start_focus_types (JipDraftStart *self);

G_END_DECLS
