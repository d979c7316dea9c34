/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What was answered; both are %NULL when it was put away. @value only where one was asked for. */
typedef void (*JipReasonFunc) (const char *reason, const char *value, gpointer data);

void jip_ask_reason (GtkWidget *widget,
                     const char *heading,
                     const char *body,
                     const char *act,
                     const char *value_name,
                     JipReasonFunc answered,
                     gpointer data);
void jip_ask_first (GtkWidget *widget,
                    const char *heading,
                    const char *body,
                    const char *act,
                    JipReasonFunc answered,
                    gpointer data);

G_END_DECLS
