/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-ballot-table.h"
#include "jip-mutations.h"

G_BEGIN_DECLS

gboolean jip_ballot_versions_find_again (JipMutationContext *context,
                                         JipBallot *ballot,
                                         gboolean announced,
                                         GError **error);
gboolean jip_ballot_versions_make_room (JipMutationContext *context,
                                        JipBallot *ballot,
                                        gboolean announced,
                                        GError **error);
gboolean jip_ballot_versions_note_same_as (JipMutationContext *context,
                                           const char *id,
                                           const char *other,
                                           gboolean *newest,
                                           GError **error);
gboolean jip_ballot_versions_get (JipDatabase *database, const char *id, JipBallot **ballot, GError **error);
gboolean jip_ballot_versions_note_first (JipMutationContext *context,
                                         const char *id,
                                         const char *mark,
                                         GError **error);
void jip_ballot_versions_note_same (JipMutationContext *context);
gboolean jip_ballot_versions_find_id (JipMutationContext *context, JipBallot *ballot, GError **error);
gboolean jip_ballot_versions_come_back (JipMutationContext *context,
                                        JipBallot *ballot,
                                        gboolean announced,
                                        gboolean *known,
                                        char **stand_in,
                                        GError **error);

G_END_DECLS
