/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-board-records.h"
#include "jip-client.h"

G_BEGIN_DECLS

/* The text of one's own idea while it is changed. Signals: "begun": there is a text that is being written, of now or of an
 * earlier time; "ended": it was saved, or given up. */
#define JIP_TYPE_IDEA_EDITOR (jip_idea_editor_get_type ())
G_DECLARE_FINAL_TYPE (JipIdeaEditor, jip_idea_editor, JIP, IDEA_EDITOR, AdwBin)

void jip_idea_editor_set_client (JipIdeaEditor *editor, JipClient *client);
void jip_idea_editor_take_up (JipIdeaEditor *editor, JipProposal *proposal);
void jip_idea_editor_begin (JipIdeaEditor *editor, JipProposal *proposal);

G_END_DECLS
