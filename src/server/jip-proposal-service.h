/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-mutations.h"

G_BEGIN_DECLS

gboolean
jip_proposal_submit (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error);
gboolean
jip_proposal_edit (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error);
gboolean jip_comment_add (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error);
gboolean jip_vote_apply (JipMutationContext *context, JsonObject *args, JipVerdict *verdict, GError **error);
gboolean jip_vote_withdraw (JipMutationContext *context, const char *id, GError **error);

G_END_DECLS
