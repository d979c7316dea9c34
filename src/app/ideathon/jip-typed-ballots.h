/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-ballot-form.h"
#include "jip-client.h"

G_BEGIN_DECLS

/* What became of what stands on the card. */
typedef enum
{
  JIP_BALLOT_TYPED,   /* on its way to the disk */
  JIP_BALLOT_KEPT,    /* on the disk */
  JIP_BALLOT_UNKEPT,  /* the disk did not take it; that is tried again without another key */
  JIP_BALLOT_FAILED,  /* handed in, and the disk did not take that: the judge is to hand it in again */
  JIP_BALLOT_LEAVING, /* handed in, on its way into the replica and the model */
  JIP_BALLOT_HANDED_IN,
} JipBallotState;

/**
 * JipTypedBallots:
 *
 * What a judge has typed and the server has not confirmed, per finalist or category; it survives a crash. Signals:
 * "changed", when something typed earlier was found or the disk has answered, and "failed", with the finalist's or the
 * category's id, when it did not take what was handed in last.
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
void jip_typed_ballots_hand_in (JipTypedBallots *self,
                                const char *subject,
                                JipBallotForm *form,
                                JipBallot *ballot);
JipBallotState jip_typed_ballots_get_state (JipTypedBallots *self,
                                            const char *subject,
                                            const JipPanel *panel,
                                            JipBallotForm *form,
                                            JipBallot *ballot);

G_END_DECLS
