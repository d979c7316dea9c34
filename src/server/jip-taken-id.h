/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-mutations.h"

G_BEGIN_DECLS

gboolean
jip_taken_id_note_made (JipMutationContext *context, const char *kind, const char *id, GError **error);
gboolean jip_taken_id_was_given (const JipMutationContext *context);
gboolean jip_taken_id_give (JipMutationContext *context,
                            const char *kind,
                            const char *id,
                            char **given,
                            GError **error);
gboolean jip_taken_id_find_own (JipMutationContext *context,
                                const char *kind,
                                const char *id,
                                char **own,
                                GError **error);
gboolean
jip_taken_id_find_proposal (JipMutationContext *context, const char *id, char **proposal, GError **error);
gboolean
jip_taken_id_move_comment (JipMutationContext *context, const char *from, const char *to, GError **error);
gboolean jip_taken_id_is_another (JipMutationContext *context,
                                  const char *id,
                                  const char *other,
                                  gboolean *another,
                                  GError **error);
gboolean
jip_taken_id_take_proposal (JipMutationContext *context, const char *id, const char *given, GError **error);

G_END_DECLS
