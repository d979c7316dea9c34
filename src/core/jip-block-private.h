/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-block.h"

G_BEGIN_DECLS

struct _JipBlock
{
  JipBlockKind kind;
  char *text;         /* paragraph */
  guint level;        /* paragraph: 0 none, 1..8 */
  const char *bullet; /* paragraph: one of the bullets, static, nullable */
  GArray *spans;      /* paragraph: of JipSpan, nullable */
  GArray *cells;      /* table: of JipCell in reading order */
  guint n_rows, n_columns;
  char *file; /* image */
  guint width_mm;
  char *caption; /* nullable */
  char **items;  /* attachment */
  JsonObject *extra;
};

JipBlock *jip_block_alloc (JipBlockKind kind);
char *jip_block_clean_text (const char *text);
GArray *jip_block_new_spans (void);
GArray *jip_block_new_cells (void);
const char *jip_block_place_cells (JipBlock *block);
gboolean jip_block_file_is_safe (const char *file);
JsonObject *jip_draft_copy_extra (JsonObject *object, const char *const *known);
void jip_draft_add_extra (JsonObject *object, JsonObject *extra);

G_END_DECLS
