/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-ballot-table.h"
#include "jip-event-table.h"
#include "jip-feed-table.h"

G_BEGIN_DECLS

gboolean jip_ballot_feed_add (JipDatabase *database,
                              JipPokes *pokes,
                              const JipEvent *event,
                              const JipJudge *judge,
                              const JipBallot *ballot,
                              GError **error);
gboolean jip_ballot_feed_add_submission (JipDatabase *database,
                                         JipPokes *pokes,
                                         const JipEvent *event,
                                         const JipJudge *judge,
                                         const JipBallot *ballot,
                                         GError **error);

G_END_DECLS
