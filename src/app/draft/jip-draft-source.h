/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-source.h"

G_BEGIN_DECLS

typedef enum
{
  JIP_DRAFT_SOURCE_READING,
  JIP_DRAFT_SOURCE_READY,
  JIP_DRAFT_SOURCE_FAILED,
} JipDraftSourceState;

/**
 * JipDraftSource:
 *
 * A paper that a draft is written from. It stays on this PC; reading starts at once. Signal "changed".
 */
#define JIP_TYPE_DRAFT_SOURCE (jip_draft_source_get_type ())
G_DECLARE_FINAL_TYPE (JipDraftSource, jip_draft_source, JIP, DRAFT_SOURCE, GObject)

JipDraftSource *jip_draft_source_new (const char *path) G_GNUC_WARN_UNUSED_RESULT;
void jip_draft_source_cancel (JipDraftSource *self);
const char *jip_draft_source_get_path (JipDraftSource *self);
const char *jip_draft_source_get_name (JipDraftSource *self);
JipDraftSourceState jip_draft_source_get_state (JipDraftSource *self);
JipSource *jip_draft_source_get_source (JipDraftSource *self);
char *jip_draft_source_describe (JipDraftSource *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
