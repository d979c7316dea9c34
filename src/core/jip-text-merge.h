/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Two changes of one text brought together, and two texts compared by words. */

typedef enum
{
  JIP_MERGE_SAME,
  JIP_MERGE_MINE,   /* changed by the first alone */
  JIP_MERGE_THEIRS, /* changed by the second alone */
  JIP_MERGE_BOTH,   /* changed by both in the same way */
  JIP_MERGE_CONFLICT,
} JipMergeKind;

/**
 * JipMergePiece:
 * @base: what stood there before; may be empty
 * @mine: what the first made of it
 * @theirs: what the second made of it
 */
typedef struct
{
  JipMergeKind kind;
  char *base, *mine, *theirs;
} JipMergePiece;

GPtrArray *jip_text_merge (const char *base, const char *mine, const char *theirs) G_GNUC_WARN_UNUSED_RESULT;
char *jip_merge_to_text (GPtrArray *pieces, guint *n_conflicts) G_GNUC_WARN_UNUSED_RESULT;
GArray *jip_diff_words (const char *from, const char *to) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
