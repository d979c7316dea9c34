/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-mutations.h"

G_BEGIN_DECLS

gboolean jip_judge_departments_note (JipMutationContext *context, const char *event, GError **error);
gboolean jip_judge_departments_recall (JipMutationContext *context,
                                       GPtrArray *entries,
                                       GPtrArray *judges,
                                       GError **error);

G_END_DECLS
