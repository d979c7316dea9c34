/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-draft.h"

G_BEGIN_DECLS

/* What changed from one draft to another: blocks, and within a block characters. */

typedef enum
{
  JIP_DIFF_SAME,
  JIP_DIFF_REMOVED,
  JIP_DIFF_ADDED,
  JIP_DIFF_CHANGED, /* of an entry alone */
} JipDiffKind;

/**
 * JipDiffPiece:
 * @old_start: where it stands in the old text, in code points; of an added piece: before what it was added
 * @new_start: the same in the new text
 * @length: in code points
 */
typedef struct
{
  JipDiffKind kind;
  guint old_start, new_start, length;
} JipDiffPiece;

typedef enum
{
  JIP_DIFF_TITLE,
  JIP_DIFF_HEADING,
  JIP_DIFF_BLOCK,
} JipDiffPart;

/**
 * JipDiffEntry:
 * @section: (nullable): the section's id, %NULL for the title
 * @old_block: (nullable): %NULL for what is new, and for title and heading
 * @old_text: (nullable): as people read it, without its mark; a table has a line a row
 * @pieces: (nullable): of #JipDiffPiece, in order; of a changed entry
 */
typedef struct
{
  JipDiffKind kind;
  JipDiffPart part;
  char *section;
  JipBlock *old_block, *new_block;
  char *old_text, *new_text;
  GArray *pieces;
} JipDiffEntry;

GPtrArray *jip_draft_diff (JipDraft *from, JipDraft *to) G_GNUC_WARN_UNUSED_RESULT;
GArray *jip_diff_text (const char *from, const char *to) G_GNUC_WARN_UNUSED_RESULT;
GArray *jip_diff_sequence (const guint32 *from, guint n_from, const guint32 *to, guint n_to)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
