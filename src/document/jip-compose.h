/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-document.h"
#include "jip-paper.h"

G_BEGIN_DECLS

/* From a draft to a paper: jip_compose() picks the layout of the draft's type; the rest is shared by the layouts. */

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
} JipComposer;

JipPaper *jip_compose (JipDraft *draft, const JipDocumentOptions *options, GError **error);
void jip_compose_press_head (JipComposer *composer);
void jip_compose_press_foot (JipComposer *composer);
void jip_compose_letter_head (JipComposer *composer);
void jip_compose_letter_foot (JipComposer *composer);
void jip_compose_report_head (JipComposer *composer);

void jip_compose_body (JipComposer *composer);
void jip_compose_title (JipComposer *composer, double size, double least);
void jip_compose_space (JipComposer *composer, double points);
void jip_compose_notice (JipComposer *composer, JipAlign align);
JipParagraph *jip_compose_line (JipAlign align, guint line_spacing, const JipType *type, const char *text);
char *jip_compose_field (JipComposer *composer, const char *const *names);
char *jip_compose_format_date (const char *text);

G_END_DECLS
