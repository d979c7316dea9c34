/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The writing rules of official papers (draft.md, "Official writing rules"), on plain text. */

#define JIP_LINT_MAX_BYTES (16u << 20)

/* The word lists that some rules read; see jip-lint-lists.h. */
typedef struct _JipLintLists JipLintLists;

/**
 * JipLintOptions:
 * @profile: (nullable): the id of a document type; %NULL runs what holds for all of them
 * @lists: (nullable): the word lists
 * @max_item: how many characters an item of a report may have; 0 for the 70 of the house style
 */
typedef struct
{
  const char *profile;
  const JipLintLists *lists;
  guint max_item;
} JipLintOptions;

/**
 * JipLintFinding:
 * @rule: the rule's id, which lives for ever
 * @line: from 1; lines end at LF
 * @column: from 1, in code points of the text as it is
 * @length: in code points; 0 when the whole paper is meant
 * @start: where it begins in the text, in bytes
 * @end: where it ends in the text, in bytes
 * @message: what is wrong and what to do, in the user's language
 * @fix: (nullable): what to put there; %NULL when a person must judge
 */
typedef struct
{
  const char *rule;
  guint line, column, length;
  gsize start, end;
  char *message;
  char *fix;
} JipLintFinding;

/**
 * JipLintRuleInfo:
 * @id: such as `date-format`
 * @profiles: `all`, `all but …`, or the ids of document types
 * @wants: one sentence, untranslated (N_())
 * @wrong: an example that the rule finds
 * @right: (nullable): the same as it should be
 * @source: where the rule comes from
 */
typedef struct
{
  const char *id;
  const char *profiles;
  const char *wants;
  const char *wrong, *right;
  const char *source;
} JipLintRuleInfo;

GArray *
jip_lint_check (const char *text, gsize length, const JipLintOptions *options) G_GNUC_WARN_UNUSED_RESULT;
GBytes *
jip_lint_fix (const char *text, gsize length, const JipLintOptions *options) G_GNUC_WARN_UNUSED_RESULT;

guint jip_lint_get_n_rules (void);
const JipLintRuleInfo *jip_lint_get_rule (guint index);
const char *jip_lint_find_profile (const char *id_or_name);

G_END_DECLS
