/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-document-type.h"

G_BEGIN_DECLS

/**
 * JipPaperSection:
 *
 * One section on the paper, edited in place. Signals: "edited" (someone typed), "rewrite" (const char *instruction, %NULL
 * to write it anew), "grown" (text arrived at the end while the cursor was there).
 */
#define JIP_TYPE_PAPER_SECTION (jip_paper_section_get_type ())
G_DECLARE_FINAL_TYPE (JipPaperSection, jip_paper_section, JIP, PAPER_SECTION, AdwBin)

/**
 * JipTextRange:
 * @start: in code points
 */
typedef struct
{
  guint start, length;
} JipTextRange;

GtkWidget *
jip_paper_section_new (const char *id, const char *heading, const char *holds, gboolean has_prompt);
const char *jip_paper_section_get_id (JipPaperSection *self);
char *jip_paper_section_dup_text (JipPaperSection *self) G_GNUC_WARN_UNUSED_RESULT;
GtkTextView *jip_paper_section_get_text_view (JipPaperSection *self);
void jip_paper_section_load (JipPaperSection *self, const char *text);
void jip_paper_section_replace (JipPaperSection *self, const char *text);
void jip_paper_section_mark_generated (JipPaperSection *self, GArray *ranges);
void jip_paper_section_begin_stream (JipPaperSection *self);
void jip_paper_section_append (JipPaperSection *self, const char *text);
void jip_paper_section_end_stream (JipPaperSection *self);
void jip_paper_section_set_can_rewrite (JipPaperSection *self, gboolean can);

G_END_DECLS
