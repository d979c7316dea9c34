/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-mutations.h"

G_BEGIN_DECLS

gboolean jip_draft_save (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error);
gboolean
jip_draft_delete (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error);

G_END_DECLS
