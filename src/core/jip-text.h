/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Text as the writing rules, the personal data and the grounding read it. Input is any bytes: it need not be UTF-8. */

/**
 * JipTextChar:
 * @c: the character as the rules see it: full-width forms narrow, any dash `-`, any space and tab ` `, decomposed Hangul
 *   composed, NUL and what is no UTF-8 U+FFFD
 * @raw: the first character that @c was made of, as it stands in the text
 * @start: where it begins in the text, in bytes; it ends where the next one begins
 *
 * Zero-width characters belong to the one before them. The list ends with a character 0 at the text's end.
 */
typedef struct
{
  gunichar c, raw;
  guint32 start;
} JipTextChar;

/* Where a byte stands, as people count: see jip_text_index_locate(). */
typedef struct _JipTextIndex JipTextIndex;

gboolean jip_text_is_blank (const char *text);
GArray *jip_text_fold (const char *text, gsize length) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_text_ends_with (const JipTextChar *chars, guint end, const char *word);
guint jip_text_starts_with (const JipTextChar *chars, guint at, const char *word);

JipTextIndex *jip_text_index_new (const char *text, gsize length) G_GNUC_WARN_UNUSED_RESULT;
void jip_text_index_locate (const JipTextIndex *index, gsize offset, guint *line, guint *column);
gsize jip_text_index_count (const JipTextIndex *index, gsize start, gsize end);
void jip_text_index_free (JipTextIndex *index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipTextIndex, jip_text_index_free)

G_END_DECLS
