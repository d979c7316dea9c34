/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The blocks of a draft (documents.md, "The block model"). All values here are immutable once made and counted by
 * reference, so that drafts, versions and undo share them; who wants a change makes a new value. */

#define JIP_BLOCK_MAX_TEXT 100000 /* code points of a paragraph or a cell */
#define JIP_BLOCK_MAX_LEVEL 8
#define JIP_TABLE_MAX_ROWS 1000
#define JIP_TABLE_MAX_COLUMNS 64

typedef enum
{
  JIP_BLOCK_PARAGRAPH,
  JIP_BLOCK_TABLE,
  JIP_BLOCK_IMAGE,
  JIP_BLOCK_ATTACHMENT, /* 붙임 */
  JIP_BLOCK_END,        /* 끝. */
} JipBlockKind;

typedef enum
{
  JIP_ORIGIN_NONE,
  JIP_ORIGIN_GENERATED,
  JIP_ORIGIN_EDITED,
  JIP_ORIGIN_FIELD,
  JIP_ORIGIN_SOURCE,
} JipOrigin;

/**
 * JipSpan:
 * @start: where it begins, in code points of the block's text
 * @length: at least 1
 * @extra: (nullable): members that this version does not know
 *
 * Spans may overlap and need no order; jip_block_get_runs() gives them cut apart.
 */
typedef struct
{
  guint start;
  guint length;
  gboolean bold;
  gboolean underline;
  JipOrigin origin;
  JsonObject *extra;
} JipSpan;

/**
 * JipCell:
 * @row: the grid row of its upper left corner
 * @column: the grid column of its upper left corner
 */
typedef struct
{
  char *text;
  gboolean header;
  guint row, column;
  guint row_span, column_span;
  JsonObject *extra;
} JipCell;

typedef struct _JipBlock JipBlock;

#define JIP_TYPE_BLOCK (jip_block_get_type ())
GType jip_block_get_type (void);

JipBlock *jip_block_new_paragraph (const char *text) G_GNUC_WARN_UNUSED_RESULT;
JipBlock *jip_block_new_numbered (const char *text, guint level) G_GNUC_WARN_UNUSED_RESULT;
JipBlock *jip_block_new_bulleted (const char *text, const char *bullet) G_GNUC_WARN_UNUSED_RESULT;
JipBlock *jip_block_new_table (const JipCell *cells, guint n_cells) G_GNUC_WARN_UNUSED_RESULT;
JipBlock *
jip_block_new_image (const char *file, guint width_mm, const char *caption) G_GNUC_WARN_UNUSED_RESULT;
JipBlock *jip_block_new_attachment (const char *const *items) G_GNUC_WARN_UNUSED_RESULT;
JipBlock *jip_block_new_end (void) G_GNUC_WARN_UNUSED_RESULT;
JipBlock *
jip_block_with_spans (JipBlock *block, const JipSpan *spans, guint n_spans) G_GNUC_WARN_UNUSED_RESULT;
JipBlock *jip_block_with_text (JipBlock *block, const char *text, JipOrigin origin) G_GNUC_WARN_UNUSED_RESULT;
JipBlock *jip_block_ref (JipBlock *block);
void jip_block_unref (JipBlock *block);
gboolean jip_block_equal (JipBlock *a, JipBlock *b);

JipBlockKind jip_block_get_kind (JipBlock *block);
const char *jip_block_get_text (JipBlock *block);
guint jip_block_get_level (JipBlock *block);
const char *jip_block_get_bullet (JipBlock *block);
const JipSpan *jip_block_get_spans (JipBlock *block, guint *n_spans);
GArray *jip_block_get_runs (JipBlock *block) G_GNUC_WARN_UNUSED_RESULT;

guint jip_block_get_n_rows (JipBlock *block);
guint jip_block_get_n_columns (JipBlock *block);
const JipCell *jip_block_get_cells (JipBlock *block, guint *n_cells);

const char *jip_block_get_file (JipBlock *block);
guint jip_block_get_width_mm (JipBlock *block);
const char *jip_block_get_caption (JipBlock *block);
const char *const *jip_block_get_items (JipBlock *block);

JipBlock *jip_block_from_json (JsonNode *node, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
JsonNode *jip_block_to_json (JipBlock *block) G_GNUC_WARN_UNUSED_RESULT;
const char *jip_bullet_find (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipBlock, jip_block_unref)

G_END_DECLS
