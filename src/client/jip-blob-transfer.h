/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file on its way, in a thread of its own (jip-blob-op.c): there (jip-blob-upload.c) or here (jip-blob-fetch.c). */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct
{
  char *server_url;
  char *token;
  char *cache;
  char *kept;
  char *sha256;
  gint64 limit; /* of the cache */
  GFile *file;
  GFileProgressCallback progress;
  gpointer progress_data;
  GMainContext *context;
  SoupSession *session; /* of the thread */
  goffset part;         /* bytes that are sent at once */
  gint64 told;          /* when progress was told last: monotonic microseconds, 0 for never */
} JipTransfer;

char *jip_transfer_fetch (JipTransfer *transfer,
                          GCancellable *cancellable,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *jip_transfer_upload (JipTransfer *transfer,
                           GCancellable *cancellable,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void jip_transfer_tell (JipTransfer *transfer, goffset done, goffset total);
SoupMessage *jip_transfer_make_message (JipTransfer *transfer,
                                        const char *method,
                                        const char *sha256) G_GNUC_WARN_UNUSED_RESULT;
gboolean jip_transfer_fail_errno (GError **error, const char *path);
gboolean jip_transfer_write (int fd, const char *data, gssize size, goffset at);

G_END_DECLS
