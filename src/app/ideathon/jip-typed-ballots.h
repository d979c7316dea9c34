/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-ballot-form.h"
#include "jip-client.h"

G_BEGIN_DECLS

/**
 * JipTypedBallots:
 *
 * What a judge has typed and the server has not confirmed, per finalist or category; it survives a crash. Signal
 * "loaded": something typed earlier was found.
 */
#define JIP_TYPE_TYPED_BALLOTS (jip_typed_ballots_get_type ())
G_DECLARE_FINAL_TYPE (JipTypedBallots, jip_typed_ballots, JIP, TYPED_BALLOTS, GObject)

JipTypedBallots *jip_typed_ballots_new (JipClient *client, const char *event) G_GNUC_WARN_UNUSED_RESULT;
JipBallotForm *jip_typed_ballots_get_form (JipTypedBallots *self,
                                           const char *subject,
                                           const JipPanel *panel,
                                           JipBallot *ballot) G_GNUC_WARN_UNUSED_RESULT;
void jip_typed_ballots_set_form (JipTypedBallots *self,
                                 const char *subject,
                                 JipBallotForm *form,
                                 JipBallot *ballot);

G_END_DECLS
