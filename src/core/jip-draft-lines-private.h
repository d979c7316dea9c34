/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-draft-text.h"

G_BEGIN_DECLS

#define JIP_END_MARK "끝."

/* Lines on their way to blocks. */
typedef struct
{
  GPtrArray *blocks; /* of JipBlock */
  GPtrArray *typed;  /* parallel: the line as typed where its mark was taken off, else NULL */
  GPtrArray *whole;  /* parallel: the block with its mark in the text, where there was one, else NULL */
  JipOrigin origin;
} JipLines;

char *jip_draft_format_block (JipBlock *block, const char *mark);
guint jip_draft_count_before (JipDraft *draft, const char *id);

JipLines *jip_lines_new (JipOrigin origin);
void jip_lines_free (JipLines *lines);
void jip_lines_take (JipLines *lines, JipBlock *block, const char *typed);
const char *jip_lines_skip_spaces (const char *line);
char **jip_lines_split (const char *text);
void jip_lines_parse_paragraph (JipLines *lines, const char *raw);
guint jip_lines_parse_attachment (JipLines *lines, char **line);
void jip_lines_settle (JipLines *lines, GPtrArray *before, GPtrArray *after);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipLines, jip_lines_free)

G_END_DECLS
