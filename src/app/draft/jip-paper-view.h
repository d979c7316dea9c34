/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-draft-session.h"

G_BEGIN_DECLS

/**
 * JipPaperView:
 *
 * The draft as a sheet. It follows the session, and hands it what is typed. Signal "rewrite" (const char *section, const
 * char *instruction).
 */
#define JIP_TYPE_PAPER_VIEW (jip_paper_view_get_type ())
G_DECLARE_FINAL_TYPE (JipPaperView, jip_paper_view, JIP, PAPER_VIEW, AdwBin)

void jip_paper_view_set_session (JipPaperView *self, JipDraftSession *session);
void jip_paper_view_commit (JipPaperView *self);
void jip_paper_view_begin_stream (JipPaperView *self, const char *section);
void jip_paper_view_stream (JipPaperView *self, const char *section, const char *delta);
void jip_paper_view_end_stream (JipPaperView *self, const char *section);
void jip_paper_view_set_can_rewrite (JipPaperView *self, gboolean can);

G_END_DECLS
