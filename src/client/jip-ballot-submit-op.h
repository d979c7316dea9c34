/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"

G_BEGIN_DECLS

/* Hands in the next version of one's own ballot; its number comes from the replica. @scores: criterion -> whole number
 * or decimal text. The finish function returns the ballot's id once it is safe in the replica. */
void jip_ballot_submit_scores_async (JipClient *client,
                                     const char *event,
                                     const char *entry,
                                     JsonObject *scores,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
void jip_ballot_submit_score_async (JipClient *client,
                                    const char *event,
                                    const char *entry,
                                    const char *score,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
void jip_ballot_submit_picks_async (JipClient *client,
                                    const char *event,
                                    const char *category,
                                    const char *const *picks,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
char *
jip_ballot_submit_finish (JipClient *client, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
