/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"

G_BEGIN_DECLS

void jip_comment_add_async (JipClient *client,
                            const char *proposal,
                            const char *body,
                            const char *scratch,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
/* With files as jip_file_stage_async() gave them (JipFileRef). */
void jip_comment_add_with_files_async (JipClient *client,
                                       const char *proposal,
                                       const char *body,
                                       GPtrArray *files,
                                       const char *scratch,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
char *
jip_comment_add_finish (JipClient *client, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
