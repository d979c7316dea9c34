/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-client.h"

G_BEGIN_DECLS

/**
 * JipScratch:
 *
 * Text while it is typed. What is set is on disk within a second and survives a crash; setting NULL or "" removes it.
 * Keys are the page's own, such as "board/writer" or "ballot/EVENT/ENTRY". Signals: "saved" (const char *key), and
 * "failed" (const char *key, const char *message) when the disk did not take it; it is kept and tried again.
 */
#define JIP_TYPE_SCRATCH (jip_scratch_get_type ())
G_DECLARE_FINAL_TYPE (JipScratch, jip_scratch, JIP, SCRATCH, GObject)

JipScratch *jip_client_get_scratch (JipClient *client);
void jip_scratch_set (JipScratch *self, const char *key, const char *text);
void jip_scratch_get_async (JipScratch *self,
                            const char *key,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
char *
jip_scratch_get_finish (JipScratch *self, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_scratch_flush (JipScratch *self);
void jip_scratch_flush_async (JipScratch *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean jip_scratch_flush_finish (JipScratch *self, GAsyncResult *result);

G_END_DECLS
