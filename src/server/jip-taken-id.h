/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-mutations.h"

G_BEGIN_DECLS

gboolean jip_taken_id_check_new (const JipMutationContext *context, const char *id, GError **error);
void jip_taken_id_arrived (JipMutationContext *context, const char *kind, const char *id);
gboolean
jip_taken_id_note_given (JipMutationContext *context, const char *id, const char *given, GError **error);
gboolean jip_taken_id_was_given (const JipMutationContext *context);
char *
jip_taken_id_give (JipMutationContext *context, const char *kind, const char *id) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_taken_id_find_own (JipMutationContext *context,
                                const char *kind,
                                const char *id,
                                char **own,
                                GError **error);
gboolean
jip_taken_id_find_proposal (JipMutationContext *context, const char *id, char **proposal, GError **error);

G_END_DECLS
