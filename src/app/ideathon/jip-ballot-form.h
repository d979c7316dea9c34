/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-event-records.h"

G_BEGIN_DECLS

/* What a judge has typed for one finalist (or picked in one category): immutable, without widgets. Setters return a
 * new form. Numbers follow scoring's value rules and are exact. */
typedef struct _JipBallotForm JipBallotForm;

typedef enum
{
  JIP_VALUE_EMPTY,
  JIP_VALUE_OK,
  JIP_VALUE_NOT_A_NUMBER,
  JIP_VALUE_NEGATIVE,
  JIP_VALUE_TOO_PRECISE, /* more than four decimals */
  JIP_VALUE_TOO_HIGH,
} JipValueCheck;

JipBallotForm *jip_ballot_form_new (const JipPanel *panel) G_GNUC_WARN_UNUSED_RESULT;
JipBallotForm *
jip_ballot_form_new_from_ballot (const JipPanel *panel, JipBallot *ballot) G_GNUC_WARN_UNUSED_RESULT;
JipBallotForm *
jip_ballot_form_new_from_text (const JipPanel *panel, const char *text) G_GNUC_WARN_UNUSED_RESULT;
JipBallotForm *jip_ballot_form_ref (JipBallotForm *self);
void jip_ballot_form_unref (JipBallotForm *self);

JipBallotForm *
jip_ballot_form_with_value (JipBallotForm *self, guint index, const char *text) G_GNUC_WARN_UNUSED_RESULT;
JipBallotForm *
jip_ballot_form_with_step (JipBallotForm *self, guint index, int steps) G_GNUC_WARN_UNUSED_RESULT;
JipBallotForm *
jip_ballot_form_with_pick (JipBallotForm *self, const char *entry, gboolean picked) G_GNUC_WARN_UNUSED_RESULT;

JipPanelMode jip_ballot_form_get_mode (JipBallotForm *self);
guint jip_ballot_form_get_n_values (JipBallotForm *self);
const char *jip_ballot_form_get_value (JipBallotForm *self, guint index);
const char *jip_ballot_form_get_max (JipBallotForm *self, guint index);
JipValueCheck jip_ballot_form_check (JipBallotForm *self, guint index);
char *jip_ballot_form_describe_check (JipBallotForm *self, guint index) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_ballot_form_has_pick (JipBallotForm *self, const char *entry);
guint jip_ballot_form_get_n_picks (JipBallotForm *self);
guint jip_ballot_form_get_max_picks (JipBallotForm *self);

gboolean jip_ballot_form_is_empty (JipBallotForm *self);
gboolean jip_ballot_form_is_valid (JipBallotForm *self);
gboolean jip_ballot_form_is_complete (JipBallotForm *self);
gboolean jip_ballot_form_equal (JipBallotForm *self, JipBallotForm *other);
int jip_ballot_form_find_unfinished (JipBallotForm *self);
char *jip_ballot_form_get_total (JipBallotForm *self) G_GNUC_WARN_UNUSED_RESULT;
char *jip_ballot_form_get_total_max (JipBallotForm *self) G_GNUC_WARN_UNUSED_RESULT;

JsonObject *jip_ballot_form_to_scores (JipBallotForm *self) G_GNUC_WARN_UNUSED_RESULT;
char *jip_ballot_form_to_score (JipBallotForm *self) G_GNUC_WARN_UNUSED_RESULT;
const char *const *jip_ballot_form_get_picks (JipBallotForm *self);
char *jip_ballot_form_to_text (JipBallotForm *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipBallotForm, jip_ballot_form_unref)

G_END_DECLS
