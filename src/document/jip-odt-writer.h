/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-paper.h"

G_BEGIN_DECLS

/* ODT (OASIS Open Document Format 1.3). The body is written first: it interns the styles that are then listed. */

typedef struct
{
  GHashTable *ids; /* properties -> name */
  GString *xml;    /* the styles so far */
} JipOdtTable;

typedef struct
{
  JipPaper *paper;
  JipOdtTable texts, paragraphs, tables, columns, rows, cells;
  char *levels[8];   /* the properties that stand for each level of the numbering */
  GPtrArray *images; /* of JipPaperImage, not owned */
  guint n_tables;
  gboolean begun; /* the first paragraph or table names its page */
} JipOdt;

GBytes *jip_odt_write (JipPaper *paper, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void jip_odt_init (JipOdt *odt, JipPaper *paper);
void jip_odt_clear (JipOdt *odt);
const char *jip_odt_text_style (JipOdt *odt, const JipType *type);
const char *jip_odt_paragraph_style (JipOdt *odt, const JipParagraph *paragraph);
const char *jip_odt_image_style (JipOdt *odt);
const char *jip_odt_table_style (JipOdt *odt, const JipPaperTable *table, double width, double gap);
const char *jip_odt_column_style (JipOdt *odt, double width);
const char *jip_odt_row_style (JipOdt *odt, double height);
const char *jip_odt_cell_style (JipOdt *odt, const JipPaperCell *cell);
char *jip_odt_body (JipOdt *odt) G_GNUC_WARN_UNUSED_RESULT;
char *jip_odt_automatic_styles (JipOdt *odt) G_GNUC_WARN_UNUSED_RESULT;
char *jip_odt_styles (JipOdt *odt) G_GNUC_WARN_UNUSED_RESULT;
void jip_odt_append_escaped (GString *out, const char *text);
void jip_odt_append_fonts (GString *out);
char *jip_odt_image_path (const JipPaperImage *image, guint number) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
