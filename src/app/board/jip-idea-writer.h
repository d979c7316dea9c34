/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-settle-op.h"

G_BEGIN_DECLS

/* Signal: "done" (const char *id): the idea was sent, or NULL when the box was put away. */
#define JIP_TYPE_IDEA_WRITER (jip_idea_writer_get_type ())
G_DECLARE_FINAL_TYPE (JipIdeaWriter, jip_idea_writer, JIP, IDEA_WRITER, AdwBin)

void jip_idea_writer_set_client (JipIdeaWriter *writer, JipClient *client);
void jip_idea_writer_begin (JipIdeaWriter *writer);
void jip_idea_writer_take_over (JipIdeaWriter *writer, JipRefused *refused, const char *text);

G_END_DECLS
