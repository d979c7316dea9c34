/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-ballot-form.h"

G_BEGIN_DECLS

/* The most buttons that make a choice at a glance. */
#define JIP_SCORE_BUTTONS_MAX 10

/* A row of large buttons 0 to the maximum. Signal "edited": one was chosen by the user. */
#define JIP_TYPE_SCORE_BUTTONS (jip_score_buttons_get_type ())
G_DECLARE_FINAL_TYPE (JipScoreButtons, jip_score_buttons, JIP, SCORE_BUTTONS, GtkWidget)

gboolean jip_score_buttons_suit (const JipPanel *panel);
void jip_score_buttons_set_form (JipScoreButtons *self, JipBallotForm *form);
JipBallotForm *jip_score_buttons_get_form (JipScoreButtons *self);

G_END_DECLS
