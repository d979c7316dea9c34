/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The response of whoever wants it; anything else is a no. */
#define JIP_QUESTION_YES "yes"

AdwMessageDialog *
jip_question_new (GtkWidget *widget, const char *heading, const char *body, const char *act);

G_END_DECLS
