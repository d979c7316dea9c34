/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libxml/xmlwriter.h>

#include "jip-paper.h"

G_BEGIN_DECLS

/* HWPX (KS X 6101). The section is written first: it interns the properties that the header then lists. */

typedef struct
{
  GHashTable *ids; /* key -> id + 1 */
  GString *xml;    /* the elements so far */
  guint n;
} JipHwpxTable;

typedef struct
{
  JipPaper *paper;
  JipHwpxTable chars;
  JipHwpxTable paragraphs;
  JipHwpxTable borders;
  GPtrArray *images; /* of JipPaperImage, not owned */
  guint next_id;     /* of paragraphs and objects */
} JipHwpx;

GBytes *jip_hwpx_write (JipPaper *paper, const char *preview, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void jip_hwpx_init (JipHwpx *hwpx, JipPaper *paper);
void jip_hwpx_clear (JipHwpx *hwpx);
guint jip_hwpx_char (JipHwpx *hwpx, const JipType *type);
guint jip_hwpx_paragraph (JipHwpx *hwpx, const JipParagraph *paragraph);
guint jip_hwpx_border (JipHwpx *hwpx, const double rule[JIP_N_SIDES], guint32 fill);
char *jip_hwpx_header (JipHwpx *hwpx) G_GNUC_WARN_UNUSED_RESULT;
char *jip_hwpx_section (JipHwpx *hwpx) G_GNUC_WARN_UNUSED_RESULT;
char *jip_hwpx_package (JipHwpx *hwpx) G_GNUC_WARN_UNUSED_RESULT;
void jip_hwpx_start (xmlTextWriterPtr writer, const char *name, ...) G_GNUC_NULL_TERMINATED;
xmlTextWriterPtr jip_hwpx_open (xmlBufferPtr buffer, const char *root);
char *jip_hwpx_close (xmlTextWriterPtr writer, xmlBufferPtr buffer);
int jip_hwpx_units (double mm);

G_END_DECLS
