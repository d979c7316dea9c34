/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"

G_BEGIN_DECLS

/* Hands in an idea. The finish function returns its id once it is safe in the replica; it shows in lists at once. */
void jip_proposal_submit_async (JipClient *client,
                                const char *kind,
                                const char *title,
                                const char *body,
                                const char *category,
                                const char *department,
                                gboolean anonymous,
                                const char *scratch,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
/* With files as jip_file_stage_async() gave them (JipFileRef). */
void jip_proposal_submit_with_files_async (JipClient *client,
                                           const char *kind,
                                           const char *title,
                                           const char *body,
                                           const char *category,
                                           const char *department,
                                           gboolean anonymous,
                                           GPtrArray *files,
                                           const char *scratch,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
char *jip_proposal_submit_finish (JipClient *client,
                                  GAsyncResult *result,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
