/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-draft-session.h"

G_BEGIN_DECLS

/**
 * JipDraftGeneration:
 *
 * Has sections of a draft written, one after the other, and composes from the form what no model writes or can write.
 * Signals: "section-begin" (const char *section), "text" (const char *section, const char *delta, masked), "section-end"
 * (const char *section), "progress" (there is something new to tell), and last "ended" (GError *, %NULL when all is well).
 * What came before an error or a stop is in the session.
 */
#define JIP_TYPE_DRAFT_GENERATION (jip_draft_generation_get_type ())
G_DECLARE_FINAL_TYPE (JipDraftGeneration, jip_draft_generation, JIP, DRAFT_GENERATION, GObject)

JipDraftGeneration *
jip_draft_generation_new (JipDraftSession *session, GPtrArray *sources) G_GNUC_WARN_UNUSED_RESULT;
void jip_draft_generation_write_all (JipDraftGeneration *self);
void
jip_draft_generation_write_section (JipDraftGeneration *self, const char *section, const char *instruction);
void jip_draft_generation_stop (JipDraftGeneration *self);

char *jip_draft_generation_describe (JipDraftGeneration *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_draft_generation_get_composed (JipDraftGeneration *self);
gboolean jip_draft_generation_get_cut_off (JipDraftGeneration *self);

G_END_DECLS
