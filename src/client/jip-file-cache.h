/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"

G_BEGIN_DECLS

/* Fetched files on this PC: they can be fetched again, so what was used longest ago goes first. Files that are still to
 * be sent, or that no backup of the server has yet, lie in another folder and are never part of this. */
#define JIP_FILE_CACHE_MIN \
  (G_GINT64_CONSTANT (256) * 1024 * 1024) /* one file of the largest size, and some */
#define JIP_FILE_CACHE_MAX (G_GINT64_CONSTANT (65536) * 1024 * 1024)
#define JIP_FILE_CACHE_DEFAULT (G_GINT64_CONSTANT (2048) * 1024 * 1024)

typedef struct
{
  gint64 cached; /* bytes of fetched files, begun ones included */
  gint64 kept;   /* bytes of files that are still to be sent, or that no backup has yet */
} JipFileUsage;

/* On a thread: these use the disk. */
int jip_file_cache_open_part (const char *part, gboolean *busy, GError **error);
gint64 jip_file_cache_measure (const char *folder);
void jip_file_cache_trim (const char *folder, gint64 limit, const char *needed);

void jip_client_set_cache_limit (JipClient *client, gint64 bytes);
gint64 jip_client_get_cache_limit (JipClient *client);
void jip_client_measure_files_async (JipClient *client,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean jip_client_measure_files_finish (JipClient *client,
                                          GAsyncResult *result,
                                          JipFileUsage *usage,
                                          GError **error);
void jip_client_empty_cache_async (JipClient *client,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean
jip_client_empty_cache_finish (JipClient *client, GAsyncResult *result, JipFileUsage *usage, GError **error);

G_END_DECLS
