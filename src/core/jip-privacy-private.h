/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-privacy.h"
#include "jip-text.h"

G_BEGIN_DECLS

/* What separates two groups of digits. */
typedef enum
{
  JIP_PRIVACY_GAP_SPACE,
  JIP_PRIVACY_GAP_LINE, /* a line end, maybe with a space, and nothing else */
  JIP_PRIVACY_GAP_DASH,
  JIP_PRIVACY_GAP_DOT,
  JIP_PRIVACY_GAP_PAREN, /* the end of an area code in parentheses */
} JipPrivacyGap;

gboolean jip_privacy_is_digit (gunichar c);
gboolean jip_privacy_is_alnum (gunichar c);
gboolean jip_privacy_is_local (gunichar c);
guint jip_privacy_line_end (const JipTextChar *chars, guint at);
guint jip_privacy_read_gap (const JipTextChar *chars, guint at, guint *line_ends, JipPrivacyGap *gap);
guint jip_privacy_match_form (const JipTextChar *chars,
                              guint at,
                              const guint *sizes,
                              guint n,
                              char *digits,
                              JipPrivacyGap *gaps);
guint jip_privacy_count_digits (const JipTextChar *chars, guint at, guint most);
gboolean jip_privacy_number_before (const JipTextChar *chars, guint at);
gboolean jip_privacy_number_after (const JipTextChar *chars, guint end);
gboolean jip_privacy_stands_before (const JipTextChar *chars, guint at, const char *word);

char *jip_privacy_canonical (const JipTextChar *chars, guint begin, guint end) G_GNUC_WARN_UNUSED_RESULT;

/* Each returns the index after a match that begins at @at, or 0. */
guint jip_privacy_match_rrn (const JipTextChar *chars, guint at);
guint jip_privacy_match_corporate (const JipTextChar *chars, guint at);
guint jip_privacy_match_card (const JipTextChar *chars, guint at);
guint jip_privacy_match_account (const JipTextChar *chars, guint at);
guint jip_privacy_match_licence (const JipTextChar *chars, guint at);
guint jip_privacy_match_phone (const JipTextChar *chars, guint at);
guint jip_privacy_match_passport (const JipTextChar *chars, guint at);
guint jip_privacy_match_email (const JipTextChar *chars, guint at, guint *begin);
guint jip_privacy_match_address (const JipTextChar *chars, guint at);

G_END_DECLS
