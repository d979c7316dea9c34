/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-file-rules.h"
#include "jip-mutations.h"
#include "jip-session-service.h"

G_BEGIN_DECLS

#define JIP_BLOB_MAX_SIZE JIP_FILE_MAX_SIZE
#define JIP_BLOB_MAX_PART (4 * 1024 * 1024)

/**
 * JipBlobService:
 *
 * Files by their SHA-256. Uploads belong to their user; the same bytes are kept once. One thread does the disk work, so
 * that two parts of one upload never cross.
 */
typedef struct _JipBlobService JipBlobService;

typedef struct
{
  gint64 offset; /* bytes received */
  gint64 size;
  gboolean complete;
} JipBlobState;

typedef void (*JipBlobDone) (const JipBlobState *state, const GError *error, gpointer data);

JipBlobService *jip_blob_service_new (JipServices *services) G_GNUC_WARN_UNUSED_RESULT;
void jip_blob_service_free (JipBlobService *service);
void jip_blob_service_begin (JipBlobService *service,
                             const char *account,
                             JsonNode *body,
                             JipBlobDone done,
                             gpointer data);
void jip_blob_service_write (JipBlobService *service,
                             const char *account,
                             const char *sha256,
                             gint64 offset,
                             GBytes *part,
                             JipBlobDone done,
                             gpointer data);
gboolean jip_blob_service_find_upload (JipServices *services,
                                       JipDatabase *database,
                                       const char *account,
                                       const char *sha256,
                                       JipBlobState *state,
                                       gboolean *found,
                                       GError **error);
gboolean jip_blob_service_put_aside (JipServices *services, const char *sha256, GError **error);
int jip_blob_service_open (JipServices *services,
                           JipDatabase *database,
                           const JipFeedReader *reader,
                           const char *sha256,
                           GError **error);
gboolean jip_blob_service_check_attach (JipMutationContext *context,
                                        const char *sha256,
                                        gint64 size,
                                        const char *path,
                                        GError **error);
gboolean jip_blob_service_find_own (JipMutationContext *context,
                                    const char *sha256,
                                    gint64 size,
                                    const char *path,
                                    gboolean *there,
                                    GError **error);
char *jip_blob_service_import (JipServices *services, const char *account, GBytes *bytes, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipBlobService, jip_blob_service_free)

G_END_DECLS
