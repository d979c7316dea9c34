/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-record-lists.h"

G_BEGIN_DECLS

/* What the server refused is taken up again: settled by a new change, or carried to the place where it is written on.
 * The refused record goes only together with the new change's entry in the queue. */

gint64 jip_refused_get_at (JipRefused *self);
const char *jip_refused_get_proposal (JipRefused *self);
const char *jip_refused_get_file (JipRefused *self);
gboolean jip_refused_is_conflict (JipRefused *self);
char *jip_refused_dup_idea_text (JipRefused *self, JipProposal *now) G_GNUC_WARN_UNUSED_RESULT;
char *jip_refused_dup_scratch_key (JipRefused *self) G_GNUC_WARN_UNUSED_RESULT;

void jip_settle_edit_async (JipClient *client,
                            JipRefused *refused,
                            gint64 base_version,
                            JsonObject *fields,
                            JsonObject *base,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean jip_settle_edit_finish (JipClient *client, GAsyncResult *result, GError **error);

void jip_settle_take_over_async (JipClient *client,
                                 JipRefused *refused,
                                 const char *text,
                                 const char *scratch,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean
jip_settle_take_over_finish (JipClient *client, GAsyncResult *result, gboolean *appended, GError **error);

G_END_DECLS
