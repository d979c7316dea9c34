/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-privacy.h"

G_BEGIN_DECLS

/**
 * JipPrivacyChar:
 * @c: the character as the rules see it: full-width forms narrow, any dash `-`, any space ` `, decomposed Hangul
 *   composed, what is no UTF-8 U+FFFD
 * @start: where it begins in the text, in bytes; it ends where the next one begins
 *
 * Zero-width characters belong to the one before them. The list ends with a character 0 at the text's end.
 */
typedef struct
{
  gunichar c;
  guint32 start;
} JipPrivacyChar;

GArray *jip_privacy_decode (const char *text, gsize length) G_GNUC_WARN_UNUSED_RESULT;
char *jip_privacy_canonical (const JipPrivacyChar *chars, guint begin, guint end) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_privacy_ends_with (const JipPrivacyChar *chars, guint end, const char *word);

/* Each returns the index after a match that begins at @at, or 0. */
guint jip_privacy_match_rrn (const JipPrivacyChar *chars, guint at);
guint jip_privacy_match_card (const JipPrivacyChar *chars, guint at);
guint jip_privacy_match_account (const JipPrivacyChar *chars, guint at);
guint jip_privacy_match_licence (const JipPrivacyChar *chars, guint at);
guint jip_privacy_match_phone (const JipPrivacyChar *chars, guint at);
guint jip_privacy_match_passport (const JipPrivacyChar *chars, guint at);
guint jip_privacy_match_email (const JipPrivacyChar *chars, guint at, guint *begin);
guint jip_privacy_match_address (const JipPrivacyChar *chars, guint at);

G_END_DECLS
