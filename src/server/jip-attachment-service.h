/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-mutations.h"

G_BEGIN_DECLS

gboolean
jip_attachment_add (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error);
gboolean
jip_attachment_take_away (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error);

G_END_DECLS
