/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-document.h"
#include "jip-paper.h"

G_BEGIN_DECLS

/* From a draft to a paper: jip_layout() picks the layout of the draft's type; the rest is shared by the layouts. */

typedef struct
{
  JipDraft *draft;
  const JipDocumentOptions *options;
  JipPaper *paper;
  JipType body;        /* of the text */
  JipType label;       /* of table labels */
  guint line_spacing;  /* per cent */
  gboolean indent;     /* plain paragraphs start one em in */
  gboolean bullets_up; /* □ and its kin in the sizes of a report */
  GPtrArray *marks;    /* of all blocks */
  GError *error;       /* the first problem */
} JipLayout;

JipPaper *jip_layout (JipDraft *draft, const JipDocumentOptions *options, GError **error);
void jip_layout_press_head (JipLayout *layout);
void jip_layout_press_foot (JipLayout *layout);
void jip_layout_letter_head (JipLayout *layout);
void jip_layout_letter_foot (JipLayout *layout);
void jip_layout_report_head (JipLayout *layout);

void jip_layout_body (JipLayout *layout);
void jip_layout_table (JipLayout *layout, JipBlock *block);
void jip_layout_title (JipLayout *layout, double size, double least);
void jip_layout_space (JipLayout *layout, double points);
void jip_layout_notice (JipLayout *layout, JipAlign align);
JipParagraph *jip_layout_line (JipAlign align, guint line_spacing, const JipType *type, const char *text);
char *jip_layout_field (JipLayout *layout, const char *const *names);
char *jip_layout_format_date (const char *text);

G_END_DECLS
