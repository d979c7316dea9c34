/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-ballot-table.h"
#include "jip-mutations.h"

G_BEGIN_DECLS

/* Whose versions stay while the others find theirs. */
typedef enum
{
  JIP_BALLOT_VERSIONS_KEEP_NONE,
  JIP_BALLOT_VERSIONS_KEEP_REFUSED, /* what stepped aside where the result was announced */
  JIP_BALLOT_VERSIONS_KEEP_ALL,     /* beside one that is refused for good */
} JipBallotVersionsKeep;

gboolean jip_ballot_versions_find_again (JipMutationContext *context, JipBallot *ballot, GError **error);
gboolean jip_ballot_versions_make_room (JipMutationContext *context,
                                        JipBallot *ballot,
                                        JipBallotVersionsKeep keep,
                                        GError **error);
gboolean jip_ballot_versions_note_same_as (JipMutationContext *context,
                                           const char *id,
                                           const char *other,
                                           gboolean *newest,
                                           GError **error);
gboolean jip_ballot_versions_get (JipDatabase *database, const char *id, JipBallot **ballot, GError **error);
void jip_ballot_versions_note_same (JipMutationContext *context);
gboolean jip_ballot_versions_find_id (JipMutationContext *context, JipBallot *ballot, GError **error);
gboolean jip_ballot_versions_come_back (JipMutationContext *context,
                                        JipBallot *ballot,
                                        JipBallotVersionsKeep keep,
                                        gboolean *known,
                                        char **stand_in,
                                        GError **error);

G_END_DECLS
