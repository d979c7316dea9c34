/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-lint-lists.h"
#include "jip-text.h"

G_BEGIN_DECLS

/* What may follow a word of a list. */
typedef enum
{
  JIP_LINT_NOUN,   /* nothing or a particle, which is mended */
  JIP_LINT_VERB,   /* as a noun, or a form of 하다, 되다, 시키다 */
  JIP_LINT_ADVERB, /* as a noun, but 에 goes: what replaces it is an adverb */
  JIP_LINT_FORM,   /* nothing: the form is whole */
  JIP_LINT_STATE,  /* nothing, at the end of a phrase: 접근 용이, */
} JipLintWordKind;

/**
 * JipLintWord:
 * @wrong: what is found; a space in it may be missing in the text
 * @right: (nullable): what replaces it; %NULL when a person must choose
 * @except: (nullable): longer phrases with the word in which it is right
 * @file: which file it came from, counted from 1
 */
typedef struct
{
  char *wrong, *right;
  char **except;
  JipLintWordKind kind;
  guint file;
} JipLintWord;


typedef enum
{
  JIP_LINT_PLAIN_WORDS,
  JIP_LINT_HONORIFICS,
  JIP_LINT_N_TABLES
} JipLintTableId;

const GPtrArray *jip_lint_lists_get_words (const JipLintLists *lists, JipLintTableId table, gunichar first);
gboolean jip_lint_lists_get_law (const JipLintLists *lists, const char *bare_name, gboolean *is_short);
const GPtrArray *jip_lint_lists_get_meanings (const JipLintLists *lists, const char *abbreviation);
char *jip_lint_bare (const char *text) G_GNUC_WARN_UNUSED_RESULT;

guint jip_lint_match_word (const JipTextChar *chars, guint at, const char *word);

G_END_DECLS
