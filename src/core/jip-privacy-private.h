/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-privacy.h"
#include "jip-text.h"

G_BEGIN_DECLS

char *jip_privacy_canonical (const JipTextChar *chars, guint begin, guint end) G_GNUC_WARN_UNUSED_RESULT;

/* Each returns the index after a match that begins at @at, or 0. */
guint jip_privacy_match_rrn (const JipTextChar *chars, guint at);
guint jip_privacy_match_card (const JipTextChar *chars, guint at);
guint jip_privacy_match_account (const JipTextChar *chars, guint at);
guint jip_privacy_match_licence (const JipTextChar *chars, guint at);
guint jip_privacy_match_phone (const JipTextChar *chars, guint at);
guint jip_privacy_match_passport (const JipTextChar *chars, guint at);
guint jip_privacy_match_email (const JipTextChar *chars, guint at, guint *begin);
guint jip_privacy_match_address (const JipTextChar *chars, guint at);

G_END_DECLS
