/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "jip-ballot-form.h"

G_BEGIN_DECLS

/* One row per criterion: digits type, Enter goes on, − and + step. Signals: "edited", "finished" (Enter on the last). */
#define JIP_TYPE_RUBRIC_FORM (jip_rubric_form_get_type ())
G_DECLARE_FINAL_TYPE (JipRubricForm, jip_rubric_form, JIP, RUBRIC_FORM, GtkWidget)

void jip_rubric_form_set_panel (JipRubricForm *self, const JipPanel *panel);
void jip_rubric_form_set_form (JipRubricForm *self, JipBallotForm *form);
JipBallotForm *jip_rubric_form_get_form (JipRubricForm *self);
void jip_rubric_form_focus_value (JipRubricForm *self, guint index);

G_END_DECLS
