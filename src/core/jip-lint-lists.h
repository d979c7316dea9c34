/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-lint.h"

G_BEGIN_DECLS

/* The word lists of the writing rules: tables with TAB between columns, `#` before a remark, one entry a line. The files
 * of an organisation have the same names as those of `data/lint/`; an entry of theirs replaces ours of the same word,
 * and `!word` takes one away. docs/lint-lists.md describes the columns. */

JipLintLists *jip_lint_lists_new (void) G_GNUC_WARN_UNUSED_RESULT;
gboolean
jip_lint_lists_add (JipLintLists *lists, const char *name, const char *text, gsize length, GError **error);
gboolean jip_lint_lists_add_folder (JipLintLists *lists, const char *folder, GError **error);
JipLintLists *jip_lint_lists_load (const char *own_folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_lint_lists_free (JipLintLists *lists);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipLintLists, jip_lint_lists_free)

G_END_DECLS
