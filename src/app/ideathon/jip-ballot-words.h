/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-event-records.h"

G_BEGIN_DECLS

char *
jip_ballot_words (JipBallot *ballot, JipEventRules *rules, GPtrArray *entries) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
