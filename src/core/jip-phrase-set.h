/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-text.h"

G_BEGIN_DECLS

/**
 * JipPhraseSet:
 *
 * Many phrases that are looked for in a text at once, letter by letter; spaces and line ends do not count, nor does which
 * form of a quotation mark was typed. A phrase is found where a word begins, and not within a number.
 */
typedef struct _JipPhraseSet JipPhraseSet;

/* Where a phrase was found, as indexes into the folded text; TRUE when it is accepted and need not be looked for any more. */
typedef gboolean (*JipPhraseFunc) (guint phrase, guint begin, guint end, gpointer user_data);

JipPhraseSet *jip_phrase_set_new (void) G_GNUC_WARN_UNUSED_RESULT;
guint jip_phrase_set_add (JipPhraseSet *set, const JipTextChar *chars, guint begin, guint end);
void jip_phrase_set_find (JipPhraseSet *set,
                          const JipTextChar *chars,
                          guint n,
                          JipPhraseFunc func,
                          gpointer user_data);
void jip_phrase_set_free (JipPhraseSet *set);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipPhraseSet, jip_phrase_set_free)

G_END_DECLS
